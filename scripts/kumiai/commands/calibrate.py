# SPDX-License-Identifier: GPL-3.0-or-later
"""Fit a scenario's parameters to targets: which worlds could have given what was observed, and how sure is that?

Three steps. Screening (Morris) leaves the parameters that move a target, where there are many. History matching, in
waves, rules out what cannot be the world, by Gaussian-process emulators and an implausibility that counts the
emulator's variance, that of one run, that of the observation and the model's discrepancy: the observed world is one
run. Adaptive population Monte Carlo (Lenormand, Jabot & Deffuant 2013) then draws a weighted sample of the posterior
from what is left. Targets with use = test never reach the fit; they are predicted at its end, with the rank of the
observed value among the predictions. The intervals are those of an approximate posterior: they hold for the
priors and errors that were stated, as far as one run's outputs say; --selftest measures whether they do.
C.db has every run, a wave of it for every batch, and is all that --resume needs: killed at any moment, the
calibration resumes to the same posterior. Tables go to C_calibrate_*.csv (posterior, parameters, targets, emulators, generations),
pictures to C_calibrate_*.png, a summary to standard output.

Exit: 0 done; 1 failed; 2 the request cannot be met (no target, the runs exist, …); 3 no point of the priors can
give the targets; 130 interrupted, resumable.
"""

import sys
import tempfile
from dataclasses import fields, replace
from pathlib import Path

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

import pandas as pd

from kumiai import results
from kumiai import (calibration, calibration_fit, calibration_inputs, calibration_pictures, calibration_simulator,
                      calibration_tables, cli, formats, output, program, waves)

NAME = "calibrate.py"
REFUSED, NOTHING_LEFT = 2, 3
DEFAULTS = calibration.Settings()


def warn(message):
    """A remark or warning for the user; stdout is kept for data."""
    cli.warn(NAME, message)


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("scenario", metavar="SCENARIO.cfg", type=cli.source, help="the scenario that is calibrated")
    parser.add_argument("targets", metavar="targets.cfg", type=cli.source, help="outputs and their observed values")
    parser.add_argument("--out", required=True, metavar="C.db", type=cli.file,
                        help="results file of all runs; the outputs are named by it")
    parser.add_argument("--resume", action="store_true", help="continue with the runs that are there, or begin")
    parser.add_argument("--priors", metavar="SWEEP.cfg", type=cli.source,
                        help="a sweep file whose factors are the parameters and their priors (default: all parameters "
                             "of the model that have a prior)")
    parser.add_argument("--parameters", metavar="A,B,…", type=cli.names, help="only these")
    parser.add_argument("--selftest", metavar="N", type=cli.whole_number(2),
                        help="calibrate to N worlds made at truths drawn from the priors, in place of the observed "
                             "one, and report how often the intervals hold")
    parser.add_argument("--kumiai", metavar="PROGRAM", default=program.default(),
                        help="the program to run (default: what KUMIAI names, or build/release/kumiai)")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="a setting of the scenario")
    parser.add_argument("--threads", metavar="T", type=cli.whole_number(1), help="threads of the runs")
    cli.add_pictures(parser)
    parser.add_argument("--draws", metavar="N", type=cli.whole_number(2),
                        help="write draws.csv, too: N equally likely draws of the posterior in random order, to four "
                             "digits, for `kumiai run --draws`")
    cli.add_force(parser, "C.db, if it holds the runs of a calibration, and the outputs named by it are replaced; no other "
                          "results file is")
    _add_amounts(parser)
    return parser.parse_args(argv)


def _add_amounts(parser):
    """Options of how much work is done."""
    group = parser.add_argument_group("how much work")

    def whole(name, field, least, text):
        default = getattr(DEFAULTS, field)
        group.add_argument(name, metavar="N", type=cli.whole_number(least), dest=field, default=default,
                           help=f"{text} (default: {default})")
    whole("--seed", "seed", 0, "seed of everything that is drawn, runs too")
    whole("--waves", "waves", 0, "waves of history matching at most")
    whole("--wave-points", "wave_points", 20, "points of a wave")
    whole("--wave-reps", "wave_reps", 2, "runs of each of these")
    whole("--population", "population", 20, "points of a population, of which half are kept")
    whole("--generations", "generations", 0, "populations at most after the first")
    whole("--predictions", "predictions", 20, "runs of the posterior predictive distribution")
    group.add_argument("--stop", metavar="SHARE", type=cli.share, dest="least_accepted",
                       default=DEFAULTS.least_accepted,
                       help="stop when no more than this share of new points comes closer to the targets than the last "
                            f"tolerance (default: {DEFAULTS.least_accepted:g})")
    group.add_argument("--cutoff", metavar="X", type=cli.positive, default=DEFAULTS.cutoff,
                       help=f"implausibility above which points are ruled out (default: {DEFAULTS.cutoff:g})")
    group.add_argument("--budget-runs", metavar="N", type=cli.whole_number(1), dest="most_runs", default=0,
                       help="stop before the batch that would exceed so many runs, the predictions and a self-test's "
                            "truth counted; of a self-test for each truth (default: no limit)")
    group.add_argument("--budget-minutes", metavar="M", type=cli.positive, default=None,
                       help="stop after the batch in which the runs have used so many minutes of a processor "
                            "(default: no limit)")


