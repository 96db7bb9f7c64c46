# SPDX-License-Identifier: GPL-3.0-or-later
"""What is given twice: of settings the last counts and a warning says so, the same scenario is refused or told."""

import shutil

import pytest

from conftest import kumiai, query, write_scenario


@pytest.fixture(name="small")
def fixture_small(tmp_path):
    return write_scenario(tmp_path / "one.cfg", run={"steps": 3, "reps": 2})


def test_of_two_settings_the_last_counts_and_is_told(small, tmp_path):
    words = ("--set", "run.steps=4", "--set", "run.steps=5", "--set", "run.reps=1", "--reps", 2)
    result = kumiai("run", small, "--out", tmp_path / "r.db", *words)
    assert result.returncode == 0, result.stderr
    assert "warning: run.steps=4 is replaced by run.steps=5: the last one counts" in result.stderr
    assert "warning: run.reps=1 is replaced by run.reps=2" in result.stderr
    assert query(tmp_path / "r.db", "SELECT rep, steps FROM run") == [(0, 5), (1, 5)]
    checked = kumiai("check", small, *words[:4])
    assert checked.returncode == 0 and "run.steps=4 is replaced" in checked.stderr and checked.stdout.endswith(": ok\n")


def test_what_is_given_twice_alike_or_once_is_not_told(small, tmp_path):
    words = ("--set", "run.steps=4", "--set", "run.steps=4", "--set", "run.reps=1")
    result = kumiai("run", small, "--out", tmp_path / "r.db", *words)
    assert result.returncode == 0 and "replaced" not in result.stderr


def test_a_scenario_that_is_another_once_more_is_told(small, tmp_path):
    again = tmp_path / "again.cfg"
    shutil.copy(small, again)
    other = write_scenario(tmp_path / "other.cfg", run={"steps": 4, "reps": 2})
    result = kumiai("run", small, other, again, "--out", tmp_path / "r.db")
    assert result.returncode == 0, result.stderr
    assert f"{again}: warning: its settings are those of scenario 'one': so are its results" in result.stderr
    assert result.stderr.count("its settings are those") == 1


def test_the_same_file_twice_is_refused(small, tmp_path):
    result = kumiai("run", small, small, "--out", tmp_path / "r.db")
    assert result.returncode == 2 and "is on the command line already" in result.stderr
    assert not (tmp_path / "r.db").exists()
