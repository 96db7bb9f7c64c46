# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page calls the time of a model: fiscal years, years, or steps counted from 0.

The page of a model that has only steps (kumiai/steps.py) says after how many steps a state is, 0 before the first.
"""

import re

from kumiai.steps import NO_YEAR, counted as counts_steps  # noqa: F401  # for the study

from .language import say


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
    return re.sub(r"\byear\b", "moment", text.replace("each fiscal year", "each step").replace("each year", "each step"))


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
