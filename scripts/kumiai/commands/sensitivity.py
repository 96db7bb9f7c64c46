# SPDX-License-Identifier: GPL-3.0-or-later
"""Which parameters matter, alone and together: the sensitivity of a sweep's outputs.

What is done follows the sweep's design. morris: μ*, μ and σ of each factor. saltelli: Sobol
indices of first, total and second order. lhs, random, sobol, table: partial rank correlations
(PRCC) and standardised coefficients (SRC). factorial, or one factor changed at a time: the output
at the ends of each factor. All but morris: scatter plots, and phase diagrams over two factors
(where do regional ties outlast city-to-city ones?). Intervals are 95 %, of Morris' measures from
5 trajectories on, of σ from 10; values without any spread have none. What is called significant is
so after Holm's correction for all factors and outputs. Factors that cannot be told apart have no
number. Of S.db tables go to S_sensitivity_*.csv, pictures to S_sensitivity_*.png, a summary to
standard output, which --all gives in full.

Exit: 0 done; 1 failed; 2 the request cannot be met (no sweep, incomplete blocks, …); 130 interrupted.
"""

import sys

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import pandas as pd

from kumiai import results
from kumiai import (cli, output, phase, phase_pictures, sensitivity, sensitivity_designs,
                      sensitivity_pictures, sensitivity_tables, sweeps)

NAME = "sensitivity.py"
FORMATS = ("text", "csv", "markdown", "latex")
SCREEN, MOST_TABLES, FEWEST_ROWS = 21, 5, 2  # lines, tables and rows of a table of the short output


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    cli.add_common(parser)
    parser.add_argument("--outputs", metavar="A,B-C,…", type=cli.names,
                        help="summary metrics, or differences of two (all: every one; default: ties, "
                             "their life by mode and people served, or all of another model)")
    parser.add_argument("--phase", metavar="X,Y", type=cli.names,
                        help="phase diagrams over these two factors (default: where there are two)")
    parser.add_argument("--drop-incomplete", action="store_true",
                        help="leave out, as wholes, blocks and trajectories that have a point of which "
                             "no run is ok and has a value")
    parser.add_argument("--resamples", type=cli.whole_number(10), default=sensitivity.RESAMPLES,
                        metavar="N", help="resamples of every bootstrap interval, and more where "
                                          "few blocks or trajectories need them "
                                          f"(default: {sensitivity.RESAMPLES})")
    cli.add_all(parser)
    parser.add_argument("--format", choices=FORMATS, default="text",
                        help="form of the tables on standard output (default: text)")
    return parser.parse_args(argv)


# ---- what is asked ----


def read_sweep(options):
    """The sweep; raises ResultsError."""
    if len(options.files) > 1:
        raise results.ResultsError("One sweep at a time, please; kumiai merge puts the shards of one "
                                   "together.")
    return sweeps.read(options.files[0], options.drop_incomplete, options.verify)


def choose_outputs(sweep, wanted):
    """The outputs wanted, or the usual ones, or all."""
    if wanted == ["all"]:
        return sweeps.all_outputs(sweep)
    return sweeps.parse_outputs(sweep, wanted) if wanted else sweeps.usual_outputs(sweep)


def choose_plane(sweep, wanted):
    """The two factors of the phase diagram, or None."""
    if not wanted:
        return tuple(sweep.names) if len(sweep.names) == 2 and sweep.kind != "morris" else None
    results.pick(wanted, sweep.names, "The sweep has no factor")
    if len(set(wanted)) != 2:
        raise results.ResultsError("A phase diagram is over two different factors: --phase X,Y.")
    if sweep.kind == "morris":
        raise results.ResultsError("Morris' trajectories do not fill a plane; a phase diagram needs "
                                   "another design (factorial, lhs).")
    return tuple(wanted)


# ---- what the design allows ----


def tables_of(sweep, made):
    """Tables to print of an analysis."""
    if made.kind == "morris":
        return [sensitivity_tables.morris(*pair) for pair in made.found]
    if made.kind == "sobol":
        return [sensitivity_tables.sobol(o, rows, made.noises[o]) for o, rows in made.found]
    if made.kind == "ends":
        return [table for o, rows in made.found
                for table in sensitivity_tables.ends(o, rows, sweep, made.reference)]
    return [sensitivity_tables.regression(o, rows, made.points[o], made.tied[o])
            for o, rows in made.found]


def pictures_of(sweep, made):
    """[(name, draw(path))] of an analysis."""
    draw, found = sensitivity_pictures, made.found
    if made.kind == "morris":
        return [("morris", lambda path: draw.morris(sweep, found, path))]
    if made.kind == "sobol":
        pairs = (found[0][1]["measure"] == "second").any() and len(sweep.names) > 2 if found else False
        return [("sobol", lambda path: draw.sobol(sweep, found, path)),
                *([("second", lambda path: draw.second_order(sweep, found, path))] if pairs else [])]
    if made.kind == "ends":
        return [("tornado", lambda path: draw.ends_tornado(sweep, found, path, made.reference))]
    found = [(o, rows) for o, rows in found if rows.loc[rows["measure"] == "prcc", "value"].notna().any()]
    return [("tornado", lambda path: draw.rank_tornado(sweep, found, path))] if found else []


