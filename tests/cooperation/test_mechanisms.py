# SPDX-License-Identifier: GPL-3.0-or-later
"""`git grep -w M7` leads from every mechanism of ODD.md to its parameters, its code and a test."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MECHANISMS = range(1, 42)
# The descriptor and the words name mechanisms and hold none.
CODE = [path for path in ROOT.glob("models/cooperation/**/*.[ch]")
        if path.name not in ("cooperation.c", "words.h")]
PARAMETERS = [path for path in ROOT.glob("models/cooperation/*/*.def")
              if path.parent.name not in ("columns", "look") and path.name != "effects.def"]
TESTS = [path for path in ROOT.glob("tests/cooperation/test_*") if path != Path(__file__)]


def numbers(text):
    """Mechanisms named in full: M12 does not name M1, and M5-M7 names no M6."""
    return {int(n) for n in re.findall(r"\bM(\d+)\b", text)}


def named(files):
    return set().union(*(numbers(path.read_text(encoding="utf-8")) for path in files))


def test_numbers_are_read_exactly():
    assert numbers("M12, M3-M5, C1, SIM9, M7x, /* M10: */") == {3, 5, 10, 12}


@pytest.mark.parametrize("files", [CODE, PARAMETERS, TESTS], ids=["code", "parameters", "tests"])
def test_every_mechanism_is_named_in(files):
    assert sorted(set(MECHANISMS) - named(files)) == []


def test_no_number_beyond_the_list():
    assert named(CODE + PARAMETERS + TESTS) <= set(MECHANISMS)


def test_the_description_has_a_row_for_each():
    rows = re.findall(r"^\| (M\d+(?:, M\d+)*) \|", (ROOT / "models/cooperation/ODD.md").read_text(
        encoding="utf-8"), re.MULTILINE)
    assert sorted(n for row in rows for n in numbers(row)) == list(MECHANISMS)
