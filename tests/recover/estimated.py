# SPDX-License-Identifier: GPL-3.0-or-later
"""What R's package survival makes of the tables of detail choices, beside what the runs were configured with.

Each estimate has its standard error. Of n independent ones about 0.954 n lie within two of them; a test
fails when fewer do than chance leaves once in 2,000 times, or when together they are further off than that.
"""

import os
import sqlite3
import subprocess
from pathlib import Path

import libconf
import numpy as np
import pandas as pd
from scipy import stats

KUMIAI = os.environ["KUMIAI"]
ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
HERE = Path(__file__).parent
FALSE_ALARM = 0.0005
WITHIN_TWO = stats.norm.cdf(2) - stats.norm.cdf(-2)


class Estimated:
    """What R makes of runs of the baseline: estimates, and what the runs were configured with."""

    def __init__(self, folder, what, tables, reps, *settings):
        self.folder, self.path = folder, folder / "r.db"
        sets = [word for setting in settings for word in ("--set", setting)]
        done = subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "baseline.cfg", "--reps", str(reps), "--quiet",
                               "--detail", "choices", "--set", f"output.tables={','.join(tables)}", *sets,
                               "--out", self.path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        with sqlite3.connect(self.path) as db:
            for table in tables:
                pd.read_sql(f"SELECT * FROM {table}", db).to_csv(folder / f"{table}.csv", index=False)
            self.config = libconf.loads(db.execute("SELECT config FROM scenario").fetchone()[0])
            docs = pd.read_sql("SELECT * FROM column_doc", db).set_index(["table_name", "column_name"])["doc"]
        self.weights = docs.str.extract(r"weight (\w+\.\w+)")[0].dropna()
        done = subprocess.run(["Rscript", "--vanilla", HERE / "estimate.R", what, folder], capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stderr
        self.estimates = pd.read_csv(folder / "estimates.csv")

    def configured(self, parameter):
        group, name = parameter.split(".")
        return self.config[group][name]

    def of(self, part, truth, run=0):
        """Estimates of a part, with what they should be: truth(term)."""
        found = self.estimates.query("part == @part and run == @run").copy()
        assert len(found) and np.isfinite(found[["estimate", "se"]]).all(axis=None)
        found["truth"] = [truth(term) for term in found["term"]]
        found["z"] = (found["estimate"] - found["truth"]) / found["se"]
        return found.set_index("term")

    def weight_of(self, table):
        """The configured weight of a column."""
        return lambda column: self.configured(self.weights[table, column])

    def distance(self, part, found):
        """Probability that all estimates together are at least so far from the truth."""
        off = (found["estimate"] - found["truth"]).to_numpy()
        covariance = pd.read_csv(self.folder / f"covariance_{part}.csv").to_numpy()
        return stats.chi2.sf(off @ np.linalg.solve(covariance, off), len(off))


def within_two(z):
    """Whether as many are within two standard errors as should be."""
    return (np.abs(z) <= 2).sum() >= stats.binom.ppf(FALSE_ALARM, len(z), WITHIN_TWO)
