# SPDX-License-Identifier: GPL-3.0-or-later
"""How long ties last: the summary of the program and the curves of the scripts are of one rule."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from kumiai import results  # noqa: E402
from kumiai import survival  # noqa: E402

YEARS = 16


@pytest.fixture(scope="module", params=[1, 4])
def runs(request, tmp_path_factory):
    """(scenario, ties) of some histories that begin with nothing, so that every age is known."""
    path = tmp_path_factory.mktemp("lasting") / "r.db"
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/from_2000.cfg", "--reps", "6", "--set", f"run.years={YEARS}",
                    "--set", f"run.steps_per_year={request.param}", "--detail", "full", "--out", path],
                   check=True, capture_output=True, cwd=ROOT)
    [scenario], _ = results.load(path)
    ties = results.read_ties(scenario)
    return scenario, ties[(ties["onset"] >= ties["start"]) & ~ties["onset_censored"]]


def measures(scenario, ties):
    """[(by the summary, by the curve)] of both measures, of every run and mode of which both are known."""
    spells, _ = survival.spells(ties)
    summary = scenario.summary.set_axis(scenario.runs.index)
    found = []
    for (run, mode), group in spells.groupby(["run_id", "mode"]):
        step = ties["step"].iloc[0]
        curve = survival.kaplan_meier(group, [run])
        share = (curve.at(5 - step)[0] + curve.at(5)[0]) / 2
        life = survival.restricted_mean(group, [run], 10).value
        found += [(summary.at[run, f"survival_5y_{mode}"], share), (summary.at[run, f"life_10y_{mode}"], life)]
    found = np.array(found)
    return found[np.isfinite(found).all(axis=1)]


def test_summary_and_curves_agree(runs):
    told, mine = measures(*runs).T
    assert len(told) >= 14
    np.testing.assert_allclose(mine, told, rtol=1e-9)


@pytest.mark.parametrize("wrong", ["ended by conversion", "a step too long"])
def test_another_rule_does_not(runs, wrong):
    scenario, ties = runs
    if wrong == "ended by conversion":
        assert ties["converted"].sum() > 20
        ties = ties.assign(ended=ties["ended"] | ties["converted"])
    else:
        ties = ties.assign(seen=ties["seen"].where(~ties["terminus_censored"], ties["end"]))
    told, mine = measures(scenario, ties).T
    assert (abs(mine / told - 1) > 1e-4).sum() >= 8
