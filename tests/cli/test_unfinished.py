# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of batches that were interrupted say everywhere how many of their runs they hold."""

import json
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from conftest import KUMIAI, content, kumiai, kumiai_export, query, seal, write_scenario
from patience import PATIENCE

from kumiai import results as kr
from kumiai import sweeps

RUN = {"steps": 12, "seed": 3, "steps_per_year": 1}
SMALL = {"agents": 60, "mean_degree": 4.0}
SWEEP = ('scenario = "s.cfg";\nsweep = { design = "lhs"; points = 5; reps = 3; factors = ('
         ' { parameter = "contagion.beta"; min = 0.0; max = 0.3; } ); };\n')
SAYS = "planned runs are in the file; finish it with --resume"


def ok(*arguments):
    """Runs a command that must succeed; what it printed, and what it said."""
    result = kumiai(*arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout, result.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """s.cfg of four replicates and w.cfg, a sweep of it of 15 runs; and their results."""
    folder = tmp_path_factory.mktemp("unfinished")
    file = write_scenario(folder / "s.cfg", run={**RUN, "reps": 4}, contagion=SMALL)
    (folder / "w.cfg").write_text(SWEEP)
    write_scenario(folder / "t.cfg", run={**RUN, "reps": 4}, contagion={**SMALL, "beta": 0.3})
    ok("run", file, folder / "t.cfg", "--out", folder / "r.db")
    ok("sweep", folder / "w.cfg", "--out", folder / "w.db")
    for i in (1, 2):
        ok("sweep", folder / "w.cfg", "--out", folder / f"w{i}.db", "--shard", f"{i}/2")
    return folder


def cut(path, runs, to, **meta):
    """A copy of the results with its first runs alone, as a kill leaves it."""
    shutil.copy(path, to)
    with closing(sqlite3.connect(to)) as db:
        [(last,)] = db.execute("SELECT ifnull(max(run_id), 0) FROM (SELECT run_id FROM run ORDER BY run_id LIMIT ?)",
                               (runs,))
        for table in ("run", "summary", "series"):
            db.execute(f"DELETE FROM {table} WHERE run_id > ?", (last,))
        for item in meta.items():
            db.execute("UPDATE meta SET value = ?2 WHERE key = ?1", item)
        seal(db)
        db.commit()
    return to


@pytest.mark.parametrize("name, runs, planned", [("r", 5, 8), ("w", 11, 15), ("w1", 7, 8), ("w2", 2, 7)])
def test_how_many_are_there(folder, tmp_path, name, runs, planned):
    """... and nothing is said of a whole file."""
    whole, says = folder / f"{name}.db", f"{runs} of {planned} {SAYS}"
    part = cut(whole, runs, tmp_path / "part.db")
    assert f"{part}: {says}\n" in ok("verify", part)[0]
    assert SAYS not in ok("verify", whole)[0]
    assert says in kumiai_export(part, "--to", tmp_path / "to").stderr
    assert says in json.loads((tmp_path / "to/manifest.json").read_text())["note"]
    assert SAYS not in kumiai_export(whole, "--to", tmp_path / "whole").stderr
    assert f"{part}: {says}." in kr.load(part)[1] and SAYS not in str(kr.load(whole)[1])
    shard = ("--shard", f"{name[1]}/2") if name[1:] else ()
    command = ("run", folder / "s.cfg", folder / "t.cfg") if name == "r" else ("sweep", folder / "w.cfg", *shard)
    ok(*command, "--out", part, "--resume")
    assert SAYS not in ok("verify", part)[0] and content(part) == content(whole)


def test_scripts_of_a_sweep(folder, tmp_path):
    part = cut(folder / "w.db", 11, tmp_path / "part.db")
    assert f"{part}: 11 of 15 {SAYS}." in sweeps.read(part).notes
    assert SAYS not in str(sweeps.read(folder / "w.db").notes)


def test_merged_files(folder, tmp_path):
    part = cut(folder / "w2.db", 6, tmp_path / "part.db")
    refused = kumiai("merge", tmp_path / "m.db", folder / "w1.db", part)
    assert refused.returncode == 2 and "has 6 of its 7 runs; finish it with --resume" in refused.stderr
    ok("merge", tmp_path / "m.db", folder / "w1.db", folder / "w2.db")
    assert SAYS not in ok("verify", tmp_path / "m.db")[0]
    merged = cut(tmp_path / "m.db", 9, tmp_path / "c.db")
    assert f"9 of 15 {SAYS}" in ok("verify", merged)[0]


def test_batches_without_a_number(folder, tmp_path):
    """Which end when they are precise, or to which replicates are being added."""
    part = cut(folder / "r.db", 6, tmp_path / "part.db", reps="until")
    says = "6 runs of an unfinished batch are in the file; finish it with --resume"
    assert says in ok("verify", part)[0] and f"{part}: {says}." in kr.load(part)[1]


def test_one_replicate_alone(folder, tmp_path):
    one = tmp_path / "one.db"
    ok("run", folder / "s.cfg", folder / "t.cfg", "--only-rep", 0, "--out", one)
    assert "in the file" not in ok("verify", one)[0] and kr.load(one)[1] == []
    part, says = cut(one, 1, tmp_path / "part.db"), "1 of 2 planned runs are in the file; make it again with --force"
    assert says in ok("verify", part)[0] and f"{part}: {says}." in kr.load(part)[1]
    resumed = kumiai("run", folder / "s.cfg", folder / "t.cfg", "--out", one, "--resume")
    assert resumed.returncode == 2 and "was begun with reps 'only 0'" in resumed.stderr


def test_no_run_and_none_that_is_ok(folder, tmp_path):
    """What is said first is what keeps a reader from going on."""
    empty = cut(folder / "r.db", 0, tmp_path / "empty.db")
    assert f"0 of 8 {SAYS}" in ok("verify", empty)[0]
    with pytest.raises(kr.ResultsError, match=f"0 of 8 {SAYS}"):
        kr.load(empty)
    rerun = kumiai("verify", empty, "--rerun", 3)
    assert rerun.returncode == 2 and "no ok run that could be made again" in rerun.stderr
    with closing(sqlite3.connect(empty)) as db:
        db.execute("INSERT INTO run SELECT 1, 1, NULL, 0, 3, 'failed', 'x', 0, 0, 0, NULL, NULL")
        seal(db)
        db.commit()
    with pytest.raises(kr.ResultsError, match="no ok run among its 1 runs"):
        kr.load(empty)


def test_a_run_that_is_killed(folder, tmp_path):
    path = tmp_path / "r.db"
    with subprocess.Popen([KUMIAI, "run", folder / "s.cfg", "--reps", "100000", "--set", "run.steps=3000",
                           "--out", path, "--quiet"]) as process:
        end = time.monotonic() + PATIENCE
        while not path.exists() or not query(path, "SELECT count(*) FROM run")[0][0]:
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.1)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    told = ok("verify", path)[0]
    [(runs,)] = query(path, "SELECT count(*) FROM run")
    assert f"{runs} of 100000 {SAYS}" in told
