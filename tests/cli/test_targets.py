# SPDX-License-Identifier: GPL-3.0-or-later
"""`--targets FILE`: what is measured on every run is the same however the batch is made, and a results
file goes on only with the targets that it was begun with."""

import json
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from conftest import KUMIAI, content, failing, kumiai, kumiai_export, query, write_scenario
from patience import PATIENCE

RUN = {"start_year": 2000, "steps_per_year": 4, "steps": 40, "seed": 11, "reps": 6}
SMALL = {"agents": 300, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05, "initial_share": 0.05}
FILE = """model = "contagion"; fit_until = 2005;
outputs = (
  { name = "peak"; metric = "infected_peak"; value = 0.5; sd = 0.1; scale = "share"; year = 2005;
    tag = "A"; source = "a test"; use = "fit"; },
  { name = "late"; sql = "SELECT avg(infected) FROM series WHERE time >= 2005"; value = 0.25; discrepancy = 0.1;
    scale = "share"; from = 2006; to = 2009; tag = "A"; source = "a test"; use = "test"; observed = "a quarter"; },
  { name = "steps"; label = "steps done"; sql = "SELECT count(*) FROM series WHERE step >= 0"; },
  { name = "after_peak"; sql = "SELECT late < peak FROM output"; },
  { name = "none"; sql = "SELECT NULL"; } );
"""
NAMES = ["peak", "late", "steps", "after_peak", "none"]


def ok(*arguments, **options):
    """Runs a command that must succeed."""
    result = kumiai(*arguments, **options)
    assert result.returncode == 0, result.stderr
    return result


def refused(*arguments, about):
    """Runs a command that must be refused in one sentence with the words."""
    result = kumiai(*arguments)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    assert len(result.stderr.strip().splitlines()) == 1 and about in result.stderr, result.stderr


@pytest.fixture(name="files")
def fixture_files(tmp_path):
    """(scenario, targets file)."""
    (tmp_path / "t.cfg").write_text(FILE, encoding="utf-8")
    return write_scenario(tmp_path / "s.cfg", run=RUN, contagion=SMALL), tmp_path / "t.cfg"


@pytest.fixture(name="sweep")
def fixture_sweep(files):
    """A sweep of 6 points, two replicates."""
    path = files[0].with_name("w.cfg")
    path.write_text("""scenario = "s.cfg"; sweep = { design = "lhs"; points = 6; reps = 2;
        factors = ( { parameter = "contagion.beta"; min = 0.0; max = 0.3; } ); };\n""", encoding="utf-8")
    return path


def values(path):
    """run_id → values of the outputs, in their order."""
    found = {}
    for run, target, value in query(path, "SELECT run_id, target_id, value FROM target_value ORDER BY rowid"):
        found.setdefault(run, []).append(value)
        assert target == len(found[run])
    return found


# ---- values ----

def test_values_are_those_of_the_rows_at_any_detail_and_threads(files, tmp_path):
    scenario, targets = files
    found = []
    for detail, threads in (("summary", 1), ("series", 2), ("full", 3)):
        out = tmp_path / f"{detail}.db"
        ok("run", scenario, "--out", out, "--targets", targets, "--detail", detail, "--threads", threads)
        found.append(values(out))
        assert bool(query(out, "SELECT 1 FROM series LIMIT 1")) == (detail != "summary")
    assert found[0] == found[1] == found[2]
    rows = query(tmp_path / "full.db", "SELECT run_id, infected_peak, avg(infected) FROM summary JOIN series"
                 " USING (run_id) WHERE time >= 2005 GROUP BY run_id")
    assert len(rows) == RUN["reps"] and {rep for rep, *_ in rows} == set(found[0])
    for run, peak, late in rows:
        assert found[0][run] == [peak, pytest.approx(late, rel=1e-12), RUN["steps"], float(late < peak), None]


def test_the_file_holds_the_targets(files, tmp_path):
    scenario, targets = files
    ok("run", scenario, "--out", tmp_path / "r.db", "--targets", targets)
    told = json.loads(ok("targets", "--format", "json", targets).stdout)
    keys = list(told["targets"][0])
    assert [row["name"] for row in told["targets"]] == NAMES and told["fit_until"] == 2005
    rows = query(tmp_path / "r.db", f"SELECT {', '.join(keys)} FROM target ORDER BY target_id")
    assert [dict(zip(keys, row)) for row in rows] == told["targets"]
    meta = dict(query(tmp_path / "r.db", "SELECT key, value FROM meta"))
    assert meta["targets_digest"] == told["digest"] and meta["targets_fit_until"] == "2005"


