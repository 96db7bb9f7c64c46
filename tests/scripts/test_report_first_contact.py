# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts/quickstart calls does without the packages that it does not install."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SCRIPTS
from results_files import build

from kumiai import missing

LIST = (SCRIPTS / "lib/packages.sh").read_text(encoding="utf-8")
QUICK = set(re.search(r"packages_quick=\(([^)]*)\)", LIST)[1].split())
# A module of a package that is not installed is not found.
WITHOUT = """
import sys
for module in {absent!r}:
    sys.modules[module] = None
sys.path.insert(0, {scripts!r})
from kumiai.commands.{command} import main
sys.exit(main({arguments!r}))
"""


@pytest.mark.parametrize("command", ["report", "modes"])
def test_the_first_command_finds_all_it_needs(tmp_path, command):
    absent = sorted(module for module, package in missing.DEBIAN.items() if package not in QUICK)
    assert "networkx" in absent and "matplotlib" in absent
    path = build(Path(tmp_path) / "q.db", reps=6)
    code = WITHOUT.format(absent=absent, scripts=str(SCRIPTS), command=command, arguments=[str(path)])
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
