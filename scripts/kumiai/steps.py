# SPDX-License-Identifier: GPL-3.0-or-later
"""Models that have steps and no calendar: the unit of their times is the step.

A file gives years to every model, since the engine has a calendar. A model whose length is set in steps (run.steps, not
run.years) and that is given neither a first year nor a part of a year per step has only steps.
"""

from . import meanings, results

NO_YEAR = 2000  # the engine's first year where the configuration names none
LENGTH = "run.steps"
YEARS = "years"  # the engine's unit of time where the model names none


def counted(scenarios):
    """Whether the scenarios' model has steps and no calendar."""
    return bool(scenarios) and all(_alone(s) for s in scenarios)


def _alone(scenario):
    try:
        settings = results.settings(scenario)
        unit = meanings.column_docs(scenario.path)["unit"].get(("series", "time"), "")
    except results.Absent:
        return False
    first, each = (settings.get(f"run.{name}") for name in ("start_year", "steps_per_year"))
    return unit == YEARS and LENGTH in settings and first is not None and int(first) == NO_YEAR and each is not None and int(each) == 1


def unit(scenarios):
    """The unit of a duration: 'years', or 'steps' of a model that has only those."""
    return "steps" if counted(scenarios) else YEARS


def named(frame, scenarios):
    """A table of durations whose column of years is one of steps where the model has only those."""
    return frame.rename(columns={"years": unit(scenarios)})
