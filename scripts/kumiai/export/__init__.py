# SPDX-License-Identifier: GPL-3.0-or-later
"""A results file as files that other programs open: tidy tables, tie spells and networks.

    from kumiai.export import Ask, export
    told = export(Ask("r.db", "folder", format="gexf"))   # the folder is there whole or not at all

Only the results file is read: it says itself which kinds, modes and columns there are. Every file comes from a query,
which stands in manifest.json, so that each row can be asked for again. The queries are SQLite's work and the rows
are written as they come, so memory does not grow with the file; networkx and igraph write neither GEXF 1.3 nor the
declarations of attributes that no node has, and are used by the tests as readers.

One module for each format: tables, spells, graphml, gexf, rsiena, goldfish. A new one is a function of a Source and a
Folder in one more module, and its line in FORMATS (exporting.py). networks, actors and states have the queries that
formats share; csv_files, xml, cells and manifest write; selection says what is refused.
"""

from kumiai.export.ask import Ask, Told
from kumiai.export.exporting import FORMATS, export

__all__ = ["FORMATS", "Ask", "Told", "export"]
