# SPDX-License-Identifier: GPL-3.0-or-later
"""Values and names at and beyond the ends of what is possible: a sentence, and nothing written."""

import os
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from conftest import kumiai, kumiai_export, seal

ROOT = Path(__file__).parents[2]
RUN = {"steps": 12, "reps": 2}
SMALL = {"agents": 50}
LIMIT = 4095  # bytes of a path on Linux
DATED = 'interventions = ( { at = "2005-06"; contagion = { beta = 0.1; }; } );\n'


@pytest.fixture(name="quick")
def fixture_quick(scenario):
    return scenario("quick", run=RUN, contagion=SMALL)


def refused(*arguments):
    """The sentence of a command that does nothing."""
    result = kumiai(*arguments)
    assert result.returncode == 2 and result.stdout == "", result
    return result.stderr


# ---- numbers ----

NUMBERS = [("0", "0"), ("-1", "-1"), ("13", "13"), (str(2**63 - 1), str(2**63 - 1)),
           (str(-2**63), str(-2**63)), (str(2**63), "real number"), ("1e300", "real number"),
           ("nan", "")]


@pytest.mark.parametrize("command", ["run", "check", "sweep"])
@pytest.mark.parametrize("value, words", NUMBERS)
@pytest.mark.parametrize("dated", [False, True])
def test_steps_per_year_that_cannot_be(quick, tmp_path, command, value, words, dated):
    """Nothing is worked out from a number that is refused, wherever it stands."""
    if dated:
        quick.write_text(quick.read_text() + DATED)
    out = [] if command == "check" else ["--out", tmp_path / "r.db"]
    file = quick
    if command == "sweep":
        file = tmp_path / "s.cfg"
        file.write_text('scenario = "quick.cfg"; sweep = { design = "factorial"; factors = ('
                        ' { parameter = "contagion.beta"; levels = [0.1, 0.2]; } ); };\n')
    for horizon in ([], ["--set", "run.years=3"]):
        told = refused(command, file, *out, *horizon, "--set", f"run.steps_per_year={value}")
        assert "run.steps_per_year" in told and words in told
    quick.write_text(quick.read_text().replace("reps", f"steps_per_year = {value}; reps"))
    told = refused(command, file, *out)
    assert "run.steps_per_year" in told or f"quick.cfg:2: the integer {value}" in told or value == "nan"
    assert not (tmp_path / "r.db").exists()


# ---- names ----

LONG = {"folders": "a/" * 2100 + "x", "file": "b" * (LIMIT + 1), "absolute": "/tmp/" + "c" * 5000}


@pytest.mark.parametrize("name", LONG.values(), ids=LONG)
def test_names_longer_than_any(quick, tmp_path, name):
    """As a scenario, a results file, a folder, a shard: the length is told."""
    done, out = tmp_path / "done.db", tmp_path / "r.db"
    assert kumiai("run", quick, "--out", done).returncode == 0
    before = sorted(tmp_path.iterdir())
    for words in (["run", name, "--out", out], ["run", quick, "--out", name], ["check", name],
                  ["run", quick, "--resume", f"--out={name}"], ["sweep", name, "--out", out],
                  ["sweep", quick, "--design-csv", name], ["sweep", quick, "--salib", name],
                  ["fork", quick, name, "--at", "2005", "--out", out], ["merge", name, done], ["merge", out, name],
                  ["verify", name]):
        told = refused(*words)
        assert f"has {len(name)} bytes; at most {LIMIT} are possible" in told, (words[:1], told[-200:])
        assert len(told) < 1000
    assert sorted(tmp_path.iterdir()) == before


def test_the_longest_name(quick, tmp_path):
    """What is wrong with it is said all the same."""
    name = ("d/" * LIMIT)[:LIMIT - 1] + "x"
    for words in (["run", quick, "--out", name], ["merge", name, name],
                  ["verify", name], ["check", name]):
        assert re.search("no folder|no results file|cannot be created|cannot read|name is too long", refused(*words))
    for length in (245, 252, 256):  # the first is too long for some of the files beside it alone
        name = tmp_path / ("e" * length)
        assert f"results file {name}: the name is too long" in refused("run", quick, "--out", name)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("e")] == []


@pytest.mark.parametrize("name", LONG.values(), ids=LONG)
def test_data_files_with_long_names(tmp_path, name):
    scenario = ROOT / "scenarios" / "baseline.cfg"
    told = refused("check", scenario, "--set", f"population.partner_cities={name}")
    assert "population.partner_cities" in told and "File name too long" in told
    own = tmp_path / "own.cfg"
    own.write_text(f'@include "{scenario}"\npopulation = {{ partner_cities = "{name}"; }};\n')
    assert kumiai("check", own).returncode == 2


# ---- results files with holes ----

@pytest.mark.parametrize("column", ["status", "rep", "seed", "steps", "state_digest"])
def test_a_run_without_something(quick, tmp_path, column):
    """As a results file of another program may have it."""
    out = tmp_path / "r.db"
    assert kumiai("run", quick, "--out", out, "--detail", "full").returncode == 0
    with closing(sqlite3.connect(out)) as db:
        db.execute(f"UPDATE run SET {column} = NULL WHERE run_id = 1")
        seal(db)
        db.commit()
    for number, form in enumerate(("csv", "spells", "graphml", "gexf", "rsiena", "goldfish")):
        folder = tmp_path / str(number)
        result = kumiai_export(out, "--to", folder, "--format", form, "--run", "1")
        assert result.returncode in (0, 2) and folder.exists() == (result.returncode == 0)
        assert result.returncode == 0 or result.stderr.startswith("kumiai-export: ")


# ---- the mathematical library ----

@pytest.mark.skipif("-fsanitize" in kumiai("--version").stdout, reason="its library must be the first")
def test_errors_of_gsl_end_in_a_sentence(quick, tmp_path):
    """One that nobody looks for, and one of memory, which is told as such."""
    library = tmp_path / "gsl.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, Path(__file__).with_name("preload_gsl.c")],
                   check=True)
    out = tmp_path / "r.db"
    for error, words in (("domain", "GSL gives up in its rstat.c, line 7: too steep"),
                         ("memory", "out of memory")):
        result = kumiai("run", quick, "--out", out, "--quiet", "--force",
                        env={**os.environ, "LD_PRELOAD": str(library), "GSL_FAILS": error})
        assert result.returncode == 1 and words in result.stderr, result
