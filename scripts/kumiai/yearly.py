# SPDX-License-Identifier: GPL-3.0-or-later
"""The measures of the series in one year of every run.

A run that ended before the others, since nothing was left to happen in it, stays as it was: a mean over those alone
that still go on would be of other runs every year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from kumiai import results

EDGE = 1e-6  # years: twelfths of a year are no exact floats, and a step that begins a year belongs to it
PER_STEP = "/step"  # end of the unit of a flow


def stay(table: pd.DataFrame, last: pd.Series, flow: bool) -> pd.DataFrame:
    """A table of times × runs in which ended runs stay as they were: of a stock the last value that is known, of a
    flow 0. last: time of the last step of each run."""
    over = table.index.to_numpy(dtype=float)[:, None] > last.reindex(table.columns).to_numpy(dtype=float) + EDGE
    if not over.any():
        return table
    return table.mask(over, table.ffill() * (0.0 if flow else 1.0))


def ended_early(scenario: results.Scenario) -> bool:
    """Whether some of the scenario's runs ended before others of it; raises Absent without series."""
    last = results.windows(scenario)["last"]
    return bool(last.max() - last.min() > EDGE)


def check_year(scenario: results.Scenario, year: int) -> None:
    """Raise ResultsError unless the runs of a scenario cover a year; Absent where it has no series."""
    window = results.windows(scenario)
    first, last = int(window["start"].max() + EDGE), int(window["last"].max() + EDGE)
    if not first <= year <= last:
        raise results.ResultsError(f"{scenario.label} covers {results.year_words(scenario, first)} to {last}, "
                                   f"not {year}.")


def units(of_series: Mapping[str, str]) -> dict[str, str]:
    """Units of the measures of a year, of those of the series: flows are per year."""
    return {name: unit.removesuffix(PER_STEP) + "/year" if unit.endswith(PER_STEP) else unit
            for name, unit in of_series.items()}


def at_year(scenario: results.Scenario, year: int, metrics: Sequence[str],
            of_series: Mapping[str, str]) -> pd.DataFrame:
    """Measures of a year: a row for every run, index (seed, rep, point), a column for every metric with a value.

    Stocks are those at the end of the year's last step; flows (of_series: the series' units) are summed over the
    year's steps. Of a run that has ended before: its last stocks, flows of 0. Raises ResultsError for a year that
    the runs do not cover, Absent without series.
    """
    check_year(scenario, year)
    groups = _rows(scenario, metrics, '"time" >= ? AND "time" < ?', (year - EDGE, year + 1 - EDGE))
    flows = [name for name in metrics if of_series.get(name, "").endswith(PER_STEP)]
    stocks = [name for name in metrics if name not in flows]
    found = pd.concat([groups[flows].sum(min_count=1), groups[stocks].last()], axis=1)
    ended = scenario.runs.index.difference(found.index)
    if len(ended):
        at_end = _rows(results.with_runs(scenario, ended), metrics,
                       '"step" = (SELECT max(step) FROM series AS its WHERE its.run_id = series.run_id)')
        found = pd.concat([found, at_end[list(metrics)].last().mul([float(name not in flows) for name in metrics])])
    found = found[list(metrics)].astype(float).reindex(scenario.runs.index).dropna(axis="columns", how="all")
    return found.set_axis(pd.MultiIndex.from_frame(scenario.runs[results.KEY]))


def _rows(scenario, metrics, where, parameters=()):
    """Rows of the series by run, in the order of the steps."""
    rows = results.read_table(scenario, "series", ["step", *metrics], where, parameters)
    return rows.sort_values(["run_id", "step"], kind="stable").groupby("run_id")
