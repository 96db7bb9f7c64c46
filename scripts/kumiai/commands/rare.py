# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes of a rare event: splitting, with the same past and many futures.

Histories of a scenario are run, and in each the first event of a kind is looked for. From the step after it on the
history is run again, K times, with other draws (`run.stream`). Told are the probability of the event, and the means
of summary metrics over all histories, over those with the event, and over those without. A history with the event
counts as the mean over its own future and the K others, one without it as itself: the means are without bias, and
what follows the event is seen K + 1 times as often. Intervals are 95 % and count histories, not branches. Where the
subject of the event has ties, it is also told how many it forms after the event, in which share of futures it forms
any, and how many years they last in all until the end of the run. Where no history
has the event, the most that its probability can be is told. The histories go to R.db; tables to R_rare_means.csv and
R_rare_branches.csv.

Exit: 0 done; 1 failed; 2 the request cannot be met (the runs exist, no such event, …); 130 interrupted.
"""

import sys
import tempfile
from pathlib import Path

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import pandas as pd

from kumiai import cli, database, drawn, output, program, results, splitting, tables

NAME = "rare.py"
HISTORIES = 400
METRICS = ("cooperatives_active_abroad", "ties_regional", "survival_5y_regional")
ROWS = {"all": "all histories", "given": "with the event", "without": "without it"}


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("scenario", metavar="SCENARIO.cfg", type=cli.source, help="the scenario")
    parser.add_argument("file", metavar="R.db", type=cli.source, help="results file of the histories, to be written")
    parser.add_argument("--event", metavar="KIND", required=True, type=cli.name, help="the kind of event, as in table event: mandate")
    parser.add_argument("--not-agent", metavar="CODE,…", type=cli.names, default=[],
                        help="agents whose events do not count: C0001")
    parser.add_argument("--reps", metavar="N", type=cli.whole_number(2), help=f"histories (default: {HISTORIES})")
    parser.add_argument("--branches", metavar="K", type=cli.whole_number(1), default=20,
                        help="further futures of each history with the event (default: 20)")
    parser.add_argument("--metrics", metavar="A,B,…", type=cli.names,
                        help=f"columns of the summary (default: {', '.join(METRICS)}, or all where there are none)")
    parser.add_argument("--seed", metavar="S", type=cli.whole_number(0), help="seed, in place of run.seed")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="a setting of the scenario")
    parser.add_argument("--draws", metavar="P.csv", type=cli.source,
                        help="draws of the parameters, one a history, as of `kumiai run`")
    parser.add_argument("--threads", metavar="T", type=cli.whole_number(1), help="threads of the runs")
    parser.add_argument("--kumiai", metavar="PROGRAM", default=program.default(),
                        help="the program to run (default: what KUMIAI names, or build/release/kumiai)")
    parser.add_argument("--read", action="store_true", help="the histories are in R.db: make the branches only")
    parser.add_argument("--out-dir", type=cli.folder, metavar="DIR", help="folder of the tables (default: that of R.db)")
    cli.add_verify(parser)
    cli.add_force(parser)
    options = parser.parse_args(argv)
    given = [f"--{name}" for name in ("reps", "seed", "set") if getattr(options, name) not in (None, [])]
    if options.read and given:
        parser.error(f"--read takes the histories as {options.file} holds them, so that {' and '.join(given)} cannot "
                     "change them")
    return options


# ---- runs ----


def run(options, files, out, table, events, *more):
    """Runs of scenarios at detail full, of which one table is kept, and some kinds of events."""
    threads = ["--threads", options.threads] if options.threads else []
    program.ask(options.kumiai, "run", *files, "--out", out, "--quiet", "--detail", "full",
                "--set", f"output.tables={table}", "--set", f"output.events={events}", *threads, *more)


def history_words(options):
    """Options of the histories, as the program takes them."""
    words = [word for setting in options.set for word in ("--set", setting)]
    return words + (["--seed", options.seed] if options.seed is not None else []) + draws_words(options)


def draws_words(options):
    """The draws of the parameters, as the program takes them."""
    return ["--draws", options.draws] if options.draws else []


def one_scenario(options, path):
    """The scenario of a results file of histories; refuses several, sweeps, and one without the events."""
    [scenario, *others], notes = results.load([path], verify=options.verify)
    for note in notes:
        warn(note)
    if others:
        raise results.ResultsError(f"{path} has {1 + len(others)} scenarios; the histories are those of one.")
    cli.no_sweep([scenario])
    if reason := results.not_kept(scenario, "event", [options.event]):
        raise results.ResultsError(f"{reason}.")
    return scenario


def check_names(options, scenario):
    """Refuse metrics and agents that the scenario does not have."""
    known = [c for c in database.columns(scenario.path, "summary") if c != "run_id"]
    results.pick(options.metrics or [], known, "No scenario has the metric")
    splitting.agent_ids(scenario, options.not_agent)


def check_draws(options, scenario, histories_of):
    """Refuse more histories than draws: those that share one are not independent, and intervals count histories."""
    draws = database.rows(scenario.path, "SELECT count(*), count(weight) FROM draw") if options.draws else [(0, 0)]
    [(rows, weighted)] = draws
    if options.draws and not weighted and histories_of > rows:
        raise results.ResultsError(f"{histories_of} histories are more than the {rows} draws of {options.draws}: those that "
                                   f"share a draw are not independent; --reps {rows} is the most.")


def try_one(options):
    """One replicate, to know before all the histories are run whether the options name what there is."""
    with tempfile.TemporaryDirectory(prefix="kumiai-rare-") as folder:
        out = Path(folder, "one.db")
        run(options, [options.scenario], out, "event", options.event, "--reps", options.reps or HISTORIES,
            "--only-rep", 0, *history_words(options))
        scenario = one_scenario(options, out)
        check_names(options, scenario)
        check_draws(options, scenario, options.reps or HISTORIES)


def check_read(options, scenario):
    """Refuse histories of another scenario, or of other draws, than the options name."""
    if scenario.name != options.scenario.stem:
        raise results.ResultsError(f"{options.file} holds the scenario {scenario.name}, not {options.scenario.stem}.")
    has_draws = not drawn.of_runs(scenario.path).empty
    if has_draws != bool(options.draws):
        raise results.ResultsError(f"{options.file} was run with --draws: name the file again." if has_draws else
                                   f"{options.file} was run without --draws.")


def histories(options):
    """The scenario with all its histories; runs them where they are not there yet."""
    if options.read:
        scenario = one_scenario(options, options.file)
        check_read(options, scenario)
        check_names(options, scenario)
        check_draws(options, scenario, scenario.n)
        return scenario
    if options.file.exists():
        raise results.ResultsError(f"{options.file} exists already; --read reads its histories.")
    try_one(options)
    run(options, [options.scenario], options.file, "event", options.event, "--reps", options.reps or HISTORIES,
        *history_words(options))
    return one_scenario(options, options.file)


def branch_files(options, scenario, event, folder):
    """Scenario files of all futures of a history, its own the first; each over a base, so that what was drawn in the
    history is drawn again."""
    files = []
    for stream in range(options.branches + 1):
        base, file = folder / f"base_{stream}.cfg", folder / f"stream_{stream}.cfg"
        base.write_text(splitting.branch(scenario.config, event["at"], stream), encoding="utf-8")
        file.write_text(f"base = {program.quoted(base.name)};\n", encoding="utf-8")
        files.append(file)
    return files


def kept_words(scenario):
    """Settings of what the scenario keeps to itself although there are draws of it."""
    kept = database.rows(scenario.path, "SELECT parameter FROM draw_kept WHERE scenario_id = ?",
                         (scenario.scenario_id,))
    settings = results.settings(scenario) if kept else {}
    return [word for (name,) in kept for word in ("--set", f"{name}={settings[name]}")]


def futures(options, scenario, rep, event, metrics, folder):
    """All futures of one history, its own the first, as a frame."""
    out = folder / "branches.db"
    run(options, branch_files(options, scenario, event, folder), out, "tie", "all", "--only-rep", rep, "--force",
        *draws_words(options), *(kept_words(scenario) if options.draws else []))
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
    if frames:
        return pd.concat(frames, names=["run_id", "branch"])
    nothing = pd.MultiIndex.from_arrays([[], []], names=["run_id", "branch"])
    return pd.DataFrame(index=nothing, columns=list(metrics), dtype=float)


# ---- what is told ----


def means(scenario, events, branches, metrics):
    """The table of means."""
    own = scenario.summary[metrics].set_axis(scenario.runs.index)
    units = results.units([scenario], "summary") | splitting.OF_SUBJECT
    if branches.empty:
        return splitting.table(own, branches, units)
    for name in branches.columns.difference(metrics, sort=False):  # of the subject: nothing without an event
        own[name] = branches.xs(0, level="branch")[name].reindex(own.index).fillna(0.0)
    late = own.loc[events.index[events["at"].isna()], branches.columns]  # nothing can follow: all futures are its own
    same = pd.concat({b: late for b in branches.index.unique("branch")}, names=["branch", "run_id"])
    return splitting.table(own, pd.concat([branches, same.reorder_levels(["run_id", "branch"])]), units)


def show(frame, scenario, options, events):
    """Probability and means as text."""
    of = f" of another agent than {', '.join(options.not_agent)}" if options.not_agent else ""
    found = splitting.chance(scenario.n, len(events))
    split_at = int(events["at"].notna().sum())
    then = f"each was followed into its own future and {options.branches} others from the next step on" if split_at \
        else "there is nothing to be split"
    print(tables.wrapped(f"{scenario.label}: first event {options.event}{of} in {len(events)} of {scenario.n} "
                         f"histories, probability {found.mean:.4f} ({found.low:.4f} to {found.high:.4f}); {then}."))
    if not split_at:
        print(tables.wrapped("More --reps may have one: the chance that none of n histories has an event of probability "
                             "p is (1 − p)ⁿ."))
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
