#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which parameters matter, alone and together: the sensitivity of a sweep's outputs.

What is done follows the sweep's design. morris: μ*, μ and σ of each factor. saltelli: Sobol
indices of first, total and second order. lhs, random, sobol, table: partial rank correlations
(PRCC) and standardised coefficients (SRC). factorial, or one factor changed at a time: the output
at the ends of each factor. All but morris: scatter plots, and phase diagrams over two factors
(where do regional ties outlast city-to-city ones?). Intervals are 95 %, of Morris' measures from
5 trajectories on, of σ from 10. Tables go to
sensitivity_*.csv, pictures to sensitivity_*.png, a summary to standard output.

Exit: 0 done; 1 failed; 2 the request cannot be met (no sweep, incomplete blocks, …).
"""

import sys

import pandas as pd

import kumiai_results as results
from analysis import (cli, phase, phase_pictures, sensitivity, sensitivity_pictures,
                      sensitivity_tables, sweeps)

NAME = "sensitivity.py"
FORMATS = ("text", "csv", "markdown", "latex")
ANSWER = "life_10y_regional-life_10y_city_to_city"
DEFAULT = ("ties_city_to_city", "ties_regional", "life_10y_city_to_city", "life_10y_regional",
           ANSWER, "people_served")
NOISE_WORTH_A_WORD = 0.1
FEWEST_BLOCKS = 8
FEWEST_TRAJECTORIES = 2


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
                        help="leave out, as wholes, blocks and trajectories of which a run is missing, "
                             "failed or without a value")
    parser.add_argument("--resamples", type=cli.whole_number(10), default=sensitivity.RESAMPLES,
                        metavar="N", help="resamples of every bootstrap interval, and more where "
                                          "few blocks or trajectories need them "
                                          f"(default: {sensitivity.RESAMPLES})")
    parser.add_argument("--format", choices=FORMATS, default="text",
                        help="form of the tables on standard output (default: text)")
    return parser.parse_args(argv)


# ---- what is asked ----


def read_sweep(options):
    """The sweep; raises ResultsError."""
    if len(options.files) > 1:
        raise results.ResultsError("One sweep at a time, please; kumiai merge puts the shards of one "
                                   "together.")
    return sweeps.read(options.files[0], options.drop_incomplete)


def choose_outputs(sweep, wanted):
    """The outputs wanted, or those of the default that have a value, or all."""
    if wanted == ["all"]:
        return sweeps.all_outputs(sweep)
    if wanted:
        return sweeps.parse_outputs(sweep, wanted)
    known = [text for text in DEFAULT if set(text.split("-")) <= set(sweep.summary.columns)]
    return sweeps.parse_outputs(sweep, known) if known else sweeps.all_outputs(sweep)


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


def varies(output, values):
    """Whether an output's means differ between points; says if not."""
    if values.nunique() > 1:
        return True
    warn(f"{output.name} is the same at all points that have a value; it is left out.")
    return False


def gather(outputs, analyse_one):
    """[(output, frame of rows)] of the outputs for which there is one; says why not of others."""
    found = []
    for output in outputs:
        try:
            rows = analyse_one(output)
        except results.Absent as reason:
            warn(f"{reason}.")
            continue
        if rows is not None:
            found.append((output, pd.DataFrame(rows)))
    return found


# ---- designs of blocks ----


def _refuse_few(output, cube, fewest, word, what):
    """Absent if too few blocks or trajectories are whole."""
    if len(cube) < fewest:
        raise results.Absent(f"{output.name} has too few whole {word} ({len(cube)}); {what} need "
                             f"{fewest} at least")


def one_morris(sweep, options, output):
    """Rows of an output of a Morris design."""
    cube, ids = sweeps.by_block(sweep, output, options.drop_incomplete)
    if not varies(output, pd.Series(cube.mean(axis=2).ravel())):
        return None
    _refuse_few(output, cube, FEWEST_TRAJECTORIES, "trajectories", "Morris effects")
    unit = sweep.unit_cube().loc[ids.ravel()].to_numpy().reshape(*ids.shape, -1)
    effects = sensitivity.elementary_effects(cube, unit, sweep.grid / 2 / (sweep.grid - 1))
    return sensitivity.morris(sweep.names, effects, options.resamples)


def do_morris(sweep, outputs, options):
    """Parts of a Morris design: [(output, rows)], tables, pictures."""
    found = gather(outputs, lambda o: one_morris(sweep, options, o))
    shown = [sensitivity_tables.morris(*pair) for pair in found]
    return found, shown, [("morris", lambda path: sensitivity_pictures.morris(sweep, found, path))]


