# SPDX-License-Identifier: GPL-3.0-or-later
"""Tidy tables: one CSV file for each table of the results file."""

from __future__ import annotations

from kumiai.export import sql
from kumiai.export.csv_files import write as write_csv
from kumiai.export.folder import Folder
from kumiai.export.source import Source
from kumiai.export.sql import Query

# table: (file, what it is); other tables that a model has keep their names.
KNOWN = {"series": ("series.csv", "one row a run and step, and one for the state before the first"),
         "summary": ("summary.csv", "one row a run"),
         "tie": ("ties.csv", "one row a tie spell"),
         "project": ("projects.csv", "one row a project"),
         "agent": ("agents.csv", "one row a scenario and agent"),
         "refusal": ("refusals.csv", "what became no tie, by reason"),
         "ledger": ("ledger.csv", "flows between accounts, by year"),
         "event": ("events.csv", "one row a dated event"),
         "target": ("targets.csv", "outputs measured on every run, and what was observed"),
         "target_view": ("target_views.csv", "the queries that outputs read as tables"),
         "target_value": ("target_values.csv", "one row a run and output")}
ALWAYS = ("series", "summary", "tie", "project", "agent")  # also without rows, so that readers find them

# Written into runs.csv, or about the file itself.
ELSEWHERE = ("meta", "table_doc", "column_doc", "parameter_doc", "cause_doc", "scenario", "setting", "factor", "point", "point_value",
             "block_point", "run", "wave", "wave_again", "run_draw", "draw", "draw_value", "draw_kept")


def _has_rows(source: Source, table: str) -> bool:
    return bool(source.value(f"SELECT EXISTS (SELECT 1 FROM main.{sql.name(table)})"))


def _factors(source: Source) -> str:
    """Values of a sweep's factors as columns behind those of the run."""
    rows = source.rows("SELECT parameter FROM factor WHERE EXISTS (SELECT 1 FROM point) ORDER BY factor_id")
    return "".join(", (SELECT value FROM point_value AS v WHERE v.point_id = run.point_id AND v.parameter ="
                   f" {sql.text(parameter)}) AS {sql.name(parameter)}" for (parameter,) in rows)


def _draws(source: Source) -> str:
    """The draw of the parameters that a run used, and its values but for what the scenario keeps."""
    # Files of earlier versions have no such table.
    if not source.value("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'run_draw')") or \
            not _has_rows(source, "run_draw"):
        return ""
    rows = source.rows("SELECT DISTINCT parameter FROM draw_value WHERE parameter NOT IN (SELECT parameter FROM factor)"
                       " ORDER BY parameter")
    return ", (SELECT draw_id FROM run_draw AS d WHERE d.run_id = run.run_id) AS draw_id" + "".join(
        ", (SELECT value FROM draw_value AS v JOIN run_draw AS d USING (draw_id) WHERE d.run_id = run.run_id AND"
        f" v.parameter = {sql.text(parameter)} AND NOT EXISTS (SELECT 1 FROM draw_kept AS k WHERE k.scenario_id ="
        f" run.scenario_id AND k.parameter = v.parameter)) AS {sql.name(parameter)}" for (parameter,) in rows)


def _runs(source: Source) -> Query:
    blocks = _has_rows(source, "block_point")
    return Query(
        "SELECT run.run_id, run.scenario_id, scenario.name AS scenario, run.point_id, rep, seed, status, note, steps,"
        f" setup_s, step_s, state_digest{', block, role AS block_role, b.parameter AS block_parameter' if blocks else ''}"
        f"{_factors(source)}{_draws(source)} FROM run LEFT JOIN scenario USING (scenario_id)"
        f"{' LEFT JOIN block_point AS b ON b.point_id = run.point_id' if blocks else ''}{source.where_runs()} ORDER BY"
        " run_id", ("run", "block_point"),
        {"scenario": ("scenario", "name"), "block_role": ("block_point", "role"),
         "block_parameter": ("block_point", "parameter")})


def _table(source: Source, name: str) -> Query:
    """Rows stand in run order in the file, but for runs that were made again and never put back."""
    by_run = source.value(f"SELECT count(*) FROM pragma_table_info({sql.text(name)}) WHERE name = 'run_id'")
    order = "run_id, rowid" if by_run and "unordered" in source.meta else "rowid"
    return Query(f"SELECT * FROM main.{sql.name(name)}{source.where_runs() if by_run else ''} ORDER BY {order}", (name,))


def write(source: Source, folder: Folder) -> None:
    """runs.csv, and the other tables that have rows."""
    write_csv(source, folder, "runs.csv", "one row a run", _runs(source))
    for (name,) in source.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name"
                               f" NOT IN ({sql.texts(ELSEWHERE)}) ORDER BY rowid"):
        if name in ALWAYS or _has_rows(source, name):
            file, what = KNOWN.get(name, (f"{name}.csv", "a table of the model's own"))
            write_csv(source, folder, file, what, _table(source, name))
