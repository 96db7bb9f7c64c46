# SPDX-License-Identifier: GPL-3.0-or-later
"""What the number of a card is in the further scenarios, and how far that is from the first's.

A change of a card is judged by its own 95 % interval; the note below the cards says so. Of one further scenario it is
always given; of several only those whose interval leaves out 0, the clearest few.
"""

import math

import pandas as pd

from kumiai import drawn, intervals, results

from . import clock
from .card import estimate
from .language import quoted, say
from .part import plain, said, said_points

MOST = 2  # changes on a card, of several scenarios


def _leaves_out_0(span):
    return math.isfinite(span[1]) and not span[1] <= 0 <= span[2]


def change(span, share=False, unit=""):
    """'−0.3 points (−0.5 to −0.1)', or that it is not told apart from none."""
    text = said_points(*span, signed=True) if share else said(*span, signed=True, unit=unit)
    if not math.isfinite(span[1]) or _leaves_out_0(span):
        return text
    return say("{text}, not told apart", text=text)


class Rest(str):
    """How many changes more there are than a card shows; the page links to all after it."""

    rest = True


def _clearness(span):
    """How many times half its interval a change is; without a width as clear as can be."""
    return abs(span[0]) / (span[2] - span[1]) if span[2] > span[1] else math.inf


def none():
    """That no scenario is told apart."""
    return say("In no other scenario told apart from that.")


def _kept(study, found):
    """Of [(scenario, span, text)] those that a card has room for, as texts with the scenario's name."""
    if len(study.scenarios) > 2:
        told = [one for one in found if _leaves_out_0(one[1])]
        if found and not told:
            return [none()]
        places = sorted(range(len(told)), key=lambda i: _clearness(told[i][1]), reverse=True)[:MOST]
        found = [told[i] for i in sorted(places)]
        return _as_texts(found) + ([Rest(say("and {n} more:", n=len(told) - MOST))] if len(told) > MOST else [])
    return _as_texts(found)


def _as_texts(found):
    return [say("{name}: {text}", name=plain(scenario.label), text=text) for scenario, _, text in found]


def _each(study, read):
    """[(scenario, *read(scenario))] of the scenarios that are compared, are not equal to the first and have the data, and
    replicates: of one run chance may make any change."""
    found = []
    for scenario in (s for s in study.compared if s.label not in study.equal and min(s.n, study.first.n) > 1):
        try:
            got = read(scenario)
        except results.Absent:
            continue
        if got is not None and math.isfinite(got[0][0]):
            found.append((scenario, *got))
    return found


def _by_key(scenario, values):
    """Values by run_id as a frame by (seed, rep, point)."""
    runs = scenario.runs.loc[values.index, results.KEY]
    return pd.DataFrame({"x": values.to_numpy(dtype=float)}, index=pd.MultiIndex.from_frame(runs))


def by_run(study, values_of, share=False, years_of=""):
    """Changes of a number that each run has; values_of(scenario): a Series by run_id, None where a rule sets it.
    years_of: ties of which it is the mean years, which are told by their change alone."""
    if len(study.scenarios) < 2:
        return []
    first = values_of(study.first)

    def read(scenario):
        values = values_of(scenario)
        if values is None or first is None:
            return None
        pair = (study.first, scenario)
        frames = drawn.independent(pair, [_by_key(s, x) for s, x in zip(pair, (first, values))])
        gap, level = intervals.difference(*(f["x"] for f in frames)), intervals.mean_interval(frames[1]["x"], share)
        shape = {"unit": "\u00a0%", "scale": 100.0} if share else {}
        span = (gap.mean, gap.low, gap.high)
        there = estimate((level.mean, level.low, level.high), **shape)
        if years_of:
            return span, say("{mode} {change}", mode=years_of, change=change(span, unit=clock.unit(study)))
        return span, say("{value}, {change}", value=there, change=change(span, share))
    return _kept(study, _each(study, read))


def of_means(study, means_of):
    """Changes of mean years by mode; means_of(scenario): {mode in words: survival.Estimate} that it has."""
    if len(study.scenarios) < 2:
        return []
    first = means_of(study.first)

    def read(scenario):
        if not drawn.are_paired(study.first, scenario):
            return (0.0, math.nan, math.nan), say("no interval, since its runs are no pairs with those of {first}",
                                                  first=quoted(study.first.label))
        mine = means_of(scenario)
        gaps = {mode: mean.minus(first[mode]).interval() for mode, mean in mine.items()
                if mode in first}
        gaps = {mode: gap for mode, gap in gaps.items() if math.isfinite(gap[0])}
        if not gaps:
            return None
        text = say("; ").join(say("{mode} {change}", mode=mode, change=change(gap, unit=clock.unit(study))) for mode, gap in gaps.items())
        return _widest(gaps.values()), text
    return _kept(study, _each(study, read))


def _widest(gaps):
    """The gap that is told apart, if one is."""
    gaps = list(gaps)
    return next((gap for gap in gaps if _leaves_out_0(gap)), gaps[0])


def of_rates(study, rates_of, changes_of):
    """Changes of two rates, before and after; rates_of(scenario): both with their intervals, None without them;
    changes_of(scenario): the changes of both, [] without them."""
    def read(scenario):
        rates, gaps = rates_of(scenario), changes_of(scenario)
        if not rates or not gaps:
            return None
        before, after = (estimate(span) for span in rates)
        first, then = (change(gap) for gap in gaps)
        return _widest(gaps), say("{before}, {first} → {after}, {then}", before=before, after=after, first=first, then=then)
    return _kept(study, _each(study, read))


def of_measure(study, metric):
    """Changes of a summary metric, from the comparison."""
    def read(scenario):
        row = study.measure(metric, scenario)
        if row is None:
            return None
        span, share = (row.diff, row.diff_low, row.diff_high), row.unit == "share"
        there = estimate((row.mean, row.low, row.high), **({"unit": "\u00a0%", "scale": 100.0} if share else {}))
        return span, say("{value}, {change}", value=there, change=change(span, share))
    return _kept(study, _each(study, read))
