# SPDX-License-Identifier: GPL-3.0-or-later
"""The results files of a report, read once: scenarios, their ties, their series by year."""

from functools import cached_property

import numpy as np
import pandas as pd

from kumiai import comparable, drawn, intervals, repeats, results, roles, survival, tables, yearly

from . import clock, few
from .language import sentence, translated

CAT23 = "Clean Authority of Tokyo"  # whom every population of Japan holds
HORIZON = 10  # years, of the model of cooperation
PROJECT_COLUMNS = ("donor_id", "partner_id", "region", "scheme", "granted_yen", "own_yen")


class Study:
    """Scenarios of one model, the first the reference; what is costly to read is kept."""

    def __init__(self, paths, model=None, verify=False):
        self.scenarios, notes = results.load(paths, model, verify)
        # The page of a sweep has no means over its points.
        self.notes = [note for note in notes if not (self.is_sweep and " mixes " in note)]
        self.model = self.scenarios[0].model
        self._ties, self._by_mode, self._agents, self._projects, self._refusals = {}, {}, {}, {}, {}
        self.noted = None  # of the first scenario, as state_parts.py reads it
        self.sums = {}  # label: years and ends by state, as state_parts.py has them
        self._rows = None  # the comparison and its rows by (metric, label)
        self._independent = {}  # label: how many replicates, or draws, it has
        self.leads = None  # as tie_parts.leading_causes() finds them
        self.alike = {}  # label: matching.Compared or None, as alike_parts.py finds them

    @property
    def first(self):
        """The scenario that the others are compared with."""
        return self.scenarios[0]

    @cached_property
    def apart(self):
        """{label: (its span, that of the first)} of the scenarios that run over another time than the first."""
        found = {s.label: comparable.apart(s, self.first) for s in self.scenarios[1:]}
        return {label: spans for label, spans in found.items() if spans}

    @cached_property
    def other_records(self):
        """Labels of the scenarios that begin with another record than the first."""
        return {s.label for s in self.scenarios[1:] if comparable.other_record(s, self.first)}

    @property
    def compared(self):
        """The scenarios that are compared with the first."""
        return [s for s in self.scenarios[1:] if s.label not in self.apart]

    @cached_property
    def equal(self):
        """{label: repeats.Equal} of the scenarios that have the same values as the first in every replicate."""
        found = {s.label: repeats.equal(s, self.first) for s in self.compared}
        return {label: one for label, one in found.items() if one}

    @property
    def is_sweep(self):
        """Whether runs are the points of a design."""
        return any(s.is_sweep for s in self.scenarios)

    @cached_property
    def ended_early(self):
        """Whether a run of some scenario ended before others of it."""
        try:
            return any(yearly.ended_early(s) for s in self.scenarios)
        except results.Absent:
            return False

    @cached_property
    def begins(self):
        """The first year of the runs of the first scenario; what the series has of before is the state before the first
        step. Raises Absent without series."""
        return int(np.floor(results.windows(self.first)["start"].min() + 1e-6))

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
                reasons.append(sentence(translated(f"{reason}.")))
        if not found:
            raise results.Absent(reasons[0].rstrip(".。"))
        return found, reasons

    def ties(self, scenario):
        """Ties of a scenario as spells in calendar years: of cooperation or, of a model that has none, all."""
        if scenario.label not in self._ties:
            self._ties[scenario.label] = self._read_ties(scenario)
        return self._ties[scenario.label]

    def _read_ties(self, scenario):
        try:
            columns = [c for c in results.TIE_COLUMNS if c not in ("kind", "stage")]
            return results.read_ties(scenario, self.main_kind, columns)
        except results.Absent:
            if self.has_cooperation:
                raise
            return _ties_of_any_kind(scenario)

    @cached_property
    def main_kind(self):
        """The kind of ties that a page of cooperation is about; to find it takes a look at all ties of a scenario."""
        return roles.main_kind(self.first) if self.has_cooperation else None

    @property
    def has_cooperation(self):
        """Whether the model is the one of cooperation, by its measures."""
        return any(f"ties_{mode}" in s.summary for s in self.scenarios for mode in results.MODES)

    @cached_property
    def modes(self):
        """The modes of the ties in all scenarios: the two of cooperation, or what the model has."""
        if self.has_cooperation:
            return results.MODES
        found = {}
        for scenario in self.scenarios:
            try:
                found |= dict.fromkeys(self.ties(scenario)["mode"].unique())
            except results.Absent:
                continue
        return tuple(found)

    @cached_property
    def is_japan(self):
        """Whether the population is that of Japan, not of a country of the user's own."""
        if not self.has_cooperation:
            return False
        try:
            return CAT23 in set(self.agents(self.first)["name"])
        except (results.Absent, KeyError):
            return False

    @property
    def by_fiscal_year(self):
        """Whether times are Japanese fiscal years; of other models they are what the model says."""
        return self.has_cooperation

    @cached_property
    def counts_steps(self):
        """Whether the model has steps and no calendar."""
        return clock.counts_steps(self.scenarios)

    def draws(self, scenario):
        """Number of the draw of parameters of each run (Series by run id), None where runs have none."""
        found = drawn.of_runs(scenario.path)
        return None if found.empty else found.reindex(scenario.runs.index)

    def n_independent(self, scenario):
        """How many replicates a scenario has or, where its runs have draws of the parameters, how many draws."""
        if scenario.label not in self._independent:
            draws = self.draws(scenario)
            self._independent[scenario.label] = scenario.n if draws is None else int(draws.nunique())
        return self._independent[scenario.label]

    def is_few(self, *scenarios):
        """Whether the first scenario, or one of those given, has too few replicates for intervals and claims: fewer than
        survival needs. See few.py."""
        return any(self.n_independent(s) < survival.FEWEST_REPLICATES for s in (self.first, *scenarios))

    @cached_property
    def shares_draws(self):
        """Whether some runs share a draw of the parameters, so that draws are counted and not runs."""
        return any(self.n_independent(s) < s.n for s in self.scenarios)

    def known(self, span):
        """(value, low, high) of the first scenario, without its interval where the replicates are few."""
        return (span[0], np.nan, np.nan) if self.is_few() else tuple(span)

    def independent(self, by_run):
        """Values of the first scenario by run as one value for each run or, where runs share draws, for each draw."""
        return drawn.by_unit(self.first, by_run)

    def agents(self, scenario):
        """Agents of a scenario, as results.read_agents has them."""
        if scenario.label not in self._agents:
            self._agents[scenario.label] = results.read_agents(scenario)
        return self._agents[scenario.label]

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
        """{mode: spells of age of its ties} of a scenario, in the order of modes."""
        if scenario.label not in self._by_mode:
            spells = survival.spells(self.ties(scenario))[0]
            groups = {mode: spells[spells["mode"] == mode] for mode in self.modes}
            self._by_mode[scenario.label] = {mode: group for mode, group in groups.items() if len(group)}
        return self._by_mode[scenario.label]

    def alive(self, scenario):
        """{mode: ties alive at the end of each year (rows) in each run (columns)} of a scenario."""
        ties, runs = self.ties(scenario), scenario.runs.index
        first = int(np.floor(ties["start"].min() + 1e-6))
        years = range(first, int(np.ceil(ties["end"].max() - 1e-6)))
        onset, place = ties["onset"].to_numpy(), runs.get_indexer(ties["run_id"])
        end = np.where(ties["terminus_censored"], np.inf, ties["terminus"])
        found = {}
        for mode in self.modes:
            mine = (ties["mode"] == mode).to_numpy()
            found[mode] = pd.DataFrame(
                [np.bincount(place[mine & (onset < y + 1) & (end >= y + 1)], minlength=len(runs)) for y in years],
                index=pd.Index(years, name="year"), columns=runs)
        return found

    @cached_property
    def horizon(self):
        """Years within which lives are compared: ten or, of a model of its own, as its ties last."""
        if self.has_cooperation:
            return HORIZON
        stops = pd.concat([group["stop"] for group in self.by_mode(self.first).values()])
        steps = [digit * 10.0 ** power for power in range(-1, 6) for digit in (1, 2, 5)]
        wanted = min(1.5 * stops.median(), stops.max())
        found = max([step for step in steps if step <= wanted], default=float(stops.max()))
        return int(found) if found >= 1 else found

    def runs(self, scenario):
        """Run ids in the order of (seed, rep, point), so that those of scenarios match, each with what is
        independent: itself, or the draw that it shares (see survival.by_unit)."""
        return drawn.units(scenario)

    @cached_property
    def docs(self):
        """{table: {column: (unit, meaning)}} over all files."""
        found = {"summary": {}, "series": {}}
        for path in self.paths:
            for (table, name), row in results.column_docs(path).drop(results.KEYS_OF_SERIES, errors="ignore").iterrows():
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
        """Row of the comparison, None where the scenario has no value of the metric; without intervals and p where
        replicates are few, and with no loss that is greater than what there was."""
        frame = self.comparison
        if self._rows is None or self._rows[0] is not frame:  # a page asks for hundreds
            by_label = {s.label: s for s in self.scenarios}
            self._rows = frame, {(row.metric, row.scenario): _bounded(row, self.is_few(by_label[row.scenario]))
                                 for row in frame[::-1].itertuples(index=False)}
        return self._rows[1].get((metric, (scenario or self.first).label))

    @cached_property
    def series(self):
        """(every measure by fiscal year, remarks): measure, unit, scenario, year, mean, low, high.

        Flows are summed over the year; of stocks the last value of the year is taken.
        """
        found, reasons = self.each(lambda s: _yearly(s, self))
        frames = [frame.assign(scenario=s.label) for s, frame in found]
        order = ["measure", "unit", "scenario", "year", "n", "mean", "low", "high"]
        return few.emptied(self, pd.concat(frames, ignore_index=True)[order]), reasons


