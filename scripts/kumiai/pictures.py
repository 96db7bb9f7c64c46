# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a comparison (PNG), legible for one to eight scenarios."""

import math

import numpy as np
from matplotlib import patheffects

from kumiai.results import MODES, words

from . import leading, steps, style
from .intervals import mean_interval
from .style import plt
from .survival import LEFT_OUT
from .survival_pictures import look_of


def ties(shown, path):
    """Active ties by mode; shown: list of (scenario, {mode: frame of intervals.band})."""
    fig, axes, across = style.grid(len(shown), len(MODES), 1.5)
    # A model may lack a mode: its values are NaN, which must not decide the common scale.
    top = {mode: max((t for _, b in shown
                      if (t := float(b[mode][["mean", "high", "p90"]].max().max())) > 0), default=1)
           for mode in MODES}
    for i, (scenario, bands) in enumerate(shown):
        for ax, mode in zip(axes[i], MODES):
            data, colour = bands[mode], style.MODE_COLOUR[mode]
            ax.fill_between(data.index, data["p10"], data["p90"], color=colour, alpha=0.15,
                            linewidth=0)
            ax.fill_between(data.index, data["low"], data["high"], color=colour, alpha=0.4,
                            linewidth=0)
            ax.plot(data.index, data["mean"], color=colour, linewidth=1.4)
            if i:
                first = shown[0][1][mode]["mean"]
                ax.plot(first.index, first, color=style.REFERENCE, linewidth=0.9, linestyle=":")
            ax.set_ylim(0, 1.05 * top[mode])
            style.plain(ax)
            if i % across == 0:
                ax.set_ylabel(f"{style.MODE_WORD[mode]}\n(active ties)", fontsize=9)
        axes[i][0].set_title(style.panel_title(scenario), fontsize=9)
        axes[i][-1].set_xlabel("fiscal year", fontsize=9)
    style.finish(fig, _ties_title(shown), [s for s, _ in shown], path,
            "line: mean; dark band: 95 % interval of the mean; light band: middle 80 % of the "
            "replicates" + _reference_words(shown, "dotted"))


def _ties_title(shown):
    """Ties at the end of the first scenario, in words."""
    scenario, bands = shown[0]
    parts = []
    for mode in MODES:
        last = bands[mode].iloc[-1]
        if np.isfinite(last["mean"]):
            parts.append(style.with_interval(last["mean"], last["low"], last["high"])
                         + f" {style.MODE_WORD[mode]}")
    year = int(bands[MODES[0]].index[-1])
    return f"Active ties at the end of JFY {year} in {words(scenario.label)}: {', '.join(parts) or 'none'}"


def _reference_words(shown, how):
    return f"; {how}: {shown[0][0].label}" if len(shown) > 1 else ""


def survival(shown, path, left_out):
    """Survival of ties by mode; shown: list of (scenario, {mode: survival.Curve})."""
    fig, axes, across = style.grid(len(shown), 1, 2.5)
    modes = sorted({mode for _, curves in shown for mode in curves})
    looks = {mode: look_of(j, mode) for j, mode in enumerate(modes)}
    for i, (scenario, curves) in enumerate(shown):
        ax = axes[i][0]
        for mode, first in shown[0][1].items():
            if i:
                ax.step(*_steps(first), where="post", color=looks[mode]["color"], linewidth=0.9,
                        linestyle=":")
        for mode, curve in curves.items():
            age, prob = _steps(curve)
            ax.fill_between(age, [*curve.low, curve.low[-1]], [*curve.high, curve.high[-1]],
                            step="post", color=looks[mode]["color"], alpha=0.22, linewidth=0)
            ax.step(age, prob, where="post", linewidth=1.6, **looks[mode],
                    label=f"{words(mode)} ({curve.n} ties, {curve.ended} ended)")
        style.plain(ax)
        ax.set_ylim(0, 1.02)
        ax.set_xlim(left=0)
        ax.legend(fontsize=7, frameon=False, loc="upper right")
        ax.set_title(style.panel_title(scenario), fontsize=9)
        ax.set_xlabel(f"age of the tie ({steps.unit([scenario])})", fontsize=9)
        if i % across == 0:
            ax.set_ylabel("share of ties still there", fontsize=9)
    note = f"Kaplan–Meier, ties of all replicates; band: {LEFT_OUT}" \
        + _reference_words(shown, "dotted")
    if left_out:
        note += f"\n{left_out} ties of unknown age left out"
    style.finish(fig, _survival_title(shown), [s for s, _ in shown], path, note)


def _survival_title(shown, age=5):
    """Share of ties that lasted to an age in the first scenario, in words."""
    scenario, curves = shown[0]
    parts = [style.with_interval(*curve.at(age), style.percent) + f" of {words(mode)} ties"
             for mode, curve in curves.items() if np.isfinite(curve.at(age)[0])]
    return f"Still there after {age} {steps.unit([scenario])} in {words(scenario.label)}: " + (", ".join(parts) or "none")


def _steps(curve):
    """Age and survival of a curve, drawn on to the end of the follow-up."""
    return [*curve.age, curve.follow_up], [*curve.prob, curve.prob[-1]]


