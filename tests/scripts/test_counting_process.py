# SPDX-License-Identifier: GPL-3.0-or-later
"""Spells cut into states that begin when they begin, and what a regression then finds.

Seeds are fixed; false-alarm rates stand at each test that draws numbers.
"""

import sqlite3
import subprocess

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from conftest import script
from results_files import build

from kumiai import covariates, cox, efron
from kumiai.counting_process import cut_at_states

command = script("survival.py")


def spell_rows(rows):
    """Spells (tie_id, onset, entry, stop, event) of run 1, each of a donor of its own."""
    return pd.DataFrame(rows, columns=["tie_id", "onset", "entry", "stop", "event"]) \
        .assign(run_id=1, donor_id=lambda frame: frame["tie_id"])


def project_rows(*rows):
    """Projects (tie_id, start, finish) of run 1."""
    return pd.DataFrame(rows, columns=["tie_id", "start", "finish"], dtype=float).assign(run_id=1)


def succession_rows(*rows):
    """New heads (donor_id, time) of run 1."""
    return pd.DataFrame(rows, columns=["donor_id", "time"], dtype=float).assign(run_id=1)


def reading_rows(*rows):
    """Readings (tie_id, time, stage, trust, institutionalised) of run 1."""
    columns = ["tie_id", "time", "stage", "trust", "institutionalised"]
    return pd.DataFrame(rows, columns=columns).assign(run_id=1)


def cut(spells, projects=project_rows(), successions=succession_rows(), readings=reading_rows()):
    return cut_at_states(spells, projects, successions, readings)


def cells(frame, *columns):
    """The named columns as tuples, behind tie, start, stop and event."""
    return list(frame[["tie", "start", "stop", "event", *columns]].itertuples(index=False, name=None))


def test_projects_by_hand():
    spells = spell_rows([(7, 2000.0, 0.0, 6.0, 1), (8, 2001.0, 0.0, 2.0, 0), (9, 1995.0, 5.0, 9.0, 1)])
    projects = project_rows((7, 2001.0, 2003.0), (7, 2002.0, 2004.0), (7, 2006.0, 2007.0),
                            (9, 2000.0, np.nan))
    got = cut(spells, projects)
    assert not got["successor_head"].any() and got[["stage", "trust"]].isna().all(axis=None)
    assert cells(got, "project_running") == [
        (0, 0.0, 1.0, 0, 0.0), (0, 1.0, 2.0, 0, 1.0), (0, 2.0, 3.0, 0, 1.0),
        (0, 3.0, 4.0, 0, 1.0), (0, 4.0, 6.0, 1, 0.0),  # the third begins as it ends
        (1, 0.0, 2.0, 0, 0.0),
        (2, 5.0, 9.0, 1, 1.0)]  # running when the tie came under observation


def test_a_successor_heads_from_the_first_turnover_after_the_onset():
    spells = spell_rows([(7, 2000.0, 0.0, 6.0, 1), (8, 2001.0, 0.0, 2.0, 1), (9, 1995.0, 5.0, 9.0, 0)])
    heads = succession_rows((7, 2000.0), (7, 2002.0), (7, 2004.0), (8, 2003.0), (9, 1999.0))
    got = cut(spells, successions=heads)
    assert not got["project_running"].any()
    assert cells(got, "successor_head") == [
        (0, 0.0, 2.0, 0, 0.0), (0, 2.0, 4.0, 0, 1.0), (0, 4.0, 6.0, 1, 1.0),  # its founder came in 2000
        (1, 0.0, 2.0, 1, 0.0),  # ended before
        (2, 5.0, 9.0, 0, 1.0)]  # had one when it came under observation


def test_stage_and_trust_are_the_last_that_were_read():
    spells = spell_rows([(7, 2000.5, 0.0, 3.0, 1), (9, 1995.0, 5.0, 6.5, 0)])
    readings = reading_rows(
        (7, 2000.5, "exchange", 0.2, 0), (9, 2000.0, "project", 0.6, 1), (7, 2001.0, "exchange", 0.3, 0),
        (9, 2001.0, "project", 0.7, 1), (7, 2001.25, "trainees", 0.4, 0),
        (7, 2003.5, "project", 0.9, 1))  # as it ends: known too late
    got = cut(spells, successions=succession_rows((7, 2001.0)), readings=readings)
    assert cells(got, "stage", "trust", "institutionalised", "successor_head") == [
        (0, 0.0, 0.5, 0, "exchange", 0.2, 0.0, 0.0),
        (0, 0.5, 0.75, 0, "exchange", 0.3, 0.0, 1.0),  # both in one interval
        (0, 0.75, 3.0, 1, "trainees", 0.4, 0.0, 1.0),
        (1, 5.0, 6.0, 0, "project", 0.6, 1.0, 0.0), (1, 6.0, 6.5, 0, "project", 0.7, 1.0, 0.0)]


