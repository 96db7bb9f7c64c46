# SPDX-License-Identifier: GPL-3.0-or-later
"""Hazard ratios that change with age: against R's cox.zph and coxph, and against known truths.

False-alarm rates stand at each test that draws numbers; all seeds are fixed.
"""

import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from by_r import by_r
from conftest import script

from kumiai import changing, covariates, cox, efron, survival_pictures

STEP = 0.25


def coming_with_age(rng, level, slope, groups=10, n=300, last=20.0):
    """Rows of ties with x, which turns 1 at a rate of a quarter a year and multiplies the hazard by
    exp(level + slope × log age), a covariate without effect, and the level of a category."""
    on = np.maximum(STEP, np.ceil(rng.exponential(4, groups * n) / STEP) * STEP)
    entry = rng.choice([0.0, 0.0, 1.0, 2.5], groups * n)
    end, alive, ended = np.full(on.shape, last), np.ones(on.shape, dtype=bool), np.zeros(on.shape, dtype=int)
    for age in np.arange(STEP, last + STEP / 2, STEP):
        hazard = 0.12 * np.exp((on < age) * (level + slope * np.log(age - STEP / 2)))
        gone = alive & (entry < age) & (rng.random(on.shape) < 1 - np.exp(-hazard * STEP))
        end[gone], ended[gone] = age, 1
        alive &= ~gone
    tie = pd.DataFrame({"g": np.arange(groups * n) % groups, "entry": entry, "end": end, "on": on,
                        "noise": rng.normal(size=on.shape), "kind": rng.integers(0, 3, on.shape)})
    before = tie.assign(start=entry, stop=np.minimum(on, end), event=np.where(on >= end, ended, 0), x=0.0)
    after = tie.assign(start=np.maximum(entry, on), stop=end, event=ended, x=1.0)
    rows = pd.concat([before, after], ignore_index=True)
    return rows[rows["stop"] > rows["start"]].reset_index(drop=True)


def design_of(rows):
    """The covariates as cox.fit takes them."""
    return pd.DataFrame({"x": rows["x"], "noise": rows["noise"],
                         **{f"kind: {k}": (rows["kind"] == k).astype(float) for k in (1, 2)}})


def fitted_to(rows, design=None):
    return cox.fit(design_of(rows) if design is None else design, rows["start"], rows["stop"],
                   rows["event"], rows["g"])


R = """
of <- function(d) {
    f <- coxph(Surv(start, stop, event) ~ x + noise + factor(kind), d, ties = "efron")
    z <- cox.zph(f, "log")$table; single <- cox.zph(f, "log", terms = FALSE)$table
    e <- survSplit(Surv(start, stop, event) ~ ., d, cut = sort(unique(d$stop[d$event == 1]))); e$i <- e$x * log(e$stop)
    s <- coef(coxph(Surv(start, stop, event) ~ x + noise + factor(kind) + i, e))
    b <- survSplit(Surv(start, stop, event) ~ ., d, cut = c(1, 2, 5, 10), episode = "band")
    for (k in 1:5) b[[paste0("b", k)]] <- b$x * (b$band == k)
    m <- coxph(Surv(start, stop, event) ~ b1 + b2 + b3 + b4 + b5 + noise + factor(kind), b, cluster = g)
    c(z[, "chisq"], z[, "df"], single[, "chisq"], s["i"], exp(s["x"] + s["i"] * log(c(1, 10))),
      coef(m)[1:5], sqrt(diag(vcov(m)))[1:5])
}
found <- as.data.frame(lapply(split(d, d$truth), of))
"""
# Level and slope of the log hazard ratio: constant, falling, rising, no effect.
TRUTHS = ((0.3, 0.0), (1.0, -0.6), (-0.5, 0.6), (0.0, 0.0))


