# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai sweep`: designs in results files, what is refused, shards, more replicates, failures, and
what is left after the process is killed or the disk is full."""

import csv
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from conftest import KUMIAI, committed, content, failing, kumiai, query, seal, sound, strike, write_scenario
from patience import PATIENCE

RUN = {"steps": 20, "seed": 11, "steps_per_year": 1}
SMALL = {"agents": 200, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.05}
BETA = '{ parameter = "contagion.beta"; min = 0.0; max = 0.3; }'
GAMMA = '{ parameter = "contagion.gamma"; min = 0.01; max = 0.5; scale = "log"; }'
AGENTS = '{ parameter = "contagion.agents"; min = 100; max = 300; }'


@pytest.fixture
def sweep(tmp_path):
    """Writes a sweep of a small scenario; settings by name, factors as texts; returns its path."""
    def write(name="s", factors=(BETA, GAMMA, AGENTS), scenario=None, run=None, **settings):
        write_scenario(tmp_path / "base.cfg", run={**RUN, **(run or {})},
                       contagion={**SMALL, **(scenario or {})})
        listed = f"factors = ({', '.join(factors)});" if factors else ""
        inner = " ".join(f"{key} = {value};" for key, value in settings.items())
        path = tmp_path / f"{name}.cfg"
        path.write_text(f'scenario = "base.cfg";\nsweep = {{\n{inner}\n{listed}\n}};\n')
        return path
    return write


def ok(*arguments, status=0):
    """Runs a command that must end with a status."""
    result = kumiai(*arguments)
    assert result.returncode == status, result.stderr
    return result


def refused(*arguments, about):
    """Runs a command that must be refused, with all the words in its message."""
    result = kumiai(*arguments)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    for word in [about] if isinstance(about, str) else about:
        assert word in result.stderr
    return result


# ---- what is written ----

def test_runs_are_in_rounds_over_the_points(sweep, tmp_path):
    out = tmp_path / "r.db"
    ok("sweep", sweep(design='"lhs"', points=7, reps=3), "--out", out)
    assert query(out, "SELECT run_id, scenario_id, point_id, rep, seed, status FROM run") == [
        (7 * rep + p + 1, 1, p + 1, rep, 11, "ok") for rep in range(3) for p in range(7)]
    assert query(out, "SELECT run_id FROM summary") == [(i,) for i in range(1, 22)]
    assert query(out, "SELECT count(*) FROM series") == [(0,)]
    assert query(out, "SELECT * FROM point") == [(i, 1, 1) for i in range(1, 8)]
    assert query(out, "SELECT parameter, type, scale, min, max FROM factor") == [
        ("contagion.beta", "real", "linear", 0, 0.3), ("contagion.gamma", "real", "log", 0.01, 0.5),
        ("contagion.agents", "integer", "integer", 100, 300)]
    meta = dict(query(out, "SELECT * FROM meta"))
    assert (meta["detail"], meta["design_kind"], meta["reps"]) == ("summary", "lhs", "3")
    assert "points = 7;" in meta["design"]


def test_a_point_is_the_scenario_with_its_values(sweep, tmp_path):
    """A run of a point is that of `kumiai run` with the point's values as --set."""
    out, one = tmp_path / "r.db", tmp_path / "one.db"
    ok("sweep", sweep(design='"random"', points=4, reps=2), "--out", out)
    values = query(out, "SELECT parameter, value FROM point_value WHERE point_id = 3")
    sets = [f"--set={name}={int(value) if name.endswith('agents') else repr(value)}"
            for name, value in values]
    ok("run", tmp_path / "base.cfg", "--out", one, "--reps", 2, *sets)
    sql = "SELECT rep, state_digest FROM run WHERE ? IN (0, point_id)"
    assert query(one, sql, (0,)) == query(out, sql, (3,))


def test_common_and_independent_seeds(sweep, tmp_path):
    """Two points that are the same: one world with common seeds, two with independent ones."""
    rows = tmp_path / "t.csv"
    rows.write_text("contagion.beta\n0.2\n0.2\n")
    for seeds, different in (("common", 1), ("independent", 2)):
        out = tmp_path / f"{seeds}.db"
        ok("sweep", sweep(factors=(), design='"table"', table='"t.csv"', seeds=f'"{seeds}"', reps=2),
           "--out", out)
        found = query(out, "SELECT rep, count(DISTINCT state_digest), count(DISTINCT seed), min(seed)"
                           " FROM run GROUP BY rep")
        assert [row[:3] for row in found] == [(0, different, different), (1, different, different)]
        assert all(row[3] >= 0 for row in found)
        assert query(out, "SELECT max(seed) FROM run")[0][0] < 2**53


