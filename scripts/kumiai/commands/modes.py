# SPDX-License-Identifier: GPL-3.0-or-later
"""City to city or regionally: which lasts, where a cooperative goes abroad?

Regional ties are compared with the city-to-city ties that are alike in partner country, sector and
year of onset, in replicates in which at least one cooperative works abroad. Intervals count
replicates, not ties. A city's tie that goes on in a regional form is followed up to there: it has
not ended (which causes are such, the results file says). Also told: how far the example spreads,
that is how many cooperatives come to work abroad in a replicate. Of R.db the table goes to
R_modes_means.csv.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import sys

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import pandas as pd

from kumiai import cli, drawn, intervals, matching, output, results, survival, tables

NAME = "modes.py"
TIE_COLUMNS = [c for c in results.TIE_COLUMNS if c not in ("kind", "stage")]


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    cli.add_common(parser, pictures=False)
    parser.add_argument("--by-form", action="store_true",
                        help="also each regional form alone (cooperative, consortium, ...) against the city ties alike")
    parser.add_argument("--horizon", type=cli.positive, default=10.0, metavar="YEARS",
                        help="horizon of the mean life of a tie (default: 10)")
    return parser.parse_args(argv)


def of_forms(scenario, ties, horizon):
    """Rows of the table for each regional form, against the city-to-city ties alike."""
    rows = []
    for form in sorted(ties.loc[ties["mode"] == matching.REGIONAL, "form"].dropna().unique()):
        compared, name = matching.of_scenario(scenario, ties, horizon, form), f"{scenario.label}, {form}"
        if compared.found and not too_few(name, compared):
            rows += [{"scenario": name, **row} for row in matching.rows(compared.found)]
    return rows


def too_few(name, compared):
    """Whether a comparison rests on too few different ties, which it then says; name: of what is compared."""
    if compared.distinct >= matching.FEWEST_TIES:
        return False
    warn(f"{name}: fewer than {matching.FEWEST_TIES} different ties of a mode have their like in the other, so the modes "
         "are not compared.")
    return True


def rows_of(scenario, horizon, by_form):
    """(rows of the table, cooperatives abroad by run) of one scenario; raises Absent without ties of a mode."""
    ties = results.read_ties(scenario, columns=TIE_COLUMNS)
    if not ties["mode"].isin([matching.CITY, matching.REGIONAL]).any():
        raise results.Absent(f"{scenario.label}: none of its ties is city to city or regional")
    compared = matching.of_scenario(scenario, ties, horizon)
    if compared.unknown:
        warn(f"{scenario.label}: {compared.unknown} of {len(ties)} ties are left out (age unknown).")
    for mode in (matching.CITY, matching.REGIONAL):
        if matching.forbids(scenario, mode):
            warn(f"{scenario.label}: no new {mode.replace('_', '-')} ties form, by rule, so the modes are not compared.")
            return [], compared.abroad
    if compared.found is None:
        warn(f"{scenario.label}: no regional tie has a city-to-city tie alike that was followed "
             f"for {horizon:g} years; take a shorter --horizon or more replicates.")
        return [], compared.abroad
    if too_few(scenario.label, compared):
        return [], compared.abroad
    rows = [{"scenario": scenario.label, **row} for row in matching.rows(compared.found)]
    return rows + (of_forms(scenario, ties, horizon) if by_form else []), compared.abroad


def print_means(frame, horizon):
    """The means as text."""
    print(tables.wrapped(
        f"Mean years that a tie lasts within its first {horizon:g} years: regional ties, and "
        "city-to-city ties alike in partner country, sector and year of onset (95 % over replicates)"))
    cells = [["scenario", "", "years", "95 % interval", "regional ties", "with a like", "replicates"]]
    cells += [[r.scenario, r.what, tables.cell(r.years, 2, r.what == "difference"),
               tables.interval(r.low, r.high, 2), str(r.regional_ties), str(r.matched),
               str(r.histories)] for r in frame.itertuples()]
    print("\n".join(tables.align(cells, left=(0, 1))))
    if frame["low"].isna().any():
        print(f"  n/a: {survival.NO_INTERVAL}")


def print_spread(spread):
    """How many cooperatives came to work abroad, as text; spread: {scenario: (by run, what is independent of it)}."""
    print("\nCooperatives that come to work abroad in a replicate")
    cells = [["scenario", "replicates", "none", "one", "more", "mean", "95 % interval"]]
    for label, (abroad, independent) in spread.items():
        mean = intervals.mean_interval(independent.to_numpy(float))
        shares = [f"{100 * share:.0f} %"
                  for share in ((abroad == 0).mean(), (abroad == 1).mean(), (abroad > 1).mean())]
        cells.append([label, str(len(abroad)), *shares, tables.cell(mean.mean, 2),
                      tables.interval(mean.low, mean.high, 2)])
    print("\n".join(tables.align(cells)))


def analyse(options):
    """The whole analysis; raises ResultsError or OSError."""
    with output.Outputs(NAME, options.files, options.out_dir, options.force) as outputs:
        outputs.expect("means.csv")
        compare(options, outputs)


def compare(options, outputs):
    """Reads, compares, prints and writes the table."""
    scenarios, notes = results.load(options.files, options.model, options.verify)
    cli.no_sweep(scenarios)
    for note in notes:
        warn(note)
    rows, spread, reasons = [], {}, []
    for scenario in scenarios:
        try:
            found, abroad = rows_of(scenario, options.horizon, options.by_form)
        except results.Absent as reason:
            reasons.append(f"{reason}")
            continue
        spread[scenario.label] = abroad, drawn.by_unit(scenario, abroad)
        rows += found
    if not spread:
        raise results.ResultsError(f"{reasons[0]}; there are no modes to compare.")
    for left_out in reasons:
        warn(f"{left_out}.")
    if rows:
        frame = pd.DataFrame(rows)
        print_means(frame, options.horizon)
        frame.to_csv(outputs.new("means.csv"), index=False, float_format="%.6g")
    print_spread(spread)


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, analyse, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
