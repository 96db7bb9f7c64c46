# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of the report on the network: who has how many partners, how it holds together."""

import pandas as pd

from kumiai import intervals, network, results

from . import parts, queries
from .part import Part, plain, said_share

SHAPE = ("network_giant_share", "network_top_bridge_share", "network_components",
         "network_modularity")
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
    frame = parts.stack(found)
    if frame.empty:
        raise results.Absent("no tie is left at the end of the run")
    chart = {"kind": "lines", "facet": "side", "series": "scenario", "x": "partners", "y": "mean",
             "xname": "partners, at least"}
    return Part(frame, queries.DEGREES, chart,
                "Members with at least so many partners at the end of the run, mean of the "
                "replicates (cumulative distribution of degrees). " + queries.INTERVAL,
                "", reasons)


def shape(study):
    """How the network holds together."""
    frame, reasons = parts.some(study, SHAPE, "the network")
    giant, bridge = (parts.last(frame, m, study.first) for m in SHAPE[:2])
    finding = "" if giant is None or bridge is None else (
        f"In JFY {int(giant['year'])} the largest connected part holds {parts.level(giant, said_share)} of "
        f"the members of the network in {plain(study.first.label)}, and one donor carries "
        f"{parts.level(bridge, said_share)} of the bridging that donors do.")
    return Part(frame, queries.STOCK, parts.LINES,
                "Giant: the largest connected part of the network (component). Top bridge: the donor "
                "on most shortest paths (betweenness). Modularity, every tenth year: how well the "
                "network falls into communities; 0 = not at all. Taken in April. " + queries.INTERVAL,
                finding, reasons)
