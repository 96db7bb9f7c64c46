# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts/sensitivity.py may say: effects by the change that was made, factors that cannot be
told apart, equal points, tests that are corrected, values without spread.

Run: KUMIAI=build/test/kumiai /usr/bin/python3 -m pytest tests/scripts/test_sweep_statistics.py
"""

import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import test_sensitivity as known
from conftest import nonblank, written
from test_sensitivity import COOPERATION, NAMES, call, indices, make, put

from kumiai import collinear, effect_tests, intervals, phase, sensitivity, sensitivity_pictures, sweeps
from kumiai.report import factor_parts

BETA, GAMMA, REWIRE, SHARE = NAMES


def column(path, output="infected_final"):
    """value of each measure and factor of one output."""
    return indices(path.parent).loc[output]["value"].unstack("measure").droplevel("other")


# ---- Morris: the change that was made ----


def morris_places(rng, levels, trajectories, factors):
    """Grid places of Morris' trajectories as the program draws them."""
    half = levels // 2
    low = rng.integers(half, size=(trajectories, 1, factors))
    up = rng.integers(2, size=(trajectories, 1, factors)).astype(bool)
    order = rng.permuted(np.tile(np.arange(factors), (trajectories, 1)), axis=1)
    moved = order[:, None, :] < np.arange(factors + 1)[None, :, None]
    return (low + half * (up != moved)) / (levels - 1)


ROUNDED = {"real": lambda u: u, "truth": lambda u: np.floor(np.minimum(2 * u, 1)),
           "three": lambda u: np.floor(np.minimum(3 * u, 2)) / 2,
           "five": lambda u: np.floor(np.minimum(5 * u, 4)) / 4,
           "log": lambda u: np.log(np.round(np.exp(u * np.log(9)))) / np.log(9)}


@pytest.mark.parametrize("levels", [2, 4, 6, 8, 10])
def test_effects_are_per_change_made(levels):
    """Y = the sum of all places as rounded: every factor has effect 1, by any mapping and grid."""
    rng = np.random.default_rng(levels)
    unit = morris_places(rng, levels, 30, len(ROUNDED))
    places = np.stack([f(unit[..., i]) for i, f in enumerate(ROUNDED.values())], axis=-1)
    effects, size = sensitivity.elementary_effects(places.sum(axis=2)[:, :, None], places)
    assert effects == pytest.approx(1, abs=1e-9) and (size > 0).all()
    # Where nothing is rounded it is the definition: the change of Y over the grid's step.
    y = np.sin(3 * unit).prod(axis=2)
    effects, _ = sensitivity.elementary_effects(y[:, :, None], unit)
    delta = levels / 2 / (levels - 1)
    for t in range(len(unit)):
        for step in range(len(ROUNDED)):
            i = np.flatnonzero(unit[t, step] != unit[t, step + 1])[0]
            sign = np.sign(unit[t, step + 1, i] - unit[t, step, i])
            assert effects[t, i, 0] == pytest.approx(sign * (y[t, step + 1] - y[t, step]) / delta)


def test_steps_that_change_nothing_tell_nothing():
    """The value was rounded to what it was: no effect of any size, and a factor of only such none."""
    unit = morris_places(np.random.default_rng(1), 4, 12, 3)
    unit[:6, :, 1], unit[:, :, 2] = 0.0, 0.5
    effects, size = sensitivity.elementary_effects((2 * unit[..., 0] + unit[..., 1])[:, :, None], unit)
    rows = {(r["factor"], r["measure"]): r["value"]
            for r in sensitivity.morris("abc", effects[:, :, 0])}
    assert (rows["a", "mu_star"], rows["b", "mu_star"]) == pytest.approx((2, 1))
    assert np.isnan(rows["c", "mu_star"]) and (size[:6, 1] == 0).all()


