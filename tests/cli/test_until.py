# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai run --until`: replicates until paired differences are precise; the file is that of a run
with as many replicates, whatever came in between."""

import csv
import io
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from conftest import KUMIAI, content, kumiai, query, write_scenario

SMALL = {"agents": 200, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.05}
RUN = {"steps": 30, "reps": 6, "seed": 11}
METRIC = "infected_final"
NUMBER = r"(-?[\d.]+(?:e[-+]\d+)?)"


def write_three(folder, agents=200, steps=30):
    """Three scenarios that differ in one rate."""
    return [write_scenario(folder / f"{name}.cfg", run={**RUN, "steps": steps},
                           contagion={**SMALL, "agents": agents, "beta": beta})
            for name, beta in (("calm", 0.1), ("mid", 0.11), ("wild", 0.12))]


@pytest.fixture
def three(tmp_path):
    """Three scenarios in the test's own folder."""
    return write_three(tmp_path)


def until(files, out, wanted, *more, code=0):
    """Runs with --until; the printed text."""
    result = kumiai("run", *files, "--out", out, "--until", f"{METRIC}:{wanted}", "--quiet", *more)
    assert result.returncode == code, result.stderr
    return result.stdout


def replicates(path):
    """Replicates of the first scenario."""
    return query(path, "SELECT count(*) FROM run WHERE scenario_id = 1")[0][0]


def printed_row(text, name):
    """pairs, difference, from, to, half-width, gain and verdict that are printed of a scenario."""
    found = re.search(rf"^{name} +(\d+){(' +' + NUMBER) * 5}  (.*)$", text, re.MULTILINE)
    assert found, text
    return [*map(float, found.groups()[:6]), found.group(7)]


def plain(files, out, reps, *more):
    """Content of a run with --reps."""
    result = kumiai("run", *files, "--out", out, "--reps", reps, "--quiet", *more)
    assert result.returncode == 0, result.stderr
    return content(out)


@pytest.mark.parametrize("threads, detail", [(1, "summary"), (3, "full")])
def test_the_file_is_that_of_a_plain_run(three, tmp_path, threads, detail):
    out = tmp_path / "r.db"
    text = until(three, out, 0.9, "--threads", threads, "--detail", detail)
    reps = replicates(out)
    assert 50 <= reps < 1000
    assert f"after {reps} replicates (precise as wanted)" in text
    one_in = round(1 / (1 - 0.05 ** (1 / reps)))  # of what is that frequent, 95 % of studies see one
    assert f"What happens in less than one pair of {one_in} may not have been seen yet." in text
    for name in ("mid", "wild"):
        row = printed_row(text, name)
        assert row[0] == reps
        assert row[4] <= 0.9
        assert row[6] == "reached"
    assert content(out) == plain(three, tmp_path / "plain.db", reps, "--detail", detail)
    assert query(out, "PRAGMA integrity_check") == [("ok",)]
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".cfg"] * 3 + [".db"] * 2


def test_compare_says_the_same(three, tmp_path):
    out = tmp_path / "r.db"
    text = until(three[::2], out, 1.2)
    compare = Path(os.environ["KUMIAI_SOURCE_DIR"]) / "scripts" / "compare.py"
    table = subprocess.run(["/usr/bin/python3", compare, out, "--no-pictures", "--format", "csv",
                            "--metrics", METRIC], capture_output=True, text=True, check=True).stdout
    row = next(r for r in csv.DictReader(io.StringIO(table)) if r["scenario"] == "wild")
    told = [float(row[c]) for c in ("pairs", "diff", "diff_low", "diff_high")]
    shown = printed_row(text, "wild")
    assert shown[:4] == pytest.approx(told, rel=1e-5)
    assert shown[4] == pytest.approx(max(told[3] - told[1], told[1] - told[2]), rel=1e-5)
    assert shown[5] == pytest.approx(float(row["var_ratio"]), rel=1e-5)


def test_the_cap(three, tmp_path):
    out = tmp_path / "r.db"
    text = until(three, out, 1e-6, "--max-reps", 45, code=3)
    assert "after 45 replicates (cap of --max-reps)" in text
    assert printed_row(text, "mid")[6] == "too wide yet"
    assert content(out) == plain(three, tmp_path / "plain.db", 45)


def test_share_of_the_mean(three, tmp_path):
    text = until(three[:2], tmp_path / "r.db", "1%")
    wanted = float(re.search(r"wanted half-width (\S+)\.$", text, re.MULTILINE).group(1))
    mean = query(tmp_path / "r.db",
                 f"SELECT avg({METRIC}) FROM summary JOIN run USING (run_id) WHERE scenario_id = 1")
    assert wanted == pytest.approx(mean[0][0] / 100, rel=1e-5)


