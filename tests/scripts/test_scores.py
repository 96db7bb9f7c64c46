# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/kumiai/scores.py: counts by hand, distances in closed form, and a record that is one of the runs."""

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from kumiai import results  # noqa: E402
from kumiai import scores, targets  # noqa: E402

KUMIAI = os.environ.get("KUMIAI", "kumiai")


def rows(*found):
    return pd.DataFrame(found, columns=["donor", "partner", "year"])


# A works with X (twice, 2013 and 2015) and Y; B with Y; C, apart, with Z.
SMALL = rows(("A", "X", 2013), ("A", "X", 2015), ("A", "Y", 2014), ("B", "Y", 2014), ("C", "Z", 2017))


@pytest.mark.parametrize("what, expected", [
    ("partners a donor", [2, 1, 0, 0, 0]), ("donors a partner", [2, 1, 0]), ("projects a pair", [3, 1, 0, 0]),
    ("years between a pair's projects", [3, 0, 1, 0]), ("shared partners", [1, 0, 0]),
    # A-X, A-Y, B-Y, C-Z; A-B, X-Y; B-X; the 8 pairs of a node of {A, B, X, Y} and one of {C, Z}
    ("geodesics", [4, 2, 1, 0, 8])])
def test_counts_by_hand(what, expected):
    assert scores.STATISTICS[what](SMALL).tolist() == expected


def test_a_pair_is_scored_given_its_donor():
    projects = SMALL.assign(run_id=1)
    found = scores.pair_scores(projects, rows(("A", "X", 2013), ("D", "Z", 2013)))
    margin = {"X": (2 + 1 / 3) / 6, "Y": (2 + 1 / 3) / 6, "Z": (1 + 1 / 3) / 6}
    expected = (math.log((2 + margin["X"]) / 4) + math.log(margin["Z"])) / 2
    assert found["model"] == pytest.approx(expected)
    assert found["partners drawn apart from donors"] == pytest.approx(
        (math.log(margin["X"]) + math.log(margin["Z"])) / 2)
    assert found["all partners alike"] == pytest.approx(-math.log(3))


def test_a_distance_has_its_closed_form():
    runs = np.array([[1.0, 0, 5], [-1, 0, 5], [0, 2, 5], [0, -2, 5]] * 5)
    variance = np.cov(runs[:, :2].T).diagonal()
    distance, p = scores.mahalanobis(runs, [3, 0, 5])
    assert distance == pytest.approx(3 / math.sqrt(variance[0])) and p == 1 / 21
    assert scores.mahalanobis(runs, [0, 0, 5]) == (0, 1)
    assert scores.mahalanobis(runs, [0, 0, 6]) == (math.inf, 1 / 21), "a count that never varies"
    assert all(np.isnan(scores.mahalanobis(runs[:9], [0, 0, 5]))), "too few runs"


def test_false_alarms_are_as_many_as_p_says():
    """Of records that are drawn as the runs are, p < .1 in a tenth; of others nearly always."""
    draw = np.random.default_rng(1)
    same = [scores.mahalanobis(draw.poisson([9, 4, 2], (101, 3)), draw.poisson([9, 4, 2]))[1] for _ in range(200)]
    other = [scores.mahalanobis(draw.poisson([9, 4, 2], (101, 3)), draw.poisson([30, 4, 2]))[1] for _ in range(50)]
    assert 0.05 < np.mean(np.array(same) < 0.1) < 0.18  # binomial, 200 draws: 3 sd are .064
    assert np.mean(np.array(other) < 0.1) > 0.9


def test_runs_are_seen_as_the_record_sees():
    projects = pd.concat([SMALL.assign(run_id=run) for run in (3, 4)])
    seen = scores.as_seen(projects, rows(("A", "X", 2013), ("B", "Y", 2014)), {"A"})
    assert set(seen) == {3, 4}
    for run, own in seen.items():
        pairs = own[["donor", "partner"]].drop_duplicates()
        assert sorted(pairs["donor"] == "A") == [False, True], "one pair of each sort"
        whole = projects[projects["run_id"] == run].merge(pairs)
        assert len(own) == len(whole), "with all its projects"
    again = scores.as_seen(projects.sample(frac=1, random_state=1).sort_index(kind="stable"),
                           rows(("A", "X", 2013), ("B", "Y", 2014)), {"A"})
    assert all(again[run].equals(seen[run]) for run in seen)


# ---- whole runs ----

