# SPDX-License-Identifier: GPL-3.0-or-later
"""kumiai's results files (SQLite) as pandas frames: the one reader of all scripts and notebooks.

    from kumiai import results as kr                    # with scripts/ on sys.path
    scenarios, notes = kr.load(["results/x.db"])   # one Scenario per scenario, ok runs only
    scenarios[0].summary                           # runs × summary metrics
    kr.read_series(scenarios[0], "ties_regional")  # or a list of metrics
    kr.read_ties(scenarios[0])                     # spells with their run's window
    kr.read_targets(scenarios[0])                  # what a fit may use (targets.py)
    for chunk in kr.iter_table(scenarios[0], "project"): ...   # whole runs, memory bounded
    kr.column_docs("results/x.db")                 # unit and meaning of every column
    kr.parameter_docs("results/x.db", "cooperation")   # unit, range and source of every parameter

Every frame holds runs of status 'ok' only. Times are fiscal years as decimals (2013.25 is the
second quarter of JFY 2013). Columns, units and meanings come from the file. Nothing here writes
to a file. What cannot be read raises ResultsError, whose text is one sentence for the user.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from kumiai import database, drawn, ends, labels, repeats, roles
from kumiai.database import ResultsError, check_file, loading
from kumiai.database import columns as _columns
from kumiai.database import query as _query
from kumiai.meanings import (column_docs, is_share, measurable, parameter_docs, units,  # noqa: F401  # the same
                             words, year_words)
from kumiai.targets import read_target_values, read_targets  # noqa: F401  # for those who import this
from kumiai.words import choices

Name = str | Path  # of a file
STATUSES = ("ok", "failed", "timeout")
MODES = ("city_to_city", "regional")
KEY = ["seed", "rep", "point"]
CHUNK_ROWS = 50_000
ROWS = {"refusal": "refusals", "project": "projects", "ledger": "payments", "event": "events",
        "tie_state": "states of ties"}
TIE_COLUMNS = ("run_id", "tie_id", "kind", "mode", "form", "donor_id", "partner_id", "sector",
               "stage", "onset", "terminus", "onset_censored", "terminus_censored", "cause")


class Absent(Exception):
    """A table or detail that a file does not hold; the message says which and why."""


@dataclass
class Scenario:
    """One scenario of one file, with its ok runs.

    runs: index run_id, columns seed, rep, point (design point as text, '' without one).
    summary: one row per ok run, index (seed, rep, point), one float column per metric;
    a metric without any value in this scenario has no column.
    model: name of its model, '' where the file does not say. config: its settings as text.
    """

    label: str
    name: str
    path: Path
    scenario_id: int
    failed: int
    runs: pd.DataFrame
    summary: pd.DataFrame
    model: str = ""
    config: str = field(default="", repr=False)

    @property
    def is_sweep(self) -> bool:
        """Whether its runs are at several points of a design, no replicates of one another."""
        return self.runs["point"].nunique() > 1

    @property
    def n(self) -> int:
        """Number of ok runs."""
        return len(self.runs)


# ---- scenarios and runs ----


def _points(path):
    """point_id → 'parameter=value; …', sorted, so that equal points of two files are equal.

    The parameters' values, not the ids, make the key: ids count on through a file, so the
    second scenario of a sweep has other ids for the same design point.
    """
    if not _columns(path, "point_value"):
        return {}
    frame = _query(path, "SELECT point_id, parameter, value FROM point_value "
                         "ORDER BY point_id, parameter")
    text = frame["parameter"].astype(str) + "=" + frame["value"].astype(str)
    return text.groupby(frame["point_id"]).agg("; ".join).to_dict()


def _runs(path):
    """All runs of a file, index run_id, with the design point as text."""
    runs = _query(path, "SELECT run_id, scenario_id, point_id, rep, seed, status FROM run ORDER BY run_id")
    runs = _check_numbers(runs, path, "run").set_index("run_id")
    for status in runs["status"][~runs["status"].isin(STATUSES)].head(1):
        raise ResultsError(f"{path} is damaged: table run, column status: expected one of {', '.join(STATUSES)}, "
                           f"found {status!r:.60}.", code=1)
    runs["point"] = runs["point_id"].map(_points(path)).fillna("").astype(str)
    return runs


def _summary(path, runs):
    """Summary of the given runs as floats; what is not a finite number is missing."""
    frame = _check_numbers(_query(path, "SELECT * FROM summary"), path, "summary")
    frame = frame.set_index("run_id").reindex(runs.index)
    frame = frame.apply(pd.to_numeric, errors="coerce").astype(float)
    frame = frame.replace([np.inf, -np.inf], np.nan).dropna(axis="columns", how="all")
    frame.index = pd.MultiIndex.from_frame(runs[KEY])
    return frame


def _model(config):
    """Name of the model in a resolved configuration, '' if it names none: for files without a table setting."""
    found = re.search(r'^\s*model\s*[=:]\s*"([^"]*)"', config or "", re.MULTILINE)
    return found[1] if found else ""


def _models(path):
    """scenario_id → name of its model, {} where the file has no table setting."""
    if not _columns(path, "setting"):
        return {}
    return dict(database.rows(path, "SELECT scenario_id, value FROM setting WHERE parameter = 'model'"))


def settings(scenario: Scenario) -> dict[str, str | float]:
    """The resolved configuration: parameter → value, with the model and, as one text, all interventions.

    Raises Absent for files of schema version 1, which have it as a text for the program alone.
    """
    if not _columns(scenario.path, "setting"):
        raise Absent(f"{scenario.label}: its file is of schema version 1 and has no table setting")
    return dict(database.rows(scenario.path, "SELECT parameter, value FROM setting WHERE scenario_id = ? ORDER BY "
                                             "parameter", (scenario.scenario_id,)))


def _load_file(path, verify):
    """(scenarios of one file in its own order, those without an ok run with n = 0; notes on the file)."""
    with loading(path):
        unseen = check_file(path, verify)
        progress = database.progress(path)
        return _scenarios(path, progress), [note for note in (progress, unseen) if note]


def _scenarios(path, progress):
    """Scenarios of one file."""
    runs = _runs(path)
    if not (runs["status"] == "ok").any():
        raise ResultsError(progress if progress and runs.empty else
                           f"{path} has no ok run among its {len(runs)} runs.")
    found, models = [], _models(path)
    for row in _query(path, "SELECT scenario_id, name, config FROM scenario "
                            "ORDER BY scenario_id").itertuples(index=False):
        mine = runs[runs["scenario_id"] == row.scenario_id]
        ok = mine[mine["status"] == "ok"]
        found.append(Scenario(str(row.name), str(row.name), path, row.scenario_id,
                              len(mine) - len(ok), ok[KEY], _summary(path, ok),
                              models.get(row.scenario_id) or _model(row.config), row.config or ""))
    return found


def _one_model(scenarios, wanted):
    """The scenarios of one model; refuses a mixture unless one of its models is wanted."""
    models = list(dict.fromkeys(s.model for s in scenarios if s.model))
    if wanted is not None:
        kept = [s for s in scenarios if s.model == wanted]
        if not kept:
            pick([wanted], models, "No scenario is of the model")
        return kept
    if len(models) > 1:
        raise ResultsError(f"The scenarios are of several models ({', '.join(models)}), which "
                           "cannot be compared; name one with --model.")
    return scenarios


def _distinct(paths):
    """The paths; refuses one that is given twice."""
    seen = set()
    for path in paths:
        if path.resolve() in seen:
            raise ResultsError(f"{path} is given twice.")
        seen.add(path.resolve())
    return paths


def load(paths: Name | Sequence[Name], model: str | None = None,
         verify: bool = False) -> tuple[list[Scenario], list[str]]:
    """Read the files; returns (scenarios in order, their first the reference; notes).

    paths: one path or several. model: the model whose scenarios are meant, needed where the
    files mix several. verify: compare all rows with their digests first, of large files, too. notes are
    sentences about what was left out or not compared and of files being written, for the user to see.
    """
    files = _distinct([Path(p) for p in ([paths] if isinstance(paths, (str, Path)) else paths)])
    loaded = [_load_file(path, verify) for path in files]
    scenarios = _one_model([s for found, _ in loaded for s in found], model)
    labels.disambiguate(scenarios, labels.short_names(files))
    scenarios, notes = repeats.each_run_once(scenarios)
    if not scenarios:
        raise ResultsError("There is no scenario in " + ", ".join(map(str, files)) + ".")
    if not scenarios[0].n:
        raise ResultsError(f"The first scenario, {scenarios[0].label}, has no ok run, "
                           "so there is nothing to compare the others with.")
    notes = [note for _, of_file in loaded for note in of_file] + notes
    notes += [shared] if (shared := drawn.note([s for s in scenarios if s.n])) else []
    notes += [few] if (few := drawn.note_few_rows(scenarios)) else []
    notes += [f"{s.label}: no ok run ({s.failed} failed), the scenario is left out."
              for s in scenarios if not s.n]
    notes += [f"{s.label} mixes {s.runs['point'].nunique()} design points in its means; intervals take "
              "them for independent." for s in scenarios if s.is_sweep]
    return [s for s in scenarios if s.n], notes


def with_runs(scenario: Scenario, run_ids: Iterable[int]) -> Scenario:
    """The scenario with some of its runs alone; every reader then gives those."""
    kept = scenario.runs.index.isin(run_ids)
    return replace(scenario, runs=scenario.runs[kept], summary=scenario.summary[kept])


def pick(names: Iterable[str], known: Sequence[str], what: str) -> list[str]:
    """The wanted of the known names; an unknown one is refused with its nearest neighbour and what there is."""
    for name in names:
        if name not in known:
            raise ResultsError(f"{what} '{name}'{choices(name, known)}")
    return list(dict.fromkeys(names))


def choose_metrics(scenarios: Sequence[Scenario], wanted: Iterable[str] | None = None) -> list[str]:
    """Summary metrics in file order without those that name an agent, or those wanted."""
    known = list(dict.fromkeys(c for s in scenarios for c in s.summary.columns))
    if wanted is None:
        return measurable(known, units(scenarios, "summary"))
    return pick(wanted, known, "No scenario has a value of the metric")


# ---- what a file lacks, and why ----


def _detail(path):
    """Detail that a file was kept at, '' where it does not say."""
    return next(iter(_query(path, "SELECT value FROM meta WHERE key = 'detail'")["value"]), "")


def lacks_by_model(scenario: Scenario, table: str) -> bool:
    """Whether the file says that the scenario's model has no such table, whatever the detail."""
    docs = column_docs(scenario.path).index
    if docs.empty:
        return False
    if table == roles.OWN_TABLE:  # the engine's: a model that has ties says by which causes they end
        return bool(_columns(scenario.path, "cause_doc")) and _query(
            scenario.path, "SELECT 1 FROM cause_doc WHERE model = ? LIMIT 1", (scenario.model,)).empty
    return table not in docs.get_level_values("table")


