# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/sensitivity.py on sweeps that the program itself has made, whose outputs are replaced by
functions of which the indices are known.

Run: KUMIAI=build/test/kumiai /usr/bin/python3 -m pytest tests/scripts/test_sensitivity.py
"""

import os
import shutil
import sqlite3
import subprocess
import warnings
from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from conftest import SCRIPTS, called, nonblank, refused, seal, written
from results_files import build

from kumiai import intervals, sensitivity, sensitivity_tables

KUMIAI = os.environ.get("KUMIAI", "kumiai")
NAMES = ["contagion.beta", "contagion.gamma", "contagion.rewire", "contagion.initial_share"]
COOPERATION = (f'base = "{SCRIPTS.parent}/configs/cooperation/base.cfg";\n'
               "run = { years = 1; reps = 1; };\nrelations = { rupture_year = 2013.0; };\n")
G = np.array([0.0, 1.0, 4.5, 9.0])
SLOPES = np.array([3.0, -2.0, 0.5, 0.0])


def call(*arguments):
    """What the script does with these arguments."""
    return called("sensitivity.py", *arguments)


# ---- sweeps with known outputs ----


WORLD = ('model = "contagion";\nrun = { steps = 1; steps_per_year = 1; seed = 1; };\n'
         "contagion = { agents = 10; mean_degree = 2.0; };\n")


def make(folder, name, factors=None, world=WORLD, **settings):
    """The results file of a sweep over a tiny world; factors: names or texts of the sweep file."""
    (folder / "tiny.cfg").write_text(world)
    # The whole valid range, also where a prior is declared.
    whole = {"contagion.beta": " min = 0.0; max = 1.0;", "contagion.gamma": " min = 0.0; max = 1.0;"}
    texts = [f if "=" in f else f'{{ parameter = "{f}";{whole.get(f, "")} }}' for f in factors or NAMES]
    listed = "" if "table" in settings else f"factors = ({', '.join(texts)});"
    inner = " ".join(f"{key} = {value};" for key, value in settings.items())
    (folder / f"{name}.cfg").write_text(f'scenario = "tiny.cfg";\nsweep = {{ {inner} {listed} }};\n')
    done = subprocess.run([KUMIAI, "sweep", folder / f"{name}.cfg", "--out", folder / f"{name}.db",
                           "--quiet"], check=False, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return folder / f"{name}.db"


def put(path, **columns):
    """Replaces outputs: column=function of (points × factors, replicate), NaN for no value."""
    with closing(sqlite3.connect(path)) as db:
        runs = pd.read_sql_query("SELECT run_id, point_id, rep FROM run ORDER BY run_id", db)
        points = pd.read_sql_query("SELECT * FROM point_value", db).pivot(
            index="point_id", columns="parameter", values="value")
        order = [row[0] for row in db.execute("SELECT parameter FROM factor ORDER BY factor_id")]
        x = points.loc[runs["point_id"], order].to_numpy()
        for column, function in columns.items():
            values = [None if np.isnan(v) else float(v) for v in function(x, runs["rep"].to_numpy())]
            db.executemany(f"UPDATE summary SET {column} = ? WHERE run_id = ?",
                           list(zip(values, map(int, runs["run_id"]))))
        seal(db)
        db.commit()
    return path


def copy(path, folder, name="copy.db"):
    """A copy that a test may spoil."""
    return shutil.copy(path, folder / name)


def indices(folder):
    """The tidy table that the script wrote: (output, factor, other, measure) → value, low, high."""
    frame = pd.read_csv(written(folder, "sensitivity_indices.csv")).fillna({"other": "", "factor": ""})
    return frame.set_index(["output", "factor", "other", "measure"]).sort_index()


def ishigami(x, _=None):
    """Ishigami's function of the first three factors on [0, 1]; the fourth is inert."""
    a, b, c = np.pi * (2 * x[:, :3].T - 1)
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c ** 4 * np.sin(a)


def g_function(x, _=None):
    """Sobol's g-function of all four."""
    return np.prod((np.abs(4 * x - 2) + G) / (1 + G), axis=1)


def shuffled(x, _=None):
    """Ishigami's values at the wrong points."""
    return np.random.default_rng(3).permutation(ishigami(x))


