# SPDX-License-Identifier: GPL-3.0-or-later
"""Residuals of a Cox regression with Efron's ties, as R's coxph has them.

statsmodels' PHReg has those of Breslow's ties whatever the fit: where many ties end at one age its
clustered errors are too small, by 5 to 14 % at steps of a year.
"""

from dataclasses import dataclass

import numpy as np


@dataclass
class Residuals:
    """score: one row per interval, a column per term; schoenfeld: one row per end, in their order."""

    score: np.ndarray
    schoenfeld: np.ndarray


def _at_risk_sums(values, entered, stopped, times):
    """Sums of values (rows × …) over those at risk at each time."""
    change = np.zeros((times + 1, *values.shape[1:]))
    np.add.at(change, entered, values)
    np.subtract.at(change, stopped, values)
    return np.cumsum(change, axis=0)[:times]


def _at_time(risk, weighted, gone, gone_weighted, ends):
    """Efron's sums at one time: (Σ1/s, Σx̄/s, the same for those that end there, mean x̄).

    risk, weighted: sums of the risks, and of the risks times covariates, of all; gone…: of those
    that end. One after the other leaves the risk set by a part.
    """
    part = np.arange(ends) / ends
    s = risk - part * gone
    mean = (weighted - part[:, None] * gone_weighted) / s[:, None]
    own = (1 - part) / s
    return (1 / s).sum(), (mean / s[:, None]).sum(axis=0), own.sum(), own @ mean, mean.mean(axis=0)


def residuals(design, start, stop, event, coefficients):
    """Residuals at the coefficients of intervals (start, stop] that end in an event (0/1) or not."""
    x = design - design.mean(axis=0)
    risk = x @ coefficients
    risk = np.exp(risk - risk.max())
    ended = event == 1
    times, place = np.unique(stop[ended], return_inverse=True)
    entered, stopped = (np.searchsorted(times, age, side="right") for age in (start, stop))
    sums = [_at_risk_sums(v, entered, stopped, len(times)) for v in (risk, risk[:, None] * x)]
    gone = np.bincount(place, risk[ended])
    gone_weighted = np.zeros((len(times), x.shape[1]))
    np.add.at(gone_weighted, place, risk[ended, None] * x[ended])
    found = map(_at_time, *sums, gone, gone_weighted, np.bincount(place))
    all_, all_mean, own, own_mean, mean = (np.array(part) for part in zip(*found))

    def lived(of_time):
        total = np.concatenate([np.zeros((1, *of_time.shape[1:])), np.cumsum(of_time, axis=0)])
        return total[stopped] - total[entered]

    score = -risk[:, None] * (x * lived(all_)[:, None] - lived(all_mean))
    schoenfeld = x[ended] - mean[place]
    score[ended] += schoenfeld - risk[ended, None] * (
        x[ended] * (own - all_)[place, None] - (own_mean - all_mean)[place])
    return Residuals(score, schoenfeld)
