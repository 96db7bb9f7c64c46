# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a query as a CSV file (RFC 4180), and the calls with which pandas and R read it."""

from __future__ import annotations

import json

from kumiai.export import meanings
from kumiai.export.cells import Column, quoted
from kumiai.export.folder import Folder
from kumiai.export.source import Source
from kumiai.export.sql import Query

MARK = "\ufeff"


def _types(columns: list[Column], reader: str, between: str) -> str:
    """The pairs of names and types, as Python and R read them."""
    return ", ".join(json.dumps(column.name, ensure_ascii=False) + between + json.dumps(getattr(column, reader))
                     for column in columns)


def calls(name: str, columns: list[Column], bom: bool) -> dict[str, str]:
    """The calls that read a file with the types of its cells."""
    file = json.dumps(name, ensure_ascii=False)
    encoding = 'fileEncoding="UTF-8-BOM"' if bom else 'encoding="UTF-8"'
    return {"pandas": f"pandas.read_csv({file}, dtype={{{_types(columns, 'pandas', ': ')}}}, keep_default_na=False, "
                      'na_values=[""], float_precision="round_trip", encoding='
                      f'"{"utf-8-sig" if bom else "utf-8"}")',
            "R": f'read.csv({file}, colClasses=c({_types(columns, "r", "=")}), na.strings="", check.names=FALSE, '
                 f"{encoding})"}


def write(source: Source, folder: Folder, name: str, what: str, query: Query) -> None:
    """Write a file, and what it is into the manifest. Missing cells are empty; empty texts are in quotes."""
    cursor = source.cursor(query.sql)
    columns = meanings.columns(source, query, [column for column, *_ in cursor.description])
    rows = 0
    with folder.create(name) as file:
        file.write(MARK if source.ask.bom else "")
        file.write(",".join(quoted(column.name) for column in columns) + "\r\n")
        for chunk in source.chunks(cursor):
            cells = (column.cells(values) for column, values in zip(columns, zip(*chunk)))
            file.write("\r\n".join(map(",".join, zip(*cells))) + "\r\n")
            rows += len(chunk)
    folder.note({"file": name, "what": what, "rows": rows, "columns": [column.described() for column in columns],
                 "query": query.sql, "read": calls(name, columns, source.ask.bom)})
