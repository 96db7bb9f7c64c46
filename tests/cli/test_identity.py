# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program is: a digest of what was compiled, which no path, commit, compiler, flag or documentation
changes. Files of two programs are not mixed."""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from conftest import KUMIAI, content, kumiai, kumiai_export, query, seal, write_scenario

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(KUMIAI).resolve().parent
INPUTS = BUILD / "build_inputs.cmake"
PARTS = ("source_digest", "math_version", "gsl_version", "igraph_version")


# ---- the digest: what changes it, and what does not ----

@pytest.fixture(scope="module", name="original")
def fixture_original(tmp_path_factory):
    """A copy of what there is beside the build, outside any repository."""
    tree = tmp_path_factory.mktemp("one") / "tree"
    for name in ("sim", "models", "scripts/lib", "scripts/package", "README.md", "CMakeLists.txt", "CMakePresets.json"):
        target = tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        source = ROOT / name
        _ = shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return tree


@pytest.fixture(name="tree")
def fixture_tree(original, tmp_path):
    """Another copy of it, at a path with a space and a letter beyond ASCII."""
    return Path(shutil.copytree(original, tmp_path / "a cöpy"))


def defined(tree, environment=None, **inputs):
    """What kumiai_build.h defines for the sources of a tree, or for inputs that are given."""
    header = tree / "build" / "generated" / "kumiai_build.h"
    text = INPUTS.read_text(encoding="utf-8")
    own = re.search(r"set\(source_dir \[\[(.*)\]\]\)", text)[1]
    sources = re.search(r"set\(sources \[\[(.*)\]\]\)", text)[1]
    given = {"source_dir": tree, "generated_dir": header.parent, "header": header,
             "sources": sources.replace(own + "/", f"{tree}/"), **inputs}
    for name, value in given.items():
        text = re.sub(rf"set\({name} \[\[.*\]\]\)",
                      lambda _, n=name, v=value: f"set({n} [[{v}]])", text)
    header.parent.mkdir(parents=True, exist_ok=True)
    file = tree / "build" / "inputs.cmake"
    file.write_text(text, encoding="utf-8")
    subprocess.run(["cmake", "-D", f"inputs={file}", "-P", tree / "sim/record/identity.cmake"],
                   check=True, env=environment)
    return dict(re.findall(r'#define KUMIAI_(\w+) "(.*)"', header.read_text(encoding="utf-8")))


def digest(tree, environment=None, **inputs):
    return defined(tree, environment, **inputs)["SOURCE_DIGEST"]


def append(path, text="/* edited */\n"):
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def test_neither_path_nor_git_counts(original, tree, tmp_path):
    here = defined(original)
    assert re.fullmatch("[0-9a-f]{32}", here["SOURCE_DIGEST"])
    assert defined(tree) == here
    assert here["BUILD_ID"].startswith("unknown ")
    git = ["git", "-C", tree, "-c", "user.name=x", "-c", "user.email=x@y"]
    shutil.rmtree(tree / "build")
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *command], check=True)
    checkout = defined(tree)
    assert not checkout["BUILD_ID"].startswith("unknown ")
    assert checkout["SOURCE_DIGEST"] == here["SOURCE_DIGEST"]
    archive = tmp_path / "archive"
    archive.mkdir()
    subprocess.run([*git, "archive", "-o", tmp_path / "a.tar", "HEAD"], check=True)
    subprocess.run(["tar", "-xf", tmp_path / "a.tar", "-C", archive], check=True)
    assert defined(archive) == here


def test_documentation_and_what_is_not_compiled_do_not_count(original, tree):
    before = digest(original)
    for name in ("README.md", "models/cooperation/ODD.md", "scripts/lib/common.sh", "CMakeLists.txt"):
        append(tree / name, "# edited\n")
    for name in ("notes.txt", "budget.c.orig", "unused.h", "budget.def~"):
        append(tree / "models" / "cooperation" / name)
    assert digest(tree) == before


def test_order_line_endings_and_locale_do_not_count(original, tree):
    before = digest(original)
    for path in [*tree.rglob("*.c"), *tree.rglob("*.h"), *tree.rglob("*.def")]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    paths = re.search(r"set\(sources \[\[(.*)\]\]\)", INPUTS.read_text(encoding="utf-8"))[1]
    own = re.search(r"set\(source_dir \[\[(.*)\]\]\)", INPUTS.read_text(encoding="utf-8"))[1]
    turned = ";".join(reversed(paths.replace(own + "/", f"{tree}/").split(";")))
    assert digest(tree, {**os.environ, "LC_ALL": "C.UTF-8"}, sources=turned) == before


def test_every_edit_of_what_is_compiled_counts(original, tree):
    seen = {digest(original)}
    edited = ("models/cooperation/money/budget.c", "models/cooperation/cooperation.h",
              "models/cooperation/money/budget.def", "models/cooperation/look/metrics.def",
              "models/models.def", "sim/model.h", "sim/rng/rng.h", "sim/network/scratch.h",
              "sim/cli/main.c")
    for number, name in enumerate(edited, 2):
        append(tree / name)
        seen.add(digest(tree))
        assert len(seen) == number, name
    append(tree / edited[0], "/* another edit of the same file */\n")
    assert digest(tree) not in seen


def test_names_of_files_count(original, tree):
    """The same texts in other files are another program."""
    a, b = tree / "models/cooperation/bodies/hub.def", tree / "models/cooperation/money/works.def"
    text = a.read_text(encoding="utf-8")
    a.write_text(b.read_text(encoding="utf-8"), encoding="utf-8")
    b.write_text(text, encoding="utf-8")
    assert digest(tree) != digest(original)


def test_compiler_and_flags_are_for_people(original):
    there = defined(original, build='Clang-14.0.6 -O0 -DNAME="x"')
    assert there["SOURCE_DIGEST"] == digest(original) and there["BUILD_ID"].endswith("Clang-14.0.6 -O0 -DNAME=x")


@pytest.mark.parametrize("name, value", [("version", "9.9.9"), ("random123_dir", "/nowhere")])
def test_what_else_counts(original, name, value):
    assert digest(original, **{name: value}) != digest(original)


def test_configured_elsewhere_it_is_the_same_program(original, tree):
    """The whole way, from CMakeLists.txt in the copy."""
    cache = (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
    chosen = re.findall(r"^((?:CMAKE_BUILD_TYPE|CMAKE_C_COMPILER|CMAKE_C_FLAGS|KUMIAI_\w+):\w+=.*)$", cache,
                        re.MULTILINE)
    options = [f"-D{c}" for c in chosen  # the copy has no tests
               if not c.startswith(("KUMIAI_TESTS", "KUMIAI_BENCH"))]
    command = ["cmake", "-S", tree, "-B", tree / "b", *options, "-D", "KUMIAI_TESTS=OFF",
               "-D", "CMAKE_C_COMPILER_WORKS=ON"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    header = tree / "b/generated/kumiai_build.h"
    assert f'KUMIAI_SOURCE_DIGEST "{digest(original)}"' in header.read_text(encoding="utf-8")


@pytest.mark.parametrize("flag", ["-ffast-math", "-Ofast", "-fassociative-math", "-ffp-contract=fast", "-mfpmath=387"])
def test_flags_that_change_arithmetic_are_refused(tree, flag):
    result = subprocess.run(["cmake", "-S", tree, "-B", tree / "b", f"-DCMAKE_C_FLAGS=-g {flag} -O2"],
                            capture_output=True, text=True, check=False)
    assert result.returncode != 0 and f"{flag} lets the compiler compute otherwise" in " ".join(result.stderr.split())


@pytest.mark.parametrize("flag", ["-ffast-math", "-ffinite-math-only"])
def test_a_model_is_not_compiled_with_such_flags(flag):
    result = subprocess.run(["cc", "-std=c11", flag, "-fsyntax-only", "-I", ROOT, ROOT / "sim/rng/math.h"],
                            capture_output=True, text=True, check=False)
    assert result.returncode != 0 and "make results depend on the compiler" in result.stderr


def test_a_build_of_several_configurations_is_refused(tree):
    result = subprocess.run(["cmake", "-G", "Ninja Multi-Config", "-S", tree, "-B", tree / "m"],
                            capture_output=True, text=True, check=False)
    assert result.returncode != 0 and "several configurations in one folder" in result.stderr


# ---- what the program says ----

def own():
    lines = re.findall(r"^  (\w+): (.*)$", kumiai("--version").stdout, re.MULTILINE)
    return dict(lines)


def test_version_and_results_tell_the_identity(tmp_path):
    out = tmp_path / "r.db"
    file = write_scenario(tmp_path / "s.cfg", run={"steps": 3, "steps_per_year": 1})
    assert kumiai("run", file, "--out", out, "--reps", 1).returncode == 0
    meta = dict(query(out, "SELECT key, value FROM meta"))
    assert tuple(own()) == PARTS and all(own().values())
    assert {key: meta[key] for key in PARTS} == own()
    assert f"\nprocessor: {meta['processor']}\n" in kumiai("--version").stdout
    header = (BUILD / "generated/kumiai_build.h").read_text(encoding="utf-8")
    assert meta["source_digest"] in header and meta["build_id"] in header
    assert str(ROOT) not in "".join(meta[key] for key in PARTS)


# ---- what is refused ----

@pytest.fixture(name="sweep")
def fixture_sweep(tmp_path):
    write_scenario(tmp_path / "base.cfg", run={"steps": 5, "seed": 3, "steps_per_year": 1},
                   contagion={"agents": 50, "mean_degree": 4.0})
    path = tmp_path / "s.cfg"
    path.write_text('scenario = "base.cfg"; sweep = { design = "lhs"; points = 6; reps = 1; factors ='
                    ' ({ parameter = "contagion.beta"; min = 0.1; max = 0.3; }); };\n')
    return path


def ok(*arguments, **options):
    result = kumiai(*arguments, **options)
    assert result.returncode == 0, result.stderr


def refused(*arguments, about, **options):
    """In one sentence with all the words, and nothing is written."""
    result = kumiai(*arguments, **options)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    for word in about:
        assert word in result.stderr
    return result.stderr


def change(path, sql):
    with closing(sqlite3.connect(path)) as db:
        db.execute(sql)
        if "build_id" not in sql and "processor" not in sql:  # which are for people
            seal(db)
        db.commit()


NAMES = ("sources", "mathematics", "GSL", "igraph")


def test_each_part_is_named(sweep, tmp_path):
    parts, base, run = [tmp_path / "1.db", tmp_path / "2.db"], tmp_path / "base.cfg", tmp_path / "run.db"
    for number, part in enumerate(parts, 1):
        ok("sweep", sweep, "--out", part, "--shard", f"{number}/2")
    ok("run", base, "--out", run)
    here = own()
    for key, name in zip(PARTS, NAMES):
        for path in (parts[1], run):
            change(path, f"UPDATE meta SET value = 'elsewhere' WHERE key = '{key}'")
        before = content(parts[1]), content(run)
        about = [f"was computed with {name} 'elsewhere'", f"has '{here[key]}'", "; "]
        refused("run", base, "--out", run, "--resume", about=[*about, "this program"])
        refused("sweep", sweep, "--out", parts[1], "--shard", "2/2", "--resume", "--retry-failed",
                about=about)
        refused("merge", tmp_path / "all.db", *parts, about=[*about, "1.db has", "2.db was"])
        assert not (tmp_path / "all.db").exists()
        assert (content(parts[1]), content(run)) == before
        for path in (parts[1], run):
            change(path, f"UPDATE meta SET value = '{here[key]}' WHERE key = '{key}'")
    ok("merge", tmp_path / "all.db", *parts)


def test_a_file_of_another_version_tells_the_way_out(sweep, tmp_path):
    base, run = tmp_path / "base.cfg", tmp_path / "run.db"
    ok("run", base, "--out", run)
    for key in ("schema_version", "rng_version", "program_version"):
        (before,), = sqlite3.connect(run).execute(f"SELECT value FROM meta WHERE key = '{key}'")
        change(run, f"UPDATE meta SET value = '0' WHERE key = '{key}'")
        refused("run", base, "--out", run, "--resume",
                about=["was begun with", "'0'", "finish it with the program that began it"])
        change(run, f"UPDATE meta SET value = '{before}' WHERE key = '{key}'")
    ok("run", base, "--out", run, "--resume")


def test_files_from_before_identities(sweep, tmp_path):
    """They are read, but not continued and not merged, even with each other."""
    parts = [tmp_path / "1.db", tmp_path / "2.db"]
    for number, part in enumerate(parts, 1):
        ok("sweep", sweep, "--out", part, "--shard", f"{number}/2")
        change(part, "DELETE FROM meta WHERE key IN " + str(PARTS))
    about = ["did not record its sources", "compute everything again"]
    refused("sweep", sweep, "--out", parts[0], "--shard", "1/2", "--resume", about=about)
    refused("merge", tmp_path / "all.db", *parts, about=["1.db", *about])
    assert kumiai_export(parts[0], "--format", "csv", "--to", tmp_path / "csv").returncode == 0


@pytest.mark.parametrize("key", ["build_id", "processor"])
def test_commit_and_machine_are_for_people(sweep, tmp_path, key):
    out = tmp_path / "r.db"
    ok("sweep", sweep, "--out", out)
    change(out, f"UPDATE meta SET value = 'elsewhere' WHERE key = '{key}'")
    ok("sweep", sweep, "--out", out, "--resume", "--reps", 2)
