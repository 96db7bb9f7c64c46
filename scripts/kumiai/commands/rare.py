# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes of a rare event: splitting, with the same past and many futures.

Histories of a scenario are run, and in each the first event of a kind is looked for. From the step after it on the
history is run again, K times, with other draws (`run.stream`). Told are the probability of the event, and the means
of summary metrics over all histories, over those with the event, and over those without. A history with the event
counts as the mean over its own future and the K others, one without it as itself: the means are without bias, and
what follows the event is seen K + 1 times as often. Intervals are 95 % and count histories, not branches. Where the
subject of the event has ties, it is also told how many it forms after the event, in which share of futures it forms
any, and how many years they last in all until the end of the run. The histories go to R.db; tables to
R_rare_means.csv and R_rare_branches.csv.

Exit: 0 done; 1 failed; 2 the request cannot be met (the runs exist, no such event, …); 130 interrupted.
"""

import sys
import tempfile
from pathlib import Path

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import pandas as pd

from kumiai import cli, output, program, results, splitting, tables

NAME = "rare.py"
METRICS = ("cooperatives_active_abroad", "ties_regional", "survival_5y_regional")
ROWS = {"all": "all histories", "given": "with the event", "without": "without it"}


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("scenario", metavar="SCENARIO.cfg", type=Path, help="the scenario")
    parser.add_argument("file", metavar="R.db", type=Path, help="results file of the histories, to be written")
    parser.add_argument("--event", metavar="KIND", required=True, help="the kind of event, as in table event: mandate")
    parser.add_argument("--not-agent", metavar="CODE,…", type=cli.names, default=[],
                        help="agents whose events do not count: C0001")
    parser.add_argument("--reps", metavar="N", type=cli.whole_number(2), default=400, help="histories (default: 400)")
    parser.add_argument("--branches", metavar="K", type=cli.whole_number(1), default=20,
                        help="further futures of each history with the event (default: 20)")
    parser.add_argument("--metrics", metavar="A,B,…", type=cli.names,
                        help=f"columns of the summary (default: {', '.join(METRICS)}, or all where there are none)")
    parser.add_argument("--seed", metavar="S", type=cli.whole_number(0), help="seed, in place of run.seed")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="a setting of the scenario")
    parser.add_argument("--threads", metavar="T", type=cli.whole_number(1), help="threads of the runs")
    parser.add_argument("--kumiai", metavar="PROGRAM", default=program.default(),
                        help="the program to run (default: what KUMIAI names, or build/release/kumiai)")
    parser.add_argument("--read", action="store_true", help="the histories are in R.db: make the branches only")
    parser.add_argument("--out-dir", type=cli.folder, metavar="DIR", help="folder of the tables (default: that of R.db)")
    cli.add_verify(parser)
    cli.add_force(parser)
    return parser.parse_args(argv)


# ---- runs ----


def run(options, files, out, table, events, *more):
    """Runs of scenarios at detail full, of which one table is kept, and some kinds of events."""
    threads = ["--threads", options.threads] if options.threads else []
    program.ask(options.kumiai, "run", *files, "--out", out, "--quiet", "--detail", "full",
                "--set", f"output.tables={table}", "--set", f"output.events={events}", *threads, *more)


def histories(options):
    """The scenario with all its histories; runs them where they are not there yet."""
    if not options.read:
        if options.file.exists():
            raise results.ResultsError(f"{options.file} exists already; --read reads its histories.")
        more = [word for setting in options.set for word in ("--set", setting)]
        more += ["--seed", options.seed] if options.seed is not None else []
        run(options, [options.scenario], options.file, "event", options.event, "--reps", options.reps, *more)
    [scenario, *others], notes = results.load([options.file], verify=options.verify)
    for note in notes:
        warn(note)
    if others:
        raise results.ResultsError(f"{options.file} has {1 + len(others)} scenarios; the histories are those of one.")
    cli.no_sweep([scenario])
    if reason := results.not_kept(scenario, "event", [options.event]):
        raise results.ResultsError(f"{reason}.")
    return scenario


def futures(options, scenario, rep, event, metrics, folder):
    """All futures of one history, its own the first, as a frame."""
    out, files = folder / "branches.db", []
    for stream in range(options.branches + 1):
        files.append(folder / f"stream_{stream}.cfg")
        files[-1].write_text(splitting.branch(scenario.config, event["at"], stream), encoding="utf-8")
    run(options, files, out, "tie", "all", "--only-rep", rep, "--force")
    found, notes = results.load([out])
    for note in notes:
        warn(f"replicate {rep}: {note}")
    return splitting.futures(found, event, metrics)


def split(options, scenario, events, metrics):
    """Every future of every history with the event that has a step after it: frame with run_id and branch."""
    frames = {}
    with tempfile.TemporaryDirectory(prefix="kumiai-rare-") as folder:
        for run_id, event in events.dropna(subset="at").iterrows():
            rep = int(scenario.runs.loc[run_id, "rep"])
            frames[run_id] = futures(options, scenario, rep, event, metrics, Path(folder))
    if not frames:
        raise results.ResultsError(f"No event {options.event} came in {scenario.n} histories before their last step; "
                                   "more --reps may have one.")
    return pd.concat(frames, names=["run_id", "branch"])


# ---- what is told ----


def means(scenario, events, branches, metrics):
    """The table of means."""
    own = scenario.summary[metrics].set_axis(scenario.runs.index)
    units = results.units([scenario], "summary") | splitting.OF_SUBJECT
    for name in branches.columns.difference(metrics, sort=False):  # of the subject: nothing without an event
        own[name] = branches.xs(0, level="branch")[name].reindex(own.index).fillna(0.0)
    late = own.loc[events.index[events["at"].isna()], branches.columns]  # nothing can follow: all futures are its own
    same = pd.concat({b: late for b in branches.index.unique("branch")}, names=["branch", "run_id"])
    return splitting.table(own, pd.concat([branches, same.reorder_levels(["run_id", "branch"])]), units)


def show(frame, scenario, options, events):
    """Probability and means as text."""
    of = f" of another agent than {', '.join(options.not_agent)}" if options.not_agent else ""
    found = splitting.chance(scenario.n, len(events))
    print(tables.wrapped(f"{scenario.label}: first event {options.event}{of} in {len(events)} of {scenario.n} "
                         f"histories, probability {found.mean:.4f} ({found.low:.4f} to {found.high:.4f}); each was "
                         f"followed into its own future and {options.branches} others from the next step on."))
    cells = [["metric", "mean over", "mean", "95 % interval", "histories", "variance less by"]]
    for metric, rows in frame.groupby("metric", sort=False):
        decimals = tables.decimals_for(rows["high"] - rows["low"], rows["mean"])
        cells += [[metric if row.of == "all" else "", ROWS[row.of], tables.cell(row.mean, decimals),
                   tables.interval(row.low, row.high, decimals), str(row.n),
                   f"{row.gain:.3g} ×" if row.gain == row.gain else ""] for row in rows.itertuples()]
    print("\n".join(tables.align(cells, left=(0, 1))))


def chosen(options, scenario):
    """The metrics that are told of."""
    if options.metrics:
        return results.choose_metrics([scenario], options.metrics)
    return [m for m in METRICS if m in scenario.summary] or results.choose_metrics([scenario])


def analyse(options):
    """The whole; raises ResultsError or OSError."""
    with output.Outputs(NAME, [options.file], options.out_dir, options.force) as outputs:
        outputs.expect("means.csv", "branches.csv")
        scenario = histories(options)
        metrics = chosen(options, scenario)
        events = splitting.first_events(scenario, options.event, options.not_agent)
        branches = split(options, scenario, events, metrics)
        frame = means(scenario, events, branches, metrics)
        show(frame, scenario, options, events)
        frame.to_csv(outputs.new("means.csv"), index=False, float_format="%.6g")
        branches.insert(0, "rep", scenario.runs["rep"].reindex(branches.index, level="run_id"))
        branches.join(events, on="run_id").reset_index().to_csv(outputs.new("branches.csv"), index=False,
                                                                float_format="%.10g")


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, analyse, parse(argv), left="what R.db holds stays")


if __name__ == "__main__":
    sys.exit(main())
