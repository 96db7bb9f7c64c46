# SPDX-License-Identifier: GPL-3.0-or-later
"""What no analysis can use is refused in one sentence with the contract's exit code."""

import os
import sqlite3

import pytest

from conftest import called, refused
from results_files import build

COMMANDS = ("compare.py", "survival.py", "network.py", "patterns.py", "report.py", "sensitivity.py")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """{what: results file that cannot be used}."""
    folder = tmp_path_factory.mktemp("edges")
    found = {what: folder / f"{what}.db" for what in ("missing", "empty", "text", "foreign")}
    found["empty"].touch()
    found["text"].write_text("run,seed\n1,42\n" * 100)
    sqlite3.connect(found["foreign"]).execute("CREATE TABLE other(x)")
    found["folder"] = folder
    found["schema"] = build(folder / "schema.db", reps=1, detail="summary", version="99")
    found["failed"] = build(folder / "failed.db", reps=1, detail="summary",
                            failed={("baseline", 0), ("jica_half", 0)})
    found["models"] = build(folder / "models.db", reps=1, detail="summary",
                            models=("cooperation", "contagion"))
    return found


@pytest.mark.parametrize("what", ["missing", "empty", "text", "foreign", "folder", "schema", "failed",
                                  "models"])
@pytest.mark.parametrize("name", COMMANDS)
def test_unusable_files_are_refused(files, tmp_path, name, what):
    before = set(tmp_path.iterdir())
    result = called(name, files[what], *out(name, tmp_path))
    assert refused(result, 2)
    assert set(tmp_path.iterdir()) == before and not result.stdout


def out(name, folder):
    return {"report.py": ["-o", folder / "report.html"], "patterns.py": []}.get(
        name, ["--out-dir", folder])


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_refused(files, name):
    assert refused(called(name, files["missing"], "--no-such-option"), 2, "--no-such-option", "--help")


@pytest.mark.parametrize("name", ["compare.py", "survival.py", "report.py", "network.py"])
def test_one_run_is_enough(tmp_path, name):
    path = build(tmp_path / "r.db", scenarios=("baseline",), reps=1)
    result = called(name, path, *out(name, tmp_path / "out"))
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr and "Warning" not in result.stderr


@pytest.mark.parametrize("name", ["compare.py", "survival.py", "report.py", "network.py"])
def test_a_folder_that_cannot_be_written(tmp_path, name):
    """A file stands where the folder should be: true for root too, who may write anywhere."""
    path = build(tmp_path / "r.db", scenarios=("baseline",), reps=2)
    (tmp_path / "file").touch()
    target = tmp_path / "file" / "out"
    arguments = ["-o", target / "report.html"] if name == "report.py" else ["--out-dir", target]
    result = called(name, path, *arguments)
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert os.fspath(target.parent) in result.stderr.splitlines()[-1]
