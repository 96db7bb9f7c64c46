# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai fork`: policies that part from one shared past end in the bits of runs from the start."""

import signal
import subprocess
import time

import pytest

from conftest import KUMIAI, content, kumiai, query
from patience import PATIENCE

RUN = {"start_year": 2000, "steps_per_year": 4, "years": 10, "reps": 5, "seed": 11}
SMALL = {"agents": 400, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.05}


def ok(*arguments):
    """Runs a command that must succeed."""
    result = kumiai(*arguments)
    assert result.returncode == 0, result.stderr
    return result


def refused(*arguments, about):
    """Runs a command that must be refused with exit 2, with words in its message."""
    result = kumiai(*arguments)
    assert result.returncode == 2, result.stderr
    for word in [about] if isinstance(about, str) else about:
        assert word in result.stderr
    return result


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def dated(*changes):
    """A list of interventions as text, from (year, name, value)."""
    entries = (f'{{ at = {at}; set = "{name}"; value = {value}; }}' for at, name, value in changes)
    return f"interventions = ( {', '.join(entries)} );\n"


@pytest.fixture
def trunk(scenario):
    return scenario("trunk", run=RUN, contagion=SMALL)


def same_results(forked, separate):
    """All that runs leave, and the digests of what they were run with."""
    a, b = content(forked), content(separate)
    for tables in a, b:  # a date may be written otherwise; config_digest below has what it means
        tables["setting"] = [row for row in tables["setting"] if row[1] != "interventions"]
    for table in a:
        if table not in ("meta", "scenario"):
            assert a[table] == b[table], table
    sql = "SELECT scenario_id, config_digest FROM scenario"
    assert query(forked, sql) == query(separate, sql)
    assert all(digest for (digest,) in query(forked, "SELECT state_digest FROM run"))


# ---- what it must equal ----

@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("year", ["2000", "2004", "2004.1", "2009.75"])
def test_equals_runs_from_the_start(trunk, tmp_path, threads, year):
    policies = [write(tmp_path / "beta.cfg", "contagion = { beta = 0.3; };"),
                write(tmp_path / "both.cfg", "contagion = { gamma = 0.3; rewire = 0.5; };"),
                write(tmp_path / "same.cfg", "contagion = { gamma = 0.1; };"),
                write(tmp_path / "stream.cfg", "run = { stream = 3; };")]
    base = f'base = "{trunk}";\n'
    separate = [write(tmp_path / "beta_dated.cfg", base + dated((year, "contagion.beta", 0.3))),
                write(tmp_path / "both_dated.cfg", base + dated((year, "contagion.gamma", 0.3),
                                                               (year, "contagion.rewire", 0.5))),
                write(tmp_path / "same_dated.cfg", base),
                write(tmp_path / "stream_dated.cfg", base + dated((year, "run.stream", 3)))]
    forked, runs = tmp_path / "fork.db", tmp_path / "run.db"
    ok("fork", trunk, *policies, "--at", year, "--out", forked, "--threads", threads,
       "--detail", "full")
    ok("run", trunk, *separate, "--out", runs, "--detail", "full")
    same_results(forked, runs)
    assert not forked.with_name("fork.db.checkpoints").exists()
    sql = "SELECT state_digest FROM run WHERE scenario_id = ? ORDER BY rep"
    assert query(forked, sql, (1,)) == query(forked, sql, (4,)), "nothing differs"
    for differs in (2, 5):
        assert not set(query(forked, sql, (1,))) & set(query(forked, sql, (differs,))), "something does"