def test_seeds_lie_below_two_to_the_53(sweep, tmp_path):
    """Greater ones are rounded by every program that keeps numbers as doubles."""
    out = tmp_path / "r.db"
    for options, words in ((("--seed", 2**53), f"from 0 to {2**53 - 1}"),
                           (("--seed", -1), f"from 0 to {2**53 - 1}"),
                           (("--set", f"run.seed={2**53}"), f"between 0 and {2**53 - 1}")):
        done = kumiai("sweep", sweep(design='"lhs"', points=2, reps=1), "--out", out, *options)
        assert done.returncode == 2 and words in done.stderr and not out.exists()
    file = sweep(design='"lhs"', points=2, design_seed=f"{2**53}L")
    done = kumiai("sweep", file, "--out", out)
    assert done.returncode == 2 and not out.exists()
    assert f"{file}:" in done.stderr and f"design_seed is {2**53}; it must lie" in done.stderr
    ok("sweep", sweep(design='"lhs"', points=2, reps=1), "--out", out, "--seed", 2**53 - 1)
    assert query(out, "SELECT DISTINCT seed FROM run") == [(2**53 - 1,)]


def test_a_sweep_of_larger_seeds_is_not_continued(sweep, tmp_path):
    """As earlier versions drew them for seeds = "independent"; such files are still read."""
    out, file = tmp_path / "r.db", sweep(design='"lhs"', points=2, seeds='"independent"', reps=1)
    ok("sweep", file, "--out", out)
    with closing(sqlite3.connect(out)) as db:
        db.execute("UPDATE run SET seed = seed + 4611686018427387904")
        seal(db)
        db.commit()
    done = kumiai("sweep", file, "--out", out, "--resume")
    assert done.returncode == 2 and "draws seeds below 2^53" in done.stderr


def test_table_with_all_types(sweep, tmp_path):
    (tmp_path / "t.csv").write_text("contagion.agents,contagion.beta\n150,0.1\n160,0.2\n")
    out = tmp_path / "r.db"
    ok("sweep", sweep(factors=(), design='"table"', table='"t.csv"'), "--out", out)
    assert query(out, "SELECT point_id, parameter, value FROM point_value") == [
        (1, "contagion.agents", 150), (1, "contagion.beta", 0.1),
        (2, "contagion.agents", 160), (2, "contagion.beta", 0.2)]


def test_blocks_of_saltelli_and_morris(sweep, tmp_path):
    out = tmp_path / "r.db"
    ok("sweep", sweep(design='"saltelli"', samples=2, second_order="true"), "--out", out)
    roles = query(out, "SELECT block, role, parameter FROM block_point")
    names = ["contagion.beta", "contagion.gamma", "contagion.agents"]
    assert roles == [(b, role, name) for b in (1, 2) for role, name in
                     [("A", None), *[("AB", n) for n in names], *[("BA", n) for n in names], ("B", None)]]
    assert query(out, "SELECT * FROM block") == [(1, 8, 8, 0, 1), (2, 8, 8, 0, 1)]
    ok("sweep", sweep(design='"morris"', trajectories=2), "--out", out, "--force")
    assert query(out, "SELECT block, group_concat(role, ' '), count(DISTINCT parameter)"
                      " FROM block_point GROUP BY block") == [
        (1, "start move move move", 3), (2, "start move move move", 3)]


def test_exports(sweep, tmp_path):
    """The points as CSV are those of the results file, and make the same sweep as a table."""
    file = sweep(design='"lhs"', points=6)
    ok("sweep", file, "--design-csv", tmp_path / "d.csv", "--salib", tmp_path / "p.json")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["base.cfg", "d.csv", "p.json", "s.cfg"]
    problem = json.loads((tmp_path / "p.json").read_text())
    assert problem["num_vars"] == 3
    assert problem["names"] == ["contagion.beta", "contagion.gamma", "contagion.agents"]
    assert problem["bounds"] == [[0, 0.3], [0.01, 0.5], [100, 300]]
    ok("sweep", file, "--out", tmp_path / "a.db")
    rows = list(csv.DictReader((tmp_path / "d.csv").open()))
    assert [(int(row["point_id"]), name, float(row[name])) for row in rows
            for name in sorted(problem["names"])] == query(
        tmp_path / "a.db", "SELECT point_id, parameter, value FROM point_value")
    ok("sweep", sweep("t", factors=(), design='"table"', table='"d.csv"'), "--out", tmp_path / "b.db")
    sql = "SELECT point_id, rep, state_digest FROM run"
    assert query(tmp_path / "a.db", sql) == query(tmp_path / "b.db", sql)
    assert ok("sweep", file, "--design-csv", "-").stdout == (tmp_path / "d.csv").read_text()


