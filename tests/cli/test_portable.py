# SPDX-License-Identifier: GPL-3.0-or-later
"""The same bits on every machine: whatever variants the C library picks, on old and new processors,
from every compiler and its flags. Whole programs of other builds are named by KUMIAI_BUILDS
(`scripts/test --machines` makes them); what is compiled here is sim/rng, from which all that could differ comes."""

import hashlib
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import KUMIAI, content, kumiai, write_scenario

ROOT = Path(__file__).resolve().parents[2]
VERSION = kumiai("--version").stdout
SANITIZED = "-fsanitize" in VERSION
NATIVE = "-march=native" in VERSION
X86 = os.uname().machine == "x86_64"
QEMU, QEMU_ARM = shutil.which("qemu-x86_64"), shutil.which("qemu-aarch64")
BUILDS = [Path(path) for path in os.environ.get("KUMIAI_BUILDS", "").split(":") if path]
TUNABLES = ("-AVX2_Usable,-FMA_Usable,-AVX2,-FMA", "-AVX512F,-AVX2,-AVX,-FMA,-FMA4,-ERMS,-BMI2", "-AVX512F")
PROCESSORS = ("qemu64", "Nehalem", "max")  # without and with AVX2


# ---- whole programs ----

@pytest.fixture(scope="module", name="scenarios")
def fixture_scenarios(tmp_path_factory):
    """A graph that rewires, and every mechanism over some years."""
    folder = tmp_path_factory.mktemp("scenarios")
    small = write_scenario(folder / "small.cfg", run={"steps": 60, "seed": 3, "steps_per_year": 1},
                           contagion={"agents": 3000, "mean_degree": 6.0, "rewire": 0.05})
    return [[small, "--reps", 2], [ROOT / "scenarios/baseline.cfg", "--set", "run.years=3", "--reps", 1],
            [ROOT / "scenarios/both_ended.cfg", "--set", "run.years=2", "--reps", 1]]


def run(scenarios, folder, launcher=(KUMIAI,), env=None):
    """What is in the results of all scenarios."""
    found = []
    for number, words in enumerate(scenarios):
        out = folder / f"{number}.db"
        command = [*launcher, "run", *words, "--detail", "full", "--threads", 1, "--quiet", "--out", out]
        result = subprocess.run(list(map(str, command)), check=False, capture_output=True, text=True, timeout=300,
                                env={**os.environ, **(env or {})})
        assert result.returncode == 0, result.stderr
        found.append(content(out))
        found[-1]["meta"] = [row for row in found[-1]["meta"] if row[0] != "build_id"]
    return found


@pytest.fixture(scope="module", name="table")
def fixture_table():
    """Adds a line to the table of digests that `pytest -s` prints at the end."""
    lines = []
    yield lambda what, digest: lines.append(f"{digest}  {what}")
    print("\n" + "\n".join(["digest            program, and where it ran", *lines]))


def words_of(program):
    """Compiler and flags, as the program itself names them."""
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return next(line.partition(" ")[2] for line in version.splitlines() if line.startswith("build:"))


def digest_of(found):
    """Of all rows of all tables."""
    return hashlib.sha256(repr([sorted(one.items()) for one in found]).encode()).hexdigest()[:16]


@pytest.fixture(scope="module", name="here")
def fixture_here(scenarios, tmp_path_factory, table):
    found = run(scenarios, tmp_path_factory.mktemp("here"))
    table(f"{words_of(KUMIAI)} · here, {platform.machine()}", digest_of(found))
    return found


def expect_same(here, there):
    for one, other in zip(here, there, strict=True):
        assert one.keys() == other.keys()
        assert [table for table in one if one[table] != other[table]] == []
    assert digest_of(here) == digest_of(there)


@pytest.mark.parametrize("tunables", TUNABLES)
def test_whatever_the_c_library_picks(scenarios, here, tmp_path, table, tunables):
    found = run(scenarios, tmp_path, env={"GLIBC_TUNABLES": f"glibc.cpu.hwcaps={tunables}"})
    table(f"the same · glibc.cpu.hwcaps={tunables}", digest_of(found))
    expect_same(here, found)


