# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of the report that stand on series and summaries: ties, measures, differences."""

import numpy as np
import pandas as pd

from kumiai import drawn, intervals, results

from . import facts, queries
from .language import listed, say, translated
from .part import Part, plain, said, said_share

CONCENTRATION = ("share_top1", "share_top3", "gini_donors", "donors_active")
CONCENTRATION_YEARS = 5
MODE_WORD = {"city_to_city": "city-to-city", "regional": "regional"}
KNOWHOW = ("knowhow_kept", "knowhow_kept_cooperatives", "knowhow_passed_on", "need_relieved")
LINES = {"kind": "lines", "facet": "measure", "series": "scenario", "x": "year", "y": "mean",
         "unit": "unit"}


def lines(study):
    """How measures over time are drawn."""
    return LINES | {"xname": say("fiscal year") if study.by_fiscal_year else say("time")}


def some(study, measures, what):
    """Rows of the series of some measures; raises Absent if there are none."""
    frame, reasons = study.series
    frame = frame[frame["measure"].isin(measures)]
    if frame.empty:
        raise results.Absent(say("the runs have no measure of {what}", what=say(what)))
    place = {m: i for i, m in enumerate(measures)}
    return frame.sort_values("measure", key=lambda c: c.map(place), kind="stable"), reasons


def last(frame, measure, scenario):
    """(last year, its row) of a measure of one scenario, None without any."""
    mine = frame[(frame["measure"] == measure) & (frame["scenario"] == scenario.label)]
    return None if mine.empty else mine.iloc[-1]


def level(row, words=said):
    """Mean and interval of a row in words."""
    return words(row["mean"], row["low"], row["high"])


def _ties_of_spells(study):
    """The same of a model of its own, from its spells."""
    def read(scenario):
        tables = {mode: drawn.by_unit(scenario, table, "columns") for mode, table in study.alive(scenario).items()}
        bands = [intervals.band(table).assign(measure=mode, unit="ties", n=table.shape[1])
                 for mode, table in tables.items()]
        return pd.concat(bands).reset_index()
    found, reasons = study.each(read)
    frame = stack(found)[["measure", "unit", "scenario", "year", "n", "mean", "low", "high"]]
    return Part(frame, queries.ALIVE, lines(study),
                say("Ties alive at the end of each year. Line: mean; band: 95 % intervals over replicates."), "",
                reasons)


def ties(study):
    """Active ties by mode over time."""
    if not study.has_cooperation:
        return _ties_of_spells(study)
    frame, reasons = some(study, [f"ties_{m}" for m in results.MODES], "ties")
    rows = {m: last(frame, f"ties_{m}", study.first) for m in results.MODES}
    told = [say("{number} {mode} ties", number=level(row), mode=say(MODE_WORD[m])) for m, row in rows.items()
            if row is not None]
    year = int(frame["year"].max())
    return Part(frame, queries.STOCK, lines(study),
                say("Ties alive at the end of each fiscal year. Line: mean; band: 95 % intervals over replicates."),
                say("At the end of JFY {year}, {scenario} has {ties}.", year=year, scenario=plain(study.first.label),
                    ties=listed(told)), reasons)


def _window(study, last):
    """'2035 to 2039': the years that a measure of concentration at the end of a year is of."""
    first = max(last - CONCENTRATION_YEARS + 1, int(results.windows(study.first)["start"].min() + 1e-6))
    return f"{last}" if first == last else say("{low} to {high}", low=first, high=last)


def concentration(study):
    """Who starts the projects."""
    frame, reasons = some(study, CONCENTRATION, "concentration")
    top, gini = (last(frame, m, study.first) for m in ("share_top3", "gini_donors"))
    finding = "" if top is None else say(
        "In JFY {years} the three largest donors started {share} of the projects in {scenario}",
        years=_window(study, top["year"]), share=level(top, said_share), scenario=plain(study.first.label))
    if finding:
        finding = say("{text}; the Gini coefficient among active donors is {gini}.", text=finding, gini=level(gini)) \
            if gini is not None else say("{text}.", text=finding)
    return Part(frame, queries.STOCK, lines(study),
                say("Projects started in the year and the four before it. {interval}", interval=queries.interval()),
                finding, reasons)


