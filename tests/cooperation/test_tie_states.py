# SPDX-License-Identifier: GPL-3.0-or-later
"""The course of each cooperation tie (table tie_state) against what the rest of the same run says."""

import os
import sqlite3
import subprocess
from pathlib import Path

import pandas as pd
import pytest

KUMIAI = os.environ.get("KUMIAI", "kumiai")
ROOT = Path(__file__).parents[2]
YEARS = 26
STAGES = ["friendship", "exchange", "trainees", "project", "programme"]


@pytest.fixture(name="tables", scope="module")
def _tables(tmp_path_factory):
    """{table: frame} of one replicate with all its rows."""
    out = tmp_path_factory.mktemp("states") / "r.db"
    subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "from_2000.cfg", "--out", out, "--detail",
                    "full", "--reps", "1", "--set", f"run.years={YEARS}"],
                   check=True, capture_output=True, timeout=100, stdin=subprocess.DEVNULL)
    with sqlite3.connect(out) as db:
        frames = {name: pd.read_sql(f"SELECT * FROM {name}", db)
                  for name in ("tie", "tie_state", "project", "series")}
    frames["tie"] = frames["tie"][frames["tie"]["kind"] == "cooperation"].set_index("tie_id")
    return frames


@pytest.fixture(name="states")
def _states(tables):
    """Rows of tie_state with the spell they belong to; stage as its rung."""
    states = tables["tie_state"].join(tables["tie"][["onset", "terminus", "stage"]].rename(
        columns={"stage": "last_stage"}), on="tie_id")
    for column in ("stage", "last_stage"):
        states[column] = states[column].map(STAGES.index)
    return states


def test_every_tie_is_told_of_from_its_onset_and_while_it_lives(tables, states):
    assert set(states["tie_id"]) == set(tables["tie"].index) and len(tables["tie"]) > 300
    assert not states.duplicated(["tie_id", "time"]).any()
    first = states.groupby("tie_id")["time"].min()
    assert first.equals(tables["tie"]["onset"].rename("time"))
    assert ((states["onset"] <= states["time"]) & (states["time"] < states["terminus"])).all()


def test_every_april_tells_all_that_live(tables, states):
    series = tables["series"].set_index("time")
    aprils = states[states["time"] % 1 == 0].groupby("time")
    assert len(aprils) == YEARS - (series.loc[2000.0, "ties_city_to_city"] == 0)
    for time, rows in aprils:
        live = series.loc[time, ["ties_city_to_city", "ties_regional"]].sum()
        assert len(rows) == live
        assert rows["trust"].mean() == pytest.approx(series.loc[time, "trust_mean"], rel=1e-12)


def test_stages_are_climbed_and_dated(tables, states):
    climbs = states.sort_values(["tie_id", "time"]).groupby("tie_id")
    assert (climbs["stage"].diff().dropna() >= 0).all()
    assert (climbs["institutionalised"].diff().dropna() >= 0).all()
    missed = climbs["last_stage"].first() - climbs["stage"].last()
    assert (missed >= 0).all() and (missed > 0).mean() < 0.05  # reached in the step of the end
    between = states[(states["time"] % 1 != 0) & (states["time"] != states["onset"])]
    before = climbs["stage"].shift()
    assert len(between) > 100 and (between["stage"] > before[between.index]).all()


def test_a_first_grant_dates_the_stage_of_a_project(tables, states):
    paid = tables["project"][tables["project"]["scheme"] != "own"]
    first = paid.groupby("tie_id")["start"].min()
    reached = states[states["stage"] >= STAGES.index("project")].groupby("tie_id")["time"].min()
    inherited = states.groupby("tie_id")["stage"].first() >= STAGES.index("project")
    ended_at_once = tables["tie"]["terminus"][first.index] == first
    own = first.index[~inherited[first.index] & ~ended_at_once]
    assert len(own) > 50
    assert reached[own].to_numpy() == pytest.approx(first[own].to_numpy())
