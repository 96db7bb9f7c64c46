"""Means with 95 % t-intervals, and differences between matched or unmatched samples."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

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


def mean_interval(values):
    """Mean of independent values (one per replicate) with its t-interval; NaN is left out."""
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x)]
    if len(x) == 0:
        return Interval(0, NAN, NAN, NAN)
    if len(x) == 1:
        return Interval(1, float(x[0]), NAN, NAN)
    mean, half = _mean(x), _half_width(_variance(x) / len(x), len(x) - 1)
    return Interval(len(x), mean, mean - half, mean + half)


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


def band(table):
    """Bands over replicates at each time.

    table: frame, one row per time, one column per replicate. Returns a frame by time with
    mean, low, high (95 % t-interval of the mean); NaN where fewer than two replicates have a
    value.
    """
    n = table.count(axis=1)
    out = table.mean(axis=1).to_frame("mean")
    half = stats.t.ppf(0.5 + LEVEL / 2, (n - 1).where(n > 1)) \
        * table.std(axis=1, ddof=1) / np.sqrt(n)
    out["low"], out["high"] = out["mean"] - half, out["mean"] + half
    return out


def band_with_spread(table):
    """The band, and the spread of the replicates: p10, p90, NaN where there are fewer than two."""
    n, out = table.count(axis=1), band(table)
    out["p10"] = table.quantile(0.1, axis=1).where(n > 1)
    out["p90"] = table.quantile(0.9, axis=1).where(n > 1)
    return out
