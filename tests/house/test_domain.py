# SPDX-License-Identifier: GPL-3.0-or-later
"""sim/ contains no word of the domain: neither in names nor in texts nor in comments."""

from pathlib import Path

from domain import words_in

ROOT = Path(__file__).resolve().parents[2]
SPELLS = {"donor", "partner", "partners", "sector", "sectors"}
# Words that a file may have, and why.
ALLOWED = {
    # Members of the struct of spells, whose names are in state digests. In results the model names them.
    **dict.fromkeys(("sim/network/ties.c", "sim/network/ties.h", "sim/network/snapshot.c", "sim/record/record.h",
                     "sim/record/replicate.c", "sim/record/spells.c", "sim/schedule/descriptor.c",
                     "sim/schedule/networks.c", "sim/cli/describe_json.c"), SPELLS),
    "sim/store/journal.c": {"sector", "sectors"},  # of a disk
}


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
