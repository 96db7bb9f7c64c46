# SPDX-License-Identifier: GPL-3.0-or-later
"""What a calibration is about: parameters with priors, targets, a simulator, and how much work may be done.

A point is a row of the unit cube: the quantile of each parameter's prior, so that the prior is uniform there. All
randomness is a function of the seed, the name of a batch (wave-1, population-3, …) and a place in it. A
calibration that is started again asks for the same batches, and gets those that are there from the disk.
"""

import hashlib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

MOST_DRAWS = 200_000  # points that are looked at for a sample of what has not been ruled out


def generator(seed, *names):
    """A random generator that is a function of a seed and names (texts, numbers)."""
    text = "\0".join(map(str, (seed, *names))).encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text).digest()[:16], "big"))


def whole_seed(seed, *names):
    """A whole number below 2^31 that is a function of a seed and names."""
    return int(generator(seed, *names).integers(2 ** 31))


# ---- parameters ----


@dataclass(frozen=True)
class Prior:
    """What is believed of one parameter before the data.

    kind: uniform, log, integer (from low to high), normal (mean low, sd high, cut where the valid range ends),
    triangular (from low to high with the mode `shape[0]`), beta (between low and high, with the two shapes). words:
    of a truth value or a choice the words of its values 0, 1, …, by which files name them.
    """

    parameter: str
    kind: str
    low: float
    high: float
    shape: tuple = ()
    valid: tuple = (-np.inf, np.inf)
    words: tuple = ()

    def distribution(self):
        """The frozen distribution of scipy; of integer none."""
        low, width = self.low, self.high - self.low
        if self.kind == "log":
            return stats.loguniform(self.low, self.high)
        if self.kind == "normal":
            least, most = ((end - self.low) / self.high for end in self.valid)
            return stats.truncnorm(least, most, loc=self.low, scale=self.high)
        if self.kind == "triangular":
            return stats.triang((self.shape[0] - low) / width, loc=low, scale=width)
        if self.kind == "beta":
            return stats.beta(*self.shape, loc=low, scale=width)
        return stats.uniform(low, width)

    def values(self, quantiles):
        """Values of the parameter at quantiles of its prior."""
        if self.kind == "integer":
            return np.minimum(np.floor(self.low + quantiles * (self.high - self.low + 1)), self.high)
        return self.distribution().ppf(quantiles)


KINDS = ("uniform", "log", "integer", "normal", "triangular", "beta")


@dataclass(frozen=True)
class Space:
    """The parameters of a calibration. ordered: pairs (a, b) of names with a <= b."""

    priors: tuple
    ordered: tuple = ()

    @property
    def names(self):
        """The parameters' names."""
        return [p.parameter for p in self.priors]

    def values(self, cube):
        """Frame of the parameters' values at points of the unit cube."""
        return pd.DataFrame({p.parameter: p.values(cube[:, i]) for i, p in enumerate(self.priors)})

    def written(self, cube):
        """The same as files and the program have them: words in place of the numbers of choices and truth values."""
        frame = self.values(cube)
        for prior in (p for p in self.priors if p.words):
            frame[prior.parameter] = [prior.words[int(v)] for v in frame[prior.parameter]]
        return frame

    def allowed(self, cube):
        """Which points meet the constraints."""
        if not self.ordered:
            return np.ones(len(cube), dtype=bool)
        values = self.values(cube)
        return np.all([values[a] <= values[b] for a, b in self.ordered], axis=0)


# ---- targets ----

BOUNDS = {"count": (0.0, np.inf), "duration": (0.0, np.inf), "share": (0.0, 1.0)}  # of values, by scale


@dataclass(frozen=True)
class Target:
    """An observed value of an output.

    sd: of the observation. discrepancy: standard deviation of what the model at its best is still off. Both are
    in the unit of the value. use: fit or test. unit: its scale, count, share, duration or number.
    """

    name: str
    value: float
    sd: float = 0.0
    discrepancy: float = 0.0
    use: str = "fit"
    unit: str = ""
    source: str = ""

    @property
    def error(self):
        """Standard deviation of the observed value around what a run of the true world would give."""
        return float(np.hypot(self.sd, self.discrepancy))


# ---- the whole ----


@dataclass(frozen=True)
class Settings:
    """How much work a calibration does, and when it stops; all that the posterior depends on beside the data."""

    seed: int = 1
    screen_above: int = 12  # parameters from which on they are screened
    trajectories: int = 10
    waves: int = 3
    wave_points: int = 150
    wave_reps: int = 4
    cutoff: float = 3.0  # implausibility above which a point is ruled out
    population: int = 1000
    kept: float = 0.5  # share of a population that is kept
    least_accepted: float = 0.1  # share of new points closer than the last tolerance, below which it stops
    generations: int = 20
    predictions: int = 400  # runs of the posterior predictive distribution
    most_runs: int = 0  # 0: no limit
    most_seconds: float = 0.0


@dataclass
class Problem:
    """A calibration: simulate(batch, values, replicates) → points × replicates × outputs of the fit targets.

    simulate.runs and simulate.seconds: what has been spent so far, also by batches that came from the disk.
    The targets of a problem are those of the fit alone: nothing else can reach it.
    """

    space: Space
    targets: list
    simulate: object
    settings: Settings
    say: object = field(default=lambda message: None)

    def outputs(self, batch, cube, reps=1):
        """Outputs at points of the unit cube."""
        return self.simulate(batch, self.space.written(cube), reps)

    @property
    def observed(self):
        """The targets' values."""
        return np.array([t.value for t in self.targets])

    @property
    def errors(self):
        """Their standard deviations of observation and discrepancy together."""
        return np.array([t.error for t in self.targets])

    def affords(self, runs, later=0):
        """Whether so many more runs, and those that must follow later, lie within the budget of runs, and the budget
        of time is not spent."""
        s = self.settings
        return ((not s.most_runs or self.simulate.runs + runs + later <= s.most_runs)
                and (not s.most_seconds or self.simulate.seconds < s.most_seconds))

    def rng(self, *names):
        """A generator for something that has these names."""
        return generator(self.settings.seed, *names)


def as_observed(problem, outputs, *names):
    """Outputs (points × outputs) with normal errors of observation and discrepancy, as the fit counts them."""
    noise = problem.rng("error", *names).standard_normal(outputs.shape)
    return outputs + noise * problem.errors


def as_predicted(problem, outputs, *names):
    """Outputs (points × outputs) with such errors, of values that can be observed, by the targets' scale.

    The normal distribution of a value is truncated: of counts and durations at 0, of shares at 0 and 1. What
    as_observed() puts outside is drawn again from the truncated distribution, so that nothing gathers at a bound;
    what it puts inside stays. NaN, and an output without an error, stay as they are.
    """
    observed = as_observed(problem, outputs, *names)
    chance = problem.rng("error within", *names).random(outputs.shape)
    for k, target in enumerate(problem.targets):
        low, high = BOUNDS.get(target.unit, (-np.inf, np.inf))
        out = (observed[:, k] < low) | (observed[:, k] > high)
        if target.error > 0 and out.any():
            centre = outputs[out, k]
            ends = ((end - centre) / target.error for end in (low, high))
            drawn = stats.truncnorm(*ends, loc=centre, scale=target.error).ppf(chance[out, k])
            observed[out, k] = np.clip(drawn, low, high)  # of a bound, the last digit may be off
    return observed


class NothingLeft(Exception):
    """No point of the prior's space can give the targets within the cut-off; history: what was found."""

    def __init__(self, history):
        super().__init__("every point that was tried is ruled out")
        self.history = history
