# SPDX-License-Identifier: GPL-3.0-or-later
"""Which scenarios may be compared: those that run over the same time.

A measure over the whole run (projects started, ties at the end) is of the length of the run and of where it begins, so a
difference between runs of other years is none that a setting makes.
"""

from dataclasses import dataclass

from . import results

BEGINS = "run.start_year"
RECORD = "record."  # settings of what a run of cooperation begins with
LENGTHS = ("run.years", "run.steps")  # of models of years, of models that count steps


@dataclass(frozen=True)
class Span:
    """The time of a run. begins: its first year, None where the model counts steps; length: years or steps."""

    begins: float | None
    length: float

    def __str__(self):
        return f"{self.length:,g} steps" if self.begins is None else self.years("–")

    def years(self, dash):
        """'2000–2039' of a run of years."""
        last = self.begins + self.length - 1
        return f"{self.begins:g}" if last <= self.begins else f"{self.begins:g}{dash}{last:g}"


def span(scenario):
    """The Span of a scenario's runs by its settings, None where the file does not say."""
    try:
        known = results.settings(scenario)
    except results.Absent:
        return None
    length = next((known[name] for name in LENGTHS if name in known), None)
    if length is None:
        return None
    begins = known.get(BEGINS) if LENGTHS[0] in known else None
    return Span(None if begins is None else float(begins), float(length))


def apart(scenario, first):
    """(span of the scenario, span of the first) where they are not the same, None where they are or are unknown."""
    mine, there = span(scenario), span(first)
    return None if mine is None or there is None or mine == there else (mine, there)


def apart_at_a_time(scenario, first):
    """The same for the measures of one year or step, which how long runs go on afterwards does not change."""
    found = apart(scenario, first)
    return None if found is None or found[0].begins == found[1].begins else found


def other_record(scenario, first):
    """Whether a scenario begins with another record than the first. It is compared: a study of the record means that."""
    try:
        mine, there = results.settings(scenario), results.settings(first)
    except results.Absent:
        return False
    return any(name.startswith(RECORD) and mine.get(name) != there.get(name) for name in {*mine, *there})


def notes(scenarios, by=apart):
    """A sentence for each scenario whose runs are of another time than those of the first; by: apart or
    apart_at_a_time."""
    first = scenarios[0]
    found = ((s.label, by(s, first)) for s in scenarios[1:])
    return [f"{label} runs {spans[0]}, {first.label} {spans[1]}: it is not compared (compare it with a scenario of the "
            "same time)." for label, spans in found if spans]
