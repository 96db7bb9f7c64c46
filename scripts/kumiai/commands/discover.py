# SPDX-License-Identifier: GPL-3.0-or-later
"""Where does something happen, and which policy stands it? Scenario discovery in a sweep, or in runs over draws.

With --where: boxes (PRIM) and a tree (CART) of the parameters in which the condition holds. A box is one interval of
each of its parameters. A parameter is admitted where a test, corrected for their number, tells from chance that the
condition depends on it within the box so far. Of every limit of a box: p, corrected as well; the share of halves of the
cases that find it again, and the middle 90 % of where they do. Coverage and density are given on the cases that the box
was fitted to and on cases left out. No box and no tree is told where outcomes in random order give as good a one (p of
200 permutations .05 or more), and no box that is no denser on cases left out than what it was sought in.

With --regret: regret of every scenario against the best one of the same draw or replicate, and with --satisfy the share
of cases in which a scenario meets a condition; their intervals are 95 %, over cases: of shares exact (Clopper and
Pearson), of means by bootstrap. They speak of the cases that were run: of a sweep its ranges, of draws the posterior (or prior) that these came from. Of R.db tables go to R_discover_*.csv,
a picture to R_discover_box.png, a summary to standard output.

Exit: 0 done; 1 failed; 2 the request cannot be met (nothing of interest, no draws, …); 130 interrupted.
"""

import sys

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import numpy as np

from kumiai import cli, database, discovery, discovery_cases, formats, output, prim, results

NAME = cli.called("discover.py")
FEWEST = 10  # cases of interest, and of no interest
MOST_CASES = 2000  # of more a part is looked at, since all is sought again some 300 times
SHOWN = {
    "boxes": ["box", "factor", "side", "limit", "low", "high", "again", "p"],
    "leaves": ["rule", "cases", "density", "coverage"],
    "policies": ["policy", "cases", "regret_mean", "regret_mean_low", "regret_mean_high", "regret_90", "regret_max",
                 "best"]}


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    cli.add_common(parser)
    parser.add_argument("--where", metavar="CONDITION", type=str,
                        help="what is of interest: 'a-b > 0', 'ties_regional >= 10'")
    parser.add_argument("--scenario", metavar="NAME", help="of runs over draws: where (default: the first)")
    parser.add_argument("--against", metavar="NAME",
                        help="of runs over draws: the condition is about the difference from this scenario")
    parser.add_argument("--boxes", metavar="N", type=cli.whole_number(1), default=3, help="at most (default: 3)")
    parser.add_argument("--coverage", metavar="SHARE", type=cli.share,
                        help="the densest box with at least this coverage (default: the box whose share of the "
                             "cases of interest most exceeds that of the others)")
    parser.add_argument("--regret", metavar="OUTPUT", help="compare the scenarios by this output")
    parser.add_argument("--smallest", action="store_true", help="the smallest value of it is the best")
    parser.add_argument("--satisfy", metavar="CONDITION", help="the share of cases in which a scenario meets this")
    parser.add_argument("--cases", metavar="N", type=cli.whole_number(100), default=MOST_CASES,
                        help=f"of more cases, so many drawn at random are looked at (default: {MOST_CASES})")
    parser.add_argument("--resamples", metavar="N", type=cli.whole_number(10), default=discovery.RESAMPLES,
                        help=f"resamples (default: {discovery.RESAMPLES})")
    options = parser.parse_args(argv)
    if not (options.where or options.regret):
        parser.error("nothing is asked: --where CONDITION or --regret OUTPUT")
    if options.satisfy and not options.regret:
        parser.error("--satisfy is about the scenarios that --regret OUTPUT compares")
    return options


# ---- where ----


def is_sweep(path):
    """Whether a results file is that of a sweep."""
    return bool(database.rows(path, "SELECT 1 FROM meta WHERE key = 'design_kind'"))


def choose(scenarios, name):
    """The scenario of a name."""
    results.pick([name], [s.label for s in scenarios], "There is no scenario")
    return next(s for s in scenarios if s.label == name)


def refuse_names(options):
    """A sweep has one scenario, and its cases are points: names that choose scenarios have no meaning."""
    given = [f"--{name}" for name in ("scenario", "against") if getattr(options, name)]
    if given or len(options.files) > 1:
        what = " and ".join(given) or "a second file"
        raise results.ResultsError(f"{options.files[0]} is a sweep, over the points of one scenario: {what} would have no "
                                   "effect.")


def read_cases(options, wanted):
    """The cases that are asked about."""
    results.check_file(options.files[0], options.verify)
    if is_sweep(options.files[0]):
        refuse_names(options)
        return discovery_cases.of_sweep(options.files[0], wanted.output, options.verify)
    scenarios, notes = results.load(options.files, options.model, options.verify)
    for note in notes:
        warn(note)
    scenario = choose(scenarios, options.scenario) if options.scenario else scenarios[0]
    against = choose(scenarios, options.against) if options.against else None
    if against is scenario:
        raise results.ResultsError(f"--against {options.against} is the scenario itself, so every difference is 0; "
                                   f"there are {', '.join(s.label for s in scenarios)}.")
    return discovery_cases.of_draws(scenario, wanted.output, against)


