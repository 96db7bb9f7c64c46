# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai run` and the program around it: what is written, what is refused, what depends on
nothing (threads, order, interruptions)."""

import csv
import json
import math
import os
import re
import resource
import signal
import statistics
import subprocess
import time
from pathlib import Path

import pytest

from conftest import KUMIAI, columns, content, kumiai, query, write_scenario
from patience import PATIENCE

ROOT = Path(__file__).parents[2]
RUN = {"steps": 30, "reps": 6, "seed": 11}
SMALL = {"agents": 300, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.05}


@pytest.fixture
def two(scenario):
    """Two small scenarios of the contagion model."""
    return [scenario("calm", run=RUN, contagion=SMALL),
            scenario("wild", run=RUN, contagion={**SMALL, "beta": 0.3})]


@pytest.fixture
def plain(scenario):
    """A scenario of the smallest model."""
    return scenario("plain", model="none", run=RUN)


def ok(*arguments):
    """Runs a command that must succeed."""
    result = kumiai(*arguments)
    assert result.returncode == 0, result.stderr
    return result


def refused(*arguments, about):
    """Runs a command that must be refused with exit 2, with words in its message."""
    result = kumiai(*arguments)
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    for word in [about] if isinstance(about, str) else about:
        assert word in result.stderr
    return result


# ---- what is written ----

def test_one_row_per_run_in_order(two, plain, tmp_path):
    out = tmp_path / "r.db"
    ok("run", *two, plain, "--out", out)
    assert query(out, "SELECT run_id, scenario_id, rep, seed, status, note, steps FROM run") == [
        (6 * s + r + 1, s + 1, r, 11, "ok", None, 30) for s in range(3) for r in range(6)]
    assert query(out, "SELECT scenario_id, name FROM scenario") == [
        (1, "calm"), (2, "wild"), (3, "plain")]
    assert query(out, "SELECT count(*), min(length(state_digest)) FROM run") == [(18, 32)]
    assert query(out, "SELECT count(DISTINCT state_digest) FROM run WHERE scenario_id = 1") == [(6,)]
    assert query(out, "SELECT run_id FROM summary") == [(i,) for i in range(1, 19)]
    assert query(out, "SELECT run_id, step FROM series") == [
        (i, s) for i in range(1, 19) for s in range(-1, 30)]


def test_meta_says_what_made_it(plain, tmp_path):
    out = tmp_path / "r b.db"
    ok("run", plain, "--out", out)
    meta = dict(query(out, "SELECT key, value FROM meta"))
    assert meta["schema_version"] == "4"
    assert meta["command_line"] == f"kumiai run {plain} --out '{out}'"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", meta["created"])
    version = ok("--version").stdout
    for key in ("program_version", "build_id", "rng_version"):
        assert meta[key] in version
    made = kumiai("run", plain, "--out", tmp_path / "2.db",
                  env={**os.environ, "SOURCE_DATE_EPOCH": "86400"})
    assert made.returncode == 0
    assert query(tmp_path / "2.db", "SELECT value FROM meta WHERE key = 'created'") == [
        ("1970-01-02T00:00:00Z",)]


@pytest.mark.parametrize("model, file", [("contagion", "contagion.cfg"), ("cooperation", "baseline.cfg")])
def test_every_parameter_has_its_unit_range_and_source(model, file, tmp_path):
    """As `describe` tells them."""
    small = ["--set", "contagion.agents=100"] if model == "contagion" else ["--set", "run.years=1"]
    ok("run", ROOT / "scenarios" / file, *small, "--reps", 1, "--out", tmp_path / "r.db")
    told = json.loads(kumiai("describe", model, "--format", "json").stdout)["parameters"]
    head, *rows = csv.reader(kumiai("describe", model, "--format", "csv").stdout.splitlines())
    more = [tuple(row[head.index(name)] or None for name in ("prior", "constraints")) for row in rows]
    assert any(prior for prior, _ in more)
    expected = [(model, p["name"], p["unit"], p.get("min"), p.get("max"), p["tag"], p["source"],
                 p["description"], *m) for p, m in zip(told, more, strict=True)]
    assert len(expected) > 5
    assert query(tmp_path / "r.db", "SELECT * FROM parameter_doc ORDER BY rowid") == expected


def test_the_file_tells_which_causes_are_conversions(tmp_path):
    """As `describe` tells them, so that no reader has to name a cause."""
    ok("run", ROOT / "scenarios" / "baseline.cfg", "--set", "run.years=1", "--reps", 1, "--out", tmp_path / "r.db")
    told = json.loads(kumiai("describe", "cooperation", "--format", "json").stdout)["ties"]
    assert query(tmp_path / "r.db", "SELECT * FROM cause_doc ORDER BY rowid") == [
        ("cooperation", cause, int(cause in told["conversions"])) for cause in told["causes"]]


def test_every_column_has_its_unit_and_meaning(plain, tmp_path):
    """As `describe` tells them: a file explains itself to whoever reads it."""
    assert kumiai("run", plain, "--reps", 1, "--out", tmp_path / "r.db").returncode == 0
    told = json.loads(kumiai("describe", "none", "--format", "json").stdout)
    expected = [(table, c["name"], c["unit"], c["description"])
                for table, key in (("series", "metrics"), ("summary", "summary")) for c in told[key]]
    sql = "SELECT table_name, column_name, unit, doc FROM column_doc ORDER BY rowid"
    found = query(tmp_path / "r.db", sql)
    assert [row[:3] for row in found[:3]] == [
        ("series", "run_id", ""), ("series", "step", ""), ("series", "time", "years")]
    assert found[3:] == expected and all(doc for *_, doc in found)
    assert {(t, c) for t in ("series", "summary") for c in columns(tmp_path / "r.db", t)} - {
        (t, c) for t, c, _, _ in found} == {("summary", "run_id")}


def test_reps_seed_and_set_are_part_of_the_resolved_configuration(two, tmp_path):
    out, again = tmp_path / "r.db", tmp_path / "again.db"
    ok("run", two[0], "--out", out, "--reps", 2, "--seed=99", "--set", "contagion.beta=0.2")
    assert query(out, "SELECT rep, seed FROM run") == [(0, 99), (1, 99)]
    text = query(out, "SELECT config FROM scenario")[0][0]
    resolved = tmp_path / "elsewhere"
    resolved.mkdir()
    (resolved / "calm.cfg").write_text(text, encoding="utf-8")
    ok("run", resolved / "calm.cfg", "--out", again)
    assert content(again)["series"] == content(out)["series"]
    sql = "SELECT config_digest FROM scenario"
    assert query(again, sql) == query(out, sql)


def test_scenarios_with_one_seed_are_matched(scenario, tmp_path):
    """Two names for the same settings give the same runs."""
    out = tmp_path / "r.db"
    ok("run", scenario("a", run=RUN, contagion=SMALL), scenario("b", run=RUN, contagion=SMALL),
       "--out", out)
    sql = "SELECT rep, state_digest FROM run WHERE scenario_id = ?"
    assert query(out, sql, (1,)) == query(out, sql, (2,))


@pytest.mark.parametrize("detail, rows", [("summary", 0), ("series", 31), ("full", 31)])
def test_detail(plain, tmp_path, detail, rows):
    out = tmp_path / "r.db"
    ok("run", plain, "--out", out, "--reps", 1, "--detail", detail)
    assert query(out, "SELECT count(*) FROM series") == [(rows,)]
    assert query(out, "SELECT count(*) FROM summary") == [(1,)]


def test_largest_detail_of_the_files_unless_told(scenario, tmp_path):
    less = scenario("less", model="none", run=RUN, output={"detail": '"summary"'})
    none = scenario("unsaid", model="none", run=RUN)
    for name, files, expected in (("1", [less], "summary"), ("2", [none], "series"),
                                  ("3", [less, none], "summary")):
        out = tmp_path / f"{name}.db"
        ok("run", *files, "--out", out)
        assert query(out, "SELECT value FROM meta WHERE key = 'detail'") == [(expected,)]


# ---- what nothing depends on ----

def test_threads_change_nothing(two, plain, tmp_path):
    files = {}
    for threads in (1, 2, 3, 7, 40):
        out = tmp_path / f"{threads}.db"
        ok("run", *two, plain, "--out", out, "--threads", threads, "--detail", "full")
        files[threads] = content(out)
    assert all(found == files[1] for found in files.values())


def test_more_threads_than_runs_change_nothing(scenario, tmp_path):
    """Threads inside a run: a world of several blocks of agents."""
    big = scenario("big", run={**RUN, "reps": 1}, contagion={**SMALL, "agents": 20000})
    files = []
    for threads in (1, 2, 3, 7):
        out = tmp_path / f"{threads}.db"
        ok("run", big, "--out", out, "--threads", threads)
        files.append(content(out))
    assert all(found == files[0] for found in files)


def by_scenario(path):
    """Digest, summary and series of every run, by scenario name and replicate."""
    found = {}
    for run, name, rep, digest in query(path, "SELECT run_id, name, rep, state_digest FROM run "
                                              "JOIN scenario USING (scenario_id)"):
        rows = []
        for table in ("summary", "series"):
            kept = ", ".join(f'"{c}"' for c in sorted(columns(path, table)) if c != "run_id")
            rows += query(path, f"SELECT {kept} FROM {table} WHERE run_id = ?", (run,))
        found[name, rep] = (digest, rows)
    return found


def test_order_of_scenarios_changes_nothing(two, plain, tmp_path):
    one, other = tmp_path / "1.db", tmp_path / "2.db"
    ok("run", *two, plain, "--out", one)
    ok("run", plain, two[1], two[0], "--out", other)
    assert by_scenario(one) == by_scenario(other)


def test_detail_changes_no_result(two, tmp_path):
    digests = []
    for detail in ("summary", "series", "full"):
        out = tmp_path / f"{detail}.db"
        ok("run", *two, "--out", out, "--detail", detail, "--paranoid")
        digests.append(query(out, "SELECT state_digest FROM run"))
    assert digests[0] == digests[1] == digests[2]


def test_another_seed_does_change_results(two, tmp_path):
    """The twin of the tests above: their comparison sees a difference."""
    one, other = tmp_path / "1.db", tmp_path / "2.db"
    ok("run", *two, "--out", one)
    ok("run", *two, "--out", other, "--seed", 12)
    assert not set(by_scenario(one)) - set(by_scenario(other))
    assert all(by_scenario(one)[key] != by_scenario(other)[key] for key in by_scenario(one))


# ---- failed runs ----

def limit_memory_to(size):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size))


def test_failed_runs_are_told_and_end_nothing(scenario, two, tmp_path):
    """A world that is too big for the memory, between two that are not."""
    if "-fsanitize" in ok("--version").stdout:
        pytest.skip("sanitizers need more addresses than the limit of this test allows")
    huge = scenario("huge", run=RUN, contagion={**SMALL, "agents": 30000000})
    out = tmp_path / "r.db"
    result = kumiai("run", two[0], huge, two[1], "--out", out, "--threads", 2,
                    preexec_fn=limit_memory_to(600 << 20))
    assert result.returncode == 3
    assert "6 of 18 runs failed; the first is scenario huge, replicate 0: " in result.stderr
    assert "memory" in result.stderr and f"table run of {out} has the other notes" in result.stderr
    assert "0 (6 failed)" in result.stdout
    assert query(out, "SELECT scenario_id, status, count(note), count(state_digest), count(*) "
                      "FROM run GROUP BY scenario_id") == [
        (1, "ok", 0, 6, 6), (2, "failed", 6, 0, 6), (3, "ok", 0, 6, 6)]
    assert query(out, "SELECT DISTINCT run_id > 12 OR run_id <= 6 FROM series") == [(1,)]
    assert kumiai("run", two[0], huge, two[1], "--out", out, "--resume").returncode == 3


# ---- resume ----

def start(*arguments):
    return subprocess.Popen([KUMIAI, *map(str, arguments)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def wait_for_runs(path, process, patience=PATIENCE):
    """Until the file holds a committed run, or the program is done."""
    end = time.monotonic() + patience
    while time.monotonic() < end and process.poll() is None:
        if path.exists() and runs_in(path):
            return
        time.sleep(0.02)


LONG_REPS = 1500  # runs are committed each 50,000 rows, 800 of 3,000 at first: time to be stopped


@pytest.fixture(scope="module")
def long_run(tmp_path_factory):
    """Two scenarios that take a second or two, their number of runs, and their uninterrupted
    results."""
    folder = tmp_path_factory.mktemp("long")
    files = [write_scenario(folder / f"{name}.cfg", run={"steps": 60, "seed": 3},
                            contagion={**SMALL, "agents": 1000, "beta": beta})
             for name, beta in (("first", 0.1), ("second", 0.2))]
    arguments = [*files, "--reps", LONG_REPS]
    ok("run", *arguments, "--out", folder / "whole.db", "--threads", 2)
    return arguments, 2 * LONG_REPS, content(folder / "whole.db")


def runs_in(path):
    """Number of runs in a results file."""
    return query(path, "SELECT count(*) FROM run")[0][0]


def test_resume_after_kill_equals_uninterrupted(long_run, tmp_path):
    arguments, runs, whole = long_run
    out = tmp_path / "r.db"
    command = ["run", *arguments, "--out", out, "--threads", 2]
    process = start(*command)
    wait_for_runs(out, process)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    process = start(*command, "--resume")  # plays back the journal that the kill may have left
    time.sleep(0.5)
    process.kill()
    process.communicate()
    ok(*command, "--resume", "--threads", 1)
    assert runs_in(out) == runs
    assert content(out) == whole


@pytest.mark.parametrize("flag", ["--force", "--resume"])
def test_a_file_that_another_run_writes_is_left_alone(long_run, tmp_path, flag):
    arguments, _, whole = long_run
    out = tmp_path / "r.db"
    process = start("run", *arguments, "--out", out, "--threads", 1)
    wait_for_runs(out, process)
    process.send_signal(signal.SIGSTOP)
    refused("run", *arguments, "--out", out, flag, about=["another run is writing", str(out)])
    process.send_signal(signal.SIGCONT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert content(out) == whole


def test_interrupted_says_so_and_resumes(long_run, tmp_path):
    arguments, runs, whole = long_run
    out = tmp_path / "r.db"
    process = start("run", *arguments, "--out", out, "--threads", 1)
    wait_for_runs(out, process)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "--resume continues" in stderr
    assert stdout == ""
    done = runs_in(out)
    assert 0 < done < runs
    assert f"after {done} of {runs} runs" in stderr
    ok("run", *arguments, "--out", out, "--resume")
    assert content(out) == whole


def test_resume_of_a_finished_file_only_reports(two, tmp_path):
    out = tmp_path / "r.db"
    first = ok("run", *two, "--out", out)
    before = content(out)
    assert ok("run", *two, "--out", out, "--resume").stdout == first.stdout
    assert content(out) == before


def test_resume_of_nothing_begins(plain, tmp_path):
    ok("run", plain, "--out", tmp_path / "r.db", "--resume")
    assert query(tmp_path / "r.db", "SELECT count(*) FROM run") == [(6,)]


@pytest.mark.parametrize("change, about", [
    (["--seed", "12"], ["seed", "11", "12"]),
    (["--reps", "5"], ["reps", "6", "5"]),
    (["--set", "run.steps=31"], ["steps", "30", "31"]),
    (["--set", "contagion.beta=0.11"], ["beta", "0.1", "0.11"]),
    (["--detail", "full"], ["detail", "series", "full"]),
])
def test_resume_names_the_difference(two, tmp_path, change, about):
    out = tmp_path / "r.db"
    ok("run", two[0], "--out", out)
    before = out.read_bytes()
    refused("run", two[0], "--out", out, "--resume", *change, about=["cannot resume", *about])
    assert out.read_bytes() == before


def test_resume_with_other_scenarios(two, plain, tmp_path):
    out = tmp_path / "r.db"
    ok("run", *two, "--out", out)
    for files in (two[::-1], two[:1], [*two, plain]):
        refused("run", *files, "--out", out, "--resume", about="cannot resume")


# ---- the results file's place ----

def test_existing_file_is_refused_before_anything_is_computed(two, tmp_path):
    out = tmp_path / "r.db"
    ok("run", *two, "--out", out)
    before = out.read_bytes()
    begun = time.monotonic()
    refused("run", *two, "--out", out, "--reps", 100000, about=["exists", "--resume", "--force"])
    assert time.monotonic() - begun < 60  # the runs take hours
    assert out.read_bytes() == before


def test_force_replaces_only_after_checking(two, tmp_path):
    out = tmp_path / "r.db"
    ok("run", *two, "--out", out)
    before = out.read_bytes()
    refused("run", *two, "--out", out, "--force", "--set", "contagion.beta=7", about="beta")
    assert out.read_bytes() == before
    ok("run", two[0], "--out", out, "--force")
    assert query(out, "SELECT name FROM scenario") == [("calm",)]


@pytest.mark.parametrize("flag", ["--force", "--resume"])
def test_what_is_no_results_file_is_left_alone(two, flag):
    """The scenario itself, given as --out by mistake."""
    before = two[0].read_bytes()
    refused("run", two[0], "--out", two[0], flag, about="not a results file")
    assert two[0].read_bytes() == before


def test_nothing_stays_in_the_folder_but_the_file(two, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    ok("run", *two, "--out", folder / "r.db")
    assert [p.name for p in folder.iterdir()] == ["r.db"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_that_may_not_be_written(two, tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    refused("run", *two, "--out", folder / "r.db", about="not writable")


@pytest.mark.parametrize("out, about", [
    ("none/r.db", ["there is no folder", "; `mkdir -p", "none` makes it"]), (".", "is a folder"), ("new.db/", "no folder"),
])
def test_a_place_that_cannot_be(two, tmp_path, out, about):
    refused("run", *two, "--out", f"{tmp_path}/{out}", about=about)


def limit_files_to(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_full_disk_ends_it_with_a_sentence(two, tmp_path):
    out = tmp_path / "r.db"
    result = kumiai("run", *two, "--out", out, "--reps", 2000, "--threads", 2,
                    preexec_fn=limit_files_to(300000))
    assert result.returncode == 1
    assert re.search(r"results file \S+r\.db: ", result.stderr)
    assert result.stdout == ""
    assert query(out, "PRAGMA integrity_check") == [("ok",)]


def test_a_full_disk_at_creation_leaves_nothing(two, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    result = kumiai("run", *two, "--out", folder / "r.db", preexec_fn=limit_files_to(8192))
    assert result.returncode == 1
    assert not list(folder.iterdir())


def test_standard_output_that_is_full(plain, tmp_path):
    with open("/dev/full", "w", encoding="utf-8") as full:
        result = subprocess.run([KUMIAI, "run", plain, "--out", tmp_path / "r.db"], check=False,
                                stdout=full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
    assert result.returncode == 1
    assert "standard output" in result.stderr


# ---- usage ----

def test_all_problems_at_once(scenario, two, tmp_path):
    first = scenario("first", run=RUN, contagion={**SMALL, "beta": 7.0})
    second = scenario("second", run=RUN, contagion={**SMALL, "gama": 0.1})
    result = refused("run", first, second, two[0], tmp_path / "missing.cfg", "--threads", "0",
                     "--detial", "full", about=["first.cfg:", "beta", "second.cfg:", "gamma",
                                                "missing.cfg", "--threads", "--detail", "--out"])
    assert len(result.stderr.splitlines()) >= 6
    assert not list(tmp_path.glob("*.db"))


@pytest.mark.parametrize("option, about", [
    (["--threads", "0"], "1 to 1024"), (["--threads", "1025"], "1 to 1024"),
    (["--threads", "two"], "'two'"), (["--threads=1x"], "'1x'"), (["--threads"], "needs a value"),
    (["--reps", "0"], "reps"), (["--reps", "-3"], "reps"), (["--seed", "-1"], "seed"),
    (["--seed", "x"], "seed"), (["--set", "contagion.betta=1"], "contagion.beta"),
    (["--set", "nonsense"], "nonsense"), (["--detail", "serie"], "series"),
    (["--checkpoint-every", "x"], "--checkpoint-every"), (["--resum"], "--resume"),
    (["--out", "other.db"], "twice"), (["--quiet=1"], "no value"), (["--resume", "--force"], "exclude"), (["-x"], "-x"),
])
def test_options_that_are_wrong(two, tmp_path, option, about):
    refused("run", two[0], "--out", tmp_path / "r.db", *option, about=about)
    assert not (tmp_path / "r.db").exists()


def test_the_same_scenario_twice(two, tmp_path):
    refused("run", two[0], two[0], "--out", tmp_path / "r.db", about="'calm'")


def test_no_scenario_and_no_file(two, tmp_path):
    refused("run", "--out", tmp_path / "r.db", about="no scenario")
    refused("run", two[0], about="--out")
    refused("run", two[0], "--out", tmp_path / "r.db", "--out=s.db", about="--out is given twice")
    ok("run", two[0], "--out", tmp_path / "r.db", "--reps", 3, "--reps=2")
    assert query(tmp_path / "r.db", "SELECT count(*) FROM run") == [(2,)]


def test_the_program():
    for arguments in (["--help"], ["run", "--help"]):
        assert "Usage: kumiai" in ok(*arguments).stdout
    assert "SQLite" in ok("--version").stdout
    nothing = kumiai()
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "Usage: kumiai" in nothing.stderr
    refused("rnu", about=["rnu", "'run'"])
    refused("--verison", about="'--version'")


# ---- the summary ----

def reduction(values, name):
    """Mean, sum, max or final of a metric, as a reducer's name says."""
    how = {"mean": statistics.fmean, "sum": math.fsum, "max": max, "final": lambda v: v[-1]}
    return how[name](values)


