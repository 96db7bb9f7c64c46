# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai sweep --append`: sweeps that grow by waves of other designs."""

import os
import random
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from conftest import KUMIAI, committed, content, failing, kumiai, query, seal, sound, strike, write_scenario
from patience import PATIENCE

RUN = {"steps": 20, "seed": 11, "steps_per_year": 1}
SMALL = {"agents": 200, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.05}
MPI = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
       "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
       "OMPI_MCA_btl": "self,vader,tcp", "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
STATES = """SELECT rep, state_digest, (SELECT group_concat(parameter || value) FROM (SELECT parameter, value
            FROM point_value AS v WHERE v.point_id = run.point_id ORDER BY parameter)) AS at FROM run ORDER BY at, rep"""


def levels(name, values):
    return f'{{ parameter = "contagion.{name}"; levels = [{", ".join(map(str, values))}]; }}'


@pytest.fixture
def wave(tmp_path):
    """Writes a sweep over the scenario; returns its path."""
    write_scenario(tmp_path / "base.cfg", run=RUN, contagion=SMALL)

    def write(name, *factors, **settings):
        inner = " ".join(f"{key} = {value};" for key, value in {"design": '"factorial"', **settings}.items())
        listed = f"factors = ({', '.join(factors)});" if factors else ""
        path = tmp_path / f"{name}.cfg"
        path.write_text(f'scenario = "base.cfg";\nsweep = {{\n{inner}\n{listed}\n}};\n')
        return path
    return write


@pytest.fixture
def waves(wave):
    """Three waves: the second shares a point with the first and has a factor more, the third is a
    table of a point of each and of a new one, with more replicates."""
    first = wave("w1", levels("beta", [0.1, 0.2, 0.3]), reps=2)
    second = wave("w2", levels("beta", [0.2, 0.4]), levels("gamma", [0.1, 0.3]), reps=3)
    (first.parent / "t.csv").write_text("contagion.gamma,contagion.beta\n0.3,0.4\n0.7,0.1\n0.1,0.3\n0.7,0.1\n")
    return [first, second, wave("w3", design='"table"', table='"t.csv"', reps=4)]


def ok(*arguments, status=0, **options):
    result = kumiai(*arguments, **options)
    assert result.returncode == status, result.stderr
    return result


def refused(*arguments, about):
    result = kumiai(*arguments)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    assert about in result.stderr
    return result


def grow(files, out, *options):
    for file in files:
        ok("sweep", file, "--out", out, "--append", *options)
    return out


def dry(*arguments):
    """What a dry run tells of the runs, after the design's title."""
    return ok("sweep", *arguments, "--dry-run", "--threads", 1).stdout.splitlines()[1:]


def test_a_dry_run_counts_what_the_file_lacks(waves, tmp_path):
    """As the wave itself then says; the file stays as it is."""
    out = grow(waves[:1], tmp_path / "r.db")
    before = out.read_bytes()
    told = dry(waves[1], "--out", out, "--append")
    assert told[:2] == ["Wave 2: 3 new points, 1 that the file had; 10 runs", "runs          10"]
    assert "run 10, summary 10" in told[2] and "point 3, point_value 6" in told[2]
    assert out.read_bytes() == before and [p.name for p in tmp_path.glob("r.db*")] == ["r.db"]
    assert ok("sweep", waves[1], "--out", out, "--append").stdout.splitlines()[1] == told[0]
    assert ok("sweep", waves[1], "--out", out, "--append", "--dry-run").stdout == (
        "Nothing is left to do: all runs are there.\n")
    assert ok("sweep", waves[0], "--out", out, "--append", "--dry-run").stdout == (
        "Nothing to add: the file has all points and replicates\n")


def test_a_dry_run_counts_what_is_left_of_a_sweep(wave, tmp_path):
    file, out = wave("w", levels("beta", [0.1, 0.2, 0.3]), reps=2), tmp_path / "r.db"
    assert dry(file, "--out", out, "--append")[1] == "runs          6"
    ok("sweep", file, "--out", out)
    assert dry(file, "--out", out, "--resume", "--reps", 5)[0] == "runs          9 left, 6 are there"
    assert "Nothing is left to do" in ok("sweep", file, "--out", out, "--resume", "--dry-run").stdout


