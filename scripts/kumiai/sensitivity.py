# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures of how much an output depends on the factors of a design, with intervals.

Every function returns rows (dicts) of factor, other, measure, value, low, high, p (of no effect, see
effect_tests.py): what the tables and pictures show. A bootstrap draws whole trajectories or blocks,
never single runs, with a seed of its own: the same file gives the same intervals. What replicates with
common seeds add to all of them alike comes on top (shared_chance.py). Regressions leave
out one point after the other (the jackknife): a bootstrap's samples hold some points several times
and others not at all, so over few points their regressions fit without error. Where all give the
same there is no interval: no spread says how sure that is.
"""

import math
from functools import lru_cache

import numpy as np
from scipy import stats

from . import collinear, effect_tests, interrupts, intervals, shared_chance

with interrupts.kept():
    import openturns as ot

RESAMPLES = 1000
BEYOND = 10  # so many resamples at least lie beyond each limit, lest a limit be one draw's chance
FEWEST = 5  # trajectories with which effects have an interval
FEWEST_FOR_SPREAD = 10  # ... and their spread: with fewer it holds in three of four studies
SEED = 1
CELLS_AT_ONCE = 4_000_000
NEARLY_ALL = 0.99  # of the variance of ranks
MOST_LEFT_OUT = 400  # regressions of a jackknife; of more points several are left out at a time
NAN = float("nan")


def _rng():
    return np.random.default_rng(SEED)


def _row(factor, measure, value, low=NAN, high=NAN, **more):
    return {"factor": factor, "other": "", "measure": measure, "value": float(value),
            "low": float(low), "high": float(high), "p": NAN, **more}


def _enough(resamples, n):
    """Number of resamples of n units that an interval needs, those wanted at least."""
    return max(resamples, math.ceil(BEYOND / intervals.percentile_levels(n)[0]))


def _interval(draws, levels):
    """Quantiles along axis 0 of the draws that have a value; NaN where none has, or all are alike."""
    known = np.isfinite(draws).any(axis=0)
    found = np.full((2, *known.shape), NAN)
    quantile = np.quantile if np.isfinite(draws).all() else np.nanquantile  # the first is far faster
    found[:, known] = quantile(draws[:, known], levels, axis=0)
    with np.errstate(invalid="ignore"):
        alike = found[1] - found[0] <= effect_tests.ROUNDING * np.abs(found).max(axis=0)
    found[:, alike] = NAN
    return found


# ---- Morris ----

MORRIS_MEASURES = ("mu", "mu_star", "sigma")


def elementary_effects(cube, places):
    """(effects of trajectories × factors × replicates per whole range, sizes of the changes).

    cube: trajectories × (k + 1) × replicates of outputs; places: trajectories × (k + 1) × factors,
    every factor on [0, 1] of its range in its scale, by the values that were run. So what is rounded
    to a whole number, a truth value or a choice counts as far as it moved. NaN, and a size of 0,
    where the factor kept its value: that step says nothing of it.
    """
    moves = np.diff(places, axis=1)
    step = np.abs(moves).argmax(axis=1)  # at which a factor moves: trajectories × factors
    size = np.take_along_axis(moves, step[:, None], axis=1)[:, 0]
    made = np.take_along_axis(np.diff(cube, axis=1), step[:, :, None], axis=1)
    rounding = effect_tests.LAST_DIGITS * np.nanmax(np.abs(cube), initial=0.0)
    made = np.where(np.abs(made) <= rounding, 0.0, made)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(size[:, :, None] == 0, NAN, made / size[:, :, None]), np.abs(size)


def _morris_measures(effects):
    """mu, mu_star and sigma of effects … × trajectories."""
    sigma = effects.std(axis=-1, ddof=1) if effects.shape[-1] > 1 \
        else np.full(effects.shape[:-1], NAN)
    size = np.abs(effects)
    sigma = np.where(sigma <= effect_tests.ROUNDING * size.max(axis=-1), 0.0, sigma)
    return {"mu": effects.mean(axis=-1), "mu_star": size.mean(axis=-1), "sigma": sigma}


@lru_cache(maxsize=4)
def _draws(size, resamples):
    """Which units each resample draws; the same for all factors."""
    return _rng().integers(size, size=(_enough(resamples, size), size))


def _stacked(effects):
    """The measures in their order, along the last axis."""
    found = _morris_measures(effects)
    return np.stack([found[m] for m in MORRIS_MEASURES], axis=-1)


def _morris_rows(name, effects, resamples, by_replicate):
    """Rows of mu, mu_star and sigma of one factor's effects, one a trajectory that moved it."""
    size, measures = len(effects), MORRIS_MEASURES
    if not size:
        return [_row(name, measure, NAN) for measure in measures]
    found, bounds = _stacked(effects), np.full((2, len(measures)), NAN)
    if size >= FEWEST:
        bounds = _interval(_stacked(effects[_draws(size, resamples)]), intervals.percentile_levels(size))
        if by_replicate is not None:
            chance = shared_chance.variance(_stacked, by_replicate)
            bounds = shared_chance.widened(found, bounds, chance, by_replicate.shape[1])
            bounds[0, 1:] = np.maximum(bounds[0, 1:], 0)
    if size < FEWEST_FOR_SPREAD:
        bounds[:, measures.index("sigma")] = NAN
    return [_row(name, *cell) for cell in zip(measures, found, *bounds)]


