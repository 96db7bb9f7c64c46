# SPDX-License-Identifier: GPL-3.0-or-later
"""States of ties as they were noted (table tie_state), as arrays: their rows are the most that a page reads."""

import numpy as np

from kumiai import database, results

TABLE = "tie_state"
STAGES = ("friendship", "exchange", "trainees", "project", "programme")
KIND = np.dtype([("run", np.int64), ("tie", np.int64), ("time", float), ("stage", np.int8), ("institutions", np.int8)])
TIE_BITS = 32  # of a key, below the run


def keys(run_ids, tie_ids):
    """One number for each pair of run and tie, which sorts as the pair does."""
    return (np.asarray(run_ids, dtype=np.int64) << TIE_BITS) + np.asarray(tie_ids, dtype=np.int64)


def _query(own):
    """Numbers alone, a stage as its place: SQLite hands them over in half the time that words take."""
    places = " ".join(f"WHEN '{stage}' THEN {place}" for place, stage in enumerate(STAGES))
    return (f"SELECT run_id, tie_id, time, CASE stage {places} ELSE {len(STAGES)} END, institutionalised "
            f"FROM {TABLE} WHERE rowid >= ? AND rowid < ? AND {own} ORDER BY rowid")


def states(scenario):
    """What was noted of the ties of a scenario's runs: an array of KIND in the order of the file.

    stage: its place in STAGES, their number for another. Raises Absent without any, ResultsError.
    """
    columns = database.columns(scenario.path, TABLE)
    if lacking := {"tie_id", "time", "stage", "institutionalised"} - set(columns):
        raise results.Absent(f"{scenario.label}: its {TABLE} has no {' and no '.join(sorted(lacking))}" if columns else
                             f"{scenario.label}: the file has no table {TABLE}")
    runs, (own, of_own) = scenario.runs.index, results.only_own(scenario)
    with database.one_state(scenario.path), database.connection(scenario.path) as db:
        between = database.rows_between(scenario.path, TABLE, int(runs.min()), int(runs.max()))
        try:
            found = np.fromiter(db.execute(_query(own), (*between, *of_own)), dtype=KIND)
        except (TypeError, ValueError) as error:  # a text or nothing among numbers
            raise results.ResultsError(f"{scenario.path} is damaged: table {TABLE}: {error}.", code=1) from error
        except database.sqlite3.Error as error:
            raise database.unreadable(scenario.path, error) from error
    database.in_run_order(found["run"], scenario.path, TABLE)
    found = found[np.isin(found["run"], runs)]
    if not len(found):
        raise results.none_recorded(scenario, TABLE, results.ROWS[TABLE])
    return found
