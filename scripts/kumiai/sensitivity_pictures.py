# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of sensitivity: Morris' plane, Sobol indices, tornados, scatter plots."""

import math

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator
from statsmodels.nonparametric.smoothers_lowess import lowess

from kumiai.results import words

from . import effect_tests, style
from .style import plt

MOST_PANELS = 12
MOST_SCATTER = (6, 8)  # outputs down, factors across
MOST_DOTS = 1500
LABEL_WIDTH = 30
BARS = (("first", style.ACCENT, ""), ("total", style.FAINT, "///"))
COVER = "bar: 95 % interval"


def source(sweep):
    """What was run, for the line under a picture's title."""
    reps = sweep.reps
    seeds = "common seeds" if sweep.common_seeds else "independent seeds"
    return (f"{sweep.scenario.name}: {sweep.kind} design, {len(sweep.points):,} points × {reps} "
            f"replicate{'' if reps == 1 else 's'}, {sweep.scenario.path.name}, {seeds}")


def short(factor):
    """A parameter in words: contacts.sister_share → contacts: sister share."""
    return words(factor.replace(".", ": "))


def title_of(output, width=LABEL_WIDTH):
    """Heading of a panel: the output and its unit."""
    unit = f" ({output.unit})" if output.unit else ""
    return style.wrap(words(output.label) + unit, width)


def _panels(count, panel, left, across=3, below=0.75):
    """Figure and axes of count panels of (width, height) inches, left inches of labels before each."""
    across = min(count, across)
    down = math.ceil(count / across)
    width = max(7.5, across * (panel[0] + left) + 0.2)
    height = 1.3 + down * (panel[1] + below) + 0.35
    fig, axes = plt.subplots(down, across, figsize=(width, height), squeeze=False)
    fig.subplots_adjust(left=left / width, right=1 - 0.2 / width, top=1 - 1.25 / height,
                        bottom=(below + 0.3) / height, hspace=(below + 0.15) / panel[1],
                        wspace=left / panel[0])
    for ax in list(axes.flat)[count:]:
        ax.set_visible(False)
    return fig, list(axes.flat)[:count]


def _error(part):
    """Lengths below and above the values of rows, for error bars; 0 without an interval."""
    return np.nan_to_num(np.abs([part["value"] - part["low"], part["high"] - part["value"]]))


def _by_measure(rows, measure):
    return rows[rows["measure"] == measure].set_index("factor")


CORRECTED = "The title names only factors with a significant effect (p < .05, corrected by Holm)."


def _strongest(rows):
    """The factor with the largest value, in size, as words; 'none' without one."""
    size = rows["value"].abs()
    return short(rows.loc[size.idxmax(), "factor"]) if size.notna().any() else "none"


def leaders(found, *measures):
    """The finding for a title: the strongest factor of each of the first outputs among those with a
    significant effect, after the correction for all factors and outputs."""
    tests, said = effect_tests.number(found, measures), {}
    for output, rows in found[:4]:
        rows = rows[rows["measure"].isin(measures)]
        said.setdefault(_strongest(effect_tests.told(rows) if tests else rows), []).append(
            words(output.label))
    named = "; ".join(f"{factor} for {', '.join(of)}" for factor, of in said.items()) + (
        ", …" if len(found) > 4 else "")
    if not tests:
        return f"Largest estimates, not tested: {named}"
    counted = f"{tests} test{'' if tests == 1 else 's'}, Holm"
    if not any(len(effect_tests.told(rows[rows["measure"].isin(measures)])) for _, rows in found):
        return f"No significant effect ({counted})"
    return f"Largest significant effects ({counted}): {named}"


# ---- Morris ----


