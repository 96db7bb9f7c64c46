# SPDX-License-Identifier: GPL-3.0-or-later
"""Outsiders recover what makes ties last from what their ends looked at in each step (estimate.R). Data made with
another weight are found out."""

import numpy as np
import pandas as pd
import pytest

from estimated import FALSE_ALARM, Estimated, within_two


@pytest.fixture(scope="module")
def hazards(tmp_path_factory):
    """In months, so that what happens within a step hardly matters."""
    return Estimated(tmp_path_factory.mktemp("hazards"), "hazards", ("tie_risk",), 4, "run.steps_per_year=12")


COX = {"turnover": {"held": None, "log(missing)": 1, "log(priority_fall)": 1}, "dormancy": {"held": None},
       "grant": {"held": None, "log(missing)": 1}, "exit": {"agreed": None, "log(1 - interest)": 1}}


def hazard_levels(made):
    return made.of("level", lambda cause: np.log(made.configured(f"upkeep.{cause}")))


def effects(made, damping):
    """Of the Cox models: of promises the logarithm of a factor, of what a hazard is per unit of 1."""
    return {part: made.of(part, lambda term, of=of: np.log(damping) if of[term] is None else of[term])
            for part, of in COX.items()}


def test_hazards_give_back_their_levels(hazards):
    found = hazard_levels(hazards)
    print(found)
    assert len(found) == 6 and within_two(found["z"]) and found["z"].abs().max() < 4


def test_covariates_that_change_give_back_their_effects(hazards):
    found = effects(hazards, hazards.configured("upkeep.institution_damping"))
    together = pd.concat(found)
    print(together)
    assert list(together.index) == [(part, term) for part, of in COX.items() for term in of]
    assert within_two(together["z"]), together
    for part, one in found.items():
        assert hazards.distance(part, one) > FALSE_ALARM, one


def test_wrong_hazards_are_found_out(tmp_path, hazards):
    wrong = {"upkeep.dormancy": 0.4, "upkeep.partner_exit": 0.2, "upkeep.institution_damping": 0.3}
    made = Estimated(tmp_path, "hazards", ("tie_risk",), 2, "run.steps_per_year=12",
                     *(f"{k}={v}" for k, v in wrong.items()))
    assert within_two(hazard_levels(made)["z"])
    assert within_two(pd.concat(effects(made, 0.3))["z"])
    supposed = made.of("level", lambda cause: np.log(hazards.configured(f"upkeep.{cause}")))
    assert (supposed.loc[["dormancy", "partner_exit"], "z"].abs() > 3).all(), supposed
    supposed = effects(made, hazards.configured("upkeep.institution_damping"))
    assert abs(supposed["dormancy"].loc["held", "z"]) > 3, supposed["dormancy"]


def test_endings_give_back_what_keeping_is_worth(tmp_path):
    """In a world that reconsiders ties often and gives them up seldom, so that there are enough endings."""
    made = Estimated(tmp_path, "keeping", ("tie_risk",), 8, "upkeep.goal_mismatch=50", "upkeep.inertia=9")
    found = made.of("keeping", made.weight_of("tie_risk"))
    print(found)
    assert len(found) == 10 and within_two(found["z"]), found
    assert made.distance("keeping", found) > FALSE_ALARM, found
    found["z"] = found["estimate"] / found["se"]
    assert (found.loc[["match", "priority", "trust"], "z"] > 3).all()
