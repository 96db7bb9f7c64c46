# SPDX-License-Identifier: GPL-3.0-or-later
"""Spells as a counting process: intervals (start, stop] in which a tie is in one state.

A covariate may use only what was known at the age it speaks of. "Reached the stage of a project"
is known after the fact: a tie must live to reach it, so as a fixed covariate it would seem to
prolong life (immortal time). What happens to a tie later therefore enters as a state that begins
when it begins.
"""

import numpy as np
import pandas as pd

COUNTS = ["running", "successors"]
READ = ["stage", "trust", "institutionalised"]


def _changes(tie, age, **values):
    """Rows tie, age, what is added to each count there and what is read there.

    Ages are rounded to be told apart from noise.
    """
    frame = pd.DataFrame({"tie": tie, "age": age.round(6), **dict.fromkeys(COUNTS, 0),
                          **dict.fromkeys(READ, np.nan)})
    return frame.assign(**values)[age.notna()]


def _at_projects(spells, projects):
    """Projects of ties that begin and end."""
    own = projects.merge(spells[["run_id", "tie_id", "tie", "onset"]], on=["run_id", "tie_id"])
    return pd.concat([_changes(own["tie"], own["start"] - own["onset"], running=1),
                      _changes(own["tie"], own["finish"] - own["onset"], running=-1)])


def _at_successions(spells, successions):
    """New heads of the donor after the onset."""
    own = successions.merge(spells[["run_id", "donor_id", "tie", "onset"]],
                            on=["run_id", "donor_id"])
    own = own[own["time"] > own["onset"]]
    return _changes(own["tie"], own["time"] - own["onset"], successors=1)


def _at_readings(spells, readings):
    """What was read of ties, in the order of the readings."""
    own = readings.merge(spells[["run_id", "tie_id", "tie", "onset"]], on=["run_id", "tie_id"])
    return _changes(own["tie"], own["time"] - own["onset"], **{name: own[name] for name in READ})


def _all_changes(spells, projects, successions, readings):
    """Changes within the spells, with the state in which each came under observation."""
    named = spells.rename_axis("tie").reset_index()
    changes = pd.concat([_changes(named["tie"], named["entry"]), _at_projects(named, projects),
                         _at_successions(named, successions), _at_readings(named, readings)])
    # What had happened when the tie came under observation is its state there.
    changes["age"] = np.maximum(changes["age"], changes["tie"].map(spells["entry"].round(6)))
    return changes[changes["age"] < changes["tie"].map(spells["stop"])]


def _states(changes):
    """State of each tie from each age at which something changed: tie, age, counts, readings."""
    by = changes.sort_values(["tie", "age"], kind="stable").groupby(["tie", "age"])
    rows = by[COUNTS].sum().join(by[READ].last())
    within = rows.groupby(level="tie")
    rows[COUNTS], rows[READ] = within[COUNTS].cumsum(), within[READ].ffill()
    return rows.reset_index()


def cut_at_states(spells, projects, successions, readings):
    """Spells cut into intervals of one state.

    spells: run_id, tie_id, donor_id, onset, entry, stop, event (ages), one row per tie. projects:
    run_id, tie_id, start, finish (years; finish NaN while running). successions: run_id,
    donor_id, time (years). readings: run_id, tie_id, time (years, ascending), stage (text), trust
    (0–1), institutionalised (0/1), each good until the tie's next. Returns rows tie (index of the
    spell), start, stop, event and, as at the start of the interval, project_running (0/1, from
    its start to its finish), successor_head (0/1, once the donor's head is another than at the
    onset), stage, trust and institutionalised as last read (missing without a reading).
    """
    stage, words = pd.factorize(readings["stage"])  # numbers: text is slow to stack
    coded = readings.assign(stage=stage)
    rows = _states(_all_changes(spells, projects, successions, coded))
    following = rows.groupby("tie")["age"].shift(-1)
    last = following.isna()
    return pd.DataFrame({
        "tie": rows["tie"], "start": rows["age"],
        "stop": following.fillna(rows["tie"].map(spells["stop"])),
        "event": np.where(last, rows["tie"].map(spells["event"]), 0),
        "project_running": (rows["running"] > 0).astype(float),
        "successor_head": (rows["successors"] > 0).astype(float),
        "stage": rows["stage"].map(dict(enumerate(words))), "trust": rows["trust"],
        "institutionalised": rows["institutionalised"]})
