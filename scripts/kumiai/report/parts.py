# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of the report that stand on series and summaries: ties, measures, differences."""

import numpy as np
import pandas as pd

from kumiai import drawn, intervals, results

from . import clock, facts, queries, uncompared
from .language import begun, listed, quoted, say, translated
from .part import Part, has_intervals, on_intervals, plain, said, said_share

CONCENTRATION = ("share_top1", "share_top3", "gini_donors", "donors_active")
CONCENTRATION_YEARS = 5
MODE_WORD = {"city_to_city": "city-to-city", "regional": "regional"}
KNOWHOW = ("knowhow_kept", "knowhow_kept_cooperatives", "knowhow_passed_on", "need_relieved")
LINES = {"kind": "lines", "facet": "measure", "series": "scenario", "y": "mean", "unit": "unit"}


def lines(study):
    """How measures over time are drawn."""
    return LINES | clock.axis(study)


def band(study):
    """What the line and the band of a measure over time are."""
    if not has_intervals():
        return say("Line: mean of the replicates." if study.first.n > 1 else "Line: the one replicate.")
    return say("Line: mean; band: 95 % interval of that mean, not the range of the replicates. Where they are few and "
               "uneven it can reach beyond them (Methods).")


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
    rows = {mode: last(frame, mode, study.first) for mode in study.modes}
    told = [say("{number} {mode} ties", number=level(row), mode=plain(mode)) for mode, row in rows.items()
            if row is not None]
    finding = say("{scenario} has {ties} at the end of {year}." if study.counts_steps else
                  "At the end of {year}, {scenario} has {ties}.", year=clock.named(study, frame["year"].max()),
                  scenario=quoted(study.first.label), ties=listed(told)) if told else ""
    note = say("Ties alive at the end of each step. {band}" if study.counts_steps else
               "Ties alive at the end of each year. {band}", band=band(study))
    return Part(clock.steps(study, frame), clock.query(study, queries.alive(study.paths[0])), lines(study), note, finding, reasons)


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
                say("Ties alive at the end of each fiscal year. {band}", band=band(study)),
                say("At the end of JFY {year}, {scenario} has {ties}.", year=year, scenario=quoted(study.first.label),
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
        years=_window(study, top["year"]), share=level(top, said_share), scenario=quoted(study.first.label))
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
            told.append(say("{share} for {who}", share=level(row, said_share), who=say(who)))
    finding = say("Mean know-how at the end of the run, against that at the start: {shares} ({scenario}).", shares=listed(told), scenario=plain(study.first.label)) if told else ""
    return Part(frame, queries.STOCK, lines(study),
                say("Kept: the mean of those that exist, against that of those at the start. Passed on: capacity that partner cities gained, 1 = one city led from none to all. {interval}",
                    interval=queries.interval()), finding, reasons)


def measures(study):
    """Every measure over time."""
    frame, reasons = study.series
    mine = frame[frame["scenario"] == study.first.label]
    titles = {name: _course(study, rows) for name, rows in mine.groupby("measure", sort=False)}
    chart = lines(study) | {"choose": "measure", "titles": titles}
    note = say("Stocks at the end of the step; flows during it. {band}" if study.counts_steps else
               "Stocks at the end of the year; flows (per year) summed over it. {band}", band=band(study))
    if study.ended_early:
        note += say(" A run that ended before the others stays as it was.")
    return Part(clock.steps(study, frame), clock.query(study, queries.STOCK), chart, note, titles.get(frame["measure"].iloc[0], ""), reasons)


MOST_NAMED = 3  # scenarios in a title
LONGEST_MEANING = 60  # letters of a meaning that a title has room for
BEYOND = 0.1  # of the range of a course: how far its top or bottom is beyond both ends to be told


def _course(study, rows):
    """How a measure of the first scenario goes, as a title; rows: its years."""
    words = said_share if rows["unit"].iloc[0] == "share" else said
    name, scenario = begun(_called(study, "series", rows["measure"].iloc[0])), plain(study.first.label)
    mean, ends = rows["mean"], rows["mean"].iloc[[0, -1]]
    span = mean.max() - mean.min()
    if span <= intervals.ROUNDING * mean.abs().max():
        return say("{measure}: {value} from the first step to the last ({scenario})." if study.counts_steps else
                   "{measure}: {value} from the first year to the last ({scenario}).", measure=name,
                   value=_level(rows.iloc[-1], words), scenario=scenario)
    begins = {"measure": name, "first": _level(rows.iloc[0], words), "begin": _year(study, rows.iloc[0]),
              "last": _level(rows.iloc[-1], words), "end": _year(study, rows.iloc[-1])}
    before = rows["year"].iloc[0] < study.begins
    text = say("{measure}: {first} before the first step, {last} in {end}" if before else
               "{measure}: {first} in {begin}, {last} in {end}", **begins)
    for template, at, beyond in (("{text}, at most {value} in {year}", mean.idxmax(), mean.max() - ends.max()),
                                 ("{text}, at least {value} in {year}", mean.idxmin(), ends.min() - mean.min())):
        if beyond > BEYOND * span:
            text = say(template, text=text, value=_level(rows.loc[at], words), year=_year(study, rows.loc[at]))
    return say("{text} ({scenario}).", text=text, scenario=scenario)


