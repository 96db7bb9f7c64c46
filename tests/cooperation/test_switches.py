# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches of ODD.md 1.3: every mechanism has one, and each changes what the model does."""

import os
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

KUMIAI = os.environ.get("KUMIAI", "kumiai")
ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "models" / "cooperation" / "ODD.md").read_text(encoding="utf-8")
# What these switch off is rare in the baseline.
WORLD = {13: "regional_only", 38: "works_abroad_guaranteed", 39: "regional_only", 40: "partner_associations"}

pytestmark = pytest.mark.skipif(
    not (ROOT / "configs/cooperation/population/partner_cities.csv").exists(),
    reason="configs/cooperation/population/ is not complete")


def switches():
    """{mechanism: {parameter: value as written}}."""
    rows = re.findall(r"^\| M(\d+) \|.*\| ([^|]*) \|$", TEXT, re.MULTILINE)
    return {int(m): dict(re.findall(r"`(\w+\.\w+)` = (\w+)", cell)) for m, cell in rows}


SWITCHES = switches()


def scenario(path, world, settings):
    """A scenario of the library, but for the settings; a baseline of 20 years says enough."""
    lines = [f'base = "{ROOT}/scenarios/{world}.cfg";', f"run = {{ years = {20 if world == 'baseline' else 40}; }};"]
    groups = {}
    for name, value in settings.items():
        group, leaf = name.split(".")
        word = value if re.fullmatch(r"\d+|true|false", value) else f'"{value}"'
        groups.setdefault(group, []).append(f"{leaf} = {word};")
    lines += [f"{group} = {{ {' '.join(leaves)} }};" for group, leaves in groups.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def digests(tmp_path_factory):
    """{mechanism or world: final states of six replicates}, of one batch."""
    folder = tmp_path_factory.mktemp("switches")
    files = [scenario(folder / f"{world}.cfg", world, {}) for world in {"baseline", *WORLD.values()}]
    files += [scenario(folder / f"{m}.cfg", WORLD.get(m, "baseline"), settings)
              for m, settings in SWITCHES.items()]
    done = subprocess.run([KUMIAI, "run", *files, "--out", folder / "r.db", "--reps=6",
                           "--threads=2", "--detail=summary"], check=False, capture_output=True,
                          text=True, timeout=500, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(f"file:{folder / 'r.db'}?mode=ro", uri=True)) as db:
        rows = db.execute("""SELECT name, group_concat(state_digest) FROM
            (SELECT * FROM run JOIN scenario USING (scenario_id) ORDER BY rep) GROUP BY name""")
        return {int(name) if name.isdigit() else name: digest for name, digest in rows}


def test_every_mechanism_has_a_switch():
    assert sorted(SWITCHES) == list(range(1, 41)) and all(SWITCHES.values())


@pytest.mark.parametrize("mechanism", sorted(SWITCHES))
def test_the_switch_changes_what_happens(digests, mechanism):
    assert digests[mechanism] != digests[WORLD.get(mechanism, "baseline")]
