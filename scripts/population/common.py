# SPDX-License-Identifier: GPL-3.0-or-later
"""What every part of the population build shares: keyed hashes, distances, CSV.

Nothing here draws from a random generator: an estimate is a function of the
code it belongs to, so that the files are the same bytes on every machine.
"""

import csv
import hashlib
import math
from pathlib import Path
from statistics import NormalDist

EARTH_RADIUS_KM = 6371.0


def unit_hash(*key):
    """A number in (0, 1) that depends on the key and nothing else."""
    digest = hashlib.sha256("|".join(str(part) for part in key).encode()).digest()
    return (int.from_bytes(digest[:6], "big") + 0.5) / 2**48


def normal_hash(*key):
    """Standard normal value of a key, by the inverse of the distribution."""
    return NormalDist().inv_cdf(unit_hash(*key))


def clip(value, low, high):
    return max(low, min(high, value))


def distance_km(lat_a, lon_a, lat_b, lon_b):
    """Great-circle distance (haversine)."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half = (
        math.sin((phi_b - phi_a) / 2) ** 2
        + math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def write_csv(path, columns, rows):
    """RFC 4180 text with LF ends; a row is a mapping with exactly these columns."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_csv(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
