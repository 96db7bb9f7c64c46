# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of the report: a table, how to draw it, how to read it, how to recompute it."""

import math
import re
from dataclasses import dataclass, field

import pandas as pd
from pandas.api.types import is_numeric_dtype

from kumiai import results
from kumiai.figures import number, percent


WRITTEN = {"jica": "JICA", "moe": "MoE", "jcm": "JCM", "clair": "CLAIR", "meti": "METI",
           "knowhow": "know-how", "gini": "Gini"}
NO_INTERVAL = "no interval"


@dataclass
class Part:
    """One table of the report, with its picture if it has one.

    frame: the table, tidy; what the picture shows is drawn from it and nothing else. query: SQL
    that gives the table's estimates from one results file. chart: how charts.js draws it. note:
    how to read it. finding: what it shows, with uncertainty. remarks: what was left out. key (its
    identifier in the page and the name of its CSV file) and title are given by page.py.
    """

    frame: pd.DataFrame
    query: str
    chart: dict
    note: str
    finding: str = ""
    remarks: list = field(default_factory=list)
    key: str = ""
    title: str = ""


@dataclass
class Missing:
    """A part that the files cannot give, and why, in a sentence."""

    key: str
    title: str
    reason: str


def plain(name):
    """A name of the file as a reader writes it: jica_local → JICA local."""
    return re.sub(r"[a-z]+", lambda m: WRITTEN.get(m[0], m[0]), results.words(name))


def _number(value):
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
        return [int(v) if exact else _number(v) for v in values]
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


def rounded(value):
    """A number for a sentence: four figures of a large one, since no replicate tells more."""
    return number(float(f"{value:.4g}") if abs(value) >= 10_000 else value)


def said(value, low, high, show=rounded):
    """'12.3 (11.0 to 13.6)', or why there is no such interval."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{show(value)} ({NO_INTERVAL})"
    if low == value == high:
        return f"{show(value)} (the same in every replicate)"
    return f"{show(value)} ({show(low)} to {show(high)})"


def said_share(value, low, high):
    """A share and its interval as per cent, with tenths where whole ones would hide its width."""
    tenths = 0 < high - low < 0.02
    return said(value, low, high, lambda share: f"{100 * share:.1f}\u00a0%") if tenths \
        else said(value, low, high, percent)