# ---- scatter and phase ----


def draw_scatter(sweep, outputs, found, files):
    """Scatter plots, the factors in order of their strength in the first output."""
    shown = [(o, sweep.values(o).loc[sweep.independent_points()].mean(axis=1).dropna())
             for o in outputs]
    shown = [(o, values) for o, values in shown if len(values) > 1]
    factors = sweep.names
    if found:
        rows = found[0][1].groupby("factor")["value"].agg(lambda v: v.abs().max()).fillna(0.0)
        factors = sorted(factors, key=lambda f: -rows.get(f, 0.0))
    if shown:
        sensitivity_pictures.scatter(sweep, shown, factors, files.new("scatter.png"))


def do_phase(sweep, outputs, plane):
    """[(output, Phase)] over the plane of two factors."""
    found = []
    for output in outputs:
        wide = sweep.values(output).loc[sweep.independent_points()]
        if not wide.notna().any().any():
            warn(f"no phase diagram of {output.name}: no run has a value.")
            continue
        if not output.subtrahend and wide.mean(axis=1).nunique() == 1:
            warn(f"no phase diagram of {output.name}: it is the same at all points that have a value.")
            continue
        found.append((output, phase.diagram(sweep, *plane, wide)))
    phase.correct(found)
    return found


def phase_frame(found):
    """Tidy table of phase diagrams."""
    frames = [p.frame().assign(output=o.name, unit=o.unit) for o, p in found]
    frame = pd.concat(frames, ignore_index=True)
    return frame[["output", "unit", *[c for c in frame if c not in ("output", "unit")]]]


# ---- the whole ----


def save(frame, path):
    """Write a table."""
    frame.to_csv(path, index=False, float_format="%.6g")


def draw(sweep, outputs, made, planes, files):
    """All pictures."""
    found, most = made.found, sensitivity_pictures.MOST_PANELS
    if max(len(found), len(planes)) > most:
        warn(f"the pictures show {most} outputs at most; the tables have all {len(outputs)}.")
    for name, picture in pictures_of(sweep, made) if found else []:
        picture(files.new(f"{name}.png"))
    if sweep.kind != "morris":
        draw_scatter(sweep, outputs, found, files)
    for output, diagram in planes[:most]:
        phase_pictures.diagram(sweep, output, diagram, files.new(f"phase_{output.name}.png"))


def print_screen(shown):
    """The first rows of the first tables, in which the strongest factors stand."""
    tables = shown[:MOST_TABLES]
    most = max(FEWEST_ROWS, SCREEN // max(1, len(tables)) - 2)
    for table in tables:
        print("\n".join(table.first(most)))
    left = {"row": sum(max(0, len(table.rows) - most) for table in tables), "table": len(shown) - len(tables)}
    more = [f"{n} more {what}{'s' * (n > 1)}" for what, n in left.items() if n]
    print(f"\n  … and {' and '.join(more)} (--all prints them, and how to read all)" if more else
          "\n  --all prints how to read them as well")


def print_tables(options, frames, shown):
    """The tables on standard output."""
    if options.format == "csv":
        for frame in frames:
            frame.to_csv(sys.stdout, index=False, float_format="%.6g")
    elif options.format == "text" and not options.all:
        print_screen(shown)
    else:
        for table in shown:
            print("\n".join(table.lines(options.format)))


def check_outputs(options, outputs, plane, files):
    """Fail before the work, not after it, where nothing can be written."""
    files.expect("indices.csv", *(["phase.csv"] if plane else []))
    if not options.no_pictures:
        files.expect("morris.png", "sobol.png", "second.png", "tornado.png", "scatter.png",
                     *(f"phase_{o.name}.png" for o in (outputs if plane else [])))


def analyse(options):
    """The whole analysis; raises ResultsError or OSError."""
    with output.Outputs(NAME, options.files, options.out_dir, options.force) as files:
        analyse_sweep(options, files)


def analyse_sweep(options, files):
    """The analysis of one sweep, with what it writes."""
    sweep = read_sweep(options)
    outputs = choose_outputs(sweep, options.outputs)
    plane = choose_plane(sweep, options.phase)
    check_outputs(options, outputs, plane, files)
    made = sensitivity_designs.analyse(sweep, outputs, options.resamples, options.drop_incomplete, warn)
    found, shown = made.found, tables_of(sweep, made)
    planes = do_phase(sweep, outputs, plane) if plane else []
    for note in dict.fromkeys(sweep.notes):
        warn(note)
    if not found and not planes:
        raise results.ResultsError(sweeps.nothing_left(sweep, outputs, options.drop_incomplete))
    frames = {}
    if found:
        frames["indices"] = sensitivity_designs.tidy(sweep, found)
    if planes:
        frames["phase"] = phase_frame(planes)
        shown += [sensitivity_tables.plane(o, p, (phase.cell_texts(p.x), phase.cell_texts(p.y)))
                  for o, p in planes]
    for name, frame in frames.items():
        save(frame, files.new(f"{name}.csv"))
    print_tables(options, frames.values(), shown)
    if not options.no_pictures:
        draw(sweep, outputs, made, planes, files)


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, analyse, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
