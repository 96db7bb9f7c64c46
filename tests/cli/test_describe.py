# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai describe`: what the descriptors say, complete and the same in every format."""

import csv
import io
import json
import re
import subprocess

import pytest

from conftest import KUMIAI, columns, kumiai
from patience import PATIENCE

MODELS = ["none", "contagion", "cooperation", "boltzmann", "voter", "schelling", "sir", "team", "saom"]
HEAD = ["name", "type", "default", "min", "max", "unit", "choices", "description", "tag", "source",
        "changes", "prior", "constraints"]


def described(*arguments):
    """What a description that must succeed prints."""
    result = kumiai("describe", *arguments)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def as_json(*arguments):
    """The JSON description of a model, or of the program."""
    return json.loads(described(*arguments, "--format", "json"))


def as_rows(*arguments):
    """The CSV description, read back."""
    return list(csv.reader(io.StringIO(described(*arguments, "--format=csv"), newline="")))


# ---- the program itself ----

def test_without_a_model_the_models_and_the_engines_parameters():
    text = described()
    for word in [*MODELS, "run.start_year", "run.steps_per_year", "run.seed", "output.detail"]:
        assert re.search(rf"^  {re.escape(word)}\b", text, re.MULTILINE), word
    assert [model["name"] for model in as_json()["models"]] == MODELS
    names = [row["name"] for row in as_json()["parameters"]]
    assert [row[0] for row in as_rows()[1:]] == names
    assert names[0] == "run.start_year" and names[-1] == "output.every"


def test_the_engines_values():
    rows = {row["name"]: row for row in as_json()["parameters"]}
    assert rows["run.years"]["default"] == 40 and rows["run.years"]["unit"] == "years"
    assert rows["run.steps"]["default"] is None
    assert rows["run.seed"]["max"] == 2**53 - 1 and rows["run.seed"]["min"] == 0
    detail = rows["output.detail"]
    assert detail["type"] == "choice" and detail["default"] == "series"
    assert detail["choices"] == ["summary", "series", "full", "choices"]
    flat = {row[0]: row for row in as_rows()}
    assert flat["run.seed"][HEAD.index("max")] == str(2**53 - 1)
    assert flat["run.steps"][HEAD.index("default")] == ""


# ---- a model ----

@pytest.mark.parametrize("model", MODELS)
def test_every_format_tells_every_name(model):
    data = as_json(model)
    names = [row["name"] for part in ("parameters", "metrics", "summary", "phases", "purposes",
                                      "tables") for row in data[part]]
    names += [field["name"] for table in data["tables"] for field in table["fields"]]
    names += [word for words in (data["ties"] or {}).values() for word in words]
    assert data["name"] == model and data["title"] and data["description"]
    for output in (described(model), described(model, "--format", "markdown")):
        for name in names:
            assert re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", output), name
        for letter, meaning in data["tags"].items():
            assert letter in "SFDBA" and output.count(meaning) == 1


def prior_text(prior):
    """As the CSV has what the JSON has."""
    if prior is None:
        return ""
    order = ("mean", "sd", "mode", "alpha", "beta", "min", "max")
    inner = ", ".join(f"{key}={prior[key]:.10g}" for key in order if prior.get(key) is not None)
    return f"{prior['distribution']}({inner})"


def test_priors_and_constraints_are_told():
    priors = {row["name"]: row["prior"] for row in as_json("contagion")["parameters"]}
    assert priors["contagion.beta"] == {"distribution": "log", "min": 0.005, "max": 0.2}
    assert priors["contagion.gamma"] == {"distribution": "beta", "min": 0, "max": 1, "alpha": 2, "beta": 8}
    assert priors["contagion.rewire"] is None and as_json("contagion")["constraints"] == []
    assert as_json("cooperation")["constraints"][-1] == \
        {"left": "ladder.trainees_trust", "relation": "<=", "right": "ladder.programme_trust",
         "why": "a higher rung asks for no less trust"}
    assert "Prior: log(min=0.005, max=0.2)" in described("contagion")


