# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples of ties for survival: read from results files, divided into groups, as tidy tables.

What was left out comes back as sentences for the user; nothing here prints.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from kumiai import covariates, drawn, results, roles, survival

FROM_ELSEWHERE = ("funder", "region")  # of a tie's first project, of its second end


@dataclass(frozen=True)
class Choice:
    """Which ties are meant.

    kind: of tie, None for the file's main kind (roles.main_kind). onset_from, onset_to: the years in which they
    began, both included, None for no limit.
    """

    kind: str | None = None
    onset_from: int | None = None
    onset_to: int | None = None

    def of(self, ties: pd.DataFrame) -> pd.DataFrame:
        """Those of the ties that began in the years."""
        first = -float("inf") if self.onset_from is None else self.onset_from
        end = float("inf") if self.onset_to is None else self.onset_to + 1
        if self.onset_from is None and self.onset_to is None:
            return ties
        return ties[(ties["onset"] >= first) & (ties["onset"] < end)].reset_index(drop=True)


@dataclass
class Sample:
    """The ties of one scenario: spells from onset, and spells from their first project on.

    groups: the columns of the spells that divide them and have a value, mode first. notes: what was left out.
    """

    scenario: results.Scenario
    spells: pd.DataFrame
    funded: pd.DataFrame
    groups: list[str]
    notes: list[str] = field(default_factory=list)

    @property
    def runs(self) -> list[int]:
        """Run ids, those without a tie too, in the order of (seed, rep, point)."""
        return list(self.scenario.runs.sort_values(results.KEY).index)

    @property
    def units(self) -> pd.Series:
        """What is independent, by run id in that order: the run, or the draw that it shares with others."""
        return drawn.units(self.scenario)

    @property
    def modes(self) -> list[str]:
        """Modes of its ties; the first is the one the others are compared with."""
        return roles.modes(self.spells)


# ---- reading ----


def _read_ties(scenario: results.Scenario, choice: Choice) -> tuple[pd.DataFrame, list[str]]:
    """(Ties of a scenario with the region of their second end, columns that divide them); raises Absent."""
    table = roles.spells(scenario.path)
    groups = [name for name in table.groups if name != "mode"] if table else []
    columns = [c for c in results.TIE_COLUMNS if c not in ("kind", "stage")]
    ties = choice.of(results.read_ties(scenario, choice.kind, list(dict.fromkeys([*columns, *groups]))))
    if ties.empty:
        raise results.Absent(f"{scenario.label}: no tie began in the years from {choice.onset_from or 'the first'} to "
                             f"{choice.onset_to or 'the last'}")
    ties["region"] = covariates.of_partners(scenario, ties, "region")
    return ties, ["mode", *groups, "region"]


def _read_funded(scenario: results.Scenario, ties: pd.DataFrame, spells: pd.DataFrame,
                 notes: list[str]) -> pd.DataFrame:
    """Spells from the first project on, with its funder; none where the file has no projects."""
    try:
        projects = results.read_projects(scenario, ["run_id", "tie_id", "scheme", "start"])
    except results.Absent as reason:
        if not results.lacks_by_model(scenario, "project"):
            notes.append(f"no curves by funder for {reason}.")
        return spells.iloc[:0].assign(funder=None)
    return covariates.from_first_project(ties, projects)


def read_sample(scenario: results.Scenario, choice: Choice = Choice()) -> Sample:
    """Sample of a scenario. Raises Absent without ties."""
    ties, groups = _read_ties(scenario, choice)
    spells, left_out = survival.spells(ties, list(dict.fromkeys([*covariates.KEPT, *groups[1:]])))
    notes = [f"{scenario.label}: {count} of {len(ties)} ties are left out ({why})."
             for why, count in left_out.items() if count]
    ends = {mode: survival.thin_from(group) for mode, group in spells.groupby("mode")}
    notes += [survival.thin_words(scenario.label, mode, age) for mode, age in ends.items() if age < math.inf]
    known = [name for name in groups if name != "region" and spells[name].notna().any()]
    if (spells["region"] != covariates.UNKNOWN).any():
        known.append("region")
    return Sample(scenario, spells, _read_funded(scenario, ties, spells, notes), known, notes)


