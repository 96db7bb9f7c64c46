# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of how long ties last: curves with the ties at risk, causes, means, regression."""

import math

import numpy as np
import pandas as pd
from matplotlib.ticker import PercentFormatter, ScalarFormatter

from kumiai.results import words

from . import steps, style, survival
from .changing import BANDS, band_words
from .cox import LEVEL_OF_TESTS
from .style import plt
from .tables import p_text

RISK_AGES = (0, 5, 10, 15, 20, 25, 30)
RISK_LABEL = -0.1  # in widths of a panel, left of the first count
MOST_LINES = 8
FEWEST_TIES = 10  # a curve of fewer is noise; the tables have it
AGE_TO_TELL = 5
BAND = f"band: {survival.LEFT_OUT}"


# ---- curves ----


def look_of(i, mode=None):
    """Colour and dash of line i, or of a mode."""
    if mode in style.MODE_COLOUR:
        return {"color": style.MODE_COLOUR[mode], "linestyle": style.MODE_DASH[mode]}
    return {"color": style.PALETTE[i % len(style.PALETTE)],
            "linestyle": style.DASHES[i % len(style.DASHES)]}


def _curve(ax, curve, label, look):
    age = [*curve.age, curve.follow_up]
    ax.fill_between(age, [*curve.low, curve.low[-1]], [*curve.high, curve.high[-1]], step="post",
                    color=look["color"], alpha=0.2, linewidth=0)
    ax.step(age, [*curve.prob, curve.prob[-1]], where="post", linewidth=1.6, label=label, **look)


def _risk_table(ax, lines, looks, ages):
    """Ties at risk under the axis, one row a line, in its colour."""
    ax.text(RISK_LABEL, -0.2, "at risk", transform=ax.transAxes, fontsize=7, ha="right", va="top")
    for i, ((label, _, spells), look) in enumerate(zip(lines, looks)):
        y = -0.2 - 0.062 * (i + 1)
        ax.text(RISK_LABEL, y, words(label)[:20], transform=ax.transAxes, fontsize=7,
                ha="right", va="top", color=look["color"])
        for age, there in zip(ages, survival.at_risk(spells, ages)):
            ax.text(age, y, f"{there:,}", transform=ax.get_xaxis_transform(), fontsize=7,
                    ha="center", va="top", color="#333333")


def _panel(ax, title, lines, age_limit, all_looks):
    """One panel of curves with its table; all_looks: {label: look}, the same in every panel."""
    looks = [all_looks[label] for label, _, _ in lines]
    for (label, curve, spells), look in zip(lines, looks):
        _curve(ax, curve, f"{words(label)} ({len(spells):,})", look)
    style.plain(ax)
    ax.set_xlim(0, age_limit)
    ax.set_ylim(0, 1.02)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_title(words(title), fontsize=10)
    ax.legend(fontsize=7, frameon=False, loc="upper right", title="(ties)", title_fontsize=7)
    _risk_table(ax, lines, looks, [a for a in RISK_AGES if a <= age_limit])


def _panel_grid(count, rows_below):
    """Figure and axes of count panels with room for a table under each; sizes in inches."""
    across = min(count, 3)
    down = math.ceil(count / across)
    below = 0.75 + 0.17 * rows_below
    width, height = max(8.0, 4.5 * across + 0.6), 1.1 + down * (2.7 + below) + 0.35
    fig, axes = plt.subplots(down, across, figsize=(width, height), squeeze=False)
    fig.subplots_adjust(left=1.55 / width, right=1 - 0.2 / width, top=1 - 1.15 / height,
                        bottom=(below + 0.35) / height, hspace=(below + 0.35) / 2.7, wspace=0.55)
    for ax in list(axes.flat)[count:]:
        ax.set_visible(False)
    return fig, list(axes.flat)[:count], across


AGE = "age of the tie ({unit})"
CLOCK = {"funder": "{unit} since the first project began"}
TITLE = {"mode": "ties by mode", "form": "ties by form of those who give", "funder": "ties by who paid their first project",
         "sector": "ties by sector", "region": "ties by region of the partner",
         "scenario": "ties by scenario"}