def morris(names, effects, variances=None, resamples=RESAMPLES, by_replicate=None):
    """Rows of mu, mu_star, sigma and noise of effects trajectories × factors.

    by_replicate: trajectories × factors × replicates where these have common seeds: intervals then count
    the chance that all trajectories share.

    variances: what chance gives the effects, from the spread between replicates (NaN: unknown).
    noise: the mu_star that a factor without effect would have. A factor that no trajectory moved
    has no number.
    """
    rows = []
    for i, name in enumerate(names):
        use = np.isfinite(effects[:, i])
        runs = None if by_replicate is None else by_replicate[use, i]
        rows += _morris_rows(name, effects[use, i], resamples, runs)
    for i, name in enumerate(names):
        known = variances[np.isfinite(variances[:, i]), i] if variances is not None else []
        rows.append(_row(name, "noise", np.sqrt(2 / np.pi) * np.sqrt(known).mean() if len(known)
                         else NAN))
    return rows


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


def _sobol_bounds(found, drawn, levels, factors, by_replicate):
    """Limits of the first, total and second order; by_replicate: matrices × blocks × replicates, or None."""
    bounds = [_interval(np.array(part), levels) for part in zip(*drawn)]
    if by_replicate is None:
        return bounds

    def estimates(outputs):
        return np.concatenate([part.ravel() for part in _sobol_once(outputs, factors)])
    chance = np.split(shared_chance.variance(estimates, by_replicate), [factors, 2 * factors])
    return [shared_chance.widened(value, limits, part.reshape(value.shape), by_replicate.shape[-1])
            for value, limits, part in zip(found, bounds, chance)]


def sobol(names, roles, parameters, outputs, resamples=RESAMPLES, by_replicate=None):
    """Rows of the first, total and second order of outputs blocks × places.

    by_replicate: outputs × replicates where these have common seeds: intervals then count the chance
    that all blocks share.
    roles, parameters: of the places of a block, in their order. Second order where the design has
    it (of two factors always). Estimators of Martinez (Baudin et al. 2017,
    doi:10.1007/978-3-319-12385-1_40), as OpenTURNS has them.
    """
    order = saltelli_order(roles, parameters, names)
    outputs, mean, spread = outputs[:, order].T, outputs[:, order].mean(), outputs[:, order].std()
    outputs = (outputs - mean) / spread
    if by_replicate is not None:
        by_replicate = (by_replicate[:, order].swapaxes(0, 1) - mean) / spread
    drawn, rng, rows, blocks = [], _rng(), [], outputs.shape[1]
    for _ in range(_enough(resamples, blocks)):
        drawn.append(_sobol_once(outputs[:, rng.integers(blocks, size=blocks)], len(names)))
    found = _sobol_once(outputs, len(names))
    bounds = _sobol_bounds(found, drawn, intervals.percentile_levels(blocks), len(names), by_replicate)
    for measure, values, limits in zip(("first", "total"), found, bounds):
        rows += [_row(n, measure, *cell) for n, *cell in zip(names, values, *limits)]
    low, high = bounds[2]
    error = np.array([part[2] for part in drawn]).std(axis=0)
    for i, j in zip(*np.triu_indices(len(names), 1)):
        if np.isfinite(value := found[2][i, j]):
            p = 2 * stats.t.sf(abs(value) / error[i, j], blocks - 1) if error[i, j] > 0 else NAN
            rows.append(_row(names[i], "second", value, low[i, j], high[i, j], other=names[j], p=p))
    return rows


def block_changes(roles, parameters, cube, names):
    """Outputs before and after one factor alone was changed: (before, after), each changes × factors
    × replicates.

    cube: blocks × places (× replicates); the changes are A to AB of every block, and B to BA where the
    design has it.
    """
    order = saltelli_order(roles, parameters, names)
    cube, k = cube[:, order], len(names)
    parts = [(cube[:, 0], cube[:, 2:2 + k])]
    if len(order) > 2 + k:
        parts.append((cube[:, 1], cube[:, 2 + k:]))
    before = [np.repeat(base[:, None], k, axis=1) for base, _ in parts]
    return np.concatenate(before), np.concatenate([after for _, after in parts])


