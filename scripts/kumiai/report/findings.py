# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs say, in plain words computed from the data, never without the uncertainty."""

import math

from kumiai import drawn, results, survival

from . import clock, facts, few, signs, tie_parts, uncompared
from .language import begun, listed, quoted, say
from .part import has_intervals, plain, said, said_points, said_share, without_intervals

# What a policy is judged by, in the order in which it is told: (summary metric, its words).
KEY_MEASURES = (("ties_city_to_city", "city-to-city ties"), ("ties_regional", "regional ties"),
                ("projects_started", "projects started"), ("people_served", "people served"),
                ("survival_5y_city_to_city", "share of city-to-city ties lasting five years"))
MOST_KEY = 5  # measures of a model of its own
SIGNIFICANT = 0.05


def key_measures(study):
    """[(summary metric, its words)] by which a policy is judged: of a model of its own, its first."""
    if study.has_cooperation:
        return [(metric, say(words)) for metric, words in KEY_MEASURES]
    metrics = list(dict.fromkeys(study.comparison["metric"]))
    return [(metric, plain(metric)) for metric in metrics[:MOST_KEY]]


def _unless_absent(write, *arguments):
    """A sentence, or '' where the files lack what it needs."""
    try:
        return write(*arguments) or ""
    except results.Absent:
        return ""


def lasting(study):
    """How many ties of each mode are still there after so many years."""
    first, shares = study.first, []
    curves = {mode: survival.kaplan_meier(group, study.runs(first)) for mode, group in study.by_mode(first).items()}
    age = min(study.horizon / 2, max((curve.follow_up for curve in curves.values()), default=1))
    for mode, curve in curves.items():
        share = curve.at(age)
        if math.isfinite(share[0]):
            shares.append(say("{share} of {mode} ties", share=said_share(*share), mode=say_mode(mode)))
    if not shares:
        return None
    return say("After {years} {time} {shares} are still there ({scenario}).", time=clock.unit(study).strip(),
               years=say("five") if age == 5 else f"{age:g}", shares=listed(shares), scenario=plain(first.label))


def say_mode(mode):
    """A mode as it stands before 'ties'."""
    return say({"city_to_city": "city-to-city", "regional": "regional"}.get(mode, plain(mode)))


def _lead_words(lead, share_of, words):
    """Which name comes first, or that the runs do not tell.

    share_of(name): its share in words; words: (what a name does to the whole, with {name}, {share},
    what the names are).
    """
    does, kind = words
    text = say(does, name=plain(lead.first), share=share_of(lead.first))
    if lead.next is None:
        return say("{text}, the only {kind}", text=text, kind=kind)
    if lead.sure and has_intervals():
        return say("{text}, {gap} more than {next}, the next {kind}", text=text, gap=said_points(*lead.gap),
                   next=plain(lead.next), kind=kind)
    others = list(lead.level) if lead.level and has_intervals() else [lead.next]
    text = listed([text, *(say("{name} {share}", name=plain(name), share=share_of(name)) for name in others)])
    if not lead.tested or not has_intervals():
        return text
    template = "{text}; they differ by {gap} and cannot be told apart in these runs" if len(others) == 1 else \
        "{text}; the first two differ by {gap}, and none of these can be told apart from the first in these runs"
    return say(template, text=text, gap=said_points(*lead.gap))


# What a cause does to a mode's ties, or a reason to its refused opportunities, and what it is.
ENDS = ("{name} ends {share} of {mode} ties", "cause")
STOPS = ("{name} accounts for {share} of refused {mode} opportunities", "reason")


def _leads_words(frame, ends, leads, words):
    """The leads of all modes in words.

    frame: shares of the first scenario, index mode and name; ends: its columns of a share and its
    interval; words: ENDS or STOPS.
    """
    does, kind = words
    parts = []
    for mode, lead in leads.items():
        def share_of(name, rows=frame.loc[mode]):
            return said_share(*rows.loc[name, ends])
        parts.append(_lead_words(lead, share_of, (say(does).replace("{mode}", say_mode(mode)), say(kind))))
    if all(lead.tested for lead in leads.values()) or not has_intervals():
        return say("{text}.", text=say("; ").join(parts))
    return say("{text}. So few replicates do not tell which {kind} is the first.", text=say("; ").join(parts),
               kind=say(kind))


