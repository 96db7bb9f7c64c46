# SPDX-License-Identifier: GPL-3.0-or-later
"""Intervals of sweeps with common seeds: a replicate changes all points alike, which they count."""

import numpy as np
import pytest

from kumiai import sensitivity


@pytest.mark.parametrize("replicates", [2, 4, 20])
def test_intervals_count_chance_that_common_seeds_share(replicates):
    """Effects of 10 trajectories to which each replicate adds what is its own: without the replicates an
    interval holds in far fewer of 300 studies. A share of .95 has a standard error of .013."""
    rng, held, plain = np.random.default_rng(24), [], []
    shape = (10, 1, replicates)
    for _ in range(300):
        runs = 1 + rng.normal(0, 0.3, (10, 1, 1)) + rng.normal(0, 1, (1, 1, replicates)) \
            + rng.normal(0, 0.5, shape)
        effects = runs.mean(axis=2)
        for more, into in (({"by_replicate": runs}, held), ({}, plain)):
            mu = sensitivity.morris(["a"], effects, resamples=200, **more)[0]
            into.append(mu["measure"] == "mu" and mu["low"] <= 1 <= mu["high"])
    assert np.mean(held) > 0.91 and np.mean(held) - np.mean(plain) > 0.05


def test_chance_of_single_runs_widens_no_interval():
    """Trajectories spread by it: in most of 100 studies the interval stays as it is."""
    rng, wider = np.random.default_rng(25), []
    for _ in range(100):
        runs = rng.normal(0, 1, (10, 1, 8))
        with_runs, without = (sensitivity.morris(["a"], runs.mean(axis=2), resamples=200, by_replicate=more)[0]
                              for more in (runs, None))
        wider.append((with_runs["high"] - with_runs["low"]) / (without["high"] - without["low"]))
    assert np.median(wider) == 1 and np.mean(wider) < 1.4


def test_regressions_count_chance_that_common_seeds_share():
    """Each of four replicates has a slope of its own, at all of 40 points alike."""
    rng, held, plain = np.random.default_rng(27), [], []
    truth = 1 / np.sqrt(1 + 0.25 + 12 * 0.09 / 4)  # of the mean slope in standard deviations
    for _ in range(150):
        x = rng.uniform(size=(40, 2))
        runs = x[:, :1] * rng.normal(1, 0.7, 4) + x[:, 1:] / 2 + rng.normal(0, 0.3, (40, 4))
        for more, into in ((runs, held), (None, plain)):
            src = sensitivity.regression(["a", "b"], x, runs.mean(axis=1), by_replicate=more)[0]
            into.append(src["measure"] == "src" and src["low"] <= truth <= src["high"])
    assert np.mean(held) > 0.91 and np.mean(held) - np.mean(plain) > 0.05


def test_indices_count_chance_that_common_seeds_share():
    """The two factors of 64 blocks share the variance differently in each replicate: of their mean, an
    interval over blocks is too narrow."""
    rng, width = np.random.default_rng(28), []
    x = rng.uniform(size=(64, 2, 2))
    mixed = np.stack([x[:, 0], x[:, 1], *(np.where(np.arange(2) == i, x[:, 1], x[:, 0]) for i in range(2))], axis=1)
    slopes = rng.normal(1, 1, (2, 6))
    runs = mixed @ slopes
    names, roles, parameters = ["a", "b"], ["A", "B", "AB", "AB"], ["", "", "a", "b"]
    for more in (runs, None):
        first = sensitivity.sobol(names, roles, parameters, runs.mean(axis=2), 200, more)[0]
        width.append(first["high"] - first["low"])
    assert width[0] > 1.5 * width[1]
