# SPDX-License-Identifier: GPL-3.0-or-later
"""What every part of the population build shares: keyed hashes, distances, CSV.

Nothing here draws from a random generator: an estimate is a function of the
code it belongs to, so that the files are the same bytes on every machine.
"""

import csv
import hashlib
import io
import math
import os
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


def csv_text(columns, rows):
    """RFC 4180 text with LF ends; a row is a mapping with exactly these columns."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def others(files):
    """Those of {path: text} that are there with another content."""
    return [path for path, text in files.items()
            if os.path.lexists(path) and not (path.is_file() and path.read_bytes() == text.encode())]


def _flush(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(files):
    """Write {path: text}: each file has its old content or the new, whenever somebody looks."""
    partial = {path: path.with_name(f".{path.name}.{os.getpid()}.partial") for path in files}
    try:
        for path, text in files.items():
            partial[path].write_bytes(text.encode())
            _flush(partial[path])
        for path in files:
            os.replace(partial[path], path)
    finally:
        for path in partial.values():
            path.unlink(missing_ok=True)
    for folder in {path.parent for path in files}:
        _flush(folder)


def read_csv(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
