# SPDX-License-Identifier: GPL-3.0-or-later
"""The measures of the series in one year of every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from kumiai import results

EDGE = 1e-6  # years: twelfths of a year are no exact floats, and a step that begins a year belongs to it
PER_STEP = "/step"  # end of the unit of a flow


def check_year(scenario: results.Scenario, year: int) -> None:
    """Raise ResultsError unless all runs of a scenario cover a year; Absent where it has no series."""
    window = results.windows(scenario)
    first, last = int(window["start"].max() + EDGE), int(window["last"].min() + EDGE)
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
    year's steps. Raises ResultsError for a year that the runs do not cover, Absent without series.
    """
    check_year(scenario, year)
    rows = results.read_table(scenario, "series", ["step", *metrics], '"time" >= ? AND "time" < ?',
                              (year - EDGE, year + 1 - EDGE))
    groups = rows.sort_values(["run_id", "step"], kind="stable").groupby("run_id")
    flows = [name for name in metrics if of_series.get(name, "").endswith(PER_STEP)]
    found = pd.concat([groups[flows].sum(min_count=1), groups[[m for m in metrics if m not in flows]].last()], axis=1)
    found = found[list(metrics)].astype(float).reindex(scenario.runs.index).dropna(axis="columns", how="all")
    return found.set_axis(pd.MultiIndex.from_frame(scenario.runs[results.KEY]))
