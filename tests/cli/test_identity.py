# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program is: a digest of what was compiled, which no path, commit or documentation changes.
Files of two programs, or of two kinds of processor, are not mixed."""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from conftest import KUMIAI, content, kumiai, query, seal, write_scenario

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(KUMIAI).resolve().parent
INPUTS = BUILD / "build_inputs.cmake"
PARTS = ("sources", "compiler", "flags", "instruction_set", "random123", "gsl_version",
         "igraph_version", "c_library", "math_class", "source_digest")
# glibc's functions without fused multiply-add, as an older processor has them.
OLDER = {**os.environ,
         "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA"}


# ---- the digest: what changes it, and what does not ----

@pytest.fixture(scope="module", name="original")
def fixture_original(tmp_path_factory):
    """A copy of what there is beside the build, outside any repository."""
    tree = tmp_path_factory.mktemp("one") / "tree"
    for name in ("sim", "models", "scripts/lib", "README.md", "CMakeLists.txt", "CMakePresets.json"):
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
    """What kumiai_build.h defines for the sources of a tree and the flags of this build, or for
    inputs that are given."""
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
    subprocess.run(["cmake", "-D", f"inputs={file}", "-P", tree / "sim/base/identity.cmake"],
                   check=True, env=environment)
    return dict(re.findall(r'#define KUMIAI_(\w+) "(.*)"', header.read_text(encoding="utf-8")))


def digest(tree, environment=None, **inputs):
    return defined(tree, environment, **inputs)["SOURCE_DIGEST"]


def append(path, text="/* edited */\n"):
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def flags():
    return re.search(r"set\(flags \[\[(.*)\]\]\)", INPUTS.read_text(encoding="utf-8"))[1]


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
    edited = ("models/cooperation/budget.c", "models/cooperation/cooperation.h",
              "models/cooperation/params/budget.def", "models/cooperation/metrics.def",
              "models/models.def", "sim/sim.h", "sim/rng/rng.h", "sim/network/scratch.h",
              "sim/cli/main.c")
    for number, name in enumerate(edited, 2):
        append(tree / name)
        seen.add(digest(tree))
        assert len(seen) == number, name
    append(tree / edited[0], "/* another edit of the same file */\n")
    assert digest(tree) not in seen


def test_names_of_files_count(original, tree):
    """The same texts in other files are another program."""
    a, b = tree / "models/cooperation/params/hub.def", tree / "models/cooperation/params/works.def"
    text = a.read_text(encoding="utf-8")
    a.write_text(b.read_text(encoding="utf-8"), encoding="utf-8")
    b.write_text(text, encoding="utf-8")
    assert digest(tree) != digest(original)


def test_flags_that_move_no_bit_do_not_count(original):
    more = (";-g3;-Wextra;-Wno-shadow;-I/home/x/include;-isystem;/opt/y;-ffile-prefix-map=/home/x=."
            ";-fstack-protector-strong;-Wp,-D_FORTIFY_SOURCE=2;-fPIE;-Wl,-z,relro;-pipe"
            ";-fdiagnostics-color=always;$<$<BOOL:ON>:-Werror>;-Wl,--as-needed;-DKUMIAI_MPI"
            ";-Wpedantic;-Wlogical-op;sim/a.c:-Wextra;-Wl,-O1,-z,now")
    assert defined(original, flags=flags() + more) == defined(original)


@pytest.mark.parametrize("name, value", [
    *[("flags", more) for more in (
        "-O2", "-ffast-math", "-march=x86-64-v2", "-DX=1", "-flto", "-mfma", "-Wp,-DNDEBUG",
        "-Wl,--wrap=log", "-Wl,-z,relro,--wrap=log", "-lmvec", "sim/rng/fill.c:-ffast-math")],
    ("compiler", "GNU-99.1.0"), ("compiler", "Clang-14.0.6"), ("version", "9.9.9"),
    ("libraries", "GSL 9.9;igraph 0.10.2"), ("random123_dir", "/nowhere")])
def test_what_else_counts(original, name, value):
    if name == "flags":
        value = f"{flags()};{value}"
    assert digest(original, **{name: value}) != digest(original)


def test_flags_of_any_length_fit(original):
    long = ";".join(f"-DNAME{i}={i}" for i in range(200))
    one, two = (defined(original, flags=f"{long};{last}") for last in ("-O2", "-O3"))
    assert len(one["RESULT_FLAGS"]) < 500 and one["RESULT_FLAGS"] != two["RESULT_FLAGS"]


def test_configured_elsewhere_it_is_the_same_program(original, tree):
    """The whole way, from CMakeLists.txt in the copy."""
    cache = (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
    chosen = re.findall(r"^((?:CMAKE_BUILD_TYPE|CMAKE_C_COMPILER|CMAKE_C_FLAGS|KUMIAI_\w+):\w+=.*)$", cache,
                        re.MULTILINE)
    options = [f"-D{c}" for c in chosen if not c.startswith("KUMIAI_TESTS")]
    command = ["cmake", "-S", tree, "-B", tree / "b", *options, "-D", "KUMIAI_TESTS=OFF",
               "-D", "CMAKE_C_COMPILER_WORKS=ON"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    header = tree / "b/generated/kumiai_build.h"
    assert f'KUMIAI_SOURCE_DIGEST "{digest(original)}"' in header.read_text(encoding="utf-8")
    seen = {digest(original)}
    for said in ("target_compile_options(sim PRIVATE -ffast-math)", "target_link_options(kumiai PRIVATE -lmvec)",
                 "set(CMAKE_C_STANDARD_LIBRARIES -lmvec)",
                 "set_source_files_properties(sim/rng/fill.c PROPERTIES COMPILE_OPTIONS -ffast-math)",
                 "set_source_files_properties(sim/rng/fill.c PROPERTIES COMPILE_DEFINITIONS X=1)",
                 'set_source_files_properties(sim/rng/fill.c PROPERTIES COMPILE_FLAGS "-mfma -O1")'):
        append(tree / "CMakeLists.txt", said + "\n")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found = re.search('SOURCE_DIGEST "(.*)"', header.read_text(encoding="utf-8"))[1]
        assert found not in seen, said
        seen.add(found)


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
    header = (BUILD / "generated/kumiai_build.h").read_text(encoding="utf-8")
    assert meta["source_digest"] in header and meta["sources"] in header
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
        if "build_id" not in sql:  # which is for people
            seal(db)
        db.commit()


NAMES = ("sources", "compiler", "flags", "instruction set", "Random123", "GSL", "igraph", "C library",
         "math class", "source digest")


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
        about = [f"was computed with {name} 'elsewhere'", f"has '{here[key][:120]}", "; "]  # long flags are cut
        refused("run", base, "--out", run, "--resume", about=[*about, "this program"])
        refused("sweep", sweep, "--out", parts[1], "--shard", "2/2", "--resume", "--retry-failed",
                about=about)
        refused("merge", tmp_path / "all.db", *parts, about=[*about, "1.db has", "2.db was"])
        assert not (tmp_path / "all.db").exists()
        assert (content(parts[1]), content(run)) == before
        for path in (parts[1], run):
            change(path, f"UPDATE meta SET value = '{here[key]}' WHERE key = '{key}'")
    ok("merge", tmp_path / "all.db", *parts)


def test_files_from_before_identities(sweep, tmp_path):
    """They are read, but not continued and not merged, even with each other."""
    parts = [tmp_path / "1.db", tmp_path / "2.db"]
    for number, part in enumerate(parts, 1):
        ok("sweep", sweep, "--out", part, "--shard", f"{number}/2")
        change(part, "DELETE FROM meta WHERE key IN " + str(PARTS))
    about = ["did not record its sources", "compute everything again"]
    refused("sweep", sweep, "--out", parts[0], "--shard", "1/2", "--resume", about=about)
    refused("merge", tmp_path / "all.db", *parts, about=["1.db", *about])
    ok("export", parts[0], "--format", "csv", "--to", tmp_path / "csv")


def test_the_commit_is_for_people(sweep, tmp_path):
    out = tmp_path / "r.db"
    ok("sweep", sweep, "--out", out)
    change(out, "UPDATE meta SET value = 'another commit' WHERE key = 'build_id'")
    ok("sweep", sweep, "--out", out, "--resume", "--reps", 2)


def test_two_kinds_of_processors_are_not_mixed(sweep, tmp_path):
    told = kumiai("--version", env=OLDER).stdout
    older = re.search("math_class: (.*)", told)[1]
    if older == own()["math_class"]:
        pytest.skip("this processor or C library has one variant only")
    assert own()["source_digest"] in told
    parts = [tmp_path / "1.db", tmp_path / "2.db"]
    ok("sweep", sweep, "--out", parts[0], "--shard", "1/2")
    ok("sweep", sweep, "--out", parts[1], "--shard", "2/2", env=OLDER)
    about = [f"math class '{older}'", f"has '{own()['math_class']}'", "processors of one kind"]
    refused("merge", tmp_path / "all.db", *parts, about=about)
    refused("sweep", sweep, "--out", parts[1], "--shard", "2/2", "--resume", about=about)
    ok("sweep", sweep, "--out", parts[1], "--shard", "2/2", "--resume", env=OLDER)