def _of_first(study, frame):
    return frame[frame["scenario"] == study.first.label]


def causes(study, incidence):
    """The commonest cause of end of each mode within ten years; incidence: the part's frame."""
    years, leads = tie_parts.leading_causes(study)
    rows = _of_first(study, incidence)
    rows = rows[rows["age"] == years].set_index(["mode", "cause"])
    told = _leads_words(rows, ["share", "low", "high"], leads, ENDS)
    return say("Why ties end within {years} {time} ({scenario}): {told}", scenario=plain(study.first.label), told=told,
               time=clock.unit(study).strip(),
               years=say("ten") if years == 10 else f"{years:g}") if leads else None


def refusals(study, frame):
    """The commonest reason by mode; frame: that of the part."""
    rows = _of_first(study, frame).set_index(["mode", "reason"])
    leads = tie_parts.leading_reasons(study)
    told = _leads_words(rows, ["share", "share_low", "share_high"], leads, STOPS)
    return say("Why opportunities become no tie ({scenario}): {told}", scenario=plain(study.first.label),
               told=told) if leads else None


def money(study, frame):
    """What reaches projects, by payer; frame: that of the flows."""
    rows = _of_first(study, frame)
    rows = rows[rows["to_account"] == "projects"].sort_values("mean", ascending=False)
    parts = [f"{plain(r.from_account)} {said(r.mean, r.low, r.high)}" for r in rows.itertuples()]
    return say("Money that reaches projects over a whole run, JFY {years} ({scenario}), in million yen: {parts}.",
               years=facts.years(study.first), scenario=plain(study.first.label), parts=say("; ").join(parts)) \
        if parts else None


def effect(row, words, relative):
    """One difference in words: 'city-to-city ties −12.3 (−14 to −10)'."""
    span, base = (row.diff, row.diff_low, row.diff_high), row.mean - row.diff
    if row.unit == "share":
        return f"{words} {said_points(*span, signed=True)}"
    text = f"{words} {said(*span, signed=True)}"
    if not relative or base <= 0:
        return text
    return text + say(", ") + per_cent(100 * row.diff / base)


def per_cent(value):
    """'−17 %', with a decimal where the whole number would be 0."""
    return f"{value:+.{0 if abs(value) >= 0.5 else 1}f}\u00a0%".replace("-", "−")


def of_rule(study, scenario, metric):
    """Whether a measure is of ties that a rule of the scenario or of the first keeps from forming."""
    mode = metric.removeprefix("ties_")
    return mode in results.MODES and (facts.forbids(scenario, mode) or facts.forbids(study.first, mode))


def _by_rule(study, scenario, row):
    """What a rule does to the ties that it forbids: sentences, and no finding.

    Ties that stood at the start go on: how many of them there are is told.
    """
    mode, there = row.metric.removeprefix("ties_"), study.measure(row.metric)
    names = {"mode": say_mode(mode), "first": quoted(study.first.label)}
    here, there = (said(one.mean, one.low, one.high) for one in (row, there))
    if not facts.forbids(scenario, mode):
        return say("In {first} no new {mode} ties form, by rule. Here there are {here} at a time; there, {there}.",
                   here=here, there=there, **names)
    if facts.forbids(study.first, mode):
        return say("By rule no new {mode} ties form, as in {first}.", **names)
    if row.mean > 0:
        return say("By rule no new {mode} ties form. At a time there are {here}, all from the start; {first} has {there}.",
                   here=here, there=there, **names)
    return say("By rule no {mode} ties form; {first} has {there} at a time.", there=there, **names)


