# SPDX-License-Identifier: GPL-3.0-or-later
"""kumiai-export: every network format is opened by a program that reads it, and counted against
SQL."""

import sqlite3
from contextlib import closing
from xml.etree import ElementTree

import igraph
import networkx
import pandas as pd
import pytest
from conftest import columns, query, seal
from exports import ALIVE, CITIES, YEARS, alive, count, export, make_results, refused


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return make_results(tmp_path_factory.mktemp("results"))


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
        seal(db)
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
    for column in ("run_id", "tie_id", "donor_id", "partner_id", "terminus", "kind"):
        assert (read[column] == stored[column]).all(), column
    assert (read["onset_true"] == stored["onset"]).all()
    assert (read["terminus_true"] == stored["terminus"]).all()
    assert (read["onset"] == stored["onset"].clip(lower=2000)).all() and (stored["onset"] < 2000).any()
    assert (read["onset.censored"] == (stored["onset_censored"] | (stored["onset"] < 2000))).all()
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
        assert (row["from"], row["to"]) == (there[0], there[-1])
    folder, _ = export(results, tmp_path / "1", "--format", "rsiena", "--run", 1, "--at", 2000, *names)
    partners = pd.read_csv(folder / "baseline_run1_membership_partners.csv").set_index("agent_id")
    late = {agent for agent in partners.index if entered.get(agent, 0) >= 2001}
    assert set(partners.index[partners["from"].isna()]) == late == \
        set(partners.index[partners["to"].isna()]) and late
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


GEXF = "{http://gexf.net/1.3}"
INSIDE = {"gexf": {"meta", "graph"}, "meta": {"creator", "description"},
          "graph": {"attributes", "nodes", "edges"}, "attributes": {"attribute"}, "nodes": {"node"},
          "edges": {"edge"}, "node": {"attvalues"}, "edge": {"attvalues", "spells"},
          "attvalues": {"attvalue"}, "spells": {"spell"}}
READ = {"long": int, "double": float, "string": str}


def times(element):
    return float(element.get("start")), float(element.get("end"))


def check_values(element, types, spells):
    """Values are of attributes that are declared; of an edge each holds for one of its spells."""
    for value in element.find(GEXF + "attvalues"):
        READ[types[value.get("for")]](value.get("value"))
        assert times(value) in spells if spells else "start" not in value.attrib


def check_edges(edges, nodes, types, first, last):
    """Ends are nodes; spells follow one another within the time of the graph."""
    for edge in edges:
        spells = [times(spell) for spell in edge.find(GEXF + "spells")]
        assert {edge.get("source"), edge.get("target")} <= nodes and edge.get("kind")
        check_values(edge, types, spells)
        bounds = [bound for spell in spells for bound in spell]
        assert bounds == sorted(bounds) and first <= bounds[0] and bounds[-1] <= last
        assert all(start < end for start, end in spells)


def test_gexf_keeps_the_rules_of_its_version(results, tmp_path):
    folder, _ = export(results, tmp_path / "g", "--format", "gexf", "--run", 1)
    root = ElementTree.parse(folder / "baseline_run1.gexf").getroot()
    for parent in root.iter():
        assert {child.tag for child in parent} <= {GEXF + t for t in INSIDE.get(parent.tag[len(GEXF):], ())}
    graph = root.find(GEXF + "graph")
    assert root.get("version") == "1.3" and graph.get("defaultedgetype") == "directed"
    assert [graph.get(word) for word in ("mode", "timeformat", "timerepresentation")] == \
        ["dynamic", "double", "interval"]
    types = {attributes.get("class"): {a.get("id"): a.get("type") for a in attributes}
             for attributes in graph.iter(GEXF + "attributes")}
    edges = list(graph.iter(GEXF + "edge"))
    nodes = [node.get("id") for node in graph.iter(GEXF + "node")]
    assert len(set(nodes)) == len(nodes) and len({e.get("id") for e in edges}) == len(edges)
    for node in graph.iter(GEXF + "node"):
        check_values(node, types["node"], None)
    check_edges(edges, set(nodes), types["edge"], *times(graph))


