# SPDX-License-Identifier: GPL-3.0-or-later
"""EMA Workbench runs policies of the cooperation model over uncertain parameters.

    pip install ema_workbench
    PYTHONPATH=scripts python3 scripts/kumiai/examples/ema_policies.py

EMA Workbench is not a Debian package. What calls kumiai is `ties`, which a test runs; the rest follows the
workbench's own documentation (version 2) and is not tested.
"""

import kumiai

SCENARIO = "scenarios/baseline.cfg"
UNCERTAIN = {"turnover": ("leadership.turnover_factor", 0.5, 2.0), "contacts": ("contacts.rate", 0.1, 0.4)}
LEVERS = {"jica": ("funding.jica_budget_factor", 0.0, 2.0)}
OUTCOMES = ("ties_city_to_city", "ties_regional", "people_served")


def ties(reps=5, years=28, **given):
    """Mean outcomes at values of the uncertainties and levers, on the same seeds whatever the values."""
    names = UNCERTAIN | LEVERS
    settings = {names[key][0]: value for key, value in given.items()} | {"run.years": years}
    summary = kumiai.run(SCENARIO, set=settings, reps=reps, detail="summary").summary
    return {name: summary[name].mean() for name in OUTCOMES}


def experiments(scenarios=100, policies=5):
    """(experiments, outcomes) of the workbench."""
    from ema_workbench import Model, MultiprocessingEvaluator, RealParameter, ScalarOutcome
    model = Model("kumiai", function=ties)
    model.uncertainties = [RealParameter(key, low, high) for key, (_, low, high) in UNCERTAIN.items()]
    model.levers = [RealParameter(key, low, high) for key, (_, low, high) in LEVERS.items()]
    model.outcomes = [ScalarOutcome(name) for name in OUTCOMES]
    with MultiprocessingEvaluator(model) as evaluator:
        return evaluator.perform_experiments(scenarios=scenarios, policies=policies)


if __name__ == "__main__":
    print(experiments())
