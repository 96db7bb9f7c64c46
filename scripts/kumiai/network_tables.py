# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks of the runs of results files at chosen years, and tidy tables of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from kumiai import comparable, drawn, intervals, network, results, roles, tables


# ---- one pass over the runs ----

TIE_COLUMNS = ("mode", "form", *network.PAIR, "onset", "terminus", "onset_censored", "terminus_censored")


@dataclass
class Collected:
    """What the runs of one scenario have at the chosen years.

    kind: of its ties; modes: of them; one_mode: whether both their ends are agents of one set; directed: whether
    they have a direction.
    measures, changes, members, degrees, edges: lists of frames or dicts with run_id and year;
    example: {year: pairs} of the run shown as an example.
    """

    scenario: results.Scenario
    kind: str
    modes: list
    one_mode: bool
    directed: bool
    measures: list[dict] = field(default_factory=list)
    changes: list = field(default_factory=list)
    members: list = field(default_factory=list)
    degrees: list = field(default_factory=list)
    edges: list = field(default_factory=list)
    example: dict = field(default_factory=dict)


def add_run(found, run_id, ties, chosen, whole):
    """One run's networks; `whole` also keeps members, degrees and edges."""
    before = None
    for year in chosen:
        alive = network.live(ties, year)
        found.measures.append({"run_id": run_id, "year": year,
                               **network.measures(alive, found.modes, found.one_mode, found.directed)})
        edges = network.pairs(alive, found.directed or not found.one_mode)
        if before is not None:
            found.changes.append({"run_id": run_id, "from": before[0], "to": year,
                                  **network.change(before[1], edges)})
        before = (year, edges)
        if whole:
            at = {"run_id": run_id, "year": year}
            found.members.append(network.members(alive).reset_index().assign(**at))
            found.degrees.append(network.degree_counts(alive, found.one_mode).assign(**at))
            found.edges.append(alive[[*network.PAIR, "mode", "form"]].astype({"mode": object, "form": object})
                               .drop_duplicates().assign(**at))
            if run_id == found.scenario.runs.index[0]:
                found.example[year] = edges


def choose_kind(scenario, wanted):
    """The kind of ties wanted, or the main one; refuses one that the scenario's runs do not have."""
    known = list(roles.kinds(scenario).index)
    if wanted is None or not known:
        return wanted or roles.main_kind(scenario)
    return results.pick([wanted], known, "There are no ties of the kind")[0]


def describe(scenario, wanted):
    """An empty Collected of a kind of a scenario's ties."""
    kind = choose_kind(scenario, wanted)
    modes = roles.mode_names(scenario, kind) if kind else []
    return Collected(scenario, kind, modes, bool(kind) and roles.one_mode(scenario, kind), roles.directed(scenario))


def collect(scenario: results.Scenario, chosen: Sequence[int], kind: str | None = None, whole: bool = False) -> Collected:
    """Collected of one scenario; runs without any tie count as empty networks. Raises Absent without ties.

    whole: members, degrees and edges as well.
    """
    found, seen = describe(scenario, kind), set()
    for chunk in results.iter_ties(scenario, found.kind, TIE_COLUMNS):
        empty = chunk.iloc[:0]
        for run_id, ties in chunk.groupby("run_id"):
            add_run(found, run_id, ties, chosen, whole)
            seen.add(run_id)
    if not seen:
        raise results.none_recorded(scenario, roles.table_name(scenario.path), f"{found.kind} ties")
    for run_id in scenario.runs.index.difference(list(seen)):
        add_run(found, run_id, empty, chosen, whole)
    return found


# ---- years ----