def test_dry_run_writes_nothing_and_counts_right(sweep, tmp_path):
    file, before = sweep(design='"lhs"', points=50, reps=4), None
    before = sorted(tmp_path.iterdir())
    told = ok("sweep", file, "--dry-run", "--out", tmp_path / "r.db", "--detail", "series").stdout
    assert sorted(tmp_path.iterdir()) == before
    assert "runs          200\n" in told
    assert "run 200, summary 200, series 4000, point 50, point_value 150" in told
    for word in ("results file", "memory", "time"):
        assert word in told
    ok("sweep", file, "--out", tmp_path / "r.db", "--detail", "series")
    size, unit = told.split("results file  about ")[1].split()[:2]
    real = (tmp_path / "r.db").stat().st_size
    assert 0.8 < float(size) * {"kB": 1e3, "MB": 1e6}[unit] / real < 1.25


def test_check_knows_sweeps(sweep):
    assert "ok" in ok("check", sweep(design='"lhs"', points=5)).stdout
    refused("check", sweep(design='"lsh"', points=5), about="did you mean \"lhs\"?")


# ---- what is refused ----

@pytest.mark.parametrize("settings, about", [
    ({"design": '"lsh"', "points": 3}, ":3: design is \"lsh\"; did you mean \"lhs\"?"),
    ({"points": 3}, "does not say `design`"),
    ({"design": '"lhs"'}, "needs the number of points"),
    ({"design": '"lhs"', "points": 0}, "points is 0; it must lie between 1 and 10000000"),
    ({"design": '"lhs"', "points": "2.5"}, "points must be a whole number, but is a real number"),
    ({"design": '"lhs"', "points": 99999999999}, "does not fit into 32 bits"),
    ({"design": '"morris"', "points": 3}, ["has no setting points", "number of trajectories"]),
    ({"design": '"morris"', "trajectories": 3, "levels": 5}, "levels is 5; it must be an even number"),
    ({"design": '"lhs"', "pionts": 3}, "no setting pionts; did you mean points?"),
    ({"design": '"lhs"', "points": 3, "seeds": '"comon"'}, "did you mean \"common\"?"),
    ({"design": '"saltelli"', "samples": 3, "second_order": 1}, "second_order must be true or false"),
    ({"design": '"zip"', "factors": ('{ parameter = "contagion.beta"; levels = [0.1, 0.2]; }',
                                     '{ parameter = "contagion.gamma"; levels = [0.1]; }')},
     "contagion.beta has 2 and contagion.gamma 1"),
    ({"design": '"factorial"', "factors": ('{ parameter = "contagion.beta"; levels = [0.1, 1.5, 0.1]; }',)},
     ["contagion.beta is 1.5; it must lie between 0 and 1", "has the level 0.1 twice"]),
    ({"design": '"factorial"'}, "factor contagion.beta needs step"),
    ({"design": '"table"', "factors": (), "table": '"none.csv"'}, "cannot read the file"),
    ({"design": '"lhs"', "points": 3, "factors": ()}, "needs factors = ("),
])
def test_mistakes_in_a_sweep_file(sweep, tmp_path, settings, about):
    refused("sweep", sweep(**settings), "--out", tmp_path / "r.db", about=about)
    assert not (tmp_path / "r.db").exists()


