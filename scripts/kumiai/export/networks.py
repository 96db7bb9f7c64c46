# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs that are written one by one: their years, and the queries of their nodes and ties."""

from __future__ import annotations

import math

from kumiai.errors import ResultsError
from kumiai.export import names, sql
from kumiai.export.source import Run, Source
from kumiai.export.sql import Query

# Subquery: run_id, start and finish of runs in years.
SPANS = ("(SELECT run.run_id, first.time AS start, last.time + coalesce(second.time - first.time, 1.0) AS finish FROM"
         " run JOIN series AS first ON first.run_id = run.run_id AND first.step = 0 JOIN series AS last ON last.run_id ="
         " run.run_id AND last.step = run.steps - 1 LEFT JOIN series AS second ON second.run_id = run.run_id AND"
         " second.step = 1)")

# ---- runs ----


def _spans(source: Source) -> dict[int, tuple[float, float]]:
    rows = source.rows(f"SELECT run_id, start, finish FROM {SPANS}{source.where_runs()}")
    return {run_id: (float(start), float(finish)) for run_id, start, finish in rows}


def _has_network(source: Source, run_id: int, scenario_id: int) -> bool:
    """A run whose model has neither ties nor agents has no network; one that just made none has one."""
    return bool(source.value(f"SELECT EXISTS (SELECT 1 FROM tie WHERE run_id = {run_id}) OR EXISTS (SELECT 1 FROM agent"
                             f" WHERE scenario_id = {scenario_id})"))


def read_runs(source: Source) -> None:
    """Fill source.runs. Runs of models without ties and agents are left out, with a remark; refused where none is left.
    """
    rows = source.rows("SELECT run_id, scenario_id, rep, coalesce(scenario.name, '') FROM run LEFT JOIN scenario USING"
                       f" (scenario_id){source.where_runs()} ORDER BY run_id")
    kept = [row for row in rows if _has_network(source, row[0], int(row[1] or 0))]
    bare = next((row[3] for row in rows if row not in kept), None)
    if not kept:
        raise ResultsError(f"the model of {bare} has neither ties nor agents; --format csv exports its tables.")
    if bare is not None:
        source.remarks.append(f"{bare} has neither ties nor agents and is left out")
    source.n_runs = len(kept)
    spans = _spans(source)
    for run_id, scenario_id, rep, scenario in kept:
        if run_id not in spans:
            raise ResultsError(f"run {run_id} has no series: its years are unknown.")
        label = f"{names.part(scenario)[0]}_run{run_id}"
        source.runs.append(Run(run_id, scenario_id, rep, scenario, label, *spans[run_id]))


# ---- years ----


def all_years(run: Run) -> range:
    """The fiscal years of a run."""
    return range(math.floor(run.start), math.ceil(run.end))


def years(source: Source, run: Run) -> list[int]:
    """Those that are asked for, or all of the run."""
    return source.ask.years or list(all_years(run))


def first_onset(source: Source, run: Run) -> float:
    """The first moment of the run's network: ties that are older than the run lie before it."""
    return min(run.start, float(source.value(f"SELECT min(onset) FROM tie WHERE run_id = {run.run_id}", run.start)))


# ---- presence ----


def presence(source: Source) -> str:
    """Subquery: run_id, agent_id, entered and gone (years) of agents that began or ceased to be, by the events asked for.

    Who enters again after leaving is not known to any of the formats: first entry, last leave; who left before it
    entered is there from then on."""
    ask = source.ask
    which = "0" if not ask.presence else "1" if source.run_filter is None else f"run_id IN ({source.run_filter})"
    return ("(SELECT run_id, agent_id, entered, CASE WHEN gone < entered THEN NULL ELSE gone END AS gone FROM (SELECT"
            f" run_id, subject_id AS agent_id, min(CASE WHEN kind IN ({sql.texts(ask.enter)}) THEN time END) AS entered,"
            f" max(CASE WHEN kind IN ({sql.texts(ask.leave)}) THEN time END) AS gone FROM event WHERE {which} GROUP BY"
            " run_id, subject_id HAVING coalesce(entered, gone) IS NOT NULL))")


# ---- nodes and ties ----


def kind_filter(source: Source) -> str:
    """Condition: of the kind asked for."""
    return "" if source.ask.kind is None else f" AND tie.kind = {sql.text(source.ask.kind)}"


def alive(year: int) -> str:
    """Condition: alive at the end of a fiscal year, the moment before the next one begins."""
    return f" AND onset < {year + 1} AND (terminus >= {year + 1} OR terminus_censored)"


def tied(source: Source, run: Run) -> str:
    """SQL of the agents that have a tie in the run, or of all, in a column id."""
    kind, run_id = kind_filter(source), run.run_id
    everybody = f" UNION SELECT agent_id FROM agent WHERE scenario_id = {run.scenario_id}" if source.ask.all_agents else ""
    return (f"SELECT donor_id AS id FROM tie WHERE run_id = {run_id}{kind} UNION SELECT partner_id FROM tie WHERE run_id ="
            f" {run_id}{kind}{everybody}")


def about(source: Source, alias: str) -> str:
    """The columns that tell what an agent is, each with a comma before it; alias: of the table `agent`."""
    return "".join(f", {alias}.{sql.name(name)} AS {sql.name(name)}" for name in source.about_agents)


def nodes(source: Source, run: Run, ids: str = "") -> Query:
    """One row for each node: agent_id, all that `agent` tells but the scenario, entered, gone; where each end has
    numbers of its own also type, the end, and number, that of the agent there.

    ids: SQL of the agents, in a column id; those of tied() where it is not given."""
    first = source.shift
    sets = f", node.id >= {first} AS type, node.id - {first} * (node.id >= {first}) AS number" if first else ""
    return Query(
        f"SELECT node.id AS agent_id{about(source, 'agent')}{sets}, entered, gone FROM ({ids or tied(source, run)}) AS"
        f" node LEFT JOIN agent ON agent.scenario_id = {run.scenario_id} AND agent.agent_id = node.id LEFT JOIN"
        f" {presence(source)} AS presence ON presence.run_id = {run.run_id} AND presence.agent_id = node.id ORDER BY"
        " node.id", ("agent",), dict.fromkeys(("type", "number"), ("agent", "agent_id")) if first else {})


TIE_TABLES = ("tie", "project")
FUNDER = {"funder": ("project", "scheme")}


def ties(source: Source, run: Run, where: str = "") -> Query:
    """The ties of a run, with the funder of their first project: donor_id, partner_id, tie_id, ..."""
    return Query(
        "SELECT donor_id, partner_id, tie.tie_id, tie.kind, mode, form, sector, stage, onset, terminus, onset_censored,"
        " terminus_censored, cause, funder FROM tie LEFT JOIN (SELECT tie_id, scheme AS funder, min(start) FROM project"
        f" WHERE run_id = {run.run_id} GROUP BY tie_id) AS paid ON paid.tie_id = tie.tie_id WHERE tie.run_id ="
        f" {run.run_id}{kind_filter(source)}{where} ORDER BY tie.tie_id", TIE_TABLES, FUNDER)


def kinds(source: Source, run: Run) -> list[str]:
    """The kinds of tie that the run has, or the one that is asked for."""
    return [kind for (kind,) in source.rows(f"SELECT kind FROM tie WHERE run_id = {run.run_id} AND kind IS NOT NULL"
                                            f"{kind_filter(source)} GROUP BY kind ORDER BY kind")]
