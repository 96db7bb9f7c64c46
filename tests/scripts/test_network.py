# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/network.py: measures by hand, the map's coasts, the program's own counts, files."""

import os
import re
import sqlite3
import subprocess

import numpy as np
import pandas as pd
import pytest

from conftest import called, nonblank, refused, written
from results_files import build, foreign

from kumiai import results as kr
from kumiai.commands import network as network_script
from kumiai import coast, network, network_tables


def ties_of(rows, mode="city_to_city"):
    """Ties (donor, partner, onset, terminus or None while it lives)."""
    frame = pd.DataFrame(rows, columns=["donor_id", "partner_id", "onset", "terminus"])
    frame["terminus_censored"] = frame["terminus"].isna()
    frame["terminus"] = frame["terminus"].fillna(2040.0)
    return frame.assign(mode=mode)


def alive(*pairs):
    """Live ties between the given (donor, partner)."""
    return ties_of([(d, p, 2000.0, None) for d, p in pairs])


# ---- measures ----


def test_live_at_the_end_of_a_fiscal_year():
    ties = ties_of([(1, 11, 2009.75, None), (2, 12, 2010.75, None), (3, 13, 2011.0, None),
                    (4, 14, 2000.0, 2010.75), (5, 15, 2000.0, 2011.0)])
    assert list(network.live(ties, 2010)["donor_id"]) == [1, 2, 5]


def test_a_star_by_hand():
    # One donor, four partners: it lies on all 6 of the 6 paths between others.
    found = network.measures(alive((1, 11), (1, 12), (1, 13), (1, 14)))
    assert (found["pairs"], found["donors"], found["partners"]) == (4, 1, 4)
    assert found["degree_mean"] == pytest.approx(8 / 5) and found["degree_max"] == 4
    assert (found["components"], found["largest_component"], found["cut_points"]) == (1, 1, 1)
    assert found["bridging_top"] == pytest.approx(1) and found["core"] == 1


def test_a_path_by_hand():
    # 11 – 1 – 12 – 2 – 13: the middle has 4 of 6 paths, its neighbours 3 each.
    got = network.members(alive((1, 11), (1, 12), (2, 12), (2, 13)))
    assert got["betweenness"].to_dict() == pytest.approx(
        {1: 3 / 6, 2: 3 / 6, 11: 0, 12: 4 / 6, 13: 0})
    assert got["degree"].to_dict() == {1: 2, 2: 2, 11: 1, 12: 2, 13: 1}


def test_two_islands():
    found = network.measures(alive((1, 11), (1, 12), (2, 13)))
    assert found["components"] == found["communities"] == 2
    assert found["largest_component"] == pytest.approx(3 / 5)
    # Modularity of the two islands: 2/3 − (4/6)² + 1/3 − (2/6)² = 4/9.
    assert found["modularity"] == pytest.approx(4 / 9)


def test_two_sectors_of_a_pair_are_one_pair():
    found = network.measures(alive((1, 11), (1, 11), (2, 11)))
    assert (found["ties"], found["pairs"], found["degree_max"]) == (3, 2, 2)


def test_an_empty_network_has_counts_and_nothing_else():
    found = network.measures(alive())
    assert (found["ties"], found["pairs"]) == (0, 0) and np.isnan(found["modularity"])
    assert network.members(alive()).empty


def test_change_by_hand():
    before, after = (network.pairs(alive(*p)) for p in (
        [(1, 11), (1, 12), (2, 13)], [(1, 12), (2, 13), (3, 14), (3, 15)]))
    assert network.change(before, after) == {"formed": 2, "kept": 2, "ended": 1,
                                             "jaccard": pytest.approx(2 / 5)}
    assert network.change(before, before)["jaccard"] == 1
    assert np.isnan(network.change(before[:0], before[:0])["jaccard"])


def test_degrees_add_up_to_pairs():
    counts = network.degree_counts(alive((1, 11), (1, 12), (2, 12), (3, 13)))
    sums = (counts["degree"] * counts["members"]).groupby(counts["side"]).sum()
    assert sums.to_dict() == {"donor": 4, "partner": 4}


# ---- coasts ----


def inside(ring, lon, lat):
    """Whether a point lies in a ring (even number of crossings to the east: outside)."""
    x, y = ring[:, 0], ring[:, 1]
    crosses = (y[:-1] > lat) != (y[1:] > lat)
    at = x[:-1] + (lat - y[:-1]) / np.where(y[1:] == y[:-1], 1, y[1:] - y[:-1]) * (x[1:] - x[:-1])
    return (crosses & (lon < at)).sum() % 2 == 1


