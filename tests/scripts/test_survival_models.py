# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/survival.py on the ties of models of other fields."""

import sqlite3

import pandas as pd
import pytest

from conftest import called, nonblank, written
from results_files import build, foreign


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
