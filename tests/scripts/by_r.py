# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of R's survival package, against which the tests of survival compare."""

import subprocess

import pandas as pd


def by_r(code, folder, **frames):
    """What the code of R leaves in the frame `found`; frames are those that it reads by name."""
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    lines = ["suppressMessages(library(survival))", *(f'{name} <- read.csv("{name}.csv")' for name in frames),
             code, 'write.csv(found, "found.csv", row.names = FALSE)']
    done = subprocess.run(["Rscript", "--vanilla", "-e", "\n".join(lines)], cwd=folder, check=False,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return pd.read_csv(folder / "found.csv")