def first_order_p(roles, parameters, outputs, names):
    """p of 'no effect by itself' of each factor: the correlation of B with the AB that share it.

    outputs: blocks × places. One replicate shows no chance to measure a total effect against.
    """
    outputs = outputs[:, saltelli_order(roles, parameters, names)]
    with np.errstate(invalid="ignore", divide="ignore"):
        found = [np.corrcoef(outputs[:, 1], outputs[:, 2 + i])[0, 1] for i in range(len(names))]
    return [effect_tests.correlation_p(value, len(outputs) - 2) for value in found]


def noise_share(cube, common_seeds):
    """Share of chance in the variance of the points' means; cube points × replicates, NaN without a
    value.

    What a replicate adds to all points alike, as common seeds make it do, is no part of it.
    """
    known = np.isfinite(cube)
    n, reps = known.sum(axis=1), cube.shape[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(known, cube, 0).sum(axis=1) / n
    between, freedom = means[n > 0].var(ddof=1), known.sum() - (n > 0).sum()
    if reps < 2 or not between > 0 or freedom < reps:
        return NAN
    left = np.where(known, cube - means[:, None], 0)
    if common_seeds:
        shared = left.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        left, freedom = np.where(known, left - shared, 0), freedom - (reps - 1)
    # Two estimates of variance: where all is chance, their ratio scatters about 1.
    of_means = (left ** 2).sum() / freedom * (1 / n[n > 0]).mean()
    return min(1.0, float(of_means / between))


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


def _leaving_out(columns):
    """(SRC, PRCC) of the regressions that leave out one part of the points after the other."""
    n = len(columns)
    parts = np.arange(n) % min(n, MOST_LEFT_OUT)
    if n > MOST_LEFT_OUT:
        parts = _rng().permutation(parts)
    step, drawn = max(1, CELLS_AT_ONCE // columns.size), []
    for start in range(0, parts.max() + 1, step):
        left = np.arange(start, min(start + step, parts.max() + 1))
        drawn.append(_regress(columns, (parts[None] != left[:, None]).astype(float))[:2])
    return [np.concatenate(part) for part in zip(*drawn)]


def granular(r2_ranks, n):
    """Whether factors explain the ranks of n points so far that less than a rank, or next to nothing,
    is left: then a partial correlation is one of how ranks round values, and changes with n.
    """
    return r2_ranks > NEARLY_ALL or (1 - r2_ranks) * (n ** 2 - 1) / 12 < 0.5


def _around(values, left, freedom):
    """Student's limits by the jackknife: the values, and those without one part after the other."""
    parts = len(left)
    error = np.sqrt((parts - 1) / parts * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    half = stats.t.ppf(0.5 + intervals.LEVEL / 2, freedom) * error
    return np.array([values - half, values + half])


def _regression_widened(values, bounds, columns, by_replicate):
    """Limits of src and of prcc on Fisher's scale that count the chance which all points share."""
    def estimates(means):
        src, prcc, *_ = _regress(np.column_stack([columns[:, :-1], means]), np.ones((1, len(means))))
        return np.array([src[0], np.arctanh(prcc[0])])
    chance = shared_chance.variance(estimates, by_replicate)
    return [shared_chance.widened(*cell, by_replicate.shape[1]) for cell in zip(values, bounds, chance)]


def _regression_bounds(columns, found, by_replicate):
    """Limits of src and prcc (on Fisher's scale, which keeps them between −1 and 1), by measure."""
    n, k = len(columns), columns.shape[1] - 1
    src, prcc, r2, r2_ranks = (part[0] for part in found)
    none = np.full((2, k), NAN)
    if n - k - 1 < 1 or r2 > 1 - effect_tests.ROUNDING:  # an exact fit: its rounding is no spread
        return none, none
    left_src, left_prcc = _leaving_out(columns)
    freedom = min(n - k - 1, len(left_src) - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = src, np.arctanh(prcc)
        bounds = [_around(*cell, freedom) for cell in zip(values, (left_src, np.arctanh(left_prcc)))]
        if by_replicate is not None:
            bounds = _regression_widened(values, bounds, columns, by_replicate)
        return bounds[0], none if granular(r2_ranks, n) else np.tanh(bounds[1])


def _p_of_limits(value, high, freedom):
    """p of no correlation whose upper limit, symmetric on Fisher's scale, is this."""
    z, reach = np.arctanh(value), stats.t.ppf(0.5 + intervals.LEVEL / 2, freedom)
    return float(2 * stats.t.sf(abs(z) * reach / (np.arctanh(high) - z), freedom))


def regression(names, unit, values, tied=(), by_replicate=None):
    """Rows of src, prcc (by factor) and r2, r2_ranks (factor '').

    by_replicate: points × replicates where these have common seeds: intervals then count the chance that
    all points share. unit: points × factors that vary; values: one per point. src: coefficients of the linear
    regression with every column in standard deviations. prcc: partial correlation of ranks. tied:
    groups of factors that cannot be told apart, by their places (collinear.groups): what they do
    together is held fixed for the others, and they have no number themselves.
    """
    unit = np.asarray(unit, dtype=float)
    used = collinear.kept(unit, tied) if tied else list(range(len(names)))
    columns = np.column_stack([unit[:, used], values])
    found = _regress(columns, np.ones((1, len(values))))
    bounds = _regression_bounds(columns, found, by_replicate)
    inside = {place for group in tied for place in group}
    rows = []
    for measure, value, (low, high) in zip(("src", "prcc"), found, bounds):
        cell = dict(zip(used, zip(value[0], low, high)))
        rows += [_row(name, measure, *((NAN, NAN, NAN) if i in inside else cell[i]))
                 for i, name in enumerate(names)]
    for row in rows[len(names):]:
        row["p"] = effect_tests.correlation_p(row["value"], len(values) - len(used) - 1)
        if by_replicate is not None and np.isfinite(row["high"]):
            row["p"] = max(row["p"], _p_of_limits(row["value"], row["high"], len(values) - len(used) - 1))
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


def _known_mean(values):
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else NAN


def _shift(wide, chosen, reference):
    """(value, pseudo-values by replicate) of the mean over the chosen points minus that over the
    reference; wide: points × replicates, chosen and reference: places of points.

    A point is the mean of its replicates that have a value, so that a run without one shifts no
    weight to other points. The pseudo-values are the jackknife's: where all have values they are
    the replicates' own differences.
    """
    known = np.isfinite(wide)
    total, count, reps = np.where(known, wide, 0).sum(axis=1), known.sum(axis=1), wide.shape[1]

    def shift(total, count):
        means = np.where(count > 0, total / np.maximum(count, 1), NAN)
        return _known_mean(means[chosen]) - _known_mean(means[reference])
    value = shift(total, count)
    without = [shift(total - np.where(known[:, r], wide[:, r], 0), count - known[:, r])
               for r in range(reps)]
    return value, reps * value - (reps - 1) * np.array(without)


def _end(found, exact, scale):
    """Value, low, high and p of one end; found: (value, pseudo-values), None at the reference itself."""
    if found is None:
        return 0.0, NAN, NAN, NAN
    value, pseudo = found
    if exact:
        zero = abs(value) <= effect_tests.LAST_DIGITS * scale
        return value, NAN, NAN, NAN if not np.isfinite(value) else float(zero)
    pseudo, half = pseudo[np.isfinite(pseudo)], NAN
    if len(pseudo) > 1 and not effect_tests.no_spread(pseudo, scale):
        found = intervals.student(pseudo)
        half = found.high - found.mean
    return value, value - half, value + half, effect_tests.mean_p(pseudo, scale)


def _places(own, mine, factor, base, choices):
    """[(measure, level)] of a factor to compare, and the level to compare with (None: all points)."""
    levels = np.unique(own[mine])
    if factor not in choices:
        return [("at_low", levels[0]), ("at_high", levels[-1])], None
    first = levels[0] if base is None else base
    return [("at_level", level) for level in levels if level != first], first


def one_at_a_time(points, wide, base=None, choices=()):
    """Rows 'at_low' and 'at_high' of each factor that varies: the output at its ends minus that
    elsewhere.

    points: values by point and factor; wide: outputs by point and replicate. base: the point to
    compare with, of which one factor is changed; without one, all points (a factorial's means).
    choices: factors whose levels are names in no order, which have no ends: a row 'at_level' of every
    level, against the first, or that of the base.
    """
    place = np.arange(len(points))
    reference = place if base is None else place[points.index == base]
    values, exact, rows = wide.to_numpy(), effect_tests.is_exact(wide), []
    scale = np.nanmax(np.abs(values), initial=0.0)
    for factor in points:
        others, own = points.drop(columns=factor), points[factor].to_numpy()
        mine = np.ones(len(points), dtype=bool) if base is None else \
            (others == others.loc[base]).all(axis=1).to_numpy()
        shown, against = _places(own, mine, factor, None if base is None else points.loc[base, factor], choices)
        other = reference if base is not None or against is None else place[own == against]
        for measure, level in shown:
            chosen = place[mine & (own == level)]
            found = None if np.array_equal(chosen, other) else _shift(values, chosen, other)
            *cell, p = _end(found, exact, scale)
            rows.append(_row(factor, measure, *cell, p=p, level=level))
    return rows
