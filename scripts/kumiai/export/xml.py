# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of XML files. Characters that XML cannot hold become U+FFFD."""

from __future__ import annotations

import functools
import re
from xml.sax import saxutils

from kumiai.export.cells import real

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TYPES = {"I": "long", "R": "double", "T": "string"}  # of attributes, by the declaration of their column


@functools.lru_cache(1 << 14)
def text(value: str) -> str:
    """A text inside an element."""
    return saxutils.escape(IMPOSSIBLE.sub("\ufffd", value), {'"': "&quot;", "\r": "&#13;"})


@functools.lru_cache(1 << 14)
def attribute(value: str) -> str:
    """A text inside the quotes of an attribute."""
    return saxutils.escape(IMPOSSIBLE.sub("\ufffd", value),
                           {'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})


def cell(value, escaped=text) -> str:
    """A cell of the results file as text; real numbers with all their digits."""
    if isinstance(value, float):
        return real(value)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "surrogateescape")
    return escaped(value) if isinstance(value, str) else str(value)
