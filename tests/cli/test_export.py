# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai export`: every format is opened by a program that reads it, and counted against SQL."""

import csv
import json
import os
import resource
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import igraph
import networkx
import pandas as pd
import pytest
from conftest import columns, kumiai, query, write_scenario

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
YEARS = 4
ALIVE = "onset < ? + 1 AND (terminus >= ? + 1 OR terminus_censored)"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Two scenarios of the cooperation model and one of contagion, two replicates, all detail."""
    folder = tmp_path_factory.mktemp("results")
    files = [ROOT / "scenarios" / "baseline.cfg", ROOT / "scenarios" / "jica_half.cfg",
             write_scenario(folder / "flu.cfg", run={"steps": 5}, contagion={"agents": 100})]
    done = kumiai("run", *files, "--reps", 2, "--detail", "full", "--out", folder / "r.db",
                  "--set", f"run.years={YEARS}")
    assert done.returncode == 0, done.stderr
    return folder / "r.db"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A sweep of the contagion model in the detail that is usual for sweeps, with a failed run."""
    folder = tmp_path_factory.mktemp("bare")
    write_scenario(folder / "flu.cfg", run={"steps": 5}, contagion={"agents": 100})
    (folder / "sweep.cfg").write_text(
        'scenario = "flu.cfg"; sweep = { design = "factorial"; reps = 2; factors = ('
        '{ parameter = "contagion.beta"; levels = [0.1, 0.3]; },'
        '{ parameter = "contagion.rewire"; levels = [0.0, 0.5, 1.0]; } ); };', encoding="utf-8")
    done = kumiai("sweep", folder / "sweep.cfg", "--out", folder / "s.db")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(folder / "s.db")) as db:
        db.execute("UPDATE run SET status = 'failed', note = 'a \"quoted\", reason' WHERE run_id = 2")
        db.execute("DELETE FROM summary WHERE run_id = 2")
        db.commit()
    return folder / "s.db"


def export(path, to, *arguments):
    """Exports without complaint; returns the folder and its manifest."""
    done = kumiai("export", path, "--to", to, *arguments)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((to / "manifest.json").read_text(encoding="utf-8"))
    written = {f.name for f in to.iterdir()}
    assert written == {f["file"] for f in manifest["files"]} | {"manifest.json"}
    return to, manifest


def refused(path, to, code, *arguments, words=()):
    """Refused with one sentence that holds the words; nothing is written."""
    before = sorted(to.parent.iterdir()) if to.parent.is_dir() else []
    done = kumiai("export", path, "--to", to, *arguments)
    assert done.returncode == code and done.stdout == "", done.stderr
    for word in words:
        assert word in done.stderr
    assert done.stderr.count("\n") == 1
    assert (sorted(to.parent.iterdir()) if to.parent.is_dir() else []) == before
    return True


def count(path, sql, *parameters):
    """First cell of a query."""
    return query(path, sql, parameters)[0][0]


# ---- tables ----

TABLES = {"series": "series", "summary": "summary", "ties": "tie", "projects": "project",
          "agents": "agent", "refusals": "refusal", "ledger": "ledger", "events": "event"}


@pytest.fixture(scope="module")
def tidy(results, tmp_path_factory):
    """The tables of the results, exported once."""
    return export(results, tmp_path_factory.mktemp("csv") / "csv")