def _lasting(lines):
    """'54 % (53 % to 55 %) city to city, …' of the first lines."""
    parts = [f"{style.with_interval(*curve.at(AGE_TO_TELL), style.percent)} {words(label)}"
             for label, curve, _ in lines[:3] if np.isfinite(curve.at(AGE_TO_TELL)[0])]
    return ", ".join(parts) or "unknown"


def _chosen(panels):
    """Panels with the lines worth drawing, and the look of each label over all of them."""
    # Where every curve is of few ties, the largest is drawn all the same.
    fewest = min(FEWEST_TIES, max(len(spells) for _, lines in panels for _, _, spells in lines))
    kept = [(title, [line for line in lines if len(line[2]) >= fewest]) for title, lines in panels]
    # Scenarios keep their order, groups stand by size: both as they come in the first panels.
    labels = list(dict.fromkeys(label for _, lines in kept for label, _, _ in lines))[:MOST_LINES]
    looks = {label: look_of(i, label) for i, label in enumerate(labels)}
    kept = [(title, [line for line in lines if line[0] in looks]) for title, lines in kept]
    return [(title, lines) for title, lines in kept if lines], looks


def curves(panels, grouping, scenarios, path):
    """Panels [(title, [(label, curve, spells)])] of Kaplan–Meier curves."""
    (panels, looks), unit = _chosen(panels), steps.unit(scenarios)
    limit = min(30.0, max(c.follow_up for _, lines in panels for _, c, _ in lines))
    fig, axes, across = _panel_grid(len(panels), max(len(lines) for _, lines in panels))
    for i, (ax, (title, lines)) in enumerate(zip(axes, panels)):
        _panel(ax, title, lines, limit, looks)
        ax.set_xlabel(CLOCK.get(grouping, AGE).format(unit=unit), fontsize=9)
        if i % across == 0:
            ax.set_ylabel("still there", fontsize=9)
    first, lines = panels[0]
    title = TITLE.get(grouping, f"ties by {words(grouping)}")
    style.finish(fig, f"Lasting {AGE_TO_TELL} {unit}, {title} ({words(first)}): "
                 f"{_lasting(lines)}", scenarios, path, f"Kaplan–Meier, all replicates; {BAND}; "
                 f"groups of fewer than {FEWEST_TIES} ties are in the table only")


# ---- causes ----


def _spread_labels(heights, gap):
    """Heights moved apart, upwards, so that labels do not overlap."""
    out, floor = {}, -math.inf
    for name, y in sorted(heights.items(), key=lambda item: item[1]):
        floor = max(y, floor + gap)
        out[name] = floor
    return out


def _cause_panel(ax, bands, horizon, looks):
    """Incidence of each cause up to the horizon, named at its end."""
    ends, top = {}, 0.0
    for cause, group in bands.groupby("cause", sort=False):
        group = group[group["age"] <= horizon]
        if group.empty or cause not in looks:
            continue
        age = [0, *group["age"], horizon]
        low, share, high = ([0, *group[c], group[c].iloc[-1]] for c in ("low", "share", "high"))
        ax.fill_between(age, low, high, step="post", color=looks[cause]["color"], alpha=0.2,
                        linewidth=0)
        ax.step(age, share, where="post", linewidth=1.5, **looks[cause])
        ends[cause], top = share[-1], np.nanmax([top, *high, *share])
    top *= 1.04
    for cause, y in _spread_labels(ends, 0.052 * top).items():
        ax.annotate(f"{words(cause)} {style.percent(ends[cause])}", (horizon, ends[cause]),
                    (horizon * 1.03, y), fontsize=8, va="center",
                    color=looks[cause]["color"],
                    annotation_clip=False)
    style.plain(ax)
    ax.set_xlim(0, horizon)
    ax.set_ylim(0, top or 1.0)  # nobody may have left before the horizon
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))