@pytest.mark.parametrize("levels", [4, 6])
def test_morris_of_a_truth_value_and_a_real(tmp_path, levels):
    path = make(tmp_path, "mb", ["hub.enabled", '{ parameter = "leadership.turnover_factor"; min = 0.5; '
                                 "max = 1.5; }"], COOPERATION, design='"morris"', trajectories=12, levels=levels)
    put(path, ties_regional=lambda x, _: x[:, 0] + x[:, 1])
    result = call(path, "--outputs", "ties_regional")
    assert result.returncode == 0 and "no spread to make one of" in result.stdout
    found = column(path, "ties_regional")
    assert found["mu_star"].to_numpy() == pytest.approx([1, 1], abs=1e-6)
    assert found["sigma"].to_numpy() == pytest.approx([0, 0], abs=1e-6)
    assert indices(tmp_path)["low"].isna().all()


@pytest.mark.parametrize("levels, scale", [(4, "integer"), (6, "integer"), (4, "log"), (6, "log")])
def test_morris_of_whole_numbers(tmp_path, levels, scale):
    path = make(tmp_path, "mi", [f'{{ parameter = "contagion.agents"; min = 4; max = 9; scale = "{scale}"; }}',
                                 f'{{ parameter = "{GAMMA}"; min = 0.01; max = 1.0; scale = "log"; }}'],
                design='"morris"', trajectories=10, levels=levels)
    own = np.log if scale == "log" else float
    put(path, infected_final=lambda x, _: own(x[:, 0]) / (own(9) - own(4)) + np.log10(x[:, 1])
        if scale == "log" else x[:, 0] / 5 + np.log10(x[:, 1]))
    assert call(path, "--outputs", "infected_final", "--no-pictures").returncode == 0
    assert column(path)["mu_star"].to_numpy() == pytest.approx([1, 2], abs=1e-6)


def test_choices_count_by_their_place_and_say_so(tmp_path):
    path = make(tmp_path, "mc", ["relations.rupture_country", "hub.enabled"], COOPERATION, design='"morris"',
                trajectories=8)
    put(path, ties_regional=lambda x, _: x[:, 0] / 14 + x[:, 1])
    result = call(path, "--outputs", "ties_regional", "--no-pictures")
    assert "relations.rupture_country is a choice among names in no order" in result.stderr
    assert column(path, "ties_regional")["mu_star"].to_numpy() == pytest.approx([1, 1], abs=1e-6)


# ---- Sobol of values that are rounded ----


def test_sobol_indices_of_whole_numbers(tmp_path):
    """Y = n u with n of 0 to 3 and u of [0, 1]: the variance 29/48 has 15/48 of n, 9/48 of u."""
    path = make(tmp_path, "s", ['{ parameter = "contagion.agents"; min = 4; max = 7; }', BETA],
                design='"saltelli"', samples=256, shift="true")
    put(path, infected_final=lambda x, _: (x[:, 0] - 4) * x[:, 1])
    assert call(path, "--outputs", "infected_final", "--no-pictures", "--resamples", 100).returncode == 0
    found = column(path).dropna(subset="first")
    assert found.loc[["contagion.agents", BETA], "first"].to_numpy() == pytest.approx([15 / 29, 9 / 29], abs=0.05)
    assert found.loc[["contagion.agents", BETA], "total"].to_numpy() == pytest.approx([20 / 29, 14 / 29], abs=0.05)


def test_sobol_indices_of_truth_values():
    """Y = a + 2 a b of two truth values, a third inert: variances 1, 1/4, 1/4 of 3/2 in all."""
    rng = np.random.default_rng(12)
    one, two = rng.integers(2, size=(2, 2048, 3))
    mixed = [one, *(np.where(np.arange(3) == i, two, one) for i in range(3)), two]
    outputs = np.stack([m[:, 0] * (1 + 2 * m[:, 1]) for m in mixed], axis=1).astype(float)
    rows = sensitivity.sobol("abc", ["A", "AB", "AB", "AB", "B"], [None, *"abc", None], outputs, 10)
    found = pd.DataFrame(rows).set_index(["measure", "factor"])["value"]
    assert found["first"].to_numpy() == pytest.approx([2 / 3, 1 / 6, 0], abs=0.05)
    assert found["total"].to_numpy() == pytest.approx([5 / 6, 1 / 3, 0], abs=0.05)


# ---- factors that cannot be told apart ----


