#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the tables of ODD.md from what the program says of its model.

Parts of the text between <!-- tables: NAME --> and <!-- end of tables --> are made anew from
`kumiai describe`: the figure and the table of the process order, the words of the results, the
parameters by group, metrics and reducers. The rest of the text stays as it is.

Exit: 0 done; 1 failed, or with --check something is out of date; 2 wrong use; 130 interrupted.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

from kumiai.results import ResultsError
from kumiai import cli, output

NAME = "odd_tables.py"
ROOT = Path(__file__).resolve().parents[1]
TEXT = ROOT / "models" / "cooperation" / "ODD.md"
PART = re.compile(r"(<!-- tables: (\w+) -->\n).*?(<!-- end of tables -->)", re.DOTALL)
PER_ROW = 5  # phases side by side in the figure


def table(head, rows):
    """A table in Markdown; what would end a cell is quoted."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", r"\|") for cell in line) + " |"
                     for line in lines)


def number(value):
    """A value as one writes it by hand: 30,000,000, 0.07, true."""
    if value is None or isinstance(value, (bool, str)):
        return {None: "—", True: "true", False: "false"}.get(value, value)
    return f"{int(value):,}" if value == int(value) and abs(value) < 1e15 else repr(value)


# ---- process order ----


def figure(model):
    """The phases of a step as a flow chart; those of the year alone are drawn in another form."""
    lines = ["```mermaid", "flowchart TD"]
    for k, phase in enumerate(model["phases"], 1):
        left, right = ("([", "])") if phase["every"] == "year" else ("[", "]")
        lines.append(f'  {phase["name"]}{left}"{k} {phase["name"]}"{right}')
    names = [phase["name"] for phase in model["phases"]]
    rows = [names[k:k + PER_ROW] for k in range(0, len(names), PER_ROW)]
    for k, row in enumerate(rows):
        lines += [f"  subgraph row{k + 1}[ ]", "    direction LR", "    " + " --> ".join(row), "  end"]
    # Between rows and not between phases: a link from inside would undo a row's direction.
    lines += [f"  row{k} --> row{k + 1}" for k in range(1, len(rows))]
    lines += [f"  row{len(rows)} -->|next step| row1", "```", "",
              "Rounded: in the first step of a fiscal year only."]
    return "\n".join(lines)


def phases(model):
    rows = [(k, phase["name"], phase["every"], phase["description"])
            for k, phase in enumerate(model["phases"], 1)]
    return table(("#", "phase", "every", "what (mechanisms)"), rows)


def words(model):
    """Every word that a results file can hold, by the column that holds it."""
    rows = []
    for part in model["tables"]:
        rows += [(f"`{part['name']}.{field['name']}`", field["words"]) for field in part["fields"] if "words" in field]
        if part["role"] == "spells":
            rows.append((f"`{part['name']}.cause` of what goes on as another tie", model["ties"]["conversions"]))
    first = {}
    for column, known in rows:
        first.setdefault(tuple(known), []).append(column)
    return table(("column", "words, in the order of their numbers"),
                 [(", ".join(columns), " · ".join(known)) for known, columns in first.items()])


# ---- parameters, metrics ----


def groups(model):
    """{group: its parameters}, in the order of the program."""
    found = {}
    for parameter in model["parameters"]:
        found.setdefault(parameter["name"].split(".")[0], []).append(parameter)
    return found


def allowed(parameter):
    """The range, or the words of a choice."""
    if parameter.get("choices"):
        return ", ".join(parameter["choices"])
    if parameter["min"] is None:
        return "—"
    return f'{number(parameter["min"])} … {number(parameter["max"])}'


def parameter_row(parameter):
    name = f'`{parameter["name"]}`' + (" °" if parameter["start_only"] else "")
    return (name, number(parameter["default"]), allowed(parameter), parameter["unit"] or "—",
            parameter["description"], f'**{parameter["tag"]}** {parameter["source"]}')


def parameters(model):
    parts = []
    for group, rows in groups(model).items():
        head = ("name", "default", "range", "unit", "what", "source")
        parts += [f"### Parameters of {group}", "", table(head, map(parameter_row, rows)), ""]
    return "\n".join(parts).rstrip()


def agent_parameters(model):
    """What interventions set on agents, and the classes by which they choose these."""
    rows = [(f'`{p["name"]}`', p["type"], allowed(p), p["unit"] or "—", ", ".join(p["kinds"]),
             ", ".join(p.get("with", [])) or "—", p["description"], f'**{p["tag"]}** {p["source"]}')
            for p in model["agent_parameters"]]
    known = [(f'`{c["name"]}`', c["description"]) for c in model["agent_classes"]]
    head = ("name", "type", "range", "unit", "of", "and", "what", "source")
    return "\n\n".join((table(head, rows), table(("class", "what"), known)))


def metrics(model):
    return table(("metric", "unit", "what"),
                 [(f'`{m["name"]}`', m["unit"], m["description"]) for m in model["metrics"]])


def window(reducer):
    """The years that a reducer looks at."""
    if reducer["from"] is None:
        return "—" if reducer["how"] == "model" else "all"
    return f'{reducer["from"]:g} to before {reducer["to"]:g}'


def reducers(model):
    rows = [(f'`{r["name"]}`', r["unit"], r["how"], window(r), r["description"])
            for r in model["summary"]]
    return table(("reducer", "unit", "how", "years", "what"), rows)


def purposes(model):
    return ", ".join(f'{p["number"]} {p["name"]}' for p in model["purposes"])


MAKERS = {maker.__name__: maker for maker in (figure, phases, words, parameters, agent_parameters,
                                              metrics, reducers, purposes)}


# ---- the text ----


def describe(program):
    """What the program says of the model."""
    command = [program, "describe", "cooperation", "--format", "json"]
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    if found.returncode:
        raise ValueError(f"{' '.join(map(str, command))} ended with exit code {found.returncode}")
    try:
        return json.loads(found.stdout)
    except ValueError as error:
        raise ValueError(f"{' '.join(map(str, command))} wrote no JSON: {error}") from error


def renew(text, model):
    """The text with all its tables made anew."""
    present = [found[2] for found in PART.finditer(text)]
    if sorted(present) != sorted(MAKERS):
        raise ValueError(f"the text has tables {', '.join(sorted(present))}; "
                         f"it should have {', '.join(sorted(MAKERS))}, each once")
    return PART.sub(lambda part: part[1] + MAKERS[part[2]](model) + "\n" + part[3], text)


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 when out of date")
    parser.add_argument("--kumiai", metavar="PROGRAM",
                        default=os.environ.get("KUMIAI", ROOT / "build" / "release" / "kumiai"),
                        help="the program to ask (default: build/release/kumiai)")
    return parser.parse_args(argv)


def write(options):
    """Writes the text anew, or tells that it should be."""
    old = TEXT.read_text(encoding="utf-8")
    try:
        new = renew(old, describe(options.kumiai))
    except ValueError as error:
        raise ResultsError(f"{error}.", 1) from error
    if new == old:
        return
    if options.check:
        raise ResultsError(f"the tables of {TEXT} are out of date; run scripts/odd_tables.py.", 1)
    output.replace(TEXT, new)


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, write, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
