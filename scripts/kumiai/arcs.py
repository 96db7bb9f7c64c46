# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of a model's state, as `kumiai run --columns NETWORK` writes them: tables of role 'arcs'.

A row is an arc at a time: run_id, step, time, both ends, then what the arc has. The names of the ends tell what they
are: tail and head of arcs within a population, row and other_row of ties without a direction, and of arcs between two
populations the names of these.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumiai import database, results
from kumiai.graphs import igraph

DIRECTED, UNDIRECTED = ("tail", "head"), ("row", "other_row")
PREFIX = "state_"


def names(path) -> list[str]:
    """The networks that a file has."""
    if not database.columns(path, "table_doc"):
        return []
    rows = database.rows(path, "SELECT name FROM table_doc WHERE role = 'arcs' ORDER BY rowid")
    return [name.removeprefix(PREFIX) for (name,) in rows]


def _step(frame: pd.DataFrame, network: str, step: int | None) -> int:
    """The step that is asked for, or the last; refused without an arc, as no row tells that it was written at all."""
    steps = sorted(frame["step"].unique())
    if step is None or step in steps:
        return steps[-1] if step is None else step
    raise results.ResultsError(f"the network {network} has no arcs after step {step}; its rows are of {len(steps)} steps, "
                               f"{steps[0]} to {steps[-1]}.")


def graph(scenario: results.Scenario, network: str, step: int | None = None, run: int | None = None) -> igraph.Graph:
    """The network as it stood after so many steps of a run, see Runs.graph()."""
    run = int(scenario.runs.index[0]) if run is None else run
    table = f"{PREFIX}{results.pick([network], names(scenario.path), 'The results file has no network')[0]}"
    frame = results.read_table(scenario, table, where="run_id = ?", parameters=(run,))
    frame = frame[frame["step"] == _step(frame, network, step)]
    first, second, *columns = [name for name in frame if name not in ("run_id", "step", "time")]
    two = (first, second) not in (DIRECTED, UNDIRECTED)
    ends = np.stack([frame[first].to_numpy(), frame[second].to_numpy() + (frame[first].max() + 1 if two else 0)], axis=1)
    vertices, edges = np.unique(ends, return_inverse=True)
    found = igraph.Graph(n=len(vertices), edges=edges.reshape(-1, 2).tolist(), directed=(first, second) == DIRECTED)
    of_second = vertices > frame[first].max() if two else np.zeros(len(vertices), bool)
    found.vs["row"] = [int(v) for v in np.where(of_second, vertices - frame[first].max() - 1, vertices)]
    if two:
        found.vs["type"] = of_second.tolist()
        found.vs["population"] = [second if other else first for other in of_second]
    for column in columns:
        found.es[column] = frame[column].tolist()
    return found
