#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""City to city or regionally: which lasts, where a cooperative goes abroad?

Regional ties are compared with the city-to-city ties that are alike in partner country, sector and
year of onset, in histories in which at least one cooperative works abroad. Intervals count
histories, not ties. A city's tie that goes on in a regional form is followed up to there: it has
not ended (which causes are such, the results file says). Also told: how far the example spreads, that is how many cooperatives come to work abroad
in a history. Of R.db the table goes to R_modes_means.csv.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import sys

from analysis import interrupts  # noqa: F401  # first: what else is imported takes seconds

import numpy as np
import pandas as pd

import kumiai_results as results
from analysis import cli, covariates, intervals, matching, output, survival, tables

NAME = "modes.py"
TIE_COLUMNS = [c for c in results.TIE_COLUMNS if c not in ("kind", "stage")]


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    cli.add_common(parser, pictures=False)
    parser.add_argument("--horizon", type=cli.positive, default=10.0, metavar="YEARS",
                        help="horizon of the mean life of a tie (default: 10)")
    return parser.parse_args(argv)


def read_spells(scenario):
    """Spells of the ties with what matching needs, and cooperatives abroad by run."""
    ties = results.read_ties(scenario, columns=TIE_COLUMNS)
    ties["country"] = covariates.of_partners(scenario, ties, "area")
    ties["onset_year"] = np.floor(ties["onset"])
    spells, left_out = survival.spells(ties, [*matching.ALIKE, "donor_id"])
    if left_out["age unknown"]:
        warn(f"{scenario.label}: {left_out['age unknown']} of {len(ties)} ties are left out "
             "(age unknown).")
    kind = results.read_agents(scenario)["kind"]
    bodies = ties[ties["donor_id"].map(kind) == "cooperative"]
    abroad = bodies.groupby("run_id")["donor_id"].nunique()
    return spells, abroad.reindex(list(scenario.runs.index), fill_value=0)


def rows_of(scenario, horizon):
    """(rows of the table, cooperatives abroad by run) of one scenario."""
    spells, abroad = read_spells(scenario)
    runs = list(abroad.index[abroad > 0])
    found = matching.means(spells[spells["run_id"].isin(runs)], runs, horizon) if runs else None
    if found is None:
        warn(f"{scenario.label}: no regional tie has a city-to-city tie alike that was followed "
             f"for {horizon:g} years; take a shorter --horizon or more replicates.")
        return [], abroad
    counts = {"regional_ties": found.ties, "matched": found.matched, "city_ties": found.others,
              "histories": found.histories}
    parts = (("regional", found.regional), ("city_to_city, alike", found.city),
             ("difference", found.regional.minus(found.city)))
    return [{"scenario": scenario.label, "what": what, "years": years, "low": low, "high": high,
             **counts}
            for what, estimate in parts for years, low, high in [estimate.interval()]], abroad


def print_means(frame, horizon):
    """The means as text."""
    print(tables.wrapped(
        f"Mean years that a tie lasts within its first {horizon:g} years: regional ties, and "
        "city-to-city ties alike in partner country, sector and year of onset (95 % over histories)"))
    cells = [["scenario", "", "years", "95 % interval", "regional ties", "with a like", "histories"]]
    cells += [[r.scenario, r.what, tables.cell(r.years, 2, r.what == "difference"),
               tables.interval(r.low, r.high, 2), str(r.regional_ties), str(r.matched),
               str(r.histories)] for r in frame.itertuples()]
    print("\n".join(tables.align(cells, left=(0, 1))))
    if frame["low"].isna().any():
        print(f"  n/a: {survival.NO_INTERVAL}")


def print_spread(spread):
    """How many cooperatives came to work abroad, as text."""
    print("\nCooperatives that come to work abroad in a history")
    cells = [["scenario", "histories", "none", "one", "more", "mean", "95 % interval"]]
    for label, abroad in spread.items():
        mean = intervals.mean_interval(abroad.to_numpy(float))
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
    rows, spread = [], {}
    for scenario in scenarios:
        found, spread[scenario.label] = rows_of(scenario, options.horizon)
        rows += found
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
