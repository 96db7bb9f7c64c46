# SPDX-License-Identifier: GPL-3.0-or-later
"""What a results file says about its ties: their table, kinds, modes, and what else divides them.

Nothing here knows a model. The table of spells is the one whose role in table_doc is 'spells'; a file without
table_doc has the engine's own table, tie. Which of its columns are the tie and its two ends is in column_doc, else they
are the first three columns of identifiers after run_id. A kind may be divided into modes; one that is not counts as one mode that has the kind's name.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from kumiai import database

if TYPE_CHECKING:
    from kumiai.results import Scenario

OWN_TABLE = "tie"  # the engine's, of files without roles
KEY, FIRST_END, SECOND_END, TOPIC = "tie_id", "donor_id", "partner_id", "sector"  # names that every reader uses
OTHER_SET = "to_other_set"  # the part of a second end that counts on its own
# Parts that column_doc names: of a spell's number and ends; the ends of ties without a direction are no first and last.
ENDS = (("id", "from", "to"), ("id", "end", "other_end"), ("id", "from", OTHER_SET))
COUNTED = {"cooperation": ("city_to_city", "regional")}  # files do not yet say which kinds a model divides
# Tables as queries read them, whatever the file's model calls them: names of columns; see reading_names().
READ = {"spells": ("tie", ("run_id", KEY, "kind", "mode", "form", FIRST_END, SECOND_END, TOPIC, "stage", "onset",
                           "terminus", "onset_censored", "terminus_censored", "cause")),
        "episodes": ("project", ("run_id", KEY, "scheme", "start")),
        "events": ("event", ("run_id", "time", "kind", "subject_id", "value"))}
OF_ITS_END = ("kind", "stage", "cause")  # texts of a spell that are no groups of those that began alike


@dataclass(frozen=True)
class Spells:
    """The table of spells of a file.

    table: its name. columns: its column for every name that readers use (tie_id, donor_id, partner_id, and the others
    by their own names). groups: its texts known when a tie begins (mode, form, sector, …), in the order of the file.
    topic: its column of what a tie is about, if it has one. directed: whether its first end is another one than the
    second; not where either may be the first. two_modes: whether each end has numbers of its own, so that one number is
    two agents; readers add shift() to those at the second.
    """

    table: str
    columns: dict[str, str]
    groups: tuple[str, ...]
    topic: str | None = None
    directed: bool = True
    two_modes: bool = False

    def own_name(self, name: str) -> str:
        """What the file calls the column that readers call `name`; that of what it has not as the engine would."""
        if name == TOPIC:
            return self.topic or "topic"
        return self.columns.get(name, name)


def _columns(path: Path, table: str) -> pd.DataFrame:
    """Names and types of a table's columns; empty without the table."""
    return database.query(path, "SELECT name, type FROM pragma_table_info(?, 'main')", (table,))


def table_of(path: Path, role: str) -> str | None:
    """Name of the file's first table of a role, None without one."""
    if not database.columns(path, "table_doc"):
        return OWN_TABLE if role == "spells" and database.columns(path, OWN_TABLE) else None
    found = database.query(path, "SELECT name FROM table_doc WHERE role = ? ORDER BY rowid", (role,))["name"]
    return str(found[0]) if len(found) else None


def _parts(path: Path, table: str) -> dict[str, str]:
    """part of a spell → the column that is it, as the file says."""
    if "part" not in database.columns(path, "column_doc"):
        return {}
    rows = database.rows(path, "SELECT part, column_name FROM column_doc WHERE table_name = ? AND part IS NOT NULL", (table,))
    return {str(part): str(column) for part, column in rows}


def _identifiers(parts: dict[str, str], names: list[str]) -> list[str]:
    """The columns of a spell's number and of its ends: as the file says, else the first three that are named so."""
    for three in ENDS:
        if set(three) <= set(parts):
            return [parts[part] for part in three]
    return [name for name in names if name.endswith("_id") and name != "run_id"][:3]


def spells(path: Path) -> Spells | None:
    """The table of spells of a results file, None where it has none."""
    table = table_of(path, "spells")
    found = _columns(path, table) if table else pd.DataFrame()
    if table is None or found.empty:
        return None
    names, parts = list(found["name"]), _parts(path, table)
    columns = {name: name for name in names} | dict(zip((KEY, FIRST_END, SECOND_END), _identifiers(parts, names)))
    texts = found.loc[found["type"] == "TEXT", "name"]
    return Spells(table, columns, tuple(name for name in texts if name not in OF_ITS_END),
                  parts.get("topic", TOPIC if TOPIC in columns else None), "end" not in parts, OTHER_SET in parts)


def shift(path: Path, of: Spells | None) -> int:
    """What readers add to numbers at the second end, so that of two sets of agents none has another's: one more than the
    greatest at the first; 0 where all are in one numbering."""
    if of is None or not of.two_modes:
        return 0
    [(most,)] = database.rows(path, f'SELECT max("{of.columns[FIRST_END]}") FROM main."{of.table}"')
    return 0 if most is None else int(most) + 1


