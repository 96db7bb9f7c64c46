# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenario discovery: where in the space of parameters does something happen? Boxes (PRIM) and trees (CART).

A case is a point of a design, or a draw of parameters; it is of interest or not. PRIM (Friedman & Fisher 1999,
doi:10.1023/A:1008894516817; for scenarios Bryant & Lempert 2010) peels a small share of the cases off one face of
the box after the other, always where what remains has the most cases of interest. Of many factors it is given those
that differ most between the cases of interest and the others (Kolmogorov–Smirnov), chosen again in every resample.
Coverage: share of all cases of
interest that lie in the box; density: share of the box's cases that are of interest. Both are too good where they
are measured on the cases that the box was fitted to, so each is also measured on cases left out of resamples.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.tree import DecisionTreeClassifier

from kumiai.intervals import binomial_interval

PEEL = 0.05  # share of a box's cases that a step peels off, one at least
LEAST_CASES = 20  # of a box
LEAST_SHARE = 0.05  # of all cases, in a box
MOST_FACTORS = 10  # of which limits are sought: among the faces of a hundred factors the best peel is chance's
DISPENSABLE = 0.05  # quasi-p-value above which a limit is left out
RESAMPLES = 100
SEED = 1
MOST_LEAVES = 8
PERMUTATIONS = 200
LEVEL_OF_TREE = 0.05  # of the test that a tree tells more than chance
FOLDS = 5


@dataclass(frozen=True)
class Box:
    """low and high limits by factor (infinite: none), with its coverage and density."""

    low: np.ndarray
    high: np.ndarray
    coverage: float = 1.0
    density: float = 0.0

    def holds(self, cases):
        """Which cases lie within."""
        return ((cases >= self.low) & (cases <= self.high)).all(axis=1)

    @property
    def limits(self):
        """[(number of a factor, 'low' or 'high', limit)] of the limits that there are."""
        return [(i, side, float(ends[i])) for i in range(len(self.low))
                for side, ends in (("low", self.low), ("high", self.high)) if np.isfinite(ends[i])]

    def without(self, factor, side):
        """The box without one of its limits."""
        low, high = self.low.copy(), self.high.copy()
        (low if side == "low" else high)[factor] = -np.inf if side == "low" else np.inf
        return Box(low, high)


def measured(box, cases, interest):
    """The box with its coverage and density among these cases."""
    inside = box.holds(cases)
    hits, total = float(interest[inside].sum()), float(interest.sum())
    return Box(box.low, box.high, hits / total if total else np.nan, hits / inside.sum() if inside.any() else np.nan)


# ---- PRIM ----


def _cut(column, side, share):
    """A limit on the way to the inside that takes off a share of the cases, or all equal to the extreme value where
    that is more; None where nothing would be left. It lies halfway between the cases that it parts."""
    values = np.sort(column) if side == "low" else -np.sort(-column)
    off = values[max(1, int(share * len(values))) - 1]
    left = values[values > off] if side == "low" else values[values < off]
    return (off + left[0]) / 2 if len(left) else None


def telling(cases, interest):
    """Numbers of the factors, MOST_FACTORS at most, whose distribution differs most where it is of interest."""
    count = cases.shape[1]
    if count <= MOST_FACTORS or not 0 < interest.sum() < len(interest):
        return np.arange(min(count, MOST_FACTORS))
    p = [stats.ks_2samp(column[interest > 0], column[interest == 0], method="asymp").pvalue for column in cases.T]
    return np.sort(np.argsort(p, kind="stable")[:MOST_FACTORS])


def _candidates(box, cases, factors):
    """Boxes that are one peel smaller; cases: those within the box."""
    for i in factors:
        for side in ("low", "high"):
            limit = _cut(cases[:, i], side, PEEL)
            if limit is not None:
                low, high = box.low.copy(), box.high.copy()
                (low if side == "low" else high)[i] = limit
                yield Box(low, high)


def peel(cases, interest):
    """The boxes of a peeling trajectory, the whole space first; cases × factors, interest 0 or 1."""
    whole = np.full(cases.shape[1], np.inf)
    found = [measured(Box(-whole, whole), cases, interest)]
    least = max(LEAST_CASES, int(LEAST_SHARE * len(cases)))
    inside, factors = np.ones(len(cases), dtype=bool), telling(cases, interest)
    while found[-1].density < 1:
        own, hits = cases[inside], interest[inside]
        tried = []
        for box in _candidates(found[-1], own, factors):
            kept = box.holds(own)
            if kept.sum() >= least:
                tried.append((hits[kept].mean(), kept.sum(), box))
        if not tried:
            break
        best = max(tried, key=lambda one: one[:2])[2]  # of equal densities the largest box
        inside[inside] = best.holds(own)
        found.append(measured(best, cases, interest))
    return found


def gain(box, base):
    """Coverage of the cases of interest less that of the others (Youden's index): 0 for any box of chance.

    base: share of the cases of interest.
    """
    if not box.density or base in (0, 1):
        return 0.0
    return box.coverage - box.coverage * base * (1 / box.density - 1) / (1 - base)


