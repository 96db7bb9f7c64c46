# SPDX-License-Identifier: GPL-3.0-or-later
"""Phase diagrams: an output over the plane of two factors, cell by cell, with what is uncertain.

A cell is a combination of two levels, or a rectangle of ranges where a factor has many values.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from . import effect_tests, intervals

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
    """Cells of the plane: arrays with a row per cell of y and a column per cell of x.

    p: of a mean of 0; p_holm: corrected for the cells of all diagrams whose sign is asked (correct).
    exact: whether chance plays no part (effect_tests.is_exact).
    """

    x: Axis
    y: Axis
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    runs: np.ndarray
    with_value: np.ndarray
    p: np.ndarray
    p_holm: np.ndarray
    exact: bool = False

    @property
    def open(self):
        """Cells with a value of which the sign is not known, by the corrected test."""
        return np.isfinite(self.value) & ~(self.p_holm < effect_tests.SURE)

    def count(self):
        """(cells above 0, cells below, cells open)."""
        known = np.isfinite(self.value) & ~self.open
        return (int((known & (self.value > 0)).sum()), int((known & (self.value < 0)).sum()),
                int(self.open.sum()))

    def level_with_largest(self):
        """Number of cells whose mean is not told from the largest one.

        Differences are judged by both cells' own intervals, as of independent cells, which is
        cautious where seeds are shared; corrected for all cells (Holm).
        """
        half = (self.high - self.low) / 2
        best = np.unravel_index(np.nanargmax(self.value), self.value.shape)
        others = np.isfinite(self.value)
        others[best] = False
        if self.exact:
            return int((self.value[others] == self.value[best]).sum())
        # An interval of the difference by 1.96 errors of each cell; a cell without one is not told.
        with np.errstate(invalid="ignore", divide="ignore"):
            error = np.hypot(half[best], half[others]) / 1.96
            p = 2 * stats.norm.sf((self.value[best] - self.value[others]) / error)
        return int((~(intervals.holm(p) < effect_tests.SURE)).sum())

    def frame(self):
        """Tidy table, a row per cell; of a cell of ranges the columns name its range."""
        rows = []
        for (j, i), value in np.ndenumerate(self.value):
            rows.append({"x": self.x.factor, "x_cell": _cell_text(self.x, i), "y": self.y.factor,
                         "y_cell": _cell_text(self.y, j), "runs": self.runs[j, i],
                         "with_value": self.with_value[j, i], "value": value,
                         "low": self.low[j, i], "high": self.high[j, i],
                         "p": self.p[j, i], "p_holm": self.p_holm[j, i]})
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
    """(half the interval, p of 0) of the mean over what is left of points × replicates without one
    axis; no interval, and the sign test, where that has no spread."""
    kept = values[np.isfinite(values).any(axis=1)][:, np.isfinite(values).any(axis=0)]
    left, scale = np.nanmean(kept, axis=axis), np.abs(kept[np.isfinite(kept)]).max()
    if len(left) < 2:
        return np.nan, np.nan
    p = effect_tests.mean_p(left, scale)
    if effect_tests.no_spread(left, scale):
        return np.nan, p
    found = intervals.student(left)
    return found.high - found.mean, p


def units_of(sweep):
    """Axes of points × replicates to average away before an interval is made of the rest.

    Replicates are independent of each other, so the points of a replicate are averaged. Points
    that lie in a cell by chance are independent too where each has a seed of its own; with common
    seeds the interval is the wider of both, since points alone do not show what the seeds share.
    """
    if sweep.kind in ("factorial", "zip", "table"):
        return (0,)
    return (0, 1) if sweep.common_seeds else (1,)


def _cell(values, axes, exact):
    """(mean, low, high, p) of a cell's points × replicates: the widest interval over the axes and
    the largest p. Where chance plays no part the mean is exact and has no interval."""
    if not np.isfinite(values).any():
        return (np.nan,) * 4
    mean = float(np.nanmean(values))
    if exact:
        return mean, np.nan, np.nan, float(mean == 0)
    half, p = (np.array(part) for part in zip(*(_half_width(values, axis) for axis in axes)))
    half = half[np.isfinite(half)].max(initial=-1.0)
    half, p = half if half >= 0 else np.nan, p[np.isfinite(p)].max(initial=-1.0)
    return mean, mean - half, mean + half, p if p >= 0 else np.nan


def diagram(sweep, x, y, wide):
    """Phase of outputs wide (points × replicates) over the factors x and y."""
    ax, ay = axis_of(sweep, x, wide.index), axis_of(sweep, y, wide.index)
    shape = (ay.cells, ax.cells)
    found = {name: np.full(shape, np.nan) for name in ("value", "low", "high", "p", "p_holm")}
    found |= {name: np.zeros(shape, dtype=int) for name in ("runs", "with_value")}
    axes, values, ran = units_of(sweep), wide.to_numpy(), sweep.ran().loc[wide.index].to_numpy()
    exact = axes == (0,) and effect_tests.is_exact(values)
    for j, i in np.ndindex(shape):
        mine = (ax.place == i) & (ay.place == j)
        for name, cell in zip(("value", "low", "high", "p"), _cell(values[mine], axes, exact)):
            found[name][j, i] = cell
        found["runs"][j, i] = ran[mine].sum()
        found["with_value"][j, i] = np.isfinite(values[mine]).sum()
    return Phase(ax, ay, **found, exact=exact)


def is_signed(output, found):
    """Whether 0 divides the plane: a difference, or values on both sides of 0."""
    return bool(output.subtrahend) or np.nanmin(found.value) < 0 < np.nanmax(found.value)


def correct(planes):
    """Corrects the p of the cells of all [(output, Phase)] whose sign is asked, in place."""
    signed = [found for output, found in planes if is_signed(output, found)]
    if signed:
        corrected = intervals.holm(np.concatenate([found.p.ravel() for found in signed]))
        for found, part in zip(signed, np.split(
                corrected, np.cumsum([found.p.size for found in signed])[:-1])):
            found.p_holm = part.reshape(found.p.shape)
