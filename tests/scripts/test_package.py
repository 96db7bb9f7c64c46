# SPDX-License-Identifier: GPL-3.0-or-later
"""The package kumiai: what it returns is what the program writes, and the examples beside it run.

Run: KUMIAI=build/test/kumiai /usr/bin/python3 -m pytest tests/scripts/test_package.py
"""

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from conftest import SCRIPTS

import kumiai
from kumiai import results

ROOT = SCRIPTS.parent
CONTAGION = ROOT / "scenarios/contagion.cfg"
SMALL = {"contagion.agents": 200, "run.steps": 20}
EXAMPLES = SCRIPTS / "kumiai/examples"


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """The examples name scenarios from the repository's root; KUMIAI may be a relative path."""
    monkeypatch.setenv("KUMIAI", str(Path(os.environ["KUMIAI"]).resolve()))
    monkeypatch.chdir(ROOT)


def example(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_runs_are_those_of_the_program(tmp_path):
    runs = kumiai.run(CONTAGION, set=SMALL | {"contagion.beta": 0.1}, reps=3)
    given = [word for key, value in SMALL.items() for word in ("--set", f"{key}={value}")]
    subprocess.run([os.environ["KUMIAI"], "run", CONTAGION, *given, "--set", "contagion.beta=0.1", "--reps", "3",
                    "--out", tmp_path / "r.db", "--quiet"], check=True, capture_output=True, timeout=100)
    [scenario], _ = results.load([tmp_path / "r.db"])
    assert runs.summary["infected_mean"].tolist() == scenario.summary["infected_mean"].tolist()
    assert runs.summary["rep"].tolist() == [0, 1, 2] and set(runs.summary["scenario"]) == {"contagion"}
    assert len(runs.series) == 3 * 20 and runs.series.groupby("rep").size().tolist() == [20] * 3
    assert runs.failed == 0


def test_the_file_goes_with_the_runs_unless_it_is_named(tmp_path):
    runs = kumiai.run(CONTAGION, set=SMALL, reps=1)
    file = runs.file
    assert file.exists()
    del runs
    assert not file.exists()
    kept = kumiai.run(CONTAGION, set=SMALL, reps=1, out=tmp_path / "r.db")
    again = kumiai.open(tmp_path / "r.db")
    assert again.summary.equals(kept.summary)
    with pytest.raises(kumiai.Error, match="exists"):
        kumiai.run(CONTAGION, set=SMALL, reps=1, out=tmp_path / "r.db")
    assert len(kumiai.run(CONTAGION, set=SMALL, reps=1, out=tmp_path / "r.db", force=True).summary) == 1


def test_several_scenarios_and_truth_values():
    names = [ROOT / "scenarios/baseline.cfg", ROOT / "scenarios/jica_half.cfg"]
    runs = kumiai.run(names, set={"run.years": 1, "hub.enabled": False}, reps=2, detail="full")
    assert runs.summary.groupby("scenario").size().to_dict() == {"baseline": 2, "jica_half": 2}
    ties = runs.table("tie")
    assert set(ties["scenario"]) == {"baseline", "jica_half"} and {"onset", "rep", "run_id"} <= set(ties)
    assert 'enabled = false' in runs.scenarios[0].config


def test_a_sweep_has_its_points():
    points = pd.DataFrame({"contagion.beta": [0.0, 0.1, 1 / 3], "contagion.gamma": [0.1, 0.2, 0.3]})
    grid = kumiai.sweep(CONTAGION, points, set=SMALL, reps=2)
    assert len(grid.summary) == 6
    assert sorted(grid.summary["contagion.beta"].unique()) == points["contagion.beta"].tolist()
    means = grid.summary.groupby("contagion.beta")["infected_mean"].mean()
    assert means[0.0] < means[0.1] < means[1 / 3]
    with pytest.raises(kumiai.Error, match="common"):
        kumiai.sweep(CONTAGION, points, seeds="random")


@pytest.mark.parametrize("call, words", [
    (lambda: kumiai.run("nowhere.cfg"), "nowhere.cfg"),
    (lambda: kumiai.run(CONTAGION, set={"contagion.betta": 1}), "contagion.beta"),
    (lambda: kumiai.run(CONTAGION, set=SMALL, reps=1).table("tie"), "tie"),
    (lambda: kumiai.run(CONTAGION, set=SMALL, reps=1, detail="summary").series, "series")])
def test_errors_are_the_programs_own_words(call, words):
    with pytest.raises(kumiai.Error, match=re.escape(words)):
        call()


def test_a_program_that_is_not_there(monkeypatch):
    monkeypatch.setenv("KUMIAI", "/nowhere/kumiai")
    with pytest.raises(kumiai.Error, match="/nowhere/kumiai cannot be run"):
        kumiai.run(CONTAGION)


def test_it_can_be_installed_without_a_network(tmp_path):
    """Into a folder of its own, from a copy: a build leaves files beside the sources."""
    subprocess.run(["cp", "-r", SCRIPTS, tmp_path / "scripts"], check=True)
    subprocess.run(["/usr/bin/python3", "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps",
                    "--no-index", "--target", tmp_path / "site", tmp_path / "scripts"], check=True, capture_output=True,
                   timeout=300)
    code = ("import kumiai; r = kumiai.run('scenarios/contagion.cfg', set={'contagion.agents': 50, 'run.steps': 2}, "
            "reps=1); print(kumiai.__file__, len(r.series))")
    done = subprocess.run(["/usr/bin/python3", "-c", code], check=True, capture_output=True, text=True, timeout=100,
                          env=os.environ | {"PYTHONPATH": str(tmp_path / "site")})
    assert done.stdout.split() == [str(tmp_path / "site/kumiai/__init__.py"), "2"]


def test_calibrations(tmp_path):
    (tmp_path / "targets.cfg").write_text('model = "contagion"; fit_until = 2040; outputs = ({ name = "mean"; '
                                          'metric = "infected_mean"; value = 60.0; sd = 5.0; scale = "count"; year = 2019; '
                                          'tag = "A"; source = "made up"; use = "fit"; });')
    (tmp_path / "priors.cfg").write_text('sweep = { factors = ({ parameter = "contagion.beta"; min = 0.01; max = 0.2; },'
                                         ' { parameter = "contagion.gamma"; min = 0.05; max = 0.5; }); };')
    files = (CONTAGION, tmp_path / "targets.cfg", tmp_path / "C.db")
    made = kumiai.calibrate(*files, priors=tmp_path / "priors.cfg", set=SMALL, population=60, waves=1, wave_points=20,
                            generations=1, predictions=20)
    assert list(made.posterior) == ["weight", "contagion.beta", "contagion.gamma"] and len(made.posterior) == 30
    assert made.targets["target"].tolist() == ["mean"] and "identified" in made.report
    with pytest.raises(kumiai.Error, match="exists already"):
        kumiai.calibrate(*files, priors=tmp_path / "priors.cfg", set=SMALL)


# ---- examples ----


def test_optuna_comes_closer():
    study = example("optuna_search").search(trials=40)
    values = [trial.value for trial in study.trials]
    assert study.best_value < min(values[:10]) / 4
    assert [trial.value for trial in example("optuna_search").search(trials=3).trials] == values[:3]


def test_the_model_function_of_ema_workbench():
    module = example("ema_workbench")
    given = {"turnover": 1.0, "contacts": 0.2, "jica": 1.0}
    found = module.ties(reps=2, years=2, **given)
    assert set(found) == set(module.OUTCOMES) and found["ties_city_to_city"] > 0
    assert module.ties(reps=2, years=2, **given | {"jica": 0.0}) != found
    assert "ema_workbench" not in sys.modules


def test_the_commands_of_openmole(tmp_path):
    text = (EXAMPLES / "kumiai.oms").read_text(encoding="utf-8")
    commands = re.findall(r'^    "(kumiai .*)",?$', text, re.MULTILINE)
    assert len(commands) == 2
    (tmp_path / "contagion.cfg").write_text(f'base = "{CONTAGION}";\n')
    for command in commands:
        filled = command.replace("${seed}", "7").replace("${beta}", "0.1").replace("${gamma}", "0.2")
        subprocess.run([os.environ["KUMIAI"], *shlex.split(filled)[1:]], check=True, cwd=tmp_path, timeout=100,
                       capture_output=True)
    frame = pd.read_csv(tmp_path / "out/summary.csv")
    assert len(frame) == 1 and "infected_final" in frame