def test_equal_scenarios_never_differ(tmp_path):
    files = [write_scenario(tmp_path / f"{n}.cfg", run=RUN, contagion=SMALL) for n in "ab"]
    text = until(files, tmp_path / "r.db", 1000, "--max-reps", 60, code=3)
    assert re.search(r"^b +60 +0 +n/a +n/a +n/a +inf  all pairs alike: cannot tell$", text,
                     re.MULTILINE)
    assert content(tmp_path / "r.db") == plain(files, tmp_path / "plain.db", 60)


def test_a_finished_file_is_added_to(three, tmp_path):
    """By a narrower wish, or after a plain run; a wish that is met changes nothing."""
    out = tmp_path / "r.db"
    plain(three, out, 30)
    until(three, out, 1.5, "--resume")
    before, reps = content(out), replicates(out)
    assert until(three, out, 1.5, "--resume") and content(out) == before
    until(three, out, 0.8, "--resume", "--threads", 2)
    assert replicates(out) > reps
    until(three, tmp_path / "at_once.db", 0.8)
    assert content(out) == content(tmp_path / "at_once.db")


def test_resume_after_kills(tmp_path):
    files = write_three(tmp_path, agents=1000, steps=60)[:2]
    out, whole = tmp_path / "r.db", tmp_path / "whole.db"
    command = [KUMIAI, "run", *map(str, files), "--until", f"{METRIC}:1e-6", "--max-reps", "300",
               "--checkpoint-every", "10", "--quiet", "--threads"]
    assert subprocess.run([*command, "2", "--out", whole], stdout=subprocess.DEVNULL).returncode == 3
    killed = 0
    for pause in (0.2, 1.1, 0.4):  # the first is over before the work can be
        process = subprocess.Popen([*command, "1", "--out", str(out), "--resume"],
                                   stdout=subprocess.DEVNULL)
        while not out.exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(pause)
        process.kill()
        killed += process.wait() == -signal.SIGKILL
    assert killed
    resumed = subprocess.run([*command, "3", "--out", out, "--resume"], capture_output=True, text=True)
    assert resumed.returncode == 3 and "was not reached after 300 replicates" in resumed.stderr
    assert content(out) == content(whole)
    assert query(out, "PRAGMA integrity_check") == [("ok",)]
    assert not Path(f"{out}.checkpoints").exists()


def test_nothing_to_compare(three, tmp_path):
    """Runs that all fail: told at the first look, not at the cap."""
    text = until(three, tmp_path / "r.db", 1, "--set", "run.timeout=1e-9", code=3)
    assert "after 40 replicates (no values to compare)" in text
    assert "no pair has values" in text and "nan" not in text


def test_an_unfinished_plain_file_is_left_alone(three, tmp_path):
    out = tmp_path / "r.db"
    plain(three[:2], out, 3)
    before = out.read_bytes()
    result = kumiai("run", *three, "--out", out, "--until", f"{METRIC}:1", "--resume")
    assert (result.returncode, result.stdout) == (2, "")
    assert "cannot resume" in result.stderr
    result = kumiai("run", *three[:2], "--out", out, "--until", f"{METRIC}:1", "--resume", "--seed",
                    "12")
    assert result.returncode == 2 and "seed" in result.stderr
    assert out.read_bytes() == before


@pytest.mark.parametrize("options, about", [
    (["--until", METRIC], "METRIC:HALFWIDTH"), (["--until", ":1"], "METRIC:HALFWIDTH"),
    (["--until", f"{METRIC}:0"], "not a number above 0"), (["--until", f"{METRIC}:-1"], "'-1'"),
    (["--until", f"{METRIC}:nan"], "'nan'"), (["--until", f"{METRIC}:inf"], "'inf'"),
    (["--until", f"{METRIC}:1x"], "'1x'"), (["--until", f"{METRIC}:0%"], "'0%'"),
    (["--until", "infected_fnal:1"], f"did you mean {METRIC}?"),
    (["--until", f"{METRIC}:1", "--reps", "9"], "--max-reps"), (["--max-reps", "9"], "--until"),
    (["--until", f"{METRIC}:1", "--max-reps", "1"], "--max-reps"),
])
def test_refused(three, tmp_path, options, about):
    result = kumiai("run", *three, "--out", tmp_path / "r.db", *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert about in result.stderr
    assert not (tmp_path / "r.db").exists()


def test_one_scenario_has_nothing_to_be_compared_with(three, tmp_path):
    result = kumiai("run", three[0], "--out", tmp_path / "r.db", "--until", f"{METRIC}:1")
    assert result.returncode == 2
    assert "only one is given" in result.stderr
    result = kumiai("fork", *three, "--at", 3, "--out", tmp_path / "r.db", "--until", "x:1")
    assert "unknown option --until" in result.stderr
