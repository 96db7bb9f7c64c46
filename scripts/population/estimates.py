# SPDX-License-Identifier: GPL-3.0-or-later
"""Positions and populations of the municipalities that no source has."""

import math
from collections import defaultdict
from statistics import fmean, median

from common import clip, normal_hash, unit_hash

# Median and standard deviation of the logarithm by type (A, from B: a town has some 11,000
# people, a village 3,000), and the least size that the law asks for (F).
SIZE_BY_TYPE = {
    "designated_city": (800_000, 0.3, 500_000), "core_city": (320_000, 0.3, 200_000),
    "city": (56_000, 0.5, 8_000), "town": (11_000, 0.6, 1_000), "village": (3_000, 0.6, 200),
    "special_ward": (380_000, 0.5, 67_000),
}
MOST_BY_TYPE = {"town": 55_000, "village": 41_000}  # B: no town or village is larger
PREFECTURE_EFFECT = 0.5  # A: a town is larger where cities are, by this power of their median
BY_TYPE_ALONE = ("designated_city", "core_city", "special_ward")
JAPAN_PEOPLE = 126_000_000  # F: about 2019
JAPAN_TOLERANCE = 0.03


def estimate_positions(rows):
    """Around the middle of the prefecture's places, within the box of four fifths of them."""
    located = defaultdict(list)
    for row in rows:
        if row["located"]:
            located[row["prefecture"]].append(row)
    for row in rows:
        if row["located"]:
            continue
        for axis in ("lat", "lon"):
            values = sorted(other[axis] for other in located[row["prefecture"]])
            low, high = values[len(values) // 10], values[-1 - len(values) // 10]
            middle, side = clip(fmean(values), low, high), 2 * unit_hash(axis, row["code"]) - 1
            row[axis] = middle + side * (high - middle if side > 0 else middle - low)


def prefecture_effects(rows):
    cities = defaultdict(list)
    for row in rows:
        if row["type"] == "city" and row["counted"]:
            cities[row["prefecture"]].append(row["population"])
    national = median(size for sizes in cities.values() for size in sizes)
    return {
        code: clip((median(sizes) / national) ** PREFECTURE_EFFECT, 0.75, 1.4)
        for code, sizes in cities.items()
    }


def estimate_population(rows):
    effects = prefecture_effects(rows)
    for row in rows:
        if row["counted"]:
            continue
        middle, scatter, least = SIZE_BY_TYPE[row["type"]]
        size = middle * math.exp(scatter * clip(normal_hash("population", row["code"]), -2, 2))
        if row["type"] not in BY_TYPE_ALONE:
            size *= effects[row["prefecture"]]
        size = max(size, least)
        row["population"] = round(min(size, MOST_BY_TYPE.get(row["type"], size)))
    total = sum(row["population"] for row in rows)
    if abs(total / JAPAN_PEOPLE - 1) > JAPAN_TOLERANCE:
        raise ValueError(f"{total} people are not within {JAPAN_TOLERANCE} of {JAPAN_PEOPLE}")
