# SPDX-License-Identifier: GPL-3.0-or-later
"""What the design of a sweep allows to say of its factors: one analysis for each kind of design."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kumiai import results

from . import collinear, effect_tests, sensitivity, shared_chance, sweeps

NOISE_WORTH_A_WORD = 0.1
FEWEST_BLOCKS = 8
TESTED = {"morris": ("mu_star",), "sobol": ("total",), "regression": ("prcc",),
          "ends": ("at_low", "at_high", "at_level")}  # measures whose p is asked: is there an effect at all?
FILLING = ("lhs", "random", "sobol")  # designs whose points fill the space
FEWEST_TRAJECTORIES = 2
FEWEST_OFF = 5  # points at which an output, or a factor, is not what it usually is


@dataclass
class Analysis:
    """Rows (see sensitivity.py) by output, and what their reading needs.

    kind: morris, sobol, regression or ends. found: [(output, frame of rows)]. noises: {output:
    share of chance in the variance}, of sobol. points: {output: points with a value}, of
    regression. reference: what the ends are compared with. tests: what Holm's correction counted.
    tied: {output: groups of factors that cannot be told apart}, of regression.
    """

    kind: str
    found: list
    noises: dict = field(default_factory=dict)
    points: dict = field(default_factory=dict)
    reference: str = ""
    tests: int = 0
    tied: dict = field(default_factory=dict)


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


UNSEEN = ("intervals and p do not count what a replicate changes at all points alike. More replicates (--reps) would "
          "show it.")


def _shared(sweep, output, values, cube, say):
    """cube if its replicates show the chance that all points share by common seeds, None if there is none;
    says where it is not shown. values: … × replicates of the output."""
    if not sweep.common_seeds or values.shape[-1] < 2 or effect_tests.is_exact(sweep.values(output)):
        return None
    if shared_chance.shows(values):
        return cube
    say(f"{output.name} has one run with a value at most points, and points have common seeds: {UNSEEN}")
    return None


# ---- designs of blocks ----


def _refuse_few(output, cube, fewest, word, what):
    """Raise Absent if too few blocks or trajectories are whole."""
    if len(cube) < fewest:
        raise results.Absent(f"{output.name} has too few whole {word} ({len(cube)}); {what} need "
                             f"{fewest} at least")


def _number_of_points(sweep, ids):
    """Numbers of point ids by which points of the same values are equal."""
    number = sweep.points.groupby(sweep.names, sort=False).ngroup()
    return number.loc[ids.ravel()].to_numpy().reshape(ids.shape)


def _distinct_steps(sweep, before, after):
    """Whether each step between two points (arrays of their numbers) is one, and the first of its kind.

    A step between equal points changes nothing. With common seeds the runs of equal points are the
    same runs: a step made once more shows nothing more of chance.
    """
    moved = before != after
    if not sweep.common_seeds:
        return moved
    pairs = np.sort(np.stack([before.ravel(), after.ravel()], axis=1), axis=1)
    first = np.unique(pairs, axis=0, return_index=True)[1]
    return moved & np.isin(np.arange(len(pairs)), first).reshape(before.shape)


def _tell_what_stood_still(sweep, moved, say):
    """Sentences on steps that did not change their factor's value; moved: trajectories × factors."""
    for name, still in zip(sweep.names, (~moved).sum(axis=0)):
        if still == len(moved):
            say(f"{name} keeps its value in every step: it has no number.")
        elif still:
            say(f"{name} keeps its value in {still} of {len(moved)} steps, as rounded: they tell "
                "nothing of it and are left out.")


def _tell_of_names(sweep, say):
    """Sentence on the factors that are names in no order."""
    for name in filter(sweep.is_unordered, sweep.names):
        say(f"{name} is a choice among names in no order: its effect is taken by the places of the names "
            "in the list, as if they were numbers. It tells that the choice matters, not which way or how "
            "far; a design factorial tells that.")


