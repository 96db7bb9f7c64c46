# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures of how much an output depends on the factors of a design, with bootstrap intervals.

Every function returns rows (dicts) of factor, other, measure, value, low, high: what the tables
and pictures show. Resampling draws whole trajectories, blocks or points, never single runs, with
a seed of its own: the same file gives the same intervals.
"""

import math
from functools import lru_cache

import numpy as np
import openturns as ot

from . import intervals

RESAMPLES = 1000
BEYOND = 10  # so many resamples at least lie beyond each limit, lest a limit be one draw's chance
FEWEST = 5  # trajectories with which effects have an interval
FEWEST_FOR_SPREAD = 10  # ... and their spread: with fewer it holds in three of four studies
SEED = 1
CELLS_AT_ONCE = 4_000_000
NAN = float("nan")


def _rng():
    return np.random.default_rng(SEED)


def _row(factor, measure, value, low=NAN, high=NAN, other=""):
    return {"factor": factor, "other": other, "measure": measure, "value": float(value),
            "low": float(low), "high": float(high)}


def _enough(resamples, n):
    """Number of resamples of n units that an interval needs, those wanted at least."""
    return max(resamples, math.ceil(BEYOND / intervals.percentile_levels(n)[0]))


def _interval(draws, levels):
    """Quantiles along axis 0 of the draws that have a value; NaN where none has."""
    known = np.isfinite(draws).any(axis=0)
    found = np.full((2, *known.shape), NAN)
    found[:, known] = np.nanquantile(draws[:, known], levels, axis=0)
    return found


# ---- Morris ----


def elementary_effects(cube, unit, step):
    """Effects of trajectories × factors × replicates, per whole range of each factor.

    cube: trajectories × (k + 1) × replicates of outputs; unit: trajectories × (k + 1) × k points
    in the unit cube; step: how far a factor moves there. The step is the design's: a factor of
    whole numbers need not move as far as its place in the unit cube does.
    """
    moves = np.diff(unit, axis=1)
    moved = np.abs(moves).argmax(axis=2)
    sign = np.sign(np.take_along_axis(moves, moved[:, :, None], axis=2))
    change = np.diff(cube, axis=1) * np.where(sign == 0, 1.0, sign) / step
    out = np.empty_like(change)
    np.put_along_axis(out, moved[:, :, None], change, axis=1)
    return out


def _morris_measures(effects):
    """mu, mu_star and sigma of effects … × trajectories × factors."""
    with np.errstate(invalid="ignore"):
        sigma = effects.std(axis=-2, ddof=1) if effects.shape[-2] > 1 \
            else np.full(effects[..., 0, :].shape, NAN)
    return {"mu": effects.mean(axis=-2), "mu_star": np.abs(effects).mean(axis=-2), "sigma": sigma}


def noise_effect(effects):
    """The mu_star that a factor without effect would have, from the spread between replicates."""
    reps = effects.shape[2]
    if reps < 2:
        return np.full(effects.shape[1], NAN)
    return (np.sqrt(2 / np.pi) * effects.std(axis=2, ddof=1) / np.sqrt(reps)).mean(axis=0)


def morris(names, effects, resamples=RESAMPLES):
    """Rows of mu, mu_star, sigma and noise of effects trajectories × factors × replicates."""
    mean, rows = effects.mean(axis=2), []
    found, size = _morris_measures(mean), len(mean)
    if size >= FEWEST:
        levels = intervals.percentile_levels(size)
        drawn = mean[_rng().integers(size, size=(_enough(resamples, size), size))]
        spread = _morris_measures(drawn)
    for measure, values in found.items():
        sure = size >= (FEWEST_FOR_SPREAD if measure == "sigma" else FEWEST)
        bounds = _interval(spread[measure], levels) if sure else np.full((2, len(names)), NAN)
        rows += [_row(n, measure, *cell) for n, *cell in zip(names, values, *bounds)]
    noise = noise_effect(effects)
    return rows + [_row(n, "noise", value) for n, value in zip(names, noise)]


# ---- Sobol ----


def saltelli_order(roles, parameters, names):
    """Places of a block in the order A, B, all AB, all BA if there are any, factors as in names.

    roles, parameters: of the points of one block.
    """
    place = {(role, parameter or ""): i for i, (role, parameter) in enumerate(zip(roles, parameters))}
    kinds = ["AB"] + ["BA"] * (("BA", names[0]) in place)
    return [place["A", ""], place["B", ""], *(place[kind, n] for kind in kinds for n in names)]


@lru_cache(maxsize=4)
def _no_points(size, factors):
    """From points OpenTURNS takes their number and that of the factors alone; made once, not 1,000
    times."""
    return ot.Sample(size, factors)


def _openturns(matrices, factors):
    """First, total (k) and second (k × k) order by OpenTURNS of matrices × blocks of outputs."""
    # Its matrices are A, B, E (= AB), C (= BA); of two factors it takes no C.
    matrices = matrices[:4] if factors == 2 else matrices
    algorithm = ot.MartinezSensitivityAlgorithm(
        _no_points(matrices.size, factors), ot.Sample(matrices.reshape(-1, 1)), matrices.shape[1])
    second = np.full((factors, factors), NAN)
    if factors == 2 or len(matrices) > 2 + factors:
        second = np.array(algorithm.getSecondOrderIndices())
    return (np.array(algorithm.getFirstOrderIndices()), np.array(algorithm.getTotalOrderIndices()),
            second)


def _sobol_once(matrices, factors):
    """The indices of matrices in saltelli_order, with all that the blocks tell.

    With BA the parts of A and B are exchanged too, and the mean taken. A and B are independent:
    their correlation in the sample is chance that the indices share, and is taken away, so that a
    factor without effect has 0, not ± 1/√blocks, and one that does all has 1.
    """
    found = _openturns(matrices, factors)
    if len(matrices) > 2 + factors:
        swapped = np.r_[1, 0, 2 + factors:2 + 2 * factors, 2:2 + factors]
        other = _openturns(matrices[swapped], factors)
        found = tuple((a + b) / 2 for a, b in zip(found, other))
    first, total, second = found
    with np.errstate(invalid="ignore", divide="ignore"):  # a resample of one block, over and over
        chance = np.corrcoef(matrices[:2])[0, 1]
        first = (first - chance) / (1 - chance) if chance < 1 else first * NAN
    found = (first, total, second + 2 * chance)
    return tuple(np.round(part, 12) for part in found)  # rounding is no effect


def sobol(names, roles, parameters, outputs, resamples=RESAMPLES):
    """Rows of the first, total and second order of outputs blocks × places.

    roles, parameters: of the places of a block, in their order. Second order where the design has
    it (of two factors always). Estimators of Martinez (Baudin et al. 2017,
    doi:10.1007/978-3-319-12385-1_40), as OpenTURNS has them.
    """
    outputs = outputs[:, saltelli_order(roles, parameters, names)].T
    outputs = (outputs - outputs.mean()) / outputs.std()
    drawn, rng, rows, blocks = [], _rng(), [], outputs.shape[1]
    for _ in range(_enough(resamples, blocks)):
        drawn.append(_sobol_once(outputs[:, rng.integers(blocks, size=blocks)], len(names)))
    found = _sobol_once(outputs, len(names))
    levels = intervals.percentile_levels(blocks)
    bounds = [_interval(np.array(part), levels) for part in zip(*drawn)]
    for measure, values, limits in zip(("first", "total"), found, bounds):
        rows += [_row(n, measure, *cell) for n, *cell in zip(names, values, *limits)]
    low, high = bounds[2]
    return rows + [_row(names[i], "second", found[2][i, j], low[i, j], high[i, j], names[j])
                   for i, j in zip(*np.triu_indices(len(names), 1)) if np.isfinite(found[2][i, j])]


def noise_share(cube, common_seeds):
    """Share of chance in the variance of the points' means; cube points × replicates.

    What a replicate adds to all points alike, as common seeds make it do, is no part of it.
    """
    points, reps = cube.shape
    between = cube.mean(axis=1).var(ddof=1)
    if reps < 2 or not between > 0:
        return NAN
    left = cube - cube.mean(axis=1, keepdims=True)
    if common_seeds:
        left = left - left.mean(axis=0)
    freedom = (points - common_seeds) * (reps - 1)
    # Two estimates of variance: where all is chance, their ratio scatters about 1.
    return min(1.0, float((left ** 2).sum() / freedom / reps / between))


# ---- regression ----


def _ranks(column, counts):
    """Mid-ranks of a column's values in each of the resamples that counts (draws × n) describe."""
    _, place = np.unique(column, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(place[order]) > 0])
    group = np.add.reduceat(counts[:, order], starts, axis=1)
    return (np.cumsum(group, axis=1) - (group - 1) / 2)[:, place]