def settings(options):
    """The settings that the options give."""
    given = {f.name: getattr(options, f.name) for f in fields(calibration.Settings) if hasattr(options, f.name)}
    return calibration.Settings(**given | {"most_seconds": 60.0 * (options.budget_minutes or 0.0)})


# ---- what is given ----


def set_words(options):
    """The options --set as the program takes them."""
    return [word for setting in options.set for word in ("--set", setting)]


def simulator(options, file):
    """The simulator whose outputs are the targets to fit, with its runs in a file."""
    threads = ["--threads", options.threads] if options.threads else []
    return calibration_simulator.Sweeps(options.kumiai, options.scenario, options.targets, file,
                                        arguments=[*set_words(options), *threads], seed=options.seed)


def check_settings(options, space):
    """Refuse settings of what is calibrated, as every point would have another value, and of the seed, as every point
    has its own."""
    for setting in options.set:
        name = setting.split("=", 1)[0].strip()
        if name == "run.seed":
            raise results.ResultsError(f"--set {setting}: each point has its own seed; --seed names the seed of all.")
        if name in space.names:
            raise results.ResultsError(f"--set {setting}: {name} is calibrated, so that each point has its own value; "
                                       f"leave --set out, or calibrate other --parameters.")


def check_budget(problem):
    """Refuse a budget of runs that no posterior can come of."""
    least, most = calibration_fit.least_runs(problem), problem.settings.most_runs
    if 0 < most < least:
        s = problem.settings
        raise results.ResultsError(f"--budget-runs {most}: the least are {least}: {waves.screening_runs(problem)} of "
                                   f"the screening, {s.population} of the first population, {s.predictions} of the "
                                   "predictions.")


def problem_of(options):
    """The problem: of the targets, those to fit alone."""
    targets = calibration_inputs.targets(options.targets)
    if not targets:
        raise results.ResultsError(f"{options.targets} has no target with use = \"fit\".")
    program.ask(options.kumiai, "check", options.scenario, "--targets", options.targets, *set_words(options))
    space = calibration_inputs.space(options.kumiai, calibration_inputs.model_of(options.kumiai, options.targets),
                                     options.parameters, options.priors)
    check_settings(options, space)
    problem = calibration.Problem(space, targets, simulator(options, options.out), settings(options), warn)
    check_budget(problem)
    return problem


def check_runs(options):
    """Refuse runs that are there, unless they are to be continued, or replaced."""
    if options.out.is_dir():
        raise results.ResultsError(f"{options.out} is a folder; --out names the results file to write.")
    if options.out.exists() and options.force and not options.resume:
        calibration_simulator.forget(options.out)
    if options.out.exists() and not options.resume:
        raise results.ResultsError(f"{options.out} exists already; --resume continues with its runs, --force begins "
                                   "again.")


# ---- the calibration ----


def make_tables(options, problem, found):
    """{name: frame} of a calibration."""
    tables = {"posterior": calibration_tables.posterior(problem.space, found.posterior),
              "parameters": calibration_tables.identifiability(problem.space, found.posterior, found.history.active),
              "emulators": found.history.table(), "generations": found.posterior.trace}
    if found.history.screening is not None:
        tables["screening"] = found.history.screening
    if options.draws:
        tables["draws"] = calibration_tables.draws(problem.space, found.posterior, options.draws, problem.rng("rows"))
    parts = []
    for use in ("fit", "test"):
        wanted = calibration_inputs.targets(options.targets, use)
        if wanted:
            predicted = calibration_fit.predict(problem, found, wanted, problem.simulate.of(use))
            parts.append(calibration_tables.predicted(wanted, predicted))
    return tables | {"targets": pd.concat(parts, ignore_index=True)}


def draw(options, problem, found, tables, files):
    """All pictures."""
    source = f"{problem.simulate.runs} runs, {options.out.name}, seed {options.seed}"
    pictures = calibration_pictures
    pictures.marginals(problem.space, found.posterior, tables["parameters"], source, files.new("parameters.png"))
    pictures.predictions(tables["targets"], source, files.new("targets.png"))
    pictures.progress(found.posterior, source, files.new("generations.png"))
    if len(tables["emulators"]):
        pictures.emulators(found.history, source, files.new("emulators.png"))