def test_a_dry_run_refuses_what_the_sweep_would(waves, tmp_path):
    out = grow(waves[:1], tmp_path / "r.db")
    refused("sweep", waves[1], "--out", out, "--resume", "--dry-run", about="cannot resume")
    (tmp_path / "x.db").write_text("no database")
    refused("sweep", waves[1], "--out", tmp_path / "x.db", "--append", "--dry-run", about="x.db")


def test_a_wave_makes_what_the_file_lacks(waves, tmp_path):
    out = grow(waves[:1], tmp_path / "r.db")
    told = ok("sweep", waves[1], "--out", out, "--append").stdout
    assert "Wave 2: 3 new points, 1 that the file had; 10 runs" in told
    told = ok("sweep", waves[2], "--out", out, "--append").stdout
    assert "Wave 3: 1 new point, 2 that the file had; 7 runs" in told
    assert query(out, "SELECT wave_id, kind, reps, points, runs FROM wave") == [
        (1, "factorial", 2, 3, 6), (2, "factorial", 3, 4, 10), (3, "table", 4, 4, 7)]
    assert query(out, "SELECT wave, count(*) FROM point GROUP BY wave") == [(1, 3), (2, 3), (3, 1)]
    assert query(out, "SELECT * FROM wave_again ORDER BY 1, 2") == [(2, 2), (3, 3), (3, 6)]
    assert query(out, "SELECT count(*), count(DISTINCT point_id) FROM point_value") == [(14, 7)]
    assert query(out, "SELECT point_id, rep, count(*) FROM run GROUP BY 1, 2 HAVING count(*) > 1") == []
    assert dict(query(out, "SELECT point_id, count(*) FROM run GROUP BY point_id")) == {
        1: 2, 2: 3, 3: 4, 4: 3, 5: 3, 6: 4, 7: 4}
    assert [r for (r,) in query(out, "SELECT run_id FROM run ORDER BY rowid")] == list(range(1, 24))
    ok("verify", out, "--rerun", 23)


def test_runs_are_those_of_one_sweep(waves, wave, tmp_path):
    """The same point and replicate, the same run, whatever wave it is of."""
    grown = {(rep, at): digest for rep, digest, at in query(grow(waves, tmp_path / "r.db"), STATES)}
    all_of = wave("all", levels("beta", [0.1, 0.2, 0.3, 0.4]), levels("gamma", [0.1, 0.3, 0.7]), reps=4)
    ok("sweep", all_of, "--out", tmp_path / "all.db")
    whole = {(rep, at): digest for rep, digest, at in query(tmp_path / "all.db", STATES)}
    assert len(grown) == 23 and len(whole) == 48 and grown.items() <= whole.items()


def test_again_changes_nothing(waves, tmp_path):
    out = grow(waves, tmp_path / "r.db")
    before = content(out)
    for file in (waves[0], waves[2], waves[1]):
        told = ok("sweep", file, "--out", out, "--append").stdout
    assert "Nothing to add: the file has all points and replicates" in told
    assert content(out) == before


@pytest.mark.parametrize("detail", ["summary", "full"])
def test_threads_and_shards_change_nothing(waves, tmp_path, detail):
    whole = content(grow(waves, tmp_path / "r.db", "--detail", detail, "--threads", 1))
    assert content(grow(waves, tmp_path / "t.db", "--detail", detail, "--threads", 4)) == whole
    for n in (2, 5):
        parts = [grow(waves, tmp_path / f"s{i}of{n}.db", "--detail", detail, "--shard", f"{i}/{n}")
                 for i in range(1, n + 1)]
        ok("merge", tmp_path / f"m{n}.db", *parts)
        assert content(tmp_path / f"m{n}.db") == whole


def test_shards_of_other_waves_are_not_merged(waves, tmp_path):
    one = grow(waves[:2], tmp_path / "1.db", "--shard", "1/2")
    two = grow(waves[:1], tmp_path / "2.db", "--shard", "2/2")
    refused("merge", tmp_path / "m.db", one, two, about="has number of replicates '3'")


