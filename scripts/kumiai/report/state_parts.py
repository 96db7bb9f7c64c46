# SPDX-License-Identifier: GPL-3.0-or-later
"""Part of the report on what goes with lasting: ends per time spent in each state of a tie.

Occurrence and exposure: a tie adds to a state the time it was in it, and its end to the state it
ended in. Nothing is counted that a tie had to live to reach before it did. Trust is left out: it goes
with age and stage, and its bands alone say the opposite of the regression (scripts/survival.py).
"""

import numpy as np
import pandas as pd

from kumiai import drawn, intervals, results, survival
from kumiai.cox import FEWEST_ENDS

from . import queries
from .language import say
from .part import Part, plain, said
from .parts import stack

STAGES = ("friendship", "exchange", "trainees", "project", "programme")
YES_NO = ("not yet", "yes")
LEVELS = {"stage": STAGES, "institutions": YES_NO}


def _intervals(states, ties):
    """Time in each state and whether the tie ended in it: mode, years, ended, and the states.

    states: rows of tie_state; ties: run_id, tie_id, mode, seen, ended.
    """
    ties = ties.loc[ties["run_id"].isin(states["run_id"].unique()), ["run_id", "tie_id", "mode", "seen", "ended"]]
    rows = states.sort_values(["run_id", "tie_id"], kind="stable").merge(ties, on=["run_id", "tie_id"])
    last = (rows["run_id"] != rows["run_id"].shift(-1)) | (rows["tie_id"] != rows["tie_id"].shift(-1))
    return pd.DataFrame({
        "run_id": rows["run_id"], "mode": rows["mode"].astype("category"),
        "years": rows["seen"].where(last, rows["time"].shift(-1)) - rows["time"],
        "ended": (last & rows["ended"]).astype(int),
        "stage": rows["stage"].astype("category"),
        "institutions": pd.Categorical.from_codes(rows["institutionalised"].astype(int), YES_NO)})


def _by_run(scenario, ties):
    """Years and ends by run, mode and state ('stage: project')."""
    found = []
    columns = ["run_id", "tie_id", "time", "stage", "institutionalised"]
    for states in results.iter_table(scenario, "tie_state", columns):
        rows = _intervals(states, ties)
        for kind in LEVELS:
            sums = rows.groupby(["run_id", "mode", kind], as_index=False, observed=True)[["years", "ended"]].sum()
            found.append(sums.assign(state=kind + ": " + sums.pop(kind).astype(str),
                                     mode=sums["mode"].astype(object)))
    if not found:
        raise results.none_recorded(scenario, "tie_state", results.ROWS["tie_state"])
    return pd.concat(found, ignore_index=True)


def _rates(scenario, ties):
    """Ends per 100 tie-years by state and mode, with intervals over replicates."""
    sums, rows = dict(list(_by_run(scenario, ties).groupby(["state", "mode"]))), []
    for state in (f"{kind}: {level}" for kind, levels in LEVELS.items() for level in levels):
        for mode in results.MODES:
            if (one := sums.get((state, mode))) is not None:
                rows.append((state, mode, len(one), one["years"].sum(), int(one["ended"].sum()),
                             *_rate(one["ended"], one["years"], scenario.n)))
    return pd.DataFrame(rows, columns=["state", "mode", "replicates", "tie_years", "ended", "mean",
                                       "low", "high"])


def _rate(ended, years, replicates):
    """Ends per 100 years with its interval; NaN where ends, or replicates of all, are too few."""
    if ended.sum() < FEWEST_ENDS or len(ended) < min(replicates, survival.FEWEST_REPLICATES):
        return (np.nan,) * 3
    rate, low, high = intervals.ratio_interval(100 * ended, years)
    return (rate, low, high) if len(ended) >= survival.FEWEST_REPLICATES else (rate, np.nan, np.nan)


