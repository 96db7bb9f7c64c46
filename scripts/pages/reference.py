# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages from what the program says of itself, and a page for each scenario: {name of the page: Markdown}."""

import contextlib
import importlib
import io
import json
import re
import subprocess

from pages.studies import POSTERIOR, ROOT

SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"


def said(*command):
    """Standard output of a command."""
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, cwd=ROOT).stdout


def described(program, model):
    """What the program says of a model."""
    return json.loads(said(program, "describe", model, "--format", "json"))


def table(head, rows):
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", r"\|") for cell in line) + " |" for line in lines) + "\n"


def number(value):
    """A value as one writes it by hand."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value or "—"
    return f"{int(value):,}" if value == int(value) and abs(value) < 1e15 else repr(value)


# ---- commands ----


def help_of(name):
    """What --help of a script says; its command is called here, so that what all import is read once."""
    command = importlib.import_module(f"kumiai.commands.{name}")
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        command.main(["--help"])
    return out.getvalue()


def commands(program):
    """A page for each command of the program and of the package: what --help says."""
    names = re.findall(r"^  (\w+)  ", said(program, "--help"), re.MULTILINE)
    found = {f"reference/commands/{name}": f"# kumiai {name}\n\n```text\n{said(program, name, '--help')}```\n"
             for name in names}
    package = (ROOT / "scripts/kumiai/commands").glob("[!_]*.py")
    for name in sorted(path.stem for path in package if (ROOT / "scripts" / path.name).exists()):
        text = help_of(name)
        found[f"reference/commands/{name}-py"] = f"# {name}.py\n\n```text\n{text}```\n"
    return found


# ---- parameters ----


def plausible(prior):
    """The plausible range of a parameter, or its distribution."""
    if not prior:
        return "—"
    rest = {k: v for k, v in prior.items() if k not in ("distribution", "min", "max") and v is not None}
    more = "".join(f", {key} {number(value)}" for key, value in rest.items() if not isinstance(value, (list, dict)))
    return f"{number(prior.get('min'))} … {number(prior.get('max'))} ({prior['distribution']}{more})"


def valid(parameter):
    """What the program accepts."""
    if parameter.get("choices"):
        return ", ".join(parameter["choices"])
    if parameter["min"] is None and parameter["max"] is None:
        return "—"
    return f"{number(parameter['min'])} … {number(parameter['max'])}"


def parameter(p, tags):
    """A parameter as a section."""
    start = "; read only at the start of a run" if p["start_only"] else ""
    rows = [("default", number(p["default"]) + (f" {p['unit']}" if p["unit"] else "")), ("plausible", plausible(p["prior"])),
            ("valid", valid(p)), ("source", f"**{p['tag']}** ({tags[p['tag']]}): {p['source']}" if p["tag"] else "—")]
    return f"## `{p['name']}`\n\n{p['description']}{start}.\n\n{table(('', p['type']), rows)}\n"


def parameters(model):
    """A page for each group of parameters, and the list of groups with constraints."""
    groups = {}
    for p in model["parameters"]:
        groups.setdefault(p["name"].split(".")[0], []).append(p)
    pages = {f"reference/parameters/{name}": f"# {name}: parameters\n\n" + "\n".join(parameter(p, model["tags"]) for p in of)
             for name, of in groups.items()}
    rows = [(f"[{name}]({name}.md)", len(of), ", ".join(f"`{p['name'].split('.', 1)[1]}`" for p in of))
            for name, of in groups.items()]
    limits = [(f"`{c['left']} {c['relation']} {c['right']}`", c["why"]) for c in model["constraints"]]
    agents = [(f"`{p['name']}`", p["type"], valid(p), p["unit"] or "—", ", ".join(p["kinds"]), p["description"])
              for p in model["agent_parameters"]]
    pages["reference/parameters/index"] = (
        f"# Parameters of {model['name']}\n\n*Plausible* is the range that `sweep` and `calibrate` take by default; *valid* "
        f"is what the program accepts.\n\n{table(('group', 'number', 'parameters'), rows)}\n## Constraints\n\n"
        f"{table(('holds', 'why'), limits)}\n## What interventions set on agents\n\n"
        f"{table(('name', 'type', 'range', 'unit', 'of', 'what'), agents)}\n" + contents(sorted(pages), "reference/parameters"))
    return pages


# ---- metrics and tables ----


def metrics(model):
    """The page of what a run measures."""
    series = [(f"`{m['name']}`", m["unit"], m["description"]) for m in model["metrics"]]
    summary = [(f"`{r['name']}`", r["unit"], r["how"], r["description"]) for r in model["summary"]]
    return (f"# Metrics of {model['name']}\n\n## In table series\n\n{table(('metric', 'unit', 'what'), series)}\n"
            f"## In table summary\n\n{table(('column', 'unit', 'how', 'what'), summary)}")


def tables(model):
    """The page of the model's own tables."""
    parts = [f"# Tables of {model['name']}\n\nThe tables that every model has are on the page of the "
             "[results file](results-file.md).\n"]
    for t in model["tables"]:
        rows = [(f"`{f['name']}`", f["type"], f["description"], ", ".join(f.get("words", [])) or "—") for f in t["fields"]]
        parts.append(f"## `{t['name']}`\n\n{t['description']}.\n\n{table(('column', 'type', 'what', 'words'), rows)}")
    words = [(f"`{name}`", ", ".join(known) if isinstance(known, list) else str(known)) for name, known in
             model["ties"].items() if known]
    return "\n".join([*parts, f"## Words of ties\n\n{table(('words', 'which'), words)}"])


# ---- scenarios ----


def opening(text):
    """(the comment at the head of a configuration as prose, the rest of it)."""
    lines = text.replace(SPDX, "", 1).splitlines()
    head = 0
    while head < len(lines) and lines[head].startswith("//"):
        head += 1
    prose = " ".join(line.removeprefix("//").strip() for line in lines[:head])
    return prose, "\n".join(lines[head:]).strip()


def model_of(path):
    """The model of a scenario or, where it names none, of its base."""
    settings = path.read_text(encoding="utf-8")
    if named := re.search(r'^model = "(\w+)";', settings, re.MULTILINE):
        return named[1]
    base = re.search(r'^(?:base|scenario) = "([^"]+)";', settings, re.MULTILINE)
    return model_of((path.parent / base[1]).resolve())


def scenario(path):
    """The page of a scenario or a sweep: its question, its settings, and how to run it."""
    prose, settings = opening(path.read_text(encoding="utf-8"))
    prose = re.sub(r"([_*<>\[\]])", r"\\\1", prose)
    file = path.relative_to(ROOT)
    sweep = path.parent.name == "sweeps"
    draws = f" --draws {POSTERIOR}" if model_of(path) == "cooperation" else ""  # what the data leave open
    command = f"sweep {file}" if sweep else f"run {file}{draws}"
    how = f"build/release/kumiai {command} --out results/{path.stem}.db"
    return f"# {path.stem}\n\n{prose}\n\n```text\n{settings}\n```\n\nTo run it:\n\n```sh\n{how}\n```\n"


def scenarios():
    """A page for each scenario and sweep."""
    files = sorted((ROOT / "scenarios").glob("*.cfg")) + sorted((ROOT / "scenarios/sweeps").glob("*.cfg"))
    return {f"scenarios/{'sweep-' if path.parent.name == 'sweeps' else ''}{path.stem}": scenario(path) for path in files}


def contents(pages, folder):
    """The table of contents of a chapter."""
    lines = [str(page).removeprefix(f"{folder}/") for page in pages]
    return "```{toctree}\n:hidden:\n\n" + "\n".join(lines) + "\n```\n"
