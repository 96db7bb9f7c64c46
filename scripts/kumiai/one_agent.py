# SPDX-License-Identifier: GPL-3.0-or-later
"""What one agent did and how it stands: its ties, what it started, its state as last recorded.

Nothing here knows a model: the tables are those with the roles 'spells', 'episodes' and 'states', the columns that
name the agent are the ends of the spells and agent_id.
"""

from __future__ import annotations

import difflib
import re

import numpy as np
import pandas as pd

from kumiai import database, ends, results, roles, yearly
from kumiai.database import columns as columns_of

COUNTED = (" ties formed", " ties ended", " ties at the end", " ties at a time")  # ends of measures of ties
NEAREST = 3  # names told of an agent that is not there
PLACES = ("run_id", "agent_id", "year", "time", "step")  # columns of a table of states that are no measures


def find(scenario: results.Scenario, wanted: str) -> tuple[int, str]:
    """(agent_id, what it is called) of the agent with a code, or a name that no other has.

    Raises ResultsError for one that is not there, with the nearest names, or not the only one.
    """
    try:
        agents = results.read_agents(scenario)
    except results.Absent as reason:
        raise results.ResultsError(f"{reason}.") from reason
    if agents.empty:
        raise results.ResultsError(f"{scenario.label}: its model, {scenario.model}, names no agents.")
    known = {column: agents[column].dropna().astype(str) for column in ("code", "name", "name_local") if column in agents}
    for names in known.values():
        found = names.index[names.str.casefold() == wanted.casefold()]
        if len(found) == 1:
            return int(found[0]), f"{agents.at[found[0], 'name'] or wanted} ({agents.at[found[0], 'code']})"
        if len(found) > 1:
            codes = ", ".join(agents.loc[found[:NEAREST], "code"].astype(str))
            more = f" and {len(found) - NEAREST} more" if len(found) > NEAREST else ""
            raise results.ResultsError(f"{scenario.label}: {len(found)} agents are called '{wanted}'; name one by its "
                                       f"code ({codes}{more}).")
    raise results.ResultsError(f"{scenario.label}: there is no agent '{wanted}'{_nearest(wanted, known)}")


def _nearest(wanted, known):
    """End of the sentence on an agent that is not there: the nearest codes and names."""
    names = {text.casefold(): text for column in known.values() for text in column if text}
    near = difflib.get_close_matches(wanted.casefold(), names, NEAREST, 0.6)
    near += [name for name in names if wanted.casefold() in name and name not in near][:NEAREST - len(near)]
    if not near:
        return " (by code or name)."
    return f"; did you mean {' or '.join(repr(names[name]) for name in near)}?"


def _kept(scenario, table):
    """Raises Absent where the file keeps no rows of a table; one without rows of these runs alone is no reason."""
    if not columns_of(scenario.path, table) or not database.rows(scenario.path, f'SELECT 1 FROM "{table}" LIMIT 1'):
        raise results.none_recorded(scenario, table, "ties" if table == roles.table_of(scenario.path, "spells")
                                    else results.ROWS.get(table, f"rows of {table}"))


# ---- ties ----


def _ties(scenario, agent):
    """Spells that the agent is an end of, with their group and what became of them."""
    table = roles.spells(scenario.path)
    if table is None:
        raise results.none_recorded(scenario, roles.table_name(scenario.path), "ties")
    _kept(scenario, table.table)
    names = [n for n in ("kind", "mode", "onset", "terminus", "onset_censored", "terminus_censored", "cause")
             if n in table.columns]
    first, second = (table.own_name(end) for end in (roles.FIRST_END, roles.SECOND_END))
    found = [pd.DataFrame(columns=["run_id", *names]), *results.iter_table(
        scenario, table.table, [table.own_name(n) for n in names], f'"{first}" = ? OR "{second}" = ?', (agent, agent))]
    ties = pd.concat([part.astype(object).set_axis(["run_id", *names], axis="columns") for part in found])
    kind = ties["kind"] if "kind" in ties else pd.Series(table.table, index=ties.index)
    ties["group"] = (ties["mode"] if "mode" in ties else kind).where(lambda g: g.notna(), kind)
    flags = {flag: ties[flag].fillna(0).astype(bool) for flag in ("onset_censored", "terminus_censored")}
    ties = ties.assign(**flags).astype({"onset": float, "terminus": float, "run_id": int})
    return ends.with_ends(ties.assign(last=np.nan), ends.conversions(scenario.path, scenario.model) or ())


def _groups(scenario, ties):
    """The modes of the main kind, whether the agent has such ties or not, then what other ties it has."""
    main = roles.main_kind(scenario)
    modes = (roles.mode_names(scenario, main) or [main]) if main else []
    return [*modes, *sorted(set(ties["group"]) - set(modes))]