def _morris_panel(ax, rows, names):
    """μ* and σ of each factor as dots on its own line: no label can lie on another."""
    star, sigma = _by_measure(rows, "mu_star"), _by_measure(rows, "sigma")
    noise = _by_measure(rows, "noise")["value"].mean()
    place = np.arange(len(names))[::-1]
    for shift, part, marker, colour, label in ((0.16, star, "o", style.ACCENT, "μ*: mean size of the effect"),
                                               (-0.16, sigma, "D", style.SECOND, "σ: spread of the effect")):
        part = part.reindex(names)
        ax.errorbar(part["value"], place + shift, xerr=_error(part), fmt=marker, markersize=5, color=colour,
                    elinewidth=1, capsize=2, label=label)
    if np.isfinite(noise):
        ax.axvline(noise, color=style.REFERENCE, linewidth=0.8, linestyle=":")
    _labels(ax, list(names)[::-1])
    ax.set_xlim(left=0)
    ax.set_ylim(-0.6, len(names) - 0.4)


def morris(sweep, found, path):
    """μ* and σ of each factor, a panel for each output, the strongest factor on top; found: [(output, rows)]."""
    found = found[:MOST_PANELS]
    fig, axes = _panels(len(found), (3.2, max(1.8, 0.34 * len(sweep.names) + 0.4)), 1.35)
    for ax, (output, rows) in zip(axes, found):
        star = _by_measure(rows, "mu_star")["value"].dropna()  # a factor that never moved has no number
        _morris_panel(ax, rows, star.sort_values(ascending=False).index)
        ax.set_title(title_of(output), fontsize=10)
        ax.set_xlabel("effect of the whole range", fontsize=8)
    axes[0].legend(fontsize=7, frameon=False, loc="best")
    note = (f"Effect of a factor's whole range on the output. {COVER.capitalize()} by resampling "
            "trajectories. σ above μ*: the effect depends on the other factors or is "
            "far from linear. Dotted: the μ* that chance alone would give.")
    style.finish(fig, leaders(found, "mu_star"), source(sweep), path, f"{note} {CORRECTED}")


# ---- Sobol ----


def _sobol_panel(ax, rows, names):
    place = np.arange(len(names))[::-1]
    for shift, (measure, colour, hatch) in zip((0.2, -0.2), BARS):
        part = _by_measure(rows, measure).loc[names]
        ax.barh(place + shift, part["value"].clip(lower=0), 0.38, color=colour, hatch=hatch,
                edgecolor="white", linewidth=0.4, label=f"{measure} order")
        ax.errorbar(part["value"], place + shift, xerr=_error(part), fmt="none", ecolor="black",
                    elinewidth=0.9, capsize=2)
    style.plain(ax)
    ax.set_yticks(place, [style.wrap(short(n), 20) for n in names], fontsize=8)
    ax.set_xlim(left=min(0.0, ax.get_xlim()[0]))
    ax.axvline(0, color="black", linewidth=0.8)


def sobol(sweep, found, path):
    """First and total order of each output as bars."""
    found, names = found[:MOST_PANELS], sweep.names
    fig, axes = _panels(len(found), (3.2, max(1.8, 0.36 * len(names) + 0.4)), 1.35)
    for ax, (output, rows) in zip(axes, found):
        _sobol_panel(ax, rows, names)
        ax.set_title(title_of(output), fontsize=10)
        ax.set_xlabel("share of the variance", fontsize=8)
    axes[0].legend(fontsize=7, frameon=False, loc="best")
    style.finish(fig, leaders(found, "total"), source(sweep), path,
                 f"First order: by the factor alone; total: with all its interactions. {COVER.capitalize()} "
                 f"by resampling whole blocks. {CORRECTED}")


def _second_panel(ax, rows, names):
    part, size = rows[rows["measure"] == "second"], len(names)
    grid = np.full((size, size), np.nan)
    for r in part.itertuples():
        i, j = names.index(r.factor), names.index(r.other)
        grid[j, i] = r.value
        sure = r.p_holm < effect_tests.SURE
        ax.text(i, j, f"{r.value:.2f}".replace("-", "−"), ha="center", va="center", fontsize=7,
                fontweight="bold" if sure else "normal", color="black" if sure else "#666666",
                path_effects=style.halo())
    ax.imshow(grid, cmap="Blues", vmin=0, vmax=max(0.5, np.nanmax(grid)))
    ax.set_xticks(range(size), [short(n) for n in names], rotation=35, ha="right", fontsize=7)
    ax.set_yticks(range(size), [style.wrap(short(n), 20) for n in names], fontsize=7)
    ax.spines[:].set_visible(False)