def test_summary_columns_are_reductions_of_the_series(two, tmp_path):
    """Columns named METRIC_mean, _sum, _max or _final over the whole run are recomputed."""
    out = tmp_path / "r.db"
    ok("run", *two, "--out", out)
    metrics = columns(out, "series")[3:]
    checked = 0
    for name in columns(out, "summary")[1:]:
        metric, _, how = name.rpartition("_")
        if metric not in metrics or how not in ("mean", "sum", "max", "final"):
            continue
        for run, value in query(out, f'SELECT run_id, "{name}" FROM summary'):
            series = [v for (v,) in query(
                out, f'SELECT "{metric}" FROM series WHERE run_id = ? AND step >= 0 ORDER BY step', (run,))]
            assert value == pytest.approx(reduction(series, how), rel=1e-12, abs=1e-12)
            checked += 1
    assert checked > 0


T_975_5 = 2.5705818366147395  # Student's t, 97.5 %, 5 degrees of freedom


def test_printed_means_and_intervals(two, tmp_path):
    out = tmp_path / "r.db"
    printed = ok("run", *two, "--out", out).stdout
    name = columns(out, "summary")[1]
    line = next(row for row in printed.splitlines() if row.startswith(name))
    cells = re.findall(r"(\S+) \((\S+) to (\S+)\)", line)
    for scenario, (mean, low, high) in enumerate(cells, 1):
        values = [v for (v,) in query(out, f'SELECT "{name}" FROM summary JOIN run USING (run_id) '
                                           "WHERE scenario_id = ?", (scenario,))]
        half = T_975_5 * statistics.stdev(values) / math.sqrt(len(values))
        middle = statistics.fmean(values)
        assert float(mean) == pytest.approx(middle, abs=0.06 * half)
        # Student's on the one side at least; on that of the tail farther.
        sides = sorted([middle - float(low), float(high) - middle])
        assert sides[0] == pytest.approx(min(half, middle), rel=0.1)
        assert sides[1] >= 0.9 * half
    assert len(cells) == 2
    assert str(out) in printed


def test_one_run_has_no_interval(two, tmp_path):
    printed = ok("run", *two, "--out", tmp_path / "r.db", "--reps", 1).stdout
    assert "(one run)" in printed
    assert "nan" not in printed


def test_the_table_is_narrow(scenario, tmp_path):
    files = [scenario(f"a_scenario_with_a_rather_long_name_{i}", run=RUN, contagion=SMALL)
             for i in range(9)]
    out = tmp_path / "r.db"
    printed = ok("run", *files, "--out", out).stdout.splitlines()
    table = [line for line in printed if str(out) not in line]
    assert max(map(len, table)) <= 100
    assert sum(line.startswith("runs") for line in table) == 3


def test_quiet(plain, tmp_path):
    result = ok("run", plain, "--out", tmp_path / "r.db", "--quiet")
    assert result.stderr == ""
    assert "Results:" in result.stdout
