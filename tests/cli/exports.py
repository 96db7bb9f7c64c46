# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of kumiai-export share."""

import json
from pathlib import Path

from conftest import kumiai, kumiai_export, query, write_scenario

ROOT = Path(__file__).resolve().parents[2]
YEARS = 4
PARTNER_CITIES = ROOT / "configs/cooperation/population/partner_cities.csv"
CITIES = len(PARTNER_CITIES.read_text(encoding="utf-8").splitlines()) - 1
ALIVE = "onset < ? + 1 AND (terminus >= ? + 1 OR terminus_censored)"


def make_results(folder):
    """Two scenarios of the cooperation model and one of contagion, two replicates, all detail."""
    base = f'base = "{ROOT}/scenarios/from_2000.cfg";\n'
    (folder / "baseline.cfg").write_text(base, encoding="utf-8")
    (folder / "jica_half.cfg").write_text(base + "funding = { jica_budget_factor = 0.5; };\n",
                                          encoding="utf-8")
    files = [folder / "baseline.cfg", folder / "jica_half.cfg",
             write_scenario(folder / "flu.cfg", run={"steps": 5}, contagion={"agents": 100})]
    done = kumiai("run", *files, "--reps", 2, "--detail", "full", "--out", folder / "r.db",
                  "--set", f"run.years={YEARS}")
    assert done.returncode == 0, done.stderr
    return folder / "r.db"


def export(path, to, *arguments):
    """Exports without complaint; returns the folder and its manifest."""
    done = kumiai_export(path, "--to", to, *arguments)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((to / "manifest.json").read_text(encoding="utf-8"))
    written = {f.name for f in to.iterdir()}
    assert written == {f["file"] for f in manifest["files"]} | {"manifest.json"}
    return to, manifest


def refused(path, to, code, *arguments, words=()):
    """Refused with one sentence that holds the words; nothing is written."""
    before = sorted(to.parent.iterdir()) if to.parent.is_dir() else []
    done = kumiai_export(path, "--to", to, *arguments)
    assert done.returncode == code and done.stdout == "", done.stderr
    for word in words:
        assert word in done.stderr
    assert done.stderr.count("\n") == 1
    assert (sorted(to.parent.iterdir()) if to.parent.is_dir() else []) == before
    return True


def count(path, sql, *parameters):
    """First cell of a query."""
    return query(path, sql, parameters)[0][0]


def alive(results, run, kind, year):
    """Pairs with a tie at the end of a year."""
    return set(query(results, f"SELECT donor_id, partner_id FROM tie WHERE run_id = ? AND kind = ?"
                              f" AND {ALIVE}", (run, kind, year, year)))


def alive_pairs(results, run, year, ends):
    """Pairs of any kind with a tie at the end of a year, by the columns of their ends."""
    return set(query(results, f"SELECT {', '.join(ends)} FROM tie WHERE run_id = ? AND {ALIVE}", (run, year, year)))
