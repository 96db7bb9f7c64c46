"""The model against its closed form: python3 test_MODEL_NAME.py PROGRAM. After t steps the mean place of
n agents has mean t(2p - 1) and standard error sqrt(4tp(1 - p) / n)."""

import math
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

SCENARIO = Path(__file__).resolve().parent / "MODEL_NAME.cfg"
AGENTS, STEPS = 20000, 50


def final_mean(program, folder, right, seed):
    """The mean place at the end of one run, which --paranoid checks step by step."""
    out = Path(folder) / "r.db"
    settings = [f"--set=MODEL_NAME.right={right}", f"--set=MODEL_NAME.agents={AGENTS}", f"--set=run.steps={STEPS}"]
    subprocess.run([program, "run", SCENARIO, *settings, f"--seed={seed}", "--reps=1", "--paranoid", "--quiet",
                    "--force", "--out", out], check=True, stdout=subprocess.DEVNULL)
    return sqlite3.connect(out).execute("SELECT place_mean_final FROM summary").fetchone()[0]


def agrees(mean, right):
    """Within five standard errors: a false alarm in 1.7 million."""
    return abs(mean - STEPS * (2 * right - 1)) <= 5 * math.sqrt(4 * STEPS * right * (1 - right) / AGENTS)


def main(program):
    subprocess.run([program, "check", SCENARIO], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        for right in (0.5, 0.6, 0.1):
            assert agrees(final_mean(program, folder, right, 1), right), f"right = {right}"
        assert not agrees(final_mean(program, folder, 0.55, 1), 0.5), "a wrong probability is not found out"


if __name__ == "__main__":
    main(sys.argv[1])
