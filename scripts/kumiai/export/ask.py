# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of an export, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass, field

TABLES = ("csv", "spells")  # of all runs; the other formats are written run by run


@dataclass
class Ask:
    """One export. Numbers of runs are run_ids; years are fiscal years, and a network is that at their end."""

    results: str                                          # the file that is read
    to: str                                               # the folder that is written
    format: str = "csv"
    runs: list[int] = field(default_factory=list)         # none: a replicate of each scenario, or all runs
    rep: int | None = None
    years: list[int] = field(default_factory=list)        # none: all
    kind: str | None = None                               # of ties; None: all
    enter: list[str] = field(default_factory=list)        # kinds of events whose subject begins to be
    leave: list[str] = field(default_factory=list)        # or ceases to be
    all_agents: bool = False                              # in networks: also those that never have a tie
    actors: list[str] = field(default_factory=list)       # of rsiena and goldfish: kinds of agents; none: all seen
    tied: bool = False                                    # in place of these: agents that have a tie in the run
    gexf: str = "1.3"
    bom: bool = False                                     # a byte order mark at the head of CSV files
    replace: bool = False                                 # what an earlier export has written into the folder
    command_line: str = ""

    @property
    def by_run(self) -> bool:
        """Whether the format has files for each run."""
        return self.format not in TABLES

    @property
    def presence(self) -> bool:
        """Whether agents begin and cease to be by events."""
        return bool(self.enter or self.leave)


@dataclass
class Told:
    """What an export has written: files with the manifest, runs, runs of the results file, what was left out."""

    files: int
    runs: int
    of_runs: int
    note: str
