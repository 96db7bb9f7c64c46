# SPDX-License-Identifier: GPL-3.0-or-later
"""Which runs are exported, and what is refused or told before anything is written."""

from __future__ import annotations

from kumiai import database
from kumiai.errors import ResultsError
from kumiai.export import actors, networks, sql
from kumiai.export.source import Source
from kumiai.words import choices

FULL = ("full", "choices")
# Tables whose rows belong to runs at every detail.
OF_EVERY_DETAIL = "'run', 'run_draw', 'summary', 'series', 'target_value'"
KEPT_TABLES, KEPT_EVENTS = "output.tables", "output.events"


def check_detail(source: Source) -> None:
    """Networks need ties; tables that need more detail are told to be empty."""
    detail, path = source.meta.get("detail", "unknown"), source.ask.results
    if detail in FULL:
        return
    if source.ask.format != "csv":
        raise ResultsError(f"{path} was written with --detail {detail}; ties are kept at --detail full and choices only.")
    source.remarks.append(f"the results were written with --detail {detail}: the tables that need more are empty")


# ---- runs ----


def _check_run(source: Source, run_id: int) -> None:
    rows = source.rows(f"SELECT status, note FROM run WHERE run_id = {run_id}")
    if not rows:
        first, last = source.rows("SELECT min(run_id), max(run_id) FROM run")[0]
        raise ResultsError(f"--run: {source.ask.results} has no run {run_id}; there are {first} to {last}.")
    status, note = rows[0]
    if source.ask.by_run and status != "ok":
        raise ResultsError(f"--run: run {run_id} did not finish ({status or 'no status'}: "
                           f"{note or 'no reason is recorded'}).")


def _condition(source: Source) -> str:
    """The condition on `run` that the request sets."""
    ask = source.ask
    parts = ["status = 'ok'" if ask.by_run else "1"]
    if ask.rep is not None:
        parts.append(f"rep = {ask.rep}")
    if ask.runs:
        parts.append(f"run_id IN ({', '.join(map(str, ask.runs))})")
    if ask.by_run and ask.rep is None and not ask.runs:
        parts.append("run_id IN (SELECT min(run_id) FROM run WHERE status = 'ok' GROUP BY scenario_id)")
    return " AND ".join(parts)


def choose(source: Source) -> None:
    """Fill source.run_filter: a list, so that queries of the manifest stand for themselves."""
    ask = source.ask
    source.of_runs = source.n_runs = source.value("SELECT count(*) FROM run")
    for run_id in ask.runs:
        _check_run(source, run_id)
    if not ask.by_run and ask.rep is None and not ask.runs:
        return
    found = [run_id for (run_id,) in source.rows(f"SELECT run_id FROM run WHERE {_condition(source)} ORDER BY run_id")]
    if not found and ask.rep is not None:
        first, last = source.rows("SELECT min(rep), max(rep) FROM run")[0]
        raise ResultsError(f"--rep: {ask.results} has no{' ok' if ask.by_run else ''} run of replicate {ask.rep}; there "
                           f"are {first} to {last}.")
    if not found:
        raise ResultsError(f"{ask.results} has no ok run among its {source.of_runs} runs.")
    source.run_filter, source.n_runs = ", ".join(map(str, found)), len(found)


def remark_runs(source: Source) -> None:
    """What is left out is told, and what the file lacks itself."""
    ask = source.ask
    if source.n_runs < source.of_runs:
        how = "" if ask.runs or ask.rep is not None else \
            ": of each scenario the first that is ok; --run and --rep choose others"
        source.remarks.append(f"{source.n_runs} of {source.of_runs} runs are exported{how}")
    unfinished = database.progress(source.path)
    if unfinished:
        source.remarks.append(unfinished.removeprefix(f"{source.path}: ").rstrip("."))


# ---- years, kinds, events ----


def check_kind(source: Source) -> None:
    """Refuse a kind of tie that the runs do not have."""
    kind = source.ask.kind
    if kind is None:
        return
    known = [found for (found,) in source.rows(f"SELECT DISTINCT kind FROM tie{source.where_runs()}") if found]
    if kind not in known:
        raise ResultsError(f"--kind: no tie of kind '{kind}'" + choices(kind, known, "'"))


