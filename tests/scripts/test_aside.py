# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks in processes of their own: what they write, say and raise, and that none is left."""

import os
import subprocess
import sys
import time

import pytest

from conftest import SCRIPTS, called
from results_files import build

from kumiai import aside, interrupts
from kumiai.database import ResultsError


@pytest.fixture(autouse=True)
def as_command(monkeypatch):
    """A command on a machine of two processors."""
    monkeypatch.setattr(interrupts, "is_command", lambda: True)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


def write(path, words):
    """A task: who did it, with a word for the user."""
    path.write_text(str(os.getpid()))
    sys.stderr.write(f"{words}\n")


def fail(error):
    """A task that cannot be done."""
    raise error


def test_each_has_its_process_and_all_are_done(tmp_path, capsys):
    paths = [tmp_path / f"{i}" for i in range(5)]
    with aside.tasks() as tasks:
        for path in paths:
            tasks.do(write, path, "a glyph is missing")
    found = {path.read_text() for path in paths}
    assert len(found) == 5 and str(os.getpid()) not in found
    assert capsys.readouterr().err == "a glyph is missing\n"  # once


@pytest.mark.parametrize("error", [ResultsError("It is full.", code=1), OSError(28, "No space left", "x.png")])
def test_an_error_is_that_of_the_command(tmp_path, error):
    with pytest.raises(type(error)) as found:
        with aside.tasks() as tasks:
            tasks.do(fail, error)
            tasks.do(write, tmp_path / "other", "")
    assert str(found.value) == str(error)
    assert getattr(found.value, "filename", None) == getattr(error, "filename", None)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, 0)  # none is left


def test_what_fails_ends_those_that_run():
    before = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        with aside.tasks() as tasks:
            tasks.do(time.sleep, 600)
            fail(ZeroDivisionError())
    assert time.monotonic() - before < 300
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, 0)


def test_one_that_is_killed_is_an_error():
    with pytest.raises(ResultsError, match="ended from outside"):
        with aside.tasks() as tasks:
            tasks.do(lambda: os.kill(os.getpid(), 9))


def test_pictures_are_the_same(tmp_path, monkeypatch):
    """Of the command, beside its work, and of a call, amid it."""
    build(tmp_path / "R.db", scenarios=("baseline",), reps=5)
    arguments = [tmp_path / "R.db", "--parts", "curves,causes,mean", "--by", "mode,sector"]
    subprocess.run([sys.executable, SCRIPTS / "survival.py", *arguments, "--out-dir", tmp_path / "command"], check=True,
                   capture_output=True)
    monkeypatch.setattr(interrupts, "is_command", lambda: False)
    assert called("survival.py", *arguments, "--out-dir", tmp_path / "call").returncode == 0
    files = [{path.name: path.read_bytes() for path in (tmp_path / where).iterdir() if path.suffix in (".png", ".csv")}
             for where in ("command", "call")]
    assert files[0] == files[1] and sum(name.endswith(".png") for name in files[0]) == 4


def square_and_process(number):
    """A share's answer."""
    return number ** 2, os.getpid()


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_each_is_the_loop_in_shares(count):
    """The slow twin is the loop: same answers in the same order, by as many processes as there are shares."""
    found = aside.each(square_and_process, range(count))
    assert [answer for answer, _ in found] == [number ** 2 for number in range(count)]
    assert len({process for _, process in found}) == min(count, 2)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, 0)


def test_an_error_in_a_share_is_that_of_the_command():
    with pytest.raises(ResultsError, match="It is full"):
        aside.each(lambda number: fail(ResultsError("It is full.", code=1)) if number else number, range(2))


def test_the_regression_is_the_same_in_shares(tmp_path, monkeypatch):
    """Tables of the command, in shares, and of a call, in one loop."""
    build(tmp_path / "R.db", scenarios=("baseline",), reps=5)
    arguments = [tmp_path / "R.db", "--parts", "cox", "--no-pictures"]
    subprocess.run([sys.executable, SCRIPTS / "survival.py", *arguments, "--out-dir", tmp_path / "command"], check=True,
                   capture_output=True)
    monkeypatch.setattr(interrupts, "is_command", lambda: False)
    assert called("survival.py", *arguments, "--out-dir", tmp_path / "call").returncode == 0
    files = [{path.name: path.read_bytes() for path in (tmp_path / where).iterdir() if path.suffix == ".csv"}
             for where in ("command", "call")]
    assert files[0] == files[1] and len(files[0]) == 3
