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
from dataclasses import dataclass, field

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import pandas as pd

from kumiai import cli, intervals, network, output, results, tables

NAME = "network.py"
KINDS = ("cooperation", "sister", "initiative", "membership")


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


USUAL_YEARS = [2010, 2017, 2030]


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
                        help="ends of these fiscal years (default: 2010,2017,2030, or what the runs "
                             "have of them, else their last)")
    parser.add_argument("--scenario", metavar="NAME", help="the one to draw (default: the first)")
    parser.add_argument("--rep", type=int, metavar="N",
                        help="this replicate alone instead of the mean over all")
    parser.add_argument("--kind", choices=KINDS, default="cooperation",
                        help="kind of tie (default: cooperation)")
    parser.add_argument("--extent", choices=tuple(network.EXTENTS), default="asia",
                        help="part of the world on the maps (default: asia)")
    return parser.parse_args(argv)


# ---- one pass over the runs ----

TIE_COLUMNS = ("mode", "form", *network.PAIR, "onset", "terminus", "onset_censored", "terminus_censored")


@dataclass
class Collected:
    """What the runs of one scenario have at the chosen years.

    measures, changes, members, degrees, edges: lists of frames or dicts with run_id and year;
    example: {year: pairs} of the run shown as an example.
    """

    scenario: results.Scenario
    measures: list = field(default_factory=list)
    changes: list = field(default_factory=list)
    members: list = field(default_factory=list)
    degrees: list = field(default_factory=list)
    edges: list = field(default_factory=list)
    example: dict = field(default_factory=dict)


def add_run(found, run_id, ties, chosen, whole):
    """One run's networks; `whole` also keeps members, degrees and edges."""
    before = None
    for year in chosen:
        alive = network.live(ties, year)
        found.measures.append({"run_id": run_id, "year": year, **network.measures(alive)})
        edges = network.pairs(alive)
        if before is not None:
            found.changes.append({"run_id": run_id, "from": before[0], "to": year,
                                  **network.change(before[1], edges)})
        before = (year, edges)
        if whole:
            at = {"run_id": run_id, "year": year}
            found.members.append(network.members(alive).reset_index().assign(**at))
            found.degrees.append(network.degree_counts(alive).assign(**at))
            found.edges.append(alive[[*network.PAIR, "mode", "form"]].astype({"mode": object, "form": object})
                               .drop_duplicates().assign(**at))
            if run_id == found.scenario.runs.index[0]:
                found.example[year] = edges


def collect(scenario, chosen, kind, whole):
    """Collected of one scenario; runs without any tie count as empty networks."""
    found, seen = Collected(scenario), set()
    for chunk in results.iter_ties(scenario, kind, TIE_COLUMNS):
        empty = chunk.iloc[:0]
        for run_id, ties in chunk.groupby("run_id"):
            add_run(found, run_id, ties, chosen, whole)
            seen.add(run_id)
    if not seen:
        raise results.none_recorded(scenario, "tie", f"{kind} ties")
    for run_id in scenario.runs.index.difference(list(seen)):
        add_run(found, run_id, empty, chosen, whole)
    return found


# ---- choice of runs ----


def only_replicate(scenario, rep):
    """The scenario with one replicate alone."""
    kept = scenario.runs[scenario.runs["rep"] == rep]
    if kept.empty:
        known = scenario.runs["rep"]
        raise results.ResultsError(f"{scenario.label} has no ok run of replicate {rep} "
                                   f"(there are {known.min()} to {known.max()}).")
    return results.with_runs(scenario, kept.index)


def choose_years(scenario, asked):
    """Ascending fiscal years, as asked or by default; refuses those that the runs do not cover."""
    try:
        window = results.windows(scenario)
    except results.Absent as reason:
        raise results.ResultsError(f"{reason}; run with --detail full.") from reason
    first, last = int(window["start"].min()), int(window["end"].max()) - 1
    if not asked:
        return [y for y in USUAL_YEARS if first <= y <= last] or [last]
    asked = sorted(set(asked))
    outside = [str(y) for y in asked if not first <= y <= last]
    if outside:
        raise results.ResultsError(f"{scenario.label} covers JFY {first} to {last}, "
                                   f"not {', '.join(outside)}.")
    return asked


def read(options):
    """(Collected of all scenarios with ties, the one to draw first)."""
    scenarios, notes = results.load(options.files, options.model, options.verify)
    cli.no_sweep(scenarios)
    for note in notes:
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


