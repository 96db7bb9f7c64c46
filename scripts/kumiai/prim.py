# SPDX-License-Identifier: GPL-3.0-or-later
"""Boxes of parameters in which cases of interest are many: PRIM, with factors and limits that chance does not explain.

PRIM (Friedman & Fisher 1999, doi:10.1023/A:1008894516817; for scenarios Bryant & Lempert 2010) peels a small share of
the cases off one face of a box after the other. Given a hundred factors, its best peel is mostly chance's. So factors
are admitted one by one, as in conditional inference trees (Hothorn, Hornik & Zeileis 2006,
doi:10.1198/106186006X133933): the one whose distribution within the box differs most between the cases of interest and
the others, as long as the test, corrected for the number of factors, tells it from chance. Within the admitted factors
cases are peeled, and then each factor's interval is replaced by the best one, given the others (in place of PRIM's
pasting, which adds one small share at a time). A limit stays only where the cases beyond it differ from those within.

Coverage: share of all cases of interest that lie in the box; density: share of the box's cases that are of interest.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

PEEL = 0.05  # share of a box's cases that a step peels off, one at least
LEAST_CASES = 20  # of a box
LEAST_SHARE = 0.05  # of all cases, in a box
LEVEL = 0.05  # of the tests of a factor (corrected for the number of factors) and of a limit
MOST_ROUNDS = 20  # of improving intervals; two or three are usual


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

    def between(self, factor, low, high):
        """The box with another interval of one factor."""
        lows, highs = self.low.copy(), self.high.copy()
        lows[factor], highs[factor] = low, high
        return Box(lows, highs)

    def without(self, factor, side):
        """The box without one of its limits."""
        return self.between(factor, -np.inf if side == "low" else self.low[factor],
                            np.inf if side == "high" else self.high[factor])


def everywhere(factors):
    """The box without limits."""
    return Box(np.full(factors, -np.inf), np.full(factors, np.inf))


def measured(box, cases, interest):
    """The box with its coverage and density among these cases."""
    inside = box.holds(cases)
    hits, total = float(interest[inside].sum()), float(interest.sum())
    return Box(box.low, box.high, hits / total if total else np.nan, hits / inside.sum() if inside.any() else np.nan)


def least(cases):
    """Fewest cases of a box."""
    return max(LEAST_CASES, int(LEAST_SHARE * len(cases)))


def gain(box, base):
    """Coverage of the cases of interest less that of the others (Youden's index): 0 for any box of chance.

    base: share of the cases of interest.
    """
    if not box.density or base in (0, 1):
        return 0.0
    return box.coverage - box.coverage * base * (1 / box.density - 1) / (1 - base)


# ---- which factors ----


def _beyond(column_order, cases, interest):
    """(largest excess, largest lack) of the share of cases of interest over that of the others up to any value, by
    factor: the two one-sided statistics of Kolmogorov and Smirnov. column_order: argsort of each column."""
    hits = interest.sum()
    step = np.where(interest > 0, 1 / hits, -1 / (len(interest) - hits))
    walk = np.cumsum(step[column_order], axis=0)
    ordered = np.take_along_axis(cases, column_order, axis=0)
    whole = np.vstack([ordered[1:] > ordered[:-1], np.ones((1, cases.shape[1]), dtype=bool)])  # of equal values the last
    walk = np.where(whole, walk, 0.0)
    return walk.max(axis=0), -walk.min(axis=0)


def _kuiper(root):
    """Chance of Kuiper's statistic above root (scaled by the root of the number of cases)."""
    if root < 0.4:
        return 1.0
    j = np.arange(1, 40)
    squares = (j * root) ** 2
    return float(np.clip(2 * ((4 * squares - 1) * np.exp(-2 * squares)).sum(), 0.0, 1.0))


def dependence(cases, interest):
    """p-value of each factor: the chance of such a difference between the distributions of the cases of interest and
    of the others. Twice the smaller one of the tests of Kolmogorov and Smirnov, which sees a shift, and of Kuiper,
    which sees an interval. Equal values make them cautious."""
    hits = float(interest.sum())
    if not 0 < hits < len(interest):
        return np.ones(cases.shape[1])
    excess, lack = _beyond(np.argsort(cases, axis=0, kind="stable"), cases, interest)
    scale = np.sqrt(hits * (len(interest) - hits) / len(interest))
    shift = special.kolmogorov(scale * np.maximum(excess, lack))
    interval = np.array([_kuiper(scale * both) for both in excess + lack])
    return np.minimum(1.0, 2 * np.minimum(shift, interval))


def limit_tests(box, cases, interest):
    """{(factor, side): p} of the limits: the chance that, among the cases within all other limits, those of interest
    keep so much to this side of some value of the factor (one-sided test of Kolmogorov and Smirnov, so that the search
    for the value is counted; that for the factor is not)."""
    found = {}
    for i, side, _ in box.limits:
        among = box.without(i, side).holds(cases)
        column, hit = cases[among][:, [i]], interest[among]
        hits = float(hit.sum())
        if not 0 < hits < len(hit):
            found[i, side] = 1.0
            continue
        excess, lack = _beyond(np.argsort(column, axis=0, kind="stable"), column, hit)
        kept = lack[0] if side == "low" else excess[0]
        found[i, side] = float(np.exp(-2 * kept ** 2 * hits * (len(hit) - hits) / len(hit)))
    return found


# ---- peeling ----


def _cut(column, side, share):
    """A limit on the way to the inside that takes off a share of the cases, or all equal to the extreme value where
    that is more; None where nothing would be left. It lies halfway between the cases that it parts."""
    values = np.sort(column) if side == "low" else -np.sort(-column)
    off = values[max(1, int(share * len(values))) - 1]
    left = values[values > off] if side == "low" else values[values < off]
    return (off + left[0]) / 2 if len(left) else None


def _peels(box, cases, factors):
    """Boxes that are one peel smaller; cases: those within the box."""
    for i in factors:
        for side in ("low", "high"):
            limit = _cut(cases[:, i], side, PEEL)
            if limit is not None:
                yield box.between(i, *((limit, box.high[i]) if side == "low" else (box.low[i], limit)))


def peel(cases, interest, factors, start=None):
    """The boxes of a peeling trajectory, the whole space first; cases × factors, interest 0 or 1.

    Each peel gains the most density for a case that it takes off, so that a peel that takes off many equal values is
    not preferred for its size (the lenient criterion of Friedman and Fisher, section 14.1).
    """
    found = [measured(start or everywhere(cases.shape[1]), cases, interest)]
    inside = found[0].holds(cases)
    while found[-1].density < 1:
        own, hits, best, box = cases[inside], interest[inside], 0.0, None
        for smaller in _peels(found[-1], own, factors):
            kept = smaller.holds(own)
            worth = (hits[kept].mean() - hits.mean()) * kept.sum() / (len(own) - kept.sum()) if kept.any() else 0.0
            if kept.sum() >= least(cases) and (box is None or worth > best):
                best, box = worth, smaller
        if box is None:
            break
        inside[inside] = box.holds(own)
        found.append(measured(box, cases, interest))
    return found


# ---- the best interval of each factor ----


def _interval(column, weight, sides):
    """(low, high) of a factor with the largest sum of weights within; sides: the limits that it may have."""
    order = np.argsort(column, kind="stable")
    values, sums = column[order], np.concatenate([[0.0], np.cumsum(weight[order])])
    at = np.concatenate([[0], np.flatnonzero(values[1:] > values[:-1]) + 1, [len(values)]])  # between equal values none
    start = at if "low" in sides else at[:1]
    lowest = np.minimum.accumulate(sums[start]) if len(start) > 1 else np.full(len(at), sums[0])
    worth = sums[at] - lowest
    end = int(np.argmax(worth)) if "high" in sides else len(at) - 1
    begin = start[int(np.argmin(sums[start[:end + 1]]))]
    last = at[end]
    low = -np.inf if begin == 0 else (values[begin - 1] + values[begin]) / 2
    high = np.inf if last == len(values) else (values[last - 1] + values[last]) / 2
    return low, high


def improved(box, cases, interest, sides):
    """The box with the interval of each factor that gains most, given the others, until none changes.

    sides: {factor: the limits that it may have}. A sum of weights is the gain of a box, so that the best interval is
    found exactly.
    """
    hits = interest.sum()
    weight = np.where(interest > 0, 1 / hits, -1 / (len(interest) - hits))
    for _ in range(MOST_ROUNDS):
        before = box
        for i, own in sides.items():
            among = box.between(i, -np.inf, np.inf).holds(cases)
            better = box.between(i, *_interval(cases[among, i], weight[among], own))
            if better.holds(cases).sum() >= least(cases):
                box = better
        if np.array_equal(before.low, box.low) and np.array_equal(before.high, box.high):
            break
    return measured(box, cases, interest)


# ---- the whole ----


def _kept(box, cases, interest, sides=None):
    """The box without limits that chance explains, the weakest first, and the others made the best again where sides
    are given: the limits that it may have, from which a limit that is left out is taken."""
    p = limit_tests(box, cases, interest)
    while p and max(p.values()) > LEVEL:
        factor, side = max(p, key=p.get)
        box = measured(box.without(factor, side), cases, interest)
        if sides is not None:
            sides[factor] = tuple(one for one in sides[factor] if one != side)
            box = improved(box, cases, interest, sides)
        p = limit_tests(box, cases, interest)
    return box


def _best(cases, interest, factors, coverage):
    """The box of these factors that gains most or, with a coverage, the densest that has it."""
    trajectory = peel(cases, interest, factors)
    if coverage is not None:
        found = [trajectory[0], *(_kept(box, cases, interest) for box in trajectory[1:])]
        return max((b for b in found if b.coverage >= coverage), key=lambda b: (b.density, b.coverage))
    start = max(trajectory, key=lambda b: gain(b, trajectory[0].density))
    sides = {i: ("low", "high") for i in factors}
    return _kept(improved(start, cases, interest, sides), cases, interest, sides)


def prim(cases, interest, coverage=None):
    """The box of the cases; without any limit where no factor is told from chance."""
    box, factors = measured(everywhere(cases.shape[1]), cases, interest), []
    while len(factors) < cases.shape[1]:
        inside = box.holds(cases)
        p = dependence(cases[inside], interest[inside])
        p[factors] = 1.0
        best = int(np.argmin(p))
        if p[best] * cases.shape[1] > LEVEL:
            break
        factors.append(best)
        box = _best(cases, interest, factors, coverage)
    return box


def boxes(cases, interest, count, coverage=None):
    """Boxes by covering: the next is sought among the cases outside those before it. It ends where a box has no limit
    or is no denser than what it was sought in. [(box, which cases it was sought among)]."""
    left, found = np.ones(len(cases), dtype=bool), []
    while len(found) < count and left.sum() >= 2 * LEAST_CASES and interest[left].any():
        box = prim(cases[left], interest[left], coverage)
        if not box.limits or box.density <= interest[left].mean():
            break
        found.append((box, left.copy()))
        left &= ~box.holds(cases)
    return found
