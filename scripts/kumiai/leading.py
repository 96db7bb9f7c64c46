# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of several causes or reasons comes first, and from which it cannot be told apart.

The first is compared with every other by the difference of their shares in the same replicates.
That the first was chosen by the same data needs no correction: a 95 % interval of the difference
to the runner-up that leaves out 0 errs in naming the first with probability 5 % at most (Hung &
Fithian 2019, Annals of Statistics 47:758).
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import survival
from .intervals import band, mean_interval

FEWEST_ALIKE = 6


@dataclass(frozen=True)
class Lead:
    """The first of several names, and how sure that is.

    gap: share of the first minus that of the next, with its interval, None without a next.
    level: names whose difference to the first has an interval that includes 0, largest first.
    replicates: those in which there was something to count.
    """

    first: str
    next: str | None = None
    gap: tuple | None = None
    level: tuple = ()
    replicates: int = 0

    @property
    def tested(self):
        """Whether there are replicates enough for a verdict.

        Without a spread between them, as where only the first was seen, there must be so many
        that a name of half the weight would show: 0.5 to the power of n below 2.5 %.
        """
        if self.gap is None or self.gap[2] - self.gap[1] < 1e-12:
            return self.replicates >= FEWEST_ALIKE
        return math.isfinite(self.gap[1])

    @property
    def sure(self):
        """Whether the runs tell that the first is the first."""
        return self.tested and not self.level


def _lead(shares, gap_to, replicates):
    """The Lead of shares (Series by name); gap_to(name): difference to it with interval."""
    order = shares.sort_values(ascending=False, kind="stable").index
    gaps = {name: gap_to(order[0], name) for name in order[1:]}
    level = tuple(name for name, (_, low, _) in gaps.items() if low <= 0)
    following = order[1] if len(order) > 1 else None
    return Lead(order[0], following, gaps.get(following), level, replicates)


def shares_by_run(counts):
    """Counts (a row per run, a column per name) as shares of their row; rows of 0 are left out."""
    total = counts.sum(axis=1)
    return counts[total > 0].div(total[total > 0], axis=0)


def first_are_told(counts, number):
    """Whether the `number` names of the largest means have more than every other name, by the 95 % interval of
    each difference. counts: a row per run or draw, a column per name; of no more names nothing is told."""
    order = counts.mean().sort_values(ascending=False, kind="stable").index
    if len(order) <= number:
        return False
    gaps = band(pd.concat([counts[order[number:]].rsub(counts[one], axis="index").T for one in order[:number]]),
                counted=False)
    alike = (gaps["mean"] > 0) & (len(counts) >= FEWEST_ALIKE)
    return bool((gaps["low"] > 0).where(gaps["low"].notna(), alike).all())


def of_shares(shares):
    """The Lead of shares, a row for each run or draw, in their mean; None without any."""
    if shares.empty:
        return None

    def gap(first, other):
        found = mean_interval(shares[first] - shares[other], counted=False)
        return (found.mean, found.low, found.high) if found.known else (found.mean,) * 3
    return _lead(shares.mean(), gap, len(shares))


def of_incidence(frame, runs, age):
    """The Lead of causes in the share of spells that each ended up to an age, None without an end or if not known."""
    if survival.thin_from(frame) < age:
        return None
    frame, runs = survival.by_unit(frame, runs)
    ages, found = survival.incidence_estimates(frame, runs)
    ending = survival.causes_of_end(frame)
    known = np.searchsorted(ages, age, side="right")
    if not known or not ending:
        return None
    estimates = pd.DataFrame({cause: by_age[:, known - 1] for cause, by_age in found.items()
                              if cause in ending})
    estimates = estimates.loc[:, estimates.iloc[0] > 0]
    if estimates.empty:  # all ends came later, or left only by conversions so far
        return None

    def gap(first, other):
        return survival.Estimate((estimates[first] - estimates[other]).to_numpy(),
                                 frame["run_id"].nunique()).interval()
    ended = frame.loc[(frame["event"] == 1) & (frame["stop"] <= age), "run_id"].nunique()
    return _lead(estimates.iloc[0], gap, ended)
