# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of the report on the network: who has how many partners, how it holds together."""

import pandas as pd

from kumiai import drawn, intervals, network, results

from . import parts, queries
from .language import quoted, say
from .part import Part, plain, said, said_share

SHAPE = ("network_giant_share", "network_top_bridge_share", "network_components",
         "network_modularity")
SIDES = {"donor_id": "donors", "partner_id": "partner cities"}
SEVERAL = 5


def _degrees(scenario, ties):
    """Members with at least k partners at the end of the run, by side: mean and interval."""
    pairs = ties.loc[ties["terminus_censored"], ["run_id", *network.PAIR]].drop_duplicates()
    rows = []
    for column, side in SIDES.items():
        degree = pairs.groupby(["run_id", column]).size()
        for k in range(1, int(degree.max() if len(degree) else 0) + 1):
            members = (degree >= k).groupby(level="run_id").sum()
            members = members.reindex(scenario.runs.index, fill_value=0)
            found = intervals.mean_interval(drawn.by_unit(scenario, members))
            rows.append((side, k, found.n, found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=["side", "partners", "n", "mean", "low", "high"])


def degrees(study):
    """How many partners donors and partner cities have."""
    found, reasons = study.each(lambda s: _degrees(s, study.ties(s)))
    frame = parts.stack(found)
    if frame.empty:
        raise results.Absent(say("no tie is left at the end of the run"))
    chart = {"kind": "lines", "facet": "side", "series": "scenario", "x": "partners", "y": "mean",
             "xname": say("partners, at least")}
    return Part(frame, queries.DEGREES, chart,
                say("Members with at least so many partners at the end of the run, mean of the "
                    "replicates (cumulative distribution of degrees). {interval}", interval=queries.interval()),
                _most_partners(frame, study.first), reasons)


def shape(study):
    """How the network holds together."""
    frame, reasons = parts.some(study, SHAPE, "the network")
    giant, bridge = (parts.last(frame, m, study.first) for m in SHAPE[:2])
    finding = "" if giant is None or bridge is None else say(
        "In JFY {year} the largest connected part holds {giant} of the members of the network in {scenario}, and one "
        "donor carries {bridge} of the bridging that donors do.", year=int(giant["year"]),
        giant=parts.level(giant, said_share), scenario=quoted(study.first.label), bridge=parts.level(bridge, said_share))
    return Part(frame, queries.STOCK, parts.lines(study),
                say("Connected parts: components. Bridging: the share of shortest paths on which the donor "
                    "with most of them lies (betweenness). Modularity, every tenth year: how well the "
                    "network falls into communities; 0 = not at all. Taken in April. {interval}",
                    interval=queries.interval()), finding, reasons)


def _most_partners(frame, scenario):
    """How many members have several partners, of both sides, as a title."""
    mine = frame[(frame["scenario"] == scenario.label) & (frame["partners"] == SEVERAL)].set_index("side")
    if set(mine.index) != set(SIDES.values()):
        return ""
    donors, partners = (said(*mine.loc[side, ["mean", "low", "high"]]) for side in SIDES.values())
    return say("At the end {donors} donors have five partners or more, and {partners} partner cities work with as many "
               "donors ({scenario}).", donors=donors, partners=partners, scenario=plain(scenario.label))