@pytest.mark.skipif(not QEMU or not X86 or SANITIZED or NATIVE, reason="needs qemu-user and a portable program")
@pytest.mark.parametrize("processor", PROCESSORS)
def test_old_and_new_processors(scenarios, here, tmp_path, table, processor):
    found = run(scenarios, tmp_path, [QEMU, "-cpu", processor, KUMIAI])
    table(f"the same · qemu-x86_64 -cpu {processor}", digest_of(found))
    expect_same(here, found)


@pytest.mark.skipif(not BUILDS, reason="no other builds: scripts/test --machines")
@pytest.mark.parametrize("program", BUILDS, ids=[path.parent.name for path in BUILDS])
def test_other_builds(scenarios, here, tmp_path, table, program):
    found = run(scenarios, tmp_path, [program])
    table(f"{program.parent.name}: {words_of(program)}", digest_of(found))
    expect_same(here, found)


def test_shards_of_two_machines_are_merged(tmp_path):
    write_scenario(tmp_path / "base.cfg", run={"steps": 5, "seed": 3, "steps_per_year": 1},
                   contagion={"agents": 50, "mean_degree": 4.0})
    (tmp_path / "s.cfg").write_text('scenario = "base.cfg"; sweep = { design = "lhs"; points = 6; reps = 1; factors'
                                    ' = ({ parameter = "contagion.beta"; scale = "log"; min = 0.1; max = 0.3; }); };')
    older = {**os.environ, "GLIBC_TUNABLES": f"glibc.cpu.hwcaps={TUNABLES[0]}"}
    parts, whole, out = [tmp_path / "1.db", tmp_path / "2.db"], tmp_path / "whole.db", tmp_path / "all.db"
    for words, env in ((["sweep", tmp_path / "s.cfg", "--out", parts[0], "--shard", "1/2"], None),
                       (["sweep", tmp_path / "s.cfg", "--out", parts[1], "--shard", "2/2"], older),
                       (["sweep", tmp_path / "s.cfg", "--out", whole], older), (["merge", out, *parts], None)):
        result = kumiai(*words, env=env)
        assert result.returncode == 0, result.stderr
    assert content(out) == content(whole)


# ---- what is linked ----

# Functions of the C library that round exactly, or yield whole numbers.
EXACT = {"ceil", "copysign", "fabs", "floor", "fmax", "fmin", "fmod", "frexp", "ldexp", "llround", "lround", "modf",
         "nearbyint", "nextafter", "rint", "round", "scalbn", "sqrt", "trunc"}
# Of GSL what adds, multiplies and takes roots, and tables. (gsl_rstat_skew and all that has a distribution call pow().)
GSL = re.compile(r"gsl_(error|set_error_handler|qrng_(alloc|free|get|sobol)|stats_(mean|sd)|version"
                 r"|rstat_(add|alloc|free|kurtosis|max|mean|min|n|reset|sd|variance))")
LIBM = Path("/lib/x86_64-linux-gnu/libm.so.6")


def symbols(path, *options):
    lines = subprocess.run(["nm", "-D", *options, path], check=True, capture_output=True, text=True).stdout.split("\n")
    return {line.split()[-1].split("@")[0] for line in lines if line.strip()}


def imports(program, libm):
    """(functions of libm that round as they like, functions of GSL that might call them)"""
    wanted = symbols(program, "--undefined-only")
    return (wanted & symbols(libm, "--defined-only") - EXACT - {"GLIBC_2.2.5"},
            {name for name in wanted if name.startswith("gsl_") and not GSL.fullmatch(name)})


@pytest.mark.skipif(not LIBM.exists() or SANITIZED, reason="another C library, or a sanitizer's imports")
def test_no_function_of_the_c_library_that_differs_is_linked():
    assert imports(KUMIAI, LIBM) == (set(), set())