def measures_frame(collected):
    """Measures by year and scenario as a frame of tables.compare."""
    frames, units = [], {}
    for found in collected:
        wide = pd.DataFrame(found.measures).pivot(index="run_id", columns="year")
        wide = wide.reindex(found.scenario.runs.index)
        order = [(m, y) for y in sorted({y for _, y in wide.columns}) for m in network.UNITS]
        wide = wide[order].dropna(axis="columns", how="all")
        units |= {f"{y}: {m}": network.UNITS[m] for m, y in wide.columns}
        wide.columns = [f"{y}: {m}" for m, y in wide.columns]
        wide.index = pd.MultiIndex.from_frame(found.scenario.runs[results.KEY])
        frames.append(wide)
    metrics = list(dict.fromkeys(c for f in frames for c in f.columns))
    return tables.compare([f.scenario for f in collected], metrics, "network", frames, units)


def mean_by(frame, keys, columns, shares=()):
    """Means with intervals of columns, by keys, over runs: one row per key and column.

    shares: those of the columns whose values are shares.
    """
    rows = []
    for key, group in frame.groupby(keys):
        for column in columns:
            found = intervals.mean_interval(group[column], column in shares)
            rows.append((*(key if isinstance(key, tuple) else (key,)), column, found.n,
                         found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=[*keys, "measure", "n", "mean", "low", "high"])


def members_frame(found, agents):
    """Members by year: share of runs they take part in, mean degree, betweenness, coreness."""
    n = found.scenario.n
    frame = pd.concat(found.members, ignore_index=True)
    grouped = frame.groupby(["year", "agent_id"])
    out = grouped[["degree", "betweenness"]].sum() / n  # absent from a run: 0 there
    out["coreness"] = grouped["coreness"].sum() / n
    out["share_of_runs"] = grouped.size() / n
    if n == 1:
        out["community"] = grouped["community"].first().astype(int)
    names = agents[["kind", "code", "name", "area", "region", "lat", "lon"]]
    return out.reset_index().join(names, on="agent_id") \
        .sort_values(["year", "betweenness"], ascending=[True, False], ignore_index=True)


def edges_frame(found):
    """Pairs by year, mode and form with the share of runs that have them."""
    frame = pd.concat(found.edges, ignore_index=True)
    shares = frame.groupby(["year", *network.PAIR, "mode", "form"], dropna=False).size() / found.scenario.n
    return shares.rename("share_of_runs").reset_index()


def degrees_frame(found):
    """Members by year, side and degree: mean number and interval over runs."""
    frame = pd.concat(found.degrees, ignore_index=True)
    parts = []
    for (year, side), group in frame.groupby(["year", "side"]):
        wide = group.pivot(index="run_id", columns="degree", values="members")
        wide = wide.reindex(found.scenario.runs.index).fillna(0)
        for degree, values in wide.items():
            d = intervals.mean_interval(values)
            parts.append((year, side, degree, d.n, d.mean, d.low, d.high))
    return pd.DataFrame(parts, columns=["year", "side", "degree", "n", "mean", "low", "high"])


def print_summary(frame, collected, members):
    """Measures of all scenarios, and the greatest bridges of the one drawn."""
    numbers = {c.scenario.label: i for i, c in enumerate(collected, 1)}
    print("\n".join(tables.counts_block("network at the end of the fiscal year", frame, numbers)))
    rows = [["bridges", "year", "kind", "partners", "betweenness", "in runs"]]
    for _, group in members.groupby("year"):
        rows += [[str(r["name"]), str(r["year"]), results.words(r["kind"]), f"{r['degree']:.1f}",
                  f"{r['betweenness']:.3f}", f"{100 * r['share_of_runs']:.0f} %"]
                 for _, r in group.head(5).iterrows()]
    print("\n" + "\n".join(tables.align(rows, left=(0, 2))))


# ---- pictures ----


def draw(options, found, agents, data, outputs):
    """All pictures of one scenario; data: edges, members, degrees, changes."""
    from kumiai import network_pictures  # what they are drawn with takes a second to import

    edges, members, degrees, changes = data
    scenario = found.scenario
    for year in options.years:
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
                       *(f"map_{year}.png" for year in options.years or USUAL_YEARS))


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
    changes = mean_by(pd.DataFrame(first.changes), ["from", "to"],
                      ["formed", "kept", "ended", "jaccard"], ["jaccard"]) \
        if first.changes else pd.DataFrame()
    save({"measures": frame, "members": members, "ties": edges, "degrees": degrees}
         | ({"change": changes} if len(changes) else {}), outputs)
    print_summary(frame, collected, members)
    if not options.no_pictures:
        draw(options, first, agents, (edges, members, degrees, changes), outputs)


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, analyse, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
