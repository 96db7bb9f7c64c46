# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page calls the time of a model: fiscal years, years, or steps counted from 0.

A file gives years to every model, since the engine has a calendar. A model whose length is set in steps (run.steps, not
run.years) and that is given neither a first year nor a part of a year per step has only steps: its page says after how
many steps a state is, 0 before the first.
"""

import re

from kumiai import meanings, results

from .language import say

NO_YEAR = 2000  # the engine's first year where the configuration names none
LENGTH = "run.steps"
YEARS = "years"  # the engine's unit of time where the model names none


def counts_steps(scenarios):
    """Whether the scenarios' model has steps and no calendar."""
    return bool(scenarios) and all(_steps_alone(s) for s in scenarios)


def _steps_alone(scenario):
    try:
        settings = results.settings(scenario)
        unit = meanings.column_docs(scenario.path)["unit"].get(("series", "time"), "")
    except results.Absent:
        return False
    first, each = (settings.get(f"run.{name}") for name in ("start_year", "steps_per_year"))
    return unit == YEARS and LENGTH in settings and first is not None and int(first) == NO_YEAR and each is not None and int(each) == 1


def after(year):
    """How many steps are done at the end of a year of the engine."""
    return year - NO_YEAR + 1


def steps(study, frame):
    """A frame by year, by steps done where the model has only steps."""
    if not study.counts_steps:
        return frame
    return frame.assign(year=after(frame["year"])).rename(columns={"year": "steps"})


def query(study, text):
    """The SQL of such a frame with the same column."""
    if not study.counts_steps:
        return text
    text = re.sub(r"(SELECT scenario\.name AS scenario,.*?)\byear\b", rf"\1year - {NO_YEAR - 1} AS steps", text, count=1,
                  flags=re.DOTALL)
    return text.replace("each fiscal year", "each step").replace("each year", "each step")


def axis(study):
    """How a chart over time names its axis: {x: its column, xname}."""
    if study.counts_steps:
        return {"x": "steps", "xname": say("steps")}
    return {"x": "year", "xname": say("fiscal year") if study.by_fiscal_year else say("time")}


def named(study, year):
    """A year of the engine as the model counts it: 'JFY 2030', '2030', 'step 31'."""
    if study.counts_steps:
        return say("step {n}", n=after(int(year)))
    return say("JFY {year}" if study.by_fiscal_year else "{year}", year=int(year))


def unit(study):
    """The unit of a duration behind its number."""
    return say(" steps") if study.counts_steps else say(" years")


def single(study):
    """The same of one."""
    return say(" step") if study.counts_steps else say(" year")
