# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a calibration, on simulators whose posterior is known.

The world of most tests: two parameters with standard normal priors, a third that moves nothing, and two outputs of
which one run is normal around a linear function of the parameters, so that the posterior is normal, too.
"""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from conftest import SCRIPTS  # noqa: F401  # puts scripts/ on the path

from kumiai import apmc, calibration, calibration_fit, calibration_tables, emulator, waves
from kumiai.calibration import Prior, Space, Target

SLOPES = np.array([[1.0, 0.0, 0.0], [1.0, 2.0, 0.0]])
CHANCE, ERROR = 0.5, 0.3
SPACE = Space((Prior("a", "normal", 0.0, 1.0), Prior("b", "normal", 0.0, 1.0), Prior("idle", "uniform", 0.0, 1.0)))
TARGETS = [Target("x", 0.8, ERROR), Target("y", -1.0, sd=0.0, discrepancy=ERROR)]
SMALL = calibration.Settings(waves=2, wave_points=60, population=600, generations=12)


class Linear:
    """A simulator: outputs normal around SLOPES × parameters; every run has chance of its own."""

    def __init__(self, slopes=SLOPES, chance=CHANCE):
        self.slopes, self.chance, self.runs, self.seconds, self.asked = slopes, chance, 0, 0.0, []

    def __call__(self, batch, values, reps):
        self.asked.append(batch)
        self.runs += len(values) * reps
        means = values.to_numpy() @ self.slopes.T
        noise = calibration.generator(5, batch).standard_normal((len(values), reps, len(self.slopes)))
        return means[:, None, :] + self.chance * noise


def problem(targets=TARGETS, settings=SMALL, space=SPACE, simulate=None):
    return calibration.Problem(space, targets, simulate or Linear(), settings)


def exact():
    """Mean and standard deviation of the posterior of a and b."""
    slopes, precision = SLOPES[:, :2], 1 / (CHANCE ** 2 + ERROR ** 2)
    covariance = np.linalg.inv(np.eye(2) + precision * slopes.T @ slopes)
    observed = np.array([t.value for t in TARGETS])
    return covariance @ slopes.T @ observed * precision, np.sqrt(np.diag(covariance))


@pytest.fixture(scope="module")
def found():
    mine = problem()
    return SimpleNamespace(problem=mine, fit=calibration_fit.fit(mine))


def moments(fit):
    values = SPACE.values(fit.posterior.cube).to_numpy()[:, :2]
    mean = fit.posterior.weights @ values
    return mean, np.sqrt(fit.posterior.weights @ (values - mean) ** 2)


# ---- the posterior ----


def test_the_known_posterior_is_found(found):
    mean, sd = moments(found.fit)
    true_mean, true_sd = exact()
    # Some 280 effective points: a mean has an error of 0.06 sd, an sd one of 4 %; both have four of these.
    assert np.abs((mean - true_mean) / true_sd).max() < 0.25
    assert np.abs(sd / true_sd - 1).max() < 0.2


def test_without_the_error_of_observation_it_would_not_be():
    """The tolerances above tell a posterior that is too narrow from the right one."""
    certain = [replace(t, sd=0.0, discrepancy=0.0) for t in TARGETS]
    steady = problem(certain, simulate=Linear(chance=0.2))
    _, sd = moments(calibration_fit.fit(steady))
    assert np.abs(sd / exact()[1] - 1).max() > 0.2


def test_what_targets_leave_open_is_reported_so(found):
    table = calibration_tables.identifiability(SPACE, found.fit.posterior, found.fit.history.active)
    table = table.set_index("parameter")
    assert table.loc["idle", "verdict"] == "not identified" and table.loc["b", "verdict"] == "identified"
    assert table.loc["idle", "sd_ratio"] > 0.9 and table.loc["b", "sd_ratio"] < 0.5
    assert table.loc["idle", "kl"] < 0.1 < table.loc["a", "kl"]
    assert table.loc["a", "with"] == "b" and table.loc["a", "rho"] < -0.4


@pytest.mark.parametrize("effective", [15, 30, 100, 500])
def test_a_sample_of_the_prior_is_seldom_called_identified(effective):
    """By chance in 2 to 2.5 of 100 samples, of kl and sd_ratio together; 26 of 500 have a chance below 1e-3."""
    cubes = np.random.default_rng(6).random((500, effective, 1))
    space = Space(SPACE.priors[2:])
    called = [calibration_tables.identifiability(space, sample_of(cube), [0])["verdict"][0] for cube in cubes]
    assert sum(verdict != "not identified" for verdict in called) < 26


def sample_of(cube):
    """A posterior of equally weighted points."""
    return SimpleNamespace(cube=cube, weights=np.full(len(cube), 1 / len(cube)), effective=float(len(cube)))


def test_a_parameter_is_identified_only_where_it_is_narrower_than_before():
    space, rng = Space(SPACE.priors[2:]), np.random.default_rng(7)

    def verdict(cube):
        return calibration_tables.identifiability(space, sample_of(cube), [0]).iloc[0]
    ends = verdict(rng.beta(0.3, 0.3, (400, 1)))  # the data rule out the middle alone
    assert ends["sd_ratio"] > 1 and ends["kl"] > 0.1 and ends["verdict"] == "not identified"
    assert verdict(rng.beta(2.0, 2.0, (400, 1)))["verdict"] == "partly identified"
    assert verdict(rng.beta(20.0, 20.0, (400, 1)))["verdict"] == "identified"
    assert verdict(rng.beta(20.0, 20.0, (20, 1)))["verdict"] == "identified"


def test_a_target_out_of_reach_is_named(found):
    """Also where the other target is met; there is no word where all are."""
    assert not calibration_fit.unreached(found.problem, found.fit.posterior)
    quick = replace(SMALL, waves=0, population=200, generations=3)
    for x, y, named in ((60.0, 60.0, "x"), (0.0, 90.0, "y")):
        mine = problem([Target("x", x, ERROR), Target("y", y, ERROR)], quick)
        told = calibration_fit.unreached(mine, calibration_fit.fit(mine).posterior)
        assert told.startswith(f"target {named} is out of reach") and f"observed {max(x, y):g}" in told


def test_targets_that_say_nothing_give_the_prior():
    """Weights of several generations in one population are on one scale, or their mixture is no prior."""
    vague = problem([Target("x", 0.0, 1e3), Target("y", 0.0, 1e3)], replace(SMALL, least_accepted=1e-9, generations=4))
    posterior = calibration_fit.fit(vague).posterior
    assert len(posterior.trace) == 5
    assert posterior.weights @ posterior.cube == pytest.approx(0.5, abs=0.06)
    spread = np.sqrt(posterior.weights @ (posterior.cube - 0.5) ** 2) / calibration_tables.PRIOR_SD
    assert spread == pytest.approx(1.0, abs=0.1)


def test_the_same_seed_gives_the_same_bits_and_another_others(found):
    again = calibration_fit.fit(problem())
    assert np.array_equal(again.posterior.cube, found.fit.posterior.cube)
    assert np.array_equal(again.posterior.weights, found.fit.posterior.weights)
    other = calibration_fit.fit(problem(settings=replace(SMALL, seed=2)))
    assert not np.array_equal(other.posterior.cube, found.fit.posterior.cube)


def test_constraints_between_parameters_hold():
    two = (Prior("a", "uniform", -2.0, 2.0), Prior("b", "uniform", -2.0, 2.0))
    ordered = Space((*two, SPACE.priors[2]), (("a", "b"),))
    mine = problem(space=ordered, targets=[Target("x", 0.5, ERROR), Target("y", 0.5, ERROR)])
    values = ordered.values(calibration_fit.fit(mine).posterior.population.cube)
    assert (values["a"] <= values["b"]).all()
    free = Space(ordered.priors)
    values = free.values(calibration_fit.fit(replace(mine, space=free)).posterior.population.cube)
    assert (values["a"] > values["b"]).any()


def test_a_budget_of_runs_is_kept():
    settings = replace(SMALL, most_runs=1500)
    mine = problem(settings=settings)
    posterior = calibration_fit.fit(mine).posterior
    assert mine.simulate.runs <= 1500 and posterior.why == "the budget was spent"


def test_runs_without_a_value_are_never_kept():
    class Broken(Linear):
        def __call__(self, batch, values, reps):
            outputs = super().__call__(batch, values, reps)
            outputs[values["a"] > 0.5] = np.nan
            return outputs
    posterior = calibration_fit.fit(problem(simulate=Broken())).posterior
    assert np.isfinite(posterior.population.outputs).all()
    assert (SPACE.values(posterior.population.cube)["a"] <= 0.5).all()


# ---- history matching ----


def test_left_out_errors_are_those_of_a_process_without_the_point():
    rng = np.random.default_rng(1)
    cube = rng.random((25, 2))
    outputs = np.sin(5 * cube[:, :1]) + cube[:, 1:] + 0.1 * rng.standard_normal((25, 4))
    made = emulator.fit(cube, outputs, 1)
    process, means = made.process, outputs.mean(axis=1)
    assert made.q2 > 0.9
    for i in (0, 7, 24):
        rest = np.arange(25) != i
        fixed = type(process)(process.kernel_, alpha=process.alpha[rest], optimizer=None)
        scaled = (means - means.mean()) / means.std()
        mean, sd = fixed.fit(cube[rest], scaled[rest]).predict(cube[i:i + 1], return_std=True)
        expected = (scaled[i] - mean[0]) / np.sqrt(sd[0] ** 2 + process.alpha[i])
        assert made.errors[i] == pytest.approx(expected, rel=1e-3)


def test_an_emulator_that_misses_its_points_is_made_less_sure():
    made = emulator.fit(np.random.default_rng(2).random((60, 2)), np.random.default_rng(3).random((60, 3)), 1)
    assert made.q2 < 0.3
    surer = replace(made, inflation=4 * made.inflation)
    points = np.random.default_rng(4).random((5, 2))
    assert surer.predict(points)[1] == pytest.approx(4 * made.predict(points)[1])


def test_the_variance_of_one_run_is_told_from_that_of_the_mean():
    rng = np.random.default_rng(5)
    cube = rng.random((100, 2))
    made = emulator.fit(cube, cube[:, :1] * 10 + rng.standard_normal((100, 4)) * 2.0, 1)
    _, uncertain, chance = made.predict(rng.random((50, 2)))
    assert np.sqrt(chance.mean()) == pytest.approx(2.0, rel=0.15)
    assert np.sqrt(uncertain.mean()) < 1.0


def test_the_truth_is_seldom_ruled_out():
    """Cut-off 3, two targets: in 1 of 100 truths at most; 4 of 20 have a chance below 1e-4."""
    mine, lost = problem(settings=replace(SMALL, waves=1, wave_points=40)), 0
    for number in range(20):
        world, point = calibration_fit.truth(mine, number)
        lost += not waves.match(world).possible(point[None])[0]
    assert lost < 4


def test_what_cannot_be_is_ruled_out(found):
    assert 0.05 < found.fit.history.waves[-1].left < 0.7
    far = SPACE.values(np.array([[0.999, 0.999, 0.5]]))
    assert far["a"][0] > 3 and not found.fit.history.possible(np.array([[0.999, 0.999, 0.5]]))[0]
    with pytest.raises(calibration.NothingLeft):
        waves.match(problem([Target("x", 100.0, ERROR), TARGETS[1]]))


def test_screening_keeps_what_moves_a_target():
    """Fifteen parameters, of which two have an effect (a false alarm in 1 of 100 cases); the others are not fixed, but
    drawn from their priors."""
    space = Space(tuple(Prior(f"p{i}", "uniform", -1.0, 1.0) for i in range(15)))
    slopes = np.zeros((2, 15))
    slopes[0, 3], slopes[1, 11] = 2.0, -2.0
    mine = problem(space=space, simulate=Linear(slopes))
    posterior = calibration_fit.fit(mine)
    assert list(posterior.history.active) == [3, 11]
    table = calibration_tables.identifiability(space, posterior.posterior, posterior.history.active)
    assert list(table["active"]) == [i in (3, 11) for i in range(15)]
    idle = table.loc[~table["active"], "sd_ratio"]
    assert idle.between(0.85, 1.15).all()


def test_trajectories_move_every_parameter_once():
    cube = waves.trajectories(6, 20, np.random.default_rng(1))
    moves = np.diff(cube, axis=1)
    assert ((moves != 0).sum(axis=1) == 1).all() and ((moves != 0).sum(axis=2) == 1).all()
    assert np.abs(moves[moves != 0]) == pytest.approx(2 / 3) and cube.min() >= 0 and cube.max() <= 1


# ---- priors ----


@pytest.mark.parametrize("prior, mean, sd", [
    (Prior("p", "uniform", 2.0, 4.0), 3.0, 2 / np.sqrt(12)),
    (Prior("p", "log", 1.0, np.e), np.e - 1, np.sqrt((np.e ** 2 - 1) / 2 - (np.e - 1) ** 2)),
    (Prior("p", "integer", 1, 6), 3.5, np.sqrt(35 / 12)),
    (Prior("p", "normal", 1.0, 2.0), 1.0, 2.0),
    (Prior("p", "normal", 0.0, 1.0, valid=(0.0, np.inf)), np.sqrt(2 / np.pi), np.sqrt(1 - 2 / np.pi)),
    (Prior("p", "triangular", 0.0, 3.0, (1.5,)), 1.5, 1.5 / np.sqrt(6)),
    (Prior("p", "beta", 0.0, 10.0, (2.0, 3.0)), 4.0, 2.0)])
def test_priors_have_their_moments(prior, mean, sd):
    values = prior.values((np.arange(20_000) + 0.5) / 20_000)
    assert values.mean() == pytest.approx(mean, abs=0.01) and values.std() == pytest.approx(sd, rel=0.01)


# ---- prediction ----


def test_predictions_have_the_ranks_of_what_was_observed(found):
    targets = [*TARGETS, Target("far", 50.0, ERROR, use="test")]
    outputs = calibration_fit.predict(found.problem, found.fit, targets, Linear(np.vstack([SLOPES, SLOPES[:1]])))
    table = calibration_tables.predicted(targets, outputs).set_index("target")
    assert table.loc["x", "inside"] and table.loc["y", "inside"] and not table.loc["far", "inside"]
    assert table.loc["far", "rank"] == 1.0 and 0.05 < table.loc["x", "rank"] < 0.95
    nothing = calibration_tables.predicted(targets[:1], np.full((5, 1), np.nan)).iloc[0]
    assert nothing["inside"] is None and nothing["missing"] == 1 and np.isnan(nothing["rank"])
    width = (table.loc["far", "predicted_95"] - table.loc["far", "predicted_05"]) / 3.29
    assert width == pytest.approx(np.sqrt(exact()[1][0] ** 2 + CHANCE ** 2 + ERROR ** 2), rel=0.2)


@pytest.mark.parametrize("scale, centre, low, high", [
    ("count", 0.5, 0.0, np.inf), ("duration", 0.0, 0.0, np.inf), ("share", 0.9, 0.0, 1.0), ("number", 0.5, -np.inf, np.inf)])
def test_predictions_are_normal_within_what_can_be_observed(scale, centre, low, high):
    """Truncated, not clipped: Kolmogorov–Smirnov against the exact distribution, a false alarm in 1,000 cases."""
    error, outputs = 1.5, np.full((4000, 1), centre)
    mine = problem([Target("x", 1.0, error, unit=scale)])
    found = calibration.as_predicted(mine, outputs, "prediction")[:, 0]
    assert found.min() >= low and found.max() <= high
    exact_one = stats.truncnorm((low - centre) / error, (high - centre) / error, loc=centre, scale=error)
    assert stats.kstest(found, exact_one.cdf).pvalue > 0.001
    plain = calibration.as_observed(mine, outputs, "prediction")[:, 0]
    inside = (plain >= low) & (plain <= high)
    assert np.array_equal(found[inside], plain[inside]) and inside.all() == (scale == "number")


def test_predictions_without_a_value_or_an_error_stay_so():
    mine = problem([Target("x", 1.0, 1.0, unit="count"), Target("y", 1.0, unit="count")])
    found = calibration.as_predicted(mine, np.array([[np.nan, 3.0], [0.0, 0.0]] * 20), "prediction")
    assert np.isnan(found[::2, 0]).all() and (found[1::2, 0] > 0).all() and list(found[:2, 1]) == [3.0, 0.0]


# ---- the self-test ----


def normal_ranks(narrower=1.0, truths=120):
    """Ranks of truths in posteriors of a known mean, by their exact form; narrower: of a posterior that is not."""
    rng = np.random.default_rng(8)
    truth = rng.standard_normal((truths, 2))
    data = truth + rng.standard_normal((truths, 2))
    return pd.DataFrame(stats.norm.cdf(truth, data / 2, narrower * np.sqrt(0.5)), columns=["a", "b"])


def test_right_posteriors_pass_and_too_narrow_ones_do_not():
    ratios = pd.DataFrame(0.7, index=range(120), columns=["a", "b"])
    right, narrow, wide = (calibration_tables.coverage(normal_ranks(k), ratios) for k in (1.0, 0.6, 2.0))
    assert calibration_tables.holds(right)
    assert not calibration_tables.holds(narrow) and (narrow["coverage"] < 0.8).all()
    assert not calibration_tables.holds(wide) and (wide["coverage"] > 0.97).all()
    assert (narrow["rank_sd"] > right["rank_sd"]).all() and (right["rank_sd"] > wide["rank_sd"]).all()


def test_the_self_test_holds_on_a_world_of_which_all_is_known():
    """30 truths: 90 % intervals of two parameters, an exact test with a false alarm in 1,000 cases."""
    mine = problem(settings=replace(SMALL, population=300, waves=1, wave_points=40, generations=5))
    results = [calibration_fit.examine(mine, number) for number in range(30)]
    ranks, table = calibration_fit.self_test(results)
    inside = ((ranks[["a", "b"]] > 0.05) & (ranks[["a", "b"]] < 0.95)).sum()
    assert all(stats.binomtest(int(k), 30, 0.9).pvalue > 0.001 for k in inside)
    assert table.set_index("parameter").loc["b", "sd_ratio"] < 0.5


def test_a_truth_in_what_is_ruled_out_counts_as_missed(monkeypatch):
    def nothing(mine):
        raise calibration.NothingLeft(None)
    monkeypatch.setattr(calibration_fit, "fit", nothing)
    ranks, table = calibration_fit.self_test([calibration_fit.examine(problem(), 1)] * 2)
    assert (ranks == 0).all().all() and (table["coverage"] == 0).all()


def test_weighted_quantiles_and_ranks():
    values, weights = np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.5, 0.3])
    assert list(calibration_tables.quantile(values, weights, (0.1, 0.5, 0.6, 1.0))) == [1.0, 1.0, 2.0, 3.0]
    assert calibration_tables.rank_of(2.0, values, weights) == pytest.approx(0.65)
    assert calibration_tables.binomial_interval(9, 10) == pytest.approx((0.555, 0.9975), abs=1e-3)


def test_regression_takes_out_what_the_tolerance_leaves():
    """Points of one parameter that is its output: however far the points, all come to the target."""
    rng = np.random.default_rng(9)
    scores = rng.standard_normal((200, 1))
    population = apmc.Population(stats.norm.cdf(scores), scores.copy(), np.abs(scores[:, 0] - 0.5), np.ones(200), 4.0)
    moved, explained = apmc.adjust(population, np.array([0.5]), np.ones(1))
    assert stats.norm.ppf(moved) == pytest.approx(0.5, abs=1e-6) and explained[0] == pytest.approx(1.0)


def test_regression_on_many_outputs_does_not_narrow():
    """Forty outputs that say nothing of the parameter, 150 points: the spread is that of the points as they were."""
    rng, spreads = np.random.default_rng(10), []
    for _ in range(20):
        scores, outputs = rng.standard_normal((150, 1)), 0.1 * rng.standard_normal((150, 40))
        population = apmc.Population(stats.norm.cdf(scores), outputs, np.ones(150), np.ones(150), 4.0)
        spreads.append(stats.norm.ppf(apmc.adjust(population, np.zeros(40), np.ones(40))[0]).std())
    # Each has an error of 6 %, their mean one of 1.5 %; without the degrees of freedom it would be 0.85.
    assert np.mean(spreads) == pytest.approx(1.0, abs=0.06)
