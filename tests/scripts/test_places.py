# SPDX-License-Identifier: GPL-3.0-or-later
"""Where scripts write: files are files wherever they lie, streams go on, and a place that cannot be is
refused before the work, with exit code 2 and the way out."""

import errno
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from conftest import SCRIPTS, called, refused
from results_files import build

from kumiai import output, streams
from kumiai.results import ResultsError

RECORD = ".kumiai_outputs.json"
MEMORY = Path("/dev/shm")
TIDY = ("--no-pictures", "--format", "csv", "--metrics", "projects_active")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return build(tmp_path_factory.mktemp("places") / "r.db", reps=2)


@pytest.fixture
def results(template, tmp_path):
    return Path(shutil.copy(template, tmp_path / "r.db"))


@pytest.fixture
def memory():
    """A folder under /dev, which has files and no devices."""
    if not MEMORY.is_dir():
        pytest.skip("there is no /dev/shm")
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


def shell(command, **names):
    """A command line of the shell in which $scripts and others stand for their paths."""
    environment = {**os.environ, "python": "/usr/bin/python3", "scripts": str(SCRIPTS),
                   **{name: str(value) for name, value in names.items()}}
    return subprocess.run(["bash", "-c", command], env=environment, check=False, capture_output=True, text=True)


def names(folder):
    return {path.name for path in folder.iterdir()}


# ---- under /dev ----


def test_a_file_in_memory_is_a_file(results, memory):
    """... also in a folder that is not there yet: with record and --force as anywhere."""
    new = memory / "a" / "b"
    assert called("compare.py", results, *TIDY, "--csv", memory / "t.csv", "--out-dir", new).returncode == 0
    assert json.loads((memory / RECORD).read_text())["files"].keys() == {"t.csv"}
    assert called("survival.py", results, "--parts", "mean", "--no-pictures", "--out-dir", new).returncode == 0
    assert names(new) == {RECORD, "r_survival_mean.csv"}
    (memory / "t.csv").write_text("mine", encoding="utf-8")
    assert refused(called("compare.py", results, *TIDY, "--csv", memory / "t.csv"), 2, "--force")
    assert (memory / "t.csv").read_text() == "mine"


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_results_file_in_memory_is_kept(results, memory, force):
    other = Path(shutil.copy(results, memory / "s.db"))
    before = other.read_bytes()
    for name, option in (("compare.py", "--csv"), ("report.py", "-o")):
        assert refused(called(name, results, option, other, *force), 2, "is a results file")
    assert other.read_bytes() == before


# ---- streams ----


@pytest.mark.parametrize("name, into", [("/dev/stdout", "file"), ("/dev/fd/1", "more"), ("link", "file"),
                                        ("/proc/self/fd/1", "file"), ("-", "cat"), ("-", "file")])
def test_standard_output_goes_on(results, tmp_path, name, into):
    """The tidy table comes after the printed one; a file that was there is added to by >>."""
    (tmp_path / "link").symlink_to("/dev/stdout")
    name = tmp_path / "link" if name == "link" else name
    target, rest = tmp_path / "out.txt", {"cat": "| cat >$target", "file": ">$target", "more": ">>$target"}[into]
    target.write_text("before\n", encoding="utf-8")
    done = shell(f"$python $scripts/compare.py $r --no-pictures --csv $name {rest}", r=results, name=name,
                 target=target)
    assert done.returncode == 0, done.stderr
    text = target.read_text(encoding="utf-8")
    assert text.startswith("before\n") == (into == "more")
    assert text.index("projects_active") < text.index("part,metric,unit,scenario")
    assert names(tmp_path) == {"r.db", "link", "out.txt"}


