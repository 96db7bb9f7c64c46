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

from . import noted, queries
from .language import say
from .part import Part, on_intervals, plain, said
from .parts import stack

YES_NO = ("not yet", "yes")
LEVELS = {"stage": noted.STAGES, "institutions": YES_NO}


def _few(scenario):
    """The scenario with the replicates that enter the rates."""
    return results.with_runs(scenario, scenario.runs.index[:queries.MOST_RUNS])


def _noted(study, scenario):
    """States of ties of the few replicates of a scenario; those of the first are kept, since its card needs them."""
    if scenario is not study.first:
        return noted.states(_few(scenario))
    if study.noted is None:
        study.noted = noted.states(_few(scenario))
    return study.noted


def _of_ties(states, ties):
    """(states in the order of ties, each of a tie that is among the ties; the tie's place among the ties)."""
    known = noted.keys(ties["run_id"], ties["tie_id"])
    if not len(known):
        return states[:0], np.empty(0, dtype=int)
    by_key = np.argsort(known, kind="stable")
    key = noted.keys(states["run"], states["tie"])
    place = by_key[np.searchsorted(known, key, sorter=by_key).clip(max=len(known) - 1)]
    mine = known[place] == key
    order = np.flatnonzero(mine)[np.argsort(key[mine], kind="stable")]
    return states[order], place[order]


def _by_run(states, ties):
    """Years and ends by run, mode and state ('stage: project').

    states: see noted.states(); ties: run_id, tie_id, mode, seen, ended.
    """
    rows, place = _of_ties(states, ties)
    last = np.r_[place[1:] != place[:-1], True]
    seen, ended, modes = (ties[name].to_numpy() for name in ("seen", "ended", "mode"))
    years = np.where(last, seen[place], np.r_[rows["time"][1:], np.nan]) - rows["time"]
    frame = pd.DataFrame({"run_id": rows["run"], "mode": pd.Categorical(modes)[place], "years": years,
                          "ended": (last & ended[place]).astype(int)})
    found = []
    for kind, levels in LEVELS.items():
        codes = np.minimum(rows[kind], len(levels))  # what is no level stands last, and is not read
        states_of = pd.Categorical.from_codes(codes, [*(f"{kind}: {level}" for level in levels), f"{kind}: other"])
        found.append(frame.assign(state=states_of).groupby(["run_id", "mode", "state"], as_index=False, observed=True)
                     [["years", "ended"]].sum().astype({"state": object, "mode": object}))
    return pd.concat(found, ignore_index=True)


def _sums(study, scenario):
    """{(state, mode): years and ends by run} of the replicates of a scenario that enter the rates; kept, since the
    first screen needs them as well."""
    if scenario.label not in study.sums:
        found = _by_run(_noted(study, scenario), study.ties(scenario))
        study.sums[scenario.label] = dict(list(found.groupby(["state", "mode"])))
    return study.sums[scenario.label]


def _rates(scenario, sums):
    """Ends per 100 tie-years by state and mode, with intervals over replicates; sums: as _sums() gives them."""
    rows = []
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


def institutions(frame, label, mode=results.MODES[0]):
    """((rate, low, high) while ties rest on persons, the same once they are institutionalised), of the ties of a mode
    (most regional ones are from the start); None where one of them is unknown."""
    mine = frame[(frame["scenario"] == label) & (frame["mode"] == mode)].set_index("state")
    states = [f"institutions: {word}" for word in YES_NO]
    if not set(states) <= set(mine.index[mine["mean"].notna()]):
        return None
    return tuple(tuple(mine.loc[state, ["mean", "low", "high"]]) for state in states)


def change_of_institutions(study, scenario):
    """[(rate less that in the first scenario, its low, high)] of city-to-city ties while they rest on persons and once they
    are institutionalised, by leaving out one replicate of both at a time; [] of too few ends, or of runs that
    are no pairs. Raises Absent without their states."""
    found, pair = [], [_few(s) for s in (scenario, study.first)]
    if not drawn.are_paired(*pair):
        return []
    for word in YES_NO:
        key = f"institutions: {word}", results.MODES[0]
        mine, first = (_sums(study, s).get(key) for s in (scenario, study.first))
        if any(one is None or one["ended"].sum() < FEWEST_ENDS for one in (mine, first)):
            return []
        there, here = (_leaving_out(s, one) for s, one in zip(pair, (mine, first)))
        gap = survival.Estimate(there, len(there) - 1).minus(survival.Estimate(here, len(here) - 1))
        found.append(gap.interval())
    return found


def _leaving_out(scenario, by_run):
    """Ends per 100 years of all replicates, or draws where they share these, then without each in turn, in the order of
    (seed, rep, point)."""
    units = drawn.units(scenario)
    sums = by_run.set_index("run_id")[["ended", "years"]].reindex(units.index, fill_value=0)
    sums = sums.groupby(units.to_numpy(), sort=False).sum()
    ended, years = (survival.leaving_out(sums[[name]].to_numpy()) for name in ("ended", "years"))
    return 100 * ended[:, 0] / years[:, 0]


def from_the_start(study, scenario):
    """{mode: (share, low, high)} of the ties that formed in the runs of a scenario and rested on an agreement, a plan
    or an intermediary as first noted; raises Absent without their states."""
    few, ties = _few(scenario), study.ties(scenario)
    new = ties.loc[~ties["onset_censored"] & (ties["onset"] >= ties["start"]), ["run_id", "tie_id", "mode"]]
    states, place = _of_ties(_noted(study, scenario), new)
    order = np.lexsort((states["time"], place))
    first = order[np.r_[True, np.diff(place[order]) != 0][:len(order)]]
    rows = new.iloc[place[first]].assign(institutionalised=states["institutions"][first])
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
    return say("City-to-city ties: {rate} ends per 100 tie-years at the stage of {most}, {other} at the stage of {least} "
               "({scenario}).", most=stages["most"], rate=rates["most"], least=stages["least"],
               other=rates["least"], scenario=plain(label))


def rates(study):
    """Ends per 100 tie-years in each state."""
    def read(scenario):
        return _rates(_few(scenario), _sums(study, scenario))
    found, reasons = study.each(read)
    chart = {"kind": "bars", "category": "state", "series": "mode", "x": "mean", "pick": "only",
             "ordered": True, "xname": say("ends per 100 tie-years")}
    note = say("A longer bar: ties end sooner. A tie counts in a state while it is in it, as last noted: at "
               "its onset, at each new stage and every April. "
               "Regional ties that rest on a plan of all members are institutionalised from the start; one that "
               "goes on from a city-to-city tie is as that was. It is no comparison all else equal: states go together, and with age "
               "(scripts/survival.py --parts cox tells them apart). No rate below {ends} ends.", ends=FEWEST_ENDS)
    note += on_intervals(" 95 % interval: of the ratio of sums by the jackknife over replicates, on the logarithmic scale, "
                         "Student's t. No rate where fewer than {fewest} replicates have such ties.",
                         fewest=survival.FEWEST_REPLICATES)
    if any(len(s.runs) > queries.MOST_RUNS for s in study.scenarios):
        note += say(" Of each scenario the first {n} replicates.", n=queries.MOST_RUNS)
    frame = stack(found)
    return Part(frame, queries.RATES, chart, note, _finding(frame, study.first.label), reasons)
