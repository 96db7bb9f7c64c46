# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts write: over their own earlier outputs alone, whole or not at all, named by the results
file."""

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SCRIPTS, called, refused
from results_files import build

from kumiai import output
from kumiai.results import ResultsError

PROGRAM = Path(os.environ["KUMIAI"]).resolve()
RECORD = ".kumiai_outputs.json"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A small results file with ties, two scenarios of two replicates."""
    return build(tmp_path_factory.mktemp("outputs") / "r.db", reps=2)


@pytest.fixture
def results(template, tmp_path):
    """A copy of it, alone in a folder."""
    return Path(shutil.copy(template, tmp_path / "r.db"))


def state(folder):
    """Content of every file of a folder, hidden ones too."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def outputs(folder, command="compare.py", force=False):
    """Outputs of a results file of that folder."""
    (folder / "r.db").touch()
    return output.Outputs(command, [folder / "r.db"], force=force)


# Commands that write, with what keeps them short, and one of the files each writes.
WRITERS = {
    "compare.py": ([], "r_compare_ties.png"),
    "survival.py": (["--parts", "mean", "--no-pictures"], "r_survival_mean.csv"),
    "network.py": (["--years", "2010", "--no-pictures"], "r_network_ties.csv"),
    "report.py": ([], "r_report.html"),
}


@pytest.mark.parametrize("name", ["survival.py", "network.py", "report.py"])
def test_own_outputs_are_replaced_and_nothing_else(results, tmp_path, name):
    arguments, file = WRITERS[name]
    first = called(name, results, *arguments)
    assert first.returncode == 0, first.stderr
    assert all(p.startswith(("r.db", "r_")) or p == RECORD for p in state(tmp_path))
    made = (tmp_path / file).read_bytes()
    assert called(name, results, *arguments).returncode == 0  # again: its own
    (tmp_path / file).write_bytes(made + b" ")  # now it is the user's
    before = state(tmp_path)
    assert refused(called(name, results, *arguments), 2, file, "--force", "changed since")
    assert state(tmp_path) == before
    assert called(name, results, *arguments, "--force").returncode == 0
    assert (tmp_path / file).read_bytes() == made


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_of_somebody_else_is_refused_before_the_work(results, tmp_path, name):
    arguments, file = WRITERS[name]
    (tmp_path / file).write_text("mine", encoding="utf-8")
    before = state(tmp_path)
    result = called(name, results, *arguments)
    assert refused(result, 2, file, "--force") and not result.stdout
    assert state(tmp_path) == before


@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize("name, option", [("report.py", "-o"), ("compare.py", "--csv")])
@pytest.mark.parametrize("what", ["itself", "another", "link", "damaged", "journal"])
def test_no_option_replaces_a_results_file(results, tmp_path, name, option, what, force):
    target = {"itself": results, "another": tmp_path / "s.db", "link": tmp_path / "page.html",
              "damaged": results, "journal": tmp_path / "r.db-journal"}[what]
    if what == "another":
        shutil.copy(results, target)
    if what == "link":
        target.symlink_to("r.db")
    if what == "damaged":
        results.write_bytes(b"no results file" + results.read_bytes()[15:])
    before = state(tmp_path)
    assert refused(called(name, results, option, target, *force), 2, "results file")
    assert state(tmp_path) == before


def test_the_name_of_an_output_may_hide_a_results_file(results, tmp_path):
    """... which has been renamed to it."""
    shutil.copy(results, tmp_path / "r_compare_ties.png")
    before = state(tmp_path)
    assert refused(called("compare.py", results, "--force"), 2, "r_compare_ties.png", "results file")
    assert state(tmp_path) == before


def test_a_scenario_is_replaced_with_force_alone(results, tmp_path):
    (tmp_path / "s.cfg").write_text('base = "b.cfg";\n', encoding="utf-8")
    assert refused(called("report.py", results, "-o", tmp_path / "s.cfg"), 2, "s.cfg", "--force")
    assert called("report.py", results, "-o", tmp_path / "s.cfg", "--force").returncode == 0


def test_two_results_files_in_one_folder(results, tmp_path):
    """They keep their outputs apart by their names; those of one name, by the record."""
    other = Path(shutil.copy(results, tmp_path / "s.db"))
    for path in (results, other):
        assert called("survival.py", path, "--parts", "mean").returncode == 0
    assert {p.name for p in tmp_path.glob("*_*")} - {RECORD} == {
        f"{name}_survival_mean.{kind}" for name in "rs" for kind in ("csv", "png")}
    (tmp_path / "far").mkdir()
    far = Path(shutil.copy(results, tmp_path / "far" / "r.db"))
    before = state(tmp_path)
    again = called("survival.py", far, "--parts", "mean", "--out-dir", tmp_path)
    assert refused(again, 2, "another results file, r.db")
    assert state(tmp_path) == before
    assert output.stem(Path("a/r.v2.db")) == "r.v2" and output.stem(Path("r.sqlite")) == "r.sqlite"


def test_outputs_move_with_their_results(results, tmp_path):
    arguments, _ = WRITERS["survival.py"]
    assert called("survival.py", results, *arguments).returncode == 0
    shutil.copytree(tmp_path, tmp_path / "moved")
    assert called("survival.py", tmp_path / "moved" / "r.db", *arguments).returncode == 0


def test_another_command_has_no_say(tmp_path):
    with outputs(tmp_path, "report.py") as files:
        files.new_file(tmp_path / "x").write_text("", encoding="utf-8")
    with pytest.raises(ResultsError, match="earlier output of compare.py"):
        outputs(tmp_path).expect_file(tmp_path / "x")


def test_links_lead_to_their_files(tmp_path):
    (tmp_path / "else").mkdir()
    (tmp_path / "page.html").symlink_to("else/page.html")
    with pytest.raises(ResultsError, match="leads nowhere"):
        outputs(tmp_path).expect_file(tmp_path / "page.html")
    for name in ("else/page.html", "page.html"):
        with outputs(tmp_path) as files:
            files.new_file(tmp_path / name).write_text(name, encoding="utf-8")
    assert (tmp_path / "page.html").is_symlink() and (tmp_path / "page.html").read_text() == "page.html"
    with pytest.raises(ResultsError, match="is a folder"):
        outputs(tmp_path).expect_file(tmp_path / "else")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', '{"files": {"r_report.html": 1}}'])
def test_a_record_that_is_none_protects(tmp_path, text):
    with outputs(tmp_path, "report.py") as files:
        files.new("a.csv").write_text("old", encoding="utf-8")
    (tmp_path / RECORD).write_text(text.replace("r_report.html", "r_report_a.csv"), encoding="utf-8")
    with pytest.raises(ResultsError, match="--force"):
        outputs(tmp_path, "report.py").expect("a.csv")
    with outputs(tmp_path, "report.py", force=True) as files:
        files.new("a.csv").write_text("new", encoding="utf-8")
    outputs(tmp_path, "report.py").expect("a.csv")


# ---- the module ----


def test_nothing_is_there_before_the_end(tmp_path, capsys):
    with outputs(tmp_path) as files:
        for name in ("a.csv", "b.csv"):
            files.new(name).write_text(name, encoding="utf-8")
        assert not list(tmp_path.glob("r_compare_*"))
    assert state(tmp_path).keys() == {"r.db", "r_compare_a.csv", "r_compare_b.csv", RECORD}
    assert capsys.readouterr().err.count("wrote") == 2
    entry = json.loads((tmp_path / RECORD).read_text())["files"]["r_compare_a.csv"]
    assert entry == {"command": "compare.py", "of": "r.db", "digests": [hashlib.sha256(b"a.csv").hexdigest()]}


def test_an_error_leaves_what_was_there(tmp_path):
    with outputs(tmp_path) as files:
        files.new("a.csv").write_text("old", encoding="utf-8")
    before = state(tmp_path)
    with pytest.raises(OSError) as caught:
        with output.Outputs("compare.py", [tmp_path / "r.db"]) as files:
            files.new("a.csv").write_text("new", encoding="utf-8")
            files.new("b.csv").write_text("new", encoding="utf-8")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.filename.endswith("r_compare_b.csv")
    with pytest.raises(KeyError):
        with output.Outputs("compare.py", [tmp_path / "r.db"], tmp_path / "x" / "y") as files:
            files.new("a.csv").write_text("new", encoding="utf-8")
            raise KeyError
    assert state(tmp_path) == before and not [p for p in tmp_path.iterdir() if p.is_dir()]


@pytest.mark.parametrize("fails", range(1, 9))
def test_every_sync_may_fail(tmp_path, monkeypatch, fails):
    """The old files or the new ones, each whole and each known as an output afterwards."""
    names = ("a.csv", "b.csv")
    with outputs(tmp_path) as files:
        for name in names:
            files.new(name).write_text("old", encoding="utf-8")
    calls, sync = [], os.fsync

    def fsync(descriptor):
        calls.append(descriptor)
        if len(calls) == fails:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(descriptor)
    monkeypatch.setattr(os, "fsync", fsync)
    try:
        with output.Outputs("compare.py", [tmp_path / "r.db"]) as files:
            for name in names:
                files.new(name).write_text("new", encoding="utf-8")
    except OSError:
        pass
    monkeypatch.undo()
    assert len(calls) >= min(fails, 5)  # two files, the record, the folder for it and for them
    for name in names:
        assert (tmp_path / f"r_compare_{name}").read_text() in ("old", "new")
    assert state(tmp_path).keys() == {"r.db", "r_compare_a.csv", "r_compare_b.csv", RECORD}
    with output.Outputs("compare.py", [tmp_path / "r.db"]) as files:
        files.expect(*names)


def test_a_file_that_appears_meanwhile_is_left(tmp_path):
    with pytest.raises(ResultsError, match="--force"):
        with outputs(tmp_path) as files:
            files.new("a.csv").write_text("new", encoding="utf-8")
            (tmp_path / "r_compare_a.csv").write_text("mine", encoding="utf-8")
    assert (tmp_path / "r_compare_a.csv").read_text() == "mine"


def test_two_commands_at_once(tmp_path):
    with outputs(tmp_path) as one, outputs(tmp_path, "survival.py") as two:
        one.new("a.csv").write_text("1", encoding="utf-8")
        two.new("a.csv").write_text("2", encoding="utf-8")
    for command in ("compare.py", "survival.py"):
        outputs(tmp_path, command).expect("a.csv")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_devices_are_written_to_as_they_are(results):
    before = os.stat("/dev/null")
    assert called("compare.py", results, "--no-pictures", "--csv", "/dev/null").returncode == 0
    assert os.stat("/dev/null").st_rdev == before.st_rdev
    full = called("compare.py", results, "--no-pictures", "--csv", "/dev/full")
    assert full.returncode == 1 and full.stderr.endswith("/dev/full: No space left on device.\n")


def test_a_file_that_is_too_large_for_its_limit(results, tmp_path):
    """The limit stands for a full disk: no picture, no record, a sentence."""
    before = state(tmp_path)
    command = f"ulimit -f 8; exec {sys.executable} {SCRIPTS}/compare.py {results}"
    done = subprocess.run(["bash", "-c", command], check=False, capture_output=True, text=True)
    assert done.returncode == 1 and "r_compare_ties.png: File too large." in done.stderr
    assert "Traceback" not in done.stderr
    assert state(tmp_path) == before and not [p for p in tmp_path.iterdir() if p.is_dir()]


def test_text_is_replaced_at_once(tmp_path):
    path = tmp_path / "text"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    (tmp_path / "link").symlink_to("text")
    output.replace(tmp_path / "link", "new")
    assert path.read_text() == "new" and path.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "link").is_symlink() and len(list(tmp_path.iterdir())) == 2


# ---- other scripts ----


def test_ablations_replace_nothing(results, tmp_path):
    before = state(tmp_path)
    assert refused(called("ablations.py", results), 2, "exists already")
    assert state(tmp_path) == before


def test_a_population_of_somebody_is_kept(tmp_path):
    sys.path.insert(0, str(SCRIPTS / "population"))
    common, summary = (__import__(name) for name in ("common", "summary"))
    sys.path.pop(0)
    path = tmp_path / "countries.csv"
    texts = {path: common.csv_text(["a", "b"], [{"a": 1, "b": "x,y"}])}
    assert texts[path] == 'a,b\n1,"x,y"\n' and common.others(texts) == []
    common.write_all(texts)
    assert common.others(texts) == [] and list(tmp_path.iterdir()) == [path]
    path.write_text("mine", encoding="utf-8")
    assert common.others(texts) == [path]
    (tmp_path / "README.md").write_text("of somebody", encoding="utf-8")
    assert summary.updated_readme(tmp_path / "README.md", [], {}) == {}


def test_the_case_of_the_page_over_its_results(tmp_path):
    """cases/files/report_overwrites_db, by the program's own file."""
    scenario = tmp_path / "s.cfg"
    scenario.write_text(f'base = "{SCRIPTS.parent}/configs/contagion/base.cfg"; '
                        "run = { steps = 5; reps = 2; }; contagion = { agents = 200; };", encoding="utf-8")
    path = tmp_path / "r.db"
    subprocess.run([PROGRAM, "run", scenario, "--out", path, "--quiet"], check=True, capture_output=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    for force in ([], ["--force"]):
        assert refused(called("report.py", path, "-o", path, *force), 2, "r.db is a results file")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM run").fetchone() == (2,)