def test_other_open_files_and_pipes(results, tmp_path):
    done = shell("$python $scripts/compare.py $r --no-pictures --csv /dev/fd/7 7>$t/a.csv >/dev/null; mkfifo $t/pipe;"
                 "cat $t/pipe >$t/b.csv & $python $scripts/compare.py $r --no-pictures --csv $t/pipe >/dev/null; wait",
                 r=results, t=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes() != b""
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("open_as, told", [("8<$r", "open for reading only"), ("8>&-", "is not open"),
                                           ("8<>$r", "is a results file")])
def test_an_open_file_that_cannot_be_written(results, open_as, told):
    before = results.read_bytes()
    done = shell(f"$python $scripts/compare.py $r --csv /dev/fd/8 {open_as}", r=results)
    assert refused(done, 2, told) and not done.stdout and results.read_bytes() == before


def test_the_page_on_standard_output(results, tmp_path):
    done = shell("cd $t; $python $scripts/report.py r.db -o -", t=tmp_path, r=results)
    assert done.returncode == 0 and "</html>" in done.stdout[-20:] and names(tmp_path) == {"r.db"}


def test_what_is_a_stream(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    for path in ("/dev/null", "/dev/stdout", f"/proc/{os.getpid()}/fd/2", tmp_path / "pipe"):
        assert streams.is_stream(path), path
    for path in ("/dev/shm", "/dev/none", tmp_path / "file", tmp_path / "none" / "x", tmp_path / "file" / "x"):
        assert not streams.is_stream(path), path
    assert streams.descriptor(tmp_path / "loop") is None


# ---- names ----


@pytest.mark.parametrize("target", ["r_compare_ties.png", "./r_compare_causes.png", "link"])
def test_two_outputs_of_one_name(results, tmp_path, target):
    (tmp_path / "r_compare_ties.png").touch()
    (tmp_path / "link").symlink_to("r_compare_ties.png")
    before = names(tmp_path)
    done = called("compare.py", results, "--csv", f"{tmp_path}/{target}", "--force")
    assert refused(done, 2, "two outputs", "another name") and not done.stdout and names(tmp_path) == before
    (tmp_path / "r_compare_ties.png").unlink()
    (tmp_path / "link").unlink()
    assert called("compare.py", results, "--no-pictures", "--csv", tmp_path / "r_compare_ties.png").returncode == 0


@pytest.mark.parametrize("name, option", [("report.py", "-o"), ("compare.py", "--csv")])
@pytest.mark.parametrize("target, told", [(RECORD, "the name of the record"), ("new/", "is a folder"),
                                          ("", "is empty"), ("x" * 300, "name too long")])
def test_a_name_that_cannot_be(results, tmp_path, name, option, target, told):
    done = called(name, results, option, f"{tmp_path}/{target}" if target else "")
    assert refused(done, 2) and told.lower() in done.stderr.lower() and not done.stdout
    assert names(tmp_path) == {"r.db"}


def test_names_of_several_files_tell_them_apart(results, tmp_path):
    """Neither takes the place of the other, nor of those of one file alone; of two folders the record tells."""
    paths = [results] + [Path(shutil.copy(results, tmp_path / f"{name}.db")) for name in "stuv"]
    assert output.stems(paths[:2]) == "r_s" and output.stems(paths) == "r_and_4_more"
    for several in (paths[:1], paths[:2], [paths[0], paths[2]]):
        assert called("report.py", *several).returncode == 0
    assert {p.name for p in tmp_path.glob("*.html")} == {
        "r_report.html", "r_s_report.html", "r_t_report.html"}
    (tmp_path / "far").mkdir()
    far = Path(shutil.copy(results, tmp_path / "far" / "s.db"))
    done = called("report.py", paths[0], far)
    assert refused(done, 2, "another results file, r.db, s.db", "-o names another file")
    assert called("report.py", *paths[:2]).returncode == 0  # again: its own


# ---- folders ----


def test_the_record_may_be_in_the_way(results, tmp_path):
    (tmp_path / RECORD).mkdir()
    for name in ("compare.py", "report.py", "survival.py"):
        done = called(name, results, "--force")
        assert refused(done, 2, RECORD, "is no file") and not done.stdout
    assert names(tmp_path) == {"r.db", RECORD}


def test_a_folder_that_is_not_writable_has_a_cure(results, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)  # root may write anywhere
    for name, cure in (("compare.py", "--out-dir names another folder"), ("report.py", "-o names another file")):
        assert refused(called(name, results), 2, f"{tmp_path} is not writable", cure)
    assert refused(called("report.py", results, "-o", tmp_path / "x"), 2, "choose another place")


def test_a_folder_without_a_name(results, tmp_path):
    assert refused(called("survival.py", results, "--out-dir", ""), 2, "--out-dir: '' is empty")


def test_a_folder_for_the_tidy_table(results, tmp_path):
    assert refused(called("compare.py", results, "--csv", tmp_path / "no" / "t.csv"), 2, "there is no folder")


def test_the_working_folder_is_gone(results, tmp_path):
    (tmp_path / "gone").mkdir()
    done = shell("cd $t/gone; rmdir $t/gone; $python $scripts/report.py r.db", t=tmp_path, r=results)
    assert refused(done, 2, "working folder has been removed")


@pytest.mark.parametrize("number, code", [("EACCES", 2), ("EROFS", 2), ("ENOSPC", 1), ("EIO", 1)])
def test_whom_an_error_of_the_system_blames(results, monkeypatch, number, code):
    value = getattr(errno, number)

    def fail(*_, **__):
        raise OSError(value, os.strerror(value), "there")
    monkeypatch.setattr(tempfile, "mkdtemp", fail)
    assert refused(called("report.py", results), code, f"there: {os.strerror(value)}.")


# ---- what a call leaves ----


def test_what_an_earlier_call_left_is_told(results, tmp_path):
    """Its own, unedited, of these results; nothing else, and not what it makes anew."""
    arguments = ["--parts", "mean"]
    first = called("survival.py", results, *arguments)
    assert "left from" not in first.stderr
    assert "left from" not in called("survival.py", results, *arguments).stderr
    again = called("survival.py", results, *arguments, "--no-pictures")
    assert [line for line in again.stderr.splitlines() if "left from" in line] == [
        "survival.py: left from an earlier call, and not made anew: r_survival_mean.png."]
    (tmp_path / "r_survival_mean.png").write_bytes(b"edited")
    assert "left from" not in called("survival.py", results, *arguments, "--no-pictures").stderr


def test_a_command_has_one_way_to_speak_of_its_places(tmp_path):
    """Options that a sentence names are those of the command."""
    (tmp_path / "r.db").touch()
    with output.Outputs("x.py", [tmp_path / "r.db"]) as files:
        files.new("a.csv").write_text("", encoding="utf-8")
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "r.db").touch()
    for elsewhere in ("--out-dir names another folder", "-o names another file"):
        far = output.Outputs("x.py", [tmp_path / "far" / "r.db"], tmp_path, elsewhere=elsewhere)
        with pytest.raises(ResultsError, match=elsewhere):
            far.expect("a.csv")

