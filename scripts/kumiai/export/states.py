# SPDX-License-Identifier: GPL-3.0-or-later
"""Yearly states of agents, as covariates that change. A results file tells by their columns which tables hold them."""

from __future__ import annotations

from collections.abc import Callable

from kumiai.export import actors, names, sql
from kumiai.export.csv_files import write
from kumiai.export.folder import Folder
from kumiai.export.source import Run, Source
from kumiai.export.sql import Query

# Tables with a row for a run, agent and year.
TABLES = ("SELECT name FROM sqlite_master AS t WHERE type = 'table' AND 3 = (SELECT count(*) FROM"
          " pragma_table_info(t.name) WHERE name IN ('run_id', 'agent_id', 'year')) ORDER BY name")

# SQL of the rows of a table of states, from (SQL of the side's actors, table, ', s."a", s."b"': its states).
Make = Callable[[str, str, str], Query]


def _columns(source: Source, table: str) -> str:
    rows = source.rows(f"SELECT name FROM pragma_table_info({sql.text(table)}) WHERE name NOT IN ('run_id', 'agent_id',"
                       " 'year') ORDER BY cid")
    return "".join(f", s.{sql.name(name)}" for (name,) in rows)


def files(source: Source, folder: Folder, run: Run, kind: str, end: str, make: Make) -> None:
    """A file for each table of yearly states that has a row of the side's actors; none where there is no such table."""
    for (table,) in source.rows(TABLES):
        side = actors.of_side(source, run, kind, end)
        if source.value(f"SELECT EXISTS (SELECT 1 FROM {sql.name(table)} WHERE run_id = {run.run_id} AND agent_id IN"
                        f" ({side}))"):
            write(source, folder, f"{run.label}_{names.word(kind)}_{actors.word(source, end)}s_{table}.csv",
                  "one row an actor and year: covariates that change", make(side, table, _columns(source, table)))
