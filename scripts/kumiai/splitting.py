# SPDX-License-Identifier: GPL-3.0-or-later
"""Splitting at a rare event: where it happens, the branches that go on from there, and means over histories.

A history in which the event happens is replaced by the mean over its own future and K others, all alike given the
past. A history without it counts as itself. The mean over histories stays without bias, and of what comes after the
event K + 1 futures are seen for every one that came by itself. Values count histories, never branches. A metric that
some futures lack is averaged over those that have it, each history by the part of its futures that does.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumiai import intervals, results, tables

OF_SUBJECT = {"subject_abroad": "share", "subject_ties_formed": "ties", "subject_tie_years": "years"}
OPEN, CLOSE = "\ninterventions = (\n", "\n);\n"


# ---- where it happens ----


def first_events(scenario, kind, besides=()):
    """The first event of a kind in each run, index run_id: time, subject_id, and `at`, when the next step begins.

    besides: codes of agents whose events do not count. `at` is NaN where no step follows. Empty without an event.
    """
    try:
        events = results.read_table(scenario, "event", ["time", "subject_id"], "kind = ?", (kind,))
    except results.Absent:
        events = pd.DataFrame({"run_id": [], "time": [], "subject_id": []})
    events = events[~events["subject_id"].isin(agent_ids(scenario, besides))]
    window = results.windows(scenario)
    first = events.sort_values(["run_id", "time"], kind="stable").groupby("run_id").first().join(window)
    steps = np.floor((first["time"] - first["start"]) / first["step"] + 1e-6) + 1
    at = first["start"] + steps * first["step"]
    first["at"] = at.where(at <= first["last"] + 1e-6)
    return first[["time", "subject_id", "at"]].astype(float)


def agent_ids(scenario, codes):
    """Identifiers of agents by their codes; an unknown code is refused with the nearest one."""
    if not codes:
        return []
    agents = results.read_agents(scenario)
    results.pick(codes, list(agents["code"]), "There is no agent")
    return list(agents.index[agents["code"].isin(codes)])


# ---- the branches ----


def branch(config, at, stream):
    """A resolved configuration as text, with another stream of draws from a date on; its own interventions stay."""
    entry = f'  {{ at = {float(at)!r}; set = "run.stream"; value = {stream}; }}'
    if OPEN in config:
        head, own = config.rsplit(OPEN, 1)
        own = f"{own.removesuffix(CLOSE)},\n"
    else:
        head, own = config, ""
    return f"{head}{OPEN}{own}{entry}{CLOSE}"


def of_subject(scenario, event):
    """What the subject of the event did after it, in the one run of a branch: OF_SUBJECT; {} where nothing is told
    of ties, or the subject is no agent."""
    try:
        ties = results.read_ties(scenario, columns=("run_id", "mode", "donor_id", "onset", "terminus",
                                                    "onset_censored", "terminus_censored"))
    except results.Absent:
        return {}
    if math.isnan(event["subject_id"]):
        return {}
    ties = ties[(ties["donor_id"] == event["subject_id"]) & (ties["onset"] >= event["time"])]
    lives = ties["terminus"].where(~ties["terminus_censored"], ties["end"]) - ties["onset"]
    return {"subject_abroad": float(len(ties) > 0), "subject_ties_formed": float(len(ties)),
            "subject_tie_years": float(lives.sum())}


def futures(scenarios, event, metrics):
    """The branches of one history as a frame: a row each, columns metrics and OF_SUBJECT."""
    rows = [{m: s.summary[m].iloc[0] if m in s.summary else math.nan for m in metrics} | of_subject(s, event)
            for s in scenarios]
    return pd.DataFrame(rows)


# ---- the estimate ----


@dataclass(frozen=True)
class Estimate:
    """Means of one metric: over all histories, over those with the event, and over those without it.

    gain: variance of the mean over all histories when one future of each counts, over that when all do.
    """

    overall: intervals.Interval
    given: intervals.Interval
    without: intervals.Interval
    gain: float


def estimate(own, branches, share=False, counted=True):
    """Means of a metric. own: its value in each history as it came (Series); branches: in every future of those with
    the event, a row each of the same index. share, counted: as in intervals.mean_interval.

    Where some futures have no value (NaN) a history counts by the part of its futures that has one, as it would if
    each history were run many times: the sum of the values over the number of those that there are.
    """
    without = own.drop(branches.index)
    part = pd.concat([without.notna().astype(float), branches.notna().mean(axis=1)])
    values = pd.concat([without, branches.mean(axis=1)])
    of = [intervals.weighted_interval(values.loc[who], part.loc[who], share, counted)
          for who in (values.index, branches.index, without.index)]
    return Estimate(*of, _gain(of[0].mean, values, part, without, branches))


def _gain(mean, values, part, without, branches):
    """How much one future of each history makes the variance of the mean larger (delta method), NaN without any."""
    if branches.empty:
        return math.nan
    every = (part * (values - mean)).fillna(0.0).var()
    one = np.mean([(pd.concat([without, branches[b]]) - mean).fillna(0.0).var() for b in branches])
    return one / every if every > 0 else math.nan


def chance(n, events):
    """Probability of the event from the number of histories and of those that have it; exact, also where none has."""
    return intervals.Interval(n, events / n, *intervals.binomial_interval(events, n))


def table(own, futures_of, units):
    """Tidy frame of all metrics: metric, unit, of (all, given, without), n, mean, low, high, gain.

    own: frame of the histories as they came; futures_of: frame of the futures of those with the event, index run_id
    and branch, columns metrics.
    """
    rows = []
    for metric in futures_of.columns:
        unit, branches = units.get(metric, ""), futures_of[metric].unstack("branch")
        share = results.is_share(unit) and intervals.are_shares(own[metric], futures_of[metric])
        found = estimate(own[metric], branches, share, tables.is_counted(unit))
        rows += [{"metric": metric, "unit": unit, "of": of, "n": i.n, "mean": i.mean, "low": i.low, "high": i.high,
                  "gain": found.gain if of == "all" else math.nan}
                 for of, i in (("all", found.overall), ("given", found.given), ("without", found.without))
                 if of != "without" or metric not in OF_SUBJECT]  # nobody to speak of
    return pd.DataFrame(rows)
