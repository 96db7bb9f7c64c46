# SPDX-License-Identifier: GPL-3.0-or-later
"""Phase diagrams: an output over the plane of two factors, cell by cell, with what is uncertain.

A cell is a combination of two levels, or a rectangle of ranges where a factor has many values.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import intervals

MOST_LEVELS = 12
POINTS_PER_CELL = 8


@dataclass
class Axis:
    """One factor of the plane: its cells in ascending order.

    labels: one a cell (levels) or, where edges is set, one an edge, which are one more.
    place: the cell of each point.
    """

    factor: str
    labels: list
    place: np.ndarray
    edges: bool

    @property
    def cells(self):
        """Number of cells along the axis."""
        return len(self.labels) - self.edges


@dataclass
class Phase:
    """Cells of the plane: arrays with a row per cell of y and a column per cell of x."""

    x: Axis
    y: Axis
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    runs: np.ndarray
    with_value: np.ndarray

    @property
    def open(self):
        """Cells with a value of which the sign is not known: the interval has 0, or is lacking."""
        return np.isfinite(self.value) & ~((self.low > 0) | (self.high < 0))

    def count(self):
        """(cells above 0, cells below, cells open), each by its interval."""
        return int((self.low > 0).sum()), int((self.high < 0).sum()), int(self.open.sum())

    def frame(self):
        """Tidy table, a row per cell; of a cell of ranges the columns name its range."""
        rows = []
        for (j, i), value in np.ndenumerate(self.value):
            rows.append({"x": self.x.factor, "x_cell": _cell_text(self.x, i), "y": self.y.factor,
                         "y_cell": _cell_text(self.y, j), "runs": self.runs[j, i],
                         "with_value": self.with_value[j, i], "value": value,
                         "low": self.low[j, i], "high": self.high[j, i]})
        return pd.DataFrame(rows)


def _cell_text(axis, i):
    return f"{axis.labels[i]} to {axis.labels[i + 1]}" if axis.edges else axis.labels[i]


# ---- axes ----


def cell_texts(axis):
    """One text a cell of the axis."""
    return [_cell_text(axis, i) for i in range(axis.cells)]


def axis_of(sweep, factor, points):
    """The axis of a factor for these points: its levels where they are few, else equal ranges."""
    values = sweep.points.loc[points, factor].to_numpy()
    levels = np.unique(values)
    if len(levels) <= MOST_LEVELS:
        return Axis(factor, [sweep.value_text(factor, v) for v in levels],
                    np.searchsorted(levels, values), False)
    count = int(np.clip(np.sqrt(len(points) / POINTS_PER_CELL), 2, MOST_LEVELS))
    unit = sweep.unit_cube().loc[points, factor].to_numpy()
    low, high = values[unit.argmin()], values[unit.argmax()]
    row = sweep.factors.loc[factor]
    low, high = (row["min"], row["max"]) if pd.notna(row["min"]) else (low, high)
    edges = np.geomspace(low, high, count + 1) if row["scale"] == "log" \
        else np.linspace(low, high, count + 1)
    place = np.clip((unit * count).astype(int), 0, count - 1)
    return Axis(factor, [f"{v:.3g}".replace("-", "−") for v in edges], place, True)


# ---- cells ----


def _half_width(values, axis):
    """Half the interval of the mean over what is left of points × replicates without one axis."""
    kept = values[np.isfinite(values).any(axis=1)][:, np.isfinite(values).any(axis=0)]
    found = intervals.student(np.nanmean(kept, axis=axis))
    return found.high - found.mean


def units_of(sweep):
    """Axes of points × replicates to average away before an interval is made of the rest.

    Replicates are independent of each other, so the points of a replicate are averaged. Points
    that lie in a cell by chance are independent too where each has a seed of its own; with common
    seeds the interval is the wider of both, since points alone do not show what the seeds share.
    """
    if sweep.kind in ("factorial", "zip", "table"):
        return (0,)
    return (0, 1) if sweep.common_seeds else (1,)


def _cell(values, axes):
    """Mean of a cell's points × replicates with its interval, the widest over the axes."""
    if not np.isfinite(values).any():
        return intervals.mean_interval([])
    mean = float(np.nanmean(values))
    half = np.array([_half_width(values, axis) for axis in axes])
    half = half[np.isfinite(half)].max(initial=-1.0)
    half = half if half >= 0 else np.nan
    return intervals.Interval(int(np.isfinite(values).sum()), mean, mean - half, mean + half)


def diagram(sweep, x, y, wide):
    """Phase of outputs wide (points × replicates) over the factors x and y."""
    ax, ay = axis_of(sweep, x, wide.index), axis_of(sweep, y, wide.index)
    shape = (ay.cells, ax.cells)
    found = {name: np.full(shape, np.nan) for name in ("value", "low", "high")}
    found |= {name: np.zeros(shape, dtype=int) for name in ("runs", "with_value")}
    axes, values, ran = units_of(sweep), wide.to_numpy(), sweep.ran().loc[wide.index].to_numpy()
    for j, i in np.ndindex(shape):
        mine = (ax.place == i) & (ay.place == j)
        cell = _cell(values[mine], axes)
        found["value"][j, i], found["low"][j, i], found["high"][j, i] = cell.mean, cell.low, cell.high
        found["runs"][j, i] = ran[mine].sum()
        found["with_value"][j, i] = np.isfinite(values[mine]).sum()
    return Phase(ax, ay, **found)