def of_too_few(study, scenario, row):
    """Whether a difference has no interval though there are replicates: most of them have no value of it."""
    return not math.isfinite(row.diff_low) and not study.is_few(scenario)


def effects(study, scenario, above=()):
    """({told, perhaps, untold} effects in words, ruled: sentences of what a rule does) of a scenario against the first.

    above: measures that the head of the page tells."""
    found = {"told": [], "perhaps": [], "untold": [], "ruled": []}
    for metric, words in key_measures(study):
        row = study.measure(metric, scenario)
        if row is None or metric in above or not math.isfinite(row.diff) or of_too_few(study, scenario, row):
            continue
        if of_rule(study, scenario, metric):
            found["ruled"].append(_by_rule(study, scenario, row))
            continue
        sure = row.p_holm < SIGNIFICANT
        own = row.diff_low > 0 or row.diff_high < 0
        found["told" if sure else "perhaps" if own else "untold"].append(effect(row, words, sure or own))
    return found


def policy(study, scenario, above=()):
    """What a scenario changes against the first, and what it does not to be told apart; what is by rule comes first.

    above: measures that the head of the page tells of it, which are not told again."""
    if reason := uncompared.why(study, scenario):
        return reason
    with without_intervals(study.is_few(scenario)):
        told = _policy(study, scenario, above)
    if study.is_few(scenario) and not study.is_few():
        told = say("{text} {reason}", text=told, reason=few.short(study, scenario))
    return say(" ").join(filter(None, [told, uncompared.other_record(study, scenario)]))


def _policy(study, scenario, above):
    found = effects(study, scenario, above)
    ruled, measured = found.pop("ruled"), _measured(study, scenario, found, bool(above))
    sentences = [*ruled, begun(measured) if ruled else measured, _by_sign(study, scenario, above)]
    nothing = "All that the key measures tell of {name} stands at the head of the page." if above else \
        "{name} has no key measure in common with {first}."
    return say(" ").join(filter(None, sentences)) or \
        say(nothing, name=quoted(scenario.label), first=quoted(study.first.label))


def _by_sign(study, scenario, above):
    """What the sign test alone tells of the key measures that stand here, as a sentence."""
    named = dict(key_measures(study))
    rows = {metric: study.measure(metric, scenario) for metric in named if metric not in above}
    return signs.words([row for metric, row in rows.items() if row is not None and not of_rule(study, scenario, metric)],
                       lambda row: named[row.metric])


def _measured(study, scenario, found, above):
    """The effects that chance may make, in words; '' without any. above: whether others are told elsewhere."""
    name, first = quoted(scenario.label), quoted(study.first.label)
    joined = {key: say("; ").join(parts) for key, parts in found.items()}
    if not any(found.values()):
        return ""
    if not found["told"] and not found["perhaps"] and study.is_few(scenario):
        return say("{name} against {first}, over the whole run: {told}.", name=name, first=first, told=joined["untold"])
    if not found["told"] and not found["perhaps"]:
        return say("In {name} no other key measure can be told apart from {first}: {untold}." if above else
                   "In {name} no key measure can be told apart from {first}: {untold}.", name=name, first=first,
                   untold=joined["untold"])
    if not found["told"]:
        text = say("{name} against {first}, over the whole run, less sure (by intervals not corrected for many comparisons): "
                   "{perhaps}.", name=name, first=first, perhaps=joined["perhaps"])
    else:
        text = say("{name} against {first}, over the whole run: {told}.", name=name, first=first, told=joined["told"])
        if found["perhaps"]:
            text += say(" Less sure, by an interval not corrected for many comparisons: {perhaps}.", perhaps=joined["perhaps"])
    return text + (say(" Not told apart: {untold}.", untold=joined["untold"]) if found["untold"] else "")


def general(study):
    """The key measures of the first scenario over the whole run."""
    parts = []
    for metric, words in key_measures(study):
        row = study.measure(metric)
        if row is not None:
            show = said_share if row.unit == "share" else said
            parts.append(f"{words} {show(row.mean, row.low, row.high)}")
    return say("Over the whole run ({scenario}): {parts}.", scenario=plain(study.first.label),
               parts=say("; ").join(parts)) if parts else None


