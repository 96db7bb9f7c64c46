# SPDX-License-Identifier: GPL-3.0-or-later
"""Months and decimals as dates, on the model that has a calendar."""

from pathlib import Path

import pytest

from conftest import kumiai

ROOT = Path(__file__).parents[2]


def scenario(tmp_path, at, per_year):
    path = tmp_path / "s.cfg"
    path.write_text(f'base = "{ROOT}/configs/cooperation/base.cfg";\n'
                    f"run = {{ start_year = 2013; years = 4; steps_per_year = {per_year}; }};\n"
                    f'interventions = ( {{ at = {at}; set = "funding.jica_budget_factor"; '
                    "value = 0.5; } );\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("at, per_year, meaning", [
    ('"2013-06"', 12, "2013-06 takes effect in step 2, which begins at 2013.1667 (2013-06)"),
    ("2013.33", 12, "2013.33 takes effect in step 4, which begins at 2013.3333 (2013-08)"),
    ('"2017-03"', 12, "2017-03 takes effect in step 47, which begins at 2016.9167 (2017-03)"),
    ("2016.9167", 12, "2016.9167 takes effect in step 47, which begins at 2016.9167 (2017-03)"),
    ('"2017-03"', 4, "2017-03 takes effect in step 15, which begins at 2016.75 (2017-01)")])
def test_check_says_what_a_date_means(tmp_path, at, per_year, meaning):
    result = kumiai("check", scenario(tmp_path, at, per_year))
    assert result.returncode == 0, result.stderr
    assert f"s.cfg:3: {meaning}\n" in result.stdout


@pytest.mark.parametrize("at, word", [
    ('"2013-13"', "there is no month 13"), ('"2017-04"', "last step of the run begins at"),
    ('"2013-03"', "the run starts at 2013.0 (2013-04)"), ("2013-06", "written in quotes"),
    ('"June 2013"', 'a month such as "2020-06"')])
def test_a_date_that_cannot_be_is_one_sentence(tmp_path, at, word):
    result = kumiai("check", scenario(tmp_path, at, 12))
    assert result.returncode == 2 and word in result.stderr
    assert result.stderr.count("\n") == 1 and "s.cfg:3:" in result.stderr


def test_parameters_that_are_dates_take_months(tmp_path):
    path = scenario(tmp_path, "2014.0", 4)
    words = "--set", "relations.rupture_country=CN", "--set", "relations.rupture_year=2017-09"
    result = kumiai("check", *words, path)
    assert result.returncode == 2 and "relations.rupture_year (2017.42)" in result.stderr
