# SPDX-License-Identifier: GPL-3.0-or-later
"""In which formats pictures are written: a command names each by its PNG, and has those that were asked for."""

from pathlib import Path

FORMATS = ("png", "svg", "pdf")
NAMED = ".png"  # how a command names a picture, whatever the formats
_chosen = ["png"]


def draw_as(formats):
    """The formats of the pictures of this call of a command."""
    _chosen[:] = formats


def forms_of(path):
    """The files of an output: of a picture one for each format, of any other itself."""
    path = Path(path)
    return [path.with_suffix(f".{form}") for form in _chosen] if path.suffix == NAMED else [path]