def test_gephi_tables_match_the_gexf(results, tmp_path):
    folder, _ = export(results, tmp_path / "g", "--format", "gexf", "--run", 3, "--kind", "cooperation")
    nodes = pd.read_csv(folder / "jica_half_run3_nodes.csv")
    edges = pd.read_csv(folder / "jica_half_run3_edges.csv")
    assert set(edges["Source"]) | set(edges["Target"]) == set(nodes["Id"])
    assert not edges.duplicated(["Source", "Target", "Kind"]).any()
    ties = count(results, "SELECT count(*) FROM tie WHERE run_id = 3 AND kind = 'cooperation'")
    assert edges["spells"].sum() == edges["Timeset"].str.count(r"\[").sum() == ties > 0
    assert edges["Timeset"].str.fullmatch(r"<\[[\d.]+, [\d.]+\](; \[[\d.]+, [\d.]+\])*>").all()
    assert list(edges.columns[:6]) == ["Source", "Target", "Type", "Kind", "Label", "Timeset"]
    assert set(edges["Type"]) == {"Directed"} and list(nodes.columns[:3]) == ["Id", "Label", "Timeset"]
    assert nodes["Id"].is_unique and nodes["Timeset"].isna().all()


def test_gephi_nodes_are_there_when_the_gexf_says(results, tmp_path):
    folder, _ = export(results, tmp_path / "g", "--format", "gexf", "--run", 1, "--enter",
                       "cooperative_founded", "--leave", "cooperative_dissolved", "--leave", "merger")
    graph = ElementTree.parse(folder / "baseline_run1.gexf").getroot().find(GEXF + "graph")
    first, last = times(graph)
    wanted = {node.get("id"): (float(node.get("start", first)), float(node.get("end", last)))
              for node in graph.iter(GEXF + "node") if {"start", "end"} & set(node.attrib)}
    nodes = pd.read_csv(folder / "baseline_run1_nodes.csv").set_index("Id")["Timeset"].dropna()
    found = {node: tuple(map(float, text.strip("<[]>").split(", "))) for node, text in nodes.items()}
    assert found == wanted and {end for _, end in found.values()} > {last}


# ---- waves and changes ----


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


# ---- actors ----

DONORS = ("prefecture", "municipality", "special_ward")


def actors(folder, kind="cooperation", run="baseline_run1"):
    """agent_ids of donors and partners, and the ties of waves."""
    donors, partners, ties = (pd.read_csv(folder / f"{run}_{kind}_{part}.csv", float_precision="round_trip")
                              for part in ("donors", "partners", "ties"))
    assert donors["donor"].tolist() == list(range(1, len(donors) + 1))
    assert partners["partner"].tolist() == list(range(1, len(partners) + 1))
    return donors, partners, ties


def partners_of(results, kind):
    """The kinds of agents that are partners in any run."""
    return [k for (k,) in query(results, "SELECT DISTINCT agent.kind FROM tie JOIN agent ON scenario_id = 1 AND"
                                         " agent_id = partner_id WHERE tie.kind = ?", (kind,))]


def of_kinds(results, *kinds):
    """agent_id and the covariates of agents, in order."""
    marks = ", ".join("?" * len(kinds))
    return query(results, "SELECT agent_id, lat, lon, population FROM agent WHERE scenario_id = 1 AND"
                          f" kind IN ({marks}) ORDER BY agent_id", kinds)


def test_waves_have_all_actors_that_could_have_a_tie(results, tmp_path):
    """Who never had one is compared with those who had: without them a distance has no effect."""
    folder, _ = export(results, tmp_path / "r", "--format", "rsiena", "--run", 1)
    donors, partners, ties = actors(folder)
    for frame, kinds in ((donors, DONORS), (partners, partners_of(results, "cooperation"))):
        found = list(frame[["agent_id", "lat", "lon", "population"]].itertuples(index=False, name=None))
        assert found == of_kinds(results, *kinds)
    assert len(donors) == 1788 and len(partners) >= CITIES and ties["donor"].max() <= len(donors)


def test_actors_that_are_tied_alone(results, tmp_path):
    folder, _ = export(results, tmp_path / "r", "--format", "rsiena", "--run", 1, "--actors", "tied")
    for frame, end in zip(actors(folder)[:2], ("donor_id", "partner_id")):
        assert frame["agent_id"].tolist() == [a for (a,) in query(
            results, f"SELECT DISTINCT {end} FROM tie WHERE run_id = 1 AND kind = 'cooperation'"
                     " ORDER BY 1")]


