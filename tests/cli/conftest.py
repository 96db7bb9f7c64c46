# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the command line share. They drive the program that KUMIAI names."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from patience import PATIENCE  # noqa: E402
from sealed import seal  # noqa: E402, F401

KUMIAI = os.environ.get("KUMIAI", "kumiai")
EXPORT = Path(__file__).resolve().parents[2] / "scripts" / "kumiai-export"

# What may differ between two files of the same content: when and how they were made.
TIMINGS = {"run": ("setup_s", "step_s")}
OF_ITS_MAKING = ("created", "command_line", "processor")


def kumiai(*arguments, **options):
    """Runs the program to its end; texts out, no terminal."""
    return subprocess.run([KUMIAI, *map(str, arguments)], check=False, capture_output=True,
                          text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, **options)


def kumiai_export(*arguments, **options):
    """The same of the command kumiai-export."""
    return subprocess.run([EXPORT, *map(str, arguments)], check=False, capture_output=True,
                          text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, **options)


def query(path, sql, parameters=()):
    """All rows of a query on a results file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(sql, parameters).fetchall()


def columns(path, table):
    """Names of a table's columns, in order."""
    return [row[0] for row in query(path, "SELECT name FROM pragma_table_info(?)", (table,))]


def content(path):
    """Everything in a results file but timings and the circumstances of its making."""
    found = {}
    for (table,) in query(path, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
        kept = [f'"{c}"' for c in columns(path, table) if c not in TIMINGS.get(table, ())]
        found[table] = query(path, f'SELECT {", ".join(kept)} FROM "{table}"')
    found["meta"] = [row for row in found["meta"] if row[0] not in OF_ITS_MAKING]
    return found


def sound(path):
    """SQLite finds nothing wrong with the file."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def failing(out, ids):
    """Makes runs of a finished file look as if they had failed."""
    tables = [name for (name,) in query(
        out, "SELECT m.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c"
             " WHERE m.type = 'table' AND c.name = 'run_id' AND m.name <> 'run'")]
    with closing(sqlite3.connect(out)) as db:
        for run in ids:
            db.execute("UPDATE run SET status = 'failed', note = 'x', state_digest = NULL"
                       " WHERE run_id = ?", (run,))
            for table in tables:
                db.execute(f'DELETE FROM "{table}" WHERE run_id = ?', (run,))
        seal(db)
        db.commit()


def write_scenario(path, model="contagion", **groups):
    """Writes a scenario with settings given as group={leaf: value}; returns its path."""
    lines = [f'model = "{model}";']
    for group, leaves in groups.items():
        inner = " ".join(f"{leaf} = {value};" for leaf, value in leaves.items())
        lines.append(f"{group} = {{ {inner} }};")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def strike(process, seconds, sign=None):
    """Kills a process after some seconds and, where a sign is given, not before what it returns has changed or the
    process has ended: so that on a busy machine, too, some kills find work that is half done."""
    before = sign() if sign else None
    time.sleep(seconds)
    while sign and sign() in (before, None) and process.poll() is None:
        time.sleep(0.001)
    process.kill()
    process.communicate()


def committed(path):
    """Number of the runs in a file, a sign for strike(); None while nobody can say."""
    try:
        return len(query(path, "SELECT 1 FROM run"))
    except sqlite3.OperationalError:
        return None


@pytest.fixture
def scenario(tmp_path):
    """Writes scenario NAME.cfg into the test's own folder, as write_scenario does."""
    return lambda name, *args, **groups: write_scenario(tmp_path / f"{name}.cfg", *args, **groups)
