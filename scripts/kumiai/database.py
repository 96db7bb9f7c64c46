# SPDX-License-Identifier: GPL-3.0-or-later
"""The SQLite side of a results file: whose it is, whether it is whole, and queries of it.

A run may write a file while it is read. It adds whole runs, with the digests that belong to them, and
waits for half a minute at most when it wants to; so no query here keeps a file for long, and what must
be of one state of it is read inside one_state().
"""

import errno
import functools
import os
import re
import sqlite3
from bisect import bisect_left, bisect_right
from contextlib import closing, contextmanager
from pathlib import Path

from kumiai import digests, locks, words
from kumiai.errors import ResultsError

SCHEMA_VERSIONS = ("1", "2", "3", "4")  # 1: no table setting; 2: none of roles; 3: no state before the first step
REQUIRED_TABLES = ("meta", "scenario", "run", "summary")
SMALL = 64_000_000  # bytes of a file whose rows are all compared with their digests, in some 3 s
# Most texts are words that come again and again.
TEXT = functools.lru_cache(4096)(functools.partial(str, encoding="utf-8", errors="replace"))

_held = {}  # path: connection of one_state()
_checked = set()  # paths whose one_state() has been looked at by check_file()
_loaded = {}  # path: which file had that name when it was loaded


# ---- connections ----


def _identity(path):
    status = path.stat()
    return status.st_dev, status.st_ino


def connect(path):
    """Read-only connection; the caller closes it."""
    if not path.exists():
        near = words.nearest(path.name, (p.name for p in path.parent.glob("*")))
        raise ResultsError(f"{path}: there is no such file{near or '.'}")
    if not path.is_file():
        raise ResultsError(f"{path} is not a file.")
    if not os.access(path, os.R_OK):
        raise ResultsError(f"{path} cannot be read: {os.strerror(errno.EACCES)}.")
    if _loaded.get(path, _identity(path)) != _identity(path):
        raise ResultsError(f"{path} has been replaced while it was read; read it again.", code=1)
    log = Path(f"{path.resolve()}-wal")
    if log.exists() and log.stat().st_size:  # SQLite would read it as a part of the file, whatever it is the log of
        raise ResultsError(f"beside {path} lies {log.name}, which is not kumiai's: end the program that writes it, or "
                           "move it away if it belongs to another database.")
    try:
        db = sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise ResultsError(f"{path} cannot be opened ({error}).", code=1) from error
    db.text_factory = TEXT
    return db


@contextmanager
def connection(path):
    """The connection of one_state(), or one for a query alone."""
    if path in _held:
        yield _held[path]
    else:
        with closing(connect(path)) as db:
            yield db


@contextmanager
def one_state(path):
    """Every query of the file inside sees the same state of it, whatever a run adds meanwhile.

    Not for long: the run's next commit has to wait."""
    if path in _held:
        yield
        return
    with closing(connect(path)) as db:
        db.execute("BEGIN")
        _held[path] = db
        try:
            yield
        finally:
            del _held[path]
            _checked.discard(path)


@contextmanager
def loading(path):
    """one_state() of the file that has this name now; one that replaces it is refused from here on."""
    if path not in _held:
        _loaded.pop(path, None)
        if path.is_file():
            _loaded[path] = _identity(path)
    with one_state(path):
        yield


def unreadable(path, error):
    """ResultsError: no locks, somebody else's lock, or SQLite's own words on one line, without the query."""
    if reason := locks.missing(path):
        return ResultsError(f"{path} cannot be read ({reason}).")
    reason = str(error.__cause__ or error).splitlines()[0]
    if "database is locked" in reason:
        return ResultsError(f"{path} is being written, or another program keeps it locked ({reason}); wait until "
                            "that is done.")
    if "readonly database" in reason:  # a journal that only a writer may play back
        return ResultsError(f"{path} was left half-written, or {path.name}-journal beside it is another file's; "
                            f"`kumiai verify {path}` puts it right, or says what is to do.", code=1)
    if "malformed" in reason:
        return ResultsError(f"{path} is damaged ({reason}); `kumiai verify` lists all that is.", code=1)
    return ResultsError(f"{path} cannot be read ({reason}).", code=1)


# ---- queries ----


def query(path, sql, parameters=()):
    """All rows of a query as a frame; faults of the database become a ResultsError."""
    import pandas as pd  # takes half a second, which a command without frames need not wait for

    with connection(path) as db:
        try:
            return pd.read_sql_query(sql, db, params=parameters)
        except (sqlite3.Error, pd.errors.DatabaseError) as error:
            raise unreadable(path, error) from error


def rows(path, sql, parameters=()):
    """The same as a list of tuples."""
    with connection(path) as db:
        try:
            return db.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise unreadable(path, error) from error


def columns(path, table):
    """Column names of a table, empty if the file has no such table."""
    return [name for (name,) in rows(path, "SELECT name FROM pragma_table_info(?)", (table,))]


def rows_between(path, table, first, last):
    """Half-open range of rowids that holds all rows of the runs from first to last.

    A results file keeps the rows of every table in run order, so that bisection finds them
    without an index and without reading the others.
    """
    # Apart: SQLite finds one extreme at once, but both in one SELECT by a look at every row.
    [(start, end)] = rows(path, f'SELECT (SELECT min(rowid) FROM "{table}"), '
                                f'(SELECT max(rowid) FROM "{table}")')
    if start is None:
        return 0, 0
    probed = {}

    def run_at(rowid):
        if rowid not in probed:
            probed[rowid] = rows(path, f'SELECT run_id FROM "{table}" WHERE rowid >= ? '
                                       "ORDER BY rowid LIMIT 1", (rowid,))[0][0]
        return probed[rowid]

    rowids = range(start, end + 1)
    low = start + bisect_left(rowids, first, key=run_at)
    high = start + bisect_right(rowids, last, key=run_at)
    in_run_order([run_at(rowid) for rowid in sorted({*probed, start, end})], path, table)
    return low, high


