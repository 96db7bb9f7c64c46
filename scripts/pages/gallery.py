# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the pages: which commands make them, and what they show (scripts/gallery)."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kumiai import cli, program

from pages.studies import ROOT, called

NAME = "gallery"
RESULTS = "results/gallery"
OUT = ROOT / "build/gallery"
THREE = "scenarios/baseline.cfg scenarios/city_to_city_only.cfg scenarios/regional_only.cfg"
RUNS = (f"kumiai run {THREE} --reps {{reps}} --detail full --out {RESULTS}/three.db --force",
        f"kumiai sweep scenarios/sweeps/phase_mode.cfg --out {RESULTS}/phase.db --force")


@dataclass(frozen=True)
class Part:
    """A heading, what its pictures say, the command that draws them, and their names without .png."""

    title: str
    about: str
    command: str
    pictures: tuple


PARTS = (
    Part("Compare scenarios", "Ties at a time, how long they last, and why they end, scenario by scenario.",
         f"scripts/compare.py {RESULTS}/three.db --force",
         ("three_compare_ties", "three_compare_survival", "three_compare_causes")),
    Part("Survival of ties", "Curves by mode and form with the ties at risk, competing causes, and hazard ratios.",
         f"scripts/survival.py {RESULTS}/three.db --force",
         ("three_survival_mode", "three_survival_form", "three_survival_causes", "three_survival_cox")),
    Part("The network", "Who works with whom, and how many partners governments have.",
         f"scripts/network.py {RESULTS}/three.db --years 2013,2030 --force", ("three_network_*",)),
    Part("Where in the parameters?", "Where regional ties outlast city-to-city ties, over two parameters.",
         f"scripts/sensitivity.py {RESULTS}/phase.db --outputs life_10y_regional-life_10y_city_to_city --force",
         ("phase_sensitivity_*",)),
)


def run(command, kumiai):
    """One command of the gallery."""
    words = called(command, kumiai, ROOT / RESULTS)
    words = [words[0], *(word.replace(RESULTS, str(ROOT / RESULTS)) for word in words[1:])]
    words = ["/usr/bin/python3", *words] if words[0].endswith(".py") else words
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise program.ResultsError(f"`{command}` ended with exit code {done.returncode}: {last}", 1)


def pictures(part):
    """The pictures of a part that were drawn, by name."""
    found = [path for name in part.pictures for path in sorted((ROOT / RESULTS).glob(f"{name}.png"))]
    if not found:
        raise program.ResultsError(f"`{part.command}` drew none of {', '.join(part.pictures)}.", 1)
    return found


def make(options):
    """All pictures, and the page that shows them."""
    (ROOT / RESULTS).mkdir(parents=True, exist_ok=True)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    for command in RUNS:
        cli.warn(NAME, command.format(reps=options.reps))
        run(command.format(reps=options.reps), options.kumiai)
    lines = ["# Gallery", "", "`scripts/gallery` makes these pictures again.", ""]
    for part in PARTS:
        cli.warn(NAME, part.command)
        run(part.command, options.kumiai)
        lines += [f"## {part.title}", "", part.about, "", "```sh", part.command, "```", ""]
        for path in pictures(part):
            shutil.copyfile(path, OUT / path.name)
            lines += [f"![{part.title}: {path.stem.partition('_')[2].replace('_', ' ')}](gallery/{path.name})", ""]
    (OUT / "gallery.md").write_text("\n".join(lines), encoding="utf-8")
    run("scripts/page_numbers.py", options.kumiai)
    print(f"{len(list(OUT.glob('*.png')))} pictures in {OUT.relative_to(ROOT)}, and scripts/pages/answer.svg")


def main(argv=None):
    """Exit code of the command."""
    parser = cli.Parser(NAME, sys.modules["__main__"].__doc__)
    parser.add_argument("--reps", metavar="N", type=cli.whole_number(2), default=20,
                        help="replicates of the scenarios (default: 20)")
    parser.add_argument("--kumiai", metavar="PROGRAM", type=Path, default=program.default(), help="the program to run")
    return cli.run(NAME, make, parser.parse_args(argv))
