# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/sensitivity.py where points are few, or levels are names: intervals of regressions hold or are
not there, each level of a choice is told.

Run: KUMIAI=build/test/kumiai /usr/bin/python3 -m pytest tests/scripts/test_few_points.py
"""

import numpy as np
import pandas as pd
import pytest

from conftest import nonblank, written
from test_sensitivity import COOPERATION, NAMES, call, make, put

from kumiai import sensitivity

MODELS = {"linear": lambda rng, x: 2 * x[:, 0] - x[:, 1] + rng.normal(0, 0.3, len(x)),
          "weak": lambda rng, x: 2 * x[:, 0] - x[:, 1] + rng.normal(0, 2, len(x)),
          "product": lambda rng, x: x[:, 0] * x[:, 1],
          "counts": lambda rng, x: rng.poisson(2 * x[:, 0] + x[:, 1]).astype(float),
          "steep": lambda rng, x: np.exp(5 * x[:, 0]) * (1 + x[:, 1])}


def partial_of_ranks(x, y):
    """PRCC of many points."""
    return sensitivity._regress(np.column_stack([x, y]), np.ones((1, len(y))))[1][0]


@pytest.mark.parametrize("model", MODELS)
def test_intervals_of_few_points_hold(model):
    """Latin hypercubes of 10 to 40 points, 100 each: a share of 0.95 has a standard error of 0.022. The
    correlation of a steep function depends on the number of points: it has an interval next to never."""
    rng, function = np.random.default_rng(6), MODELS[model]
    x = rng.uniform(size=(50_000, 2))
    truth = partial_of_ranks(x, function(rng, x))
    for n in (10, 14, 40):
        held, made = [], 0
        for _ in range(100):
            x = (rng.permuted(np.tile(np.arange(n), (2, 1)), axis=1).T + rng.uniform(size=(n, 2))) / n
            rows = sensitivity.regression(["a", "b"], x, function(rng, x))
            prcc = [row for row in rows if row["measure"] == "prcc" and np.isfinite(row["low"])]
            made += len(prcc) == 2
            held += [row["low"] <= t <= row["high"] for row, t in zip(prcc, truth)]
            assert all(-1 <= row["low"] < row["value"] < row["high"] <= 1 for row in prcc)
        assert made < 10 if model == "steep" else made > 80 and np.mean(held) > 0.89


def test_a_coefficient_above_one_has_an_interval():
    """Factors that go together and act against each other; a fit without error has none."""
    rng = np.random.default_rng(3)
    a = rng.uniform(size=40)
    x = np.column_stack([a, a + rng.normal(0, 0.1, 40)])
    y = 2 * x[:, 0] - 1.5 * x[:, 1]
    for noise in (0.05, 0):
        rows = sensitivity.regression(["a", "b"], x, y + rng.normal(0, noise, 40))
        found = next(row for row in rows if (row["measure"], row["factor"]) == ("src", "a"))
        assert found["value"] > 1
        assert found["low"] < found["value"] < found["high"] if noise else np.isnan(found["low"])


def test_a_choice_tells_each_level(tmp_path):
    """Only the third of 15 names in no order matters, by chance's measure too."""
    path = make(tmp_path, "c", ["relations.rupture_country", "hub.enabled"], COOPERATION,
                design='"factorial"', reps=3)
    rng = np.random.default_rng(1)
    put(path, ties_regional=lambda x, _: 10.0 * (x[:, 0] == 2) + rng.normal(0, 0.1, len(x)))
    result = call(path, "--outputs", "ties_regional", "--no-pictures")
    assert result.returncode == 0, result.stderr
    first = result.stdout.split("Levels of relations.rupture_country, against none")[1].splitlines()[2]
    rows = pd.read_csv(written(tmp_path, "sensitivity_indices.csv"))
    rows = rows[rows["measure"] == "at_level"].set_index("level")
    assert len(rows) == 14 and set(rows.index) == set(range(1, 15))
    third = rows.loc[2]
    assert [float(x) for x in first.split()[1:5:3]] == pytest.approx([third["value"], third["high"]], abs=0.02)
    assert rows["p_holm"].idxmin() == 2 and (rows["p_holm"] < 0.05).sum() == 1
    assert third["value"] == pytest.approx(10, abs=0.5)
    assert call(path, "--outputs", "ties_regional", "--force").returncode == 0
    assert nonblank(written(tmp_path, "sensitivity_tornado.png"))


def test_few_points_are_told_with_all_factors(tmp_path):
    path = make(tmp_path, "few", NAMES[:3], design='"lhs"', points=5)
    put(path, infected_final=lambda x, _: x[:, 0])
    result = call(path, "--outputs", "infected_final", "--no-pictures")
    assert result.returncode == 2 and "at 5 distinct points, too few to regress on 3 factors, which takes 10" \
        in result.stderr
