# SPDX-License-Identifier: GPL-3.0-or-later
"""Outputs and targets: what was observed, and what each run gave.

The one way by which scripts get observed values. A fit calls without `use` and gets what may be
fitted, and nothing else: targets that are kept aside to test a fit are asked for by name.

    from kumiai.targets import read_targets, read_target_values
    read_targets("configs/cooperation/targets.cfg")   # or a results file, or a Scenario of one
    read_target_values(scenario)                      # runs × outputs, in the same order
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd

from kumiai import database
from kumiai.database import ResultsError

ROOT = Path(__file__).resolve().parents[2]
USES = ("fit", "test", "all")
COLUMNS = ("target_id", "name", "label", "pattern", "metric", "sql", "value", "sd", "discrepancy", "scale",
           "from_year", "to_year", "observed", "scope", "tag", "source", "use")
NUMBERS = ["value", "sd", "discrepancy", "from_year", "to_year"]
CURE = "run it with --targets FILE, e.g. configs/cooperation/targets.cfg"


def program():
    """The program kumiai: that of the environment variable KUMIAI, of this tree, or on the path."""
    built = ROOT / "build" / "release" / "kumiai"
    return os.environ.get("KUMIAI") or (os.fspath(built) if built.exists() else shutil.which("kumiai") or "kumiai")


def _of_file(path):
    """(all targets, last year of a fit) of a targets file, as the program reads it."""
    try:
        done = subprocess.run([program(), "targets", "--format", "json", os.fspath(path)], check=False,
                              capture_output=True, text=True, encoding="utf-8")
    except OSError as error:
        raise ResultsError(f"{path} cannot be read: the program {program()} cannot be started ({error.strerror}); "
                           "the environment variable KUMIAI names another.") from error
    if done.returncode:
        raise ResultsError(f"{path} cannot be used: {done.stderr.strip() or f'exit {done.returncode}'}")
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise ResultsError(f"{path} cannot be read: {program()} gave no JSON for `targets`; is it the program kumiai? "
                           "The environment variable KUMIAI names another.") from error
    return pd.DataFrame(found["targets"], columns=COLUMNS), found["fit_until"]


def _of_results(path):
    """The same of a results file."""
    if not database.columns(path, "target"):
        raise ResultsError(f"{path} has no targets: {CURE}.")
    rows = database.rows(path, f"SELECT {', '.join(COLUMNS)} FROM target ORDER BY target_id")
    until = database.rows(path, "SELECT value FROM meta WHERE key = 'targets_fit_until'")
    return pd.DataFrame(rows, columns=COLUMNS), int(until[0][0]) if until else None


def _is_database(path):
    try:
        with open(path, "rb") as stream:
            return stream.read(16) == b"SQLite format 3\0"
    except OSError as error:
        raise ResultsError(f"{path}: {error.strerror}.") from error


def _check_fit(fit, until, path):
    """Whoever wrote the file, nothing that was observed later than the file allows is fitted."""
    late = fit.index[~(fit["to_year"] <= (np.inf if until is None else until))]
    if until is None and len(fit):
        raise ResultsError(f"{path} does not say fit_until, the last year that a fit may use.")
    if len(late):
        raise ResultsError(f"{path}: target {late[0]} is to be fitted, but was observed after {until}.")


def read_targets(source, use: str = "fit") -> pd.DataFrame:
    """Targets as a frame: index name, columns as those of table `target` in the results file.

    source: a targets file, a results file, or a Scenario of one. use: "fit" gives the targets that
    a fit may use; "test" those that are kept aside; "all" all outputs, those without an observed
    value (NaN) among them, for tables and pictures. Raises ResultsError.
    """
    if use not in USES:
        raise ValueError(f"use is {use!r}; it may be {', '.join(USES)}")
    path = Path(getattr(source, "path", source))
    targets, until = _of_results(path) if _is_database(path) else _of_file(path)
    targets = targets.set_index("name")
    targets[NUMBERS] = targets[NUMBERS].astype(float)
    targets["use"] = targets["use"].fillna("")
    _check_fit(targets[targets["use"] == "fit"], until, path)
    return targets if use == "all" else targets[targets["use"] == use]


def read_target_values(scenario, use: str = "fit") -> pd.DataFrame:
    """What the runs of a scenario gave: runs × names, floats, NaN where a run has no value.

    The columns are the rows of read_targets(scenario, use), in their order.
    """
    targets = read_targets(scenario, use)
    rows = database.rows(scenario.path, "SELECT v.run_id, v.target_id, v.value FROM target_value AS v "
                         "JOIN run ON run.run_id = v.run_id WHERE run.scenario_id = ? AND run.status = 'ok'",
                         (scenario.scenario_id,))
    long = pd.DataFrame(rows, columns=["run_id", "target_id", "value"])
    wide = long.pivot(index="run_id", columns="target_id", values="value")
    wide = wide.reindex(index=scenario.runs.index, columns=targets["target_id"])
    wide.columns = targets.index
    return wide.astype(float)


def rank(value, runs):
    """Where an observed value lies among those of the runs: the share below it, equal ones by half.

    Near 0 or 1: no run, or hardly any, is on its other side. NaN without runs.
    """
    known = runs.dropna()
    if known.empty or np.isnan(value):
        return np.nan
    return float((known < value).mean() + (known == value).mean() / 2)


def implausibility(target, runs):
    """Distance of the mean of the runs from the observed value, in standard deviations.

    The variance is that of one run (the world is one), of the observation, and of the discrepancy
    (Craig et al. 1997, Vernon et al. 2010). Above 3: implausible. NaN without runs.
    """
    known = runs.dropna()
    if known.empty or np.isnan(target["value"]):
        return np.nan
    variance = (known.var(ddof=1) if len(known) > 1 else 0.0) + target["sd"] ** 2 + target["discrepancy"] ** 2
    distance = abs(known.mean() - target["value"])
    return float(distance / np.sqrt(variance)) if variance > 0 else 0.0 if distance == 0 else np.inf
