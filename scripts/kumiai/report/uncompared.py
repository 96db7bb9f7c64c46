# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios of which no difference is told: they run over another time than the first, or are equal to it."""

from .language import quoted, say


def _time(span):
    """'2000–2039' or '300 steps'."""
    return span.years(say("–")) if span.begins is not None else say("{n} steps", n=f"{span.length:,g}")


def other_time(study, scenario):
    """That a scenario runs over another time than the first, '' where it does not."""
    spans = study.apart.get(scenario.label)
    if spans is None:
        return ""
    template = "{name} runs {mine}, {first} {there}: it is not compared (compare it with a scenario of the same years)."
    if spans[0].begins is None:
        template = "{name} runs {mine}, {first} {there}: it is not compared (compare it with a scenario of as many steps)."
    return say(template, name=quoted(scenario.label), first=quoted(study.first.label), mine=_time(spans[0]),
               there=_time(spans[1]))


def equal(study, scenario):
    """That a scenario has the values of the first in every replicate, '' where it has not."""
    found = study.equal.get(scenario.label)
    if found is None:
        return ""
    template = ("{name} is {first} again: the same settings, and the same result in all {n} replicates.",
                "{name} changes nothing in {first}: all measures are equal in all {n} replicates.")
    if found.replicates == 1:
        template = ("{name} is {first} again: the same settings, and the same result.",
                    "{name} changes nothing in {first}: all measures are equal in the one replicate.")
    return say(template[not found.same_settings], name=quoted(scenario.label), first=quoted(study.first.label),
               n=found.replicates)


def why(study, scenario):
    """Why no difference of a scenario is told, as a sentence, '' where differences are."""
    reason = other_time(study, scenario) or equal(study, scenario)
    return reason[:1].upper() + reason[1:]


def all_of_them(study):
    """The reasons of all further scenarios, [] where a difference of one is told."""
    reasons = [why(study, s) for s in study.scenarios[1:]]
    return reasons if all(reasons) else []


def other_record(study, scenario):
    """That a scenario begins with another record than the first, '' where it does not."""
    if scenario.label not in study.other_records:
        return ""
    return say("{name} begins with another record than {first}, so what differs holds the beginning as well.",
               name=quoted(scenario.label), first=quoted(study.first.label))