def test_what_happens_between_readings_keeps_the_last():
    spells = spell_rows([(7, 2000.0, 0.0, 3.0, 1)])
    got = cut(spells, project_rows((7, 2000.5, 2001.5)), readings=reading_rows(
        (7, 2000.0, "exchange", 0.2, 0), (7, 2001.0, "exchange", 0.5, 0)))
    assert cells(got, "project_running", "trust") == [
        (0, 0.0, 0.5, 0, 0.0, 0.2), (0, 0.5, 1.0, 0, 1.0, 0.2), (0, 1.0, 1.5, 0, 1.0, 0.5),
        (0, 1.5, 3.0, 1, 0.0, 0.5)]


def test_cutting_changes_neither_time_nor_ends():
    rng = np.random.default_rng(11)
    spells = spell_rows([(i, 2000 + rng.uniform(0, 10), 0.0, rng.uniform(1, 9), i % 2)
                         for i in range(200)])
    projects = project_rows(*[(i % 200, 2000 + rng.uniform(0, 15), np.nan) for i in range(300)])
    readings = reading_rows(*[(i % 200, 2000 + rng.uniform(0, 15), "exchange", rng.uniform(), 0)
                              for i in range(600)]).sort_values("time")
    got = cut(spells, projects, readings=readings)
    length = (got["stop"] - got["start"]).groupby(got["tie"]).sum()
    assert length.to_numpy() == pytest.approx(spells["stop"].to_numpy())
    assert (got["stop"] > got["start"]).all() and got["event"].sum() == spells["event"].sum()


def test_nothing_happening_is_one_interval():
    got = cut(spell_rows([(1, 2000.0, 0.0, 3.0, 1)]))
    assert cells(got, "project_running") == [(0, 0.0, 3.0, 1, 0.0)]


# ---- what a regression finds ----


def climbing(effect, rng, n=2000):
    """Lives with a hazard of a quarter a year, times e^effect once a stage is reached, which comes
    with a hazard of a quarter too. Returns spells and readings, in eighths of a year."""
    reached, early, late = rng.exponential(4, (3, n))
    life = np.where(early < reached, early, reached + late / np.exp(effect))
    reached, life = np.ceil(reached * 8) / 8, np.ceil(life * 8) / 8
    spells = spell_rows([(i, 2000.0, 0.0, t, 1) for i, t in enumerate(life)])
    at_onset = [(i, 2000.0, "exchange", 0.2, 0) for i in range(n)]
    later = [(i, 2000.0 + r, "project", 0.2, 0) for i, (r, t) in enumerate(zip(reached, life)) if r < t]
    return spells, reading_rows(*at_onset, *later)


@pytest.mark.parametrize("effect", [0.0, np.log(2)])
def test_a_stage_that_is_reached_is_no_immortal_time(effect):
    # As a state that begins when it begins the estimate is right within 4 standard errors (0.05;
    # false alarm 6e-5). The twin takes the last stage as if it had been known at onset, and
    # finds that it makes ties last far longer.
    spells, readings = climbing(effect, np.random.default_rng(15))
    rows = cut(spells, readings=readings)
    design = pd.DataFrame({"project": (rows["stage"] == "project").astype(float)})
    right = cox.fit(design, rows["start"], rows["stop"], rows["event"],
                    rows["tie"] % 50).terms.loc["project"]
    assert right["coefficient"] == pytest.approx(effect, abs=4 * 0.05)
    final = pd.DataFrame({"project": rows.groupby("tie")["stage"].last().eq("project").astype(float)})
    wrong = cox.fit(final, spells["entry"], spells["stop"], spells["event"],
                    pd.Series(np.arange(len(spells)) % 50)).terms.loc["project"]
    assert wrong["coefficient"] < effect - 0.5