@pytest.fixture(name="simulated", scope="module")
def _simulated(tmp_path_factory):
    """[(rows, what R finds)] for each truth; x comes with age, ties enter late and end together."""
    rows = [coming_with_age(np.random.default_rng(3), *truth, n=150) for truth in TRUTHS]
    found = by_r(R, tmp_path_factory.mktemp("r"), d=pd.concat(rows, keys=range(len(rows)), names=["truth"])
                 .reset_index("truth"))
    return list(zip(rows, found.to_numpy().T))


@pytest.mark.parametrize("truth", range(len(TRUTHS)))
def test_check_and_ratios_are_those_of_r(simulated, truth):
    rows, found = simulated[truth]
    mine = fitted_to(rows)
    assert list(mine.tests.index) == ["x", "noise", "kind", "GLOBAL"]
    assert mine.tests["chisq"].to_numpy() == pytest.approx(found[:4], rel=1e-5)
    assert mine.tests["df"].tolist() == found[4:8].tolist() == [1, 1, 2, 4]
    assert mine.check["chisq"].to_numpy() == pytest.approx(found[8:12], rel=1e-5)
    assert mine.check["p"].to_numpy() == pytest.approx(stats.chi2.sf(found[8:12], 1), rel=1e-4)
    line = mine.check.loc["x", ["slope", "ratio_at_1", "ratio_at_10"]].to_numpy(dtype=float)
    assert line == pytest.approx(found[13:16], rel=1e-3, abs=1e-4)
    bands = mine.ages[mine.ages["term"] == "x"]
    if TRUTHS[truth][0] < 0:  # few end in the second year while x is 1
        assert bands["age_from"].tolist() == [0, 2, 5, 10]
        return
    assert bands["age_from"].tolist() == [0, 1, 2, 5, 10]
    assert bands["coefficient"].to_numpy() == pytest.approx(found[16:21], abs=1e-3)
    assert bands["se"].to_numpy() == pytest.approx(found[21:] * np.sqrt(10 / 9), rel=5e-3)


@pytest.mark.parametrize("level, slope", [(1.0, -0.6), (-0.5, 0.6), (0.3, 0.0)])
def test_the_truth_is_found(level, slope):
    # Scaled by the mean information, .68 at ten years came out as 1.01. Standard error of the
    # slope: 0.06; four of them, and of the ratio at ten years (0.09); false alarm 1e-4 each.
    check = fitted_to(coming_with_age(np.random.default_rng(4), level, slope, n=600)).check.loc["x"]
    assert check["slope"] == pytest.approx(slope, abs=4 * 0.06)
    assert np.log(check["ratio_at_10"]) == pytest.approx(level + slope * np.log(10), abs=4 * 0.09)
    assert (check["p_holm"] < 1e-3) == (slope != 0)


def test_p_is_uniform_without_change():
    # The same lives, of 40 groups of 15, get a new x sixty times: without effect both p are uniform.
    # Kolmogorov's test at 1e-3 for each.
    rng, plain, clustered = np.random.default_rng(6), [], []
    rows = coming_with_age(rng, 0.0, 0.0, groups=40, n=15)
    for _ in range(60):
        design = pd.DataFrame({"x": rng.integers(0, 2, len(rows)).astype(float)})
        sets = efron.RiskSets(design.to_numpy(), *(rows[c].to_numpy(dtype=float)
                                                   for c in ("start", "stop", "event")))
        found = changing.ScoreTest(efron.maximum(sets), changing.Clusters(rows["g"], 5)).of([0])
        plain.append(found["p"])
        clustered.append(found["p_clustered"])
    assert stats.kstest(plain, "uniform").pvalue > 1e-3
    assert stats.kstest(clustered, "uniform").pvalue > 1e-3


def test_replicates_that_share_their_fate_do_not_count_as_many():
    # Every tie twenty times over in its replicate: chi² grows by twenty, the clustered p stays.
    rows = coming_with_age(np.random.default_rng(7), 0.5, -0.2, n=20)
    once, often = fitted_to(rows), fitted_to(pd.concat([rows] * 20, ignore_index=True))
    assert often.check.loc["x", "chisq"] > 15 * once.check.loc["x", "chisq"]
    assert often.check.loc["x", "p_clustered"] == pytest.approx(once.check.loc["x", "p_clustered"], rel=0.2)


