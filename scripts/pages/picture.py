# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of README: how long ties last, and by how much each regional form lasts longer, as an SVG.

It is text, so that a change can be read; it brings its own card and colours for light and dark, so that it can be read on
either page.
"""

from html import escape

WIDTH, HEIGHT = 820, 392
CURVES = (56, 122, 330, 200)  # left, top, width, height of the panel of curves, in pixels
FORMS = (560, 122, 226, 200)
YEARS = 10
WORDS = {"all": "all regional ties", "cooperative": "cooperative", "prefecture_led": "led by a prefecture",
         "consortium": "consortium", "union": "union of municipalities"}
STYLE = """
  .card { fill: #ffffff; stroke: #d8dee4 } text { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 } .label { font-size: 12.5px } .small { font-size: 11.5px; fill: #57606a }
  .big { font-size: 26px; font-weight: 700 } .grid { stroke: #e4e8ec } .zero { stroke: #57606a }
  .city { stroke: #0072b2 } .regional { stroke: #c24d00 } .cityfill, text.cityfill { fill: #0072b2 } .regionalfill, text.regionalfill { fill: #c24d00 }
  .line { fill: none; stroke-width: 2.5 } .band { opacity: .18 } .dash { stroke-dasharray: 7 3 }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #30363d } text { fill: #e6edf3 } .small { fill: #9aa4af }
    .grid { stroke: #262c34 } .zero { stroke: #9aa4af }
    .city { stroke: #6cb6ff } .regional { stroke: #ff9b57 } .cityfill, text.cityfill { fill: #6cb6ff } .regionalfill, text.regionalfill { fill: #ff9b57 }
    .band { opacity: .25 }
  }"""


def text(x, y, words, kind, anchor="start"):
    """A line of text."""
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def line(x1, y1, x2, y2, kind):
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def points(pairs):
    """Coordinates as SVG writes them."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)


def head(numbers):
    """How many ties there are at a time, by form."""
    count = numbers["modes"]["at_a_time"]
    parts, x = [], 24
    for mode, kind, words in (("city_to_city", "cityfill", "city-to-city ties"),
                              ("regional", "regionalfill", "regional ties at a time")):
        number = f"{count[mode]['value']:.0f}"
        parts.append(text(x, 46, number, f"big {kind}"))
        x += 17 * len(number) + 8
        parts.append(text(x, 45, words, "label"))
        x += 134
    return parts


def curves(numbers):
    """Share of ties that are still there, by years since the onset, with 95 % bands."""
    left, top, width, height = CURVES

    def at(age, share):
        return left + width * age / YEARS, top + height * (1 - share)
    parts = [text(24, 88, "How many ties are left after so many years", "title")]
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = at(0, share)[1]
        parts += [line(left, y, left + width, y, "grid"), text(left - 8, y + 4, f"{100 * share:.0f} %", "small", "end")]
    parts += [text(at(age, 0)[0], top + height + 18, str(age), "small", "middle") for age in range(0, YEARS + 1, 2)]
    parts.append(text(left + width / 2, top + height + 38, "years since the tie began", "small", "middle"))
    for mode, kind, dash, words in (("city_to_city", "city", "", "city to city"), ("regional", "regional", " dash", "regional")):
        rows = numbers["modes"]["curves"][mode]
        band = [at(age, low) for age, _, low, _ in rows] + [at(age, high) for age, _, _, high in reversed(rows)]
        parts += [f'<polygon points="{points(band)}" class="band {kind}fill"/>',
                  f'<polyline points="{points(at(age, share) for age, share, _, _ in rows)}" class="line {kind}{dash}"/>']
        x, y = at(*rows[24][:2])
        parts.append(text(x + 8, y - 14, words, f"label {kind}fill") if mode == "regional" else
                     text(x - 8, y + 24, words, f"label {kind}fill", "end"))
    return parts


def forms(numbers):
    """By how many of its first ten years each regional form lasts longer than the city-to-city ties alike."""
    left, top, width, height = FORMS
    shown = [form for form in WORDS if form in numbers["modes"]]
    found = [numbers["modes"][form]["difference"] for form in shown]
    low, high = min(-0.25, *(d["low"] for d in found)) - 0.1, max(d["high"] for d in found) + 0.1

    def at(years):
        return left + width * (years - low) / (high - low)
    parts = [text(424, 88, "How many years longer a regional tie lasts", "title"),
             line(at(0), top - 6, at(0), top + height, "zero")]
    for half in range(int(low * 2), int(high * 2) + 1):
        parts.append(text(at(half / 2), top + height + 18, f"{half / 2:+.1f}".replace("-", "−") if half else "0", "small", "middle"))
    parts.append(text(at(0) + 6, top + height + 38, "years, of the first ten, beside city ties alike", "small", "middle"))
    for k, (form, d) in enumerate(zip(shown, found)):
        y = top + 16 + k * (height - 24) / max(len(shown) - 1, 1)
        parts += [text(left - 10, y + 4, WORDS[form], "label", "end"),
                  f'<line x1="{at(d["low"]):.1f}" y1="{y:.1f}" x2="{at(d["high"]):.1f}" y2="{y:.1f}" class="regional" stroke-width="2.5"/>',
                  f'<circle cx="{at(d["value"]):.1f}" cy="{y:.1f}" r="{6 if form == "all" else 4.5}" class="regionalfill"/>']
    return parts


def drawn(numbers):
    """The whole picture as text."""
    replicates = numbers["modes"]["replicates"]
    title = "Regional ties are few, and last longer"
    note = f"{replicates} runs of JFY 2013–2040, each with other parameters that the data allow; bands and bars: 95 % intervals"
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
             f'role="img" aria-label="{title}">', f"<title>{title}</title>", f"<style>{STYLE}\n</style>",
             f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="8" class="card"/>',
             *head(numbers), *curves(numbers), *forms(numbers), text(24, HEIGHT - 12, note, "small"), "</svg>"]
    return "\n".join(parts) + "\n"
