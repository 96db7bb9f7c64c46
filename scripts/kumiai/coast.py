# SPDX-License-Identifier: GPL-3.0-or-later
"""Coast lines from a TopoJSON file (see data/README.md)."""

import json
from pathlib import Path

import numpy as np

FILE = Path(__file__).resolve().parent / "data" / "land-50m.json"


def _arcs(topology):
    """Arcs of a quantised TopoJSON as arrays of longitude and latitude."""
    scale, origin = (np.array(topology["transform"][k]) for k in ("scale", "translate"))
    return [np.cumsum(arc, axis=0) * scale + origin for arc in topology["arcs"]]


def _ring(indices, arcs):
    """One closed ring; a negative index is an arc backwards, joints are kept once."""
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.concatenate([parts[0], *(p[1:] for p in parts[1:])])


def rings(path=FILE):
    """Outlines of the land: list of arrays (points × longitude, latitude in degrees)."""
    topology = json.loads(Path(path).read_text(encoding="utf-8"))
    arcs, found = _arcs(topology), []
    for geometry in topology["objects"]["land"]["geometries"]:
        many = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        found += [_ring(ring, arcs) for polygon in many for ring in polygon]
    return found


def within(outlines, extent):
    """Those outlines that reach into (west, east, south, north)."""
    west, east, south, north = extent
    return [r for r in outlines if r[:, 0].max() >= west and r[:, 0].min() <= east
            and r[:, 1].max() >= south and r[:, 1].min() <= north]
