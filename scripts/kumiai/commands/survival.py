# SPDX-License-Identifier: GPL-3.0-or-later
"""How long ties last, and why they end.

Kaplan–Meier curves with the ties at risk (by mode, funder, sector, region, scenario), competing
causes of end, mean duration within a horizon, and a Cox regression with its check. Every
interval treats replicates, not ties, as independent; those of curves, causes and means need 5
replicates with such ties, and hold less often than they say (in 85 to 90 %) where the number of
ties differs manifold between replicates. A tie that goes on as another one, by a cause that the
results file marks as a conversion, has not ended: it is followed up to there, and among the causes
it is a way of its own. Of R.db tables go to R_survival_*.csv, pictures to R_survival_*.png, a
summary to standard output.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import sys
from dataclasses import dataclass

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import pandas as pd

from kumiai import changing as by_age, results
from kumiai import aside, cli, cox, covariates, leading, output, survival, survival_pictures, tables

NAME = "survival.py"
GROUPINGS = ("mode", "form", "funder", "sector", "region", "scenario")
PARTS = ("curves", "causes", "mean", "cox")
COX_ROWS = 40_000
FEW_CLUSTERS = 20
TIE_COLUMNS = [c for c in results.TIE_COLUMNS if c not in ("kind", "stage")]


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    cli.add_common(parser)
    parser.add_argument("--by", type=cli.names, metavar="A,B,…", default=list(GROUPINGS),
                        help=f"curves by these: {', '.join(GROUPINGS)} (default: all)")
    parser.add_argument("--parts", type=cli.names, metavar="A,B,…", default=list(PARTS),
                        help=f"what to do: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--horizon", type=cli.positive, default=10.0, metavar="YEARS",
                        help="horizon of the mean duration and of causes (default: 10)")
    parser.add_argument("--cox-rows", type=cli.whole_number(1), default=COX_ROWS, metavar="N",
                        help="the regression takes replicates until it has that many ties "
                             f"(default: {COX_ROWS})")
    options = parser.parse_args(argv)
    for wanted, known, what in ((options.by, GROUPINGS, "--by knows no"),
                                (options.parts, PARTS, "--parts knows no")):
        try:
            results.pick(wanted, known, what)
        except results.ResultsError as error:
            parser.error(str(error).rstrip("."))
    return options


@dataclass
class Sample:
    """The ties of one scenario: spells from onset, and spells from their first project on."""

    scenario: results.Scenario
    spells: pd.DataFrame
    funded: pd.DataFrame

    @property
    def runs(self):
        """Run ids, those without a tie too, in the order of (seed, rep, point)."""
        return list(self.scenario.runs.sort_values(results.KEY).index)


# ---- reading ----


def read_sample(scenario):
    """Sample of a scenario; says what was left out. Raises Absent without ties."""
    ties = results.read_ties(scenario, columns=TIE_COLUMNS)
    ties["region"] = covariates.of_partners(scenario, ties, "region")
    spells, left_out = survival.spells(ties, [*covariates.KEPT, "form"])
    for why, count in left_out.items():
        if count:
            warn(f"{scenario.label}: {count} of {len(ties)} ties are left out ({why}).")
    try:
        projects = results.read_projects(scenario, ["run_id", "tie_id", "scheme", "start"])
        funded = covariates.from_first_project(ties, projects)
    except results.Absent as reason:
        warn(f"no curves by funder for {reason}.")
        funded = spells.iloc[:0].assign(funder=None)
    return Sample(scenario, spells, funded)


def read_samples(options):
    """Samples of all scenarios that have ties; says why of the others."""
    scenarios, notes = results.load(options.files, options.model, options.verify)
    cli.no_sweep(scenarios)
    for note in notes:
        warn(note)
    samples, reasons = [], []
    for scenario in scenarios:
        try:
            samples.append(read_sample(scenario))
        except results.Absent as reason:
            reasons.append(reason)
    if not samples:
        raise results.ResultsError(f"{reasons[0]}; there are no ties to analyse.")
    for reason in reasons:
        warn(f"{reason}.")
    return samples


# ---- curves ----


def curves_of(sample, spells, column):
    """[(level, curve, spells)] of one scenario by the levels of a column, largest first."""
    found = []
    for level in spells[column].astype(object).value_counts().index:
        group = spells[spells[column] == level]
        found.append((level, survival.kaplan_meier(group, sample.runs), group))
    return found


def panels_by(samples, grouping):
    """Panels [(title, [(label, curve, spells)])] of one picture."""
    if grouping != "scenario":
        panels = []
        for s in samples:
            spells = s.funded if grouping == "funder" else s.spells
            panels.append((s.scenario.label, curves_of(s, spells, grouping)))
        return [p for p in panels if p[1]]
    panels = []
    for mode in results.MODES:
        lines = []
        for s in samples:
            group = s.spells[s.spells["mode"] == mode]
            if len(group):
                lines.append((s.scenario.label, survival.kaplan_meier(group, s.runs), group))
        panels.append((mode, lines))
    return [p for p in panels if p[1]]


def curve_rows(samples, grouping, panels):
    """Tidy table behind the panels."""
    runs = {s.scenario.label: s.runs for s in samples}
    parts = []
    for title, lines in panels:
        for label, curve, group in lines:
            scenario, level = (label, title) if grouping == "scenario" else (title, label)
            part = survival.curve_frame(group, runs[scenario], curve)
            part.insert(0, "group", level)
            part.insert(0, "by", "mode" if grouping == "scenario" else grouping)
            part.insert(0, "scenario", scenario)
            parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def do_curves(options, samples, outputs, pictures):
    """Curves by every grouping: pictures and one table."""
    frames, shown = [], [s.scenario for s in samples]
    for grouping in options.by:
        if grouping == "scenario" and len(samples) < 2:
            continue
        panels = panels_by(samples, grouping)
        if not panels:
            continue
        if grouping != "scenario" or "mode" not in options.by:
            frames.append(curve_rows(samples, grouping, panels))
        if not options.no_pictures:
            pictures.do(survival_pictures.curves, panels, grouping, shown, outputs.new(f"{grouping}.png"))
    if frames:
        save(pd.concat(frames, ignore_index=True), outputs.new("curves.csv"))


# ---- causes ----


def do_causes(options, samples, outputs, pictures):
    """Cumulative incidence by cause: table of all scenarios, picture of the first."""
    parts, first, leads = [], {}, {}
    for s in samples:
        for mode, group in s.spells.groupby("mode"):
            bands = survival.incidence_bands(group, s.runs)
            if s is samples[0] and len(bands):
                first[mode] = bands
                if lead := leading.of_incidence(group, s.runs, options.horizon):
                    leads[mode] = lead
            parts.append(bands.assign(scenario=s.scenario.label, mode=mode))
    frame = pd.concat(parts, ignore_index=True)
    save(frame[["scenario", "mode", "cause", "conversion", "age", "share", "low", "high"]],
         outputs.new("causes.csv"))
    if first and not options.no_pictures:
        pictures.do(survival_pictures.causes, first, leads, samples[0].scenario, options.horizon,
                    outputs.new("causes.png"))


# ---- mean duration ----


def mean_rows(samples, horizon):
    """Restricted means by scenario and mode, with the differences worth a question."""
    means = {(s.scenario.label, mode): survival.restricted_mean(group, s.runs, horizon)
             for s in samples for mode, group in s.spells.groupby("mode")}
    first, rows = samples[0].scenario.label, []
    matched = {s.scenario.label: covariates.same_replicates(samples[0].scenario, s.scenario)
               for s in samples}
    for (label, mode), mean in means.items():
        rows.append((label, mode, "mean", *mean.interval()))
        if mode == "regional" and (label, "city_to_city") in means:
            rows.append((label, mode, "minus city_to_city",
                         *mean.minus(means[label, "city_to_city"]).interval()))
        if label != first and (first, mode) in means:
            difference = mean.minus(means[first, mode], matched[label])
            rows.append((label, mode, f"minus {first}", *difference.interval()))
    frame = pd.DataFrame(rows, columns=["scenario", "mode", "what", "years", "low", "high"])
    return frame.assign(horizon=horizon)


def do_mean(options, samples, outputs, pictures):
    """Mean duration within the horizon: table, picture, summary."""
    frame = mean_rows(samples, options.horizon)
    save(frame, outputs.new("mean.csv"))
    cells = [["scenario", "mode", "what", "years", "95 % interval"]]
    cells += [[r.scenario, r.mode, r.what, tables.cell(r.years, 2, r.what != "mean"),
               tables.interval(r.low, r.high, 2)] for r in frame.itertuples()]
    print(f"mean years that a tie lasts within its first {options.horizon:g} years  "
          "(95 % over replicates)")
    print("\n".join(tables.align(cells, left=(0, 1, 2))))
    if frame.loc[frame["years"].notna(), "low"].isna().any():
        print(f"  n/a: {survival.NO_INTERVAL}")
    if frame["years"].isna().any():
        print("  n/a years: no tie was followed to the horizon; take a shorter --horizon")
    print()
    means = frame[(frame["what"] == "mean") & frame["years"].notna()]
    if len(means) and not options.no_pictures:
        pictures.do(survival_pictures.means, frame, options.horizon, [s.scenario for s in samples],
                    outputs.new("mean.png"))


# ---- regression ----


AT_ONSET, STATES = "known at onset", "with states as they begin"


def fit_both(data):
    """{what the model knows: fit}: the total effect of the onset, and beside later states."""
    fits = {}
    for name, rows in ((AT_ONSET, data.uncut()), (STATES, data)):
        fits[name] = cox.fit(rows.design, rows.start, rows.stop, rows.event, rows.clusters)
    states = [c for c in data.design if covariates.is_state(c)]
    if not data.design[states].any(axis=None):
        fits.pop(STATES)
    return {name: fitted for name, fitted in fits.items() if fitted is not None}


def do_cox(options, samples, outputs, pictures):
    """Cox regressions over all scenarios: table, pictures, summary."""
    data = covariates.regression_data(samples, options.cox_rows)
    for note in data.notes:
        warn(note)
    fits = fit_both(data)
    if not fits:
        warn("no regression: too few ties ended, or they do not determine it.")
        return
    frames = {"cox": lambda f: f.terms.join(f.check, rsuffix="_constant").reset_index(),
              "cox_tests": lambda f: f.tests.reset_index(), "cox_ages": lambda f: f.ages}
    for part, frame_of in frames.items():
        save(pd.concat([frame_of(f).assign(model=name) for name, f in fits.items()], ignore_index=True),
             outputs.new(f"{part}.csv"))
    for name, fitted in fits.items():
        print_cox(name, fitted, data)
    print_reading(fits, data)
    if not options.no_pictures:
        shown = [s.scenario for s in samples]
        pictures.do(survival_pictures.changing, list(fits.values())[-1], shown, outputs.new("cox_check.png"))
        pictures.do(survival_pictures.forest, fits, data.references, shown, outputs.new("cox.png"))


def print_cox(name, fitted, data):
    """One regression as text."""
    cells = [["term", "hazard ratio", "95 % interval", "p (Holm)", "ends", "p, constant"]]
    for term, r in fitted.terms.join(fitted.check, rsuffix="_constant").iterrows():
        cells.append([term, tables.cell(r["hazard_ratio"], 2),
                      tables.interval(r["low"], r["high"], 2), tables.p_text(r["p_holm"]),
                      str(int(r["ends"])), tables.p_text(r["p_holm_constant"])])
    print(f"Cox regression of the end of a tie, {name}  ({data.ties} ties, {fitted.ends} ends, "
          f"{fitted.clusters} independent replicate{'' if fitted.clusters == 1 else 's'})")
    print("\n".join(tables.align(cells)))
    for sentence in fitted.dropped:
        print(f"  left out: {sentence}")
    print()
    print_ages(fitted)


def print_ages(fitted):
    """Hazard ratios by bands of age, of the terms for which they are not constant."""
    changing = fitted.changes()
    if not changing.any():
        return
    cells = [["by age (years)", *by_age.band_words()]]
    for term in changing.index[changing]:
        bands = fitted.ages[fitted.ages["term"] == term]
        row = {b.age_from: f"{tables.cell(b.hazard_ratio, 2)} ({tables.cell(b.low, 2)}–"
                           f"{tables.cell(b.high, 2)})" for b in bands.itertuples()}
        cells.append([term, *(row.get(begin, "←") for begin in by_age.BANDS[:-1])])
    print("\n".join(tables.align(cells)))
    print()


def print_reading(fits, data):
    """How to read the regressions."""
    print("  Hazard ratio above 1: ends sooner. Reference: "
          + ", ".join(f"{k} {results.words(v)}" for k, v in data.references.items()) + ".")
    if STATES in fits:
        told = [words for term, words in covariates.STATE_WORDS.items()
                if any(c.startswith(term) for c in data.design)]
        print(tables.wrapped("The first regression gives the whole effect of what was known at onset. "
                             "The second adds states that begin when they begin (no immortal time), and "
                             f"tells what is left beside them: {'; '.join(told)}."))
    if "trust_at_onset_tenths" in data.design:
        print(tables.wrapped("trust_at_onset_tenths: per 0.1 of trust when first seen, which is in the "
                             "step of the onset, or for ties older than their run in its first step."))
    clusters = min(fitted.clusters for fitted in fits.values())
    if clusters < survival.FEWEST_REPLICATES:
        print(f"  n/a: fewer than {survival.FEWEST_REPLICATES} replicates")
    elif clusters < FEW_CLUSTERS:
        print(f"  Of fewer than {FEW_CLUSTERS} replicates these intervals are somewhat narrow.")
    print(tables.wrapped("p, constant: score test of a hazard ratio that does not change with log age "
                         "(Holm). Below .05 the hazard ratio is an average over ages: read the table by "
                         "age instead (←: joined with the band to the left, since it has fewer than "
                         f"{cox.FEWEST_ENDS} ends on a side). Intervals are of 95 % each and, like p, "
                         "clustered by replicate; Holm's family: the terms of one regression.") + "\n")


# ---- the whole ----


def save(frame, path):
    """Write a table."""
    frame.to_csv(path, index=False, float_format="%.6g")


def check_outputs(options, outputs):
    """Fail before the work, not after it, where nothing can be written."""
    pictures = {"curves": options.by, "causes": ["causes"], "mean": ["mean"], "cox": ["cox", "cox_check"]}
    for part in options.parts:
        outputs.expect(f"{part}.csv")
        if not options.no_pictures:
            outputs.expect(*(f"{name}.png" for name in pictures[part]))


def analyse(options):
    """All parts; raises ResultsError or OSError."""
    with output.Outputs(NAME, options.files, options.out_dir, options.force) as outputs:
        analyse_files(options, outputs)


def analyse_files(options, outputs):
    """The analysis, with what it writes."""
    check_outputs(options, outputs)
    samples = read_samples(options)
    actions = {"mean": do_mean, "cox": do_cox, "curves": do_curves, "causes": do_causes}
    with aside.tasks() as pictures:
        for part, action in actions.items():
            if part in options.parts:
                action(options, samples, outputs, pictures)


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, analyse, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