def of_interest(cases, wanted, options):
    """(factors, 1.0 where of interest); refuses what is too rare or too common to say where it is."""
    factors, values = cases.complete()
    if len(values) < len(cases.values):
        warn(f"{len(cases.values) - len(values)} of {len(cases.values)} {cases.what} have no value of "
             f"{wanted.output} and are left out.")
    interest = wanted.met(values).to_numpy(dtype=float)
    if len(interest) > options.cases:
        warn(f"boxes and tree are sought in {options.cases} of the {len(interest)} {cases.what}, drawn at random; --cases "
             "takes more, and longer.")
        drawn = np.sort(np.random.default_rng(discovery.SEED).permutation(len(interest))[:options.cases])
        factors, interest = factors.iloc[drawn], interest[drawn]
    if min(interest.sum(), (1 - interest).sum()) < FEWEST:
        raise results.ResultsError(f"'{wanted}' holds at {int(interest.sum())} of {len(interest)} {cases.what}; to say "
                                   f"where, {FEWEST} of each kind are needed.")
    return factors, interest


def where(options, files):
    """Boxes and a tree."""
    wanted = discovery_cases.condition(options.where)
    cases = read_cases(options, wanted)
    factors, interest = of_interest(cases, wanted, options)
    numbers, names = factors.to_numpy(), list(factors.columns)
    found = prim.boxes(numbers, interest, options.boxes, options.coverage)
    frame = discovery.table(found, numbers, interest, names, options.coverage, options.resamples)
    leaves = discovery.leaves(discovery.tree(numbers, interest), numbers, interest, names)
    p = discovery.chance_of_tree(numbers, interest)
    leaves = leaves if p < discovery.LEVEL else leaves.iloc[:0]
    frame.to_csv(files.new("boxes.csv"), index=False, float_format="%.6g")
    leaves.to_csv(files.new("leaves.csv"), index=False, float_format="%.6g")
    print(f"{wanted} at {int(interest.sum())} of {len(interest)} {cases.what} ({100 * interest.mean():.1f} %).\n")
    show_boxes(frame, len(names))
    show_leaves(leaves, p)
    if len(frame) and not options.no_pictures:
        from kumiai import discovery_pictures  # matplotlib takes its time
        limited = sorted({i for i, _, _ in found[0][0].limits})
        discovery_pictures.first_box(factors, interest, found[0][0], prim.peel(numbers, interest, limited), str(wanted),
                                     f"{len(interest)} {cases.what}, {options.files[0].name}", files.new("box.png"))


def show_boxes(frame, count):
    """The boxes on standard output."""
    if frame.empty:
        print(f"No box is told apart from chance (tests of {count} factors, {discovery.PERMUTATIONS} permutations).\n")
    for number, rows in frame.groupby("box"):
        head = rows.iloc[0]
        print(f"Box {number}: {head['cases']} cases, density {head['density']:.2f} "
              f"({head['density_left_out']:.2f} on cases left out), coverage "
              f"{head['coverage']:.2f} ({head['coverage_left_out']:.2f}), p = {head['chance']:.3f}")
        show("boxes", rows)


def show_leaves(leaves, p):
    """The tree on standard output, or that there is none."""
    if leaves.empty:
        print(f"No split is told apart from chance (p = {p:.2f}, {discovery.PERMUTATIONS} permutations).\n")
        return
    show("leaves", leaves)


def _cell(value):
    """A value as text."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.3g}".replace("-", "−") if value == value else "n/a"


def show(name, frame):
    """A table on standard output."""
    head = SHOWN[name] + [c for c in frame if c.startswith("satisfied")]
    rows = [[_cell(value) for value in row] for row in frame[head].itertuples(index=False)]
    print("\n".join(formats.text(head, rows)), end="\n\n")


# ---- policies ----


def compare(options, files):
    """Regret and satisficing of the scenarios."""
    scenarios, notes = results.load(options.files, options.model, options.verify)
    for note in notes:
        warn(note)
    cli.no_sweep(scenarios)
    if len(scenarios) < 2:
        raise results.ResultsError("Regret is against other scenarios, and there is one only.")
    values = discovery_cases.of_policies(scenarios, options.regret)
    satisfied = None
    if options.satisfy:
        wanted = discovery_cases.condition(options.satisfy)
        satisfied = wanted.met(discovery_cases.of_policies(scenarios, wanted.output).reindex(values.index))
    frame = discovery.policies(values, not options.smallest, satisfied, options.resamples)
    frame.to_csv(files.new("policies.csv"), index=False, float_format="%.6g")
    show("policies", frame)


def discover(options):
    """The whole; raises ResultsError or OSError."""
    with output.Outputs(NAME, options.files, options.out_dir, options.force) as files:
        if options.where:
            files.expect("boxes.csv", "leaves.csv", *([] if options.no_pictures else ["box.png"]))
        if options.regret:
            files.expect("policies.csv")
            compare(options, files)
        if options.where:
            where(options, files)


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, discover, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