def test_without_targets_nothing_changes(files, tmp_path):
    scenario, targets = files
    plain, measured = tmp_path / "p.db", tmp_path / "m.db"
    ok("run", scenario, "--out", plain, "--detail", "full")
    ok("run", scenario, "--out", measured, "--detail", "full", "--targets", targets)
    before, after = content(plain), content(measured)
    assert set(after) - set(before) == {"target", "target_value", "target_view"}
    for table in set(before) - {"meta", "run"}:
        assert before[table] == after[table], table
    assert not [key for key, _ in before["meta"] if key.startswith("target")]
    states = "SELECT state_digest FROM run"
    assert query(plain, states) == query(measured, states)


def test_a_run_whose_query_gives_no_number_fails_alone(files, tmp_path):
    scenario, targets = files
    targets.write_text("""model = "contagion"; outputs = ( { name = "x";
        sql = "SELECT step FROM series WHERE infected >= 0.2"; } );""", encoding="utf-8")
    result = kumiai("run", scenario, "--out", tmp_path / "r.db", "--targets", targets, "--set", "contagion.beta=0.9")
    assert result.returncode == 3
    notes = {note for (note,) in query(tmp_path / "r.db", "SELECT note FROM run WHERE status = 'failed'")}
    assert notes == {"the query of output 'x': it gives more than one row (after 40 of 40 steps)"}


# ---- ways to make a batch ----

def test_a_batch_that_grows_is_the_whole_one(files, tmp_path):
    scenario, targets = files
    whole, out = tmp_path / "w.db", tmp_path / "r.db"
    ok("run", scenario, "--out", whole, "--targets", targets)
    ok("run", scenario, "--out", out, "--targets", targets, "--reps", 2)
    ok("run", scenario, "--out", out, "--targets", targets, "--reps", 6, "--resume")
    assert values(out) == values(whole)
    ok("verify", out, "--rerun", 3)


def test_failed_runs_that_are_made_again_are_measured_again(files, tmp_path):
    scenario, targets = files
    whole, out = tmp_path / "w.db", tmp_path / "r.db"
    ok("run", scenario, "--out", whole, "--targets", targets, "--detail", "summary")
    shutil.copy(whole, out)
    failing(out, [2, 5])
    assert len(values(out)) == 4
    ok("run", scenario, "--out", out, "--targets", targets, "--detail", "summary", "--retry-failed")
    assert content(out) == content(whole)


def test_shards_make_the_whole(files, sweep, tmp_path):
    whole, out = tmp_path / "w.db", tmp_path / "m.db"
    ok("sweep", sweep, "--out", whole, "--targets", files[1])
    parts = [tmp_path / f"p{i}.db" for i in (1, 2)]
    for i, part in enumerate(parts, 1):
        ok("sweep", sweep, "--out", part, "--targets", files[1], "--shard", f"{i}/2")
    ok("merge", out, *parts)
    assert content(out) == content(whole) and len(values(out)) == 12
    ok("verify", out, "--rerun", 4)


def test_a_fork_is_measured(files, tmp_path):
    scenario, targets = files
    policy = tmp_path / "policy.cfg"
    policy.write_text("contagion = { beta = 0.3; };\n", encoding="utf-8")
    for name, threads in (("a", 1), ("b", 2)):
        ok("fork", scenario, policy, "--at", 2003, "--out", tmp_path / f"{name}.db", "--targets", targets,
           "--threads", threads)
    found = values(tmp_path / "a.db")
    assert found == values(tmp_path / "b.db") and len(found) == 12
    assert found[1] != found[7]


