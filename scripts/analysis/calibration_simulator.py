# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator of a calibration: points in, outputs out, made by `kumiai sweep`, a results file for every batch.

These files are all the state there is. Every batch of points is a function of what came before it, so that a
calibration that is started again asks for the same batches and finds their runs. Every point has a seed of its own:
points that share their chance would make the posterior that of one history's chance. `sweep --append`, which would keep
all batches in one file, knows common seeds alone.
"""

import shutil
from pathlib import Path

import numpy as np

import kumiai_results as results
from analysis import database, program

from . import calibration

EXACT = "%.17g"


class Sweeps:
    """simulate(batch, values, replicates) by `kumiai sweep`, of the named summary metrics.

    runs, seconds: of all batches so far, whether made now or found; seconds are those of the runs themselves, as the
    results files have them, so that a budget of time ends a calibration at the same place when it is resumed.
    """

    def __init__(self, kumiai, scenario, folder, metrics, arguments=(), seed=1):
        """folder: of the results files, made when the first is; arguments: more options of the sweep."""
        self.kumiai, self.scenario, self.folder = kumiai, Path(scenario).resolve(), Path(folder)
        self.metrics, self.arguments, self.seed = list(metrics), tuple(arguments), seed
        self.runs, self.seconds = 0, 0.0

    def __call__(self, batch, values, reps):
        """Outputs of points (a frame, a column per parameter): points × replicates × metrics, NaN for none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        table, sweep, file = (self.folder / f"{batch}.{kind}" for kind in ("csv", "cfg", "db"))
        values.to_csv(table, index=False, float_format=EXACT)
        sweep.write_text(f"scenario = {program.quoted(self.scenario)};\nsweep = {{ design = \"table\"; table = "
                         f"{program.quoted(table.resolve())}; reps = {reps}; seeds = \"independent\"; }};\n",
                         encoding="utf-8")
        program.ask(self.kumiai, "sweep", sweep, "--out", file, "--resume", "--quiet",
                    "--seed", calibration.whole_seed(self.seed, batch), *self.arguments)
        return self._read(file, len(values), reps)

    def _read(self, file, points, reps):
        """Outputs of a batch whose runs are there; its points are numbered from 1 in the order of the table."""
        columns = database.columns(file, "summary")
        results.pick(self.metrics, columns, f"{file}: there is no summary metric")
        names = ", ".join(f'"{name}"' for name in self.metrics)
        frame = database.query(file, f"SELECT point_id, rep, setup_s + step_s AS seconds, {names} FROM run "
                                     "LEFT JOIN summary USING (run_id) ORDER BY run_id")
        cube = np.full((points, reps, len(self.metrics)), np.nan)
        cube[frame["point_id"] - 1, frame["rep"]] = frame[self.metrics].to_numpy(dtype=float)
        self.runs += len(frame)
        self.seconds += float(frame["seconds"].sum())
        return cube


def forget(folder):
    """Remove the runs of a calibration that is to begin again."""
    shutil.rmtree(folder, ignore_errors=True)
