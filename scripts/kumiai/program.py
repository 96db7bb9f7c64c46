# SPDX-License-Identifier: GPL-3.0-or-later
"""The program kumiai, called by scripts: where it is, what it says."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from kumiai.errors import ResultsError

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "build/release/kumiai"
SOME_FAILED, INTERRUPTED = 3, 130
PREFIX = "kumiai: "  # of what the program says beside its progress


def default() -> Path:
    """The program: what the variable KUMIAI names, the release build beside the scripts, or kumiai of the PATH."""
    named = os.environ.get("KUMIAI")
    return Path(named) if named else BUILT if BUILT.exists() else Path(shutil.which("kumiai") or BUILT)


def dies_with_caller() -> Callable[[], None] | None:
    """preexec_fn of a subprocess that is to be killed when the thread that started it dies, however that dies: a program
    that went on would keep the results file to itself. None where the system cannot (it is Linux that can)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl, caller, set_death_signal = ctypes.CDLL(None).prctl, os.getpid(), 1

    def ask_for_it() -> None:
        prctl(set_death_signal, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != caller:  # it died before the request
            os._exit(1)
    return ask_for_it


def not_run(program: str | Path, error: OSError) -> ResultsError:
    """The sentence about a program that is not there, or is none."""
    return ResultsError(f"{program} cannot be run ({error.strerror}); build it with `cmake --build --preset release` or "
                        "name another program.")


def ask(program: str | Path, *arguments: object, say: Callable[[str], None] | None = None) -> str:
    """Standard output of the program; raises ResultsError with its own words, KeyboardInterrupt where it was
    interrupted. Runs that failed are no error: the results file has their notes. say(sentence): gets its notes and
    warnings, which it otherwise keeps to itself."""
    try:
        done = subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, preexec_fn=dies_with_caller())
    except OSError as error:
        raise not_run(program, error) from error
    if done.returncode == INTERRUPTED:
        raise KeyboardInterrupt
    if done.returncode not in (0, SOME_FAILED):
        lines = done.stderr.strip().splitlines() or [f"{program} ended with exit code {done.returncode}"]
        raise ResultsError("; ".join(line.removeprefix(PREFIX) for line in lines),
                           code=2 if done.returncode == 2 else 1)
    if say:
        for line in done.stderr.splitlines():
            if line.startswith(PREFIX):  # the others are its progress
                say(line.removeprefix(PREFIX))
    return done.stdout


def quoted(text: object) -> str:
    """A text as libconfig writes it."""
    return json.dumps(str(text), ensure_ascii=False)