@pytest.mark.parametrize("factor, about", [
    ('{ parameter = "contagion.betta"; }', "there is no parameter contagion.betta; did you mean contagion.beta?"),
    ('{ parameter = "run.steps"; }', "run.steps is of the whole run"),
    ('{ paramter = "contagion.beta"; }', "did you mean parameter?"),
    ('{ parameter = "contagion.beta"; min = 0.5; max = 0.2; }', "from 0.5 to 0.2; min must be below max"),
    ('{ parameter = "contagion.beta"; max = 1.5; }', "contagion.beta is 1.5; it must lie between 0 and 1"),
    ('{ parameter = "contagion.rewire"; scale = "log"; }', "on a log scale min must be above 0"),
    ('{ parameter = "contagion.beta"; distribution = "norml"; }', 'did you mean "normal"?'),
    ('{ parameter = "contagion.beta"; distribution = "normal"; mean = 0.1; }', 'distribution "normal" needs sd = ...'),
    ('{ parameter = "contagion.beta"; distribution = "normal"; mean = 0.1; sd = -1.0; }', "its sd, -1, must be above 0"),
    ('{ parameter = "contagion.beta"; distribution = "beta"; alpha = 2; beta = "x"; }', "beta must be a number, but is a text"),
    ('{ parameter = "contagion.beta"; distribution = "triangular"; min = 0.1; max = 0.2; mode = 0.3; }',
     "its mode, 0.3, is outside of 0.1 to 0.2"),
    ('{ parameter = "contagion.beta"; distribution = "uniform"; mean = 0.1; }', 'distribution "uniform" has no mean'),
    ('{ parameter = "contagion.beta"; mean = 0.1; }', "mean is of a distribution; say which"),
    ('{ parameter = "contagion.beta"; distribution = "log"; scale = "log"; }', "scale and distribution exclude each other"),
    ('{ parameter = "contagion.beta"; scale = "power"; }', "it may be: linear, log, integer"),
    ('{ parameter = "contagion.agents"; scale = "linear"; }', "the scale of contagion.agents may be: integer, log"),
    ('{ parameter = "contagion.beta"; levels = [0.1]; }', "takes min, max and scale, or a distribution of a factor, not levels"),
    (BETA + ", " + BETA, "contagion.beta is a factor already"),
    ("3", "a factor must be a group"),
])
def test_mistakes_in_a_factor(sweep, tmp_path, factor, about):
    refused("sweep", sweep(design='"lhs"', points=3, factors=(factor,)), "--out", tmp_path / "r.db",
            about=about)


def test_all_problems_at_once(sweep, tmp_path):
    """Of the sweep, of its scenario and of the command line, each with its line."""
    file = sweep(design='"lhs"', points=0, factors=('{ parameter = "contagion.betta"; }',),
                 scenario={"beta": 2.0})
    text = refused("sweep", file, "--out", tmp_path / "no" / "r.db", "--thread=2",
                   about=[f"{file}:3: points is 0", "contagion.beta is 2.0", "no folder",
                          "--threads"]).stderr
    assert len(text.splitlines()) == 4  # without its scenario nobody knows the factor


def test_points_that_the_model_refuses(sweep, tmp_path):
    """A mean degree that so few agents cannot have: told with point and line before anything runs."""
    out = tmp_path / "r.db"
    degree = '{ parameter = "contagion.mean_degree"; levels = [4.0, 150.0]; }'
    agents = '{ parameter = "contagion.agents"; levels = [100, 200]; }'
    text = refused("sweep", sweep(design='"factorial"', factors=(degree, agents)), "--out", out,
                   about="s.cfg:4: point 3: contagion.mean_degree = 150").stderr
    assert len(text.splitlines()) == 1 and not out.exists()
    (tmp_path / "t.csv").write_text("contagion.mean_degree\n4\n5\n300\n")
    refused("sweep", sweep(design='"table"', table='"t.csv"', factors=()), "--out", out,
            about="t.csv:4: point 3: contagion.mean_degree = 300")


def test_mistakes_in_a_table(sweep, tmp_path):
    (tmp_path / "t.csv").write_text("contagion.bta,contagion.gamma\n0.1,7\n")
    text = refused("sweep", sweep(design='"table"', table='"t.csv"', factors=()), "--out",
                   tmp_path / "r.db", about=["t.csv:1:", "did you mean contagion.beta?", "t.csv:2:"])
    assert len(text.stderr.splitlines()) == 2