@pytest.mark.parametrize("model", MODELS)
def test_csv_and_json_agree(model):
    head, *rows = as_rows(model)
    assert head == HEAD
    assert {len(row) for row in rows} == {len(HEAD)}
    for row, item in zip(rows, as_json(model)["parameters"], strict=True):
        for column in ("name", "type", "unit", "description", "tag", "source"):
            assert row[HEAD.index(column)] == item[column]
        assert row[HEAD.index("changes")] == ("only at the start" if item["start_only"]
                                              else "any time")
        assert row[HEAD.index("prior")] == prior_text(item["prior"])
        sides = [f"{c['left']} {c['relation']} {c['right']}" for c in as_json(model)["constraints"]
                 if item["name"] in (c["left"], c["right"])]
        assert row[HEAD.index("constraints")] == "; ".join(sides)
        for column in ("default", "min", "max"):
            value, text = item[column], row[HEAD.index(column)]
            if isinstance(value, bool):
                assert text == str(value).lower()
            elif isinstance(value, (int, float)):
                assert float(text) == value, item["name"]
            else:
                assert text == (value or "")


def test_csv_follows_rfc_4180():
    raw = subprocess.run([KUMIAI, "describe", "cooperation", "--format", "csv"], check=True,
                         capture_output=True, timeout=PATIENCE).stdout
    assert raw.startswith(",".join(HEAD).encode() + b"\r\n") and raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == len(as_rows("cooperation"))
    assert any("," in cell for row in as_rows("cooperation") for cell in row)


@pytest.mark.parametrize("model", MODELS)
def test_defaults_are_accepted_as_settings(model, tmp_path):
    """What is told as the default can be written into a file, and then changes nothing."""
    groups = {}
    for row in as_json(model)["parameters"]:
        if row["type"] == "file":
            continue
        group, leaf = row["name"].split(".")
        value = json.dumps(row["default"])
        if row["type"] == "real" and not re.search(r"[.e]", value):
            value += ".0"
        groups.setdefault(group, []).append(f"{leaf} = {value};")
    text = "".join(f"{group} = {{ {' '.join(leaves)} }};\n" for group, leaves in groups.items())
    path = tmp_path / "all.cfg"
    path.write_text(f'model = "{model}";\n{text}', encoding="utf-8")
    result = kumiai("check", path)
    problems = [line for line in result.stderr.splitlines() if "must be given" not in line]
    assert problems == [] and result.returncode in (0, 2)
    assert result.returncode == 0 or model == "cooperation"


@pytest.mark.parametrize("model", ["none", "contagion"])
def test_metrics_and_summary_are_the_columns_of_a_results_file(model, scenario, tmp_path):
    out = tmp_path / "r.db"
    groups = {"contagion": {"agents": 50}} if model == "contagion" else {"none": {"agents": 5}}
    path = scenario("a", model, run={"steps": 2}, **groups)
    assert kumiai("run", path, "--out", out).returncode == 0
    data = as_json(model)
    assert columns(out, "series")[3:] == [row["name"] for row in data["metrics"]]
    assert columns(out, "summary")[1:] == [row["name"] for row in data["summary"]]


def test_what_the_cooperation_model_tells():
    data = as_json("cooperation")
    assert data["ties"]["modes"] == ["city_to_city", "regional"]
    assert {"kinds", "modes", "forms", "topics", "stages", "causes", "conversions"} == set(data["ties"])
    assert data["ties"]["conversions"] == ["regional_form"]
    assert data["ties"]["forms"] == ["single", "consortium", "prefecture_led", "cooperative", "union"]
    tables = {table["name"]: table for table in data["tables"]}
    roles = {name: table["role"] for name, table in tables.items() if table["role"]}
    assert roles == {"tie": "spells", "project": "episodes", "refusal": "counts", "ledger": "flows", "event": "events",
                     "tie_state": "states", "donor_state": "states", "partner_state": "states"}
    scheme = next(f for f in tables["project"]["fields"] if f["name"] == "scheme")
    assert scheme["type"] == "label" and "own" in scheme["words"]
    files = [row for row in data["parameters"] if row["type"] == "file"]
    assert len(files) == 10 and all(row["default"] is None for row in files)
    assert {row["every"] for row in data["phases"]} == {"step", "year"}
    assert [row["number"] for row in data["purposes"]] == list(
        range(16, 16 + len(data["purposes"])))


# ---- to be read ----