def reading_names(path: Path, db: sqlite3.Connection) -> None:
    """Views of a file's connection by which queries read any file's spells, episodes and events under the names of READ.

    What the file does not have is NULL, or a table without rows. A table that has all of it needs no view.
    """
    for role, (name, wanted) in READ.items():
        table = table_of(path, role) or name
        has = [column for (column,) in db.execute("SELECT name FROM pragma_table_info(?, 'main')", (table,))]
        of = spells(path) if role == "spells" else None
        if table == name and set(wanted) <= set(has) and not (of and of.two_modes):
            continue
        own = of.columns | ({TOPIC: of.topic} if of.topic else {}) if of else {column: column for column in has}
        more = {SECOND_END: f" + {shift(path, of)}"}
        cells = ", ".join(f'"{own[column]}"{more.get(column, "") if of else ""} AS "{column}"' if column in own
                          else f'NULL AS "{column}"' for column in wanted)
        source = f'FROM main."{table}"' if has else "WHERE 0"
        db.execute(f'CREATE TEMP VIEW IF NOT EXISTS "{name}" AS SELECT {cells} {source}')


def table_name(path: Path) -> str:
    """Name of the table of spells, for sentences about files that have none, too."""
    return table_of(path, "spells") or OWN_TABLE


def kinds(scenario: Scenario) -> pd.DataFrame:
    """Kinds of ties of a scenario's ok runs: index kind, columns ties, with_mode (counts), most ties first.

    Empty without ties. A table without a column kind has one kind, named as the table.
    """
    empty = pd.DataFrame({"ties": [], "with_mode": []}, dtype=int, index=pd.Index([], name="kind"))
    table = spells(scenario.path)
    if table is None or scenario.runs.empty:
        return empty
    runs = scenario.runs.index
    with database.one_state(scenario.path):
        between = database.rows_between(scenario.path, table.table, int(runs.min()), int(runs.max()))
    kind = '"kind"' if "kind" in table.columns else f"'{table.table}'"
    mode = '"mode"' if "mode" in table.columns else "NULL"
    found = database.query(
        scenario.path, f"SELECT {kind} AS kind, count(*) AS ties, count({mode}) AS with_mode FROM \"{table.table}\" "
        "WHERE rowid >= ? AND rowid < ? "
        "AND +run_id IN (SELECT run_id FROM run WHERE scenario_id = ? AND status = 'ok') "
        "GROUP BY 1 ORDER BY ties DESC, 1", (*between, scenario.scenario_id))
    return found.set_index("kind") if len(found) else empty


def _counted_by_mode(scenario: Scenario) -> list[str]:
    """Kinds whose modes the summary counts, so that the model divides them though no such tie may have arisen."""
    return [kind for kind, modes in COUNTED.items() if any(f"ties_{mode}" in scenario.summary for mode in modes)]


def main_kind(scenario: Scenario) -> str | None:
    """The kind of ties that is meant where none is named: the one divided into modes, else the most frequent."""
    found = kinds(scenario)
    divided = found.index[found["with_mode"] > 0]
    known = [*divided, *_counted_by_mode(scenario), *found.index]
    return str(known[0]) if known else None


def one_mode(scenario: Scenario, kind: str) -> bool:
    """Whether both ends of a kind's ties are agents of one set: whether one agent stands at either end."""
    table = spells(scenario.path)
    if table is None or table.two_modes:
        return False
    first, second = (f'"{table.columns[name]}"' for name in (FIRST_END, SECOND_END))
    of_kind = 'WHERE "kind" = ?' if "kind" in table.columns else "WHERE ? IS NOT NULL"
    [(found,)] = database.rows(
        scenario.path, f'SELECT EXISTS (SELECT 1 FROM (SELECT DISTINCT {first} AS agent FROM "{table.table}" {of_kind}) '
        f'JOIN (SELECT DISTINCT {second} AS agent FROM "{table.table}" {of_kind}) USING (agent))', (kind, kind))
    return bool(found)


def directed(scenario: Scenario) -> bool:
    """Whether the ties of a scenario's model have a direction."""
    table = spells(scenario.path)
    return table is None or table.directed


def mode_names(scenario: Scenario, kind: str) -> list[str]:
    """Modes of a kind of ties in a file, sorted; empty for a kind that is not divided."""
    table = spells(scenario.path)
    if table is None or "mode" not in table.columns:
        return []
    of_kind = '"kind" = ?' if "kind" in table.columns else "? IS NOT NULL"
    found = database.rows(scenario.path, f'SELECT DISTINCT "mode" FROM "{table.table}" WHERE {of_kind} '
                                         'AND "mode" IS NOT NULL ORDER BY 1', (kind,))
    return [mode for (mode,) in found]


def modes(ties: pd.DataFrame) -> list[str]:
    """Modes of ties (see results.read_ties), sorted; the first is the one the others are compared with."""
    return sorted(ties["mode"].dropna().astype(str).unique())
