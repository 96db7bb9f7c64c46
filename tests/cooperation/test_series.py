# SPDX-License-Identifier: GPL-3.0-or-later
"""No result may hang on where a series from outside ends: refusals of partners from whom nothing is to
gain go on after each end as before it. `describe` tells how each series goes on."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KUMIAI = os.environ.get("KUMIAI", "kumiai")
# The last years that are known of spending on exchange, supplementary budgets and staff.
ENDS = (2001, 2015, 2023)


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """Yearly share of no_gain among the refusals of a mode, over 20 replicates from 1997 to 2036."""
    out = tmp_path_factory.mktemp("series") / "r.db"
    subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "baseline.cfg", "--out", out, "--reps", "20",
                    "--set", "run.start_year=1997", "--set", "initiative.rate=1", "--detail", "full"],
                   check=True, capture_output=True, timeout=600, stdin=subprocess.DEVNULL)
    with closing(sqlite3.connect(out)) as db:
        rows = db.execute("""SELECT mode, year, total("count") FILTER (WHERE reason = 'no_gain'),
            total("count") FILTER (WHERE reason IN ('no_gain', 'not_chosen',
            'partner_declined', 'veto')) FROM refusal GROUP BY mode, year""").fetchall()
    return {(mode, int(year)): (none, asked) for mode, year, none, asked in rows}


@pytest.mark.parametrize("mode", ("city_to_city", "regional"))
@pytest.mark.parametrize("end", ENDS)
def test_no_break_where_a_series_ends(refused, mode, end):
    def share(years):
        none = sum(refused.get((mode, year), (0, 0))[0] for year in years)
        return none / max(1, sum(refused.get((mode, year), (0, 0))[1] for year in years))
    before, after = share(range(end - 2, end + 1)), share(range(end + 1, end + 5))
    assert after < 2 * before + 0.05, (before, after)


def test_describe_tells_how_each_series_goes_on():
    text = subprocess.run([KUMIAI, "describe", "cooperation"], check=True, capture_output=True,
                          text=True).stdout.splitlines()
    for name in ("staff.after", "budget.after"):
        (at,) = [k for k, line in enumerate(text) if line.split()[:1] == [name]]
        assert "One of level, trend." in "".join(text[at:at + 6])
    (at,) = [k for k, line in enumerate(text) if line.split()[:1] == ["funding.supplementary_chance"]]
    assert "after JFY 2015, the last year known" in " ".join(" ".join(text[at:at + 8]).split())
