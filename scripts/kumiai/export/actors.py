# SPDX-License-Identifier: GPL-3.0-or-later
"""Who could have a tie: estimates of what makes ties need those who had none, too."""

from __future__ import annotations

from kumiai.errors import ResultsError
from kumiai.export import sql
from kumiai.export.source import Run, Source
from kumiai.words import choices

ENDS = ("donor", "partner")  # as queries call the first and the second
OF_THE_ENGINE = {"from": "sender", "to": "receiver"}  # of models that do not name the ends of their ties

# Places that are kept for agents that a run may bring have neither a place nor a size, where others of their kind have;
# without a tie they have not come to be.
PLACED = ("lat", "population")
EXISTS = ("(lat IS NOT NULL OR population IS NOT NULL OR kind NOT IN (SELECT kind FROM agent WHERE scenario_id = {} AND"
          " (lat IS NOT NULL OR population IS NOT NULL)))")


def _exists(source: Source, run: Run) -> str:
    """Condition: the agent has come to be; all have where the file tells nothing of places and sizes."""
    return EXISTS.format(run.scenario_id) if set(PLACED) <= set(source.about_agents) else "1"


def word(source: Source, end: str) -> str:
    """What files and columns call an end: as the model's column of it, without _id."""
    own = (source.spells.own_name(f"{end}_id") if source.spells else end).removesuffix("_id")
    return OF_THE_ENGINE.get(own, own)


def look(source: Source) -> None:
    """Which kinds of agents are ever at the ends of ties: of all runs of the file, for one run may not have had a rare
    one."""
    source.rows(
        "CREATE TEMP TABLE IF NOT EXISTS seen AS SELECT DISTINCT tie.kind AS tie, d.kind AS donor, p.kind AS partner FROM"
        " tie JOIN run USING (run_id) LEFT JOIN agent AS d ON d.scenario_id = run.scenario_id AND d.agent_id = donor_id"
        " LEFT JOIN agent AS p ON p.scenario_id = run.scenario_id AND p.agent_id = partner_id")


def check(source: Source) -> None:
    """Refuse kinds of agents that have no tie."""
    if source.ask.format not in ("rsiena", "goldfish") or source.ask.tied:
        return
    look(source)
    seen = [kind for (kind,) in source.rows(
        "SELECT donor FROM temp.seen WHERE donor IS NOT NULL UNION SELECT partner FROM temp.seen WHERE partner IS NOT NULL"
        " ORDER BY 1")]
    for kind in source.ask.actors:
        if kind not in seen:
            raise ResultsError(f"--actors: no agent of kind '{kind}' has a tie in {source.ask.results}"
                               + choices(kind, ["all", "tied", *seen], "'"))


def of_side(source: Source, run: Run, kind: str, end: str) -> str:
    """SQL of the agents of one side (donor or partner) of a kind of tie: a column agent_id."""
    ask = source.ask
    tied = f"SELECT {end}_id AS agent_id FROM tie WHERE run_id = {run.run_id} AND kind = {sql.text(kind)}"
    if ask.tied:
        return tied
    seen = [of for (of,) in source.rows(f"SELECT DISTINCT {end} FROM temp.seen WHERE tie = {sql.text(kind)} AND {end} IS"
                                        " NOT NULL ORDER BY 1")]
    chosen = [of for of in ask.actors if of in seen]
    kinds = sql.texts(chosen or seen) or "''"  # the file may name no agents
    return (f"SELECT agent_id FROM agent WHERE scenario_id = {run.scenario_id} AND kind IN ({kinds}) AND (agent_id IN"
            f" ({tied}) OR {_exists(source, run)}){'' if chosen else f' UNION {tied}'}")
