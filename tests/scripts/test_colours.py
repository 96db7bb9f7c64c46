# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours of pages and pictures: contrast in both modes, and one meaning for each."""

import re

import numpy as np
import pytest

from conftest import SCRIPTS

from kumiai import colours, style

WORDS = ("ink", "soft", "accent", "warning", "city_to_city", "regional")
LINES = ("border", "city_to_city", "regional", "accent")
PAPERS = ("paper", "ground", "raised")
BOTH = ((colours.LIGHT, colours.SCENARIOS_LIGHT), (colours.DARK, colours.SCENARIOS_DARK))


@pytest.mark.parametrize("names, scenarios", BOTH)
def test_words_and_lines_reach_aa(names, scenarios):
    for paper in ("paper", "raised"):
        assert {name: c for name in WORDS if (c := colours.contrast(names[name], names[paper])) < 4.5} == {}
    assert colours.contrast(names["on_accent"], names["accent"]) >= 4.5
    for name in ("ink", "soft", "accent"):
        assert colours.contrast(names[name], names["ground"]) >= 4.5
    lines = [*(names[name] for name in LINES), *scenarios]
    assert {line: c for line in lines for paper in PAPERS if (c := colours.contrast(line, names[paper])) < 3} == {}
    for mode in ("city_to_city", "regional"):
        for ground in ("land", "sea"):
            assert colours.contrast(names[mode], names[ground]) >= 3


def test_contrast_is_that_of_the_standard():
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert colours.contrast("#d9dee3", "#ffffff") < 3  # the test above can fail


@pytest.mark.parametrize("names, scenarios", BOTH)
def test_a_colour_has_one_meaning(names, scenarios):
    assert not {names["city_to_city"], names["regional"], names["accent"]} & set(scenarios)
    assert len(set(scenarios)) == len(scenarios)


# Deuteranopia and protanopia at full strength (Machado, Oliveira & Fernandes 2009, table 1), as in test_survival.py.
BLINDNESS = (np.eye(3), np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
             np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]))


@pytest.mark.parametrize("names, scenarios", BOTH)
def test_scenarios_and_modes_are_told_apart_with_colour_blindness(names, scenarios):
    for matrix in BLINDNESS:
        for group in (scenarios, (names["city_to_city"], names["regional"])):
            seen = [np.array([int(c[i:i + 2], 16) / 255 for i in (1, 3, 5)]) @ matrix.T for c in group]
            assert min(np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]) > 0.12


def test_pictures_have_the_colours_of_the_page():
    assert style.MODE_COLOUR == {mode: colours.LIGHT[mode] for mode in ("city_to_city", "regional")}
    assert not set(style.PALETTE) & set(style.MODE_COLOUR.values())
    assert style.PALETTE[:len(colours.SCENARIOS_LIGHT)] == colours.SCENARIOS_LIGHT


def test_no_colour_is_given_elsewhere():
    """All of them come from colours.py: the page's style and scripts and the pictures name none."""
    written = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?\b")
    page = SCRIPTS / "kumiai/report"
    for path in [*page.glob("*.css"), *page.glob("*.js"), *SCRIPTS.glob("kumiai/*pictures.py")]:
        text = re.sub(r"url\([^)]*\)|&#", "", path.read_text(encoding="utf-8"))
        greys = {c for c in written.findall(text) if len(set(c[1:])) <= 2 and len(c) == 4 or c[1:3] == c[3:5] == c[5:]}
        assert set(written.findall(text)) - greys == set(), path.name


# ---- colour blindness ----

# Deuteranopia and protanopia at full strength (Machado, Oliveira & Fernandes 2009, table 1).
SIGHTS = {
    "none": np.eye(3),
    "deutan": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "protan": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]])}


def nearest(group, matrix):
    """Smallest distance between two colours as seen with a colour blindness (0 to √3)."""
    rgb = np.array([[int(c[i:i + 2], 16) / 255 for i in (1, 3, 5)] for c in group]) @ matrix.T
    gaps = np.linalg.norm(rgb[:, None] - rgb[None], axis=2)
    return gaps[np.triu_indices(len(rgb), 1)].min()


@pytest.mark.parametrize("sight", SIGHTS)
def test_colours_are_told_apart(sight):
    assert nearest(style.PALETTE, SIGHTS[sight]) > 0.12
    assert nearest(style.MODE_COLOUR.values(), SIGHTS[sight]) > 0.4


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_second_colour_is_no_scenario_s(sight):
    """What stands against the accent: not taken for a scenario, nor for the accent or what is faint."""
    for other in (*colours.SCENARIOS_LIGHT, colours.ACCENT, colours.FAINT, colours.REFERENCE, *colours.MODES.values()):
        assert nearest((colours.SECOND, other), SIGHTS[sight]) > 0.15, other
    assert nearest(("#b0417f", colours.SCENARIOS_LIGHT[2]), SIGHTS["none"]) < 0.15  # what it was
    assert colours.contrast(colours.SECOND, colours.LIGHT["paper"]) >= 3


def test_the_notebook_names_no_colour():
    text = (SCRIPTS / "kumiai/examples/notebook.py").read_text(encoding="utf-8")
    assert "#0072B2" not in text and not re.search("#[0-9A-Fa-f]{6}", text) and "SCENARIOS_LIGHT" in text


def test_colours_of_a_red_and_green_palette_would_not_be():
    assert nearest(("#C04040", "#6F7030"), SIGHTS["deutan"]) < 0.12


def test_what_colour_says_a_dash_or_marker_says_too():
    assert len(set(map(str, style.DASHES))) == len(set(style.MARKERS)) == len(style.PALETTE)
    assert len(set(map(str, style.MODE_DASH.values()))) == len(style.MODE_DASH)
