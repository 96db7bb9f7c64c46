# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts and names inside SQL, and queries that say where their columns come from.

Queries have their values written into them, so that the manifest's stand for themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


def text(value: str) -> str:
    """A text as SQL has it."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """Texts with commas between."""
    return ", ".join(map(text, values))


def name(value: str) -> str:
    """A name of a table or column as SQL has it."""
    return '"' + value.replace('"', '""') + '"'


@dataclass(frozen=True)
class Query:
    """A query and the tables of its columns: each comes from the first that has one of its name, or from none.

    renamed: columns that come from elsewhere: {its name: (table, column)}, or None where the query computes it.
    told: what columns mean that the query computes, where their names do not say it.
    """

    sql: str
    tables: tuple[str, ...]
    renamed: Mapping[str, tuple[str, str] | None] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
