# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers of the pages are those of the data file, and the data file is what the program makes."""

import json
import math
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from conftest import script

from pages import marks, picture, studies

ROOT = Path(__file__).resolve().parents[2]
KUMIAI = Path(os.environ["KUMIAI"]).resolve()
README = ROOT / "README.md"
# Numbers of README that are no results: years of the runs, the level of the intervals, versions, replicates of a command.
NOT_RESULTS = {"11", "12", "95", "2013", "2040", "2021", "3.0"}
DATA = json.loads((ROOT / "scripts/pages/numbers.json").read_text(encoding="utf-8"))
NUMBERS = studies.numbers(DATA)
SMALL = {"a": {"of": {"value": 0.5, "low": -0.25, "high": 1.25}, "count": 1234, "lines": ["x", "y"]}}


def test_pages_and_picture_are_up_to_date():
    assert script("page_numbers.py").main(["--check"]) == 0


def test_every_study_says_how_it_was_made():
    assert list(DATA) == list(studies.STUDIES)
    for name, study in DATA.items():
        assert study["commands"] == list(studies.STUDIES[name].commands), name
        assert re.fullmatch(r"[0-9a-f]{32}", study["source_digest"]), name


def typed_by_hand(text):
    """Numbers of a page's prose outside of marked places."""
    prose = re.sub(r"^```.*?^```", "", marks.unmarked(text), flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"<!--.*?-->|\]\([^)]*\)|`[^`]*`", "", prose, flags=re.DOTALL)
    return [n for n in re.findall(r"(?<![\w.])\d[\d.,]*\d|(?<![\w.])\d", prose) if n not in NOT_RESULTS]


def test_no_result_of_readme_is_typed_by_hand():
    assert typed_by_hand(README.read_text(encoding="utf-8")) == []


def test_a_number_typed_by_hand_is_seen():
    text = README.read_text(encoding="utf-8")
    assert typed_by_hand(text + "\nThey last 7.25 years.\n") == ["7.25"]


@pytest.mark.parametrize("template, shown", [
    ("{a.of:.2f}", "0.50"), ("{a.of:+.2f|both} ties", "+0.50 (−0.25 to 1.25) ties"), ("{a.of:%.0f|interval}", "−25 to 125"),
    ("{a.of:.1f|loss,both}", "−0.5 (−1.2 to 0.2)"), ("{a.count:,}", "1,234"), ("{a.lines}", "x\ny\n")])
def test_a_place_is_filled(template, shown):
    text = f"It is <!-- number: {template} -->something old<!-- end -->."
    assert marks.filled(text, SMALL) == f"It is <!-- number: {template} -->{shown}<!-- end -->."
    assert marks.filled(marks.filled(text, SMALL), SMALL) == marks.filled(text, SMALL)


@pytest.mark.parametrize("text, word", [
    ("x <!-- number: {a.off} --><!-- end -->", "there is no 'off'"), ("x <!-- number: {a.of:.1f|all} --><!-- end -->", "unknown word"),
    ("<!-- number: {a.count} --><!-- end -->", "begins with"), ("<!-- holds: a.of.low > 0 -->", "rewrite the sentence")])
def test_what_cannot_be_filled_is_refused(text, word):
    with pytest.raises(marks.MarkError, match=word):
        marks.filled(text, SMALL)


def test_a_claim_that_holds_is_let_be():
    assert marks.filled("<!-- holds: a.of.high > 0 -->", SMALL) == "<!-- holds: a.of.high > 0 -->"


def test_the_picture_shows_the_numbers():
    drawn = picture.drawn(NUMBERS)
    ET.fromstring(drawn)
    assert len(drawn) < 20_000 and "prefers-color-scheme: dark" in drawn and "http" not in drawn.replace(
        "http://www.w3.org/2000/svg", "")
    for mode in ("city_to_city", "regional"):
        assert f">{NUMBERS['modes']['at_a_time'][mode]['value']:.0f}</text>" in drawn
    changed = json.loads(json.dumps(NUMBERS))
    changed["modes"]["all"]["difference"]["value"] += 0.1
    assert picture.drawn(changed) != drawn


def same(a, b):
    """Whether two results agree; numbers to the last digits that a text keeps."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return math.isclose(a, b, rel_tol=1e-9) if isinstance(a, float) else a == b


@pytest.mark.parametrize("name", [name for name, study in studies.STUDIES.items() if study.cheap])
def test_the_program_still_says_so(name, tmp_path):
    made = json.loads(json.dumps(studies.run(name, KUMIAI, tmp_path)["numbers"]))
    assert same(made, DATA[name]["numbers"]), f"results have moved: run scripts/page_numbers.py --run ({name})"


def test_another_result_is_no_longer_the_same():
    assert not same({"a": 1.0}, {"a": 1.0001}) and not same({"a": ["x"]}, {"a": ["y"]}) and same({"a": 1.0}, {"a": 1.0 + 1e-12})
