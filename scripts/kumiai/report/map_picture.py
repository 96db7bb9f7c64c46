# SPDX-License-Identifier: GPL-3.0-or-later
"""The map as a plain picture (SVG), for readers whose browser runs no scripts."""

import math

from markupsafe import Markup, escape

from . import places
from .language import say

ASIA = [[62.0, 50.0], [150.0, -13.0]]  # west and north, east and south
WIDTH = 871.0  # units
SQUEEZE = 0.9  # degrees of longitude are narrower than those of latitude away from the equator
SMALLEST = 4.4  # units: islands below it are left out


class _Frame:
    """The part of the world that is shown, and its scale."""

    def __init__(self, extent):
        (self.west, self.north), (self.east, self.south) = extent
        self.scale = WIDTH / (self.east - self.west) / SQUEEZE  # units a degree

    def at(self, lon, lat):
        """Place of a point in units."""
        return (lon - self.west) * self.scale * SQUEEZE, (self.north - lat) * self.scale


def _coast(frame):
    """Coast lines of the part of the world that is shown, on a grid of one unit."""
    found, smallest = [], SMALLEST / frame.scale
    for [ring] in places.land()["features"][0]["geometry"]["coordinates"]:
        lons, lats = [p[0] for p in ring], [p[1] for p in ring]
        if max(lons) < frame.west or min(lons) > frame.east or max(lats) < frame.south or min(lats) > frame.north:
            continue
        if max(lons) - min(lons) < smallest and max(lats) - min(lats) < smallest:
            continue
        points = [tuple(round(x) for x in frame.at(*p)) for p in ring]
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
    year, frame = data["opens"], _Frame(data.get("extent", ASIA))
    place = {row["agent_id"]: frame.at(row["lon"], row["lat"]) for row in _rows(data["agents"])}
    ties = [t for t in _rows(data["ties"]) if t["onset"] < year + 1
            and (t["terminus"] is None or math.isnan(t["terminus"]) or t["terminus"] >= year + 1)]
    width, height = frame.at(frame.east, frame.south)
    arcs = [f'<path class="line c-{mode}" d="' + "".join(
        _arc(place[t["donor_id"]], place[t["partner_id"]]) for t in ties if t["mode"] == mode) + '"/>'
        for mode in ("city_to_city", "regional")]
    label = say("Map of the ties at the end of JFY {year}: {n} tie" if len(ties) == 1 else
                "Map of the ties at the end of JFY {year}: {n} ties", year=year, n=len(ties))
    return Markup(f'<svg class="plain-map" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
                  f'aria-label="{escape(label)}">'
                  f'<path class="land" d="{_coast(frame)}"/>{"".join(arcs)}</svg>')
