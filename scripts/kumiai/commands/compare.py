"""Compare the scenarios of kumiai results files.

For every scenario the mean and 95 % interval of the summary metrics and the paired difference
to the first scenario (pairs share seed and replicate) with its effect size and a p-value
corrected by Holm's method; how long ties last, why they end, why opportunities become no tie;
and pictures of all that. Standard output has what fits a screen, --all has every table; --at YEAR
compares the measures of the series in one year instead, --agent CODE what one agent did.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import math
import sys

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import numpy as np
import pandas as pd

from kumiai import (cli, comparable, drawn, formats, intervals, leading, one_agent, output, pictures, results, steps,
                    survival, tables, yearly)

NAME = "compare.py"
FORMATS = ("text", "csv", "markdown", "latex")
MOST_PANELS = 24
MOST_METRICS, MOST_SURVIVAL, MOST_OF_AGENT = 12, 6, 20  # rows of the tables of the short output
ACROSS = 3  # scenarios beside the first in a table
CAUSE_AGE = 10  # up to which the main cause of end is told
TIE_COLUMNS = ("run_id", "mode", "onset", "terminus", "onset_censored", "terminus_censored", "cause")


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    cli.add_common(parser)
    cli.add_all(parser)
    parser.add_argument("--metrics", metavar="A,B,…", type=cli.names,
                        help="these metrics only, of the summary or with --at of the series")
    parser.add_argument("--at", metavar="YEAR", type=cli.whole_number(0),
                        help="compare the series in this year: stocks at its end, flows summed over it")
    parser.add_argument("--agent", metavar="CODE", type=cli.name,
                        help="compare what this agent did (its code, or a name that no other has): its ties, what it "
                             "started, its state; with --at in one year")
    parser.add_argument("--series", metavar="A,B,…", type=cli.names,
                        help="also draw these metrics of the series over time (all: every one)")
    parser.add_argument("--format", choices=FORMATS, default="text",
                        help="form of the tables on standard output (default: text)")
    parser.add_argument("--csv", type=cli.file, metavar="FILE",
                        help="write the tidy table there (-: on standard output)")
    return parser.parse_args(argv)


def gather(scenarios, read, what):
    """(scenario, read(scenario)) of all that have the data; says why of the others."""
    found = []
    for s in scenarios:
        try:
            found.append((s, read(s)))
        except results.Absent as reason:
            warn(f"no {what} for {reason}.")
    return found


# ---- parts of the comparison: each a tidy frame ----


def summary_part(scenarios, metrics):
    """Frame of the summary metrics; says which scenario lacks one."""
    for s in scenarios:
        lacking = [m for m in metrics if m not in s.summary.columns]
        if lacking:
            warn(f"{s.label} has no value of {', '.join(lacking)}.")
    return tables.compare(scenarios, metrics, units=results.units(scenarios, "summary"))


def year_part(scenarios, year, wanted):
    """Frame of the measures of a year; says which scenario has none."""
    of_series = results.units(scenarios, "series")
    metrics = choose_series(scenarios, wanted or ["all"])
    found = gather(scenarios, lambda s: yearly.at_year(
        s, year, [m for m in metrics if m in results.series_metrics(s)], of_series), "measures of a year")
    if not found or found[0][0] is not scenarios[0]:
        raise results.ResultsError(f"There are no measures of a year: {scenarios[0].label} has no series; run with "
                                   "--detail series.")
    return tables.compare([s for s, _ in found], metrics, f"at {year}", [frame for _, frame in found],
                          yearly.units(of_series), comparable.apart_at_a_time)


def agent_part(scenarios, options):
    """(what the agent is called, frame of its measures); says what the files do not keep of it."""
    _, called = one_agent.find(scenarios[0], options.agent)
    found = gather(scenarios, lambda s: one_agent.measures(s, options.agent, options.at), "ties")
    if not found or found[0][0] is not scenarios[0]:
        raise results.ResultsError(f"Nothing is kept of what {called} did in {scenarios[0].label}; run with "
                                   "--detail full.")
    for note in [note for _, (*_, lacking) in found[:1] for note in lacking]:
        warn(f"{note}.")
    units = {name: unit for _, (_, of, _) in reversed(found) for name, unit in of.items()}
    names = list(dict.fromkeys(name for _, (frame, *_) in found for name in frame))
    names.sort(key=lambda name: not any(frame[name].any() for _, (frame, *_) in found if name in frame))  # 0 in all: last
    metrics = results.pick(options.metrics or names, names, "There is no measure")
    # What one scenario alone has of the agent, such as another kind of ties, has happened in the others 0 times.
    frames = [frame.reindex(columns=frame.columns.union([n for n in names if n.endswith(one_agent.COUNTED)], sort=False),
                            fill_value=0.0) for _, (frame, *_) in found]
    by = comparable.apart if options.at is None else comparable.apart_at_a_time
    return called, tables.compare([s for s, _ in found], metrics, options.agent, frames, units, by)


def counts_part(part, unit, counted):
    """Frame of counts by (mode, name); counted: [(scenario, frame by run)], perhaps empty.

    A name that one scenario lacks has happened there 0 times.
    """
    names = sorted({c for _, counts in counted for c in counts.columns})
    frames = []
    for s, counts in counted:
        frame = counts.reindex(columns=names, fill_value=0).astype(float)
        frame.columns = [f"{results.words(mode)}: {results.words(name)}" for mode, name in names]
        frame.index = pd.MultiIndex.from_frame(s.runs.loc[frame.index, results.KEY])
        frames.append(frame)
    metrics = list(frames[0].columns) if frames else []
    return tables.compare([s for s, _ in counted], metrics, part, frames,
                          dict.fromkeys(metrics, unit))


# ---- tables ----


def print_summary(scenarios, frame):
    """Header, one block per metric, and how to read them, as text."""
    numbers = {s.label: i for i, s in enumerate(scenarios, 1)}
    print("\n".join(tables.header(scenarios)))
    for metric, block in frame.groupby("metric", sort=False):
        print("\n" + "\n".join(tables.metric_block(metric, block, numbers)))
    if len(scenarios) > 1 and not frame.empty:
        print("\n" + "\n".join(tables.footer(frame)))


def differing(frame, metrics):
    """Those of the metrics in which a scenario is told apart from the first."""
    sure = frame.loc[frame["verdict"].isin(["+", "−"]), "metric"]
    return [metric for metric in metrics if metric in set(sure)]


def print_short(scenarios, frame, title, screen=MOST_METRICS):
    """The first metrics of the file in one table of some rows, and which of the others differ."""
    numbers = {s.label: i for i, s in enumerate(scenarios, 1)}
    metrics = list(dict.fromkeys(frame["metric"]))
    most = max(3, screen // max(1, math.ceil((len(scenarios) - 1) / ACROSS)))
    shown, left = metrics[:most], metrics[most:]
    part = frame[frame["metric"].isin(shown)]
    if any(s.failed for s in scenarios):
        print("\n".join(tables.header(scenarios)) + "\n")
    print("\n".join(tables.levels_block(title, part) if len(scenarios) == 1 else
                    tables.counts_block(title, part, numbers, ACROSS, tables.family(frame))))
    if left:
        names = differing(frame, left)
        which = f", of which {len(names)} differ between scenarios" if len(scenarios) > 1 else ""
        print(f"  … and {len(left)} more{which} (--all prints them)")


def print_counts(scenarios, frame, title):
    """One line per cause or reason, as text."""
    numbers = {s.label: i for i, s in enumerate(scenarios, 1)}
    if not frame.empty:
        print("\n" + "\n".join(tables.counts_block(title, frame, numbers)))


def print_parts(parts, form):
    """The parts {title: frame} as CSV, Markdown or LaTeX."""
    if form == "csv":
        pd.concat(parts.values(), ignore_index=True).to_csv(sys.stdout, index=False)
        return
    for title, frame in parts.items():
        if not frame.empty:
            print("\n".join(formats.comparison(frame, title, form)) + "\n")


# ---- ties ----


def read_curves(found):
    """Curves, table rows and the number of ties left out, of [(scenario, ties)]."""
    shown, rows, unknown = [], [], 0
    for s, ties in found:
        spells, left_out = survival.spells(ties)
        unknown += left_out["age unknown"]
        if left_out["age unknown"]:
            warn(f"{s.label}: {left_out['age unknown']} of {len(ties)} ties began before their "
                 "run at an unknown time; survival leaves them out.")
        curves = {}
        for mode, group in spells.groupby("mode"):
            curves[mode] = survival.kaplan_meier(group, drawn.units(s))
            if curves[mode].thin:
                warn(survival.thin_words(s.label, mode, curves[mode].follow_up))
            lead = leading.of_incidence(group, drawn.units(s), CAUSE_AGE)
            rows.append((s.label, mode, curves[mode], survival.main_cause(group, CAUSE_AGE),
                         lead is None or lead.sure))
        if curves:
            shown.append((s, curves))
    return shown, rows, unknown


# ---- pictures ----


def _by_time(frame, metric, flow):
    """Values of a metric by time and run; what is taken once a year has those times alone.

    The first row does not tell: it may be the state before the first step.
    """
    time = np.floor(frame["time"]) if flow else frame["time"]
    wide = frame.groupby([time, "run_id"])[metric].sum(min_count=1).unstack("run_id")
    wide = yearly.stay(wide, frame.groupby("run_id")["time"].max(), flow)
    taken = wide.index[wide.notna().any(axis=1)]
    return wide.loc[taken] if len(np.unique(np.round(taken[1:] % 1, 6))) == 1 else wide


def _bands(scenario, columns, units):
    """{column: band by fiscal year}; flows (units per step) are summed over each year."""
    frame, bands = results.read_series(scenario, columns), {}
    for column in columns:
        unit = units.get(column, "")
        wide = _by_time(frame, column, unit.endswith("/step"))
        share = results.is_share(unit) and intervals.are_shares(wide)
        bands[column] = intervals.band_with_spread(drawn.by_unit(scenario, wide, "columns"), share, wide,
                                                   tables.is_counted(unit))
    return bands


def read_tie_bands(scenario):
    """{mode: band by fiscal year} of the active ties."""
    names = [f"ties_{mode}" for mode in results.MODES]
    bands = _bands(scenario, names, dict.fromkeys(names, "ties"))
    return {mode: bands[f"ties_{mode}"] for mode in results.MODES}


def draw_ties(scenarios, outputs):
    """Active ties over time."""
    # The series of another model counts its ties in other ways, or has none.
    known = [s for s in scenarios if not results.series_metrics(s)
             or any(f"ties_{mode}" in results.series_metrics(s) for mode in results.MODES)]
    bands = gather(known, read_tie_bands, "picture of active ties")
    if bands:
        pictures.ties(bands, outputs.new("ties.png"))


def draw_counts(counted, outputs, name, title, unit):
    """Bars of counts by mode and name; returns whether there are any.

    title: of the first scenario and its counts by name, both modes together.
    """
    shown = [(s, survival.count_intervals(drawn.by_unit(s, counts))) for s, counts in counted]
    if not any(len(c) for _, c in shown):
        return False
    scenario, counts = counted[0]
    pictures.bars(shown, outputs.new(name), title(scenario, counts.T.groupby(level=1).sum().T), unit)
    return True


def lead_words(scenario, counts):
    """The greatest of the counts by run, in words."""
    return pictures.lead_words(drawn.by_unit(scenario, leading.shares_by_run(counts)))


def causes_title(scenario, counts):
    """Finding of the picture of causes."""
    return f"Why ties end: of all that ended in a run of {results.words(scenario.label)}, " \
        + lead_words(scenario, counts)


def refusals_title(scenario, counts):
    """Finding of the picture of refusals."""
    return "Why opportunities become no tie: of all in a run of " \
        f"{results.words(scenario.label)}, {lead_words(scenario, counts)}"


def series_bands(scenarios, metrics, units):
    """{metric: [(label, band)]}; reads each scenario once, says which has no value of what."""
    bands = {}
    for s in scenarios:
        own = [m for m in metrics if m in results.series_metrics(s)]
        found = gather([s], lambda s, own=own: _bands(s, own, units), "series")
        for metric, band in found[0][1].items() if found else ():
            if band["mean"].notna().any():
                bands.setdefault(metric, []).append((s.label, band))
        lacking = [m for m in metrics if s.label not in dict(bands.get(m, ()))]
        if found and lacking:
            warn(f"no series for {s.label}: its runs have no {' and no '.join(lacking)}.")
    return {m: bands[m] for m in metrics if m in bands}


def choose_series(scenarios, wanted):
    """The metrics of --series by their names; refuses one that no scenario has."""
    known = results.common_series(scenarios)
    if wanted == ["all"]:
        return results.measurable(known, results.units(scenarios, "series"))
    return results.pick(wanted or [], known, "No series has the metric")


def series_names(wanted):
    """Names of the pictures of chosen metrics, one per MOST_PANELS of them."""
    if len(wanted) <= MOST_PANELS:
        return ["series.png"]
    return [f"series_{k + 1}.png" for k in range(-(-len(wanted) // MOST_PANELS))]


def draw_series(scenarios, wanted, outputs):
    """Chosen metrics over time."""
    units = results.units(scenarios, "series")
    names = iter(series_names(wanted))
    yearly = {m: unit.replace("/step", "/year") for m, unit in units.items()}
    for start in range(0, len(wanted), MOST_PANELS):
        bands = series_bands(scenarios, wanted[start:start + MOST_PANELS], units)
        if bands:
            pictures.series(scenarios, bands, yearly, outputs.new(next(names)))


# ---- the whole ----


def is_of_one(options):
    """Whether one year or one agent is compared, of which there are no pictures."""
    return options.at is not None or options.agent is not None


def draw(options, scenarios, parts, outputs):
    """All pictures; parts: curves, number of ties left out, causes, refusals."""
    curves, unknown, causes, refusals = parts
    draw_ties(scenarios, outputs)
    if curves:
        pictures.survival(curves, outputs.new("survival.png"), unknown)
    ended = draw_counts(causes, outputs, "causes.png", causes_title,
                        "ties ended in a run, of any age (mean over replicates)")
    if causes and not ended:
        warn("no picture of causes: no tie has ended.")
    draw_counts(refusals, outputs, "refusals.png", refusals_title,
                "opportunities refused in a run (mean over replicates)")
    if options.series:
        draw_series(scenarios, choose_series(scenarios, options.series), outputs)


def print_all(scenarios, parts, rows):
    """Every table as text."""
    summary, causes, refusals = parts.values()
    print_summary(scenarios, summary)
    if rows:
        print("\n" + "\n".join(tables.survival_block(rows, steps.unit(scenarios))))
    print_counts(scenarios, causes, "causes of end  (ties ended)")
    print_counts(scenarios, refusals, "refusals  (opportunities that became no tie)")


def print_screen(options, scenarios, parts, rows):
    """What fits a screen: the metrics that were asked for in full, or the first ones; and how long ties last."""
    summary = parts["Summary"]
    if options.metrics:
        print_summary(scenarios, summary)
    else:
        print_short(scenarios, summary, f"{len(scenarios)} scenarios" if len(scenarios) > 1 else scenarios[0].label)
    if rows:
        print("\n" + "\n".join(tables.survival_block(rows[:MOST_SURVIVAL], steps.unit(scenarios))))
    if len(rows) > MOST_SURVIVAL:
        print(f"  … and {len(rows) - MOST_SURVIVAL} more (--all prints them)")
    if not parts["Causes of end"].empty:
        print("  --all prints every metric in full, why ties end and why opportunities became none")


def write_tables(options, scenarios, parts, rows, outputs):
    """The tables on standard output and the tidy table in its file."""
    if options.format == "text" and options.all:
        print_all(scenarios, parts, rows)
    elif options.format == "text":
        print_screen(options, scenarios, parts, rows)
    else:
        print_parts(parts, options.format)
    if options.csv:
        pd.concat(parts.values(), ignore_index=True).to_csv(outputs.new_file(options.csv), index=False)


def check_outputs(options, scenarios, outputs):
    """Fail before the work, not after it, where nothing can be written or drawn."""
    series = choose_series(scenarios, options.series)
    if not options.no_pictures and not is_of_one(options):
        outputs.expect("ties.png", "survival.png", "causes.png", "refusals.png",
                       *(series_names(series) if series else ()))
    if options.csv:
        outputs.expect_file(options.csv)


def compare(options):
    """The whole comparison; raises ResultsError or OSError."""
    if is_of_one(options) and not options.csv:  # nothing is written, so that nothing earlier is told to be left
        compare_files(options, None)
        return
    with output.Outputs(NAME, options.files, options.out_dir, options.force) as outputs:
        compare_files(options, outputs)


def compare_one(options, scenarios, outputs):
    """The comparison of one year or one agent, with what it writes."""
    when = "" if options.at is None else f"in {results.year_words(scenarios[0], options.at)}"
    if options.agent:
        called, frame = agent_part(scenarios, options)
        when = f"{called} {when}".rstrip()
    else:
        frame = year_part(scenarios, options.at, options.metrics)
    if options.format != "text":
        print_parts({when if options.agent else f"Measures {when}": frame}, options.format)
    elif options.all or options.metrics:
        print_summary(scenarios, frame)
    else:
        title = f"{len(scenarios)} scenario{'s' * (len(scenarios) > 1)} {when}"
        print_short(scenarios, frame, *((when, MOST_OF_AGENT) if options.agent else (title,)))
    if options.csv:
        frame.to_csv(outputs.new_file(options.csv), index=False)


def compare_files(options, outputs):
    """The comparison, with what it writes."""
    scenarios, notes = results.load(options.files, options.model, options.verify)
    cli.no_sweep(scenarios)
    metrics = [] if is_of_one(options) else results.choose_metrics(scenarios, options.metrics)
    by = comparable.apart if options.at is None else comparable.apart_at_a_time
    for note in notes + comparable.notes(scenarios, by):
        warn(note)
    check_outputs(options, scenarios, outputs)
    if is_of_one(options):
        compare_one(options, scenarios, outputs)
        return
    found = gather(scenarios, lambda s: results.read_ties(s, columns=TIE_COLUMNS),
                   "survival and causes of end")
    curves, rows, unknown = read_curves(found)
    causes = [(s, survival.ended_by_cause(ties, s.runs.index)) for s, ties in found]
    refusals = gather(found and [s for s, _ in found], results.refusal_counts, "refusals")
    parts = {"Summary": summary_part(scenarios, metrics),
             "Causes of end": counts_part("causes", "ties ended", causes),
             "Refusals": counts_part("refusals", "opportunities", refusals)}
    write_tables(options, scenarios, parts, rows, outputs)
    if not options.no_pictures:
        draw(options, scenarios, (curves, unknown, causes, refusals), outputs)


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, compare, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
