# SPDX-License-Identifier: GPL-3.0-or-later
"""How often the 95 % intervals of means hold: samples from real runs, whose mean is then known.

The populations are 500 runs each of the baseline and of its scenario with the rarest counts
(tests/data/coverage.csv); the table of both programs' intervals is tests/data/intervals.csv.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import conftest  # noqa: F401  (puts scripts/ on the path)

from kumiai import intervals, results, tables

DATA = Path(__file__).parents[1] / "data"
STUDIES = 6000
REAL = pd.read_csv(DATA / "coverage.csv", comment="#")


def coverage(population, n):
    """Shares of samples whose interval, and whose plain interval of Student's, holds the mean."""
    x = np.random.default_rng(n).choice(np.asarray(population, dtype=float), (STUDIES, n))
    mean, sd = x.mean(axis=1), x.std(axis=1, ddof=1)
    with np.errstate(invalid="ignore"):
        skew = ((x - mean[:, None]) ** 3).mean(axis=1) / ((x - mean[:, None]) ** 2).mean(axis=1) ** 1.5
    skew = np.nan_to_num(skew) * np.sqrt(n * (n - 1)) / (n - 2)
    low, high = intervals.limits(mean, sd, skew, n, np.True_)
    none = (sd == 0) & (mean == 0)  # rare counts
    low, high = np.where(none, 0, low), np.where(none, intervals._most_of_none(n), high)
    told = none | (sd > 0)  # of values that are alike there is no interval
    assert told.mean() > 0.99
    one = intervals.mean_interval(x[0])
    assert (one.low, one.high) == pytest.approx((low[0], high[0]))
    truth, half = np.mean(population), intervals._quantile(n - 1) * sd / np.sqrt(n)
    assert (low[told] >= 0).all()
    return np.mean(((low <= truth) & (truth <= high))[told]), np.mean(np.abs(mean - truth) <= half)


@pytest.mark.parametrize("n", [8, 20, 100])
@pytest.mark.parametrize("metric", REAL.columns)
def test_intervals_hold(metric, n):
    # 93 %, less four standard errors of 6,000 samples: a false alarm once in 30,000.
    held, _ = coverage(REAL[metric], n)
    assert held > 0.93 - 4 * np.sqrt(0.93 * 0.07 / STUDIES), held


def test_student_does_not_hold():
    """The twin: what compare.py and kumiai run said before."""
    assert coverage(REAL["regional_only.people_served"], 8)[1] < 0.85
    assert coverage(REAL["baseline.joint_members"], 20)[1] < 0.75


def test_intervals_of_near_normal_means_are_hardly_longer():
    x = REAL["baseline.ties_city_to_city"].to_numpy()
    for n, most in ((8, 1.15), (20, 1.06), (100, 1.02)):
        samples = np.random.default_rng(1).choice(x, (300, n))
        longer = [(lambda i, s: (i.high - i.low) / (s.high - s.low))(
            intervals.mean_interval(v), intervals.student(v)) for v in samples]
        assert 1 <= np.mean(longer) < most


def test_the_table_of_both_programs():
    rows = [row.split(",") for row in (DATA / "intervals.csv").read_text().splitlines()
            if not row.startswith("#")]
    for quantity, low, high, text in rows:
        values = np.array(text.split(), dtype=float)
        found = intervals.paired_difference(np.zeros(len(values)), values) if quantity == "any" \
            else intervals.mean_interval(values, results.is_share(quantity), tables.is_counted(quantity))
        assert (found.low, found.high) == pytest.approx((float(low), float(high)), nan_ok=True), text
    assert len(rows) >= 20
