# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked for and cannot be had: names with the nearest and what there is, folders, replicates."""

import os
import subprocess

import pytest

from conftest import SCRIPTS, called, refused
from results_files import build, foreign

from kumiai import words
from kumiai.report import page, study

ROOT = SCRIPTS.parent


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A results file of two scenarios."""
    return build(tmp_path_factory.mktemp("names") / "r.db", reps=2)


@pytest.mark.parametrize("name, option, said", [
    ("survival.py", ("--by", "nonsense"), "it may be: mode, form, sector, region, funder, scenario."),
    ("survival.py", ("--by", "sectr"), "did you mean sector? It may be: mode, form,"),
    ("survival.py", ("--kind", "coperation"), "did you mean cooperation? It may be: cooperation."),
    ("survival.py", ("--parts", "means"), "did you mean mean? It may be: curves, causes, mean, cox"),
    ("network.py", ("--kind", "nonsense"), "it may be: cooperation."),
    ("network.py", ("--scenario", "baselin"), "did you mean baseline? It may be: baseline, jica_half."),
    ("compare.py", ("--metrics", "ties"), "t may be: ties_city_to_city, projects_active."),
    ("compare.py", ("--series", "nonsense"), "it may be: ties_city_to_city, ties_regional."),
    ("compare.py", ("--model", "cooperatoin"), "did you mean cooperation? It may be: cooperation."),
    ("patterns.py", ("--scenario", "nonsense"), "it may be: baseline, jica_half.")])
def test_an_unknown_name_is_refused_with_what_there_is(path, tmp_path, name, option, said):
    folder = [] if name == "patterns.py" else ["--out-dir", tmp_path / "out"]
    result = called(name, path, *option, *folder)
    assert result.returncode == 2 and said in result.stderr.splitlines()[-1], result.stderr
    assert option[1].split(" ")[0] in result.stderr.splitlines()[-1] and not (tmp_path / "out").exists()


def test_of_many_names_the_first_are_listed():
    known = [f"metric_{i}" for i in range(40)]
    assert words.choices("metric_3x", known).startswith("; did you mean metric_3? It may be: metric_0, ")
    assert words.choices("other", known).endswith("metric_11 and 28 more.") and "mean" not in words.choices("other", known)
    assert words.choices("other", []) == "; it may be: nothing."


@pytest.mark.parametrize("detail", ["summary", "full"])
def test_a_model_without_ties_is_not_sent_to_another_detail(tmp_path, detail):
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/gallery/voter.cfg", "--reps", "2", "--detail", detail, "--out",
                    tmp_path / "v.db"], check=True, capture_output=True, cwd=ROOT)
    result = called("network.py", tmp_path / "v.db")
    assert refused(result, 2, "its model, voter, records no ties.") and "--detail" not in result.stderr


def test_a_model_with_ties_is_sent_to_the_detail_that_keeps_them(tmp_path):
    path = build(tmp_path / "r.db", reps=2, detail="summary")
    result = called("network.py", path)
    assert result.returncode == 2 and "run with --detail full" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("name, option", [("report.py", "-o"), ("compare.py", "--csv")])
def test_the_folder_of_a_named_file_is_not_made(path, tmp_path, name, option):
    missing = tmp_path / "no where" / "deep"
    assert refused(called(name, path, option, missing / "x.out"), 2, f"there is no folder {missing}; `mkdir -p '{missing}'`")
    assert not missing.parent.exists()


def test_a_replicate_of_a_map_that_there_is_not(path, tmp_path):
    other = foreign(tmp_path / "f.db")
    assert refused(called("report.py", other, "--rep", "1"), 2, "--rep 1 would have no effect", "harbours and has no map")
    assert refused(called("report.py", path, "--rep", "99"), 2, "no ok run of replicate 99 (there are 0 to 1)")
    light = build(tmp_path / "s.db", reps=2, detail="series")
    result = called("report.py", light, "--rep", "1")
    assert result.returncode == 2 and "there is no map" in result.stderr.splitlines()[-1]
    assert not list(tmp_path.glob("*.html")) and "<h1>" in page.render(study.Study([light]))
