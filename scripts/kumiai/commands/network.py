# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of ties at chosen years: where it is, who holds it together, how it changes.

Maps with ties by mode, numbers of partners per member, core and bridges (betweenness),
communities, and the change from year to year; as means over the replicates with 95 % intervals,
or for one replicate (--rep). Of R.db tables go to R_network_*.csv beside the pictures
R_network_*.png.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import argparse
import sys

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import pandas as pd

from kumiai import cli, comparable, network, output, results, tables
from kumiai.network_tables import (choose_years, collect, degrees_frame, edges_frame, mean_by, measures_frame,
                                   members_frame)

NAME = "network.py"


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


SHOWN = ("ties", "pairs", "members", "donors", "partners", "degree_mean", "largest_component", "modularity")
BRIDGES = 5  # members named for a year


def years(text):
    """'2010,2017' as ascending fiscal years, for argparse."""
    try:
        found = sorted({int(part) for part in text.replace(",", " ").split()})
    except ValueError:
        found = []
    if not found:
        raise argparse.ArgumentTypeError(f"'{text}' is no list of years such as 2010,2017,2030")
    return found


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    cli.add_common(parser)
    parser.add_argument("--years", type=years, action="extend", metavar="Y,Y,…",
                        help="ends of these years (default: the middle and the last of the runs)")
    cli.add_all(parser)
    parser.add_argument("--scenario", metavar="NAME", help="the one to draw (default: the first)")
    parser.add_argument("--rep", type=int, metavar="N",
                        help="this replicate alone instead of the mean over all")
    parser.add_argument("--kind", metavar="KIND",
                        help="kind of tie (default: the one that is divided into modes, else the most frequent)")
    parser.add_argument("--extent", choices=tuple(network.EXTENTS), default="asia",
                        help="part of the world on the maps (default: asia)")
    return parser.parse_args(argv)


# ---- choice of runs ----


def only_replicate(scenario, rep):
    """The scenario with one replicate alone."""
    kept = scenario.runs[scenario.runs["rep"] == rep]
    if kept.empty:
        known = scenario.runs["rep"]
        raise results.ResultsError(f"{scenario.label} has no ok run of replicate {rep} "
                                   f"(there are {known.min()} to {known.max()}).")
    return results.with_runs(scenario, kept.index)


def read(options):
    """(Collected of all scenarios with ties, the one to draw first)."""
    scenarios, notes = results.load(options.files, options.model, options.verify)
    cli.no_sweep(scenarios)
    for note in notes + comparable.notes(scenarios, comparable.apart_at_a_time):
        warn(note)
    if options.scenario:
        labels = [s.label for s in scenarios]
        wanted = results.pick([options.scenario], labels, "There is no scenario")[0]
        scenarios.sort(key=lambda s: s.label != wanted)
    if options.rep is not None:
        scenarios = [only_replicate(s, options.rep) for s in scenarios[:1]]
    options.years = choose_years(scenarios[0], options.years)
    collected = []
    for s in scenarios:
        try:
            collected.append(collect(s, options.years, options.kind, s is scenarios[0]))
        except results.Absent as reason:
            if s is scenarios[0]:
                raise results.ResultsError(f"{reason}.") from reason
            warn(f"{reason}.")
    return collected


# ---- tables ----


def bridge_rows(members, each):
    """The members that bridge most, so many of every year."""
    rows = [["bridges", "year", "kind", "partners", "betweenness", "in runs"]]
    for _, group in members.groupby("year"):
        rows += [[r["name"], str(r["year"]), results.words(r["kind"]) if isinstance(r["kind"], str) else "",
                  f"{r['degree']:.1f}", f"{r['betweenness']:.3f}", f"{100 * r['share_of_runs']:.0f} %"]
                 for _, r in group.head(each).iterrows()]
    return rows


def shown_measures(frame, options, modes):
    """Rows of the measures to print: all, or the main ones of the last year."""
    if options.all:
        return frame
    names = [*SHOWN, *(f"ties_{mode}" for mode in modes)]
    return frame[frame["metric"].isin([f"{options.years[-1]}: {name}" for name in names])]


def print_summary(options, frame, collected, members):
    """Measures of all scenarios, and the greatest bridges of the one drawn."""
    numbers = {c.scenario.label: i for i, c in enumerate(collected, 1)}
    shown = shown_measures(frame, options, collected[0].modes)
    print("\n".join(tables.counts_block(f"network of {results.words(collected[0].kind)} ties at the end of the year",
                                        shown, numbers, tests=tables.family(frame))))
    last = members if options.all else members[members["year"] == options.years[-1]]
    if len(last):
        print("\n" + "\n".join(tables.align(bridge_rows(last, BRIDGES), left=(0, 2))))
    if not options.all:
        left = frame["metric"].nunique() - shown["metric"].nunique()
        print(f"  --all prints {left} more measures, and the bridges of every year")


# ---- pictures ----


def draw(options, found, agents, data, outputs):
    """All pictures of one scenario; data: edges, members, degrees, changes."""
    from kumiai import network_pictures  # what they are drawn with takes a second to import

    edges, members, degrees, changes = data
    scenario = found.scenario
    placed = {"lat", "lon"} <= set(agents.columns) and agents["lat"].notna().any()
    if not placed:
        warn(f"no maps of {scenario.label}: its file has no places of agents.")
    for year in options.years if placed else ():
        network_pictures.map_of(edges[edges["year"] == year], agents, year, options.extent,
                                scenario, outputs.new(f"map_{year}.png"))
    if degrees.empty:
        warn(f"no other pictures of {scenario.label}: no tie is there at the end of these years.")
        return
    network_pictures.degrees(degrees, scenario, outputs.new("degree.png"))
    network_pictures.core(found.example, agents, members, scenario, outputs.new("core.png"))
    if len(changes):
        network_pictures.changes(changes, scenario, outputs.new("change.png"))


def save(frames, outputs):
    """Write the tables {name: frame} as CSV."""
    for name, frame in frames.items():
        frame.to_csv(outputs.new(f"{name}.csv"), index=False, float_format="%.6g")


def check_outputs(options, outputs):
    """Fail before the work, not after it, where nothing can be written."""
    outputs.expect("measures.csv", "members.csv", "ties.csv", "degrees.csv", "change.csv")
    if not options.no_pictures:
        outputs.expect("degree.png", "core.png", "change.png",
                       *(f"map_{year}.png" for year in options.years or ()))


def analyse(options):
    """The whole; raises ResultsError or OSError."""
    with output.Outputs(NAME, options.files, options.out_dir, options.force) as outputs:
        analyse_files(options, outputs)


def analyse_files(options, outputs):
    """The analysis, with what it writes."""
    check_outputs(options, outputs)
    collected = read(options)
    first = collected[0]
    agents = results.read_agents(first.scenario)
    frame = measures_frame(collected)
    edges, members, degrees = edges_frame(first), members_frame(first, agents), degrees_frame(first)
    changes = mean_by(first.scenario, pd.DataFrame(first.changes), ["from", "to"],
                      ["formed", "kept", "ended", "jaccard"], ["jaccard"]) \
        if first.changes else pd.DataFrame()
    save({"measures": frame, "members": members, "ties": edges, "degrees": degrees}
         | ({"change": changes} if len(changes) else {}), outputs)
    print_summary(options, frame, collected, members)
    if not options.no_pictures:
        draw(options, first, agents, (edges, members, degrees, changes), outputs)


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, analyse, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