def _bar_axis(ax, shown, mode, names, place):
    """Bars of one mode: a group per name, a bar per scenario, whiskers for the interval."""
    thick = 0.8 / len(shown)
    for i, (scenario, counts) in enumerate(shown):
        mine = counts[counts["mode"] == mode].set_index("name").reindex(names)
        y = [place[c] + (i - (len(shown) - 1) / 2) * thick for c in names]
        mean = mine["mean"].fillna(0)
        ax.barh(y, mean, height=0.92 * thick, color=style.PALETTE[i % len(style.PALETTE)],
                edgecolor="#333333", linewidth=0.4, label=style.wrap(scenario.label, 34),
                hatch=style.HATCHES[i % len(style.HATCHES)])
        known = mine["low"].notna().to_numpy()
        low = (mine["mean"] - mine["low"])[known]
        high = (mine["high"] - mine["mean"])[known]
        ax.errorbar(mean[known], [v for v, k in zip(y, known) if k], xerr=[low, high],
                    fmt="none", ecolor="#222222", elinewidth=1, capsize=min(2.5, 9 * thick),
                    path_effects=[patheffects.withStroke(linewidth=2.4, foreground="white")])
    style.plain(ax)
    ax.grid(axis="y", visible=False)
    ax.set_title(words(mode), fontsize=10)


def _totals(shown):
    """{name: sum of its means over modes and scenarios}, greatest first."""
    total = {}
    for _, counts in shown:
        for row in counts.itertuples(index=False):
            total[row.name] = total.get(row.name, 0.0) + row.mean
    return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))


def bars(shown, path, title, unit):
    """Counts by mode; shown: list of (scenario, frame with mode, name, mean, low, high).

    The scale begins at 0: the length of a bar is the count.
    """
    names = list(_totals(shown))
    place = {c: i for i, c in enumerate(names)}
    legend_rows = math.ceil(len(shown) / 3)
    height = 2.1 + 0.24 * legend_rows + len(names) * (0.2 + 0.13 * len(shown))
    modes = sorted({mode for _, counts in shown for mode in counts["mode"]})
    fig, axes = plt.subplots(1, len(modes), figsize=(11, height), sharey=True, squeeze=False)
    axes = axes[0]
    for ax, mode in zip(axes, modes):
        _bar_axis(ax, shown, mode, names, place)
        ax.set_xlabel(unit, fontsize=9)
        ax.set_xlim(left=0)
    axes[0].set_yticks(range(len(names)), [words(c) for c in names])
    axes[0].set_ylim(len(names) - 0.5, -0.5)
    below = 0.3 + 0.24 * legend_rows
    fig.tight_layout(rect=(0, below / height, 1, 1 - 0.75 / height))
    handles, labels = axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="lower center", ncol=min(3, len(shown)), fontsize=8,
               frameon=False, bbox_to_anchor=(0.5, 0.24 / height))
    style.finish(fig, title, [s for s, _ in shown], path,
                 "whiskers, and brackets of the title: 95 % intervals over replicates; panels have scales of their own")


def lead_words(shares):
    """The greatest of the shares, a row for each run or draw: 'dormancy 31 % (30 % to 32 %), the most'."""
    lead = leading.of_shares(shares)
    if lead is None:
        return "none"

    def share_of(name):
        found = mean_interval(shares[name], share=True)
        return found.mean, found.low, found.high
    return style.lead(lead, share_of) + (", the most" if lead.sure else "")


def _series_axis(ax, bands, unit):
    """One metric: a line and a band per scenario."""
    for i, (label, data) in enumerate(bands):
        look = {"color": style.PALETTE[i % len(style.PALETTE)]}
        ax.fill_between(data.index, data["low"], data["high"], alpha=0.25, linewidth=0, **look)
        ax.plot(data.index, data["mean"], linewidth=1.4, label=label,
                linestyle=style.DASHES[i % len(style.DASHES)], **look)
    style.plain(ax)
    ax.set_ylabel(unit, fontsize=8)
    ax.ticklabel_format(axis="y", style="sci", scilimits=(-4, 6), useMathText=True)
    low, high = ax.get_ylim()
    top = max(data["mean"].max() for _, data in bands)
    if min(data["mean"].min() for _, data in bands) >= 0 and low < 0.5 * high:
        # A band of two replicates may be many times as high as all lines: it leaves the panel.
        ax.set_ylim(0, min(high, 2.5 * top) if top > 0 else high)


def series(scenarios, bands, units, path):
    """Metrics over time; bands: {metric: [(label, frame of intervals.band)]}."""
    across = min(3, len(bands))
    down = math.ceil(len(bands) / across)
    width, height = max(7.5, 3.6 * across), 1.5 + 2.1 * down
    fig, axes = plt.subplots(down, across, figsize=(width, height), squeeze=False)
    for ax, (metric, lines) in zip(axes.flat, bands.items()):
        _series_axis(ax, lines, units.get(metric, ""))
        ax.set_title(words(metric), fontsize=9)
    for ax in list(axes.flat)[len(bands):]:
        ax.set_visible(False)
    for ax in list(axes.flat)[max(0, len(bands) - across):len(bands)]:
        ax.set_xlabel("fiscal year", fontsize=9)
    fig.tight_layout(rect=(0, 0.55 / height, 1, 1 - 0.6 / height))
    handles, labels = axes.flat[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="lower center", ncol=min(4, len(labels)), fontsize=8,
               frameon=False, bbox_to_anchor=(0.5, 0.2 / height))
    style.finish(fig, f"{len(bands)} measures over time, by scenario", scenarios, path,
                 "line: mean over replicates (one that has ended stays as it was); band: 95 % interval of the mean")
