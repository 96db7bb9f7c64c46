# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches of ODD.md 1.3: every mechanism but M16, which is data, has one, and each changes what
the model does."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import ablations  # noqa: E402 pylint: disable=wrong-import-position

KUMIAI = os.environ.get("KUMIAI", "kumiai")
MECHANISMS = ablations.mechanisms()

pytestmark = pytest.mark.skipif(
    not (ROOT / "configs/cooperation/population/partner_cities.csv").exists(),
    reason="configs/cooperation/population/ is not complete")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Ten replicates of all worlds, and of each mechanism switched off, in one batch."""
    folder = tmp_path_factory.mktemp("switches")
    files = ablations.write_scenarios(folder)
    done = subprocess.run([KUMIAI, "run", *files, "--out", folder / "r.db", "--reps=10",
                           "--threads=2", "--detail=summary"], check=False, capture_output=True,
                          text=True, timeout=500, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return folder / "r.db"


@pytest.fixture(scope="module")
def digests(results):
    """{mechanism or world: final states and rows of its replicates}."""
    with closing(sqlite3.connect(f"file:{results}?mode=ro", uri=True)) as db:
        rows = db.execute("""SELECT name, group_concat(state_digest || rows_digest) FROM
            (SELECT * FROM run JOIN scenario USING (scenario_id) ORDER BY rep) GROUP BY name""")
        return {int(name) if name.isdigit() else name: digest for name, digest in rows}


def test_every_mechanism_has_a_switch():
    assert sorted(MECHANISMS) == [m for m in range(1, 42) if m != 16]
    assert all(settings for _, settings in MECHANISMS.values())


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
def test_the_switch_changes_what_happens(digests, mechanism):
    assert digests[mechanism] != digests[ablations.world(mechanism)]


def test_the_table_of_effects(results, capsys):
    """A row a mechanism; without vetoes, or without gates, all that there were are gone."""
    assert ablations.main([str(results), "--read", "--format", "csv"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 1 + len(MECHANISMS) and rows[1].startswith("M1,")
    found = ablations.effects(ablations.results.load([results])[0])
    vetoes = found[(found["m"] == 14) & (found["measure"] == "refused_veto")].iloc[0]
    assert vetoes["diff"] == -vetoes["with"] < 0 and vetoes["high"] < 0
    gates = found[(found["m"] == 8) & (found["measure"] == "refused_no_money")].iloc[0]
    assert gates["diff"] == -gates["with"] < 0 and gates["holm"] < 0.05


def test_another_file_is_refused_in_a_sentence(tmp_path, capsys):
    done = subprocess.run([KUMIAI, "run", ROOT / "scenarios/none.cfg", "--out", tmp_path / "r.db",
                           "--quiet"], check=False, capture_output=True)
    assert done.returncode == 0
    assert ablations.main([str(tmp_path / "r.db"), "--read"]) == 2
    assert "no scenario" in capsys.readouterr().err
    assert ablations.main([str(tmp_path / "no.db"), "--read"]) == 2