@pytest.fixture(scope="module", name="hindcast")
def fixture_hindcast(tmp_path_factory):
    """Thirty replicates with all their rows."""
    out = tmp_path_factory.mktemp("scores") / "r.db"
    subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "hindcast.cfg", "--out", out, "--detail", "full", "--reps",
                    "30", "--threads", "2"], check=True, capture_output=True, timeout=100)
    return results.load([out], "cooperation")[0][0]


def test_the_record_that_is_committed_is_read(hindcast):
    pairs, fits, n = scores.score(hindcast)
    assert n > 30 and pairs["model"] > pairs["partners drawn apart from donors"] > pairs["all partners alike"]
    assert list(fits["what"]) == [*scores.STATISTICS, "recorded ties alive, by year"]
    assert fits["p"].between(0, 1).all() and (fits["distance"] >= 0).all()
    assert scores.recorded_projects()["year"].between(2013, 2017).all()


def test_a_record_that_is_one_of_the_runs_fits(hindcast):
    """And one in which everybody works with one city does not."""
    projects = scores.run_projects(hindcast)
    like, by_name = scores.recorded_projects(), scores.searched()
    first = hindcast.runs.index[0]
    seen = scores.as_seen(projects, like, by_name)
    record = seen.pop(first)
    wrong = record.assign(partner=record["partner"].iloc[0])
    for count in (scores.STATISTICS["partners a donor"], scores.STATISTICS["donors a partner"]):
        vectors = [count(own) for own in seen.values()]
        assert scores.mahalanobis(vectors, count(record))[1] > 0.01
        assert scores.mahalanobis(vectors, count(wrong))[1] < 0.05
    others = projects[projects["run_id"] != first]
    assert scores.pair_scores(others, record)["model"] > scores.pair_scores(others, wrong)["model"]


def test_the_command_prints_both_tables(hindcast, tmp_path):
    def called(path, *more):
        return subprocess.run([ROOT / "scripts" / "patterns.py", "--scores", path, *more], check=False,
                              capture_output=True, text=True)
    done = called(hindcast.path)
    assert done.returncode == 0 and "log score of a pair  model" in done.stdout and "geodesics" in done.stdout
    assert "hindcast: 30 runs" in done.stdout
    assert "| goodness of fit |" in called(hindcast.path, "--format", "markdown").stdout
    plain = tmp_path / "s.db"
    subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "hindcast.cfg", "--out", plain, "--reps", "1"], check=True,
                   capture_output=True, timeout=100)
    refused = called(plain)
    assert refused.returncode == 2 and "--scores needs a run with --detail full" in refused.stderr


# ---- targets ----

def test_what_is_kept_aside_does_not_reach_a_fit(tmp_path):
    text = (ROOT / "configs" / "cooperation" / "targets.cfg").read_text(encoding="utf-8")
    path = tmp_path / "t.cfg"
    path.write_text(text, encoding="utf-8")
    fit, every = targets.read_targets(path), targets.read_targets(path, use="all")
    assert set(fit.index) == set(every.index[every["use"] == "fit"]) and len(fit) < len(every)
    out = tmp_path / "r.db"
    subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "hindcast.cfg", "--out", out, "--reps", "2", "--detail",
                    "summary", "--targets", path], check=True, capture_output=True, timeout=100)
    scenario = results.load([out], "cooperation")[0][0]
    assert results.read_targets(scenario).equals(fit)
    values = results.read_target_values(scenario)
    assert list(values.columns) == list(fit.index) and len(values) == 2 and values.notna().all().all()
    path.write_text(text.replace("fit_until = 2017", "fit_until = 2016"), encoding="utf-8")
    with pytest.raises(targets.ResultsError, match="after fit_until .2016."):
        targets.read_targets(path)
    with pytest.raises(ValueError, match="use is 'tets'"):
        targets.read_targets(out, use="tets")
    with pytest.raises(targets.ResultsError, match="no-such.cfg"):
        targets.read_targets(tmp_path / "no-such.cfg")


def test_ranks_and_implausibilities_have_their_closed_forms():
    runs = pd.Series([1.0, 2, 2, 3, np.nan])
    assert targets.rank(2, runs) == 0.5 and targets.rank(9, runs) == 1 and targets.rank(0, runs) == 0
    target = {"value": 5.0, "sd": 1.0, "discrepancy": 2.0}
    assert targets.implausibility(target, runs) == pytest.approx(3 / math.sqrt(2 / 3 + 5))
    exact = {"value": 2.0, "sd": 0.0, "discrepancy": 0.0}
    assert targets.implausibility(exact, pd.Series([2.0, 2.0])) == 0
    assert targets.implausibility(exact, pd.Series([1.0, 1.0])) == np.inf
    assert np.isnan(targets.implausibility(exact, pd.Series([np.nan])))
