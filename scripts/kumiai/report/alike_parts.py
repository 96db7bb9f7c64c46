# SPDX-License-Identifier: GPL-3.0-or-later
"""Part of the report on which mode lasts, like against like; as scripts/modes.py has it."""

import numpy as np
import pandas as pd

from kumiai import intervals, matching, results

from . import facts, queries
from .findings import SIGNIFICANT, say_mode
from .language import say
from .part import Part, has_intervals, on_intervals, plain
from .parts import stack
from .study import HORIZON



def of_scenario(study, scenario):
    """matching.Matched of a scenario; raises Absent where it compares nothing: a rule forbids a mode, no regional
    tie has its like, or all are a few ties of the record, which every run begins with."""
    for mode in results.MODES:
        if facts.forbids(scenario, mode):
            raise results.Absent(say("{scenario}: no new {mode} ties form, by rule, so the modes are not compared",
                                     scenario=plain(scenario.label), mode=say_mode(mode)))
    if scenario.label not in study.alike:
        study.alike[scenario.label] = matching.of_scenario(scenario, study.ties(scenario), HORIZON) \
            if study.has_cooperation else None
    compared = study.alike[scenario.label]
    if compared is None or compared.found is None:
        raise results.Absent(f"{scenario.label}: no regional tie has a city-to-city tie alike that was followed "
                             f"for {HORIZON} years, in a replicate in which a cooperative works abroad")
    if compared.distinct < matching.FEWEST_TIES:
        raise results.Absent(say("{scenario}: fewer than {n} different ties of a mode have their like in the other, "
                                 "so the modes are not compared", scenario=plain(scenario.label), n=matching.FEWEST_TIES))
    return compared.found


def _rows(found):
    """The table of a scenario, with the p-value of the difference."""
    rows = pd.DataFrame(matching.rows(found))
    rows["p"] = np.where(rows["what"] == "difference", found.regional.minus(found.city).p_value(), np.nan)
    return rows


def _finding(frame):
    """In how many of the scenarios compared regional ties outlast those alike, as a title; of one the card tells."""
    gaps = frame[frame["what"] == "difference"]
    if len(gaps) < 2 or not has_intervals():
        return ""
    longer = int(((gaps["p_corrected"] < SIGNIFICANT) & (gaps["years"] > 0)).sum())
    return say("Like against like, regional ties last longer beyond chance in {n} of {all} scenarios.", n=longer,
               all=len(gaps))


def alike(study):
    """Mean years of regional ties and of the city-to-city ties alike, and their difference."""
    found, reasons = study.each(lambda s: _rows(of_scenario(study, s)))
    frame = stack(found)
    frame["p_corrected"] = intervals.holm(frame.pop("p"))
    note = say("Mean years that a tie lasts within its first ten: regional ties, and city-to-city ties alike in partner "
               "country, sector and year of onset, which weigh together as much as the regional ties of the same "
               "country, sector and year; in replicates in which a cooperative works abroad. A tie that goes on as "
               "another has not ended. scripts/modes.py gives the same.")
    note += on_intervals(" 95 % intervals leave out one replicate at a time: replicates, not ties, are independent.")
    note += on_intervals(" The dot of a difference is filled where its p-value, corrected by Holm for the {n} scenarios "
                         "compared, is below 0.05.", n=len(found)) if len(found) > 1 else \
        on_intervals(" The dot of a difference is filled where its p-value is below 0.05.")
    return Part(frame, queries.ALIKE,
                {"kind": "forest", "category": "scenario", "choose": "what", "x": "years", "unit": "",
                 "xname": say("years within the first ten"), "first": "difference", "tested": "difference"},
                note, _finding(frame), reasons)