def _claim(leads, template):
    """The first names of the modes in a few words, where the runs tell which are the first of several; else ''."""
    if not leads or not all(lead.sure and lead.next for lead in leads.values()):
        return ""
    return begun(listed(say(template, name=plain(lead.first), mode=say_mode(mode)) for mode, lead in leads.items())) \
        + say(".")


def _claims(study, parts):
    """Fill in the short titles of those whose findings are long, where replicates are enough to claim anything."""
    if study.is_few():
        return
    if "incidence" in parts:
        parts["incidence"].claim = _claim(tie_parts.leading_causes(study)[1],
                                          "{mode} ties end most often through {name}")
    if "refusals" in parts:
        parts["refusals"].claim = _claim(tie_parts.leading_reasons(study),
                                         "{mode} opportunities fail most often through {name}")
    if "flows" in parts:
        rows = _of_first(study, parts["flows"].frame)
        payers = rows[rows["to_account"] == "projects"].nlargest(2, "mean")
        if len(payers) == 2:
            parts["flows"].claim = say("{first} and {second} bear most of the money that reaches projects.",
                                       first=plain(payers["from_account"].iloc[0]),
                                       second=plain(payers["from_account"].iloc[1]))


def of_parts(study, parts):
    """Fill in the findings of the parts {key: Part} that need more than their own table."""
    _claims(study, parts)
    for key, write in (("incidence", causes), ("refusals", refusals), ("flows", money)):
        if key in parts:
            parts[key].finding = _unless_absent(write, study, parts[key].frame)
    if "survival" in parts:
        parts["survival"].finding = _unless_absent(lasting, study)


def policies(study, above=None):
    """[(scenario, what it changes)] of all but the first; above: {label: measures} that the head of the page tells."""
    return [(s, begun(policy(study, s, (above or {}).get(s.label, ())))) for s in study.scenarios[1:]]


def reading(study):
    """How to read the intervals."""
    if study.is_sweep:
        return say("In brackets are 95 % intervals, by resampling the points of the design or leaving them out (of "
                   "a factor's ends over replicates). Where all points share their seeds, they speak of these seeds. "
                   "They do not show how right the model is. The points are no replicates of one "
                   "another, so the page has no means over them: kumiai run makes replicates of one.")
    if study.is_few():
        return say("A number has an interval from {n} replicates on; without one it may be chance.", n=survival.FEWEST_REPLICATES)
    n = sorted({s.n for s in study.scenarios})
    counts = f"{n[0]}" if len(n) == 1 else say("{low} to {high}", low=n[0], high=n[-1])
    text = say("In brackets are 95 % intervals over {counts} replicates per scenario. {source} They do not show how "
               "right the model is.", counts=counts, source=uncertainty(study))
    if any(map(study.is_few, study.scenarios)):
        text += say(" A scenario with fewer than {n} replicates has none.", n=survival.FEWEST_REPLICATES)
    if len(study.scenarios) > 1:
        text += say(" A difference counts as a change where its p-value, corrected by Holm for all "
                    "differences of the report, is below 0.05. Where only its own interval leaves "
                    "out 0, the change is listed as less sure, because some of many such intervals "
                    "leave out 0 by chance alone.")
    return text


def uncertainty(study):
    """What the intervals of the first scenario are of: chance alone, or of the parameters as well."""
    if study.draws(study.first) is None:
        return say("They show the chance in the model's draws; the parameters stay at one set of values.")
    if counts := drawn.shared(study.first):
        return say("They show the chance in the model's draws and what the data leave open in the parameters: {runs} "
                   "replicates are of {draws} draws of the parameters. Those of one draw count as one.",
                   runs=counts[1], draws=counts[0])
    return say("They show the chance in the model's draws and what the data leave open in the parameters, "
               "since every draw of the parameters has replicates of its own.")
