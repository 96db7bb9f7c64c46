# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that the program makes, and calibrations, as pandas frames: what `import kumiai` gives."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path

import pandas as pd

from kumiai import database, drawn, program, results
from kumiai.analyses import Analyses
from kumiai.results import ResultsError as Error

__all__ = ["Calibration", "Error", "Runs", "SelfTest", "calibrate", "open", "run", "sweep"]

PLAIN = ("run", "run_draw")  # tables that tell of runs, failed ones too, and are given whole
NUMBERS = ("reps", "seed", "threads", "selftest")  # options that are no switches
_PATH = [Path(__file__).resolve().parents[1], *filter(None, [os.environ.get("PYTHONPATH")])]
Setting = float | int | bool | str
Name = str | Path


@dataclass
class Runs(Analyses):
    """The ok runs of a results file; what can be asked of them are the methods of analyses.Analyses.

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
        """A row for every step of every run: scenario, rep, time (years), step and every metric (from detail series on).

        The first row of a run, of step -1, is the state before its first step: means over steps leave it out.
        """
        return self._of_all(lambda s: results.read_series(s, ["step", *results.series_metrics(s)]))

    def table(self, name: str) -> pd.DataFrame:
        """Any table of the results file: those with rows by run, such as tie or project (detail full), with scenario
        and rep; of agents, with scenario; others (run, draw_value, point_value, meta, …) as they are."""
        columns = database.columns(self.file, name)
        if not columns:
            results.pick([name], self._tables(), "The results file has no table")
        if "run_id" in columns and name not in PLAIN:
            return self._of_all(lambda s: results.read_table(s, name))
        frame = results.read_plain(self.file, name)
        if "scenario_id" not in columns:
            return frame
        frame.insert(0, "scenario", frame["scenario_id"].map({s.scenario_id: s.label for s in self.scenarios}))
        return frame.dropna(subset="scenario").reset_index(drop=True)

    def _tables(self) -> list[str]:
        """Names of the tables and views of the file."""
        return [name for (name,) in database.rows(self.file, "SELECT name FROM sqlite_master WHERE type IN ('table', "
                                                  "'view')")]

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
    return _loaded(Path(file), model)


def _file(what: str, value: object) -> Path:
    """A name of a file, or an Error that says what it is of."""
    if not isinstance(value, (str, os.PathLike)):
        raise Error(f"{what} is of type {type(value).__name__}, not the name of a file.")
    return Path(value)


def _files(what: str, value: object) -> list[Path]:
    """One name of a file or several; Errors as of _file()."""
    several = isinstance(value, Iterable) and not isinstance(value, (str, os.PathLike))
    return [_file(what, name) for name in (value if several else [value])]  # type: ignore[attr-defined]


def _place(out: Name | None) -> tuple[Path, tempfile.TemporaryDirectory | None]:
    """(results file, the folder that it lies in, if it is to go with the frames)."""
    if out is not None:
        return _file("out", out), None
    folder = tempfile.TemporaryDirectory(prefix="kumiai-")
    return Path(folder.name) / "runs.db", folder


def _text(value: Setting) -> str:
    """A value as --set takes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@contextmanager
def _table(what: str, value: pd.DataFrame | Name) -> Iterator[Path]:
    """A CSV file: that of the name, or one of the frame's rows that lives as long as the context."""
    if isinstance(value, (str, os.PathLike)):
        yield Path(value).resolve()
        return
    if not isinstance(value, pd.DataFrame):
        raise Error(f"{what} are of type {type(value).__name__}, neither a frame nor the name of a file.")
    with tempfile.TemporaryDirectory(prefix="kumiai-") as folder:
        table = Path(folder, f"{what}.csv")
        value.to_csv(table, index=False, float_format="%.17g")
        yield table


def _options(settings: Mapping[str, Setting] | None, **given) -> list[str]:
    """Options of the program: those that are given; True is an option without a value, but no number; the items of a
    list are joined with commas."""
    if settings is not None and not isinstance(settings, Mapping):
        raise Error(f"set is of type {type(settings).__name__}, not parameters by name, such as {{'run.steps': 20}}.")
    for key in NUMBERS:
        if isinstance(given.get(key), bool):
            raise Error(f"{key} is {given[key]}, not a whole number.")
    found = [word for key, value in (settings or {}).items() for word in ("--set", f"{key}={_text(value)}")]
    for key, value in given.items():
        if value is True:
            found.append(f"--{key}")
        elif isinstance(value, (list, tuple)):
            found += [f"--{key}", ",".join(map(str, value))]
        elif value is not None and value is not False:
            found += [f"--{key}", str(value)]
    return found


def _made(command: str, arguments: Sequence, out: Name | None, options: list[str]) -> Runs:
    """Runs that the program makes."""
    file, folder = _place(out)
    program.ask(program.default(), command, *arguments, "--out", file, *options, say=_warn)
    _demand_runs(file)
    return _loaded(file, None, folder)


