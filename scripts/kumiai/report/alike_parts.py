# SPDX-License-Identifier: GPL-3.0-or-later
"""Part of the report on which mode lasts, like against like; as scripts/modes.py has it."""

import pandas as pd

from kumiai import matching, results

from . import queries
from .part import Part, plain, said
from .parts import stack
from .tie_parts import HORIZON, verdict


def _hundredths(value):
    return f"{value:.2f}".replace("-", "−")


def _signed(value):
    return f"{value:+.2f}".replace("-", "−")


def _finding(frame, label):
    """Both means and their difference, of the first scenario."""
    mine = frame[frame["scenario"] == label].set_index("what")
    if mine.empty:
        return ""
    spans = {what: tuple(row) for what, row in mine[["years", "low", "high"]].iterrows()}
    regional, city = (said(*spans[what], _hundredths) for what in ("regional", "city_to_city, alike"))
    return f"Like against like, in the {mine['histories'].iloc[0]} histories of {plain(label)} in which a regional " \
           f"tie has a city-to-city tie alike in partner country, sector and year of onset: regional ties last " \
           f"{regional} of their first ten years, the city-to-city ones {city}, a difference of " \
           f"{said(*spans['difference'], _signed)} years{verdict(spans['difference'])}"


def alike(study):
    """Mean years of regional ties and of the city-to-city ties alike, and their difference."""
    def read(scenario):
        found = matching.of_scenario(scenario, study.ties(scenario), HORIZON).found
        if found is None:
            raise results.Absent(f"{scenario.label}: no regional tie has a city-to-city tie alike that was followed "
                                 f"for {HORIZON} years, in a history in which a cooperative works abroad")
        return pd.DataFrame(matching.rows(found))
    found, reasons = study.each(read)
    frame = stack(found)
    note = ("Mean years that a tie lasts within its first ten: regional ties, and city-to-city ties alike in partner "
            "country, sector and year of onset, which weigh together as much as the regional ties of the same "
            "country, sector and year; in histories in which a cooperative works abroad. A tie that goes on as "
            "another has not ended. 95 % intervals leave out one history at a time: histories, not ties, are "
            "independent. scripts/modes.py gives the same.")
    return Part(frame, queries.ALIKE, {"kind": "table"}, note, _finding(frame, study.first.label), reasons)
