# SPDX-License-Identifier: GPL-3.0-or-later
"""A model of its own whose two populations both count from 0 (jobs.c): its network and its spells between them, in
results, in the package and in every format of kumiai-export."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import networkx
import pandas as pd
import pytest

import kumiai
from kumiai import network

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
BUILD = Path(os.environ["KUMIAI"]).resolve().parent
JOBS, SERVERS, STEPS = 4, 3, 6
MAIN = """#include "sim/run.h"
extern const sim_model_t sim_model_jobs;
int main(int argc, char **argv) {
    return kumiai_main(argc, argv, (const sim_model_t *const[]){&sim_model_jobs, NULL});
}
"""


def call(*words, code=0, **options):
    done = subprocess.run(list(map(str, words)), check=False, capture_output=True, text=True, timeout=300,
                          stdin=subprocess.DEVNULL, **options)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def held(step):
    """(server, job) after a step."""
    return {((job + step) % SERVERS, job) for job in range(JOBS) if not (job % 2 and step % 2)}


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory):
    """With the program, and its library and scenario."""
    folder = tmp_path_factory.mktemp("jobs")
    call("cmake", "--install", BUILD, "--prefix", folder / "library", "--component", "library")
    (folder / "main.c").write_text(MAIN, encoding="utf-8")
    (folder / "jobs.cfg").write_text(f'model = "jobs"; run = {{ steps = {STEPS}; steps_per_year = 1; start_year = 2000; }};\n')
    shutil.copy(ROOT / "tests/scripts/jobs.c", folder)
    build(folder, "jobs.c", "jobs")
    return folder


def build(folder, source, program):
    path = {"PKG_CONFIG_PATH": str(folder / "library/lib/pkgconfig")}
    flags = call("pkg-config", "--cflags", "--libs", "kumiai", env=os.environ | path).split()
    call("cc", "-O1", "-Wall", "-Wextra", "-Werror", "main.c", source, *flags, "-o", program, cwd=folder)


@pytest.fixture(name="results", scope="module")
def _results(folder):
    """Two replicates with the network every other step."""
    call(folder / "jobs", "run", "jobs.cfg", "--reps", 2, "--columns", "holds,hours", "--every", 2, "--paranoid", "--out",
         "r.db", cwd=folder)
    return folder / "r.db"


def rows(path, sql):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def test_arcs_between_two_populations_are_a_table(results, folder):
    assert rows(results, "SELECT name FROM pragma_table_info('state_holds')") == [
        (name,) for name in ("run_id", "step", "time", "server", "job", "hours")]
    for run in (1, 2):
        for step in (2, 4, 6):  # what was decided in step - 1
            found = rows(results, f"SELECT server, job, hours FROM state_holds WHERE run_id = {run} AND step = {step}")
            assert set(found) == {(server, job, 10 * job + 0.5) for server, job in held(step - 1)} and found
    assert rows(results, "SELECT DISTINCT step FROM state_holds") == [(2,), (4,), (6,)]
    assert rows(results, "SELECT role FROM table_doc WHERE name = 'state_holds'") == [("arcs",)]
    assert rows(results, "SELECT doc FROM column_doc WHERE table_name = 'state_holds' AND column_name = 'job'") == [
        ("place, from 0, in population job",)]
    call(folder / "jobs", "verify", results, "--rerun", 2)


def test_the_package_makes_a_bipartite_graph(results):
    runs = kumiai.open(results)
    graph = runs.graph("holds", step=4, run=2)
    names = [(population, row) for population, row in zip(graph.vs["population"], graph.vs["row"])]
    edges = {(names[a], names[b]) for a, b in graph.get_edgelist()}
    assert edges == {(("server", server), ("job", job)) for server, job in held(3)}
    assert graph.is_bipartite() and graph.vs["type"] == [population == "job" for population, _ in names]
    assert sorted(graph.es["hours"]) == sorted(10 * job + 0.5 for _, job in held(3))
    assert runs.graph("holds").get_edgelist() == runs.graph("holds", step=6, run=1).get_edgelist()
    for arguments, words in ((("holds", 3), "no arcs after step 3; its rows are of 3 steps, 2 to 6"),
                             (("hold",), "did you mean holds"), (("holds", 2, 9), "no run 9")):
        with pytest.raises(kumiai.Error, match=words):
            runs.graph(*arguments)


def test_measures_count_both_populations(results):
    runs = kumiai.open(results)
    found = runs.network(2001).set_index("measure")["mean"]
    assert found["donors"] == len({server for server, _ in held(1)}) and found["partners"] == len({job for _, job in held(1)})
    assert "members" not in found and found["density"] == pytest.approx(len(held(1)) / (found["donors"] * found["partners"]))
    [scenario] = runs.scenarios
    ties = kumiai.runs.results.read_ties(scenario)
    edges = network.pairs(ties)
    assert not set(edges["donor_id"]) & set(edges["partner_id"])


def exported(results, to, form):
    call(ROOT / "scripts/kumiai-export", results, "--to", to, "--format", form, "--run", 1)
    return to


def test_graphs_have_nodes_of_both(results, tmp_path):
    folder = exported(results, tmp_path / "g", "graphml")
    graph = networkx.read_graphml(folder / "jobs_run1_2001.graphml")
    about = {name: (node["type"], node["number"]) for name, node in graph.nodes(data=True)}
    assert len(about) == JOBS + SERVERS == len(set(about.values()))
    assert {(about[a], about[b]) for a, b in graph.edges()} == {((0, server), (1, job)) for server, job in held(1)}
    gexf = pd.read_csv(exported(results, tmp_path / "x", "gexf") / "jobs_run1_nodes.csv")
    assert gexf.groupby("type")["number"].apply(list).to_dict() == {0: [0, 1, 2], 1: [0, 1, 2, 3]}


def test_other_formats_keep_them_apart(results, tmp_path):
    spells = pd.read_csv(exported(results, tmp_path / "s", "spells") / "edge_spells.csv")
    assert not set(spells["tail"]) & set(spells["head"])
    assert set(spells["server_id"]) == set(range(SERVERS)) and set(spells["job_id"]) == set(range(JOBS))
    folder = exported(results, tmp_path / "a", "goldfish")
    events = pd.read_csv(folder / "jobs_run1_fills_events.csv")
    servers, jobs = (set(pd.read_csv(folder / f"jobs_run1_fills_{end}.csv")["label"]) for end in ("servers", "jobs"))
    assert not servers & jobs and set(events["sender"]) == servers and set(events["receiver"]) == jobs
    folder = exported(results, tmp_path / "w", "rsiena")
    jobs = pd.read_csv(folder / "jobs_run1_fills_jobs.csv")
    assert list(jobs["job"]) == [1, 2, 3, 4] and list(jobs["agent_id"]) == [0, 1, 2, 3]
    ties = pd.read_csv(folder / "jobs_run1_fills_ties.csv")
    assert set(map(tuple, ties[ties["wave"] == 2][["server", "job"]].to_numpy() - 1)) == held(1)
    tables = pd.read_csv(exported(results, tmp_path / "c", "csv") / "fills.csv")
    assert set(tables["job_id"]) == set(range(JOBS))


def test_an_author_who_gives_them_a_direction_and_none_is_told(folder):
    text = (folder / "jobs.c").read_text(encoding="utf-8")
    (folder / "wrong.c").write_text(text.replace(".two_modes = true", ".two_modes = true, .undirected = true"), encoding="utf-8")
    build(folder, "wrong.c", "wrong")
    assert "ties have two modes" in call(folder / "wrong", "run", "jobs.cfg", "--out", "w.db", cwd=folder, code=1)
