# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in a results file: the program and the scripts end with an exit code of the
contract and a sentence, never with a signal or a traceback. KUMIAI_FUZZ_SECONDS: for how long
instead of a fixed number of files."""

import importlib
import os
import random
import runpy
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

import pytest

from mutations import mutate

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "fault"))
from faults import KUMIAI, QUIET, write_inputs  # noqa: E402

SECONDS = float(os.environ.get("KUMIAI_FUZZ_SECONDS", "0"))
FORMATS = ("csv", "spells", "graphml", "gexf", "rsiena", "goldfish")
SCRIPTS = ("compare", "survival", "network", "patterns", "report", "sensitivity")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mutations")
    write_inputs(folder / "in")
    return folder


def kumiai_words(draw):
    """(file that is mutated, arguments)."""
    kind = draw.random()
    if kind < 0.5:
        return "s1.db", ["merge", "m.db", *draw.sample(["s1.db", "s2.db"], 2)]
    if kind < 0.75:
        until = draw.choice((["--reps", draw.choice("123")], ["--until", "ties_regional:1", "--max-reps", "4"]))
        return "full.db", ["run", "tiny.cfg", "--detail", "full", "--out", "full.db", "--resume", *QUIET, *until]
    more = draw.choice(([], ["--retry-failed"], ["--reps", "3"]))
    return "s1.db", ["sweep", "sweep.cfg", "--out", "s1.db", "--shard", "1/2", "--resume", *QUIET, *more]


def export_words(draw):
    more = draw.choice(([], ["--enter", "founded", "--leave", "ended"], ["--run", "1"]))
    return "full.db", [str(ROOT / "scripts" / "kumiai-export"), "full.db", "--to", "x", "--format", draw.choice(FORMATS),
                       *more]


def script_words(draw):
    name = draw.choice(SCRIPTS)
    file = "s1.db" if name == "sensitivity" else "full.db"
    more = {"report": ["-o", "page.html"], "patterns": []}.get(name, ["--no-pictures", "--out-dir", "out"])
    return file, [str(ROOT / "scripts" / f"{name}.py"), file, *more]


def run_program(words, work):
    """(exit code, what it said on stderr)."""
    done = subprocess.run([KUMIAI, *words], cwd=work, check=False, capture_output=True, timeout=100,
                          env={**os.environ, "OMP_NUM_THREADS": "1"}, stdin=subprocess.DEVNULL)
    return done.returncode, done.stderr.decode(errors="replace")


def run_script(words, work):
    """The same of a script, in a child of this process: its libraries are loaded already."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(100)
            os.chdir(work)
            out = os.open("stderr", os.O_WRONLY | os.O_CREAT)
            os.dup2(out, 1)
            os.dup2(out, 2)
            sys.stdout = sys.stderr = open(2, "w", encoding="utf-8", errors="replace", closefd=False)
            sys.argv = words
            runpy.run_path(words[0], run_name="__main__")
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:  # whatever it is, this child must not go on as pytest
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, (work / "stderr").read_text(encoding="utf-8", errors="replace")


def campaign(folder, run, words, files):
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
        code, said = run(arguments, work)
        exits[code] += 1
        bad = code not in (0, 1, 2, 3) or (code and not said.strip())
        if bad or "Traceback" in said or "Sanitizer" in said or "runtime error" in said:
            wrong.append(f"{number}: exit {code} {arguments} after {done}: {said.strip()[-300:]}")
    print(f"\n{number} files, exits {dict(sorted(exits.items()))}, {len(wrong)} wrong")
    return wrong


def test_the_program(folder):
    wrong = campaign(folder, run_program, kumiai_words, 60)
    assert not wrong, "\n".join(wrong)


def test_the_export(folder):
    wrong = campaign(folder, run_script, export_words, 60)
    assert not wrong, "\n".join(wrong)


def test_the_scripts(folder):
    for library in ("pandas", "scipy.stats", "statsmodels.api", "matplotlib.figure", "jinja2", "igraph", "openturns"):
        importlib.import_module(library)
    wrong = campaign(folder, run_script, script_words, 12)
    assert not wrong, "\n".join(wrong)