def test_targets_of_years_that_a_run_does_not_cover_are_told(files, sweep, tmp_path):
    scenario, targets = files
    policy = tmp_path / "policy.cfg"
    policy.write_text("contagion = { beta = 0.3; };\n", encoding="utf-8")
    short = ("--set", "run.steps=20", "--targets", targets, "--quiet")
    commands = {"run": (scenario,), "sweep": (sweep,), "fork": (scenario, policy, "--at", 2003)}
    for name, command in {name: (name, *words, *short) for name, words in commands.items()}.items():
        told = ok(*command, "--out", tmp_path / f"{name}.db").stderr
        for target, years in {"peak": "2005", "late": "2006 to 2009"}.items():
            line = 1 + next(k for k, text in enumerate(FILE.splitlines()) if f'name = "{target}"' in text)
            assert (f"{targets}:{line}: warning: target {target} was observed in {years}, but the run of scenario s "
                    "covers 2000 to 2004") in told
        assert "target steps" not in told
    assert "warning" not in ok("run", scenario, "--targets", targets, "--quiet", "--out", tmp_path / "all.db").stderr


def test_a_stopped_run_goes_on_from_its_checkpoint(files, tmp_path):
    scenario, targets = files
    more = ["--targets", targets, "--reps", 2, "--threads", 1, "--detail", "summary", "--set", "run.steps=400",
            "--set", "contagion.agents=20000", "--checkpoint-every", "1"]
    whole, out = tmp_path / "w.db", tmp_path / "r.db"
    ok("run", scenario, "--out", whole, *more)
    process = subprocess.Popen([KUMIAI, *map(str, ["run", scenario, "--out", out, *more])],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end, folder = time.monotonic() + PATIENCE, tmp_path / "r.db.checkpoints"
    while process.poll() is None and not list(folder.glob("*.checkpoint")) and time.monotonic() < end:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE)
    assert list(folder.glob("*.checkpoint"))
    ok("run", scenario, "--out", out, *more, "--resume")
    assert content(out) == content(whole)


# ---- what does not fit together ----

def test_a_file_goes_on_with_its_own_targets_only(files, sweep, tmp_path):
    scenario, targets = files
    other = tmp_path / "o.cfg"
    other.write_text(FILE.replace("0.25", "0.26"), encoding="utf-8")
    out, plain, swept = (tmp_path / f"{name}.db" for name in ("r", "p", "w"))
    ok("run", scenario, "--out", out, "--targets", targets)
    ok("run", scenario, "--out", plain)
    ok("sweep", sweep, "--out", swept, "--targets", targets, "--shard", "1/2")
    refused("run", scenario, "--out", out, "--targets", other, "--resume", about="begun with other --targets")
    refused("run", scenario, "--out", out, "--resume", about="begun with --targets, this command has none")
    refused("run", scenario, "--out", plain, "--targets", targets, "--resume", about="begun with no --targets")
    refused("sweep", sweep, "--out", swept, "--targets", other, "--shard", "1/2", "--resume",
            about="begun with other --targets")
    ok("sweep", sweep, "--out", tmp_path / "w2.db", "--targets", other, "--shard", "2/2")
    refused("merge", tmp_path / "m.db", swept, tmp_path / "w2.db", about="targets")
    ok("run", scenario, "--out", out, "--targets", other, "--force")


def test_a_changed_value_is_found(files, tmp_path):
    scenario, targets = files
    out = tmp_path / "r.db"
    ok("run", scenario, "--out", out, "--targets", targets)
    for change, words in (("UPDATE target_value SET value = value + 1 WHERE run_id = 3 AND target_id = 2", "run 3"),
                          ("UPDATE target SET use = 'fit' WHERE target_id = 2", "table target")):
        copy = tmp_path / "copy.db"
        shutil.copy(out, copy)
        with closing(sqlite3.connect(copy)) as db:
            db.execute(change)
            db.commit()
        result = kumiai("verify", copy)
        assert result.returncode == 1 and words in result.stdout + result.stderr


