# SPDX-License-Identifier: GPL-3.0-or-later
"""What no analysis can use is refused in one sentence with the contract's exit code; odd files that
the program itself writes are analysed as far as they go, without a warning of a library.

Run: KUMIAI=build/test/kumiai /usr/bin/python3 -m pytest tests/scripts/test_edges.py
"""

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from conftest import called, refused, script
from results_files import build

KUMIAI = os.environ.get("KUMIAI", "kumiai")
SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
COMMANDS = ("compare.py", "survival.py", "network.py", "patterns.py", "report.py", "sensitivity.py")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """{what: results file that cannot be used}."""
    folder = tmp_path_factory.mktemp("edges")
    found = {what: folder / f"{what}.db" for what in ("missing", "empty", "text", "foreign")}
    found["empty"].touch()
    found["text"].write_text("run,seed\n1,42\n" * 100)
    sqlite3.connect(found["foreign"]).execute("CREATE TABLE other(x)")
    found["folder"] = folder
    found["schema"] = build(folder / "schema.db", reps=1, detail="summary", version="99")
    found["failed"] = build(folder / "failed.db", reps=1, detail="summary",
                            failed={("baseline", 0), ("jica_half", 0)})
    found["models"] = build(folder / "models.db", reps=1, detail="summary",
                            models=("cooperation", "contagion"))
    return found


@pytest.mark.parametrize("what", ["missing", "empty", "text", "foreign", "folder", "schema", "failed",
                                  "models"])
@pytest.mark.parametrize("name", COMMANDS)
def test_unusable_files_are_refused(files, tmp_path, name, what):
    before = set(tmp_path.iterdir())
    result = called(name, files[what], *out(name, tmp_path))
    assert refused(result, 2)
    assert set(tmp_path.iterdir()) == before and not result.stdout


def out(name, folder):
    return {"report.py": ["-o", folder / "report.html"], "patterns.py": []}.get(
        name, ["--out-dir", folder])


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_refused(files, name):
    assert refused(called(name, files["missing"], "--no-such-option"), 2, "--no-such-option", "--help")


@pytest.mark.parametrize("name", ["compare.py", "survival.py", "report.py", "network.py"])
def test_one_run_is_enough(tmp_path, name):
    path = build(tmp_path / "r.db", scenarios=("baseline",), reps=1)
    result = called(name, path, *out(name, tmp_path))
    assert result.returncode == 0 and sentences(result, name), result.stderr


@pytest.mark.parametrize("change", ["DELETE FROM agent", "UPDATE agent SET lat = NULL",
                                    "UPDATE agent SET lon = NULL WHERE agent_id < 11"])
def test_a_report_without_places_leaves_the_map_out(tmp_path, change):
    path = build(tmp_path / "r.db", scenarios=("baseline",), reps=1)
    with sqlite3.connect(path) as db:
        db.execute(change)
    result = called("report.py", path, "-o", tmp_path / "page.html")
    assert result.returncode == 0 and "Traceback" not in result.stderr
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "no tie has the latitude and longitude of both sides" in text


@pytest.mark.parametrize("name", ["compare.py", "survival.py", "report.py", "network.py"])
def test_a_folder_that_cannot_be_written(tmp_path, name):
    """A file stands where the folder should be: true for root too, who may write anywhere."""
    path = build(tmp_path / "r.db", scenarios=("baseline",), reps=2)
    (tmp_path / "file").touch()
    target = tmp_path / "file" / "out"
    arguments = ["-o", target / "report.html"] if name == "report.py" else ["--out-dir", target]
    result = called(name, path, *arguments)
    assert result.returncode == 2 and "Traceback" not in result.stderr
    cure = {"report.py": "another place"}.get(name, "--out-dir")
    assert os.fspath(target.parent) in result.stderr.splitlines()[-1] and cure in result.stderr


@pytest.mark.parametrize("name", ["survival.py", "network.py"])
def test_no_ties_is_one_sentence(tmp_path, name):
    path = build(tmp_path / "r.db", scenarios=("baseline",), reps=1)
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM tie")
    assert refused(called(name, path, "--out-dir", tmp_path / "out"), 2, "no cooperation tie")
    assert not (tmp_path / "out").exists()


def test_patterns_are_of_their_years(tmp_path):
    path = build(tmp_path / "r.db", scenarios=("baseline",), reps=1)
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM series WHERE time >= 2005")
    assert refused(called("patterns.py", path), 2, "covers JFY 2000 to 2004", "2013 to 2017")


