# SPDX-License-Identifier: GPL-3.0-or-later
"""ODD.md says what the program says of itself: tables, process order, words, links."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "odd_tables.py"
sys.path.insert(0, str(SCRIPT.parent))  # what it imports
TEXT = (ROOT / "models" / "cooperation" / "ODD.md").read_text(encoding="utf-8")
GENERATED = re.compile(r"<!-- tables: \w+ -->\n.*?<!-- end of tables -->", re.DOTALL)
BY_HAND = GENERATED.sub("", TEXT)


@pytest.fixture(scope="module")
def odd_tables():
    spec = importlib.util.spec_from_file_location("odd_tables", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def model(odd_tables):
    return odd_tables.describe(os.environ.get("KUMIAI", "kumiai"))


def test_tables_are_those_of_the_program():
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def change(model, path, value):
    """The model's description with one value changed."""
    place = model
    for key in path[:-1]:
        place = place[key]
    old, place[path[-1]] = place[path[-1]], value
    return lambda: place.__setitem__(path[-1], old)


@pytest.mark.parametrize("path", [("parameters", 0, "default"), ("parameters", 9, "max"),
                                  ("parameters", 20, "source"), ("parameters", 30, "unit"),
                                  ("metrics", 3, "description"), ("summary", 4, "how"),
                                  ("phases", 2, "name"), ("ties", "conversions"), ("purposes", 5, "name")],
                         ids=str)
def test_any_change_of_the_model_is_drift(odd_tables, model, path):
    undo = change(model, path, ["x"] if path == ("ties", "conversions") else "9876")
    try:
        assert odd_tables.renew(TEXT, model) != TEXT
    finally:
        undo()
    assert odd_tables.renew(TEXT, model) == TEXT


def test_a_lost_marker_is_refused(odd_tables, model):
    with pytest.raises(ValueError, match="metrics"):
        odd_tables.renew(TEXT.replace("<!-- tables: metrics -->", ""), model)


def test_figure_names_the_phases_in_their_order(model):
    """Read apart from what wrote it: nodes by number, and the chain of arrows."""
    figure = TEXT[TEXT.index("```mermaid"):]
    figure = figure[:figure.index("```\n")]
    names = [phase["name"] for phase in model["phases"]]
    nodes = re.findall(r'^  (\w+)(?:\[|\(\[)"(\d+) (\w+)"', figure, re.MULTILINE)
    assert nodes == [(name, str(k), name) for k, name in enumerate(names, 1)]
    rows = re.findall(r"^    (\w+(?: --> \w+)*)$", figure, re.MULTILINE)
    assert [name for row in rows for name in row.split(" --> ")] == names
    assert re.findall(r"row(\d+) --> row(\d+)", figure) == \
        [(str(k), str(k + 1)) for k in range(1, len(rows))]


def test_every_group_of_parameters_is_linked_from_a_submodel(odd_tables, model):
    for group in odd_tables.groups(model):
        assert f"](#parameters-of-{group})" in BY_HAND, group


def test_links_lead_somewhere():
    heads = re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
    assert {found for found in re.findall(r"\]\(#([^)]+)\)", TEXT)} <= anchors


def test_every_parameter_named_in_the_text_exists(odd_tables, model):
    """A name that ends in < or … stands for several."""
    known = {p["name"] for p in model["parameters"]}
    groups = "|".join(odd_tables.groups(model))
    named = set(re.findall(rf"(?<![\w.])((?:{groups})\.\w+[<…]?)", BY_HAND))
    named -= {name for name in named if name.endswith(".c")}  # a file of the same name
    assert {name for name in named if not any(
        full == name or (name[-1] in "<…" and full.startswith(name[:-1])) for full in known)} == set()


def test_every_purpose_word_of_the_draws_is_explained(model):
    """In the table by key; a purpose without its key cannot be drawn again."""
    missing = [p["name"] for p in model["purposes"]
               if not re.search(rf"\b{p['name']}\b", BY_HAND)]
    assert missing == []
