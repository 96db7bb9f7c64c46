# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of the system, closed outputs, two writers of one file and kills, over all commands."""

import random
import resource
import shutil
import signal
import subprocess
import time

import pytest

import faults
from patience import PATIENCE

# A build that measures coverage writes no counters: cut off half-way they would spoil what is there.
NO_COUNTERS = {"GCOV_PREFIX": "/dev/null"}
LIMITS = {"size of a file": (resource.RLIMIT_FSIZE, [0, 1 << 12, 1 << 16]),
          "memory": (resource.RLIMIT_AS, [60 << 20, 110 << 20, 140 << 20]),
          "open files": (resource.RLIMIT_NOFILE, [3, 5, 7])}


@pytest.fixture(scope="module")
def inputs():
    with faults.inputs() as folder:
        yield folder


@pytest.mark.parametrize("what", LIMITS)
@pytest.mark.parametrize("name", ["run", "sweep", "fork", "merge", "check", "verify"])
def test_limits(name, what, inputs):
    place = faults.Place(faults.COMMANDS[name], inputs)
    which, sizes = LIMITS[what]
    hard = resource.getrlimit(which)[1]
    for size in sizes:
        done = place.run(preexec_fn=lambda size=size: resource.setrlimit(which, (size, hard)), env=NO_COUNTERS)
        if done.returncode == 127:  # the loader had too little to begin
            continue
        place.judge(f"{what} {size}", done)
    assert place.tried and not place.wrong, "\n".join(place.wrong)


@pytest.mark.parametrize("name", ["check", "merge", "run"])
def test_standard_output_is_full_or_closed(name, inputs):
    """What was asked for on standard output did not arrive: exit 1; a results file is whole anyway."""
    place = faults.Place(faults.COMMANDS[name], inputs)
    for script in ('exec "$@" >/dev/full', 'exec "$@" >&-'):
        done = place.run(prefix=("sh", "-c", script, "sh"))
        assert done.returncode in (0, 1), done.stderr
        assert done.returncode == 0 or done.stderr.strip()
        if place.command.results:
            assert place.made(done) == place.reference
        else:
            assert done.returncode == 1, "the output is lost, and exit 0"


def test_a_full_disk(inputs):
    """A small disk of its own: exit 1 names the reason, and with more room the file is finished."""
    place = faults.Place(faults.COMMANDS["run"], inputs)
    mount = ["unshare", "-rm", "sh", "-c"]
    if subprocess.run([*mount, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False).returncode:
        pytest.skip("no mounts of one's own here")
    for kilobytes in (16, 64, 128):
        small = (f"mount -t tmpfs -o size={kilobytes}k tmpfs . && cd \"$PWD\" && \"$@\"; code=$?; "
                 "cp -a . ../kept; exit $code")
        shutil.rmtree(inputs / "kept", ignore_errors=True)
        done = place.run(prefix=[*mount, small, "sh"])
        shutil.rmtree(place.folder)
        (inputs / "kept").rename(place.folder)
        assert done.returncode == 0 or b"full" in done.stderr or b"space" in done.stderr, done.stderr
        place.judge(f"disk of {kilobytes} KB", done)
    assert 1 in place.exits and not place.wrong, "\n".join(place.wrong)


def test_two_writers_of_one_file(inputs):
    """One makes the file, the other is refused or finds it finished; neither harms it."""
    place = faults.Place(faults.COMMANDS["contagion"], inputs)
    words = [faults.KUMIAI, *place.command.words]
    for _ in range(8 if not faults.WHOLE else 100):
        place.begin()
        both = [subprocess.Popen(words, cwd=place.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                for _ in range(2)]
        said = [process.communicate(timeout=PATIENCE)[1] for process in both]
        codes = sorted(process.returncode for process in both)
        assert codes in ([0, 1], [0, 2]) and all(s for p, s in zip(both, said) if p.returncode), (codes, said)
        assert faults.content(place.folder / "c.db") == place.reference


def end(place, when, how):
    """Starts the command, or goes on with it, and ends it after `when` seconds; its exit code."""
    process = subprocess.Popen([faults.KUMIAI, *place.command.words, *place.command.repair], cwd=place.folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        return process.wait(when)
    except subprocess.TimeoutExpired:
        process.send_signal(how)
        return process.wait(PATIENCE)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("name", ["run", "sweep", "fork"])
def test_kills(name, how, inputs):
    """Killed at any moment, again and again: the file is whole and is finished to the same content."""
    place = faults.Place(faults.COMMANDS[name], inputs)
    draw, path, kills, started = random.Random(f"{name} {how}"), place.folder / place.command.results, 0, time.monotonic()
    place.run()
    whole = time.monotonic() - started
    for _ in range(100 if faults.WHOLE else 3):
        place.begin()
        for _ in range(4):
            code = end(place, draw.uniform(0.1, 1.0) * whole, how)
            assert code in (0, -how, 130), code
            kills += code != 0
            assert not path.exists() or faults.sound(path) and faults.verified(path)
        done = place.again(*place.command.repair)
        assert done.returncode == 0, done.stderr
        assert place.made(done) == place.reference
    print(f"\n{name}: {kills} kills by {how.name}")
