# SPDX-License-Identifier: GPL-3.0-or-later
"""The package kumiai: what it returns is what the program writes, and the examples beside it run.

Run: KUMIAI=build/test/kumiai /usr/bin/python3 -m pytest tests/scripts/test_package.py
"""

import importlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import pandas as pd
import pytest

from conftest import SCRIPTS, called, refused
from results_files import build

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
    assert runs.series.groupby("rep").size().tolist() == [1 + 20] * 3
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


def test_tables_of_no_run_are_given_as_they_are(tmp_path):
    (tmp_path / "p.csv").write_text("leadership.turnover_factor\n0.5\n2\n")
    runs = kumiai.run([ROOT / "scenarios/baseline.cfg", ROOT / "scenarios/jica_half.cfg"], set={"run.years": 1}, reps=2,
                      draws=tmp_path / "p.csv")
    assert runs.table("draw_value").to_dict("list") == {
        "draw_id": [1, 2], "parameter": ["leadership.turnover_factor"] * 2, "value": [0.5, 2.0]}
    assert len(runs.table("run")) == 4 and runs.table("run_draw")["draw_id"].tolist() == [1, 2, 1, 2]
    agents = runs.table("agent")
    assert agents.groupby("scenario").size().nunique() == 1 and {"code", "name"} <= set(agents)
    assert {"schema_version", "draws_digest"} <= set(runs.table("meta")["key"])
    with pytest.raises(kumiai.Error, match="no table 'draw_valu'; did you mean draw_value"):
        runs.table("draw_valu")


def test_notes_of_the_program_are_warnings(tmp_path):
    (tmp_path / "p.csv").write_text("leadership.turnover_factor,funding.jica_budget_factor\n0.5,1\n2,1\n")
    with pytest.warns(UserWarning, match="funding.jica_budget_factor is not drawn in scenario 'jica_half'") as told:
        kumiai.run(ROOT / "scenarios/jica_half.cfg", set={"run.years": 1}, reps=3, draws=tmp_path / "p.csv")
    assert [Path(one.filename).name for one in told if one.category is UserWarning] == [Path(__file__).name]
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        kumiai.run(CONTAGION, set=SMALL, reps=2)
        kumiai.sweep(CONTAGION, pd.DataFrame({"contagion.beta": [0.1, 0.2]}), set=SMALL, reps=2)
        with pytest.raises(UserWarning, match="1 of 1 runs failed"):
            kumiai.run(CONTAGION, set=SMALL | {"run.timeout": 1e-9}, reps=1)


def test_a_sweep_has_its_points():
    points = pd.DataFrame({"contagion.beta": [0.0, 0.1, 1 / 3], "contagion.gamma": [0.1, 0.2, 0.3]})
    grid = kumiai.sweep(CONTAGION, points, set=SMALL, reps=2)
    assert len(grid.summary) == 6
    assert sorted(grid.summary["contagion.beta"].unique()) == points["contagion.beta"].tolist()
    means = grid.summary.groupby("contagion.beta")["infected_mean"].mean()
    assert means[0.0] < means[0.1] < means[1 / 3]
    with pytest.raises(kumiai.Error, match="common"):
        kumiai.sweep(CONTAGION, points, seeds="random")
    with pytest.raises(kumiai.Error, match="points are of type NoneType, neither a frame nor the name of a file"):
        kumiai.sweep(CONTAGION, None)


@pytest.mark.parametrize("call, words", [
    (lambda: kumiai.run("nowhere.cfg"), "nowhere.cfg"),
    (lambda: kumiai.run(CONTAGION, set={"contagion.betta": 1}), "contagion.beta"),
    (lambda: kumiai.run(CONTAGION, set=SMALL, reps=1).table("tie"), "tie"),
    (lambda: kumiai.run(CONTAGION, set=SMALL, reps=1, detail="summary").series, "series")])
def test_errors_are_the_programs_own_words(call, words):
    with pytest.raises(kumiai.Error, match=re.escape(words)):
        call()


@pytest.mark.parametrize("call, words", [
    (lambda: kumiai.run(CONTAGION, set=["run.steps=20"]), "set is of type list, not parameters by name"),
    (lambda: kumiai.run(None), "The scenario is of type NoneType"),
    (lambda: kumiai.run([CONTAGION, None]), "The scenario is of type NoneType"),
    (lambda: kumiai.run(CONTAGION, set=SMALL, out=3), "out is of type int"),
    (lambda: kumiai.run(CONTAGION, set=SMALL, reps=True), "reps is True, not a whole number"),
    (lambda: kumiai.run(CONTAGION, set=SMALL, draws={"contagion.beta": [0.1]}), "draws are of type dict, neither a frame"),
    (lambda: kumiai.sweep(CONTAGION, {"contagion.beta": [0.1]}), "points are of type dict, neither a frame"),
    (lambda: kumiai.sweep(CONTAGION, pd.DataFrame({"contagion.beta": [0.1]}), reps=False), "reps is False"),
    (lambda: kumiai.sweep(CONTAGION, pd.DataFrame({"contagion.beta": [0.1]}), reps=0), "--reps: '0'"),
    (lambda: kumiai.calibrate(CONTAGION, None, "C.db"), "targets is of type NoneType")])