def test_an_unknown_series_is_refused_before_anything_is_drawn(tmp_path):
    path = build(tmp_path / "r.db", reps=1)
    for more in ((), ("--no-pictures",)):
        result = called("compare.py", path, "--series", "ties_regionl", "--out-dir", tmp_path / "out",
                        *more)
        assert refused(result, 2, "did you mean ties_regional?") and not result.stdout
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("arguments", [("survival.py", "R", "--cox-rows", "0"),
                                       ("sensitivity.py", "R", "--resamples", "9"),
                                       ("ablations.py", "R", "--reps", "1")])
def test_numbers_that_are_too_small(arguments):
    assert refused(called(*arguments), 2, "is no whole number of", "--help")


def test_years_without_a_tie(tmp_path, caplog):
    path = build(tmp_path / "r.db", scenarios=("baseline",), reps=1)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE tie SET onset = 2000, terminus = 2001, terminus_censored = 0")
    result = called("network.py", path, "--years", "2010,2020", "--out-dir", tmp_path)
    assert result.returncode == 0 and "no tie is there at the end of these years" in result.stderr
    assert {p.name for p in tmp_path.glob("*.png")} == {"r_network_map_2010.png", "r_network_map_2020.png"}
    assert not caplog.text and "nan" not in result.stdout


# ---- odd files of the program ----

SWEEPS = {
    "factorial": 'design = "factorial"; factors = ({ parameter = "contacts.rate"; '
                 "levels = [0.1, 0.2]; }, "
                 '{ parameter = "leadership.turnover_factor"; levels = [0.5, 1.0]; });',
    "one_trajectory": 'design = "morris"; trajectories = 1; levels = 4; factors = ('
                      '{ parameter = "contacts.rate"; min = 0.1; max = 0.4; });',
    "four_trajectories": 'design = "morris"; trajectories = 4; levels = 4; factors = ('
                         '{ parameter = "contacts.rate"; min = 0.1; max = 0.4; });',
    "few_blocks": 'design = "saltelli"; samples = 4; factors = ('
                  '{ parameter = "contacts.rate"; min = 0.1; max = 0.4; });',
    "few_points": 'design = "lhs"; points = 3; factors = ('
                  '{ parameter = "contacts.rate"; min = 0.1; max = 0.4; });'}


