"""Means with 95 % intervals, and differences between matched or unmatched samples.

Student's interval of counts that are rare or skewed holds far less often than it says: the mean
of such a sample is itself skewed, and a sample without the rare large values also has too small a
spread. So the side of the tail is drawn out (limits(), the same rule as sim/store/interval.c): as
if the mean were symmetric on a logarithmic scale whose origin the skewness of the sample tells.
Without skewness it is Student's. On the other side the limit is Student's, but never below 0 if no
value is.

The interval of a mean share is Student's on the logit scale (Korn & Graubard 1998, Survey
Methodology 24:193), which stays between 0 and 1, or Student's where that is wider.

Values that are all alike tell nothing of their spread: there is no interval and no verdict. Only
zeros of a count, and shares, have limits all the same (see mean_interval).
"""

import math
from dataclasses import dataclass, replace

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
    def known(self):
        """Whether there is an interval."""
        return bool(np.isfinite(self.low) and np.isfinite(self.high))


@dataclass(frozen=True)
class Difference(Interval):
    """Difference to the reference: kind 'paired' or 'unpaired' (Welch).

    n is the number of pairs (paired) or the smaller sample (unpaired); ratio is the variance
    of the difference without pairing over that with it (above 1: pairing helped), else NaN.
    d: Cohen's d, the difference in standard deviations between replicates (root of the mean of
    both variances). d_pairs: the same in standard deviations of the paired differences (d_z),
    which common random numbers make large. p: two-sided p-value of no difference, the level at
    which the interval just excludes 0; NaN where there is no interval. Of few different values
    (integers over few pairs) it is below .05 only where the p-value of the sign-flip test is, which
    is exact, and not below that. higher, lower: pairs in which the other is above and below the
    reference.
    """

    kind: str = "paired"
    ratio: float = NAN
    d: float = NAN
    d_pairs: float = NAN
    p: float = NAN
    higher: int = 0
    lower: int = 0

    @property
    def p_sign(self):
        """Two-sided p-value of the sign test, which is exact: no difference in the median. NaN without a pair that differs."""
        differ = self.higher + self.lower
        return min(1.0, 2 * float(stats.binom.cdf(min(self.higher, self.lower), differ, 0.5))) if differ else NAN

    def within(self, reach):
        """The same with its limits cut to ±reach, beyond which no difference can be."""
        return replace(self, low=max(self.low, -reach), high=min(self.high, reach)) \
            if self.known else self


def _alike(x, scale=0.0):
    """Whether values are the same but for rounding; scale: size of the numbers that they come from."""
    return bool(np.ptp(x) <= ROUNDING * max(scale, np.abs(x).max()))


def _variance(x, scale=0.0):
    """Sample variance (n − 1), exactly 0 for equal values, NaN below two values."""
    if len(x) < 2:
        return NAN
    # Rounding would give equal values a variance of 1e-34, a false width.
    return 0.0 if _alike(x, scale) else float(np.var(x, ddof=1))


def _mean(x):
    return float(x[0]) if np.all(x == x[0]) else float(np.mean(x))


# ---- the rule; sim/store/interval.c has the same ----

CURVED = 7  # degrees of freedom from which on a quantile bends the scale in full
ROUNDING = 1e-12
FEWEST_ZEROS = 5  # replicates that must agree on a count of 0 before it has an upper limit
TAIL = 3.0  # times the coefficient of variation: skewness that a quantity above 0 is believed


def _quantile(freedom):
    return special.stdtrit(freedom, 0.5 + LEVEL / 2)


def _skewness(x):
    """Sample skewness without bias (G1), 0 of fewer than three values or without spread."""
    n, off = len(x), x - np.mean(x)
    if n < 3 or _alike(x):
        return 0.0
    return float(np.mean(off ** 3) / np.mean(off ** 2) ** 1.5 * math.sqrt(n * (n - 1)) / (n - 2))


