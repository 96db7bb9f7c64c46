# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report says in Japanese of every scenario and of every model that is shipped."""

import json
import os
import subprocess

import pytest

from conftest import SCRIPTS

from kumiai.report import facts
from kumiai.report.language import name, speaking, translated

ROOT = SCRIPTS.parent
MODELS = ("cooperation", "contagion", "none", "boltzmann", "saom", "schelling", "sir", "team", "voter")


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").rglob("*.cfg")), ids=lambda path: path.stem)
def test_the_question_of_a_scenario_is_translated(path):
    with speaking("en"):
        asked = facts.question(str(path), path.stem)
    with speaking("ja"):
        assert not asked or not facts.question(str(path), path.stem).isascii(), asked


@pytest.mark.parametrize("model", MODELS)
def test_what_a_model_measures_is_translated(model):
    """Meanings of all columns of the summary and the series, and their names and units."""
    described = json.loads(subprocess.run([os.environ["KUMIAI"], "describe", model, "--format", "json"], check=True,
                                          capture_output=True, text=True).stdout)
    measures = [*described["metrics"], *described["summary"]]
    with speaking("ja"):
        english = [one["description"] for one in measures if translated(one["description"]).isascii()]
        units = {one["unit"].replace("/step", "") for one in measures} - {"", "index", "ratio", "agent_id"}
        unknown = [one["name"] for one in measures if model != "cooperation" and name(one["name"]).isascii()]
        assert (english, unknown, [unit for unit in units if name(unit).isascii()]) == ([], [], [])
    assert measures