def _morris_tests(sweep, output, cube, ids, places):
    """(effects, their variances by chance, p) of trajectories × factors, and the effects of replicates."""
    effects, size = sensitivity.elementary_effects(sweeps.point_means(cube)[:, :, None], places)
    by_replicate, _ = sensitivity.elementary_effects(cube, places)
    step = np.abs(np.diff(places, axis=1)).argmax(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        variances = np.take_along_axis(effect_tests.change_variance(cube[:, :-1], cube[:, 1:]), step,
                                       axis=1) / size ** 2
    number = _number_of_points(sweep, ids)
    distinct = np.take_along_axis(_distinct_steps(sweep, number[:, :-1], number[:, 1:]), step, axis=1)
    exact = effect_tests.is_exact(sweep.values(output))
    p = [effect_tests.effect_p(effects[use, i, 0], variances[use, i], by_replicate[use, i], exact)
         for i, use in enumerate(distinct.T)]
    return effects[:, :, 0], np.where(size > 0, variances, np.nan), p, by_replicate


def _morris(sweep, outputs, resamples, drop_incomplete, say):
    """Elementary effects along the trajectories."""
    places = sweep.unit_cube()
    _tell_of_names(sweep, say)

    def rows_of(output):
        cube, ids = sweeps.by_block(sweep, output, drop_incomplete)
        _must_vary(output, pd.Series(sweeps.point_means(cube).ravel()))
        _refuse_few(output, cube, FEWEST_TRAJECTORIES, "trajectories", "Morris effects")
        unit = places.loc[ids.ravel()].to_numpy().reshape(*ids.shape, -1)
        effects, variances, p, by_replicate = _morris_tests(sweep, output, cube, ids, unit)
        _tell_what_stood_still(sweep, np.isfinite(effects), say)
        rows = sensitivity.morris(sweep.names, effects, variances, resamples,
                                  _shared(sweep, output, cube, by_replicate, say))
        p_of = dict(zip(sweep.names, p))
        for row in rows:
            if row["measure"] == "mu_star":
                row["p"] = p_of[row["factor"]]
        return rows
    return Analysis("morris", _gather(outputs, rows_of, say))


def _sobol_p(sweep, output, cube, ids):
    """p of 'no effect at all' of each factor of Saltelli's design."""
    place = sweep.place.loc[ids[0]]
    roles, parameters = list(place["role"]), list(place["parameter"])
    exact = effect_tests.is_exact(sweep.values(output))
    if not exact and not (np.isfinite(cube).sum(axis=2) > 1).any():
        return sensitivity.first_order_p(roles, parameters, sweeps.point_means(cube), sweep.names)
    steps = sensitivity.block_changes(roles, parameters, _number_of_points(sweep, ids), sweep.names)
    distinct = _distinct_steps(sweep, *steps).T
    before, after = sensitivity.block_changes(roles, parameters, cube, sweep.names)
    effects = sweeps.point_means(after) - sweeps.point_means(before)
    variances = effect_tests.change_variance(before, after)
    return [effect_tests.effect_p(effects[use, i], variances[use, i], (after - before)[use, i], exact)
            for i, use in enumerate(distinct)]


def _sobol(sweep, outputs, resamples, drop_incomplete, say):
    """Sobol indices and the share of chance of each output."""
    noises = {}

    def rows_of(output):
        cube, ids = sweeps.by_block(sweep, output, drop_incomplete)
        means = sweeps.point_means(cube)
        _must_vary(output, pd.Series(means.ravel()))
        _refuse_few(output, cube, FEWEST_BLOCKS, "blocks", "Sobol indices")
        noises[output] = noise = sensitivity.noise_share(cube.reshape(-1, cube.shape[2]),
                                                         sweep.common_seeds)
        if noise > NOISE_WORTH_A_WORD:
            say(f"{output.name}: {100 * noise:.0f} % of the variance between points is chance; more "
                "replicates (--reps) make the indices those of the factors.")
        place = sweep.place.loc[ids[0]]
        rows = sensitivity.sobol(sweep.names, list(place["role"]), list(place["parameter"]), means,
                                 resamples, _shared(sweep, output, cube, cube, say))
        p_of = dict(zip(sweep.names, _sobol_p(sweep, output, cube, ids)))
        return [row | {"p": p_of[row["factor"]]} if row["measure"] == "total" else row for row in rows]

    return Analysis("sobol", _gather(outputs, rows_of, say), noises=noises)


# ---- designs of single points ----


def _point_means(sweep, output, say):
    """Mean over the replicates of each independent point that has a value; says what is lacking."""
    wide = sweep.values(output).loc[sweep.independent_points()]
    means = wide.mean(axis=1).dropna()
    ran = int(sweep.ran().loc[wide.index].sum())
    if (lacking := ran - int(wide.count().sum())) and sweep.kind not in sweeps.BLOCK_WORD:
        say(f"{output.name} has no value in {lacking} of {ran} runs, which are left out; "
            f"{len(wide) - len(means)} of {len(wide)} points have none at all. {sweeps.SELECTED}")
    return means


def _off(values):
    """Number of values that are not the most common one."""
    return len(values) - int(values.value_counts().max())


def _usable(sweep, points, say):
    """The ordered factors that vary enough over these points to be regressed on."""
    found = []
    for factor in sweep.names:
        off = _off(sweep.points.loc[points, factor])
        if sweep.is_unordered(factor):
            continue  # told once for all outputs
        if off >= FEWEST_OFF:
            found.append(factor)
        elif off:
            say(f"{factor} differs from its usual value at {off} of {len(points)} points only: it has "
                "no number.")
        else:
            say(f"{factor} is the same at all {len(points)} points with a value: it has no number.")
    return found


def _tied(names, unit, say):
    """Groups of factors, by their places, that these points cannot tell apart; says which."""
    if len(unit) < len(names) + 2:  # any factors would look tied
        return []
    tied = collinear.groups(unit)
    for group in tied:
        say(f"cannot be told apart: {', '.join(names[i] for i in group)}. They go together from point to "
            f"point (each follows from the others, R² above {collinear.TOO_CLOSE}), so none of them has "
            "a number.")
    return tied


def _regression_rows(sweep, output, say):
    """(rows of an output on the ordered factors that vary, factors that cannot be told apart)."""
    means = _point_means(sweep, output, say)
    _must_vary(output, means)
    ordered = [f for f in sweep.names if not sweep.is_unordered(f)]
    names = _usable(sweep, means.index, say) if len(means) >= sensitivity.fewest_points(1) else []
    unit = sweep.unit_cube().loc[means.index, names].to_numpy()
    tied = _tied(names, unit, say) if names else []
    used = len(collinear.kept(unit, tied)) if tied else len(names) or len(ordered)
    needed = sensitivity.fewest_points(used)
    if not names or len(means) < needed:
        what = f"regress on {used} factor{'' if used == 1 else 's'}, which takes {needed}"
        raise results.Absent(f"{output.name} has a value at {len(means)} distinct points, " + (
            f"too few to {what}" if len(means) < needed else "and no factor differs at enough of them"))
    if (off := _off(means)) < FEWEST_OFF:
        raise results.Absent(f"{output.name} differs from its usual value at {off} of {len(means)} "
                             "points only, too few to regress on; it is left out")
    runs = sweep.values(output).loc[means.index].to_numpy()
    rows = sensitivity.regression(names, unit, means, tied, _shared(sweep, output, runs, runs, say))
    fit = {row["measure"]: row["value"] for row in rows if row["factor"] == ""}["r2_ranks"]
    if sensitivity.granular(fit, len(means)):
        say(f"{output.name}: the factors explain nearly all of its ranks (R² {fit:.3f}), so a PRCC depends on how many "
            "points there are, and has no interval.")
    return rows, [[names[i] for i in group] for group in tied]


def _regression(sweep, outputs, say):
    """Regressions of designs whose points fill the space."""
    for factor in filter(sweep.is_unordered, sweep.names):
        say(f"{factor} is a choice among names in no order: it has no rank, and the regression is "
            "made without it.")
    told, tied = [], {}

    def say_once(sentence):  # the same of several outputs
        if sentence not in told:
            told.append(sentence)
            say(sentence)

    def rows_of(output):
        rows, tied[output] = _regression_rows(sweep, output, say_once)
        return rows
    found = _gather(outputs, rows_of, say)
    points = {o: sweep.values(o).loc[sweep.independent_points()].mean(axis=1).count() for o, _ in found}
    return Analysis("regression", found, points=points, tied=tied)


def _ends(sweep, outputs, base, say):
    """The ends of each factor, against a point or the mean of all."""
    names = [f for f in sweep.names if sweep.points[f].nunique() > 1]
    choices = [f for f in names if sweep.is_unordered(f)]
    for factor in sweep.names:
        if factor not in names:
            say(f"{factor} is the same at all points: it has no number.")

    def rows_of(output):
        _must_vary(output, _point_means(sweep, output, say))
        return sensitivity.one_at_a_time(sweep.points[names], sweep.values(output), base, choices)
    reference = "the mean of all points" if base is None else f"point {base}"
    return Analysis("ends", _gather(outputs, rows_of, say), reference=reference)


def _by_design(sweep, outputs, resamples, drop_incomplete, say):
    """Analysis of the outputs as the design allows it."""
    if sweep.common_seeds and sweep.values(outputs[0]).shape[1] < 2:
        say(f"Every point has one replicate, and points have common seeds: where chance plays a part, {UNSEEN}")
    if sweep.kind == "morris":
        return _morris(sweep, outputs, resamples, drop_incomplete, say)
    if sweep.kind == "saltelli":
        return _sobol(sweep, outputs, resamples, drop_incomplete, say)
    if sweep.kind == "factorial":
        return _ends(sweep, outputs, None, say)
    if sweep.kind not in FILLING and (base := sensitivity.base_of(sweep.points)) is not None:
        return _ends(sweep, outputs, base, say)
    return _regression(sweep, outputs, say)


def tidy(sweep, found):
    """All rows of an analysis in one table: design, output, unit, factor, other, measure, value, low, high, p."""
    frames = [rows.assign(design=sweep.kind, output=o.name, unit=o.unit) for o, rows in found]
    frame = pd.concat(frames, ignore_index=True)
    first = ["design", "output", "unit", "factor", "other"]
    return frame[first + [c for c in frame if c not in first]]


def analyse(sweep, outputs, resamples, drop_incomplete, say):
    """Analysis of the outputs as the design allows it, with p corrected for all factors and outputs;
    say(sentence) tells what is left out."""
    made = _by_design(sweep, outputs, resamples, drop_incomplete, say)
    made.found = effect_tests.correct(made.found)
    made.tests = effect_tests.number(made.found, TESTED[made.kind])
    return made