def _of_ties(scenario, agent, window):
    """Frame by run: of every group of ties how many were formed, ended, are there at the end and at a time."""
    ties = _ties(scenario, agent)
    ties = ties.join(window, on="run_id", how="inner")
    begun = ~ties["onset_censored"] & (ties["onset"] >= ties["start"]) & (ties["onset"] < ties["end"])
    over = ties["terminus"].where(~ties["terminus_censored"], np.inf)
    within = (ties["onset"].where(~ties["onset_censored"], -np.inf) < ties["end"]) & (over > ties["start"])
    years = (np.minimum(over, ties["end"]) - np.maximum(ties["onset"].fillna(-np.inf), ties["start"])).clip(lower=0)
    counted = pd.DataFrame({
        "formed": begun.astype(float),
        "ended": (ties["ended"] & (over >= ties["start"]) & (over < ties["end"])).astype(float),
        "at the end": (within & (over >= ties["end"])).astype(float),
        "at a time": (years / (ties["end"] - ties["start"])).where(within, 0.0)})
    sums = counted.groupby([ties["run_id"], ties["group"]]).sum()
    found, units = pd.DataFrame(index=window.index), {}
    for group in _groups(scenario, ties):
        of_group = sums[sums.index.get_level_values("group") == group].droplevel("group")
        for what in counted:
            name = f"{results.words(group)} ties {what}"
            found[name], units[name] = of_group[what].reindex(window.index, fill_value=0.0), "ties"
    return found, units


# ---- what it started, and its state ----


def _tables(scenario, role):
    """Names of the file's tables of a role."""
    if not columns_of(scenario.path, "table_doc"):
        return ["project"] if role == "episodes" and columns_of(scenario.path, "project") else []
    return [name for (name,) in database.rows(scenario.path, "SELECT name FROM table_doc WHERE role = ? ORDER BY rowid",
                                              (role,))]


def _of_episodes(scenario, agent, window, table):
    """Frame by run: how many episodes of the agent began."""
    has, spells = columns_of(scenario.path, table), roles.spells(scenario.path)
    own = [] if spells is None else [spells.own_name(end) for end in (roles.FIRST_END, roles.SECOND_END)]
    by = [column for column in (*own, "agent_id") if column in has]
    if not by or "start" not in has:
        return pd.DataFrame(index=window.index), {}
    _kept(scenario, table)
    where = " OR ".join(f'"{column}" = ?' for column in by)
    found = [pd.DataFrame({"run_id": [], "start": []}), *results.iter_table(scenario, table, ["start"], where, [agent] * len(by))]
    rows = pd.concat([part.astype({"start": float, "run_id": int}).set_index("run_id") for part in found])
    begun = rows["start"].rename("began").to_frame().join(window, how="inner")
    begun = begun[(begun["began"] >= begun["start"]) & (begun["began"] < begun["end"])]
    name = f"{results.words(table)}s started"
    return begun.groupby(level=0).size().reindex(window.index, fill_value=0).astype(float).to_frame(name), \
        {name: f"{results.words(table)}s"}


def _of_states(scenario, agent, window, table):
    """Frame by run: the state of the agent as last recorded; of a run that has none, nothing."""
    has = columns_of(scenario.path, table)
    when = next((column for column in ("time", "year") if column in has), None)
    if when is None or "agent_id" not in has:
        return pd.DataFrame(index=window.index), {}
    _kept(scenario, table)
    measures = [column for column in has if column not in PLACES]
    rows = pd.concat([pd.DataFrame(columns=["run_id", when, *measures]),
                      *results.iter_table(scenario, table, [when, *measures], '"agent_id" = ?', (agent,))])
    rows = rows.apply(pd.to_numeric, errors="coerce").astype({"run_id": int}).set_index("run_id")
    until = rows[rows[when] < window["end"].reindex(rows.index)]
    last = until.sort_values(when, kind="stable").groupby(level=0).last()
    docs = results.units([scenario], table)
    return last[measures].reindex(window.index).astype(float).dropna(axis="columns", how="all") \
, docs


# ---- all of it ----


def _window(scenario, year):
    """Begin and end by run: of the whole run, or of a year."""
    window = results.windows(scenario)[["start", "end"]]
    if year is None:
        return window
    yearly.check_year(scenario, year)
    return window.assign(start=year - yearly.EDGE, end=year + 1 - yearly.EDGE)


def measures(scenario: results.Scenario, wanted: str, year: int | None = None) -> tuple[pd.DataFrame, dict, list[str]]:
    """(frame by (seed, rep, point) with a column for every measure, {measure: unit}, what the file lacks).

    Over the whole run, or in one year. Raises ResultsError for an agent that is not there, Absent where the file keeps
    no ties.
    """
    agent, _ = find(scenario, wanted)
    window = _window(scenario, year)
    parts, lacking = [_of_ties(scenario, agent, window)], []
    for role, read in (("episodes", _of_episodes), ("states", _of_states)):
        found, absent = [], []
        for table in _tables(scenario, role):
            try:
                found.append(read(scenario, agent, window, table))
            except results.Absent as reason:
                absent.append((table, str(reason)))
        parts += found
        if absent and not any(len(frame.columns) for frame, _ in found):  # a state is in the table of one kind of agents
            lacking.append(_lacking(scenario, absent))
    frame = pd.concat([frame for frame, _ in parts], axis="columns").reindex(scenario.runs.index)
    return (frame.set_axis(pd.MultiIndex.from_frame(scenario.runs[results.KEY])),
            {name: unit for _, units in parts for name, unit in units.items()}, lacking)


def _lacking(scenario, absent):
    """Why there is nothing of tables; what the file says of them may name the detail that keeps them."""
    docs = dict(database.rows(scenario.path, "SELECT name, doc FROM table_doc"))
    names = ", ".join(table for table, _ in absent)
    detail = re.search(r"\(detail (\w+)\)", docs.get(absent[0][0]) or "")
    if detail and not results.not_kept(scenario, absent[0][0]):
        return f"{scenario.label}: how an agent stands ({names}) is kept at --detail {detail[1]}"
    return absent[0][1]
