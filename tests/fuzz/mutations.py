# SPDX-License-Identifier: GPL-3.0-or-later
"""Results files that somebody has tampered with by SQL: values, rows, columns, tables. Half of them
have digests that fit, or none, so that readers get past these."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from sealed import seal  # noqa: E402

VALUES = [None, 0, -1, 1, 2**31, 2**32, 2**63 - 1, -2**63, 1e308, -1e308, float("inf"), 5e-324, "", "x", "ok",
          "1", "0/0", "4294967296/4294967297", "1/2", "-1/2", "2/2", "999999999999999999999/2", "until", "3,3",
          "nan", "x" * 70000, b"", b"\0\xff", b"a\0b", "\u202e", "%s%n", "\";DROP", "'", "series", "full",
          "summary", "2030.99", "1e400"]
NAMES = ["x", "y\"z", "select", "é", "a b"]
LIKELY = ["meta", "run", "tie", "agent", "scenario", "point", "factor"]


def _where(table, draw):
    one = f'rowid = (SELECT min(rowid) + {draw.randrange(40)} FROM "{table}")'
    return draw.choice([one, "1", "rowid % 3 = 0"])


def _update(table, columns, draw):
    """A value of a column by another, or by that of another column."""
    column = "value" if table == "meta" and draw.random() < 0.8 else draw.choice(columns)
    if draw.random() < 0.2:
        other = f'(SELECT "{draw.choice(columns)}" FROM "{table}" LIMIT 1 OFFSET {draw.randrange(5)})'
        return f'UPDATE OR IGNORE "{table}" SET "{column}" = {other} WHERE {_where(table, draw)}', ()
    value = draw.choice(VALUES)
    return f'UPDATE OR IGNORE "{table}" SET "{column}" = ? WHERE {_where(table, draw)}', (value,)


def _change(table, columns, draw):
    """One statement and its values."""
    kind = draw.random()
    if kind < 0.7:
        return _update(table, columns, draw)
    if kind < 0.78:
        return f'DELETE FROM "{table}" WHERE {draw.choice(["1", "rowid % 2 = 0", "rowid = 1"])}', ()
    if kind < 0.84:
        return f'DROP TABLE "{table}"', ()
    column = draw.choice(columns)
    if kind < 0.9:
        return f'ALTER TABLE "{table}" DROP COLUMN "{column}"', ()
    if kind < 0.95:
        return f'INSERT OR IGNORE INTO "{table}" SELECT * FROM "{table}"', ()
    return f'ALTER TABLE "{table}" RENAME COLUMN "{column}" TO "{draw.choice(NAMES)}"', ()


def _fit(db):
    """Digests that fit what stands there now; none where that cannot be."""
    try:
        db.execute("BEGIN")
        seal(db)
        db.execute("COMMIT")
    except Exception:  # whatever is left of the tables
        db.execute("ROLLBACK")
        try:
            db.execute("DELETE FROM meta WHERE key LIKE 'digest:%'")
        except sqlite3.Error:
            pass  # no meta


def mutate(path, draw):
    """Changes a file at one to five places; returns the statements that SQLite took."""
    done = []
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        for _ in range(draw.choice((1, 1, 1, 2, 3, 5))):
            table = draw.choice([*tables, *LIKELY])
            try:
                columns = [d[0] for d in db.execute(f'SELECT * FROM "{table}" LIMIT 1').description]
                sql, values = _change(table, columns, draw)
                db.execute(sql, values)
                done.append((sql, repr(values)[:60]))
            except sqlite3.Error:
                pass  # no such table any more, a constraint
        if draw.random() < 0.5:
            _fit(db)
    return done