def test_groups_of_columns():
    rng = np.random.default_rng(2)
    x = rng.uniform(size=(60, 6))
    assert collinear.groups(x) == []
    twins = x.copy()
    twins[:, 3], twins[:, 5] = twins[:, 0], 1 - twins[:, 2] + 1e-7 * x[:, 5]
    assert collinear.groups(twins) == [[0, 3], [2, 5]] and collinear.kept(twins, [[0, 3], [2, 5]]) == [0, 1, 2, 4]
    total = x.copy()
    total[:, 4] = total[:, 1] + total[:, 2]
    assert collinear.groups(total) == [[1, 2, 4]] and collinear.kept(total, [[1, 2, 4]]) == [0, 1, 2, 3, 5]
    bent = x.copy()
    bent[:, 5] = np.exp(9 * bent[:, 0])  # in ranks the same
    assert collinear.groups(bent) == [[0, 5]]
    near = x.copy()
    near[:, 5] = near[:, 0] + 0.3 * near[:, 5]  # wide intervals, but a number
    assert collinear.groups(near) == []


def test_a_design_of_many_factors_and_few_points_is_not_called_collinear():
    """The fewest points that are regressed on (2 k + 4) of a Latin hypercube of 10 factors."""
    rng = np.random.default_rng(3)
    for _ in range(50):
        assert not collinear.groups(stats.qmc.LatinHypercube(10, seed=rng).random(24))


@pytest.mark.parametrize("second", [lambda x: x, lambda x: 1 - x, lambda x: x + 1e-6 * np.sin(99 * x),
                                    lambda x: x ** 3])
def test_a_table_of_tied_factors(tmp_path, second):
    """The two have no number, the third that of a regression without one of them."""
    x = np.random.default_rng(4).uniform(0.05, 0.95, size=(30, 3))
    rows = pd.DataFrame({BETA: x[:, 0], GAMMA: second(x[:, 0]), REWIRE: x[:, 2]})
    rows.to_csv(tmp_path / "points.csv", index=False)
    path = make(tmp_path, "t", design='"table"', table='"points.csv"')
    noise = np.random.default_rng(5).normal(size=30)
    put(path, infected_final=lambda x, _: x[:, 0] + x[:, 2] + noise)
    result = call(path, "--outputs", "infected_final", "--no-pictures")
    assert result.returncode == 0 and f"cannot be told apart: {BETA}, {GAMMA}." in result.stderr
    assert f"cannot be told apart: {BETA}, {GAMMA}." in result.stdout
    found = indices(tmp_path).loc["infected_final"].droplevel("other")
    assert found.loc[[BETA, GAMMA], ["value", "low", "high", "p"]].isna().all(axis=None)
    assert found.loc[(REWIRE, "prcc"), "value"] == pytest.approx(
        known.by_residuals(x[:, [0, 2]], x[:, 0] + x[:, 2] + noise, 1), abs=1e-5)
    assert np.isfinite(found.loc[(REWIRE, "src"), "low"])


@pytest.mark.parametrize("points", [6, 10])
def test_a_zip_of_two_factors_tells_neither(tmp_path, points):
    levels = np.linspace(0.01, 0.4, points).round(4)
    factors = [f"{{ parameter = \"{name}\"; levels = [{', '.join(map(str, values))}]; }}"
               for name, values in ((BETA, levels), (GAMMA, levels[::-1] ** 2))]
    path = make(tmp_path, "z", factors, design='"zip"', reps=2)
    put(path, infected_final=lambda x, rep: x[:, 0] + rep)
    result = call(path, "--outputs", "infected_final", *["--no-pictures"] * (points > 6))
    assert result.returncode == 0 and f"cannot be told apart: {BETA}, {GAMMA}." in result.stderr
    assert indices(tmp_path).loc["infected_final"].loc[[BETA, GAMMA], "value"].isna().all()
    assert "+1.00" not in result.stdout
    assert not list(tmp_path.glob("*_tornado.png"))  # it would show nothing
    assert points > 6 or nonblank(written(tmp_path, "sensitivity_scatter.png"))


