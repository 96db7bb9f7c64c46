# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that are not what was written are refused before anything is said of them."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from conftest import SCRIPTS, called, refused, seal

from kumiai import results as kr
from kumiai import database, digests

KUMIAI = os.environ.get("KUMIAI", "kumiai")
ROWS = {"flipped": "UPDATE summary SET infected_mean = infected_mean * 1.0000001 WHERE run_id = 2",
        "blob": "UPDATE summary SET infected_mean = x'00ff' WHERE run_id = 2",
        "status": "UPDATE run SET status = 'oj' WHERE run_id = 2",
        "replicate": "UPDATE run SET rep = 'x' WHERE run_id = 2",
        "series": "UPDATE series SET infected = infected + 1 WHERE run_id = 2 AND step = 3",
        "text": "UPDATE run SET state_digest = CAST(x'ff' AS TEXT) WHERE run_id = 2"}
TEXT = "UPDATE meta SET value = CAST(x'61ff' AS TEXT) WHERE key = '{}'"


def make(folder, *command):
    (folder / "s.cfg").write_text(f'base = "{SCRIPTS.parent}/configs/contagion/base.cfg"; '
                                  "run = { steps = 5; reps = 4; }; contagion = { agents = 200; };")
    subprocess.run([KUMIAI, *command, "--out", folder / "s.db", "--quiet"], check=True, capture_output=True, cwd=folder)
    return folder / "s.db"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A file of the program."""
    return make(tmp_path_factory.mktemp("damage"), "run", "s.cfg", "--detail", "series")


@pytest.fixture
def path(whole, tmp_path):
    return Path(shutil.copy(whole, tmp_path / "s.db"))


def edit(path, *statements, sealed=False):
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            assert db.execute(statement).rowcount != 0
        if sealed:
            seal(db)
        db.commit()
    return path


def call(name, path, *options):
    out = ["-o", path.with_suffix(".html")] if name == "report.py" else ["--out-dir", path.parent / "out"]
    return called(name, path, *out, *options)


@pytest.mark.parametrize("everything", [False, True])
def test_an_index_that_leads_elsewhere_is_damage(path, everything):
    """Digests read the rows as they lie, queries may go through an index."""
    with closing(sqlite3.connect(path)) as db:
        size = db.execute("PRAGMA page_size").fetchone()[0]
        roots = db.execute("SELECT rootpage, tbl_name FROM sqlite_master WHERE type = 'index' AND tbl_name IN"
                           " ('meta', 'column_doc', 'parameter_doc')").fetchall()
    whole = path.read_bytes()
    assert roots
    for page, table in roots:
        data = bytearray(whole)
        data[page * size - 1] ^= 1  # the row that an entry, or a page above it, means
        path.write_bytes(data)
        with closing(sqlite3.connect(path)) as db:
            assert digests.damaged(db, everything), table


@pytest.mark.parametrize("change", ROWS)
@pytest.mark.parametrize("name", ["compare.py", "report.py"])
def test_changed_rows(path, name, change):
    edit(path, ROWS[change])
    assert refused(call(name, path), 1, f"{path} is damaged: the rows of run 2 are not those that were written")
    assert {p.name for p in path.parent.iterdir()} == {"s.db"}


@pytest.mark.parametrize("change, told", [
    ("blob", "table summary, column infected_mean: expected a number, found b'\\x00\\xff'"),
    ("status", "table run, column status: expected one of ok, failed, timeout, found 'oj'"),
    ("replicate", "table run, column rep: expected a number, found 'x'")])
def test_rows_that_were_written_so(path, change, told):
    """... by whatever program: nothing is left out in silence, nothing ends in a traceback."""
    edit(path, ROWS[change], sealed=True)
    for name in ("compare.py", "report.py"):
        assert refused(call(name, path), 1, f"{path} is damaged: {told}")


@pytest.mark.parametrize("name", ["compare.py", "report.py"])
def test_text_that_is_none(path, name):
    assert call(name, edit(path, TEXT.format("build_id"))).returncode == 0
    edit(path, TEXT.format("detail"))
    assert refused(call(name, path, "--force"), 1, f"{path} is damaged: table meta")


def test_digests_that_are_no_text(path):
    edit(path, TEXT.format("digest:run"))
    assert refused(call("compare.py", path), 1, f"{path} is damaged: a text of its digests is none")


def test_a_large_file(path, monkeypatch):
    """... is read without a look at its rows, told once, unless that is asked for or it has no digests."""
    monkeypatch.setattr(database, "SMALL", path.stat().st_size - 1)
    edit(path, ROWS["flipped"])
    result = call("compare.py", path, "--no-pictures")
    told = f"{path}: 0 MB of rows are read without a comparison with their digests; --verify makes it."
    assert result.returncode == 0 and result.stderr.count(told) == 1 == result.stderr.count("--verify")
    assert refused(call("compare.py", path, "--verify"), 1, "the rows of run 2")
    edit(path, "ALTER TABLE run DROP COLUMN rows_digest", "DELETE FROM meta WHERE key LIKE 'digest:%'")
    assert kr.load(path)[1] == []


def test_without_the_library(path, monkeypatch):
    monkeypatch.setattr(digests, "_hash", lambda: None)
    assert kr.load(path)[1] == [f"{path} was not checked against its digests, which needs the library libxxhash."]
    assert refused(call("compare.py", path, "--verify"), 2, "--verify needs the library libxxhash")


def test_a_sweep(tmp_path, monkeypatch):
    """Its rows are compared once, and the note on a large one is one line."""
    (tmp_path / "d.cfg").write_text('scenario = "s.cfg"; sweep = { design = "lhs"; points = 30; reps = 1; factors = ('
                                    '{ parameter = "contagion.beta"; }, { parameter = "contagion.gamma"; }); };')
    path, counted, whole = make(tmp_path, "sweep", "d.cfg"), [], digests.damaged
    monkeypatch.setattr(digests, "damaged", lambda db, everything: counted.append(everything) or whole(db, everything))
    assert call("sensitivity.py", path, "--no-pictures").returncode == 0 and counted == [True]
    monkeypatch.setattr(database, "SMALL", 0)
    result = call("sensitivity.py", path, "--no-pictures", "--force")
    assert result.returncode == 0 and result.stderr.count("without a comparison with their digests") == 1
    monkeypatch.undo()
    edit(path, ROWS["flipped"])
    assert refused(call("sensitivity.py", path), 1, f"{path} is damaged: the rows of run 2")