def test_the_scenarios_own_changes_go_on(scenario, tmp_path):
    """Before the year: the scenario's. At the year: the policy's. After it: the scenario's, unless
    the policy has a list of its own."""
    own = [(2002, "contagion.beta", 0.2), (2005.0, "contagion.gamma", 0.3),
           (2005.0, "contagion.beta", 0.15), (2007.5, "contagion.rewire", 0.4)]
    trunk = scenario("trunk", run=RUN, contagion=SMALL)
    trunk.write_text(trunk.read_text(encoding="utf-8") + dated(*own), encoding="utf-8")
    leaf = write(tmp_path / "leaf.cfg", "contagion = { beta = 0.2; gamma = 0.05; };")
    late = write(tmp_path / "late.cfg", dated((2006, "contagion.beta", 0.01)))
    both = write(tmp_path / "both.cfg", "contagion = { gamma = 0.7; };"
                 + dated((2005, "contagion.beta", 0.01)))
    plain = [scenario(f"plain_{name}", run=RUN, contagion=SMALL) for name in "abcd"]
    lists = [own, [own[0], (2005, "contagion.gamma", 0.05), own[3]],
             [own[0], (2006, "contagion.beta", 0.01)],
             [own[0], (2005, "contagion.beta", 0.01), (2005, "contagion.gamma", 0.7)]]
    for file, changes in zip(plain, lists):
        file.write_text(file.read_text(encoding="utf-8") + dated(*changes), encoding="utf-8")
    forked, runs = tmp_path / "fork.db", tmp_path / "run.db"
    ok("fork", trunk, leaf, late, both, "--at", 2005, "--out", forked)
    ok("run", *plain, "--out", runs)
    same_results(forked, runs)


def test_policies_of_the_cooperation_model(tmp_path, request):
    """Scenario files of the house serve as policies: the base that they share says nothing new."""
    scenarios = request.config.rootpath / "scenarios"
    short = ["--reps", 3, "--set", "run.years=24", "--detail", "full"]
    forked, runs = tmp_path / "fork.db", tmp_path / "run.db"
    ok("fork", scenarios / "baseline.cfg", scenarios / "jica_half.cfg", scenarios / "high_turnover.cfg",
       "--at", 2020, *short, "--out", forked, "--threads", 2)
    base = f'base = "{scenarios / "baseline.cfg"}";\n'
    half = write(tmp_path / "a.cfg", base + dated((2020, "funding.jica_budget_factor", 0.5)))
    heads = write(tmp_path / "b.cfg", base + dated((2020, "leadership.turnover_factor", 2.0)))
    ok("run", scenarios / "baseline.cfg", half, heads, *short, "--out", runs)
    same_results(forked, runs)
    assert query(forked, "SELECT name FROM scenario") == [
        ("baseline",), ("jica_half",), ("high_turnover",)]


def test_the_stored_configuration_runs_again_to_the_same_bits(trunk, tmp_path):
    forked, again = tmp_path / "fork.db", tmp_path / "again.db"
    policy = write(tmp_path / "p.cfg", "contagion = { beta = 0.3; };")
    ok("fork", trunk, policy, "--at", 2003.5, "--out", forked, "--set", "contagion.gamma=0.2",
       "--reps", 2, "--seed", 9)
    text = query(forked, "SELECT config FROM scenario WHERE name = 'p'")[0][0]
    assert '{ at = 2003.5; set = "contagion.beta"; value = 0.3; }' in text
    ok("run", write(tmp_path / "stored.cfg", text), "--out", again)
    sql = "SELECT state_digest FROM run WHERE scenario_id = ? ORDER BY rep"
    assert query(again, sql, (1,)) == query(forked, sql, (2,))
    assert query(forked, "SELECT DISTINCT seed FROM run") == [(9,)]


def test_sets_lie_under_the_policies(trunk, tmp_path):
    forked = tmp_path / "fork.db"
    policy = write(tmp_path / "p.cfg", "contagion = { beta = 0.3; };")
    ok("fork", trunk, policy, "--at", 2003, "--out", forked, "--set", "contagion.beta=0.25")
    texts = [text for (text,) in query(forked, "SELECT config FROM scenario")]
    assert all("  beta = 0.25;" in text for text in texts)
    assert "interventions" not in texts[0] and "value = 0.3;" in texts[1]


def test_prints_what_run_prints(trunk, tmp_path):
    policy = write(tmp_path / "wild.cfg", "contagion = { beta = 0.3; };")
    result = ok("fork", trunk, policy, "--at", 2003, "--out", tmp_path / "r.db")
    assert "trunk" in result.stdout and "wild" in result.stdout
    assert "Means over runs" in result.stdout
    line = next(l for l in result.stdout.splitlines() if l.startswith("runs"))
    assert line.split() == ["runs", "5", "5"]


# ---- stopped and resumed ----