@pytest.mark.parametrize("option, about", [
    (["--shard", "0/3"], "I/N"), (["--shard", "4/3"], "I/N"), (["--shard", "1"], "I/N"),
    (["--retry-failed", "--force"], "exclude each other"), (["--timeout", "0"], "--timeout"), (["--detail", "al"], "'al'"),
    (["--set", "contagion.beta=0.2"], "contagion.beta is a factor of the sweep, but --set"),
    (["--dry-run", "--paranoid"], "--dry-run and --paranoid exclude"), (["--out", "s.db"], "--out is given twice"),
    (["--reps", "0"], "--reps"), (["--resume", "--force"], "exclude"), (["again.cfg"], "one file"),
])
def test_options_that_are_wrong(sweep, tmp_path, option, about):
    refused("sweep", sweep(design='"lhs"', points=3), "--out", tmp_path / "r.db", *option, about=about)
    assert not (tmp_path / "r.db").exists()


def test_an_existing_file_is_refused_before_anything_runs(sweep, tmp_path):
    out, file = tmp_path / "r.db", sweep(design='"lhs"', points=3)
    ok("sweep", file, "--out", out)
    before = out.read_bytes()
    refused("sweep", file, "--out", out, about="exists already")
    assert out.read_bytes() == before
    ok("sweep", file, "--out", out, "--force", "--reps", 2)
    assert query(out, "SELECT count(*) FROM run") == [(6,)]
    assert "--out R.db is missing" in refused("sweep", file, about="--out").stderr


# ---- what nothing depends on ----

def test_threads_change_nothing(sweep, tmp_path):
    file, found = sweep(design='"saltelli"', samples=3, reps=2), []
    for threads in (1, 2, 3):
        out = tmp_path / f"{threads}.db"
        ok("sweep", file, "--out", out, "--threads", threads, "--detail", "series")
        found.append(content(out))
    assert found[0] == found[1] == found[2]


def test_more_replicates_are_those_of_a_longer_sweep(sweep, tmp_path):
    out, whole = tmp_path / "r.db", tmp_path / "whole.db"
    file = sweep(design='"lhs"', points=5, reps=2)
    ok("sweep", file, "--out", out)
    ok("sweep", file, "--out", out, "--resume", "--reps", 5)
    ok("sweep", file, "--out", whole, "--reps", 5)
    assert content(out) == content(whole)
    refused("sweep", file, "--out", out, "--resume", "--reps", 3,
            about="begun with 5 replicates, this command has 3")


@pytest.mark.parametrize("change, about", [
    ({"points": 6}, "the sweep was begun with 'points = 5;', this command has 'points = 6;'"),
    ({"design_seed": 2}, "design_seed = 1L;"),
    ({"factors": (BETA, GAMMA)}, "the sweep was begun with"),
    ({"scenario": {"initial_share": 0.5}}, "initial_share"),
])
def test_resume_says_what_differs(sweep, tmp_path, change, about):
    out, settings = tmp_path / "r.db", {"design": '"lhs"', "points": 5}
    ok("sweep", sweep(**settings), "--out", out)
    before = content(out)
    refused("sweep", sweep(**{**settings, **change}), "--out", out, "--resume", about=about)
    assert content(out) == before


def test_run_and_sweep_do_not_mix(sweep, tmp_path):
    out, file = tmp_path / "r.db", sweep(design='"lhs"', points=5)
    ok("sweep", file, "--out", out)
    refused("run", tmp_path / "base.cfg", "--out", out, "--resume", about="`kumiai sweep` continues")
    refused("sweep", file, "--out", out, "--resume", "--shard", "1/2", about="shard '1/1'")
    ok("run", tmp_path / "base.cfg", "--out", out, "--force")
    refused("sweep", file, "--out", out, "--resume", about="it holds no sweep")


def test_a_table_that_changed_is_noticed(sweep, tmp_path):
    out, rows = tmp_path / "r.db", tmp_path / "t.csv"
    rows.write_text("contagion.beta\n0.1\n0.2\n")
    file = sweep(factors=(), design='"table"', table='"t.csv"')
    ok("sweep", file, "--out", out)
    rows.write_text("contagion.beta\n0.1\n0.3\n")
    refused("sweep", file, "--out", out, "--resume", about="the table of its points has other values")


# ---- failures ----

