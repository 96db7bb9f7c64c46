# SPDX-License-Identifier: GPL-3.0-or-later
"""Emulators of a simulation's outputs: Gaussian processes, checked by leaving out one point after the other.

A point's runs scatter around its mean. The emulator predicts that mean, with a variance of its own; how far one
run lies from the mean is a second quantity, predicted by the points nearby. Whoever compares an emulator with the
observed world needs both, since the world is one run.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.neighbors import KNeighborsRegressor

NEIGHBOURS = 30  # points whose variances of one run are averaged
FEWEST_POINTS = 10
LENGTHS = (0.05, 50.0)  # correlation lengths on the unit cube; the longest is 'no effect'
NUGGETS = (1e-8, 1.0)  # of the output's variance: what neither the mean's smoothness nor chance explains
RESTARTS = 1
ROUNDING = 1e-12


@dataclass
class Emulator:
    """The mean of one output over the unit cube, and the variance of one run around it.

    q2: share of the means' variance that leave-one-out predictions explain. within_2: share of left-out means
    within two predicted standard deviations (about 0.95 of a sound emulator). errors: left-out errors in predicted
    standard deviations. inflation: by which the variance is multiplied, because those errors are larger than
    predicted (1 where they are not).
    """

    process: GaussianProcessRegressor
    chance: KNeighborsRegressor
    q2: float
    within_2: float
    errors: np.ndarray
    inflation: float

    def predict(self, cube):
        """(mean, variance of the mean as predicted, variance of one run) at points of the unit cube."""
        mean, sd = self.process.predict(cube, return_std=True)
        nugget = self.process.kernel_.k2.noise_level * self.process._y_train_std ** 2
        return mean, self.inflation * np.maximum(sd ** 2 - nugget, 0.0), self.chance.predict(cube)


def _chance(cube, outputs):
    """The variance of one run: that between the replicates of a point, averaged over its neighbours."""
    spread = np.nanvar(outputs, axis=1, ddof=1)
    return KNeighborsRegressor(min(NEIGHBOURS, len(cube))).fit(cube, np.nan_to_num(spread))


def _kernel(factors):
    return (ConstantKernel(1.0, (1e-3, 1e3)) * Matern(np.ones(factors), LENGTHS, nu=2.5)
            + WhiteKernel(1e-4, NUGGETS))


def _left_out(process, noise):
    """Leave-one-out errors and their predicted variances of a fitted process, on its own scale.

    Of the inverse covariance matrix alone (Rasmussen & Williams 2006, equation 5.12): no refit. noise: variances
    of the observed means, already part of the covariance, so that the variance is that of a mean as observed.
    """
    covariance = process.kernel_(process.X_train_) + np.diag(noise)
    inverse = np.linalg.inv(covariance)
    return (inverse @ process.y_train_) / np.diag(inverse), 1.0 / np.diag(inverse)


def fit(cube, outputs, seed):
    """Emulator of outputs (points × replicates, NaN for a run without a value) over points of the unit cube.

    None where there are too few points with two replicates, or all means are the same. seed: of the restarts of
    the search for correlation lengths.
    """
    known = np.isfinite(outputs).sum(axis=1) >= 2
    cube, outputs = cube[known], outputs[known]
    if len(cube) < FEWEST_POINTS:
        return None
    means = np.nanmean(outputs, axis=1)
    scale = means.std()
    if scale <= ROUNDING * max(1.0, np.abs(means).max()):
        return None
    chance = _chance(cube, outputs)
    noise = chance.predict(cube) / np.isfinite(outputs).sum(axis=1) / scale ** 2
    process = GaussianProcessRegressor(_kernel(cube.shape[1]), alpha=noise + 1e-10, normalize_y=True,
                                       n_restarts_optimizer=RESTARTS, random_state=seed)
    with warnings.catch_warnings():  # a length at its bound says 'no effect', and is no failure
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(cube, means)
    return _checked(process, chance, noise + 1e-10)


def _checked(process, chance, noise):
    """The emulator with what leaving points out tells of it."""
    errors, variances = _left_out(process, noise)
    standard = errors / np.sqrt(variances)
    return Emulator(process, chance, q2=1.0 - np.mean(errors ** 2) / np.var(process.y_train_),
                    within_2=float(np.mean(np.abs(standard) <= 2)), errors=standard,
                    inflation=max(1.0, float(np.mean(standard ** 2))))