def second_order(sweep, found, path):
    """Second-order indices of each output as a triangle."""
    found, names = found[:MOST_PANELS], sweep.names
    side = max(2.2, 0.42 * len(names))
    fig, axes = _panels(len(found), (side, side), 1.4, below=1.3)
    for ax, (output, rows) in zip(axes, found):
        _second_panel(ax, rows, names)
        ax.set_title(title_of(output), fontsize=10)
    style.finish(fig, "Which factors act together", source(sweep), path,
                 "Second-order Sobol indices: share of the variance by two factors together, beyond "
                 "each alone. Bold: significant (p < .05, corrected by Holm for all pairs).")


# ---- tornado ----


def _labels(ax, names):
    style.plain(ax)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.ticklabel_format(axis="x", scilimits=(-3, 5))
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_yticks(range(len(names)), [style.wrap(short(n), 20) for n in names], fontsize=8)


def _correlation_panel(ax, rows):
    part = _by_measure(rows, "prcc").dropna(subset="value")
    part = part.loc[part["value"].abs().sort_values().index]
    colours = [BARS[0][1] if v >= 0 else BARS[1][1] for v in part["value"]]
    ax.barh(range(len(part)), part["value"], 0.7, color=colours, edgecolor="white",
            hatch=["" if v >= 0 else "///" for v in part["value"]])
    ax.errorbar(part["value"], range(len(part)), xerr=_error(part), fmt="none", ecolor="black",
                elinewidth=0.9, capsize=2)
    _labels(ax, list(part.index))
    ax.set_xlim(-1.05, 1.05)


def rank_tornado(sweep, found, path):
    """Partial rank correlations of each output, the strongest factor on top."""
    found = found[:MOST_PANELS]
    fig, axes = _panels(len(found), (3.2, max(1.8, 0.3 * len(sweep.names) + 0.4)), 1.35)
    for ax, (output, rows) in zip(axes, found):
        _correlation_panel(ax, rows)
        ax.set_title(title_of(output), fontsize=10)
        ax.set_xlabel("partial rank correlation", fontsize=8)
    style.finish(fig, leaders(found, "prcc"), source(sweep), path,
                 f"Above 0: more of the factor, more of the output, the others held fixed. {COVER.capitalize()} "
                 f"by leaving out points. {CORRECTED} Factors that cannot be told apart are left out. "
                 "Blind to effects that rise and fall: see the scatter plots.")


def _two_ends(rows):
    """(rows at the lowest, at the highest) by factor; of a choice where the output is lowest, highest."""
    low, high = _by_measure(rows, "at_low"), _by_measure(rows, "at_high")
    levels = rows[(rows["measure"] == "at_level") & rows["value"].notna()].sort_values("value", kind="stable")
    return (pd.concat([low, levels.drop_duplicates("factor").set_index("factor")]),
            pd.concat([high, levels.drop_duplicates("factor", keep="last").set_index("factor")]))


def _ends_panel(ax, rows, sweep):
    low, high = _two_ends(rows)
    reach = (high["value"] - low["value"]).abs().sort_values()
    place = np.arange(len(reach))
    for shift, part, (_, colour, hatch) in ((-0.18, low, BARS[1]), (0.18, high, BARS[0])):
        part = part.loc[reach.index]
        ax.barh(place + shift, part["value"], 0.36, color=colour, hatch=hatch, edgecolor="white")
        ax.errorbar(part["value"], place + shift, xerr=_error(part), fmt="none", ecolor="black",
                    elinewidth=0.9, capsize=2)
    _labels(ax, list(reach.index))
    ends = [f"{style.wrap(short(f), 22)}\n" + (
        "lowest at {}, highest at {}" if low.loc[f, "measure"] == "at_level" else "{} to {}").format(
            *(sweep.value_text(f, end.loc[f, "level"]) for end in (low, high))) for f in reach.index]
    ax.set_yticks(range(len(ends)), ends, fontsize=7)


