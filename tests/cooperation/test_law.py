# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws may move from one version to the next, the law of the model only with its rules: the means of
the baseline's summary columns against those of 400 replicates in tests/data/baseline_law.csv. After a
change of rules: `tests/cooperation/test_law.py` as a program writes them anew."""

import csv
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[2]
KUMIAI = os.environ.get("KUMIAI", "kumiai")
LAW = ROOT / "tests" / "data" / "baseline_law.csv"
LIMIT = 4.5  # standard errors; of 94 columns one is beyond it in about 1,600 runs, were they normal


def measured(reps, seed, *settings):
    """For each summary column n, mean and variance over replicates of the baseline."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "r.db"
        subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "baseline.cfg", "--out", out, "--reps",
                        str(reps), "--seed", str(seed), "--detail", "summary", *settings],
                       check=True, capture_output=True, timeout=600, stdin=subprocess.DEVNULL)
        with closing(sqlite3.connect(out)) as db:
            cursor = db.execute("SELECT * FROM summary")
            names = [column[0] for column in cursor.description]
            columns = dict(zip(names, zip(*cursor)))
    del columns["run_id"]
    known = {name: [v for v in values if v is not None] for name, values in columns.items()}
    return {name: (len(v), statistics.fmean(v), statistics.variance(v))
            for name, v in known.items() if len(v) > 1}


def deviations(reps, seed, *settings):
    """Differences of means in their standard errors, by column."""
    now = measured(reps, seed, *settings)
    found = {}
    with open(LAW, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            n, mean, variance = int(row["n"]), float(row["mean"]), float(row["variance"])
            count, own_mean, _ = now[row["metric"]]
            found[row["metric"]] = (own_mean - mean) / (variance * (1 / n + 1 / count)) ** 0.5
    return found


def test_the_law_of_the_baseline_is_what_it_was():
    far = {name: z for name, z in deviations(80, 20250).items() if abs(z) > LIMIT}
    assert not far, far


def test_another_rate_is_found_out():
    far = deviations(40, 20250, "--set", "formation.rate=1.1")
    assert abs(far["formed_city_to_city"]) > LIMIT and abs(far["refused_no_money"]) > LIMIT


if __name__ == "__main__":
    law = {name: row for name, row in measured(400, 1).items() if row[2] > 0}
    with open(LAW, "w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow(["metric", "n", "mean", "variance"])
        writer.writerows([name, n, f"{mean:.9g}", f"{variance:.9g}"]
                         for name, (n, mean, variance) in law.items())
    sys.exit(0)
