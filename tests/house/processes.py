# SPDX-License-Identifier: GPL-3.0-or-later
"""What the files of the cooperation model do to each other, read from their text: which of them write
a row of the state, whether it stands in the .def file of that process, and which call each other in a
circle. A process is a .c and a .def file of one stem, or several .c files (PART_OF)."""

import re
from pathlib import Path

KNOWN = Path(__file__).with_name("processes.txt")
# Rows of the state: of a group of its columns, by sector or type of work too; of the state itself; and those not saved.
ROW = re.compile(r"^(?:(COLUMN|BY_SECTOR|BY_WORK)\((\w+), \w+, (\w+),|COUNT\((\w+), (\w+),|(?:VALUES?|(DERIVED|SCRATCH|OWN))\(\w+, (\w+),)",
                 re.MULTILINE)
PART_OF = {"calls": "funding", "founding": "cooperatives", "schemes": "funding", "sisters": "contacts", "start": "record"}
GROUP = r"coop_(donor|partner|contact|project|joint|league|membership|calendar|state)_t \*"
INDEX = r"(?:\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*\])+"  # of one cell; an index may hold others
CHANGE = r"\s*(?:=(?!=)|[-+*/|&]=|\+\+|--)"
ACCESS = r"(\w+)(?:->|\.)(\w+)\b(?!->|\.)"
NUMBER = r"(?:double|bool|u?int\d+_t)"
DEFINED = re.compile(r"^(?!static)[a-z][\w ]*[ *](coop_\w+)\([^;{]*\{", re.MULTILINE)
FUNCTION = re.compile(r"^[\w ]+[ *](\w+)\(([^;{}]*)\) \{", re.MULTILINE)
# Functions of elsewhere that write by a pointer, with their parameters; and columns that are arrays by kind.
WRITING = [("memcpy", "void *, const void *, size_t"), ("memset", "void *, int, size_t"),
           ("coop_mix", "double *, uint32_t, uint32_t, double"), ("coop_path_bend", "coop_path_t *, double, double")]
BY_KIND = {"knowhow", "knowhow_floor", "works", "need"}


def _code(root):
    """{process: its code without comments, with a name for the state}"""
    return {path.stem: re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL).replace(
        "coop_state(world)->", "state->")
            for path in sorted((root / "models/cooperation").rglob("*.c"))}


def _rows(root):
    """{group.name or state.name: (the .def file that it stands in, whether it is saved)}"""
    rows = {}
    for path in sorted((root / "models/cooperation").rglob("*.def")):
        for _, group, name, counted, count, unsaved, own in ROW.findall(path.read_text(encoding="utf-8")):
            rows[f"{group or counted or 'state'}.{name or count or own}"] = path.stem, not unsaved
    return rows


def _parts(text):
    """Of a list, what stands between its outer commas."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def _arguments(code, name):
    """The lists of arguments of each call of a function."""
    for call in re.finditer(rf"\b{name}\(", code):
        end, depth = call.end(), 1
        while depth and end < len(code):
            depth += (code[end] == "(") - (code[end] == ")")
            end += 1
        yield _parts(code[call.end():end - 1])


def _handed_over(code):
    """Columns, or places in one, that a function gets as a pointer by which it could change them."""
    for name, parameters in [*FUNCTION.findall(code), *WRITING]:
        able = ["*" in part and "const" not in part for part in _parts(parameters)]
        for arguments in _arguments(code, name):
            for argument, changes in zip(arguments, able):
                bare = re.fullmatch(rf"&?(?:\w+(?:\([^()]*\))?(?:->|\.))*{ACCESS}(\[.*\])?(?: \+ .*)?", argument)
                if changes and bare and (not bare[3] or argument.startswith("&") or bare[2] in BY_KIND):
                    yield bare[1], bare[2]


def _written(code):
    """(group, member) of every cell or value that a file changes, or takes a pointer to that could."""
    group_of = {"state": "state"} | {name: group for group, name in re.findall(rf"(?<!const ){GROUP}(\w+)\b", code)}
    pointers = [found for text in re.findall(rf"(?<!const )\b{NUMBER} (\*[^;{{(]*? = [^;]*);", code)
                for found in re.findall(rf"\*(?:restrict )?\w+ = [^,;]*?\b{ACCESS}", text)]
    for name, member in re.findall(rf"\b{ACCESS}(?:{INDEX})?{CHANGE}", code) + re.findall(
            rf"(?:\+\+|--)(?:\w+(?:\(\w+\))?->)?{ACCESS}", code) + re.findall(
            rf"\b(\w+)->(\w+)\.\w+{CHANGE}", code) + pointers + list(_handed_over(code)) + [
            found for names in re.findall(r"double \*\w+\[\] = \{([^}]*)\}", code)
            for found in re.findall(ACCESS, names)] + re.findall(
            r"\b(?:AT\(|offsetof\(coop_state_t, )(\w+)\.(\w+)", code):
        yield group_of.get(name, name), member


def _writers(root):
    """{row: the processes that write it}"""
    rows, found = _rows(root), {}
    for process, code in _code(root).items():
        for group, member in _written(code):
            if f"{group}.{member}" in rows:
                found.setdefault(f"{group}.{member}", set()).add(process)
    return found


def writers(root):
    """{row: the processes that write it}, of rows that are saved and more than one writes"""
    rows = _rows(root)
    return {row: names for row, names in _writers(root).items() if len(names) > 1 and rows[row][1]}


def misplaced(root):
    """Rows that do not stand in the .def file of the process that writes them, a line each. In
    processes.def stands what several use in passing, which is not saved."""
    rows = _rows(root)
    return [f"{row}: {process} writes it; its row is in {rows[row][0]}.def"
            for row, names in sorted(_writers(root).items()) for process in sorted(names)
            if PART_OF.get(process, process) != rows[row][0] and (rows[row][1] or rows[row][0] != "processes")]


def calls(root):
    """{process: the processes whose functions it calls}"""
    code = _code(root)
    home = {name: process for process, text in code.items() for name in DEFINED.findall(text)}
    return {process: {home[name] for name in re.findall(r"\b(coop_\w+)\(", text) if name in home} - {process}
            for process, text in code.items()}


def circle(root):
    """The processes that reach each other by calls, where they are more than two."""
    graph = calls(root)
    reach = {process: set(to) for process, to in graph.items()}
    for between in reach:
        for process in reach:
            if between in reach[process]:
                reach[process] |= reach[between]
    circles = {frozenset(b for b in reach[a] if a in reach[b]) for a in reach}
    return {process for names in circles if len(names) > 2 for process in names}


def known():
    """What processes.txt admits: {column or `calls`: processes}"""
    lines = [line.split(":") for line in KNOWN.read_text(encoding="utf-8").splitlines()
             if line and not line.startswith("#")]
    return {name: set(names.split()) for name, names in lines}


def faults(root, admitted):
    """What is worse than what is admitted, and what is admitted and gone, a line each."""
    found = writers(root)
    around = circle(root)
    if around:
        found["calls"] = around
    lines = []
    for name in sorted(found.keys() | admitted.keys()):
        more = found.get(name, set()) - admitted.get(name, set())
        fewer = admitted.get(name, set()) - found.get(name, set())
        lines += [f"{name}: {process} too" for process in sorted(more)]
        lines += [f"{name}: no longer {process}; take it out of {KNOWN.name}" for process in sorted(fewer)]
    return lines
