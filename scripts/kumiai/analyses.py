# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be asked of runs, as methods of kumiai.Runs: each gives a frame, computed as the command of its name does.

Modules are imported when they are first needed. Frames are tidy: a row for every value, with its limits (low and
high, 95 % over replicates, NaN where there is none) beside it. What cannot be answered raises kumiai.Error with a
sentence; what was left out is in `notes` of the frame's attrs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from kumiai import results
from kumiai.results import ResultsError as Error

if TYPE_CHECKING:
    import igraph

    from kumiai.samples import Sample

Names = str | Sequence[str] | None


def _names(names: Names) -> list[str] | None:
    """One name or several as a list, None for no choice."""
    return [names] if isinstance(names, str) else None if names is None else list(names)


def _groupings(by: Names) -> list[str] | None:
    """What divides ties, of a name, several in a list or with commas, as a list; None for all. Raises Error."""
    if by is None:
        return None
    names = [by] if isinstance(by, str) else list(by) if isinstance(by, Sequence) else []
    if not names or not all(isinstance(name, str) for name in names):
        raise Error(f"by is a name, a list of names, or None for all that divides the ties, not {by!r}.")
    return [part.strip() for name in names for part in name.split(",")]


def _noted(frame: pd.DataFrame, notes: Sequence[str]) -> pd.DataFrame:
    """The frame with sentences about what was left out."""
    frame.attrs["notes"] = list(notes)
    return frame


def _years(horizon: float) -> float:
    """A horizon in years; raises Error unless it is a number above 0."""
    if not isinstance(horizon, Real) or not 0 < horizon < math.inf:
        raise Error(f"horizon is a number of years above 0, not {horizon!r}.")
    return float(horizon)