def test_tables_are_those_of_the_file(results, tidy):
    folder, manifest = tidy
    rows = {f["file"]: f["rows"] for f in manifest["files"]}
    for file, table in TABLES.items():
        read = pd.read_csv(folder / f"{file}.csv", low_memory=False)
        assert list(read.columns) == columns(results, table)
        assert len(read) == rows[f"{file}.csv"] == count(results, f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize("file", ["summary", "series", "ties", "agents", "projects"])
def test_cells_read_back_to_the_same_bits(results, tidy, file):
    with open(tidy[0] / f"{file}.csv", newline="", encoding="utf-8") as stream:
        read = list(csv.reader(stream))[1:]
    for row, stored in zip(read, query(results, f"SELECT * FROM {TABLES[file]}"), strict=True):
        for text, value in zip(row, stored, strict=True):
            assert text == "" if value is None else type(value)(text) == value


def test_runs_name_their_scenario(results, tidy):
    runs = pd.read_csv(tidy[0] / "runs.csv")
    assert runs["scenario"].tolist() == ["baseline"] * 2 + ["jica_half"] * 2 + ["flu"] * 2
    assert runs["state_digest"].tolist() == [d for (d,) in query(results, "SELECT state_digest FROM run")]


def test_manifest_tells_units_seeds_build_and_queries(results, tidy):
    _, manifest = tidy
    meta = {row["key"]: row["value"] for row in manifest["results"]["meta"]}
    assert meta["build_id"] == count(results, "SELECT value FROM meta WHERE key = 'build_id'")
    assert [s["config_digest"] for s in manifest["scenarios"]] == \
        [d for (d,) in query(results, "SELECT config_digest FROM scenario")]
    assert [r["seed"] for r in manifest["runs"]] == [s for (s,) in query(results, "SELECT seed FROM run")]
    told = {f["file"]: {c["name"]: c for c in f["columns"]} for f in manifest["files"]}
    for name, unit, doc in query(results, "SELECT column_name, unit, doc FROM column_doc"
                                          " WHERE table_name = 'summary'"):
        assert told["summary.csv"][name]["meaning"] == doc
        assert told["summary.csv"][name].get("unit", "") == unit
    for file in manifest["files"]:
        assert len(query(results, file["query"])) == file["rows"]


def test_every_column_is_told(tidy):
    for file in tidy[1]["files"]:
        assert [c["name"] for c in file["columns"] if not c.get("meaning")] == [], file["file"]


def test_points_of_a_sweep_stand_with_the_runs(bare, tmp_path):
    folder, manifest = export(bare, tmp_path / "csv")
    runs = pd.read_csv(folder / "runs.csv")
    assert len(runs) == 12 and runs.loc[1, "note"] == 'a "quoted", reason'
    for parameter in ("contagion.beta", "contagion.rewire"):
        wanted = query(bare, "SELECT value FROM run JOIN point_value USING (point_id)"
                             " WHERE parameter = ? ORDER BY run_id", (parameter,))
        assert runs[parameter].tolist() == [v for (v,) in wanted]
    assert [f["parameter"] for f in manifest["factors"]] == ["contagion.beta", "contagion.rewire"]
    assert len(pd.read_csv(folder / "summary.csv")) == 11
    assert len(pd.read_csv(folder / "ties.csv")) == 0 and "--detail summary" in manifest["note"]


def test_some_runs_alone(results, tmp_path):
    folder, _ = export(results, tmp_path / "a", "--rep", 1)
    assert pd.read_csv(folder / "runs.csv")["run_id"].tolist() == [2, 4, 6]
    assert set(pd.read_csv(folder / "ties.csv")["run_id"]) == {2, 4}
    folder, _ = export(results, tmp_path / "b", "--run", 3, "--run", 3)
    assert pd.read_csv(folder / "series.csv")["run_id"].unique().tolist() == [3]


# ---- networks ----


def test_graphml_is_the_network_of_the_year(results, tmp_path):
    folder, manifest = export(results, tmp_path / "g", "--format", "graphml", "--rep", 1, "--at", 2001,
                              "--at", 2003)
    assert "flu" in manifest["note"] and len(manifest["files"]) == 4
    for scenario, run, year in (("baseline", 2, 2001), ("jica_half", 4, 2003)):
        file = folder / f"{scenario}_run{run}_{year}.graphml"
        read, again = igraph.Graph.Read_GraphML(str(file)), networkx.read_graphml(file)
        wanted = query(results, "SELECT tie_id, donor_id, partner_id, kind, mode, onset FROM tie"
                                f" WHERE run_id = ? AND {ALIVE} ORDER BY tie_id", (run, year, year))
        assert read.is_directed() and read.ecount() == again.number_of_edges() == len(wanted)
        agent = read.vs["agent_id"]
        assert [(e["tie_id"], agent[e.source], agent[e.target], e["kind"], e["mode"] or None, e["onset"])
                for e in read.es] == wanted
        assert (again.graph["year"], again.graph["run_id"], again.graph["scenario"]) == \
            (year, run, scenario)


def test_graphml_nodes_are_those_that_are_ever_tied(results, tmp_path):
    one, _ = export(results, tmp_path / "one", "--format", "graphml", "--run", 1, "--at", 2000,
                    "--kind", "cooperation")
    everybody, _ = export(results, tmp_path / "all", "--format", "graphml", "--run", 1, "--at", 2000,
                          "--all-agents")
    tied = count(results, "SELECT count(*) FROM (SELECT donor_id FROM tie WHERE run_id = 1 AND kind ="
                          " 'cooperation' UNION SELECT partner_id FROM tie WHERE run_id = 1 AND kind ="
                          " 'cooperation')")
    read = igraph.Graph.Read_GraphML(str(one / "baseline_run1_2000.graphml"))
    assert read.vcount() == tied and set(read.es["kind"]) == {"cooperation"}
    read = networkx.read_graphml(everybody / "baseline_run1_2000.graphml")
    wanted = query(results, "SELECT agent_id, kind, name, name_local, lat, population FROM agent"
                            " WHERE scenario_id = 1")
    assert [(n["agent_id"], n["kind"], n["name"], n.get("name_local"), n.get("lat"), n.get("population"))
            for _, n in read.nodes(data=True)] == wanted


def test_a_year_for_each_file_without_at(results, tmp_path):
    folder, manifest = export(results, tmp_path / "g", "--format", "graphml", "--kind", "cooperation")
    assert len(manifest["files"]) == 2 * YEARS and "--run and --rep" in manifest["note"]
    assert (folder / f"jica_half_run3_{2000 + YEARS - 1}.graphml").exists()


def test_names_that_xml_cannot_hold(results, tmp_path):
    odd = 'A <b> & "c" \x01 ]]> 北九州'
    with closing(sqlite3.connect(results)) as source, closing(sqlite3.connect(tmp_path / "r.db")) as db:
        source.backup(db)
        db.execute("UPDATE agent SET name = ? WHERE agent_id = 1", (odd,))
        db.execute("UPDATE scenario SET name = '../odd name' WHERE scenario_id = 1")
        db.commit()
    folder, _ = export(tmp_path / "r.db", tmp_path / "g", "--format", "graphml", "--run", 1, "--at", 2000,
                       "--all-agents")
    read = igraph.Graph.Read_GraphML(str(folder / "_._odd_name_run1_2000.graphml"))
    assert odd.replace("\x01", "\ufffd") in read.vs["name"] and read["scenario"] == "../odd name"


# ---- spells ----

FIRST_FUNDER = ("SELECT (SELECT scheme FROM project WHERE project.run_id = tie.run_id AND project.tie_id ="
                " tie.tie_id ORDER BY start LIMIT 1) FROM tie ORDER BY run_id, tie_id")
SPELL = ["onset", "terminus", "tail", "head", "onset.censored", "terminus.censored", "duration", "edge.id"]


def test_spells_are_the_ties(results, tmp_path):
    folder, _ = export(results, tmp_path / "s", "--format", "spells")
    read = pd.read_csv(folder / "edge_spells.csv", low_memory=False)
    stored = pd.DataFrame(query(results, "SELECT * FROM tie ORDER BY run_id, tie_id"),
                          columns=columns(results, "tie"))
    assert list(read.columns[:8]) == SPELL and len(read) == len(stored)
    for column in ("run_id", "tie_id", "donor_id", "partner_id", "onset", "terminus", "kind"):
        assert (read[column] == stored[column]).all(), column
    for column in ("mode", "cause"):
        assert read[column].fillna("").tolist() == stored[column].fillna("").tolist()
    assert read["funder"].fillna("").tolist() == [f or "" for (f,) in query(results, FIRST_FUNDER)]
    assert read["funder"].nunique() > 1
    assert (read["tail"] == read["donor_id"] + 1).all() and (read["duration"] > 0).all()
    pairs = read.groupby("run_id").apply(lambda r: r.groupby(["kind", "tail", "head"]).ngroups)
    assert read.groupby("run_id")["edge.id"].agg(["min", "max", "nunique"]).to_numpy().tolist() == \
        [[1, n, n] for n in pairs]
    vertices = pd.read_csv(folder / "vertex_spells.csv", low_memory=False)
    assert len(vertices) == 4 * count(results, "SELECT count(*) FROM agent WHERE scenario_id = 1")
    assert set(vertices["onset"]) == {2000} and set(vertices["terminus"]) == {2000 + YEARS}


def test_agents_are_there_between_their_events(results, tmp_path):
    names = ("--enter", "cooperative_founded", "--leave", "cooperative_dissolved", "--leave", "merger")
    folder, _ = export(results, tmp_path / "s", "--format", "spells", "--run", 1, *names)
    read = pd.read_csv(folder / "vertex_spells.csv", low_memory=False).set_index("agent_id")
    entered = dict(query(results, "SELECT subject_id, min(time) FROM event WHERE run_id = 1 AND kind ="
                                  " 'cooperative_founded' GROUP BY subject_id"))
    gone = dict(query(results, "SELECT subject_id, max(time) FROM event WHERE run_id = 1 AND kind IN"
                               " ('cooperative_dissolved', 'merger') GROUP BY subject_id"))
    assert entered and gone
    assert read.loc[read["onset.censored"] == 0, "onset"].to_dict() == entered
    assert read.loc[read["terminus.censored"] == 0, "terminus"].to_dict() == gone
    folder, _ = export(results, tmp_path / "g", "--format", "goldfish", "--run", 1, *names)
    nodes = pd.read_csv(folder / "baseline_run1_nodes.csv").set_index("agent_id")
    changes = pd.read_csv(folder / "baseline_run1_presence.csv")
    assert set(nodes.index[~nodes["present"]]) == set(entered) & set(nodes.index)
    leaves = changes[~changes["replace"]].set_index("node")["time"].to_dict()
    assert leaves == {f"n{a}": t for a, t in gone.items() if a in nodes.index} and leaves
    folder, _ = export(results, tmp_path / "r", "--format", "rsiena", "--run", 1, *names)
    partners = pd.read_csv(folder / "baseline_run1_membership_partners.csv").set_index("agent_id")
    for agent, row in partners.iterrows():
        there = [wave for wave in range(1, YEARS + 1)
                 if entered.get(agent, 0) < 2000 + wave <= gone.get(agent, 9999)]
        assert (row["from"], row["to"]) == (there[0], there[-1]) or not there
    folder, _ = export(results, tmp_path / "n", "--format", "graphml", "--run", 1, "--at", 2000, *names)
    read = networkx.read_graphml(folder / "baseline_run1_2000.graphml")
    assert {n["agent_id"]: n["gone"] for _, n in read.nodes(data=True) if "gone" in n} == \
        {a: t for a, t in gone.items() if a in nodes.index}
    assert refused(results, tmp_path / "x", 2, "--format", "spells", "--enter", "birth",
                   words=["no event of kind 'birth'"])


# ---- dynamic networks ----


def read_gexf(path):
    """By networkx, whose version in Debian 12 knows GEXF up to 1.2: 1.3 reads alike."""
    text = path.read_text(encoding="utf-8")
    assert '<gexf xmlns="http://gexf.net/1.3" version="1.3">' in text
    path.write_text(text.replace("http://gexf.net/1.3", "http://www.gexf.net/1.2draft"), encoding="utf-8")
    return networkx.read_gexf(path)


def test_gexf_has_a_spell_for_each_tie(results, tmp_path):
    folder, _ = export(results, tmp_path / "g", "--format", "gexf", "--run", 3)
    read = read_gexf(folder / "jica_half_run3.gexf")
    found = sorted((data["label"], read.nodes[a]["agent_id"], read.nodes[b]["agent_id"], start, end, tie)
                   for a, b, data in read.edges(data=True)
                   for (start, end), (tie, *_) in zip(data["spells"], data["tie_id"], strict=True))
    wanted = query(results, "SELECT kind, donor_id, partner_id, onset, terminus, tie_id FROM tie"
                            " WHERE run_id = 3 ORDER BY 1, 2, 3, 4, 5, 6")
    assert [(k, a, b, float(s), float(e), t) for k, a, b, s, e, t in found] == wanted
    assert read.number_of_nodes() == count(
        results, "SELECT count(*) FROM (SELECT donor_id FROM tie WHERE run_id = 3 UNION"
                 " SELECT partner_id FROM tie WHERE run_id = 3)")
    assert read.nodes["n0"]["label"] == "Hokkaido"


def test_gephi_tables_match_the_gexf(results, tmp_path):
    folder, _ = export(results, tmp_path / "g", "--format", "gexf", "--run", 3, "--kind", "cooperation")
    nodes = pd.read_csv(folder / "jica_half_run3_nodes.csv")
    edges = pd.read_csv(folder / "jica_half_run3_edges.csv")
    assert set(edges["Source"]) | set(edges["Target"]) == set(nodes["Id"])
    assert not edges.duplicated(["Source", "Target", "Kind"]).any()
    ties = count(results, "SELECT count(*) FROM tie WHERE run_id = 3 AND kind = 'cooperation'")
    assert edges["spells"].sum() == edges["Timeset"].str.count(r"\[").sum() == ties > 0
    assert edges["Timeset"].str.fullmatch(r"<\[[\d.]+, [\d.]+\](; \[[\d.]+, [\d.]+\])*>").all()
    assert set(edges["Type"]) == {"Directed"} and "Label" in nodes


# ---- waves and changes ----


def alive(results, run, kind, year):
    """Pairs with a tie at the end of a year."""
    return set(query(results, f"SELECT donor_id, partner_id FROM tie WHERE run_id = ? AND kind = ?"
                              f" AND {ALIVE}", (run, kind, year, year)))


def test_waves_are_the_networks_of_their_years(results, tmp_path):
    folder, _ = export(results, tmp_path / "r", "--format", "rsiena", "--run", 1, "--at", 2000, "--at", 2003)
    years = pd.read_csv(folder / "baseline_run1_waves.csv").set_index("wave")["year"].to_dict()
    assert years == {1: 2000, 2: 2003}
    for kind in ("cooperation", "sister", "membership", "initiative"):
        donors, partners, ties = (pd.read_csv(folder / f"baseline_run1_{kind}_{part}.csv")
                                  for part in ("donors", "partners", "ties"))
        assert donors["donor"].tolist() == list(range(1, len(donors) + 1))
        assert partners["partner"].tolist() == list(range(1, len(partners) + 1))
        named = ties.merge(donors[["donor", "agent_id"]]).merge(
            partners[["partner", "agent_id"]], on="partner", suffixes=("_d", "_p"))
        for wave, year in years.items():
            found = named[named["wave"] == wave]
            assert set(zip(found["agent_id_d"], found["agent_id_p"])) == alive(results, 1, kind, year)
            assert len(found) == len(alive(results, 1, kind, year))


def test_changes_played_back_give_the_networks(results, tmp_path):
    folder, _ = export(results, tmp_path / "g", "--format", "goldfish", "--run", 1)
    nodes = pd.read_csv(folder / "baseline_run1_nodes.csv")
    for kind in ("cooperation", "sister", "membership"):
        events = pd.read_csv(folder / f"baseline_run1_{kind}_events.csv")
        assert events["time"].is_monotonic_increasing
        assert set(events["sender"]) | set(events["receiver"]) <= set(nodes["label"])
        for year in (2000, 2003):
            state = {}
            now = events[events["time"] < year + 1]
            for row in now.itertuples():
                pair = int(row.sender[1:]), int(row.receiver[1:])
                assert state.get(pair, 0) != row.replace and row.increment == 2 * row.replace - 1
                state[pair] = row.replace
            assert {pair for pair, tied in state.items() if tied} == alive(results, 1, kind, year)


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_r_reads_waves_spells_and_changes(results, tmp_path):
    for form in ("spells", "rsiena", "goldfish"):
        export(results, tmp_path / form, "--format", form, "--run", 1)
    code = (f'source("{ROOT}/scripts/read_export.R"); setwd("{tmp_path}");'
            's <- read_spells("spells", 1); w <- read_waves("rsiena", "baseline_run1", "cooperation");'
            'g <- read_changes("goldfish", "baseline_run1", "cooperation");'
            'cat(nrow(s$edges), nrow(s$vertices), apply(w$waves, 3, sum), nrow(g$events), sum(g$nodes$present),'
            'sum(is.na(s$edges$mode)), w$donors$code[1])')
    done = subprocess.run(["Rscript", "--vanilla", "-e", code], check=True, capture_output=True, text=True)
    ties, agents, *sums, changes, present, without, first = done.stdout.split()
    assert (int(ties), int(agents)) == (count(results, "SELECT count(*) FROM tie WHERE run_id = 1"), count(
        results, "SELECT count(*) FROM agent WHERE scenario_id = 1"))
    assert [int(n) for n in sums] == [len(alive(results, 1, "cooperation", y)) for y in range(2000, 2000 + YEARS)]
    assert int(changes) == count(results, "SELECT sum(2 - terminus_censored) FROM tie WHERE run_id = 1"
                                          " AND kind = 'cooperation'")
    assert int(present) > 0 and first.startswith("0")
    assert int(without) == count(results, "SELECT sum(mode IS NULL) FROM tie WHERE run_id = 1")


# ---- what cannot be had ----


def test_usage_errors(results, bare, tmp_path):
    to = tmp_path / "x"
    (tmp_path / "no.db").write_text("not a database")
    assert refused(tmp_path / "no.db", to, 2, words=["no.db is not a results file"])
    assert refused(tmp_path / "none.db", to, 2, words=["none.db is not a results file"])
    assert refused(results, to, 2, "--format", "graphm", words=["did you mean 'graphml'?"])
    assert refused(results, to, 2, "--at", 2001, words=["--at goes with"])
    assert refused(results, to, 2, "--run", 99, words=["no run 99"])
    assert refused(results, to, 2, "--rep", 9, words=["replicate 9"])
    assert refused(results, to, 2, "--run", 1, "--rep", 1, words=["exclude each other"])
    graph = ("--format", "graphml")
    assert refused(results, to, 2, *graph, "--at", 1999, words=["year 1999", "2000 to 2003"])
    assert refused(results, to, 2, *graph, "--kind", "cooperatoin", words=["did you mean 'cooperation'?"])
    assert refused(results, to, 2, *graph, "--run", 5, words=["flu", "neither ties nor agents"])
    assert refused(bare, to, 2, *graph, words=["--detail summary", "full"])
    assert refused(results, tmp_path / "no" / "x", 2, words=["cannot be made"])



def test_schema_version_is_looked_at(bare, tmp_path):
    with closing(sqlite3.connect(bare)) as source, closing(sqlite3.connect(tmp_path / "r.db")) as db:
        source.backup(db)
        db.execute("UPDATE meta SET value = '9' WHERE key = 'schema_version'")
        db.commit()
    assert refused(tmp_path / "r.db", tmp_path / "x", 2, words=["schema version 9", "version 1"])


def test_without_an_ok_run(results, tmp_path):
    with closing(sqlite3.connect(results)) as source, closing(sqlite3.connect(tmp_path / "r.db")) as db:
        source.backup(db)
        db.execute("UPDATE run SET status = 'failed', note = 'no memory'")
        db.commit()
    assert refused(tmp_path / "r.db", tmp_path / "x", 2, "--format", "graphml", words=["no ok run"])
    assert refused(tmp_path / "r.db", tmp_path / "x", 2, "--format", "graphml", "--run", 1,
                   words=["run 1", "failed: no memory"])


def test_folder_with_files_is_left_alone(bare, tmp_path):
    to = tmp_path / "x"
    to.mkdir()
    (to / "mine.txt").write_text("mine")
    assert refused(bare, to, 2, words=["not of an export"])
    assert refused(bare, to, 2, "--force", words=["not of an export"])
    assert refused(bare, to / "mine.txt", 2, words=["is a file"])


def test_force_replaces_an_export_and_keeps_what_is_not_its_own(results, bare, tmp_path):
    to, _ = export(results, tmp_path / "x")
    (to / "mine.txt").write_text("mine")
    assert refused(bare, to, 2, words=["--force replaces it"])
    done = kumiai("export", bare, "--to", to, "--force")
    assert done.returncode == 0
    assert {f.name for f in to.iterdir()} == {"runs.csv", "series.csv", "summary.csv", "ties.csv",
                                              "projects.csv", "agents.csv", "manifest.json", "mine.txt"}
    assert len(pd.read_csv(to / "runs.csv")) == 12 and list(tmp_path.iterdir()) == [to]


def test_into_an_empty_folder_that_is_the_present_one(bare, tmp_path):
    (tmp_path / "here").mkdir()
    done = kumiai("export", bare, "--to", ".", cwd=tmp_path / "here")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here" / "runs.csv").exists() and len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_leaves_nothing(results, tmp_path):
    done = kumiai("export", results, "--to", tmp_path / "x",
                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)))
    assert done.returncode == 1 and "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []
