# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of phase diagrams: a heat map, the line of 0, and hatches where the sign is open."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm

from kumiai.results import words

from . import style
from .phase import is_signed
from .sensitivity_pictures import short, source, title_of
from .style import plt

# Between the colours of the modes: below 0 city to city, above 0 regional.
DIVERGING = LinearSegmentedColormap.from_list(
    "modes", [style.MODE_COLOUR["city_to_city"], "#FFFFFF", style.MODE_COLOUR["regional"]])
NO_VALUE = "#BBBBBB"
MOST_TEXT = 100  # cells with their value written in them


def title(output, phase):
    """The finding: how many cells are above 0, below, open."""
    above, below, unsure = phase.count()
    cells = above + below + unsure
    if (output.minuend, output.subtrahend) == ("life_10y_regional", "life_10y_city_to_city"):
        first, second = "Regional ties outlast city-to-city ties", "city-to-city ties regional ones"
    elif output.subtrahend:
        first, second = (f"{words(a)} is above {words(b)}" for a, b in
                         ((output.minuend, output.subtrahend), (output.subtrahend, output.minuend)))
    else:
        first, second = f"{words(output.name)} is above 0", "it is below"
    return (f"{first} in {above} of {cells} cells, {second} in {below}; "
            f"{unsure} {'is' if unsure == 1 else 'are'} open (p < .05, corrected by Holm for all cells)")


def range_title(output, phase):
    """The finding for an output that has no sign: where it is largest."""
    j, i = np.unravel_index(np.nanargmax(phase.value), phase.value.shape)
    place = [_at(axis, k) for axis, k in ((phase.x, i), (phase.y, j))]
    interval = (f"{x[j, i]:,.4g}" for x in (phase.low, phase.high))
    known, level = np.isfinite(phase.low[j, i]), phase.level_with_largest()
    cells = int(np.isfinite(phase.value).sum())
    return (f"{words(output.name)}: the largest mean of {cells} cells is {phase.value[j, i]:,.4g}"
            + (f" ({' to '.join(interval)})" if known else "") + f", at {' and '.join(place)}"
            + (f"; {level} {'is' if level == 1 else 'are'} not told apart from it" if level else ""))


def _at(axis, i):
    low, *high = axis.labels[i:i + 1 + axis.edges]
    return f"{short(axis.factor)} {low}" + "".join(f" to {h}" for h in high)


def _colours(phase, signed):
    """Colour map and scale: 0 is white where it divides the plane."""
    if not signed:
        return {"cmap": "viridis"}
    top = np.nanmax(np.abs(phase.value)) or 1.0
    return {"cmap": DIVERGING, "norm": TwoSlopeNorm(0.0, -top, top)}


def _cells(ax, phase, signed):
    """Hatches of what is open, grey of what has no value, numbers where there is room."""
    decimals = 1 if np.nanmax(np.abs(phase.value)) < 100 else 0
    for (j, i), value in np.ndenumerate(phase.value):
        if not np.isfinite(value):
            ax.text(i, j, "no value", ha="center", va="center", fontsize=7, color="#333333")
            continue
        if signed and phase.open[j, i]:
            ax.add_patch(plt.Rectangle((i - 0.5, j - 0.5), 1, 1, fill=False, hatch="////",
                                       edgecolor="#555555", linewidth=0))
        if phase.value.size <= MOST_TEXT:
            ax.text(i, j, _number(value, phase, (j, i), decimals, signed), ha="center",
                    va="center", fontsize=8, path_effects=style.halo())


def _number(value, phase, at, decimals, signed):
    """A cell's value, and how many of its runs have one where some have not."""
    value = round(value, decimals) + 0.0  # no −0.0
    text = f"{value:{'+' if signed and value else ''},.{decimals}f}".replace("-", "−")
    if phase.with_value[at] < phase.runs[at]:
        text += f"\n({phase.with_value[at]}/{phase.runs[at]})"
    return text


def _axis(ax, phase):
    """Ticks: levels at the middle of their cells, ranges at the edges."""
    for axis, ticks in ((phase.x, ax.set_xticks), (phase.y, ax.set_yticks)):
        ticks(np.arange(len(axis.labels)) - 0.5 * axis.edges, axis.labels, fontsize=8)
    ax.set_xlabel(phase.x.factor, fontsize=9)
    ax.set_ylabel(phase.y.factor, fontsize=9)
    ax.spines[:].set_visible(False)


def diagram(sweep, output, phase, path):
    """Heat map of an output over two factors."""
    signed = is_signed(output, phase)
    width, height = max(7.5, 2.6 + 0.75 * phase.x.cells), 2.4 + 0.6 * phase.y.cells
    fig, ax = plt.subplots(figsize=(width, height))
    fig.subplots_adjust(left=1.1 / width, right=1 - 0.35 / width, top=1 - 0.95 / height,
                        bottom=1.15 / height)
    ax.set_facecolor(NO_VALUE)
    image = ax.imshow(phase.value, origin="lower", aspect="auto", **_colours(phase, signed))
    _cells(ax, phase, signed)
    if signed and min(phase.value.shape) > 1 and np.nanmin(phase.value) < 0 < np.nanmax(phase.value):
        ax.contour(np.ma.masked_invalid(phase.value), levels=[0.0], colors="black", linewidths=1.6)
    _axis(ax, phase)
    fig.colorbar(image, ax=ax, pad=0.02).set_label(title_of(output, 36), fontsize=8)
    finding = title(output, phase) if signed else range_title(output, phase)
    style.finish(fig, finding, source(sweep), path, _note(signed, phase))


def _note(signed, phase):
    """How to read the picture."""
    parts = ["A cell is the mean of its runs."]
    if signed:
        parts.append("Line: 0 between the cells' means. Hatched: the sign is open (p > .05 by the cell's "
                     "runs, corrected by Holm for all cells, or one replicate gives no test).")
    missing = int(phase.runs.sum() - phase.with_value.sum())
    if missing:
        parts.append(f"{missing} of {phase.runs.sum()} runs have no value and are left out; in "
                     "brackets: runs with a value of those made.")
    return " ".join(parts)
