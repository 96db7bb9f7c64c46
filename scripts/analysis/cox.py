# SPDX-License-Identifier: GPL-3.0-or-later
"""Cox regression of how ties end, on what was known when (see counting_process.py).

Ties of one replicate share leaders, budgets and shocks; scenarios of one seed share them too.
Standard errors are therefore clustered by (seed, replicate), with Student's t of the number of
clusters minus one; there are none for fewer than five.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats
from statsmodels.duration.hazard_regression import PHReg

from . import efron
from .intervals import holm
from .survival import FEWEST_REPLICATES

# PHReg counts who enters at an age as at risk at that age; (start, stop] means after it. Ages are
# multiples of a step, far above this.
JUST_AFTER = 1e-7
# A level with fewer ends than this has no estimate worth the name: it joins the others.
FEWEST_ENDS = 10


@dataclass
class Fit:
    """A fitted regression.

    terms: frame by term: coefficient, se (clustered), hazard_ratio, low, high, p, p_holm, ties,
    ends. check: frame by term of the proportional-hazards check (see check_proportional).
    scaled: scaled Schoenfeld residuals, one row per end, columns age and the terms. dropped:
    sentences on covariates left out. clusters: number of independent replicates.
    """

    terms: pd.DataFrame
    check: pd.DataFrame
    scaled: pd.DataFrame
    dropped: list
    clusters: int
    ties: int
    ends: int


# ---- covariates ----


def dummies(values, name, event, wanted=None):
    """0/1 columns of a categorical covariate.

    The reference is the level wanted, if it is there, else the most frequent one.
    values: Series of text; event: 1 where the spell ended. Levels with too few ends are left
    with the reference. Returns (frame, reference, levels left out).
    """
    values = values.astype(object).fillna("unknown")
    ends = event.groupby(values).sum()
    order = list(values.value_counts().index)
    reference = wanted if wanted in order else order[0]
    rare = [x for x in order if ends[x] < FEWEST_ENDS]
    kept = [x for x in order if x not in rare and x != reference]
    frame = pd.DataFrame({f"{name}: {x}": (values == x).astype(float) for x in kept},
                         index=values.index)
    return frame, reference, [x for x in rare if x != reference]


def had_before(ties, earlier):
    """1.0 where the pair of a tie had a row in `earlier` whose `known` time is not after onset.

    ties: run_id, donor_id, partner_id, onset; earlier: run_id, donor_id, partner_id, known.
    """
    key = ["run_id", "donor_id", "partner_id"]
    first = earlier.groupby(key)["known"].min().rename("first_known")
    joined = ties[key + ["onset"]].join(first, on=key)
    return (joined["first_known"] <= joined["onset"]).astype(float)


def informative(design, event):
    """The columns that vary and have ends on both sides; the others as sentences."""
    kept, dropped = [], []
    for column in design:
        values = design[column]
        if values.nunique() < 2:
            dropped.append(f"{column}: the same for all ties")
        elif set(values.unique()) <= {0.0, 1.0} and not (
                FEWEST_ENDS <= event[values == 1].sum() and FEWEST_ENDS <= event[values == 0].sum()):
            dropped.append(f"{column}: fewer than {FEWEST_ENDS} ends on one side")
        else:
            kept.append(column)
    return design[kept], dropped


# ---- fit ----


def _cluster_errors(information, score, clusters):
    """Standard errors clustered with the small-sample factor G/(G−1); NaN for too few clusters."""
    sums = pd.DataFrame(score).groupby(clusters.to_numpy()).sum().to_numpy()
    if len(sums) < FEWEST_REPLICATES:
        return np.full(score.shape[1], np.nan)
    influence = sums @ np.linalg.inv(information)
    return np.sqrt((influence ** 2).sum(axis=0) * len(sums) / (len(sums) - 1))


def _terms(design, event, b, se, freedom):
    """Frame of the coefficients b with errors se of so many degrees of freedom."""
    quantile = stats.t.ppf(0.975, freedom)
    frame = pd.DataFrame({"coefficient": b, "se": se, "hazard_ratio": np.exp(b),
                          "low": np.exp(b - quantile * se), "high": np.exp(b + quantile * se)},
                         index=pd.Index(design.columns, name="term"))
    frame["p"] = 2 * stats.t.sf(np.abs(b) / se, freedom)
    frame["p_holm"] = holm(frame["p"])
    binary = [set(design[c].unique()) <= {0.0, 1.0} for c in design]
    frame["ends"] = [int(event[design[c] == 1].sum()) if is_binary else int(event.sum())
                     for c, is_binary in zip(design, binary)]
    return frame


def _optimum(model, terms):
    """(coefficients at the maximum of the likelihood, information); None if not determined.

    PHReg's own plain Newton steps overshoot where effects are strong; a trust region does not.
    """
    found = optimize.minimize(lambda b: -model.loglike(b), np.zeros(terms), method="trust-exact",
                              jac=lambda b: -model.score(b), hess=lambda b: -model.hessian(b))
    information = -model.hessian(found.x)
    curvature = np.linalg.eigvalsh(information)
    return (found.x, information) if curvature[0] > 1e-9 * curvature[-1] else None


def fit(design, start, stop, event, clusters):
    """Cox regression (Efron's ties, delayed entry) with clustered errors and its check.

    design: frame of covariates, one row per interval (start, stop]; event, clusters: Series.
    """
    design, dropped = informative(design, event)
    if design.empty or event.sum() < FEWEST_ENDS:
        return None
    entry = start.where(start <= 0, start + JUST_AFTER)
    model = PHReg(stop.to_numpy(), design.to_numpy(), status=event.to_numpy(),
                  entry=entry.to_numpy(dtype=float), ties="efron")
    optimum = _optimum(model, design.shape[1])
    if optimum is None:
        return None
    b, information = optimum
    left = efron.residuals(design.to_numpy(dtype=float), start.to_numpy(dtype=float),
                           stop.to_numpy(), event.to_numpy(), b)
    count = clusters.nunique()
    scaled = scaled_residuals(left.schoenfeld, information, b, design.columns, stop[event == 1])
    return Fit(_terms(design, event, b, _cluster_errors(information, left.score, clusters), count - 1),
               check_proportional(scaled, clusters[event == 1], b), scaled, dropped, count,
               len(design), int(event.sum()))


# ---- proportional hazards ----


def scaled_residuals(schoenfeld, information, b, names, stop):
    """Scaled Schoenfeld residuals (Grambsch & Therneau 1994): β(t) seen at each end.

    Frame, one row per end: age and one column per term, whose mean is about the coefficient b.
    """
    scaled = len(stop) * schoenfeld @ np.linalg.inv(information) + b
    frame = pd.DataFrame(scaled, columns=names, index=stop.index)
    frame.insert(0, "age", stop)
    return frame


def check_proportional(scaled, clusters, coefficients):
    """Does a hazard ratio change with the logarithm of age? One row per term.

    slope: change of the log hazard ratio per unit of log age; ratio_at_1, ratio_at_10: hazard
    ratios at ages of 1 and 10 years on that line, NaN beyond the last end; p: of no slope, from
    the sums over clusters (Student's t), NaN for too few of them; p_holm.
    """
    log_age = np.log(scaled["age"].to_numpy())
    centred = log_age - log_age.mean()
    spread = float((centred ** 2).sum())
    rows = []
    for term, coefficient in zip(scaled.columns[1:], coefficients):
        pull = centred * (scaled[term].to_numpy() - coefficient)
        slope = pull.sum() / spread if spread > 0 else np.nan
        ratios = {f"ratio_at_{age}": np.exp(coefficient + slope * (np.log(age) - log_age.mean()))
                  if age <= scaled["age"].max() else np.nan for age in (1, 10)}
        rows.append({"term": term, "slope": slope, "p": _slope_p(pull, clusters.to_numpy()), **ratios})
    frame = pd.DataFrame(rows).set_index("term")
    frame["p_holm"] = holm(frame["p"])
    return frame


def _slope_p(pull, clusters):
    """p-value of the sum of pulls being 0, by its sums over clusters."""
    sums = pd.Series(pull).groupby(clusters).sum()
    if len(sums) < FEWEST_REPLICATES:
        return np.nan
    error = sums.std(ddof=1) * np.sqrt(len(sums))
    return float(2 * stats.t.sf(abs(sums.sum()) / error, len(sums) - 1)) if error > 0 else np.nan