def test_factors_that_hardly_vary_have_a_sentence(tmp_path):
    x = np.random.default_rng(6).uniform(0.1, 0.9, size=(30, 4))
    x[:, 1], x[:, 2] = 0.5, np.where(np.arange(30) < 2, 0.1, 0.2)
    pd.DataFrame(x, columns=NAMES).to_csv(tmp_path / "points.csv", index=False)
    high = np.sort(x[:, 0])[-4]
    path = make(tmp_path, "t", design='"table"', table='"points.csv"')
    put(path, infected_final=lambda x, _: x[:, 0], infected_mean=lambda x, _: (x[:, 0] >= high).astype(float),
        infected_peak=lambda x, _: x[:, 3] - x[:, 0])
    result = call(path, "--no-pictures")
    assert f"{GAMMA} is the same at all 30 points" in result.stderr
    assert f"{REWIRE} differs from its usual value at 2 of 30 points only" in result.stderr
    assert "infected_mean differs from its usual value at 4 of 30" in result.stderr
    assert set(indices(tmp_path).index.get_level_values("factor")) == {"", BETA, SHARE}


# ---- equal points ----


@pytest.mark.parametrize("seeds, reps", [("common", 2), ("independent", 6)])
def test_equal_rows_of_a_table_count_once(tmp_path, seeds, reps):
    """30 points, each three times: with common seeds the same runs again, else more replicates."""
    x = np.random.default_rng(7).uniform(size=(30, 2))
    pd.DataFrame(np.tile(x, (3, 1)), columns=NAMES[:2]).to_csv(tmp_path / "p.csv", index=False)
    path = make(tmp_path, "t", design='"table"', table='"p.csv"', reps=2, seeds=f'"{seeds}"')
    put(path, infected_final=lambda x, rep: x[:, 0] - x[:, 1] ** 2 + 0.1 * rep)
    sweep = sweeps.read(path)
    assert len(sweep.points) == 30 and sweep.reps == reps and (sweep.ran() == reps).all()
    result = call(path, "--no-pictures", "--outputs", "infected_final", "--all")
    assert "60 of 90 points have the values of another (point 31 = point 1" in result.stderr
    assert "30 points. PRCC" in result.stdout
    assert ("the same runs, and count once" in result.stderr) == (seeds == "common")
    once = pd.DataFrame(x, columns=NAMES[:2])
    found, wide = indices(tmp_path).loc["infected_final"], sweep.values(sweeps.Output("infected_final"))
    rows = sensitivity.regression(NAMES[:2], once.to_numpy(), wide.mean(axis=1))
    assert found.loc[(BETA, "", "prcc"), "value"] == pytest.approx(rows[2]["value"], abs=1e-5)


def test_a_table_of_one_point_again_and_again_is_refused(tmp_path):
    (tmp_path / "p.csv").write_text(f"{BETA},{GAMMA}\n" + "0.1,0.2\n" * 4)
    path = make(tmp_path, "t", design='"table"', table='"p.csv"')
    assert known.refused(call(path), 2, "one point, again and again")


# ---- tests ----


def test_values_without_spread_have_no_p_of_zero():
    assert effect_tests.mean_p([2.0] * 5) == 2 / 2 ** 5 and effect_tests.mean_p([0.0] * 5) == 1
    assert effect_tests.mean_p(0.1 + np.array([1e6, 3e6, 2e6]) - [1e6, 3e6, 2e6], 3e6) == 0.25
    assert np.isnan(effect_tests.mean_p([1.0]))
    sample = np.random.default_rng(8).normal(1, 1, 9)
    assert effect_tests.mean_p(sample) == stats.ttest_1samp(sample, 0).pvalue


def test_a_perfect_correlation_of_few_points_has_the_p_of_its_order():
    assert effect_tests.correlation_p(1.0, 3) == pytest.approx(2 / 120)  # five points, 5! orders
    assert effect_tests.correlation_p(0.5, 20) == pytest.approx(2 * stats.t.sf(0.5 * np.sqrt(20 / 0.75), 20))