def institutions(frame, label):
    """((rate, low, high) while ties rest on persons, the same once they are institutionalised), of
    city-to-city ties (most regional ones are from the start); None where one of them is unknown."""
    mine = frame[(frame["scenario"] == label) & (frame["mode"] == results.MODES[0])].set_index("state")
    states = [f"institutions: {word}" for word in YES_NO]
    if not set(states) <= set(mine.index[mine["mean"].notna()]):
        return None
    return tuple(tuple(mine.loc[state, ["mean", "low", "high"]]) for state in states)


def from_the_start(study, scenario):
    """{mode: (share, low, high)} of the ties that formed in the runs of a scenario and rested on an agreement, a plan
    or an intermediary as first noted; raises Absent without their states."""
    few = results.with_runs(scenario, scenario.runs.index[:queries.MOST_RUNS])
    ties = study.ties(scenario)
    new = ties.loc[~ties["onset_censored"] & (ties["onset"] >= ties["start"]), ["run_id", "tie_id", "mode"]]
    columns = ["run_id", "tie_id", "time", "institutionalised"]
    first = [states.sort_values("time", kind="stable").drop_duplicates(["run_id", "tie_id"])
             for states in results.iter_table(few, "tie_state", columns)]
    if not first:
        raise results.none_recorded(scenario, "tie_state", results.ROWS["tie_state"])
    rows = pd.concat(first).merge(new, on=["run_id", "tie_id"])
    found = {}
    for mode in results.MODES:
        shares = rows[rows["mode"] == mode].groupby("run_id")["institutionalised"].mean()
        span = intervals.mean_interval(drawn.by_unit(few, shares), share=True)
        found[mode] = span.mean, span.low, span.high
    return found


def _finding(frame, label):
    """At which stage ties end most often, as a title."""
    mine = frame[(frame["scenario"] == label) & (frame["mode"] == results.MODES[0])
                 & frame["state"].str.startswith("stage: ") & frame["mean"].notna()]
    if len(mine) < 2:
        return ""
    most, least = mine.loc[mine["mean"].idxmax()], mine.loc[mine["mean"].idxmin()]
    rates = {what: said(*row[["mean", "low", "high"]]) for what, row in (("most", most), ("least", least))}
    stages = {what: plain(row["state"].split(": ")[1]) for what, row in (("most", most), ("least", least))}
    return say("City-to-city ties at the stage of {most} end {rate} times per 100 tie-years, at the stage of {least} "
               "{other} times ({scenario}).", most=stages["most"], rate=rates["most"], least=stages["least"],
               other=rates["least"], scenario=plain(label))


def rates(study):
    """Ends per 100 tie-years in each state."""
    def read(scenario):
        few = results.with_runs(scenario, scenario.runs.index[:queries.MOST_RUNS])
        return _rates(few, study.ties(scenario))
    found, reasons = study.each(read)
    chart = {"kind": "bars", "category": "state", "series": "mode", "x": "mean", "pick": "only",
             "ordered": True, "xname": say("ends per 100 tie-years")}
    note = say("A longer bar: ties end sooner. A tie counts in a state while it is in it, as last noted: at "
               "its onset, at each new stage and every April. "
               "Regional ties are institutionalised from the start, since they rest on a plan of all members; one that "
               "goes on from a city-to-city tie is as that was. It is no comparison all else equal: states go together, and with age "
               "(scripts/survival.py --parts cox tells them apart). 95 % interval: of the ratio of sums "
               "by the jackknife over replicates, on the logarithmic scale, Student's t; none below "
               "{fewest} replicates. No rate below {ends} ends or, of more "
               "replicates, where fewer than that have such ties.", fewest=survival.FEWEST_REPLICATES, ends=FEWEST_ENDS)
    if any(len(s.runs) > queries.MOST_RUNS for s in study.scenarios):
        note += say(" Of each scenario the first {n} replicates.", n=queries.MOST_RUNS)
    frame = stack(found)
    return Part(frame, queries.RATES, chart, note, _finding(frame, study.first.label), reasons)