def known_ishigami():
    """{(factor, other, measure): index} (Ishigami and Homma 1990, a = 7, b = 0.1)."""
    v1, v2, v13 = 0.5 * (1 + np.pi ** 4 / 50) ** 2, 49 / 8, 8 * np.pi ** 8 / 225 * 0.01
    first = np.array([v1, v2, 0, 0]) / (v1 + v2 + v13)
    total = np.array([v1 + v13, v2, v13, 0]) / (v1 + v2 + v13)
    found = {(n, "", "first"): s for n, s in zip(NAMES, first)}
    found |= {(n, "", "total"): s for n, s in zip(NAMES, total)}
    return found | {(NAMES[0], NAMES[2], "second"): v13 / (v1 + v2 + v13),
                    (NAMES[0], NAMES[1], "second"): 0.0, (NAMES[1], NAMES[2], "second"): 0.0}


def known_g():
    """The same for the g-function: V_i = 1/3 / (1 + a_i)²."""
    v = 1 / (3 * (1 + G) ** 2)
    total, whole = np.array([v[i] * np.prod(1 + np.delete(v, i)) for i in range(4)]), np.prod(1 + v) - 1
    found = {(n, "", "first"): s for n, s in zip(NAMES, v / whole)}
    found |= {(n, "", "total"): s for n, s in zip(NAMES, total / whole)}
    return found | {(NAMES[0], NAMES[1], "second"): v[0] * v[1] / whole}


@pytest.fixture(scope="module")
def saltelli(tmp_path_factory):
    """A design of 512 blocks, the functions in place of the outputs, analysed once."""
    folder = tmp_path_factory.mktemp("saltelli")
    path = make(folder, "s", design='"saltelli"', samples=512, second_order="true", shift="true")
    put(path, infected_final=ishigami, infected_mean=g_function, infected_peak=shuffled)
    result = call(path, "--resamples", 150, "--all")
    assert result.returncode == 0, result.stderr
    return path, result


# ---- Sobol ----


def astray(frame, output, known, tolerance=0.06):
    """The indices that are further off than the tolerance, or outside their intervals; without an
    interval (all blocks agree) they must be exact."""
    found = frame.loc[output]
    limits = found["low"].fillna(found["value"]), found["high"].fillna(found["value"])
    return [key for key, value in known.items()
            if abs(found.loc[key, "value"] - value) > tolerance
            or not limits[0][key] - 1e-9 <= value <= limits[1][key] + 1e-9]


def test_sobol_indices_of_known_functions(saltelli):
    frame = indices(saltelli[0].parent)
    assert not astray(frame, "infected_final", known_ishigami())
    assert not astray(frame, "infected_mean", known_g())


def test_twin_with_shuffled_outputs_fails(saltelli):
    """The same values at other points have no indices but chance: both checks must see it."""
    wrong = astray(indices(saltelli[0].parent), "infected_peak", known_ishigami())
    assert {(NAMES[0], "", "first"), (NAMES[1], "", "first"), (NAMES[3], "", "total")} <= set(wrong)


def test_sobol_pictures_and_text(saltelli):
    path, result = saltelli
    for name in ("sobol", "second", "scatter"):
        assert nonblank(written(path.parent, f"sensitivity_{name}.png"))
    assert "contagion.beta with contagion.rewire" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 110


def test_two_factors_have_a_second_order_without_more_points(tmp_path):
    path = make(tmp_path, "two", NAMES[:2], design='"saltelli"', samples=256, shift="true")
    put(path, infected_final=lambda x, _: (x[:, 0] - 0.5) * (x[:, 1] - 0.5))
    assert call(path, "--no-pictures", "--outputs", "infected_final", "--resamples", 50).returncode == 0
    found = indices(tmp_path).loc["infected_final"]["value"]
    assert found[(NAMES[0], NAMES[1], "second")] == pytest.approx(1, abs=0.1)


def test_order_of_matrices_does_not_depend_on_that_of_points():
    roles, parameters = ["B", "BA", "AB", "A", "AB", "BA", "AB", "BA"], [
        None, "x", "y", None, "x", "z", "z", "y"]
    assert sensitivity.saltelli_order(roles, parameters, ["x", "y", "z"]) == [3, 0, 4, 2, 6, 1, 7, 5]


