# SPDX-License-Identifier: GPL-3.0-or-later
"""The posterior that is shipped fits the model and the targets that are shipped."""

import csv
import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KUMIAI = os.environ.get("KUMIAI", "kumiai")
CONFIGS = ROOT / "configs" / "cooperation"
POSTERIOR, TARGETS = CONFIGS / "posterior.csv", CONFIGS / "targets.cfg"


def said(*arguments):
    """Standard output of the program."""
    return subprocess.run([KUMIAI, *map(str, arguments)], check=True, capture_output=True, text=True, timeout=600,
                          stdin=subprocess.DEVNULL).stdout


@pytest.fixture(scope="module")
def draws():
    """The rows of the file."""
    with open(POSTERIOR, newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_it_is_about_all_parameters_with_a_plausible_range(draws):
    parameters = json.loads(said("describe", "cooperation", "--format", "json"))["parameters"]
    assert set(draws[0]) == {p["name"] for p in parameters if p["prior"]}
    for p in parameters:
        values = [float(row[p["name"]]) for row in draws if p["prior"]]
        assert all(p["min"] <= v <= p["max"] for v in values), p["name"]
        assert not p["prior"] or len(set(values)) > len(draws) / 4, p["name"]


def test_it_is_small_and_of_these_targets():
    assert POSTERIOR.stat().st_size <= 200_000
    digest = json.loads(said("targets", TARGETS, "--format", "json"))["digest"]
    assert f"`{digest}`" in (CONFIGS / "README.md").read_text(encoding="utf-8")


def test_its_worlds_are_like_the_observed_one(draws, tmp_path):
    """Every target of the fit lies within the central 98 % of the runs; a few of 22 may lie outside of 90 %."""
    out = tmp_path / "r.db"
    said("run", ROOT / "scenarios" / "hindcast.cfg", "--draws", POSTERIOR, "--reps", len(draws), "--targets", TARGETS,
         "--detail", "summary", "--out", out)
    with closing(sqlite3.connect(out)) as db:
        rows = db.execute("SELECT name, target.value, discrepancy, target_value.value FROM target "
                          "JOIN target_value USING (target_id) WHERE use = 'fit'").fetchall()
    seen = {}
    for name, observed, discrepancy, value in rows:
        seen.setdefault((name, observed, discrepancy), []).append(value)
    outside = 0
    for (name, observed, discrepancy), values in seen.items():
        values.sort()
        low, high = values[len(values) // 100], values[-1 - len(values) // 100]
        assert low - 2 * discrepancy <= observed <= high + 2 * discrepancy, name
        low, high = values[len(values) // 20], values[-1 - len(values) // 20]
        outside += not low <= observed <= high
    assert len(seen) > 15 and outside <= 3
