# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that the user may not read: every command says so in a sentence and ends with 2, and writes nothing."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from conftest import KUMIAI, kumiai, write_scenario
from patience import PATIENCE

SCRIPTS = Path(os.environ.get("KUMIAI_SOURCE_DIR", Path(__file__).parents[2])).resolve() / "scripts"
NOBODY = 65534
# Root may read everything: it becomes another user.
AS_USER = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.fixture(scope="module", name="folder")
def fixture_folder():
    """A folder that every user enters, with a scenario and with files and a folder that none may read."""
    folder = Path(tempfile.mkdtemp())
    scenario = write_scenario(folder / "open.cfg", run={"steps": 2, "reps": 2})
    folder.chmod(0o777)
    if subprocess.run([KUMIAI, "check", scenario], check=False, capture_output=True, **AS_USER).returncode:
        pytest.skip("the program lies where only its owner reads")
    assert kumiai("run", scenario, "--out", folder / "shut.db").returncode == 0
    for name in ("shut.cfg", "shut.csv"):
        shutil.copy(scenario, folder / name)
    for path in folder.glob("shut.*"):
        path.chmod(0)
    (folder / "room").mkdir(mode=0)
    yield folder
    (folder / "room").chmod(0o700)
    shutil.rmtree(folder)


@pytest.mark.parametrize("words", [
    "kumiai check shut.cfg", "kumiai check room/x.cfg", "kumiai run shut.cfg --out r.db", "kumiai targets shut.cfg",
    "kumiai run open.cfg --targets shut.cfg --out r.db", "kumiai run open.cfg --draws shut.csv --out r.db",
    "kumiai run open.cfg --out shut.db --force", "kumiai run open.cfg --out shut.db --resume",
    "kumiai run open.cfg --out room/r.db", "kumiai sweep shut.cfg --out r.db", "kumiai fork open.cfg shut.cfg --at 2000.25 --out r.db",
    "kumiai verify shut.db", "kumiai verify room/x.db", "kumiai merge r.db shut.db", "compare.py shut.db", "compare.py room/x.db",
    "survival.py shut.db", "network.py shut.db", "modes.py shut.db", "report.py shut.db", "discover.py shut.db --where x>0",
    "patterns.py shut.db", "sensitivity.py shut.db", "kumiai-crate shut.db", "kumiai-export shut.db --to tables",
    "rare.py shut.cfg r.db --event x", "calibrate.py shut.cfg shut.cfg --out r.db"])
def test_what_cannot_be_read_is_told(folder, words):
    before = sorted(path.name for path in folder.iterdir())
    command, *rest = words.split()
    call = [KUMIAI, *rest] if command == "kumiai" else ["/usr/bin/python3", SCRIPTS / command, *rest]
    done = subprocess.run(call, cwd=folder, check=False, capture_output=True, text=True, timeout=PATIENCE, **AS_USER,
                          env=os.environ | {"MPLCONFIGDIR": tempfile.gettempdir(), "PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 2, done.stderr
    [line] = done.stderr.splitlines()
    assert "Permission denied" in line, line
    assert sorted(path.name for path in folder.iterdir()) == before