@pytest.mark.skipif(not shutil.which("mpirun") or "Open MPI" not in kumiai("--version").stdout,
                    reason="there is no mpirun, or the build has no MPI")
def test_ranks_change_nothing(waves, tmp_path):
    whole, out = content(grow(waves, tmp_path / "r.db")), tmp_path / "m.db"
    for file in waves:
        subprocess.run(["mpirun", "-n", "3", KUMIAI, "sweep", file, "--out", out, "--append", "--threads", "1"],
                       check=True, env=MPI, capture_output=True, timeout=PATIENCE)
    assert content(out) == whole


def test_resumed_with_more_replicates(waves, wave, tmp_path):
    out = grow(waves[:2], tmp_path / "r.db")
    ok("sweep", waves[1], "--out", out, "--resume", "--reps", 5)
    more = wave("w2b", levels("beta", [0.2, 0.4]), levels("gamma", [0.1, 0.3]), reps=5)
    expected = grow([waves[0], more], tmp_path / "e.db")
    assert {k: v for k, v in content(out).items() if k != "meta"} == {
        k: v for k, v in content(expected).items() if k != "meta"}


def test_killed_at_any_moment(wave, tmp_path):
    """A wave on a finished first one, a dozen times; then the rest: the same as undisturbed."""
    first = wave("w1", levels("beta", [0.1, 0.2]), reps=2)
    second = wave("w2", '{ parameter = "contagion.gamma"; min = 0.1; max = 0.9; }', design='"lhs"', points=750,
                  reps=2)
    options = ["--detail", "series", "--set", "run.steps=200", "--quiet"]
    begun = time.monotonic()
    whole = content(grow([first, second], tmp_path / "whole.db", *options))
    seconds = time.monotonic() - begun
    out, chance, left = grow([first], tmp_path / "r.db", *options), random.Random(3), []
    command = [KUMIAI, "sweep", str(second), "--out", str(out), "--append", *options]
    for k in range(12):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        strike(process, chance.uniform(0.0, 0.4 * seconds), (lambda: committed(out)) if k == 6 else None)
        assert sound(out)
        left.append(len(query(out, "SELECT 1 FROM run")))
    assert left == sorted(left) and any(4 < runs < 1504 for runs in left), left
    ok(*command[1:])
    assert content(out) == whole


def test_failed_runs_of_any_wave_are_made_again(waves, tmp_path):
    out = grow(waves, tmp_path / "r.db")
    whole = content(out)
    failing(out, [2, 8, 22])
    ok("sweep", waves[0], "--out", out, "--append", "--retry-failed", status=3)  # has the point of the first
    assert query(out, "SELECT run_id FROM run WHERE status <> 'ok'") == [(8,), (22,)]
    ok("sweep", waves[2], "--out", out, "--append", "--retry-failed", status=3)
    ok("sweep", waves[1], "--out", out, "--append", "--retry-failed")
    assert content(out)["run"] == whole["run"] and content(out)["summary"] == whole["summary"]


def test_blocks_have_points_of_their_own(wave, tmp_path):
    factors = [f'{{ parameter = "contagion.{name}"; }}' for name in ("beta", "rewire")]
    first = wave("w1", *factors, design='"morris"', trajectories=3)
    second = wave("w2", *factors, design='"saltelli"', samples=2)
    out = grow([first, second], tmp_path / "r.db")
    assert query(out, "SELECT block, points, ok, complete FROM block") == [
        *((b, 3, 3, 1) for b in (1, 2, 3)), (4, 4, 4, 1), (5, 4, 4, 1)]


