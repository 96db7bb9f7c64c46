# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/calibrate.py on small worlds of contagion: what it writes, that it resumes to the same bits, and that
nothing of a test target reaches the fit.

Run: KUMIAI=build/test/kumiai /usr/bin/python3 -m pytest tests/scripts/test_calibrate.py
"""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conftest import SCRIPTS, called, nonblank, refused
from patience import PATIENCE

from kumiai import calibration_inputs
from kumiai import results as kr
from kumiai.commands import calibrate
from kumiai.results import ResultsError

PROGRAM = Path(os.environ.get("KUMIAI", "kumiai")).resolve()
WORLD = ('model = "contagion";\nrun = { steps = 30; steps_per_year = 1; start_year = 2000; seed = 1; };\n'
         "contagion = { agents = 300; initial_share = 0.05; };\n")
PRIORS = """scenario = "world.cfg";
sweep = { design = "lhs"; points = 10; factors = (
  { parameter = "contagion.beta"; min = 0.01; max = 0.2; },
  { parameter = "contagion.gamma"; min = 0.05; max = 0.5; },
  { parameter = "contagion.rewire"; min = 0.001; max = 0.1; scale = "log"; } ); };
"""
TARGETS = """model = "contagion"; fit_until = 2040;
outputs = (
  { name = "final"; metric = "infected_final"; value = 150.0; sd = 5.0; scale = "count"; year = 2029; tag = "A";
    source = "made up"; use = "fit"; },
  { name = "mean"; sql = "SELECT avg(infected) FROM series"; value = 130.0; sd = 5.0; scale = "count"; year = 2029;
    tag = "A"; source = "made up"; use = "fit"; },
  { name = "peak"; metric = "infected_peak"; value = 165.0; sd = 5.0; scale = "count"; year = 2029; tag = "A";
    source = "made up"; use = "test"; },
  { name = "seen"; metric = "infected_peak"; } );
"""
QUICK = ("--waves", 1, "--wave-points", 40, "--wave-reps", 3, "--population", 120, "--generations", 3,
         "--predictions", 50, "--no-pictures", "--kumiai", PROGRAM)


@pytest.fixture
def folder(tmp_path):
    for name, text in (("world.cfg", WORLD), ("priors.cfg", PRIORS), ("targets.cfg", TARGETS)):
        (tmp_path / name).write_text(text)
    return tmp_path


def arguments(folder, *more, name="C.db"):
    return [folder / "world.cfg", folder / "targets.cfg", "--out", folder / name, "--priors", folder / "priors.cfg",
            *QUICK, *more]


def call(folder, *more, name="C.db"):
    return called("calibrate.py", *arguments(folder, *more, name=name))


def table(folder, what, name="C"):
    return pd.read_csv(folder / f"{name}_calibrate_{what}.csv")


# ---- what it writes ----


def test_posterior_tables_and_pictures(folder):
    done = called("calibrate.py", *[a for a in arguments(folder) if a != "--no-pictures"])
    assert done.returncode == 0, done.stderr
    posterior = table(folder, "posterior")
    assert list(posterior) == ["weight", "contagion.beta", "contagion.gamma", "contagion.rewire"]
    assert len(posterior) == 60 and posterior["weight"].sum() == pytest.approx(1)
    assert posterior["contagion.beta"].between(0.01, 0.2).all()
    parameters = table(folder, "parameters").set_index("parameter")
    assert parameters.loc["contagion.rewire", "verdict"] == "not identified"
    assert parameters.loc["contagion.beta", "rho"] > 0.6
    assert parameters.loc["contagion.beta", "with"] == "contagion.gamma"
    targets = table(folder, "targets").set_index("target")
    assert list(targets["use"]) == ["fit", "fit", "test"] and targets["inside"].all()
    assert {"wave", "q2", "left"} <= set(table(folder, "emulators"))
    for name in ("parameters", "targets", "emulators", "generations"):
        assert nonblank(folder / f"C_calibrate_{name}.png")
    assert "identified" in done.stdout and "generation 1" in done.stderr


def test_the_posterior_is_a_table_that_sweeps_read(folder):
    assert call(folder).returncode == 0
    rows = table(folder, "posterior").drop(columns="weight")
    rows.to_csv(folder / "points.csv", index=False)
    (folder / "s.cfg").write_text('scenario = "world.cfg"; sweep = { design = "table"; table = "points.csv"; };')
    done = subprocess.run([PROGRAM, "sweep", folder / "s.cfg", "--design-csv", "-"], capture_output=True, text=True,
                          check=True)
    assert len(done.stdout.splitlines()) == len(rows) + 1


# ---- the same bits ----


def waves_of(file):
    """What every batch of a calibration was, and how all of its runs ended."""
    waves = kr.read_plain(file, "wave")[["wave_id", "design_digest", "points", "runs"]]
    runs = kr.read_plain(file, "run")[["run_id", "point_id", "rep", "seed", "state_digest"]]
    return waves.to_dict("list"), runs.to_dict("list")


def test_all_runs_are_waves_of_one_file(folder):
    """Of which no two points have one seed, and which other commands read."""
    assert call(folder).returncode == 0
    waves, runs = (kr.read_plain(folder / "C.db", name) for name in ("wave", "run"))
    assert list(waves["points"]) == [40, 120, 60, 60, 60, 50] and list(waves["reps"]) == [3, 1, 1, 1, 1, 1]
    assert runs["seed"].nunique() == runs["point_id"].nunique() == waves["points"].sum()
    done = subprocess.run([PROGRAM, "verify", folder / "C.db", "--rerun", "5"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not [path for path in folder.iterdir() if path.is_dir()]


def of_session(session):
    """Process ids of a session that still run, its leader's among them."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            state, _, _, number = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if number == str(session) and state != "Z":
            found.append(int(folder.name))
    return found


