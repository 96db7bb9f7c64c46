# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house. Each check takes the root of a tree and returns what breaks its rule,
one line each; test_structure.py runs every check on this tree and on one with a planted fault."""

import ast
import os
import re
import shutil
import subprocess
from pathlib import Path

TOP = {"sim", "models", "configs", "scenarios", "tests", "scripts", "CMakeLists.txt",
       "CMakePresets.json", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff"}
LONGEST_FILE, LONGEST_FUNCTION = 600, 60
# Where a room may include from: its own level and lower ones, and no rooms each other in a circle.
LEVEL = {"base": 0, "state": 1, "network": 1, "param": 1, "rng": 1, "schedule": 2,
         "record": 3, "plan": 4, "store": 4, "checkpoint": 4, "design": 4, "experiment": 5, "team": 6, "cli": 7, "models": 8}
# The rooms that headers outside of them count for: what all may include, what schedule defines, what is for models
# alone, and what the build generates.
HEADERS = {"sim/model.h": "base", "sim/run.h": "schedule", "sim/more.h": "models", "kumiai_build.h": "record"}
DOMAIN = re.compile(r"municipal|prefectur|mayor|kitakyushu|yokohama|japan|sister.?cit"
                    r"|(?<![a-z])(jica|moe|jcm|clair|cit(y|ies))(?![a-z])", re.IGNORECASE)
# Locks of OpenMP, counters of the coverage build, and which models the program has.
NOT_STATE = (".gomp_critical", "__gcov", "sim_models", "sim_schedule_place")
# Symbols without their room's name: what sim/model.h and sim/run.h declare, and rooms within a room.
OTHER_NAMES = {"param": ("sim_model_find",), "schedule": ("sim_model_check", "sim_world_"), "rng": ("sim_math_",),
               "cli": ("kumiai_main",), "record": ("sim_world_row", "sim_world_records_")}
SPDX = re.compile(r"/\* SPDX-License-Identifier: GPL-3\.0-or-later \*/")


def _files(root, folders, *suffixes):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            hidden = {"node_modules", "__pycache__", "corpus"} & set(path.relative_to(root).parts)
            if path.is_file() and path.suffix in suffixes and not hidden:
                yield path


def _code(root):
    return _files(root, ["sim", "models", "tests", "scripts"], ".c", ".h", ".py", ".sh", "")


def _lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def _includes(root, folder):
    """(file, line number, what it includes between quotes) of all C files below a folder."""
    for path in _files(root, [folder], ".c", ".h"):
        for number, line in enumerate(_lines(path), 1):
            found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if found:
                yield path.relative_to(root), number, found[1]


def top_level(root):
    """Beside the fixed entries there are dot-files and what git ignores."""
    ignored = set()
    if (root / ".gitignore").exists():
        ignored = {line.strip("/") for line in _lines(root / ".gitignore") if line.startswith("/")}
    return [entry.name for entry in sorted(root.iterdir())
            if not entry.name.startswith(".") and entry.name not in TOP | ignored]


def domain_words(root):
    """The engine knows no word of any model's domain."""
    return [f"{path.relative_to(root)}:{number}: {line.strip()}"
            for path in _files(root, ["sim"], ".c", ".h")
            for number, line in enumerate(_lines(path), 1) if DOMAIN.search(line)]


def model_includes(root):
    """A model includes sim/model.h or sim/more.h and its own folders; the list of models also models.def
    and sim/run.h, and main() the command line."""
    return [f"{path}:{number}: {name}" for path, number, name in _includes(root, "models")
            if not (name in ("sim/model.h", "sim/more.h") or name.startswith(f"models/{path.parts[1]}/")
                    or (str(path), name) in (("models/models.c", "models/models.def"), ("models/models.c", "sim/run.h"),
                                             ("models/main.c", "sim/cli/cli.h")))]


def _room(name):
    parts = Path(name).parts
    return HEADERS.get(str(name)) or (parts[1] if len(parts) > 2 and parts[0] == "sim" else None)


def _reach(uses, room, seen):
    """Adds to `seen` the rooms that a room uses, directly or by others."""
    for other in uses.get(room, {}):
        if other not in seen:
            seen.add(other)
            _reach(uses, other, seen)
    return seen


def arrows(root):
    """The engine's rooms include one way, round no circle of any length, and never a model."""
    found, uses = [], {}
    for path, number, name in _includes(root, "sim"):
        room, other = _room(path), _room(name)
        if other not in LEVEL or LEVEL[other] > LEVEL.get(room, -1):
            found.append(f"{path}:{number}: {name}")
        elif other != room:
            uses.setdefault(room, {}).setdefault(other, f"{path}:{number}: {name}")
    reach = {room: _reach(uses, room, set()) for room in uses}
    return found + [line for room, others in uses.items() for other, line in others.items()
                    if room in reach.get(other, ())]


def file_length(root):
    """No file is too long to be read in one go."""
    return [f"{path.relative_to(root)}: {len(_lines(path))} lines" for path in _code(root)
            if len(_lines(path)) > LONGEST_FILE]


