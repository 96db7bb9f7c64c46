"""Means with 95 % t-intervals, and differences between matched or unmatched samples.

The interval of a mean share is Student's on the logit scale (Korn & Graubard 1998, Survey
Methodology 24:193), which stays between 0 and 1 and holds its level over few replicates.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

LEVEL = 0.95
NAN = float("nan")


@dataclass(frozen=True)
class Interval:
    """Estimate with its interval; low and high are NaN where n does not allow one."""

    n: int
    mean: float
    low: float
    high: float

    @property
    def verdict(self):
        """'+' or '−' if the interval excludes 0, '·' if it does not, '?' without one."""
        if not np.isfinite(self.low):
            return "?"
        return "+" if self.low > 0 else "−" if self.high < 0 else "·"


@dataclass(frozen=True)
class Difference(Interval):
    """Difference to the reference: kind 'paired' or 'unpaired' (Welch).

    n is the number of pairs (paired) or the smaller sample (unpaired); ratio is the variance
    of the difference without pairing over that with it (above 1: pairing helped), else NaN.
    d: Cohen's d, the difference in standard deviations between replicates (root of the mean of
    both variances). d_pairs: the same in standard deviations of the paired differences (d_z),
    which common random numbers make large. p: two-sided p-value of the t-test of no difference.
    """

    kind: str = "paired"
    ratio: float = NAN
    d: float = NAN
    d_pairs: float = NAN
    p: float = NAN


def _variance(x):
    """Sample variance (n − 1), exactly 0 for equal values, NaN below two values."""
    if len(x) < 2:
        return NAN
    # Rounding in the mean would give equal values a variance of 1e-34, a false width.
    return 0.0 if np.all(x == x[0]) else float(np.var(x, ddof=1))


def _mean(x):
    return float(x[0]) if np.all(x == x[0]) else float(np.mean(x))


def _half_width(variance_of_mean, freedom):
    return float(stats.t.ppf(0.5 + LEVEL / 2, freedom)) * float(np.sqrt(variance_of_mean))


def are_shares(*samples):
    """Whether all known values lie between 0 and 1, as those of a share or a Gini do."""
    known = [x[~np.isnan(x)] for x in (np.asarray(s, dtype=float) for s in samples)]
    return all(np.all((x >= 0) & (x <= 1)) for x in known)


def _on_logit_scale(mean, half):
    """Ends of Student's interval of mean shares on the logit scale, by the delta method.

    mean and half (half the width of the plain interval) may be arrays. Where all replicates are
    0 or all are 1 the interval has no width, as that of any measure without spread.
    """
    mean, half = np.asarray(mean, dtype=float), np.asarray(half, dtype=float)
    inside = (mean > 0) & (mean < 1)
    safe = np.where(inside, mean, 0.5)
    reach = half / (safe * (1 - safe))
    return tuple(np.where(inside, special.expit(special.logit(safe) + side * reach),
                          mean + side * half) for side in (-1, 1))


def mean_interval(values, share=False):
    """Mean of independent values (one per replicate) with its interval; NaN is left out.

    share: the values lie between 0 and 1, and so do the ends of the interval.
    """
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x)]
    if len(x) == 0:
        return Interval(0, NAN, NAN, NAN)
    if len(x) == 1:
        return Interval(1, float(x[0]), NAN, NAN)
    mean, half = _mean(x), _half_width(_variance(x) / len(x), len(x) - 1)
    low, high = _on_logit_scale(mean, half) if share and half > 0 else (mean - half, mean + half)
    return Interval(len(x), mean, float(low), float(high))


def _in_units(mean, variance):
    """Mean over the root of a variance; NaN where there is no spread to measure it by."""
    return mean / float(np.sqrt(variance)) if variance > 0 else NAN


def _p_value(mean, variance_of_mean, freedom):
    """Two-sided p of Student's t; with no spread at all it is 1 for no difference, else 0."""
    if variance_of_mean == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * stats.t.sf(abs(mean) / np.sqrt(variance_of_mean), freedom))


def paired_difference(reference, other):
    """other − reference over matched values (arrays of equal length, same order)."""
    a, b = np.asarray(reference, dtype=float), np.asarray(other, dtype=float)
    found = mean_interval(b - a)
    together, apart = _variance(b - a), _variance(a) + _variance(b)
    if together > 0:
        ratio = apart / together
    else:
        ratio = float("inf") if together == 0 and apart > 0 else NAN
    p = _p_value(found.mean, together / found.n, found.n - 1) if found.n > 1 else NAN
    return Difference(found.n, found.mean, found.low, found.high, "paired", ratio,
                      _in_units(found.mean, apart / 2), _in_units(found.mean, together), p)