def wait_for(what, seconds=PATIENCE):
    """Whether it came to be within so many seconds."""
    end = time.monotonic() + seconds
    while not (done := what()) and time.monotonic() < end:
        time.sleep(0.01)
    return done


def killed(command, delay, ready):
    """Starts a command, and kills it alone so many seconds after it is ready. (whether it ran until then, whether the
    program was running with it); afterwards nothing of it runs."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    assert wait_for(lambda: ready() or process.poll() is not None)
    time.sleep(delay)
    ran, children = process.poll() is None, len(of_session(process.pid)) > 1
    process.kill()
    process.wait()
    assert wait_for(lambda: not of_session(process.pid)), "the program outlives the command that started it"
    return ran, children


def test_it_resumes_to_the_same_posterior_wherever_it_is_killed(folder):
    """Killed alone, as a scheduler or kill -9 does: the program that it started dies with it, and leaves the file free."""
    assert call(folder, name="whole.db").returncode == 0
    rng = np.random.default_rng(1)
    command = ["/usr/bin/python3", SCRIPTS / "calibrate.py", *map(str, arguments(folder, "--resume"))]
    kills = [killed(command, rng.uniform(0, 1.0), (folder / "C.db").exists) for _ in range(6)]
    assert any(ran for ran, _ in kills)
    done = call(folder, "--resume")
    assert done.returncode == 0, done.stderr
    for what in ("posterior", "parameters", "targets", "emulators", "generations"):
        whole, resumed = (folder / f"{name}_calibrate_{what}.csv" for name in ("whole", "C"))
        assert whole.read_bytes() == resumed.read_bytes(), what
    assert waves_of(folder / "C.db") == waves_of(folder / "whole.db")


def test_a_program_in_the_midst_of_its_runs_dies_with_the_command(folder):
    """With runs of minutes, so that it is surely running."""
    (folder / "world.cfg").write_text(WORLD.replace("agents = 300", "agents = 200000").replace("steps = 30", "steps = 3000"))
    command = ["/usr/bin/python3", SCRIPTS / "calibrate.py", *map(str, arguments(folder))]
    ran, children = killed(command, 0.5, (folder / "C.db").exists)
    assert ran and children


def test_threads_change_nothing_and_seeds_do(folder):
    for name, more in (("a.db", ("--threads", 1)), ("b.db", ("--threads", 3)), ("c.db", ("--seed", 2))):
        assert call(folder, *more, name=name).returncode == 0
    a, b, c = ((folder / f"{name}_calibrate_posterior.csv").read_bytes() for name in "abc")
    assert a == b and a != c


def test_an_interrupted_calibration_says_how_to_go_on(folder):
    process = subprocess.Popen(["/usr/bin/python3", SCRIPTS / "calibrate.py", *map(str, arguments(folder))],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not (folder / "C.db").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "--resume continues" in err and "Traceback" not in err


# ---- nothing of the tests reaches the fit ----


def test_test_targets_leave_every_bit_of_the_fit_as_it_is(folder):
    assert call(folder, name="a.db").returncode == 0
    (folder / "targets.cfg").write_text(TARGETS.replace("value = 165.0", "value = 12.0"))
    assert call(folder, name="b.db").returncode == 0
    for what in ("posterior", "parameters", "emulators", "generations"):
        one, other = ((folder / f"{name}_calibrate_{what}.csv").read_bytes() for name in "ab")
        assert one == other
    assert table(folder, "targets", "b").set_index("target").loc["peak", "rank"] == 0.0
    (folder / "targets.cfg").write_text(TARGETS.replace("value = 150.0", "value = 170.0"))
    assert call(folder, name="c.db").returncode == 0
    assert not table(folder, "posterior", "c").equals(table(folder, "posterior", "a"))


def test_the_page_names_every_table(folder):
    """Those of calibrations, of self-tests and with --draws; the screening is there where there are many parameters."""
    page = (SCRIPTS / "CALIBRATION.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(?:C_calibrate|…)_(\w+\.csv)`", page, re.MULTILINE))
    written = {"screening.csv"}
    for more in (("--draws", 5), ("--selftest", 2)):
        options = calibrate.parse([str(word) for word in arguments(folder, *more)])
        written |= set(calibrate.expected(options))
    assert told == written


# ---- self-test ----


def test_selftest_reports_coverage(folder):
    done = call(folder, "--selftest", 4)
    assert done.returncode == 0, done.stderr
    ranks, coverage = table(folder, "ranks"), table(folder, "coverage")
    assert len(ranks) == 4 and ranks.to_numpy().min() >= 0 and ranks.to_numpy().max() <= 1
    assert list(coverage["parameter"]) == list(ranks) and (coverage["truths"] == 4).all()
    assert "90 % intervals cover" in done.stdout and not (folder / "C.db").exists()


# ---- refusals ----


def test_a_budget_counts_every_run(folder):
    """540 are those of the calibration above; the predictions are among them."""
    done = call(folder, "--budget-runs", 350)
    assert done.returncode == 0, done.stderr
    runs = len(kr.read_plain(folder / "C.db", "run"))
    assert 300 < runs <= 350 and f"Runs: {runs}," in done.stdout and "the budget was spent" in done.stderr
    assert refused(call(folder, "--budget-runs", 169, name="b.db"), 2, "the least are 170", "50 of the predictions")
    assert not (folder / "b.db").exists()


def test_settings_of_what_is_calibrated_are_refused(folder):
    assert refused(call(folder, "--set", "contagion.gamma=0.2"), 2, "--set contagion.gamma=0.2",
                   "contagion.gamma is calibrated")
    assert not (folder / "C.db").exists()
    assert call(folder, "--set", "contagion.gamma=0.2", "--parameters", "contagion.beta").returncode == 0


@pytest.mark.parametrize("value", ["150.0", "165.0"])
def test_targets_of_other_years_than_the_run_has_are_refused(folder, value):
    """One to fit and one to test."""
    of_value = f'value = {value}; sd = 5.0; scale = "count"; year = '
    assert f"{of_value}2029" in TARGETS
    (folder / "targets.cfg").write_text(TARGETS.replace(f"{of_value}2029", f"{of_value}2031"))
    assert refused(call(folder), 2, "was observed in 2031, but the run of scenario world covers 2000 to 2029")
    assert not (folder / "C.db").exists()


def test_only_runs_of_a_calibration_are_replaced(folder):
    subprocess.run([PROGRAM, "run", folder / "world.cfg", "--out", folder / "C.db"], check=True, capture_output=True)
    before = (folder / "C.db").read_bytes()
    assert refused(call(folder, "--force"), 2, "does not hold the runs of a calibration")
    assert (folder / "C.db").read_bytes() == before


def test_runs_that_are_there_are_not_mixed_in(folder):
    assert call(folder).returncode == 0
    assert refused(call(folder), 2, "C.db exists already", "--resume")
    assert call(folder, "--force", "--seed", 3).returncode == 0
    before = (folder / "C.db").read_bytes()
    assert refused(call(folder, "--resume", "--seed", 4), 2, "another --seed than 4", "--force")
    priors = folder / "priors.cfg"
    priors.write_text(re.sub(r"max = [0-9.]+", "max = 0.15", priors.read_text(), count=1))
    assert refused(call(folder, "--resume", "--seed", 3), 2, "other --priors", "--force")
    assert (folder / "C.db").read_bytes() == before


def test_targets_that_no_world_can_give(folder):
    (folder / "targets.cfg").write_text(TARGETS.replace("value = 150.0", "value = 15000.0"))
    done = call(folder)
    assert done.returncode == 3 and "final being the furthest off" in done.stderr and "Traceback" not in done.stderr


def test_a_posterior_that_misses_a_target_says_so(folder):
    """Without waves nothing is ruled out: 300 agents, of whom 900 were seen."""
    (folder / "targets.cfg").write_text(TARGETS.replace("value = 150.0", "value = 900.0"))
    done = call(folder, "--waves", 0)
    assert done.returncode == 0 and "target final is out of reach" in done.stderr
    (folder / "targets.cfg").write_text(TARGETS)
    assert "out of reach" not in call(folder, "--waves", 0, name="b.db").stderr


@pytest.mark.parametrize("file, before, after, words", [
    ("targets.cfg", 'use = "fit"', 'use = "test"', ("no target", "fit")),
    ("targets.cfg", '"infected_final"', '"infected_finl"', ("infected_final",)),
    ("targets.cfg", "value = 150.0", 'value = "many"', ("targets.cfg:3", "value")),
    ("targets.cfg", 'model = "contagion"', 'model = "contagon"', ("contagon",)),
    ("targets.cfg", "outputs = (", "outputs = ((", ("targets.cfg",)),
    ("priors.cfg", "contagion.beta", "contagion.betta", ("contagion.beta",)),
    ("priors.cfg", "min = 0.01; max = 0.2", "min = 0.2; max = 0.01", ("priors.cfg:3", "contagion.beta", "min must be")),
    ("priors.cfg", "min = 0.01; max = 0.2", "mn = 0.01; max = 0.2", ("priors.cfg:3", "mn; did you mean min?")),
    ("priors.cfg", "min = 0.01; max = 0.2", "min = 0.01; max = 20.0", ("priors.cfg:3", "between 0 and 1")),
    ("priors.cfg", "contagion.gamma", "contagion.beta", ("priors.cfg:4", "a factor already, in line 3")),
    ("priors.cfg", "min = 0.01; max = 0.2;", 'min = 0.01; max = 0.2; scale = "integer";', ("priors.cfg:3", "whole")),
    ("priors.cfg", "min = 0.01; max = 0.2", "levels = [0.01, 0.2]", ("priors.cfg:3", "levels")),
    ("priors.cfg", 'scale = "log"', 'scale = "lag"', ("priors.cfg:5", "lag")),
    ("priors.cfg", "factors", "factor", ("priors.cfg:2", "factors"))])
def test_what_is_wrong_is_named(folder, file, before, after, words):
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after))
    assert refused(call(folder), 2, *words)
    assert not list(folder.glob("C_calibrate_*"))


@pytest.mark.parametrize("factor", ["levels = [0.01, 0.2];", "min = 0.01; max = 0.2; step = 0.01;"])
def test_levels_are_no_priors(folder, factor):
    """Of a design that takes them: the program has nothing against the file."""
    (folder / "priors.cfg").write_text('scenario = "world.cfg"; sweep = { design = "factorial"; factors = ('
                                       f'{{ parameter = "contagion.beta"; {factor} }}); }};')
    assert refused(call(folder), 2, "priors.cfg: contagion.beta:", "step is no" if "step" in factor else "levels is no")


def test_a_file_of_priors_that_is_not_there(folder):
    (folder / "priors.cfg").unlink()
    assert refused(call(folder), 2, "priors.cfg is no file", "--priors")


def test_files_of_another_kind_are_refused(folder):
    (folder / "folder").mkdir()
    assert refused(call(folder, name="folder"), 2, "is a folder; --out names the results file")
    (folder / "priors.cfg").write_text((folder / "world.cfg").read_text())
    assert refused(call(folder), 2, "priors.cfg is no sweep file", "no group sweep")


def test_without_priors_it_says_where_they_come_from(folder):
    (folder / "world.cfg").write_text('model = "none";\nrun = { steps = 5; steps_per_year = 1; };\n')
    targets = TARGETS[:TARGETS.index("  { name")].replace("contagion", "none") + """
        { name = "mean"; sql = "SELECT avg(place_mean) FROM series"; value = 1.0; sd = 0.5; scale = "number";
          year = 2002; tag = "A"; source = "made up"; use = "fit"; } );"""
    (folder / "targets.cfg").write_text(targets)
    plain = [a for a in arguments(folder) if a not in ("--priors", folder / "priors.cfg")]
    assert refused(called("calibrate.py", *plain), 2, "declares no priors", "--priors")


@pytest.mark.parametrize("sql, words", [("SELECT NULL", "has no value in 100 %"),
                                        ("SELECT infected FROM series", "more than one row")])
def test_a_target_that_no_run_has_is_refused(folder, sql, words):
    text = (folder / "targets.cfg").read_text()
    (folder / "targets.cfg").write_text(text.replace("SELECT avg(infected) FROM series", sql))
    assert refused(call(folder), 2, "mean", words)
    assert not (folder / "C.db").exists()


def test_priors_of_the_models_table():
    """As `kumiai describe` has them, for every distribution."""
    row = {"type": "real", "min": 0.0, "max": None}
    for given, median in (({"distribution": "uniform", "min": 1.0, "max": 3.0}, 2.0),
                          ({"distribution": "log", "min": 1.0, "max": 100.0}, 10.0),
                          ({"distribution": "integer", "min": 1, "max": 3}, 2.0),
                          ({"distribution": "normal", "min": 0.0, "max": 10.0, "mean": 5.0, "sd": 1.0}, 5.0),
                          ({"distribution": "triangular", "min": 0.0, "max": 2.0, "mode": 1.0}, 1.0),
                          ({"distribution": "beta", "min": 0.0, "max": 4.0, "alpha": 2.0, "beta": 2.0}, 2.0)):
        prior = calibration_inputs.prior("model m", {"parameter": "a.b", **given}, row)
        assert prior.values(np.array([0.5])) == pytest.approx(median)
    with pytest.raises(ResultsError, match="a.b: mode is missing"):
        calibration_inputs.prior("m", {"parameter": "a.b", "distribution": "triangular", "min": 0.0, "max": 1.0}, row)
    with pytest.raises(ResultsError, match="a.b: max is missing"):
        calibration_inputs.prior("m", {"parameter": "a.b"}, row)


def test_a_factor_given_by_name_alone_has_the_models_prior(folder):
    """As `kumiai sweep` draws it: contagion.beta is logarithmic, contagion.gamma a beta."""
    names = ("contagion.beta", "contagion.gamma")
    factors = ", ".join(f'{{ parameter = "{name}"; }}' for name in names)
    (folder / "priors.cfg").write_text('scenario = "world.cfg"; sweep = { design = "lhs"; points = 2000; '
                                       f"factors = ({factors}); }};")
    declared = calibration_inputs.space(PROGRAM, "contagion", names)
    space = calibration_inputs.space(PROGRAM, "contagion", file=folder / "priors.cfg")
    assert space == declared and [p.kind for p in space.priors] == ["log", "beta"]
    subprocess.run([PROGRAM, "sweep", folder / "priors.cfg", "--design-csv", folder / "d.csv"], check=True)
    drawn = pd.read_csv(folder / "d.csv")[list(names)].median()
    assert space.values(np.array([[0.5, 0.5]])).iloc[0].to_dict() == pytest.approx(drawn.to_dict(), rel=0.02)


def test_a_uniform_factor_of_whole_numbers_is_of_integers():
    row = {"type": "integer", "min": 1, "max": 9}
    given = {"parameter": "a.b", "distribution": "uniform"}
    assert calibration_inputs.prior("m", given, row) == calibration_inputs.prior("m", {"parameter": "a.b"}, row)


def test_parameters_of_ones_choice(folder):
    assert call(folder, "--parameters", "contagion.gamma,contagion.beta").returncode == 0
    assert list(table(folder, "posterior")) == ["weight", "contagion.gamma", "contagion.beta"]
    assert refused(call(folder, "--parameters", "contagion.gama", name="b.db"), 2, "did you mean contagion.gamma?")
    assert refused(call(folder, "--parameters", "contagion.mean_degree", name="b.db"), 2,
                   "contagion.mean_degree has no prior in ", "priors.cfg; --priors names")


def words_factors(folder, more=""):
    (folder / "w.cfg").write_text(f"""scenario = "{SCRIPTS.parent}/scenarios/hindcast.cfg"; sweep = {{ design = "lhs"; points = 8;
      factors = ( {{ parameter = "hub.enabled"; }}, {{ parameter = "budget.after"; {more} }},
                  {{ parameter = "formation.opt_out"; }} ); }};""")
    return folder / "w.cfg"


def test_truth_values_and_choices_are_written_by_their_words(folder):
    """Each equally likely; what is written is a table for sweeps and a file for --draws."""
    space = calibration_inputs.space(PROGRAM, "cooperation", file=words_factors(folder))
    cube = np.random.default_rng(1).random((400, 3))
    frame = space.written(cube)
    assert frame["hub.enabled"].value_counts()[["false", "true"]].between(150, 250).all()
    assert frame["budget.after"].value_counts()[["level", "trend"]].between(150, 250).all()
    frame.head(6).to_csv(folder / "t.csv", index=False)
    (folder / "t.cfg").write_text(f'scenario = "{SCRIPTS.parent}/scenarios/hindcast.cfg"; '
                                  'sweep = { design = "table"; table = "t.csv"; };')
    for command in (("sweep", folder / "t.cfg", "--design-csv", "-"),
                    ("run", SCRIPTS.parent / "scenarios/hindcast.cfg", "--draws", folder / "t.csv", "--reps", "1", "--detail",
                     "summary", "--out", folder / "r.db")):
        subprocess.run([PROGRAM, *command], check=True, capture_output=True)
    with pytest.raises(ResultsError, match="budget.after"):
        calibration_inputs.space(PROGRAM, "cooperation", file=words_factors(folder, "min = 0;"))


def test_a_parameter_without_a_prior_in_the_models_table(folder):
    plain = [a for a in arguments(folder) if a not in ("--priors", folder / "priors.cfg")]
    assert refused(called("calibrate.py", *plain, "--parameters", "contagion.rewire"), 2,
                   "contagion.rewire has no prior in the model contagion", "--priors")


def test_another_program_is_told_as_such(folder, monkeypatch):
    assert refused(call(folder, "--kumiai", "/bin/true"), 2, "/bin/true gave no JSON", "--kumiai")
    monkeypatch.setenv("KUMIAI", "/bin/true")
    assert refused(call(folder), 2, "targets.cfg cannot be read: /bin/true gave no JSON", "KUMIAI")


def test_a_seed_among_the_settings_is_refused(folder):
    assert refused(call(folder, "--set", "run.seed=9"), 2, "--set run.seed=9", "--seed names")


def test_the_help_tells_what_force_replaces():
    told = " ".join(called("calibrate.py", "--help").stdout.split())
    assert "C.db, if it holds the runs of a calibration" in told and "never replaced" not in told