def test_runs_that_take_too_long(sweep, tmp_path):
    out = tmp_path / "r.db"
    big = sweep(design='"factorial"', scenario={"agents": 20000},
                factors=('{ parameter = "contagion.beta"; levels = [0.1, 0.2]; }',))
    result = ok("sweep", big, "--out", out, "--timeout", "0.0001", status=3)
    assert "2 of 2 runs failed; the first is scenario base, point 1, replicate 0: " in result.stderr
    assert "time limit" in result.stderr
    found = query(out, "SELECT status, note, state_digest FROM run")
    assert [(row[0], row[2]) for row in found] == [("timeout", None)] * 2
    assert "time limit" in found[0][1]
    assert query(out, "SELECT count(*) FROM summary") == [(0,)]
    ok("sweep", big, "--out", out, "--resume", status=3)  # what failed stays so
    ok("sweep", big, "--out", out, "--retry-failed")  # which resumes as well
    assert query(out, "SELECT status FROM run") == [("ok",)] * 2


def test_failed_runs_are_made_again_in_their_place(sweep, tmp_path):
    out, whole, file = tmp_path / "r.db", tmp_path / "w.db", sweep(design='"saltelli"', samples=3)
    ok("sweep", file, "--out", whole, "--detail", "series")
    ok("sweep", file, "--out", out, "--detail", "series")
    failing(out, (2, 7, 15))
    assert query(out, "SELECT block, ok, failed, complete FROM block") == [
        (1, 4, 1, 0), (2, 4, 1, 0), (3, 4, 1, 0)]
    assert "view block" in ok("sweep", file, "--out", out, "--detail", "series", "--resume", status=3).stderr
    ok("sweep", file, "--out", out, "--detail", "series", "--resume", "--retry-failed")
    assert content(out) == content(whole)
    assert sound(out)


# ---- crashes, signals, full disks ----

@pytest.fixture
def long_sweep(sweep, tmp_path):
    """A sweep of a second or so with several commits (one in 50,000 rows), its whole
    content, and how long it takes."""
    file = sweep(design='"morris"', trajectories=100, reps=5, factors=(BETA, GAMMA),
                 run={"steps": 200}, scenario={"agents": 20})
    begun = time.monotonic()
    ok("sweep", file, "--out", tmp_path / "whole.db", "--detail", "series", "--threads", 2)
    seconds = time.monotonic() - begun
    return file, content(tmp_path / "whole.db"), seconds


def test_killed_at_any_moment(long_sweep, tmp_path):
    """A dozen times, each on what the last one left; then the rest: the same as undisturbed."""
    file, whole, seconds = long_sweep
    out, chance, left = tmp_path / "r.db", random.Random(5), []
    command = [KUMIAI, "sweep", str(file), "--out", str(out), "--detail", "series", "--resume",
               "--quiet", "--threads", "2"]
    for k in range(12):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        strike(process, chance.uniform(0.0, 0.4 * seconds), (lambda: committed(out)) if k == 6 else None)
        assert not out.exists() or sound(out)
        left.append(len(query(out, "SELECT 1 FROM run")) if out.exists() else 0)
    assert left == sorted(left)
    assert any(0 < runs < 1500 for runs in left), left
    ok(*command[1:])
    assert content(out) == whole


