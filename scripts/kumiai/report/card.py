# SPDX-License-Identifier: GPL-3.0-or-later
"""A card of the head of a page: its number, with the interval and the replicates that it rests on."""

import math
from dataclasses import dataclass, field

from kumiai import database

from .language import listed, say
from .part import decimals_alone, decimals_apart, decimals_of, least_per_cent, nearly_all, written


@dataclass
class Card:
    """One card: question (its head), number (large), what the number is, what it rests on, what was
    observed ('' where nothing was), picture (SVG), part (the key of the part with more), answer: its
    clause of the sentence at the head of the page, told: whether the runs tell that clause apart from chance, changes:
    what further scenarios change in the number, a line each; fact: what the runs gave, as a clause for a page whose
    replicates are too few to claim anything."""

    question: str
    number: str
    what: str
    basis: str
    observed: str
    picture: str
    part: str
    answer: str = ""
    told: bool = True
    changes: list = field(default_factory=list)
    fact: str = ""


def estimate(span, unit="", signed=False, scale=1.0, difference=False):
    """The estimate alone, as exact as its interval allows."""
    if scale == 100 and nearly_all(*span):
        return f">\u00a0{least_per_cent(span[1])}{unit}"
    value, low, high = (scale * x for x in span)
    decimals = (decimals_apart if difference else decimals_of)(value, low, high)
    return written(value, decimals_alone(value) if decimals is None else decimals, signed) + unit


def between(span, unit="", signed=False, scale=1.0, difference=False):
    """Its interval in words, or that there is none."""
    if scale == 100 and nearly_all(*span):
        return say("{low} to {high}{unit}", low=least_per_cent(span[1]), high="100", unit=unit)
    value, low, high = (scale * x for x in span)
    decimals = (decimals_apart if difference else decimals_of)(value, low, high)
    if decimals is None:
        return say("no interval")
    low, high = (written(end, decimals, signed) for end in (low, high))
    return say("{low} to {high}{unit}", low=low, high=high, unit=unit)


def replicates(scenario, n):
    """'20 replicates', or '45 of 50 replicates; 5 failed' where some of those planned are not among the n."""
    there = scenario.n + scenario.failed
    planned = max(there, database.planned_replicates(scenario.path).get(scenario.scenario_id, 0))
    if n >= planned:
        return say("{n} replicates", n=n)
    gone = [say(words, n=count) for words, count in (
        ("{n} failed", scenario.failed), ("{n} not yet run", planned - there), ("{n} without a value", scenario.n - n))
        if count > 0]
    return say("{n} of {all} replicates; {why}", n=n, all=planned, why=listed(gone))


def rests_on(study, span, n, **shape):
    """'95 % interval 5.8 to 7.2 % (chance and parameters, 40 draws)'; n: the replicates, or draws, with a value."""
    if study.is_few():
        return _of_few(study)
    draws = study.draws(study.first)
    interval = between(span, **shape)
    if draws is None:
        of = replicates(study.first, n)
    elif study.first.failed:
        of = say("{draws} draws, {replicates}", draws=draws.nunique(), replicates=replicates(study.first, study.first.n))
    else:
        of = say("{n} draws", n=draws.nunique())
    if decimals_of(*span) is not None:
        words = "95 % interval {interval} (chance only, of {replicates})" if draws is None else \
            "95 % interval {interval} (chance and parameters, {replicates})"
        return say(words, interval=interval, replicates=of)
    if draws is not None:
        return say("No interval: {replicates} of the parameters, all alike or too few", replicates=of)
    return say("No interval: {replicates}, all alike or too few", replicates=of)


def _of_few(study):
    """What a number rests on whose replicates are too few for an interval; why there is none stands above the cards."""
    n = study.first.n
    return say("One replicate") if n == 1 else say("Mean of {replicates}", replicates=replicates(study.first, n))
