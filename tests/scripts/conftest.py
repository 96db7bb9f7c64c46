# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the analysis scripts share."""

import importlib.util
import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))


@dataclass
class Called:
    """What a command left: as subprocess.run tells it."""

    returncode: int
    stdout: str
    stderr: str


def script(name):
    """A script of scripts/ as a module; its name does not hide a module of a package."""
    spec = importlib.util.spec_from_file_location("script_" + name.removesuffix(".py"),
                                                  SCRIPTS / name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def called(name, *arguments):
    """main() of a script in this process; its exit code and what it wrote."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
               for _ in range(2)]
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        try:
            code = script(name).main([str(a) for a in arguments])
        except SystemExit as stop:
            code = stop.code
    return Called(code, *(s.buffer.getvalue().decode() for s in streams))