def test_share_of_chance():
    """Signal of variance 1/12, noise of variance 0.04 over 2 replicates, and what seeds share."""
    rng = np.random.default_rng(6)
    cube = rng.uniform(size=(4000, 1)) + rng.normal(0, 0.2, (4000, 2)) + [0.0, 5.0]
    expected = 0.02 / (1 / 12 + 0.02)
    assert sensitivity.noise_share(cube, True) == pytest.approx(expected, abs=0.02)
    assert not sensitivity.noise_share(cube, False) == pytest.approx(expected, abs=0.02)
    assert np.isnan(sensitivity.noise_share(cube[:, :1], True))


# ---- Morris ----


@pytest.fixture(scope="module")
def morris(tmp_path_factory):
    """Twelve trajectories × 2 replicates; outputs linear, with an interaction, with noise."""
    folder = tmp_path_factory.mktemp("morris")
    path = make(folder, "m", design='"morris"', trajectories=12, levels=4, reps=2)
    put(path, infected_final=lambda x, _: 7 + x @ SLOPES,
        infected_mean=lambda x, _: 7 + x @ SLOPES + 4 * x[:, 0] * x[:, 3],
        infected_peak=lambda x, rep: x @ SLOPES + 0.5 * np.random.default_rng(1).normal(size=len(x)))
    assert call(path, "--resamples", 200).returncode == 0
    return path


def test_the_short_output_fits_a_screen(morris, tmp_path):
    """The strongest factor of every output, and what --all prints beside it."""
    short = call(morris, "--no-pictures", "--out-dir", tmp_path).stdout
    whole = call(morris, "--no-pictures", "--out-dir", tmp_path, "--all").stdout
    assert len(short.splitlines()) <= 26 < len(whole.splitlines())
    for output in ("infected_final", "infected_mean", "infected_peak"):
        table = short[short.index(f"of {output} "):].splitlines()
        assert NAMES[int(np.argmax(np.abs(SLOPES)))] in " ".join(table[2:4])
    assert "--all prints" in short and "hypothesis of no effect" in whole and "--all" not in whole


def test_morris_of_a_linear_function(morris):
    found = indices(morris.parent).loc["infected_final"]["value"].unstack("measure")
    found = found.droplevel("other").loc[NAMES]
    assert found["mu_star"].to_numpy() == pytest.approx(np.abs(SLOPES), abs=1e-5)
    assert found["mu"].to_numpy() == pytest.approx(SLOPES, abs=1e-5)
    assert found["sigma"].to_numpy() == pytest.approx(np.zeros(4), abs=1e-5)
    assert found["noise"].to_numpy() == pytest.approx(np.zeros(4), abs=1e-9)
    assert nonblank(written(morris.parent, "sensitivity_morris.png"))


def test_morris_sees_interaction_and_noise(morris):
    """The twin: what is not linear has a spread, what is noise is called so."""
    found = indices(morris.parent)["value"].unstack("measure").droplevel("other")
    together = found.loc["infected_mean"]
    assert together.loc[NAMES[0], "sigma"] > 1 and together.loc[NAMES[1], "sigma"] < 1e-5
    # Two points, two replicates, a step of 2/3: E|difference| = √(2/π) 0.5 / (2/3) = 0.60; the
    # estimate from the spread of two is 0.8 of it on average.
    noise = found.loc["infected_peak", "noise"]
    assert (0.3 < noise).all() and (noise < 0.7).all()


def test_levels_make_up_for_few_units():
    # n = 8: t of 7 degrees of freedom is 2.3646, times √(8/7) 2.5279; Φ(−2.5279) = 0.005738.
    assert intervals.percentile_levels(8) == pytest.approx((0.005738, 0.994262), abs=1e-6)
    assert intervals.percentile_levels(10_000) == pytest.approx((0.025, 0.975), abs=1e-4)
    for n in (5, 8, 1000):
        assert intervals.percentile_levels(n)[0] * sensitivity._enough(10, n) >= sensitivity.BEYOND


