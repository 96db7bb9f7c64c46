# SPDX-License-Identifier: GPL-3.0-or-later
"""Many runs in one file: memory does not grow with them, and `--dry-run` knows what they take."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from conftest import KUMIAI, kumiai, query

SANITIZED = "-fsanitize" in kumiai("--version").stdout
POINTS = 100
UNITS = {"bytes": 1, "kB": 1e3, "MB": 1e6}
# SQLite's pages in memory are full from here on.
MANY, MORE = (2000, 4000) if SANITIZED else (200_000, 400_000)


@pytest.fixture(name="sweep")
def fixture_sweep(tmp_path):
    """The words of a sweep of very small runs, and where its results go."""
    base = tmp_path / "base.cfg"
    base.write_text('model = "none";\nrun = { steps = 2; };\nnone = { agents = 10; };\n')
    path = tmp_path / "s.cfg"
    path.write_text(f"""scenario = "base.cfg"; sweep = {{ design = "lhs"; points = {POINTS};
        factors = ( {{ parameter = "none.right"; }} ); }};\n""")
    return ["sweep", str(path)], tmp_path / "r.db"


def made(sweep, runs):
    """Runs so many in all; the most memory that was resident, bytes."""
    words, out = sweep
    process = subprocess.Popen([KUMIAI, *words, "--reps", str(runs // POINTS), "--out", out,
                                "--force", "--quiet"], stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        text = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        most = max([most, *map(int, re.findall(r"^VmHWM:\s+(\d+)", text, re.MULTILINE))])
        time.sleep(0.01)
    assert process.returncode == 0
    assert query(out, "SELECT count(*) FROM run") == [(runs,)]
    return 1024 * most


def foretold(sweep, runs):
    """Bytes of the file and of memory that --dry-run tells."""
    words, _ = sweep
    told = kumiai(*words, "--reps", runs // POINTS, "--dry-run").stdout
    return [float(number) * UNITS[unit] for number, unit in
            re.findall(r"^(?:results file|memory) +about ([\d.]+) (\w+)", told, re.MULTILINE)]


def test_the_file_is_as_large_as_foretold(sweep):
    file, _ = foretold(sweep, MANY)
    made(sweep, MANY)
    assert 0.8 < sweep[1].stat().st_size / file < 1.2


@pytest.mark.skipif(SANITIZED, reason="a sanitizer keeps what is freed")
def test_memory_stays_flat(sweep):
    """Twice the runs in about the same memory: ten bytes that a run left behind would be seen."""
    many, more = made(sweep, MANY), made(sweep, MORE)
    assert more - many < 10 * (MORE - MANY)
    _, memory = foretold(sweep, MORE)
    assert 0.7 < more / memory < 1.3
