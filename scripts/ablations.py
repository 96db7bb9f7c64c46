#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switch the mechanisms of the cooperation model off, one at a time, and see what moves.

The switches are those of ODD.md, section 1.3. Each mechanism is compared with its scenario of the
library on shared seeds. Per mechanism: the summary measure that moved most (by its p-value, with
Holm's correction over all measures of all mechanisms), its paired difference with the 95 % interval
and effect size, and how many measures moved at 5 %.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from kumiai import interrupts  # first: what else is imported takes seconds

import numpy as np
import pandas as pd

from kumiai import cli, formats, intervals, program, results

NAME = "ablations.py"
ROOT = Path(__file__).resolve().parents[1]
ODD = ROOT / "models" / "cooperation" / "ODD.md"
FORMATS = ("text", "markdown", "latex", "csv")
# What these switch off is rare in the baseline, or over before it begins.
WORLD = {5: "from_2000", 13: "regional_only", 24: "from_2000", 38: "works_abroad_guaranteed",
         39: "regional_only", 40: "partner_associations"}
HEAD = ["M", "what", "off", "moves most", "with", "difference without", "95 % interval", "d",
        "p (Holm)", "moved"]


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("file", metavar="R.db", type=Path, help="results file to write")
    parser.add_argument("--reps", metavar="N", type=cli.whole_number(2), default=20,
                        help="replicates of each scenario, two at least: a difference has an "
                             "interval (default: 20)")
    parser.add_argument("--kumiai", metavar="PROGRAM", default=program.default(),
                        help="the program to run (default: what KUMIAI names, else build/release/kumiai)")
    parser.add_argument("--read", action="store_true", help="the file is there: read it only")
    parser.add_argument("--format", choices=FORMATS, default="text",
                        help="form of the table (default: text)")
    return parser.parse_args(argv)


def mechanisms(text=None):
    """{number: (what it is, {parameter: value as written})} of ODD.md, section 1.3: of those that
    have a switch."""
    rows = re.findall(r"^\| M(\d+) \| ([^|]*) \|.*\| ([^|]*) \|$",
                      text or ODD.read_text(encoding="utf-8"), re.MULTILINE)
    return {int(m): (what.strip(), dict(re.findall(r"`(\w+\.\w+)` = (\w+)", cell)))
            for m, what, cell in rows if cell.strip() != "none"}


def world(mechanism):
    """Name of the scenario of the library in which the mechanism is switched off."""
    return WORLD.get(mechanism, "baseline")


def scenario(name, settings, years=None):
    """Text of a scenario of the library, but for the settings."""
    groups = {}
    for parameter, value in settings.items():
        group, leaf = parameter.split(".")
        word = value if re.fullmatch(r"\d+|true|false", value) else f'"{value}"'
        groups.setdefault(group, []).append(f"{leaf} = {word};")
    lines = [f'base = "{ROOT}/scenarios/{name}.cfg";']
    lines += [f"run = {{ years = {years}; }};"] if years else []
    lines += [f"{group} = {{ {' '.join(leaves)} }};" for group, leaves in groups.items()]
    return "\n".join(lines) + "\n"


def write_scenarios(folder, years=None):
    """Files of all worlds and of each mechanism switched off (named by its number)."""
    texts = {name: scenario(name, {}, years) for name in ["baseline", *WORLD.values()]}
    texts |= {str(m): scenario(world(m), settings, years)
              for m, (_, settings) in mechanisms().items()}
    for name, text in texts.items():
        (folder / f"{name}.cfg").write_text(text, encoding="utf-8")
    return [folder / f"{name}.cfg" for name in texts]


def call(command):
    """Exit code of the program; a signal is handed on to it, so that it ends in good order."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, process_group=0,
                          preexec_fn=program.dies_with_caller()) as process:
        while process.poll() is None:
            try:
                process.wait()
            except KeyboardInterrupt:
                interrupts.forget()
                process.terminate()
    return process.returncode


def run(options):
    """Runs all of them into the results file."""
    if options.file.exists():
        raise results.ResultsError(f"{options.file} exists already; --read reads it.")
    with tempfile.TemporaryDirectory() as folder:
        command = [options.kumiai, "run", *write_scenarios(Path(folder)), "--out", options.file,
                   "--reps", str(options.reps)]
        try:
            code = call([str(word) for word in command])
        except OSError as error:
            raise program.not_run(options.kumiai, error) from error
    if code:
        raise results.ResultsError(f"The runs ended with exit code {code}.", code)


def effects(scenarios):
    """Frame of all differences: mechanism off less its world, by measure."""
    by_name, rows = {s.name: s.summary for s in scenarios}, []
    lacking = [name for m in mechanisms() for name in (str(m), world(m)) if name not in by_name]
    if lacking:
        raise results.ResultsError(f"The file has no scenario '{lacking[0]}': was it written by "
                                   f"{NAME}?")
    unit_of = results.units(scenarios, "summary")
    for m in mechanisms():
        off, on = by_name[str(m)], by_name[world(m)]
        for measure in results.measurable(on.columns, unit_of):
            if measure not in off.columns:
                continue
            found = intervals.difference(on[measure], off[measure])
            rows.append((m, measure, on[measure].mean(), found.n, found.mean, found.low, found.high,
                         found.d, found.p))
    frame = pd.DataFrame(rows, columns=["m", "measure", "with", "n", "diff", "low", "high", "d", "p"])
    frame["holm"] = intervals.holm(frame["p"])
    return frame


def rows_of(frame):
    """Rows of the table, one a mechanism."""
    rows = []
    for m, (what, settings) in mechanisms().items():
        own = frame[(frame["m"] == m) & (frame["n"] > 1)].sort_values("p", kind="stable")
        if own.empty:
            raise results.ResultsError(f"M{m} has fewer than two replicates that are ok with it and "
                                       "without it, so no difference has an interval.")
        best = own.iloc[0]  # without a spread in any measure nothing can be told of it
        rows.append([f"M{m}", what, " ".join(f"{k}={v}" for k, v in settings.items()),
                     best["measure"], *(f"{best[c]:.3g}" for c in ("with", "diff")),
                     f"{best['low']:.3g} to {best['high']:.3g}" if np.isfinite(best["low"]) else "",
                     f"{best['d']:.2g}" if np.isfinite(best["d"]) else "",
                     f"{best['holm']:.2g}" if np.isfinite(best["holm"]) else "",
                     str((own["holm"] < 0.05).sum())])
    return rows


def show(rows, form):
    """Prints the table."""
    if form == "csv":
        pd.DataFrame(rows, columns=HEAD).to_csv(sys.stdout, index=False)
    elif form == "markdown":
        print("\n".join(formats.markdown(HEAD, rows, left=4)))
    elif form == "latex":
        print("\n".join(formats.latex(HEAD, rows, "Mechanisms switched off", left=4)))
    else:
        short = [[row[0], row[1][:44], *row[3:]] for row in rows]  # fits a terminal
        print("\n".join(formats.text([*HEAD[:2], *HEAD[3:]], short)))


def ablate(options):
    """Runs what is wanted, and prints the table."""
    if not options.read:
        run(options)
    scenarios, notes = results.load([options.file])
    for note in notes:
        cli.warn(NAME, note)
    show(rows_of(effects(scenarios)), options.format)


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, ablate, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
