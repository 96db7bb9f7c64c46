# SPDX-License-Identifier: GPL-3.0-or-later
"""manifest.json: what was exported, from what, by what, and what each column means."""

from __future__ import annotations

import json
import math
import os
import time

from kumiai import __version__
from kumiai.export.cells import EXACT, real
from kumiai.export.folder import MANIFEST, PROGRAMS, Folder
from kumiai.export.source import Source

MOST_RUNS = 1000  # of a sweep with thousands the table of runs tells the rest
TEXTS = ("In CSV files a text that a reader could take for a number, a date, a truth value, a formula or a missing one "
         "(0012, MAR1, TRUE, =A1, NA) has a _ before it, and so has one that begins with _: take one _ off the begin of "
         "texts for what they were. `prefixed` counts them. Empty cells are missing; a text without a character is \"\".")


def created() -> str:
    """The time, in UTC; the variable SOURCE_DATE_EPOCH may fix it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(epoch) if epoch.isdecimal() else None))


def _cell(value):
    """Whole numbers that readers of JSON would round are texts, as infinite ones are."""
    if isinstance(value, int) and abs(value) > EXACT:
        return str(value)
    if isinstance(value, float) and math.isinf(value):
        return real(value)
    return value


def _rows(source: Source, sql: str) -> list[dict]:
    cursor = source.cursor(sql)
    names = [name for name, *_ in cursor.description]
    return [dict(zip(names, map(_cell, row))) for chunk in source.chunks(cursor) for row in chunk]


def write(source: Source, folder: Folder) -> None:
    """Write it, after all other files."""
    ask = source.ask
    found = {
        "results": {"file": ask.results, "meta": _rows(source, "SELECT * FROM meta ORDER BY key")},
        "program": {"name": PROGRAMS[0], "version": __version__, "command_line": ask.command_line, "created": created()},
        "scenarios": _rows(source, "SELECT scenario_id, name, file, config_digest FROM scenario ORDER BY scenario_id"),
        "factors": _rows(source, "SELECT * FROM factor ORDER BY factor_id"),
        "runs": _rows(source, "SELECT run_id, scenario_id, point_id, rep, seed, status, state_digest FROM run"
                              f"{source.where_runs()} ORDER BY run_id LIMIT {MOST_RUNS}"),
        "runs_exported": source.n_runs, "runs_in_results": source.of_runs,
        **({"note": "; ".join(source.remarks)} if source.remarks else {}),
        "texts": TEXTS, "files": folder.files}
    with folder.create(MANIFEST, errors="replace") as file:
        json.dump(found, file, ensure_ascii=False, indent=1)
        file.write("\n")
