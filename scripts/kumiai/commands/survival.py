# SPDX-License-Identifier: GPL-3.0-or-later
"""How long ties last, and why they end.

Kaplan–Meier curves with the ties at risk (by mode and whatever else the file divides ties by), competing
causes of end, mean duration within a horizon, and a Cox regression with its check. Every
interval treats replicates, not ties, as independent; those of curves, causes and means need 5
replicates with such ties, and hold less often than they say (in 85 to 90 %) where the number of
ties differs manifold between replicates. A tie that goes on as another one, by a cause that the
results file marks as a conversion, has not ended: it is followed up to there, and among the causes
it is a way of its own. Of R.db tables go to R_survival_*.csv, pictures to R_survival_*.png, a
summary to standard output, which --all gives in full.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import sys

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import pandas as pd

from kumiai import changing as by_age, results, samples as samples_of
from kumiai import aside, cli, cox, covariates, leading, output, roles, steps, survival, survival_pictures, tables

NAME = "survival.py"
PARTS = ("curves", "causes", "mean", "cox")
COX_ROWS = 40_000
FEW_CLUSTERS = 20
MOST_ROWS = 8  # of a table of the short output


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    cli.add_common(parser)
    cli.add_all(parser)
    parser.add_argument("--kind", metavar="KIND",
                        help="kind of tie (default: the one that is divided into modes, else the most frequent)")
    parser.add_argument("--by", type=cli.names, metavar="A,B,…",
                        help="curves by these: mode, scenario, funder, region and what else the file's ties have, "
                             "such as form or sector (default: all)")
    parser.add_argument("--onset-from", type=cli.whole_number(0), metavar="YEAR",
                        help="ties that began in this year or later only")
    parser.add_argument("--onset-to", type=cli.whole_number(0), metavar="YEAR",
                        help="ties that began in this year or earlier only")
    parser.add_argument("--parts", type=cli.names, metavar="A,B,…", default=list(PARTS),
                        help=f"what to do: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--horizon", type=cli.positive, default=10.0, metavar="YEARS",
                        help="horizon of the mean duration and of causes (default: 10)")
    parser.add_argument("--cox-rows", type=cli.whole_number(1), default=COX_ROWS, metavar="N",
                        help="the regression takes replicates until it has that many ties "
                             f"(default: {COX_ROWS})")
    options = parser.parse_args(argv)
    try:
        results.pick(options.parts, PARTS, "--parts knows no")
    except results.ResultsError as error:
        parser.error(str(error).rstrip("."))
    if None not in (options.onset_from, options.onset_to) and options.onset_from > options.onset_to:
        parser.error(f"--onset-from {options.onset_from} is later than --onset-to {options.onset_to}")
    return options


def read_scenarios(options):
    """The scenarios of the files; says what was left out."""
    scenarios, notes = results.load(options.files, options.model, options.verify)
    cli.no_sweep(scenarios)
    for note in notes:
        warn(note)
    return scenarios


def read_samples(scenarios, options):
    """Samples of all scenarios that have ties; says what was left out, and chooses by what there are curves."""
    choice = samples_of.Choice(options.kind, options.onset_from, options.onset_to)
    samples, notes = samples_of.read_samples(scenarios, choice)
    for note in notes:
        warn(note)
    options.by = samples_of.groups_of(samples, options.by)
    return samples


# ---- curves ----


def do_curves(options, samples, outputs, pictures):
    """Curves by every grouping: pictures and one table."""
    frames, shown = [], [s.scenario for s in samples]
    for grouping in options.by:
        if grouping == "scenario" and len(samples) < 2:
            continue
        panels = samples_of.panels_by(samples, grouping)
        if not panels:
            continue
        if grouping != "scenario" or "mode" not in options.by:
            frames.append(samples_of.curve_rows(samples, grouping, panels))
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
            bands = survival.incidence_bands(group, s.units)
            if s is samples[0] and len(bands):
                first[mode] = bands
                if lead := leading.of_incidence(group, s.units, options.horizon):
                    leads[mode] = lead
            parts.append(bands.assign(scenario=s.scenario.label, mode=mode))
    frame = pd.concat(parts, ignore_index=True)
    save(frame[["scenario", "mode", "cause", "conversion", "age", "share", "low", "high"]],
         outputs.new("causes.csv"))
    if first and not options.no_pictures:
        pictures.do(survival_pictures.causes, first, leads, samples[0].scenario, options.horizon,
                    outputs.new("causes.png"))


# ---- mean duration ----


def telling_first(frame):
    """Rows of the means in the order of what they tell: the first scenario and all differences; other means; what is unknown."""
    other_mean = (frame["scenario"] != frame["scenario"].iloc[0]) & (frame["what"] == "mean")
    return frame.iloc[(2 * frame["years"].isna() + other_mean).argsort(kind="stable")]


def do_mean(options, samples, outputs, pictures):
    """Mean duration within the horizon: table, picture, summary."""
    frame = samples_of.mean_rows(samples, options.horizon)
    unit = steps.unit([s.scenario for s in samples])
    save(steps.named(frame, [s.scenario for s in samples]), outputs.new("mean.csv"))
    cells = [["scenario", "mode", "what", unit, "95 % interval"]]
    cells += [[r.scenario, r.mode, r.what, tables.cell(r.years, 2, r.what != "mean"),
               tables.interval(r.low, r.high, 2)] for r in (frame if options.all else telling_first(frame)).itertuples()]
    print(f"mean {unit} that a tie lasts within its first {options.horizon:g} {unit}  "
          "(95 % over replicates)")
    cli.print_rows(cells, (0, 1, 2), None if options.all else MOST_ROWS)
    if frame.loc[frame["years"].notna(), "low"].isna().any():
        print(f"  n/a: {survival.NO_INTERVAL}")
    if frame["years"].isna().any():
        print(f"  n/a {unit}: no tie was followed to the horizon (take a shorter --horizon), or too few were at a younger age")
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
    if options.all:
        for name, fitted in fits.items():
            print_cox(name, fitted, data)
        print_reading(fits, data)
    else:
        print_clear_terms(fits, data)
    if not options.no_pictures:
        shown = [s.scenario for s in samples]
        pictures.do(survival_pictures.changing, list(fits.values())[-1], shown, outputs.new("cox_check.png"))
        pictures.do(survival_pictures.forest, fits, data.references, shown, outputs.new("cox.png"))


def clear_terms(fits):
    """Terms told apart from no effect in one of the regressions, the clearest first."""
    p = pd.concat([f.terms["p_holm"].rename(name) for name, f in fits.items()], axis=1).min(axis=1)
    z = pd.concat([(f.terms["coefficient"] / f.terms["se"]).abs() for f in fits.values()], axis=1).max(axis=1)
    return list(z[p < cox.LEVEL_OF_TESTS].sort_values(ascending=False).index), len(p)


def ratio_cell(fitted, term):
    """'0.85 (0.70 … 1.03)' of a term in a regression, with * where it changes with age."""
    if term not in fitted.terms.index:
        return "–"
    row = fitted.terms.loc[term]
    mark = "*" if fitted.changes()[term] else ""
    return f"{tables.cell(row['hazard_ratio'], 2)} ({tables.interval(row['low'], row['high'], 2)}){mark}"


def reference_words(data):
    """' Reference: …' of the terms that are categories, '' without any."""
    references = ", ".join(f"{k} {results.words(v)}" for k, v in data.references.items())
    return f" Reference: {references}." if references else ""


def print_clear_terms(fits, data):
    """What both regressions are sure of, in one short table."""
    fitted = next(iter(fits.values()))
    shown, terms = clear_terms(fits)
    print(f"hazard ratios of the end of a tie  (Cox regression, {data.ties} ties, {fitted.ends} ends, 95 % over "
          f"{fitted.clusters} replicates)")
    if fitted.clusters < survival.FEWEST_REPLICATES:
        print(f"  n/a: fewer than {survival.FEWEST_REPLICATES} replicates")
        return
    if shown:
        cells = [["term", *fits]] + [[term, *(ratio_cell(f, term) for f in fits.values())] for term in shown]
        cli.print_rows(cells, (0,), MOST_ROWS)
    print(tables.wrapped(f"{len(shown)} of {terms} terms are told apart from no effect (p by Holm's method below "
                         f"{cox.LEVEL_OF_TESTS:g}). Above 1: ends sooner, all other terms equal: a mode whose ties last longer by "
                         f"what the other terms tell (such as being institutionalised) may end sooner beside them.{reference_words(data)} "
                         "*: an average, since it changes with the tie's age. --all prints every term and how to read them."))


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
    print_ages(fitted, data.unit)


def print_ages(fitted, unit):
    """Hazard ratios by bands of age, of the terms for which they are not constant."""
    changing = fitted.changes()
    if not changing.any():
        return
    cells = [[f"by age ({unit})", *by_age.band_words()]]
    for term in changing.index[changing]:
        bands = fitted.ages[fitted.ages["term"] == term]
        row = {b.age_from: f"{tables.cell(b.hazard_ratio, 2)} ({tables.cell(b.low, 2)}–"
                           f"{tables.cell(b.high, 2)})" for b in bands.itertuples()}
        cells.append([term, *(row.get(begin, "←") for begin in by_age.BANDS[:-1])])
    print("\n".join(tables.align(cells)))
    print()


def print_reading(fits, data):
    """How to read the regressions."""
    print("  Hazard ratio above 1: ends sooner." + reference_words(data))
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


def possible_groups(scenarios):
    """Names of all pictures of curves that there may be."""
    tables = [roles.spells(s.path) for s in scenarios]
    return list(dict.fromkeys(["mode", *samples_of.FROM_ELSEWHERE, "scenario", *(g for t in tables if t for g in t.groups)]))


def check_outputs(options, scenarios, outputs):
    """Fail before the work, not after it, where nothing can be written."""
    pictures = {"curves": options.by or possible_groups(scenarios), "causes": ["causes"], "mean": ["mean"], "cox": ["cox", "cox_check"]}
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
    scenarios = read_scenarios(options)
    check_outputs(options, scenarios, outputs)
    samples = read_samples(scenarios, options)
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
