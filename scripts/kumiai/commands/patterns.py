# SPDX-License-Identifier: GPL-3.0-or-later
"""The patterns C1 to C10 of the cooperation model beside what was observed.

For every output that the runs were measured by (run with --targets configs/cooperation/targets.cfg;
any detail will do): the observed value and the tag of its source, what it is used for, the model's
mean over runs and their range; of a target also its rank among the runs (0 to 1; near .5 in their
midst) and its implausibility, which is the distance of the mean in standard deviations of one run,
of the observation and of the discrepancy together: above 3 the target is missed. C1 and C2 count
the projects of JICA's local type and of MoE alone, as the study does. There is one history, so the
last rows say in which share of the runs each of its main features is there, and in which all of
them are. Tags of sources: S the study, F a public document, D derived. Use: fit, for calibration;
test, kept aside. With --scores the runs are held against the record of who worked with whom instead
(pattern C8; run with --detail full): how probable the recorded pairs are, and how far degrees,
repeats, geodesics, shared partners and survival lie from those of the runs.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import sys

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import numpy as np
import pandas as pd

from kumiai import cli, formats, results, scores, targets

NAME = "patterns.py"
FORMATS = ("text", "markdown", "latex", "csv")
YEARS = (2013, 2017)  # what the outputs count
HEAD = ["pattern", "what", "observed", "use", "model", "range of the runs", "rank", "implausibility"]


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("file", metavar="R.db", type=cli.source, help="results file, of a run with --targets")
    parser.add_argument("--scenario", metavar="NAME", help="default: the first of the file")
    parser.add_argument("--format", choices=FORMATS, default="text",
                        help="form of the table (default: text)")
    parser.add_argument("--scores", action="store_true",
                        help="score against the record of pairs instead (needs --detail full)")
    return parser.parse_args(argv)


def check_years(scenario):
    """Refuse runs that do not cover the years of the patterns; without series nobody can tell."""
    try:
        window = results.windows(scenario)
    except results.Absent:
        return
    first, last = int(window["start"].max()), int(window["end"].min()) - 1
    if first > YEARS[0] or last < YEARS[1]:
        raise results.ResultsError(f"{scenario.label} covers JFY {first} to {last}, but the patterns "
                                   f"are of {YEARS[0]} to {YEARS[1]}.")


def observed(target):
    """What was observed, in the words of the targets file where it has some, with the source's tag."""
    value = target["observed"] or ("" if np.isnan(target["value"]) else f"{target['value']:g}")
    return f"{value} ({target['tag']})" if target["tag"] else value


def measure(scenario):
    """One row for each output: what was observed, and where it lies among the runs."""
    check_years(scenario)
    known = targets.read_targets(scenario, use="all")
    values = targets.read_target_values(scenario, use="all")
    rows = []
    for name, target in known.iterrows():
        runs = values[name]
        rows.append({"name": name, "pattern": target["pattern"] or "", "what": target["label"],
                     "observed": observed(target), "use": target["use"], "value": target["value"],
                     "mean": runs.mean(), "min": runs.min(), "max": runs.max(), "runs": runs.count(),
                     "rank": targets.rank(target["value"], runs),
                     "implausibility": targets.implausibility(target, runs)})
    return pd.DataFrame(rows)


def number(value):
    """Three figures, no power of ten; a share without its naught is for prose."""
    return "—" if np.isnan(value) else f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def as_cells(table):
    """The rows as texts."""
    return [[row.pattern, row.what, row.observed, row.use, number(row.mean),
             f"{number(row.min)} to {number(row.max)}",
             "" if np.isnan(row.value) else number(round(row.rank, 3)),
             "" if np.isnan(row.value) else number(round(row.implausibility, 2))]
            for row in table.itertuples(index=False)]


def write(table, form, title):
    """The table on standard output."""
    if form == "csv":
        table.to_csv(sys.stdout, index=False)
    elif form == "latex":
        print("\n".join(formats.latex(HEAD, as_cells(table), title, left=4)))
    elif form == "markdown":
        print("\n".join(formats.markdown(HEAD, as_cells(table), left=4)))
    else:
        print("\n".join([*formats.text(HEAD, as_cells(table)), "", title]))


def vector(values):
    """Counts of the record, or their means."""
    return " ".join(number(value) for value in values)


def write_scores(scenario, form):
    """Both tables of scores on standard output."""
    pairs, fits, n = scores.score(scenario)
    best = pairs["model"]
    rows = [["log score of a pair", what, f"{value:.2f}", f"{best - value:+.2f}"] for what, value in pairs.items()]
    tables = [(["score", "under", "nats a project", "gain of the model"], rows),
              (["goodness of fit", "record", "mean of the runs", "distance", "p"],
               [[row.what, vector(row.record), vector(row.model), number(row.distance), number(row.p)]
                for row in fits.itertuples(index=False)])]
    title = f"{scenario.label}: {scenario.n} runs, {n} recorded projects"
    if form == "csv":
        frame = pd.DataFrame([{"what": what, "score": value} for what, value in pairs.items()])
        fits = fits.assign(record=fits["record"].map(vector), model=fits["model"].map(vector))
        pd.concat([frame, fits]).to_csv(sys.stdout, index=False)
        return
    lines = {"text": formats.text, "markdown": formats.markdown,
             "latex": lambda head, cells: formats.latex(head, cells, title)}[form]
    for head, cells in tables:
        print("\n".join([*lines(head, cells), ""]))
    if form == "text":
        print(title)


def choose(scenarios, name):
    """The scenario of that name, or the first."""
    if name is None:
        return scenarios[0]
    known = {s.name: s for s in scenarios}
    return known[results.pick([name], list(known), "The file has no scenario")[0]]


def patterns(options):
    """The whole table; raises ResultsError or OSError."""
    scenarios, notes = results.load([options.file], "cooperation")
    for note in notes:
        cli.warn(NAME, note)
    scenario = choose(scenarios, options.scenario)
    if options.scores:
        try:
            check_years(scenario)
            write_scores(scenario, options.format)
        except results.Absent as lack:
            raise results.ResultsError(f"{lack}; --scores needs a run with --detail full.") from lack
        return
    write(measure(scenario), options.format, f"{scenario.label}: {scenario.n} runs")


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, patterns, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