def test_intervals_of_few_trajectories_cover():
    """Normal effects of 5 trajectories, 20 factors, 16 studies: a share of 0.92 has a standard error
    of 0.015. The twin on the same effects, percentiles as they are, holds in 83 %."""
    rng, held, plain = np.random.default_rng(21), [], []
    for _ in range(16):
        effects = rng.normal(1, 1, (5, 20))
        mu = [r for r in sensitivity.morris(range(20), effects) if r["measure"] == "mu"]
        held += [r["low"] <= 1 <= r["high"] for r in mu]
        drawn = effects[rng.integers(5, size=(400, 5))].mean(axis=1)
        low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
        plain += list((low <= 1) & (1 <= high))
    assert np.mean(held) > 0.88 and np.mean(held) - np.mean(plain) > 0.05


@pytest.mark.parametrize("trajectories, mean, spread", [(4, False, False), (5, True, False),
                                                         (9, True, False), (10, True, True)])
def test_too_few_trajectories_give_no_interval(trajectories, mean, spread):
    effects = np.random.default_rng(22).normal(size=(trajectories, 2))
    known = {r["measure"]: np.isfinite(r["low"]) and np.isfinite(r["high"])
             for r in sensitivity.morris(["a", "b"], effects)}
    assert (known["mu"], known["mu_star"], known["sigma"]) == (mean, mean, spread)


def test_intervals_of_few_blocks_are_wider_than_percentiles(monkeypatch):
    """And a resample of one block over and over, likely with 8, neither counts nor warns."""
    x = np.random.default_rng(23).uniform(size=(8, 2, 2))
    mixed = np.stack([x[:, 0], x[:, 1], *(np.where(np.arange(2) == i, x[:, 1], x[:, 0])
                                          for i in range(2))], axis=1)
    outputs = mixed[..., 0] + mixed[..., 1] ** 2

    def widths():
        rows = sensitivity.sobol(["a", "b"], ["A", "B", "AB", "AB"], [None, None, "a", "b"], outputs)
        return np.array([r["high"] - r["low"] for r in rows])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wide = widths()
    monkeypatch.setattr(intervals, "percentile_levels", lambda n: (0.025, 0.975))
    assert (wide > 1.15 * widths()).all()


# ---- regression ----


def test_ranks_of_a_resample_are_those_of_its_values():
    rng = np.random.default_rng(2)
    column, drawn = rng.integers(0, 6, 20).astype(float), rng.integers(0, 20, 20)
    counts = np.bincount(drawn, minlength=20)[None].astype(float)
    assert sensitivity._ranks(column, counts)[0, drawn] == pytest.approx(stats.rankdata(column[drawn]))


def by_residuals(x, y, i):
    """Partial rank correlation the long way: of what the others leave unexplained."""
    ranks = np.column_stack([stats.rankdata(c) for c in (*x.T, y)])
    others = np.column_stack([np.ones(len(y)), np.delete(ranks[:, :-1], i, axis=1)])
    left = [c - others @ np.linalg.lstsq(others, c, rcond=None)[0] for c in (ranks[:, i], ranks[:, -1])]
    return np.corrcoef(*left)[0, 1]


def test_partial_rank_correlations_and_coefficients():
    rng = np.random.default_rng(4)
    x = rng.uniform(size=(80, 3))
    y = np.exp(2 * x[:, 0]) - x[:, 1] + rng.normal(0, 0.3, 80)
    rows = pd.DataFrame(sensitivity.regression(list("abc"), x, y)).set_index(["measure", "factor"])
    for i, name in enumerate("abc"):
        assert rows.loc[("prcc", name), "value"] == pytest.approx(by_residuals(x, y, i))
    z = (x - x.mean(0)) / x.std(0)
    beta = np.linalg.lstsq(z, (y - y.mean()) / y.std(), rcond=None)[0]
    assert rows.loc["src", "value"].to_numpy() == pytest.approx(beta)


def test_intervals_of_the_regression_cover():
    """150 samples of 60: a binomial share of 0.93 has a standard error of 0.021, three of them
    are left. The twin, the interval of another factor, must be caught."""
    rng, hits, wrong = np.random.default_rng(5), [], []
    truth = 0.8 / np.sqrt(0.8 ** 2 + 1)  # of a normal pair given the other factor
    truth = 6 / np.pi * np.arcsin(truth / 2)  # and of ranks
    for _ in range(150):
        x = rng.normal(size=(60, 2))
        rows = sensitivity.regression(["a", "b"], x, 0.8 * x[:, 0] + rng.normal(size=60))
        a, b = (r for r in rows if r["measure"] == "prcc")
        hits.append(a["low"] <= truth <= a["high"])
        wrong.append(b["low"] <= truth <= b["high"])
    assert np.mean(hits) > 0.86 and not np.mean(wrong) > 0.86


