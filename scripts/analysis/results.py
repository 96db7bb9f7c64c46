"""Results files (SQLite) read into tidy frames.

Every frame holds runs of status 'ok' only. Times are fiscal years as decimals
(2013.25 is the second quarter of JFY 2013). Nothing here writes to a file.
"""

import difflib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

SCHEMA_VERSIONS = ("1",)
REQUIRED_TABLES = ("meta", "scenario", "run", "summary")
MODES = ("city_to_city", "regional")
KEY = ["seed", "rep", "point"]


class ResultsError(Exception):
    """A problem to be told in one sentence; code 2 blames the request, 1 the machine."""

    def __init__(self, message, code=2):
        super().__init__(message)
        self.code = code


class Absent(Exception):
    """A table or detail that a file does not hold; the message says which and why."""


@dataclass
class Scenario:
    """One scenario of one file, with its ok runs.

    runs: index run_id, columns seed, rep, point (design point as text, '' without one).
    summary: one row per ok run, index (seed, rep, point), one float column per metric;
    a metric without any value in this scenario has no column.
    """

    label: str
    name: str
    path: Path
    scenario_id: int
    failed: int
    runs: pd.DataFrame
    summary: pd.DataFrame

    @property
    def n(self):
        """Number of ok runs."""
        return len(self.runs)


def _connect(path):
    """Read-only connection; the caller closes it."""
    if not path.exists():
        raise ResultsError(f"{path}: there is no such file.")
    if not path.is_file():
        raise ResultsError(f"{path} is not a file.")
    try:
        return sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise ResultsError(f"{path} cannot be opened ({error}).", code=1) from error


def _query(path, sql, parameters=()):
    """Rows of a query as a frame; database faults become a ResultsError of code 1."""
    with closing(_connect(path)) as db:
        try:
            return pd.read_sql_query(sql, db, params=parameters)
        except (sqlite3.Error, pd.errors.DatabaseError) as error:
            raise ResultsError(f"{path} cannot be read ({_cause(error)}).", code=1) from error


def _cause(error):
    """SQLite's own words, on one line, without pandas' copy of the query."""
    return str(error.__cause__ or error).splitlines()[0]


def _columns(path, table):
    """Column names of a table, empty if the file has no such table."""
    return list(_query(path, "SELECT name FROM pragma_table_info(?)", (table,))["name"])


def check_file(path):
    """Refuse what is not a results file of a known schema."""
    with closing(_connect(path)) as db:
        try:
            tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
        except sqlite3.DatabaseError as error:
            if "not a database" in str(error):
                raise ResultsError(f"{path} is not a kumiai results file ({error}).") from error
            raise ResultsError(f"{path} cannot be read ({error}).", code=1) from error
        missing = [table for table in REQUIRED_TABLES if table not in tables]
        if missing:
            raise ResultsError(f"{path} is not a kumiai results file "
                               f"(it has no table {', '.join(missing)}).")
        found = db.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    version = str(found[0]) if found else "none"
    if version not in SCHEMA_VERSIONS:
        raise ResultsError(f"{path} has schema_version {version}, but this script knows "
                           f"{', '.join(SCHEMA_VERSIONS)} only.")


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
    runs = _query(path, "SELECT run_id, scenario_id, point_id, rep, seed, status "
                        "FROM run ORDER BY run_id").set_index("run_id")
    runs["point"] = runs["point_id"].map(_points(path)).fillna("").astype(str)
    return runs


def _summary(path, runs):
    """Summary of the given runs as floats; what is not a finite number is missing."""
    frame = _query(path, "SELECT * FROM summary").set_index("run_id").reindex(runs.index)
    frame = frame.apply(pd.to_numeric, errors="coerce").astype(float)
    frame = frame.replace([np.inf, -np.inf], np.nan).dropna(axis="columns", how="all")
    frame.index = pd.MultiIndex.from_frame(runs[KEY])
    return frame


def _load_file(path):
    """Scenarios of one file in its own order; those without an ok run have n = 0."""
    check_file(path)
    runs = _runs(path)
    if not (runs["status"] == "ok").any():
        raise ResultsError(f"{path} has no ok run among its {len(runs)} runs.")
    found = []
    for row in _query(path, "SELECT scenario_id, name FROM scenario ORDER BY scenario_id") \
            .itertuples(index=False):
        mine = runs[runs["scenario_id"] == row.scenario_id]
        ok = mine[mine["status"] == "ok"]
        found.append(Scenario(str(row.name), str(row.name), path, row.scenario_id,
                              len(mine) - len(ok), ok[KEY], _summary(path, ok)))
    return found