def _demand_runs(file: Path) -> None:
    """An Error with the first run's note where all runs of a file failed."""
    with database.loading(file):
        notes = database.rows(file, "SELECT note FROM run ORDER BY run_id")
        ok = database.rows(file, "SELECT 1 FROM run WHERE status = 'ok' LIMIT 1")
    if notes and not ok:
        raise Error(f"All {len(notes)} runs failed, the first of them: {notes[0][0]}", code=1)


def _warn(sentence: str) -> None:
    """What the program or the reader of its file has to say beside the runs, as a warning at the user's line."""
    own = Path(__file__).resolve().parent
    depth, frame = 1, sys._getframe()  # noqa: SLF001  # the first frame outside this package
    while frame.f_back is not None and Path(frame.f_code.co_filename).resolve().is_relative_to(own):
        depth, frame = depth + 1, frame.f_back
    warnings.warn(sentence, stacklevel=depth)


def _loaded(file: Path, model: str | None = None, folder: tempfile.TemporaryDirectory | None = None) -> Runs:
    """The runs of a file, with what there is to say about it as warnings; frames have no need of what is said of
    intervals, over points of a sweep or over draws."""
    scenarios, notes = results.load([file], model)
    of_intervals = notes if any(s.is_sweep for s in scenarios) else [drawn.note(scenarios)]
    for note in notes:
        if note not in of_intervals:
            _warn(note)
    return Runs(file, scenarios, folder)


def run(scenarios: Name | Sequence[Name], set: Mapping[str, Setting] | None = None,  # noqa: A002
        reps: int | None = None, *, seed: int | None = None, detail: str = "series", out: Name | None = None,
        threads: int | None = None, draws: pd.DataFrame | Name | None = None, targets: Name | None = None,
        resume: bool = False, force: bool = False) -> Runs:
    """Run one scenario or several, as `kumiai run`.

    set: parameters by name. reps, seed: default as the scenario has them. detail: summary, series, full or choices.
    out: the results file to keep; without it the runs go with the object that is returned. draws: posterior.csv,
    or a frame with its rows. targets: a targets file whose outputs are evaluated. resume, force: of an `out` that is
    there. Raises Error, also where all runs failed.
    """
    names = _files("The scenario", scenarios)

    def made(table: Path | None) -> Runs:
        return _made("run", names, out, _options(set, reps=reps, seed=seed, detail=detail, threads=threads, draws=table,
                                                 targets=targets, resume=resume, force=force))
    if draws is None:
        return made(None)
    with _table("draws", draws) as table:
        return made(table)


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
    world = _file("The scenario", scenario).resolve()
    with _table("points", points) as table, tempfile.TemporaryDirectory(prefix="kumiai-") as folder:
        design = Path(folder, "sweep.cfg")
        design.write_text(f"scenario = {program.quoted(world)};\n"
                          f"sweep = {{ design = \"table\"; table = {program.quoted(table)}; seeds = \"{seeds}\"; }};\n", encoding="utf-8")
        return _made("sweep", [design], out, _options(set, reps=1 if reps is None else reps, seed=seed, detail=detail,
                                                      threads=threads, targets=targets, resume=resume, force=force))


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


@dataclass(frozen=True)
class SelfTest:
    """What calibrations to truths drawn from the priors gave, as frames.

    ranks: of the truth in its posterior, truths × parameters. coverage: how often the intervals hold, by parameter.
    report: what the command printed.
    """

    ranks: pd.DataFrame
    coverage: pd.DataFrame
    report: str = field(repr=False)


def calibrate(scenario: Name, targets: Name, out: Name, *, priors: Name | None = None,
              set: Mapping[str, Setting] | None = None, resume: bool = False,  # noqa: A002
              selftest: int | None = None, **amounts: Setting | Sequence[str]) -> Calibration | SelfTest:
    """Fit a scenario's parameters to targets, as `kumiai-calibrate`.

    out: the results file of the runs, by which the outputs are named. priors: a sweep file whose factors are the
    parameters. selftest: calibrate to so many truths drawn from the priors instead, which gives a SelfTest. amounts:
    the command's other options, such as seed=2, population=2000, budget_minutes=30, parameters=["a.b", "a.c"].
    Raises Error.
    """
    scenario, targets, out = _file("The scenario", scenario), _file("targets", targets), _file("out", out)
    options = _options(set, priors=priors, resume=resume, selftest=selftest, **{k.replace("_", "-"): v for k, v in amounts.items()})
    done = subprocess.run([sys.executable, "-m", "kumiai.commands.calibrate", str(scenario), str(targets), "--out",
                           str(out), "--no-pictures", *options], capture_output=True, text=True, check=False,
                          preexec_fn=program.dies_with_caller(),
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, _PATH))})
    if done.returncode:
        raise Error(done.stderr.strip().splitlines()[-1].removeprefix("calibrate.py: "), code=done.returncode)
    stem = Path(out).with_name(f"{Path(out).name.removesuffix('.db')}_calibrate")
    kind = SelfTest if selftest else Calibration
    names = [f.name for f in fields(kind) if f.name != "report"]
    return kind(**{name: pd.read_csv(f"{stem}_{name}.csv") for name in names}, report=done.stdout)
