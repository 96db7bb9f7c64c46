# SPDX-License-Identifier: GPL-3.0-or-later
"""Detail choices: what it adds to a results file, and that nothing else moves."""

import os
import sqlite3
import subprocess
from pathlib import Path

import pandas as pd
import pytest

KUMIAI = os.environ["KUMIAI"]
ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
BASELINE = ROOT / "scenarios" / "baseline.cfg"
TABLES = ("choice", "acceptance", "tie_risk", "donor_state", "partner_state")
SHORT = ("--set", "run.years=6", "--seed", "7")


def run(*arguments, status=0):
    """The standard error of a command that must end so."""
    result = subprocess.run([KUMIAI, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert result.returncode == status, result.stderr
    return result.stderr


def read(path, sql):
    with sqlite3.connect(path) as db:
        return pd.read_sql(sql, db)


def contents(path):
    """Every row of a results file but what tells of its making."""
    with sqlite3.connect(path) as db:
        names = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND"
                                              " name <> 'meta' ORDER BY name")]
        rows = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names}
        rows["run"] = db.execute("SELECT run_id, scenario_id, point_id, rep, seed, status, steps, state_digest,"
                                 " rows_digest FROM run").fetchall()
    return rows


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("choices")
    for detail in ("full", "choices"):
        run("run", BASELINE, *SHORT, "--reps", 2, "--detail", detail, "--out", folder / f"{detail}.db", "--quiet")
    return folder


@pytest.fixture(scope="module")
def tables(made):
    return {name: read(made / "choices.db", f"SELECT * FROM {name}") for name in (*TABLES, "tie", "refusal", "agent")}


def test_it_moves_nothing_else(made):
    full, choices = contents(made / "full.db"), contents(made / "choices.db")
    assert all(choices[name] and not full[name] for name in TABLES)
    assert [row[7] for row in full["run"]] == [row[7] for row in choices["run"]]  # digests of state
    for name in set(full) - {"run", *TABLES}:
        assert full[name] == choices[name], name
    assert run("verify", made / "choices.db", "--rerun", 2) == ""


def test_the_twin_of_paranoid_sees_no_difference(tmp_path):
    run("run", BASELINE, "--set", "run.years=2", "--paranoid", "--detail", "choices", "--out", tmp_path / "r.db",
        "--quiet")


def test_columns_explain_themselves(made):
    docs = read(made / "choices.db", "SELECT * FROM column_doc")
    for name in TABLES:
        columns = set(read(made / "choices.db", f"SELECT * FROM {name} LIMIT 1")) - {"run_id"}
        assert columns == set(docs[docs["table_name"] == name]["column_name"])
    weights = docs[docs["table_name"] == "choice"].set_index("column_name")["doc"].str.extract(r"weight (\S+)")[0]
    assert weights["match"] == "formation.match" and weights["strength"] == "formation.trust"
    assert weights["nobody"] == "formation.opt_out."


def test_an_opportunity_is_a_set_with_one_choice(tables):
    sets = tables["choice"].groupby(["run_id", "choice_id"])
    assert (sets["chosen"].sum() == 1).all() and (sets["nobody"].sum() == 1).all()
    assert (sets.size() >= 2).all() and (sets["donor_id"].nunique() == 1).all()
    assert not tables["choice"].duplicated(["run_id", "choice_id", "partner_id"]).any()
    nobody = tables["choice"][tables["choice"]["nobody"] == 1]
    assert nobody["partner_id"].isna().all() and (nobody.loc[:, "match":] == 0).all(axis=None)


def test_what_became_of_the_opportunities_adds_up(tables):
    """Every opportunity with an alternative ends as a refusal of its own reason, or as a tie."""
    refused = tables["refusal"].groupby(["run_id", "reason"])["count"].sum().unstack(fill_value=0)
    nobody = tables["choice"].query("chosen == 1 and nobody == 1").groupby("run_id").size()
    asked = tables["choice"].query("chosen == 1 and nobody == 0")[["run_id", "choice_id", "donor_id", "partner_id"]]
    answers = tables["acceptance"]
    assert (nobody == refused["not_chosen"]).all()
    assert (answers[answers["accepted"] == 0].groupby("run_id").size() == refused["partner_declined"]).all()
    same = answers.merge(asked, on=["run_id", "choice_id", "donor_id", "partner_id"], how="outer", indicator=True)
    assert (same["_merge"] == "both").all()
    founded = answers[answers["accepted"] == 1].groupby("run_id").size() - refused["veto"]
    met = tables["tie"].query("kind == 'cooperation' and not onset_censored").merge(
        answers[answers["accepted"] == 1].rename(columns={"time": "onset"}),
        on=["run_id", "donor_id", "partner_id", "onset"])
    assert (met.groupby("run_id")["tie_id"].nunique() == founded).all()  # a donor may ask twice in a step