def _correlations(columns, counts):
    """Correlation matrices of columns (draws or 1 × n × c), each value as often as it was drawn."""
    weight = counts[:, :, None] / counts.sum(axis=1)[:, None, None]
    centred = columns - (weight * columns).sum(axis=1, keepdims=True)
    cov = np.swapaxes(centred * weight, 1, 2) @ centred
    spread = np.sqrt(np.einsum("bii->bi", cov))
    with np.errstate(invalid="ignore", divide="ignore"):
        return cov / (spread[:, :, None] * spread[:, None, :])


def _coefficients(matrix):
    """Standardised and partial coefficients (draws × k) and R² of correlations, the output last."""
    good = np.isfinite(matrix).all(axis=(1, 2))
    matrix = np.where(good[:, None, None], matrix, np.eye(matrix.shape[1]))
    inverse = np.linalg.pinv(matrix[:, :-1, :-1], hermitian=True)
    beta = (inverse @ matrix[:, :-1, -1:])[:, :, 0]
    fit = (beta * matrix[:, :-1, -1]).sum(axis=1)
    # What a factor adds to the others, and what nothing explains (0 for an exact fit).
    own = beta ** 2 / np.einsum("bii->bi", inverse)
    rest = np.maximum(1 - fit, 0)[:, None]
    with np.errstate(invalid="ignore"):
        partial = np.sign(beta) * np.sqrt(own / (own + rest))
    return tuple(np.where(good.reshape(-1, *[1] * (x.ndim - 1)), x, NAN)
                 for x in (beta, np.nan_to_num(partial), fit))


