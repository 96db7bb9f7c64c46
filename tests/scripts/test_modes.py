# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/modes.py: matching of regional and city-to-city ties, its intervals, and the command."""

import sqlite3

import numpy as np
import pandas as pd
import pytest

from conftest import called, refused, written
from results_files import build, foreign

from kumiai import matching, survival


def spells(rows):
    """Spells of (run, mode, country, stop, event); one sector, one year."""
    frame = pd.DataFrame(rows, columns=["run_id", "mode", "country", "stop", "event"])
    return frame.assign(sector="waste", onset_year=2013.0, entry=0.0)


def test_weights_by_hand():
    """Two regional ties in VN and one in ID; the city ties weigh 2 : 1, whatever their number."""
    rows = [(run, "regional", country, 10.0, 0) for run in range(6) for country in ("VN", "VN", "ID")]
    rows += [(run, "city_to_city", "VN", 2.0, 1) for run in range(6)]
    rows += [(run, "city_to_city", "ID", 8.0, 1) for run in range(6) for _ in range(9)]
    rows += [(run, "city_to_city", "TH", 1.0, 1) for run in range(6)]  # no regional tie there
    found = matching.means(spells(rows), range(6), 10)
    assert found.city.value == pytest.approx((2 * 2 + 8) / 3)
    assert found.regional.value == 10
    assert (found.ties, found.matched, found.others, found.histories) == (18, 18, 60, 6)


def test_of_one_stratum_it_is_the_restricted_mean():
    rng = np.random.default_rng(4)
    rows = [(i % 8, ("regional", "city_to_city")[i % 3 > 0], "VN", t, int(t < 12))
            for i, t in enumerate(np.minimum(rng.integers(1, 60, 300) / 4, 12))]
    frame = spells(rows)
    found = matching.means(frame, range(8), 10)
    for mode, mean in (("regional", found.regional), ("city_to_city", found.city)):
        alone = survival.restricted_mean(frame[frame["mode"] == mode], range(8), 10)
        assert mean.estimates == pytest.approx(alone.estimates)


def history(rng, run):
    """A history in which only country and the history itself drive lives; modes choose
    countries differently, so that an unmatched comparison is wrong."""
    luck = rng.gamma(4, 0.25)
    for mode, p_short, n in (("regional", 0.8, rng.integers(2, 8)), ("city_to_city", 0.2, 40)):
        for _ in range(n):
            country, life = ("VN", 2.0) if rng.random() < p_short else ("ID", 8.0)
            stop = np.ceil(4 * rng.exponential(life * luck)) / 4
            yield run, mode, country, min(stop, 15.0), int(stop < 15)


def test_intervals_count_histories_and_matching_removes_what_differs():
    """No difference within a country: 95 % intervals of the matched difference hold 0 in 0.90 to
    0.99 of 200 studies (false alarm below 1e-3 where 0.95 is true); unmatched they hardly do."""
    rng, holds, unmatched = np.random.default_rng(5), 0, 0
    for _ in range(200):
        frame = spells([row for run in range(20) for row in history(rng, run)])
        found = matching.means(frame, range(20), 10)
        _, low, high = found.regional.minus(found.city).interval()
        holds += low <= 0 <= high
        means = [survival.restricted_mean(frame[frame["mode"] == mode], range(20), 10)
                 for mode in ("regional", "city_to_city")]
        _, low, high = means[0].minus(means[1]).interval()
        unmatched += low <= 0 <= high
    assert 180 <= holds <= 198
    assert unmatched < 20


def test_no_like_and_no_follow_up_have_no_mean():
    rows = [(run, "regional", "VN", 4.0, 1) for run in range(6)]
    assert matching.means(spells(rows), range(6), 10) is None
    rows += [(run, "city_to_city", "VN", 3.0, 0) for run in range(6)]
    assert matching.means(spells(rows), range(6), 10) is None


def test_command(tmp_path):
    build(tmp_path / "R.db", reps=8)
    result = called("modes.py", tmp_path / "R.db", "--horizon", "5")
    assert result.returncode == 0, result.stderr
    frame = pd.read_csv(written(tmp_path, "modes_means.csv"))
    wide = frame[frame["scenario"] == "baseline"].set_index("what")["years"]
    assert wide["difference"] == pytest.approx(wide["regional"] - wide["city_to_city, alike"], abs=1e-4)
    assert "Cooperatives that come to work abroad" in result.stdout
    assert refused(called("modes.py", tmp_path / "R.db", "--horizon", "0"), 2, "--horizon")


