# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages whose replicates are too few for intervals.

One rule holds for the whole page: a scenario of fewer than FEWEST replicates (or draws of the parameters, where they
share these) has no interval anywhere, nor has its difference to another; where the first scenario has too few, the page
has none at all, and says once why and what to run.
"""

from dataclasses import replace

import numpy as np

from .language import say

ENOUGH = 10  # replicates that a page recommends where there are too few
# Columns of what a table tells apart; beside them stand those of intervals.
TESTED = ("d", "p_corrected", "verdict")


def _is_end(column):
    """Whether a column has an end of an interval."""
    return column in ("low", "high") or column.endswith(("_low", "_high"))


def emptied(study, frame):
    """A table by scenario without the intervals and verdicts of scenarios that have too few replicates."""
    few = {s.label for s in study.scenarios if study.is_few(s)}
    if not few or "scenario" not in frame:
        return frame
    rows, frame = frame["scenario"].isin(few), frame.copy()
    for column in (c for c in frame if _is_end(c) or c in TESTED):
        frame.loc[rows, column] = "" if column == "verdict" else np.nan
    return frame


def part(study, made):
    """A part of the page likewise; the totals of flows stand beside its table."""
    chart = made.chart
    if "totals" in chart:
        few = {s.label for s in study.scenarios if study.is_few(s)}
        chart = chart | {"totals": {label: _means(totals) if label in few else totals
                                    for label, totals in chart["totals"].items()}}
    return replace(made, frame=emptied(study, made.frame), chart=chart)


def _means(totals):
    return {account: {side: [mean, None, None] for side, (mean, *_) in sides.items()} for account, sides in totals.items()}


def _too_few(study, *scenarios):
    """'3 replicates are too few': the fewest of the scenarios, or of the draws that they share."""
    n, draws = min(map(study.n_independent, scenarios)), study.shares_draws
    if n == 1:
        return say("One draw of the parameters is too few" if draws else "One replicate is too few")
    return say("{n} draws of the parameters are too few" if draws else "{n} replicates are too few", n=n)


def short(study, scenario):
    """Why a scenario has no intervals on a page whose first scenario has them."""
    return say("{few} for intervals, so each may be chance.", few=_too_few(study, scenario))


def untold(study, scenario):
    """The same as a clause."""
    return say("{few} to tell", few=_too_few(study, scenario))


def sentence(study, template, **names):
    """Why a page has no intervals and claims nothing, and what to run; template: what cannot be told, with {few}."""
    text = say(template, few=_too_few(study, *study.scenarios), **names)
    why = say("{text}, so this page has no intervals." if study.is_few() else "{text}, so no difference has an interval.", text=text)
    return say("{why} Run at least {enough} draws." if study.shares_draws else
               "{why} Run at least {enough} replicates (--reps {enough}).", why=why, enough=ENOUGH)
