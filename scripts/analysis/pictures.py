"""Pictures of a comparison (PNG), legible for one to eight scenarios.

Colours are Okabe and Ito's, told apart with every common colour blindness.
"""

import math

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend must be chosen first)
from matplotlib import patheffects  # noqa: E402

from .results import MODES  # noqa: E402

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442",
           "#000000")
MODE_COLOUR = {"city_to_city": "#0072B2", "regional": "#D55E00"}
MODE_DASH = {"city_to_city": "-", "regional": (0, (5, 1.5))}
MODE_WORD = {"city_to_city": "city to city", "regional": "regional"}
REFERENCE = "#555555"
DPI = 130


def _wrap(text, width):
    """Break a label at underscores or blanks, so that panels do not collide."""
    lines, line = [], ""
    for word in text.replace("_", "_\0").replace(" ", " \0").split("\0"):
        if line and len(line) + len(word.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    return "\n".join(lines + [line])


def source_line(scenarios):
    """Replicates, file(s) and seed(s) of the scenarios shown, for the titles."""
    n = sorted({s.n for s in scenarios})
    counts = f"{n[0]}" if len(n) == 1 else f"{n[0]}–{n[-1]}"
    files = list(dict.fromkeys(s.path.name for s in scenarios))
    files = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    seeds = sorted({str(x) for s in scenarios for x in s.runs["seed"]})
    seeds = f"seed {seeds[0]}" if len(seeds) == 1 else f"{len(seeds)} seeds"
    each = " per scenario" if len(scenarios) > 1 else ""
    return f"{counts} replicate{'' if n == [1] else 's'}{each}, {files}, {seeds}"


def _finish(fig, title, scenarios, path, note):
    """Title, source, explanation; then write the file."""
    height = fig.get_size_inches()[1]
    fig.suptitle(f"{title}\n", fontsize=13, x=0.5, y=1 - 0.08 / height, va="top")
    fig.text(0.5, 1 - 0.36 / height, source_line(scenarios), ha="center", va="top",
             fontsize=9, color="#444444")
    fig.text(0.5, 0.06 / height, note, ha="center", va="bottom", fontsize=8, color="#444444")
    fig.savefig(path, dpi=DPI)
    plt.close(fig)


def _grid(count, rows_each, panel_height):
    """Figure with rows_each panels, close above each other, for each of count scenarios.

    panel_height in inches. Returns (figure, axes[scenario][row], scenarios in a line).
    """
    across = min(count, 4 if count > 6 or count == 4 else 3)
    down = math.ceil(count / across)
    # Inches: 1.0 above for titles, 0.75 below for the note, 0.85 between lines of scenarios.
    block = rows_each * panel_height
    width, height = max(7.5, 3.3 * across), 1.75 + down * block + (down - 1) * 0.85
    fig = plt.figure(figsize=(width, height))
    outer = fig.add_gridspec(down, across, left=0.75 / width, right=1 - 0.2 / width,
                             top=1 - 1.0 / height, bottom=0.8 / height,
                             hspace=0.85 / block, wspace=0.18)
    axes = []
    for i in range(count):
        inner = outer[i // across, i % across].subgridspec(rows_each, 1, hspace=0.14)
        panels = []
        for row in range(rows_each):
            panels.append(fig.add_subplot(inner[row], sharex=axes[0][0] if axes else
                                          panels[0] if panels else None))
            panels[-1].tick_params(labelbottom=row == rows_each - 1)
        axes.append(panels)
    return fig, axes, across


def _panel_title(scenario):
    """Label and number of replicates, kept together where the line breaks."""
    return _wrap(f"{scenario.label} (n\u00a0=\u00a0{scenario.n})", 30)


def _style(ax):
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(labelsize=8)


def ties(shown, path):
    """Active ties by mode; shown: list of (scenario, {mode: frame of intervals.band})."""
    fig, axes, across = _grid(len(shown), len(MODES), 1.5)
    # A model may lack a mode: its values are NaN, which must not decide the common scale.
    top = {mode: max((t for _, b in shown
                      if (t := float(b[mode][["mean", "high", "p90"]].max().max())) > 0), default=1)
           for mode in MODES}
    for i, (scenario, bands) in enumerate(shown):
        for ax, mode in zip(axes[i], MODES):
            data, colour = bands[mode], MODE_COLOUR[mode]
            ax.fill_between(data.index, data["p10"], data["p90"], color=colour, alpha=0.15,
                            linewidth=0)
            ax.fill_between(data.index, data["low"], data["high"], color=colour, alpha=0.4,
                            linewidth=0)
            ax.plot(data.index, data["mean"], color=colour, linewidth=1.4)
            if i:
                first = shown[0][1][mode]["mean"]
                ax.plot(first.index, first, color=REFERENCE, linewidth=0.9, linestyle=":")
            ax.set_ylim(0, 1.05 * top[mode])
            _style(ax)
            if i % across == 0:
                ax.set_ylabel(f"{MODE_WORD[mode]}\n(active ties)", fontsize=9)
        axes[i][0].set_title(_panel_title(scenario), fontsize=9)
        axes[i][-1].set_xlabel("fiscal year", fontsize=9)
    _finish(fig, "Active cooperation ties by mode", [s for s, _ in shown], path,
            "line: mean; dark band: 95 % interval of the mean; light band: middle 80 % of the "
            "replicates" + _reference_words(shown, "dotted"))


def _reference_words(shown, how):
    return f"; {how}: {shown[0][0].label}" if len(shown) > 1 else ""


def survival(shown, path, left_out):
    """Survival of ties by mode; shown: list of (scenario, {mode: survival.Curve})."""
    fig, axes, across = _grid(len(shown), 1, 2.5)
    for i, (scenario, curves) in enumerate(shown):
        ax = axes[i][0]
        for mode, first in shown[0][1].items():
            if i:
                ax.step(*_steps(first), where="post", color=MODE_COLOUR[mode], linewidth=0.9,
                        linestyle=":")
        for mode, curve in curves.items():
            age, prob = _steps(curve)
            ax.fill_between(age, [*curve.low, curve.low[-1]], [*curve.high, curve.high[-1]],
                            step="post", color=MODE_COLOUR[mode], alpha=0.22, linewidth=0)
            ax.step(age, prob, where="post", color=MODE_COLOUR[mode], linewidth=1.6,
                    linestyle=MODE_DASH[mode],
                    label=f"{MODE_WORD[mode]} ({curve.n} ties, {curve.ended} ended)")
        _style(ax)
        ax.set_ylim(0, 1.02)
        ax.set_xlim(left=0)
        ax.legend(fontsize=7, frameon=False, loc="upper right")
        ax.set_title(_panel_title(scenario), fontsize=9)
        ax.set_xlabel("age of the tie (years)", fontsize=9)
        if i % across == 0:
            ax.set_ylabel("share of ties still there", fontsize=9)
    note = "Kaplan–Meier, ties of all replicates; band: 95 % by resampling whole replicates" \
        + _reference_words(shown, "dotted")
    if left_out:
        note += f"\n{left_out} ties of unknown age left out"
    _finish(fig, "Survival of cooperation ties by mode", [s for s, _ in shown], path, note)


def _steps(curve):
    """Age and survival of a curve, drawn on to the end of the follow-up."""
    return [*curve.age, curve.follow_up], [*curve.prob, curve.prob[-1]]


def _cause_axis(ax, shown, mode, causes, place):
    """Bars of one mode: a group per cause, a bar per scenario, whiskers for the interval."""
    thick = 0.8 / len(shown)
    for i, (scenario, counts) in enumerate(shown):
        mine = counts[counts["mode"] == mode].set_index("cause").reindex(causes)
        y = [place[c] + (i - (len(shown) - 1) / 2) * thick for c in causes]
        mean = mine["mean"].fillna(0)
        ax.barh(y, mean, height=0.92 * thick, color=PALETTE[i % len(PALETTE)],
                edgecolor="#333333", linewidth=0.4, label=_wrap(scenario.label, 34),
                hatch="////" if i >= len(PALETTE) else None)
        known = mine["low"].notna().to_numpy()
        # A count is not negative, whatever the t-interval of a rare cause says.
        low = (mine["mean"] - mine["low"].clip(lower=0))[known]
        high = (mine["high"] - mine["mean"])[known]
        ax.errorbar(mean[known], [v for v, k in zip(y, known) if k], xerr=[low, high],
                    fmt="none", ecolor="#222222", elinewidth=1, capsize=min(2.5, 9 * thick),
                    path_effects=[patheffects.withStroke(linewidth=2.4, foreground="white")])
    _style(ax)
    ax.grid(axis="y", visible=False)
    ax.set_title(MODE_WORD[mode], fontsize=10)
    ax.set_xlim(left=0)
    ax.set_xlabel("ties ended per replicate (mean)", fontsize=9)


def causes(shown, path):
    """Causes of end by mode; shown: list of (scenario, frame of survival.cause_counts)."""
    total = {}
    for _, counts in shown:
        for row in counts.itertuples(index=False):
            total[row.cause] = total.get(row.cause, 0.0) + row.mean
    names = sorted(total, key=lambda c: (-total[c], c))
    place = {c: i for i, c in enumerate(names)}
    legend_rows = math.ceil(len(shown) / 3)
    height = 1.9 + 0.24 * legend_rows + len(names) * (0.2 + 0.13 * len(shown))
    fig, axes = plt.subplots(1, len(MODES), figsize=(11, height), sharey=True)
    for ax, mode in zip(axes, MODES):
        _cause_axis(ax, shown, mode, names, place)
    axes[0].set_yticks(range(len(names)), [c.replace("_", " ") for c in names])
    axes[0].set_ylim(len(names) - 0.5, -0.5)
    below = 0.3 + 0.24 * legend_rows
    fig.tight_layout(rect=(0, below / height, 1, 1 - 0.55 / height))
    handles, labels = axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="lower center", ncol=min(3, len(shown)), fontsize=8,
               frameon=False, bbox_to_anchor=(0.5, 0.24 / height))
    _finish(fig, "Causes of the end of cooperation ties", [s for s, _ in shown], path,
            "whiskers: 95 % t-interval over replicates, cut at 0; the two panels have scales "
            "of their own")