def make(command, *arguments, codes=(0,)):
    """What `kumiai command` does with the arguments, on one thread."""
    done = subprocess.run([KUMIAI, command, *map(str, arguments), "--quiet", "--threads", "1"],
                          check=False, capture_output=True, text=True, timeout=100)
    assert done.returncode in codes, done.stderr


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """Maker of odd files by name, each made once."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "late.cfg").write_text(f'base = "{SCENARIOS}/baseline.cfg";\n'
                                     "run = { timeout = 1e-6; };\n")
    # Nothing stands at the start, and nothing may form.
    (folder / "no_ties.cfg").write_text(
        f'base = "{SCENARIOS}/regional_only.cfg";\nformation = {{ regional = false; }};\n'
        'record = { ties = ""; projects = ""; histories = ""; };\n')
    base, half, late = SCENARIOS / "baseline.cfg", SCENARIOS / "jica_half.cfg", folder / "late.cfg"
    none = folder / "no_ties.cfg"
    few = ("--set", "run.years=8", "--detail", "full")
    runs = {
        "one_year": ("run", base, "--reps", 1, *few, "--set", "run.years=1"),
        "one_run": ("run", base, "--reps", 1, *few),
        "two_runs": ("run", base, half, "--reps", 2, *few),
        "no_ties": ("run", none, "--reps", 2, *few),
        "no_ties_in_first": ("run", none, base, "--reps", 2, *few),
        "series": ("run", base, "--reps", 2, "--set", "run.years=8", "--detail", "series"),
        "one_fails": ("run", base, late, "--reps", 1, *few),
        "first_fails": ("run", late, base, "--reps", 1, *few),
        "other_model": ("run", SCENARIOS / "none.cfg", "--reps", 2),
        "fork": ("fork", base, half, "--at", 2017, "--reps", 1, *few)}

    def made(name):
        path = folder / f"{name}.db"
        if path.exists():
            return path
        if name in SWEEPS:
            (folder / f"{name}.cfg").write_text(
                f'scenario = "{base}";\nsweep = {{ reps = 1; {SWEEPS[name]} }};\n')
            make("sweep", folder / f"{name}.cfg", "--out", path, *few)
        else:
            command, *arguments = runs[name]
            make(command, *arguments, "--out", path, codes=(0, 3))
        return path
    return made


def sentences(result, name):
    """Whether all that a command said on standard error are its own lines."""
    return all(line.startswith(f"{name}: ") for line in result.stderr.splitlines())


ANALYSED = {
    "one_year": ("survival.py", "network.py"),
    "one_run": ("survival.py", "report.py"),
    "two_runs": ("compare.py",),
    "no_ties": ("compare.py", "report.py"),
    "no_ties_in_first": ("survival.py", "report.py"),
    "series": ("compare.py",),
    "one_fails": ("compare.py", "survival.py"),
    "other_model": ("compare.py", "report.py"),
    "fork": ("compare.py", "survival.py", "network.py"),
    "factorial": ("report.py", "sensitivity.py"),
    "four_trajectories": ("sensitivity.py",)}


@pytest.mark.parametrize("what, name", [(what, name) for what, names in ANALYSED.items()
                                        for name in names])
def test_odd_files_are_analysed(odd, tmp_path, caplog, what, name):
    more = ["--parts", "curves,causes,mean", "--by", "mode,scenario"] if name == "survival.py" else []
    result = called(name, odd(what), *out(name, tmp_path), *more)
    assert result.returncode == 0 and sentences(result, name), result.stderr
    assert not caplog.text and (result.stdout or any(tmp_path.iterdir()))


@pytest.mark.parametrize("what, name, words", [
    ("no_ties", "survival.py", "no cooperation tie"), ("no_ties", "network.py", "no cooperation tie"),
    ("series", "survival.py", "need --detail full"), ("series", "network.py", "need --detail full"),
    ("other_model", "survival.py", "records no ties"), ("fork", "sensitivity.py", "no sweep"),
    *(("factorial", name, "no replicates of one another") for name in ("compare.py", "survival.py", "network.py")),
    *(("first_fails", name, "late, has no ok run")
      for name in ("compare.py", "survival.py", "network.py", "report.py"))])
def test_odd_files_are_refused(odd, tmp_path, what, name, words):
    assert refused(called(name, odd(what), *out(name, tmp_path)), 2, words)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("what, words", [
    ("one_trajectory", "too few whole trajectories (1); Morris effects need 2"),
    ("few_blocks", "too few whole blocks (4); Sobol indices need 8"),
    ("few_points", "3 distinct points, too few to regress")])
def test_too_few_points_for_indices(odd, tmp_path, what, words):
    result = called("sensitivity.py", odd(what), "--outputs", "ties_city_to_city", "--out-dir", tmp_path)
    assert result.returncode == 2 and sentences(result, "sensitivity.py") and words in result.stderr


def test_few_trajectories_say_why_there_is_no_interval(odd, tmp_path):
    result = called("sensitivity.py", odd("four_trajectories"), "--out-dir", tmp_path, "--no-pictures", "--all")
    assert "n/a: too few trajectories for an interval (5; of σ 10)" in result.stdout


# ---- what asks the program ----


def test_tables_of_the_model_without_the_program(tmp_path):
    assert refused(called("odd_tables.py", "--check", "--kumiai", tmp_path / "none"), 1,
                   "none: No such file")
    assert refused(called("odd_tables.py", "--check", "--kumiai", "/bin/false"), 1, "exit code 1")
    assert refused(called("odd_tables.py", "--check", "--kumiai", "/bin/true"), 1, "/bin/true")
    assert refused(called("odd_tables.py", "--no-such"), 2, "--no-such", "--help")


def test_ablations_do_not_run_into_a_file_that_is_there(tmp_path):
    path = build(tmp_path / "r.db", reps=2, detail="summary")
    assert refused(called("ablations.py", path), 2, "exists already", "--read")
    assert refused(called("ablations.py", path, "--read"), 2, "was it written by ablations.py")
    assert refused(called("ablations.py", tmp_path / "x.db", "--kumiai", tmp_path / "none"), 2,
                   "cannot be run (No such file or directory); build it")


def test_an_ablation_without_two_replicates(tmp_path):
    ablations = script("ablations.py")
    names = dict.fromkeys([*map(str, ablations.mechanisms()),
                           *map(ablations.world, ablations.mechanisms())])
    path = build(tmp_path / "r.db", scenarios=tuple(names), reps=2, detail="summary",
                 failed={("1", 0)})
    assert refused(called("ablations.py", path, "--read"), 2, "M1 has fewer than two replicates")
