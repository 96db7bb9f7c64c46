# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of a year, a quarter and a month agree on the yearly outcomes: an equivalence test.

Two one-sided Welch tests at 5 % each reject that the means differ by MARGIN of the quarterly mean or
more: 5 %, for ends by cause 10 % and months only (a year is too long a step to tell idle years from
years of work). Many a policy moves less than that: scenarios are to be compared at one length of step.
Runs of different steps share no draws but those of set-up, so they are not paired. To claim that
all outcomes are equivalent, all must pass; so the chance of a false claim is 5 % at most, with no
correction. 60 replicates know a mean within 1 %."""

import csv
import io
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from scipy import stats

KUMIAI = os.environ.get("KUMIAI", "kumiai")
ROOT = Path(__file__).parents[2]
MARGIN, ALPHA, REPS, QUARTERS = 0.05, 0.05, 120, 4

# Stocks at the ends of fiscal years, flows of a year.
OUTCOMES = {
    "ties": "avg(x.ties_city_to_city) FILTER (WHERE (step + 1) % :spy = 0)",
    "formed": "sum(x.formed_city_to_city)",
    "ended": "sum(x.ended_city_to_city)",
    "projects": "sum(x.projects_started)",
    "national_yen": "sum(x.national_yen)",
    "knowhow": "avg(x.knowhow_mean)",
    "survival_5y": "max(s.survival_5y_city_to_city)",
    "life_10y": "max(s.life_10y_city_to_city)",
}
CAUSES = {f"ended_by_{cause}": f"sum(x.ended_by_{cause})"
          for cause in ("grant_end", "dormancy", "leader_turnover", "partner_exit")}
HAZARDS = ("upkeep.dormancy", "upkeep.partner_exit", "upkeep.grant_end", "upkeep.leader_turnover",
           "upkeep.goal_mismatch")


def kumiai(*arguments):
    """Runs the program to its end; its output."""
    result = subprocess.run([KUMIAI, *map(str, arguments)], check=False, capture_output=True,
                            text=True, stdin=subprocess.DEVNULL)
    assert result.returncode == 0, result.stderr
    return result.stdout


def outcomes(out, *settings, spy=QUARTERS):
    """{outcome: values of the replicates} of the baseline at `spy` steps a year."""
    given = [word for setting in (f"run.steps_per_year={spy}", *settings)
             for word in ("--set", setting)]
    kumiai("run", ROOT / "scenarios" / "baseline.cfg", "--out", out, "--reps", REPS, "--threads", 2,
           "--detail", "series", *given)
    columns = ", ".join([*OUTCOMES.values(), *CAUSES.values()])
    with closing(sqlite3.connect(f"file:{out}?mode=ro", uri=True)) as db:
        rows = db.execute(f"""SELECT {columns} FROM series x JOIN summary s USING (run_id)
            WHERE step >= 0
            GROUP BY run_id ORDER BY run_id""", {"spy": spy}).fetchall()
    return dict(zip([*OUTCOMES, *CAUSES], zip(*rows)))


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    """Outcomes by steps a year."""
    folder = tmp_path_factory.mktemp("steps")
    return {spy: outcomes(folder / f"{spy}.db", spy=spy) for spy in (1, QUARTERS, 12)}


@pytest.fixture(scope="module")
def raised(tmp_path_factory):
    """Quarters in which hazards, or opportunities to form a tie, are 15 % more."""
    folder = tmp_path_factory.mktemp("raised")
    rows = csv.DictReader(io.StringIO(kumiai("describe", "cooperation", "--format", "csv")))
    default = {row["name"]: row["default"] for row in rows}
    return {kind: outcomes(folder / f"{kind}.db",
                           *(f"{name}={1.15 * float(default[name])}" for name in names))
            for kind, names in (("hazards", HAZARDS), ("opportunities", ["formation.rate"]))}


def equivalent(one, other, share=MARGIN):
    """Whether the mean of `one` is within a share of that of `other`, by two one-sided tests."""
    margin = share * abs(sum(other) / len(other))
    lower = stats.ttest_ind([x + margin for x in one], other, equal_var=False,
                            alternative="greater").pvalue
    upper = stats.ttest_ind([x - margin for x in one], other, equal_var=False,
                            alternative="less").pvalue
    return max(lower, upper) < ALPHA


@pytest.mark.parametrize("spy", [1, 12])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_length_of_a_step_does_not_matter(steps, spy, outcome):
    one, other = (steps[k][outcome] for k in (spy, QUARTERS))
    ratio = sum(one) / sum(other)
    print(f"{outcome} at {spy} steps a year: {100 * (ratio - 1):+.2f} % of that of quarters")
    assert equivalent(one, other), ratio


@pytest.mark.parametrize("cause", CAUSES)
def test_months_and_quarters_agree_on_causes_of_end(steps, cause):
    assert equivalent(steps[12][cause], steps[QUARTERS][cause], 2 * MARGIN)


@pytest.mark.parametrize("kind, outcome", [
    ("hazards", "survival_5y"),
    ("opportunities", "ties"), ("opportunities", "formed"), ("opportunities", "ended")])
def test_rates_that_are_15_percent_off_are_found_out(steps, raised, kind, outcome):
    assert not equivalent(raised[kind][outcome], steps[QUARTERS][outcome])


def test_few_runs_prove_nothing(steps):
    """Not to see a difference is no equivalence: three runs of the same world cannot."""
    ties = steps[QUARTERS]["ties"]
    assert not equivalent(ties[:3], ties[3:6])
    assert equivalent(ties[::2], ties[1::2]), "thirty can"