def test_what_is_of_the_wrong_type_is_told_in_a_sentence(call, words):
    with pytest.raises(kumiai.Error, match=re.escape(words)):
        call()


@pytest.mark.filterwarnings("ignore:.*runs failed")
def test_where_all_runs_failed_the_first_says_why():
    late = SMALL | {"run.timeout": 1e-9}
    for made in (lambda: kumiai.run(CONTAGION, set=late, reps=2),
                 lambda: kumiai.sweep(CONTAGION, pd.DataFrame({"contagion.beta": [0.1, 0.2]}), set=late)):
        with pytest.raises(kumiai.Error, match="^All 2 runs failed, the first of them: the run took longer") as told:
            made()
        assert told.value.code == 1 and "runs.db" not in str(told.value)


def test_draws_may_be_a_frame(tmp_path):
    draws = pd.DataFrame({"contagion.beta": [0.05, 1 / 3]})
    draws.to_csv(tmp_path / "d.csv", index=False, float_format="%.17g")
    of_frame, of_file = (kumiai.run(CONTAGION, set=SMALL, reps=2, draws=given) for given in (draws, tmp_path / "d.csv"))
    assert of_frame.table("draw_value")["value"].tolist() == [0.05, 1 / 3]
    assert of_frame.summary.equals(of_file.summary)


def test_a_program_that_is_not_there(monkeypatch):
    monkeypatch.setenv("KUMIAI", "/nowhere/kumiai")
    with pytest.raises(kumiai.Error, match="/nowhere/kumiai cannot be run"):
        kumiai.run(CONTAGION)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package in a folder of its own, made from a copy: a build leaves files beside the sources."""
    folder = tmp_path_factory.mktemp("installed")
    shutil.copytree(SCRIPTS, folder / "scripts", symlinks=True)
    subprocess.run(["/usr/bin/python3", "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps",
                    "--no-index", "--target", folder / "site", folder / "scripts"], check=True, capture_output=True,
                   timeout=300)
    shutil.rmtree(folder / "scripts")
    return folder / "site"


def of_installed(site, folder, *command):
    """What a command of the installed package says, called from a folder outside the repository."""
    done = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True, timeout=300,
                          cwd=folder, env=os.environ | {"PYTHONPATH": str(site)})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_can_be_installed_without_a_network(installed, tmp_path):
    code = (f"import kumiai; r = kumiai.run('{CONTAGION}', set={{'contagion.agents': 50, 'run.steps': 2}}, "
            "reps=1); print(kumiai.__file__, len(r.series))")
    told = of_installed(installed, tmp_path, "/usr/bin/python3", "-c", code)
    assert told.split() == [str(installed / "kumiai/__init__.py"), "3"]
    assert (installed / "kumiai/py.typed").exists()


def files_of(folder):
    """Names of all files below a folder, without what Python leaves there."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts}


def test_every_file_of_the_package_is_installed(installed):
    assert files_of(installed / "kumiai") == files_of(SCRIPTS / "kumiai")


def test_the_installed_commands_find_what_they_read(installed, tmp_path):
    """The page has its library and styles inlined, maps need the coast: all are data of the package."""
    build(tmp_path / "a.db", reps=2)
    page = tmp_path / "page.html"
    of_installed(installed, tmp_path, installed / "bin/kumiai-report", "a.db", "-o", page)
    assert "echarts" in page.read_text(encoding="utf-8") and page.stat().st_size > 1_000_000
    of_installed(installed, tmp_path, installed / "bin/kumiai-network", "a.db", "--years", "2010")
    assert (tmp_path / "a_network_map_2010.png").exists()
    assert "Usage: kumiai-export" in of_installed(installed, tmp_path, installed / "bin/kumiai-export", "--help")


