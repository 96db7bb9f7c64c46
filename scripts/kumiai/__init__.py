# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of kumiai as pandas frames, and their analyses.

    import kumiai
    runs = kumiai.run("scenarios/baseline.cfg", set={"leadership.turnover_factor": 2.0}, reps=20)
    runs.summary["ties_regional"].mean()      # a row for every run
    runs.series.groupby("time").mean()        # a row for every step, and one before the first
    runs.table("tie")                         # with detail="full": any table of the results file
    runs.survival(by="sector")                # and compare, spells, duration, network, report: see analyses.py

    grid = kumiai.sweep("scenarios/baseline.cfg", pd.DataFrame({"contacts.rate": [0.1, 0.2, 0.4]}), reps=5)
    grid.summary.groupby("contacts.rate")["ties_city_to_city"].mean()

The program is what the environment variable KUMIAI names, else build/release/kumiai of the sources, else kumiai of
the PATH. What it refuses raises kumiai.Error with its own words. With scripts/ on sys.path, or after
`pip install --no-build-isolation ./scripts`.

The analyses are methods, and no functions of the package: kumiai.survival and kumiai.network are modules.

results reads the files; intervals, survival, cox, network and others compute; tables and formats write; pictures and
*_pictures draw. None of them prints or exits: that is left to kumiai.commands (cli holds what those share).
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumiai.runs import Calibration, Error, Runs, SelfTest, calibrate, open, run, sweep

__version__ = "0.1.0"
__all__ = ["Calibration", "Error", "Runs", "SelfTest", "calibrate", "open", "run", "sweep"]


def __getattr__(name: str):
    """What runs.py has, imported when it is first asked for: a command shall start, and can be interrupted, at once."""
    if name not in __all__:
        raise AttributeError(f"module 'kumiai' has no attribute '{name}'")
    return getattr(importlib.import_module("kumiai.runs"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