def _shape(mean, sd, skew, n, positive):
    """(skewness of the mean, at most 1; how much the side of the tail is stretched)."""
    mean, right = np.asarray(mean, dtype=float), np.asarray(skew) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        most = np.where(positive & right, TAIL * sd / mean, np.inf)
    rho = np.minimum(np.minimum(np.abs(skew), most) / np.sqrt(n), 1)
    stretch = 1 + (2 + 18 / np.maximum(n, 8)) * rho ** 2 * (1 - rho)
    return rho, np.where(right | ~positive, stretch, 1.0)


def limits(mean, sd, skew, n, positive):
    """Limits of means of n values with this standard deviation and skewness (G1); arrays or not.

    positive: no value is below 0. Student's half-width on the one side, on that of the tail
    half × stretch × (e^q − 1)/q, where q = t × stretch × skewness of the mean (skew / √n). The
    stretch, at most by a half over many values, makes up for samples that miss the tail.
    """
    mean, sd, skew, n, positive = np.broadcast_arrays(mean, sd, skew, n, positive)
    half = _quantile(n - 1) * sd / np.sqrt(n)
    rho, stretch = _shape(mean, sd, skew, n, positive)
    q = np.maximum(_quantile(np.maximum(n - 1, CURVED)) * rho * stretch, 1e-9)
    tail = half * stretch * np.expm1(q) / q
    low = mean - np.where(skew > 0, half, tail)
    return np.where(positive, np.maximum(low, 0), low), mean + np.where(skew > 0, tail, half)


def _p_of(mean, sd, skew, n):
    """Two-sided p-value: one less the level at which one of the limits is 0."""
    rho, stretch = _shape(mean, sd, skew, n, np.False_)
    reach = abs(mean) * np.sqrt(n) / sd
    if mean * skew < 0 and rho > 1e-9:  # the side of the tail
        reach = np.log1p(reach * rho) / (rho * stretch)
    return float(2 * special.stdtr(n - 1, -reach))


def _nowhere_below_zero(x):
    return x.min() >= -1e-12 * np.abs(x).max()  # but for rounding


def are_shares(*samples):
    """Whether all known values lie between 0 and 1, as those of a share do."""
    known = [x[~np.isnan(x)] for x in (np.asarray(s, dtype=float) for s in samples)]
    return all(np.all((x >= 0) & (x <= 1)) for x in known)


def _limits_of_shares(mean, half, n):
    """Limits of mean shares by the delta method on the logit scale, Student's where they are wider.

    mean, half (half the width of the plain interval) and n may be arrays. Values that are all
    alike may still have a part of others: fewer than 1 − 0.025^(1/n), since n have not met one,
    and these lie between 0 and 1.
    """
    mean, half = np.asarray(mean, dtype=float), np.asarray(half, dtype=float)
    inside = (mean > 0) & (mean < 1) & (half > 0)
    safe = np.where(inside, mean, 0.5)
    reach = half / (safe * (1 - safe))
    same = (0.5 - LEVEL / 2) ** (1 / np.asarray(n, dtype=float))
    low = np.minimum(special.expit(special.logit(safe) - reach), np.maximum(mean - half, 0))
    high = np.maximum(special.expit(special.logit(safe) + reach), np.minimum(mean + half, 1))
    return (np.where(inside, low, np.where(half == 0, mean * same, NAN)),
            np.where(inside, high, np.where(half == 0, mean * same + 1 - same, NAN)))


def _most_of_none(n):
    """Upper limit of the mean of a count that no one of n replicates has seen.

    That of limits() as if one had seen two: what is rare may come in clumps. n may be an array.
    """
    return 2 / np.asarray(n, dtype=float) * np.exp(_quantile(np.maximum(np.asarray(n) - 1, CURVED)))


def _limits_with_zeros(mean, shape, n, positive, counted):
    """limits(), and for counts that are 0 in each of n replicates 0 and the upper limit; else NaN without a spread.

    shape: (standard deviation, skewness). All may be arrays.
    """
    sd, skew = shape
    low, high = limits(mean, sd, skew, n, positive)
    alike = np.asarray(sd) == 0
    none = alike & (np.asarray(mean) == 0) & counted & (np.asarray(n) >= FEWEST_ZEROS)
    return (np.where(none, 0.0, np.where(alike, NAN, low)),
            np.where(none, _most_of_none(n), np.where(alike, NAN, high)))


