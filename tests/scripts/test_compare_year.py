# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/compare.py: what it prints by default, and the comparison of one year (--at).

Run: /usr/bin/python3 -m pytest tests/scripts/test_compare_year.py
"""

import io
import re
import sqlite3

import pandas as pd
import pytest

from conftest import called, refused
from results_files import add_settings, build

import kumiai
from kumiai import comparable, results


def call(*arguments):
    """What the script does with these arguments."""
    return called("compare.py", *arguments)


# ---- one screen, and one year ----


def test_the_short_output_fits_a_screen(tmp_path):
    path = build(tmp_path / "a.db", reps=6)
    short, whole = (call(path, "--no-pictures", *options).stdout for options in ((), ("--all",)))
    assert len(short.splitlines()) <= 25 < len(whole.splitlines())
    assert "survival of ties" in short and "causes of end" not in short and "causes of end" in whole
    assert "--all prints" in short and "--all" not in whole
    assert "p (Holm)  pairs" in call(path, "--no-pictures", "--metrics", "projects_active").stdout


def test_one_scenario_has_means_with_intervals(tmp_path):
    short = call(build(tmp_path / "a.db", ("baseline",), reps=6), "--no-pictures").stdout
    [line] = [line for line in short.splitlines() if "ties_city_to_city" in line]
    _, mean, low, dots, high = line.split()
    assert dots == "…" and float(low) < float(mean) < float(high)


def test_a_year_of_the_series(tmp_path):
    """The stock at the year's end, of every replicate, paired as the summary is."""
    path = build(tmp_path / "a.db", reps=6)
    result = call(path, "--at", "2015", "--csv", tmp_path / "at.csv", "--metrics", "ties_city_to_city")
    assert result.returncode == 0, result.stderr
    frame = pd.read_csv(tmp_path / "at.csv").set_index("scenario")
    with sqlite3.connect(path) as db:
        stock = dict(db.execute("SELECT name, avg(ties_city_to_city) FROM series JOIN run USING (run_id) JOIN scenario "
                                "USING (scenario_id) WHERE time = 2015.75 GROUP BY name").fetchall())
    assert frame["mean"].to_dict() == pytest.approx(stock) and frame["pairs"].to_dict() == {"baseline": 0, "jica_half": 6}
    assert set(frame["part"]) == {"at 2015"} and not list(tmp_path.glob("*.png"))
    assert refused(call(path, "--at", "1990"), 2, "covers 2000 to 2039, not 1990")
    assert refused(call(path, "--at", "soon"), 2, "soon")
    light = build(tmp_path / "s.db", detail="summary")
    result = call(light, "--at", "2015")
    assert result.returncode == 2 and "--detail series" in result.stderr.splitlines()[-1]


def test_flows_are_summed_over_the_year(tmp_path):
    path = build(tmp_path / "a.db", ("baseline",), reps=2)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE series SET ties_regional = step")
        db.execute("UPDATE column_doc SET unit = 'ties/step' WHERE column_name = 'ties_regional'")
    call(path, "--at", "2001", "--csv", tmp_path / "at.csv", "--metrics", "ties_regional")
    frame = pd.read_csv(tmp_path / "at.csv")
    assert frame["mean"].tolist() == [4 + 5 + 6 + 7] and frame["unit"].tolist() == ["ties/year"]


# ---- runs of other years ----


def test_scenarios_of_other_years_have_no_difference(tmp_path):
    """A sentence says why; the table has their means and n/a."""
    years = {"run.start_year": 2013, "run.years": 28}
    path = add_settings(build(tmp_path / "a.db"), years, {"run.start_year": 2000, "run.years": 40})
    done = called("compare.py", path, "--no-pictures", "--format", "csv")
    told = "jica_half runs 2000–2039, baseline 2013–2040: it is not compared (compare it with a scenario of the same time)."
    assert done.returncode == 0 and " ".join(done.stderr.split()).count(told) == 1
    frame = pd.read_csv(io.StringIO(done.stdout))
    other = frame[frame["scenario"] == "jica_half"]
    assert len(other) and other["mean"].notna().any() and other["diff"].isna().all() and set(other["diff_kind"]) == {"none"}
    assert re.search(r"jica_half .*n/a", called("compare.py", path, "--no-pictures", "--all").stdout)
    assert re.search(r"ties_city_to_city +[\d.]+ +n/a\n", called("compare.py", path, "--no-pictures").stdout)


def test_a_year_of_a_longer_run_is_compared(tmp_path):
    """How long a run goes on after a year does not change that year; where it begins does."""
    spans = [comparable.Span(2013.0, 28.0), comparable.Span(2013.0, 10.0), comparable.Span(2000.0, 28.0)]
    paths = [add_settings(build(tmp_path / f"{i}.db", ("baseline", "other")), *({
        "run.start_year": s.begins, "run.years": s.length} for s in (spans[0], spans[i]))) for i in (1, 2)]
    longer, earlier = (results.load(path)[0] for path in paths)
    assert comparable.apart(*longer) == (spans[0], spans[1]) and comparable.apart_at_a_time(*longer) is None
    assert kumiai.open(paths[1]).compare().attrs["notes"] == comparable.notes(earlier) != []
    assert comparable.apart_at_a_time(*earlier) == (spans[0], spans[2])
    assert str(spans[1]) == "2013–2022" and str(comparable.Span(None, 300.0)) == "300 steps"