def check_years(source: Source) -> None:
    """Refuse years that a run does not have."""
    for year in source.ask.years:
        for run in source.runs:
            has = networks.all_years(run)
            if year not in has:
                raise ResultsError(f"--at: year {year} is not in run {run.run_id} ({run.scenario}), which has "
                                   f"{has[0]} to {has[-1]}.")


def not_kept(source: Source, table: str, event: str = "") -> str:
    """Why the runs have no rows of a table, or of these events of it; '' where they kept them."""
    kept = {key: value.split(",") for key, value in source.meta.items() if key in (KEPT_TABLES, KEPT_EVENTS)}
    if KEPT_TABLES in kept and table not in kept[KEPT_TABLES]:
        what, setting = f"table {table}", KEPT_TABLES
    elif event and KEPT_EVENTS in kept and event not in kept[KEPT_EVENTS]:
        what, setting = f"events {event}", KEPT_EVENTS
    else:
        return ""
    return f"{source.ask.results} keeps no {what}: it was run with {setting} = {source.meta[setting] or '[]'}"


def check_events(source: Source) -> None:
    """Refuse kinds of events that the file does not have."""
    for option, kinds in (("--enter", source.ask.enter), ("--leave", source.ask.leave)):
        for kind in kinds:
            if source.value(f"SELECT EXISTS (SELECT 1 FROM event WHERE kind = {sql.text(kind)})"):
                continue
            reason = not_kept(source, "event", kind)
            raise ResultsError(f"{option}: {reason}." if reason else f"{option}: {_no_event(source, kind)}")


def _no_event(source: Source, kind: str) -> str:
    known = [found for (found,) in source.rows("SELECT DISTINCT kind FROM event ORDER BY 1") if found]
    return f"{source.ask.results} has no event of kind '{kind}'" + choices(kind, known, "'")


# ---- what the runs did not keep ----


def _remark_selection(source: Source) -> None:
    """A table without a row does not say whether there was nothing."""
    tables, events = source.meta.get(KEPT_TABLES), source.meta.get(KEPT_EVENTS)
    kept = (tables or "").split(",")
    if tables is not None:
        of_runs = source.rows("SELECT name FROM sqlite_master AS t WHERE type = 'table' AND name NOT IN"
                              f" ({OF_EVERY_DETAIL}) AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE cid = 0"
                              " AND name = 'run_id') ORDER BY t.rowid")
        dropped = [name for (name,) in of_runs if name not in kept]
        if dropped:
            source.remarks.append(f"{source.ask.results} keeps no rows of {', '.join(dropped)}: it was run with "
                                  f"{KEPT_TABLES} = {tables or '[]'}")
    if events is not None and (tables is None or "event" in kept):
        source.remarks.append(f"it keeps no other events than {KEPT_EVENTS} = {events or '[]'}")


def _has_rows(source: Source, tables: str) -> bool:
    return bool(source.value(f"SELECT EXISTS (SELECT 1 FROM {tables}{source.where_runs()})"))


def check_ties(source: Source) -> None:
    """Without ties there is no network; files without a row would not say why they are empty."""
    if source.ask.format == "csv":
        _remark_selection(source)
        return
    if why := not_kept(source, "tie"):
        raise ResultsError(f"{why}.")
    if why := not_kept(source, "project"):
        source.remarks.append(f"the funders of ties are not known: {why}")
    if _has_rows(source, "tie"):
        return
    if not _has_rows(source, "run JOIN agent USING (scenario_id)"):
        raise ResultsError(f"{source.ask.results} has neither ties nor agents; --format csv exports its tables.")
    source.remarks.append("there are no ties: the networks are empty")


def settle(source: Source) -> None:
    """Choose the runs; refuse what cannot be had."""
    check_detail(source)
    choose(source)
    if source.ask.by_run:
        networks.read_runs(source)
        check_kind(source)
    check_years(source)
    check_events(source)
    actors.check(source)
    check_ties(source)
    remark_runs(source)
