# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/compare.py and scripts/analysis on small real SQLite files.

Run: /usr/bin/python3 -m pytest tests/scripts/test_compare.py
"""

import io
import os
import re
import sqlite3
import subprocess

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from conftest import SCRIPTS, called, nonblank, refused, script, written
from results_files import build

from kumiai import intervals, results, survival, tables


def call(*arguments):
    """What the script does with these arguments, without the second that imports take."""
    return called("compare.py", *arguments)


# intervals


def test_t_interval_of_known_numbers():
    # Mean 3, s² = 2.5, n = 5, t(0.975, 4) = 2.776445: half width 2.776445 √0.5 = 1.963243.
    found = intervals.mean_interval([1, 2, 3, 4, 5])
    assert (found.n, found.mean) == (5, 3)
    assert found.low == pytest.approx(3 - 1.963243, abs=1e-6)
    assert found.high == pytest.approx(3 + 1.963243, abs=1e-6)


def test_interval_covers_at_its_level():
    # 4,000 samples: the share's standard error is 0.0034; −4 of them, false alarm 3e-5. Chance
    # skewness of six values makes intervals somewhat longer than Student's.
    samples = np.random.default_rng(1).normal(1.0, 2.0, (4000, 6))
    hit = [i.low <= 1 <= i.high for i in map(intervals.mean_interval, samples)]
    assert 0.95 - 4 * 0.0034 < np.mean(hit) < 0.98
    # The twin: the normal quantile instead of Student's must be caught.
    half = 1.96 * samples.std(axis=1, ddof=1) / np.sqrt(6)
    naive = np.abs(samples.mean(axis=1) - 1) <= half
    assert abs(np.mean(naive) - 0.95) > 4 * 0.0034


def test_one_value_has_no_interval_and_equal_values_have_none_of_width():
    one = intervals.mean_interval([4.0])
    assert one.n == 1 and np.isnan(one.low)
    same = intervals.mean_interval([0.1] * 7)
    assert same.mean == 0.1 and not same.known


def test_zeros_alone():
    none = intervals.mean_interval([0] * 8)
    assert none.low == 0 and none.high == pytest.approx(2 / 8 * np.exp(stats.t.ppf(0.975, 7)))
    assert not intervals.mean_interval([0] * 8, counted=False).known
    # Of shares no more than 1 − 0.025^(1/8) can be others than the eight seen.
    for value in (0, 0.4, 1):
        found = intervals.mean_interval([value] * 8, share=True)
        same = 0.025 ** (1 / 8)
        assert (found.low, found.high) == pytest.approx((value * same, value * same + 1 - same))
    assert tables.is_counted("ties") and not tables.is_counted("yen")
    assert not tables.is_counted("") and not tables.is_counted("persons/Myen")
    assert tables.is_counted("projects/year") and tables.is_counted("ties/step") and tables.is_counted("ties ended")
    assert not tables.is_counted("yen/year") and not tables.is_counted("years/year")


@pytest.mark.parametrize("sample", [[0, 0, 0, 4], [0, 0, 1, 0, 2], [3, 0.1, 0.2, 0.1], [0, 5],
                                    [1e9, 0, 0], [-1.9e-16, 0.3, 0.2]])
def test_a_quantity_above_zero_has_limits_above_zero(sample):
    found = intervals.mean_interval(sample)
    assert 0 <= found.low <= found.mean < found.high


def test_pairs_without_spread_have_no_verdict():
    for apart in (0, 1):
        found = intervals.paired_difference([1, 2, 3, 4], [1 + apart, 2 + apart, 3 + apart, 4 + apart])
        assert found.mean == apart
        assert np.isnan([found.low, found.high, found.p]).all()
        alone = intervals.welch_difference([1] * 4, [1 + apart] * 5)
        assert np.isnan([alone.low, alone.p]).all()


def test_few_integer_differences_are_no_family_of_findings():
    # Families of 200 true nulls of −1, 0 and 1: rejected anywhere in 5 % of them at most; 60
    # families, ±3.3 standard errors. The twin, Student's p without spread as 0, in nearly all.
    rng = np.random.default_rng(4)
    for n in (3, 5, 8):
        found = [np.nanmin(intervals.holm(
            [intervals.paired_difference(np.zeros(n), d).p for d in rng.integers(-1, 2, (200, n))]))
            < 0.05 for _ in range(60)]
        assert np.mean(found) < 0.05 + 3.3 * 0.028
    p = intervals.paired_difference(np.zeros(5), [1, 1, 1, 1, 2])
    assert p.p == pytest.approx(2 / 2 ** 5)


def test_one_outlier_leaves_the_mean_uncertain_and_the_sign_test_tells_of_the_median():
    x = np.r_[np.linspace(0.5, 1.5, 19), -40.0]
    found = intervals.paired_difference(np.zeros(20), x)
    assert found.low < 0 < found.high and found.p > 0.05 and (found.higher, found.lower) == (19, 1)
    assert found.p_sign == pytest.approx(stats.binomtest(19, 20).pvalue)
    # Pairs that are equal say nothing of the median.
    found = intervals.paired_difference(np.zeros(6), np.array([0, 0, 1, 2, 3, 4.0]))
    assert (found.higher, found.lower) == (4, 0) and found.p_sign == pytest.approx(0.125)
    assert np.isnan(intervals.paired_difference(np.ones(4), np.ones(4)).p_sign)


def test_the_sign_test_stands_below_a_difference_of_the_mean_that_is_not_told(tmp_path):
    path = build(tmp_path / "a.db", reps=20)
    with sqlite3.connect(path) as db:  # 19 of 20 above the reference, one far below
        db.execute("UPDATE summary SET projects_active = 100 + (SELECT rep FROM run WHERE run.run_id = summary.run_id) * 0.01 + "
                   "(SELECT CASE WHEN scenario_id = 1 THEN 0 WHEN rep = 7 THEN -60 ELSE 1 + rep * 0.02 END FROM run "
                   "WHERE run.run_id = summary.run_id)")
    db.close()
    words = call(path, "--no-pictures", "--all").stdout
    assert re.search(r"  2 jica_half: above the reference in 19 of 20 pairs: by the sign test, p \(Holm\) <?\.\d+, the median differs; "
                     "a few large differences make the mean uncertain", words)
    assert words.count("by the sign test") == 1, "of a mean that is told no such line is needed"
    frame = pd.read_csv(io.StringIO(call(path, "--no-pictures", "--format", "csv").stdout))
    row = frame[(frame["metric"] == "projects_active") & (frame["scenario"] == "jica_half")].iloc[0]
    assert (row["pairs_higher"], row["pairs_lower"], row["verdict"]) == (19, 1, "·") and row["p_sign_holm"] < 0.05


def test_power_over_twenty_pairs():
    # A difference of a standard deviation is found nearly always (Student's: 0.99).
    samples = np.random.default_rng(6).normal(1, 1, (300, 20))
    assert np.mean([intervals.paired_difference(np.zeros(20), x).p < 0.05 for x in samples]) > 0.95
    whole = np.random.default_rng(6).poisson(3, (300, 20)) - 1  # means 2, standard deviation 1.7
    assert np.mean([intervals.paired_difference(np.zeros(20), x).p < 0.05 for x in whole]) > 0.95


def test_differences_mirror():
    a, b = np.array([1.0, 2, 3, 4, 9]), np.array([2.0, 3, 4, 7, 3])
    one, other = intervals.paired_difference(a, b), intervals.paired_difference(b, a)
    assert (one.low, one.high, one.p) == pytest.approx((-other.high, -other.low, other.p))


def test_interval_of_shares_by_hand():
    # Mean 0.2, s = 0.1, n = 3, t(0.975, 2) = 4.302653: on the logit scale −1.386294 ± 1.552596;
    # Student's 0.2 − 0.248414 is below 0.
    found = intervals.mean_interval([0.1, 0.2, 0.3], share=True)
    assert found.mean == pytest.approx(0.2)
    assert found.low == 0
    assert found.high == pytest.approx(0.541477, abs=1e-6)
    band = intervals.band(pd.DataFrame([[0.1, 0.2, 0.3], [1, 1, 1]]), share=True)
    assert band.loc[0, ["low", "high"]].tolist() == pytest.approx([found.low, found.high])
    assert np.isnan(band.loc[1, ["low", "high"]]).all()  # no spread, no band


@pytest.mark.parametrize("n", [3, 5, 20])
def test_interval_of_shares_covers_and_stays_a_share(n):
    # 4,000 samples of a skewed share of mean 0.1: the plain interval covers too seldom and goes
    # below 0; standard error of the coverage 0.0034.
    samples = np.random.default_rng(2).beta(2, 18, (4000, n))
    found = [intervals.mean_interval(x, share=True) for x in samples]
    assert all(0 <= i.low <= i.mean <= i.high <= 1 for i in found)
    assert 0.95 - 4 * 0.0034 < np.mean([i.low <= 0.1 <= i.high for i in found]) < 0.98
    if n < 20:
        plain = [intervals.student(x) for x in samples]
        assert np.mean([i.low <= 0.1 <= i.high for i in plain]) < 0.95 - 4 * 0.0034
        assert any(i.low < 0 for i in plain)


def test_what_ends_above_one_is_no_share(tmp_path):
    path = build(tmp_path / "a.db", scenarios=("a",), reps=3)
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO column_doc VALUES ('summary', 'ties_city_to_city', 'share', '')")
    scenarios, _ = results.load(path)
    units = results.units(scenarios, "summary")

    def ends(values):
        scenarios[0].summary["ties_city_to_city"] = values
        return script("compare.py").summary_part(scenarios, ["ties_city_to_city"]).iloc[0]
    assert units["ties_city_to_city"] == "share"
    assert ends([0.1, 0.5, 0.9])["low"] == 0 and ends([0.1, 0.5, 0.9])["high"] == 1
    above = ends([0.1, 0.5, 1.1])  # a ratio that may end above 1, as know-how kept
    assert above["high"] > 1


def matched_sample(n=40):
    index = pd.MultiIndex.from_tuples([(42, r, "") for r in range(n)])
    rng = np.random.default_rng(5)
    shared = rng.normal(0, 5, n)
    return (pd.Series(10 + shared + rng.normal(0, 0.5, n), index),
            pd.Series(11 + shared + rng.normal(0, 0.5, n), index))


def test_pairing_reduces_variance():
    a, b = matched_sample()
    paired, apart = intervals.difference(a, b), intervals.welch_difference(a, b)
    assert paired.kind == "paired" and paired.n == 40 and paired.low > 0
    assert paired.high - paired.low < 0.3 * (apart.high - apart.low)
    assert paired.ratio > 20
    assert apart.low < 0 < apart.high


def test_twin_with_pairing_destroyed_fails_the_check():
    a, b = matched_sample()
    b = pd.Series(np.random.default_rng(6).permutation(b.to_numpy()), b.index)
    found, apart = intervals.difference(a, b), intervals.welch_difference(a, b)
    assert not found.high - found.low < 0.3 * (apart.high - apart.low)
    assert not found.ratio > 20


def test_pairs_are_matched_by_key_whatever_the_order():
    a, b = matched_sample()
    turned = intervals.difference(a, b[::-1])
    assert turned.mean == pytest.approx(intervals.difference(a, b).mean)
    part = intervals.difference(a[:10], b[5:])
    assert part.n == 5
    assert part.mean == pytest.approx((b[5:10] - a[5:10]).mean())


def test_no_pair_falls_back_to_welch():
    a, b = matched_sample()
    found = intervals.difference(a[:20], b[20:])
    assert found.kind == "unpaired" and np.isnan(found.ratio)
    # scipy's own Welch test must be exactly at 5 % for the ends of the interval.
    hand = intervals.welch_difference([1, 2, 3], [3, 5, 7])
    assert hand.mean == 3
    for end in (hand.low, hand.high):
        p = stats.ttest_ind(np.array([3, 5, 7]) - end, [1, 2, 3], equal_var=False).pvalue
        assert p == pytest.approx(0.05)

def test_a_ratio_of_sums_by_hand():
    # Left out one by one: 5/5, 4/5, 3/6 (of 6/8); the fourth has nothing to divide by.
    low_half = stats.t.ppf(0.975, 2) * np.sqrt(2 / 3 * np.var(np.log([5 / 5, 4 / 5, 3 / 6])) * 3)
    assert intervals.ratio_interval([1, 2, 3, 0], [3, 3, 2, 0]) == pytest.approx(
        (0.75, 0.75 * np.exp(-low_half), 0.75 * np.exp(low_half)))
    assert np.isnan(intervals.ratio_interval([0, 4], [3, 3])[1:]).all()
    assert np.isnan(intervals.ratio_interval([0.0], [0.0])).all()


def test_a_ratio_of_sums_is_covered():
    # 20 replicates, exposures and hazards that differ much between them; 400 data sets at 95 %:
    # fewer than 363 hits of a coverage of 94 % with probability 0.003. The twin takes every end
    # for independent (Poisson) and covers far less.
    rng, hits, naive = np.random.default_rng(31), 0, 0
    for _ in range(400):
        years = rng.gamma(2.0, 50.0, 20)
        ended = rng.poisson(0.2 * years * rng.gamma(4.0, 0.25, 20))
        rate, low, high = intervals.ratio_interval(ended, years)
        hits += low <= 0.2 <= high
        naive += abs(rate - 0.2) <= 1.96 * rate / np.sqrt(ended.sum())
    assert hits >= 363 and naive < 330


def test_a_key_that_occurs_twice_makes_no_pair():
    a, b = matched_sample(4)
    double = pd.concat([b, b[:1]])
    assert intervals.difference(a, double).n == 3


def test_effect_sizes_and_p_by_hand():
    a, b = np.array([1.0, 2, 3, 4]), np.array([2.0, 3, 4, 7])
    found = intervals.paired_difference(a, b)
    # Differences 1, 1, 1, 3: mean 1.5, sd 1. Variances 5/3 and 14/3.
    assert found.mean == 1.5 and found.d_pairs == pytest.approx(1.5)
    assert found.d == pytest.approx(1.5 / np.sqrt((5 / 3 + 14 / 3) / 2))
    assert found.p == pytest.approx(stats.ttest_rel(b, a).pvalue)
    apart = intervals.welch_difference(a, a[::-1] + 1)  # no skewness
    b = a + 1
    assert apart.p == pytest.approx(stats.ttest_ind(b, a, equal_var=False).pvalue)


def test_holm_by_hand_and_as_statsmodels():
    got = intervals.holm([0.01, float("nan"), 0.04, 0.03])
    assert got[[0, 2, 3]] == pytest.approx([0.03, 0.06, 0.06]) and np.isnan(got[1])
    p = np.random.default_rng(2).uniform(0, 0.1, 20)
    assert intervals.holm(p) == pytest.approx(multipletests(p, method="holm")[1])


def test_holm_holds_its_level_and_no_correction_does_not():
    # 1,000 families of 20 true nulls: share with any rejection is ≤ 0.05, its standard error
    # 0.007; ±4 of them, false alarm 3e-5. The twin, without Holm, rejects in 64 % of them.
    p = np.random.default_rng(3).uniform(size=(1000, 20))
    assert np.mean([(intervals.holm(x) < 0.05).any() for x in p]) < 0.05 + 4 * 0.007
    assert (p < 0.05).any(axis=1).mean() > 0.5


# survival


def spell_frame(rows):
    """Spells of (run, entry, stop, event, cause)."""
    frame = pd.DataFrame(rows, columns=["run_id", "entry", "stop", "event", "cause"])
    return frame.assign(mode="city_to_city")


def test_kaplan_meier_textbook():
    # Remission under 6-MP (Freireich 1963; Kalbfleisch & Prentice, table 1.1).
    times = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    frame = spell_frame([(1, 0, t, int(i < 9), "x") for i, t in enumerate(times)])
    curve = survival.kaplan_meier(frame, [1])
    expected = {6: .857, 7: .807, 10: .753, 13: .690, 16: .627, 22: .538, 23: .448}
    assert {int(a): round(p, 3) for a, p in zip(curve.age, curve.prob)} == {0: 1.0, **expected}
    assert curve.median() == 23 and np.isnan(curve.at(36)[0]) and np.isnan(curve.low).all()


def test_kaplan_meier_with_left_truncation_by_hand():
    # Age 2: at risk a, b (c enters at 3): 1/2. Age 4: b, c: 1/4. Age 6: c alone, censored at 7.
    frame = spell_frame([(1, 0, 2, 1, "x"), (1, 1, 4, 1, "x"), (1, 3, 7, 0, None)])
    curve = survival.kaplan_meier(frame, [1])
    assert list(curve.age) == [0, 2, 4]
    assert curve.prob == pytest.approx([1, 1 / 2, 1 / 4])
    # The twin: without delayed entry the third tie counts too early.
    naive = survival.kaplan_meier(frame.assign(entry=0), [1])
    assert naive.prob == pytest.approx([1, 2 / 3, 1 / 3])


def test_delayed_entry_recovers_the_truth_and_ignoring_it_does_not():
    # Exponential lives of mean 5; those that ended before a window at age 0–10 are unseen.
    rng = np.random.default_rng(3)
    life, entry = rng.exponential(5, 20000), rng.uniform(0, 10, 20000)
    seen = life > entry
    frame = spell_frame([(1, e, t, 1, "x") for e, t in zip(entry[seen], life[seen])])
    assert survival.kaplan_meier(frame, [1]).at(5)[0] == pytest.approx(np.exp(-1), abs=0.03)
    naive = survival.kaplan_meier(frame.assign(entry=0.0), [1]).at(5)[0]
    assert abs(naive - np.exp(-1)) > 0.1


def test_own_counts_equal_statsmodels():
    rng = np.random.default_rng(4)
    entry = rng.integers(0, 8, 300) / 4
    frame = spell_frame([(i % 5, e, e + rng.integers(1, 20) / 4, int(rng.random() < 0.7), "x")
                         for i, e in enumerate(entry)])
    curve = survival.kaplan_meier(frame, range(5))
    d, n = (x.sum(axis=0) for x in survival.at_risk_table(frame, curve.age[1:], range(5)))
    assert np.cumprod(1 - d / n) == pytest.approx(curve.prob[1:])
    assert (curve.low[1:] <= curve.prob[1:] + 1e-9).all()
    assert (curve.prob[1:] <= curve.high[1:] + 1e-9).all()


def test_band_respects_clusters():
    # Every tie of a replicate ends together: 5 replicates, not 500 ties, carry information.
    rows = [(r, 0, 1 + r, 1, "x") for r in range(5) for _ in range(100)]
    _, low, high = survival.kaplan_meier(spell_frame(rows), range(5)).at(2)
    assert high - low > 0.5
    rows = [(i % 5, 0, 1 + i // 100, 1, "x") for i in range(500)]
    _, low, high = survival.kaplan_meier(spell_frame(rows), range(5)).at(2)
    # Replicates that do not differ are no surer than as many independent ties: of 500, made fewer
    # for 4 degrees of freedom by (1.9600 / 2.7764)² to 249.16, of which 0.6 are there.
    assert (low, high) == pytest.approx((0.53627, 0.66132), abs=1e-5)


def test_cumulative_incidence_by_hand():
    # Four ties: a at 1; b at 2; censored at 2.5; a at 3. S before 3 is 1/2, one at risk.
    frame = spell_frame([(1, 0, 1, 1, "a"), (1, 0, 2, 1, "b"), (1, 0, 2.5, 0, None),
                         (1, 0, 3, 1, "a")])
    found = survival.cumulative_incidence(frame)
    assert list(found["a"]) == pytest.approx([1 / 4, 1 / 4, 3 / 4])
    assert list(found["b"]) == pytest.approx([0, 1 / 4, 1 / 4])
    curve = survival.kaplan_meier(frame, [1])
    assert list(found.sum(axis=1)) == pytest.approx(list(1 - curve.prob[1:]))
    assert survival.main_cause(frame, 2) == ("a", pytest.approx(0.25))


# files


def test_reading_ties_and_window(tmp_path):
    scenarios, _ = results.load([build(tmp_path / "a.db", reps=2)])
    ties = results.read_ties(scenarios[0])
    assert set(ties["start"]) == {2000.0} and set(ties["end"]) == {2040.0}
    assert len(ties) == 60 and set(ties["step"]) == {0.25}


def test_failed_runs_are_left_out_and_counted(tmp_path):
    path = build(tmp_path / "a.db", failed={("jica_half", 0), ("jica_half", 3)}, detail="summary")
    scenarios, _ = results.load([path])
    assert (scenarios[1].n, scenarios[1].failed) == (4, 2)
    frame = tables.compare(scenarios, ["ties_city_to_city"])
    assert list(frame["pairs"]) == [0, 4]
    assert "reference" in call(path, "--no-pictures", "--all").stdout
    assert "left out" in call(path, "--no-pictures").stdout


def test_metric_without_values_is_left_out(tmp_path):
    path = build(tmp_path / "a.db", detail="summary")
    db = sqlite3.connect(path)
    db.execute("UPDATE summary SET prevalence = 0.25 WHERE run_id IN "
               "(SELECT run_id FROM run WHERE scenario_id = 2)")
    db.commit()
    db.close()
    result = call(path, "--no-pictures", "--csv", tmp_path / "t.csv")
    frame = pd.read_csv(tmp_path / "t.csv").set_index(["metric", "scenario"])
    assert ("prevalence", "baseline") not in frame.index
    assert frame.loc[("prevalence", "jica_half"), "diff_kind"] == "none"
    assert "baseline has no value of prevalence" in result.stderr
    assert "n/a" in result.stdout and "±0" not in result.stdout


def test_same_names_in_two_files_and_no_pairs(tmp_path):
    one = build(tmp_path / "a.db", detail="summary")
    two = build(tmp_path / "b.db", detail="summary", first_rep=100)
    result = call(one, two, "--no-pictures", "--all")
    assert result.returncode == 0
    assert "baseline (a.db)" in result.stdout and "baseline (b.db)" in result.stdout
    assert "unpaired (Welch)" in result.stdout


def test_design_points_pair_by_their_values(tmp_path):
    path = build(tmp_path / "a.db", reps=4, detail="summary")
    db = sqlite3.connect(path)
    # Two points of two values each; ids run on through the file, reps are 0 and 1 of each.
    db.execute("UPDATE run SET point_id = 1 + (run_id - 1) / 2, rep = (run_id - 1) % 2")
    for point in range(1, 5):
        db.execute("INSERT INTO point_value VALUES (?, 'x', ?)", (point, point % 2))
    db.commit()
    db.close()
    scenarios, notes = results.load([path])
    frame = tables.compare(scenarios, ["ties_city_to_city"])
    assert list(frame["pairs"]) == [0, 4] and frame["diff_kind"].iloc[1] == "paired"
    assert any("2 design points" in note for note in notes)
    refusal = call(path, "--no-pictures")
    assert refusal.returncode == 2 and refusal.stdout == "" and "is a sweep" in refusal.stderr


def test_single_replicate_shows_no_interval(tmp_path):
    result = call(build(tmp_path / "a.db", reps=1), "--out-dir", tmp_path / "new" / "pictures")
    assert result.returncode == 0, result.stderr
    assert "n/a" in result.stdout and " … " not in result.stdout
    assert len(list((tmp_path / "new" / "pictures").glob("a_compare_*.png"))) == 4


@pytest.mark.parametrize("count", [1, 2, 8])
def test_pictures_and_width(tmp_path, count):
    names = [f"a_rather_long_scenario_name_that_says_it_all_{i}" for i in range(count)]
    result = call(build(tmp_path / "a.db", names, reps=2))
    assert result.returncode == 0, result.stderr
    for name in ("ties", "survival", "causes"):
        assert nonblank(written(tmp_path, f"compare_{name}.png"))
    assert max(map(len, result.stdout.splitlines())) <= tables.WIDTH


def test_same_input_same_output(tmp_path):
    path = build(tmp_path / "a.db", reps=3)
    assert call(path, "--no-pictures").stdout == call(path, "--no-pictures").stdout


@pytest.mark.parametrize("detail, drawn", [("summary", 0), ("series", 1)])
def test_lower_detail_skips_pictures_and_says_why(tmp_path, detail, drawn):
    result = call(build(tmp_path / "a.db", detail=detail))
    assert result.returncode == 0
    assert len(list(tmp_path.glob("*.png"))) == drawn
    assert "detail" in result.stderr


def test_a_mode_without_values_is_drawn_empty(tmp_path):
    path = build(tmp_path / "a.db", detail="series", reps=2)
    db = sqlite3.connect(path)
    db.execute("UPDATE series SET ties_regional = NULL")
    db.commit()
    db.close()
    result = call(path)
    assert result.returncode == 0, result.stderr
    assert written(tmp_path, "compare_ties.png").exists()


@pytest.mark.parametrize("value, text", [
    ((12.0, 12.0), "n/a"), ((float("nan"), float("nan")), "n/a"), ((-1.0, 2.5), "−1.0 … 2.5")])
def test_intervals_as_text(value, text):
    assert tables.interval(*value, 1) == text


def test_small_is_not_shown_as_zero():
    assert tables.cell(1e-9, 3, signed=True) == "+1.0e−09"


@pytest.mark.parametrize("form, words", [
    ("csv", ["part,metric,unit", "refusals,city to city: no money"]),
    ("markdown", ["### Summary", "| ties_city_to_city | baseline |", "### Refusals", "| :-- |"]),
    ("latex", ["\\begin{longtable}{ll", "ties\\_city\\_to\\_city", "95 \\%", "\\bottomrule"])])
def test_tables_in_other_forms(tmp_path, form, words):
    result = call(build(tmp_path / "a.db", reps=3), "--no-pictures", "--format", form)
    assert result.returncode == 0, result.stderr
    for word in words:
        assert word in result.stdout
    assert result.stdout.count("{") == result.stdout.count("}")


def test_csv_on_standard_output_is_the_tidy_table(tmp_path):
    path = build(tmp_path / "a.db", reps=3)
    call(path, "--no-pictures", "--csv", tmp_path / "t.csv")
    result = call(path, "--no-pictures", "--format", "csv")
    assert result.stdout == (tmp_path / "t.csv").read_text(encoding="utf-8")
    frame = pd.read_csv(tmp_path / "t.csv")
    assert list(frame.columns) == tables.COLUMNS and set(frame["part"]) == {
        "summary", "causes", "refusals"}


def test_units_stand_beside_the_metrics(tmp_path):
    assert "projects_active  (projects)" in call(build(tmp_path / "a.db", reps=2),
                                                 "--no-pictures", "--all").stdout


def test_counts_are_paired_and_absence_is_zero(tmp_path):
    path = build(tmp_path / "a.db", reps=3)
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO refusal VALUES (6, 2001, 'regional', 'veto', 6)")
    call(path, "--no-pictures", "--csv", tmp_path / "t.csv")
    frame = pd.read_csv(tmp_path / "t.csv").set_index(["metric", "scenario"])
    assert frame.loc[("regional: veto", "baseline"), "mean"] == 0
    row = frame.loc[("regional: veto", "jica_half")]
    assert (row["mean"], row["diff"], row["pairs"], row["diff_kind"]) == (2, 2, 3, "paired")


def test_series_pictures(tmp_path):
    path = build(tmp_path / "a.db", reps=2)
    assert call(path, "--series", "all").returncode == 0
    assert nonblank(written(tmp_path, "compare_series.png")) and nonblank(written(tmp_path, "compare_refusals.png"))
    assert refused(call(path, "--series", "ties_regionl"), 2, "did you mean ties_regional?")


def test_flows_are_summed_and_yearly_measures_keep_their_times(tmp_path):
    path = build(tmp_path / "a.db", reps=2)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE series SET ties_city_to_city = 2, ties_regional = NULL")
        db.execute("UPDATE series SET ties_regional = step WHERE step % 4 = 3")
    scenario = results.load(path)[0][0]
    bands = script("compare.py")._bands(scenario, ["ties_city_to_city", "ties_regional"],
                                        {"ties_city_to_city": "ties/step"})
    flow, yearly = bands["ties_city_to_city"], bands["ties_regional"]
    assert list(flow.index) == list(range(2000, 2040)) and set(flow["mean"]) == {8}
    assert list(yearly.index[:2]) == [2000.75, 2001.75] and list(yearly["mean"].iloc[:2]) == [3, 7]


def test_the_command_as_a_user_calls_it(tmp_path):
    path = build(tmp_path / "a.db", reps=2, detail="summary")
    run = subprocess.run([str(SCRIPTS / "compare.py"), str(path), "--no-pictures"], text=True,
                         capture_output=True, check=False)
    assert run.returncode == 0 and run.stdout == call(path, "--no-pictures").stdout
    assert "--format" in call("--help").stdout and call("--help").returncode == 0


# errors


def test_usage_errors(tmp_path):
    good = build(tmp_path / "good.db", reps=2, detail="summary")
    assert refused(call(tmp_path / "none.db"), 2, "no such file")
    assert refused(call(tmp_path), 2, "not a file")
    (tmp_path / "text.db").write_text("no database at all, but long enough to look like a header")
    assert refused(call(tmp_path / "text.db"), 2, "not a kumiai results file")
    (tmp_path / "empty.db").touch()
    assert refused(call(tmp_path / "empty.db"), 2, "not a kumiai results file")
    assert refused(call(good, good), 2, "twice")
    assert refused(call(good, "--metrics", "projects_activ"), 2, "did you mean projects_active?")
    assert refused(call(good, "--metrics", ","), 2)
    assert refused(call(), 2) and refused(call(good, "--nonsense"), 2)
    assert refused(call(build(tmp_path / "v.db", version="99")), 2, "schema_version 99")


def test_no_ok_run(tmp_path):
    every = {(s, r) for s in ("baseline", "jica_half") for r in range(2)}
    path = build(tmp_path / "a.db", reps=2, failed=every)
    assert refused(call(path), 2, "no ok run")
    first = build(tmp_path / "b.db", reps=2, failed={("baseline", 0), ("baseline", 1)})
    assert refused(call(first), 2, "baseline", "nothing to compare")


def test_places_that_are_none_and_a_torn_file(tmp_path):
    good = build(tmp_path / "good.db", reps=2, detail="summary")
    (tmp_path / "file").touch()
    assert refused(call(good, "--out-dir", tmp_path / "file"), 2)
    assert refused(call(good, "--no-pictures", "--csv", tmp_path / "none" / "t.csv"), 2)
    torn = tmp_path / "torn.db"
    data = build(tmp_path / "whole.db", reps=2).read_bytes()
    torn.write_bytes(data[:len(data) // 2])
    assert refused(call(torn), 1, "torn.db")


# ---- beside the program ----


def test_intervals_are_those_of_the_program(tmp_path):
    """What is a share is told by its unit, here as there; an index such as Gini's is an amount."""
    path, scenario = tmp_path / "r.db", SCRIPTS.parent / "scenarios" / "baseline.cfg"
    printed = subprocess.run([os.environ.get("KUMIAI", "kumiai"), "run", scenario, "--reps", "6", "--set",
                              "run.years=20", "--out", path], check=True, capture_output=True, text=True).stdout
    table = pd.read_csv(io.StringIO(called("compare.py", path, "--format", "csv", "--no-pictures").stdout))
    ours = table[table["part"] == "summary"].set_index("metric")
    rows = re.findall(r"^(\w+) +([\d.]+) \(([\d.]+) to ([\d.]+)\)$", printed, re.MULTILINE)
    assert len(rows) > 8 and {"gini_2017", "share_top3_2017"} <= {name for name, *_ in rows}
    for name, *cells in rows:
        for cell, column in zip(cells, ("mean", "low", "high")):
            unit = 10.0 ** -len(cell.partition(".")[2])
            assert float(cell) == pytest.approx(ours.loc[name, column], abs=0.51 * unit), (name, column)