def not_kept(scenario: Scenario, table: str, kinds: Sequence[str] = ()) -> str:
    """Why the file lacks rows of a table, or events of these kinds, that its runs may have had.

    A sentence without its end; '' where the settings output.tables and output.events kept them.
    """
    kept = _query(scenario.path, "SELECT key, value FROM meta WHERE key LIKE 'output.%'")
    kept = {key: [word for word in value.split(",") if word] for key, value in kept.itertuples(index=False)}
    setting, lacking, what = "output.tables", table not in kept.get("output.tables", [table]), f"table {table}"
    if not lacking and table == "event" and "output.events" in kept:
        missed = [kind for kind in kinds if kind not in kept["output.events"]]
        setting, lacking, what = "output.events", bool(missed), f"events {' and '.join(missed)}"
    if not lacking:
        return ""
    chosen = ", ".join(kept[setting]) or "[]"
    return f"{scenario.label}: its file keeps no {what}: it was run with {setting} = {chosen}"


def none_recorded(scenario: Scenario, table: str, what: str) -> Absent:
    """Absent that tells why the runs have no rows in a table; what: its rows, in words."""
    model = f"its model{f', {scenario.model},' if scenario.model else ''}"
    detail = _detail(scenario.path)
    if lacks_by_model(scenario, table):
        return Absent(f"{scenario.label}: {model} records no {what}")
    if reason := not_kept(scenario, table):
        return Absent(reason)
    if detail and detail not in ("full", "choices"):
        return Absent(f"{scenario.label}: its runs were kept at detail '{detail}', but {what} "
                      "need --detail full")
    if detail:
        return Absent(f"{scenario.label}: no {what} arose in its runs")
    return Absent(f"{scenario.label}: its runs have no {what} (detail below 'full', or none arose)")


