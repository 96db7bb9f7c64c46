# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/rare.py: where branches part from their history, means over histories, and that they agree with brute force.

Run: KUMIAI=build/test/kumiai /usr/bin/python3 -m pytest tests/scripts/test_rare.py
"""

import math
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conftest import called, refused

from kumiai import results as kr
from kumiai import splitting

KUMIAI = os.environ.get("KUMIAI", "kumiai")
ROOT = Path(__file__).resolve().parents[2]
BASELINE = ROOT / "scenarios/baseline.cfg"
# Cooperatives get a mandate by chance alone, about a quarter of histories a second one.
OFTEN = {"run.years": 8, "initiative.rate": 0.01, "initiative.consent": 10, "initiative.knowhow": 0.4,
         "initiative.keenness": 0.2, "initiative.example": 0}
SETS = [word for key, value in OFTEN.items() for word in ("--set", f"{key}={value}")]
METRICS = ("cooperatives_active_abroad", "ties_regional")


# ---- by hand ----


def test_means_count_histories():
    """Two of four histories have the event; one of them has branches of mean 3, the other of mean 9."""
    own = pd.Series([1.0, 2.0, 30.0, 4.0], index=[1, 2, 3, 4])
    branches = pd.DataFrame({0: [30.0, 4.0], 1: [-12.0, 2.0]}, index=[3, 4])
    found = splitting.estimate(own, branches)
    assert (found.overall.mean, found.overall.n) == (15 / 4, 4)
    assert (found.given.mean, found.given.n) == (6.0, 2)
    assert (found.without.mean, found.without.n) == (1.5, 2)
    one = (own.var() + pd.Series([1, 2, -12, 2]).var()) / 2
    assert found.gain == pytest.approx(one / pd.Series([1, 2, 9, 3]).var())
    chance = splitting.chance(400, 12)
    assert chance.mean == 0.03 and 0.01 < chance.low < 0.02 < 0.05 < chance.high < 0.07


def test_a_branch_keeps_the_interventions_of_its_scenario():
    plain = 'model = "none";\n\nrun = {\n  years = 4;\n};\n'
    one = splitting.branch(plain, 2021.25, 3)
    assert one == plain + '\ninterventions = (\n  { at = 2021.25; set = "run.stream"; value = 3; }\n);\n'
    two = splitting.branch(one, 2022, 4)
    assert two.count("interventions") == 1 and two.endswith(
        'value = 3; },\n  { at = 2022.0; set = "run.stream"; value = 4; }\n);\n')


def study(rng, n, k, skewed):
    """Histories in which something rare happens, then a future whose mean the past decides: (own, branches)."""
    past, event = rng.normal(size=n), rng.random(n) < 0.2
    futures = np.exp(0.5 * past)[:, None] * (rng.exponential(2, (n, k + 1)) if skewed else rng.normal(2, 1, (n, k + 1)))
    values = np.where(event[:, None], futures, past[:, None])
    return pd.Series(values[:, 0]), pd.DataFrame(values)[event]


@pytest.mark.parametrize("skewed", [False, True])
def test_without_bias_and_with_intervals_that_hold(skewed):
    """Of 400 studies; the mean of what follows the event is 2 e^(1/8), a fifth of histories have it. False alarm of
    both checks below 1e-3 where the intervals hold in 0.95 (0.92 of the skewed ones)."""
    rng, truth = np.random.default_rng(8), 2 * math.exp(1 / 8)
    found = [splitting.estimate(*study(rng, 100, 10, skewed)) for _ in range(400)]
    means = np.array([[e.overall.mean, e.given.mean] for e in found])
    error = means.std(axis=0) / 20
    assert (np.abs(means.mean(axis=0) - [truth / 5, truth]) < 3.3 * error).all()
    holds = np.mean([[e.overall.low <= truth / 5 <= e.overall.high, e.given.low <= truth <= e.given.high]
                     for e in found], axis=0)
    assert (holds > 0.88).all() and (holds < 0.985).all()
    assert np.mean([e.gain for e in found]) > 1.1


def partly(rng, n, k):
    """Every history has the event; a future has a value with a probability p that the past decides, and it is 1 - p."""
    p = rng.random(n)
    values = np.where(rng.random((n, k + 1)) < p[:, None], 1 - p[:, None], np.nan)
    return pd.Series(values[:, 0]), pd.DataFrame(values)


def test_a_metric_that_some_futures_lack_is_that_of_brute_force():
    """∫p(1 − p) / ∫p = 1/3, as of single futures; the mean over histories with any value is found out. 300 studies
    of 60 histories: the standard error of a share of .95 is .013."""
    rng = np.random.default_rng(3)
    brute = partly(rng, 200_000, 0)[0].mean()
    assert brute == pytest.approx(1 / 3, abs=0.004)
    studies = [partly(rng, 60, 10) for _ in range(300)]
    found = [splitting.estimate(*study, share=True) for study in studies]
    for means in ([e.overall.mean for e in found], [e.given.mean for e in found]):
        assert np.mean(means) == pytest.approx(1 / 3, abs=0.01)
    assert np.mean([e.overall.low <= 1 / 3 <= e.overall.high for e in found]) > 0.95 - 4 * 0.013
    assert np.mean([branches.mean(axis=1).mean() for _, branches in studies]) > 0.4
    assert np.mean([e.gain for e in found]) > 1


def test_histories_without_the_event_that_lack_a_value_do_not_count():
    """(2 + 1/2 · 6 + 1/4 · 1) / (1 + 1/2 + 1/4): by hand."""
    own = pd.Series([2.0, math.nan, 6.0, math.nan], index=[1, 2, 3, 4])
    branches = pd.DataFrame([[6.0, math.nan, 6.0, math.nan], [math.nan, 1.0, math.nan, math.nan]], index=[3, 4])
    found = splitting.estimate(own, branches)
    assert (found.overall.mean, found.overall.n) == (pytest.approx(5.25 / 1.75), 3)
    assert (found.given.mean, found.given.n) == (pytest.approx(3.25 / 0.75), 2)
    assert (found.without.mean, found.without.n) == (2.0, 1)


# ---- the whole ----


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    """120 histories, about thirty of which part into eight futures more: (folder, means by metric and of)."""
    folder = tmp_path_factory.mktemp("split")
    done = called("rare.py", BASELINE, folder / "R.db", "--event", "mandate", "--not-agent", "C0001", "--reps", 120,
                  "--branches", 8, "--metrics", ",".join(METRICS), "--kumiai", KUMIAI, *SETS)
    assert done.returncode == 0, done.stderr
    assert "first event mandate of another agent than C0001 in " in done.stdout
    return folder, pd.read_csv(folder / "R_rare_means.csv").set_index(["metric", "of"])


@pytest.fixture(scope="module")
def brute(tmp_path_factory):
    """The same world, 400 histories of another seed: (summary by run, whether it has the event)."""
    out = tmp_path_factory.mktemp("brute") / "B.db"
    subprocess.run([KUMIAI, "run", BASELINE, "--out", out, "--reps", "400", "--seed", "99", "--quiet", "--detail", "full",
                    "--set", "output.tables=event", "--set", "output.events=mandate", *SETS], check=True,
                   capture_output=True, timeout=200)
    [scenario], _ = kr.load([out])
    events = splitting.first_events(scenario, "mandate", ["C0001"])
    summary = scenario.summary.set_axis(scenario.runs.index)
    return summary, summary.index.isin(events.index)


def test_agrees_with_brute_force(split, brute):
    """Within three standard errors of the difference, over all histories and given the event; the event is as likely.
    Counting branches as if they were histories would be found out."""
    (folder, means), (summary, event) = split, brute
    branches = pd.read_csv(folder / "R_rare_branches.csv")
    for metric in METRICS:
        for of, values in (("all", summary[metric]), ("given", summary[metric][event])):
            row = means.loc[(metric, of)]
            error = (row["high"] - row["low"]) / 4
            assert abs(row["mean"] - values.mean()) < 3 * math.hypot(error, values.sem()), (metric, of)
    shares = means.loc[("ties_regional", "given"), "n"] / 120, event.mean()
    assert abs(shares[0] - shares[1]) < 3 * math.sqrt(shares[1] * (1 - shares[1]) * (1 / 120 + 1 / 400))
    own = summary["cooperatives_active_abroad"]
    wrong = np.r_[branches["cooperatives_active_abroad"], own[~event][:120 - branches["rep"].nunique()]].mean()
    assert wrong - own.mean() > 3 * own.sem() * 2, "the twin must be found out"


def test_its_variance_is_smaller(split):
    """By what the futures of one history differ: a tenth at least, of what the event brings; nothing, if all futures
    were one."""
    folder, means = split
    branches = pd.read_csv(folder / "R_rare_branches.csv")
    for metric in ("cooperatives_active_abroad", "subject_ties_formed", "subject_tie_years"):
        by_branch = branches.pivot(index="rep", columns="branch", values=metric)
        assert by_branch.mean(axis=1).var() < 0.9 * by_branch.var().mean(), metric
        assert means.loc[(metric, "all"), "gain"] > 1.1, metric


def test_branches_are_the_runs_that_they_say(split):
    """Branch 0 is the history itself, the others have its past and differ; what the subject does adds up."""
    folder, means = split
    branches = pd.read_csv(folder / "R_rare_branches.csv")
    [scenario], _ = kr.load([folder / "R.db"])
    own = scenario.summary.reset_index().set_index("rep")
    first = branches[branches["branch"] == 0].set_index("rep")
    assert first["ties_regional"].to_numpy() == pytest.approx(own.loc[first.index, "ties_regional"].to_numpy(), rel=1e-9)
    assert (branches.groupby("rep").size() == 9).all()
    assert (branches.groupby("rep")["ties_regional"].nunique() > 5).sum() > 0.8 * len(first)
    assert (branches["at"] == branches["time"] + 0.25).all()
    assert ((branches["subject_ties_formed"] > 0) == (branches["subject_abroad"] == 1)).all()
    assert ("subject_abroad", "without") not in means.index
    assert means.loc[("subject_abroad", "all"), "mean"] == pytest.approx(
        branches.groupby("rep")["subject_abroad"].mean().sum() / 120, rel=1e-4)


def test_what_cannot_be(split, tmp_path):
    folder, _ = split
    more = ["--kumiai", KUMIAI]
    assert refused(called("rare.py", BASELINE, folder / "R.db", "--event", "mandate", *more), 2, "exists already")
    assert refused(called("rare.py", BASELINE, tmp_path / "R.db", "--event", "mandat", *more), 2, "mandate")
    assert refused(called("rare.py", BASELINE, folder / "R.db", "--event", "merger", "--read", *more), 2, "merger")
    assert refused(called("rare.py", BASELINE, folder / "R.db", "--event", "mandate", "--not-agent", "C001", "--read",
                          "--force", *more), 2, "no agent 'C001'; did you mean")
    for option in (("--reps", 9), ("--seed", 2), ("--set", "run.years=9")):
        assert refused(called("rare.py", BASELINE, folder / "R.db", "--event", "mandate", "--read", *option, *more), 2,
                       f"{option[0]} cannot change them")
    assert refused(called("rare.py", ROOT / "scenarios/jica_half.cfg", folder / "R.db", "--event", "mandate", "--read",
                          *more), 2, "holds the scenario baseline, not jica_half")
    assert refused(called("rare.py", BASELINE, folder / "R.db", "--event", "mandate", "--read", "--draws", "p.csv",
                          *more), 2, "was run without --draws")
    assert refused(called("rare.py", ROOT / "scenarios/contagion.cfg", tmp_path / "C.db", "--event", "mandate", *more), 2)


@pytest.mark.parametrize("option, words", [(("--metrics", "ties_regoinal"), "did you mean ties_regional"),
                                           (("--not-agent", "C001"), "no agent 'C001'; did you mean")])
def test_names_are_checked_before_the_histories_are_run(tmp_path, option, words):
    assert refused(called("rare.py", BASELINE, tmp_path / "R.db", "--event", "mandate", "--reps", 100000, *option,
                          "--kumiai", KUMIAI, *SETS), 2, words)
    assert not (tmp_path / "R.db").exists()


def test_no_event_has_an_upper_bound(tmp_path):
    """Of Clopper and Pearson, by the number of histories."""
    done = called("rare.py", BASELINE, tmp_path / "N.db", "--event", "mandate", "--not-agent", "C0001", "--reps", 30,
                  "--set", "run.years=2", "--set", "initiative.rate=0", "--kumiai", KUMIAI)
    assert done.returncode == 0, done.stderr
    assert "in 0 of 30 histories, probability 0.0000 (0.0000 to 0.1157)" in " ".join(done.stdout.split())
    means = pd.read_csv(tmp_path / "N_rare_means.csv").set_index(["metric", "of"])
    own = kr.load([tmp_path / "N.db"])[0][0].summary["ties_regional"]
    assert means.loc[("ties_regional", "all"), "mean"] == pytest.approx(own.mean(), rel=1e-5)
    assert means.loc[("ties_regional", "given"), "n"] == 0
    assert pd.read_csv(tmp_path / "N_rare_branches.csv").empty


def test_histories_of_drawn_parameters(tmp_path):
    """Branch 0 is the history, whose draw all its futures have; what the scenario sets itself is kept."""
    world = tmp_path / "mine.cfg"
    world.write_text(f'base = "{BASELINE}";\ninitiative = {{ keenness = 0.2; }};\n')
    (tmp_path / "p.csv").write_text("leadership.turnover_factor,initiative.keenness\n" + "".join(
        f"{0.5 + 0.2 * i},0.9\n" for i in range(12)))
    sets = [word for key, value in OFTEN.items() if key != "initiative.keenness"
            for word in ("--set", f"{key}={value}")]
    more = ["--event", "mandate", "--not-agent", "C0001", "--branches", 2, "--metrics", "ties_regional", "--draws",
            tmp_path / "p.csv", "--kumiai", KUMIAI]
    done = called("rare.py", world, tmp_path / "R.db", "--reps", 12, *more, *sets)
    assert done.returncode == 0, done.stderr
    own = kr.load([tmp_path / "R.db"])[0][0].summary.reset_index().set_index("rep")["ties_regional"]
    branches = pd.read_csv(tmp_path / "R_rare_branches.csv")
    first = branches[branches["branch"] == 0].set_index("rep")["ties_regional"]
    assert len(first) > 1 and first.to_numpy() == pytest.approx(own.loc[first.index].to_numpy())
    assert refused(called("rare.py", world, tmp_path / "R.db", "--read", *more[:-4], *more[-2:]), 2, "name the file again")
    assert refused(called("rare.py", world, tmp_path / "S.db", "--reps", 13, *more, *sets), 2, "more than the 12 draws")