@pytest.mark.skipif(not LIBM.exists(), reason="another C library")
def test_twin_such_a_function_is_found(tmp_path):
    source = tmp_path / "a.c"
    source.write_text("double exp(double), sqrt(double), gsl_ran_beta(void *, double, double);\n"
                      "int main(int n, char **a) { return exp(n) + sqrt(n) + gsl_ran_beta(a, n, n); }\n")
    subprocess.run(["cc", source, "-o", tmp_path / "a", "-lgsl", "-lgslcblas", "-lm", "-w"], check=True)
    assert imports(tmp_path / "a", LIBM) == ({"exp"}, {"gsl_ran_beta"})


def test_no_library_is_looked_for_where_the_user_is():
    dynamic = subprocess.run(["readelf", "-d", KUMIAI], check=True, capture_output=True, text=True).stdout
    paths = re.findall(r"\(R(?:UN)?PATH\).*\[(.*)\]", dynamic)
    assert all(folder.startswith("/") for path in paths for folder in path.split(":")), paths


# ---- sim/rng, compiled anew ----

ARM_SLEEF = os.environ.get("KUMIAI_ARM_SLEEF", "")  # a folder with libsleef.so.3 of Debian's libsleef3:arm64
COMMON = ["-std=c11", "-ffp-contract=off", "-I", ROOT, "-DXXH_INLINE_ALL"]
COMPILED = [("gcc", "-O0"), ("gcc", "-O3", "-march=x86-64"), ("gcc", "-O3", "-march=x86-64-v3"),
            ("gcc", "-O2", "-march=native"), ("clang-14", "-O2"), ("clang-14", "-O3", "-march=x86-64-v3")]
# Read off this test; the same numbers on x86-64 and arm64.
DIGESTS = """sleef-cinz/1 5a9cbd0e9757ce4b
functions 1204808ebbf0957d
distributions 29a7bb29a1d6bf45
many 4e79fb68aae0d6cc
"""


def compiled(folder, compiler, *flags, libraries=("-lsleef", "-lm")):
    program = folder / "draws"
    sources = [ROOT / "tests/portable/draws.c", *sorted((ROOT / "sim/rng").glob("*.c"))]
    subprocess.run([compiler, *flags, *COMMON, *sources, "-o", program, *libraries], check=True)
    return program


def digests(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif(not X86 or SANITIZED, reason="flags of x86-64")
@pytest.mark.parametrize("how", COMPILED, ids=" ".join)
def test_every_compiler_and_flag(tmp_path, table, how):
    if not shutil.which(how[0]):
        pytest.skip(f"there is no {how[0]}")
    program = compiled(tmp_path, *how)
    known = "avx2" in Path("/proc/cpuinfo").read_text(encoding="utf-8") or "v3" not in " ".join(how)
    if not known:
        pytest.skip("this processor has no AVX2")
    found = digests(program)
    table(f"sim/rng alone: {' '.join(how)}", hashlib.sha256(found.encode()).hexdigest()[:16])
    assert found == DIGESTS
    if QEMU and how[1:] == ("-O3", "-march=x86-64"):
        for processor in PROCESSORS:
            assert digests(QEMU, "-cpu", processor, program) == DIGESTS


@pytest.mark.skipif(not (QEMU_ARM and shutil.which("aarch64-linux-gnu-gcc") and ARM_SLEEF),
                    reason="needs gcc-aarch64-linux-gnu, qemu-user and KUMIAI_ARM_SLEEF: scripts/test --machines")
@pytest.mark.parametrize("flag", ["-O0", "-O3"])
def test_arm64(tmp_path, table, flag):
    headers = tmp_path / "include"
    headers.mkdir()
    for name in ("gsl", "Random123", "xxhash.h", "x86_64-linux-gnu/sleef.h"):  # the same for every processor
        (headers / Path(name).name).symlink_to(Path("/usr/include") / name)
    library = Path(ARM_SLEEF) / "libsleef.so.3"
    program = compiled(tmp_path, "aarch64-linux-gnu-gcc", flag, "-I", headers, libraries=[library, "-lm"])
    found = digests(QEMU_ARM, "-L", "/usr/aarch64-linux-gnu", "-E", f"LD_LIBRARY_PATH={ARM_SLEEF}", program)
    table(f"sim/rng alone: aarch64-linux-gnu-gcc {flag} · qemu-aarch64", hashlib.sha256(found.encode()).hexdigest()[:16])
    assert found == DIGESTS
