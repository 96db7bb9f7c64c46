# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands in which a call of the system fails: which there are, and what must hold afterwards.

fail.c, preloaded, lets the N-th call of a kind fail. KUMIAI_FAULTS=whole tries every N (of
allocations and calls of libraries the first and the last of each place in the code, and a sample of
the others); KUMIAI_FAULTS=places, for the measure of coverage, the first of each place, and repairs
nothing; else an even sample of some. No choice is random."""

import errno
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "cli"))
from conftest import KUMIAI, content, sound  # noqa: E402
from patience import PATIENCE  # noqa: E402

LIBRARY = os.environ.get("KUMIAI_FAULT_LIBRARY", "")
WHOLE = os.environ.get("KUMIAI_FAULTS") == "whole"
PLACES = os.environ.get("KUMIAI_FAULTS") == "places"
PLACED = ("alloc", "sqlite")  # kinds of which it is known where they come from
# How the others fail.
ERRORS = {
    "open": [errno.EMFILE, errno.EACCES, errno.EINTR], "write": [errno.ENOSPC, errno.EIO, errno.EINTR],
    "pwrite": [errno.ENOSPC, errno.EIO, errno.EINTR], "sync": [errno.EIO], "rename": [errno.EIO],
    "link": [errno.EIO, errno.EPERM], "unlink": [errno.EACCES], "mmap": [errno.ENOMEM],
    "close": [errno.EIO], "read": [errno.EIO, errno.EINTR], "pread": [errno.EIO, errno.EINTR]}
SHORT = ("write", "pwrite", "read", "pread")  # also: half of the bytes moved


@dataclass
class Command:
    """A command line, the results file that it makes, and what finishes it after a failure."""
    words: list
    results: str = ""          # path; none: its standard output
    begun: str = ""            # name among the inputs of the results file that it goes on with
    repair: list = field(default_factory=list)  # words to add; none: the same command once more


TINY, CONTAGION, SWEEP, POLICY, POLICY_C = (
    f"../in/{name}.cfg" for name in ("tiny", "contagion", "sweep", "policy", "policy_c"))
QUIET = ["--threads", "1", "--quiet"]
COMMANDS = {
    "run": Command(["run", TINY, "--reps", "2", "--detail", "full", "--checkpoint-every", "1",
                    "--out", "r.db", *QUIET], results="r.db", repair=["--resume"]),
    "contagion": Command(["run", CONTAGION, "--reps", "3", "--out", "c.db", *QUIET],
                         results="c.db", repair=["--resume"]),
    "sweep": Command(["sweep", SWEEP, "--out", "s.db", *QUIET], results="s.db", repair=["--resume"]),
    "targets": Command(["sweep", SWEEP, "--out", "t.db", "--targets", "../in/targets.cfg", *QUIET], results="t.db",
                       repair=["--resume"]),
    "fork": Command(["fork", TINY, POLICY, "--at", "2011", "--reps", "1", "--detail", "full",
                     "--out", "f.db", *QUIET], results="f.db", repair=["--resume"]),
    "merge": Command(["merge", "m.db", "../in/s1.db", "../in/s2.db"], results="m.db"),
    "check": Command(["check", TINY, SWEEP]),
    "verify": Command(["verify", "../in/full.db"]),
}
if WHOLE or PLACES:
    COMMANDS |= {
        "grow": Command(["run", CONTAGION, "--reps", "3", "--out", "c.db", "--resume", *QUIET],
                        results="c.db", begun="c1.db"),
        "half": Command(["sweep", SWEEP, "--out", "s1.db", "--shard", "1/2", "--resume", *QUIET],
                        results="s1.db", begun="s1.db"),
        "until": Command(["run", CONTAGION, POLICY_C, "--until", "infected_final:60", "--max-reps", "16", "--out",
                          "u.db", *QUIET], results="u.db", repair=["--resume"]),
        "rerun": Command(["verify", "../in/full.db", "--rerun", "1"]),
        "describe": Command(["describe", "cooperation", "--format", "json"])}


def write_inputs(folder):
    """The files that the commands read."""
    shutil.copytree(TESTS / "data" / "tiny", folder)
    small = 'model = "contagion";\nrun = { steps = 12; seed = 3; };\ncontagion = { agents = 50; };\n'
    (folder / "contagion.cfg").write_text(small, encoding="utf-8")
    (folder / "sweep.cfg").write_text(
        'scenario = "contagion.cfg";\nsweep = { design = "lhs"; points = 3; reps = 2; factors = (\n'
        '  { parameter = "contagion.beta"; min = 0.01; max = 0.2; }); };\n', encoding="utf-8")
    (folder / "targets.cfg").write_text(
        'model = "contagion";\nviews = ( { name = "v"; sql = "SELECT avg(infected) AS m FROM series"; } );\n'
        'outputs = ( { name = "mean"; sql = "SELECT m FROM v"; },\n'
        '  { name = "peak"; metric = "infected_peak"; value = 9; year = 2000; scale = "count"; tag = "A";\n'
        '    source = "a test"; use = "test"; } );\n', encoding="utf-8")
    (folder / "policy.cfg").write_text('base = "tiny.cfg";\nhub = { enabled = false; };\n', encoding="utf-8")
    (folder / "policy_c.cfg").write_text('base = "contagion.cfg";\ncontagion = { beta = 0.3; };\n', encoding="utf-8")
    full = ["run", "tiny.cfg", "--reps", "1", "--detail", "full", "--out", "full.db", *QUIET]
    shards = (["sweep", "sweep.cfg", "--shard", f"{i}/2", "--out", f"s{i}.db", *QUIET] for i in (1, 2))
    begun = ["run", "contagion.cfg", "--reps", "1", "--out", "c1.db", *QUIET]
    for words in (full, begun, *shards):
        subprocess.run([KUMIAI, *words], cwd=folder, check=True, capture_output=True)


@contextmanager
def inputs():
    """A folder for one test file with the inputs in it, in memory where that can be: what is flushed
    costs nothing there."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="kumiai-fault-", dir=memory if os.access(memory, os.W_OK) else None) as made:
        write_inputs(Path(made) / "in")
        yield Path(made)


