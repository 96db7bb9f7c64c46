# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs say, in plain words computed from the data, never without the uncertainty."""

import math

from kumiai import results, survival

from . import facts, tie_parts
from .part import NO_INTERVAL, plain, rounded, said, said_share
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


def _unless_absent(write, *arguments):
    """A sentence, or '' where the files lack what it needs."""
    try:
        return write(*arguments) or ""
    except results.Absent:
        return ""


def lasting(study):
    """Which mode lasts longer, with the verdict that the interval allows."""
    first, shares = study.first, []
    groups = study.by_mode(first)
    for mode, group in groups.items():
        share = survival.kaplan_meier(group, study.runs(first)).at(5)
        if math.isfinite(share[0]):
            shares.append(f"{said_share(*share)} of {MODE[mode]} ties")
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
    size = said(*gap, _tenths) if value >= 0 else said(-value, -high, -low, _tenths)
    return f"Within their first ten years regional ties last, on average, {size} years " \
           f"{'longer' if value >= 0 else 'less'} than city-to-city ones{tie_parts.verdict(gap)}"


def _listed(words):
    """'a, b and c'."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _in_points(span, show):
    """A difference of shares, with its interval, in percentage points."""
    value, low, high = (100 * share for share in span)
    interval = f"{show(low)} to {show(high)}" if high > low else NO_INTERVAL
    return f"{show(value)} points ({interval})"


def _lead_words(lead, share_of, verb, whole, kind):
    """Which name comes first, or that the runs do not tell.

    share_of(name): its share in words; verb: what it does ('ends') to the whole; kind: what the
    names are ('cause').
    """
    text = f"{plain(lead.first)} {verb} {share_of(lead.first)} of {whole}"
    if lead.next is None:
        return f"{text}, the only {kind}"
    if lead.sure:
        gap = _in_points(lead.gap, _tenths)
        return f"{text}, {gap} more than {plain(lead.next)}, the next {kind}"
    others = list(lead.level) or [lead.next]
    text = _listed([text, *(f"{plain(name)} {share_of(name)}" for name in others)])
    if not lead.tested:
        return text
    apart = _in_points(lead.gap, _tenths)
    return text + (f"; they differ by {apart} and cannot be told apart in these runs"
                   if len(others) == 1 else f"; the first two differ by {apart}, and none of these "
                   "can be told apart from the first in these runs")


def _leads_words(frame, ends, leads, words):
    """The leads of all modes in words.

    frame: shares of the first scenario, index mode and name; ends: its columns of a share and its
    interval; words: what a name does, to what, what it is ('ends', 'ties', 'cause').
    """
    verb, whole, kind = words
    parts = []
    for mode, lead in leads.items():
        def share_of(name, rows=frame.loc[mode]):
            return said_share(*rows.loc[name, ends])
        parts.append(_lead_words(lead, share_of, verb, f"{MODE[mode]} {whole}", kind))
    tested = all(lead.tested for lead in leads.values())
    return "; ".join(parts) + ("." if tested else
                               f". So few replicates do not tell which {kind} is the first.")


def _of_first(study, frame):
    return frame[frame["scenario"] == study.first.label]


def causes(study, incidence):
    """The commonest cause of end of each mode within ten years; incidence: the part's frame."""
    years, leads = tie_parts.leading_causes(study)
    rows = _of_first(study, incidence)
    rows = rows[rows["age"] == years].set_index(["mode", "cause"])
    told = _leads_words(rows, ["share", "low", "high"], leads, ("ends", "ties", "cause"))
    within = "ten years" if years == tie_parts.HORIZON else f"{years} year{'s' if years > 1 else ''}"
    return f"Why ties end within {within} ({plain(study.first.label)}): {told}" if leads else None


def refusals(study, frame):
    """The commonest reason by mode; frame: that of the part."""
    rows = _of_first(study, frame).set_index(["mode", "reason"])
    leads = tie_parts.leading_reasons(study)
    told = _leads_words(rows, ["share", "share_low", "share_high"], leads,
                        ("stops", "opportunities", "reason"))
    name = plain(study.first.label)
    return f"Why opportunities become no tie ({name}): {told}" if leads else None


def money(study, frame):
    """What reaches projects, by payer; frame: that of the flows."""
    rows = _of_first(study, frame)
    rows = rows[rows["to_account"] == "projects"].sort_values("mean", ascending=False)
    parts = [f"{plain(r.from_account)} {said(r.mean, r.low, r.high)}"
             for r in rows.itertuples()]
    return f"Money that reaches projects over a whole run, JFY {facts.years(study.first)} " \
           f"({plain(study.first.label)}), in million yen: {'; '.join(parts)}." if parts else None


