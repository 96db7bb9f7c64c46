# SPDX-License-Identifier: GPL-3.0-or-later
"""--columns and output.columns: columns of the state in tables state_<population>."""

import pytest

from conftest import columns, kumiai, query, sound, write_scenario

STEPS, AGENTS = 25, 40


@pytest.fixture
def walk(tmp_path):
    """A scenario of the walk on the line."""
    return write_scenario(tmp_path / "walk.cfg", "none", run={"steps": STEPS, "steps_per_year": 1},
                          none={"agents": AGENTS, "right": 0.7})


def ok(*arguments):
    """Runs a command that must succeed."""
    result = kumiai(*arguments)
    assert result.returncode == 0, result.stderr
    return result


def test_states_before_the_first_step_and_every_so_many(walk, tmp_path):
    out = tmp_path / "r.db"
    ok("run", walk, "--out", out, "--reps", 2, "--columns", "place", "--every", 10)
    assert columns(out, "state_agent") == ["run_id", "step", "time", "row", "place"]
    assert query(out, "SELECT run_id, step, count(*), count(DISTINCT row) FROM state_agent "
                      "GROUP BY run_id, step ORDER BY 1, 2") == [
        (run, step, AGENTS, AGENTS) for run in (1, 2) for step in (0, 10, 20)]
    assert query(out, "SELECT DISTINCT place FROM state_agent WHERE step = 0") == [(0,)]
    assert query(out, "SELECT DISTINCT time - step FROM state_agent") == [(2000,)]
    assert sound(out)
    ok("verify", out, "--rerun", 2)


def test_the_mean_of_the_rows_is_the_metric(walk, tmp_path):
    out = tmp_path / "r.db"
    ok("run", walk, "--out", out, "--columns", "all")
    means = query(out, "SELECT step, time, avg(place) FROM state_agent GROUP BY step ORDER BY step")
    series = query(out, "SELECT step + 1, time + 1, place_mean FROM series ORDER BY step")  # which begin, not end
    assert means == series and len(means) == 1 + STEPS


def test_nothing_else_moves(walk, tmp_path):
    ok("run", walk, "--out", tmp_path / "a.db", "--detail", "full")
    ok("run", walk, "--out", tmp_path / "b.db", "--columns", "place")
    for sql in ("SELECT * FROM series", "SELECT * FROM summary", "SELECT state_digest FROM run",
                "SELECT config_digest FROM scenario"):
        assert query(tmp_path / "a.db", sql) == query(tmp_path / "b.db", sql)
    assert not query(tmp_path / "a.db", "SELECT 1 FROM sqlite_master WHERE name = 'state_agent'")


def test_a_file_that_says_it_is_resumed_with_it(walk, tmp_path):
    walk.write_text(walk.read_text() + 'output = { detail = "full"; columns = [ "place" ]; every = 5; };\n')
    whole, resumed = tmp_path / "whole.db", tmp_path / "resumed.db"
    ok("run", walk, "--out", whole, "--reps", 3)
    ok("run", walk, "--out", resumed, "--reps", 1)
    ok("run", walk, "--out", resumed, "--reps", 3, "--resume")
    sql = "SELECT * FROM state_agent ORDER BY 1, 2, 4"
    assert query(resumed, sql) == query(whole, sql) != []


def test_a_fork_at_the_start_has_the_first_states_once(walk, tmp_path):
    """The policy goes on from a checkpoint of before the first step, which has them."""
    policy, out = tmp_path / "policy.cfg", tmp_path / "r.db"
    policy.write_text(f'base = "{walk.name}";\n', encoding="utf-8")
    ok("fork", walk, policy, "--at", "2000", "--out", out, "--columns", "place", "--reps", 2)
    rows = query(out, "SELECT run_id, count(*) FROM state_agent WHERE step = 0 GROUP BY run_id")
    assert len(rows) >= 2 and {count for _, count in rows} == {AGENTS}
    starts = query(out, "SELECT run_id, time, place_mean FROM series WHERE step = -1")
    assert starts == [(run, 1999, 0) for run, _ in rows]


