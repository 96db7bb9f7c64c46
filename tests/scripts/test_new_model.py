# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/new_model on a copy of what it reads. That a copy builds follows from models/none
building: the test holds the script to changing nothing but the name."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COPIED = ["scripts/new_model", "scripts/lib/common.sh", "scripts/lib/progress.sh", "models/models.def", "models/none/none.c",
          "tests/models/test_none.c", "scenarios/none.cfg", ".clang-format"]


@pytest.fixture
def tree(tmp_path):
    for name in COPIED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def new_model(tree, *names):
    return subprocess.run([tree / "scripts/new_model", *names], check=False, capture_output=True,
                          text=True, timeout=60)


def letters(path):
    """A file without what a longer name may move, line ends and the cuts of long strings, and
    without its first comment, which the script rewrites."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"[\s*\"]+", "", text[text.index("#include"):] if path.suffix == ".c" else text)


def test_everything_is_copied_under_the_new_name(tree):
    done = new_model(tree, "harbour")
    assert done.returncode == 0, done.stderr
    assert (tree / "models/models.def").read_text().endswith("SIM_MODEL(harbour)\n")
    for old in COPIED[4:7]:
        new = tree / old.replace("none", "harbour")
        assert letters(new).replace("harbour", "none") == letters(tree / old)
        assert not re.search(r"(\b|_)none\b", new.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["", "Harbour", "9lives", "two words", "a-b", "none", "run",
                                  "x" * 33, "../up"])
def test_bad_names_change_nothing(tree, name):
    before = sorted(tree.rglob("*"))
    done = new_model(tree, name)
    assert done.returncode == 2
    assert done.stderr.startswith("scripts/new_model: ")
    assert sorted(tree.rglob("*")) == before
    assert "SIM_MODEL()" not in (tree / "models/models.def").read_text()


def test_a_name_is_given_once(tree):
    assert new_model(tree, "harbour").returncode == 0
    assert new_model(tree, "harbour").returncode == 2
    assert new_model(tree).returncode == 2
