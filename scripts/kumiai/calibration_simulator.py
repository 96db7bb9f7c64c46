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
import pandas as pd

from kumiai import database, program, results
from kumiai.targets import read_target_values, read_targets

from . import calibration

EXACT = "%.17g"
MOST_MISSING = 0.5  # share of the runs of a batch that may lack a target of a fit: half of a population is kept


class Sweeps:
    """simulate(batch, values, replicates) by `kumiai sweep`, of the targets of one use.

    runs, seconds: of all batches so far, whether made now or found; seconds are those of the runs themselves, as the
    results files have them, so that a budget of time ends a calibration at the same place when it is resumed.
    """

    def __init__(self, kumiai, scenario, targets, folder, use="fit", arguments=(), seed=1):
        """targets: a targets file; folder: of the results files, made when the first is; arguments: more options of
        the sweep."""
        self.kumiai, self.scenario, self.targets = kumiai, Path(scenario).resolve(), Path(targets)
        self.folder, self.use, self.arguments, self.seed = Path(folder), use, tuple(arguments), seed
        self.runs, self.seconds = 0, 0.0

    def __call__(self, batch, values, reps):
        """Outputs of points (a frame, a column per parameter): points × replicates × targets, NaN for none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        table, sweep, file = (self.folder / f"{batch}.{kind}" for kind in ("csv", "cfg", "db"))
        values.to_csv(table, index=False, float_format=EXACT)
        sweep.write_text(f"scenario = {program.quoted(self.scenario)};\nsweep = {{ design = \"table\"; table = "
                         f"{program.quoted(table.resolve())}; reps = {reps}; seeds = \"independent\"; }};\n",
                         encoding="utf-8")
        program.ask(self.kumiai, "sweep", sweep, "--out", file, "--resume", "--quiet", "--targets", self.targets,
                    "--seed", calibration.whole_seed(self.seed, batch), *self.arguments)
        return self._read(file, len(values), reps)

    def _read(self, file, points, reps):
        """Outputs of a batch whose runs are there; its points are numbered from 1 in the order of the table."""
        with database.loading(file):
            runs = database.query(file, "SELECT run_id, point_id, rep, setup_s + step_s AS seconds FROM run")
            values = _values(file, self.use).reindex(runs["run_id"])
        if self.use == "fit":
            _demand(file, values)
        cube = np.full((points, reps, values.shape[1]), np.nan)
        cube[runs["point_id"] - 1, runs["rep"]] = values.to_numpy()
        self.runs += len(runs)
        self.seconds += float(runs["seconds"].sum())
        return cube


def _values(file, use):
    """Runs × targets of a batch; no row where no run is ok."""
    if not database.rows(file, "SELECT 1 FROM run WHERE status = 'ok' LIMIT 1"):
        return pd.DataFrame(columns=read_targets(file, use).index, dtype=float)
    return read_target_values(results.load([file])[0][0], use)


def _demand(file, values):
    """Refuses a batch in which a target of a fit is missing too often, with the note of the first run that failed."""
    missing = values.isna().mean()
    if missing.max() <= MOST_MISSING:
        return
    notes = database.query(file, "SELECT note FROM run WHERE status <> 'ok' AND note <> '' ORDER BY run_id LIMIT 1")["note"]
    raise results.ResultsError(f"Target {missing.idxmax()} has no value in {100 * missing.max():.0f} % of the runs of "
                               f"{file}, and a fit needs one{'; the first that failed: ' + notes[0] if len(notes) else '.'}")


def forget(folder):
    """Remove the runs of a calibration that is to begin again."""
    shutil.rmtree(folder, ignore_errors=True)
