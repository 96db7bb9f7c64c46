# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/survival.py on the ties of models of other fields."""

import os
import re
import sqlite3
import subprocess

import pandas as pd
import pytest

from conftest import SCRIPTS, called, nonblank, written
from results_files import build, foreign

import kumiai


def test_agents_of_a_model_may_have_no_region(tmp_path):
    path = build(tmp_path / "a.db", ("teams",), models=("teams",))
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE agent DROP COLUMN region")
    result = called("survival.py", path, "--no-pictures", "--out-dir", tmp_path)
    assert result.returncode == 0, result.stderr
    assert "region" not in set(pd.read_csv(written(tmp_path, "survival_curves.csv"))["by"])


@pytest.mark.parametrize("roles", [False, True])
def test_ties_of_a_model_of_another_field(tmp_path, roles):
    """The kind, what divides the ties and their table are read from the file: with roles it is the model's own."""
    result = called("survival.py", foreign(tmp_path / "f.db", roles=roles), "--out-dir", tmp_path, "--all")
    assert result.returncode == 0, result.stderr
    assert not any(word in result.stdout + result.stderr
                   for word in ("trust", "stage", "funder", "region", "sister", "donor", "cooperation"))
    curves = pd.read_csv(written(tmp_path, "survival_curves.csv"))
    assert set(curves["by"]) == ({"mode", "cargo"} if roles else {"mode"})
    name = "route" if roles else "trade"
    assert set(curves.loc[curves["by"] == "mode", "group"]) == {name} and name in result.stdout
    assert nonblank(written(tmp_path, "survival_mode.png")) and nonblank(written(tmp_path, "survival_causes.png"))
    assert "earlier_tie_of_pair" in result.stdout


def test_a_model_without_a_calendar_has_steps(tmp_path):
    """Its tables, printed and written, and the names of what it prints speak of no years."""
    path = tmp_path / "team.db"
    subprocess.run([os.environ["KUMIAI"], "run", SCRIPTS.parent / "scenarios/gallery/team.cfg", "--reps", "5", "--set",
                    "run.steps=120", "--detail", "full", "--out", path], check=True, capture_output=True)
    result = called("survival.py", path, "--no-pictures", "--out-dir", tmp_path, "--horizon", "50", "--all")
    assert result.returncode == 0 and "mean steps that a tie lasts within its first 50 steps" in result.stdout, result.stderr
    assert "onset_tens_of_steps" in result.stdout and not re.search(r"year|decade", result.stdout)
    assert "steps" in pd.read_csv(written(tmp_path, "survival_mean.csv")) and list(kumiai.open(path).duration(50)["steps"])
    compared = called("compare.py", path, "--no-pictures", "--out-dir", tmp_path)
    assert "lasting 5 steps" in compared.stdout and not re.search(r" y\b", compared.stdout)
