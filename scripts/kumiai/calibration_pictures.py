# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a calibration (PNG): what the data say of each parameter, what the model predicts, how it was found."""

import math

import numpy as np
from scipy import stats

from . import calibration_tables as tables
from . import style
from .style import plt

MOST_PANELS = 24
FIT, TEST, GREY = style.ACCENT, style.SECOND, style.REFERENCE
COLOUR_OF, MARKER_OF = {"fit": FIT, "test": TEST}, {"fit": "o", "test": "D"}


def _panels(count, height=1.9):
    """(figure, axes) of a grid of count panels."""
    across = min(4, count)
    down = math.ceil(count / across)
    fig, axes = plt.subplots(down, across, figsize=(max(7.5, 2.9 * across), 1.6 + height * down), squeeze=False)
    for ax in axes.flat[count:]:
        ax.set_visible(False)
    top = fig.get_size_inches()[1]
    fig.subplots_adjust(left=0.07, right=0.98, top=1 - 1.15 / top, bottom=0.75 / top, hspace=0.75, wspace=0.25)
    return fig, axes.flat


def _value_ticks(ax, prior):
    """Ticks at the prior's 5, 50 and 95 % quantiles, named by the parameter's values."""
    at = (0.05, 0.5, 0.95)
    ax.set_xticks(at, [f"{v:.3g}".replace("-", "−") for v in prior.values(np.array(at))])


def marginals(space, found, identified, source, path):
    """Posterior of every parameter along the quantiles of its prior, where the prior is flat."""
    shown = identified.sort_values("sd_ratio", kind="stable").head(MOST_PANELS)
    fig, axes = _panels(len(shown))
    for ax, (i, row) in zip(axes, shown.iterrows()):
        ax.hist(found.cube[:, i], bins=20, range=(0, 1), weights=20 * found.weights, color=FIT, alpha=0.55)
        ax.axhline(1, color=GREY, linewidth=1, linestyle="--")
        ax.set_xlim(0, 1)
        _value_ticks(ax, space.priors[i])
        style.plain(ax)
        ax.set_title(f"{style.wrap(row['parameter'], 26)}\n{row['verdict']} ({row['sd_ratio']:.2f})", fontsize=8)
    counts = identified["verdict"].value_counts()
    title = "; ".join(f"{counts.get(word, 0)} {word}" for word in ("identified", "partly identified", "not identified"))
    style.finish(fig, f"What the targets say of {len(identified)} parameters: {title}", source, path,
                 "bars: posterior density over that of the prior (dashed), along the prior's quantiles; ticks: values "
                 "at its 5, 50 and 95 %; in brackets the posterior's standard deviation over the prior's"
                 + ("" if len(shown) == len(identified) else f"; the {MOST_PANELS} best identified are shown"))


def predictions(frame, source, path):
    """Posterior predictive intervals beside the observed values, each in its interval's half-width."""
    shown = frame.dropna(subset=["predicted_50"]).reset_index(drop=True)
    height = 1.9 + 0.28 * max(len(shown), 2)
    fig, ax = plt.subplots(figsize=(9, height))
    half = ((shown["predicted_95"] - shown["predicted_05"]) / 2).replace(0, 1.0)  # all runs alike: in the unit itself
    for use, rows in shown.groupby("use"):
        middle = rows["predicted_50"]
        ends = [(middle - rows["predicted_05"]) / half[rows.index], (rows["predicted_95"] - middle) / half[rows.index]]
        ax.errorbar((middle - rows["observed"]) / half[rows.index], rows.index, xerr=ends, color=COLOUR_OF[use],
                    fmt=MARKER_OF[use], markersize=4, capsize=2, linewidth=1.2, label=f"use = {use}")
    ax.axvline(0, color=GREY, linewidth=1, linestyle="--")
    ax.set_yticks(shown.index, shown["target"])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.set_xlabel("predicted − observed, in half-widths of the 90 % interval", fontsize=9)
    style.plain(ax)
    ax.legend(fontsize=8, loc="best")
    fig.subplots_adjust(left=0.3, right=0.97, top=1 - 0.75 / height, bottom=0.85 / height)
    parts = [f"{int(rows['inside'].sum())} of {len(rows)} targets of use {use}" for use, rows in shown.groupby("use")]
    style.finish(fig, f"Inside the predicted 90 % interval: {', '.join(parts)}", source, path,
                 "points: median of one run with errors of observation and discrepancy; whiskers: 5 to 95 %; an "
                 "interval of 90 % misses one right target in ten")