def test_actors_of_some_kinds(results, tmp_path):
    """Kinds choose on the sides that have them; the other side keeps all, and no tie leads outside."""
    folder, _ = export(results, tmp_path / "r", "--format", "rsiena", "--run", 1, "--at", 2000, "--actors",
                       "municipality,special_ward")
    donors, partners, ties = actors(folder, "sister")
    chosen = {a for a, *_ in of_kinds(results, "municipality", "special_ward")}
    assert set(donors["agent_id"]) == chosen and len(partners) == CITIES
    named = ties.merge(donors[["donor", "agent_id"]]).merge(
        partners[["partner", "agent_id"]], on="partner", suffixes=("_d", "_p"))
    wanted = {pair for pair in alive(results, 1, "sister", 2000) if pair[0] in chosen}
    assert set(zip(named["agent_id_d"], named["agent_id_p"])) == wanted
    assert wanted < alive(results, 1, "sister", 2000)


def test_changes_have_all_actors_too(results, tmp_path):
    folder, _ = export(results, tmp_path / "g", "--format", "goldfish", "--run", 1, "--kind", "cooperation")
    nodes = pd.read_csv(folder / "baseline_run1_nodes.csv")
    assert nodes["agent_id"].tolist() == [a for a, *_ in of_kinds(results, *DONORS, *partners_of(results, "cooperation"))]
    folder, _ = export(results, tmp_path / "p", "--format", "goldfish", "--run", 1, "--kind", "sister",
                       "--actors", "prefecture")
    nodes = pd.read_csv(folder / "baseline_run1_nodes.csv")
    events = pd.read_csv(folder / "baseline_run1_sister_events.csv")
    assert set(nodes["kind"]) == {"prefecture", "partner_city"}
    assert set(events["sender"]) | set(events["receiver"]) <= set(nodes["label"]) and len(events)


def test_actors_that_there_are_not(results, tmp_path):
    to = tmp_path / "x"
    siena = ("--format", "rsiena", "--actors")
    assert refused(results, to, 2, *siena, "municipalty", words=["did you mean 'municipality'?"])
    assert refused(results, to, 2, *siena, "funder", words=["no agent of kind 'funder' has a tie"])
    assert refused(results, to, 2, *siena, "all,municipality", words=["exclude each other"])
    assert refused(results, to, 2, *siena, "", words=["names no kind"])
    assert refused(results, to, 2, "--actors", "all", words=["--actors goes with"])
    assert refused(results, to, 2, "--format", "gexf", "--actors", "all", words=["--all-agents"])


# ---- spells inside lives ----

NAMES = ("--enter", "cooperative_founded", "--enter", "association_founded", "--enter", "award", "--leave",
         "cooperative_dissolved", "--leave", "merger", "--leave", "rupture")


def test_spells_lie_within_the_lives_of_their_ends(results, tmp_path):
    """Also where the events that are named come after ties began, or before they end."""
    folder, manifest = export(results, tmp_path / "s", "--format", "spells", "--run", 1, *NAMES)
    edges = pd.read_csv(folder / "edge_spells.csv", low_memory=False)
    lives = pd.read_csv(folder / "vertex_spells.csv", low_memory=False).set_index("vertex.id")
    assert (lives["onset"] <= lives["terminus"]).all()
    for end in ("tail", "head"):
        life = lives.loc[edges[end]].reset_index()
        assert (edges["onset"] >= life["onset"]).all() and (edges["terminus"] <= life["terminus"]).all()
    assert (edges["onset"] < edges["terminus"]).all()
    assert (edges["duration"] == edges["terminus"] - edges["onset"]).all()
    cut = edges["onset"] > edges["onset_true"]
    assert cut.any() and (edges.loc[cut, "onset.censored"] == 1).all()
    cut = edges["terminus"] < edges["terminus_true"]
    assert (edges.loc[cut, "terminus.censored"] == 1).all()
    stored = dict(query(results, "SELECT tie_id, onset FROM tie WHERE run_id = 1"))
    assert (edges["onset_true"] == edges["tie_id"].map(stored)).all()
    left_out = len(stored) - len(edges)
    assert not left_out or f"{left_out} ties lie before or after" in manifest["note"]


