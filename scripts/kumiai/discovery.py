# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenario discovery: where in the space of parameters does something happen? How sure boxes (PRIM, `prim`) are; trees
(CART); regret of policies.

A case is a point of a design, or a draw of parameters; it is of interest or not. Coverage and density of a box are too
good where they are measured on the cases that the box was fitted to, so each is also measured on cases left out of
resamples. A box and a tree are told only where outcomes in random order seldom give as good a one.
"""

import numpy as np
import pandas as pd
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.tree import DecisionTreeClassifier

from kumiai import prim
from kumiai.intervals import binomial_interval

RESAMPLES = 100
SEED = 1
MOST_LEAVES = 8
PERMUTATIONS = 200
LEVEL = 0.05  # of the tests that a box or a tree tells more than chance
FOLDS = 5


# ---- how sure ----


def resampled(box, cases, interest, coverage=None, resamples=RESAMPLES, seed=SEED):
    """(frame of factor, side, again, low, high; coverage and density on cases left out).

    Boxes are sought in half of the cases, drawn without repetition: repeated cases, as a bootstrap has them, make any test
    of a factor find too much. again: share of the halves whose box has a limit on that side of the factor; low, high:
    its middle 90 % there. The other half tells what the box is worth where it was not fitted.
    """
    rng, limits, outside = np.random.default_rng(seed), [], []
    for _ in range(resamples):
        mixed = rng.permutation(len(cases))
        drawn, rest = mixed[:len(cases) // 2], mixed[len(cases) // 2:]
        if not 0 < interest[drawn].sum() < len(drawn):
            continue
        found = prim.prim(cases[drawn], interest[drawn], coverage)
        limits.append({(i, side): limit for i, side, limit in found.limits})
        test = prim.measured(found, cases[rest], interest[rest])
        outside.append((test.coverage, test.density))
    rows = []
    for factor, side, _ in box.limits:
        known = [one[factor, side] for one in limits if (factor, side) in one]
        low, high = np.quantile(known, (0.05, 0.95)) if known else (np.nan, np.nan)
        rows.append({"factor": factor, "side": side, "again": len(known) / len(limits), "low": low, "high": high})
    return pd.DataFrame(rows), *np.nanmean(outside, axis=0)


def chance_of_box(box, cases, interest, coverage=None, permutations=PERMUTATIONS, seed=SEED):
    """p-value of a box: how often one that is sought in outcomes in random order gains as much (Youden's index)."""
    rng, base = np.random.default_rng(seed), interest.mean()
    own = prim.gain(box, base)
    as_good = 0
    for _ in range(permutations):
        mixed = rng.permutation(interest)
        as_good += prim.gain(prim.prim(cases, mixed, coverage), base) >= own - 1e-12
    return (1 + as_good) / (1 + permutations)


def table(found, cases, interest, names, coverage=None, resamples=RESAMPLES, permutations=PERMUTATIONS):
    """Frame of the limits of boxes: box, factor, side, limit, p, again, low, high, and of the box chance (its p-value),
    cases, coverage, density, and both left out; coverage is of all cases of interest.

    p: the chance that any of as many factors has such a limit. It ends where a box is not told apart from chance, or is no
    denser on cases left out than what it was sought in.
    """
    rows = []
    for number, (box, among) in enumerate(found, start=1):
        own, hits = cases[among], interest[among]
        chance = chance_of_box(box, own, hits, coverage, permutations)
        if chance >= LEVEL:
            break
        again, coverage_out, density_out = resampled(box, own, hits, coverage, resamples)
        if not density_out > hits.mean():
            break
        p, share = prim.limit_tests(box, own, hits), hits.sum() / interest.sum()
        for row, (factor, side, limit) in zip(again.to_dict("records"), box.limits):
            rows.append({"box": number, "chance": chance, "cases": int(box.holds(own).sum()),
                         "coverage": box.coverage * share,
                         "density": box.density, "coverage_left_out": coverage_out * share,
                         "density_left_out": density_out, "base": float(interest.mean()), **row,
                         "factor": names[factor], "limit": limit, "p": min(1.0, p[factor, side] * 2 * len(names))})
    return pd.DataFrame(rows, columns=["box", "chance", "cases", "coverage", "density", "coverage_left_out",
                                       "density_left_out", "base", "factor", "side", "limit", "p", "again", "low", "high"])


# ---- CART ----


def _least(cases):
    """Fewest cases of a leaf."""
    return max(5, int(prim.LEAST_SHARE * len(cases)))


def chance_of_tree(cases, interest, permutations=PERMUTATIONS, seed=SEED):
    """p-value of a tree: how often one of as many leaves fits outcomes in random order as well as it fits these.

    Of a tree of MOST_LEAVES, by its Brier score on the cases themselves.
    """
    model = DecisionTreeClassifier(min_samples_leaf=_least(cases), max_leaf_nodes=MOST_LEAVES, random_state=seed)

    def error(outcome):
        return np.mean((model.fit(cases, outcome).predict_proba(cases)[:, -1] - outcome) ** 2)
    rng, own = np.random.default_rng(seed), error(interest)
    as_good = sum(error(rng.permutation(interest)) <= own + 1e-12 for _ in range(permutations))
    return (1 + as_good) / (1 + permutations)


def tree(cases, interest, seed=SEED):
    """A classification tree whose number of leaves is chosen by cross-validation (Brier score)."""
    folds = int(min(FOLDS, interest.sum(), (1 - interest).sum()))
    model = DecisionTreeClassifier(min_samples_leaf=_least(cases), random_state=seed)
    if folds < 2:
        return model.set_params(max_leaf_nodes=2).fit(cases, interest)
    search = GridSearchCV(model, {"max_leaf_nodes": range(2, MOST_LEAVES + 1)}, scoring="neg_brier_score",
                          cv=StratifiedKFold(folds, shuffle=True, random_state=seed))
    return search.fit(cases, interest).best_estimator_


def _paths(made, node=0, limits=()):
    """(leaf, limits) of every leaf of a tree; limits: (feature, sign, threshold), the tightest of each kind."""
    if made.children_left[node] == made.children_right[node]:
        return [(node, limits)]
    found, feature, threshold = [], made.feature[node], made.threshold[node]
    for sign, child in (("<=", made.children_left[node]), (">", made.children_right[node])):
        others = tuple(one for one in limits if one[:2] != (feature, sign))  # a deeper limit is a tighter one
        found += _paths(made, child, (*others, (feature, sign, threshold)))
    return found


def _words(limits, names):
    """A leaf's limits as a text."""
    return " and ".join(f"{names[i]} {sign} {limit:.4g}" for i, sign, limit in limits) or "everywhere"


def leaves(model, cases, interest, names):
    """Frame of a tree's leaves, densest first: rule, cases, density, coverage."""
    at = model.apply(cases)
    rows = [{"rule": _words(limits, names), "cases": int((at == leaf).sum()),
             "density": float(interest[at == leaf].mean()),
             "coverage": float(interest[at == leaf].sum() / interest.sum())}
            for leaf, limits in _paths(model.tree_)]
    return pd.DataFrame(rows).sort_values("density", ascending=False, kind="stable", ignore_index=True)


# ---- policies ----


def regret(values, largest=True):
    """Frame cases × policies of regret: how much worse each is than the best one of the same case."""
    gains = values if largest else -values
    return gains.rsub(gains.max(axis=1), axis=0)


def _share_of(met):
    """(share of cases, its limits)."""
    return met.mean(), *binomial_interval(met.sum(), len(met))


def _mean_of(column, drawn):
    """(mean, its limits by bootstrap); values that are all alike tell nothing of their spread."""
    if np.ptp(column) == 0:
        return column.mean(), np.nan, np.nan
    return column.mean(), *np.quantile(column[drawn].mean(axis=1), (0.025, 0.975))


def policies(values, largest, satisfied=None, resamples=RESAMPLES, seed=SEED):
    """Frame of policies: regret_mean, regret_90, regret_max, best (share of cases in which it is the best), satisfied
    (share in which the condition holds), each share and mean with its 95 % interval over cases.

    Intervals of shares are exact (Clopper and Pearson), those of means by bootstrap. values: cases × policies of one
    metric; satisfied: frame of the same shape of truth values, or None.
    """
    loss = regret(values, largest)
    drawn = np.random.default_rng(seed).integers(len(values), size=(resamples, len(values)))
    rows = []
    for name in values:
        measures = {"regret_mean": _mean_of(loss[name].to_numpy(), drawn), "best": _share_of(loss[name] <= 0)}
        if satisfied is not None:
            measures["satisfied"] = _share_of(satisfied[name])
        row = {"policy": name, "cases": len(values), "regret_90": loss[name].quantile(0.9),
               "regret_max": loss[name].max()}
        for measure, found in measures.items():
            row |= dict(zip((measure, f"{measure}_low", f"{measure}_high"), found))
        rows.append(row)
    return pd.DataFrame(rows)
