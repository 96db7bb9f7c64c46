# SPDX-License-Identifier: GPL-3.0-or-later
"""What all pictures share: colours, line styles, titles, sources, panels.

Colours are those of the page (colours.py): one colour, one meaning. What colour says, a dash, a
marker or a hatch says too, so that a grey print loses nothing.
"""

import math

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend must be chosen first)
from matplotlib import patheffects  # noqa: E402

from kumiai.results import words  # noqa: E402

from . import colours, fonts, picture_files  # noqa: E402
from .figures import number, percent, with_interval  # noqa: E402,F401  # for pictures too

fonts.set_up()
matplotlib.rcParams |= {"svg.hashsalt": "kumiai", "pdf.fonttype": 42}  # equal files; fonts that editors can use


PALETTE = (*colours.SCENARIOS_LIGHT, colours.FAINT)
DASHES = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (6, 1.5, 1, 1.5)), (0, (3, 1, 1, 1, 1, 1)),
          (0, (9, 2)), (0, (2, 2)), (0, (4, 1, 4, 3)))
MARKERS = "osD^vPX*"
HATCHES = ("", "///", "...", "\\\\\\", "xxx", "---", "ooo", "+++")
MODE_COLOUR = colours.MODES
MODE_DASH = {"city_to_city": "-", "regional": (0, (5, 1.5))}
MODE_WORD = {"city_to_city": "city to city", "regional": "regional"}
LAND, SHORE, INK = colours.LIGHT["land"], colours.LIGHT["coast"], colours.LIGHT["ink"]
ACCENT, SECOND, FAINT, REFERENCE = colours.ACCENT, colours.SECOND, colours.FAINT, colours.REFERENCE
MOST_LEVEL = 3  # names that a title has room for
DPI = 130
UNDATED = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}


def wrap(text, width):
    """Break a label at underscores or blanks, so that panels do not collide."""
    lines, line = [], ""
    for word in text.replace("_", "_\0").replace(" ", " \0").split("\0"):
        if line and fonts.width(line) + fonts.width(word.rstrip()) > width:
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


def title_lines(title, width):
    """A title broken to a figure's width in inches."""
    return fonts.wrap(title, int(9.2 * width))


def finish(fig, title, scenarios, path, note):
    """Title (the finding), source, explanation; then write the file.

    scenarios: those shown, or the text of the source itself.
    """
    source = scenarios if isinstance(scenarios, str) else source_line(scenarios)
    width, height = fig.get_size_inches()
    lines = title_lines(title, width)
    fig.text(0.5, 1 - 0.1 / height, "\n".join(lines), fontsize=12, ha="center", va="top",
             linespacing=1.15)
    fig.text(0.5, 1 - (0.14 + 0.205 * len(lines)) / height, source, ha="center",
             va="top", fontsize=9, color="#444444")
    note = "\n".join(part for line in note.splitlines() for part in fonts.wrap(line, int(15.5 * width)))
    fig.text(0.5, 0.06 / height, note, ha="center", va="bottom", fontsize=8, color="#444444")
    fonts.cover(fig)
    save(fig, path)
    plt.close(fig)


def save(fig, path):
    """Write a figure in all formats that were asked for; no file tells when, so that equal ones are equal."""
    for form in picture_files.forms_of(path):
        fig.savefig(form, dpi=DPI, metadata=UNDATED.get(form.suffix))


def lead(found, share_of):
    """What comes first, or those not told apart, for a title; found: leading.Lead, share_of(name):
    its share and the ends of the interval."""
    level = (found.first, *found.level)
    parts = [f"{words(name)} {with_interval(*share_of(name), percent)}"
             for name in level[:MOST_LEVEL]]
    more = f" and {len(level) - MOST_LEVEL} more" if len(level) > MOST_LEVEL else ""
    verdict = "" if found.sure else ", not told apart" if found.tested else \
        " (too few replicates to tell)"
    return ", ".join(parts) + more + verdict


def halo():
    """A white edge that keeps text legible on lines."""
    return [patheffects.withStroke(linewidth=2.2, foreground="white")]


def grid(count, rows_each, panel_height):
    """Figure with rows_each panels, close above each other, for each of count scenarios.

    panel_height in inches. Returns (figure, axes[scenario][row], scenarios in a line).
    """
    across = min(count, 4 if count > 6 or count == 4 else 3)
    down = math.ceil(count / across)
    # Inches: 1.2 above for titles, 0.75 below for the note, 0.85 between lines of scenarios.
    block = rows_each * panel_height
    width, height = max(7.5, 3.3 * across), 1.95 + down * block + (down - 1) * 0.85
    fig = plt.figure(figsize=(width, height))
    outer = fig.add_gridspec(down, across, left=0.75 / width, right=1 - 0.2 / width,
                             top=1 - 1.2 / height, bottom=0.8 / height,
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


def panel_title(scenario):
    """Label and number of replicates, kept together where the line breaks."""
    return wrap(f"{scenario.label} (n\u00a0=\u00a0{scenario.n})", 30)


def plain(ax):
    """Axes without a box, with a faint grid."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(labelsize=8)


