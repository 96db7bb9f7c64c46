# SPDX-License-Identifier: GPL-3.0-or-later
"""Adaptive population Monte Carlo (APMC; Lenormand, Jabot & Deffuant 2013, doi:10.1007/s00180-013-0428-3).

A point is accepted as far as one run of it, with errors of observation and discrepancy added, comes close to the
targets: the world, too, is one run with such errors. Each generation keeps the closest part of all points so far,
draws new ones around them, and weighs every point by prior over proposal density. It stops when few new points
come closer than the last tolerance. What the last tolerance leaves of the difference is then taken out of the
parameters by weighted local linear regression (Beaumont, Zhang & Balding 2002). The result is an approximation of
the posterior: exact as the tolerance goes to zero, or where the regression is.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats
from scipy.spatial.distance import cdist
from sklearn.linear_model import LinearRegression

from . import calibration, waves

WIDER = 2.0  # proposals have twice the weighted covariance of the points kept
JITTER = 1e-10
EDGE = 1e-6  # quantiles are kept so far from 0 and 1 where they are made normal scores
MOST_TRIES = 200


@dataclass
class Population:
    """Weighted points, in the order in which they were made.

    cube: points × parameters; distances: to the targets, in standard deviations; outputs: with errors added.
    """

    cube: np.ndarray
    outputs: np.ndarray
    distances: np.ndarray
    weights: np.ndarray
    tolerance: float = np.inf

    def best(self, count):
        """The closest points; ties go to the older ones."""
        keep = np.sort(np.argsort(self.distances, kind="stable")[:count])
        return Population(self.cube[keep], self.outputs[keep], self.distances[keep], self.weights[keep],
                          float(self.distances[keep].max()))

    def joined(self, other):
        """Both populations as one."""
        return Population(*(np.concatenate([getattr(self, name), getattr(other, name)])
                            for name in ("cube", "outputs", "distances", "weights")))

    @property
    def share(self):
        """Weights that sum to 1."""
        return self.weights / self.weights.sum()

    @property
    def effective(self):
        """Effective number of points (Kish)."""
        return float(1.0 / np.sum(self.share ** 2))


@dataclass
class Posterior:
    """A weighted sample of the posterior, and how it came about.

    cube: points × parameters after regression; population: the last one, before it. trace: frame of the
    generations. why: reason for stopping. r2: share of each parameter's variance in the last population that the
    regression explained. nearest: how far the closest point is from each target, in standard deviations.
    """

    population: Population
    cube: np.ndarray
    trace: pd.DataFrame
    why: str
    r2: np.ndarray = field(default=None)
    nearest: np.ndarray = field(default=None)

    @property
    def weights(self):
        """Weights that sum to 1."""
        return self.population.share

    @property
    def effective(self):
        """Effective number of points."""
        return self.population.effective

    def draws(self, count, rng):
        """count points of the unit cube drawn by systematic resampling."""
        places = (np.arange(count) + rng.random()) / count
        return self.cube[np.minimum(np.searchsorted(np.cumsum(self.weights), places), len(self.cube) - 1)]


class Sampler:
    """The algorithm over what history matching has not ruled out."""

    def __init__(self, history):
        self.history, self.problem = history, history.problem
        self.active, self.left = history.active, 1.0
        first, _ = history.sample(200, "scale")
        self.scale = np.sqrt(self.problem.errors ** 2 + history.chance(first))
        self.scale = np.where(self.scale > 0, self.scale, 1.0)

    def _measure(self, batch, cube):
        """Population of points that are run, each once, with weights 1."""
        outputs = self.problem.outputs(batch, cube)[:, 0, :]
        outputs = calibration.as_observed(self.problem, outputs, batch)
        with np.errstate(invalid="ignore"):
            distances = np.sqrt((((outputs - self.problem.observed) / self.scale) ** 2).sum(axis=1))
        return Population(cube, outputs, np.where(np.isfinite(distances), distances, np.inf), np.ones(len(cube)))

    def _proposal(self, population):
        """Covariance of the proposals, of the active parameters."""
        cube = population.cube[:, self.active]
        covariance = np.atleast_2d(np.cov(cube.T, aweights=population.share))
        return WIDER * covariance + JITTER * np.eye(len(self.active))

    def _propose(self, population, covariance, count, generation):
        """(new points, share of the proposals that were possible): points of the population, moved.

        Parameters that are not active come from the prior. A move out of what is possible is drawn again together
        with the point that it starts from, so that the density of what is proposed is that of the mixture over that
        share.
        """
        rng, kept, found, tried = self.problem.rng("propose", generation), [], 0, 0
        size = 2 * count
        for _ in range(MOST_TRIES):
            cube = rng.random((size, population.cube.shape[1]))
            start = rng.choice(len(population.cube), size=size, p=population.share)
            move = rng.multivariate_normal(np.zeros(len(self.active)), covariance, size=size, method="cholesky")
            cube[:, self.active] = population.cube[start][:, self.active] + move
            good = ((cube > 0) & (cube < 1)).all(axis=1)
            good[good] = self.history.possible(cube[good])
            kept.append(cube[good])
            found, tried = found + int(good.sum()), tried + size
            if found >= count:
                break
            size = min(waves.CHUNK, 2 * size)
        return np.concatenate(kept)[:count], found / tried

    def _weigh(self, population, covariance, cube, inside):
        """Prior over the density of the proposals, of which the share inside was possible.

        The prior is uniform on what history matching left, the share self.left of the cube. Weights of different
        generations stand in one population, so that no constant may be dropped.
        """
        far = cdist(cube[:, self.active], population.cube[:, self.active], "mahalanobis",
                    VI=np.linalg.inv(covariance))
        mixture = np.exp(-far ** 2 / 2) @ population.share / np.sqrt(np.linalg.det(2 * np.pi * covariance))
        return inside / (self.left * np.maximum(mixture, np.finfo(float).tiny))

    def _step(self, population, generation, count):
        """(the next population, share of the new points that are closer than the tolerance)."""
        covariance = self._proposal(population)
        cube, inside = self._propose(population, covariance, count, generation)
        new = self._measure(f"population-{generation}", cube)
        new.weights = self._weigh(population, covariance, cube, inside)
        accepted = float(np.mean(new.distances < population.tolerance)) if len(cube) else 0.0
        return population.joined(new).best(len(population.cube)), accepted

    def run(self):
        """The posterior; says how far it is after every generation."""
        s, say = self.problem.settings, self.problem.say
        cube, self.left = self.history.sample(s.population, "population", 0)
        keep = max(2, int(len(cube) * s.kept))
        population = self._measure("population-0", cube).best(keep)
        trace, why = [self._row(0, population, np.nan)], "the most generations were made"
        for generation in range(1, s.generations + 1):
            if not self.problem.affords(len(cube) - keep, later=s.predictions):
                why = "the budget was spent"
                break
            population, accepted = self._step(population, generation, len(cube) - keep)
            trace.append(self._row(generation, population, accepted))
            say(f"generation {generation}: tolerance {population.tolerance:.3g} standard deviations, "
                f"{100 * accepted:.1f} % of the new points came closer, {self.problem.simulate.runs} runs so far.")
            if accepted <= s.least_accepted:
                why = "few new points came closer"
                break
        adjusted, r2 = adjust(population, self.problem.observed, self.scale)
        return Posterior(population, adjusted, pd.DataFrame(trace), why, r2, self._nearest(population))

    def _nearest(self, population):
        """Distances of the closest point from each target, in standard deviations."""
        closest = population.outputs[np.argmin(population.distances)]
        return np.abs(closest - self.problem.observed) / self.scale

    def _row(self, generation, population, accepted):
        return {"generation": generation, "tolerance": population.tolerance, "accepted": accepted,
                "effective": population.effective, "runs": self.problem.simulate.runs}


def adjust(population, observed, scale):
    """(points after regression, share of variance explained by parameter).

    Every parameter's normal score is regressed on the outputs, by weights of the sample times Epanechnikov's
    kernel of the distance, and moved along the slope by what the point's outputs differ from the targets. What is
    left around the line is spread by the degrees of freedom that the line took: with many targets and few points
    the posterior would come out too narrow. With fewer than two points a target nothing is moved.
    """
    scores = stats.norm.ppf(np.clip(population.cube, EDGE, 1 - EDGE))
    far = (population.outputs - observed) / scale
    weights = population.share * (1 - (population.distances / (population.tolerance * 1.001)) ** 2)
    points, slopes = weights.sum() ** 2 / np.sum(weights ** 2), far.shape[1]
    if not np.isfinite(far).all() or points <= 2 * (slopes + 1):
        return population.cube, np.zeros(scores.shape[1])
    line = LinearRegression().fit(far, scores, sample_weight=weights)
    rest = scores - line.predict(far)
    centre = np.average(scores, axis=0, weights=weights)
    total = np.average((scores - centre) ** 2, axis=0, weights=weights)
    left = np.average(rest ** 2, axis=0, weights=weights)
    spread = np.sqrt(points / (points - slopes - 1))
    return stats.norm.cdf(line.intercept_ + spread * rest), 1 - left / np.where(total > 0, total, 1.0)