def rows_of(path):
    """Rows of the regression of a results file, as the command makes them."""
    options = command.parse([str(path)])
    return covariates.regression_data(command.read_samples(command.read_scenarios(options), options), 10_000)


@pytest.fixture(name="regression", scope="module")
def _regression(tmp_path_factory):
    """Rows of a small results file."""
    path = build(tmp_path_factory.mktemp("file") / "a.db", reps=8)
    return rows_of(path)


def test_uncut_rows_give_the_estimates_of_cut_ones(regression):
    whole = regression.uncut()
    assert len(whole.design) == regression.ties < len(regression.design)
    assert whole.event.sum() == regression.event.sum()
    cut_terms, terms = (cox.fit(r.design[whole.design.columns], r.start, r.stop, r.event, r.clusters).terms
                        for r in (regression, whole))
    assert terms["coefficient"].to_numpy() == pytest.approx(cut_terms["coefficient"].to_numpy(), abs=1e-8)
    assert terms["se"].to_numpy() == pytest.approx(cut_terms["se"].to_numpy(), rel=1e-6)


CODE = """library(survival); d <- read.csv("rows.csv")
f <- reformulate(grep("^x", names(d), value = TRUE), "Surv(start, stop, event)")
m <- coxph(f, d, cluster = cluster, ties = "efron", control = coxph.control(eps = 1e-12, iter.max = 50))
tell <- function(x) cat(sprintf("%.12g", x), "", sep = "\\n")
tell(coef(m)); tell(sqrt(diag(vcov(m)))); tell(colSums(residuals(m, "schoenfeld") * log(d$stop[d$event == 1][order(
  d$stop[d$event == 1])])))"""


def by_coxph(design, start, stop, event, clusters, folder):
    """Coefficients, clustered errors (without G/(G−1)) and Σ log age × Schoenfeld residual, by R."""
    design.set_axis([f"x{i}" for i in range(design.shape[1])], axis=1).assign(
        start=start, stop=stop, event=event, cluster=clusters).to_csv(folder / "rows.csv", index=False)
    done = subprocess.run(["Rscript", "--vanilla", "-e", CODE], cwd=folder, check=False,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return np.array(done.stdout.split(), dtype=float).reshape(3, -1)


@pytest.mark.parametrize("step", [0.25, 1.0])
def test_estimates_and_errors_are_those_of_coxph(regression, tmp_path, step):
    """With R's survival package, at ages in quarters and in years: many ties end at one age."""
    stop = (np.ceil(regression.stop / step) * step).where(regression.event == 1, regression.stop)
    following = regression.start.groupby(regression.tie).shift(-1)
    stop = stop.where(following.isna(), regression.stop)
    given = (regression.start, stop, regression.event, regression.clusters)
    fitted = cox.fit(regression.design, *given)
    design = regression.design[fitted.terms.index]
    coefficients, errors, pulls = by_coxph(design, *given, tmp_path)
    assert fitted.terms["coefficient"].to_numpy() == pytest.approx(coefficients, abs=1e-6)
    correction = np.sqrt(fitted.clusters / (fitted.clusters - 1))
    assert fitted.terms["se"].to_numpy() / correction == pytest.approx(errors, rel=1e-5)
    sets = efron.RiskSets(*(x.to_numpy(dtype=float) for x in (design, *given[:3])))
    sums = efron.Sums(sets, sets.cut(), sets.x @ fitted.terms["coefficient"].to_numpy())
    rows = sparse.identity(len(sets.met), format="csr")
    score = sums.residuals(np.ones(len(sets.times)), rows)
    assert score.shape == (len(sets.met), design.shape[1])
    assert score.sum(axis=0) == pytest.approx(0, abs=1e-4)
    assert sums.pull(np.log(sets.times)) == pytest.approx(pulls, abs=1e-3)
    assert sums.residuals(np.log(sets.times), rows).sum(axis=0) == pytest.approx(pulls, abs=1e-3)


def test_a_file_without_readings_says_so(tmp_path):
    path = build(tmp_path / "a.db", reps=6)
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE tie_state")
    data = rows_of(path)
    assert any("without trust and stage" in note for note in data.notes)
    assert "project_running" in data.design and "trust_tenths" not in data.design
    assert not any(c.startswith("stage: ") for c in data.design)