def _bounded(row, few):
    """A row of the comparison as sentences tell it."""
    if few:
        return row._replace(low=np.nan, high=np.nan, diff_low=np.nan, diff_high=np.nan, p_holm=np.nan, p_sign_holm=np.nan)
    before, is_share = row.mean - row.diff, results.is_share(row.unit)
    if not (is_share or tables.is_counted(row.unit)) or before < 0:
        return row
    return row._replace(diff_low=max(row.diff_low, -before) if row.diff_low == row.diff_low else row.diff_low,
                        diff_high=min(row.diff_high, 1 - before) if is_share and row.diff_high == row.diff_high else row.diff_high)


def _ties_of_any_kind(scenario):
    """Ties of all kinds of a model of its own; their mode, or their kind where they have none, as the mode."""
    frames = [results.read_ties(scenario, str(kind)) for kind in sorted(roles.kinds(scenario).index.dropna())]
    if not frames:
        raise results.Absent(f"{scenario.label}: the results file has no ties")
    ties = pd.concat([f.astype({"mode": object, "kind": object}) for f in frames], ignore_index=True)
    ties["mode"] = ties["mode"].fillna("").replace("", None).fillna(ties["kind"]).fillna("tie").astype("category")
    return ties


def _yearly(scenario, study):
    """Bands of every measure of a scenario by fiscal year."""
    known = results.series_metrics(scenario)
    names = results.measurable(known, {m: study.unit("series", m) for m in known})
    frame = results.read_series(scenario, names)
    # Twelfths of a year are no exact floats; a step that begins a year belongs to it.
    keys = [np.floor(frame["time"] + 1e-6).astype(int).rename("year"), "run_id"]
    by_year = _tables_by_year(frame.groupby(keys), {name: study.unit("series", name) for name in names},
                              frame.groupby("run_id")["time"].max())
    by_year = {name: (drawn.by_unit(scenario, table, "columns"), unit) for name, (table, unit) in by_year.items()}
    kinds = {name: (results.is_share(unit) and intervals.are_shares(table), tables.is_counted(unit))
             for name, (table, unit) in by_year.items()}
    bands = _bands({name: table for name, (table, _) in by_year.items()}, kinds)
    if study.counts_steps:
        bands["unit"] = bands["measure"].map({name: unit for name, (_, unit) in by_year.items()})
        return bands
    bands["unit"] = bands["measure"].map({name: unit.replace("/step", "/year")
                                          for name, (_, unit) in by_year.items()})
    return bands