@pytest.fixture(scope="module")
def lhs(tmp_path_factory):
    """A Latin hypercube over four factors, 60 points × 3 replicates."""
    folder = tmp_path_factory.mktemp("lhs")
    return make(folder, "l", design='"lhs"', points=60, reps=3, seeds='"independent"')


def test_exact_functions_have_exact_correlations(lhs):
    put(lhs, infected_final=lambda x, _: x @ SLOPES)
    assert call(lhs, "--outputs", "infected_final").returncode == 0
    found = indices(lhs.parent).loc["infected_final"]["value"].droplevel("other")
    assert found["", "r2"] == pytest.approx(1)
    assert [np.sign(found[n, "src"]) for n in NAMES[:3]] == [1, -1, 1]
    assert found[NAMES[3], "src"] == pytest.approx(0, abs=1e-5)
    for name in ("tornado", "scatter"):
        assert nonblank(written(lhs.parent, f"sensitivity_{name}.png"))


def test_points_without_a_value_are_counted(lhs, tmp_path):
    path = copy(lhs, tmp_path)
    put(path, infected_final=lambda x, rep: np.where((x[:, 0] < 0.2) | (rep == 0), np.nan, x[:, 1]))
    result = call(path, "--outputs", "infected_final", "--no-pictures", "--all")
    # A fifth of 60 points in a Latin hypercube is 12; of the other 48 one replicate of three.
    assert "no value in 84 of 180 runs" in result.stderr and "12 of 60 points" in result.stderr
    assert "48 points" in result.stdout


# ---- one factor at a time, phase diagrams ----


@pytest.fixture(scope="module")
def plane(tmp_path_factory):
    """5 × 4 combinations of two factors × 4 replicates: x − y plus noise that replicates share."""
    folder = tmp_path_factory.mktemp("plane")
    factors = [f'{{ parameter = "{n}"; levels = [{", ".join(map(str, values))}]; }}' for n, values in
               ((NAMES[0], (0.0, 0.25, 0.5, 0.75, 1.0)), (NAMES[1], (0.0, 0.25, 0.5, 0.75)))]
    path = make(folder, "p", factors, design='"factorial"', reps=4)
    put(path, infected_final=lambda x, rep: x[:, 0] - x[:, 1] + 0.01 * (rep - 1.5),
        infected_mean=lambda x, rep: x[:, 1], infected_peak=lambda x, rep: x[:, 0])
    return path


def test_phase_diagram_of_a_known_plane(plane, tmp_path):
    assert call(plane, "--outputs", "infected_final,infected_peak-infected_mean", "--out-dir",
                tmp_path).returncode == 0
    frame = pd.read_csv(written(tmp_path, "sensitivity_phase.csv"))
    frame = frame[frame["output"] == "infected_final"].astype({"x_cell": float, "y_cell": float})
    assert len(frame) == 20 and (frame["runs"] == 4).all() and (frame["with_value"] == 4).all()
    assert frame["value"].to_numpy() == pytest.approx((frame["x_cell"] - frame["y_cell"]).to_numpy())
    # Student's interval of -0.015, -0.005, 0.005, 0.015: half width 3.182446 · 0.012910 / 2.
    assert (frame["high"] - frame["value"]).to_numpy() == pytest.approx(0.020543, abs=1e-5)
    open_ = (frame["low"] <= 0) & (frame["high"] >= 0)
    assert (open_ == (frame["x_cell"] == frame["y_cell"])).all() and open_.sum() == 4
    for name in ("infected_final", "infected_peak-infected_mean"):
        assert nonblank(written(tmp_path, f"sensitivity_phase_{name}.png"))


def test_cells_without_a_value_stay_empty(plane, tmp_path):
    path = copy(plane, tmp_path)
    put(path, infected_final=lambda x, rep: np.where(
        (x[:, 0] == 1) & (x[:, 1] == 0) | (rep == 0) & (x[:, 0] == 0), np.nan, x[:, 0] - x[:, 1]))
    result = call(path, "--outputs", "infected_final")
    assert result.returncode == 0 and "no value in 8 of 80 runs" in result.stderr
    frame = pd.read_csv(written(tmp_path, "sensitivity_phase.csv")).set_index(["x_cell", "y_cell"])
    assert np.isnan(frame.loc[(1, 0), "value"]) and frame.loc[(1, 0), "with_value"] == 0
    assert frame.loc[(0, 0), "with_value"] == 3 and frame.loc[(0, 0), "runs"] == 4


