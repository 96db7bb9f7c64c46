# SPDX-License-Identifier: GPL-3.0-or-later
"""The yearly network measures against python-igraph and a count by hand, from the
tie spells of the same run."""

import os
import sqlite3
import subprocess
from contextlib import closing
from itertools import combinations
from math import comb
from pathlib import Path

import igraph
import pytest

KUMIAI = os.environ.get("KUMIAI", "kumiai")
ROOT = Path(__file__).parents[2]
YEARS = [2010, 2015, 2020, 2025]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """One replicate of 26 years with all its rows."""
    out = tmp_path_factory.mktemp("networks") / "r.db"
    subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "from_2000.cfg", "--out", out, "--detail",
                    "full", "--reps", "1", "--set", "run.years=26"],
                   check=True, capture_output=True, timeout=100, stdin=subprocess.DEVNULL)
    with closing(sqlite3.connect(out)) as db:
        db.row_factory = sqlite3.Row
        yield db


def network(results, year):
    """Ties that live at the end of the year's first quarter, and the metrics of that step."""
    rows = results.execute("SELECT donor_id, partner_id FROM tie WHERE kind = 'cooperation' AND"
                           " onset <= :t AND (terminus > :t OR terminus_censored)", {"t": year})
    graph = igraph.Graph.TupleList([tuple(row) for row in rows], vertex_name_attr="agent")
    donors = {row[0] for row in results.execute("SELECT DISTINCT donor_id FROM tie"
                                                " WHERE kind = 'cooperation'")}
    graph.vs["donor"] = [agent in donors for agent in graph.vs["agent"]]
    return graph, results.execute("SELECT * FROM series WHERE time = ?", (year,)).fetchone()


@pytest.mark.parametrize("year", YEARS)
def test_components_paths_and_centralisation(results, year):
    graph, metric = network(results, year)
    giant = graph.components().giant()
    assert metric["network_nodes"] == graph.vcount() > 20
    assert metric["network_components"] == len(graph.components())
    assert metric["network_giant_share"] == pytest.approx(giant.vcount() / graph.vcount())
    n, degree = graph.vcount(), graph.degree()
    assert metric["network_centralisation"] == pytest.approx(
        sum(max(degree) - d for d in degree) / ((n - 1) * (n - 2)))
    if sorted(graph.components().sizes())[-2] < giant.vcount():  # else giants are several
        assert metric["network_distance"] == pytest.approx(giant.average_path_length())


@pytest.mark.parametrize("year", YEARS)
def test_who_bridges(results, year):
    graph, metric = network(results, year)
    donors = [v.index for v in graph.vs if v["donor"]]
    between = graph.betweenness(donors)
    assert metric["network_bridging_donors"] == len(set(graph.articulation_points()) & set(donors))
    assert metric["network_top_bridge_share"] == pytest.approx(max(between) / sum(between))
    top = graph.vs.find(agent=int(metric["network_top_bridge_donor"]))
    assert between[donors.index(top.index)] == pytest.approx(max(between))


@pytest.mark.parametrize("year", YEARS)
def test_clustering_is_four_cycles_over_paths_of_three_ties(results, year):
    graph, metric = network(results, year)
    sets = [set(graph.neighbors(v)) for v in graph.vs if v["donor"]]
    cycles = sum(comb(len(a & b), 2) for a, b in combinations(sets, 2))
    degree = graph.degree()
    paths = sum((degree[e.source] - 1) * (degree[e.target] - 1) for e in graph.es)
    assert metric["network_clustering"] == pytest.approx(4 * cycles / paths)


@pytest.mark.parametrize("year", [2010, 2020])
def test_modularity_is_that_of_fast_greedy(results, year):
    """The order of nodes breaks ties in the agglomeration, hence the tolerance."""
    graph, metric = network(results, year)
    greedy = graph.community_fastgreedy().as_clustering().modularity
    assert metric["network_modularity"] == pytest.approx(greedy, abs=0.02)
    assert metric["network_modularity"] > graph.components().modularity - 1e-9
