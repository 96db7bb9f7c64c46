# SPDX-License-Identifier: GPL-3.0-or-later
"""A world fifty times as large costs about fifty times as much, reading it too: nothing walks all
of one kind for each of another."""

import csv
import os
import random
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "configs" / "cooperation" / "population"
KUMIAI = os.environ.get("KUMIAI", "kumiai")
COPIES = 50
MOST = 1.6  # times as much as in proportion: caches are smaller than large worlds
FILES = ("local_governments", "countries", "partner_cities", "cooperatives", "cooperative_members")
TAGGED = ("code", "prefecture", "cooperative", "member")

pytestmark = pytest.mark.skipif(not (SOURCE / "partner_cities.csv").exists(),
                                reason="configs/cooperation/population/ is not complete")


def copy_of(row, k, rng):
    """A row of the k-th world: its own codes and, of places, its own surroundings."""
    moved = {name: f"{row[name]}-{k}" for name in TAGGED if row.get(name)}
    moved |= {name: f"{float(row[name]) + rng.uniform(-0.5, 0.5):.4f}"
              for name in ("lat", "lon") if row.get(name)}
    return row | moved if k else row


def enlarge(folder, copies):
    rng = random.Random(1)
    for name in FILES:
        with open(SOURCE / f"{name}.csv", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
        if name == "countries":
            shutil.copy(SOURCE / f"{name}.csv", folder)
            continue
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, reader.fieldnames)
            writer.writeheader()
            writer.writerows(copy_of(row, k, rng) for k in range(copies) for row in rows)
    files = " ".join(f'{name}="{name}.csv";' for name in FILES)
    world = folder / "world.cfg"
    world.write_text(f'base="{ROOT}/configs/cooperation/base.cfg";\npopulation={{ {files} }};\n',
                     encoding="utf-8")
    return world


def user_time(world, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([KUMIAI, "run", world, "--out", folder / "r.db", "--force", "--detail", "summary",
                    "--reps", "1", "--threads", "1", "--set", "run.years=8"],
                   check=True, capture_output=True, timeout=300, stdin=subprocess.DEVNULL)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def test_cost_grows_with_the_world(tmp_path):
    large, small = tmp_path / "large", tmp_path / "small"
    large.mkdir(), small.mkdir()
    worlds = enlarge(small, 1), enlarge(large, COPIES)
    ratios = [user_time(worlds[1], tmp_path) / user_time(worlds[0], tmp_path) for _ in range(2)]
    assert min(ratios) < MOST * COPIES, ratios