def test_what_is_refused(waves, wave, tmp_path):
    out = grow(waves[:1], tmp_path / "r.db")
    refused("sweep", waves[1], "--out", out, "--resume", about="cannot resume")
    refused("sweep", waves[1], "--out", out, "--append", "--force", about="--append and --force exclude each other")
    refused("sweep", waves[1], "--append", about="--append: --out R.db is missing")
    refused("sweep", waves[1], "--out", out, "--append", "--seed", 12, about="cannot resume")
    refused("sweep", waves[1], "--out", out, "--append", "--set", "contagion.rewire=0.5",
            about="this command has 'rewire = 0.5;'")
    refused("sweep", waves[1], "--out", out, "--append", "--detail", "series", about="detail")
    refused("sweep", waves[1], "--out", out, "--append", "--shard", "1/2", about="shard")
    alone = wave("i", levels("beta", [0.7]), seeds='"independent"')
    refused("sweep", alone, "--out", out, "--append", about="seeds 'common'")
    ok("run", tmp_path / "base.cfg", "--out", tmp_path / "run.db")
    refused("sweep", waves[1], "--out", tmp_path / "run.db", "--append", about="it holds no sweep")
    before = content(out)
    assert content(out) == before


def test_an_unfinished_wave_comes_first(waves, tmp_path):
    out = tmp_path / "r.db"
    ok("sweep", waves[0], "--out", out, "--shard", "1/1")
    failing(out, [6])
    with closing(sqlite3.connect(out)) as db:
        db.execute("DELETE FROM run WHERE run_id = 6")
        seal(db)
        db.commit()
    refused("sweep", waves[1], "--out", out, "--append", about="5 of 6 runs of its waves are there")


# ---- points with seeds of their own ----

POINTS = """SELECT point_value.value, run.rep, run.seed, run.state_digest FROM run JOIN point_value USING (point_id)
            WHERE parameter = 'contagion.beta' ORDER BY 1, 2, 3"""


@pytest.fixture
def own_waves(wave):
    """Three waves whose points have seeds of their own; they share the value 0.2, which one has twice."""
    own = '"independent"'
    table = wave("w3", design='"table"', table='"t.csv"', reps=1, seeds=own)
    (table.parent / "t.csv").write_text("contagion.beta\n0.2\n0.2\n0.6\n")
    return [wave("w1", levels("beta", [0.1, 0.2, 0.3]), reps=2, seeds=own),
            wave("w2", levels("beta", [0.2, 0.4]), reps=3, seeds=own), table]


def test_points_of_own_seeds_are_all_new(own_waves, tmp_path):
    out = grow(own_waves, tmp_path / "r.db")
    assert query(out, "SELECT points, runs FROM wave ORDER BY wave_id") == [(3, 6), (2, 6), (3, 3)]
    assert query(out, "SELECT wave, count(*) FROM point GROUP BY wave") == [(1, 3), (2, 2), (3, 3)]
    assert query(out, "SELECT count(DISTINCT seed), max(seed) < 9007199254740992 FROM run") == [(8, 1)]
    assert query(out, "SELECT point_id FROM run GROUP BY 1 HAVING count(DISTINCT seed) > 1") == []
    ok("verify", out, "--rerun", 15)


def test_own_seeds_are_the_same_in_any_order_thread_and_shard(own_waves, tmp_path):
    out = grow(own_waves, tmp_path / "r.db")
    other = grow(own_waves[::-1], tmp_path / "o.db", "--threads", 3)
    assert query(out, POINTS) == query(other, POINTS)
    apart = [row for file in own_waves for row in query(grow([file], tmp_path / f"{file.stem}.db"), POINTS)]
    assert query(out, POINTS) == sorted(apart)
    ok("sweep", own_waves[0], "--out", tmp_path / "plain.db")
    assert query(tmp_path / "plain.db", POINTS) == query(tmp_path / "w1.db", POINTS)
    parts = [grow(own_waves, tmp_path / f"s{i}.db", "--shard", f"{i}/2") for i in (1, 2)]
    ok("merge", tmp_path / "m.db", *parts)
    assert content(tmp_path / "m.db") == content(out)