def welch_difference(reference, other):
    """other − reference of two independent samples, Welch's degrees of freedom."""
    a, b = np.asarray(reference, dtype=float), np.asarray(other, dtype=float)
    n, mean = min(len(a), len(b)), _mean(b) - _mean(a)
    if n < 2:
        return Difference(n, mean, NAN, NAN, "unpaired")
    va, vb = _variance(a) / len(a), _variance(b) / len(b)
    d = _in_units(mean, (_variance(a) + _variance(b)) / 2)
    if va + vb == 0:
        return Difference(n, mean, mean, mean, "unpaired", p=_p_value(mean, 0, n))
    freedom = (va + vb) ** 2 / (va ** 2 / (len(a) - 1) + vb ** 2 / (len(b) - 1))
    half = _half_width(va + vb, freedom)
    return Difference(n, mean, mean - half, mean + half, "unpaired", d=d,
                      p=_p_value(mean, va + vb, freedom))


def holm(p_values):
    """Holm's adjusted p-values of one family (array like the input; NaN is no test).

    Rejecting where they are below α errs anywhere in the family with probability ≤ α, whatever
    the dependence between the tests.
    """
    p = np.asarray(p_values, dtype=float)
    out = np.full(p.shape, NAN)
    tests = np.flatnonzero(~np.isnan(p))
    order = tests[np.argsort(p[tests], kind="stable")]
    steps = (len(order) - np.arange(len(order))) * p[order]
    out[order] = np.minimum(1.0, np.maximum.accumulate(steps)) if len(order) else steps
    return out


def ratio_interval(numerators, denominators):
    """Ratio of two sums over independent replicates, with its interval: (ratio, low, high).

    By the jackknife (each replicate left out once) on the logarithmic scale, so that no end is
    below 0; Student's t of n − 1 degrees of freedom, n the replicates with something to divide by.
    NaN ends where one replicate has all of the numerator, or n is below two; a NaN ratio without
    any.
    """
    a, b = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    a, b = a[b > 0], b[b > 0]
    if not b.sum() > 0:
        return NAN, NAN, NAN
    ratio, n = a.sum() / b.sum(), len(a)
    if n < 2 or a.max() == a.sum():
        return ratio, NAN, NAN
    left = np.log((a.sum() - a) / (b.sum() - b))
    error = np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
    half = float(stats.t.ppf(0.5 + LEVEL / 2, n - 1)) * error
    return ratio, ratio * np.exp(-half), ratio * np.exp(half)


def difference(reference, other):
    """other − reference of two Series indexed by (seed, rep, point).

    Matched pairs only, if there are any; else Welch's, labelled as unpaired. A key that
    occurs twice on a side names no pair and is left out.
    """
    a, b = reference.dropna(), other.dropna()
    single_a, single_b = (s[~s.index.duplicated(keep=False)] for s in (a, b))
    shared = single_a.index.intersection(single_b.index)
    if len(shared):
        return paired_difference(single_a.loc[shared], single_b.loc[shared])
    return welch_difference(a, b)


def percentile_levels(n):
    """Levels of the bootstrap's percentiles that bound 95 % over n independent units.

    A bootstrap's distribution is too narrow by √((n − 1)/n) and has the tails of the normal, not
    of Student's t: the levels go as far out as makes up for both (Hesterberg 2015, The American
    Statistician 69:371).
    """
    reach = math.sqrt(n / (n - 1)) * stats.t.ppf(0.5 + LEVEL / 2, n - 1)
    return float(stats.norm.cdf(-reach)), float(stats.norm.cdf(reach))


def band(table, share=False):
    """Bands over replicates at each time.

    table: frame, one row per time, one column per replicate; share: as in mean_interval.
    Returns a frame by time with mean, low, high (95 % interval of the mean); NaN where fewer
    than two replicates have a value.
    """
    n = table.count(axis=1)
    out = table.mean(axis=1).to_frame("mean")
    half = stats.t.ppf(0.5 + LEVEL / 2, (n - 1).where(n > 1)) \
        * table.std(axis=1, ddof=1) / np.sqrt(n)
    out["low"], out["high"] = _on_logit_scale(out["mean"], half) if share else \
        (out["mean"] - half, out["mean"] + half)
    return out


def band_with_spread(table, share=False):
    """The band, and the spread of the replicates: p10, p90, NaN where there are fewer than two."""
    n, out = table.count(axis=1), band(table, share)
    out["p10"] = table.quantile(0.1, axis=1).where(n > 1)
    out["p90"] = table.quantile(0.9, axis=1).where(n > 1)
    return out