# ---- rows of a table ----


def read_plain(path: Name, table: str) -> pd.DataFrame:
    """A table or view whose rows belong to no scenario's runs, as it is; empty if there is none."""
    path = Path(path)
    return _query(path, f'SELECT * FROM "{table}"') if _columns(path, table) else pd.DataFrame()


KEYS_OF_SERIES = [("series", name) for name in ("run_id", "step", "time")]  # columns that are no metrics


def series_metrics(scenario: Scenario) -> list[str]:
    """Names of the metrics of the series, in file order; empty without series."""
    return [c for c in _columns(scenario.path, "series") if ("series", c) not in KEYS_OF_SERIES]


def common_series(scenarios: Iterable[Scenario]) -> list[str]:
    """Names of the metrics of the series that one of the scenarios has at least, in file order."""
    return list(dict.fromkeys(m for s in scenarios for m in series_metrics(s)))


def _frame(rows, names):
    """Rows as a frame, text as categories."""
    frame = pd.DataFrame.from_records(rows, columns=names)
    text = [c for c in names if frame[c].dtype == object
            and pd.api.types.infer_dtype(frame[c], skipna=True) == "string"]
    return frame.astype({c: "category" for c in text})


def _numbers(rows, names):
    """Rows as a frame of floats, NaN where there is none; the first cell is the run_id."""
    cells = np.array(rows, dtype=float)
    frame = pd.DataFrame(cells[:, 1:], columns=names[1:])
    frame.insert(0, "run_id", cells[:, 0].astype(np.int64))
    return frame


