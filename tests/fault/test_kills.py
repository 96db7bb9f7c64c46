# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that are killed at a call of the system: their files recover, and what they leave behind is
played into no other file."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import faults
from conftest import kumiai

if not faults.LIBRARY:
    pytest.skip("the library that lets calls fail is not built here", allow_module_level=True)

KINDS = ("write", "pwrite", "sync", "link", "rename", "unlink")


@pytest.fixture(scope="module")
def inputs():
    with faults.inputs() as folder:
        yield folder


def kills(place, most):
    """Runs the command from nothing and kills it at one call after the other, a sample of `most` of each
    kind; after each gives what was done."""
    for kind, calls in place.calls().items():
        numbers = range(1, len(calls) + 1) if kind in KINDS else ()
        for number in numbers if faults.WHOLE else faults.even(numbers, most):
            yield f"{kind} {number}", place.run(env={"LD_PRELOAD": faults.LIBRARY, "FAULT_CALL": kind,
                                                     "FAULT_AT": str(number), "FAULT_KILL": "1"})


def hot(path):
    """Whether SQLite would play a journal into the file."""
    journal = Path(f"{path}-journal")
    return path.exists() and journal.exists() and journal.read_bytes()[:1] not in (b"", b"\0")


@pytest.mark.parametrize("name", ["run", "sweep", "fork", "merge"])
def test_killed_at_a_call(name, inputs):
    """Whatever was done by then, the file is whole and is finished to the same content."""
    place, tried = faults.Place(faults.COMMANDS[name], inputs), 0
    for what, done in kills(place, 3):
        tried += 1
        assert done.returncode == -9, what
        place.repair(done, lambda words, what=what: place.wrong.append(f"{what}: {words}"))
    print(f"\n{name}: killed at {tried} calls, {len(place.wrong)} wrong")
    assert not place.wrong, "\n".join(place.wrong)


def refused(path, command):
    """No command that opens the file takes the journal for its own, and nothing is changed."""
    journal = Path(f"{path}-journal")
    before = path.read_bytes(), journal.read_bytes()
    link = path.with_name("link.db")
    link.symlink_to(path.name)
    for words in (["verify", path], ["verify", link], ["verify", path, "--rerun", 1], [*command, "--resume"],
                  [*command, "--force"],
                  ["merge", path.with_name("m.db"), path, "../in/s2.db"]):
        result = kumiai(*words, cwd=path.parent)
        assert result.returncode == 2, (words, result)
        assert f"{journal.name} is not the journal of results file" in result.stderr, words
    assert (path.read_bytes(), journal.read_bytes()) == before
    assert not path.with_name("m.db").exists() and not path.with_name("x").exists()
    link.unlink()


def test_a_journal_is_played_into_its_own_file_only(inputs):
    """Another one gets its name, be it a later state of the same file."""
    words = ["run", faults.CONTAGION, "--reps", "3", "--out", "c.db", *faults.QUIET]
    command = faults.Command([*words, "--resume"], results="c.db", begun="c1.db")
    place, tried = faults.Place(command, inputs), 0
    out, later = place.folder / "c.db", inputs / "later.db"
    place.run("--reps", "2")
    shutil.copy(out, later)
    for what, done in kills(place, 5):
        if not hot(out):
            continue
        tried += 1
        own = out.rename(out.with_name("own.db"))
        journal = out.with_name(f"{out.name}-journal")
        left = journal.read_bytes()
        for begin in (words, ["merge", "c.db", inputs / "in" / "s1.db", inputs / "in" / "s2.db"]):
            result = kumiai(*begin, cwd=place.folder)
            assert result.returncode == 2 and f"but {journal.name}, which a file" in result.stderr, result
            assert journal.read_bytes() == left and not out.exists()
        for other in (inputs / "in" / "full.db", inputs / "in" / "s1.db", later):
            shutil.copy(other, out)
            refused(out, words)
        own.rename(out)
        place.repair(done, lambda words, what=what: place.wrong.append(f"{what}: {words}"))
    assert tried > 3 and not place.wrong, "\n".join(place.wrong)


def test_scripts_say_who_puts_a_file_right(inputs):
    place = faults.Place(faults.COMMANDS["sweep"], inputs)
    out = place.folder / "s.db"
    _, done = next(kill for kill in kills(place, 100) if hot(out))
    script = [sys.executable, faults.TESTS.parent / "scripts" / "sensitivity.py", out]
    told = subprocess.run(script, capture_output=True, text=True, check=False)
    assert told.returncode == 1 and "was left half-written, or s.db-journal" in told.stderr
    assert f"`kumiai verify {out}` puts it right" in told.stderr
    place.repair(done, place.wrong.append)
    assert not place.wrong


def test_a_folder_that_cannot_be_written(inputs):
    """The journal cannot be played back there: what is to do is said, and nothing is changed."""
    place = faults.Place(faults.COMMANDS["run"], inputs)
    out = place.folder / place.command.results
    _, done = next(kill for kill in kills(place, 100) if hot(out))
    journal = out.with_name(f"{out.name}-journal")
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        for path in (out, journal):
            Path(shutil.copy(path, folder)).chmod(0o444)
        folder.chmod(0o555)
        somebody = {"user": 65534} if os.getuid() == 0 else {}
        told = kumiai("verify", out.name, cwd=folder, **somebody)
        assert told.returncode == 1 and f"copy it with {journal.name} to a folder" in told.stderr, told
        folder.chmod(0o755)
        assert (folder / out.name).read_bytes() == out.read_bytes()
    place.repair(done, place.wrong.append)
    assert not place.wrong
