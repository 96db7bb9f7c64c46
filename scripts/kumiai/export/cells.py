# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells of CSV files: their text, and what a column of them is."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

EXACT = 2**53           # greater whole numbers are rounded by readers that know doubles only
R_MOST = 2**31 - 1      # R's NA is -2**31
MOST_TEXTS = 50_000     # that a column remembers

BLANKS = " \t\r\n\v\f"
# 0012, 1E5, 0x1A, inf, nan, 3i (R), 5L, 50%, 1d5: R takes Fortran's exponents.
NUMBER = re.compile(
    r"[+-]?(?:0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?[0-9]+)?|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?"
    r"|inf(?:inity)?|nan(?:\([a-z0-9_]*\))?)(?:d\s*[+-]?[0-9]+)?[il%]?[ \t\r\n\v\f]*", re.ASCII | re.IGNORECASE)
# Numbers, dates and times as spreadsheets know them: 1,000  2020-06  1/2  12:30  6月1日.
DIGITS = re.compile(r"[0-9 .,:/\-+%()'$年月日]*")
# MAR1, Sept-12, 1 May 2020; the month may be cut.
DATE = re.compile(r"[0-9 .,/-]*([A-Za-z]{3,})[0-9 .,/-]*")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")
WORDS = {"na", "n/a", "null", "none", "nil", "nat", "<na>", "true", "false", "t", "f", ".", "..", "\\n"}
DIGIT = re.compile("[0-9]")
QUOTED = re.compile('[,"\r\n]')


def _is_date(text: str) -> bool:
    match = DATE.fullmatch(text)
    if match is None or not DIGIT.search(text):
        return False
    return any(month.startswith(match[1].lower()) for month in MONTHS)


def is_odd(text: str) -> bool:
    """Whether pandas, R or a spreadsheet, unless told otherwise, take a text for a number, a date, a truth value, a
    formula or a missing value: NA, 0012, 1E5, MAR1, TRUE. Such texts, and those that begin with _, have a _ before
    them in CSV files: without it each is what it was."""
    text = text.lstrip(BLANKS)
    if not text:
        return False
    return (text[0] in "_#=+-@" or text[:3] == "1.#" or NUMBER.fullmatch(text) is not None
            or (DIGITS.fullmatch(text) is not None and DIGIT.search(text) is not None) or _is_date(text)
            or text.rstrip(BLANKS).lower() in WORDS)


@functools.lru_cache(1 << 14)
def real(value: float) -> str:
    """The shortest digits of a double that read back to the same bits."""
    if -1e15 < value < 1e15:
        text = repr(value)
        return text[:-2] if text.endswith(".0") else text
    if value in (float("inf"), float("-inf")):
        return "Inf" if value > 0 else "-Inf"
    return next(text for text in (f"{value:.{digits}g}" for digits in (15, 16, 17)) if float(text) == value)


def quoted(text: str) -> str:
    """A text as a cell, as RFC 4180 has it; one without a character is in quotes, for empty cells are missing."""
    return text if text and not QUOTED.search(text) else '"' + text.replace('"', '""') + '"'


class _Texts(dict):
    """text → its cell; None → the empty one."""

    def __init__(self, made: bool):
        super().__init__({None: ""})
        self.made, self.truth, self.text = made, False, False
        self.odd: set[str] = set()

    def __missing__(self, text: str) -> str:
        truth = text in ("TRUE", "FALSE")
        self.truth |= truth
        self.text |= not truth or not self.made
        if not self.made and is_odd(text):
            self.odd.add(text)
            self[text] = quoted("_" + text)
        else:
            self[text] = quoted(text)
        return self[text]

    def forget(self) -> None:
        """Begin again, for memory must not grow with a file."""
        self.clear()
        self.odd.clear()
        self[None] = ""


def _plain(value):
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


@dataclass
class Column:
    """One column: what it is by its declaration, and what its cells were so far."""

    name: str
    declared: str = "T"   # I, R or T, as the results file declares it
    made: bool = False    # by the query, from no table
    unit: str = ""
    meaning: str = ""
    is_real: bool = False
    least: int | None = None  # of the whole numbers; None: there was none
    most: int | None = None
    missing: int = 0
    prefixed: int = 0
    texts: _Texts = field(init=False)

    def __post_init__(self):
        self.texts = _Texts(self.made)

    def cells(self, values: tuple) -> Iterable[str]:
        """The cells of some values."""
        kinds = set(map(type, values))
        if type(None) in kinds:
            self.missing += values.count(None)
            kinds.discard(type(None))
        if kinds <= {str}:
            return self._of_texts(values)
        if kinds == {int}:
            self._count_integers([value for value in values if value is not None])
            return ["" if value is None else str(value) for value in values]
        if kinds == {float}:
            self.is_real = True
            return ["" if value is None else real(value) for value in values]
        return self._of_several(values)

    def _count_integers(self, values: list[int]) -> None:
        least, most = min(values), max(values)
        self.least = least if self.least is None else min(self.least, least)
        self.most = most if self.most is None else max(self.most, most)

    def _of_texts(self, values: tuple) -> Iterable[str]:
        if len(self.texts) > MOST_TEXTS:
            self.texts.forget()
        cells = [self.texts[value] for value in values]
        if self.texts.odd:
            self.prefixed += sum(map(self.texts.odd.__contains__, values))
        return cells

    def _of_several(self, values: tuple) -> Iterable[str]:
        """Of several types, which SQLite permits."""
        cells: list[str] = []
        for value in map(_plain, values):
            if isinstance(value, float):
                self.is_real = True
                cells.append(real(value))
            elif isinstance(value, int):
                self._count_integers([value])
                cells.append(str(value))
            else:
                cells += self._of_texts((value,))
        return cells

    @property
    def type(self) -> str:
        """Text, truth, integer or real. Whole numbers that no double holds are texts to most readers."""
        if self.texts.text:
            return "text"
        if self.texts.truth:
            return "truth"
        if self.is_real:
            return "real"
        if self.least is not None and self.most is not None:
            return "integer" if -EXACT <= self.least and self.most <= EXACT else "text"
        return {"I": "integer", "R": "real"}.get(self.declared, "text")

    @property
    def pandas(self) -> str:
        """The type as pandas calls it."""
        return {"text": "str", "truth": "boolean" if self.missing else "bool",
                "integer": "Int64" if self.missing else "int64", "real": "float64"}[self.type]

    @property
    def r(self) -> str:
        """The type as R calls it."""
        small = self.least is None or self.most is None or -R_MOST <= self.least and self.most <= R_MOST
        return {"text": "character", "truth": "logical", "integer": "integer" if small else "numeric",
                "real": "numeric"}[self.type]

    def head(self) -> dict:
        """Name, unit and meaning for the manifest."""
        return {"name": self.name, **({"unit": self.unit} if self.unit else {}),
                **({"meaning": self.meaning} if self.meaning else {})}

    def described(self) -> dict:
        """The same with types and numbers of cells."""
        return {**self.head(), "type": self.type, "pandas": self.pandas, "R": self.r, "missing": self.missing,
                **({"prefixed": self.prefixed} if self.prefixed else {})}
