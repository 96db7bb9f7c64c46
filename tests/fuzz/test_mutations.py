# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in a results file: the program and the scripts end with an exit code of the
contract and a sentence, never with a signal or a traceback. KUMIAI_FUZZ_SECONDS: for how long
instead of a fixed number of files."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from mutations import mutate

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "fault"))
from faults import KUMIAI, QUIET, write_inputs  # noqa: E402

SECONDS = float(os.environ.get("KUMIAI_FUZZ_SECONDS", "0"))
FORMATS = ("csv", "spells", "graphml", "gexf", "rsiena", "goldfish")
SCRIPTS = ("compare", "survival", "network", "report", "sensitivity")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mutations")
    write_inputs(folder / "in")
    return folder


def kumiai_words(draw):
    """(file that is mutated, arguments)."""
    kind = draw.random()
    if kind < 0.6:
        more = draw.choice(([], ["--enter", "founded", "--leave", "ended"], ["--run", "1"]))
        return "full.db", ["export", "full.db", "--to", "x", "--format", draw.choice(FORMATS), *more]
    if kind < 0.8:
        return "s1.db", ["merge", "m.db", *draw.sample(["s1.db", "s2.db"], 2)]
    if kind < 0.9:
        until = draw.choice((["--reps", draw.choice("123")], ["--until", "ties_regional:1", "--max-reps", "4"]))
        return "full.db", ["run", "tiny.cfg", "--detail", "full", "--out", "full.db", "--resume", *QUIET, *until]
    more = draw.choice(([], ["--retry-failed"], ["--reps", "3"]))
    return "s1.db", ["sweep", "sweep.cfg", "--out", "s1.db", "--shard", "1/2", "--resume", *QUIET, *more]


def script_words(draw):
    name = draw.choice(SCRIPTS)
    file = "s1.db" if name == "sensitivity" else "full.db"
    more = ["-o", "page.html"] if name == "report" else ["--no-pictures", "--out-dir", "out"]
    return file, [str(ROOT / "scripts" / f"{name}.py"), file, *more]


def campaign(folder, program, words, files):
    """Mutates and runs until the number of files or the time is over; what must not be."""
    exits, wrong, started, work = Counter(), [], time.monotonic(), folder / "w"
    number = 0
    while number < files if not SECONDS else time.monotonic() - started < SECONDS:
        number += 1
        draw = random.Random(number)
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(folder / "in", work)
        file, arguments = words(draw)
        done = mutate(work / file, draw)
        ended = subprocess.run([*program, *arguments], cwd=work, check=False, capture_output=True, timeout=100,
                               env={**os.environ, "OMP_NUM_THREADS": "1"}, stdin=subprocess.DEVNULL)
        said = ended.stderr.decode(errors="replace")
        exits[ended.returncode] += 1
        bad = ended.returncode not in (0, 1, 2, 3) or (ended.returncode and not said.strip())
        if bad or "Traceback" in said or "Sanitizer" in said or "runtime error" in said:
            wrong.append(f"{number}: exit {ended.returncode} {arguments} after {done}: {said.strip()[-300:]}")
    print(f"\n{number} files, exits {dict(sorted(exits.items()))}, {len(wrong)} wrong")
    return wrong


def test_the_program(folder):
    wrong = campaign(folder, [KUMIAI], kumiai_words, 60)
    assert not wrong, "\n".join(wrong)


def test_the_scripts(folder):
    wrong = campaign(folder, [sys.executable], script_words, 4)
    assert not wrong, "\n".join(wrong)
