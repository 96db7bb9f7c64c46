# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pictures as SVG text, for what a page must show without its scripts.

They take their colours from the page's style by class (`c-regional`, `c-0` …), so that they follow
dark mode and print. Sizes are in user units of the view box; words are as tall as those of the page.
"""

import math

from markupsafe import Markup, escape

WIDTH, HEIGHT = 300, 118
LEFT, RIGHT, TOP, BOTTOM = 4, 96, 8, 20
HEAD = 16  # of a line above the picture


def _scale(low, high, start, end):
    """A linear map of low … high to start … end."""
    span = (high - low) or 1.0
    return lambda value: start + (value - low) / span * (end - start)


def _path(points):
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _text(x, y, words, anchor="start", style="soft"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{style}">{escape(words)}</text>'


def _svg(parts, height, label):
    return Markup(f'<svg class="small" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}">'
                  + "".join(parts) + "</svg>")


def _apart(heights, gap, top, bottom):
    """Heights of labels moved apart, none beyond the picture."""
    heights = [max(top, height) for height in heights]
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = dict(zip(order, (heights[i] for i in order)))
    for before, after in zip(order, order[1:]):
        placed[after] = max(placed[after], placed[before] + gap)
    over = max(0.0, placed[order[-1]] - bottom) if order else 0.0
    return [max(top, placed[i] - over) for i in range(len(heights))]


def lines(series, label, form, head=""):
    """Lines over time with their bands, each named at its end.

    series: [(name, class of its colour, x, mean, low, high)], values as lists (NaN where unknown).
    form(value): a value in words. head: what the lines are, written above them where no words beside the picture say it.
    """
    height = HEIGHT + (HEAD if head else 0)
    base, top = height - BOTTOM, TOP + height - HEIGHT
    xs = [x for _, _, x, *_ in series for x in x]
    tops = [v for *_, mean, _, high in series for v in (*mean, *high) if math.isfinite(v)]
    lows = [v for *_, mean, low, _ in series for v in (*mean, *low) if math.isfinite(v)]
    bottom = min(0.0, *lows) if lows else 0.0
    across = _scale(min(xs), max(xs), LEFT, WIDTH - RIGHT)
    up = _scale(bottom, max([*tops, bottom + 1e-9]), base, top)
    parts = [f'<path class="axis" d="M{LEFT} {base}H{WIDTH - RIGHT}"/>',
             _text(LEFT, height - 5, f"{min(xs):g}"), _text(WIDTH - RIGHT, height - 5, f"{max(xs):g}", "end")]
    if head:
        parts.append(_text(LEFT, TOP + 4, head))
    ends = []
    for name, colour, x, mean, low, high in series:
        known = [i for i in range(len(x)) if math.isfinite(low[i]) and math.isfinite(high[i])]
        if len(known) > 1:
            edge = [(across(x[i]), up(high[i])) for i in known] + [(across(x[i]), up(low[i])) for i in reversed(known)]
            parts.append(f'<path class="band {colour}" d="{_path(edge)}Z"/>')
        parts.append(f'<path class="line {colour}" d="{_path([(across(a), up(b)) for a, b in zip(x, mean)])}"/>')
        ends.append(up(mean[-1]))
    for (name, colour, *_, mean, _low, _high), y in zip(series, _apart(ends, 26, top + 6, base - 12)):
        parts.append(_text(WIDTH - RIGHT + 7, y + 3, form(mean[-1]), style=f"strong {colour}"))
        parts.append(_text(WIDTH - RIGHT + 7, y + 15, name))
    return _svg(parts, height, label)


def dots(rows, label, form, from_zero=False, head=""):
    """Means with their intervals, one line each: [(name, class of its colour, value, low, high)].

    form(value, low, high): a mean in words. head: as for lines().
    """
    values = [v for _, _, *span in rows for v in span if math.isfinite(v)]
    low, high = min(values), max(values)
    room = 0.12 * ((high - low) or abs(high) or 1.0)
    starts = from_zero and low >= 0
    low, high = (0.0 if starts else low - room), high + room
    across = _scale(low, high, LEFT + 6, WIDTH - 92)
    top = HEAD if head else 0
    height = top + 40 * len(rows) + (6 if starts else 20)
    decimals = max(0, 1 - math.floor(math.log10(high - low)))  # two figures of the axis
    parts = [] if starts else [_text(LEFT, height - 4, f"{low:.{decimals}f}".replace("-", "−")),
                               _text(WIDTH - 92, height - 4, f"{high:.{decimals}f}".replace("-", "−"), "end")]
    if head:
        parts.append(_text(LEFT, TOP + 4, head))
    for i, (name, colour, value, first, last) in enumerate(rows):
        y = top + 40 * i + 28
        parts.append(_text(LEFT, y - 12, name))
        parts.append(f'<path class="axis" d="M{LEFT} {y}H{WIDTH - 92}"/>')
        if from_zero:
            parts.append(f'<path class="bar {colour}" d="M{across(0):.1f} {y}H{across(value):.1f}"/>')
        if math.isfinite(first) and math.isfinite(last):
            parts.append(f'<path class="whisker {colour}" d="M{across(first):.1f} {y}H{across(last):.1f}"/>')
        parts.append(f'<circle class="dot {colour}" cx="{across(value):.1f}" cy="{y}" r="5"/>')
        parts.append(_text(WIDTH - 84, y + 5, form(value, first, last), style=f"strong {colour}"))
    return _svg(parts, height, label)