def test_places_lie_on_land_or_sea():
    rings = coast.rings()
    assert all((r[0] == r[-1]).all() for r in rings)
    for name, lon, lat in (("Nara", 135.8, 34.5), ("Sapporo", 141.2, 43.0), ("Hanoi", 105.8, 21.0)):
        assert sum(inside(r, lon, lat) for r in rings) % 2 == 1, name
    for name, lon, lat in (("Pacific", 160, 30), ("Sea of Japan", 135, 40)):
        assert sum(inside(r, lon, lat) for r in rings) % 2 == 0, name
    assert 50 < len(coast.within(rings, (58, 152, -13, 53))) < len(rings)


# ---- the program's own numbers ----


def test_live_ties_are_the_stock_of_the_series(tmp_path):
    """Two ways to the same number: tie spells at the year's end, and the series' last step."""
    root = os.environ.get("KUMIAI_SOURCE_DIR", ".")
    path = tmp_path / "r.db"
    run = subprocess.run([os.environ["KUMIAI"], "run", f"{root}/scenarios/baseline.cfg", "--reps", "2",
                          "--set", "run.years=12", "--detail", "full", "--out", str(path)],
                         capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    scenario = kr.load(path)[0][0]
    ties, series = kr.read_ties(scenario), kr.read_series(scenario, ["ties_city_to_city"])
    for year in (2016, 2023, 2024):
        counted = network.live(ties[ties["mode"] == "city_to_city"], year).groupby("run_id").size()
        stock = series[series["time"] == year + 0.75].set_index("run_id")["ties_city_to_city"]
        assert counted.to_dict() == stock.to_dict() and stock.min() > 10
    for script in ("compare.py", "survival.py", "network.py"):
        years = ("--years", "2018,2023") if script == "network.py" else ()
        result = called(script, path, *years, "--no-pictures", "--out-dir", tmp_path)
        assert result.returncode == 0, result.stderr


# ---- the command ----


def test_the_whole(tmp_path):
    result = called("network.py", build(tmp_path / "a.db", reps=3), "--years", "2010,2030",
                    "--out-dir", tmp_path / "n")
    assert result.returncode == 0, result.stderr
    for name in ("map_2010", "map_2030", "degree", "core", "change"):
        assert nonblank(written(tmp_path / "n", f"network_{name}.png"))
    frames = {n: pd.read_csv(written(tmp_path / "n", f"network_{n}.csv"))
              for n in ("measures", "members", "ties", "degrees", "change")}
    pairs = frames["measures"].set_index(["metric", "scenario"])["mean"]["2010: pairs", "baseline"]
    year = frames["ties"][frames["ties"]["year"] == 2010]
    assert year["share_of_runs"].sum() == pytest.approx(pairs, rel=1e-4)
    assert frames["members"]["share_of_runs"].max() <= 1
    change = frames["change"].set_index("measure")["mean"]
    assert change["kept"] + change["ended"] == pytest.approx(pairs, rel=1e-4)


def test_one_replicate(tmp_path):
    path = build(tmp_path / "a.db", reps=3)
    result = called("network.py", path, "--years", "2020", "--rep", "1", "--extent", "world",
                    "--scenario", "jica_half", "--out-dir", tmp_path)
    assert result.returncode == 0, result.stderr
    assert set(pd.read_csv(written(tmp_path, "network_ties.csv"))["share_of_runs"]) == {1}
    with sqlite3.connect(path) as db:
        expected = db.execute("SELECT count(*) FROM tie WHERE run_id = 5 AND onset < 2021 AND "
                              "(terminus_censored OR terminus >= 2021)").fetchone()[0]
    measures = pd.read_csv(written(tmp_path, "network_measures.csv")).set_index("metric")["mean"]
    assert measures["2020: ties"] == expected and nonblank(written(tmp_path, "network_map_2020.png"))
    assert "community" in pd.read_csv(written(tmp_path, "network_members.csv")).columns


def test_years_without_a_tie(tmp_path):
    path = build(tmp_path / "a.db", reps=2)
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM tie WHERE onset < 2010")
    result = called("network.py", path, "--years", "2005,2020", "--out-dir", tmp_path)
    assert result.returncode == 0, result.stderr
    change = pd.read_csv(written(tmp_path, "network_change.csv")).set_index("measure")["mean"]
    assert change["jaccard"] == 0 and change["kept"] == 0


def test_no_ties_at_all(tmp_path):
    path = build(tmp_path / "a.db", reps=2)
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM tie")
    assert refused(called("network.py", path), 2, "no cooperation tie")
    assert refused(called("network.py", build(tmp_path / "s.db", detail="summary")), 2, "detail")


def test_usage(tmp_path):
    path = build(tmp_path / "a.db", reps=2)
    assert refused(called("network.py", path, "--years", "1990,2010"), 2, "covers 2000 to 2039", "1990")
    assert refused(called("network.py", path, "--years", "soon"), 2, "no list of years")
    assert refused(called("network.py", path, "--rep", "9"), 2, "no ok run of replicate 9")
    assert refused(called("network.py", path, "--scenario", "jica_hal"), 2, "did you mean jica_half?")
    assert refused(called("network.py", path, "--kind", "sister"), 2, "no ties of the kind 'sister'")


def test_years_by_default_are_those_of_the_runs(monkeypatch):
    windows = pd.DataFrame({"start": [2000, 2000], "end": [2018, 2018]})
    monkeypatch.setattr(network_script.results, "windows", lambda _: windows)
    assert network_script.choose_years(None, None) == [2009, 2017]
    windows["end"] = 2001
    assert network_script.choose_years(None, None) == [2000]
    windows["end"] = 2006
    assert network_script.choose_years(None, [2003, 2001, 2003]) == [2001, 2003]


# ---- networks of other models ----


def test_measures_by_mode_and_of_networks_of_one_set():
    two = pd.concat([ties_of([(1, 11, 2000.0, None)], "loan"), ties_of([(2, 11, 2000.0, None)], "gift")])
    found = network.measures(two, ["gift", "loan"])
    assert found["ties_loan"] == 1 and "ties_gift" not in found and "members" not in found
    ring = alive((1, 2), (2, 3), (3, 1))
    found = network.measures(ring, one_mode=True)
    assert found["members"] == 3 and "donors" not in found
    assert network.degree_counts(ring, one_mode=True).to_dict("list") == {
        "side": ["member"], "degree": [2], "members": [3]}
    assert list(network.measures(alive(), ["a", "b"], True)) == network.order(["a", "b"], True)


def test_density_and_reciprocity_by_hand():
    both = alive((1, 2), (2, 1), (2, 3), (3, 4))  # four agents, twelve pairs with a direction and six without
    directed = network.measures(both, one_mode=True)
    assert (directed["density"], directed["reciprocity"], directed["pairs"]) == (4 / 12, 2 / 4, 4)
    undirected = network.measures(both, one_mode=True, directed=False)
    assert (undirected["density"], undirected["pairs"]) == (3 / 6, 3) and "reciprocity" not in undirected
    two_sets = network.measures(alive((1, 11), (1, 12), (2, 13)))
    assert two_sets["density"] == 3 / (2 * 3) and "reciprocity" not in two_sets
    empty = network.measures(alive(), one_mode=True)
    assert np.isnan(empty["density"]) and np.isnan(empty["reciprocity"])
    assert empty.keys() == directed.keys()


def test_the_file_says_whether_ties_have_a_direction(tmp_path):
    for model, directed in (("team", False), ("cooperation", True)):
        path = tmp_path / f"{model}.db"
        scenario = {"team": "gallery/team", "cooperation": "from_2000"}[model]
        subprocess.run([os.environ["KUMIAI"], "run", f"{os.environ['KUMIAI_SOURCE_DIR']}/scenarios/{scenario}.cfg", "--reps", "1",
                        "--detail", "full", "--quiet", "--out", path], check=True, stdout=subprocess.DEVNULL)
        found = network_tables.describe(kr.load(path)[0][0], None)
        assert found.directed == directed
    measures = network_tables.collect(kr.load(tmp_path / "team.db")[0][0], [2100]).measures[0]
    assert "reciprocity" not in measures and measures["density"] == \
        measures["pairs"] / (measures["members"] * (measures["members"] - 1) / 2)


def test_the_command_on_a_model_of_another_field(tmp_path):
    """Ties of one kind without modes among agents of one set that have neither names nor places."""
    result = called("network.py", foreign(tmp_path / "f.db", reps=3), "--years", "2010,2030", "--out-dir", tmp_path)
    assert result.returncode == 0, result.stderr
    assert "network of trade ties at the end of the year" in result.stdout and "members" in result.stdout
    assert "agent " in result.stdout and not any(word in result.stdout for word in ("donor", "regional", "JFY"))
    assert "no maps" in result.stderr
    for name in ("degree", "core", "change"):
        assert nonblank(written(tmp_path, f"network_{name}.png"))


def test_the_short_output_fits_a_screen(tmp_path):
    path = build(tmp_path / "a.db", reps=3)
    short = called("network.py", path, "--no-pictures", "--out-dir", tmp_path).stdout
    whole = called("network.py", path, "--no-pictures", "--out-dir", tmp_path, "--all").stdout
    assert len(short.splitlines()) <= 25 < len(whole.splitlines())
    assert "cut_points" in whole and "cut_points" not in short
    assert re.search(r"--all prints \d+ more measures", short)