def in_run_order(runs, path, table):
    """Raise unless the run ids of rows, as they stand in the file, never fall."""
    import numpy as np  # as pandas above

    runs = np.asarray(runs)
    if (runs[1:] < runs[:-1]).any():
        raise ResultsError(f"{path} cannot be read (the rows of {table} are not in run order).", code=1)


# ---- whether it is a results file, and whole ----


def check_file(path, verify=False):
    """Refuse what is not a results file of a known schema, or is not what was written.

    Always compared: the digests of the small tables and of the list of runs; of all rows where the file
    is small and nobody writes it, or with verify, for which nobody may. Returns a sentence about rows
    that were not compared, '' if all were, or the file is being written, or was looked at before.
    """
    path = Path(path)
    with one_state(path), connection(path) as db:
        if path in _checked:
            return ""
        check_schema(path, db)
        if verify:
            _verify(path, db)
            note = ""
        else:
            note = _check_quickly(path, db)
        _checked.add(path)
        return note


def _verify(path, db):
    """Compare all rows of a file that nobody writes."""
    if not digests.can_compare():
        raise ResultsError("--verify needs the library libxxhash, which is not installed.")
    with locks.reading(path) as alone:
        if not alone:
            raise ResultsError(f"{path} is being written; --verify has to wait until that is done.")
        _check_digests(path, db, True)


def _check_quickly(path, db):
    """Compare what takes no more than a few seconds; a sentence about what is left out."""
    size, written = path.stat().st_size, locks.is_being_written(path)
    _check_digests(path, db, size <= SMALL and not written)
    if not digests.are_in(db):
        return ""
    if not digests.can_compare():
        return f"{path} was not checked against its digests, which needs the library libxxhash."
    if size <= SMALL or written:
        return ""
    amount = f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
    return f"{path}: {amount} of rows are read without a comparison with their digests; --verify makes it."


def _check_digests(path, db, everything):
    try:
        damage = digests.damaged(db, everything)
    except sqlite3.Error as error:
        raise unreadable(path, error) from error
    if damage:
        raise ResultsError(f"{path} is damaged: {damage}; `kumiai verify` lists all that is.", code=1)


def check_schema(path, db):
    """Refuse what is not a results file of a known schema."""
    try:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise ResultsError(f"{path} is not a kumiai results file ({error}).") from error
        raise unreadable(path, error) from error
    missing = [table for table in REQUIRED_TABLES if table not in tables]
    if missing:
        raise ResultsError(f"{path} is not a kumiai results file (it has no table {', '.join(missing)}).")
    found = rows(path, "SELECT value FROM meta WHERE key = 'schema_version'")
    version = str(found[0][0]) if found else "none"
    if version not in SCHEMA_VERSIONS:
        raise ResultsError(f"{path} has schema_version {version}, but this script knows "
                           f"{', '.join(SCHEMA_VERSIONS)} only.")


# ---- a file that does not have all of its runs ----


def _planned(path):
    """(Number of runs that the file is to have, None where it does not say; meta.reps)."""
    meta = dict(rows(path, "SELECT key, value FROM meta WHERE key IN ('reps', 'shard')"))
    reps, shard = str(meta.get("reps", "")), re.fullmatch(r"(\d+)/(\d+)", str(meta.get("shard", "")))
    if reps.startswith("only "):  # one replicate of each scenario
        return rows(path, "SELECT count(*) FROM scenario")[0][0], reps
    if not all(part.isdecimal() for part in reps.split(",")):
        return None, reps
    runs = sum(map(int, reps.split(",")))
    if not shard:
        return runs, reps
    if columns(path, "wave"):
        all_runs = rows(path, "SELECT coalesce(sum(runs), 0) FROM wave")[0][0]
    else:  # of an earlier version
        all_runs = runs * rows(path, "SELECT count(*) FROM point")[0][0]
    return len(range(int(shard[1]) - 1, all_runs, max(int(shard[2]), 1))), reps


def planned_replicates(path):
    """{scenario_id: replicates that it is to have}; {} where the file does not say, or is one of several shards."""
    meta = dict(rows(path, "SELECT key, value FROM meta WHERE key IN ('reps', 'shard')"))
    counts = str(meta.get("reps", "")).split(",")
    scenarios = [row[0] for row in rows(path, "SELECT scenario_id FROM scenario ORDER BY scenario_id")]
    if "shard" in meta or len(counts) != len(scenarios) or not all(count.isdecimal() for count in counts):
        return {}
    return dict(zip(scenarios, map(int, counts)))


def planned_runs(path):
    """How many runs the file is to have, None where it does not say."""
    return _planned(path)[0]


def progress(path):
    """A sentence about a file that is being written, or whose batch was interrupted; '' for any other."""
    done, (planned, reps) = rows(path, "SELECT count(*) FROM run")[0][0], _planned(path)
    if locks.is_being_written(path):
        of = f" of {planned}" if planned is not None and planned >= done else ""
        return f"{path} is being written: {done}{of} runs so far."
    cure = "make it again with --force" if reps.startswith("only ") else "finish it with --resume"
    if reps == "until":  # it ends when it is precise, or replicates were being added
        return f"{path}: {done} runs of an unfinished batch are in the file; {cure}."
    if planned is not None and done < planned:
        return f"{path}: {done} of {planned} planned runs are in the file; {cure}."
    return ""