SHOWN = {"parameters": ["parameter", "prior_05", "prior_95", "posterior_05", "posterior_50", "posterior_95", "sd_ratio",
                        "kl", "verdict", "with", "rho"],
         "targets": ["target", "use", "observed", "predicted_05", "predicted_50", "predicted_95", "rank", "inside"],
         "coverage": ["parameter", "truths", "coverage", "coverage_low", "coverage_high", "rank_sd", "p_holm",
                      "sd_ratio"]}


def _cell(value):
    """A value as text."""
    if value is None or value != value:
        return "n/a"
    return f"{value:.3g}".replace("-", "−") if isinstance(value, float) else str(value)


def show(name, frame):
    """A table on standard output."""
    rows = [[_cell(value) for value in row] for row in frame[SHOWN[name]].itertuples(index=False)]
    print("\n".join(formats.text(SHOWN[name], rows)), end="\n\n")


def save(name, frame, files):
    """Write a table; a posterior with all digits, as runs are to be made of it."""
    digits = {"posterior": calibration_simulator.EXACT, "draws": "%.4g"}
    frame.to_csv(files.new(f"{name}.csv"), index=False, float_format=digits.get(name, "%.6g"))


def calibrate(options, files, problem):
    """The calibration, with what it writes."""
    found = calibration_fit.fit(problem)
    warn(f"the sampler stopped because {found.posterior.why}.")
    out_of_reach = calibration_fit.unreached(problem, found.posterior)
    if out_of_reach:
        warn(out_of_reach)
    tables = make_tables(options, problem, found)
    for name, frame in tables.items():
        save(name, frame, files)
    show("parameters", tables["parameters"])
    show("targets", tables["targets"])
    print(f"Runs: {problem.simulate.runs}, {problem.simulate.seconds / 60:.1f} minutes of a processor.")
    if not options.no_pictures:
        draw(options, problem, found, tables, files)


# ---- the self-test ----


def examine(options, problem, number):
    """One truth: its runs are not kept."""
    with tempfile.TemporaryDirectory() as folder:
        simulate = simulator(options, Path(folder, "truth.db"))
        return calibration_fit.examine(replace(problem, simulate=simulate, say=lambda message: None), number)


def self_test(options, files, problem):
    """Coverage over truths drawn from the priors."""
    found = []
    for number in range(1, options.selftest + 1):
        found.append(examine(options, problem, number))
        warn(f"truth {number} of {options.selftest}" + ("" if found[-1] else ": a target has no value there"))
    ranks, frame = calibration_fit.self_test(found)
    save("ranks", ranks, files)
    save("coverage", frame, files)
    show("coverage", frame)
    found = calibration_tables.overall(ranks)
    print(f"90 % intervals cover {100 * found.mean:.1f} % of {len(ranks)} truths (95 % interval {100 * found.low:.1f} to "
          f"{100 * found.high:.1f} %).")
    if not options.no_pictures:
        calibration_pictures.self_test(ranks, frame, f"{options.scenario.name}, seed {options.seed}",
                                       files.new("coverage.png"))


# ---- the whole ----


def expected(options):
    """Names of the outputs."""
    names = ["ranks.csv", "coverage.csv"] if options.selftest else \
        ["posterior.csv", "parameters.csv", "targets.csv", "emulators.csv", "generations.csv"]
    pictures = ["coverage.png"] if options.selftest else \
        ["parameters.png", "targets.png", "emulators.png", "generations.png"]
    drawn = ["draws.csv"] if options.draws and not options.selftest else []
    return names + drawn + ([] if options.no_pictures else pictures)


def work(options):
    """The whole; raises ResultsError or OSError."""
    with output.Outputs(NAME, [options.out], options.out.parent, options.force) as files:
        files.expect(*expected(options))
        problem = problem_of(options)
        if options.selftest:
            self_test(options, files, problem)
            return
        check_runs(options)
        begun = not options.out.exists()
        try:
            calibrate(options, files, problem)
        except calibration.NothingLeft as nothing:
            raise results.ResultsError(no_world(nothing.history), code=NOTHING_LEFT) from nothing
        except results.ResultsError as refused:
            if begun and refused.code == REFUSED and options.out.exists():
                calibration_simulator.forget(options.out)  # of a request that must change, so that nothing continues it
            raise


def no_world(history):
    """A sentence on targets that the model cannot give, with the one that is furthest off."""
    wave = history.waves[-1]
    cube = history.cube[:, history.active]
    best = {k: (abs(e.predict(cube)[0] - history.problem.observed[k]) / history.problem.errors[k].clip(1e-12)).min()
            for k, e in wave.emulators.items()}
    name = history.problem.targets[max(best, key=best.get)].name
    return (f"No point of the priors can give all targets: every one that was tried is ruled out, {name} being the "
            "furthest off. Wider priors, a discrepancy of the model, or another model may.")


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, work, parse(argv), "--resume continues with the runs that are there")


if __name__ == "__main__":
    sys.exit(main())
