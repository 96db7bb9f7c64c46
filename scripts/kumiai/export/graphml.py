# SPDX-License-Identifier: GPL-3.0-or-later
"""GraphML: one network for each run and year, directed from a tie's first end to the second where ties have a direction."""

from __future__ import annotations

from kumiai.export import meanings, networks
from kumiai.export.cells import Column
from kumiai.export.folder import Folder
from kumiai.export.source import Run, Source
from kumiai.export.xml import HEAD, TYPES, attribute, cell, text

SCHEMA = "http://graphml.graphdrawing.org/xmlns"
OF_GRAPH = {"scenario": "T", "run_id": "I", "rep": "I", "year": "I"}


def _key(domain: str, name: str, declared: str) -> str:
    return (f' <key id="{domain[0]}_{attribute(name)}" for="{domain}" attr.name="{attribute(name)}" '
            f'attr.type="{TYPES[declared]}"/>\n')


def _keys(domain: str, columns: list[Column]) -> str:
    return "".join(_key(domain, column.name, column.declared) for column in columns)


def _data(heads: list[str], row: tuple) -> str:
    """What is known of a node or an edge; heads: the tags before the cells."""
    return "".join(f"{head}{cell(value)}</data>\n" for head, value in zip(heads, row) if value is not None)


def _heads(domain: str, columns: list[Column]) -> list[str]:
    return [f'   <data key="{domain[0]}_{attribute(column.name)}">' for column in columns]


def _nodes(source: Source, run: Run) -> tuple[str, str]:
    """(keys, elements) of the nodes, which are the same in all years of a run."""
    query = networks.nodes(source, run)
    cursor = source.cursor(query.sql)
    columns = meanings.columns(source, query, [name for name, *_ in cursor.description])
    heads = _heads("node", columns)
    elements = [f'  <node id="n{row[0]}">\n{_data(heads, row)}  </node>\n'
                for chunk in source.chunks(cursor) for row in chunk]
    return _keys("node", columns), "".join(elements)


def _about(run: Run, year: int) -> str:
    values = {"scenario": text(run.scenario), "run_id": run.run_id, "rep": run.rep, "year": year}
    return "".join(f'  <data key="g_{name}">{value}</data>\n' for name, value in values.items())


def _edge(heads: list[str], row: tuple) -> str:
    donor, partner, tie, *_ = row
    return f'  <edge id="e{tie}" source="n{donor}" target="n{partner}">\n{_data(heads, row[2:])}  </edge>\n'


def _year_file(source: Source, folder: Folder, run: Run, year: int, nodes: tuple[str, str]) -> None:
    query = networks.ties(source, run, networks.alive(year))
    cursor = source.cursor(query.sql)
    columns = meanings.columns(source, query, [name for name, *_ in cursor.description])
    heads, name, edges = _heads("edge", columns[2:]), f"{run.label}_{year}.graphml", 0
    with folder.create(name) as file:
        file.write(f'{HEAD}<graphml xmlns="{SCHEMA}">\n')
        file.write("".join(_key("graph", key, declared) for key, declared in OF_GRAPH.items()))
        file.write(nodes[0] + _keys("edge", columns[2:]))
        file.write(f' <graph id="{attribute(run.label)}_{year}" edgedefault="{source.edges}">\n{_about(run, year)}{nodes[1]}')
        for chunk in source.chunks(cursor):
            file.write("".join(_edge(heads, row) for row in chunk))
            edges += len(chunk)
        file.write(" </graph>\n</graphml>\n")
    folder.note({"file": name, "what": "network at the end of a year; rows: its ties", "rows": edges,
                 "columns": [column.head() for column in columns], "query": query.sql})


def write(source: Source, folder: Folder) -> None:
    """A file for each run and year."""
    for run in source.runs:
        nodes = _nodes(source, run)
        for year in networks.years(source, run):
            _year_file(source, folder, run, year, nodes)
