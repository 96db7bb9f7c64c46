# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator of a calibration: points in, outputs out, made by `kumiai sweep --append` in one results file.

That file is all the state there is. Every batch of points is a function of what came before it, so that a
calibration that is started again asks for the same batches and finds them as waves of the file. Every point has a
seed of its own: points that share their chance would make the posterior that of one history's chance.
"""

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kumiai import database, program, results
from kumiai.targets import read_targets

from . import calibration

EXACT = "%.17g"
MOST_MISSING = 0.5  # share of the runs of a batch that may lack a target of a fit: half of a population is kept


@dataclass
class Spent:
    """Runs and their seconds by wave of a file, so that one that is asked for twice counts once."""

    of_wave: dict = field(default_factory=dict)

    def add(self, wave, runs, seconds):
        """Notes the runs of a wave."""
        self.of_wave[wave] = runs, seconds

    @property
    def runs(self):
        """Runs of all waves."""
        return sum(runs for runs, _ in self.of_wave.values())

    @property
    def seconds(self):
        """Seconds of all waves, of the runs themselves."""
        return sum(seconds for _, seconds in self.of_wave.values())


class Sweeps:
    """simulate(batch, values, replicates) by `kumiai sweep --append`, of the targets of one use.

    runs, seconds: of all batches so far, whether made now or found; seconds are those of the runs themselves, as the
    results file has them, so that a budget of time ends a calibration at the same place when it is resumed.
    """

    def __init__(self, kumiai, scenario, targets, file, use="fit", arguments=(), seed=1, spent=None):
        """targets: a targets file; file: of the results, made with the first batch; arguments: more options of the
        sweep; spent: what it adds its runs to."""
        self.kumiai, self.scenario, self.targets = kumiai, Path(scenario).resolve(), Path(targets)
        self.file, self.use, self.arguments, self.seed = Path(file), use, tuple(arguments), seed
        self.spent = Spent() if spent is None else spent

    def of(self, use):
        """The same runs, the targets of another use."""
        return Sweeps(self.kumiai, self.scenario, self.targets, self.file, use, self.arguments, self.seed, self.spent)

    @property
    def runs(self):
        """Runs so far."""
        return self.spent.runs

    @property
    def seconds(self):
        """Their seconds."""
        return self.spent.seconds

    def __call__(self, batch, values, reps):
        """Outputs of points (a frame, a column per parameter): points × replicates × targets, NaN for none."""
        if not self.spent.of_wave and self.file.exists():
            self._check_begun(values)
        with tempfile.TemporaryDirectory(prefix="kumiai-calibrate-") as folder:
            table, sweep = Path(folder, f"{batch}.csv"), Path(folder, f"{batch}.cfg")
            values.to_csv(table, index=False, float_format=EXACT)
            sweep.write_text(f"scenario = {program.quoted(self.scenario)};\nsweep = {{ design = \"table\"; table = "
                             f"{program.quoted(table)}; reps = {reps}; seeds = \"independent\"; }};\n",
                             encoding="utf-8")
            told = program.ask(self.kumiai, "sweep", sweep, "--out", self.file, "--append", "--quiet", "--targets",
                               self.targets, "--seed", calibration.whole_seed(self.seed, "runs"), *self.arguments)
        [wave] = re.findall(r"^(?:Wave|Nothing to add: wave) (\d+)\b", told, re.MULTILINE)
        return self._read(batch, int(wave), len(values), reps)

    def _check_begun(self, values):
        """Refuse the runs of another calibration, of which the first points tell; what is no calibration `kumiai sweep`
        refuses."""
        if not database.columns(self.file, "setting") or not database.columns(self.file, "wave"):
            return
        with database.loading(self.file):
            seeds = database.rows(self.file, "SELECT value FROM setting WHERE parameter = 'run.seed'")
            points = database.query(self.file, "SELECT point_id, parameter, value FROM point_value JOIN point USING "
                                    "(point_id) WHERE wave = 1")
        if [int(seed) for seed, in seeds] != [calibration.whole_seed(self.seed, "runs")]:
            raise results.ResultsError(f"{self.file} was begun with another --seed than {self.seed}; --resume continues "
                                       "it with that one, --force begins again.")
        begun = points.pivot(index="point_id", columns="parameter", values="value")
        known = set(begun.columns) == set(values.columns) and begun.shape == values.shape
        if not known or not np.allclose(begun[list(values.columns)], values.astype(float), rtol=1e-12, atol=0):
            raise results.ResultsError(f"{self.file} was begun with other --priors, --parameters or sizes than this "
                                       "command has; --resume continues it with those, --force begins again.")

    def _read(self, batch, wave, points, reps):
        """Outputs of a wave whose runs are there; its points follow one another in the order of the table."""
        with database.loading(self.file):
            runs = database.query(self.file, "SELECT run_id, point_id, rep, setup_s + step_s AS seconds FROM run WHERE "
                                  "point_id IN (SELECT point_id FROM point WHERE wave = ?)", (wave,))
            values = self._values(runs["run_id"])
            if self.use == "fit":
                self._demand(batch, runs, values)
        cube = np.full((points, reps, values.shape[1]), np.nan)
        cube[runs["point_id"] - runs["point_id"].min(), runs["rep"]] = values.to_numpy()
        self.spent.add(wave, len(runs), float(runs["seconds"].sum()))
        return cube

    def _values(self, runs):
        """Runs × targets; NaN where a run is not ok or has no value."""
        wanted = read_targets(self.file, self.use)
        long = database.query(self.file, "SELECT run_id, target_id, value FROM target_value WHERE run_id BETWEEN ? AND ?",
                              (int(runs.min()), int(runs.max())))
        wide = long.pivot(index="run_id", columns="target_id", values="value")
        return wide.reindex(index=runs, columns=wanted["target_id"]).set_axis(wanted.index, axis="columns").astype(float)

    def _demand(self, batch, runs, values):
        """Refuses a batch in which a target of a fit is missing too often, with the note of the first run that
        failed."""
        missing = values.isna().mean()
        if missing.max() <= MOST_MISSING:
            return
        notes = database.rows(self.file, "SELECT note FROM run WHERE status <> 'ok' AND note <> '' AND run_id BETWEEN ? "
                              "AND ? ORDER BY run_id LIMIT 1", (int(runs["run_id"].min()), int(runs["run_id"].max())))
        first = f"; the first that failed: {notes[0][0]}" if notes else "."
        raise results.ResultsError(f"Target {missing.idxmax()} has no value in {100 * missing.max():.0f} % of the runs "
                                   f"of {batch} in {self.file}, and a fit needs one{first}")


def forget(file):
    """Remove the runs of a calibration that is to begin again; refuses another results file."""
    results.check_file(file)
    kinds = database.rows(file, "SELECT DISTINCT kind, seeds FROM wave") if database.columns(file, "wave") else []
    if kinds != [("table", "independent")]:
        raise results.ResultsError(f"{file} does not hold the runs of a calibration; choose another --out.")
    file.unlink()
