# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/setup with an apt-get that only says what the real one would do, and scripts/quickstart with a program that
is built already."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
PROTOCOL = """Reading package lists...
0 upgraded, 3 newly installed, 0 to remove and 0 not upgraded.
Get:1 http://deb.example/debian bookworm/main amd64 gcc amd64 4:12.2 [5,216 B]
Get:2 http://deb.example/debian bookworm/main amd64 cmake amd64 3.25 [8,692 kB]
Get:3 http://deb.example/debian bookworm/main amd64 libcsv3 amd64 3.0 [9 kB]
Unpacking gcc (4:12.2) ...
Unpacking cmake (3.25) ...
Unpacking libcsv3:amd64 (3.0) ...
Setting up gcc (4:12.2) ...
Setting up cmake (3.25) ...
Setting up libcsv3:amd64 (3.0) ...
"""


SIZE = """Need to get 160 MB/185 MB of archives.
After this operation, 727 MB of additional disk space will be used.
"""


def fakes(folder, **texts):
    """An environment in which these commands come first."""
    for name, text in texts.items():
        path = folder / name.replace("_", "-")
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    return os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "TMPDIR": str(folder)}


@pytest.fixture(name="setup")
def _setup(tmp_path):
    """setup(exit code of apt-get install, what it does before it speaks, groups): the finished call."""
    def call(code, first="true", groups=("run",)):
        (tmp_path / "protocol").write_text(PROTOCOL)
        (tmp_path / "size").write_text(SIZE)
        apt = (f'case $1 in update) exit ;; --assume-no) cat {tmp_path}/size; exit 1 ;; esac\n'
               f'echo "$*" >{tmp_path}/asked\n{first}\ncat {tmp_path}/protocol\nexit {code}')
        env = fakes(tmp_path, dpkg_query="exit 1", sudo='exec "$@"', apt_get=apt)
        return subprocess.run([ROOT / "scripts/setup", *groups], check=False, capture_output=True, text=True, env=env)
    return call


def test_packages_are_told_as_they_come(setup):
    done = setup(0)
    assert done.returncode == 0, done.stderr
    for last in ("fetched 3 of 3: libcsv3", "unpacking 3 of 3: libcsv3:amd64", "setting up 3 of 3: libcsv3:amd64"):
        assert last in done.stderr
    assert "install " in done.stderr.splitlines()[0]


def test_the_size_is_told_first(setup):
    lines = setup(0).stderr.splitlines()
    [size] = [i for i, line in enumerate(lines) if "install: 185 MB to fetch, 727 MB on the disk; two" in line]
    assert size < min(i for i, line in enumerate(lines) if "fetched" in line)


def test_a_silent_apt_is_told_of(setup):
    done = setup(0, first="sleep 5")
    assert re.search(r"waiting for the first package, [45] s so far", done.stderr), done.stderr


def test_the_first_result_needs_no_picture_package(setup, tmp_path):
    asked = {}
    for group in ("quick", "run"):
        assert setup(0, groups=[group]).returncode == 0
        asked[group] = set((tmp_path / "asked").read_text().split())
    assert {"gcc", "sqlite3", "python3-pandas"} <= asked["quick"] < asked["run"]
    assert {"python3-matplotlib", "python3-openturns", "python3-sklearn"} <= asked["run"] - asked["quick"]


def test_what_apt_said_is_shown_when_it_fails(setup):
    done = setup(100)
    assert done.returncode == 1
    assert "failed: waiting for the first package" in done.stderr and "Setting up cmake" in done.stderr