class Analyses:
    """Analyses of the scenarios of a results file, the first of them the reference."""

    file: Path
    scenarios: list[results.Scenario]

    def _comparable(self) -> list[results.Scenario]:
        """The scenarios; raises Error where their runs are points of a design and no replicates."""
        from kumiai import cli

        cli.no_sweep(self.scenarios)
        return self.scenarios

    def _samples(self, kind: str | None, onset_from: int | None, onset_to: int | None) -> tuple[list[Sample], list[str]]:
        from kumiai import samples

        return samples.read_samples(self._comparable(), samples.Choice(kind, onset_from, onset_to))

    def compare(self, metrics: Names = None, at: int | None = None) -> pd.DataFrame:
        """Every metric in every scenario, and its difference to the first one (as kumiai-compare).

        metrics: default all. at: measures of the series in this year (stocks at its end, flows summed over it)
        instead of the summary's. Columns: metric, unit, scenario, n, mean, low, high; diff with diff_low, diff_high,
        paired by seed and replicate where diff_kind says so; verdict (+ − · ?), d (Cohen's), p_holm. A scenario that
        runs over other years than the first has no difference; attrs["notes"] says so.
        """
        from kumiai import comparable, tables, yearly

        scenarios = self._comparable()
        if at is None:
            frame = tables.compare(scenarios, results.choose_metrics(scenarios, _names(metrics)),
                                   units=results.units(scenarios, "summary"))
            return _noted(frame, comparable.notes(scenarios))
        units, known = results.units(scenarios, "series"), results.common_series(scenarios)
        chosen = results.pick(_names(metrics) or results.measurable(known, units), known, "No series has the metric")
        try:
            frames = [yearly.at_year(s, at, chosen, units) for s in scenarios]
        except results.Absent as reason:
            raise Error(f"{reason}.") from reason
        frame = tables.compare(scenarios, chosen, f"at {at}", frames, yearly.units(units), comparable.apart_at_a_time)
        return _noted(frame, comparable.notes(scenarios, comparable.apart_at_a_time))

    def spells(self, kind: str | None = None, onset_from: int | None = None,
               onset_to: int | None = None) -> pd.DataFrame:
        """Ties as spells of age, for lifelines, R's survival and others.

        kind: of tie, default the file's main kind. onset_from, onset_to: years in which they began, both included.
        Columns: scenario, run_id, mode, entry and stop (ages in years at which a tie comes under observation and
        leaves it), event (1: it ended), cause, and what else the file knows of its beginning.
        """
        samples, notes = self._samples(kind, onset_from, onset_to)
        frames = [sample.spells.assign(scenario=sample.scenario.label) for sample in samples]
        frame = pd.concat(frames, ignore_index=True)
        return _noted(frame[["scenario", *(c for c in frame if c != "scenario")]], notes)

    def survival(self, by: Names = "mode", kind: str | None = None, onset_from: int | None = None,
                 onset_to: int | None = None) -> pd.DataFrame:
        """Kaplan–Meier curves of ties (as kumiai-survival).

        by: mode, or what else divides the ties (form, sector, region, funder, as the file has them), or several
        ("mode,sector" or a list), None for all; scenario: by mode, scenarios side by side, the same rows as mode. The
        rest as in spells(). Columns: scenario, by, group, age (years), at_risk, ended,
        share (still there), low, high.
        """
        from kumiai import samples as of

        samples, notes = self._samples(kind, onset_from, onset_to)
        groupings = of.groups_of(samples, _groupings(by))
        if "mode" in groupings and "scenario" in groupings:
            groupings.remove("scenario")  # the rows of mode in another order
        frames = [of.curve_rows(samples, grouping, of.panels_by(samples, grouping)) for grouping in groupings]
        return _noted(pd.concat(frames, ignore_index=True), notes)

    def duration(self, horizon: float = 10.0, kind: str | None = None, onset_from: int | None = None,
                 onset_to: int | None = None) -> pd.DataFrame:
        """Mean years that a tie lasts within its first `horizon` years, by scenario and mode.

        Columns: scenario, mode, what (mean; minus the first mode; minus the first scenario), years (steps, of a model that
        has no calendar), low, high, horizon. The rest as in spells().
        """
        from kumiai import samples as of, steps

        years = _years(horizon)
        samples, notes = self._samples(kind, onset_from, onset_to)
        return _noted(steps.named(of.mean_rows(samples, years), [s.scenario for s in samples]), notes)

    def network(self, years: Sequence[int] | int | None = None, kind: str | None = None) -> pd.DataFrame:
        """Measures of the network of ties at the ends of years (as kumiai-network).

        years: default the middle and the last one of the runs. kind: of tie, default the file's main kind. Columns:
        year, measure, and those of compare().
        """
        from kumiai import network_tables

        asked = [years] if isinstance(years, int) else years
        scenarios = self._comparable()
        try:
            chosen = network_tables.choose_years(scenarios[0], asked)
            frame = network_tables.measures_frame([network_tables.collect(s, chosen, kind) for s in scenarios])
        except results.Absent as reason:
            raise Error(f"{reason}.") from reason
        parts = frame["metric"].str.split(": ", n=1, expand=True)
        frame = frame.drop(columns=["part", "metric"])
        frame.insert(0, "measure", parts[1])
        frame.insert(0, "year", parts[0].astype(int))
        return frame

    def graph(self, network: str, step: int | None = None, run: int | None = None) -> igraph.Graph:
        """A network of the model's state as it stood after `step` steps, as a graph of igraph.

        For results of detail full whose setting output.columns names it (`--columns NETWORK`). step: default the last
        that was written. run: a run_id, default the first. Vertices are the rows with an arc, `row` their places in
        the population; between two populations they have `population` too, and `type` is true in the second, as
        bipartite graphs of igraph have it. Edges have the columns of the arcs.
        """
        from kumiai import arcs

        of_run = [s for s in self.scenarios if run is None or run in s.runs.index]
        if not of_run:
            raise Error(f"the results file has no run {run} that is ok.")
        try:
            return arcs.graph(of_run[0], network, step, run)
        except results.Absent as reason:
            raise Error(f"{reason}.") from reason

    def sensitivity(self, outputs: Names = None, drop_incomplete: bool = False) -> pd.DataFrame:
        """How much the outputs of a sweep depend on its factors (as kumiai-sensitivity).

        outputs: summary metrics or differences of two ("a-b"), default the usual ones. drop_incomplete: leave out
        blocks and trajectories that have a point without an ok run. What is measured follows the design: column
        measure (mu_star, first, total, prcc, …) of factor, and other for pairs; value, low, high, p.
        """
        from kumiai import sensitivity, sensitivity_designs, sweeps

        sweep = sweeps.read(self.file, drop_incomplete)
        wanted = _names(outputs)
        chosen = sweeps.parse_outputs(sweep, wanted) if wanted else sweeps.usual_outputs(sweep)
        notes: list[str] = []
        made = sensitivity_designs.analyse(sweep, chosen, sensitivity.RESAMPLES, drop_incomplete, notes.append)
        if not made.found:
            raise Error(" ".join([sweeps.nothing_left(sweep, chosen, drop_incomplete), *notes]))
        return _noted(sensitivity_designs.tidy(sweep, made.found), [*notes, *sweep.notes])

    def report(self, path: str | Path, title: str | None = None, force: bool = False) -> Path:
        """Write the page that shows what the file says (as kumiai-report); returns its path.

        force: replace a file that is no earlier page of this file.
        """
        from kumiai.commands import report

        options = [str(self.file), "--out", str(path), *(["--title", title] if title else []),
                   *(["--force"] if force else [])]
        report.report(report.parse(options))
        return Path(path)
