# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs say, in plain words computed from the data, never without the uncertainty."""

import math

import kumiai_results as results
from analysis import survival
from analysis.style import number, percent

from . import facts, tie_parts
from .part import plain, said
from .parts import MODE_WORD as MODE

# What a policy is judged by, in the order in which it is told: (summary metric, its words).
KEY_MEASURES = (("ties_city_to_city", "city-to-city ties"), ("ties_regional", "regional ties"),
                ("projects_started", "projects started"), ("people_served", "people served"),
                ("survival_5y_city_to_city", "share of city-to-city ties lasting five years"),
                ("infected_mean", "infected agents"), ("infected_peak", "largest number infected"))
SIGNIFICANT = 0.05
UNSURE = "Less sure, by an interval not corrected for many comparisons"


def _tenths(value):
    return f"{value:.1f}".replace("-", "−")


def _estimate(value, low, high, show):
    """An estimate with its interval over replicates in words."""
    return said(value, low, high, show, survival.NO_INTERVAL)


def _unless_absent(read):
    """A sentence, or none where the files lack what it needs."""
    try:
        return read()
    except results.Absent:
        return None


def lasting(study):
    """Which mode lasts longer, with the verdict that the interval allows."""
    first, shares = study.first, []
    groups = tie_parts.by_mode(study, first)
    for mode, group in groups.items():
        share = survival.kaplan_meier(group, study.runs(first)).at(5)
        if math.isfinite(share[0]):
            shares.append(f"{_estimate(*share, percent)} of {MODE[mode]} ties")
    if not shares:
        return None
    text = f"After five years {' and '.join(shares)} are still there ({plain(first.label)})."
    gap = tie_parts.mode_gap(study, first)
    if gap is None:
        lacking = [MODE[m] for m in results.MODES
                   if m not in groups or not tie_parts.followed(groups[m])]
        return f"{text} The modes cannot be compared: no {' and no '.join(lacking)} ties were " \
               "followed ten years."
    return f"{text} {_gap_words(gap)}"


def _gap_words(gap):
    """The difference of the modes in mean years, and what it allows to say."""
    value, low, high = gap
    size = _estimate(*gap, _tenths) if value >= 0 else _estimate(-value, -high, -low, _tenths)
    text = f"Within their first ten years regional ties last, on average, {size} years " \
           f"{'longer' if value >= 0 else 'less'} than city-to-city ones"
    if not math.isfinite(low):
        return f"{text}; so few replicates do not tell whether that is chance."
    if low <= 0 <= high:
        return f"{text}; the interval includes 0, so these runs do not tell which lasts longer."
    return f"{text}; the interval excludes 0: {'regional' if value > 0 else 'city-to-city'} ties " \
           "outlast the others in this model."


def causes(incidence):
    """The commonest cause of end of each mode within ten years; incidence: the part's frame."""
    first, parts = incidence["scenario"].iloc[0], []
    for mode in results.MODES:
        rows = incidence[(incidence["scenario"] == first) & (incidence["mode"] == mode)
                         & (incidence["age"] == tie_parts.HORIZON)]
        if len(rows):
            top = rows.loc[rows["share"].idxmax()]
            share = _estimate(top["share"], top["low"], top["high"], percent)
            parts.append(f"{plain(top['cause'])} ends {share} of {MODE[mode]} ties")
    return f"Most often, within ten years {', '.join(parts)} ({plain(first)})." if parts else None


def refusals(frame):
    """The commonest reason by mode; frame: that of the part."""
    first, parts = frame["scenario"].iloc[0], []
    for mode in results.MODES:
        rows = frame[(frame["scenario"] == first) & (frame["mode"] == mode)]
        if len(rows):
            top = rows.loc[rows["mean"].idxmax()]
            parts.append(f"{plain(top['reason'])} for {MODE[mode]} ones, "
                         f"{said(top['mean'], top['low'], top['high'])} times a run")
    return f"Why most opportunities become no tie ({plain(first)}): {'; '.join(parts)}." \
        if parts else None


def money(frame):
    """What reaches projects, by payer; frame: that of the flows."""
    first = frame["scenario"].iloc[0]
    rows = frame[(frame["scenario"] == first)
                 & (frame["to_account"] == "projects")].sort_values("mean", ascending=False)
    parts = [f"{plain(r.from_account)} {said(r.mean, r.low, r.high)}"
             for r in rows.itertuples()]
    return f"Money that reaches projects over a run ({plain(first)}), in million yen: " \
           f"{'; '.join(parts)}." \
        if parts else None


