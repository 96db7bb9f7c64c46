# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals end a script at any time with exit 130 and one sentence, and leave nothing; what a killed one
leaves, the next clears away."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import SCRIPTS, called
from patience import PATIENCE
from results_files import build

from kumiai import interrupts, output, rooms

SENTENCE = "{}: interrupted; nothing was written.\n"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return build(tmp_path_factory.mktemp("interrupts") / "r.db", reps=2)


def start(name, *arguments, **options):
    return subprocess.Popen(["/usr/bin/python3", SCRIPTS / name, *map(str, arguments)], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def wait_for(what, process):
    end = time.monotonic() + PATIENCE
    while not what() and process.poll() is None:
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.001)


def handles(process):
    """Whether it has handlers of its own, as the kernel tells: from its first import on."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    caught = int(next(line for line in status.splitlines() if line.startswith("SigCgt")).split()[1], 16)
    return caught >> (signal.SIGTERM - 1) & 1


def rooms_in(folder):
    return list(folder.glob(f"{rooms.PREFIX}*"))


@pytest.mark.parametrize("name", ["compare.py", "survival.py", "network.py", "report.py", "sensitivity.py", "discover.py",
                                  "calibrate.py", "rare.py", "patterns.py", "kumiai-export", "ablations.py", "odd_tables.py"])
def test_while_it_begins(results, name):
    """Its imports take seconds; whatever they are doing."""
    process = start(name, *([] if name == "odd_tables.py" else [results]))
    wait_for(lambda: handles(process), process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (130, "", SENTENCE.format(name))


@pytest.mark.parametrize("number", interrupts.ENDING)
@pytest.mark.parametrize("later", [0.0, 0.02])
def test_while_it_writes(results, tmp_path, number, later):
    process = start("compare.py", results, "--out-dir", tmp_path / "new")
    wait_for(lambda: rooms_in(tmp_path / "new"), process)
    time.sleep(later)
    process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (130, SENTENCE.format("compare.py"))
    assert not list(tmp_path.iterdir())


def test_what_is_ignored_stays_ignored(results, tmp_path):
    """As nohup has it."""
    process = start("compare.py", results, "--out-dir", tmp_path,
                    preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait_for(lambda: rooms_in(tmp_path), process)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and len(list(tmp_path.glob("*.png"))) == 4


def test_what_a_killed_one_leaves_is_cleared(results, tmp_path):
    """... and not the room of one that still writes, nor what is nobody's room."""
    process = start("compare.py", results, "--out-dir", tmp_path)
    wait_for(lambda: rooms_in(tmp_path), process)
    process.kill()
    process.communicate(timeout=PATIENCE)
    (tmp_path / f"{rooms.PREFIX}file").touch()
    (tmp_path / f"{rooms.PREFIX}link").symlink_to(tmp_path)
    (tmp_path / ".kumiai-mine").mkdir()
    assert len(rooms_in(tmp_path)) == 3
    (tmp_path / "r.db").touch()
    with output.Outputs("x.py", [tmp_path / "r.db"]) as one:
        one.new("a.csv").write_text("one", encoding="utf-8")
        with output.Outputs("y.py", [tmp_path / "r.db"]) as two:
            two.new("a.csv").write_text("two", encoding="utf-8")
        assert (tmp_path / "r_y_a.csv").exists()
    assert (tmp_path / "r_x_a.csv").exists() and len(rooms_in(tmp_path)) == 2
    assert (tmp_path / ".kumiai-mine").exists()


# ---- the module ----


def test_a_signal_between_two_files_comes_after_both(tmp_path, monkeypatch):
    """All of a call's files get their names, or none."""
    (tmp_path / "r.db").touch()
    replace, before = os.link, signal.getsignal(signal.SIGTERM)

    def link(*arguments):
        os.kill(os.getpid(), signal.SIGTERM)
        replace(*arguments)
    monkeypatch.setattr(os, "link", link)
    with interrupts.handled():
        with output.Outputs("x.py", [tmp_path / "r.db"]) as files:
            for name in "ab":
                files.new(name).write_text(name, encoding="utf-8")
    assert (tmp_path / "r_x_a").exists() and (tmp_path / "r_x_b").exists() and not rooms_in(tmp_path)
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize("lose", [KeyboardInterrupt, RuntimeError])
def test_a_signal_that_a_library_loses(tmp_path, lose):
    """Nothing is written all the same: it is asked for again before anything gets its name."""
    (tmp_path / "r.db").touch()
    with pytest.raises(KeyboardInterrupt):
        with interrupts.handled(), output.Outputs("x.py", [tmp_path / "r.db"]) as files:
            files.new("a").write_text("a", encoding="utf-8")
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt as error:
                if lose is not KeyboardInterrupt:
                    raise lose() from error
    assert [p.name for p in tmp_path.iterdir()] == ["r.db"]


def test_one_call_after_an_interrupted_one(results, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(output.Outputs, "commit", lambda self: os.kill(os.getpid(), signal.SIGTERM))
        assert called("compare.py", results, "--out-dir", tmp_path).returncode == 130
    assert not list(tmp_path.iterdir())
    assert called("compare.py", results, "--out-dir", tmp_path, "--no-pictures").returncode == 0
