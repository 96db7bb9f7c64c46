# SPDX-License-Identifier: GPL-3.0-or-later
"""goldfish: nodes, those of both sides of each kind of tie apart (it has two-mode networks between two node sets), how
their attributes change, and the dated begins and ends of ties.

Ties that are older than the run begin at their own time: give the run's start as startTime."""

from __future__ import annotations

from kumiai.export import actors, names, networks, sql, states
from kumiai.export.csv_files import write as write_csv
from kumiai.export.folder import Folder
from kumiai.export.source import Run, Source
from kumiai.export.sql import Query


def _ids(source: Source, run: Run, kind: str, end: str) -> str:
    """The agents of a side, in a column id."""
    return f"SELECT DISTINCT agent_id AS id FROM ({actors.of_side(source, run, kind, end)})"


def _nodes(source: Source, run: Run, ids: str) -> Query:
    inner = networks.nodes(source, run, ids).sql
    return Query(f"SELECT 'n' || agent_id AS label, CASE WHEN entered IS NULL THEN 'TRUE' ELSE 'FALSE' END AS present, *"
                 f" FROM ({inner})", ("agent",))


def _presence(source: Source, run: Run, ids: str) -> Query:
    """Who enters or leaves, in the columns of an attribute that changes."""
    return Query(
        f"WITH node AS ({networks.nodes(source, run, ids).sql}) SELECT entered AS time, 'n' || agent_id AS node, 'TRUE' AS"
        " \"replace\" FROM node WHERE entered IS NOT NULL UNION ALL SELECT gone, 'n' || agent_id, 'FALSE' FROM node WHERE"
        " gone IS NOT NULL ORDER BY 1, 2, 3 DESC", ())


def _changes(source: Source, run: Run, kind: str) -> Query:
    """Where a tie ends and the pair begins another at one time, the end comes first."""
    donors, partners = (actors.of_side(source, run, kind, end) for end in actors.ENDS)
    return Query(
        f"WITH now AS MATERIALIZED (SELECT * FROM tie WHERE run_id = {run.run_id} AND kind = {sql.text(kind)} AND donor_id"
        f" IN ({donors}) AND partner_id IN ({partners})) SELECT onset AS time, 'n' || donor_id AS sender, 'n' || partner_id"
        " AS receiver, 1 AS \"replace\", 1 AS increment, mode, sector, NULL AS cause, tie_id FROM now UNION ALL SELECT"
        " terminus, 'n' || donor_id, 'n' || partner_id, 0, -1, mode, sector, cause, tie_id FROM now WHERE NOT"
        " terminus_censored ORDER BY 1, 4, 9", ("tie",), {"time": ("tie", "onset"), "cause": None})


def _side_files(source: Source, folder: Folder, run: Run, kind: str, end: str) -> None:
    """The node set of one side, and how its attributes change."""
    def of_table(side: str, table: str, columns: str) -> Query:
        """A state is that at the end of its year; what would come at the run's end changes nothing."""
        return Query(
            f"SELECT s.year + 1.0 AS time, 'n' || s.agent_id AS node{columns} FROM {sql.name(table)} AS s WHERE s.run_id ="
            f" {run.run_id} AND s.agent_id IN ({side}) ORDER BY s.year, s.agent_id", (table,))

    write_csv(source, folder, f"{run.label}_{names.word(kind)}_{actors.word(source, end)}s.csv",
              "agents that could be at this end of such a tie", _nodes(source, run, _ids(source, run, kind, end)))
    states.files(source, folder, run, kind, end, of_table)


def write(source: Source, folder: Folder) -> None:
    """Nodes of each run; both sides and the changes of each kind."""
    for run in source.runs:
        kinds = networks.kinds(source, run)
        ids = " UNION ".join(_ids(source, run, kind, end) for kind in kinds for end in actors.ENDS)
        write_csv(source, folder, f"{run.label}_nodes.csv", "agents that could have a tie", _nodes(source, run, ids))
        if source.ask.presence:
            write_csv(source, folder, f"{run.label}_presence.csv", "who enters and leaves, in order of time",
                      _presence(source, run, ids))
        for kind in kinds:
            for end in actors.ENDS:
                _side_files(source, folder, run, kind, end)
            write_csv(source, folder, f"{run.label}_{names.word(kind)}_events.csv",
                      "begins and ends of ties, in order of time", _changes(source, run, kind))
