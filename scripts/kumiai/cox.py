# SPDX-License-Identifier: GPL-3.0-or-later
"""Cox regression of how ties end, on what was known when (see counting_process.py).

Ties of one replicate share leaders, budgets and shocks; scenarios of one seed share them too.
Standard errors are therefore clustered by (seed, replicate), with Student's t of the number of
clusters minus one; there are none for fewer than five.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from . import changing, efron
from .intervals import holm
from .survival import FEWEST_REPLICATES

# A level with fewer ends than this has no estimate worth the name: it joins the others.
FEWEST_ENDS = 10
LEVEL_OF_TESTS = 0.05


@dataclass
class Fit:
    """A fitted regression.

    terms: frame by term: coefficient, se (clustered), hazard_ratio, low, high, p, p_holm, ties,
    ends. check: frame by term: is its hazard ratio constant? chisq, df and p of the score test of
    no change with log age, as R's cox.zph has them, which takes ties for independent; p_clustered,
    of the same by its sums over replicates, p_holm from these; slope, ratio_at_1 and ratio_at_10
    of a log hazard ratio that is a line in log age, NaN at ages not seen. tests: the test for each
    covariate, whose columns count together, and GLOBAL. ages: long frame of hazard ratios by
    bands of age: term, age_from, age_to, ends, coefficient, se, hazard_ratio, low, high. dropped:
    sentences on covariates left out. clusters: number of independent replicates.
    """

    terms: pd.DataFrame
    check: pd.DataFrame
    tests: pd.DataFrame
    ages: pd.DataFrame
    dropped: list
    clusters: int
    ties: int
    ends: int

    def changes(self):
        """Whether each term's hazard ratio changes with age, by Holm's p; False if not known."""
        return self.check["p_holm"] < LEVEL_OF_TESTS


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


def _terms(design, event, b, se, freedom):
    """Frame of the coefficients b with errors se of so many degrees of freedom."""
    frame = pd.DataFrame(changing.ratios(b, se, freedom), index=pd.Index(design.columns, name="term"))
    frame["p"] = 2 * stats.t.sf(np.abs(b) / se, freedom)
    frame["p_holm"] = holm(frame["p"])
    binary = [set(design[c].unique()) <= {0.0, 1.0} for c in design]
    frame["ends"] = [int(event[design[c] == 1].sum()) if is_binary else int(event.sum())
                     for c, is_binary in zip(design, binary)]
    return frame


def fit(design, start, stop, event, clusters):
    """Cox regression (Efron's ties, delayed entry) with clustered errors and its check.

    design: frame of covariates, one row per interval (start, stop]; event, clusters: Series. None
    where too few ended or the covariates are not determined.
    """
    design, dropped = informative(design, event)
    if design.empty or event.sum() < FEWEST_ENDS:
        return None
    sets = efron.RiskSets(*(part.to_numpy(dtype=float) for part in (design, start, stop, event)))
    optimum = efron.maximum(sets)
    if optimum is None:
        return None
    units = changing.Clusters(clusters, FEWEST_REPLICATES)
    score = optimum.sums.residuals(np.ones(len(sets.times)), units.over(sets.met))
    errors = units.errors(score @ np.linalg.inv(optimum.information))
    return Fit(_terms(design, event, optimum.coefficients, errors, units.count - 1),
               *changing.describe(design, optimum, units, FEWEST_ENDS), dropped, units.count,
               len(design), int(event.sum()))