def _short_names(paths):
    """path → the shortest tail of it that no other path shares."""
    names = {}
    for path in paths:
        parts = path.resolve().parts
        others = [other.resolve().parts for other in paths if other != path]
        depth = 1
        while depth < len(parts) and any(parts[-depth:] == o[-depth:] for o in others):
            depth += 1
        names[path] = "/".join(parts[-depth:])
    return names


def _disambiguate(scenarios, names):
    """Give every scenario its own label: the name, then the file, then a count."""
    plain = [s.name for s in scenarios]
    for s in scenarios:
        if plain.count(s.name) > 1 and len(names) > 1:
            s.label = f"{s.name} ({names[s.path]})"
    labels = [s.label for s in scenarios]
    for i, s in enumerate(scenarios):
        if labels.count(labels[i]) > 1:
            s.label = f"{labels[i]} #{1 + labels[:i].count(labels[i])}"


def load(paths):
    """Read the files; returns (scenarios in order, their first the reference; notes).

    notes are sentences about what was left out, for the user to see.
    """
    paths = [Path(p) for p in paths]
    seen = set()
    for path in paths:
        if path.resolve() in seen:
            raise ResultsError(f"{path} is given twice.")
        seen.add(path.resolve())
    scenarios = [s for path in paths for s in _load_file(path)]
    _disambiguate(scenarios, _short_names(paths))
    if not scenarios[0].n:
        raise ResultsError(f"The first scenario, {scenarios[0].label}, has no ok run, "
                           "so there is nothing to compare the others with.")
    notes = [f"{s.label}: no ok run ({s.failed} failed), the scenario is left out."
             for s in scenarios if not s.n]
    notes += [f"{s.label} mixes {s.runs['point'].nunique()} design points in its means."
              for s in scenarios if s.runs["point"].nunique() > 1]
    return [s for s in scenarios if s.n], notes


def choose_metrics(scenarios, wanted=None):
    """Metrics in file order, or those wanted; an unknown one is refused with its neighbour."""
    known = list(dict.fromkeys(c for s in scenarios for c in s.summary.columns))
    if wanted is None:
        return known
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"; did you mean {near[0]}?" if near else "."
            raise ResultsError(f"No scenario has a value of the metric '{name}'{hint}")
    return list(dict.fromkeys(wanted))


def read_series(scenario, columns):
    """Series of one scenario: run_id, time (years), and the given columns (floats)."""
    present = _columns(scenario.path, "series")
    if not present:
        raise Absent(f"{scenario.label}: the file has no series (detail 'summary')")
    lacking = [c for c in columns if c not in present]
    if lacking:
        raise Absent(f"{scenario.label}: the series has no {' and no '.join(lacking)}")
    names = "".join(f', s."{c}"' for c in columns)
    frame = _query(scenario.path, f"SELECT s.run_id, s.time{names} FROM series s "
                   "JOIN run r USING (run_id) WHERE r.scenario_id = ? AND r.status = 'ok' "
                   "ORDER BY s.run_id, s.step", (scenario.scenario_id,))
    if frame.empty:
        raise Absent(f"{scenario.label}: its runs have no series (detail 'summary')")
    if len(columns) and frame[columns].isna().all().all():
        raise Absent(f"{scenario.label}: its model has no {' and no '.join(columns)}")
    return frame.astype({c: float for c in columns})


def read_ties(scenario):
    """Cooperation ties of one scenario as spells in calendar years.

    Columns run_id, mode, onset, terminus, onset_censored, terminus_censored, cause and the
    run's window: start (first series time) and end (last series time plus one step).
    """
    if not _columns(scenario.path, "tie"):
        raise Absent(f"{scenario.label}: the file has no ties (detail below 'full')")
    ties = _query(scenario.path, "SELECT t.run_id, t.mode, t.onset, t.terminus, "
                  "t.onset_censored, t.terminus_censored, t.cause FROM tie t "
                  "JOIN run r USING (run_id) WHERE r.scenario_id = ? AND r.status = 'ok' "
                  "AND t.kind = 'cooperation' AND t.mode IN (?, ?) ORDER BY t.run_id, t.tie_id",
                  (scenario.scenario_id, *MODES))
    if ties.empty:
        raise Absent(f"{scenario.label}: no cooperation tie is recorded "
                     "(detail below 'full', or none was ever formed)")
    time = read_series(scenario, []).groupby("run_id")["time"]
    # Without two steps the width of a step is unknown; the last time is then the end.
    step = time.agg(lambda t: np.diff(t).min() if len(t) > 1 else 0.0)
    window = pd.DataFrame({"start": time.min(), "end": time.max() + step, "step": step})
    ties = ties.join(window, on="run_id", how="inner")
    for flag in ("onset_censored", "terminus_censored"):
        ties[flag] = ties[flag].fillna(0).astype(bool)
    return ties.astype({"onset": float, "terminus": float})
