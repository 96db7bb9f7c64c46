# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an output depends on a factor at all: p-values, corrected for all factors and outputs.

What replicates show of chance is what an effect is measured against. Values without any spread
give no interval and no p of 0: they are judged by their number alone (the sign test).
"""

import numpy as np
import pandas as pd
from scipy import special, stats

from . import intervals

SURE = 0.05
FEWEST_OFF = 6  # points that differ from the usual value, before an output counts as free of chance
ROUNDING, LAST_DIGITS = 1e-9, 1e-12
NAN = float("nan")


def no_spread(values, scale=0.0):
    """Whether values are the same but for rounding; scale: size of the numbers that they come from."""
    values = np.asarray(values, dtype=float)
    return bool(np.ptp(values) <= ROUNDING * np.abs(values).max() + LAST_DIGITS * scale)


def is_exact(wide):
    """Whether chance plays no part in an output: no two replicates of any point differ.

    wide: points × replicates, NaN without a value. At least FEWEST_OFF points must differ from the
    usual value: of an output that is nearly always 0, replicates agree by chance as well.
    """
    values = np.asarray(wide, dtype=float)
    values = values[np.isfinite(values).sum(axis=1) > 1]
    if not len(values) or (np.nanmax(values, axis=1) > np.nanmin(values, axis=1)).any():
        return False
    counts = np.unique(np.nanmin(values, axis=1), return_counts=True)[1]
    return bool(len(values) - counts.max() >= FEWEST_OFF)


def mean_p(values, scale=0.0):
    """Two-sided p of a mean of 0: Student's t, or the sign test where the values have no spread."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return NAN
    if no_spread(values, scale):
        return 1.0 if abs(values[0]) <= LAST_DIGITS * scale else 2.0 ** (1 - len(values))
    return float(stats.ttest_1samp(values, 0.0).pvalue)


def correlation_p(value, freedom):
    """Two-sided p of a correlation of 0 (Student's t), no smaller than that of the one order of so
    many values in which they agree (a perfect correlation has no spread to make a t of)."""
    if not np.isfinite(value) or freedom < 1:
        return NAN
    left = max(1 - value ** 2, 1e-12)
    p = float(2 * stats.t.sf(abs(value) * np.sqrt(freedom / left), freedom))
    return max(p, float(2 * np.exp(-special.gammaln(freedom + 3))))


def change_variance(before, after):
    """Variance of the difference of two means over the last axis (replicates), NaN where one of
    them is of a single value.

    Replicates of common seeds are matched. With all values it is the variance of the replicates'
    differences over their number; without some, every mean counts those that it has.
    """
    part, reps = 0.0, before.shape[-1]
    for sign, values in ((-1, before), (1, after)):
        known = np.isfinite(values)
        n = known.sum(axis=-1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(known, values, 0).sum(axis=-1, keepdims=True) / n
            weight = np.where(n > 1, 1 / np.sqrt(n * np.maximum(n - 1.0, 1.0)), NAN)
        part = part + sign * np.where(known, values - mean, 0) * weight
    return (part ** 2).sum(axis=-1) if reps > 1 else np.full(before.shape[:-1], NAN)


def _mean_error(by_replicate, part):
    """Standard error of the mean effect by chance: of steps as independent (part: their variances),
    or of the replicates' own means where that is larger, as when common seeds tie the steps."""
    known = np.isfinite(by_replicate)
    means = np.where(known, by_replicate, 0).sum(axis=0)[known.any(axis=0)] \
        / known.sum(axis=0)[known.any(axis=0)]
    shared = means.std(ddof=1) / np.sqrt(len(means)) if len(means) > 1 else 0.0
    return max(np.sqrt(part.sum()) / len(part), shared)


def effect_p(effects, variances, by_replicate, exact):
    """p of 'the factor has no effect' from its effects and what chance gives their variances.

    effects, variances: one a step; by_replicate: steps × replicates. Two tests, each at half the
    level: the mean square of the effects over the mean variance is F where chance is all there is,
    and the mean effect over its error by chance is Student's t, which sees small effects that all go
    the same way. Degrees of freedom are Satterthwaite's, since chance need not be the same
    everywhere. One replicate shows no chance: then the mean effect is tested against the spread of
    the effects, which misses one that changes sign.
    """
    known = np.isfinite(effects)
    if exact:
        return NAN if not known.any() else 0.0 if np.any(effects[known] != 0) else 1.0
    both, replicates = known & np.isfinite(variances), by_replicate.shape[1]
    part = variances[both]
    if not part.sum() > 0:
        return mean_p(effects[known])
    inflation = (replicates + 1) / (replicates - 1)  # of the square of an estimated variance
    units = min(len(part), part.sum() ** 2 * inflation / (part ** 2).sum())
    ratio = (effects[both] ** 2).mean() / part.mean()
    size = abs(effects[both].mean()) / _mean_error(by_replicate[both], part)
    freedom = units * (replicates - 1)
    return float(min(1.0, 2 * stats.f.sf(ratio, units, freedom), 4 * stats.t.sf(size, freedom)))


def correct(found):
    """The frames of [(output, rows)] with p_holm: the family is all factors and outputs, measure by
    measure where a measure is another question (second order, total order)."""
    if not found:
        return found
    family = [rows["measure"].replace({"at_low": "end", "at_high": "end", "at_level": "end"}) for _, rows in found]
    every = pd.concat([rows["p"].astype(float) for _, rows in found], ignore_index=True)
    kinds, corrected = pd.concat(family, ignore_index=True), np.full(len(every), NAN)
    for kind in kinds.unique():
        mine = (kinds == kind).to_numpy()
        corrected[mine] = intervals.holm(every[mine])
    parts = np.split(corrected, np.cumsum([len(rows) for _, rows in found])[:-1])
    return [(output, rows.assign(p_holm=part)) for (output, rows), part in zip(found, parts)]


def number(found, measures):
    """Number of tests of these measures that Holm's correction counted."""
    return sum(int((rows["measure"].isin(measures) & rows["p"].notna()).sum()) for _, rows in found)


def told(rows):
    """Those of the rows whose effect is significant, after the correction."""
    return rows[rows["p_holm"] < SURE]