def _tables_by_year(groups, units, last):
    """{measure: (table of years × runs, unit)}, of those that have a value; last: time of the last step of each run."""
    flows = [name for name, unit in units.items() if unit.endswith("/step")]
    stocks = [name for name in units if name not in flows]
    values = {}
    if flows:
        values |= _each_measure(groups[flows].sum(min_count=1), last, True)
    if stocks:
        values |= _each_measure(groups[stocks].last(), last, False)
    return {name: (values[name], unit) for name, unit in units.items() if values[name].notna().any(axis=None)}


def _each_measure(by_year, last, flow):
    """{measure: table of years × runs} of a frame by year and run; last, flow: as in yearly.stay."""
    wide = by_year.unstack("run_id")  # all at once: a call takes as long for one as for a hundred
    return {name: yearly.stay(wide[name], last, flow) for name in by_year.columns}


def _bands(by_name, kinds):
    """Bands of all measures by year, with the number of runs or draws; kinds: of each whether it is a share, and
    whether it counts things.

    All of a kind under each other at once: a call takes as long for one as for a hundred."""
    bands = []
    for kind in dict.fromkeys(kinds.values()):
        tall = pd.concat({name: table for name, table in by_name.items() if kinds[name] == kind}, names=["measure"])
        bands.append(intervals.band(tall, *kind).assign(n=tall.count(axis=1)))
    found = pd.concat(bands).dropna(subset="mean").reset_index()
    place = {name: i for i, name in enumerate(by_name)}
    return found.sort_values("measure", key=lambda c: c.map(place), kind="stable", ignore_index=True)