def mean_interval(values, share=False, counted=True):
    """Mean of independent values (one per replicate) with its interval; NaN is left out.

    share: the values lie between 0 and 1, and so do the ends of the interval. counted: they count
    something, so that zeros alone have an upper limit, from FEWEST_ZEROS on; the size of amounts is
    unknown then.
    """
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x)]
    n = len(x)
    if n < 2:
        return Interval(n, float(x[0]) if n else NAN, NAN, NAN)
    return _around(_mean(x), x, _nowhere_below_zero(x), share, counted)


def _around(mean, x, positive, share, counted):
    """Interval of a mean from values, or pseudo-values, with its spread and skewness."""
    n, sd = len(x), math.sqrt(_variance(x))
    if share:
        low, high = _limits_of_shares(mean, _quantile(n - 1) * sd / math.sqrt(n), n)
    else:
        low, high = _limits_with_zeros(mean, (sd, _skewness(x)), n, positive, counted)
    return Interval(n, mean, float(low), float(high))


def weighted_interval(values, weights, share=False, counted=True):
    """Mean of independent values, each with a weight that is itself random (a ratio of means), with its interval.

    By the pseudo-values of the jackknife, which leaves out one unit at a time; of equal weights it is
    mean_interval. n: units with a weight above 0; the others say nothing. share, counted: as there.
    """
    x, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    x, w = x[w > 0], w[w > 0]
    n = len(x)
    if n < 2 or np.all(w == w[0]):
        return mean_interval(x, share, counted)
    if _alike(x):  # whatever the weights
        return _around(_mean(x), np.full(n, _mean(x)), _nowhere_below_zero(x), share, counted)
    mean = float(w @ x / w.sum())
    without = (w @ x - w * x) / (w.sum() - w)
    return _around(mean, n * mean - (n - 1) * without, _nowhere_below_zero(x), share, counted)


def student(values):
    """Student's interval of the mean of values that are themselves means, as good as normal.

    None without a spread.
    """
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x)]
    mean = _mean(x) if len(x) else NAN
    if len(x) < 2 or _variance(x) == 0:
        return Interval(len(x), mean, NAN, NAN)
    half = float(_quantile(len(x) - 1)) * math.sqrt(_variance(x) / len(x))
    return Interval(len(x), mean, mean - half, mean + half)


def _in_units(mean, variance):
    """Mean over the root of a variance; NaN where there is no spread to measure it by."""
    return mean / float(np.sqrt(variance)) if variance > 0 else NAN


def _sign_flips(x):
    """p-value of the sign-flip test of no difference: exact where x and −x are as likely."""
    x = np.abs(x[x != 0]), abs(x.sum())
    if len(x[0]) > 14:
        return 0.0  # as good as Student's
    signs = 1 - 2 * (np.arange(2 ** len(x[0]))[:, None] >> np.arange(len(x[0])) & 1)
    return float(np.mean(np.abs(signs @ x[0]) >= x[1] * (1 - 1e-12)))


def _few_values(x):
    """Whether the sample has so few different values that its spread may be small by chance."""
    return 2 * len(np.unique(x)) <= len(x) + 1


