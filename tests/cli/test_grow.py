# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that grow by replicates, and one replicate alone."""

import pytest

from conftest import content, kumiai, query, write_scenario

RUN = 'model = "contagion"; run = { steps = 12; reps = 5; }; contagion = { agents = 50; %s };'


@pytest.fixture(name="scenarios")
def two_scenarios(tmp_path):
    for name, text in ("a", ""), ("b", "beta = 0.3;"):
        (tmp_path / f"{name}.cfg").write_text(RUN % text, encoding="utf-8")
    return ["run", tmp_path / "a.cfg", tmp_path / "b.cfg", "--quiet", "--out"]


def ok(*arguments):
    result = kumiai(*arguments)
    assert result.returncode == 0, result.stderr


def test_resume_with_more_replicates_is_the_whole_run(tmp_path, scenarios):
    whole, grown = tmp_path / "whole.db", tmp_path / "grown.db"
    ok(*scenarios, whole, "--reps", 7)
    for reps in 2, 5, 7:
        ok(*scenarios, grown, "--reps", reps, "--resume", "--threads", 2)
    assert content(grown) == content(whole)
    sql = "SELECT config, config_digest FROM scenario"
    assert query(grown, sql) == query(whole, sql)
    assert kumiai(*scenarios, grown, "--reps", 4, "--resume").returncode == 2
    assert kumiai(*scenarios, grown, "--reps", 9, "--seed", 9, "--resume").returncode == 2
    assert content(grown) == content(whole)


@pytest.mark.parametrize("rep", [0, 3])
def test_only_rep_has_the_bits_of_the_whole_run(tmp_path, scenarios, rep):
    whole, one = tmp_path / "whole.db", tmp_path / "one.db"
    ok(*scenarios, whole)
    ok(*scenarios, one, "--only-rep", rep)
    sql = ("SELECT scenario_id, rep, seed, status, state_digest, summary.* FROM run JOIN summary "
           "USING (run_id) WHERE rep = %d ORDER BY scenario_id" % rep)
    strip = [[v for i, v in enumerate(row) if i != 5] for row in query(whole, sql)]
    assert strip == [[v for i, v in enumerate(row) if i != 5] for row in query(one, sql)]
    assert query(one, "SELECT scenario_id, rep FROM run") == [(1, rep), (2, rep)]


@pytest.mark.parametrize("options, word", [
    (["--only-rep", 5], "the replicates of scenario 'a' are 0 to 4"),
    (["--only-rep", -1], "not a whole number from 0"),
    (["--only-rep", 1, "--resume"], "exclude each other"),
    (["--only-rep", 1, "--until", "infected_end:1"], "exclude each other")])
def test_only_rep_that_cannot_be(tmp_path, scenarios, options, word):
    result = kumiai(*scenarios, tmp_path / "r.db", *options)
    assert result.returncode == 2 and word in result.stderr
    assert not (tmp_path / "r.db").exists()


def test_resume_of_a_grown_file_names_what_differs(tmp_path):
    file = write_scenario(tmp_path / "a.cfg", run={"steps": 3, "steps_per_year": 1, "reps": 3})
    command = ["run", file, "--out", tmp_path / "r.db"]
    assert kumiai(*command).returncode == 0
    assert kumiai(*command, "--resume", "--reps", 6).returncode == 0
    said = kumiai(*command, "--resume")
    assert said.returncode == 2 and "its batch has 6 replicates, this command has 3; --reps 6 or more" in said.stderr
    for reps in (6, 9):
        said = kumiai(*command, "--resume", "--reps", reps, "--set", "contagion.beta=0.9")
        assert said.returncode == 2 and "this command has 'beta = 0.9;'" in said.stderr