def _regress(columns, counts):
    """(SRC, PRCC, R², R² of ranks) of columns n × (k + 1) in resamples of counts."""
    plain = _coefficients(_correlations(columns[None], counts))
    ranks = np.stack([_ranks(c, counts) for c in columns.T], axis=2)
    ranked = _coefficients(_correlations(ranks, counts))
    return plain[0], ranked[1], plain[2], ranked[2]


def fewest_points(factors):
    """Points below which no regression on the factors is made."""
    return 2 * factors + 4


def regression(names, unit, values, resamples=RESAMPLES):
    """Rows of src, prcc (by factor) and r2, r2_ranks (factor ''), points resampled.

    unit: points × factors that vary; values: one per point. src: coefficients of the linear
    regression with every column in standard deviations. prcc: partial correlation of ranks.
    """
    columns, n = np.column_stack([unit, values]), len(values)
    found = _regress(columns, np.ones((1, n)))
    step, rng, drawn = max(1, CELLS_AT_ONCE // columns.size), _rng(), []
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn.append(_regress(columns, rng.multinomial(n, np.full(n, 1 / n), size).astype(float)))
    # Plain percentiles: of coefficients they hold in 94 % and more from the fewest points on.
    tail = 0.5 - intervals.LEVEL / 2
    bounds = [_interval(np.concatenate(part), (tail, 1 - tail)) for part in list(zip(*drawn))[:2]]
    rows = []
    for measure, value, (low, high) in zip(("src", "prcc"), found, bounds):
        rows += [_row(name, measure, *cell) for name, *cell in zip(names, value[0], low, high)]
    return rows + [_row("", "r2", found[2][0]), _row("", "r2_ranks", found[3][0])]


# ---- one factor at a time ----


def base_of(points):
    """The point from which every other differs in one factor at most; None if there is none.

    points: a row per point, two factors at least.
    """
    if points.shape[1] < 2:
        return None
    base = points.mode().iloc[0]
    differ = (points != base).sum(axis=1)
    return differ.idxmin() if differ.max() == 1 and differ.min() == 0 else None


def _shift(wide, chosen, reference):
    """Mean over the chosen points minus that over the reference, every point counting once.

    A point is the mean of its replicates that have a value, so that a run without one shifts no
    weight to other points. The interval is Student's of the jackknife over replicates: where all
    have values it is that of the replicates' own differences.
    """
    def shift(part):
        means = part.mean(axis=1)
        return means.loc[chosen].mean() - means.loc[reference].mean()
    value, reps = shift(wide), wide.shape[1]
    if reps < 2:
        return intervals.Interval(reps, value, NAN, NAN)
    without = np.array([shift(wide.drop(columns=rep)) for rep in wide])
    found = intervals.student(reps * value - (reps - 1) * without)
    half = found.high - found.mean
    return intervals.Interval(reps, value, value - half, value + half)


def one_at_a_time(points, wide, base=None):
    """Rows 'at_low' and 'at_high' of each factor: the output at its ends minus that elsewhere.

    points: values by point and factor; wide: outputs by point and replicate. base: the point to
    compare with, of which one factor is changed; without one, all points (a factorial's means).
    """
    reference = list(points.index) if base is None else [base]
    rows = []
    for factor in points:
        others = points.drop(columns=factor)
        mine = points.index if base is None else \
            points.index[(others == others.loc[base]).all(axis=1)]
        values = points.loc[mine, factor]
        for measure, level in (("at_low", values.min()), ("at_high", values.max())):
            found = _shift(wide, values.index[values == level], reference)
            rows.append(_row(factor, measure, found.mean, found.low, found.high) | {"level": level})
    return rows