def check_kind(scenarios: Sequence[results.Scenario], kind: str | None) -> None:
    """Raise ResultsError for a kind of ties that none of the scenarios has, where they have any ties."""
    known = list(dict.fromkeys(str(k) for s in scenarios for k in roles.kinds(s).index)) if kind else []
    if kind and known:
        results.pick([kind], known, "There are no ties of the kind")


def read_samples(scenarios: Sequence[results.Scenario], choice: Choice = Choice()) -> tuple[list[Sample], list[str]]:
    """(Samples of all scenarios that have ties, what was left out). Raises ResultsError if none has."""
    samples, notes, reasons = [], [], []
    check_kind(scenarios, choice.kind)
    for scenario in scenarios:
        try:
            sample = read_sample(scenario, choice)
        except results.Absent as reason:
            reasons.append(f"{reason}")
            continue
        samples.append(sample)
        notes += sample.notes
    if not samples:
        raise results.ResultsError(f"{reasons[0]}; there are no ties to analyse.")
    return samples, notes + [f"{reason}." for reason in reasons]


def groups_of(samples: Sequence[Sample], wanted: Sequence[str] | None = None) -> list[str]:
    """By what there are curves: as wanted, or all that the samples have. Raises ResultsError for another name."""
    known = list(dict.fromkeys(name for s in samples for name in s.groups))
    if any(len(s.funded) for s in samples):
        known.append("funder")
    known.append("scenario")
    return results.pick(wanted, known, "Ties cannot be divided by") if wanted else known


# ---- curves ----


def _curves_of(sample, spells, column):
    """[(level, curve, spells)] of one scenario by the levels of a column, largest first."""
    found = []
    for level in spells[column].astype(object).value_counts().index:
        group = spells[spells[column] == level]
        found.append((level, survival.kaplan_meier(group, sample.units), group))
    return found


def panels_by(samples: Sequence[Sample], grouping: str) -> list:
    """Panels [(title, [(label, curve, spells)])] of one picture."""
    if grouping != "scenario":
        panels = []
        for s in samples:
            spells = s.funded if grouping == "funder" else s.spells
            panels.append((s.scenario.label, _curves_of(s, spells, grouping)))
        return [p for p in panels if p[1]]
    panels = []
    for mode in sorted({mode for s in samples for mode in s.modes}):
        lines = []
        for s in samples:
            group = s.spells[s.spells["mode"] == mode]
            if len(group):
                lines.append((s.scenario.label, survival.kaplan_meier(group, s.units), group))
        panels.append((mode, lines))
    return [p for p in panels if p[1]]


def curve_rows(samples: Sequence[Sample], grouping: str, panels: list) -> pd.DataFrame:
    """Tidy table behind the panels: scenario, by, group, and the columns of survival.curve_frame."""
    runs = {s.scenario.label: s.units for s in samples}
    parts = []
    for title, lines in panels:
        for label, curve, group in lines:
            scenario, level = (label, title) if grouping == "scenario" else (title, label)
            part = survival.curve_frame(group, runs[scenario], curve)
            part.insert(0, "group", level)
            part.insert(0, "by", "mode" if grouping == "scenario" else grouping)
            part.insert(0, "scenario", scenario)
            parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


# ---- mean duration ----


def mean_rows(samples: Sequence[Sample], horizon: float) -> pd.DataFrame:
    """Restricted means by scenario and mode, with the differences worth a question."""
    means = {(s.scenario.label, mode): survival.restricted_mean(group, s.units, horizon)
             for s in samples for mode, group in s.spells.groupby("mode")}
    first, rows = samples[0].scenario.label, []
    base = min(mode for s in samples for mode in s.modes)
    matched = {s.scenario.label: covariates.same_replicates(samples[0].scenario, s.scenario)
               for s in samples}
    for (label, mode), mean in means.items():
        rows.append((label, mode, "mean", *mean.interval()))
        if mode != base and (label, base) in means:
            rows.append((label, mode, f"minus {base}", *mean.minus(means[label, base]).interval()))
        if label != first and (first, mode) in means:
            difference = mean.minus(means[first, mode], matched[label])
            rows.append((label, mode, f"minus {first}", *difference.interval()))
    frame = pd.DataFrame(rows, columns=["scenario", "mode", "what", "years", "low", "high"])
    return frame.assign(horizon=horizon)
