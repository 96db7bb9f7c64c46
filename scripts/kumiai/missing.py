# SPDX-License-Identifier: GPL-3.0-or-later
"""A package of Python that a command needs and this machine has not: a sentence in place of a traceback."""

import os
import sys

DEBIAN = {"PIL": "python3-pil", "igraph": "python3-igraph", "jinja2": "python3-jinja2", "libconf": "python3-libconf",
          "matplotlib": "python3-matplotlib", "networkx": "python3-networkx", "numpy": "python3-numpy",
          "openturns": "python3-openturns", "pandas": "python3-pandas", "scipy": "python3-scipy",
          "sklearn": "python3-sklearn", "statsmodels": "python3-statsmodels", "yaml": "python3-yaml"}


def told(kind, error, trace):
    """For sys.excepthook: says which package is missing and how it comes."""
    name = (getattr(error, "name", None) or "").partition(".")[0]
    if not issubclass(kind, ModuleNotFoundError) or name not in DEBIAN:
        sys.__excepthook__(kind, error, trace)
        return
    command = os.path.basename(sys.argv[0])
    print(f"{command}: the Python package {name} is not installed; scripts/setup installs all that the commands need "
          f"(or: apt-get install {DEBIAN[name]}).", file=sys.stderr)
