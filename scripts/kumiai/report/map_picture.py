# SPDX-License-Identifier: GPL-3.0-or-later
"""The map as a plain picture (SVG), for readers whose browser runs no scripts."""

import math

from markupsafe import Markup, escape

from . import places
from .language import say

WEST, EAST, SOUTH, NORTH = 62.0, 150.0, -13.0, 50.0
SCALE = 11.0  # units a degree
SQUEEZE = 0.9  # degrees of longitude are narrower than those of latitude away from the equator
YEAR = 2017  # shown first, as by the map that moves
SMALLEST = 0.4  # degrees: islands below it are left out


def _at(lon, lat):
    return (lon - WEST) * SCALE * SQUEEZE, (NORTH - lat) * SCALE


def _coast():
    """Coast lines of the part of the world that is shown, on a grid of one unit."""
    found = []
    for [ring] in places.land()["features"][0]["geometry"]["coordinates"]:
        lons, lats = [p[0] for p in ring], [p[1] for p in ring]
        if max(lons) < WEST or min(lons) > EAST or max(lats) < SOUTH or min(lats) > NORTH:
            continue
        if max(lons) - min(lons) < SMALLEST and max(lats) - min(lats) < SMALLEST:
            continue
        points = [tuple(round(x) for x in _at(*p)) for p in ring]
        kept = [p for p, before in zip(points, [None, *points]) if p != before]
        if len(kept) > 2:
            found.append("M" + "L".join(f"{x} {y}" for x, y in kept) + "Z")
    return "".join(found)


def _arc(start, end):
    """A line that bends a little to its left, as those of the map that moves."""
    (x, y), (u, v) = start, end
    return f"M{x:.0f} {y:.0f}Q{(x + u) / 2 + 0.12 * (v - y):.0f} {(y + v) / 2 - 0.12 * (u - x):.0f} {u:.0f} {v:.0f}"


def _rows(table):
    """Rows of a table of the page's data as tuples in the order of its columns."""
    plain = [column if isinstance(column, list) else [column["labels"][code] for code in column["codes"]]
             for column in table.values()]
    return [dict(zip(table, row)) for row in zip(*plain)]


def draw(data):
    """The ties of one replicate at the end of a fiscal year; data: as places.scenario_map gives it."""
    year = min(max(YEAR, data["first"]), data["last"])
    place = {row["agent_id"]: _at(row["lon"], row["lat"]) for row in _rows(data["agents"])}
    ties = [t for t in _rows(data["ties"]) if t["onset"] < year + 1
            and (t["terminus"] is None or math.isnan(t["terminus"]) or t["terminus"] >= year + 1)]
    width, height = _at(EAST, SOUTH)
    arcs = [f'<path class="line c-{mode}" d="' + "".join(
        _arc(place[t["donor_id"]], place[t["partner_id"]]) for t in ties if t["mode"] == mode) + '"/>'
        for mode in ("city_to_city", "regional")]
    label = say("Map of the ties at the end of JFY {year}: {n} ties", year=year, n=len(ties))
    return Markup(f'<svg class="plain-map" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
                  f'aria-label="{escape(label)}">'
                  f'<path class="land" d="{_coast()}"/>{"".join(arcs)}</svg>')
