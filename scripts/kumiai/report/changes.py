# SPDX-License-Identifier: GPL-3.0-or-later
"""What further scenarios change against the first: the sentence and the lines at the head of the page.

A change is told where its p-value, corrected by Holm for all differences of the report, is below 0.05: the same rule
as in the section on policies. What a rule of a scenario sets stands there alone.
"""

import math

from .findings import SIGNIFICANT, effect, key_measures, of_rule, of_too_few
from .language import begun, listed, quoted, say
from .measure_cards import meant
from .part import plain, size_and_ends

MOST_CLAUSES = 4  # differences in the sentence on one further scenario
MOST_SHORT = 2  # differences in the line of one of several
MOST_LINES = 5  # further scenarios that have a line
MOST_UNTOLD = 3  # differences that are given for their precision alone

# How key measures of cooperation stand in a sentence: (where there is more, where there is less).
WORDS = {
    "ties_city_to_city": ("{n} more city-to-city ties at a time ({low} to {high})",
                          "{n} fewer city-to-city ties at a time ({low} to {high})"),
    "ties_regional": ("{n} more regional ties at a time ({low} to {high})",
                      "{n} fewer regional ties at a time ({low} to {high})"),
    "projects_started": ("{n} more projects ({low} to {high})", "{n} fewer projects ({low} to {high})"),
    "people_served": ("{n} more people served ({low} to {high})", "{n} fewer people served ({low} to {high})"),
    "survival_5y_city_to_city": ("a five-year survival of city-to-city ties that is {n} higher ({low} to {high})",
                                 "a five-year survival of city-to-city ties that is {n} lower ({low} to {high})")}
ANY = ("{what} higher by {n} ({low} to {high})", "{what} lower by {n} ({low} to {high})")


def key_rows(study, scenario):
    """Rows of the comparison of a scenario's key measures, those left out that a rule sets or that few runs have."""
    rows = (study.measure(metric, scenario) for metric, _ in key_measures(study))
    return [row for row in rows if row is not None and math.isfinite(row.diff) and not of_too_few(study, scenario, row)
            and not of_rule(study, scenario, row.metric)]


def _told(rows):
    return [row for row in rows if row.p_holm < SIGNIFICANT]


def _perhaps(rows):
    """Those whose own interval leaves out 0, the first few."""
    return [row for row in rows if row.diff_low > 0 or row.diff_high < 0][:MOST_CLAUSES]


def _clearest(study, scenario):
    """The rows that are told of one of several scenarios, the clearest, in the order of the key measures."""
    told = _told(key_rows(study, scenario))
    kept = sorted(told, key=lambda row: row.p_holm)[:MOST_SHORT]
    return [row for row in told if row in kept]


def _clause(study, row):
    """'22.9 fewer city-to-city ties at a time (20.8 to 25.1)'."""
    n, low, high = size_and_ends(row.diff, row.diff_low, row.diff_high, row.unit == "share")
    return say(WORDS.get(row.metric, ANY)[row.diff < 0], n=n, low=low, high=high,
               what=meant(study, row.metric, first=False))


def _pairs(study, rows):
    """'50 paired replicates': what a difference rests on."""
    n = max(row.pairs for row in rows)
    if not n:
        return say("{n} replicates", n=study.first.n)
    return say("{n} paired replicates" if study.draws(study.first) is None else "{n} paired draws", n=n)


def _untold(study, scenario, rows):
    """That nothing is told apart, with the precision that was reached, or why nothing can be."""
    names = {"name": quoted(scenario.label), "first": quoted(study.first.label)}
    known = [row for row in rows if math.isfinite(row.diff_low)]
    if not known and min(study.first.n, scenario.n) < 2:
        return say("One replicate does not tell what {name} changes in {first} from chance: run several (--reps).", **names)
    if not known:
        return say("These runs give no interval of what {name} changes in {first}: all are alike, or too few.", **names)
    if perhaps := _perhaps(known):
        return say("{name} against {first}: {found}, less sure: no key measure is told apart once the intervals are corrected "
                   "for all measures ({pairs}).", found=listed(_clause(study, row) for row in perhaps),
                   pairs=_pairs(study, perhaps), **names)
    words = dict(key_measures(study))
    found = listed(effect(row, _word(study, row, words), False) for row in known[:MOST_UNTOLD])
    return say("No key measure of {name} can be told apart from {first} in {pairs}: {found}.", found=found,
               pairs=_pairs(study, known), **names)


def _word(study, row, words):
    """A measure as it stands before its difference."""
    return words[row.metric] if row.metric in WORDS else meant(study, row.metric, first=False)


def answer(study):
    """What the further scenarios change in the first, in a sentence."""
    text = _of_one(study, study.scenarios[1]) if len(study.scenarios) == 2 else _of_several(study)
    return begun(text)


def _of_one(study, scenario):
    rows = key_rows(study, scenario)
    told = _told(rows)[:MOST_CLAUSES]
    if not told:
        return _untold(study, scenario, rows)
    return say("{name} against {first}: {found}, beyond chance in {pairs}.", name=plain(scenario.label),
               first=plain(study.first.label), found=listed(_clause(study, row) for row in told), pairs=_pairs(study, told))


def _of_several(study):
    told = [plain(s.label) for s in study.scenarios[1:] if _told(key_rows(study, s))]
    others = [plain(s.label) for s in study.scenarios[1:] if plain(s.label) not in told]
    names = {"first": plain(study.first.label), "told": listed(told), "others": listed(others)}
    if min(s.n for s in study.scenarios) < 2 and not told:
        return say("One replicate does not tell what these scenarios change in {first} from chance: run several (--reps).",
                   **names)
    if len(study.scenarios) > MOST_LINES + 1:
        return say("{n} of {all} scenarios differ from {first} beyond chance in a key measure.", n=len(told),
                   all=len(told) + len(others), **names)
    if not told:
        return say("No key measure of {others} can be told apart from {first}.", **names)
    text = say("{told} differs from {first} beyond chance" if len(told) == 1 else "{told} differ from {first} beyond chance",
               **names)
    return say("{text}; no key measure of {others} can be told apart.", text=text, **names) if others else say("{text}.", text=text)


def lines(study):
    """[(scenario, its clearest changes)] of several further scenarios, short."""
    found = []
    for scenario in study.scenarios[1:MOST_LINES + 1]:
        rows = _clearest(study, scenario)
        found.append((scenario, listed(_clause(study, row) for row in rows) if rows else
                      say("no key measure told apart from {first}", first=plain(study.first.label))))
    return found


def told(study):
    """{label: metrics} of the differences that the head of the page gives, so that no section gives them again."""
    if len(study.scenarios) == 2:
        rows = key_rows(study, study.scenarios[1])
        mine = _told(rows)[:MOST_CLAUSES] or _perhaps(rows) or [row for row in rows if math.isfinite(row.diff_low)][:MOST_UNTOLD]
        return {study.scenarios[1].label: [row.metric for row in mine]}
    return {s.label: [row.metric for row in _clearest(study, s)] for s in study.scenarios[1:MOST_LINES + 1]}