def _python_functions(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno


def _c_functions(path):
    if not shutil.which("ctags"):
        return
    tags = subprocess.run(["ctags", "--languages=C", "--kinds-C=f", "--fields=+ne", "-f", "-", path],
                          check=True, capture_output=True, text=True).stdout
    for tag in tags.splitlines():
        span = re.search(r"\tline:(\d+).*\tend:(\d+)", tag)
        yield tag.split("\t")[0], int(span[1]), int(span[2])


def function_length(root):
    """No function is too long (those in C only where universal-ctags is installed)."""
    return [f"{path.relative_to(root)}:{first}: {name} has {last - first + 1} lines"
            for path in _code(root) if path.suffix in (".c", ".py")
            for name, first, last in (_c_functions if path.suffix == ".c" else _python_functions)(path)
            if last - first >= LONGEST_FUNCTION]


def white_space(root):
    """No tab, no space at the end of a line (but in what is broken on purpose)."""
    files = [*_code(root), *_files(root, ["tests", "configs", "scenarios"], ".txt", ".cfg"),
             *(p for p in [root / "CMakeLists.txt"] if p.exists())]
    files = [path for path in files if "malformed" not in path.parts]
    return [f"{path.relative_to(root)}:{number}" for path in files
            for number, line in enumerate(_lines(path), 1) if "\t" in line or line != line.rstrip()]


def licence_line(root):
    """Every C file says its licence first."""
    return [str(path.relative_to(root)) for path in _files(root, ["sim", "models", "tests"], ".c", ".h")
            if not SPDX.match(path.read_text(encoding="utf-8"))]


def headers_alone(root):
    """Every header compiles when it is the only one."""
    found = []
    for path in _files(root, ["sim", "models"], ".h"):
        result = subprocess.run(
            ["gcc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only",
             "-fopenmp", "-I", root, "-xc", "-"], check=False, capture_output=True, text=True,
            input=f'#include "{path.relative_to(root)}"\ntypedef int not_empty;\n')
        if result.returncode:
            found.append(f"{path.relative_to(root)}: {result.stderr.strip()}")
    return found


def _built(root):
    return Path(os.environ["KUMIAI"]).parent if root == Path(os.environ["KUMIAI_SOURCE_DIR"]) else root


def _libraries(root):
    return [path for path in (_built(root) / "libsim.a", _built(root) / "libmodels.a") if path.exists()]


def _objects(root):
    """(room, object file) of the engine; objects whose source is gone are left out."""
    for source in _files(root, ["sim"], ".c"):
        name = source.relative_to(root)
        for target in ("sim", "cli"):
            built = _built(root) / f"CMakeFiles/{target}.dir" / f"{name}.o"
            if _room(name) and built.exists():
                yield _room(name), built


def _symbols(library):
    """(object file, section, symbol) of a library."""
    table = subprocess.run(["objdump", "-t", library], check=True, capture_output=True, text=True)
    member = ""
    for line in table.stdout.splitlines():
        if ":     file format" in line:
            member = line.split(":")[0]
        row = re.match(r"[0-9a-f]{16} .{7} (\S+)\t[0-9a-f]{16} +(?:\.hidden )?(\S+)$", line)
        if row:
            yield member, row[1], row[2]


def mutable_state(root):
    """No variable outlives a call, neither in the engine nor in a model."""
    return [f"{library.name}: {member}: {symbol}" for library in _libraries(root)
            for member, section, symbol in _symbols(library)
            if re.match(r"(\.data|\.bss|\.tbss|\.tdata|\*COM\*)(?!\.rel\.ro)", section)
            and symbol != section and not symbol.startswith(NOT_STATE)]


def symbol_names(root):
    """Every symbol that a room exports carries the room's name."""
    found = []
    for room, path in _objects(root):
        table = subprocess.run(["nm", "--defined-only", "--extern-only", path], check=True, capture_output=True, text=True)
        names = [line.split()[-1] for line in table.stdout.splitlines()]
        allowed = (f"sim_{room}_", *OTHER_NAMES.get(room, ()), *NOT_STATE)
        found += [f"sim/{room}/{path.stem}: {name}" for name in names if not name.startswith(allowed)]
    return found


def prints_or_exits(root):
    """Below the command line nothing prints, exits or gives up (assertions of bugs apart)."""
    banned = {"stdout", "stderr", "printf", "vprintf", "puts", "putchar", "perror",
              "exit", "_exit", "_Exit", "abort"}
    return [f"{library.name}: {member}: {symbol}" for library in _libraries(root)
            for member, section, symbol in _symbols(library)
            if section == "*UND*" and symbol in banned]


def scenarios(root):
    """The program finds nothing wrong with any scenario."""
    found = []
    for path in _files(root, ["scenarios"], ".cfg"):
        result = subprocess.run([os.environ["KUMIAI"], "check", path], check=False,
                                capture_output=True, text=True)
        if result.returncode:
            found.append(f"{path.relative_to(root)}: exit {result.returncode}: {result.stderr.strip()}")
    return found
