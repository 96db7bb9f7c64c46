# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters that the usual font of pictures lacks: Japanese and other scripts.

Matplotlib takes glyphs from several fonts when a text names several. Which of the installed fonts
has what a picture needs is looked up in the fonts themselves, so that any script works.
"""

import functools
import re
import sys
import unicodedata
import warnings

import matplotlib
from matplotlib import font_manager, ft2font
from matplotlib.text import Text

# Preferred where several fonts have the characters: upright faces made for Japanese come first, for
# Chinese ones draw some characters in another way.
PREFERRED = ("Noto Sans CJK JP", "Noto Sans JP", "IPAexGothic", "IPAPGothic", "IPAGothic", "VL PGothic",
             "VL Gothic", "TakaoPGothic", "TakaoGothic", "Source Han Sans JP", "Hiragino Sans", "Yu Gothic",
             "Meiryo", "MS Gothic")
PACKAGES = {"CJK": "fonts-ipafont-gothic or fonts-noto-cjk", "HIRAGANA": "fonts-ipafont-gothic or fonts-noto-cjk",
            "KATAKANA": "fonts-ipafont-gothic or fonts-noto-cjk", "HANGUL": "fonts-nanum or fonts-noto-cjk"}
OTHER_PACKAGE = "fonts-noto-core"

_told = set()


@functools.lru_cache(maxsize=None)
def _characters(path):
    """Code points that a font file has glyphs for."""
    try:
        return frozenset(ft2font.FT2Font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


@functools.lru_cache(maxsize=None)
def _installed():
    """{family: path} of upright fonts of usual weight, preferred ones first.

    Matplotlib keeps its list of fonts in a file: those that were installed since are added.
    """
    manager = font_manager.fontManager
    known = {entry.fname for entry in manager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in known:
            try:
                manager.addfont(path)
            except (OSError, RuntimeError):
                continue
    found = {}
    for entry in sorted(manager.ttflist, key=lambda e: (e.name, e.fname)):
        if entry.style == "normal" and str(entry.weight) in ("400", "normal", "regular", "500", "medium"):
            found.setdefault(entry.name, entry.fname)
    rank = {name: place for place, name in enumerate(PREFERRED)}
    return dict(sorted(found.items(), key=lambda item: (rank.get(item[0], len(rank)), item[0])))


@functools.lru_cache(maxsize=None)
def _usual():
    """Code points of the font that texts have unless told otherwise."""
    return _characters(font_manager.findfont(font_manager.FontProperties(family=["sans-serif"])))


def missing(text):
    """The visible characters of a text that the usual font lacks."""
    return {c for c in text if ord(c) not in _usual() and unicodedata.category(c)[0] not in "CZ"}


@functools.lru_cache(maxsize=None)
def families(characters):
    """Installed families that have the characters, few of them; and the characters that none has."""
    chosen, left = [], set(characters)
    while left:
        best = max(_installed().items(), default=None,  # the first of the best
                   key=lambda item: len({c for c in left if ord(c) in _characters(item[1])}))
        have = {c for c in left if best and ord(c) in _characters(best[1])}
        if not have:
            break
        chosen.append(best[0])
        left -= have
    return tuple(chosen), frozenset(left)


def _package(character):
    return PACKAGES.get(unicodedata.name(character, "").split(" ")[0], OTHER_PACKAGE)


def _tell(characters):
    """Says once what no installed font has, and which Debian package does."""
    new = sorted(characters - _told)
    if new:
        _told.update(characters)
        packages = " and ".join(dict.fromkeys(map(_package, new)))
        some = "".join(new[:8]) + ("..." if len(new) > 8 else "")
        print(f"note: no installed font has {some}: pictures show boxes. In Debian, apt-get install "
              f"{packages}.", file=sys.stderr)


def cover(figure):
    """Gives each text of a figure the fonts that its characters need."""
    for axes in figure.axes:  # labels of ticks are made when they are asked for
        axes.get_xticklabels()
        axes.get_yticklabels()
    texts = figure.findobj(Text)
    needed = frozenset().union(*(missing(text.get_text()) for text in texts))
    if not needed:
        return
    chosen, left = families(needed)
    _tell(left)
    for text in texts:
        if missing(text.get_text()):
            text.set_fontfamily(list(dict.fromkeys([*text.get_fontfamily(), *chosen])))


def set_up():
    """A Japanese font behind the usual one from the start, so that layouts know its widths.

    What is missing all the same is told by cover(), in words of our own and once.
    """
    preferred = next((name for name in _installed() if name in PREFERRED), None)
    usual = [name for name in matplotlib.rcParams["font.family"] if name not in PREFERRED]
    matplotlib.rcParams["font.family"] = [*usual, preferred] if preferred else usual
    warnings.filterwarnings("ignore", message=r"Glyph \d+")


def width(text):
    """Columns of a text: wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _units(text):
    """What no line breaks within: blanks, words, single wide characters with the marks behind them."""
    wide = "".join({c for c in text if width(c) == 2})
    if not wide:
        return re.findall(r"[ \t\n]+|[^ \t\n]+", text)
    wide = f"[{re.escape(wide)}]"
    return re.findall(rf"[ \t\n]+|{wide}[^\w\s]*|(?:(?!{wide})[^ \t\n])+", text)


def wrap(text, columns):
    """Lines of a text that are no wider: broken at blanks and between wide characters."""
    lines, line = [], ""
    for unit in _units(text):
        if width((line + unit).rstrip(" \t\n")) > columns and line.strip():
            lines.append(line.rstrip(" \t\n"))
            line = ""
        if line or unit.strip(" \t\n"):
            line += unit
        while width(line.rstrip(" \t\n")) > columns:  # one word
            lines.append(line[:columns])
            line = line[columns:]
    return [*lines, line.rstrip(" \t\n")] if line.strip() or not lines else lines