def _signed(value):
    return ("+" if value > 0 else "") + rounded(value)


def _signed_tenths(value):
    return f"{value:+.1f}".replace("-", "−")


def _effect(row, words, relative):
    """One difference in words: 'city-to-city ties −12.3 (−14 to −10)'."""
    span, base = (row.diff, row.diff_low, row.diff_high), row.mean - row.diff
    if row.unit == "share":
        return f"{words} {_in_points(span, _signed_tenths)}"
    text = f"{words} {said(*span, _signed)}"
    if not relative or base <= 0:
        return text
    return text + f", {100 * row.diff / base:+.0f}\u00a0%".replace("-", "−")


def _by_rule(study, scenario, row):
    """'no new ones, by rule of the scenario' where a measure is of ties that it forbids, else None.

    Ties that stood at the start go on: how many are left of them is told.
    """
    mode = row.metric.removeprefix("ties_")
    if mode not in results.MODES or not facts.forbids(scenario, mode):
        return None
    text, there = f"no new {MODE[mode]} ties, by rule of the scenario", study.measure(row.metric)
    if row.mean > 0:
        text += f", {said(row.mean, row.low, row.high)} left of the start's"
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
    text = f"{name} against {first}, over the whole run: {'; '.join(told)}." if told \
        else f"{name} against {first}, over the whole run:"
    text += f" {UNSURE if told else UNSURE.lower()}: {'; '.join(perhaps)}." if perhaps else ""
    return text + (f" Not told apart: {'; '.join(untold)}." if untold else "")


def general(study):
    """The key measures of the first scenario over the whole run."""
    parts = []
    for metric, words in KEY_MEASURES:
        row = study.measure(metric)
        if row is not None:
            parts.append(f"{words} {said(row.mean, row.low, row.high)}")
    return f"Over the whole run ({plain(study.first.label)}): {'; '.join(parts)}." \
        if parts else None


def of_parts(study, parts):
    """Fill in the findings of the parts {key: Part} that need more than their own table."""
    for key, write in (("incidence", causes), ("refusals", refusals), ("flows", money)):
        if key in parts:
            parts[key].finding = _unless_absent(write, study, parts[key].frame)
    if "survival" in parts:
        parts["survival"].finding = _unless_absent(lasting, study)


def all_findings(study, parts):
    """[(sentence, key of the part that shows it)]; parts: {key: Part}, with their findings."""
    found = [(parts[k].finding, k) for k in ("factors", "ties", "survival", "alike", "incidence", "rates")
             if k in parts]
    if not found and not study.is_sweep:  # points of a design are no replicates to take a mean of
        found = [(general(study), "measures")]
    if "differences" in parts:
        found += [(policy(study, s), "differences") for s in study.scenarios[1:]]
    found += [(parts[k].finding, k) for k in ("concentration", "knowhow", "refusals", "flows")
              if k in parts]
    return [(text[0].upper() + text[1:], key) for text, key in found if text]


def reading(study):
    """How to read the intervals, for the head of the findings."""
    if study.is_sweep:
        return "In brackets stand 95 % intervals, by resampling the points of the design or leaving them out (of " \
               "a factor's ends over replicates). Where all points share their seeds, they speak of these seeds. " \
               "They do not tell how far the model is right. The points are no replicates of one " \
               "another, so the page has no means over them: kumiai run makes replicates of one."
    n = sorted({s.n for s in study.scenarios})
    counts = f"{n[0]}" if len(n) == 1 else f"{n[0]} to {n[-1]}"
    if n == [1]:
        return "There is one replicate, so no number has an interval: each may be the chance of " \
               "the model's draws."
    text = "In brackets stand 95 % intervals over replicates: they tell the chance in the " \
           f"model's draws ({counts} replicate{'' if n == [1] else 's'} per scenario), not how " \
           "far the model is right."
    if n[0] < survival.FEWEST_REPLICATES:
        text += f" Shares of ties that last or end have an interval from " \
                f"{survival.FEWEST_REPLICATES} replicates on."
    if len(study.scenarios) > 1:
        text += " A difference counts as a change where its p-value, corrected by Holm for all " \
                "differences of the report, is below 0.05. Where only its own interval leaves " \
                "out 0, the change is listed as less sure, because some of many such intervals " \
                "leave out 0 by chance alone."
    return text

