# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that the program makes, and calibrations, as pandas frames: what `import kumiai` gives."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from kumiai import program, results
from kumiai.results import ResultsError as Error

__all__ = ["Calibration", "Error", "Runs", "calibrate", "open", "run", "sweep"]

_PATH = [Path(__file__).resolve().parents[1], *filter(None, [os.environ.get("PYTHONPATH")])]
Setting = float | int | bool | str
Name = str | Path


@dataclass
class Runs:
    """The ok runs of a results file.

    file: the results file. It lives as long as this object, unless it was given a name. failed: number of runs that
    failed; their notes are in the table run.
    """

    file: Path
    scenarios: list[results.Scenario]
    _folder: tempfile.TemporaryDirectory | None = field(default=None, repr=False)

    @property
    def failed(self) -> int:
        """Number of runs that failed."""
        return sum(s.failed for s in self.scenarios)

    def _keys(self, scenario: results.Scenario) -> pd.DataFrame:
        """Scenario, replicate and, of a sweep, the values of the point; index run_id."""
        keys = scenario.runs[["rep"]].copy()
        keys.insert(0, "scenario", scenario.label)
        points = results.read_plain(scenario.path, "point_value")
        if len(points):
            values = points.pivot(index="point_id", columns="parameter", values="value")
            at = results.read_plain(scenario.path, "run").set_index("run_id")["point_id"]
            keys = keys.join(at).join(values, on="point_id").drop(columns="point_id")
        return keys

    @property
    def summary(self) -> pd.DataFrame:
        """A row for every run: scenario, rep, of a sweep the point's parameters, every summary metric; index run_id."""
        return pd.concat([self._keys(s).join(s.summary.set_axis(s.runs.index)) for s in self.scenarios])

    @property
    def series(self) -> pd.DataFrame:
        """A row for every step of every run: scenario, rep, time (years) and every metric (from detail series on)."""
        return self._of_all(lambda s: results.read_series(s, results.series_metrics(s)))

    def table(self, name: str) -> pd.DataFrame:
        """Any table that has rows by run, such as tie or project (detail full), with scenario and rep."""
        return self._of_all(lambda s: results.read_table(s, name))

    def _of_all(self, read) -> pd.DataFrame:
        """What read(scenario) gives of every scenario, with its keys; what a file does not hold is an Error."""
        try:
            return pd.concat([self._with_keys(s, read(s)) for s in self.scenarios], ignore_index=True)
        except results.Absent as reason:
            raise Error(f"{reason}.") from reason

    def _with_keys(self, scenario: results.Scenario, frame: pd.DataFrame) -> pd.DataFrame:
        keys = self._keys(scenario)[["scenario", "rep"]]
        return keys.join(frame.set_index("run_id"), how="inner").reset_index()


def open(file: Name, model: str | None = None) -> Runs:  # noqa: A001  # kumiai.open reads as it should
    """The runs of a results file that is there."""
    scenarios, _ = results.load([file], model)
    return Runs(Path(file), scenarios)


def _place(out: Name | None) -> tuple[Path, tempfile.TemporaryDirectory | None]:
    """(results file, the folder that it lies in, if it is to go with the frames)."""
    if out is not None:
        return Path(out), None
    folder = tempfile.TemporaryDirectory(prefix="kumiai-")
    return Path(folder.name) / "runs.db", folder