def test_kill_and_resume(scenario, tmp_path):
    """Killed while the past is there, with and without checkpoints, and with a past that is lost or
    torn: that costs time, no result."""
    trunk = scenario("trunk", run={**RUN, "years": 60, "reps": 6}, contagion={**SMALL, "agents": 4000})
    policies = [write(tmp_path / f"p{k}.cfg", f"contagion = {{ beta = 0.{k}; }};") for k in (2, 3)]
    plain, out = tmp_path / "plain.db", tmp_path / "r.db"
    command = ["fork", trunk, *policies, "--at", 2030, "--detail", "full"]
    ok(*command, "--out", plain)
    folder = out.with_name("r.db.checkpoints")
    command += ["--out", out, "--resume", "--threads", 2]
    for more in ([], ["--checkpoint-every", 5], [], []):
        process = subprocess.Popen([KUMIAI, *map(str, command + more)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while process.poll() is None and not list(folder.glob("fork-*.checkpoint")) \
                and time.monotonic() < end:
            time.sleep(0.001)
        process.kill()
        process.wait()
        assert process.returncode in (0, -signal.SIGKILL)
        past = sorted(folder.glob("fork-*.checkpoint"))
        if past:
            past[0].write_bytes(past[0].read_bytes()[:-3])
    ok(*command)
    assert content(out) == content(plain)
    assert not folder.exists()


# ---- what is refused ----

@pytest.mark.parametrize("text, about", [
    ("contagion = { agents = 500; };", "p.cfg:1: contagion.agents is read only at the start; no policy"),
    ("\nrun = { years = 12; };", "p.cfg:2: run.years is of the whole run; no policy can change it"),
    ("run = { seed = 12; };", "run.seed is of the whole run"),
    ("contagion = { bta = 0.2; };", "did you mean contagion.beta?"),
    ("contagion = { beta = 2.0; };", "between 0 and 1"),
    ('model = "none";', 'the policy is for model "none", the scenario for model "contagion"'),
    ("model = 3;", 'the policy is for model an integer, the scenario for model "contagion"'),
    ('base = "missing.cfg";', "cannot read the base"),
    (dated((2001, "contagion.beta", 0.2)),
     "at is 2001.0; a policy begins when it parts from the scenario, at 2004.0"),
    ("contagion = { beta = 0.2; };" + dated((2004, "contagion.beta", 0.3)), "is set twice at 2004.0"),
])
def test_a_policy_that_cannot_be(trunk, tmp_path, text, about):
    policy = write(tmp_path / "p.cfg", text)
    out = tmp_path / "r.db"
    result = refused("fork", trunk, policy, "--at", 2004, "--out", out, about=about)
    assert result.stderr.count("\n") == 1
    assert not out.exists()


def test_a_value_that_does_not_differ_is_no_change(trunk, tmp_path):
    """Also of what is read only at the start."""
    policy = write(tmp_path / "p.cfg", f"contagion = {{ agents = {SMALL['agents']}; }}; "
                                       f"run = {{ years = {RUN['years']}; }};")
    ok("fork", trunk, policy, "--at", 2004, "--out", tmp_path / "r.db")


@pytest.mark.parametrize("arguments, about", [
    (["--at", "1999"], "--at 1999: the run starts at 2000 and its last step begins at 2009.75"),
    (["--at", "2010"], "--at 2010"), (["--at", "soon"], "--at: 'soon' is not a number of years"),
    ([], "--at YEAR is missing"), (["--at"], "--at needs a value")])
def test_a_year_that_cannot_be(trunk, tmp_path, arguments, about):
    policy = write(tmp_path / "p.cfg", "contagion = { beta = 0.2; };")
    said = refused("fork", trunk, policy, "--out", tmp_path / "r.db", *arguments, about=about)
    # A year that is none is not compared with the run as well.
    assert ("the run starts" in said.stderr) == ("--at 1999" in about or "--at 2010" in about)


def test_what_is_missing_or_twice(trunk, tmp_path):
    out = tmp_path / "r.db"
    policy = write(tmp_path / "p.cfg", "contagion = { beta = 0.2; };")
    refused("fork", "--at", 2004, "--out", out, about="no scenario file")
    refused("fork", trunk, "--at", 2004, "--out", out, about="no policy file is given")
    refused("fork", trunk, policy, policy, "--at", 2004, "--out", out,
            about="'p' is on the command line already")
    refused("fork", trunk, tmp_path / "none.cfg", "--at", 2004, "--out", out,
            about="none.cfg: cannot read the file")
    refused("run", trunk, "--at", 2004, "--out", out, about="unknown option --at")
    assert not out.exists()