def test_steps_between_equal_points_count_once_with_common_seeds(tmp_path):
    """Whole numbers of three values and a factor of two: Saltelli's blocks repeat the same few runs.
    Their noise is the same then, and 64 blocks are not 64 witnesses."""
    path = make(tmp_path, "s", ['{ parameter = "contagion.agents"; min = 4; max = 5; }'], design='"saltelli"',
                samples=64, reps=3)
    noise = np.random.default_rng(13).normal(size=(2, 3))
    put(path, infected_final=lambda x, rep: noise[x[:, 0].astype(int) - 4, rep.astype(int) % 3])
    assert call(path, "--outputs", "infected_final", "--no-pictures", "--resamples", 20).returncode == 0
    difference = stats.ttest_rel(*noise).pvalue  # of the one step that there is; two tests at half the level
    found = indices(tmp_path).loc[("infected_final", "contagion.agents", "", "total"), "p"]
    assert found == pytest.approx(min(1, 2 * difference), abs=1e-5)


def test_outputs_free_of_chance():
    steady = np.tile(np.arange(12.0)[:, None], (1, 2))
    assert effect_tests.is_exact(steady) and not effect_tests.is_exact(steady[:, :1])
    rare = np.where(steady > 8, 1.0, 0.0)  # three points of twelve, as a rare event might
    assert not effect_tests.is_exact(rare) and not effect_tests.is_exact(steady + [[0, 1e-6]])
    steady[0, 1] = np.nan
    assert effect_tests.is_exact(steady)


def test_variance_of_a_change_is_that_of_the_replicates_differences():
    rng = np.random.default_rng(9)
    a, b = rng.normal(size=(2, 3000, 4)) + rng.normal(size=(1, 3000, 4))
    assert effect_tests.change_variance(a, b) == pytest.approx((b - a).var(axis=1, ddof=1) / 4)
    a[:, 3], b[:, 0] = np.nan, np.nan  # three each, two of them matched: (1 + 1) 2/3 − 2 · 2/9
    assert 0.85 < effect_tests.change_variance(a, b).mean() < 1.05  # 0.89 or a little more
    assert np.isnan(effect_tests.change_variance(a[:, :1], b[:, :1])).all()


@pytest.mark.parametrize("draw", [lambda rng, size: rng.normal(size=size),
                                  lambda rng, size: rng.poisson(0.3, size).astype(float)])
def test_level_of_the_test_of_effects(draw):
    """800 studies of a factor without effect, 12 steps × 3 replicates: a share of .05 has a standard
    error of .008. The twin, an effect of one standard deviation, is seen."""
    rng = np.random.default_rng(10)

    def p_of(shift):
        before, after = draw(rng, (12, 3)), draw(rng, (12, 3)) + shift
        return effect_tests.effect_p((after - before).mean(axis=1), effect_tests.change_variance(before, after),
                                     after - before, False)
    assert np.mean([p_of(0.0) < 0.05 for _ in range(800)]) < 0.075
    assert np.mean([p_of(1.0) < 0.05 for _ in range(50)]) > 0.7


def test_correction_is_for_all_factors_and_outputs():
    rows = [pd.DataFrame({"factor": list("ab"), "measure": "prcc", "value": [0.9, 0.2], "p": p})
            for p in ((0.01, 0.5), (0.02, np.nan))]
    found = effect_tests.correct([("one", rows[0]), ("two", rows[1])])
    assert found[0][1]["p_holm"].to_list() == pytest.approx([0.03, 0.5])
    assert found[1][1]["p_holm"].iloc[0] == pytest.approx(0.04) and np.isnan(found[1][1]["p_holm"].iloc[1])
    assert effect_tests.number(found, ("prcc",)) == 3


# ---- titles and findings ----


def told(p_values):
    """[(output, rows)] of one output whose factors have these p."""
    rows = pd.DataFrame({"factor": [f"g.f{i}" for i in range(len(p_values))], "other": "",
                         "measure": "prcc", "value": np.linspace(0.9, 0.1, len(p_values)),
                         "low": 0.05, "high": 0.95, "p": p_values})
    return effect_tests.correct([(sweeps.Output("ties"), rows)])


