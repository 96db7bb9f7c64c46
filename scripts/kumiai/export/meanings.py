# SPDX-License-Identifier: GPL-3.0-or-later
"""What the columns of exported files are: as the results file declares and explains them, else as every file has them.
"""

from __future__ import annotations

from kumiai.export import sql
from kumiai.export.cells import Column
from kumiai.export.source import Source
from kumiai.export.sql import Query

COMPUTED_REALS = ("entered", "gone")  # of what a query computes, the others are words or whole numbers

# Columns that every results file has, or that the export adds: (unit, meaning).
KNOWN = {
    "run_id": ("", "number of the run, 1, 2, ... in the order of the results file"),
    "scenario_id": ("", "number of the scenario"),
    "scenario": ("", "name of the scenario"),
    "point_id": ("", "point of the sweep's design; empty without a sweep"),
    "rep": ("", "number of the replicate; the same number has the same randomness everywhere"),
    "seed": ("", "seed of the run"),
    "status": ("", "ok, failed or timeout; only ok runs have rows elsewhere"),
    "note": ("", "why a run failed"),
    "steps": ("steps", "steps done"),
    "step": ("", "number of the step, from 0; in the series -1: the state before the first, without flows"),
    "time": ("years", "a row covers the step that begins here: stocks at its end, flows in it"),
    "setup_s": ("seconds", "time to set the run up"),
    "step_s": ("seconds", "time of its steps"),
    "state_digest": ("", "of the final state: equal digests, equal states"),
    "draw_id": ("", "draw of the parameters that the run used; empty without draws"),
    "block": ("", "block of the design that the point belongs to"),
    "block_role": ("", "place of the point in its block"),
    "block_parameter": ("", "the parameter in which the point differs from its neighbours"),
    "agent_id": ("", "number of the agent within its scenario"),
    "kind": ("", "kind, as the model names it"),
    "code": ("", "official or own code of the agent"),
    "name": ("", "name"),
    "name_local": ("", "name in the local language"),
    "area": ("", "area that the agent belongs to"),
    "region": ("", "region that the agent belongs to"),
    "lat": ("degrees", "latitude, north"),
    "lon": ("degrees", "longitude, east"),
    "population": ("persons", "population"),
    "estimated": ("", "1: parts of what is known of the agent are estimates"),
    "tie_id": ("", "number of the tie spell within its run, in order of birth"),
    "mode": ("", "mode of the tie; empty for kinds without modes"),
    "form": ("", "form of those who give, acting alone or together; empty for kinds without"),
    "donor_id": ("", "agent at the giving end"),
    "partner_id": ("", "agent at the receiving end"),
    "sector": ("", "what the tie is about"),
    "stage": ("", "last stage that the tie reached"),
    "onset": ("years", "first moment of the tie"),
    "terminus": ("years", "first moment after the tie; its run's end where terminus_censored"),
    "onset_censored": ("", "1: the tie is older than its run"),
    "terminus_censored": ("", "1: the tie was alive at the end of its run"),
    "onset.censored": ("", "1: the spell began before its run or before an end of it was there, or no one knows when"),
    "terminus.censored": ("", "1: the spell lasted to the end of its run, or of one of its ends, or longer"),
    "onset_true": ("years", "when the tie began, also before its run or before an end of it"),
    "terminus_true": ("years", "when the tie ended, also after an end of it; its run's end if alive then"),
    "cause": ("", "why the tie ended; empty while it lives"),
    "funder": ("", "scheme of the first project of the tie; empty without a project"),
    "duration": ("years", "terminus - onset"),
    "tail": ("", "vertex.id of the giving end"),
    "head": ("", "vertex.id of the receiving end"),
    "vertex.id": ("", "agent_id + 1: networkDynamic counts from 1, without gaps"),
    "edge.id": ("", "number of the pair and kind within its run, from 1; spells share it"),
    "sender": ("", "label of the giving end"),
    "receiver": ("", "label of the receiving end"),
    "replace": ("", "from now on: 1 a tie, 0 none; TRUE there, FALSE not there"),
    "increment": ("", "+1 or -1 to the number of ties of the pair"),
    "label": ("", "name of the node in the other files"),
    "present": ("", "whether the node is there at the start"),
    "wave": ("", "number of the wave, from 1"),
    "year": ("", "fiscal year; a network is that at the end of the year"),
    "entered": ("years", "when the agent began to be; empty: before the run"),
    "gone": ("years", "when it ceased to be; empty: not during the run"),
    "from": ("", "first wave at which the actor is there; empty: at none"),
    "to": ("", "last wave at which the actor is there; empty: at none"),
    "node": ("", "label of the node"),
    "type": ("", "0: at the first end of ties, 1: at the second, where they count on their own"),
    "number": ("", "number of the agent at its end; agent_id counts those at the second end after those at the first"),
    "Id": ("", "node"),
    "Label": ("", "text beside it in the picture"),
    "Source": ("", "Id of the giving end"),
    "Target": ("", "Id of the receiving end"),
    "Type": ("", "whether edges have a direction: all of them or none"),
    "Timeset": ("years", "when the node or edge is there; empty: all the time"),
    "spells": ("ties", "number of these times"),
}


def _declared(source: Source, table: str) -> dict[str, str]:
    """column → I, R or T of a table."""
    rows = source.rows(f"SELECT name, type FROM pragma_table_info({sql.text(table)})")
    return {name: kind[:1] if kind[:1] in ("I", "R") else "T" for name, kind in rows}


def _documented(source: Source, table: str, column: str) -> tuple[str, str]:
    """(unit, meaning) of a column, each '' where nobody says."""
    if _declared(source, "column_doc"):
        rows = source.rows("SELECT coalesce(unit, ''), coalesce(doc, '') FROM column_doc WHERE table_name = "
                           f"{sql.text(table)} AND column_name = {sql.text(column)}")
        if rows:
            unit, meaning = rows[0]
            return unit or KNOWN.get(column, ("", ""))[0], meaning
    return KNOWN.get(column, ("", ""))


def _own(source: Source, table: str, column: str) -> tuple[str, str]:
    """The table and column that a column of the spells is in the file, whose names for them are the model's."""
    spells = source.spells
    return (spells.table, spells.own_name(column)) if spells and table == "tie" else (table, column)


def columns(source: Source, query: Query, names: list[str]) -> list[Column]:
    """The columns of a query, none of whose cells has been seen yet. Ends of ties and what these are about have the
    names of the file, unless the query has another column of that name."""
    declared = {table: _declared(source, table) for table in query.tables}
    found = []
    for name in names:
        origin = query.renamed[name] if name in query.renamed else next(
            ((table, name) for table in query.tables if name in declared[table]), None)
        if origin is None:
            unit, meaning = ("", query.told[name]) if name in query.told else KNOWN.get(name, ("", ""))
            found.append(Column(name, "R" if name in COMPUTED_REALS else "T", True, unit, meaning))
            continue
        table, column = _own(source, *origin)
        kinds = _declared(source, table)
        own = column if name == origin[1] and column not in names else name
        found.append(Column(own, kinds.get(column, "T"), False, *_documented(source, table, own)))
    return found
