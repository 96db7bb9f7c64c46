# SPDX-License-Identifier: GPL-3.0-or-later
"""The posterior that is shipped fits the model and the targets that are shipped."""

import csv
import json
import os
import sqlite3
import subprocess
from contextlib import closing
from math import hypot
from pathlib import Path
from statistics import NormalDist

import pytest

ROOT = Path(__file__).parents[2]
KUMIAI = os.environ.get("KUMIAI", "kumiai")
CONFIGS = ROOT / "configs" / "cooperation"
POSTERIOR, TARGETS, README = (CONFIGS / name for name in ("posterior.csv", "targets.cfg", "README.md"))
AGAIN = "make it again as configs/cooperation/README.md has it, and note its targets' digest there"


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
    assert set(draws[0]) == {p["name"] for p in parameters if p["prior"]}, f"parameters have changed; {AGAIN}"
    for p in parameters:
        values = [float(row[p["name"]]) for row in draws if p["prior"]]
        assert all(p["min"] <= v <= p["max"] for v in values), p["name"]
        assert not p["prior"] or len(set(values)) > len(draws) / 4, p["name"]


def test_it_is_small_and_of_these_targets():
    assert POSTERIOR.stat().st_size <= 200_000
    digest = json.loads(said("targets", TARGETS, "--format", "json"))["digest"]
    assert f"`{digest}`" in README.read_text(encoding="utf-8"), f"the posterior is of other targets; {AGAIN}"


def rank(observed, error, values):
    """Share of what the posterior predicts for an observation that is below the observed one.

    A prediction is a run with errors of observation and discrepancy (normal, of standard deviation `error`); without
    errors the runs themselves, half of those that are equal.
    """
    if error > 0:
        return sum(NormalDist().cdf((observed - value) / error) for value in values) / len(values)
    return (sum(value < observed for value in values) + sum(value == observed for value in values) / 2) / len(values)


def test_its_worlds_are_like_the_observed_one(draws, tmp_path):
    """Every target of the fit lies within the central 90 % of what the draws predict; one that is off is found out."""
    out = tmp_path / "r.db"
    said("run", ROOT / "scenarios" / "hindcast.cfg", "--draws", POSTERIOR, "--reps", len(draws), "--targets", TARGETS,
         "--detail", "summary", "--out", out)
    with closing(sqlite3.connect(out)) as db:
        rows = db.execute("SELECT name, target.value, coalesce(sd, 0), coalesce(discrepancy, 0), target_value.value "
                          "FROM target JOIN target_value USING (target_id) WHERE use = 'fit'").fetchall()
    seen = {}
    for name, observed, sd, discrepancy, value in rows:
        seen.setdefault((name, observed, hypot(sd, discrepancy)), []).append(value)
    ranks = {name: rank(observed, error, values) for (name, observed, error), values in seen.items()}
    outside = {name: round(r, 3) for name, r in ranks.items() if not 0.05 <= r <= 0.95}
    assert len(ranks) > 15 and not outside, f"{outside}: the posterior is of another model; {AGAIN}"
    [(projects, error, values)] = [(o, e, v) for (name, o, e), v in seen.items() if name == "projects"]
    assert rank(1.3 * projects, error, values) > 0.95
