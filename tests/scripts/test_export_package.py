# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of kumiai.export on a small made results file: digits, quoting, names, nothing left behind. That other
programs read what is written is shown in tests/cli/test_export_*.py."""

import csv
import json
import math
import os
import random
import signal
import sqlite3
import struct
import subprocess
from contextlib import closing

import pytest
from conftest import called, refused
from sealed import seal

from kumiai import interrupts, locks
from kumiai.errors import ResultsError
from kumiai.export import FORMATS, Ask, cells, export, names
from kumiai.export.xml import attribute, text

KUMIAI = os.environ["KUMIAI"]
SPELLS = [(0, 2000.25, 2000.75, 1, 0, 'of "two", words'), (1, 2001.25, 2002.0, 0, 1, None)]


def make(path, ties=2):
    """Two years of a run of two agents, which have a tie from 2000.25 to 2000.75 and from 2001.25 on."""
    scenario = path.with_name("pair.cfg")
    scenario.write_text('model = "contagion"; run = { start_year = 2000; steps = 8; steps_per_year = 4; seed = 7; };'
                        "contagion = { agents = 50; };", encoding="utf-8")
    subprocess.run([KUMIAI, "run", scenario, "--detail", "full", "--out", path, "--quiet"], check=True, capture_output=True)
    with closing(sqlite3.connect(path)) as db:
        db.executescript("""
            DROP TABLE agent;
            CREATE TABLE agent (scenario_id INTEGER, agent_id INTEGER, kind TEXT, code TEXT, name TEXT, name_local TEXT,
                                area TEXT, region TEXT, lat REAL, lon REAL, population REAL, estimated INTEGER,
                                PRIMARY KEY (scenario_id, agent_id));
            CREATE TABLE tie (run_id INTEGER, tie_id INTEGER, kind TEXT, mode TEXT, form TEXT, donor_id INTEGER,
                              partner_id INTEGER, sector TEXT, stage TEXT, onset REAL, terminus REAL,
                              onset_censored INTEGER, terminus_censored INTEGER, cause TEXT);
            CREATE TABLE project (run_id INTEGER, tie_id INTEGER, scheme TEXT, start REAL);
            INSERT INTO table_doc VALUES ('tie', 'spells', 'Ties'), ('project', 'episodes', 'Projects');""")
        db.executemany("INSERT INTO agent (scenario_id, agent_id, kind, code, name, name_local, area, region, lat, lon,"
                       " population, estimated) VALUES (1, ?, 'kind', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       [(0, "01", 'a, "b"\nc', None, "", None, 35.1, None, 1000, None),
                        (1, "02", "北九州", "x", "y", "z", -7.0, 1 / 3, 2000, 1)])
        db.executemany("INSERT INTO tie (run_id, tie_id, kind, donor_id, partner_id, sector, stage, onset, terminus,"
                       " onset_censored, terminus_censored, cause) VALUES (1, ?, 'plain', 0, 1, 'x', 'y', ?, ?, ?, ?, ?)",
                       SPELLS[:ties])
        db.execute("UPDATE run SET seed = 9007199254740993")  # no double holds it
        seal(db)
        db.commit()
    return path


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return make(tmp_path_factory.mktemp("export") / "r.db")


def written(path, to, form="csv", **ask):
    """file → text of an export."""
    told = export(Ask(str(path), str(to), format=form, **ask))
    files = {file.name: file.read_bytes().decode() for file in to.iterdir()}
    assert told.files == len(files) and set(files) - {"manifest.json"} == {
        file["file"] for file in json.loads(files["manifest.json"])["files"]}
    return files


# ---- digits ----


def test_reals_read_back_to_the_same_bits():
    draw = random.Random(1)
    values = [0.0, 0.1, 1 / 3, 1e300, 5e-324, -2.5e-7, 2013.25, 1e22 + 2e6, math.pi, 123456789012345678.0, 1e15, -1e15]
    values += [value for value in (struct.unpack("d", draw.randbytes(8))[0] for _ in range(20_000)) if math.isfinite(value)]
    for value in values:
        assert float(cells.real(value)) == value and not cells.real(value).endswith(".0")
    assert [cells.real(value) for value in (-0.0, 0.1, 2004.0, -math.inf, 1e15)] == ["-0", "0.1", "2004", "-Inf", "1e+15"]


# ---- cells ----


def test_cells_are_quoted_as_rfc_4180_says_and_what_is_missing_is_empty(results, tmp_path):
    files = written(results, tmp_path / "csv")
    assert '1,0,kind,_01,"a, ""b""\nc",,"",,35.1,,1000,\r\n1,1,kind,_02,北九州,x,y,z,-7,0.3333333333333333,2000,1\r\n' \
        in files["agents.csv"]
    assert [row["cause"] for row in csv.DictReader(files["ties.csv"].splitlines(True))] == ['of "two", words', ""]
    assert files["projects.csv"].startswith("run_id,") and files["projects.csv"].count("\r\n") == 1
    assert ",9007199254740993,ok," in files["runs.csv"]
    manifest = json.loads(files["manifest.json"])
    assert manifest["runs"][0]["seed"] == "9007199254740993" and manifest["program"]["name"] == "kumiai-export"


def test_types_of_columns_with_cells_of_several_types():
    column = cells.Column("x", "I")
    assert list(column.cells((1, None, 2.5, "TRUE", b"\xff"))) == ["1", "", "2.5", "_TRUE", "\udcff"]
    assert (column.type, column.missing, column.prefixed) == ("text", 1, 1)
    column = cells.Column("x", "I")
    assert (list(column.cells((3, None))), column.pandas, column.r) == (["3", ""], "Int64", "integer")
    column.cells((2**31,))
    assert column.r == "numeric"
    column.cells((2**53 + 1,))
    assert column.type == "text"
    assert (cells.Column("x", "R").pandas, cells.Column("x").pandas) == ("float64", "str")


def test_a_column_forgets_texts_and_counts_go_on(monkeypatch):
    monkeypatch.setattr(cells, "MOST_TEXTS", 2)
    column = cells.Column("x")
    for _ in range(3):
        assert list(column.cells(("01", "a", "b", None))) == ["_01", "a", "b", ""]
    assert (column.prefixed, column.missing, column.type) == (3, 3, "text")


ODD = ["NA", "nan", "01", "1E5", "1d5", "0x1A", "-inf", "TRUE", "t", "MAR1", "1-Sept-20", "2020-06", "12:30", "1,000", "=A1",
       "@x", "#N/A", "1.#IND", "3i", "6月1日", "_x", " 7 ", ".", "5%"]
PLAIN = ["C0001", "AE-12042053", "may", "marx1", "1st", "a1", "é", "北九州", "12 trees", "e5", "2020_policy", "", " "]


def test_texts_that_readers_take_for_something_else():
    assert [word for word in ODD if not cells.is_odd(word)] == []
    assert [word for word in PLAIN if cells.is_odd(word)] == []


# ---- names of files ----


@pytest.mark.parametrize("word, kept", [
    ("基準", "基準"), ("전주시", "전주시"), ("Ünïcode+x (2)", "Ünïcode+x_(2)"), ("か\u3099ほ\u309aッヴ", "がぽッヴ"),
    ("カ\u3099あ\u3099", "ガあ\u3099"), ("a/b:c*?", "a_b_c__"), (".-x", "_-x"), ("-x", "_x"),
    ("a\u200bb\u3000c\u202e", "a_b_c_"), ("é😀", "é😀"), ("\udcff\udcc3", "__"), ("", "")])
def test_parts_of_names_keep_letters_and_digits_of_any_script(word, kept):
    assert names.part(word)[0] == kept


def test_names_are_cut_between_two_characters():
    assert names.part("ああああ", 10) == ("あああ", False)


def test_words_that_differ_are_files_that_differ():
    assert names.word("cooperation") == "cooperation"
    assert names.word("a/b").startswith("a_b~") and names.word("a/b") != names.word("a:b")


def test_what_xml_cannot_hold():
    assert text('a<b>&"c"\x01\udcff\r\n') == "a&lt;b&gt;&amp;&quot;c&quot;\ufffd\ufffd&#13;\n"
    assert attribute('"\n\t北') == "&quot;&#10;&#9;北"


# ---- networks ----


def test_a_network_has_the_ties_of_the_end_of_its_year(results, tmp_path):
    files = written(results, tmp_path / "x", "graphml")
    assert len(files) == 3 and "<edge" not in files["pair_run1_2000.graphml"]
    assert '<edge id="e1" source="n0" target="n1">' in files["pair_run1_2001.graphml"]
    assert '<data key="n_name">a, &quot;b&quot;\nc</data>' in files["pair_run1_2001.graphml"]


def test_spells_of_a_pair_are_one_edge(results, tmp_path):
    files = written(results, tmp_path / "x", "gexf")
    assert '<spell start="2000.25" end="2000.75"/>' in files["pair_run1.gexf"]
    assert '<spell start="2001.25" end="2002"/>' in files["pair_run1.gexf"]
    assert files["pair_run1.gexf"].count("<edge id=") == 1
    assert 'n0,n1,Directed,plain,plain,"<[2000.25, 2000.75]; [2001.25, 2002.0]>"' in files["pair_run1_edges.csv"]


def test_dated_changes_begin_and_end(results, tmp_path):
    changes = written(results, tmp_path / "x", "goldfish")["pair_run1_plain_events.csv"]
    for line in ("2000.25,n0,n1,1,1,", "2000.75,n0,n1,0,-1,", "2001.25,n0,n1,1,1,"):
        assert f"\r\n{line}" in changes
    assert "2002," not in changes


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "csv"])
def test_a_run_without_ties_is_an_empty_network(tmp_path, form):
    files = written(make(tmp_path / "r.db", ties=0), tmp_path / "x", form, all_agents=True)
    if form == "graphml":
        assert '<node id="n1">' in files["pair_run1_2001.graphml"]


def test_names_of_runs_are_safe_as_names_of_files(results, tmp_path):
    with closing(sqlite3.connect(results)) as source, closing(sqlite3.connect(tmp_path / "r.db")) as db:
        source.backup(db)
        db.execute("UPDATE scenario SET name = CAST(x'2e2e2f6120622fc3' AS TEXT)")  # ../a b/ and half a character
        seal(db)
        db.commit()
    assert "</graphml>" in written(tmp_path / "r.db", tmp_path / "x", "graphml")["_._a_b___run1_2000.graphml"]


# ---- what is refused, and what is left ----


def test_a_file_that_is_being_written_is_left_alone(results, tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "_take", lambda *_: False)
    with pytest.raises(ResultsError, match="is being written; wait until that is done"):
        export(Ask(str(results), str(tmp_path / "x")))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", FORMATS)
def test_an_interrupted_one_leaves_nothing(results, tmp_path, form, monkeypatch):
    def interrupted(*_):
        signal.raise_signal(signal.SIGINT)
    monkeypatch.setattr("kumiai.export.folder.Folder.note", interrupted)
    with interrupts.handled(), pytest.raises(KeyboardInterrupt):
        export(Ask(str(results), str(tmp_path / "x"), format=form))
    assert not list(tmp_path.iterdir()) and sorted(p.name for p in results.parent.iterdir()) == ["pair.cfg", "r.db"]


def test_what_is_damaged_is_refused_with_and_without_the_program(results, tmp_path, monkeypatch):
    path = tmp_path / "r.db"
    with closing(sqlite3.connect(results)) as source, closing(sqlite3.connect(path)) as db:
        source.backup(db)
        db.execute("UPDATE series SET infected = infected + 1 WHERE step = 3")
        db.commit()
    for program in (KUMIAI, "/nowhere/kumiai"):
        monkeypatch.setenv("KUMIAI", program)
        refused(called("export.py", path, "--to", tmp_path / "x"), 1, "is damaged", "run 1", "lists all that is")
    assert [p.name for p in tmp_path.iterdir()] == ["r.db"]


def test_it_needs_no_program(results, tmp_path, monkeypatch):
    monkeypatch.setenv("KUMIAI", "/nowhere/kumiai")
    assert "ties.csv" in written(results, tmp_path / "x")


@pytest.mark.parametrize("words, said", [
    (["--at", "2020-06", "--format", "graphml"], "2020-06 is a month; the networks are those at the end of whole years"),
    (["--format", "graphm"], "did you mean 'graphml'?"), (["--gexf", "1.1", "--format", "gexf"], "not one of 1.2, 1.3"),
    (["--format", "rsiena", "--actors", "all,kind"], "exclude each other"),
    (["--format", "rsiena", "--actors", "kin"], "did you mean 'kind'?"),
    (["--format", "rsiena", "--actors", ","], "names no kind of agent"),
    (["--format", "gexf", "--actors", "all"], "--all-agents with this one"),
    (["--format", "gexf", "--kind", "plan"], "did you mean 'plain'?"), (["--kind", "plain"], "not with csv"),
    (["--run", "0"], "whole number"), (["--to="], "empty")])
def test_what_is_asked_for_cannot_be_had(results, tmp_path, words, said):
    refused(called("export.py", results, "--to", tmp_path / "x", *words), 2, said)
    assert not list(tmp_path.iterdir())


def test_names_longer_than_any(results, tmp_path):
    long = tmp_path / ("b" * 5000)
    for words in ([long, "--to", tmp_path / "x"], [results, "--to", long]):
        refused(called("export.py", *words), 2, "too long")
    assert not list(tmp_path.iterdir())