@pytest.mark.parametrize("arguments", [[], *[[model] for model in MODELS]])
def test_text_fits_a_terminal(arguments):
    for line in described(*arguments).splitlines():
        assert len(line) <= 100, line
        assert line == line.rstrip(), repr(line)
        assert "\t" not in line


@pytest.mark.parametrize("arguments", [[], *[[model] for model in MODELS]])
def test_markdown_tables_are_rectangular(arguments):
    lines = described(*arguments, "--format", "markdown").splitlines()
    assert lines[0].startswith("# ")
    width = None
    for line in lines:
        if line.startswith("|"):
            cells = len(re.findall(r"(?<!\\)\|", line))
            assert width in (None, cells), line
            width = cells
        else:
            width = None


# ---- usage ----

@pytest.mark.parametrize("arguments, words", [
    (("coperation",), "did you mean 'cooperation'?"),
    (("zzzzzzzz",), "`kumiai describe` lists them"),
    (("none", "--format", "jsn"), "did you mean 'json'?"),
    (("none", "--format=yaml"), "text, csv, json or markdown"),
    (("--format",), "--format needs"),
    (("--fromat", "json"), "did you mean --format?"),
    (("none", "contagion"), "one model at a time"),
    (("",), "there is no model ''")])
def test_usage(arguments, words):
    result = kumiai("describe", *arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("kumiai describe: ") and words in result.stderr


def test_help():
    result = kumiai("describe", "--help")
    assert result.returncode == 0 and result.stderr == ""
    assert result.stdout.startswith("Usage: kumiai describe")


def test_a_full_disk_is_no_success():
    for form in ("text", "csv", "json", "markdown"):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([KUMIAI, "describe", "none", "--format", form], check=False,
                                    stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE)
        assert result.returncode == 1 and b"could not be written" in result.stderr


# ---- the state ----

def test_the_state_in_both_formats():
    data = as_json("none")
    assert data["populations"] == [{"name": "agent", "parameter": "none.agents", "grows": False,
                                    "description": "Those who walk."}]
    assert data["state"] == [{"name": "place", "kind": "column", "population": "agent", "network": None,
                              "type": "integer", "cells": 1, "unit": "places",
                              "description": "Where an agent stands on the line."}]
    text = described("none")
    for line in (r"  agent\s+none\.agents\s+Those who walk\.",
                 r"  place\s+agent\s+integer\s+places\s+Where an agent stands on the line\."):
        assert re.search(line, text), line


def test_every_row_of_the_state_is_described():
    data = as_json("cooperation")
    populations = {row["name"] for row in data["populations"]}
    names = [row["name"] for row in data["state"]]
    assert len(names) == len(set(names)) > 100
    for row in data["state"]:
        assert row["description"] and row["cells"] >= 1, row["name"]
        alone = row["kind"] in ("value", "own")
        assert (row["population"] is None) if alone else row["population"] in populations, row["name"]
        assert (row["type"] is None) == (row["kind"] in ("derived", "scratch", "own")), row["name"]
    text = described("cooperation")
    for row in data["state"]:
        assert (row["name"] in text) or row["kind"] in ("derived", "scratch", "own"), row["name"]


def test_networks_in_both_formats():
    assert as_json("contagion")["networks"] == [
        {"name": "graph", "kind": "graph", "population": "agent", "heads": None, "table": None, "directed": False,
         "recorded": False,
         "description": "Who meets whom."}]
    assert [(row["population"], row["heads"], row["directed"]) for row in as_json("saom")["networks"]] == [("actor", "actor", True)]
    assert re.search(r"  made\s+arcs\s+from actor to actor\s+", described("saom"))
    assert [(row["name"], row["recorded"]) for row in as_json("cooperation")["networks"]] == [("ties", True)]
    assert [row["directed"] for row in as_json("cooperation")["networks"]] == [True]
    assert [row["directed"] for row in as_json("team")["networks"]] == [False]
    assert {row["table"] for name in ("cooperation", "team") for row in as_json(name)["networks"]} == {"tie"}
    assert re.search(r"  ties\s+ties, table tie\s+any agents", described("cooperation"))
    assert as_json("none")["networks"] == []
    assert re.search(r"Networks\n.*\n  graph\s+graph\s+agent\s+Who meets whom\.", described("contagion"))
    assert "Networks" not in described("none")
