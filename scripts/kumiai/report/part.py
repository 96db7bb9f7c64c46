# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of the report: a table, how to draw it, how to read it, how to recompute it."""

import contextvars
import math
from contextlib import contextmanager
from dataclasses import dataclass, field

import pandas as pd
from pandas.api.types import is_numeric_dtype

from .language import name as plain  # noqa: F401  # for the parts
from .language import say


ONE = "1"  # a number that takes the singular
NEARLY_ALL = 0.995  # a share from which on more figures tell nothing


@dataclass
class Part:
    """One table of the report, with its picture if it has one.

    frame: the table, tidy; what the picture shows is drawn from it and nothing else. query: SQL
    that gives the table's estimates from one results file. chart: how charts.js draws it. note:
    how to read it. finding: what it shows, with uncertainty; remarks: what was left out, a sentence each. claim: the
    finding in a few words, as the title of one that is too long for that. key (its
    identifier in the page and the name of its CSV file) and title are given by page.py.
    """

    frame: pd.DataFrame
    query: str
    chart: dict
    note: str
    finding: str = ""
    remarks: list = field(default_factory=list)
    claim: str = ""
    key: str = ""
    title: str = ""


@dataclass
class Missing:
    """A part that the files cannot give, and why, in a sentence."""

    key: str
    title: str
    reason: str


def number(value):
    """A number as JSON takes it: six digits, None where there is none."""
    value = float(value)
    if not math.isfinite(value):
        return None
    short = float(f"{value:.6g}")
    return int(short) if short == int(short) and abs(short) < 1e15 else short


def column(values):
    """One column for the page: numbers as they are, words as codes of their distinct values."""
    if is_numeric_dtype(values):
        exact = values.dtype.kind in "iub"
        return [int(v) if exact else number(v) for v in values]
    words = values.astype(object).where(values.notna(), "").astype(str)
    codes, labels = pd.factorize(words)
    return {"labels": list(labels), "codes": codes.tolist()}


def columns(frame):
    """A frame as {column: values} for the page."""
    return {str(name): column(frame[name]) for name in frame.columns}


def for_page(part):
    """What the scripts of the page need of a part."""
    return {"title": part.title, "chart": part.chart, "query": part.query,
            "columns": columns(part.frame)}


def decimals_of(value, low, high):
    """Decimals that an interval allows: it is 5 to 50 units of the last one wide, or 3 and more where that saves
    a fourth figure; whole numbers keep two figures. None where there is no interval.
    """
    width = high - low
    if not math.isfinite(width) or width <= 0:
        return None
    decimals = -math.floor(math.log10(width / 5) + 1e-9)
    figures = math.floor(math.log10(abs(value))) if value else 0
    if decimals > 0 and figures + decimals > 2 and width * 10.0 ** (decimals - 1) >= 3:
        decimals -= 1
    return max(decimals, min(0, 1 - figures))


def decimals_apart(value, low, high):
    """The same for a difference: no end of an interval that leaves out 0 is written as 0."""
    decimals = decimals_of(value, low, high)
    nearest = low if low > 0 else high
    while decimals is not None and (low > 0 or high < 0) and decimals < 6 and round(nearest, decimals) == 0:
        decimals += 1
    return decimals


def written(value, decimals, signed=False):
    """A number with so many decimals (below 0: rounded to tens, hundreds, …), with a minus sign that is one."""
    rounded = round(float(value), decimals) + 0.0  # no −0
    text = f"{rounded:{'+' if signed and rounded > 0 else ''},.{min(6, max(0, decimals))}f}"
    return text.replace("-", "−")


_alone = contextvars.ContextVar("alone", default=False)


@contextmanager
def without_intervals(few):
    """Within, where replicates are few, sentences give means alone and say nothing of intervals."""
    token = _alone.set(few)
    try:
        yield
    finally:
        _alone.reset(token)


def has_intervals():
    """Whether the page that is made has intervals."""
    return not _alone.get()


def on_intervals(text, **values):
    """A text on intervals or on what is told apart, in the language spoken; '' on a page that has none."""
    return say(text, **values) if has_intervals() else ""


def decimals_alone(value):
    """Decimals of a number of few replicates: none of a count, else such that it has two or three figures."""
    if float(value).is_integer():
        return 0
    size = math.floor(math.log10(abs(value)))
    return 2 - size if size >= 2 else 1 if size >= 0 else min(4, 1 - size)


def alone(value, signed=False):
    """A number without an interval: whole where it is whole or large, else with three figures."""
    size = abs(value)
    whole = float(value).is_integer() or size >= 100
    return written(value, 0 if whole else min(4, 2 - math.floor(math.log10(size))), signed)


def said(value, low, high, signed=False, unit=""):
    """'12.3 (11.0 to 13.6)', as exact as the interval allows, or why there is no interval."""
    if not has_intervals():
        return written(value, decimals_alone(value), signed) + unit
    decimals = (decimals_apart if signed else decimals_of)(value, low, high)
    if decimals is None:
        shown = alone(value, signed) + unit
        return say("{value} (the same in every replicate)", value=shown) if low == value == high \
            else say("{value} (no interval)", value=shown)
    shown, first, last = (written(x, decimals, signed) for x in (value, low, high))
    return say("{value} ({low} to {high})", value=shown + unit, low=first, high=last)


def size_and_ends(value, low, high, share=False):
    """A difference that is told apart from none, without its sign: (its size, the lesser end, the greater end)."""
    if value < 0:
        value, low, high = -value, -high, -low
    if share:
        value, low, high = 100 * value, 100 * low, 100 * high
    decimals = decimals_apart(value, low, high)
    shown, *ends = (alone(x) if decimals is None else written(x, decimals) for x in (value, low, high))
    if share:
        shown = say("{n} point" if shown == ONE else "{n} points", n=shown)
    return shown, *ends


def nearly_all(value, low, high):
    """Whether an interval says that a share is all but a few thousandths, and not more than that."""
    return NEARLY_ALL <= low < high <= 1 and low <= value


def least_per_cent(low):
    """The lower end of the interval of such a share, rounded down: '99.9'."""
    return f"{math.floor(1000 * low + 1e-9) / 10:.1f}"


def said_share(value, low, high):
    """A share and its interval as per cent; of all but a few thousandths the lower end tells enough."""
    if nearly_all(value, low, high):
        return say("more than {low} %", low=least_per_cent(low))
    return said(100 * value, 100 * low, 100 * high, unit="\u00a0%")


def said_points(value, low, high, signed=False):
    """A difference of shares in percentage points."""
    decimals = decimals_apart(100 * value, 100 * low, 100 * high)
    if not has_intervals():
        decimals = decimals_alone(100 * value)
    shown = alone(100 * value, signed) if decimals is None else written(100 * value, decimals, signed)
    single = shown.strip("+−") == ONE
    if not has_intervals():
        return say("{n} point" if single else "{n} points", n=shown)
    if decimals is None:
        return say("{value} point (no interval)" if single else "{value} points (no interval)", value=shown)
    first, last = (written(100 * x, decimals, signed) for x in (low, high))
    return say("{value} point ({low} to {high})" if single else "{value} points ({low} to {high})", value=shown,
               low=first, high=last)