def test_ranges_are_cells_of_designs_that_fill_the_space(lhs, tmp_path):
    path = put(copy(lhs, tmp_path), infected_final=lambda x, _: x[:, 0] - 0.5)
    assert call(path, "--outputs", "infected_final", "--phase", ",".join(NAMES[:2]),
                "--no-pictures").returncode == 0
    frame = pd.read_csv(written(tmp_path, "sensitivity_phase.csv"))
    assert list(frame["x_cell"][:2]) == ["0 to 0.5", "0.5 to 1"] and frame["runs"].sum() == 180
    assert (np.sign(frame["value"]) == np.where(frame["x_cell"] == "0 to 0.5", -1, 1)).all()


def test_tornado_of_a_factorial_and_of_one_at_a_time(plane, tmp_path):
    assert call(plane, "--outputs", "infected_final", "--out-dir", tmp_path / "plane",
                "--no-pictures").returncode == 0
    found = indices(tmp_path / "plane").loc["infected_final"]["value"].droplevel("other")
    assert found[NAMES[0], "at_high"] == pytest.approx(0.5)
    assert found[NAMES[1], "at_high"] == pytest.approx(-0.375)
    rows = [",".join(NAMES[:2]), "0.5,0.5", "0.1,0.5", "0.9,0.5", "0.5,0.0", "0.5,1.0"]
    (tmp_path / "t.csv").write_text("\n".join(rows) + "\n")
    path = make(tmp_path, "one", design='"table"', table='"t.csv"', reps=3)
    put(path, infected_final=lambda x, rep: 2 * x[:, 0] + x[:, 1] ** 2 + rep)
    assert call(path, "--outputs", "infected_final").returncode == 0
    found = indices(tmp_path).loc["infected_final"]
    assert found["level"].to_list() == [0.9, 0.1, 1.0, 0.0]
    assert found["value"].to_list() == pytest.approx([0.8, -0.8, 0.75, -0.25])
    # The noise is shared, the difference the same in all of three replicates: no interval, and by the
    # sign test p = 2 / 2³, times four tests. The base point is no end here.
    assert found["high"].isna().all() and found["p"].to_list() == [0.25] * 4
    assert (found["p_holm"] == 1).all()
    assert nonblank(written(tmp_path, "sensitivity_tornado.png"))


def test_a_zip_of_one_factor_at_a_time_is_read_as_one(tmp_path):
    factors = [f'{{ parameter = "{name}"; levels = {levels}; }}' for name, levels in
               zip(NAMES, ("[0.5, 0.9, 0.5]", "[0.5, 0.5, 1.0]"))]
    path = make(tmp_path, "zip", factors, design='"zip"', reps=2)
    put(path, infected_final=lambda x, rep: 2 * x[:, 0] + x[:, 1] + rep)
    assert call(path, "--outputs", "infected_final", "--no-pictures").returncode == 0
    found = indices(tmp_path).loc["infected_final"]
    assert found["value"].to_list() == pytest.approx([0.8, 0.0, 0.5, 0.0])  # ends of both, high first


@pytest.mark.parametrize("form, words", [
    ("csv", ["design,output,unit,factor", "factorial,infected_final,agents,contagion.beta"]),
    ("markdown", ["### One factor at a time", "| contagion.beta |"]),
    ("latex", ["\\begin{longtable}{lrrrrrrrr}", "contagion.beta"])])
def test_tables_in_other_forms(plane, tmp_path, form, words):
    result = call(plane, "--outputs", "infected_final", "--format", form, "--no-pictures",
                  "--out-dir", tmp_path)
    assert result.returncode == 0 and all(word in result.stdout for word in words), result.stdout


# ---- what is refused ----


def fail_run(path, *runs):
    """Marks runs as failed, as the program does."""
    with closing(sqlite3.connect(path)) as db:
        for run in runs:
            db.execute("UPDATE run SET status = 'failed' WHERE run_id = ?", (run,))
            db.execute("DELETE FROM summary WHERE run_id = ?", (run,))
        seal(db)
        db.commit()


