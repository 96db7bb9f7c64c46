# SPDX-License-Identifier: GPL-3.0-or-later
"""sim/ contains no word of the domain: neither in names nor in texts nor in comments."""

from pathlib import Path

from domain import words_in

ROOT = Path(__file__).resolve().parents[2]
# Words that a file may have, and why.
ALLOWED = {"sim/store/journal.c": {"sector", "sectors"}}  # of a disk


def test_the_engine_knows_no_word_of_the_domain():
    found = {}
    for path in sorted([*ROOT.glob("sim/**/*.[ch]"), *ROOT.glob("sim/**/*.def")]):
        name = path.relative_to(ROOT).as_posix()
        if words := set(words_in(path.read_text(encoding="utf-8"))) - ALLOWED.get(name, set()):
            found[name] = sorted(words)
    assert found == {}


def test_every_exception_is_needed():
    assert [name for name, words in ALLOWED.items()
            if not words & set(words_in((ROOT / name).read_text(encoding="utf-8")))] == []


def test_parts_of_names_are_found():
    assert words_in("int first_donor; /* Yen, or cities. */") == ["donor", "yen", "cities"]
