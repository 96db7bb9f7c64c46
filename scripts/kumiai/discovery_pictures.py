# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of scenario discovery (PNG): cases with the box, and the trade-off between coverage and density."""

import numpy as np

from . import style
from .style import plt

INTEREST, OTHER = style.SECOND, style.FAINT


def _edges(box, i, low, high):
    """A box's interval of factor i within the ranges drawn."""
    return max(box.low[i], low), min(box.high[i], high)


def _plane(ax, factors, interest, box, pair):
    """Cases over two factors, with the box as a frame."""
    x, y = (factors.iloc[:, i] for i in pair)
    for hit, colour, marker, label in ((0, OTHER, "o", "not of interest"), (1, INTEREST, "^", "of interest")):
        mine = interest == hit
        ax.scatter(x[mine], y[mine], s=9, c=colour, marker=marker, alpha=0.7, linewidths=0, label=label)
    (left, right), (bottom, top) = (_edges(box, i, v.min(), v.max()) for i, v in zip(pair, (x, y)))
    ax.add_patch(plt.Rectangle((left, bottom), right - left, top - bottom, fill=False, linewidth=1.8))
    ax.set_xlabel(factors.columns[pair[0]], fontsize=9)
    ax.set_ylabel(factors.columns[pair[1]], fontsize=9)
    ax.legend(fontsize=8, frameon=True, loc="upper right")
    style.plain(ax)


def _trade_off(ax, trajectory, box):
    """Coverage and density along the peeling, and the box that was taken."""
    ax.plot([b.coverage for b in trajectory], [b.density for b in trajectory], "o-", markersize=3, linewidth=1,
            color=style.ACCENT)
    ax.plot([box.coverage], [box.density], "D", color=INTEREST, markersize=7)
    ax.set_xlabel("coverage", fontsize=9)
    ax.set_ylabel("density", fontsize=9)
    ax.set_xlim(0, 1.03)
    ax.set_ylim(0, 1.03)
    style.plain(ax)


def first_box(factors, interest, box, trajectory, words, source, path):
    """The first box over its two strongest factors, and the trade-off it was chosen from."""
    order = list(dict.fromkeys(i for i, _, _ in box.limits)) + [i for i in range(factors.shape[1])]
    pair = list(dict.fromkeys(order))[:2]
    fig, axes = plt.subplots(1, 2, figsize=(10, 4.8))
    if len(pair) == 2:
        _plane(axes[0], factors, interest, box, pair)
    else:
        axes[0].hist([factors.iloc[interest == k, 0] for k in (0, 1)], color=[OTHER, INTEREST], stacked=True)
        axes[0].set_xlabel(factors.columns[0], fontsize=9)
        style.plain(axes[0])
    _trade_off(axes[1], trajectory, box)
    fig.subplots_adjust(left=0.08, right=0.98, top=0.8, bottom=0.2, wspace=0.25)
    style.finish(fig, f"{words}: {style.percent(box.density)} of the box, {style.percent(np.mean(interest))} of all",
                 source, path, "frame: the first box, over two of its factors; right: the boxes of the peeling, the "
                 "chosen one as a diamond; coverage: share of the cases of interest that lie in the box; density: "
                 "share of the box's cases that are of interest")
