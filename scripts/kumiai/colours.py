# SPDX-License-Identifier: GPL-3.0-or-later
"""The colours of pages and pictures: one colour, one meaning, in both.

A mode of a tie has its own colour everywhere, and nothing else ever has it. Scenarios have theirs,
the reference is drawn in ink. Kinds of agents, causes, funders and accounts have none: shape,
place and words tell them apart. Each colour has a light and a dark form; both reach WCAG AA on
their paper (4.5 to 1 for words, 3 to 1 for lines), and scenarios are told apart with red-green blindness
(tests/scripts/test_colours.py, test_survival.py). Pictures use the light ones.
Nothing here needs matplotlib: style.py does, and takes its colours from here.
"""

# Paper, words and lines of a page; `accent` is for links, buttons and what has no other meaning.
LIGHT = {
    "paper": "#ffffff", "ground": "#f4f6f5", "raised": "#eaefed", "ink": "#1f2933", "soft": "#52606d", "line": "#d5dbde",
    "border": "#768290", "accent": "#0f5c5c", "on_accent": "#ffffff", "warning": "#8a5200",
    "land": "#e9e6dd", "coast": "#b5af9f", "sea": "#f8fafb",
    "city_to_city": "#006fae", "regional": "#b34c00"}
DARK = {
    "paper": "#182026", "ground": "#101619", "raised": "#232d34", "ink": "#e8ecef", "soft": "#aab5bf", "line": "#36424b",
    "border": "#7d8a96", "accent": "#74cfc6", "on_accent": "#0c1a1a", "warning": "#f0c46c",
    "land": "#2c3940", "coast": "#52626c", "sea": "#141b20",
    "city_to_city": "#5ab4ea", "regional": "#f2954e"}

# Scenarios in order: the reference, then those that are compared with it.
SCENARIOS_LIGHT = ("#1f2933", "#2e8b57", "#a8327a", "#8a6d00", "#5b3fd0", "#5e2b14", "#7c8794")
SCENARIOS_DARK = ("#e8ecef", "#4fc38a", "#f08cc4", "#d9c02f", "#9d7bf0", "#a8744a", "#727d87")

MODES = {mode: LIGHT[mode] for mode in ("city_to_city", "regional")}
ACCENT = LIGHT["accent"]
SECOND = "#cc3333"  # what stands against the accent where neither is a scenario
FAINT = "#a3acb5"
REFERENCE = "#555555"


def theme():
    """What the scripts of a page need: both forms of every colour."""
    return {"light": LIGHT | {"scenarios": list(SCENARIOS_LIGHT)},
            "dark": DARK | {"scenarios": list(SCENARIOS_DARK)}}


def _variables(colours, scenarios):
    named = colours | {f"scenario_{i}": value for i, value in enumerate(scenarios)}
    return "\n".join(f"  --{name.replace('_', '-')}: {value};" for name, value in named.items())


def css():
    """The same as variables of a style sheet: light, and dark where the reader's system is; paper is light."""
    return (f":root {{\n{_variables(LIGHT, SCENARIOS_LIGHT)}\n}}\n"
            f"@media screen and (prefers-color-scheme: dark) {{\n:root {{\n{_variables(DARK, SCENARIOS_DARK)}\n}}\n}}\n")


def luminance(colour):
    """Relative luminance of '#rrggbb' (WCAG 2)."""
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Contrast of two colours, 1 to 21 (WCAG 2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