def test_edges_of_gexf_lie_within_the_lives_of_their_nodes(results, tmp_path):
    folder, _ = export(results, tmp_path / "g", "--format", "gexf", "--run", 1, *NAMES)
    graph = ElementTree.parse(folder / "baseline_run1.gexf").getroot().find(GEXF + "graph")
    first, last = times(graph)
    lives = {node.get("id"): (float(node.get("start", first)), float(node.get("end", last)))
             for node in graph.iter(GEXF + "node")}
    for edge in graph.iter(GEXF + "edge"):
        for spell in edge.find(GEXF + "spells"):
            for end in (edge.get("source"), edge.get("target")):
                assert lives[end][0] <= times(spell)[0] < times(spell)[1] <= lives[end][1]


# ---- GEXF 1.2, names of files ----


def test_gexf_1_2_is_read_as_it_is(results, tmp_path):
    """networkx 2.8, of Debian 12, does not know 1.3."""
    new, _ = export(results, tmp_path / "n", "--format", "gexf", "--run", 3, "--gexf", "1.3")
    old, _ = export(results, tmp_path / "o", "--format", "gexf", "--run", 3, "--gexf", "1.2")
    text = (old / "jica_half_run3.gexf").read_text(encoding="utf-8")
    assert ' kind="' not in text and "timerepresentation" not in text and 'version="1.2"' in text
    found, wanted = networkx.read_gexf(old / "jica_half_run3.gexf"), read_gexf(new / "jica_half_run3.gexf")
    assert sorted(map(str, found.nodes(data=True))) == sorted(map(str, wanted.nodes(data=True)))
    spells = [sorted((a, b, data["label"], str(data["spells"])) for a, b, data in graph.edges(data=True))
              for graph in (found, wanted)]
    assert spells[0] == spells[1] and spells[0]
    assert refused(results, tmp_path / "x", 2, "--format", "gexf", "--gexf", "1.1", words=["1.2, 1.3"])
    assert refused(results, tmp_path / "x", 2, "--gexf", "1.2", words=["--gexf goes with"])


@pytest.mark.parametrize("name, kept", [("JICA半減", "JICA半減"), ("北九州 2020", "北九州_2020")])
def test_names_of_files_are_those_of_scenarios(results, tmp_path, name, kept):
    """Letters and digits of any script stay; what file systems refuse, blanks and invisible ones go."""
    with closing(sqlite3.connect(results)) as source, closing(sqlite3.connect(tmp_path / "r.db")) as db:
        source.backup(db)
        db.execute("UPDATE scenario SET name = ? WHERE scenario_id = 1", (name,))
        seal(db)
        db.commit()
    folder, _ = export(tmp_path / "r.db", tmp_path / "g", "--format", "graphml", "--at", 2000, "--kind",
                       "cooperation", "--run", 1)
    assert {f.name for f in folder.iterdir()} == {f"{kept}_run1_2000.graphml", "manifest.json"}
    assert igraph.Graph.Read_GraphML(str(folder / f"{kept}_run1_2000.graphml"))["scenario"] == name


def test_kinds_that_are_alike_as_names_of_files_are_told_apart(results, tmp_path):
    with closing(sqlite3.connect(results)) as source, closing(sqlite3.connect(tmp_path / "r.db")) as db:
        source.backup(db)
        db.execute("UPDATE tie SET kind = CASE kind WHEN 'sister' THEN 'a/b' WHEN 'initiative' THEN 'a:b'"
                   " ELSE kind END")
        seal(db)
        db.commit()
    folder, _ = export(tmp_path / "r.db", tmp_path / "g", "--format", "goldfish", "--run", 1)
    assert len(list(folder.glob("*_a_b*"))) == 6  # donors, partners and events of both
    names = [f.name for f in folder.glob("*_a_b*_events.csv")]
    assert len(names) == 2
    kinds = {len(pd.read_csv(folder / name)) for name in names}
    assert kinds == {count(results, "SELECT sum(2 - terminus_censored) FROM tie WHERE run_id = 1 AND kind"
                                    " = ?", kind) for kind in ("sister", "initiative")}