def knowhow(study):
    """What is kept at home and passed on abroad."""
    frame, reasons = some(study, KNOWHOW, "know-how")
    told = []
    for measure, who in (("knowhow_kept", "local governments"), (
            "knowhow_kept_cooperatives", "cooperatives with sanitation works")):
        row = last(frame, measure, study.first)
        if row is not None:
            told.append(say("{share} of it for {who}", share=level(row, said_share), who=say(who)))
    finding = say("Mean know-how of those that exist at the end of the run, against the mean of those at the start: "
                  "{shares} ({scenario}).", shares=listed(told), scenario=plain(study.first.label)) if told else ""
    return Part(frame, queries.STOCK, lines(study),
                say("Passed on: capacity that partner cities gained, 1 = one city led from none to all. {interval}",
                    interval=queries.interval()), finding, reasons)


def measures(study):
    """Every measure over time."""
    frame, reasons = study.series
    chart = lines(study) | {"choose": "measure"}
    return Part(frame, queries.STOCK, chart,
                say("Stocks at the end of the year; flows (per year) summed over it. {interval}",
                    interval=queries.interval()), "", reasons)


def differences(study):
    """Paired differences of all measures to the first scenario."""
    frame = study.comparison
    if len(study.scenarios) < 2:
        raise results.Absent(say("there is one scenario only, so there is nothing to compare it with"))
    kept = frame[frame["diff_kind"] != "reference"]
    columns = ["metric", "unit", "scenario", "diff_kind", "pairs", "diff", "diff_low", "diff_high",
               "d", "p_holm", "verdict"]
    kept = kept[kept["diff"].notna()][columns].rename(columns={
        "diff": "difference", "diff_low": "low", "diff_high": "high", "p_holm": "p_corrected",
        "diff_kind": "kind"})
    ruled = _ruled(study, kept)
    kept.loc[ruled, ["p_corrected", "verdict"]] = [np.nan, ""]
    chart = {"kind": "forest", "category": "scenario", "choose": "metric", "x": "difference",
             "unit": "unit", "tested": True,
             "xname": say("difference to {scenario}", scenario=plain(study.first.label))}
    tests = int(frame["p"].notna().sum())
    rule = say(" Where a rule keeps ties from forming, their difference is no finding: its dot stays open.") \
        if ruled.any() else ""
    return Part(kept, queries.DIFFERENCE, chart,
                say("Difference to {scenario} in pairs of equal seed and replicate, with its 95 % interval. A filled "
                    "dot is told apart from no difference: its p-value, corrected by Holm for all {tests} differences "
                    "of the table, is below 0.05. An open dot whose interval leaves out 0 is less sure, since that "
                    "interval is not corrected; one whose interval includes 0 is not told apart. Cohen's d: the "
                    "difference in standard deviations between replicates. {interval}",
                    scenario=plain(study.first.label), tests=tests, interval=queries.interval()) + rule)


def _ruled(study, frame):
    """Which rows are of ties that a rule of their scenario, or of the first, keeps from forming."""
    forbidden = {(s.label, f"{what}_{mode}") for s in study.scenarios for mode in results.MODES
                 for what in ("ties", "formed") if facts.forbids(s, mode) or facts.forbids(study.first, mode)}
    return pd.Series([pair in forbidden for pair in zip(frame["scenario"], frame["metric"])], index=frame.index)


def levels(study):
    """Means of all measures."""
    frame = study.comparison[["metric", "unit", "scenario", "n", "mean", "low", "high"]]
    frame = frame.assign(meaning=[translated(study.docs["summary"].get(m, ("", ""))[1]) for m in frame["metric"]])
    return Part(frame, queries.MEASURE,
                {"kind": "table", "choose": "metric"}, queries.interval())


def stack(found):
    """Frames of scenarios under each other, with the scenario's label first."""
    frames = [f.assign(scenario=s.label) for s, f in found]
    frame = pd.concat(frames, ignore_index=True)
    return frame[["scenario", *[c for c in frame if c != "scenario"]]]