def choose(trajectory, coverage=None):
    """The densest box that has at least that coverage, or the one that gains most."""
    if coverage is None:
        return max(trajectory, key=lambda b: gain(b, trajectory[0].density))
    return max((b for b in trajectory if b.coverage >= coverage), key=lambda b: (b.density, b.coverage))


def dispensable(box, cases, interest):
    """{(factor, side): p} of the limits: the chance of so many cases of interest in the box, were this limit without
    effect (one-sided binomial; Bryant & Lempert's quasi-p-value, which ignores that the limit was searched for)."""
    limits = box.limits
    beyond = np.array([cases[:, i] < at if side == "low" else cases[:, i] > at for i, side, at in limits])
    broken = beyond.sum(axis=0) if limits else np.zeros(len(cases))
    inside = broken == 0
    hits = interest[inside].sum() - 1
    return {(i, side): float(stats.binom.sf(hits, inside.sum(), interest[broken == out].mean()))
            for (i, side, _), out in zip(limits, beyond.astype(int))}


def trimmed(box, cases, interest):
    """The box without limits that chance explains, the weakest first: peels on the way to a better one leave some."""
    p = dispensable(box, cases, interest)
    while p and max(p.values()) > DISPENSABLE:
        box = measured(box.without(*max(p, key=p.get)), cases, interest)
        p = dispensable(box, cases, interest)
    return box


def prim(cases, interest, coverage=None):
    """The chosen box of the cases, among the trimmed boxes of the peeling."""
    trajectory = peel(cases, interest)
    return choose([trajectory[0], *(trimmed(box, cases, interest) for box in trajectory[1:])], coverage)


def boxes(cases, interest, count, coverage=None):
    """Boxes by covering: the next is sought among the cases outside those before it. It ends where a box is no
    denser than what it was sought in. [(box, which cases it was sought among)]."""
    left, found = np.ones(len(cases), dtype=bool), []
    while len(found) < count and left.sum() >= 2 * LEAST_CASES and interest[left].any():
        box = prim(cases[left], interest[left], coverage)
        if not box.limits or box.density <= interest[left].mean():
            break
        found.append((box, left.copy()))
        left &= ~box.holds(cases)
    return found


# ---- how sure ----


def resampled(box, cases, interest, resamples=RESAMPLES, seed=SEED):
    """(frame of factor, side, again, low, high; coverage and density on cases left out).

    Boxes of as much coverage (but for one peel) are sought in bootstrap samples. again: share of the samples whose
    box has a limit on that side of the factor; low, high: its middle 90 % there. The cases that a sample left out
    tell what its box is worth where it was not fitted.
    """
    rng, limits, outside = np.random.default_rng(seed), [], []
    for _ in range(resamples):
        drawn = rng.integers(len(cases), size=len(cases))
        if not interest[drawn].any():
            continue
        found = prim(cases[drawn], interest[drawn], (1 - PEEL) * box.coverage)
        limits.append({(i, side): limit for i, side, limit in found.limits})
        rest = np.setdiff1d(np.arange(len(cases)), drawn)
        test = measured(found, cases[rest], interest[rest])
        outside.append((test.coverage, test.density))
    rows = []
    for factor, side, _ in box.limits:
        known = [one[factor, side] for one in limits if (factor, side) in one]
        low, high = np.quantile(known, (0.05, 0.95)) if known else (np.nan, np.nan)
        rows.append({"factor": factor, "side": side, "again": len(known) / len(limits), "low": low, "high": high})
    return pd.DataFrame(rows), *np.nanmean(outside, axis=0)


def table(found, cases, interest, names, resamples=RESAMPLES):
    """Frame of the limits of boxes: box, factor, side, limit, p, again, low, high, and of the box cases, coverage,
    density, and both left out; coverage is of all cases of interest.

    It ends where a box is no denser, on cases left out, than what it was sought in: that is what chance finds.
    """
    rows = []
    for number, (box, among) in enumerate(found, start=1):
        own, hits = cases[among], interest[among]
        again, coverage_out, density_out = resampled(box, own, hits, resamples)
        if not density_out > hits.mean():
            break
        p, share = dispensable(box, own, hits), hits.sum() / interest.sum()
        for row, (factor, side, limit) in zip(again.to_dict("records"), box.limits):
            rows.append({"box": number, "cases": int(box.holds(own).sum()), "coverage": box.coverage * share,
                         "density": box.density, "coverage_left_out": coverage_out * share,
                         "density_left_out": density_out, "base": float(interest.mean()), **row,
                         "factor": names[factor], "limit": limit, "p": p[factor, side]})
    return pd.DataFrame(rows, columns=["box", "cases", "coverage", "density", "coverage_left_out", "density_left_out",
                                       "base", "factor", "side", "limit", "p", "again", "low", "high"])


# ---- CART ----


def _least(cases):
    """Fewest cases of a leaf."""
    return max(5, int(LEAST_SHARE * len(cases)))


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