@pytest.mark.parametrize("p_values, title, finding", [
    ([0.02, 0.2, 0.9], "No significant effect (3 tests, Holm)", "No factor moves ties significantly"),
    ([0.2, 0.001, 0.9], "Largest significant effects (3 tests, Holm): g: f1 for ties", "g.f1"),
    ([np.nan] * 3, "Largest estimates, not tested: g: f0 for ties", "is not tested")])
def test_titles_and_findings_use_the_corrected_test(p_values, title, finding):
    """Each interval leaves out 0 by itself: that is not enough to be named."""
    found = told(p_values)
    assert sensitivity_pictures.leaders(found, "prcc") == title
    rows = factor_parts._rows(*found[0], ("prcc",), None)
    said = factor_parts._finding(rows, "PRCC", "baseline", 3)
    assert finding in said and ("g.f0" in said) is False


def test_studies_of_nothing_name_nothing():
    """100 regressions of noise on eight factors: the first of a title is false in 5 % (standard error
    2.2 %); by each interval alone it would be a third of them."""
    rng, named, plain = np.random.default_rng(11), [], []
    for _ in range(100):
        rows = pd.DataFrame(sensitivity.regression(
            list("abcdefgh"), rng.uniform(size=(40, 8)), rng.normal(size=40)))
        (_, rows), = effect_tests.correct([(sweeps.Output("y"), rows)])
        named.append(len(effect_tests.told(rows)) > 0)
        plain.append((rows["p"] < 0.05).any())
    assert np.mean(named) < 0.12 and np.mean(plain) > 0.2


def fake_phase(p, value):
    """A Phase of one row of cells."""
    axes = [phase.Axis(name, list("abcdef")[:n], np.arange(n), False) for name, n in (("x", len(p)), ("y", 1))]
    value, count = np.array([value], dtype=float), np.ones((1, len(p)), dtype=int)
    return phase.Phase(*axes, value, value - 0.1, value + 0.1, count, count, np.array([p]), np.full((1, len(p)), np.nan))


def test_signs_of_cells_are_corrected_over_all_diagrams():
    one, two = fake_phase([0.02, 0.001], [1, -1]), fake_phase([0.03, 0.5], [1, 2])
    phase.correct([(sweeps.Output("a", "b"), one), (sweeps.Output("c", "d"), two),
                   (sweeps.Output("e"), fake_phase([0.0, 0.0], [1, 2]))])
    assert one.count() == (0, 1, 1) and two.count() == (0, 0, 2)  # .001 · 4, .02 · 3
    assert one.p_holm[0] == pytest.approx([0.06, 0.004])


def test_the_largest_cell_is_named_with_those_not_told_apart():
    found = fake_phase([1, 1, 1], [1.0, 1.05, 3.0])
    assert found.level_with_largest() == 0
    found.low, found.high = found.value - 3, found.value + 3
    assert found.level_with_largest() == 2
    found.exact = True
    assert found.level_with_largest() == 0


def test_few_replicates_without_spread_leave_a_sign_open(tmp_path):
    """A difference of 1 in both of two replicates at every point, which chance does reach elsewhere."""
    factors = [f'{{ parameter = "{n}"; levels = [0.1, 0.2, 0.3]; }}' for n in NAMES[:2]]
    path = make(tmp_path, "p", factors, design='"factorial"', reps=2)
    put(path, infected_final=lambda x, rep: 1 + rep, infected_mean=lambda x, rep: rep,
        infected_peak=lambda x, rep: 10 * x[:, 0] - 1.5)
    result = call(path, "--outputs", "infected_final-infected_mean,infected_peak", "--no-pictures")
    assert result.returncode == 0 and "±0" not in result.stdout
    frame = pd.read_csv(written(tmp_path, "sensitivity_phase.csv")).set_index("output")
    assert (frame.loc["infected_final-infected_mean", "p"] == 0.5).all() and frame["low"].isna().all()
    # Not a replicate of nine points differs: the other output is free of chance, its signs are known.
    assert (frame.loc["infected_peak", "p_holm"] == 0).all()
