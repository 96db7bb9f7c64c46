# SPDX-License-Identifier: GPL-3.0-or-later
"""`run.stream`: the same past, another future, in every way in which a run can be made."""

import signal
import subprocess
import time

import pytest

from conftest import KUMIAI, content, kumiai, query
from patience import PATIENCE

BASELINE = "scenarios/baseline.cfg"
SMALL = {"agents": 400, "mean_degree": 6.0, "beta": 0.2, "gamma": 0.1, "rewire": 0.05, "initial_share": 0.05}
RUN = {"start_year": 2000, "steps_per_year": 4, "years": 8, "reps": 4, "seed": 3}
AT = 2003.25
DIGESTS = "SELECT state_digest FROM run WHERE scenario_id = ? ORDER BY rep"


def ok(*arguments):
    """Runs a command that must succeed."""
    result = kumiai(*arguments)
    assert result.returncode == 0, result.stderr
    return result


def branch(folder, base, *streams):
    """A scenario that is its base up to a date and has other streams from there on."""
    entries = ", ".join(f'{{ at = {at}; set = "run.stream"; value = {number}; }}' for at, number in streams)
    path = folder / f"{'_'.join(f'{at}-{number}' for at, number in streams)}.cfg"
    path.write_text(f'base = "{base}";\ninterventions = ( {entries} );\n', encoding="utf-8")
    return path


def differing(out, table, one, other):
    """Times at which the rows of two scenarios differ."""
    rows = [query(out, f"SELECT rep, s.* FROM {table} AS s JOIN run USING (run_id) WHERE scenario_id = ? "
                       "ORDER BY rep, step", (scenario,)) for scenario in (one, other)]
    return {a[3] for a, b in zip(*rows, strict=True) if a[2:] != b[2:]}


@pytest.fixture
def trunk(scenario):
    return scenario("trunk", run=RUN, contagion=SMALL)


def test_only_what_comes_after_the_date_moves(trunk, tmp_path):
    out = tmp_path / "r.db"
    ok("run", trunk, branch(tmp_path, trunk, (AT, 0)), branch(tmp_path, trunk, (AT, 1)),
       branch(tmp_path, trunk, (AT, 2)), "--out", out)
    assert not differing(out, "series", 1, 2)
    assert query(out, DIGESTS, (1,)) == query(out, DIGESTS, (2,))
    for other in (3, 4):
        assert min(differing(out, "series", 1, other)) == AT
    assert differing(out, "series", 3, 4)
    digests = [d for (d,) in query(out, "SELECT config_digest FROM scenario")]
    assert len(set(digests)) == 4, "each is another configuration"


def test_the_cooperation_model(tmp_path, request):
    """With the twin of --paranoid. Who the agents are, and what stands before the date, is the same."""
    baseline, out = request.config.rootpath / BASELINE, tmp_path / "r.db"
    ok("run", baseline, branch(tmp_path, baseline, (2015.5, 0)), branch(tmp_path, baseline, (2015.5, 7)), "--out", out,
       "--set", "run.years=5", "--reps", 2, "--paranoid", "--detail", "full")
    assert query(out, DIGESTS, (1,)) == query(out, DIGESTS, (2,))
    assert min(differing(out, "series", 1, 3)) == 2015.5
    past = ("SELECT rep, kind, donor_id, partner_id, sector, onset FROM tie JOIN run USING (run_id) "
            "WHERE scenario_id = ? AND onset < 2015.5 ORDER BY rep, tie_id")
    assert query(out, past, (1,)) == query(out, past, (3,))
    assert query(out, past, (1,))
    ok("verify", out, "--rerun", 6)


def test_from_the_start_set_up_stays(trunk, tmp_path):
    """A stream of the whole run is one from its first step on; who is tied to whom and infected before that is the
    seed's, as a world shows in which nothing happens."""
    out, whole, still = (tmp_path / name for name in ("r.db", "whole.db", "still.db"))
    one = branch(tmp_path, trunk, (2000, 5))
    ok("run", one, "--out", out)
    ok("run", trunk, "--set", "run.stream=5", "--out", whole)
    assert query(whole, DIGESTS, (1,)) == query(out, DIGESTS, (1,))
    nothing = [word for name in ("beta", "gamma", "rewire") for word in ("--set", f"contagion.{name}=0")]
    ok("run", trunk, one, "--out", still, *nothing)
    assert query(still, DIGESTS, (1,)) == query(still, DIGESTS, (2,))
    assert len(set(query(still, DIGESTS, (1,)))) == RUN["reps"]


def test_the_stored_configuration_threads_and_shards(trunk, tmp_path):
    """The same bits as stored text, on other threads, in shards of a sweep and merged."""
    one, out, again = branch(tmp_path, trunk, (AT, 1), (2005, 4)), tmp_path / "r.db", tmp_path / "again.db"
    ok("run", one, "--out", out, "--threads", 1)
    stored = tmp_path / "stored.cfg"
    stored.write_text(query(out, "SELECT config FROM scenario")[0][0], encoding="utf-8")
    ok("run", stored, "--out", again, "--threads", 3)
    assert query(again, DIGESTS, (1,)) == query(out, DIGESTS, (1,))
    sweep = tmp_path / "sweep.cfg"
    sweep.write_text(f'scenario = "{one}"; sweep = {{ design = "factorial"; reps = 4; factors = ( {{ parameter = '
                     '"contagion.gamma"; levels = [0.1, 0.4]; } ); };', encoding="utf-8")
    ok("sweep", sweep, "--out", tmp_path / "all.db")
    for i in (1, 2):
        ok("sweep", sweep, "--out", tmp_path / f"s{i}.db", "--shard", f"{i}/2")
    ok("merge", tmp_path / "m.db", tmp_path / "s1.db", tmp_path / "s2.db")
    assert content(tmp_path / "m.db") == content(tmp_path / "all.db")
    unswept = "SELECT state_digest FROM run JOIN point_value USING (point_id) WHERE value = 0.1 ORDER BY rep"
    assert query(tmp_path / "all.db", unswept) == query(out, DIGESTS, (1,))


def test_killed_and_resumed_from_a_checkpoint(scenario, tmp_path):
    """Killed after the date: the run goes on with its own stream, and to the same content."""
    trunk = scenario("trunk", run={**RUN, "years": 60, "reps": 2}, contagion={**SMALL, "agents": 4000})
    one, plain, out = branch(tmp_path, trunk, (2001, 1)), tmp_path / "plain.db", tmp_path / "r.db"
    ok("run", one, "--out", plain)
    command = ["run", one, "--out", out, "--resume", "--checkpoint-every", 2, "--threads", 2]
    process = subprocess.Popen([KUMIAI, *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE
    folder = out.with_name("r.db.checkpoints")
    while process.poll() is None and not list(folder.glob("run-*.checkpoint")) and time.monotonic() < end:
        time.sleep(0.001)
    process.kill()
    process.wait()
    assert process.returncode in (0, -signal.SIGKILL)
    ok(*command)
    assert content(out) == content(plain)