def drop_run(path, *runs):
    """Runs that were never made."""
    with closing(sqlite3.connect(path)) as db:
        for run in runs:
            db.execute("DELETE FROM run WHERE run_id = ?", (run,))
            db.execute("DELETE FROM summary WHERE run_id = ?", (run,))
        seal(db)
        db.commit()


def test_blocks_with_an_empty_point_are_refused_or_left_out_whole(morris, tmp_path):
    """Points 1 and 11 lack both of their replicates (60 points: runs i and 60 + i)."""
    path = copy(morris, tmp_path)
    fail_run(path, 1, 61)
    drop_run(path, 11, 71)
    assert refused(call(path), 2, "2 of 12 trajectories", "trajectory 1: 2 failed",
                   "trajectory 3: 2 missing", "--resume --retry-failed", "--drop-incomplete")
    result = call(path, "--drop-incomplete", "--no-pictures")
    assert result.returncode == 0 and "left out as wholes" in result.stderr
    found = indices(tmp_path).loc["infected_final"]["value"].droplevel("other")
    assert found[NAMES[0], "mu_star"] == pytest.approx(3) and found[NAMES[0], "sigma"] < 1e-5


def test_a_point_counts_with_the_runs_that_it_has(morris, tmp_path):
    """One run of some points failed, was not made or has no value: every trajectory is kept."""
    path = copy(morris, tmp_path)
    put(path, infected_final=lambda x, rep: np.where((x[:, 1] > 0.5) & (rep == 1), np.nan,
                                                     x @ SLOPES))
    with closing(sqlite3.connect(path)) as db:
        low = [row[0] for row in db.execute("SELECT point_id FROM point_value WHERE parameter = "
                                            "'contagion.gamma' AND value < 0.5")]
    fail_run(path, *low[:2])  # runs of replicate 0 have their points' numbers
    drop_run(path, low[2])
    result = call(path, "--no-pictures", "--outputs", "infected_final")
    assert result.returncode == 0 and "2 failed runs" in result.stderr and "119 of 120 planned runs" in result.stderr
    assert f"no value in {60 - len(low)} of 117 runs" in result.stderr and "such runs alone" in result.stderr
    found = indices(tmp_path).loc["infected_final"]["value"].unstack("measure").droplevel("other")
    assert found.loc[NAMES, "mu_star"].to_numpy() == pytest.approx(np.abs(SLOPES), abs=1e-5)


def test_outputs_without_values_in_blocks(morris, tmp_path):
    path = put(copy(morris, tmp_path), infected_peak=lambda x, _: np.where(x[:, 0] > 0.9, np.nan, 1.0),
               infected_mean=lambda x, _: np.full(len(x), np.nan))
    result = call(path, "--no-pictures")
    assert result.returncode == 0 and "infected_peak has no value in" in result.stderr
    assert set(indices(tmp_path).index.get_level_values("output")) == {"infected_final"}
    assert refused(call(path, "--outputs", "infected_mean"), 2, "No run has a value", "did you mean")


def test_a_difference_with_gaps_alone_names_the_option(morris, tmp_path):
    """Trajectories of which a point has no value: nothing is left until they are left out."""
    path = put(copy(morris, tmp_path), infected_peak=lambda x, _: np.where(x[:, 0] > 0.9, np.nan, x @ SLOPES))
    asked = ("--no-pictures", "--outputs", "infected_peak-infected_final")
    result = call(path, *asked)
    assert result.returncode == 2
    assert "No output is left to analyse; --drop-incomplete" in result.stderr and "trajectories with a point" in result.stderr
    path = put(path, infected_peak=lambda x, _: np.ones(len(x)))
    result = call(path, "--no-pictures", "--outputs", "infected_peak")
    assert result.returncode == 2 and result.stderr.endswith("No output is left to analyse.\n")


def test_who_asks_for_survival_is_told_its_outputs(tmp_path):
    path = make(tmp_path, "coop", ['{ parameter = "leadership.turnover_factor"; min = 0.5; max = 2.0; }'],
                f'base = "{SCRIPTS.parent}/scenarios/baseline.cfg";\n', design='"lhs"', points=2)
    for word in ("survival", "life"):
        assert refused(call(path, "--outputs", word), 2, f"'{word}'", "how long ties last is in", "life_10y_", "survival_5y_")


