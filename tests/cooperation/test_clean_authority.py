# SPDX-License-Identifier: GPL-3.0-or-later
"""The Clean Authority of Tokyo as it is: members by law, managers who stay."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KUMIAI = os.environ.get("KUMIAI", "kumiai")
RUNS, YEARS = 20, 40


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    """(run, kind, subject, object) of all events of the authority, in their order."""
    out = tmp_path_factory.mktemp("authority") / "r.db"
    subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "baseline.cfg", "--out", out, "--reps",
                    str(RUNS), "--detail", "full"], check=True, capture_output=True, timeout=600,
                   stdin=subprocess.DEVNULL)
    with closing(sqlite3.connect(out)) as db:
        (own,), = db.execute("SELECT agent_id FROM agent WHERE code = 'C0001'").fetchall()
        return db.execute("""SELECT run_id, kind, subject_id, object_id FROM event
            WHERE subject_id = ? OR object_id = ? ORDER BY run_id, time, rowid""", (own, own)).fetchall()


def test_nobody_joins_or_leaves(events):
    assert not [e for e in events if e[1] in ("member_joined", "member_left", "cooperatives_unified",
                                              "cooperative_dissolved")]


def test_a_manager_stays_for_years(events):
    """Between 2000 and 2018 five held the seat, one for seven years (F)."""
    seats = [(run, manager) for run, kind, _, manager in events if kind == "manager_elected"]
    spells = len({run for run, _ in seats}) + sum(
        one != other and one[0] == other[0] for one, other in zip(seats, seats[1:]))
    assert 4 <= RUNS * YEARS / spells <= 8
