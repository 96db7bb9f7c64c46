# SPDX-License-Identifier: GPL-3.0-or-later
"""Screening and history matching: which parameters matter, and which part of their space cannot be the world.

A point is ruled out where some target lies further from the emulated mean than the cut-off times the standard
deviation of all that can explain a difference: the emulator, the chance of one run, the observation, the model's
discrepancy. With a cut-off of 3 the right point is ruled out by one target in fewer than 5 % of cases whatever
the unimodal distribution (Pukelsheim 1994), in 0.3 % if it is normal. What is left is not a posterior.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats
from scipy.stats import qmc

from . import calibration, emulator, sensitivity
from .intervals import holm

LEVELS = 4  # of Morris' grid
SCREENING_REPS = 2
SURE = 0.01  # chance that screening keeps any parameter without an effect
WORTH = 0.1  # an effect over the whole range of less than this share of a target's error cannot be seen in it
LEAST_LEFT = 0.001  # share of the space below which points cannot be found by trying any more
WORTH_A_WAVE = 0.8  # a wave that leaves more than this share of what was there is the last
CHUNK = 20_000


# ---- screening ----


def trajectories(factors, count, rng):
    """Morris' trajectories: count × (factors + 1) × factors on the unit cube, one factor moved at a time."""
    step = LEVELS / (2 * (LEVELS - 1))
    start = rng.integers(LEVELS // 2, size=(count, factors)) / (LEVELS - 1)
    order = np.argsort(rng.random((count, factors)), axis=1)
    moved = (np.argsort(order, axis=1)[:, None, :] < np.arange(factors + 1)[None, :, None])
    up = rng.random((count, factors)) < 0.5
    return np.where(up[:, None, :], start[:, None, :] + moved * step, start[:, None, :] + (1 - moved) * step)


def inside(cube):
    """The cube without its faces, where unbounded priors have no value."""
    return np.clip(cube, 0.001, 0.999)


def screen(problem):
    """Frame of Morris' measures: parameter, target, mu_star, p (of no effect), p_holm, active.

    A parameter counts as active if its effect on some target is larger than chance alone explains (chi-squared
    test of the effects' mean square against the variance between replicates, with Holm's correction for all), and
    than a tenth of what the target is uncertain by.
    """
    s, names = problem.settings, problem.space.names
    cube = trajectories(len(names), s.trajectories, problem.rng("screening"))
    flat = inside(cube.reshape(-1, len(names)))
    runs = problem.outputs("screening", flat, SCREENING_REPS).reshape(*cube.shape[:2], SCREENING_REPS, -1)
    frame = pd.concat([_screen_target(target, names, cube, runs[..., k]) for k, target in enumerate(problem.targets)],
                      ignore_index=True)
    frame["p_holm"] = holm(frame["p"])
    frame["active"] = (frame["p_holm"] < SURE) & frame.pop("seen")
    return frame


def _screen_target(target, names, cube, runs):
    """Rows of one target; seen: whether an effect is large enough for it. runs: trajectories × points × 2."""
    effects, size = sensitivity.elementary_effects(np.nanmean(runs, axis=2, keepdims=True), cube)
    effects, chance = effects[:, :, 0], np.nanmean(np.nanvar(runs, axis=2, ddof=1))
    known = np.isfinite(effects)
    variance = chance / np.mean(size) ** 2  # of a difference of two means of two runs
    with np.errstate(divide="ignore", invalid="ignore"):
        p = stats.chi2.sf(np.nansum(effects ** 2, axis=0) / variance, known.sum(axis=0))
    mu_star = np.nanmean(np.abs(effects), axis=0)
    return pd.DataFrame({"parameter": names, "target": target.name, "mu_star": mu_star, "p": p,
                         "seen": mu_star > WORTH * np.hypot(target.error, np.sqrt(chance))})


def screening_runs(problem):
    """Runs that the screening of a problem takes, 0 where it has too few parameters for one."""
    s, factors = problem.settings, len(problem.space.names)
    return s.trajectories * (factors + 1) * SCREENING_REPS if factors > s.screen_above else 0


def active_parameters(problem):
    """(numbers of the parameters that matter, frame of the screening or None where all are kept)."""
    everything = np.arange(len(problem.space.names))
    if not screening_runs(problem):
        return everything, None
    found = screen(problem)
    matter = found.groupby("parameter")["active"].any().reindex(problem.space.names).to_numpy()
    return (everything[matter] if matter.any() else everything), found


# ---- history matching ----


@dataclass
class Wave:
    """One wave's emulators by number of the target, and what they left.

    left: share of the allowed space that is not ruled out after this wave.
    """

    number: int
    emulators: dict
    left: float = 1.0


@dataclass
class History:
    """What history matching found. active: numbers of the parameters that the emulators see."""

    problem: calibration.Problem
    active: np.ndarray
    waves: list = field(default_factory=list)
    cube: np.ndarray = None
    outputs: np.ndarray = None
    screening: pd.DataFrame = None

    def implausibility(self, cube):
        """Largest over targets, and over the waves: points ruled out once stay so."""
        worst = np.zeros(len(cube))
        for wave in self.waves:
            worst = np.maximum(worst, self._of_wave(wave, cube[:, self.active]))
        return worst

    def _of_wave(self, wave, cube):
        worst = np.zeros(len(cube))
        for k, emulated in wave.emulators.items():
            mean, uncertain, chance = emulated.predict(cube)
            error = np.sqrt(uncertain + chance + self.problem.errors[k] ** 2)
            with np.errstate(divide="ignore", invalid="ignore"):
                worst = np.fmax(worst, np.abs(mean - self.problem.observed[k]) / error)
        return worst

    def possible(self, cube):
        """Which points meet the constraints and are not ruled out."""
        found = self.problem.space.allowed(cube)
        if self.waves and found.any():
            found[found] = self.implausibility(cube[found]) <= self.problem.settings.cutoff
        return found

    def sample(self, count, *names):
        """(count points that are not ruled out, share of the space that these are); fewer where they are rare."""
        rng, kept, tried = self.problem.rng("possible", *names), [], 0
        found = 0
        while found < count and tried < calibration.MOST_DRAWS:
            cube = rng.random((CHUNK if tried else min(CHUNK, max(count, 2000)), len(self.problem.space.names)))
            good = self.possible(cube)
            kept.append(cube[good])
            found, tried = found + int(good.sum()), tried + len(cube)
        return np.concatenate(kept)[:count], found / tried

    def chance(self, cube):
        """Mean variance of one run at points, by target; from the last wave that emulated the target."""
        found = np.zeros(len(self.problem.targets))
        for wave in self.waves:
            for k, emulated in wave.emulators.items():
                found[k] = emulated.predict(cube[:, self.active])[2].mean()
        return found

    def table(self):
        """Frame of the emulators' checks: wave, target, points, q2, within_2, inflation, and what was left."""
        return pd.DataFrame([
            {"wave": wave.number, "target": self.problem.targets[k].name, "points": len(e.errors), "q2": e.q2,
             "within_2": e.within_2, "inflation": e.inflation, "left": wave.left}
            for wave in self.waves for k, e in wave.emulators.items()],
            columns=["wave", "target", "points", "q2", "within_2", "inflation", "left"])


def _design(history, number):
    """Points of a wave: a Latin hypercube first, then a sample of what is left."""
    problem, count = history.problem, history.problem.settings.wave_points
    if number > 1:
        return history.sample(count, "wave", number)[0]
    seed = calibration.whole_seed(problem.settings.seed, "wave", number)
    cube = qmc.LatinHypercube(len(problem.space.names), seed=seed).random(count)
    return cube[problem.space.allowed(cube)]


def _run_wave(history, number, cube):
    """Runs a wave's points and fits its emulators, to all points so far that were not ruled out before it."""
    problem = history.problem
    outputs = problem.outputs(f"wave-{number}", cube, problem.settings.wave_reps)
    if history.cube is not None:
        keep = history.possible(history.cube)
        cube, outputs = np.concatenate([history.cube[keep], cube]), np.concatenate([history.outputs[keep], outputs])
    history.cube, history.outputs = cube, outputs
    fitted = {k: emulator.fit(cube[:, history.active], outputs[:, :, k],
                              calibration.whole_seed(problem.settings.seed, "emulator", number, k))
              for k in range(len(problem.targets))}
    history.waves.append(Wave(number, {k: e for k, e in fitted.items() if e is not None}))


def match(problem):
    """History matching in waves.

    It stops after the settings' number of waves, when a wave rules out less than a fifth of what was left, when
    less than a thousandth of the space is left, or when the budget does not afford a further wave.
    """
    active, screening = active_parameters(problem)
    history, left = History(problem, active, screening=screening), 1.0
    if screening is not None:
        problem.say(f"screening: {len(active)} of {len(problem.space.names)} parameters move a target.")
    s = problem.settings
    for number in range(1, s.waves + 1):
        cube = _design(history, number)
        if not problem.affords(len(cube) * s.wave_reps, later=s.population + s.predictions) or len(cube) < emulator.FEWEST_POINTS:
            break
        _run_wave(history, number, cube)
        _, share = history.sample(s.wave_points, "left", number)
        if share == 0:
            raise calibration.NothingLeft(history)
        history.waves[-1].left = share
        problem.say(f"wave {number}: {100 * share:.3g} % of the space is not ruled out "
                    f"(emulators explain {_explained(history)} of the means' variance).")
        if share > WORTH_A_WAVE * left or share < LEAST_LEFT:
            break
        left = share
    return history


def _explained(history):
    """Range of q2 over the last wave's emulators, in words."""
    q2 = [e.q2 for e in history.waves[-1].emulators.values()]
    return f"{min(q2):.2f} to {max(q2):.2f}" if q2 else "none"