def _text(value: Setting) -> str:
    """A value as --set takes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _options(settings: Mapping[str, Setting] | None, **given) -> list[str]:
    """Options of the program: those that are given; True is an option without a value."""
    found = [word for key, value in (settings or {}).items() for word in ("--set", f"{key}={_text(value)}")]
    for key, value in given.items():
        if value is True:
            found.append(f"--{key}")
        elif value is not None and value is not False:
            found += [f"--{key}", str(value)]
    return found


def _made(command: str, arguments: Sequence, out: Name | None, options: list[str]) -> Runs:
    """Runs that the program makes."""
    file, folder = _place(out)
    program.ask(program.default(), command, *arguments, "--out", file, "--quiet", *options)
    scenarios, _ = results.load([file])
    return Runs(file, scenarios, folder)


def run(scenarios: Name | Sequence[Name], set: Mapping[str, Setting] | None = None,  # noqa: A002
        reps: int | None = None, *, seed: int | None = None, detail: str = "series", out: Name | None = None,
        threads: int | None = None, draws: Name | None = None, targets: Name | None = None, resume: bool = False,
        force: bool = False) -> Runs:
    """Run one scenario or several, as `kumiai run`.

    set: parameters by name. reps, seed: default as the scenario has them. detail: summary, series, full or choices.
    out: the results file to keep; without it the runs go with the object that is returned. draws: posterior.csv.
    targets: a targets file whose outputs are evaluated. resume, force: of an `out` that is there. Raises Error.
    """
    names = [scenarios] if isinstance(scenarios, (str, Path)) else list(scenarios)
    return _made("run", names, out, _options(set, reps=reps, seed=seed, detail=detail, threads=threads, draws=draws,
                                             targets=targets, resume=resume, force=force))


def sweep(scenario: Name, points: pd.DataFrame | Name, set: Mapping[str, Setting] | None = None,  # noqa: A002
          reps: int | None = None, *, seeds: str = "common", seed: int | None = None, detail: str = "summary",
          out: Name | None = None, threads: int | None = None, targets: Name | None = None, resume: bool = False,
          force: bool = False) -> Runs:
    """Run a scenario at points, as `kumiai sweep`.

    points: a frame with a column for every parameter and a row for every point, or the CSV file of one. seeds:
    common (points are compared as matched pairs) or independent. The rest as in run(). Raises Error.
    """
    if seeds not in ("common", "independent"):
        raise Error(f"seeds are 'common' or 'independent', not '{seeds}'.")
    with tempfile.TemporaryDirectory(prefix="kumiai-") as folder:
        table = Path(folder, "points.csv") if isinstance(points, pd.DataFrame) else Path(points).resolve()
        if isinstance(points, pd.DataFrame):
            points.to_csv(table, index=False, float_format="%.17g")
        design = Path(folder, "sweep.cfg")
        design.write_text(f"scenario = {program.quoted(Path(scenario).resolve())};\n"
                          f"sweep = {{ design = \"table\"; table = {program.quoted(table)}; seeds = \"{seeds}\"; }};\n", encoding="utf-8")
        return _made("sweep", [design], out, _options(set, reps=reps or 1, seed=seed, detail=detail, threads=threads,
                                                      targets=targets, resume=resume, force=force))


@dataclass(frozen=True)
class Calibration:
    """What a calibration wrote, as frames.

    posterior: weight (their sum is 1) and a column for every parameter. parameters: how far each is identified.
    targets: predictions of fit and test targets, with the rank of the observed value. emulators, generations: how it
    was found. report: what the command printed.
    """

    posterior: pd.DataFrame
    parameters: pd.DataFrame
    targets: pd.DataFrame
    emulators: pd.DataFrame
    generations: pd.DataFrame
    report: str = field(repr=False)


def calibrate(scenario: Name, targets: Name, out: Name, *, priors: Name | None = None,
              set: Mapping[str, Setting] | None = None, resume: bool = False,  # noqa: A002
              **amounts: Setting) -> Calibration:
    """Fit a scenario's parameters to targets, as `kumiai-calibrate`.

    out: what the runs and outputs are named by. priors: a sweep file whose factors are the parameters. amounts: the
    command's other options, such as seed=2, population=2000, budget_minutes=30. Raises Error.
    """
    options = _options(set, priors=priors, resume=resume, **{k.replace("_", "-"): v for k, v in amounts.items()})
    done = subprocess.run([sys.executable, "-m", "kumiai.commands.calibrate", str(scenario), str(targets), "--out",
                           str(out), "--no-pictures", *options], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, _PATH))})
    if done.returncode:
        raise Error(done.stderr.strip().splitlines()[-1].removeprefix("calibrate.py: "), code=done.returncode)
    stem = Path(out).with_name(f"{Path(out).name.removesuffix('.db')}_calibrate")
    names = ("posterior", "parameters", "targets", "emulators", "generations")
    return Calibration(*(pd.read_csv(f"{stem}_{name}.csv") for name in names), report=done.stdout)
