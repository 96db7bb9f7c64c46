# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that a run is writing is read in one state, is never called damaged, and is let go in between."""

import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import SCRIPTS, called, refused, seal
from patience import PATIENCE
from results_files import build

from kumiai import results as kr
from kumiai import database, digests, sweeps

KUMIAI = os.environ.get("KUMIAI", "kumiai")
HOLDER = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX, 1, 0); " \
         "print(flush=True); input()"


def scenario(folder, name, steps, reps):
    path = folder / f"{name}.cfg"
    path.write_text(f'base = "{SCRIPTS.parent}/configs/contagion/base.cfg"; '
                    f"run = {{ steps = {steps}; reps = {reps}; }}; contagion = {{ agents = 200; }};")
    return path


def run(*arguments):
    subprocess.run([KUMIAI, *map(str, arguments), "--quiet"], check=True, capture_output=True)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """A file of the program, with its digests."""
    folder = tmp_path_factory.mktemp("written")
    run("run", scenario(folder, "s", 5, 4), "--out", folder / "s.db")
    return folder / "s.db"


@pytest.fixture
def path(sealed, tmp_path):
    return Path(shutil.copy(sealed, tmp_path / "s.db"))


@contextmanager
def held(path):
    """Somebody has the lock of a run that writes the file."""
    with subprocess.Popen(["/usr/bin/python3", "-c", HOLDER, f"{path}.lock"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        try:
            yield
        finally:
            holder.communicate(b"\n")


def add_run(path):
    """A run more, as the program adds it; False where somebody reads and it has to wait."""
    with closing(sqlite3.connect(path, timeout=0)) as db:
        try:
            columns = [row[1] for row in db.execute("PRAGMA table_info(run)")]
            others = ", ".join(c for c in columns if c not in ("run_id", "rep"))
            db.execute(f"INSERT INTO run (run_id, rep, {others}) SELECT max(run_id) + 1, max(rep) + 1, {others} "
                       "FROM run")
            db.execute("INSERT INTO summary SELECT (SELECT max(run_id) FROM run), infected_final, infected_mean, "
                       "infected_peak FROM summary WHERE run_id = 1")
            seal(db)
            db.commit()
        except sqlite3.OperationalError:
            return False
    return True


# ---- one state ----


def test_a_run_that_is_added_makes_no_damage(path, monkeypatch):
    """... between any two of the queries that look for it."""
    tries = []
    for name in ("table_digest", "list_digest"):
        def spied(*arguments, whole=getattr(digests, name)):
            monkeypatch.undo()
            tries.append(add_run(path))
            return whole(*arguments)
        monkeypatch.setattr(digests, name, spied)
        database.check_file(path)
    assert tries == [False, False] and add_run(path)
    assert called("compare.py", path).returncode == 0


@pytest.mark.parametrize("part", ["_points", "_summary", "_models"])
def test_a_file_is_loaded_in_one_state(path, monkeypatch, part):
    tries = []

    def spied(*arguments, whole=getattr(kr, part)):
        tries.append(add_run(path))
        return whole(*arguments)
    monkeypatch.setattr(kr, part, spied)
    [found], _ = kr.load(path)
    assert True not in tries and tries and found.n == len(found.summary) == 4
    assert add_run(path)  # after it nobody waits


def test_it_is_let_go_between_parts(tmp_path, monkeypatch):
    """What is done with some rows takes time, and a run that waits for half a minute fails."""
    path = build(tmp_path / "a.db", ("baseline",), reps=4)
    monkeypatch.setattr(kr, "CHUNK_ROWS", 35)
    [found], _ = kr.load(path)
    whole = kr.read_table(found, "tie")
    parts = []
    for part in kr.iter_table(found, "tie"):
        parts.append(part)
        with closing(sqlite3.connect(path, timeout=0)) as db:
            db.execute("INSERT INTO run SELECT max(run_id) + 1, 1, NULL, max(rep) + 1, 42, 'ok', NULL, 160, 0, 0, '' "
                       "FROM run")
            db.execute("INSERT INTO tie SELECT (SELECT max(run_id) FROM run), tie_id, kind, mode, form, donor_id, "
                       "partner_id, sector, stage, onset, terminus, onset_censored, terminus_censored, cause "
                       "FROM tie WHERE run_id = 1")
            db.commit()
    assert len(parts) == 4 and sum(map(len, parts)) == len(whole) == 120
    for read in (kr.read_ties, kr.windows, kr.read_refusals):  # of what was loaded, not of what came
        assert len(read(found)) and set(kr.read_ties(found)["run_id"]) == {1, 2, 3, 4}


def test_a_file_that_is_replaced_meanwhile(path, tmp_path):
    [found], _ = kr.load(path)
    shutil.copy(path, tmp_path / "new.db")
    os.replace(tmp_path / "new.db", path)
    with pytest.raises(kr.ResultsError, match="has been replaced while it was read"):
        kr.read_series(found, ["infected"])
    assert kr.load(path)[0][0].n == 4


# ---- what is told ----


def test_how_far_it_is(path):
    assert kr.load(path)[1] == []
    with held(path):
        assert kr.load(path)[1] == [f"{path} is being written: 4 of 4 runs so far."]
        result = called("compare.py", path)
        assert result.returncode == 0 and "4 of 4 runs so far" in result.stderr
        assert refused(called("compare.py", path, "--verify"), 2, "is being written", "--verify has to wait")
    Path(f"{path}.lock").touch()  # which a killed run has left
    assert kr.load(path)[1] == [] and called("compare.py", path, "--verify").returncode == 0


@pytest.mark.parametrize("reps, told", [("6", "4 of 6"), ("2,7", "4 of 9"), ("until", "4"), ("3", "4"), (None, "4")])
def test_of_how_many(path, reps, told):
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'reps'", (reps,))
        seal(db)
        db.commit()
    with held(path):
        assert kr.load(path)[1] == [f"{path} is being written: {told} runs so far."]


def test_one_without_a_run_yet(path):
    with closing(sqlite3.connect(path)) as db:
        for table in ("run", "summary", "series"):
            db.execute(f"DELETE FROM {table}")
        seal(db)
        db.commit()
    assert refused(called("compare.py", path), 2, "0 of 4 planned runs are in the file; finish it with --resume")
    with held(path):
        assert refused(called("compare.py", path), 2, "is being written: 0 of 4 runs so far")


def test_one_that_is_kept_locked(path, monkeypatch):
    connect = sqlite3.connect
    monkeypatch.setattr(database.sqlite3, "connect", lambda *a, **k: connect(*a, **k, timeout=0))
    with closing(connect(path)) as db:
        db.execute("BEGIN EXCLUSIVE")
        assert refused(called("compare.py", path), 2, "is being written, or another program keeps it locked")


# ---- by the program ----


def test_nobody_writes_while_all_is_compared(path, monkeypatch):
    """It takes long: who would write is told at once, and does not fail after half a minute."""
    whole, told = digests.damaged, []

    def spied(*arguments, **options):
        told.append(subprocess.run([KUMIAI, "run", scenario(path.parent, "s", 5, 4), "--out", path, "--resume"],
                                   check=False, capture_output=True, text=True))
        return whole(*arguments, **options)
    monkeypatch.setattr(digests, "damaged", spied)
    database.check_file(path, verify=True)
    assert told[0].returncode == 2 and "another command is reading" in told[0].stderr
    assert [p.name for p in path.parent.glob("s.db*")] == ["s.db"]


@pytest.mark.parametrize("how", ["run", "sweep"])
def test_while_the_program_writes(tmp_path, how):
    """Every state that is seen is one: whole runs, sound digests."""
    asked = scenario(tmp_path, "s", 300, 100000)
    if how == "sweep":
        (tmp_path / "w.cfg").write_text(
            'scenario = "s.cfg"; sweep = { design = "random"; points = 1000; reps = 100; '
            'factors = ( { parameter = "contagion.beta"; min = 0.0; max = 0.3; } ); };')
        asked = tmp_path / "w.cfg"
    path, seen = tmp_path / "r.db", set()
    with subprocess.Popen([KUMIAI, how, asked, "--out", path, "--quiet"], stderr=subprocess.DEVNULL) as process:
        end = time.monotonic() + PATIENCE
        while len(seen) < 4:
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.2)
            try:
                [found], notes = kr.load(path)
                assert notes[0] == f"{path} is being written: {found.n} of 100000 runs so far."
                seen.add(found.n)
                if how == "sweep":
                    swept = sweeps.read(path)
                    assert f"{path} is being written: {len(swept.runs)} of 100000 runs so far." in swept.notes
            except kr.ResultsError as error:
                assert "no such file" in str(error) or "0 of 100000" in str(error)
        process.terminate()
        process.wait(timeout=PATIENCE)
    assert process.returncode == 130
