# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/kumiai.R reads what Python reads, and survival takes its spells (Debian's r-cran-rsqlite, r-cran-survival)."""

import sqlite3
import subprocess

import numpy as np
import pandas as pd
import pytest

from conftest import SCRIPTS
from results_files import build, foreign

import kumiai
from kumiai import survival


def by_kumiai_r(folder, code):
    """What the code of R, after source(), leaves in the frame `found`; raises AssertionError with R's words."""
    done = subprocess.run(["Rscript", "--vanilla", "-e", f'source("{SCRIPTS / "kumiai.R"}")\n{code}\n'
                           'write.csv(found, "found.csv", row.names = FALSE)'], cwd=folder, check=False,
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return pd.read_csv(folder / "found.csv")


SPELL = ["run_id", "tie_id", "mode", "entry", "stop", "event"]


@pytest.mark.parametrize("make", [build, foreign])
def test_spells_are_those_of_python(tmp_path, make):
    runs = kumiai.open(make(tmp_path / "a.db", reps=3))
    found = by_kumiai_r(tmp_path, 'found <- read_lives("a.db")')
    mine = runs.spells()
    order = ["run_id", "tie_id"]
    pd.testing.assert_frame_equal(found[SPELL].sort_values(order, ignore_index=True),
                                  mine[SPELL].sort_values(order, ignore_index=True), check_dtype=False)
    assert len(found) > 80 and 0 < found["event"].mean() < 1


def test_a_tie_that_goes_on_has_not_ended_and_one_of_unknown_age_is_left_out(tmp_path):
    path = build(tmp_path / "a.db", ("baseline",), reps=2)
    before = kumiai.open(path).spells()

    with sqlite3.connect(path) as db:
        db.execute("UPDATE cause_doc SET conversion = 1 WHERE cause = 'dormancy'")
        db.execute("UPDATE tie SET onset_censored = 1, onset = 2000 WHERE tie_id = 0")
    after, found = kumiai.open(path).spells(), by_kumiai_r(tmp_path, 'found <- read_lives("a.db")')
    assert found["event"].sum() == after["event"].sum() < before["event"].sum()
    assert len(found) == len(after) < len(before)


def test_survival_takes_them(tmp_path):
    runs = kumiai.open(build(tmp_path / "a.db", reps=4))
    found = by_kumiai_r(tmp_path, 'library(survival)\nd <- read_lives("a.db", "baseline", "cooperation")\n'
                        'f <- summary(survfit(Surv(entry, stop, event) ~ mode, d))\n'
                        'found <- data.frame(mode = f$strata, age = f$time, share = f$surv)')
    for mode, mine in found.groupby(found["mode"].str.removeprefix("mode=")):
        spells = runs.spells()
        curve = survival.kaplan_meier(spells[(spells["scenario"] == "baseline") & (spells["mode"] == mode)], [1, 2, 3, 4])
        assert mine["share"].to_numpy() == pytest.approx(
            curve.prob[np.searchsorted(curve.age, mine["age"], side="right") - 1], abs=1e-9)
    assert set(found["mode"]) == {"mode=city_to_city", "mode=regional"}


def test_the_summary_and_the_series(tmp_path):
    runs = kumiai.open(build(tmp_path / "a.db", reps=3, failed={("jica_half", 1)}))
    found = by_kumiai_r(tmp_path, 'found <- read_results("a.db")')
    assert list(found)[:4] == ["run_id", "scenario", "rep", "seed"] and list(found).count("run_id") == 1
    assert found["ties_city_to_city"].tolist() == pytest.approx(runs.summary["ties_city_to_city"].tolist())
    assert found["scenario"].tolist() == ["baseline"] * 3 + ["jica_half"] * 2
    series = by_kumiai_r(tmp_path, 'found <- read_series("a.db", c("ties_regional", "ties_city_to_city"))')
    assert series["ties_regional"].tolist() == runs.series["ties_regional"].tolist()
    everything = by_kumiai_r(tmp_path, 'found <- read_series("a.db")')
    assert set(everything) == {"scenario", "rep", *runs.series} | {"run_id", "step"}
    assert list(series) == ["run_id", "scenario", "rep", "time", "step", "ties_regional", "ties_city_to_city"]


def spells_r(folder, *arguments):
    """The example spells.R, called from a folder."""
    return subprocess.run(["Rscript", "--vanilla", "scripts/kumiai/examples/spells.R", *map(str, arguments)],
                          cwd=folder, check=False, capture_output=True, text=True, timeout=300)


def test_the_example_has_a_curve_for_each_scenario_and_mode(tmp_path):
    n = np.arange(80)
    ties = pd.DataFrame({"onset": 2010, "terminus": 2013 + n % 17 / 2, "terminus.censored": n % 5 // 4, "kind": "cooperation",
                         "mode": np.where(n % 4 == 0, "regional", "city_to_city"), "cause": "dormancy", "onset_true": 2010,
                         "run_id": n % 8, "scenario": np.where(n % 8 < 4, "baseline", "jica_half")})
    ties.to_csv(tmp_path / "edge_spells.csv", index=False)
    ties[["onset", "terminus", "run_id"]].to_csv(tmp_path / "vertex_spells.csv", index=False)
    found = spells_r(SCRIPTS.parent, tmp_path)
    assert found.returncode == 0, found.stderr
    curves = {line.rsplit(maxsplit=2)[0]: int(line.split()[-2]) for line in found.stdout.splitlines()[1:5]}
    assert set(curves) == {f"scenario={scenario}, mode={mode}" for scenario in ("baseline", "jica_half")
                           for mode in ("city_to_city", "regional")}
    assert curves["scenario=baseline, mode=regional"] == 10 and curves["scenario=jica_half, mode=city_to_city"] == 30
    # Of one scenario and mode alone, as a country of one's own may have.
    ties[ties["scenario"].eq("baseline") & ties["mode"].eq("regional")].to_csv(tmp_path / "edge_spells.csv", index=False)
    found = spells_r(SCRIPTS.parent, tmp_path)
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines()[1].split() == ["scenario=baseline,", "mode=regional", "10", "8"]


def test_the_example_refuses_in_a_sentence(tmp_path):
    for arguments, words in (((), "Usage: Rscript scripts/kumiai/examples/spells.R DIRECTORY"),
                             ((tmp_path,), f"{tmp_path}: has no edge_spells.csv")):
        refused = spells_r(SCRIPTS.parent, *arguments)
        assert refused.returncode == 2 and refused.stderr.startswith(words) and refused.stderr.count("\n") == 1
    outside = subprocess.run(["Rscript", "--vanilla", SCRIPTS / "kumiai/examples/spells.R", "x"], cwd=tmp_path, check=False,
                             capture_output=True, text=True, timeout=300)
    assert outside.returncode == 2 and "call from the top of the tree" in outside.stderr


def test_the_readers_of_exports_come_with_it(tmp_path):
    found = by_kumiai_r(tmp_path, "found <- data.frame(there = exists('read_waves') && is.function(read_spells))")
    assert found["there"].tolist() == [True]


@pytest.mark.parametrize("code, words", [
    ('found <- read_results("no.db")', "no.db: there is no such file"),
    ('found <- read_series("a.db", "ties")', "the series has no ties"),
    ('found <- read_series("summary.db", "ties_regional")', "has no series; run with --detail series or full"),
    ('writeLines("x", "x.db"); found <- read_results("x.db")', "it is not a results file"),
    ('found <- read_lives("a.db", "baselin")', "no cooperation ties of a scenario baselin; did you mean baseline")])
def test_what_is_not_there_is_told(tmp_path, code, words):
    build(tmp_path / "a.db", reps=1)
    build(tmp_path / "summary.db", reps=1, detail="summary")
    with pytest.raises(AssertionError, match=words):
        by_kumiai_r(tmp_path, code)
