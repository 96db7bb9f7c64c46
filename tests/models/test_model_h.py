# SPDX-License-Identifier: GPL-3.0-or-later
"""What a model's author has to read: sim/model.h is short, needs nothing of kumiai, and is C and C++."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
HEADER = ROOT / "sim/model.h"
STANDARD = {"float.h", "stdbool.h", "stddef.h", "stdint.h", "string.h"}
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
# Models that need files, arcs, spells of ties, or draws of many at a time.
NEED_MORE = {"contagion", "cooperation", "saom", "team"}


def includes(path):
    return set(re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)', path.read_text(encoding="utf-8"), re.MULTILINE))


def test_it_is_short():
    lines = HEADER.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 250
    assert max(map(len, lines)) <= 120


def test_it_includes_standard_headers_alone():
    assert includes(HEADER) == STANDARD


@pytest.mark.parametrize("compiler, standard", [("gcc", "c11"), ("g++", "c++17"), ("clang-14", "c11")])
def test_it_compiles_alone(compiler, standard, tmp_path):
    """In a directory that has nothing else; twice, since a program may include it twice."""
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    shutil.copy(HEADER, tmp_path / "model.h")
    source = tmp_path / ("a.cc" if standard.startswith("c++") else "a.c")
    source.write_text('#include "model.h"\n#include "model.h"\nint main(void);\nint main() { return SIM_OK; }\n', encoding="utf-8")
    subprocess.run([compiler, f"-std={standard}", *STRICT, source], check=True, cwd=tmp_path)


def test_models_include_it_alone():
    """But for the few that need more, and those need no other header of the engine either."""
    for path in sorted(ROOT.glob("models/*/**/*.[ch]")):
        engine = {name for name in includes(path) if name.startswith("sim/")}
        model = path.relative_to(ROOT / "models").parts[0]
        assert engine <= ({"sim/model.h", "sim/more.h"} if model in NEED_MORE else {"sim/model.h"}), path