def test_an_export_has_them(files, tmp_path):
    scenario, targets = files
    ok("run", scenario, "--out", tmp_path / "r.db", "--targets", targets)
    assert kumiai_export(tmp_path / "r.db", "--to", tmp_path / "tables").returncode == 0
    lines = (tmp_path / "tables" / "target_values.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "run_id,target_id,value" and len(lines) == 1 + 5 * RUN["reps"]
    assert (tmp_path / "tables" / "targets.csv").exists()


# ---- bad input ----

def test_problems_are_told_with_their_line_and_nothing_is_written(files, tmp_path):
    scenario, targets = files
    targets.write_text(FILE.replace("avg(infected)", "avg(infectd)").replace("to = 2009", "to = 2004")
                       .replace('use = "fit"', 'use = "fits"'), encoding="utf-8")
    for command in (["run", scenario, "--out", tmp_path / "r.db", "--targets", targets], ["check", targets],
                    ["targets", targets]):
        result = kumiai(*command)
        assert result.returncode == 2 and not result.stdout, result.stdout
        assert f'{targets}:4: use is "fits" (did you mean fit?); it may be: fit, test' in result.stderr
        assert f"{targets}:6: the years run from 2006 to 2004" in result.stderr
    targets.write_text(FILE.replace("avg(infected)", "avg(infectd)"), encoding="utf-8")
    refused("run", scenario, "--out", tmp_path / "r.db", "--targets", targets,
            about=f"{targets}:5: the query of output 'late': no such column: infectd; did you mean infected?")
    assert not (tmp_path / "r.db").exists()


@pytest.mark.parametrize("name", ["run_id", "rep", "seed", "weight", "target_id"])
def test_an_output_is_not_called_like_a_column_that_tells_the_run(files, name):
    files[1].write_text(f"""model = "contagion";
        outputs = ( {{ name = "{name}"; metric = "infected_final"; }} );""", encoding="utf-8")
    refused("targets", files[1], about=f"{files[1]}:2: an output cannot be called {name}, which is a column")


@pytest.mark.parametrize("scale, value, allowed", [("share", 3, "from 0 to 1"), ("share", -0.1, "from 0 to 1"),
                                                   ("count", -3, "0 or more"), ("duration", -0.5, "0 or more")])
def test_a_target_lies_where_its_scale_allows(files, scale, value, allowed):
    text = f"""model = "contagion"; fit_until = 2009;
        outputs = ( {{ name = "x"; metric = "infected_final"; value = {value}; sd = 0.1; scale = "{scale}"; year = 2005;
                      tag = "A"; source = "s"; use = "fit"; }} );"""
    files[1].write_text(text, encoding="utf-8")
    refused("targets", files[1], about=f"{files[1]}:2: value is {value}; a {scale} is {allowed}")
    files[1].write_text(text.replace(scale, "number"), encoding="utf-8")
    assert "1 target" in ok("targets", files[1]).stdout


def test_a_wrong_fit_until_is_told_once(files):
    files[1].write_text(FILE.replace("fit_until = 2005", 'fit_until = "2005"'), encoding="utf-8")
    told = kumiai("targets", files[1]).stderr.splitlines()
    assert len(told) == 1 and "fit_until must be a year as a whole number, but is a text" in told[0]


def test_a_view_that_cannot_be_used_is_no_nearest_name(files):
    files[1].write_text("""model = "contagion";
        views = ( { name = "v"; sql = "SELECT infectd FROM series"; } );
        outputs = ( { name = "x"; sql = "SELECT count(*) FROM v"; } );""", encoding="utf-8")
    told = kumiai("check", files[1]).stderr.splitlines()
    assert [line.partition(": ")[2] for line in told] == [
        "the query of view 'v': no such column: infectd; did you mean infected?",
        "the query of output 'x': no such table: v"]


def test_options_are_checked(files, tmp_path):
    scenario, targets = files
    run = ["run", scenario, "--out", tmp_path / "r.db"]
    refused(*run, "--targets", targets, "--targets", targets, about="--targets is given twice")
    refused(*run, "--targets", tmp_path / "no.cfg", about="no.cfg")
    refused(*run, "--targets", "", about="needs the name of a file")
    targets.write_text(FILE.replace('"contagion"', '"none"'), encoding="utf-8")
    refused(*run, "--targets", targets, about='but the runs are of model "contagion"')
    assert not (tmp_path / "r.db").exists()
    assert "targets" in ok("targets", "--help").stdout
    refused_words = kumiai("targets", "--format", "jsn", targets)
    assert refused_words.returncode == 2 and "did you mean 'json'?" in refused_words.stderr


def test_the_text_form_tells_targets_and_their_use(files):
    told = ok("targets", files[1]).stdout
    assert "late: late\n  test  0.25 +- 0.1 (observation 0, model 0.1), share, 2006-2009, A: a test\n" in told
    assert told.endswith("5 outputs of model contagion: 1 targets to fit (until 2005), 1 to test\n")
    assert ok("check", files[1]).stdout == f"{files[1]}: ok\n"