def _level(row, words):
    """Mean and interval of a year in words; several replicates without an interval are all the same."""
    if row["n"] > 1 and np.isnan(row["low"]) and has_intervals():
        return words(row["mean"], row["mean"], row["mean"])
    return level(row, words)


def _called(study, table, measure):
    """A measure as the cards call it: of a model of its own by its meaning where that is short, else by its name."""
    meaning = "" if study.has_cooperation else translated(study.docs[table].get(measure, ("", ""))[1]).rstrip(".。")
    return meaning if meaning and len(meaning) <= LONGEST_MEANING else plain(measure)


def _year(study, row):
    """A year of the series as the model counts it."""
    return clock.named(study, row["year"])


def differences(study):
    """Paired differences of all measures to the first scenario."""
    frame = study.comparison
    if len(study.scenarios) < 2:
        raise results.Absent(say("there is one scenario only, so there is nothing to compare it with"))
    if reasons := uncompared.all_of_them(study):
        raise results.Absent(say(" ").join(dict.fromkeys(reasons)))
    kept = frame[frame["diff_kind"] != "reference"]
    columns = ["metric", "unit", "scenario", "diff_kind", "pairs", "pairs_higher", "diff", "diff_low", "diff_high",
               "d", "p_holm", "verdict"]
    kept = kept[kept["diff"].notna()][columns].rename(columns={
        "diff": "difference", "diff_low": "low", "diff_high": "high", "p_holm": "p_corrected",
        "diff_kind": "kind"})
    ruled = _ruled(study, kept)
    kept.loc[ruled, ["p_corrected", "verdict"]] = [np.nan, ""]
    chart = {"kind": "forest", "category": "scenario", "choose": "metric", "x": "difference",
             "unit": "unit", "tested": True,
             "xname": say("difference to {scenario}", scenario=plain(study.first.label))}
    titles = {} if study.has_cooperation or not has_intervals() else _apart(study, kept)
    if titles:
        chart["titles"] = titles
    tests = int(frame["p"].notna().sum())
    rule = say(" Where a rule keeps ties from forming, their difference is no finding: its dot stays open.") \
        if ruled.any() else ""
    return Part(kept, queries.DIFFERENCE, chart,
                say("Difference to {scenario} in pairs of equal seed and replicate.", scenario=quoted(study.first.label))
                + on_intervals(" A filled dot is told apart from no difference: its p-value, corrected by Holm for all {tests} "
                               "differences of the table, is below 0.05. An open dot whose interval leaves out 0 is less "
                               "sure, since that interval is not corrected; one whose interval includes 0 is not told "
                               "apart. Cohen's d: the difference in standard deviations between replicates. "
                               "95 % intervals over replicates.", tests=tests) + rule,
                titles.get(kept["metric"].iloc[0], "") if len(kept) else "")


SURE = 0.05  # corrected p below which a difference is told apart from none


def _apart(study, frame):
    """{measure: which scenarios differ in it from the first beyond chance, as a title}."""
    found = {}
    for metric, rows in frame.groupby("metric", sort=False):
        sure = [quoted(label) for label in rows.loc[rows["p_corrected"] < SURE, "scenario"]]
        words = {"measure": begun(_called(study, "summary", metric)), "first": quoted(study.first.label)}
        if not sure:
            found[metric] = say("{measure}: no scenario can be told apart from {first}.", **words)
        elif len(sure) > MOST_NAMED:
            found[metric] = say("{measure}: {n} of {all} scenarios differ from {first} beyond chance.", n=len(sure),
                                all=len(rows), **words)
        else:
            found[metric] = say("{measure}: {scenarios} differs from {first} beyond chance." if len(sure) == 1 else
                                "{measure}: {scenarios} differ from {first} beyond chance.", scenarios=listed(sure), **words)
    return found


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
                {"kind": "table", "choose": "metric"}, queries.interval(),
                "" if study.has_cooperation or not has_intervals() else _precision(study, frame))


def _precision(study, frame):
    """How well the replicates tell the measures of the first scenario, as a title; '' where they do not say."""
    mine = frame[(frame["scenario"] == study.first.label) & (frame["mean"] != 0)].set_index("metric")
    half = (50 * (mine["high"] - mine["low"]) / mine["mean"].abs()).dropna().sort_values(kind="stable")
    half = half[half > 0]
    if half.empty:
        return ""
    (best, least), (worst, most) = ((_called(study, "summary", half.index[i]), _half(half.iloc[i])) for i in (0, -1))
    if len(half) == 1:
        return say("{measure} is known to within {half} of its mean ({scenario}).", measure=begun(best), half=least,
                   scenario=plain(study.first.label))
    return say("Of {n} measures, {best} is known best, to within {least} of its mean, and {worst} worst, to within {most} "
               "({scenario}).",
               n=len(half), best=say("“{words}”", words=best), least=least, worst=say("“{words}”", words=worst), most=most, scenario=plain(study.first.label))


def _half(value):
    """Half the width of an interval in per cent of the mean, with two figures: '1.4 %'."""
    return f"{value:,.0f}\u00a0%" if value >= 10 else f"{value:.2g}\u00a0%"


def stack(found):
    """Frames of scenarios under each other, with the scenario's label first."""
    frames = [f.assign(scenario=s.label) for s, f in found]
    frame = pd.concat(frames, ignore_index=True)
    return frame[["scenario", *[c for c in frame if c != "scenario"]]]