def test_bands_with_few_ends_are_joined():
    for ends, joined in (([[9, 9, 9, 9, 9]], [(0, 1), (2, 4)]), ([[50, 50, 50, 50, 50]], [(i, i) for i in range(5)]),
                         ([[50, 3, 3, 3, 50]], [(0, 0), (1, 4)]), ([[1, 1, 1, 1, 1]], [(0, 4)]),
                         ([[50] * 5, [0, 0, 50, 50, 2]], [(0, 2), (3, 4)])):
        assert changing._joined(np.array(ends), 10) == joined


def test_a_ratio_is_told_at_ages_that_were_seen():
    rows = coming_with_age(np.random.default_rng(8), 0.3, 0.0, n=100)
    late = design_of(rows).assign(x=rows["x"] * (rows["start"] >= 2.0))
    assert np.isnan(fitted_to(rows, late).check.loc["x", "ratio_at_1"])
    young = rows[rows["start"] < 5].assign(stop=lambda f: f["stop"].clip(upper=5),
                                           event=lambda f: f["event"] * (f["stop"] < 5))
    check = fitted_to(young).check
    assert np.isnan(check["ratio_at_10"]).all() and np.isfinite(check["ratio_at_1"]).all()


def test_ages_to_the_day_take_little_memory(monkeypatch):
    """Too many risk sets: the effect stays the same over neighbouring ages, and is nearly the same."""
    rows = coming_with_age(np.random.default_rng(9), 1.0, -0.6, n=60)
    shift = np.random.default_rng(10).uniform(0, STEP, len(rows)) * (rows["event"] == 1)
    rows["stop"] = rows["stop"] - 0.9 * np.minimum(shift, rows["stop"] - rows["start"])
    exact = fitted_to(rows).check
    monkeypatch.setattr(efron, "MOST_PIECES", 30_000)
    assert fitted_to(rows).check["slope"].to_numpy() == pytest.approx(exact["slope"].to_numpy(), abs=0.01)


# ---- titles ----


def test_a_title_claims_what_the_corrected_test_does():
    rows = coming_with_age(np.random.default_rng(11), 0.0, 0.0, n=30)
    fitted = fitted_to(rows)
    row = dict(hazard_ratio=1.25, low=1.04, high=1.51, p=0.04)
    for p_holm, claims in ((0.114, False), (0.02, True)):
        fitted.terms = pd.DataFrame({**row, "p_holm": p_holm}, index=["mode: regional"])
        fitted.check = pd.DataFrame({"p_holm": [0.5]}, index=["mode: regional"])
        title = survival_pictures._forest_title(fitted)
        assert ("end sooner" in title) == claims and ("not told apart" in title) != claims
        assert "changes with age" not in title
    fitted.check = pd.DataFrame({"p_holm": [0.01]}, index=["mode: regional"])
    assert "on average, which changes with age" in survival_pictures._forest_title(fitted)


def test_no_verdict_of_too_few_replicates():
    rows = coming_with_age(np.random.default_rng(12), 1.0, -0.6, n=60)
    fitted = fitted_to(rows.assign(g=rows["g"] % 4))
    assert not fitted.changes().any() and np.isnan(fitted.tests["p_clustered"]).all()
    assert "too few replicates" in survival_pictures._changing_title(fitted)


# ---- a real run ----


