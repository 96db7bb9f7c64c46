# SPDX-License-Identifier: GPL-3.0-or-later
"""kumiai-export of a model of another field: columns have the names that the model declares, and ties without a
direction are edges without one."""

import json
from pathlib import Path

import igraph
import networkx
import pandas as pd
import pytest
from conftest import kumiai, query
from exports import ROOT, alive_pairs, export

YEAR = 2040
OF_ANOTHER_MODEL = {"donor_id", "partner_id", "donor", "partner", "sector", "name_local", "population"}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A run of teams, whose agents have neither names nor kinds."""
    path = tmp_path_factory.mktemp("team") / "r.db"
    done = kumiai("run", ROOT / "scenarios/gallery/team.cfg", "--reps", 1, "--detail", "full", "--set", "run.steps=60", "--out",
                  path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.mark.parametrize("form", ["csv", "graphml", "gexf", "spells", "rsiena", "goldfish"])
def test_columns_have_the_names_of_the_model(results, form, tmp_path):
    _, manifest = export(results, tmp_path / "x", "--format", form)
    names = {column["name"] for file in manifest["files"] for column in file.get("columns", ())}
    assert "kind" in names and not names & OF_ANOTHER_MODEL
    assert form in ("rsiena", "goldfish") or {"from_id", "to_id"} <= names


@pytest.mark.parametrize("form", ["rsiena", "goldfish"])
def test_files_of_both_sides_have_the_names_of_the_model(results, form, tmp_path):
    folder, _ = export(results, tmp_path / "x", "--format", form)
    names = {file.name for file in folder.glob("*.csv")}
    assert {name for name in names if name.endswith(("senders.csv", "receivers.csv"))}
    assert not {name for name in names if "donor" in name or "partner" in name}
    if form == "rsiena":
        ties = pd.read_csv(next(folder.glob("*_ties.csv")))
        assert list(ties.columns[:3]) == ["wave", "sender", "receiver"] and len(ties) > 20


def test_ends_are_explained_as_the_model_does(results, tmp_path):
    folder, _ = export(results, tmp_path / "s", "--format", "spells")
    edges = pd.read_csv(folder / "edge_spells.csv")
    assert (edges["tail"] == edges["from_id"] + 1).all() and (edges["head"] == edges["to_id"] + 1).all()
    [file] = [f for f in json.loads(Path(folder / "manifest.json").read_text(encoding="utf-8"))["files"]
              if f["file"] == "edge_spells.csv"]
    meaning = {column["name"]: column["meaning"] for column in file["columns"] if "meaning" in column}
    assert meaning["from_id"] == query(results, "SELECT doc FROM column_doc WHERE column_name = 'from_id'")[0][0]


def test_ties_without_a_direction_are_edges_without_one(results, tmp_path):
    wanted = alive_pairs(results, 1, YEAR, ("from_id", "to_id"))
    assert len(wanted) > 20
    folder, _ = export(results, tmp_path / "g", "--format", "graphml", "--at", YEAR)
    found = networkx.read_graphml(folder / f"team_run1_{YEAR}.graphml")
    assert not found.is_directed() and found.number_of_edges() == len(wanted)
    assert not igraph.Graph.Read_GraphML(str(folder / f"team_run1_{YEAR}.graphml")).is_directed()
    folder, _ = export(results, tmp_path / "x", "--format", "gexf")
    assert 'defaultedgetype="undirected"' in (folder / "team_run1.gexf").read_text(encoding="utf-8")
    assert set(pd.read_csv(folder / "team_run1_edges.csv")["Type"]) == {"Undirected"}
