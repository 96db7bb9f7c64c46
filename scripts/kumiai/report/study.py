# SPDX-License-Identifier: GPL-3.0-or-later
"""The results files of a report, read once: scenarios, their ties, their series by year."""

from functools import cached_property

import numpy as np
import pandas as pd

from kumiai import intervals, results, survival, tables

PROJECT_COLUMNS = ("donor_id", "partner_id", "region", "scheme", "granted_yen", "own_yen")


class Study:
    """Scenarios of one model, the first the reference; what is costly to read is kept."""

    def __init__(self, paths, model=None, verify=False):
        self.scenarios, notes = results.load(paths, model, verify)
        # The page of a sweep has no means over its points.
        self.notes = [note for note in notes if not (self.is_sweep and " mixes " in note)]
        self.model = self.scenarios[0].model
        self._ties, self._by_mode, self._projects, self._refusals = {}, {}, {}, {}

    @property
    def first(self):
        """The scenario that the others are compared with."""
        return self.scenarios[0]

    @property
    def is_sweep(self):
        """Whether runs are the points of a design."""
        return any(s.is_sweep for s in self.scenarios)

    @property
    def paths(self):
        """The files, in order."""
        return list(dict.fromkeys(s.path for s in self.scenarios))

    def each(self, read):
        """([(scenario, read(scenario))] of those that have the data, why the others lack it).

        Raises Absent if none has it.
        """
        found, reasons = [], []
        for scenario in self.scenarios:
            try:
                found.append((scenario, read(scenario)))
            except results.Absent as reason:
                reasons.append(f"{reason}.")
        if not found:
            raise results.Absent(reasons[0].rstrip("."))
        return found, reasons

    def ties(self, scenario):
        """Cooperation ties of a scenario as spells in calendar years."""
        if scenario.label not in self._ties:
            columns = [c for c in results.TIE_COLUMNS if c not in ("kind", "stage")]
            self._ties[scenario.label] = results.read_ties(scenario, columns=columns)
        return self._ties[scenario.label]

    def projects(self, scenario):
        """Projects of a scenario: run_id and PROJECT_COLUMNS."""
        if scenario.label not in self._projects:
            self._projects[scenario.label] = results.read_projects(scenario, PROJECT_COLUMNS)
        return self._projects[scenario.label]

    def refusals(self, scenario):
        """Refused opportunities of a scenario by run, columns (mode, reason)."""
        if scenario.label not in self._refusals:
            self._refusals[scenario.label] = results.refusal_counts(scenario)
        return self._refusals[scenario.label]

    def by_mode(self, scenario):
        """{mode: spells of age of its ties} of a scenario, city to city first."""
        if scenario.label not in self._by_mode:
            spells = survival.spells(self.ties(scenario))[0]
            groups = {mode: spells[spells["mode"] == mode] for mode in results.MODES}
            self._by_mode[scenario.label] = {mode: group for mode, group in groups.items() if len(group)}
        return self._by_mode[scenario.label]

    def runs(self, scenario):
        """Run ids in the order of (seed, rep, point), so that those of scenarios match."""
        return list(scenario.runs.sort_values(results.KEY).index)

    @cached_property
    def docs(self):
        """{table: {column: (unit, meaning)}} over all files."""
        found = {"summary": {}, "series": {}}
        for path in self.paths:
            for (table, name), row in results.column_docs(path).iterrows():
                found.setdefault(table, {}).setdefault(name, (row["unit"], row["doc"]))
        return found

    def unit(self, table, name):
        """Unit of a column, '' where the file does not say."""
        return self.docs[table].get(name, ("", ""))[0]

    @cached_property
    def comparison(self):
        """Means and paired differences of all summary metrics (tables.compare)."""
        metrics = results.choose_metrics(self.scenarios)
        return tables.compare(self.scenarios, metrics,
                              units=results.units(self.scenarios, "summary"))

    def measure(self, metric, scenario=None):
        """Row of the comparison, None where the scenario has no value of the metric."""
        rows = self.comparison[(self.comparison["metric"] == metric) & (
            self.comparison["scenario"] == (scenario or self.first).label)]
        return next(rows.itertuples(index=False), None)

    @cached_property
    def series(self):
        """(every measure by fiscal year, remarks): measure, unit, scenario, year, mean, low, high.

        Flows are summed over the year; of stocks the last value of the year is taken.
        """
        found, reasons = self.each(lambda s: _yearly(s, self))
        frames = [frame.assign(scenario=s.label) for s, frame in found]
        order = ["measure", "unit", "scenario", "year", "n", "mean", "low", "high"]
        return pd.concat(frames, ignore_index=True)[order], reasons


def _yearly(scenario, study):
    """Bands of every measure of a scenario by fiscal year."""
    known = results.series_metrics(scenario)
    names = results.measurable(known, {m: study.unit("series", m) for m in known})
    frame = results.read_series(scenario, names)
    # Twelfths of a year are no exact floats; a step that begins a year belongs to it.
    keys = [np.floor(frame["time"] + 1e-6).astype(int).rename("year"), "run_id"]
    tables = _tables_by_year(frame.groupby(keys), {name: study.unit("series", name) for name in names})
    bands = _bands({name: table for name, (table, _) in tables.items()},
                   {name for name, (table, unit) in tables.items()
                    if results.is_share(unit) and intervals.are_shares(table)})
    bands["unit"] = bands["measure"].map({name: unit.replace("/step", "/year")
                                          for name, (_, unit) in tables.items()})
    return bands


def _tables_by_year(groups, units):
    """{measure: (table of years × runs, unit)}, of those that have a value."""
    flows = [name for name, unit in units.items() if unit.endswith("/step")]
    stocks = [name for name in units if name not in flows]
    values = {}
    if flows:
        values |= dict(groups[flows].sum(min_count=1).items())
    if stocks:
        values |= dict(groups[stocks].last().items())
    return {name: (values[name].unstack("run_id"), unit) for name, unit in units.items()
            if values[name].notna().any()}


def _bands(tables, shares):
    """Bands of all measures by year, with the number of runs; shares: those between 0 and 1.

    All of a kind under each other at once: a call takes as long for one as for a hundred."""
    bands = []
    for share in (False, True):
        mine = {name: table for name, table in tables.items() if (name in shares) == share}
        if mine:
            tall = pd.concat(mine, names=["measure"])
            bands.append(intervals.band(tall, share).assign(n=tall.count(axis=1)))
    found = pd.concat(bands).dropna(subset="mean").reset_index()
    place = {name: i for i, name in enumerate(tables)}
    return found.sort_values("measure", key=lambda c: c.map(place), kind="stable", ignore_index=True)
