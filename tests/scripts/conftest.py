# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the analysis scripts share."""

import importlib.util
import io
import sys
import warnings
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import image

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from sealed import seal  # noqa: E402, F401


def nonblank(path):
    """Whether a file is a picture with something on it: ink on more than 0.5 % of it, greys too."""
    pixels = image.imread(path)[:, :, :3].mean(axis=2)
    return pixels.size > 100_000 and (pixels < 0.95).mean() > 0.005 and len(np.unique(pixels)) > 20


@dataclass
class Called:
    """What a command left: as subprocess.run tells it."""

    returncode: int
    stdout: str
    stderr: str


def script(name):
    """A command of the package, or a script of scripts/, as a module made for this call."""
    command = SCRIPTS / "kumiai/commands" / name
    spec = importlib.util.spec_from_file_location("script_" + name.removesuffix(".py"),
                                                  command if command.exists() else SCRIPTS / name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HIDDEN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


def called(name, *arguments):
    """main() of a script in this process; its exit code and what it wrote, with the warnings that
    Python would have shown, which pytest keeps from the stream."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
               for _ in range(2)]
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]), \
            warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        try:
            code = script(name).main([str(a) for a in arguments])
        except SystemExit as stop:
            code = stop.code
    out, err = (s.buffer.getvalue().decode() for s in streams)
    return Called(code, out, err + "".join(
        warnings.formatwarning(w.message, w.category, w.filename, w.lineno)
        for w in shown if not issubclass(w.category, HIDDEN)))


def written(folder, name):
    """The one output of that name of whatever results file."""
    [found] = folder.glob(f"*_{name}")
    return found


def refused(result, code, *words):
    """The call failed with this code and one sentence holding the words, no traceback."""
    assert result.returncode == code, result.stderr
    assert result.stderr.count("\n") == 1 and "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr
    return True