@pytest.mark.skipif("KUMIAI" not in os.environ, reason="needs the program")
def test_a_real_run_against_cox_zph(tmp_path):
    """Two replicates of the baseline, with states that come with age: every covariate's test."""
    root = Path(__file__).resolve().parents[2]
    subprocess.run([os.environ["KUMIAI"], "run", root / "scenarios/baseline.cfg", "--reps", "2", "--detail",
                    "full", "--out", tmp_path / "r.db"], check=True, capture_output=True)
    command = script("survival.py")
    data = covariates.regression_data(command.read_samples(command.parse([str(tmp_path / "r.db")])), 10_000)
    mine = cox.fit(data.design, data.start, data.stop, data.event, data.clusters)
    names = list(mine.terms.index)
    assert {"successor_head", "institutionalised", "trust_tenths", "stage: project"} <= set(names)
    rows = data.design[names].set_axis([f"x{i}" for i in range(len(names))], axis=1).assign(
        start=data.start, stop=data.stop, event=data.event)
    found = by_r("""
        f <- coxph(reformulate(grep("^x", names(d), value = TRUE), "Surv(start, stop, event)"), d,
                   control = coxph.control(eps = 1e-10, iter.max = 50))
        found <- data.frame(chisq = cox.zph(f, "log", terms = FALSE)$table[, "chisq"])""", tmp_path, d=rows)
    assert mine.check["chisq"].to_numpy() == pytest.approx(found["chisq"][:-1].to_numpy(), rel=1e-3, abs=1e-3)
    assert mine.tests.loc["GLOBAL", "chisq"] == pytest.approx(found["chisq"].iloc[-1], rel=1e-3)


def plain_sums(sets, entry, stop, event, effects):
    """Efron's log likelihood and, by time, pull and information: one sum over the rows at risk per end."""
    weight = np.exp(sets.x @ effects)
    likelihood, pull, information = 0.0, [], []
    for time in sets.times:
        at_risk, ending = (entry < time) & (stop >= time), (stop == time) & (event == 1)
        pulled, informed = sets.x[ending].sum(axis=0), 0.0
        likelihood += np.log(weight[ending]).sum()
        for k in range(ending.sum()):
            there = weight * at_risk * (1 - ending * k / ending.sum())
            mean = there @ sets.x / there.sum()
            likelihood -= np.log(there.sum())
            pulled = pulled - mean
            informed = informed + (sets.x.T * there) @ sets.x / there.sum() - np.outer(mean, mean)
        pull.append(pulled)
        information.append(informed)
    return likelihood, np.array(pull), np.array(information)


@pytest.mark.parametrize("most", [efron.Cells.MOST_SUMS, 0])
def test_sums_are_those_of_the_rows(most, monkeypatch):
    """Slow twin: covariates of two values and numbers, weights of both signs, by cells and without."""
    monkeypatch.setattr(efron.Cells, "MOST_SUMS", most)
    rng = np.random.default_rng(7)
    design = np.c_[rng.normal(size=(600, 2)), rng.random((600, 3)) < 0.4]
    entry = rng.integers(0, 5, 600).astype(float)
    stop, event = entry + rng.integers(1, 12, 600), (rng.random(600) < 0.4).astype(float)
    sets = efron.RiskSets(design, entry, stop, event)
    assert len(sets.met) == 600 and len(sets.cells.numbered) == 2
    effects = np.array([0.3, -0.2, 0.1, 0.5, -0.4])
    likelihood, pull, information = plain_sums(sets, entry, stop, event, effects)
    sums, weight = efron.Sums(sets, sets.cut(), sets.x @ effects), np.log(sets.times) - 1
    assert weight.min() < 0 < weight.max()
    assert sums.log_likelihood == pytest.approx(likelihood, rel=1e-12)
    np.testing.assert_allclose(sums.pull(weight), weight @ pull, rtol=1e-9)
    informed = np.tensordot(weight, information, 1)
    rows = [sums.information_of(column, weight) for column in range(len(effects))]
    np.testing.assert_allclose(rows, informed, rtol=1e-8)
    np.testing.assert_allclose(sums.information(weight), informed, rtol=1e-8)
    np.testing.assert_allclose(sets.cells.effect(effects), sets.x @ effects, rtol=1e-12)