class Place:
    """A folder in which one command is run again and again, each time from nothing."""

    def __init__(self, command, folder):
        self.command, self.folder = command, folder / "w"
        self.tried, self.exits, self.wrong = 0, Counter(), []
        done = self.run()
        assert done.returncode == 0, done.stderr
        self.reference = self.made(done)

    def begin(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        if self.command.begun:
            shutil.copy(self.folder.parent / "in" / self.command.begun, self.folder / self.command.results)

    def run(self, *more, prefix=(), env=None, **options):
        """The command in an empty folder; `prefix` stands before it."""
        self.begin()
        return self.again(*more, prefix=prefix, env=env, **options)

    def again(self, *more, prefix=(), env=None, **options):
        words = [*prefix, KUMIAI, *self.command.words, *more]
        return subprocess.run(words, cwd=self.folder, env={**os.environ, "OMP_NUM_THREADS": "1", **(env or {})},
                              stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False,
                              **{"capture_output": True, **options})

    def made(self, done):
        """What a run of the command has made, timings and dates apart."""
        if self.command.results:
            return content(self.folder / self.command.results)
        return re.sub(rb"[0-9.]+ MB/s", b"", done.stdout)  # of verify

    def calls(self):
        """Per kind of call the digests of the places that it comes from, in order."""
        record = self.folder.parent / "record"
        record.unlink(missing_ok=True)
        self.run(env={"LD_PRELOAD": LIBRARY, "FAULT_RECORD": str(record)})
        found = {}
        for line in record.read_text(encoding="utf-8").splitlines():
            kind, _, place = line.split()
            found.setdefault(kind, []).append(place)
        return found

    def left(self):
        """Unfinished files and folders under names that nobody would look for."""
        return [p.name for p in self.folder.iterdir() if ".partial" in p.name or p.name.endswith("-journal")]

    def judge(self, what, done, kept_names=False):
        """Notes in `wrong` whatever must not be after a run in which something failed."""
        self.tried += 1
        self.exits[done.returncode] += 1
        found = done.stdout if self.command.words[0] == "verify" else b""  # what it finds is its output
        said = (done.stderr + (found or b"")).decode(errors="replace").strip()
        wrong = lambda words: self.wrong.append(f"{what}: {words} | {said[-160:]}")
        if done.returncode not in (0, 1, 2, 3):
            wrong(f"ended with {done.returncode}")
        if done.returncode and not said:
            wrong(f"exit {done.returncode} without a word")
        if not kept_names and self.left():
            wrong(f"left behind: {self.left()}")
        if done.returncode == 0 and self.made(done) != self.reference:
            wrong("exit 0 with other content")
        if done.returncode and not PLACES:
            self.repair(done, wrong)

    def repair(self, done, wrong):
        """What stands there is whole, and the command makes the same of it in the end."""
        path = self.folder / self.command.results if self.command.results else None
        if path and path.exists() and not (verified(path) and sound(path)):
            wrong("the results file is damaged")
        more = [*self.command.repair]
        if done.returncode == 3:  # runs failed: they are made again where the command can
            if self.command.words[0] not in retries():
                return
            more += ["--retry-failed"]
        if not self.command.repair and not self.command.begun and path and path.exists():
            path.unlink()
        again = self.again(*more)
        if again.returncode:
            wrong(f"exit {done.returncode}; after that {again.returncode}: {again.stderr[-200:]!r}")
        elif self.made(again) != self.reference:
            wrong(f"exit {done.returncode}; finished to other content")


def verified(path):
    """Every row is as it was written."""
    return subprocess.run([KUMIAI, "verify", path], capture_output=True, check=False).returncode == 0


def retries():
    """Commands that know --retry-failed."""
    return [name for name in ("run", "sweep", "fork")
            if b"--retry-failed" in subprocess.run([KUMIAI, name, "--help"], capture_output=True, check=True).stdout]


def even(numbers, most):
    """At most `most` of the numbers, evenly spread, the last one with them."""
    step = max(1, len(numbers) / most)
    return sorted({numbers[-1 - int(k * step)] for k in range(min(most, len(numbers)))}) if numbers else []


def by_place(places, most):
    """Numbers of calls to fail: of each place in the code the first, and the last."""
    first, last = {}, {}
    for number, place in enumerate(places, 1):
        first.setdefault(place, number)
        last[place] = number
    if PLACES:
        return sorted(first.values())
    if not WHOLE:
        return even(sorted(first.values()), most)
    return sorted({*first.values(), *last.values(), *even(range(1, len(places) + 1), 300)})


def plan(calls, placed, others):
    """(kind, N, environment) of everything to try, from what one run of the command calls."""
    for kind, places in calls.items():
        if kind in PLACED:
            for number in by_place(places, placed):
                yield kind, number, {}
            for number in by_place(places, max(1, placed // 4)) if not PLACES else ():
                yield kind, number, {"FAULT_FOREVER": "1"}
            continue
        numbers = range(1, len(places) + 1)
        hows = [{"FAULT_ERROR": str(error)} for error in ERRORS[kind]]
        hows += [{"FAULT_SHORT": "1"}] if kind in SHORT else []
        for k, how in enumerate(hows):
            chosen = numbers if WHOLE else even(numbers, others if k == 0 else 1)
            for number in chosen:
                yield kind, number, how
