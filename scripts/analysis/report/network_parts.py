# SPDX-License-Identifier: GPL-3.0-or-later
"""Part of the report on how unequal the network is: who has how many partners."""

import pandas as pd

import kumiai_results as results
from analysis import intervals, network

from . import queries
from .part import Part
from .parts import stack

SIDES = {"donor_id": "donors", "partner_id": "partner cities"}


def _degrees(scenario, ties):
    """Members with at least k partners at the end of the run, by side: mean and interval."""
    pairs = ties.loc[ties["terminus_censored"], ["run_id", *network.PAIR]].drop_duplicates()
    rows = []
    for column, side in SIDES.items():
        degree = pairs.groupby(["run_id", column]).size()
        for k in range(1, int(degree.max() if len(degree) else 0) + 1):
            members = (degree >= k).groupby(level="run_id").sum()
            found = intervals.mean_interval(members.reindex(scenario.runs.index, fill_value=0))
            rows.append((side, k, found.n, found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=["side", "partners", "n", "mean", "low", "high"])


def degrees(study):
    """How many partners donors and partner cities have."""
    found, reasons = study.each(lambda s: _degrees(s, study.ties(s)))
    frame = stack(found)
    if frame.empty:
        raise results.Absent("no tie is left at the end of the run")
    chart = {"kind": "lines", "facet": "side", "series": "scenario", "x": "partners", "y": "mean",
             "xname": "partners, at least"}
    return Part(frame, queries.DEGREES, chart,
                "Members with at least so many partners at the end of the run, mean of the "
                "replicates (cumulative distribution of degrees). " + queries.INTERVAL,
                "", reasons)
