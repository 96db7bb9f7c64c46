# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/discover.py: planted boxes are found, chance is not taken for one, policies have the regret they have.

Run: KUMIAI=build/test/kumiai /usr/bin/python3 -m pytest tests/scripts/test_discovery.py
"""

import os
import sqlite3
import subprocess
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from conftest import called, nonblank, refused, seal, written
from results_files import build, share_draws

from kumiai import discovery, discovery_cases, prim, results
from kumiai.results import ResultsError

KUMIAI = os.environ.get("KUMIAI", "kumiai")
NAMES = list("abcde")


def planted(cases=400, right=0.95, seed=1):
    """Cases in five factors, of which those with b > 0.6 and d < 0.5 are of interest (nearly all of them)."""
    rng = np.random.default_rng(seed)
    x = rng.random((cases, 5))
    return x, ((x[:, 1] > 0.6) & (x[:, 3] < 0.5) & (rng.random(cases) < right)).astype(float)


# ---- boxes ----


def test_a_planted_box_is_found_with_its_limits():
    x, interest = planted()
    [(box, among)] = prim.boxes(x, interest, 3)
    assert among.all() and [(i, side) for i, side, _ in box.limits] == [(1, "low"), (3, "high")]
    assert box.low[1] == pytest.approx(0.6, abs=0.04) and box.high[3] == pytest.approx(0.5, abs=0.04)
    assert box.coverage > 0.95 and box.density > 0.85
    table = discovery.table([(box, among)], x, interest, NAMES, resamples=30)
    assert list(table["factor"]) == ["b", "d"] and (table["again"] == 1).all() and (table["p"] < 1e-6).all()
    assert (table["high"] - table["low"]).between(0.005, 0.12).all()
    assert (table["limit"] - (table["low"] + table["high"]) / 2).abs().max() < 0.06
    assert table["density_left_out"].between(0.8, 1).all()


# Of a hundred factors: {number of a factor: (low, high)}. Share of interest within the box and without; cases.
SHAPES = {"corner": {7: (0.5, None), 93: (None, 0.6)}, "three": {7: (0.4, None), 50: (None, 0.7), 93: (0.3, None)},
          "slab": {20: (0.35, 0.65)}, "inner": {7: (0.3, 0.8), 60: (0.2, 0.7)}, "one": {3: (0.7, None)}}
NOISE = {"some": (400, 0.85, 0.25), "little": (400, 0.95, 0.05), "much": (1000, 0.7, 0.3)}


def among_a_hundred(shape, noise, seed):
    """(cases, interest, which lie in the planted box)."""
    count, within, without = NOISE[noise]
    rng = np.random.default_rng(seed)
    x = rng.random((count, 100))
    inside = np.ones(count, dtype=bool)
    for i, (low, high) in SHAPES[shape].items():
        inside &= (x[:, i] > (low or 0)) & (x[:, i] < (high or 1))
    return x, (rng.random(count) < np.where(inside, within, without)).astype(float), inside


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_planted_box_is_found_among_a_hundred_factors(shape, noise):
    """In eight seeds: its factors; its sides, but for one of a seed; coverage and density near the truth, nearer still in
    the mean."""
    sides = {(i, side) for i, ends in SHAPES[shape].items() for side, end in zip(("low", "high"), ends) if end is not None}
    wrong, off = 0, []
    for seed in range(8):
        x, interest, inside = among_a_hundred(shape, noise, seed)
        box = prim.prim(x, interest)
        assert {i for i, _, _ in box.limits} == set(SHAPES[shape]), seed
        wrong += {(i, side) for i, side, _ in box.limits} != sides
        off.append((box.density - interest[inside].mean(), box.coverage - interest[inside].sum() / interest.sum()))
    assert wrong <= 1
    assert np.abs(off).max() < 0.2 and np.abs(np.mean(off, axis=0)).max() < 0.06


def test_the_peeling_of_all_factors_alone_misses_it():
    """What the tests of factors are for: peeled in all hundred, the box has limits of chance."""
    x, interest, _ = among_a_hundred("corner", "some", 0)
    box = max(prim.peel(x, interest, range(100)), key=lambda b: prim.gain(b, interest.mean()))
    assert len({i for i, _, _ in box.limits}) > 2


@pytest.mark.parametrize("factors", [5, 100])
def test_noise_has_a_box_as_often_as_the_level_says(factors):
    """Of 100 outcomes of chance 5 % may have a box by the corrected test, 12 or more with probability below .005."""
    found = 0
    for seed in range(100):
        rng = np.random.default_rng(1000 + seed)
        found += bool(prim.prim(rng.random((200, factors)), (rng.random(200) < 0.3).astype(float)).limits)
    assert found < 12


def test_the_p_value_of_a_factor_is_uniform_where_nothing_depends_on_it():
    """At most 5 % below .05, as it is twice the smaller one of two; and some are."""
    rng = np.random.default_rng(3)
    p = prim.dependence(rng.random((300, 2000)), (rng.random(300) < 0.3).astype(float))
    assert 0.01 < np.mean(p < 0.05) < 0.06


def test_a_box_of_chance_has_a_p_value_of_chance():
    """A box that was sought without any test in outcomes of chance, and a planted one."""
    x, interest, _ = among_a_hundred("corner", "some", 0)
    assert discovery.chance_of_box(prim.prim(x, interest), x, interest, permutations=59) == pytest.approx(1 / 60)
    x, _ = planted()
    noise = (np.random.default_rng(2).random(len(x)) < 0.3).astype(float)
    found = prim.measured(prim.everywhere(5).between(0, 0.2, np.inf), x, noise)
    assert discovery.chance_of_box(found, x, noise, permutations=59) == pytest.approx(
        1 / 60 if prim.gain(found, noise.mean()) > 0 else 1, abs=0.2)


@pytest.mark.parametrize("weights", [[1, -1, 2, 3, -9, 1], [-1, -2, -1], [2, 1, 3]])
def test_the_best_interval_is_the_best_of_all(weights):
    column = np.arange(float(len(weights)))
    low, high = prim._interval(column, np.array(weights, dtype=float), ("low", "high"))  # pylint: disable=protected-access
    own = sum(w for x, w in zip(column, weights) if low < x < high)
    assert own == max([sum(weights[i:j]) for i in range(len(weights)) for j in range(i + 1, len(weights) + 1)])


def test_two_planted_boxes_are_found_one_after_the_other():
    x, _ = planted()
    interest = ((x[:, 0] < 0.3) & (x[:, 1] < 0.5) | (x[:, 2] > 0.75) & (x[:, 4] > 0.5)).astype(float)
    found = prim.boxes(x, interest, 2, coverage=0.3)
    factors = [{i for i, _, _ in box.limits} for box, _ in found]
    assert {0, 1} in factors and {2, 4} in factors
    assert not found[1][1][found[0][0].holds(x)].any()


def test_chance_makes_boxes_that_do_not_come_again():
    """What PRIM finds where nothing is to be found: cases left out and resamples tell it."""
    x, _ = planted()
    interest = (np.random.default_rng(2).random(len(x)) < 0.3).astype(float)
    found = prim.boxes(x, interest, 1)
    table = discovery.table(found, x, interest, NAMES, resamples=30)
    assert table.empty or (table["density_left_out"] < table["density"]).all() \
        and table["density_left_out"].iloc[0] < 1.2 * interest.mean() and table["again"].min() < 0.8


def test_the_coverage_that_is_asked_for_is_kept():
    x, interest = planted(right=0.7)
    wide, narrow = (prim.prim(x, interest, coverage) for coverage in (0.9, 0.3))
    assert wide.coverage >= 0.9 and narrow.coverage >= 0.3 and narrow.density >= wide.density


def test_gain_is_zero_by_chance_and_one_at_best():
    box = prim.Box(np.array([-np.inf]), np.array([np.inf]), coverage=0.4, density=0.2)
    assert prim.gain(box, 0.2) == pytest.approx(0.0)
    assert prim.gain(prim.Box(box.low, box.high, 1.0, 1.0), 0.2) == pytest.approx(1.0)


def test_whole_numbers_are_peeled_level_by_level():
    levels = np.repeat(np.arange(4.0), 50)[:, None]
    box = prim.prim(levels, (levels[:, 0] >= 2).astype(float))
    assert box.limits == [(0, "low", 1.5)] and box.coverage == box.density == 1


# ---- tree ----


def test_a_tree_finds_the_planted_box_and_what_lies_inside():
    x, interest = planted()
    leaves = discovery.leaves(discovery.tree(x, interest), x, interest, NAMES)
    assert leaves["density"][0] > 0.85 and leaves["coverage"][0] > 0.9
    assert "b >" in leaves["rule"][0] and "d <=" in leaves["rule"][0]
    assert leaves["cases"].sum() == len(x) and leaves["coverage"].sum() == pytest.approx(1)
    middle = ((x[:, 0] > 0.35) & (x[:, 0] < 0.65)).astype(float)
    [rule] = discovery.leaves(discovery.tree(x, middle), x, middle, NAMES).query("density > 0.5")["rule"]
    assert rule.count("a >") == rule.count("a <=") == 1


# ---- policies ----


def test_regret_and_satisficing_are_what_they_are():
    values = pd.DataFrame({"p": [3.0, 1.0, 2.0, 5.0], "q": [2.0, 4.0, 2.0, 1.0]})
    assert discovery.regret(values).to_numpy().tolist() == [[0, 1], [3, 0], [0, 0], [0, 4]]
    assert discovery.regret(values, largest=False).to_numpy().tolist() == [[1, 0], [0, 3], [0, 0], [4, 0]]
    table = discovery.policies(values, True, values >= 2).set_index("policy")
    assert table.loc["p", "regret_mean"] == 0.75 and table.loc["q", "regret_max"] == 4
    assert table.loc["p", "best"] == 0.75 and table.loc["p", "satisfied"] == 0.75
    assert table.loc["q", "best"] == 0.5 and table.loc["q", "best_low"] <= 0.5 <= table.loc["q", "best_high"]


def test_shares_of_none_and_all_have_a_width_and_equal_regrets_none():
    """(1 − share)⁴ and share⁴ are 0.025 at the limits of four cases."""
    values = pd.DataFrame({"p": [3.0, 4.0, 2.0, 5.0], "q": [2.0, 3.0, 1.0, 4.0]})
    table = discovery.policies(values, True, values >= 2).set_index("policy")
    limit = 0.025 ** 0.25
    assert table.loc["p", ["best", "best_low", "best_high"]].tolist() == pytest.approx([1, limit, 1])
    assert table.loc["q", ["best", "best_low", "best_high"]].tolist() == pytest.approx([0, 0, 1 - limit])
    assert table.loc["p", "satisfied_low"] < 0.5 and table.loc["q", ["regret_mean_low", "regret_mean_high"]].isna().all()


# ---- conditions ----


@pytest.mark.parametrize("text, parts", [("a > 0", ("a", ">", 0.0)), ("a-b<=-1.5", ("a-b", "<=", -1.5)),
                                         (" ties >= 1e3 ", ("ties", ">=", 1000.0))])
def test_conditions(text, parts):
    found = discovery_cases.condition(text)
    assert (found.output, found.sign, found.limit) == parts


@pytest.mark.parametrize("text", ["", "a", "a >", "a > b", "> 3", "a == 3"])
def test_what_is_no_condition(text):
    with pytest.raises(ResultsError, match="is no condition"):
        discovery_cases.condition(text)


@pytest.mark.parametrize("text", ["a > nan", "a <= inf", "a > -Infinity"])
def test_a_condition_has_a_finite_number(text):
    with pytest.raises(ResultsError, match="compared with a finite number"):
        discovery_cases.condition(text)


# ---- the command ----

WORLD = ('model = "contagion";\nrun = { steps = 1; steps_per_year = 1; seed = 1; };\n'
         "contagion = { agents = 10; mean_degree = 2.0; };\n")


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    """A sweep whose output is 1 in the box beta > 0.6, gamma < 0.5, else 0."""
    folder = tmp_path_factory.mktemp("discover")
    (folder / "tiny.cfg").write_text(WORLD)
    factors = ", ".join(f'{{ parameter = "contagion.{name}"; min = 0.0; max = 1.0; }}'
                        for name in ("beta", "gamma", "rewire"))
    (folder / "s.cfg").write_text('scenario = "tiny.cfg";\n'
                                  f'sweep = {{ design = "lhs"; points = 200; factors = ({factors}); }};\n')
    subprocess.run([KUMIAI, "sweep", folder / "s.cfg", "--out", folder / "s.db", "--quiet"], check=True, timeout=100)
    with closing(sqlite3.connect(folder / "s.db")) as db:
        db.execute("""UPDATE summary SET infected_final = (SELECT sum(parameter = 'contagion.beta' AND value > 0.6
            OR parameter = 'contagion.gamma' AND value < 0.5) = 2 FROM run JOIN point_value USING (point_id)
            WHERE run.run_id = summary.run_id)""")
        seal(db)
        db.commit()
    return folder / "s.db"


def test_a_sweep(sweep, tmp_path):
    done = called("discover.py", sweep, "--where", "infected_final > 0.5", "--out-dir", tmp_path, "--resamples", 20)
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(written(tmp_path, "discover_boxes.csv"))
    assert list(table["factor"]) == ["contagion.beta", "contagion.gamma"] and (table["density"] > 0.95).all()
    assert "Box 1" in done.stdout and "contagion.beta >" in done.stdout and "contagion.rewire" not in done.stdout
    assert nonblank(written(tmp_path, "discover_box.png"))


@pytest.mark.parametrize("condition, words", [
    ("infected_final > 5", ("holds at 0 of 200 points",)), ("infected_fnal > 5", ("infected_final",)),
    ("infected_final", ("is no condition",))])
def test_refused(sweep, tmp_path, condition, words):
    assert refused(called("discover.py", sweep, "--where", condition, "--out-dir", tmp_path), 2, *words)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option, words", [
    (("--coverage", "1.5"), "'1.5' is no share"), (("--coverage", "0"), "'0' is no share"),
    (("--coverage", "nan"), "'nan' is no share"), (("--resamples", "5"), "10 or more"),
    (("--scenario", "tiny"), "--scenario would have no effect"), (("--against", "tiny"), "--against would have no effect")])
def test_options_out_of_range_or_without_effect(sweep, tmp_path, option, words):
    assert refused(called("discover.py", sweep, "--where", "infected_final > 0.5", *option, "--out-dir", tmp_path), 2, words)


def test_a_tree_of_noise_is_told_apart_from_one_of_something():
    """Of 60 outcomes of chance 5 % have p < .05, eight or more with probability .01; planted ones all have."""
    rng = np.random.default_rng(11)
    noise = [discovery.chance_of_tree(rng.random((100, 5)), (rng.random(100) < 0.3).astype(float), 59)
             for _ in range(60)]
    assert sum(p < 0.05 for p in noise) < 8 and 0.35 < np.mean(noise) < 0.65
    assert all(discovery.chance_of_tree(*planted(120, 0.8, seed), 59) < 0.05 for seed in range(5))


def test_a_box_that_holds_on_no_other_cases_is_not_told(monkeypatch):
    x, interest = planted()
    found = prim.boxes(x, interest, 1)
    assert len(discovery.table(found, x, interest, NAMES, resamples=10)) == 2
    frame, base = pd.DataFrame(), interest.mean()
    for density in (base, np.nan, base - 0.01):
        monkeypatch.setattr(discovery, "resampled", lambda *_, d=density: (frame, 0.5, d))
        assert discovery.table(found, x, interest, NAMES, resamples=10).empty


def test_noise_has_one_sentence_in_place_of_a_tree(tmp_path):
    """Runs whose output has nothing to do with their parameters."""
    file = _with_draws(build(tmp_path / "r.db", scenarios=("baseline",), reps=60, detail="summary"))
    middle = results.load(file)[0][0].summary["ties_city_to_city"].median()
    done = called("discover.py", file, "--where", f"ties_city_to_city > {middle}", "--no-pictures", "--resamples", 10)
    assert done.returncode == 0, done.stderr
    assert "No split is told apart from chance (p = 0." in done.stdout and "rule" not in done.stdout
    assert pd.read_csv(written(tmp_path, "discover_leaves.csv")).empty


def _with_draws(file):
    """A draw of x and y for each run."""
    rng = np.random.default_rng(3)
    share_draws(file, 60)
    with closing(sqlite3.connect(file)) as db:
        db.execute("DELETE FROM draw_value")
        db.executemany("INSERT INTO draw_value VALUES (?, ?, ?)",
                       [(i + 1, name, v) for i in range(60) for name, v in zip("xy", rng.random(2))])
        db.commit()
    return file


def test_nothing_asked(sweep):
    assert refused(called("discover.py", sweep), 2, "--where")
    assert refused(called("discover.py", sweep, "--where", "a > 1", "--satisfy", "a > 1"), 2, "--regret")


def test_policies_of_a_file(tmp_path):
    file = build(tmp_path / "r.db", scenarios=("baseline", "half"), reps=12, detail="summary", shift=2.0)
    done = called("discover.py", file, "--regret", "ties_city_to_city", "--satisfy", "ties_city_to_city >= 28")
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(written(tmp_path, "discover_policies.csv")).set_index("policy")
    assert table.loc["half", "regret_mean"] == pytest.approx(2.0, abs=0.6) and table.loc["baseline", "best"] > 0.9
    assert table.loc["half", "satisfied"] <= table.loc["baseline", "satisfied"]
    assert refused(called("discover.py", file, "--where", "ties_city_to_city > 28"), 2, "of no draws")


def test_one_scenario_has_no_regret(tmp_path):
    file = build(tmp_path / "r.db", scenarios=("baseline",), reps=4, detail="summary")
    assert refused(called("discover.py", file, "--regret", "ties_city_to_city"), 2, "one only")


def test_runs_over_draws(tmp_path):
    """A policy is better where x > 0.5: the box is found by the difference of two scenarios, draw by draw."""
    file = build(tmp_path / "r.db", scenarios=("baseline", "half"), reps=120, detail="summary")
    rng = np.random.default_rng(3)
    x = rng.random((120, 2))
    with closing(sqlite3.connect(file)) as db:
        db.executescript("CREATE TABLE IF NOT EXISTS draw(draw_id, line, weight);"
                         "CREATE TABLE IF NOT EXISTS draw_value(draw_id, parameter, value);"
                         "CREATE TABLE IF NOT EXISTS run_draw(run_id, draw_id);")
        db.execute("INSERT INTO run_draw SELECT run_id, rep + 1 FROM run")
        for i, row in enumerate(x, start=1):
            db.execute("INSERT INTO draw VALUES (?, ?, 1)", (i, i + 1))
            db.executemany("INSERT INTO draw_value VALUES (?, ?, ?)", [(i, name, v) for name, v in zip("xy", row)])
        db.execute("""UPDATE summary SET ties_city_to_city = 5.0 + (SELECT (scenario_id = 2) * (value - 0.5) FROM run
            JOIN run_draw USING (run_id) JOIN draw_value USING (draw_id) WHERE run.run_id = summary.run_id AND parameter = 'x')""")
        db.commit()
    done = called("discover.py", file, "--where", "ties_city_to_city > 0", "--scenario", "half", "--against",
                  "baseline", "--no-pictures", "--resamples", 10)
    assert done.returncode == 0, done.stderr
    assert refused(called("discover.py", file, "--where", "ties_city_to_city > 0", "--against", "baseline"), 2,
                   "--against baseline is the scenario itself")
    [limit] = pd.read_csv(written(tmp_path, "discover_boxes.csv")).to_dict("records")
    assert limit["factor"] == "x" and limit["side"] == "low" and limit["limit"] == pytest.approx(0.5, abs=0.05)
