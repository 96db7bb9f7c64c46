# SPDX-License-Identifier: GPL-3.0-or-later
"""What a calibration found, as tables: the posterior, how far parameters are identified, the targets predicted,
and whether a self-test's intervals held."""

import numpy as np
import pandas as pd
from scipy import stats


from .intervals import binomial_interval, holm, mean_interval

BINS = 10
PRIOR_SD = 1 / np.sqrt(12)  # of a quantile of the prior
IDENTIFIED, PARTLY = 0.5, 0.9  # posterior sd over prior sd, at most
TELLING = 0.1  # nats: a parameter of which the data tell less than this is not identified by its shape either
SURE = 0.01  # chance that a posterior which repeats the prior passes for more than that, by kl or by sd_ratio
INTERVAL = 0.9


def quantile(values, weights, at):
    """Weighted quantiles: the smallest value up to which at least that share of the weights lies."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / np.sum(weights)
    places = np.minimum(np.searchsorted(reached, np.asarray(at) - 1e-12), len(values) - 1)
    return np.asarray(values)[order][places]


def posterior(space, found):
    """Frame of the posterior sample: weight (their sum is 1) and a column per parameter."""
    frame = space.written(found.cube)
    frame.insert(0, "weight", found.weights)
    return frame


def draws(space, found, count, rng):
    """Frame of count equally likely draws of the posterior in random order, a column per parameter."""
    return space.written(rng.permutation(found.draws(count, rng)))


# ---- identifiability ----


def divergence(quantiles, weights, effective):
    """Kullback–Leibler divergence (nats) of a marginal posterior from its prior, of quantiles of the prior.

    From a histogram of ten bins, less what chance alone gives with so many effective points; never below 0.
    """
    share, _ = np.histogram(quantiles, bins=BINS, range=(0, 1), weights=weights)
    share = share / share.sum()
    some = share[share > 0]
    return max(0.0, float(np.sum(some * np.log(some * BINS))) - (BINS - 1) / (2 * effective))


def telling(effective):
    """The least divergence that tells something: TELLING, or with few effective points what chance alone reaches.

    Twice the points times the divergence of a sample of the prior follow a chi-squared distribution, of few points
    with Williams' correction (1976, doi:10.1093/biomet/63.1.33).
    """
    few = 1 + (BINS + 1) / (6 * effective)
    return max(TELLING, (stats.chi2.isf(SURE, BINS - 1) * few - (BINS - 1)) / (2 * effective))


def narrowed(effective):
    """The largest sd_ratio that tells something: PARTLY, or with few effective points what chance alone reaches.

    The standard deviation of n uniform values has a relative error of √(0.2 / n), and is 1 / (2n) too small.
    """
    return min(PARTLY, 1 - 1 / (2 * effective) - stats.norm.isf(SURE) * np.sqrt(0.2 / effective))


def _verdict(ratio, told, effective):
    """How far the data identify a parameter, in words; never where the posterior is as wide as the prior."""
    narrow = ratio <= narrowed(effective)
    if ratio >= 1 or not (narrow or told >= telling(effective)):
        return "not identified"
    return "identified" if narrow and ratio <= IDENTIFIED else "partly identified"


def identifiability(space, found, active):
    """Frame of parameter, prior and posterior quantiles, sd_ratio, kl, verdict, and the closest companion.

    sd_ratio: standard deviation of the posterior over that of the prior, both of the parameter's prior quantile,
    so that it does not depend on the parameter's scale. kl: see divergence. verdict: by both, counting what chance
    does in so few effective points; with a sd_ratio of 1 or more a parameter is not identified. with, rho: the parameter that it is
    most correlated with in the posterior; where |rho| is large, the data identify a combination of both.
    """
    cube, weights, values = found.cube, found.weights, space.values(found.cube)
    mean = weights @ cube
    centred = cube - mean
    covariance = (centred * weights[:, None]).T @ centred
    sd = np.sqrt(np.diag(covariance))
    rho = covariance / np.outer(sd, sd) - np.eye(len(sd))
    rows = []
    for i, prior in enumerate(space.priors):
        low, median, high = quantile(values.iloc[:, i].to_numpy(), weights, (0.05, 0.5, 0.95))
        prior_low, prior_median, prior_high = prior.values(np.array([0.05, 0.5, 0.95]))
        told, ratio = divergence(cube[:, i], weights, found.effective), sd[i] / PRIOR_SD
        other = int(np.abs(rho[i]).argmax())
        rows.append({"parameter": prior.parameter, "prior_05": prior_low, "prior_50": prior_median,
                     "prior_95": prior_high, "posterior_05": low, "posterior_50": median, "posterior_95": high,
                     "sd_ratio": ratio, "kl": told, "verdict": _verdict(ratio, told, found.effective),
                     "active": i in active, "with": space.names[other] if len(sd) > 1 else "",
                     "rho": rho[i, other]})
    return pd.DataFrame(rows)


# ---- prediction ----


def predicted(targets, outputs):
    """Frame of target, use, observed, predicted quantiles, rank, inside (the 90 % interval), missing.

    outputs: draws × targets of the posterior predictive distribution, with errors of observation and discrepancy,
    truncated where a target's scale ends (calibration.as_predicted).
    rank: share of the draws below the observed value, half of those equal to it. missing: share of runs without
    the output; where all are, there is no rank, and inside is None.
    """
    rows = []
    for target, values in zip(targets, outputs.T):
        known = values[np.isfinite(values)]
        low, median, high = np.quantile(known, (0.05, 0.5, 0.95)) if len(known) else [np.nan] * 3
        rank = np.mean(known < target.value) + np.mean(known == target.value) / 2 if len(known) else np.nan
        rows.append({"target": target.name, "use": target.use, "unit": target.unit, "observed": target.value,
                     "error": target.error, "predicted_05": low, "predicted_50": median, "predicted_95": high,
                     "rank": rank, "inside": bool(low <= target.value <= high) if len(known) else None,
                     "missing": 1 - len(known) / len(values), "source": target.source})
    return pd.DataFrame(rows)


# ---- self-test ----


def rank_of(truth, values, weights):
    """Posterior share below the truth, half of what is equal to it."""
    return float(weights[values < truth].sum() + weights[values == truth].sum() / 2)


def coverage(ranks, sd_ratios):
    """Frame of a self-test, from truths × parameters frames: do the 90 % intervals hold?

    coverage: share of the truths between the posterior's 5 % and 95 % quantiles, with the exact 95 % interval of
    what chance does in so many truths. rank_sd: standard deviation of the ranks, 0.289 where they are uniform; more
    says that posteriors are too narrow, less too wide. p: of uniform ranks (Kolmogorov–Smirnov), p_holm corrected
    for all parameters. sd_ratio: how narrow posteriors are: a posterior that repeats the prior is right, too.
    """
    rows = []
    for name in ranks:
        rank = ranks[name].to_numpy()
        inside = (rank >= (1 - INTERVAL) / 2) & (rank <= (1 + INTERVAL) / 2)
        low, high = binomial_interval(int(inside.sum()), len(rank))
        rows.append({"parameter": name, "truths": len(rank), "coverage": inside.mean(), "coverage_low": low,
                     "coverage_high": high, "rank_mean": rank.mean(), "rank_sd": rank.std(),
                     "p": stats.kstest(rank, "uniform").pvalue, "sd_ratio": sd_ratios[name].mean()})
    frame = pd.DataFrame(rows)
    frame.insert(len(frame.columns) - 1, "p_holm", holm(frame["p"]))
    return frame


def overall(ranks):
    """Coverage over all parameters, as an Interval: a truth's parameters are not independent of one another, so it
    comes from the spread between truths, and has a width also where all of them are covered."""
    inside = (ranks >= (1 - INTERVAL) / 2) & (ranks <= (1 + INTERVAL) / 2)
    return mean_interval(inside.mean(axis=1), share=True)


def holds(frame):
    """Whether no parameter's coverage or ranks contradict a right posterior: 90 % within the coverage's interval,
    and uniform ranks at 1 % after Holm's correction."""
    return bool(((frame["coverage_low"] <= INTERVAL) & (frame["coverage_high"] >= INTERVAL)).all()
                and (frame["p_holm"] > 0.01).all())
