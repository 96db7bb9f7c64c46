# SPDX-License-Identifier: GPL-3.0-or-later
"""GEXF 1.3 or 1.2: one dynamic network for each run, and Gephi's tables of its nodes and edges.

An edge is a pair of one kind, with a spell for each of its ties, and with what changes from tie to tie as dynamic
attributes. Gephi draws edges of several kinds beside each other and knows no two of one kind between one pair."""

from __future__ import annotations

from itertools import groupby
from typing import TextIO

from kumiai.export import meanings, networks, sql
from kumiai.export.cells import Column, real
from kumiai.export.csv_files import write as write_csv
from kumiai.export.folder import Folder
from kumiai.export.source import Run, Source
from kumiai.export.sql import Query
from kumiai.export.xml import HEAD, TYPES, attribute, cell, text

FIRST_DYNAMIC = 5  # of the columns of edges; before them: kind, donor, partner, onset, terminus
EDGE = "kind, donor_id, partner_id, onset, terminus, mode, form, sector, stage, cause, funder, tie_id, onset_censored," \
       " terminus_censored"
SCHEMAS = {"1.3": "http://gexf.net/1.3", "1.2": "http://www.gexf.net/1.2draft"}


def _span(start: float, end: float) -> str:
    return f' start="{real(float(start))}" end="{real(float(end))}"'


def _declarations(domain: str, mode: str, columns: list[Column]) -> str:
    inner = "".join(f'   <attribute id="{attribute(column.name)}" title="{attribute(column.name)}" '
                    f'type="{TYPES[column.declared]}"/>\n' for column in columns)
    return f'  <attributes class="{domain}" mode="{mode}">\n{inner}  </attributes>\n'


def _values(columns: list[Column], row: tuple, span: str = "") -> str:
    return "".join(f'     <attvalue for="{attribute(column.name)}" value="{cell(value, attribute)}"{span}/>\n'
                   for column, value in zip(columns, row) if value is not None)


def _node(columns: list[Column], row: tuple) -> str:
    """Who is not there all the time has a start or an end: the last two columns."""
    there = "".join(f' {name}="{cell(value)}"' for name, value in zip(("start", "end"), row[-2:]) if value is not None)
    return (f'   <node id="n{row[0]}" label="{cell("" if row[3] is None else row[3], attribute)}"{there}>\n'
            f"    <attvalues>\n{_values(columns, row)}    </attvalues>\n   </node>\n")


def _edge(number: int, columns: list[Column], rows: list[tuple], gexf: str) -> str:
    """A pair of one kind with all of its ties."""
    kind, donor, partner = rows[0][:3]
    label = cell("" if kind is None else kind, attribute)
    of_kind = f' kind="{label}"' if gexf == "1.3" else ""  # 1.2 has no kinds: the label tells them
    spans = [_span(row[3] or 0, row[4] or 0) for row in rows]
    values = "".join(_values(columns, row[FIRST_DYNAMIC:], span) for row, span in zip(rows, spans))
    spells = "".join(f"     <spell{span}/>\n" for span in spans)
    return (f'   <edge id="e{number}" source="n{donor}" target="n{partner}"{of_kind} label="{label}">\n'
            f"    <attvalues>\n{values}    </attvalues>\n    <spells>\n{spells}    </spells>\n   </edge>\n")


def _same(row: tuple) -> tuple:
    """Ties of one pair and kind; kinds that differ in capitals alone are one to Gephi."""
    kind, donor, partner = row[:3]
    return str(kind or "").lower(), donor, partner


def _edges_query(source: Source, run: Run) -> Query:
    """Ties within the lives of their ends, where there are events that begin and end these."""
    ties = networks.ties(source, run).sql
    if source.ask.presence:
        presence = networks.presence(source)
        ties = ("SELECT * FROM (SELECT kind, donor_id, partner_id, max(onset, coalesce(d.entered, onset),"
                " coalesce(p.entered, onset)) AS onset, min(terminus, coalesce(d.gone, terminus), coalesce(p.gone,"
                " terminus)) AS terminus, mode, form, sector, stage, cause, funder, tie_id, onset_censored,"
                f" terminus_censored FROM ({ties}) LEFT JOIN {presence} AS d ON d.run_id = {run.run_id} AND d.agent_id ="
                f" donor_id LEFT JOIN {presence} AS p ON p.run_id = {run.run_id} AND p.agent_id = partner_id) WHERE onset <"
                " terminus")
    return Query(f"SELECT {EDGE} FROM ({ties}) ORDER BY kind, donor_id, partner_id, onset", networks.TIE_TABLES,
                 networks.FUNDER)


