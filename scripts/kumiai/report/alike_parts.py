# SPDX-License-Identifier: GPL-3.0-or-later
"""Part of the report on which mode lasts, like against like; as scripts/modes.py has it."""

import pandas as pd

from kumiai import matching, results

from . import queries
from .language import say
from .part import Part
from .parts import stack
from .study import HORIZON


def of_scenario(study, scenario):
    """matching.Matched of a scenario; raises Absent where no regional tie has its like."""
    if scenario.label not in study.alike:
        found = matching.of_scenario(scenario, study.ties(scenario), HORIZON).found if study.has_cooperation else None
        study.alike[scenario.label] = found
    if study.alike[scenario.label] is None:
        raise results.Absent(f"{scenario.label}: no regional tie has a city-to-city tie alike that was followed "
                             f"for {HORIZON} years, in a history in which a cooperative works abroad")
    return study.alike[scenario.label]


def _finding(frame, scenarios):
    """In how many scenarios regional ties outlast those alike, as a title."""
    if len(scenarios) < 2:
        return ""
    gaps = frame[frame["what"] == "difference"]
    longer = int((gaps["low"] > 0).sum())
    return say("Like against like, regional ties last longer beyond chance in {n} of {all} scenarios.", n=longer,
               all=len(gaps))


def alike(study):
    """Mean years of regional ties and of the city-to-city ties alike, and their difference."""
    found, reasons = study.each(lambda s: pd.DataFrame(matching.rows(of_scenario(study, s))))
    frame = stack(found)
    note = say("Mean years that a tie lasts within its first ten: regional ties, and city-to-city ties alike in partner "
               "country, sector and year of onset, which weigh together as much as the regional ties of the same "
               "country, sector and year; in histories in which a cooperative works abroad. A tie that goes on as "
               "another has not ended. 95 % intervals leave out one history at a time: histories, not ties, are "
               "independent. scripts/modes.py gives the same.")
    return Part(frame, queries.ALIKE,
                {"kind": "forest", "category": "scenario", "choose": "what", "x": "years", "unit": "",
                 "xname": say("years within the first ten"), "first": "difference"},
                note, _finding(frame, study.scenarios), reasons)
