# SPDX-License-Identifier: GPL-3.0-or-later
"""What further scenarios change against the first: the sentence and the lines at the head of the page.

A change is told where its p-value, corrected by Holm for all differences of the report, is below 0.05: the same rule
as in the section on policies. What a rule of a scenario sets stands there alone.
"""

import math

from kumiai import comparable, results

from . import facts, few, signs, uncompared
from .findings import SIGNIFICANT, effect, key_measures, of_rule, of_too_few, per_cent, say_mode
from .language import begun, listed, quoted, say
from .measure_cards import meant
from .part import size_and_ends

MOST_CLAUSES = 4  # differences in the sentence on one further scenario
MOST_SHORT = 2  # differences in the line of one of several
MOST_LINES = 5  # further scenarios that have a line
MOST_UNTOLD = 3  # differences that are given for their precision alone
NEAR = 0.01  # a corrected p from there on stands beside its difference: it is just beyond chance

# How key measures of cooperation stand in a sentence: (where there is more, where there is less).
WORDS = {
    "ties_city_to_city": ("{n} more city-to-city ties at a time ({low} to {high})",
                          "{n} fewer city-to-city ties at a time ({low} to {high})"),
    "ties_regional": ("{n} more regional ties at a time ({low} to {high})",
                      "{n} fewer regional ties at a time ({low} to {high})"),
    "projects_started": ("{n} more projects ({low} to {high})", "{n} fewer projects ({low} to {high})"),
    "people_served": ("{n} more people served at a time ({low} to {high})",
                      "{n} fewer people served at a time ({low} to {high})"),
    "survival_5y_city_to_city": ("a five-year survival of city-to-city ties that is {n} higher ({low} to {high})",
                                 "a five-year survival of city-to-city ties that is {n} lower ({low} to {high})")}
# The same of what is summed over a run of known length.
OVER_YEARS = {"projects_started": ("{n} more projects over the {years} years ({low} to {high})",
                                   "{n} fewer projects over the {years} years ({low} to {high})")}
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
    """'22.9 fewer city-to-city ties at a time (20.8 to 25.1; −10 %)'."""
    n, low, high = size_and_ends(row.diff, row.diff_low, row.diff_high, row.unit == "share")
    span = comparable.span(study.first)
    words = OVER_YEARS if span is not None and span.begins is not None and row.metric in OVER_YEARS else WORDS
    return say(words.get(row.metric, ANY)[row.diff < 0], n=n, low=low, high=say("; ").join([high, *_beside(row)]),
               what=meant(study, row.metric, first=False), years=f"{span.length:g}" if words is OVER_YEARS else "")


def _beside(row):
    """What stands in the bracket after the interval: the change in per cent of the first's mean, and a p-value that is not
    far below 0.05."""
    base = row.mean - row.diff
    found = [per_cent(100 * row.diff / base)] if row.unit != "share" and base > 0 else []
    p = f"{row.p_holm:.2f}" if row.p_holm < SIGNIFICANT - 0.005 else f"{row.p_holm:.3f}"
    return found + ([f"p = {p}"] if NEAR <= row.p_holm < SIGNIFICANT else [])


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
    if not known:
        return say("These runs give no interval of what {name} changes in {first}: all are alike, or too few.", **names)
    if perhaps := _perhaps(known):
        return say("{name} against {first}: {found}, less sure: no key measure is told apart once the intervals are corrected "
                   "for all measures ({pairs}).", found=listed(_clause(study, row) for row in perhaps),
                   pairs=_pairs(study, perhaps), **names)
    words = dict(key_measures(study))
    found = listed(effect(row, _word(study, row, words), False) for row in known[:MOST_UNTOLD])
    text = say("No key measure of {name} can be told apart from {first} in {pairs}: {found}.", found=found,
               pairs=_pairs(study, known), **names)
    return say(" ").join(filter(None, [text, signs.words(known[:MOST_UNTOLD], lambda row: _word(study, row, words))]))


def _word(study, row, words):
    """A measure as it stands before its difference."""
    return words[row.metric] if row.metric in WORDS else meant(study, row.metric, first=False)


