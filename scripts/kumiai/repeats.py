# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that stand in the results more than once: the same settings, seed and replicate give the same run."""

from dataclasses import dataclass, replace

from kumiai import results

ASIDE = ("run.reps", "run.timeout", "output.detail")  # settings that decide no bit of a run


def each_run_once(scenarios):
    """(scenarios, notes): the same run is taken once, and told where it is in two scenarios.

    A sweep of one point repeated makes the same runs again and again with common seeds; sweeps over
    several points are left as they are (sweeps joins equal points). Two files, or two
    scenarios of one, may hold the same runs: what they have in common differs by 0.
    """
    found, notes = [], []
    for s in scenarios:
        again = s.summary.index.duplicated()
        if again.any() and not s.is_sweep:
            notes.append(f"{s.label}: {again.sum()} of {s.n} runs are at the same point, with the same seed and "
                         "replicate, as another: they are the same runs, and count once.")
            s = replace(s, runs=s.runs[~again], summary=s.summary[~again])
        for other in found:
            shared = s.summary.index.intersection(other.summary.index)
            if len(shared) and _settings(s) == _settings(other) and _same_values(s, other, shared):
                notes.append(f"{s.label} is {other.label} once more: {len(shared)} of its {s.n} runs are the same "
                             "runs (settings, seed and replicate), so they tell no difference.")
        found.append(s)
    return found, notes


@dataclass(frozen=True)
class Equal:
    """A scenario with the values of another: in how many replicates, and whether by the same settings."""

    replicates: int
    same_settings: bool


def equal(scenario, other):
    """Equal where all replicates of both are the same ones with the same values of all measures, else None."""
    shared = scenario.summary.index.intersection(other.summary.index)
    if not len(shared) or not len(shared) == scenario.n == other.n:
        return None
    if set(scenario.summary.columns) != set(other.summary.columns) or not _same_values(scenario, other, shared):
        return None
    return Equal(len(shared), _settings(scenario) == _settings(other))


def _settings(scenario):
    """What decides the runs; of files of schema version 1 the whole text of the configuration."""
    try:
        found = results.settings(scenario)
    except results.Absent:
        return scenario.config
    return {name: value for name, value in found.items() if name not in ASIDE}


def _same_values(one, other, runs):
    both = one.summary.columns.intersection(other.summary.columns)
    return one.summary.loc[runs, both].equals(other.summary.loc[runs, both])
