# SPDX-License-Identifier: GPL-3.0-or-later
"""The results file of an export: opened, found whole, and asked."""

from __future__ import annotations

import functools
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kumiai import database, digests, interrupts, locks, program, roles
from kumiai.errors import ResultsError
from kumiai.export.ask import Ask

CHUNK = 2000  # rows that are in memory at once
# What is no UTF-8 is written as it is.
TEXT = functools.lru_cache(4096)(functools.partial(str, encoding="utf-8", errors="surrogateescape"))


@dataclass(frozen=True)
class Run:
    """A run whose network is written; start and end are its years, end that of its last step."""

    run_id: int
    scenario_id: int
    rep: int
    scenario: str
    label: str  # begins the names of its files
    start: float
    end: float


@dataclass
class Source:
    """The file, what is asked of it, and what has been found out."""

    db: sqlite3.Connection
    ask: Ask
    of_runs: int = 0
    n_runs: int = 0
    run_filter: str | None = None      # SQL list of run_ids; None: all runs
    runs: list[Run] = field(default_factory=list)  # of the formats that are written run by run
    remarks: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        """Of the results file."""
        return Path(self.ask.results)

    def cursor(self, sql: str) -> sqlite3.Cursor:
        """The rows of a query, not read yet."""
        try:
            return self.db.execute(sql)
        except sqlite3.Error as error:
            raise database.unreadable(self.path, error) from error

    def chunks(self, cursor: sqlite3.Cursor) -> Iterator[list[tuple]]:
        """The rows of a cursor, some at a time."""
        while True:
            interrupts.check()
            try:
                rows = cursor.fetchmany(CHUNK)
            except sqlite3.Error as error:
                raise database.unreadable(self.path, error) from error
            if not rows:
                return
            yield rows

    def rows(self, sql: str) -> list[tuple]:
        """All rows of a query that has few."""
        return [row for chunk in self.chunks(self.cursor(sql)) for row in chunk]

    def value(self, sql: str, missing=0):
        """First cell of the first row; `missing` without a row or where it is NULL."""
        rows = self.rows(sql)
        return missing if not rows or rows[0][0] is None else rows[0][0]

    @functools.cached_property
    def meta(self) -> dict[str, str]:
        """What the file says of itself."""
        return {key: str(value) for key, value in self.rows("SELECT key, value FROM meta")}

    @functools.cached_property
    def spells(self) -> roles.Spells | None:
        """Its table of spells, None without one."""
        return roles.spells(self.path)

    @functools.cached_property
    def shift(self) -> int:
        """What is added to numbers at the second end of ties that count on their own there."""
        return roles.shift(self.path, self.spells)

    @functools.cached_property
    def about_agents(self) -> list[str]:
        """What the table `agent` tells of an agent, by its columns: kind, code, name, and what the model adds."""
        rows = self.rows("SELECT name FROM pragma_table_info('agent', 'main') ORDER BY cid")
        return [name for (name,) in rows if name not in ("scenario_id", "agent_id")]

    @property
    def edges(self) -> str:
        """"directed", or "undirected" where its ties have no direction."""
        return "directed" if self.spells is None or self.spells.directed else "undirected"

    def where_runs(self, column: str = "run_id", word: str = " WHERE ") -> str:
        """The condition that leaves the runs that are exported; '' for all."""
        return "" if self.run_filter is None else f"{word}{column} IN ({self.run_filter})"


def _damage(path: Path, line: str) -> ResultsError:
    return ResultsError(f"{path} is damaged: {line.removeprefix(f'{path}: ').rstrip('.')}; `kumiai verify` lists all "
                        "that is.", code=1)


def _check_by_program(path: Path) -> bool:
    """Compare all rows with their digests by `kumiai verify`, which is fast. False: there is no such program."""
    try:
        done = subprocess.run([str(program.default()), "verify", str(path)], capture_output=True, text=True,
                              errors="replace", check=False, stdin=subprocess.DEVNULL)
    except OSError:
        return False
    if done.returncode == program.INTERRUPTED:
        raise KeyboardInterrupt
    if done.returncode and done.stdout:
        raise _damage(path, done.stdout.splitlines()[0])
    if done.returncode > 0:
        lines = done.stderr.strip().splitlines() or [f"kumiai verify ended with exit code {done.returncode}"]
        raise ResultsError("; ".join(line.removeprefix(program.PREFIX) for line in lines),
                           code=2 if done.returncode == 2 else 1)
    return done.returncode == 0


def check_rows(source: Source) -> None:
    """Refuse rows that are not those that were written."""
    if not digests.are_in(source.db) or not _check_by_program(source.path):
        note = database.check_file(source.path)
        if note:
            source.remarks.append(note.rstrip("."))


@contextmanager
def opened(ask: Ask) -> Iterator[Source]:
    """One state of the file, to the end; refused while it is being written, which would have to wait for that."""
    path = Path(ask.results)
    with database.loading(path), locks.reading(path) as alone:
        if not alone:
            raise ResultsError(f"{path} is being written; wait until that is done.")
        with database.connection(path) as db:
            database.check_schema(path, db)
            roles.reading_names(path, db)
            before, db.text_factory = db.text_factory, TEXT
            try:
                yield Source(db, ask)
            finally:
                db.text_factory = before
