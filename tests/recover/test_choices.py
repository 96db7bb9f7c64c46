# SPDX-License-Identifier: GPL-3.0-or-later
"""Outsiders recover the weights of donors and partners from their choices (estimate.R). Data made with another
weight are found out."""

import re
import subprocess

import numpy as np
import pandas as pd
import pytest
from statsmodels.discrete.conditional_models import ConditionalLogit

from estimated import FALSE_ALARM, KUMIAI, ROOT, Estimated, within_two


@pytest.fixture(scope="module")
def choices(tmp_path_factory):
    return Estimated(tmp_path_factory.mktemp("choices"), "choices", ("choice", "acceptance"), 8)


@pytest.mark.parametrize("part, terms", [("choice", 12), ("acceptance", 5)])
def test_choices_give_back_the_weights(choices, part, terms):
    """All weights of both sides, what doing nothing is worth among them, from all runs."""
    found = choices.of(part, choices.weight_of(part))
    print(found)
    assert len(found) == terms
    assert within_two(found["z"]), found
    assert choices.distance(part, found) > FALSE_ALARM, found


def test_each_run_has_intervals_that_are_right(choices):
    """Of the intervals of single runs as many hold the weight as should."""
    runs = [r for r in choices.estimates["run"].unique() if r]
    z = pd.concat([choices.of(part, choices.weight_of(part), run)["z"] for part in ("choice", "acceptance")
                   for run in runs])
    print(f"{(z.abs() <= 2).mean():.3f} of {len(z)} intervals")
    assert len(z) == 17 * len(runs) and within_two(z)
    assert abs(z.mean()) < 4 / np.sqrt(len(z)) and 0.8 < z.std() < 1.25


def test_statsmodels_says_the_same(choices):
    """A second program, from one run: it stays where R has come to, and has the same standard errors."""
    data = pd.read_csv(choices.folder / "choice.csv").query("run_id == 1")
    statistics = list(data.loc[:, "nobody":])
    found = choices.of("choice", choices.weight_of("choice"), 1)
    fit = ConditionalLogit(data["chosen"], data[statistics], groups=data["choice_id"]).fit(
        start_params=found.loc[statistics, "estimate"].to_numpy(), method="bfgs", disp=False, maxiter=3)
    assert (np.abs(fit.params[found.index] - found["estimate"]) < 0.02 * found["se"]).all()
    assert np.allclose(fit.bse[found.index], found["se"], rtol=0.02)


def test_a_wrong_weight_is_found_out(tmp_path, choices):
    """Data of other weights: recovered, and more than three standard errors from those of the baseline."""
    wrong = {"formation.match": 8.0, "formation.popularity": 0.5, "formation.partner_interest": 2.0}
    made = Estimated(tmp_path, "choices", ("choice", "acceptance"), 4, *(f"{k}={v}" for k, v in wrong.items()))
    for part in ("choice", "acceptance"):
        found = made.of(part, made.weight_of(part))
        assert within_two(found["z"]) and made.distance(part, found) > FALSE_ALARM, found
        supposed = made.of(part, choices.weight_of(part))
        moved = [term for term in found.index if made.weights[part, term] in wrong]
        assert moved and (supposed.loc[moved, "z"].abs() > 3).all(), supposed
        assert made.distance(part, supposed) < 1e-6


def test_the_example_of_the_page_runs(tmp_path):
    """And what it calls the weights is right."""
    page = (ROOT / "scripts" / "EXPORT.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```r\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    for words in ([KUMIAI, "run", ROOT / "scenarios" / "baseline.cfg", "--reps", "2", "--detail", "choices", "--quiet", "--out",
                   "choices.db"], [ROOT / "scripts" / "kumiai-export", "choices.db", "--to", "tables_of_choices"]):
        subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)
    code += 'cat(coef(donors)["match"], coef(partners)["interest"], exp(coef(exits)["agreed"]), file = "found.txt")\n'
    done = subprocess.run(["Rscript", "--vanilla", "-e", code], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    match, interest, damping = map(float, (tmp_path / "found.txt").read_text(encoding="utf-8").split())
    assert 4.5 < match < 7.5 and 0.5 < interest < 1.5 and 0.05 < damping < 0.2