def test_killed_while_failed_runs_are_made_again(long_sweep, tmp_path):
    file, whole, seconds = long_sweep
    out, chance = tmp_path / "whole.db", random.Random(6)
    failing(out, range(3, 1500, 2))
    command = [KUMIAI, "sweep", str(file), "--out", str(out), "--detail", "series", "--resume",
               "--retry-failed"]
    for _ in range(4):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        strike(process, chance.uniform(0.0, 0.5 * seconds))
        assert sound(out)
    ok(*command[1:])
    assert content(out) == whole


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_and_resumed(sweep, tmp_path, number):
    file, out = sweep(design='"lhs"', points=300, reps=20, scenario={"agents": 2000},
                      factors=(BETA, GAMMA)), tmp_path / "r.db"
    process = subprocess.Popen([KUMIAI, "sweep", file, "--out", out], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    while not out.exists():
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(number)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "--resume continues" in told
    assert sound(out)
    runs = query(out, "SELECT run_id FROM run")
    assert 0 < len(runs) < 6000 and runs == [(i + 1,) for i in range(len(runs))]


def test_disk_full(long_sweep, tmp_path):
    """A limit on the size of files stands for the disk: one sentence, a sound file, and it goes on."""
    file, whole, _ = long_sweep
    out = tmp_path / "r.db"
    for limit in (64 * 1024, 8 << 20):
        result = subprocess.run([KUMIAI, "sweep", file, "--out", out, "--detail", "series", "--resume"],
                                check=False, capture_output=True, text=True, timeout=PATIENCE,
                                preexec_fn=lambda size=limit: resource.setrlimit(
                                    resource.RLIMIT_FSIZE, (size, size)))
        assert result.returncode == 1 and result.stdout == ""
        assert len(result.stderr.strip().splitlines()) == 1 and "r.db" in result.stderr
        assert not out.exists() or sound(out)
        assert not [p for p in tmp_path.iterdir() if "partial" in p.name]
    ok("sweep", file, "--out", out, "--detail", "series", "--resume")
    assert content(out) == whole


@pytest.mark.skipif(os.geteuid() == 0, reason="a superuser may write everywhere")
def test_folder_that_is_read_only(sweep, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    text = refused("sweep", sweep(design='"lhs"', points=3), "--out", folder / "r.db",
                   about="not writable").stderr
    assert len(text.splitlines()) == 1


def test_exports_replace_nothing_unasked(sweep, tmp_path):
    file, kept = sweep(design='"lhs"', points=3), tmp_path / "r.db"
    ok("sweep", file, "--out", kept)
    for option in ("--design-csv", "--salib"):
        before = kept.read_bytes(), file.read_bytes()
        refused("sweep", file, option, kept, about=[option, "r.db is a results file"])
        refused("sweep", file, option, file, "--force", about="another file of this command")
        refused("sweep", file, option, kept, "--out", kept, "--force", about="another file of this")
        assert (kept.read_bytes(), file.read_bytes()) == before
    one = tmp_path / "one"
    refused("sweep", file, "--design-csv", kept, "--force", about="r.db is a results file")
    for option in ("--out", "--design-csv"):
        refused("sweep", file, option, f"{kept}-journal", about=[option, "a part of a results file"])
    assert kept.read_bytes() == before[0] and not list(tmp_path.glob("*-journal"))
    refused("sweep", file, "--design-csv", one, "--salib", one, about="name the same file")
    assert not one.exists()
    same = f"{tmp_path}/./one"
    refused("sweep", file, "--design-csv", one, "--salib", same, about="name the same file")
    refused("sweep", file, "--out", one, "--design-csv", same, about="another file of this command")
    assert not one.exists()
    for option in (("--resume",), ("--shard", "1/2"), ("--timeout", 5), ("--detail", "full"), ("--paranoid",)):
        refused("sweep", file, "--design-csv", one, *option, about=f"{option[0]}: --out R.db is missing")
    refused("sweep", file, "--dry-run", "--resume", about="--resume: --out R.db is missing")
    ok("sweep", file, "--design-csv", one)
    ok("sweep", file, "--design-csv", one, "--force")
    (tmp_path / "link").symlink_to("one")
    ok("sweep", file, "--design-csv", tmp_path / "link", "--force")
    assert (tmp_path / "link").is_symlink() and not list(tmp_path.glob("*.partial*"))
    ok("sweep", file, "--design-csv", "/dev/null")
    assert not Path("/dev/null").is_file()


def test_exports_never_replace_what_the_sweep_reads(tmp_path):
    base = write_scenario(tmp_path / "base.cfg", contagion={"agents": 50})
    scenario, table, file = tmp_path / "s.cfg", tmp_path / "points.csv", tmp_path / "sweep.cfg"
    scenario.write_text(f'base = "{base.name}";\n')
    table.write_text("contagion.beta\n0.1\n0.2\n")
    file.write_text('scenario = "s.cfg"; sweep = { design = "table"; table = "points.csv"; reps = 1; };\n')
    before = [path.read_bytes() for path in (base, scenario, table)]
    for option in ("--design-csv", "--salib"):
        for path in (base, scenario, table):
            text = refused("sweep", file, option, path, "--force", about="a file that this sweep reads").stderr
            assert f"{option}: {path}" in text
    assert [path.read_bytes() for path in (base, scenario, table)] == before


def test_another_writer_is_kept_out(sweep, tmp_path):
    file, out = sweep(design='"lhs"', points=300, reps=50, scenario={"agents": 2000},
                      factors=(BETA,)), tmp_path / "r.db"
    process = subprocess.Popen([KUMIAI, "sweep", file, "--out", out], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    while not out.exists():
        time.sleep(0.01)
    time.sleep(0.1)
    refused("sweep", file, "--out", out, "--resume", about="another run is writing")
    process.terminate()
    process.wait()