def _check_numbers(frame, path, table):
    """The frame, unless a text stands in a column of numbers."""
    kinds = _query(path, "SELECT name, type FROM pragma_table_info(?)", (table,)).set_index("name")["type"]
    for column in frame.columns.intersection(kinds.index[kinds.isin(("INTEGER", "REAL"))]):
        cells = frame[column] if frame[column].dtype in (object, "category") else ()
        for text in (cell for cell in cells if isinstance(cell, (str, bytes))):
            raise ResultsError(f"{path} is damaged: table {table}, column {column}: expected a number, "
                               f"found {text!r:.60}.", code=1)
    return frame


def _parts(path, sql, between, parameters):
    """Lists of some CHUNK_ROWS rows, whose last cell is the rowid.

    The file is let go in between: what is done with them takes time, and a run may want to write.
    """
    first, end = between
    while rows := database.rows(path, sql, (first, end, *parameters, CHUNK_ROWS)):
        first = rows[-1][-1] + 1
        yield rows


def _whole_runs(parts):
    """Lists of rows, each of one or several whole runs (run_id is the first cell)."""
    held: list[tuple] = []
    for rows in parts:
        first_of_last = next(i for i, row in enumerate(rows) if row[0] == rows[-1][0])
        if first_of_last or (held and held[0][0] != rows[0][0]):
            yield held + rows[:first_of_last]
            held = []
        held += rows[first_of_last:]
    if held:
        yield held


def _lacking(scenario, table, columns):
    """Raise Absent if the file lacks the table or one of the columns."""
    present = _columns(scenario.path, table)
    if not present and _columns(scenario.path, "table_doc") and lacks_by_model(scenario, table):
        raise none_recorded(scenario, table, ROWS.get(table, f"rows of {table}"))
    if not present:
        raise Absent(f"{scenario.label}: the file has no table {table}")
    lacking = [c for c in columns if c not in present]
    if lacking:
        raise Absent(f"{scenario.label}: its {table} has no {' and no '.join(lacking)}")


def only_own(scenario: Scenario) -> tuple[str, tuple[int, ...]]:
    """Condition of SQL on rows between the first and the last of a scenario's runs, with its parameters.

    It leaves out rows of other runs, and says nothing where there are none: to ask takes a third of a reading.
    """
    between = int(scenario.runs.index.min()), int(scenario.runs.index.max())
    [(others,)] = database.rows(scenario.path, "SELECT count(*) FROM run WHERE run_id BETWEEN ? AND ? AND NOT "
                                               "(scenario_id = ? AND status = 'ok')", (*between, scenario.scenario_id))
    if not others:
        return "1", ()
    # The plus keeps SQLite from looking up run by run in an index and sorting what it found.
    return ("+run_id IN (SELECT run_id FROM run WHERE scenario_id = ? AND status = 'ok')", (scenario.scenario_id,))