def one_sobol(sweep, options, output, noises):
    """Rows of an output of Saltelli's design; notes the share of chance."""
    cube, ids = sweeps.by_block(sweep, output, options.drop_incomplete)
    means = cube.mean(axis=2)
    if not varies(output, pd.Series(means.ravel())):
        return None
    _refuse_few(output, cube, FEWEST_BLOCKS, "blocks", "Sobol indices")
    noises[output] = noise = sensitivity.noise_share(cube.reshape(-1, cube.shape[2]),
                                                          sweep.common_seeds)
    if noise > NOISE_WORTH_A_WORD:
        warn(f"{output.name}: {100 * noise:.0f} % of the variance between points is chance; more "
             "replicates (--reps) make the indices those of the factors.")
    place = sweep.place.loc[ids[0]]
    return sensitivity.sobol(sweep.names, list(place["role"]), list(place["parameter"]), means,
                             options.resamples)


def do_sobol(sweep, outputs, options):
    """Parts of Saltelli's design."""
    noises = {}
    found = gather(outputs, lambda o: one_sobol(sweep, options, o, noises))
    shown = [sensitivity_tables.sobol(o, rows, noises[o]) for o, rows in found]
    drawn = [("sobol", lambda path: sensitivity_pictures.sobol(sweep, found, path))]
    if found and (found[0][1]["measure"] == "second").any() and len(sweep.names) > 2:
        drawn.append(("second", lambda path: sensitivity_pictures.second_order(sweep, found, path)))
    return found, shown, drawn


# ---- designs of single points ----


def point_means(sweep, output):
    """Mean over the replicates of each independent point that has a value; says what is lacking."""
    wide = sweep.values(output).loc[sweep.independent_points()]
    means = wide.mean(axis=1).dropna()
    ran = int(sweep.ran().loc[wide.index].sum())
    if (lacking := ran - int(wide.count().sum())) and sweep.kind not in sweeps.BLOCK_WORD:
        warn(f"{output.name} has no value in {lacking} of {ran} runs, which are left out; "
             f"{len(wide) - len(means)} of {len(wide)} points have none at all.")
    return means


def one_regression(sweep, options, output):
    """Rows of an output on the ordered factors that vary."""
    means = point_means(sweep, output)
    names = [f for f in sweep.names if not sweep.is_unordered(f)
             and sweep.points.loc[means.index, f].nunique() > 1]
    if not names or len(means) < sensitivity.fewest_points(len(names)):
        raise results.Absent(f"{output.name} has a value at {len(means)} points, too few to regress "
                             f"on {len(names)} factors ({sensitivity.fewest_points(len(names))})")
    if not varies(output, means):
        return None
    return sensitivity.regression(names, sweep.unit_cube().loc[means.index, names], means,
                                  options.resamples)


def do_regression(sweep, outputs, options):
    """Parts of designs whose points fill the space."""
    for factor in filter(sweep.is_unordered, sweep.names):
        warn(f"{factor} is a choice among names in no order: it has no rank, and the regression is "
             "made without it.")
    found = gather(outputs, lambda o: one_regression(sweep, options, o))
    points = {o: sweep.values(o).mean(axis=1).count() for o, _ in found}
    shown = [sensitivity_tables.regression(o, rows, points[o]) for o, rows in found]
    return found, shown, [("tornado",
                           lambda path: sensitivity_pictures.rank_tornado(sweep, found, path))]


def one_of_ends(sweep, output, base):
    """Rows of the ends of each factor."""
    means = point_means(sweep, output)
    if not varies(output, means):
        return None
    return sensitivity.one_at_a_time(sweep.points, sweep.values(output), base)


def do_ends(sweep, outputs, base):
    """Parts of a factorial, or of points that differ from one in one factor."""
    reference = "the mean of all points" if base is None else f"point {base}"
    found = gather(outputs, lambda o: one_of_ends(sweep, o, base))
    shown = [sensitivity_tables.ends(o, rows, sweep, reference) for o, rows in found]
    return found, shown, [("tornado", lambda path: sensitivity_pictures.ends_tornado(
        sweep, found, path, reference))]


