# SPDX-License-Identifier: GPL-3.0-or-later
"""The digests that a results file holds of itself, as sim/store/digests.h describes them.

A digest is XXH3 with 128 bits over a table's name and its cells, each with its type and its exact value.
Where the library libxxhash is not installed nothing can be compared (can_compare)."""

import ctypes
import ctypes.util
import functools
import gc
import struct
from contextlib import contextmanager
from itertools import chain, groupby, repeat
from operator import add, itemgetter

ALWAYS = ("schema", "meta", "scenario", "factor", "agent", "column_doc", "parameter_doc", "cause_doc")
META = "key NOT LIKE 'digest:%' AND key NOT IN ('created', 'command_line', 'build_id', 'processor', 'unordered')"
RUN = "scenario_id, point_id, rep, seed, status, note, steps, state_digest"
MANY = 8  # rows from which on columns are faster than cells
_INTEGER, _REAL, _SIZE = (struct.Struct(form).pack for form in ("<Bq", "<Bd", "<BI"))


class Text(bytes):
    """A text as SQLite has it; blobs are plain bytes."""


text = functools.lru_cache(4096)(Text)  # the text_factory: most texts are words that come again and again


class _Value(ctypes.Structure):
    _fields_ = (("low", ctypes.c_uint64), ("high", ctypes.c_uint64))


@functools.cache
def _hash():
    """The hash of the library, None where it is not installed."""
    name = ctypes.util.find_library("xxhash")
    function = getattr(ctypes.CDLL(name), "XXH3_128bits", None) if name else None
    if function is not None:
        function.restype, function.argtypes = _Value, (ctypes.c_char_p, ctypes.c_size_t)
    return function


def can_compare():
    """Whether the library is there."""
    return _hash() is not None


def _cell(value):
    if value is None:
        return b"\0"
    if isinstance(value, int):
        return _INTEGER(1, value)
    if isinstance(value, float):
        return _REAL(2, value + 0.0)
    return _SIZE(3 if isinstance(value, Text) else 4, len(value)) + value


_text = functools.lru_cache(4096)(_cell)


def _cells(column):
    """The same of a column of many rows, faster where all are of one type."""
    kinds = set(map(type, column))
    if kinds == {int}:
        return map(_INTEGER, repeat(1), column)
    if kinds == {float}:
        return map(_REAL, repeat(2), map(add, column, repeat(0.0)))
    return map(_text if kinds <= {Text, type(None)} else _cell, column)


def _digest(table, rows):
    """(low, high) of rows, a list, of a table."""
    if len(rows) < MANY:
        cells = (_cell(value) for row in rows for value in row)
    else:
        cells = chain.from_iterable(zip(*map(_cells, zip(*rows))))
    data = b"".join((table.encode(), b"\0", *cells))
    found = _hash()(data, len(data))
    return found.low, found.high


def _sum(digests):
    """The sum of digests, whatever their order."""
    low = high = 0
    for digest in digests:
        low, high = low + digest[0], high + digest[1]
    return low % 2**64, high % 2**64


def _hex(digest):
    return f"{digest[1]:016x}{digest[0]:016x}"


def _signed(word):
    return word - 2**64 if word >= 2**63 else word


def table_digest(db, table):
    """Digest of a table whose rows belong to no run; 'schema' for the definitions."""
    if table == "schema":
        sql = "SELECT type, name, sql FROM sqlite_master WHERE type <> 'index' ORDER BY rowid"
    else:
        sql = f'SELECT * FROM "{table}" NOT INDEXED' + (f" WHERE {META}" if table == "meta" else "")
    return _hex(_digest(table, db.execute(sql).fetchall()))


def list_digest(db):
    """Digest of the list of runs."""
    return _hex(_sum(_digest("run", [row]) for row in db.execute("SELECT run_id, rows_digest FROM run")))


def _tables(db):
    """(tables whose rows belong to no run, those whose do)."""
    names = [name.decode() for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    by_run = [name for name in names if name != "run"
              and db.execute(f'SELECT * FROM "{name}"').description[0][0] == "run_id"]
    return [name for name in names if name != "run" and name not in by_run], by_run


def run_digests(db):
    """run_id → digest of its rows, of all runs that the file lists."""
    sums = {run: (0, 0) for (run,) in db.execute("SELECT run_id FROM run")}
    for table in _tables(db)[1]:
        cursor = db.execute(f'SELECT * FROM "{table}" ORDER BY run_id, rowid')
        for run, rows in groupby(cursor, itemgetter(0)):
            sums[run] = _sum((sums.get(run, (0, 0)), _digest(table, [row[1:] for row in rows])))
    found = {}
    for run, *row in db.execute(f"SELECT run_id, {RUN} FROM run"):
        found[run] = _hex(_digest("run", [[*row, *map(_signed, sums.pop(run))]]))
    return found | dict.fromkeys(sums, "")


def are_in(db):
    """Whether a file has digests; those of older programs have none."""
    return "rows_digest" in [row[0] for row in db.execute("SELECT * FROM run").description] or db.execute(
        "SELECT count(*) FROM meta NOT INDEXED WHERE key LIKE 'digest:%'").fetchone()[0] > 0


def _misled(db, table=None):
    """A sentence's end about an index that leads elsewhere: a query may go through it, a digest does not."""
    only = "" if table is None else f'("{table}")'
    for (found,) in db.execute(f"PRAGMA integrity_check{only}"):
        return None if found == b"ok" else f"pages or indexes are broken ({found.decode().splitlines()[-1]})"
    return None


def _damaged(db, everything):
    """A sentence's end about the first that is not what was written, None if all is."""
    if not are_in(db):
        return None
    tables = _tables(db)[0]
    if not everything:  # cause_doc is in no file of before; that a table is gone tells the schema's digest
        tables = [table for table in ALWAYS if table in tables]
    for table in (None,) if everything else (*tables, "run"):
        if found := _misled(db, table):
            return found
    written = {key.decode(): (value or b"").decode() for key, value in
               db.execute("SELECT key, value FROM meta NOT INDEXED WHERE key LIKE 'digest:%'")}
    for table in ("schema", *tables):
        if table_digest(db, table) != written.get(f"digest:{table}"):
            return f"table {table} holds other rows than were written"
    if list_digest(db) != written.get("digest:run"):
        return "table run lists other runs than were written"
    if everything:
        has = {run: (digest or b"").decode() for run, digest in db.execute("SELECT run_id, rows_digest FROM run")}
        for run, digest in run_digests(db).items():
            if has.get(run) != digest:
                return f"the rows of run {run} are not those that were written"
    return None


@contextmanager
def _uncollected():
    """Without the collection of garbage: rows have no cycles, and a third of the time goes into looking."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def damaged(db, everything=False):
    """What of a results file is not as it was written, as the end of a sentence; None: nothing.

    Small tables and the list of runs, or everything, which takes a second for some 20 MB; `kumiai verify`
    does the same fast. Files without digests, of older programs, are taken as they are."""
    if not can_compare():
        return None
    before, db.text_factory = db.text_factory, text
    try:
        with _uncollected():
            return _damaged(db, everything)
    except UnicodeDecodeError:
        return "a text of its digests is none"
    finally:
        db.text_factory = before
