# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/compare.py --agent: what one agent did, by what a file says of its tables.

Run: /usr/bin/python3 -m pytest tests/scripts/test_compare_agent.py
"""

import sqlite3
from contextlib import closing

import pandas as pd
import pytest
from conftest import called, refused
from results_files import START, YEARS, build

from kumiai import one_agent, results


def measured(path, agent, tmp_path, *options):
    """Rows of --csv by scenario and measure."""
    result = called("compare.py", path, "--agent", agent, "--csv", tmp_path / "of.csv", *options)
    assert result.returncode == 0, result.stderr
    return pd.read_csv(tmp_path / "of.csv").set_index(["scenario", "metric"]), result


def spells_of(path, agent):
    with closing(sqlite3.connect(path)) as db:
        return pd.read_sql_query("SELECT name AS scenario, rep, mode, onset, terminus, onset_censored, terminus_censored FROM tie "
                                 "JOIN run USING (run_id) JOIN scenario USING (scenario_id) WHERE ? IN (donor_id, partner_id) "
                                 "AND status = 'ok'", db, params=(agent,))


@pytest.mark.parametrize("agent, number, mode", [("A4", 4, "regional"), ("yokohama", 2, "city_to_city"),
                                                 ("Surabaya", 12, "city_to_city")])
def test_ties_of_one_agent_are_counted(tmp_path, agent, number, mode):
    path = build(tmp_path / "a.db", reps=6)
    frame, _ = measured(path, agent, tmp_path)
    ties = spells_of(path, number)
    ties = ties[ties["mode"] == mode]
    within = ties["terminus"].clip(upper=START + YEARS) - ties["onset"].where(ties["onset_censored"] == 0, START).clip(lower=START)
    words = mode.replace("_", " ")
    for scenario, of in ties.groupby("scenario"):
        own = {"formed": ((of["onset"] >= START) & (of["onset_censored"] == 0)).sum(), "at the end": of["terminus_censored"].sum(),
               "ended": (of["terminus_censored"] == 0).sum(), "at a time": within[of.index].clip(lower=0).sum() / YEARS}
        for what, total in own.items():
            assert frame.loc[(scenario, f"{words} ties {what}"), "mean"] == pytest.approx(total / 6), what
    assert (frame.loc["jica_half", "pairs"] == 6).all()


def test_one_year_and_projects(tmp_path):
    path = build(tmp_path / "a.db", reps=6)
    frame, result = measured(path, "A4", tmp_path, "--at", 2010, "--metrics", "regional ties at the end,projects started")
    ties = spells_of(path, 4)
    there = ties[(ties["onset"] < 2011) & ((ties["terminus"] >= 2011) | (ties["terminus_censored"] == 1))]
    assert frame["mean"].xs("regional ties at the end", level=1).mul(6).to_dict() == \
        pytest.approx(there.groupby("scenario").size().reindex(["baseline", "jica_half"], fill_value=0).to_dict())
    with closing(sqlite3.connect(path)) as db:
        [(begun,)] = db.execute("SELECT count(*) FROM project WHERE donor_id = 4 AND start >= 2010 AND start < 2011")
    assert frame["mean"].xs("projects started", level=1).sum() * 6 == pytest.approx(begun)
    assert "regional ties at the end" in result.stdout


def test_a_stranger_is_refused_with_the_nearest_names(tmp_path):
    path = build(tmp_path / "a.db")
    assert refused(called("compare.py", path, "--agent", "Yokohma"), 2, "no agent 'Yokohma'; did you mean 'Yokohama'")
    assert refused(called("compare.py", path, "--agent", "zzz"), 2, "no agent 'zzz' (by code or name)")
    assert refused(called("compare.py", path, "--agent", ""), 2, "empty")
    assert refused(called("compare.py", path, "--agent", "A4", "--at", "1990"), 2, "covers 2000 to 2039, not 1990")
    assert refused(called("compare.py", path, "--agent", "A4", "--metrics", "x"), 2, "no measure 'x'", "regional ties formed")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE agent SET name = 'Yokohama' WHERE agent_id = 3")
    assert refused(called("compare.py", path, "--agent", "Yokohama"), 2, "2 agents are called 'Yokohama'", "A2, A3")


def test_a_low_detail_names_the_one_that_is_needed(tmp_path):
    result = called("compare.py", build(tmp_path / "s.db", detail="series"), "--agent", "A4")
    assert result.returncode == 2 and "--detail full" in result.stderr.splitlines()[-1] and "Traceback" not in result.stderr


def test_tables_are_found_by_their_roles(tmp_path):
    """Of a model with other names: spells, episodes and states as table_doc tells them."""
    path = build(tmp_path / "a.db", reps=5)
    before, _ = measured(path, "A4", tmp_path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE table_doc(name, role, doc)")
        db.execute("ALTER TABLE column_doc ADD COLUMN part")
        for sql in ("ALTER TABLE tie RENAME TO loan", "ALTER TABLE loan RENAME COLUMN donor_id TO lender_id",
                    "ALTER TABLE loan RENAME COLUMN partner_id TO borrower_id", "ALTER TABLE project RENAME TO visit",
                    "ALTER TABLE visit RENAME COLUMN donor_id TO lender_id",
                    "ALTER TABLE visit RENAME COLUMN partner_id TO borrower_id",
                    "CREATE TABLE mood(run_id INTEGER, agent_id INTEGER, time REAL, cheer REAL)"):
            db.execute(sql)
        db.executemany("INSERT INTO table_doc VALUES (?, ?, ?)", [
            ("loan", "spells", ""), ("visit", "episodes", ""), ("mood", "states", "How they feel (detail choices)")])
        db.execute("DELETE FROM column_doc WHERE table_name IN ('tie', 'project')")
    scenarios, _ = results.load(path)
    frame, _, lacking = one_agent.measures(scenarios[0], "A4")
    assert frame["regional ties formed"].mean() == before.loc[("baseline", "regional ties formed"), "mean"]
    assert frame["visits started"].mean() == before.loc[("baseline", "projects started"), "mean"]
    assert lacking == ["baseline: how an agent stands (mood) is kept at --detail choices"]
    with closing(sqlite3.connect(path)) as db, db:
        db.executemany("INSERT INTO mood VALUES (?, 4, ?, ?)", [
            (run, time, 10 * run + time) for run in scenarios[0].runs.index for time in (2001, 2002, 2003)])
    frame, _, lacking = one_agent.measures(scenarios[0], "A4", 2002)
    assert frame["cheer"].tolist() == [10 * run + 2002 for run in scenarios[0].runs.index] and not lacking
