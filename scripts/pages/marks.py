# SPDX-License-Identifier: GPL-3.0-or-later
"""Marked places in Markdown, which are filled from the data file of results.

    <!-- number: {modes.difference:+.2f|both} years -->+0.79 (0.66 to 0.92) years<!-- end -->
    <!-- holds: modes.difference.low > 0 -->

A place stands within a line, since a line that begins with a comment would be a block of HTML; only a text of several
lines, which fills a block of code, has its comments on lines of their own. The first is a template and what it made: `{path:format|words}`. The path leads into the data file, study first. The
format is Python's; a % before it makes per cent of a share. The words choose what is shown: nothing (the value),
`interval` (low to high), `both`, and `loss` (the value with its sign changed, for "takes 1.7 away"); in a table, where a |
would end the cell, a ; stands before them. The second makes no
text: it states what the prose around it rests on, and is an error once the data say otherwise.
"""

import operator
import re
import string

PLACE = re.compile(r"(<!-- number: (.*?) -->\n?)(.*?)(<!-- end -->)", re.DOTALL)
CLAIM = re.compile(r"<!-- holds: (\S+) (<|>) (\S+) -->")
COMPARE = {"<": operator.lt, ">": operator.gt}


class MarkError(Exception):
    """A place that cannot be filled, or a claim that no longer holds; one sentence."""


class Shown:
    """A value of the data file as a template shows it."""

    def __init__(self, path, value):
        self.path, self.value = path, value

    def __format__(self, spec):
        form, _, words = spec.replace(";", "|").partition("|")
        unknown = set(words.split(",")) - {"", "interval", "both", "loss"}
        if unknown:
            raise MarkError(f"{self.path}: unknown word '{unknown.pop()}'; allowed are interval, both and loss.")
        if isinstance(self.value, list):
            return "\n".join(self.value) + "\n"
        if not isinstance(self.value, dict):
            return str(self.value) if isinstance(self.value, str) else number(self.value, form)
        value, low, high = (self.value[k] for k in ("value", "low", "high"))
        if "loss" in words:
            value, low, high = -value, -high, -low
        interval = f"{number(low, form.replace('+', ''))} to {number(high, form.replace('+', ''))}"
        if "interval" in words:
            return interval
        return f"{number(value, form)} ({interval})" if "both" in words else number(value, form)


def number(value, form):
    """A number as text, with a real minus sign."""
    if form.startswith("%"):
        value, form = 100 * value, form[1:]
    return format(value, form).replace("-", "−")


def find(data, path):
    """The value at a path such as modes.difference.low; a part that is not there is refused."""
    value = data
    for part in path.split("."):
        if not isinstance(value, dict) or part not in value:
            raise MarkError(f"'{path}' is not in the data file: there is no '{part}'.")
        value = value[part]
    return value


class Filler(string.Formatter):
    """str.format over paths of the data file."""

    def __init__(self, data):
        super().__init__()
        self.data = data

    def get_field(self, field_name, args, kwargs):
        return Shown(field_name, find(self.data, field_name)), field_name


def filled(text, data):
    """The text with every marked place filled from the data; raises MarkError for a claim that does not hold."""
    for place in re.findall(r"^ *(<!-- number: .*?-->)(?!\n)", text, re.MULTILINE):
        raise MarkError(f"A line begins with {place}, which makes it a block of HTML: put a word before it.")
    for path, sign, bound in CLAIM.findall(text):
        value = find(data, path)
        if not COMPARE[sign](value, float(bound)):
            raise MarkError(f"The text says '{path} {sign} {bound}', but it is {value:.4g}: rewrite the sentence.")
    filler = Filler(data)

    def fill(place):
        text = filler.vformat(place[2], (), {})
        return place[1] + text + ("\n" if place[1].endswith("\n") and not text.endswith("\n") else "") + place[4]
    return PLACE.sub(fill, text)


def unmarked(text):
    """The text without its marked places."""
    return PLACE.sub("", text)
