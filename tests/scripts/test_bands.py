# SPDX-License-Identifier: GPL-3.0-or-later
"""Intervals by year and those of tables are the same."""

import sqlite3

import numpy as np
import pandas as pd
import pytest

from results_files import build

from kumiai import intervals
from kumiai.report import study


@pytest.mark.parametrize("n", [1, 2, 4, 5, 8, 20])
@pytest.mark.parametrize("values", ["zeros", "alike", "rare", "signed"])
@pytest.mark.parametrize("counted", [True, False])
def test_a_band_has_the_interval_of_its_values(n, values, counted):
    """A year of a chart and the same numbers in a table have one interval, zeros of a count among them."""
    draw = np.random.default_rng(n)
    row = {"zeros": np.zeros(n), "alike": np.full(n, 7.0), "rare": draw.poisson(0.4, n).astype(float),
           "signed": draw.normal(size=n)}[values]
    alone, band = intervals.mean_interval(row, counted=counted), intervals.band(pd.DataFrame([row]), counted=counted)
    assert band.loc[0].tolist() == pytest.approx([alone.mean, alone.low, alone.high], nan_ok=True)
    assert values != "zeros" or alone.known == (counted and n >= intervals.FEWEST_ZEROS)


def test_a_yearly_count_of_zeros_has_an_upper_limit_in_the_report(tmp_path):
    path = build(tmp_path / "a.db", reps=6)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE series SET ties_regional = 0, ties_city_to_city = 0")
        db.execute("INSERT INTO column_doc VALUES ('series', 'ties_city_to_city', 'ties/step', 'New ties')")
    rows = study.Study([path]).series[0]
    top = intervals.mean_interval(np.zeros(6)).high
    assert set(rows["measure"]) == {"ties_regional", "ties_city_to_city"} and set(rows["unit"]) == {"ties", "ties/year"}
    assert rows["low"].eq(0).all() and rows["high"].to_numpy() == pytest.approx(np.full(len(rows), top))
