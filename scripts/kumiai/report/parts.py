# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of the report that stand on series and summaries: ties, measures, differences."""

import pandas as pd

from kumiai import results

from . import queries
from .part import Part, plain, said, said_share

CONCENTRATION = ("share_top1", "share_top3", "gini_donors", "donors_active")
CONCENTRATION_YEARS = 5
MODE_WORD = {"city_to_city": "city-to-city", "regional": "regional"}
KNOWHOW = ("knowhow_kept", "knowhow_kept_cooperatives", "knowhow_passed_on", "need_relieved")
LINES = {"kind": "lines", "facet": "measure", "series": "scenario", "x": "year", "y": "mean",
         "unit": "unit", "xname": "fiscal year"}


def some(study, measures, what):
    """Rows of the series of some measures; raises Absent if there are none."""
    frame, reasons = study.series
    frame = frame[frame["measure"].isin(measures)]
    if frame.empty:
        raise results.Absent(f"the runs have no measure of {what}")
    place = {m: i for i, m in enumerate(measures)}
    return frame.sort_values("measure", key=lambda c: c.map(place), kind="stable"), reasons


def last(frame, measure, scenario):
    """(last year, its row) of a measure of one scenario, None without any."""
    mine = frame[(frame["measure"] == measure) & (frame["scenario"] == scenario.label)]
    return None if mine.empty else mine.iloc[-1]


def level(row, words=said):
    """Mean and interval of a row in words."""
    return words(row["mean"], row["low"], row["high"])


def ties(study):
    """Active ties by mode over time."""
    frame, reasons = some(study, [f"ties_{m}" for m in results.MODES], "ties")
    rows = {m: last(frame, f"ties_{m}", study.first) for m in results.MODES}
    told = [f"{level(row)} {MODE_WORD[m]} ties" for m, row in rows.items() if row is not None]
    year = int(frame["year"].max())
    return Part(frame, queries.STOCK, LINES,
                f"Ties alive at the end of each fiscal year. Line: mean; band: {queries.INTERVAL}",
                f"At the end of JFY {year}, {plain(study.first.label)} has "
                f"{' and '.join(told)}{' on average' if study.first.n > 1 else ''}.", reasons)


def _window(frame, last):
    """'2035 to 2039': the years that a measure of concentration at the end of a year is of."""
    first = max(last - CONCENTRATION_YEARS + 1, int(frame["year"].min()))
    return f"{last}" if first == last else f"{first} to {last}"


def concentration(study):
    """Who starts the projects."""
    frame, reasons = some(study, CONCENTRATION, "concentration")
    top, gini = (last(frame, m, study.first) for m in ("share_top3", "gini_donors"))
    finding = "" if top is None else (
        f"In JFY {_window(frame, top['year'])} the three largest donors started "
        f"{level(top, said_share)} of the projects in {plain(study.first.label)}"
        + (f"; the Gini coefficient among active donors is {level(gini)}." if gini is not None else "."))
    return Part(frame, queries.STOCK, LINES,
                "Projects started in the year and the four before it. " + queries.INTERVAL,
                finding, reasons)


def knowhow(study):
    """What is kept at home and passed on abroad."""
    frame, reasons = some(study, KNOWHOW, "know-how")
    told = []
    for measure, who in (("knowhow_kept", "local governments"), (
            "knowhow_kept_cooperatives", "cooperatives with sanitation works")):
        row = last(frame, measure, study.first)
        if row is not None:
            told.append(f"{level(row, said_share)} of it for {who}")
    finding = "Mean know-how of those that exist at the end of the run, against the mean of " \
              f"those at the start: {' and '.join(told)} ({plain(study.first.label)})." \
              if told else ""
    return Part(frame, queries.STOCK, LINES,
                "Passed on: capacity that partner cities gained, 1 = one city led from none to all. "
                + queries.INTERVAL, finding, reasons)


def measures(study):
    """Every measure over time."""
    frame, reasons = study.series
    chart = LINES | {"choose": "measure"}
    return Part(frame, queries.STOCK, chart,
                "Stocks at the end of the fiscal year; flows (per year) summed over it. "
                + queries.INTERVAL, "", reasons)


def differences(study):
    """Paired differences of all measures to the first scenario."""
    frame = study.comparison
    if len(study.scenarios) < 2:
        raise results.Absent("there is one scenario only, so there is nothing to compare it with")
    kept = frame[frame["diff_kind"] != "reference"]
    columns = ["metric", "unit", "scenario", "diff_kind", "pairs", "diff", "diff_low", "diff_high",
               "d", "p_holm", "verdict"]
    kept = kept[kept["diff"].notna()][columns].rename(columns={
        "diff": "difference", "diff_low": "low", "diff_high": "high", "p_holm": "p_corrected",
        "diff_kind": "kind"})
    chart = {"kind": "forest", "category": "scenario", "choose": "metric", "x": "difference",
             "unit": "unit", "tested": True,
             "xname": f"difference to {plain(study.first.label)}"}
    tests = int(frame["p"].notna().sum())
    return Part(kept, queries.DIFFERENCE, chart,
                f"Difference to {plain(study.first.label)} in pairs of equal seed and "
                f"replicate, with its 95 % interval. p_corrected: Holm's, for all {tests} "
                "differences of the table: below 0.05 the dot is filled, told apart from no "
                "difference. An open dot whose interval leaves out 0 is less sure, since that "
                "interval is not corrected; one whose interval includes 0 is not told apart. "
                "d: Cohen's d. " + queries.INTERVAL)


def levels(study):
    """Means of all measures."""
    frame = study.comparison[["metric", "unit", "scenario", "n", "mean", "low", "high"]]
    frame = frame.assign(meaning=[study.docs["summary"].get(m, ("", ""))[1] for m in frame["metric"]])
    return Part(frame, queries.MEASURE,
                {"kind": "table", "choose": "metric"}, queries.INTERVAL)


def stack(found):
    """Frames of scenarios under each other, with the scenario's label first."""
    frames = [f.assign(scenario=s.label) for s, f in found]
    frame = pd.concat(frames, ignore_index=True)
    return frame[["scenario", *[c for c in frame if c != "scenario"]]]