def iter_table(scenario: Scenario, table: str, columns: Iterable[str] | None = None, where: str = "",
               parameters: Sequence = (), frame_of: Callable = _frame) -> Iterator[pd.DataFrame]:
    """Rows of the scenario's runs as a stream of frames, in the order of the file.

    Each frame holds one or several whole runs, some CHUNK_ROWS rows: memory does not grow with
    the file. columns: all by default; run_id always comes first. Text is categorical. where: a
    condition of SQL on the table's columns, with its parameters. frame_of: makes a frame of rows
    and names. Raises Absent, ResultsError.
    """
    columns = _columns(scenario.path, table) if columns is None else list(columns)
    _lacking(scenario, table, columns)
    if scenario.runs.empty:
        return
    names = ["run_id"] + [c for c in columns if c != "run_id"]
    quoted = ", ".join(f'"{c}"' for c in [*names, "rowid"])
    own, of_own = only_own(scenario)
    sql = (f'SELECT {quoted} FROM "{table}" WHERE rowid >= ? AND rowid < ? AND {own}'
           f"{f' AND ({where})' if where else ''} ORDER BY rowid LIMIT ?")
    first, last = int(scenario.runs.index.min()), int(scenario.runs.index.max())
    with database.one_state(scenario.path):
        between = database.rows_between(scenario.path, table, first, last)
    before: list[int] = []
    for rows in _whole_runs(_parts(scenario.path, sql, between, (*of_own, *parameters))):
        try:
            frame = frame_of(rows, [*names, "rowid"]).drop(columns="rowid")
        except ValueError as error:  # a text among numbers
            raise ResultsError(f"{scenario.path} is damaged: table {table}: {error}.", code=1) from error
        frame = _check_numbers(frame, scenario.path, table)
        database.in_run_order(np.r_[before, frame["run_id"].to_numpy()], scenario.path, table)
        before = [frame["run_id"].iloc[-1]]
        frame = frame[frame["run_id"].isin(scenario.runs.index)]
        if len(frame):
            yield frame.reset_index(drop=True)


def _joined(chunks):
    """Frames with categorical columns under each other."""
    joined = pd.concat(chunks, ignore_index=True)
    for column in chunks[0].columns:
        if any(c[column].dtype == "category" for c in chunks):
            joined[column] = union_categoricals([c[column].astype("category") for c in chunks])
    return joined


def read_table(scenario: Scenario, table: str, columns: Iterable[str] | None = None, where: str = "",
               parameters: Sequence = ()) -> pd.DataFrame:
    """All rows that iter_table gives, in one frame; raises Absent if there are none."""
    chunks = list(iter_table(scenario, table, columns, where, parameters))
    if not chunks:
        raise none_recorded(scenario, table, ROWS.get(table, f"rows of {table}"))
    return _joined(chunks)


def read_series(scenario: Scenario, columns: str | Iterable[str]) -> pd.DataFrame:
    """Series of one scenario: run_id, time (years), and the given columns (floats).

    A step's row has the time at which it begins. From schema version 4 on the first row of a run is the state before
    the first step, one step earlier: flows have no value there. columns: names of metrics, or one name; "step" among
    them is -1 in that row, which means over steps leave out. Raises Absent where the file has no series or not that
    metric.
    """
    columns = [columns] if isinstance(columns, str) else list(columns)
    present = _columns(scenario.path, "series")
    if not present:
        raise Absent(f"{scenario.label}: the file has no series (detail 'summary')")
    lacking = [c for c in columns if c not in present]
    if lacking:
        raise Absent(f"{scenario.label}: the series has no {' and no '.join(lacking)}")
    chunks = list(iter_table(scenario, "series", ["time", *columns], frame_of=_numbers))
    if not chunks:
        raise Absent(f"{scenario.label}: its runs have no series (detail 'summary')")
    frame = pd.concat(chunks, ignore_index=True)
    if len(columns) and frame[columns].isna().all().all():
        raise Absent(f"{scenario.label}: its model has no {' and no '.join(columns)}")
    return frame


def windows(scenario: Scenario) -> pd.DataFrame:
    """Time each ok run covers: frame, index run_id, columns start, last, end, step (years).

    last: begin of its last step; end: that plus one step.
    """
    if not _columns(scenario.path, "series"):
        raise Absent(f"{scenario.label}: the file has no series (detail 'summary')")
    found = _query(scenario.path, "SELECT run_id, MIN(time) AS start, MAX(time) AS last, "
                   "COUNT(*) AS n FROM series WHERE step >= 0 AND run_id IN (SELECT run_id FROM run WHERE "
                   "scenario_id = ? AND status = 'ok') GROUP BY run_id",
                   (scenario.scenario_id,)).set_index("run_id")
    found = found[found.index.isin(scenario.runs.index)].astype(float)
    if found.empty:
        raise Absent(f"{scenario.label}: its runs have no series (detail 'summary')")
    # Without two steps the width of a step is unknown; the last time is then the end.
    step = ((found["last"] - found["start"]) / (found["n"] - 1).clip(lower=1)).round(9)
    return pd.DataFrame({"start": found["start"], "last": found["last"], "end": found["last"] + step,
                         "step": step})