def emulators(history, source, path):
    """Left-out errors of every wave's emulators, in predicted standard deviations."""
    rows = [(wave.number, history.problem.targets[k].name, e) for wave in history.waves
            for k, e in wave.emulators.items()]
    height = 1.9 + 0.24 * max(len(rows), 3)
    fig, ax = plt.subplots(figsize=(9, height))
    ax.axvspan(-2, 2, color=FIT, alpha=0.12)
    for i, (_, _, e) in enumerate(rows):
        ax.plot(e.errors, np.full(len(e.errors), i), "|", color=FIT, markersize=7, alpha=0.5)
    ax.set_yticks(range(len(rows)), [f"wave {n}: {name} (R² {e.q2:.2f})" for n, name, e in rows], fontsize=8)
    ax.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    ax.set_xlabel("left-out error, in predicted standard deviations", fontsize=9)
    style.plain(ax)
    fig.subplots_adjust(left=0.36, right=0.97, top=1 - 0.75 / height, bottom=0.85 / height)
    inside = np.mean([e.within_2 for _, _, e in rows]) if rows else np.nan
    style.finish(fig, f"Emulators checked: {style.percent(inside)} of left-out points within two standard deviations",
                 source, path, "one mark for each design point, predicted by all the others; a sound emulator has "
                 "some 95 % within the band; R²: share of the means' variance explained by left-out prediction")


def progress(found, source, path):
    """Tolerance and acceptance by generation."""
    fig, axes = plt.subplots(1, 2, figsize=(9, 3.6))
    for ax, column, label in zip(axes, ("tolerance", "accepted"), ("tolerance (standard deviations)",
                                                                   "share of new points that came closer")):
        ax.plot(found.trace["generation"], found.trace[column], "o-", color=FIT, markersize=3, linewidth=1.2)
        ax.set_xlabel("generation", fontsize=9)
        ax.set_ylabel(label, fontsize=9)
        ax.set_ylim(bottom=0)
        style.plain(ax)
    fig.subplots_adjust(left=0.08, right=0.98, top=0.8, bottom=0.24, wspace=0.25)
    style.finish(fig, f"The sampler stopped because {found.why}", source, path,
                 f"{int(found.trace['runs'].iloc[-1])} runs; the last population counts as {found.effective:.0f} "
                 "independent points")


def self_test(ranks, frame, source, path):
    """Distribution of the truths' ranks less the diagonal, with what chance does at 95 %."""
    shown = frame.head(MOST_PANELS)
    fig, axes = _panels(len(shown))
    n = len(ranks)
    limit = stats.kstwo(n).ppf(0.95)
    for ax, row in zip(axes, shown.itertuples()):
        rank = np.sort(ranks[row.parameter].to_numpy())
        ax.axhspan(-limit, limit, color=FIT, alpha=0.15)
        ax.step([0, *rank, 1], [0, *(np.arange(1, n + 1) / n - rank), 0], where="post", color=FIT, linewidth=1.2)
        ax.axhline(0, color=GREY, linewidth=0.8, linestyle="--")
        ax.set_xlim(0, 1)
        style.plain(ax)
        ax.set_title(f"{style.wrap(row.parameter, 26)}\n90 % intervals hold {style.percent(row.coverage)} "
                     f"({style.percent(row.coverage_low)} to {style.percent(row.coverage_high)})", fontsize=8)
    found = tables.overall(ranks)
    style.finish(fig, f"Self-test on {n} truths: 90 % intervals cover {100 * found.mean:.1f} % ({100 * found.low:.1f} to "
                 f"{100 * found.high:.1f})", source,
                 path, "line: distribution of the truths' ranks in their posteriors, less that of uniform ranks; "
                 "band: 95 % of what chance does where posteriors are right; in brackets 95 % intervals")