def answer(study):
    """What the further scenarios change in the first, in a sentence."""
    text = _of_one(study, study.scenarios[1]) if len(study.scenarios) == 2 else _of_several(study)
    return begun(text)


def ruled(study, scenario):
    """Modes of which a rule keeps new ties from forming in a scenario, and in the first not."""
    return [mode for mode in results.MODES if facts.forbids(scenario, mode) and not facts.forbids(study.first, mode)]


def _of_one(study, scenario):
    if reason := uncompared.why(study, scenario):
        return reason
    rules = say("; ").join(say("by rule no new {mode} ties form in {name}", mode=say_mode(mode), name=quoted(scenario.label))
                      for mode in ruled(study, scenario))
    measured = _measured(study, scenario)
    return say("{rules}. {text}", rules=rules, text=begun(measured)) if rules else measured


def _measured(study, scenario):
    rows = key_rows(study, scenario)
    told = _told(rows)[:MOST_CLAUSES]
    if not told:
        return _untold(study, scenario, rows)
    return say("{name} against {first}: {found}, beyond chance in {pairs}.", name=quoted(scenario.label),
               first=quoted(study.first.label), found=listed(_clause(study, row) for row in told), pairs=_pairs(study, told))


def _of_several(study):
    """The sentence on several further scenarios; those that are not compared stand in sentences of their own after it."""
    reasons = [uncompared.why(study, s) for s in study.scenarios[1:]]
    mine = [s for s, reason in zip(study.scenarios[1:], reasons) if not reason and not study.is_few(s)]
    return say(" ").join([*([_of_compared(study, mine)] if mine else []), *filter(None, reasons)])


def _of_compared(study, scenarios):
    """The sentence on the scenarios that are compared."""
    told = [quoted(s.label) for s in scenarios if _told(key_rows(study, s))]
    others = [quoted(s.label) for s in scenarios if quoted(s.label) not in told]
    names = {"first": quoted(study.first.label), "told": listed(told), "others": listed(others)}
    if len(scenarios) > MOST_LINES:
        return say("{n} of {all} scenarios differ from {first} beyond chance in a key measure.", n=len(told),
                   all=len(told) + len(others), **names)
    if not told:
        return say("No key measure of {others} can be told apart from {first}.", **names)
    text = say("{told} differs from {first} beyond chance" if len(told) == 1 else "{told} differ from {first} beyond chance",
               **names)
    return say("{text}; no key measure of {others} can be told apart.", text=text, **names) if others else say("{text}.", text=text)


def _with_lines(study):
    """The scenarios that have a line: of many those with the clearest changes, in the order of the files."""
    mine = [s for s in study.compared if s.label not in study.equal]
    least = {s.label: min((row.p_holm for row in key_rows(study, s) if math.isfinite(row.p_holm)), default=1.0) for s in mine}
    clearest = sorted(mine, key=lambda s: least[s.label])[:MOST_LINES]
    return [s for s in mine if any(s is one for one in clearest)]


def lines(study):
    """[(scenario, its clearest changes)] of several further scenarios, short; what a rule sets comes first."""
    found = []
    for scenario in _with_lines(study):
        rows = _clearest(study, scenario)
        text = listed(_clause(study, row) for row in rows) if rows else \
            few.untold(study, scenario) if study.is_few(scenario) else \
            say("no key measure told apart from {first}", first=quoted(study.first.label))
        rules = [say("by rule no new {mode} ties", mode=say_mode(mode)) for mode in ruled(study, scenario)]
        found.append((scenario, say("; ").join([*rules, text])))
    return found


def told(study):
    """{label: metrics} of the differences that the head of the page gives, so that no section gives them again."""
    if len(study.scenarios) == 2:
        rows = key_rows(study, study.scenarios[1])
        mine = _told(rows)[:MOST_CLAUSES] or _perhaps(rows) or [row for row in rows if math.isfinite(row.diff_low)][:MOST_UNTOLD]
        return {study.scenarios[1].label: [row.metric for row in mine]}
    return {s.label: [row.metric for row in _clearest(study, s)] for s in _with_lines(study)}
