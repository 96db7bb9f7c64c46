# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of scenario discovery: points of a sweep, or draws of parameters, with what is of interest there."""

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumiai import results

from . import sweeps

SIGNS = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}


@dataclass(frozen=True)
class Condition:
    """An output, a sign and a number: 'life_10y_regional-life_10y_city_to_city > 0'."""

    output: str
    sign: str
    limit: float

    def met(self, values):
        """Where it holds; values: frame or series, NaN meets nothing."""
        return SIGNS[self.sign](values, self.limit)

    def __str__(self):
        return f"{self.output} {self.sign} {self.limit:g}"


def condition(text):
    """A condition of its text; raises ResultsError."""
    found = re.fullmatch(r"\s*([^<>=]+?)\s*(>=|<=|>|<)\s*(\S+)\s*", text)
    try:
        limit = float(found[3])
    except (TypeError, ValueError) as error:
        raise results.ResultsError(f"'{text}' is no condition such as 'ties_regional >= 10' or 'a-b > 0'.") from error
    if not math.isfinite(limit):
        raise results.ResultsError(f"'{text}': an output is compared with a finite number such as 10, found {found[3]}.")
    return Condition(found[1], found[2], limit)


@dataclass
class Cases:
    """factors: cases × columns of numbers, choices in no order as one column of 0 and 1 a choice; values: of the
    output, NaN where no run has one; what: what a case is."""

    factors: pd.DataFrame
    values: pd.Series
    what: str

    def complete(self):
        """(factors, values) of the cases that have a value."""
        known = self.values.notna()
        return self.factors[known], self.values[known]


# ---- sweeps ----


def _spread_choices(sweep):
    """The points' factors as numbers."""
    columns = {}
    for name in sweep.names:
        if not sweep.is_unordered(name):
            columns[name] = sweep.points[name].astype(float)
            continue
        for level in sweep.levels(name):
            columns[f"{name} = {sweep.value_text(name, level)}"] = (sweep.points[name] == level).astype(float)
    return pd.DataFrame(columns)


def of_sweep(path, output, verify=False):
    """Cases of a sweep: a point is the mean of its runs."""
    sweep = sweeps.read(path, verify=verify)
    [wanted] = sweeps.parse_outputs(sweep, [output])
    kept = sweep.independent_points()
    return Cases(_spread_choices(sweep).loc[kept], sweep.values(wanted).loc[kept].mean(axis=1), "points")


# ---- draws ----


def draws(path):
    """Frame draw_id × parameters of a results file; empty where its runs are of no draws."""
    rows = results.read_plain(path, "draw_value")
    return rows.pivot(index="draw_id", columns="parameter", values="value") if len(rows) else pd.DataFrame()


def _output(summary, output):
    """An output of runs: a metric, or the difference of two."""
    parts = [part.strip() for part in output.split("-", 1)]
    results.pick(parts, list(summary.columns), "No run has a value of the output")
    return summary[parts[0]] - summary[parts[1]] if len(parts) > 1 else summary[parts[0]]


def by_draw(scenario, output):
    """Output of a scenario by draw, the mean of the draw's runs; without draws by replicate."""
    values = _output(scenario.summary, output)
    drawn = results.read_plain(scenario.path, "run_draw")
    if len(drawn):
        key = drawn.set_index("run_id")["draw_id"].loc[scenario.runs.index]
    else:
        key = scenario.runs["rep"]
    return pd.Series(values.to_numpy(), index=pd.Index(key, name="case")).groupby(level=0).mean()


def of_draws(scenario, output, against=None):
    """Cases of a scenario under draws; against: another, whose output is taken off, draw by draw."""
    factors = draws(scenario.path)
    if factors.empty:
        raise results.ResultsError(f"{scenario.path} is no sweep and its runs are of no draws (run --draws): nothing "
                                   "varies between them.")
    values = by_draw(scenario, output)
    if against is not None:
        values = values - by_draw(against, output)
    varied = factors.loc[:, factors.nunique() > 1]
    return Cases(varied.reindex(values.index), values, "draws")


# ---- policies ----


def of_policies(scenarios, output):
    """Frame cases × scenarios of an output, of the cases that all have."""
    frame = pd.DataFrame({s.label: by_draw(s, output) for s in scenarios})
    whole = frame.dropna()
    if len(whole) < 2:
        raise results.ResultsError(f"No two cases have a value of {output} in every scenario.")
    return whole
