# SPDX-License-Identifier: GPL-3.0-or-later
"""Part of the report for a sweep: which of the factors that it varied matter."""

import pandas as pd

from kumiai import effect_tests, results, sensitivity, sensitivity_designs, sweeps

from . import queries
from .language import listed, quoted, say, translated
from .part import Part, plain, said

# What is shown of each kind of analysis: measures, name of the axis, how to read it.
SHOWN = {
    "morris": (("mu_star",), "μ*, per whole range of the factor",
               "Morris' μ*: mean size of the change in the output as a factor goes through its range"),
    "sobol": (("total",), "total Sobol index",
              "Total Sobol index: share of the output's variance that a factor bears, alone and "
              "together with others; estimates from few blocks can come out below 0 or above 1"),
    "regression": (("prcc",), "partial rank correlation",
                   "Partial rank correlation: −1 = the output falls whenever the factor rises, 1 = "
                   "it rises, whatever the others"),
    "ends": (("at_low", "at_high", "at_level"), "difference to {reference}",
             "The output with a factor at its lowest and highest value, less {reference}; of a choice among "
             "names with each of them, less that of the one left out")}
MOST_FACTORS = 20
MOST_NAMED = 3
END_WORD = {"at_low": "lowest", "at_high": "highest"}


def output_name(output):
    """An output by its name, or a difference of two by theirs."""
    minuend, minus, subtrahend = output.partition("-")
    return say("{one} less {other}", one=plain(minuend), other=plain(subtrahend)) if minus else plain(output)


def _name(row, sweep):
    """'leadership.turnover_factor, highest'."""
    if row.measure == "at_level":
        return f"{row.factor}, {sweep.value_text(row.factor, row.level)}"
    return row.factor + (f", {say(END_WORD[row.measure])}" if row.measure in END_WORD else "")


def _rows(output, found, measures, sweep):
    """Rows of one output, those of the factors that matter most first."""
    rows = found[found["measure"].isin(measures)].dropna(subset="value")
    size = rows["value"].abs().groupby(rows["factor"]).transform("max")
    order = size.sort_values(ascending=False, kind="stable").index
    rows = rows.loc[order].head(MOST_FACTORS * len(measures))
    return pd.DataFrame({"output": output.name, "unit": output.unit,
                         "factor": [_name(row, sweep) for row in rows.itertuples()],
                         "value": rows["value"], "low": rows["low"], "high": rows["high"],
                         "p_holm": rows["p_holm"]})


def largest_sure(rows):
    """The rows of the factors that move an output by the corrected test, the largest in size of each."""
    sure = effect_tests.told(rows)
    sure = sure.loc[sure["value"].abs().sort_values(ascending=False, kind="stable").index]
    return sure[~sure["factor"].str.split(",").str[0].duplicated()]


def _claim(rows, label):
    """The first factors of an output by their names; '' where none is told apart from no effect."""
    if not rows["p_holm"].notna().any() or (sure := largest_sure(rows)).empty:
        return ""
    named = listed(sure["factor"].str.split(",").str[0].head(MOST_NAMED))
    text = "{named} moves {output} beyond chance ({scenario})." if len(sure) == 1 else \
        "{named} move {output} beyond chance ({scenario})."
    return say(text, named=named, output=output_name(rows["output"].iloc[0]), scenario=plain(label))


def _finding(rows, axis, label, tests):
    """The first factors of an output in words, of those that are significant by the corrected test."""
    output, place = output_name(rows["output"].iloc[0]), quoted(label)
    if not rows["p_holm"].notna().any():
        return say("Whether a factor moves {output} in {scenario} is not tested: there is no spread to test it by.",
                   output=output, scenario=place)
    sure = largest_sure(rows)
    if sure.empty:
        return say("No factor moves {output} significantly in {scenario} ({tests} tests, corrected by Holm).",
                   output=output, scenario=place, tests=tests)
    named = [f"{r.factor.replace(', ', say(', '))} {said(r.value, r.low, r.high)}" for r in sure.head(MOST_NAMED).itertuples()]
    return say("What moves {output} in {scenario}, the largest first ({axis}; p < .05, corrected by Holm for {tests} "
               "tests): {named}.", output=output, scenario=place, axis=axis, tests=tests, named=listed(named))


def factors(study):
    """How strongly each factor moves the usual outputs."""
    if len(study.paths) > 1:
        raise results.Absent(say("a sweep is analysed alone, and these are several files"))
    remarks = []
    try:
        sweep = sweeps.read(study.paths[0])
        made = sensitivity_designs.analyse(sweep, sweeps.usual_outputs(sweep), sensitivity.RESAMPLES,
                                           False, remarks.append)
    except results.ResultsError as error:
        reason = str(error).rstrip(".").replace("--drop", "scripts/sensitivity.py --drop")
        raise results.Absent(reason) from error
    if not made.found:
        raise results.Absent(say("no output of the sweep can be analysed"))
    measures, *texts = SHOWN[made.kind]
    axis, meaning = (say(text).replace("{reference}", translated(made.reference)) for text in texts)
    frames = [_rows(output, found, measures, sweep) for output, found in made.found]
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        raise results.Absent("no factor of the sweep has a number: " + " ".join(dict.fromkeys(remarks)).rstrip("."))
    note = say("{meaning}. The {most} strongest of each output. "
               "95 % interval by resampling (of ends: over replicates; of rank correlations: by leaving out points), "
               "none without a spread; p_holm: p for the "
               "hypothesis of no effect, corrected by Holm for {tests} tests. scripts/sensitivity.py gives these "
               "and more; the query gives the points and means that they are made of.", meaning=meaning,
               most=MOST_FACTORS, tests=made.tests)
    if sweep.common_seeds:
        note += say(" All points share their seeds: this speaks of these seeds.")
    return Part(pd.concat(frames, ignore_index=True), queries.POINTS,
                {"kind": "forest", "category": "factor", "choose": "output", "x": "value",
                 "unit": "unit" if made.kind in ("morris", "ends") else "", "xname": axis, "design": made.kind,
                 "tests": made.tests,
                 "trajectories": int(sweep.place["block"].nunique()) if made.kind == "morris" else 0},
                note, _finding(frames[0], axis, study.first.label, made.tests),
                claim=_claim(frames[0], study.first.label),
                remarks=[translated(remark) for remark in dict.fromkeys([*sweep.notes, *remarks])])