def _tie_chunks(scenario, table, kind, columns):
    """Rows of the table of spells under the names that readers use; a text that it does not have is None."""
    own = {table.columns[c]: c for c in columns if c in table.columns}
    lacking = [c for c in columns if c not in table.columns]
    if lacking and not _columns(scenario.path, "table_doc"):
        _lacking(scenario, table.table, columns)
    where, parameters = ("kind = ?", (kind,)) if "kind" in table.columns else ("", ())
    more = roles.shift(scenario.path, table)
    for ties in iter_table(scenario, table.table, list(own), where, parameters):
        ties = ties.rename(columns=own).assign(**dict.fromkeys(lacking))
        yield ties.assign(partner_id=ties["partner_id"] + more) if more and "partner_id" in ties else ties


def iter_ties(scenario: Scenario, kind: str | None = None,
              columns: Iterable[str] = TIE_COLUMNS) -> Iterator[pd.DataFrame]:
    """Ties of one kind as a stream of frames: the columns, the window of their run and, where the cause
    is among the columns, what became of them.

    kind: default the file's main kind, see roles.main_kind.
    """
    table = roles.spells(scenario.path)
    if table is None:
        raise none_recorded(scenario, roles.table_name(scenario.path), "ties")
    kind = kind or roles.main_kind(scenario)
    if kind is None:
        raise none_recorded(scenario, table.table, "ties")
    window, converting = windows(scenario), ends.conversions(scenario.path, scenario.model)
    for ties in _tie_chunks(scenario, table, kind, columns):
        ties = ties.join(window, on="run_id", how="inner")
        for flag in ("onset_censored", "terminus_censored"):
            ties[flag] = ties[flag].fillna(0).astype(bool)
        ties = ties.astype({"onset": float, "terminus": float})
        yield ends.with_ends(ties, converting) if "cause" in ties else ties


def read_ties(scenario: Scenario, kind: str | None = None, columns: Iterable[str] = TIE_COLUMNS) -> pd.DataFrame:
    """Ties of one kind as spells in calendar years, one row each.

    The given columns of the table of spells (onset, terminus and their flags among them), the run's window
    (see windows) and, with the column cause, what became of each (see ends.with_ends). kind: default the file's
    main kind, see roles.main_kind. mode: of a kind that is divided into modes each tie has one; of another it is
    the kind. Raises Absent where there are none.
    """
    kind = kind or roles.main_kind(scenario)
    chunks = list(iter_ties(scenario, kind, columns))
    if not chunks:
        raise none_recorded(scenario, roles.table_name(scenario.path), f"{words(kind)} ties")
    ties = _joined(chunks)
    if "mode" not in ties:
        return ties
    if ties["mode"].isna().all():
        return ties.assign(mode=kind)
    return ties[ties["mode"].notna()].reset_index(drop=True)


def read_projects(scenario: Scenario, columns: Iterable[str] | None = None) -> pd.DataFrame:
    """Projects of one scenario, one row each, columns as in the file."""
    return read_table(scenario, "project", columns)


def read_agents(scenario: Scenario) -> pd.DataFrame:
    """The agents that take part: index agent_id, columns kind, code, name, …, lat, lon."""
    if not _columns(scenario.path, "agent"):
        raise Absent(f"{scenario.label}: the file has no agents")
    agents = _query(scenario.path, "SELECT * FROM agent WHERE scenario_id = ? ORDER BY agent_id",
                    (scenario.scenario_id,))
    return _check_numbers(agents, scenario.path, "agent").set_index("agent_id")


def read_refusals(scenario: Scenario) -> pd.DataFrame:
    """Refused opportunities per run: frame run_id, mode, reason, count (sum over the years)."""
    kept = []
    for chunk in iter_table(scenario, "refusal", ["run_id", "mode", "reason", "count"]):
        chunk = chunk.astype({"mode": object, "reason": object})
        kept.append(chunk.groupby(["run_id", "mode", "reason"], as_index=False)["count"].sum())
    if not kept:
        raise none_recorded(scenario, "refusal", ROWS["refusal"])
    return pd.concat(kept, ignore_index=True)


def refusal_counts(scenario: Scenario) -> pd.DataFrame:
    """Refused opportunities: frame with one row per run id, columns (mode, reason), counts."""
    counts = read_refusals(scenario).pivot_table(
        index="run_id", columns=["mode", "reason"], values="count", fill_value=0, aggfunc="sum")
    return counts.reindex(scenario.runs.index, fill_value=0)
