# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/setup with an apt-get that only says what the real one would do."""

import os
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


@pytest.fixture(name="setup")
def _setup(tmp_path):
    """setup(exit code of apt-get install): the finished call."""
    def call(code):
        (tmp_path / "protocol").write_text(PROTOCOL)
        fakes = {"dpkg-query": "exit 1", "sudo": 'exec "$@"',
                 "apt-get": f'[ "$1" = update ] && exit\ncat {tmp_path}/protocol\nexit {code}'}
        for name, text in fakes.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
            (tmp_path / name).chmod(0o755)
        return subprocess.run([ROOT / "scripts/setup", "run"], check=False, capture_output=True, text=True,
                              env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}",
                                                "TMPDIR": str(tmp_path)})
    return call


def test_packages_are_told_as_they_come(setup):
    done = setup(0)
    assert done.returncode == 0, done.stderr
    for last in ("fetched 3 of 3: libcsv3", "unpacking 3 of 3: libcsv3:amd64", "setting up 3 of 3: libcsv3:amd64"):
        assert last in done.stderr
    assert "install " in done.stderr.splitlines()[0]


def test_what_apt_said_is_shown_when_it_fails(setup):
    done = setup(100)
    assert done.returncode == 1
    assert "could not be installed" in done.stderr and "Setting up cmake" in done.stderr