def test_risk_rows_follow_the_lives_of_ties(tables):
    """A row for each step between onset and end; a tie that upkeep ends has its cause in the last."""
    risk = tables["tie_risk"].merge(tables["tie"][["run_id", "tie_id", "onset", "terminus", "terminus_censored", "cause"]],
                                    on=["run_id", "tie_id"], suffixes=("", "_tie"))
    assert len(risk) == len(tables["tie_risk"])
    assert (risk["time"] > risk["onset"] - 1e-9).all() and (risk["time"] <= risk["terminus"] + 1e-9).all()
    last = risk.sort_values("time").groupby(["run_id", "tie_id"]).tail(1)
    ended = last[last["cause"].notna()]
    assert len(ended) and (ended["cause"] == ended["cause_tie"]).all()
    assert not risk.drop(last.index)["cause"].notna().any()
    assert set(risk["years"].round(9)) == {0.25, 0.375}


def test_states_are_those_of_the_years_end(tables):
    alive = tables["tie"].query("kind == 'cooperation'")
    for name, end in (("donor_state", "donor_id"), ("partner_state", "partner_id")):
        state = tables[name]
        assert not state.duplicated(["run_id", "agent_id", "year"]).any()
        for year in (2013, 2018):
            at = alive[(alive["onset"] < year + 1) & ((alive["terminus"] >= year + 1) | (alive["terminus_censored"] == 1))]
            ties = at.groupby(["run_id", end]).size()
            seen = state[state["year"] == year].set_index(["run_id", "agent_id"])["ties"]
            assert seen[seen > 0].sort_index().to_dict() == ties.to_dict(), (name, year)


def test_output_tables_thins_it(made, tmp_path):
    some = ("run", BASELINE, *SHORT, "--reps", 2, "--set", "output.tables=choice,tie")
    assert "output.tables names choice, which is empty at detail full" in run(
        *some, "--detail", "full", "--out", tmp_path / "f.db", "--quiet")
    assert not len(read(tmp_path / "f.db", "SELECT * FROM choice"))
    assert run(*some, "--detail", "choices", "--out", tmp_path / "c.db", "--quiet") == ""
    thin, whole = contents(tmp_path / "c.db"), contents(made / "choices.db")
    assert thin["choice"] == whole["choice"] and thin["tie"] == whole["tie"]
    assert not thin["tie_risk"] and not thin["event"]


def test_a_wrong_word_is_told(tmp_path):
    assert "did you mean 'choices'?" in run("run", BASELINE, "--detail", "choice", "--out", tmp_path / "r.db", status=2)


def test_resume_refuses_another_detail(made, tmp_path):
    batch = ("run", BASELINE, *SHORT, "--reps", 2, "--out", made / "full.db", "--resume")
    assert "detail 'full'" in run(*batch, "--detail", "choices", status=2)


def test_shards_merge_to_the_whole(tmp_path):
    sweep = tmp_path / "s.cfg"
    sweep.write_text(f'scenario = "{BASELINE}"; sweep = {{ design = "random"; points = 2; factors = ('
                     ' { parameter = "formation.rate"; min = 0.05; max = 0.06; } ); };')
    common = ("sweep", sweep, "--set", "run.years=3", "--detail", "choices", "--quiet")
    run(*common, "--out", tmp_path / "whole.db")
    for part in (1, 2):
        run(*common, "--shard", f"{part}/2", "--out", tmp_path / f"{part}.db")
    run("merge", tmp_path / "m.db", tmp_path / "1.db", tmp_path / "2.db")
    merged = contents(tmp_path / "m.db")
    assert merged["choice"] and merged == contents(tmp_path / "whole.db")
    assert run("verify", tmp_path / "m.db") == ""


def test_threads_are_not_seen(made, tmp_path):
    run("run", BASELINE, *SHORT, "--reps", 2, "--detail", "choices", "--threads", 2, "--out", tmp_path / "r.db", "--quiet")
    assert contents(tmp_path / "r.db") == contents(made / "choices.db")


def test_a_fork_keeps_what_lies_before_it(made, tmp_path):
    (tmp_path / "policy.cfg").write_text(f'base = "{BASELINE}";\nformation = {{ rate = 0.0; }};\n')
    run("fork", BASELINE, tmp_path / "policy.cfg", "--at", 2016, *SHORT, "--reps", 1, "--detail", "choices",
        "--out", tmp_path / "f.db", "--quiet")
    trunk, fork = (read(tmp_path / "f.db", f"SELECT * FROM choice WHERE run_id = {k} ORDER BY rowid").drop(
        columns="run_id") for k in (1, 2))
    before = read(made / "choices.db", "SELECT * FROM choice WHERE run_id = 1 ORDER BY rowid").drop(columns="run_id")
    pd.testing.assert_frame_equal(trunk, before)
    pd.testing.assert_frame_equal(fork, before[before["time"] < 2016].reset_index(drop=True))
