# SPDX-License-Identifier: GPL-3.0-or-later
"""The results file of a model of another field has what that model declares, and no word of the cooperation model's."""

import sys
from pathlib import Path

import pytest
from conftest import kumiai, query

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "house"))
from domain import words_in  # noqa: E402  # beside the test of the sources, which looks for the same words

ENGINE = {"meta", "scenario", "setting", "point", "point_value", "run", "summary", "series", "agent", "table_doc",
          "column_doc", "cause_doc", "parameter_doc", "factor", "wave", "wave_again", "block_point", "run_draw", "draw",
          "draw_value", "draw_kept"}
OWN = {**dict.fromkeys(("none", "sir", "voter", "schelling", "boltzmann", "contagion"), set()), "team": {"tie"}}


@pytest.fixture(params=OWN)
def results(request, scenario, tmp_path):
    path = scenario("other", request.param, run={"steps": 3})
    done = kumiai("run", path, "--reps", 1, "--detail", "full", "--out", tmp_path / "r.db")
    assert done.returncode == 0, done.stderr
    return request.param, tmp_path / "r.db"


def test_no_word_of_the_cooperation_model(results):
    _, path = results
    texts = query(path, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    texts += query(path, "SELECT name || ' ' || coalesce(role, '') || ' ' || doc FROM table_doc")
    texts += query(path, "SELECT column_name || ' ' || coalesce(unit, '') || ' ' || coalesce(doc, '') FROM column_doc")
    texts += query(path, "SELECT parameter || ' ' || coalesce(unit, '') || ' ' || coalesce(doc, '') FROM parameter_doc")
    texts += query(path, "SELECT key FROM meta")
    assert len(texts) > 20
    assert {text: words_in(text) for (text,) in texts if words_in(text)} == {}


def test_the_tables_are_those_of_the_engine_and_of_the_model(results):
    model, path = results
    tables = {name for (name,) in query(path, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == ENGINE | OWN[model]
    assert {name for (name,) in query(path, "SELECT name FROM table_doc")} == OWN[model]
    assert [name for (name,) in query(path, "SELECT name FROM pragma_table_info('agent')")] == [
        "scenario_id", "agent_id", "kind", "code", "name"]


def test_spells_tell_their_parts(scenario, tmp_path):
    """Of ties without a direction."""
    path = scenario("teams", "team", run={"steps": 3})
    assert kumiai("run", path, "--reps", 1, "--detail", "full", "--out", tmp_path / "r.db").returncode == 0
    assert query(tmp_path / "r.db", "SELECT name, role FROM table_doc") == [("tie", "spells")]
    parts = query(tmp_path / "r.db", "SELECT column_name, part FROM column_doc WHERE table_name = 'tie' ORDER BY rowid")
    assert parts == [("tie_id", "id"), ("kind", "kind"), ("from_id", "end"), ("to_id", "other_end"), ("stage", "stage"),
                     ("onset", "onset"), ("terminus", "terminus"), ("onset_censored", "onset_censored"),
                     ("terminus_censored", "terminus_censored"), ("cause", "cause")]
    assert query(tmp_path / "r.db", "SELECT count(*) FROM tie")[0][0] > 0
