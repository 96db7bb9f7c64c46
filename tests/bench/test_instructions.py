# SPDX-License-Identifier: GPL-3.0-or-later
"""How many instructions a model takes for each of the plain C loop with the same draws. They are counted,
not timed: a busy machine changes none of them."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from patience import PATIENCE  # noqa: E402

BENCHMARKS = Path(os.environ.get("KUMIAI", "kumiai")).resolve().parent / "tests" / "bench"
FEW, MANY = 20, 120  # calls; the difference has no start of the program in it
AGENTS = 2000
# boltzmann's agents are asked one by one, and each call of `ask` reads the world and the key anew.
MOST = {"voter, a step": 1.3, "voter, observed": 1.3, "boltzmann, a step": 1.7, "boltzmann, observed": 1.3}


def _collected(what, calls):
    program = BENCHMARKS / f"bench_{re.search('voter|boltzmann', what)[0]}"
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, "--quick",
                           "--only", f"{what}, {AGENTS} agents", str(calls)],
                          check=True, capture_output=True, text=True, timeout=PATIENCE)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def _instructions(what):
    """Of an agent."""
    with ThreadPoolExecutor(2) as both:
        few, many = both.map(lambda calls: _collected(what, calls), (FEW, MANY))
    return (many - few) / (MANY - FEW) / AGENTS


@pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind, which counts instructions, is not there")
@pytest.mark.skipif(not (BENCHMARKS / "bench_voter").exists(), reason="this build has no benchmarks")
@pytest.mark.parametrize("what", MOST)
def test_a_model_takes_few_instructions_more_than_a_plain_loop(what):
    own, plain = _instructions(what), _instructions(f"plain {what}")
    print(f"{what}: {own:.1f} instructions of an agent, {plain:.1f} of the plain loop: {own / plain:.2f}")
    assert plain > 5  # it did its work
    assert own <= MOST[what] * plain
