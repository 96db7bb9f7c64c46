# SPDX-License-Identifier: GPL-3.0-or-later
"""The three cards of cooperation for files without ties (detail summary or series): from the summary table."""

import math

import numpy as np

from kumiai import intervals, leading, results

from . import card_changes, cards, drawings, facts
from .card import Card, estimate, rests_on
from .findings import say_mode
from .language import begun, say
from .part import plain

FORMED = [f"formed_{mode}" for mode in results.MODES]
LIVES = [f"life_10y_{mode}" for mode in results.MODES]
ENDED = "ended_by_"
MOST_CAUSES = 3


def _rows(study, metrics):
    """Rows of the comparison of the first scenario, None where one of the metrics has none with a mean."""
    rows = [study.measure(metric) for metric in metrics]
    return rows if all(row is not None and math.isfinite(row.mean) for row in rows) else None


def _columns(scenario, metrics):
    """Columns of the summary by run_id; raises Absent where one is missing."""
    if lacking := [metric for metric in metrics if metric not in scenario.summary]:
        raise results.Absent(f"{scenario.label}: the summary has no {lacking[0]}")
    return scenario.summary[metrics].set_axis(scenario.runs.index)


def _mean(study, by_run, share=False):
    found = intervals.mean_interval(study.independent(by_run), share=share)
    return (found.mean, found.low, found.high), found.n


def _dots(rows, label, unit=""):
    """The modes or causes with their means; rows: (name, class of its colour, mean, low, high)."""
    return drawings.dots(rows, label, lambda *span: estimate(span, unit), True, label)


def _by_mode(rows):
    return [(plain(mode), f"c-{mode}", row.mean, row.low, row.high) for mode, row in zip(results.MODES, rows)]


def _share(scenario):
    """Share of regional ties among those that formed, by run."""
    formed = _columns(scenario, FORMED)
    return formed[FORMED[1]] / formed.sum(axis=1).replace(0, np.nan)


def forms(study):
    """Which ties form: the share of regional ones among the new ties."""
    rows = _rows(study, FORMED)
    if rows is None:
        return None
    span, n = _mean(study, _share(study.first), share=True)
    span = study.known(span)
    if not math.isfinite(span[0]):
        return None
    return Card(say("Which form?"), estimate(span, "\u00a0%", scale=100), say("of new ties are {mode}", mode=say_mode("regional")),
                rests_on(study, span, n, unit="\u00a0%", scale=100) + say("."), "",
                _dots(_by_mode(rows), begun(say("new ties per replicate"))), "measures", cards.forms_answer(study, span),
                changes=card_changes.by_run(study, lambda s: None if cards.ruled(s) else _share(s), share=True),
                fact=cards.forms_fact(span, "regional"))


def lasts(study):
    """Which ties last: mean years of regional ties less those of city-to-city ties, of their first ten."""
    rows = _rows(study, LIVES)
    if rows is None or cards.ruled(study.first):
        return None
    lives = _columns(study.first, LIVES)
    gap, n = _mean(study, lives[LIVES[1]] - lives[LIVES[0]])
    card = cards.lasts_by_spans(study, [(row.mean, row.low, row.high) for row in rows], gap, n, "measures")
    card.changes = _changes_of_lives(study)
    return card


def _changes_of_lives(study):
    def life(metric, mode):
        return lambda s: None if facts.forbids(s, mode) else _columns(s, [metric])[metric]
    found = [text for metric, mode in zip(LIVES, results.MODES)
             for text in card_changes.by_run(study, life(metric, mode), years_of=say("all {mode} ties", mode=say_mode(mode)))]
    return [text for text in found if text != card_changes.none()] or found[:1]


def _causes(scenario):
    """Ties ended in a run by each cause."""
    names = [name for name in scenario.summary if name.startswith(ENDED)]
    if not names:
        raise results.Absent(f"{scenario.label}: the summary has no causes of end")
    return _columns(scenario, names).rename(columns=lambda name: name.removeprefix(ENDED))


def why(study):
    """Why ties end: the commonest cause, and whether the runs tell that it is that."""
    counts = _causes(study.first)
    lead = leading.of_shares(study.independent(leading.shares_by_run(counts)))
    if lead is None:
        return None
    first = counts.mean().sort_values(ascending=False, kind="stable").head(MOST_CAUSES).index
    rows = [(plain(cause), "c-neutral", *study.known(_mean(study, counts[cause])[0])) for cause in first]
    span, n = _mean(study, counts[lead.first])
    span, told = study.known(span), lead.sure and not study.is_few()
    what = say("ties per replicate end by {cause}, the commonest cause", cause=plain(lead.first)) if told else \
        say("More ties end by {cause} than by any other cause ({number} per replicate), which may be chance",
            cause=plain(lead.first), number=cards.count(span[0]))
    return Card(say("Why do they end?"), estimate(span) if told else say("no clear main cause"), what,
                rests_on(study, span, n) + say("."), "", _dots(rows, say("Ties ended per replicate, by cause")), "measures", told=told,
                changes=card_changes.by_run(study, lambda s: _causes(s).get(lead.first)))