def _lead_words(bands, lead, horizon):
    """Which cause ends most ties up to the horizon, with its share, or those not told apart."""
    last = bands[bands["age"] <= horizon].groupby("cause").last()
    return style.lead(lead, lambda cause: last.loc[cause, ["share", "low", "high"]])


def causes(by_mode, leads, scenario, horizon, path):
    """Competing causes; by_mode: {mode: frame of survival.incidence_bands}, leads: {mode: Lead}."""
    totals = {}
    for bands in by_mode.values():
        for cause, share in bands[bands["age"] <= horizon].groupby("cause")["share"].max().items():
            totals[cause] = max(totals.get(cause, 0), share)
    names = [c for c in sorted(totals, key=totals.get, reverse=True) if totals[c] >= 0.005]
    looks = {c: look_of(i) for i, c in enumerate(names[:MOST_LINES])}
    fig, axes = plt.subplots(1, len(by_mode), figsize=(1.5 + 4.9 * len(by_mode), 5), squeeze=False)
    found, unit = [], steps.unit([scenario])
    for ax, (mode, bands) in zip(axes.flat, by_mode.items()):
        _cause_panel(ax, bands, horizon, looks)
        ax.set_title(style.MODE_WORD.get(mode, words(mode)), fontsize=10)
        ax.set_xlabel(AGE.format(unit=unit), fontsize=9)
        if mode in leads:
            found.append(f"{style.MODE_WORD.get(mode, words(mode))}: "
                         f"{_lead_words(bands, leads[mode], horizon)}")
    axes[0, 0].set_ylabel("share of ties ended by this cause up to that age", fontsize=9)
    fig.subplots_adjust(left=0.07, right=0.86, top=0.8, bottom=0.16, wspace=0.55)
    style.finish(fig, f"What ends most ties within {horizon:g} {unit} of their onset in "
                 f"{words(scenario.label)}; {'; '.join(found)}",
                 [scenario], path, "Aalen–Johansen: causes compete and add up to all ends; "
                 f"brackets of the title and {BAND}; causes of less than 0.5 % not drawn")


# ---- means ----


