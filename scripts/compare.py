#!/usr/bin/python3
"""Compare the scenarios of kumiai results files.

For every scenario the mean and 95 % interval of the summary metrics and the paired
difference to the first scenario (pairs share seed and replicate), then pictures of active
ties, their survival and their causes of end.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …).
"""

import argparse
import os
import sys
from pathlib import Path

from analysis import intervals, pictures, results, survival, tables


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    print(f"compare.py: {message}", file=sys.stderr)


class Parser(argparse.ArgumentParser):
    """argparse with one-sentence errors."""

    def error(self, message):
        warn(f"{message}; see --help.")
        sys.exit(2)


def parse(argv):
    """Options as a namespace."""
    parser = Parser(prog="compare.py", description=__doc__.split("\n\n")[1],
                    epilog=__doc__.strip().split("\n\n")[-1])
    parser.add_argument("files", nargs="+", metavar="R.db", type=Path,
                        help="results files; the first scenario of the first is the reference")
    parser.add_argument("--out-dir", type=Path, metavar="DIR",
                        help="folder of the pictures (default: that of the first file)")
    parser.add_argument("--metrics", metavar="A,B,…", help="these summary metrics only")
    parser.add_argument("--no-pictures", action="store_true", help="tables only")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the tidy table there")
    options = parser.parse_args(argv)
    if options.metrics is not None:
        options.metrics = [m.strip() for m in options.metrics.split(",") if m.strip()]
        if not options.metrics:
            parser.error("--metrics names no metric")
    return options


def print_tables(scenarios, metrics):
    """Print header, one block per metric, and how to read them; returns the tidy frame."""
    frame = tables.compare(scenarios, metrics)
    numbers = {s.label: i for i, s in enumerate(scenarios, 1)}
    print("\n".join(tables.header(scenarios)))
    for metric, block in frame.groupby("metric", sort=False):
        print("\n" + "\n".join(tables.metric_block(metric, block, numbers)))
    if len(scenarios) > 1 and not frame.empty:
        print("\n" + "\n".join(tables.footer(frame)))
    for s in scenarios:
        lacking = [m for m in metrics if m not in s.summary.columns]
        if lacking:
            warn(f"{s.label} has no value of {', '.join(lacking)}.")
    return frame


def gather(scenarios, read, what):
    """(scenario, read(scenario)) of all that have the data; says why of the others."""
    found = []
    for s in scenarios:
        try:
            found.append((s, read(s)))
        except results.Absent as reason:
            warn(f"no {what} for {reason}.")
    return found


def read_bands(scenario):
    """{mode: band by fiscal year} of the active ties."""
    columns = {mode: f"ties_{mode}" for mode in results.MODES}
    series = results.read_series(scenario, list(columns.values()))
    return {mode: intervals.band(series.pivot_table(index="time", columns="run_id",
                                                    values=column, dropna=False))
            for mode, column in columns.items()}


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
            curves[mode] = survival.kaplan_meier(group, s.runs.index)
            rows.append((s.label, mode, curves[mode], survival.main_cause(group, 10)))
        if curves:
            shown.append((s, curves))
    return shown, rows, unknown


def ties_part(scenarios, folder):
    """Survival table, and the pictures if there is a folder for them; returns their paths."""
    found = gather(scenarios, results.read_ties, "survival and causes of end")
    shown, rows, unknown = read_curves(found)
    if rows:
        print("\n" + "\n".join(tables.survival_block(rows)))
    if folder is None:
        return []
    drawn = []
    bands = gather(scenarios, read_bands, "picture of active ties")
    if bands:
        drawn.append(folder / "compare_ties.png")
        pictures.ties(bands, drawn[-1])
    if shown:
        drawn.append(folder / "compare_survival.png")
        pictures.survival(shown, drawn[-1], unknown)
    counts = [(s, survival.cause_counts(ties, s.runs.index)) for s, ties in found]
    if any(len(c) for _, c in counts):
        drawn.append(folder / "compare_causes.png")
        pictures.causes(counts, drawn[-1])
    elif counts:
        warn("no picture of causes: no tie has ended.")
    return drawn


def run(options):
    """The whole comparison; raises ResultsError or OSError."""
    scenarios, notes = results.load(options.files)
    metrics = results.choose_metrics(scenarios, options.metrics)
    for note in notes:
        warn(note)
    folder = None
    if not options.no_pictures:
        folder = options.out_dir or options.files[0].parent
        folder.mkdir(parents=True, exist_ok=True)
    frame = print_tables(scenarios, metrics)
    if options.csv:
        frame.to_csv(options.csv, index=False)
    for path in ties_part(scenarios, folder):
        print(f"compare.py: wrote {path}", file=sys.stderr)


def main(argv=None):
    """Exit code of the command."""
    options = parse(argv)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    try:
        run(options)
        sys.stdout.flush()
    except results.ResultsError as error:
        warn(error)
        return error.code
    except BrokenPipeError:
        # The reader (head, less) has seen enough; Python must not complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        warn(f"{error.filename or 'output'}: {error.strerror}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