def test_what_is_no_sweep(tmp_path, lhs, plane):
    assert refused(call(build(tmp_path / "a.db", detail="summary")), 2, "holds no sweep")
    assert refused(call(build(tmp_path / "v.db", version="99")), 2, "schema_version 99")
    mixed = build(tmp_path / "m.db", reps=2, detail="summary", models=["contagion", "cooperation"])
    assert refused(call(mixed), 2, "holds no sweep")
    (tmp_path / "t.csv").write_text("contagion.beta\n0.5\n")
    one = make(tmp_path, "one", design='"table"', table='"t.csv"')
    assert refused(call(one), 2, "one point")
    assert refused(call(lhs, plane), 2, "One sweep at a time")
    with closing(sqlite3.connect(one)) as db:
        db.execute("UPDATE meta SET value = '1/2' WHERE key = 'shard'")
        seal(db)
        db.commit()
    assert refused(call(one), 2, "shard 1/2", "kumiai merge")


def test_requests_that_cannot_be_met(lhs, plane, morris, tmp_path):
    assert refused(call(lhs, "--outputs", "infected_finl"), 2, "did you mean infected_final?")
    assert refused(call(plane, "--phase", "contagion.bta,contagion.gamma"), 2, "contagion.beta?")
    assert refused(call(plane, "--phase", "contagion.beta"), 2, "two different factors")
    assert refused(call(morris, "--phase", ",".join(NAMES[:2])), 2, "do not fill a plane")
    assert refused(call(lhs, "--resamples", "3"), 2, "10 or more")
    assert refused(call(tmp_path / "none.db"), 2, "no such file")
    path = copy(plane, tmp_path)
    fail_run(path, *range(1, 81))
    assert refused(call(path), 2, "no ok run")
    path = put(copy(plane, tmp_path, "same.db"), infected_final=lambda x, _: np.ones(len(x)))
    result = call(path, "--outputs", "infected_final", "--no-pictures")
    assert result.returncode == 2 and result.stdout == "" and not list(tmp_path.glob("same_*"))
    assert "infected_final is the same at all points that have a value; it is left out" in result.stderr
    assert "no phase diagram of infected_final: it is the same at all points" in result.stderr


def test_failed_and_missing_runs_outside_blocks_shift_nothing(plane, tmp_path):
    """Runs of one corner lack in some replicates: the other points must not gain their weight."""
    path = put(copy(plane, tmp_path), infected_final=lambda x, _: x[:, 0] - x[:, 1])
    fail_run(path, 1, 2, 3)
    with closing(sqlite3.connect(path)) as db:  # and the last replicate was cut short
        db.execute("DELETE FROM run WHERE run_id > 70")
        db.execute("DELETE FROM summary WHERE run_id > 70")
        seal(db)
        db.commit()
    result = call(path, "--no-pictures", "--outputs", "infected_final")
    assert result.returncode == 0 and "3 failed runs are left out" in result.stderr
    assert "70 of 80 planned runs are in the file" in result.stderr and "--resume" in result.stderr
    found = indices(tmp_path).loc["infected_final"]["value"].droplevel("other")
    assert found[NAMES[0], "at_high"] == pytest.approx(0.5)
    assert found[NAMES[1], "at_low"] == pytest.approx(0.375)


def test_names_of_parameters_are_whole():
    name = "upkeep.dormancy_after_many_years"
    lines = sensitivity_tables.Table("t", ["factor", "value"], [[name, "1" * 100]]).lines("text")
    assert any(name in line for line in lines)


def test_interval_of_the_ends_is_that_of_the_replicates_differences():
    rng = np.random.default_rng(8)
    points = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    wide = pd.DataFrame(rng.normal(size=(4, 5)))
    high = next(r for r in sensitivity.one_at_a_time(points, wide) if r["measure"] == "at_high")
    expected = intervals.student(wide.loc[[2, 3]].mean() - wide.mean())
    assert [high[x] for x in ("value", "low", "high")] == pytest.approx(
        [expected.mean, expected.low, expected.high])
    one = sensitivity.one_at_a_time(points, wide[[0]])
    assert all(np.isnan(r["low"]) for r in one)