def ends_tornado(sweep, found, path, reference):
    """The output with each factor at its lowest and highest value; reference: against what."""
    found = found[:MOST_PANELS]
    fig, axes = _panels(len(found), (3.2, max(1.8, 0.42 * len(sweep.names) + 0.4)), 1.5)
    for ax, (output, rows) in zip(axes, found):
        _ends_panel(ax, rows, sweep)
        ax.set_title(title_of(output), fontsize=10)
        ax.set_xlabel(f"difference to {reference}", fontsize=8)
    bars = [plt.Rectangle((0, 0), 1, 1, facecolor=c, hatch=h, edgecolor="white")
            for c, h in ((BARS[1][1], "///"), (BARS[0][1], ""))]
    axes[0].legend(bars, ["at its lowest", "at its highest"], fontsize=7, frameon=False)
    style.finish(fig, leaders(found, "at_low", "at_high", "at_level"), source(sweep), path,
                 f"Each factor at the ends of its values against {reference}, replicate by replicate; a "
                 "choice among names where the output is lowest and highest, against the level left out. "
                 f"{COVER.capitalize()} over the replicates, if there are several. {CORRECTED}")


# ---- scatter ----


def _smooth(ax, x, y, log, joined):
    """A local regression, or the means of few levels; of names in no order they are not joined."""
    levels, look = np.unique(x), {"color": style.SECOND, "linewidth": 1.8}
    if len(levels) <= 8 or not joined:
        means = [y[x == level].mean() for level in levels]
        ax.plot(levels, means, marker="D", markersize=4, linestyle="-" if joined else "", **look)
    elif len(x) >= 10:
        place = np.log(x) if log else x
        at, line = lowess(y, place, frac=0.6, it=0, delta=0.01 * np.ptp(place)).T
        ax.plot(np.exp(at) if log else at, line, path_effects=style.halo(), **look)


def _scatter_panel(ax, sweep, factor, values):
    """Points of one factor and one output; values: Series by point, without NaN."""
    x, row = sweep.points.loc[values.index, factor].to_numpy(), sweep.factors.loc[factor]
    y, log = values.to_numpy(), row["scale"] == "log"
    every = max(1, math.ceil(len(x) / MOST_DOTS))
    ax.plot(x[::every], y[::every], "o", markersize=2.2, color=style.ACCENT, alpha=0.35,
            markeredgewidth=0, rasterized=True)
    _smooth(ax, x, y, log, not sweep.is_unordered(factor))
    if log:
        ax.set_xscale("log")
    if row["type"] in ("choice", "bool"):
        levels = sweep.levels(factor)
        ax.set_xticks(levels, [sweep.value_text(factor, v) for v in levels], rotation=30,
                      ha="right")
    style.plain(ax)
    ax.tick_params(labelsize=7)


def scatter(sweep, shown, factors, path):
    """Outputs against factors; shown: [(output, Series of means by point)]."""
    shown, factors = shown[:MOST_SCATTER[0]], factors[:MOST_SCATTER[1]]
    width, height = 1.1 + 2.2 * len(factors), 1.9 + 2.0 * len(shown)
    fig, axes = plt.subplots(len(shown), len(factors), figsize=(max(7.5, width), height),
                             squeeze=False, sharex="col", sharey="row")
    fig.subplots_adjust(left=0.95 / max(7.5, width), right=0.985, top=1 - 1.0 / height,
                        bottom=0.95 / height, hspace=0.12, wspace=0.1)
    for line, (output, values) in zip(axes, shown):
        for ax, factor in zip(line, factors):
            _scatter_panel(ax, sweep, factor, values)
        line[0].set_ylabel(title_of(output, 22), fontsize=8)
    for ax, factor in zip(axes[-1], factors):
        ax.set_xlabel(style.wrap(short(factor), 22), fontsize=8)
    style.finish(fig, "How the outputs change with each factor", source(sweep), path,
                 "A dot is a design point (mean of its replicates); the line a local regression "
                 "(LOWESS), of few levels their means.")