def by_design(sweep, outputs, options):
    """What the design allows: (found, tables, pictures)."""
    if sweep.kind == "morris":
        return do_morris(sweep, outputs, options)
    if sweep.kind == "saltelli":
        return do_sobol(sweep, outputs, options)
    if sweep.kind in ("lhs", "random", "sobol"):
        return do_regression(sweep, outputs, options)
    base = sensitivity.base_of(sweep.points)
    if sweep.kind == "factorial" or base is not None:
        return do_ends(sweep, outputs, None if sweep.kind == "factorial" else base)
    return do_regression(sweep, outputs, options)


# ---- scatter and phase ----


def draw_scatter(sweep, outputs, found, path):
    """Scatter plots, the factors in order of their strength in the first output."""
    shown = [(o, sweep.values(o).loc[sweep.independent_points()].mean(axis=1).dropna())
             for o in outputs]
    shown = [(o, values) for o, values in shown if len(values) > 1]
    factors = sweep.names
    if found:
        rows = found[0][1].groupby("factor")["value"].agg(lambda v: v.abs().max())
        factors = sorted(factors, key=lambda f: -rows.get(f, 0.0))
    if shown:
        sensitivity_pictures.scatter(sweep, shown, factors, path)
    return bool(shown)


def do_phase(sweep, outputs, plane):
    """[(output, Phase)] over the plane of two factors."""
    found = []
    for output in outputs:
        wide = sweep.values(output).loc[sweep.independent_points()]
        if not wide.notna().any().any():
            warn(f"no phase diagram of {output.name}: no run has a value.")
            continue
        found.append((output, phase.diagram(sweep, *plane, wide)))
    return found


def phase_frame(found):
    """Tidy table of phase diagrams."""
    frames = [p.frame().assign(output=o.name, unit=o.unit) for o, p in found]
    frame = pd.concat(frames, ignore_index=True)
    return frame[["output", "unit", *[c for c in frame if c not in ("output", "unit")]]]


# ---- the whole ----


def tidy(sweep, found):
    """All rows in one table."""
    frames = [rows.assign(design=sweep.kind, output=o.name, unit=o.unit) for o, rows in found]
    frame = pd.concat(frames, ignore_index=True)
    first = ["design", "output", "unit", "factor", "other"]
    return frame[first + [c for c in frame if c not in first]]


def save(frame, path):
    """Write a table."""
    frame.to_csv(path, index=False, float_format="%.6g")
    wrote(path)


def wrote(path):
    """Tell the user which files there are."""
    print(f"{NAME}: wrote {path}", file=sys.stderr)


def draw(sweep, outputs, parts, planes, folder):
    """All pictures."""
    found, _, pictures = parts
    most = sensitivity_pictures.MOST_PANELS
    if max(len(found), len(planes)) > most:
        warn(f"the pictures show {most} outputs at most; the tables have all {len(outputs)}.")
    for name, picture in pictures if found else []:
        picture(folder / f"sensitivity_{name}.png")
        wrote(folder / f"sensitivity_{name}.png")
    if sweep.kind != "morris":
        if draw_scatter(sweep, outputs, found, folder / "sensitivity_scatter.png"):
            wrote(folder / "sensitivity_scatter.png")
    for output, diagram in planes[:most]:
        path = folder / f"sensitivity_phase_{output.name}.png"
        phase_pictures.diagram(sweep, output, diagram, path)
        wrote(path)


def print_tables(options, frames, shown):
    """The tables on standard output."""
    if options.format == "csv":
        for frame in frames:
            frame.to_csv(sys.stdout, index=False, float_format="%.6g")
    for table in shown if options.format != "csv" else []:
        print("\n".join(table.lines(options.format)))


def analyse(options):
    """The whole analysis; raises ResultsError or OSError."""
    sweep = read_sweep(options)
    outputs = choose_outputs(sweep, options.outputs)
    plane = choose_plane(sweep, options.phase)
    folder = cli.folder(options)
    found, shown, pictures = by_design(sweep, outputs, options)
    planes = do_phase(sweep, outputs, plane) if plane else []
    for note in dict.fromkeys(sweep.notes):
        warn(note)
    if not found and not planes:
        raise results.ResultsError("No output is left to analyse.")
    frames = {}
    if found:
        frames["indices"] = tidy(sweep, found)
    if planes:
        frames["phase"] = phase_frame(planes)
        shown += [sensitivity_tables.plane(o, p, (phase.cell_texts(p.x), phase.cell_texts(p.y)))
                  for o, p in planes]
    for name, frame in frames.items():
        save(frame, folder / f"sensitivity_{name}.csv")
    print_tables(options, frames.values(), shown)
    if not options.no_pictures:
        draw(sweep, outputs, (found, shown, pictures), planes, folder)


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, analyse, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
