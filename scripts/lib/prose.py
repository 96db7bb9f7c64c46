# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences on the pages that a native speaker would not write, by words that give them away.

Usage: prose.py FILE.md...   Prints `file:line: what stands there: what to write` for each; exit 1 if there are any.
"""

import re
import sys
from pathlib import Path

# What is found: what to write in its place.
INSTEAD = {
    r"\banew\b": "again, from scratch",
    r"\band the like\b": "and so on, or name them",
    r"\btakes? no part\b": "is ignored",
    r"\bis no (?:positive |whole )?number\b": "is not a number",
    r"\bin (?:their|its) midst\b": "partway",
    r"\bso-manieth\b": "ordinal",
    r"\bOf [^.,;]{3,40}, that of\b": "the ... of ...",
    r"\bcomes? to rest\b": "settles",
    r"\bwhereof\b|\bthereof\b|\bherein\b": "of which, of it, here",
    r"\bfor to\b": "to",
}
FENCE = re.compile(r"^ *```")


def findings(text):
    """[(line number, words found, what to write)] of a page; blocks of code are left out."""
    found, fenced = [], False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= bool(FENCE.match(line))
        if not fenced:
            found += [(number, hit[0], better) for pattern, better in INSTEAD.items() for hit in re.finditer(pattern, line, re.I)]
    return found


def main(files):
    """0 where there is nothing to change, else 1."""
    wrong = [f"{file}:{number}: '{words}': {better}" for file in files
             for number, words, better in findings(Path(file).read_text(encoding="utf-8"))]
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