def test_a_wave_of_own_seeds_is_there_once(own_waves, tmp_path):
    """Also while a later one is not finished, so that a command that grew a file can simply be repeated."""
    out = grow(own_waves, tmp_path / "r.db")
    before = content(out)
    for number, file in enumerate(own_waves[:2], 1):
        told = ok("sweep", file, "--out", out, "--append").stdout
        assert f"Nothing to add: wave {number} has all points and replicates" in told
    assert content(out) == before
    with closing(sqlite3.connect(out)) as db:
        db.execute("DELETE FROM run WHERE run_id = 15")
        db.execute("DELETE FROM summary WHERE run_id = 15")
        seal(db)
        db.commit()
    assert "Nothing to add: wave 1" in ok("sweep", own_waves[0], "--out", out, "--append").stdout
    refused("sweep", own_waves[1], "--out", out, "--append", "--reps", 4, about="14 of 15 runs of its waves are there")
    ok("sweep", own_waves[2], "--out", out, "--append")
    assert content(out) == before


def test_more_replicates_of_an_earlier_wave_of_own_seeds(own_waves, tmp_path):
    out = grow(own_waves, tmp_path / "r.db")
    ok("sweep", own_waves[0], "--out", out, "--append", "--reps", 4)
    assert query(out, "SELECT wave_id, points, runs FROM wave WHERE wave_id > 3") == [(4, 3, 6)]
    assert query(out, "SELECT point_id, count(*), count(DISTINCT seed) FROM run GROUP BY 1 LIMIT 3") == [
        (1, 4, 1), (2, 4, 1), (3, 4, 1)]
    ok("sweep", own_waves[0], "--out", tmp_path / "4.db", "--reps", 4)
    assert set(query(tmp_path / "4.db", POINTS)) <= set(query(out, POINTS))


@pytest.mark.skipif(not shutil.which("mpirun") or "Open MPI" not in kumiai("--version").stdout,
                    reason="there is no mpirun, or the build has no MPI")
def test_ranks_know_own_seeds(own_waves, tmp_path):
    whole, out = content(grow(own_waves, tmp_path / "r.db")), tmp_path / "m.db"
    for file in own_waves:
        subprocess.run(["mpirun", "-n", "3", KUMIAI, "sweep", file, "--out", out, "--append", "--threads", "1"],
                       check=True, env=MPI, capture_output=True, timeout=PATIENCE)
    assert content(out) == whole


# ---- merging sweeps of different designs ----

@pytest.mark.parametrize("detail", ["summary", "full"])
def test_sweeps_of_other_designs_are_merged_as_waves(waves, tmp_path, detail):
    """As if the second and third had been added to the first; whatever waves they have themselves."""
    grown = content(grow(waves, tmp_path / "r.db", "--detail", detail))
    parts = [grow([file], tmp_path / f"{file.stem}.db", "--detail", detail) for file in waves]
    before = [part.read_bytes() for part in parts]
    ok("merge", tmp_path / "m.db", *parts)
    assert content(tmp_path / "m.db") == grown
    assert [part.read_bytes() for part in parts] == before
    ok("verify", tmp_path / "m.db", "--rerun", 23)
    both = grow(waves[1:], tmp_path / "both.db", "--detail", detail)
    ok("merge", tmp_path / "n.db", parts[0], both)
    found = content(tmp_path / "n.db")
    assert {k: v for k, v in found.items() if k != "meta"} == {k: v for k, v in grown.items() if k != "meta"}
    ok("sweep", waves[0], "--out", tmp_path / "n.db", "--append", "--detail", detail)
    assert sound(tmp_path / "n.db")


def test_what_is_not_merged(waves, wave, tmp_path):
    one = grow(waves[:1], tmp_path / "1.db")
    other = grow(waves[1:2], tmp_path / "2.db", "--seed", 12)
    refused("merge", tmp_path / "m.db", one, other, about="differ")
    alone = wave("i", levels("beta", [0.7]), seeds='"independent"')
    ok("sweep", alone, "--out", tmp_path / "3.db")
    refused("merge", tmp_path / "m.db", tmp_path / "3.db", one, about='seeds = "common"')
    shutil.copy(one, tmp_path / "same.db")
    refused("merge", tmp_path / "m.db", one, tmp_path / "same.db", about="overlap")
    assert not (tmp_path / "m.db").exists()
