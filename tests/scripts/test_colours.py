# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours of pages and pictures: contrast in both modes, and one meaning for each."""

import re

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


def test_pictures_have_the_colours_of_the_page():
    assert style.MODE_COLOUR == {mode: colours.LIGHT[mode] for mode in ("city_to_city", "regional")}
    assert not set(style.PALETTE) & set(style.MODE_COLOUR.values())
    assert style.PALETTE[:len(colours.SCENARIOS_LIGHT)] == colours.SCENARIOS_LIGHT


def test_no_colour_is_given_elsewhere():
    """All of them come from colours.py: the page's style and scripts and the pictures name none."""
    written = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?\b")
    page = SCRIPTS / "kumiai/report"
    for path in [page / "style.css", *page.glob("*.js"), *SCRIPTS.glob("kumiai/*pictures.py")]:
        text = re.sub(r"url\([^)]*\)|&#", "", path.read_text(encoding="utf-8"))
        greys = {c for c in written.findall(text) if len(set(c[1:])) <= 2 and len(c) == 4 or c[1:3] == c[3:5] == c[5:]}
        assert set(written.findall(text)) - greys == set(), path.name