@pytest.fixture(name="tree")
def _tree(tmp_path):
    """What scripts/quickstart needs of the sources, with a program that is built."""
    for name in ("scripts", "scenarios", "configs"):
        shutil.copytree(ROOT / name, tmp_path / "tree" / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    (tmp_path / "tree/build/release").mkdir(parents=True)
    (tmp_path / "tree/build/release/kumiai").symlink_to(Path(os.environ["KUMIAI"]).resolve())
    return tmp_path / "tree"


def test_quickstart_ends_in_ten_lines_and_a_page(tree, tmp_path):
    env = fakes(tmp_path, cmake='echo "[1/2] Building"; echo "[2/2] Linking"', dpkg_query="echo installed")
    for needless in ("matplotlib", "openturns", "sklearn", "libconf", "yaml"):
        (tree / "scripts" / f"{needless}.py").write_text("raise ImportError('quickstart installs no such package')\n")
    done = subprocess.run([tree / "scripts/quickstart"], check=False, capture_output=True, text=True, env=env,
                          cwd=tmp_path, timeout=500)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip().splitlines()) <= 11
    told = re.search(r"the difference is +\+([\d.]+) years \(([\d.]+) to ([\d.]+)\)", done.stdout)
    assert 0 < float(told[2]) < float(told[1]) < float(told[3]), "48 replicates tell the two kinds apart"
    assert re.search(r"MPI was (not )?found", done.stdout)
    assert "48 replicates of 24 draws of the parameters" in done.stdout
    page = (tree / "results/quickstart_report.html").read_text(encoding="utf-8")
    assert len(page) > 1e6
    assert re.search(r"Parameters bear \d+\s% of the variance between replicates", page)
    steps = [line for line in done.stderr.splitlines() if line.startswith("scripts/quickstart: ")]
    assert "minutes" in steps[0] and [line[20:26] for line in steps[2:]] == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert "  built 2 of 2" in done.stderr or "  built 1 of 2" in done.stderr


def test_a_missing_package_is_named(tmp_path):
    """After scripts/quickstart alone there are no pictures."""
    code = ("import sys; sys.modules['matplotlib'] = None; sys.argv = ['compare.py']; import runpy; "
            f"runpy.run_path({str(ROOT / 'scripts/kumiai/commands/compare.py')!r}, run_name='__main__')")
    done = subprocess.run(["/usr/bin/python3", "-c", code], check=False, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")}, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == ("compare.py: the Python package matplotlib is not installed; scripts/setup installs all that "
                           "the commands need (or: apt-get install python3-matplotlib).\n")


def test_a_look_at_the_tree_is_no_building():
    """ninja's steps before it knows what there is to build."""
    lines = ["[0/2] Re-checking globbed directories...", "[1/2] Re-running CMake...", "[9/237] Building C object a.o"]
    told = subprocess.run(["bash", "-c", f". {ROOT}/scripts/lib/progress.sh; follow build_line compiling"], check=True,
                          input="\n".join(lines) + "\n", capture_output=True, text=True)
    assert told.stderr.splitlines() == ["  built 9 of 237"]


def followed(lines, function, shell=""):
    """What progress.sh tells of a command that says these lines, with a pause in seconds after each."""
    said = " ".join(f"echo '{line}'; sleep {pause};" for line, pause in lines)
    done = subprocess.run(["bash", "-c", f". {ROOT}/scripts/lib/progress.sh; {shell} ({said}) | follow {function} working"],
                          check=True, capture_output=True, text=True)
    return done.stderr.splitlines()


def test_the_last_link_says_what_it_does():
    """The whole program is optimised when it is linked: the longest step, after all others are built."""
    told = followed([("[1/3] Building C object a.o", 0), ("[2/3] Building C object b.o", 5.5),
                     ("[3/3] Linking C executable kumiai", 0)], "build_line")
    assert told[0] == "  built 1 of 3" and told[1].startswith("  built 2 of 3; now linking, which optimises the program")
    assert re.fullmatch("  linking, [45] s so far", told[2]) and told[-1] == "  built 3 of 3"


def test_no_five_seconds_without_a_line():
    """Nor where a command says all the time what nobody reads."""
    told = followed([("Get: lists", 0.5)] * 11, "ignore_line")
    assert len(told) == 1 and re.fullmatch("  working, [45] s so far", told[0])