def test_a_command_has_one_name_installed_and_in_the_tree():
    project = tomllib.loads((SCRIPTS / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert sorted(project["scripts"]) == sorted(path.name for path in SCRIPTS.glob("kumiai-*"))
    for name, entry in project["scripts"].items():
        module, function = entry.split(":")
        assert callable(getattr(importlib.import_module(module), function))
        assert f"from {module} import {function}" in (SCRIPTS / name).read_text(encoding="utf-8")


# ---- analyses ----


@pytest.fixture(scope="module")
def analysed(tmp_path_factory):
    """Runs of two scenarios with ties."""
    return kumiai.open(build(tmp_path_factory.mktemp("analysed") / "a.db", reps=6))


def csv_of(analysed, folder, command, name, *options):
    """A table that the command of the same name writes."""
    result = called(f"{command}.py", analysed.file, "--no-pictures", "--out-dir", folder, *options)
    assert result.returncode == 0, result.stderr
    return pd.read_csv(folder / f"a_{command}_{name}.csv")


def same(frame, other, columns):
    """Whether two frames have the same in these columns, to the digits of a CSV."""
    pd.testing.assert_frame_equal(frame[columns].reset_index(drop=True), other[columns].reset_index(drop=True),
                                  check_dtype=False, rtol=1e-4)
    return True


def test_survival_is_that_of_the_command(analysed, tmp_path):
    table = csv_of(analysed, tmp_path, "survival", "curves", "--by", "sector", "--parts", "curves,mean")
    found = analysed.survival("sector")
    assert same(found, table, ["scenario", "group", "age", "at_risk", "share", "low"])
    means = pd.read_csv(tmp_path / "a_survival_mean.csv")
    assert same(analysed.duration(), means, ["scenario", "mode", "what", "years", "low", "high"])
    assert found["scenario"].nunique() == 2 and len(means) == 8


def test_survival_takes_several_divisions_as_the_command_does(analysed):
    by_mode, by_sector = analysed.survival(), analysed.survival("sector")
    both = pd.concat([by_mode, by_sector], ignore_index=True)
    for by in (["mode", "sector"], "mode,sector", ("mode", " sector"), "mode, sector,scenario"):
        pd.testing.assert_frame_equal(analysed.survival(by), both)
    every = analysed.survival(None)
    assert {"mode", "sector", "region"} < set(every["by"])
    pd.testing.assert_frame_equal(every[every["by"] == "mode"].reset_index(drop=True), by_mode)


def test_spells_choose_the_years_in_which_ties_began(analysed):
    every, some = analysed.spells(), analysed.spells(onset_from=2010, onset_to=2019)
    expected = every[(every["onset"] >= 2010) & (every["onset"] < 2020)]
    assert len(some) == len(expected) < len(every) and (some["stop"] > some["entry"]).all()
    assert set(every["scenario"]) == {"baseline", "jica_half"} and "never at risk" in every.attrs["notes"][0]


def test_the_network_is_that_of_the_command(analysed, tmp_path):
    table = csv_of(analysed, tmp_path, "network", "measures", "--years", "2010,2030")
    found = analysed.network([2010, 2030])
    assert (found["year"].astype(str) + ": " + found["measure"] == table["metric"]).all()
    assert same(found, table, ["scenario", "mean", "low", "high", "diff"])
    assert set(analysed.network(2010)["year"]) == {2010}


def test_the_comparison_is_that_of_the_command(analysed, tmp_path):
    called("compare.py", analysed.file, "--no-pictures", "--csv", tmp_path / "c.csv")
    table = pd.read_csv(tmp_path / "c.csv")
    assert same(analysed.compare(), table[table["part"] == "summary"], ["metric", "scenario", "mean", "low", "diff", "p"])
    assert list(analysed.compare("projects_active")["metric"]) == ["projects_active"] * 2


def test_the_comparison_of_a_year(analysed):
    found = analysed.compare("ties_regional", at=2015).set_index("scenario")["mean"]
    series = analysed.series
    last = series[series["time"] == 2015.75].groupby("scenario")["ties_regional"].mean()
    assert found.to_dict() == pytest.approx(last.to_dict()) and last.min() > 0


def test_a_report(analysed, tmp_path):
    page = analysed.report(tmp_path / "page.html", title="What was asked")
    assert "What was asked" in page.read_text(encoding="utf-8")


def test_sensitivity_of_a_sweep():
    points = pd.DataFrame({"contagion.beta": [0.05, 0.1, 0.2, 0.4] * 4,
                           "contagion.gamma": [0.1] * 4 + [0.2] * 4 + [0.3] * 4 + [0.4] * 4})
    found = kumiai.sweep(CONTAGION, points, set=SMALL, reps=2).sensitivity("infected_mean")
    prcc = found[found["measure"] == "prcc"].set_index("factor")["value"]
    assert prcc["contagion.beta"] > 0.5 > -0.5 > prcc["contagion.gamma"]


@pytest.mark.parametrize("call, words", [
    (lambda r: r.survival("sectr"), "did you mean sector?"), (lambda r: r.survival(3), "by is a name, a list of names, or"),
    (lambda r: r.survival([]), "not []."), (lambda r: r.survival(["mode", 3]), "not ['mode', 3]."),
    (lambda r: r.network(1900), "covers 2000 to 2039, not 1900"),
    (lambda r: r.compare("ties"), "No scenario has a value of the metric 'ties'"),
    (lambda r: r.compare("ties_regionl", at=2010), "did you mean ties_regional?"),
    (lambda r: r.compare(at=1900), "not 1900"), (lambda r: r.spells(onset_from=2090), "no tie began"),
    (lambda r: r.duration(-3), "horizon is a number of years above 0, not -3."),
    (lambda r: r.duration("ten"), "above 0, not 'ten'."), (lambda r: r.duration(float("nan")), "above 0, not nan."),
    (lambda r: r.sensitivity(), "no sweep")])
def test_what_cannot_be_answered_is_told(analysed, call, words):
    with pytest.raises(kumiai.Error, match=re.escape(words)):
        call(analysed)


def test_calibrations(tmp_path):
    (tmp_path / "targets.cfg").write_text('model = "contagion"; fit_until = 2040; outputs = ({ name = "mean"; '
                                          'metric = "infected_mean"; value = 60.0; sd = 5.0; scale = "count"; year = 2019; '
                                          'tag = "A"; source = "made up"; use = "fit"; });')
    (tmp_path / "priors.cfg").write_text(f'scenario = "{CONTAGION}"; sweep = {{ design = "lhs"; points = 1; factors = ('
                                         '{ parameter = "contagion.beta"; min = 0.01; max = 0.2; },'
                                         ' { parameter = "contagion.gamma"; min = 0.05; max = 0.5; }); };')
    files = (CONTAGION, tmp_path / "targets.cfg", tmp_path / "C.db")
    made = kumiai.calibrate(*files, priors=tmp_path / "priors.cfg", set=SMALL, population=60, waves=1, wave_points=20,
                            generations=1, predictions=20, parameters=["contagion.beta", "contagion.gamma"])
    assert list(made.posterior) == ["weight", "contagion.beta", "contagion.gamma"] and len(made.posterior) == 30
    assert made.targets["target"].tolist() == ["mean"] and "identified" in made.report
    with pytest.raises(kumiai.Error, match="exists already"):
        kumiai.calibrate(*files, priors=tmp_path / "priors.cfg", set=SMALL)
    tested = kumiai.calibrate(*files, priors=tmp_path / "priors.cfg", set=SMALL, population=60, waves=1, wave_points=20,
                              generations=0, predictions=20, selftest=2, force=True)
    assert list(tested.ranks) == list(tested.coverage["parameter"]) == ["contagion.beta", "contagion.gamma"]
    assert len(tested.ranks) == 2 and "90 % intervals cover" in tested.report


# ---- examples ----


def test_optuna_comes_closer():
    study = example("optuna_search").search(trials=40)
    values = [trial.value for trial in study.trials]
    assert study.best_value < min(values[:10]) / 4
    assert [trial.value for trial in example("optuna_search").search(trials=3).trials] == values[:3]


def test_the_model_function_of_ema_workbench():
    assert not list(EXAMPLES.glob("ema_workbench.*")), "it would be imported in place of the workbench"
    module = example("ema_policies")
    given = {"turnover": 1.0, "contacts": 0.2, "jica": 1.0}
    found = module.ties(reps=2, years=2, **given)
    assert set(found) == set(module.OUTCOMES) and found["ties_city_to_city"] > 0
    assert module.ties(reps=2, years=2, **given | {"jica": 0.0}) != found
    assert "ema_workbench" not in sys.modules


def test_the_commands_of_openmole(tmp_path):
    text = (EXAMPLES / "kumiai.oms").read_text(encoding="utf-8")
    commands = re.findall(r'^    "(kumiai.* .*)",?$', text, re.MULTILINE)
    assert len(commands) == 2
    (tmp_path / "contagion.cfg").write_text(f'base = "{CONTAGION}";\n')
    for command in commands:
        filled = command.replace("${seed}", "7").replace("${beta}", "0.1").replace("${gamma}", "0.2")
        name, *words = shlex.split(filled)
        program = os.environ["KUMIAI"] if name == "kumiai" else SCRIPTS / name
        subprocess.run([program, *words], check=True, cwd=tmp_path, timeout=100,
                       capture_output=True)
    frame = pd.read_csv(tmp_path / "out/summary.csv")
    assert len(frame) == 1 and "infected_final" in frame
