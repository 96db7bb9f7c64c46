# SPDX-License-Identifier: GPL-3.0-or-later
"""What the design of a sweep allows to say of its factors: one analysis for each kind of design."""

from dataclasses import dataclass, field

import pandas as pd

import kumiai_results as results

from . import sensitivity, sweeps

NOISE_WORTH_A_WORD = 0.1
FEWEST_BLOCKS = 8
FILLING = ("lhs", "random", "sobol")  # designs whose points fill the space
FEWEST_TRAJECTORIES = 2


@dataclass
class Analysis:
    """Rows (see sensitivity.py) by output, and what their reading needs.

    kind: morris, sobol, regression or ends. found: [(output, frame of rows)]. noises: {output:
    share of chance in the variance}, of sobol. points: {output: points with a value}, of
    regression. reference: what the ends are compared with.
    """

    kind: str
    found: list
    noises: dict = field(default_factory=dict)
    points: dict = field(default_factory=dict)
    reference: str = ""


def _gather(outputs, rows_of, say):
    """[(output, frame)] of the outputs that have rows; says why not of others."""
    found = []
    for output in outputs:
        try:
            found.append((output, pd.DataFrame(rows_of(output))))
        except results.Absent as reason:
            say(f"{reason}.")
    return found


def _must_vary(output, values):
    """Raise Absent where an output's means do not differ between points."""
    if not values.nunique() > 1:
        raise results.Absent(f"{output.name} is the same at all points that have a value; it is left "
                             "out")


# ---- designs of blocks ----


def _refuse_few(output, cube, fewest, word, what):
    """Raise Absent if too few blocks or trajectories are whole."""
    if len(cube) < fewest:
        raise results.Absent(f"{output.name} has too few whole {word} ({len(cube)}); {what} need "
                             f"{fewest} at least")


def _morris(sweep, outputs, resamples, drop_incomplete, say):
    """Elementary effects along the trajectories."""
    def rows_of(output):
        cube, ids = sweeps.by_block(sweep, output, drop_incomplete)
        _must_vary(output, pd.Series(cube.mean(axis=2).ravel()))
        _refuse_few(output, cube, FEWEST_TRAJECTORIES, "trajectories", "Morris effects")
        unit = sweep.unit_cube().loc[ids.ravel()].to_numpy().reshape(*ids.shape, -1)
        effects = sensitivity.elementary_effects(cube, unit, sweep.grid / 2 / (sweep.grid - 1))
        return sensitivity.morris(sweep.names, effects, resamples)
    return Analysis("morris", _gather(outputs, rows_of, say))


def _blocks(sweep, output, drop_incomplete):
    """(blocks × places × replicates, point ids) of Saltelli's design, enough of them."""
    cube, ids = sweeps.by_block(sweep, output, drop_incomplete)
    _must_vary(output, pd.Series(cube.mean(axis=2).ravel()))
    _refuse_few(output, cube, FEWEST_BLOCKS, "blocks", "Sobol indices")
    return cube, ids


def _sobol(sweep, outputs, resamples, drop_incomplete, say):
    """Sobol indices and the share of chance of each output."""
    noises = {}

    def rows_of(output):
        cube, ids = _blocks(sweep, output, drop_incomplete)
        noises[output] = noise = sensitivity.noise_share(cube.reshape(-1, cube.shape[2]),
                                                         sweep.common_seeds)
        if noise > NOISE_WORTH_A_WORD:
            say(f"{output.name}: {100 * noise:.0f} % of the variance between points is chance; more "
                "replicates (--reps) make the indices those of the factors.")
        place = sweep.place.loc[ids[0]]
        return sensitivity.sobol(sweep.names, list(place["role"]), list(place["parameter"]),
                                 cube.mean(axis=2), resamples)

    return Analysis("sobol", _gather(outputs, rows_of, say), noises=noises)


# ---- designs of single points ----


def _point_means(sweep, output, say):
    """Mean over the replicates of each independent point that has a value; says what is lacking."""
    wide = sweep.values(output).loc[sweep.independent_points()]
    means = wide.mean(axis=1).dropna()
    ran = int(sweep.ran().loc[wide.index].sum())
    if (lacking := ran - int(wide.count().sum())) and sweep.kind not in sweeps.BLOCK_WORD:
        say(f"{output.name} has no value in {lacking} of {ran} runs, which are left out; "
            f"{len(wide) - len(means)} of {len(wide)} points have none at all.")
    return means


def _regression_rows(sweep, output, resamples, say):
    """Rows of an output on the ordered factors that vary."""
    means = _point_means(sweep, output, say)
    names = [f for f in sweep.names if not sweep.is_unordered(f)
             and sweep.points.loc[means.index, f].nunique() > 1]
    if not names or len(means) < sensitivity.fewest_points(len(names)):
        raise results.Absent(f"{output.name} has a value at {len(means)} points, too few to regress "
                             f"on {len(names)} factors ({sensitivity.fewest_points(len(names))})")
    _must_vary(output, means)
    return sensitivity.regression(names, sweep.unit_cube().loc[means.index, names], means, resamples)


def _regression(sweep, outputs, resamples, say):
    """Regressions of designs whose points fill the space."""
    for factor in filter(sweep.is_unordered, sweep.names):
        say(f"{factor} is a choice among names in no order: it has no rank, and the regression is "
            "made without it.")
    found = _gather(outputs, lambda o: _regression_rows(sweep, o, resamples, say), say)
    points = {o: sweep.values(o).mean(axis=1).count() for o, _ in found}
    return Analysis("regression", found, points=points)


def _ends(sweep, outputs, base, say):
    """The ends of each factor, against a point or the mean of all."""
    def rows_of(output):
        _must_vary(output, _point_means(sweep, output, say))
        return sensitivity.one_at_a_time(sweep.points, sweep.values(output), base)
    reference = "the mean of all points" if base is None else f"point {base}"
    return Analysis("ends", _gather(outputs, rows_of, say), reference=reference)


def analyse(sweep, outputs, resamples, drop_incomplete, say):
    """Analysis of the outputs as the design allows it; say(sentence) tells what is left out."""
    if sweep.kind == "morris":
        return _morris(sweep, outputs, resamples, drop_incomplete, say)
    if sweep.kind == "saltelli":
        return _sobol(sweep, outputs, resamples, drop_incomplete, say)
    if sweep.kind == "factorial":
        return _ends(sweep, outputs, None, say)
    if sweep.kind not in FILLING and (base := sensitivity.base_of(sweep.points)) is not None:
        return _ends(sweep, outputs, base, say)
    return _regression(sweep, outputs, resamples, say)