def _signed(value):
    return ("+" if value > 0 else "") + number(value)


def _points(value):
    return f"{100 * value:+.1f} points".replace("-", "−")


def _effect(row, words, relative):
    """One difference in words: 'city-to-city ties −12.3 (−14 to −10)'."""
    share = row.unit == "share"
    text = f"{words} {said(row.diff, row.diff_low, row.diff_high, _points if share else _signed)}"
    base = row.mean - row.diff
    if share or not relative or base <= 0:
        return text
    return text + f", {100 * row.diff / base:+.0f}\u00a0%".replace("-", "−")


def _by_rule(study, scenario, row):
    """'none, by rule of the scenario' where a measure is of ties that it forbids, else None."""
    mode = row.metric.removeprefix("ties_")
    if mode not in results.MODES or row.mean != 0 or not facts.forbids(scenario, mode):
        return None
    text, there = f"no {MODE[mode]} ties, by rule of the scenario", study.measure(row.metric)
    if facts.forbids(study.first, mode):
        return f"{text}, in both"
    return f"{text}, against {said(there.mean, there.low, there.high)}"


def policy(study, scenario):
    """What a scenario changes against the first, and what it does not to be told apart."""
    told, perhaps, untold = [], [], []
    for metric, words in KEY_MEASURES:
        row = study.measure(metric, scenario)
        if row is None or not math.isfinite(row.diff):
            continue
        if rule := _by_rule(study, scenario, row):
            told.append(rule)
            continue
        sure = row.p_holm < SIGNIFICANT
        own = row.diff_low > 0 or row.diff_high < 0
        (told if sure else perhaps if own else untold).append(_effect(row, words, sure or own))
    name, first = plain(scenario.label), plain(study.first.label)
    if not told and not perhaps and not untold:
        return f"{name} has no key measure in common with {first}."
    if not told and not perhaps:
        return f"{name}: no key measure can be told apart from {first} ({'; '.join(untold)})."
    text = f"{name} against {first}: {'; '.join(told)}." if told else f"{name} against {first}:"
    text += f" {UNSURE if told else UNSURE.lower()}: {'; '.join(perhaps)}." if perhaps else ""
    return text + (f" Not told apart: {'; '.join(untold)}." if untold else "")


def general(study):
    """The key measures of the first scenario over the whole run."""
    parts = []
    for metric, words in KEY_MEASURES:
        row = study.measure(metric)
        if row is not None:
            parts.append(f"{words} {said(row.mean, row.low, row.high, number)}")
    return f"Over the whole run ({plain(study.first.label)}): {'; '.join(parts)}." \
        if parts else None


def of_parts(study, parts):
    """Fill in the findings of the parts {key: Part} that need more than their own table."""
    for key, write in (("incidence", causes), ("refusals", refusals), ("flows", money)):
        if key in parts:
            parts[key].finding = write(parts[key].frame) or ""
    if "survival" in parts:
        parts["survival"].finding = _unless_absent(lambda: lasting(study)) or ""


def all_findings(study, parts):
    """[(sentence, key of the part that shows it)]; parts: {key: Part}, with their findings."""
    found = [(parts[k].finding, k) for k in ("ties", "survival", "incidence") if k in parts]
    if not found:
        found = [(general(study), "measures")]
    if "differences" in parts:
        found += [(policy(study, s), "differences") for s in study.scenarios[1:]]
    found += [(parts[k].finding, k) for k in ("concentration", "knowhow", "refusals", "flows")
              if k in parts]
    return [(text[0].upper() + text[1:], key) for text, key in found if text]


def reading(study):
    """How to read the intervals, for the head of the findings."""
    n = sorted({s.n for s in study.scenarios})
    counts = f"{n[0]}" if len(n) == 1 else f"{n[0]} to {n[-1]}"
    text = "In brackets stand 95 % intervals over replicates: they tell the chance in the " \
           f"model's draws ({counts} replicate{'' if n == [1] else 's'} per scenario), not how " \
           "far the model is right."
    if len(study.scenarios) > 1:
        text += " A change is called one where its p-value, corrected by Holm for all " \
                "differences of the report, is below 0.05. Where only its own interval leaves " \
                "out 0, it is called less sure: of many such intervals some leave out 0 by " \
                "chance alone."
    return text

