# SPDX-License-Identifier: GPL-3.0-or-later
"""Optuna looks for parameters that bring an output to a value: the share infected in the end to one half.

    PYTHONPATH=scripts /usr/bin/python3 scripts/kumiai/examples/optuna_search.py

Every trial has the same seeds, so that the search sees the parameters and not chance. A search finds one point; how
many others do as well, only `kumiai-calibrate` tells.
"""

import optuna

import kumiai

SCENARIO = "scenarios/contagion.cfg"
WORLD = {"contagion.agents": 1000, "run.steps": 60}
WANTED = 0.5


def miss(trial):
    """How far a trial's mean is from what is wanted."""
    given = {"contagion.beta": trial.suggest_float("contagion.beta", 0.01, 0.2, log=True),
             "contagion.gamma": trial.suggest_float("contagion.gamma", 0.05, 0.5)}
    runs = kumiai.run(SCENARIO, set=WORLD | given, reps=5, detail="summary")
    return abs(runs.summary["infected_final"].mean() / WORLD["contagion.agents"] - WANTED)


def search(trials=40, seed=1):
    """The study after so many trials."""
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(miss, n_trials=trials)
    return study


if __name__ == "__main__":
    best = search()
    print(best.best_params, best.best_value)
