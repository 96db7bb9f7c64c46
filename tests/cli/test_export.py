# SPDX-License-Identifier: GPL-3.0-or-later
"""kumiai-export: the tables, and what cannot be had."""

import csv
import resource
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import pandas as pd
import pytest
from conftest import EXPORT, columns, kumiai, kumiai_export, query, seal, write_scenario
from exports import count, export, make_results, refused


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return make_results(tmp_path_factory.mktemp("results"))


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
        seal(db)
        db.commit()
    return folder / "s.db"


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
            if isinstance(value, str):
                text = text.removeprefix("_")  # of codes that readers would take for numbers
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
    assert not (folder / "ties.csv").exists() and not (folder / "projects.csv").exists()  # its model has none
    assert "--detail summary" in manifest["note"]


def test_some_runs_alone(results, tmp_path):
    folder, _ = export(results, tmp_path / "a", "--rep", 1)
    assert pd.read_csv(folder / "runs.csv")["run_id"].tolist() == [2, 4, 6]
    assert set(pd.read_csv(folder / "ties.csv")["run_id"]) == {2, 4}
    folder, _ = export(results, tmp_path / "b", "--run", 3, "--run", 3)
    assert pd.read_csv(folder / "series.csv")["run_id"].unique().tolist() == [3]


# ---- what cannot be had ----

NETWORKS = ("spells", "graphml", "gexf", "rsiena", "goldfish")


def test_usage_errors(results, bare, tmp_path):
    to = tmp_path / "x"
    (tmp_path / "no.db").write_text("not a database")
    assert refused(tmp_path / "no.db", to, 2, words=["no.db is not a kumiai results file"])
    assert refused(tmp_path / "none.db", to, 2, words=["none.db: there is no such file"])
    assert refused(tmp_path, to, 2, words=[f"{tmp_path} is not a file"])
    assert refused(tmp_path / "no.db" / "r.db", to, 2, words=["r.db: there is no such file"])
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
    assert refused(results, tmp_path / "no.db" / "x", 2, words=["cannot be made: Not a directory"])


def test_schema_version_is_looked_at(bare, tmp_path):
    path = copy(bare, tmp_path / "r.db", "UPDATE meta SET value = '9' WHERE key = 'schema_version'")
    assert refused(path, tmp_path / "x", 2, words=["schema_version 9", "knows 1, 2, 3, 4 only"])


def test_without_an_ok_run(results, tmp_path):
    path = copy(results, tmp_path / "r.db", "UPDATE run SET status = 'failed', note = 'no memory'")
    assert refused(path, tmp_path / "x", 2, "--format", "graphml", words=["no ok run"])
    assert refused(path, tmp_path / "x", 2, "--format", "graphml", "--run", 1,
                   words=["run 1", "failed: no memory"])


def copy(path, to, *changes):
    """A copy of a results file with something changed in it."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as db:
        source.backup(db)
        for change in changes:
            db.execute(change)
        seal(db)
        db.commit()
    return to


@pytest.mark.parametrize("form", NETWORKS)
def test_without_ties_the_networks_are_empty_and_it_says_so(results, tmp_path, form):
    path = copy(results, tmp_path / "r.db", "DELETE FROM tie", "DELETE FROM project")
    _, manifest = export(path, tmp_path / "x", "--format", form, "--run", 1)
    assert manifest["note"].startswith("there are no ties")


@pytest.mark.parametrize("form", NETWORKS)
def test_without_ties_and_agents_there_is_no_network(bare, tmp_path, form):
    path = copy(bare, tmp_path / "r.db", "UPDATE meta SET value = 'full' WHERE key = 'detail'")
    assert refused(path, tmp_path / "x", 2, "--format", form, words=["neither ties nor agents"])


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
    done = kumiai_export(bare, "--to", to, "--force")
    assert done.returncode == 0
    assert {f.name for f in to.iterdir()} == {"runs.csv", "series.csv", "summary.csv", "agents.csv",
                                              "manifest.json", "mine.txt"}
    assert len(pd.read_csv(to / "runs.csv")) == 12 and list(tmp_path.iterdir()) == [to]


def test_into_an_empty_folder_that_is_the_present_one(bare, tmp_path):
    (tmp_path / "here").mkdir()
    done = kumiai_export(bare, "--to", ".", cwd=tmp_path / "here")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here" / "runs.csv").exists() and len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_leaves_nothing(results, tmp_path):
    done = kumiai_export(results, "--to", tmp_path / "x",
                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)))
    assert done.returncode == 1 and "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing(results, tmp_path):
    process = subprocess.Popen([EXPORT, results, "--to", tmp_path / "x", "--format", "graphml",
                                "--all-agents"], stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not any(tmp_path.iterdir()):
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    assert process.communicate()[1].endswith("interrupted; nothing was exported.\n")
    assert process.returncode == 130 and list(tmp_path.iterdir()) == []


def test_links_that_lead_nowhere(results, tmp_path):
    (tmp_path / "x").symlink_to(tmp_path / "none")
    assert refused(results, tmp_path / "x", 2, words=["is a link that leads nowhere"])


def mounted(folder, *arguments):
    """Runs the program in a mount namespace of its own where a small file system is at `folder`."""
    script = 'mount -t tmpfs -o size=100k tmpfs "$0" && "$@" 2>&1; echo $?; ls -A "$0"'
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", script, folder, EXPORT]
    done = subprocess.run([*command, *map(str, arguments)], check=False, capture_output=True, text=True)
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip(f"mount namespaces are not permitted here: {done.stderr}")
    return done.stdout.splitlines()


def test_where_a_file_system_is_mounted(results, tmp_path):
    (tmp_path / "disk").mkdir()
    told, code = mounted(tmp_path / "disk", results, "--to", tmp_path / "disk")
    assert code == "2" and "a file system is mounted at" in told
    told, code = mounted(tmp_path / "disk", results, "--to", tmp_path / "disk" / "x")
    assert code == "1" and told.endswith("cannot be written: No space left on device.")
