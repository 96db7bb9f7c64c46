# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of a results file as parts of names of files."""

import re
import unicodedata
import zlib

REFUSED = set('/\\:*?"<>|')  # by some file system
MARKED = re.compile("[\u3040-\u30ff][\u3099\u309a]")  # kana with its mark apart, as macOS writes names
LONGEST_LABEL, LONGEST_WORD = 120, 51  # bytes: a name of a file has 255


def _is_kept(character: str) -> bool:
    code = ord(character)
    if code < 128:
        return " " < character < "\x7f" and character not in REFUSED
    category = unicodedata.category(character)
    return code >= 0xA0 and category[0] != "Z" and category not in ("Cf", "Cs") and code & 0xFFFE != 0xFFFE


def part(text: str, longest: int = LONGEST_LABEL) -> tuple[str, bool]:
    """(a text as part of a file's name, whether it is the text still).

    Letters and digits of any script stay; what file systems refuse, blanks and what is not seen become _, and it ends
    between two characters, within `longest` bytes."""
    joined = MARKED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
    kept: list[str] = []
    size, same = 0, True
    for character in joined:
        if not _is_kept(character) or not kept and character in ".-":
            character, same = "_", False
        size += len(character.encode())
        if size > longest:
            return "".join(kept), False
        kept.append(character)
    return "".join(kept), same


def word(text: str) -> str:
    """The same where two texts must be told apart: one that is not the text still has a mark."""
    kept, same = part(text, LONGEST_WORD)
    return kept if same else f"{kept}~{zlib.crc32(text.encode('utf-8', 'surrogateescape')):08x}"
