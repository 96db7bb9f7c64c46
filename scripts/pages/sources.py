# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages out of the sections of Markdown files: no text is written twice.

A part is a file (`scenarios/README.md`), a section with what is below it (`scenarios/README.md#draws-uncertain-parameters`),
or what stands before the first section (`scenarios/README.md#`). Links are led to the page that has the section.
"""

import os
import re
from dataclasses import dataclass, field

from pages.studies import ROOT

HEADING = re.compile(r"^(#+) (.*)$")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MERMAID = re.compile(r"^```mermaid\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
PHASE = re.compile(r'^  \w+(\(?)\[+"(\d+) ([^"]+)"', re.MULTILINE)


class SourceError(Exception):
    """A part that is not there, or a link that leads nowhere; one sentence."""


def slug(title):
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", LINK.sub(r"\2", title).lower()).strip().replace(" ", "-")


@dataclass
class Section:
    """A heading and the lines up to the next one; level 0 and no title for what comes before the first."""

    level: int
    title: str
    lines: list = field(default_factory=list)


def sections(text):
    """The text as sections in order; a heading within a block of code is none."""
    found, fenced = [], False
    for line in text.splitlines():
        fenced ^= bool(FENCE.match(line))
        heading = None if fenced else HEADING.match(line)
        if heading:
            found.append(Section(len(heading[1]), heading[2]))
        elif found:
            found[-1].lines.append(line)
    return found


def read(path):
    """The sections of a file of the tree."""
    return sections((ROOT / path).read_text(encoding="utf-8"))


def part(source):
    """(file, its sections) of a part."""
    path, mark, anchor = source.partition("#")
    all_of = read(path)
    if not mark:
        return path, all_of
    if not anchor:
        return path, all_of[:1]
    for k, section in enumerate(all_of):
        if slug(section.title) == anchor:
            end = next((j for j in range(k + 1, len(all_of)) if all_of[j].level <= section.level), len(all_of))
            return path, all_of[k:end]
    raise SourceError(f"{path} has no section '{anchor}'; it has {', '.join(slug(s.title) for s in all_of)}.")


def phases(text):
    """The figure of the process order as a list, since a page brings no drawing program."""
    def drawn(found):
        boxes = [f'<li class="{"year" if rounded else "step"}">{name}</li>' for rounded, _, name in PHASE.findall(found[1])]
        return '<ol class="phases">\n' + "\n".join(boxes) + "\n</ol>\n"
    return MERMAID.sub(drawn, text)


class Book:
    """Which page has which section, and where links lead.

    pages: {name of a page: its parts}; homes: {file: page} for links to a file as a whole.
    """

    def __init__(self, pages, homes):
        self.where, self.homes, self.files = {}, homes, set()
        for page, parts in pages.items():
            for source in parts:
                path, found = part(source)
                for section in found:
                    key = path, slug(section.title)
                    if key in self.where and self.where[key] != page:
                        raise SourceError(f"{path}#{key[1]} is on two pages, {self.where[key]} and {page}.")
                    self.where[key] = page

    def unplaced(self, path):
        """Sections of a file that are on no page."""
        return [s.title for s in read(path) if (path, slug(s.title)) not in self.where]

    def led(self, target, path, page):
        """A link of a source file as a link of a page."""
        if re.match(r"\w+:", target):
            return target
        name, _, anchor = target.partition("#")
        file = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
        if (ROOT / file).is_dir():
            file = f"{file}/README.md"
        to = self.where.get((file, anchor)) if anchor else self.homes.get(file)
        here = os.path.dirname(page)
        if to:
            return os.path.relpath(f"{to}.md", here) + (f"#{anchor}" if anchor else "")
        if not (ROOT / file).is_file() or (anchor and file.endswith(".md")):
            raise SourceError(f"{path} links to {target}, which is on no page.")
        self.files.add(file)
        return os.path.relpath(f"files/{file}", here)

    def text(self, source, page, shift=0):
        """A part as Markdown of a page, its headings shifted by some levels."""
        path, found = part(source)
        lines = []
        for section in found:
            level = section.level - found[0].level + 1 + shift
            lines += ["#" * level + " " + section.title, *section.lines]
        return self.linked(COMMENT.sub("", phases("\n".join(lines) + "\n")), path, page)

    def linked(self, text, path, page):
        """Text of a file with its links led to pages, but for those in blocks of code."""
        fenced, lines = False, []
        for line in text.splitlines():
            fenced ^= bool(FENCE.match(line))
            lines.append(line if fenced else LINK.sub(
                lambda m: f"{m[1]}[{m[2]}]({self.led(m[3], path, page)})", line))
        return "\n".join(lines) + "\n"
