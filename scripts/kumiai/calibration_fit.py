# SPDX-License-Identifier: GPL-3.0-or-later
"""A calibration from end to end, its predictions, and its test on itself."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from . import apmc, calibration, calibration_tables, waves

OUT_OF_REACH = 3.0  # standard deviations


@dataclass
class Fit:
    """What history matching left, and the posterior sample within it."""

    history: waves.History
    posterior: apmc.Posterior


def least_runs(problem):
    """Runs without which there is no posterior: screening, the first population, the predictions."""
    return waves.screening_runs(problem) + problem.settings.population + problem.settings.predictions


def fit(problem):
    """The posterior of a problem; raises calibration.NothingLeft."""
    history = waves.match(problem)
    return Fit(history, apmc.Sampler(history).run())


def unreached(problem, posterior):
    """A sentence on the target that even the closest point of the last population misses by more than OUT_OF_REACH
    standard deviations, the furthest one; '' where there is none."""
    worst = int(np.argmax(posterior.nearest))
    far, target = posterior.nearest[worst], problem.targets[worst]
    if not far > OUT_OF_REACH:
        return ""
    return (f"target {target.name} is out of reach: the closest of all points misses the observed {target.value:g} by "
            f"{far:.3g} standard deviations, and the posterior tells of the nearest worlds, not of the observed one; "
            "wider priors, a discrepancy of the model, or more populations may help.")


# ---- prediction ----


def predict(problem, found, targets, read):
    """Outputs (draws × targets) of new runs at draws of the posterior, with errors of observation, none
    of which makes a count or duration negative, or a share leave 0 to 1.

    targets: those to predict, test targets too. read(batch, values, replicates): as problem.simulate, of them. It
    comes after the fit, and nothing of it goes back.
    """
    cube = found.posterior.draws(problem.settings.predictions, problem.rng("draws"))
    outputs = read("prediction", problem.space.written(cube), 1)[:, 0, :]
    return calibration.as_predicted(replace(problem, targets=targets), outputs, "prediction")


# ---- self-test ----


def truth(problem, number):
    """A problem whose targets are one run at a point drawn from the prior; (problem, point)."""
    rng = problem.rng("truth", number)
    cube = rng.random((1000, len(problem.space.names)))
    point = cube[problem.space.allowed(cube)][:1]
    outputs = problem.outputs(f"truth-{number}", point)[:, 0, :]
    observed = calibration.as_observed(problem, outputs, "truth", number)[0]
    targets = [replace(t, value=float(v)) for t, v in zip(problem.targets, observed)]
    return replace(problem, targets=targets), point[0]


def examine(problem, number):
    """{rank, sd_ratio: by parameter} of one truth, or None where its run has no value of some target, or nothing
    is left of the space (the rank then does not exist; the truth counts as missed)."""
    mine, point = truth(problem, number)
    if not np.isfinite(mine.observed).all():
        return None
    try:
        found = fit(mine).posterior
    except calibration.NothingLeft:
        return {"rank": dict.fromkeys(problem.space.names, 0.0), "sd_ratio": dict.fromkeys(problem.space.names, 0.0)}
    ranks = [calibration_tables.rank_of(p, found.cube[:, i], found.weights) for i, p in enumerate(point)]
    mean = found.weights @ found.cube
    ratios = np.sqrt(found.weights @ (found.cube - mean) ** 2) / calibration_tables.PRIOR_SD
    return {"rank": dict(zip(problem.space.names, ranks)), "sd_ratio": dict(zip(problem.space.names, ratios.tolist()))}


def self_test(results):
    """(frame of ranks, frame of coverage) of what examine() gave, None left out."""
    results = [r for r in results if r is not None]
    ranks = pd.DataFrame([r["rank"] for r in results])
    return ranks, calibration_tables.coverage(ranks, pd.DataFrame([r["sd_ratio"] for r in results]))