def paired_difference(reference, other):
    """other − reference over matched values (arrays of equal length, same order).

    Pairs that all differ alike have no spread, so there is neither interval nor p-value.
    """
    a, b = np.asarray(reference, dtype=float), np.asarray(other, dtype=float)
    x, n = b - a, len(a)
    scale = max(np.abs(a).max(), np.abs(b).max())
    mean, together, apart = _mean(x), _variance(x, scale), _variance(a) + _variance(b)
    signs = {"higher": int((x > ROUNDING * scale).sum()), "lower": int((x < -ROUNDING * scale).sum())}
    if not together > 0:
        ratio = float("inf") if together == 0 and apart > 0 else NAN
        return Difference(n, mean, NAN, NAN, "paired", ratio, _in_units(mean, apart / 2), **signs)
    sd, skew = math.sqrt(together), _skewness(x)
    low, high = limits(mean, sd, skew, n, np.False_)
    p = _p_of(mean, sd, skew, n)
    return Difference(n, mean, float(low), float(high), "paired", apart / together,
                      _in_units(mean, apart / 2), _in_units(mean, together),
                      max(p, _sign_flips(x)) if p < 1 - LEVEL and _few_values(x) else p, **signs)


def welch_difference(reference, other):
    """other − reference of two independent samples, Welch's degrees of freedom."""
    a, b = np.asarray(reference, dtype=float), np.asarray(other, dtype=float)
    n, mean = min(len(a), len(b)), _mean(b) - _mean(a)
    va, vb = _variance(a) / len(a), _variance(b) / len(b)
    if n < 2 or va + vb == 0:
        return Difference(n, mean, NAN, NAN, "unpaired")
    freedom = (va + vb) ** 2 / (va ** 2 / (len(a) - 1) + vb ** 2 / (len(b) - 1))
    # One sample as long as the degrees of freedom say, with the error and skewness of the mean.
    third = _skewness(b) * vb ** 1.5 / math.sqrt(len(b)) - _skewness(a) * va ** 1.5 / math.sqrt(len(a))
    as_one, error = freedom + 1, math.sqrt(va + vb)
    shape = mean, error * math.sqrt(as_one), third / error ** 3 * math.sqrt(as_one), as_one
    low, high = limits(*shape, np.False_)
    return Difference(n, mean, float(low), float(high), "unpaired",
                      d=_in_units(mean, (_variance(a) + _variance(b)) / 2), p=_p_of(*shape))


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


def binomial_interval(hits, n):
    """Clopper and Pearson's 95 % interval of a share: exact, also where none or all of n hit."""
    found = stats.binomtest(int(hits), int(n)).proportion_ci(LEVEL, method="exact")
    return float(found.low), float(found.high)


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
    if len(a) and a.index.is_unique and a.index.equals(b.index):  # as most are; what follows takes long
        return paired_difference(a, b)
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


def band(table, share=False, counted=True):
    """Bands over replicates at each time.

    table: frame, one row per time, one column per replicate; share, counted: as in mean_interval.
    Returns a frame by time with mean, low, high (95 % interval of the mean, as mean_interval has it); NaN where
    fewer than two replicates have a value, or all have the same, but for zeros of a count. A share that is the same
    in all has none either: at the start of a run, and often long after, it is so by what was set.
    """
    n = table.count(axis=1)
    out = table.mean(axis=1).to_frame("mean")
    lowest, largest = table.min(axis=1), table.max(axis=1)
    alike = largest - lowest <= ROUNDING * np.maximum(lowest.abs(), largest.abs())
    sd = table.std(axis=1, ddof=1).where(n > 1)
    n = n.clip(lower=2)
    if share:
        out["low"], out["high"] = _limits_of_shares(
            out["mean"], _quantile(n - 1) * sd.mask(alike) / np.sqrt(n), n)
    else:
        shape = sd.mask(alike & sd.notna(), 0.0), table.skew(axis=1).fillna(0)
        out["low"], out["high"] = _limits_with_zeros(out["mean"], shape, n, lowest >= -1e-12 * largest.abs(), counted)
    return out


def band_with_spread(table, share=False, runs=None, counted=True):
    """The band, and the spread of the replicates: p10, p90, NaN where there are fewer than two.

    share, counted: as in band. runs: the table of the replicates themselves, where those that share a draw are one column of the first.
    """
    runs = table if runs is None else runs
    n, out = runs.count(axis=1), band(table, share, counted)
    out["p10"] = runs.quantile(0.1, axis=1).where(n > 1)
    out["p90"] = runs.quantile(0.9, axis=1).where(n > 1)
    return out
