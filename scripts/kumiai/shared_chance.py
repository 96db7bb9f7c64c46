# SPDX-License-Identifier: GPL-3.0-or-later
"""Chance that all points of a sweep share, because a replicate has the same seed at each of them.

Points, trajectories or blocks that are left out or drawn once more show how an estimate varies from one
to the next, and not what they have in common: that a factor happens to do more in this replicate than
in others. What a replicate changes at all points alike is measured by leaving out one replicate after
the other (the jackknife). That counts the chance of single runs as well, which the points show by
themselves: what is left of the variance when the replicates are shuffled at every point is taken away.
"""

import numpy as np
from scipy import stats

from . import intervals

PARTS = 20  # that are left out, one after the other; of more replicates several at a time
SHUFFLES = 8
SEED = 2


def _parts(reps):
    return min(reps, PARTS)


def _means_without(cube, part):
    """Means over the replicates that are not in a part; of points with no others, over all."""
    keep = np.arange(cube.shape[-1]) % _parts(cube.shape[-1]) != part
    known = np.isfinite(cube)
    known &= keep | ~known[..., keep].any(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.where(known, cube, 0).sum(axis=-1) / known.sum(axis=-1)


def _jackknife(statistic, cube):
    parts = _parts(cube.shape[-1])
    left = np.array([statistic(_means_without(cube, part)) for part in range(parts)])
    return (parts - 1) / parts * ((left - left.mean(axis=0)) ** 2).sum(axis=0)


def shows(cube):
    """Whether replicates show it: most points have two values at least."""
    known = np.isfinite(cube).sum(axis=-1)
    return bool(np.median(known[known > 0]) >= 2) if known.any() else False


def variance(statistic, cube):
    """Variance that estimates owe to chance which all points share.

    statistic: array of estimates from means …; cube: … × replicates, matched by seed, NaN without a
    value, that shows it.
    """
    rng = np.random.default_rng(SEED)
    own = [_jackknife(statistic, rng.permuted(cube, axis=-1)) for _ in range(SHUFFLES)]
    return np.maximum(_jackknife(statistic, cube) - np.mean(own, axis=0), 0)


def widened(values, bounds, variances, reps):
    """Limits (low, high) that count this variance, which reps replicates have shown, as well."""
    t = stats.t.ppf(0.5 + intervals.LEVEL / 2, _parts(reps) - 1)
    low, high = (np.hypot(limit - values, t * np.sqrt(variances)) for limit in bounds)
    return np.array([values - low, values + high])