def choose_years(scenario: results.Scenario, asked: Sequence[int] | None = None) -> list[int]:
    """Ascending years, as asked or by default; refuses those that the runs do not cover."""
    try:
        window = results.windows(scenario)
    except results.Absent as reason:
        table = roles.table_name(scenario.path)
        if results.lacks_by_model(scenario, table):  # no detail would help
            raise results.ResultsError(f'{results.none_recorded(scenario, table, "ties")}.') from reason
        raise results.ResultsError(f"{reason}.") from reason
    first, last = int(window["start"].min()), int(window["end"].max()) - 1
    if not asked:
        return sorted({(first + last + 1) // 2, last})
    asked = sorted(set(asked))
    outside = [str(y) for y in asked if not first <= y <= last]
    if outside:
        raise results.ResultsError(f"{scenario.label} covers {results.year_words(scenario, first)} to {last}, "
                                   f"not {', '.join(outside)}.")
    return asked


# ---- tables ----


def measures_frame(collected: Sequence[Collected]) -> pd.DataFrame:
    """Measures by year and scenario as a frame of tables.compare."""
    frames: list[pd.DataFrame] = []
    units: dict[str, str] = {}
    for found in collected:
        wide = pd.DataFrame(found.measures).pivot(index="run_id", columns="year")
        wide = wide.reindex(found.scenario.runs.index)
        names = network.order(found.modes, found.one_mode, found.directed)
        order = [(m, y) for y in sorted({y for _, y in wide.columns}) for m in names]
        wide = wide[order].dropna(axis="columns", how="all")
        units |= {f"{y}: {m}": network.unit(m) for m, y in wide.columns}
        wide.columns = [f"{y}: {m}" for m, y in wide.columns]
        wide.index = pd.MultiIndex.from_frame(found.scenario.runs[results.KEY])
        frames.append(wide)
    metrics = list(dict.fromkeys(c for f in frames for c in f.columns))
    return tables.compare([f.scenario for f in collected], metrics, "network", frames, units,
                          comparable.apart_at_a_time)


def mean_by(scenario, frame, keys, columns, shares=()):
    """Means with intervals of columns of the scenario's runs (run_id), by keys: one row per key and column.

    shares: those of the columns whose values are shares.
    """
    rows = []
    for key, group in frame.groupby(keys):
        for column in columns:
            by_run = group.set_index("run_id")[column]
            found = intervals.mean_interval(drawn.by_unit(scenario, by_run), column in shares)
            rows.append((*(key if isinstance(key, tuple) else (key,)), column, found.n,
                         found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=[*keys, "measure", "n", "mean", "low", "high"])


def members_frame(found, agents):
    """Members by year: share of runs they take part in, mean degree, betweenness, coreness."""
    n = found.scenario.n
    frame = pd.concat(found.members, ignore_index=True)
    grouped = frame.groupby(["year", "agent_id"])
    out = grouped[["degree", "betweenness"]].sum() / n  # absent from a run: 0 there
    out["coreness"] = grouped["coreness"].sum() / n
    out["share_of_runs"] = grouped.size() / n
    if n == 1:
        out["community"] = grouped["community"].first().astype(int)
    names = agents.reindex(columns=["kind", "code", "name", "area", "region", "lat", "lon"])
    out = out.reset_index().join(names, on="agent_id")
    nameless = "agent " + out["agent_id"].astype(str)
    return out.assign(name=out["name"].astype(object).where(out["name"].notna(), nameless)) \
        .sort_values(["year", "betweenness"], ascending=[True, False], ignore_index=True)


def edges_frame(found):
    """Pairs by year, mode and form with the share of runs that have them."""
    frame = pd.concat(found.edges, ignore_index=True)
    shares = frame.groupby(["year", *network.PAIR, "mode", "form"], dropna=False).size() / found.scenario.n
    return shares.rename("share_of_runs").reset_index()


def degrees_frame(found):
    """Members by year, side and degree: mean number and interval over runs."""
    frame = pd.concat(found.degrees, ignore_index=True)
    parts = []
    for (year, side), group in frame.groupby(["year", "side"]):
        wide = group.pivot(index="run_id", columns="degree", values="members")
        wide = wide.reindex(found.scenario.runs.index).fillna(0)
        for degree, values in wide.items():
            d = intervals.mean_interval(drawn.by_unit(found.scenario, values))
            parts.append((year, side, degree, d.n, d.mean, d.low, d.high))
    return pd.DataFrame(parts, columns=["year", "side", "degree", "n", "mean", "low", "high"])
