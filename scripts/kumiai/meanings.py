# SPDX-License-Identifier: GPL-3.0-or-later
"""What the columns and parameters of a results file mean: units, sentences, words for readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from kumiai.database import columns as columns_of
from kumiai.database import query

if TYPE_CHECKING:
    from kumiai.results import Scenario

IDENTIFIERS = ("agent_id",)  # units of columns that name somebody


def column_docs(path: str | Path) -> pd.DataFrame:
    """Unit and meaning of columns: index (table, column); empty for files that tell none."""
    frame = pd.DataFrame({"table": [], "column": [], "unit": [], "doc": []}, dtype=str)
    if columns_of(Path(path), "column_doc"):
        frame = query(Path(path), 'SELECT table_name AS "table", column_name AS "column", '
                                   "unit, doc FROM column_doc ORDER BY rowid")
    return frame.fillna("").set_index(["table", "column"])


def parameter_docs(path: str | Path, model: str) -> pd.DataFrame:
    """Parameters of a model: index parameter; columns unit, min, max, tag, source, doc.

    tag: where the default comes from (S Sasaki & Kojima 2019, F a public document, D derived from
    these, B background knowledge, A assumption). Empty for files of before they told it.
    """
    columns = ["parameter", "unit", "min", "max", "tag", "source", "doc"]
    frame = query(Path(path), f"SELECT {', '.join(columns)} FROM parameter_doc WHERE model = ? ORDER BY "
                   "rowid", (model,)) if columns_of(Path(path), "parameter_doc") else pd.DataFrame(columns=columns)
    return frame.set_index("parameter")


def units(scenarios: Iterable[Scenario], table: str) -> dict[str, str]:
    """{column: unit} of one table over all files of the scenarios ('' is not listed)."""
    found: dict[str, str] = {}
    for path in dict.fromkeys(s.path for s in scenarios):
        docs = column_docs(path)
        if table in docs.index.get_level_values("table"):
            for column, unit in docs.loc[table]["unit"].items():
                if unit:
                    found.setdefault(column, unit)
    return found


def measurable(columns: Iterable[str], unit_of: Mapping[str, str]) -> list[str]:
    """Those of the columns that are quantities: a mean of identifiers says nothing."""
    return [c for c in columns if unit_of.get(c) not in IDENTIFIERS]


def is_share(unit: str) -> bool:
    """Whether a measure of that unit lies between 0 and 1, and so do its intervals."""
    return unit in ("share", "0..1")


def words(name: object) -> str:
    """A name of the file as words for a reader: city_to_city → city to city."""
    return str(name).replace("_", " ")


def year_words(scenario: Scenario, year: int) -> str:
    """A year as the file's model counts it: 'JFY 2017' where its columns speak of Japanese fiscal years, else '2017'."""
    docs = column_docs(scenario.path)["doc"]
    return f"JFY {year}" if docs.str.contains(r"\bJFY\b|fiscal year", regex=True).any() else str(year)
