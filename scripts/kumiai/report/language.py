# SPDX-License-Identifier: GPL-3.0-or-later
"""The language of a page: every text of it comes through say(), every name of the file through name().

A catalogue is words/LANGUAGE.json: `texts` by their English text with {places} for values, `names`
by their identifier in the results file, `docs` by the English text of the file's own column_doc and
of the heads of scenario files. English needs names only. What a catalogue lacks stays English; a
test of the Japanese page finds it.
"""

import contextvars
import json
import re
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

WORDS = Path(__file__).resolve().parent / "words"
LANGUAGES = ("en", "ja")
_PLACE = re.compile(r"\\{(\w+)\\}")
_PARAMETER = re.compile(r"[a-z]\w*\.[a-z]\w*(,|$)")  # what a configuration is written in is no word
_AFTER_BRACKET = re.compile(r"(?<=）) (?=[^\W\d_a-zA-Z])")
_BESIDE_NAME = re.compile(r"(?<=[ぁ-ん])(?=[A-Za-z])|(?<=[A-Za-z])(?=[ぁ-ん])|(?<=[A-Za-z][0-9])(?=[ぁ-ん])|"
                          r"(?<=[A-Za-z][0-9]{2})(?=[ぁ-ん])")
_UNIT = re.compile(r"(?<=\d) (?=[%件年組人回個反団都関ポ割点円])")
_POINTS = re.compile(r"(?<=\d[ \u00a0])ポイント")
_BEFORE_VERB = re.compile(r"(?<=ト) (?=[増減])")  # 22 ポイント減
_ACRONYMS = {"jica": "JICA", "moe": "MoE", "jcm": "JCM", "clair": "CLAIR", "meti": "METI", "cat23": "CAT23",
             "knowhow": "know-how", "gini": "Gini"}


def _set_in_japanese(text):
    """A text without a blank after a closing bracket, with one beside a name in Latin letters, whose numbers stay on
    the line of their units, and whose percentage points do not break."""
    text = _BEFORE_VERB.sub("", _POINTS.sub("ポ\u2060イ\u2060ン\u2060ト", text))
    return _UNIT.sub("\u00a0", _BESIDE_NAME.sub(" ", _AFTER_BRACKET.sub("", text)))


def _expression(text):
    """The pattern of a text with places; one that stands there again is the same again."""
    seen = set()

    def group(found):
        again, _ = found[1] in seen, seen.add(found[1])
        return f"(?P={found[1]})" if again else f"(?P<{found[1]}>.+?)"
    return re.compile(_PLACE.sub(group, re.escape(text)), re.DOTALL)


class Language:
    """One language with its catalogue."""

    def __init__(self, code):
        """Raises OSError or ValueError where the catalogue cannot be read."""
        self.code = code
        read = json.loads((WORDS / f"{code}.json").read_text(encoding="utf-8"))
        self.texts, self.names, self.docs = (read.get(part, {}) for part in ("texts", "names", "docs"))

    @lru_cache(maxsize=None)
    def _patterns(self):
        """Texts with places as patterns: (expression, text), the longest first."""
        found = []
        for text in sorted((t for t in self.texts if "{" in t), key=len, reverse=True):
            fixed = re.sub(r"\{\w+\}", "", text)
            if len(re.sub(r"[^a-z]", "", fixed)) >= 8:  # one of few letters would match anything
                found.append((_expression(text), text))
        return found

    def say(self, text, values):
        """The text in this language with its values in place."""
        found = self.texts.get(text, text).format(**values) if values else self.texts.get(text, text)
        return _set_in_japanese(found) if self.code == "ja" else found

    def translate(self, text):
        """A sentence that was made elsewhere, in English, by the texts that it may have been made of."""
        if self.code == "en" or not text:
            return text
        for known in (self.texts.get(text), self.docs.get(text), self.docs.get(text.rstrip(".")), self.names.get(text)):
            if known:
                return known
        for expression, template in self._patterns():
            if found := expression.fullmatch(text):
                return self.texts[template].format(
                    **{place: self.translate(value) for place, value in found.groupdict().items()})
        return text

    def name(self, identifier):
        """A name of the file as a reader writes it: jica_local → JICA local."""
        text = str(identifier)
        if text in self.names:
            return self.names[text]
        if _PARAMETER.match(text):
            return text
        head, bracket, rest = text.partition(" (")
        if bracket and head in self.names:
            return f"{self.names[head]}{bracket}{rest}"
        return re.sub(r"[a-z]+[0-9]*", lambda m: _ACRONYMS.get(m[0], m[0]), text.replace("_", " "))


@lru_cache(maxsize=None)
def language(code):
    """The language of that code, read once."""
    return Language(code)


_spoken = contextvars.ContextVar("spoken", default="en")


def spoken():
    """The language that is spoken now."""
    return language(_spoken.get())


@contextmanager
def speaking(code):
    """All texts within are in that language."""
    token = _spoken.set(code)
    try:
        yield language(code)
    finally:
        _spoken.reset(token)


def say(text, /, **values):
    """A text of the page, written in English, in the language that is spoken."""
    return spoken().say(text, values)


def name(identifier):
    """A name of the file in the language that is spoken."""
    return spoken().name(identifier)


def translated(text):
    """A sentence that the readers of results files made, or that a file holds, in the language spoken."""
    return spoken().translate(text)


def sentence(text):
    """A reason with one full stop, that of the language."""
    return text.rstrip(".。") + ("。" if spoken().code == "ja" else ".")


def quoted(identifier):
    """A name of the file within a sentence, in quotes."""
    return say("“{words}”", words=name(identifier))


def begun(text):
    """A text as it begins a sentence: in English with a capital, in Japanese as it is."""
    return text if spoken().code == "ja" else text[:1].upper() + text[1:]


def listed(words):
    """'a, b and c'."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return say("{most} and {last}", most=say(", ").join(words[:-1]), last=words[-1])