def means(frame, horizon, scenarios, path):
    """Restricted mean duration by scenario and mode, with intervals."""
    shown = frame[frame["what"] == "mean"]
    names, unit = list(dict.fromkeys(shown["scenario"])), steps.unit(scenarios)
    fig, ax = plt.subplots(figsize=(8.5, 2.1 + 0.45 * len(names)))
    for j, mode in enumerate(dict.fromkeys(shown["mode"])):
        mine = shown[(shown["mode"] == mode) & shown["years"].notna()]
        y = np.array([names.index(s) for s in mine["scenario"]]) + 0.26 * (j - 0.5)
        error = np.abs(np.array([mine["years"] - mine["low"], mine["high"] - mine["years"]]))
        ax.errorbar(mine["years"], y, xerr=np.nan_to_num(error), fmt=style.MARKERS[j], capsize=3,
                    color=look_of(j, mode)["color"], label=style.MODE_WORD.get(mode, words(mode)))
    style.plain(ax)
    ax.set_yticks(range(len(names)), [words(n) for n in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlabel(f"mean {unit} lasted within the first {horizon:g} {unit}", fontsize=9)
    ax.legend(fontsize=8, frameon=False, loc="best")
    height = fig.get_size_inches()[1]
    fig.tight_layout(rect=(0, 0.3 / height, 1, 1 - 0.75 / height))
    style.finish(fig, _means_title(frame, names[0], horizon, unit), scenarios, path,
                 "area under the Kaplan–Meier curve up to the horizon; whiskers: "
                 + survival.LEFT_OUT)


def mode_words(mode):
    """A mode before the word ties: 'city-to-city'."""
    return str(mode).replace("_", "-")


def _means_title(frame, scenario, horizon, unit="years"):
    """Does the second mode last longer than the first, in the first scenario?"""
    base = frame["mode"].min()
    gap = frame[(frame["scenario"] == scenario) & (frame["what"] == f"minus {base}")]
    if not len(gap) or not np.isfinite(gap["years"].iloc[0]):
        return f"Mean duration of ties within {horizon:g} {unit}"
    row = gap.iloc[0]
    ties, others = f"{mode_words(row['mode']).capitalize()} ties", f"{mode_words(base)} ones"
    size = style.with_interval(abs(row["years"]), *sorted((abs(row["low"]), abs(row["high"]))),
                               lambda x: f"{x:.2f}")
    if not np.isfinite(row["low"]):
        sure = survival.NO_INTERVAL
    else:
        sure = "" if row["low"] > 0 or row["high"] < 0 else "not told apart from none"
    if sure == "not told apart from none":
        size = f"{row['years']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})"
        return (f"{ties} last as long as {others} in {words(scenario)}: "
                f"difference {size} of {horizon:g} {unit}, {sure}")
    way = "longer" if row["years"] > 0 else "shorter"
    return (f"{ties} last {size} {unit} {way} than {others} within "
            f"{horizon:g} {unit}, in {words(scenario)}{'; ' + sure if sure else ''}")


# ---- regression ----


def _forest_points(ax, fitted, order, shift, marker, colour, label):
    """One model's hazard ratios; hollow where they change with age."""
    terms = fitted.terms
    y = np.array([order.index(t) for t in terms.index]) + shift
    error = [terms["hazard_ratio"] - terms["low"], terms["high"] - terms["hazard_ratio"]]
    ax.errorbar(terms["hazard_ratio"], y, xerr=np.nan_to_num(np.array(error)), fmt="none",
                ecolor=colour, capsize=2, linewidth=1.1)
    face = np.where(fitted.changes(), "white", colour)
    ax.scatter(terms["hazard_ratio"], y, s=34, zorder=3, marker=marker, facecolor=face,
               edgecolor=colour)
    ax.scatter([], [], s=34, marker=marker, facecolor=colour, edgecolor=colour, label=label)


def forest(fits, references, scenarios, path):
    """Hazard ratios of the models {what they know: cox.Fit}, clustered intervals, log axis."""
    order = list(dict.fromkeys(t for f in fits.values() for t in f.terms.index))
    height = 2.3 + 0.34 * len(order)
    fig, ax = plt.subplots(figsize=(9, height))
    looks = (("s", style.SECOND, -0.16), ("o", style.ACCENT, 0.16))
    for (name, fitted), (marker, colour, shift) in zip(fits.items(), looks):
        _forest_points(ax, fitted, order, shift, marker, colour, name)
    ax.axvline(1, color="#777777", linewidth=1)
    style.plain(ax)
    ax.set_xscale("log")
    ends = pd.concat([f.terms[["hazard_ratio", "low", "high"]] for f in fits.values()]).stack()
    ax.set_xlim(max(0.02, 0.9 * ends.min()), min(50, 1.1 * ends.max()))
    ax.xaxis.set_major_formatter(ScalarFormatter())
    ax.xaxis.set_minor_formatter(ScalarFormatter())
    ax.tick_params(axis="x", which="minor", labelsize=6)
    ax.set_yticks(range(len(order)), [words(t) for t in order])
    ax.set_ylim(len(order) - 0.5, -0.5)
    ax.set_xlabel("hazard ratio: left of 1 lasts longer, right of 1 ends sooner", fontsize=9)
    fig.legend(*ax.get_legend_handles_labels(), fontsize=8, frameon=False, loc="lower center",
               ncol=2, bbox_to_anchor=(0.5, 0.42 / height))
    fig.tight_layout(rect=(0, 0.65 / height, 1, 1 - 0.75 / height))
    base = ", ".join(f"{k} {words(v)}" for k, v in references.items())
    total = next(iter(fits.values()))
    style.finish(fig, _forest_title(total), scenarios, path,
                 f"Cox regression, {total.ends:,} ends; whiskers: 95 % each, clustered by replicate; "
                 f"hollow: an average, since it changes with age (see the check); compared with {base}")


def _forest_title(fitted):
    """The effect of the mode, else the clearest one, as the test corrected for all terms has it."""
    terms = fitted.terms
    modes = [term for term in terms.index if term.startswith("mode: ")]
    name = modes[0] if modes else terms["p"].fillna(1).idxmin()
    row = terms.loc[name]
    what = f"{mode_words(name.removeprefix('mode: ')).capitalize()} ties" if modes else words(name)
    ratio = style.with_interval(row["hazard_ratio"], row["low"], row["high"])
    average = " on average, which changes with age" if fitted.changes()[name] else ""
    if np.isnan(row["p_holm"]):
        return f"{what}: {ratio} times the hazard of others that began alike{average}, not tested"
    if row["p_holm"] < LEVEL_OF_TESTS:
        way = "sooner" if row["hazard_ratio"] > 1 else "later"
        return f"{what} end {way} than others that began alike: {ratio} times the hazard{average}"
    return f"{what} are not told apart from others that began alike: {ratio} times the hazard" \
           f"{average}, p (Holm) {p_text(row['p_holm'])}"


def _age_panel(ax, bands, average):
    """Hazard ratios of one term by bands of age, joined ones as wide as what they join."""
    edges = {age: i for i, age in enumerate(BANDS)}
    left, right = (bands[c].map(edges).to_numpy() for c in ("age_from", "age_to"))
    ratio = bands["hazard_ratio"].to_numpy()
    error = np.nan_to_num(np.abs([ratio - bands["low"], bands["high"] - ratio]))
    ax.errorbar((left + right) / 2, ratio, xerr=(right - left) * 0.4, yerr=error, fmt="o",
                markersize=3, color=style.ACCENT, capsize=2, linewidth=1.2)
    ax.axhline(average, color=style.REFERENCE, linestyle="--", linewidth=1)
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(ScalarFormatter())
    ax.yaxis.set_minor_formatter(ScalarFormatter())
    ax.tick_params(axis="y", which="minor", labelsize=5)
    style.plain(ax)
    ax.set_xlim(0, len(BANDS) - 1)
    ax.set_xticks(np.arange(len(BANDS) - 1) + 0.5, band_words())


def _changing_title(fitted):
    """How many hazard ratios change with age, if that can be told."""
    if fitted.check["p_holm"].isna().all():
        return "Hazard ratios by age of the tie; too few replicates to tell which change"
    changing_terms = int(fitted.changes().sum())
    return f"{changing_terms} of {len(fitted.check)} hazard ratios are found to change with age (*, corrected by Holm)" \
        if changing_terms else f"None of {len(fitted.check)} hazard ratios is found to change with age (corrected by Holm)"


def changing(fitted, scenarios, path):
    """Hazard ratios by bands of age, a panel per term."""
    names = list(fitted.terms.index)
    across = min(4, len(names))
    down = math.ceil(len(names) / across)
    height = 1.6 + 1.75 * down
    fig, axes = plt.subplots(down, across, figsize=(max(7.5, 3.0 * across), height), squeeze=False)
    for ax, name in zip(axes.flat, names):
        _age_panel(ax, fitted.ages[fitted.ages["term"] == name], fitted.terms.loc[name, "hazard_ratio"])
        mark = " *" if fitted.changes()[name] else ""
        ax.set_title(style.wrap(words(name), 34) + mark, fontsize=8)
    for ax in list(axes.flat)[len(names):]:
        ax.set_visible(False)
    for row in axes:
        row[0].set_ylabel("hazard ratio", fontsize=8)
    fig.tight_layout(rect=(0, 0.45 / height, 1, 1 - 0.7 / height))
    style.finish(fig, _changing_title(fitted), scenarios, path,
                 f"horizontal: {AGE.format(unit=steps.unit(scenarios))}, bands with few ends joined; whiskers: 95 % each, "
                 "clustered by replicate; dashed: the average of the regression; *: score test of "
                 "covariate × log age, p (Holm) < .05, clustered by replicate")