@pytest.mark.parametrize("arguments, words", [
    (("--columns", "plaxe"), 'output.columns: model none has no column or network "plaxe"; did you mean "place"?'),
    (("--every", "5"), "--every: --columns NAME,... is missing"),
    (("--columns", "place", "--every", "0"), "--every"),
])
def test_what_there_is_not_is_refused(walk, tmp_path, arguments, words):
    result = kumiai("run", walk, "--out", tmp_path / "r.db", *arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert not (tmp_path / "r.db").exists()


@pytest.mark.parametrize("model, name, words", [
    ("saom", "gain", "gain of model saom is no network or column of a population with one number a row\n"),
    ("team", "ties", "ties of model team is no network or column of a population with one number a row, but spells; those "
                     "that the model records are a results table anyway"),
])
def test_what_is_no_column_or_network_is_refused(tmp_path, model, name, words):
    scenario = write_scenario(tmp_path / "scenario.cfg", model, run={"steps": 4})
    result = kumiai("run", scenario, "--out", tmp_path / "r.db", "--columns", name)
    assert result.returncode == 2 and f"output.columns: {words}" in result.stderr, result.stderr


def test_a_directed_network(tmp_path):
    """Between two populations: tests/scripts/test_two_modes.py."""
    scenario, out = write_scenario(tmp_path / "scenario.cfg", "saom", run={"steps": 8}, saom={"reciprocity": 2}), tmp_path / "r.db"
    ok("run", scenario, "--out", out, "--columns", "made,type", "--every", 2, "--paranoid")
    assert columns(out, "state_made") == ["run_id", "step", "time", "tail", "head"]
    assert query(out, "SELECT name, role FROM table_doc ORDER BY 1") == [("state_actor", "states"), ("state_made", "arcs")]
    assert query(out, "SELECT run_id, step - 1, count(*) / 30.0 FROM state_made GROUP BY 1, 2 ORDER BY 1, 2") == \
        query(out, "SELECT run_id, step, degree FROM series WHERE step % 2 = 1 ORDER BY 1, 2")  # which begin, not end
    assert query(out, "SELECT count(*) FROM (SELECT DISTINCT run_id, step, tail, head FROM state_made)") == \
        query(out, "SELECT count(*) FROM state_made WHERE tail <> head")
    mutual = "SELECT avg(EXISTS (SELECT 1 FROM state_made AS b WHERE b.run_id = a.run_id AND b.step = a.step AND " \
        "b.tail = a.head AND b.head = a.tail)) FROM state_made AS a GROUP BY run_id, step ORDER BY run_id, step"
    series = query(out, "SELECT reciprocity FROM series WHERE step % 2 = 1 ORDER BY run_id, step")
    assert query(out, mutual) == pytest.approx(series) and len(series) > 3
    ok("verify", out, "--rerun", 1)


def test_an_undirected_network_has_each_tie_once(tmp_path):
    flu, out = write_scenario(tmp_path / "flu.cfg", run={"steps": 4}, contagion={"agents": 100, "rewire": 0}), tmp_path / "r.db"
    ok("run", flu, "--out", out, "--reps", 1, "--columns", "graph", "--every", 4)
    assert columns(out, "state_graph") == ["run_id", "step", "time", "row", "other_row"]
    before, after = (query(out, f"SELECT row, other_row FROM state_graph WHERE step = {step}") for step in (0, 4))
    assert before and set(before) == set(after) and len(set(before)) == len(before) == len(after)
    assert all(row < other < 100 for row, other in before)


def test_a_detail_that_keeps_no_rows_is_told(walk, tmp_path):
    result = ok("run", walk, "--out", tmp_path / "r.db", "--columns", "place", "--detail", "series")
    assert "warning: output.columns has no effect at detail series" in result.stderr


def test_populations_have_tables_of_their_own(tmp_path):
    flu, out = write_scenario(tmp_path / "flu.cfg", run={"steps": 4}, contagion={"agents": 100}), tmp_path / "r.db"
    ok("run", flu, "--out", out, "--columns", "infected", "--paranoid", "--threads", 2)
    assert query(out, "SELECT sum(infected) FROM state_agent GROUP BY step ORDER BY step") == \
        query(out, "SELECT infected FROM series ORDER BY step")