def _write_nodes(source: Source, file: TextIO, columns: list[Column], cursor) -> None:
    file.write("  <nodes>\n")
    for chunk in source.chunks(cursor):
        file.write("".join(_node(columns, row) for row in chunk))
    file.write("  </nodes>\n")


def _write_edges(source: Source, file: TextIO, columns: list[Column], cursor) -> int:
    """The number of edges."""
    number = 0
    file.write("  <edges>\n")
    rows = (row for chunk in source.chunks(cursor) for row in chunk)
    for _, ties in groupby(rows, _same):
        file.write(_edge(number, columns, list(ties), source.ask.gexf))
        number += 1
    file.write("  </edges>\n")
    return number


def _head(source: Source, run: Run) -> str:
    gexf = source.ask.gexf
    interval = ' timerepresentation="interval"' if gexf == "1.3" else ""
    return (f'{HEAD}<gexf xmlns="{SCHEMAS[gexf]}" version="{gexf}">\n <meta>\n  <creator>kumiai</creator>\n  <description>'
            f"{text(run.label)}</description>\n </meta>\n"
            f' <graph mode="dynamic" defaultedgetype="{source.edges}" timeformat="double"{interval}'
            f"{_span(networks.first_onset(source, run), run.end)}>\n")


def _graph_file(source: Source, folder: Folder, run: Run) -> None:
    queries = networks.nodes(source, run), _edges_query(source, run)
    cursors = [source.cursor(query.sql) for query in queries]
    nodes, edges = (meanings.columns(source, query, [name for name, *_ in cursor.description])
                    for query, cursor in zip(queries, cursors))
    name = f"{run.label}.gexf"
    with folder.create(name) as file:
        file.write(_head(source, run) + _declarations("node", "static", nodes)
                   + _declarations("edge", "dynamic", edges[FIRST_DYNAMIC:]))
        _write_nodes(source, file, nodes, cursors[0])
        number = _write_edges(source, file, edges[FIRST_DYNAMIC:], cursors[1])
        file.write(" </graph>\n</gexf>\n")
    folder.note({"file": name, "what": "dynamic network; rows: its edges, pairs of one kind", "rows": number,
                 "columns": [column.head() for column in edges], "query": queries[1].sql})


# ---- Gephi's tables ----


def _gephi_nodes(source: Source, run: Run) -> Query:
    """Who enters or leaves has the time between; an empty one is all the time."""
    return Query(
        "SELECT 'n' || agent_id AS Id, name AS Label, CASE WHEN coalesce(entered, gone) IS NOT NULL THEN '<[' ||"
        f" coalesce(entered, {networks.first_onset(source, run)!r}) || ', ' || coalesce(gone, {run.end!r}) || ']>' END AS"
        f" Timeset, * FROM ({networks.nodes(source, run).sql})", ("agent",), {"Label": ("agent", "name")})


def _gephi_edges(source: Source, run: Run) -> Query:
    """One row for each edge of the network, with the times of all its spells."""
    return Query(
        "SELECT 'n' || donor_id AS Source, 'n' || partner_id AS Target,"
        f" {sql.text(source.edges.capitalize())} AS Type, kind AS Kind, kind AS Label,"
        " '<' || group_concat('[' || onset || ', ' || terminus || ']', '; ') || '>' AS Timeset, mode, count(*) AS spells"
        f" FROM ({_edges_query(source, run).sql}) GROUP BY kind, donor_id, partner_id ORDER BY kind, donor_id, partner_id",
        networks.TIE_TABLES, {"Kind": ("tie", "kind"), "Label": ("tie", "kind")})


def write(source: Source, folder: Folder) -> None:
    """A network and two tables for each run."""
    for run in source.runs:
        _graph_file(source, folder, run)
        write_csv(source, folder, f"{run.label}_nodes.csv", "Gephi's nodes", _gephi_nodes(source, run))
        write_csv(source, folder, f"{run.label}_edges.csv", "Gephi's edges", _gephi_edges(source, run))
