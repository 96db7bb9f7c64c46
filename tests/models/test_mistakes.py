# SPDX-License-Identifier: GPL-3.0-or-later
"""What the compiler says of an author's mistakes, made in the template; and that the models which
belong to no folder of tests of their own hold all contracts of the engine."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

KUMIAI = os.environ.get("KUMIAI", "kumiai")
ROOT = Path(os.environ.get("KUMIAI_SOURCE_DIR", Path(__file__).resolve().parents[2]))
TEMPLATE = (ROOT / "models/none/none.c").read_text(encoding="utf-8")

MISTAKES = {
    "a short member": ("    int64_t agents;\n", "    int32_t agents;\n",
                       "params_t.agents must be of type int64_t"),
    "a whole member": ("    double right;\n", "    int64_t right;\n",
                       "params_t.right must be of type double"),
    "no end": ("metrics[METRIC_COUNT + 1]", "metrics[METRIC_COUNT]",
               "the table `metrics` must have one entry more than METRIC_COUNT"),
    "start_only without its end": ('{"none.agents", NULL}', '{"none.agents"}',
                                   "the table `start_only` must have one entry more than 1"),
    "reducers without their end": ('     "place_mean", 0, 0},\n    {.name = NULL},\n', '     "place_mean", 0, 0},\n',
                                   "the table `reducers` must have one entry more than 1"),
    "purposes without their end": ('{"walk", NULL}', '{"walk"}', "the table `purposes` must have one entry more than"),
    "a purpose without a name": ("PURPOSE_WALK = SIM_RNG_PURPOSE_MODEL,", "PURPOSE_WALK = SIM_RNG_PURPOSE_MODEL, PURPOSE_REST,",
                                 "the table `purposes` must have one entry more than"),
    "phases without their end": ("     .decide = walk_decide},\n    {.name = NULL},\n", "     .decide = walk_decide},\n",
                                 "the table `phases` must have one entry more than 1"),
    "a column of a type that is none": ("int32_t *place;", "float *place;",
                                        "state_t.place must be double, int64_t, int32_t, uint32_t, uint16_t or uint8_t "
                                        "(in a column a pointer to one) for this row"),
    "a population that is none": ("sim_state_population_t agent;", "uint64_t agent;",
                                  "state_t.agent must be of type sim_state_population_t for this row"),
    "a draw without a cursor": ("sim_rng_chance(&draw,", "sim_rng_chance(rng,", "sim_rng_draw_t"),
}


def compiled(tmp_path, text):
    """What the compiler says of the template's text; it makes nothing."""
    source = tmp_path / "model.c"
    source.write_text(text, encoding="utf-8")
    return subprocess.run(["gcc", "-std=c11", "-Wall", "-Werror", "-fopenmp", "-fsyntax-only", f"-I{ROOT}",
                           source], check=False, capture_output=True, text=True, timeout=100)


def test_the_template_itself_compiles(tmp_path):
    result = compiled(tmp_path, TEMPLATE)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_compiler_names_the_mistake(tmp_path, mistake):
    right, wrong, said = MISTAKES[mistake]
    assert TEMPLATE.count(right) == 1
    result = compiled(tmp_path, TEMPLATE.replace(right, wrong))
    assert result.returncode != 0 and said in result.stderr, result.stderr


@pytest.mark.parametrize("scenario", ["none", "contagion"])
def test_the_twin_agrees(tmp_path, scenario):
    out = tmp_path / "r.db"
    result = subprocess.run([KUMIAI, "run", ROOT / f"scenarios/{scenario}.cfg", "--out", out,
                             "--reps", "2", "--threads", "2", "--paranoid", "--quiet",
                             "--set", "run.steps=20",
                             *(["--set", "contagion.agents=20000"] if scenario == "contagion" else [])],
                            check=False, capture_output=True, text=True, timeout=100)
    with closing(sqlite3.connect(out)) as db:
        assert db.execute("SELECT DISTINCT status, note FROM run").fetchall() == [("ok", None)]
    assert result.returncode == 0, result.stderr