def test_without_regional_ties_it_says_so(tmp_path):
    build(tmp_path / "R.db", scenarios=("baseline",), reps=6)
    with sqlite3.connect(tmp_path / "R.db") as db:
        db.execute("DELETE FROM tie WHERE mode = 'regional'")
    result = called("modes.py", tmp_path / "R.db")
    assert result.returncode == 0 and "no regional tie has a city-to-city tie alike" in result.stderr
    assert not list(tmp_path.glob("*_means.csv")) and "100 %" in result.stdout


def test_a_scenario_that_forbids_a_mode_is_not_compared(tmp_path):
    """Its ties of that mode are those of the start alone, so they have no like; how far the example spreads is told."""
    file = build(tmp_path / "R.db", scenarios=("baseline", "city_to_city_only"), reps=8)
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE setting(scenario_id, parameter, value)")
        db.executemany("INSERT INTO setting VALUES (?, 'formation.regional', ?)", [(1, "true"), (2, "false")])
    result = called("modes.py", file, "--horizon", "5")
    assert result.returncode == 0, result.stderr
    assert "city_to_city_only: no new regional ties form, by rule, so the modes are not compared." in result.stderr
    assert set(pd.read_csv(written(tmp_path, "modes_means.csv"))["scenario"]) == {"baseline"}
    assert "city_to_city_only" in result.stdout.split("Cooperatives that come to work abroad")[1]


def test_few_different_ties_are_not_compared(tmp_path, monkeypatch):
    file = build(tmp_path / "R.db", scenarios=("baseline",), reps=8)
    monkeypatch.setattr(matching, "FEWEST_TIES", 10_000)
    result = called("modes.py", file, "--horizon", "5")
    assert result.returncode == 0 and "baseline: fewer than 10000 different ties" in " ".join(result.stderr.split())
    assert not list(tmp_path.glob("*_means.csv"))


def test_what_goes_on_in_a_regional_form_has_not_ended(tmp_path):
    """Of the same file in which every fifth end of a city tie is such a passage, lives are longer."""
    years = []
    for cause in ("dormancy", "regional_form"):
        build(tmp_path / f"{cause}.db", scenarios=("baseline",), reps=8)
        with sqlite3.connect(tmp_path / f"{cause}.db") as db:
            db.execute("""UPDATE tie SET cause = ? WHERE mode = 'city_to_city' AND cause IS NOT NULL
                AND tie_id % 5 = 0""", (cause,))
        assert called("modes.py", tmp_path / f"{cause}.db", "--horizon", "5").returncode == 0
        frame = pd.read_csv(tmp_path / f"{cause}_modes_means.csv").set_index("what")["years"]
        years.append(frame)
    assert years[1]["city_to_city, alike"] > years[0]["city_to_city, alike"]
    assert years[1]["regional"] == years[0]["regional"]


def test_by_form_the_regional_ties_add_up(tmp_path):
    """Each form against the city ties alike; every regional tie is of one form."""
    file = build(tmp_path / "r.db", scenarios=("baseline",), reps=8)
    with sqlite3.connect(file) as db:
        db.execute("UPDATE tie SET form = CASE WHEN mode = 'city_to_city' THEN 'single' WHEN run_id % 2 THEN 'union' "
                   "ELSE 'cooperative' END")
    done = called("modes.py", file, "--by-form", "--horizon", "5")
    assert done.returncode == 0, done.stderr
    means = pd.read_csv(written(tmp_path, "modes_means.csv"))
    ties = means[means["what"] == "regional"].set_index("scenario")["regional_ties"]
    assert list(ties.index) == ["baseline", "baseline, cooperative", "baseline, union"]
    assert ties["baseline"] == ties[1:].sum() and (ties > 0).all()


def test_ties_of_another_model_have_no_modes_to_compare(tmp_path):
    for roles in (False, True):
        file = foreign(tmp_path / f"{roles}.db", roles=roles)
        assert refused(called("modes.py", file), 2, "none of its ties is city to city or regional")
    assert refused(called("modes.py", build(tmp_path / "S.db", detail="summary")), 2, "no modes to compare")
