# SPDX-License-Identifier: GPL-3.0-or-later
"""Every value that a parameter's range allows is refused with a sentence, or its run goes through. Here
a sample of the ends of the ranges; KUMIAI_EXTREMES=all takes all of them (some three minutes)."""

import csv
import io
import math
import os
import random
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KUMIAI = os.environ.get("KUMIAI", "kumiai")
SAMPLE = 20
SIZES = ("contagion.agents", "contagion.mean_degree", "none.agents")  # hours and gigabytes at the end
MODELS = {"cooperation": "baseline", "contagion": "contagion", "none": "none"}
# What fills places that are counted out beforehand.
ALWAYS = ("cooperatives.exit", "cooperatives.founding", "cooperatives.dissolution",
          "associations.rate", "mergers.rate", "joint.will", "formation.rate")

pytestmark = pytest.mark.skipif(
    not (ROOT / "configs/cooperation/population/partner_cities.csv").exists(),
    reason="configs/cooperation/population/ is not complete")


def values(row):
    """What stands at the ends of a parameter's range."""
    if row["type"] == "boolean":
        return ["false", "true"]
    if row["type"] == "choice":
        return row["choices"].split("|")
    return sorted({row["min"], row["max"]} - {""}) if row["type"] in ("real", "integer") else []


def ends(model):
    text = subprocess.run([KUMIAI, "describe", model, "--format", "csv"], check=True,
                          capture_output=True, text=True).stdout
    return [(MODELS[model], row["name"], value) for row in csv.DictReader(io.StringIO(text))
            if not row["name"].startswith(("run.", "output.")) and row["name"] not in SIZES
            for value in values(row)]


def chosen():
    every = [end for model in MODELS for end in ends(model)]
    if os.environ.get("KUMIAI_EXTREMES") == "all":
        return every
    always = [end for end in every if end[1] in ALWAYS]
    return sorted({*random.Random(13).sample(every, SAMPLE), *always})


def odd_numbers(out):
    """Infinite or absurd numbers in the file."""
    with closing(sqlite3.connect(f"file:{out}?mode=ro", uri=True)) as db:
        return [value for table in ("summary", "series") for row in db.execute(f"SELECT * FROM {table}")
                for value in row if isinstance(value, float) and (math.isinf(value) or abs(value) > 1e18)]


@pytest.mark.parametrize("scenario, name, value", chosen())
def test_the_ends_of_the_ranges(tmp_path, scenario, name, value):
    out = tmp_path / "r.db"
    result = subprocess.run([KUMIAI, "run", ROOT / "scenarios" / f"{scenario}.cfg", "--reps", "1",
                             "--set", f"{name}={value}", "--threads", "1", "--quiet", "--out", out],
                            check=False, capture_output=True, text=True, timeout=100,
                            stdin=subprocess.DEVNULL)
    assert result.returncode in (0, 2), result.stderr
    if result.returncode == 2:  # two parameters that contradict each other
        assert name in result.stderr and not out.exists()
    else:
        assert odd_numbers(out) == []
