# SPDX-License-Identifier: GPL-3.0-or-later
"""RSiena: two-mode waves of each kind of tie, with the actors of both sides numbered from 1 and their covariates,
constant and by wave."""

from __future__ import annotations

from kumiai.export import actors, names, networks, sql, states
from kumiai.export.csv_files import write as write_csv
from kumiai.export.folder import Folder
from kumiai.export.source import Run, Source
from kumiai.export.sql import Query

# What the numbers of the actors of both sides mean.
NUMBER = {"donor": "number of the actor at the giving end, from 1, for this kind of tie",
          "partner": "number of the actor at the receiving end, from 1, for this kind of tie"}
# The waves at which an actor is there.
THERE = " FROM wave WHERE (entered IS NULL OR year + 1 > entered) AND (gone IS NULL OR year + 1 <= gone))"


def _waves(source: Source, run: Run) -> str:
    """The table of waves and their years, for WITH."""
    values = ", ".join(f"({wave}, {year})" for wave, year in enumerate(networks.years(source, run), 1))
    return f"wave(wave, year) AS (VALUES {values})"


def _side(agents: str) -> str:
    """Actors of one side. Materialized, lest SQLite numbers them again for each tie."""
    return f"MATERIALIZED (SELECT row_number() OVER (ORDER BY agent_id) AS id, agent_id FROM ({agents}) GROUP BY agent_id)"


def _told(source: Source, *ends: str) -> dict[str, str]:
    return {actors.word(source, end): NUMBER[end] for end in ends}


def _actors(source: Source, run: Run, agents: str, end: str) -> Query:
    """from and to are the first and the last wave at which an actor is there, for RSiena's composition change: both are
    empty where it came and went between two waves."""
    first = source.shift if end == "partner" else 0
    return Query(
        f"WITH {_waves(source, run)}, side AS {_side(agents)} SELECT side.id AS"
        f" {sql.name(actors.word(source, end))}, side.agent_id - {first} AS agent_id,"
        f" (SELECT min(wave){THERE} AS \"from\", (SELECT max(wave){THERE} AS \"to\"{networks.about(source, 'a')}"
        " FROM side LEFT JOIN agent AS a ON a.agent_id = side.agent_id AND a.scenario_id ="
        f" {run.scenario_id} LEFT JOIN {networks.presence(source)} AS presence ON presence.run_id = {run.run_id} AND"
        " presence.agent_id = side.agent_id ORDER BY side.id", ("agent",), told=_told(source, end))


def _ties(source: Source, run: Run, kind: str) -> Query:
    """CROSS JOIN, lest SQLite reads all ties for each actor."""
    donors, partners = (_side(actors.of_side(source, run, kind, end)) for end in actors.ENDS)
    first, second = (sql.name(actors.word(source, end)) for end in actors.ENDS)
    return Query(
        f"WITH {_waves(source, run)}, d AS {donors}, p AS {partners}, spell AS MATERIALIZED (SELECT d.id AS donor, p.id AS"
        " partner, mode, sector, tie_id, onset, terminus, terminus_censored FROM tie CROSS JOIN d ON d.agent_id = donor_id"
        f" CROSS JOIN p ON p.agent_id = partner_id WHERE run_id = {run.run_id} AND kind = {sql.text(kind)}) SELECT wave,"
        f" donor AS {first}, partner AS {second}, mode, sector, tie_id FROM wave JOIN spell ON onset < year + 1 AND"
        " (terminus >= year + 1 OR terminus_censored) ORDER BY wave, donor, partner", ("tie",), told=_told(source, *actors.ENDS))


def _kind_files(source: Source, folder: Folder, run: Run, kind: str) -> None:
    head, waves = f"{run.label}_{names.word(kind)}", _waves(source, run)
    for end in actors.ENDS:
        agents, word = actors.of_side(source, run, kind, end), actors.word(source, end)
        write_csv(source, folder, f"{head}_{word}s.csv", "actors of one side, when they are there, constant covariates",
                  _actors(source, run, agents, end))

        def of_table(side: str, table: str, columns: str, end: str = end) -> Query:
            """Who has no state in a year has no row."""
            return Query(
                f"WITH {waves}, side AS {_side(side)} SELECT wave, side.id AS"
                f" {sql.name(actors.word(source, end))}, s.agent_id AS agent_id{columns} FROM"
                f" wave JOIN {sql.name(table)} AS s ON s.year = wave.year JOIN side ON side.agent_id = s.agent_id WHERE"
                f" s.run_id = {run.run_id} ORDER BY wave, side.id", (table,), told=_told(source, end))
        states.files(source, folder, run, kind, end, of_table)
    write_csv(source, folder, f"{head}_ties.csv", "one row a wave and tie", _ties(source, run, kind))


def write(source: Source, folder: Folder) -> None:
    """The waves of each run; actors, their states and ties of each kind."""
    for run in source.runs:
        write_csv(source, folder, f"{run.label}_waves.csv", "one row a wave, taken at the end of its year",
                  Query(f"WITH {_waves(source, run)} SELECT wave, year FROM wave", ()))
        for kind in networks.kinds(source, run):
            _kind_files(source, folder, run, kind)
