# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked and what was run: questions, settings that differ, seeds, builds, failures."""

import math
import re
from pathlib import Path

from kumiai import comparable, database, results
from kumiai.matching import forbids  # noqa: F401  # for the parts

from .language import say, translated

ROOT = Path(__file__).resolve().parents[3]
META = (("program_version", "kumiai"), ("build_id", "build"), ("source_digest", "source digest"),
        ("math_version", "mathematics"), ("rng_version", "random numbers"), ("processor", "processor"),
        ("created", "created"), ("detail", "detail"), ("command_line", "command"))
# Settings of how to run, not of what is asked.
NOT_ASKED = ("run.seed", "run.reps", "run.timeout", "output.", "data_")
MOST_DIFFERENCES = 12
LONG_ENOUGH = 60  # letters of a question after whose second sentence no more is shown
_OF_SWEEP = re.compile(r"^sweep\s*=", re.MULTILINE)  # what a scenario's file has not
# Of a tag of parameters: (words of one, words of several).
SOURCES = {"B": ("{n} is background knowledge, not verified", "{n} are background knowledge, not verified"),
           "D": ("{n} is derived from sources", "{n} are derived from sources"),
           "F": ("{n} is from public documents", "{n} are from public documents"),
           "S": ("{n} is from Sasaki and Kojima (2019)", "{n} are from Sasaki and Kojima (2019)")}


def differences(scenario, reference):
    """Settings that differ from the reference: [(name, value, value there)]; none of files of schema version 1."""
    try:
        mine, there = results.settings(scenario), results.settings(reference)
    except results.Absent:
        return []
    names = [n for n in dict.fromkeys([*there, *mine]) if not n.startswith(NOT_ASKED)]
    return [(n, str(mine.get(n, say("not set"))), str(there.get(n, say("not set")))) for n in names
            if mine.get(n) != there.get(n)]


def question(scenario_file, name):
    """The question at the head of a scenario's file: its first comment, '' without the file.

    Results files name the scenario's file but do not hold its comments.
    """
    if not scenario_file:
        return ""
    for folder in (Path(), ROOT):
        path = folder / scenario_file
        if path.is_file() and path.stem == name:
            return _shortened(translated(_first_comment(path.read_text(encoding="utf-8", errors="replace"))))
    return ""


def question_of(scenario):
    """The question at the head of the file of a scenario, '' without it."""
    return question(_file_and_digest(scenario)[0], scenario.name)


def question_of_sweep(study):
    """The question at the head of the sweep's file, which the command names, else of its scenario's; '' without both."""
    command = dict(database.rows(study.paths[0], "SELECT key, value FROM meta")).get("command_line", "")
    for word in command.split():
        for folder in (Path(), ROOT):
            if word.endswith(".cfg") and (folder / word).is_file():
                text = (folder / word).read_text(encoding="utf-8", errors="replace")
                if _OF_SWEEP.search(text) and (found := _first_comment(text)):
                    return _shortened(translated(found))
    return question_of(study.first)


def _file_and_digest(scenario):
    return database.rows(scenario.path, "SELECT file, config_digest FROM scenario WHERE "
                         f"scenario_id = {int(scenario.scenario_id)}")[0]


def _shortened(text):
    """The first sentences of a question: of one with its answer's details the question and what is changed."""
    ends = [found.end() for found in re.finditer(r"[.?!](?= |$)|[。？]", text)]
    return text[:next((end for end in ends[1:] if end >= LONG_ENOUGH), len(text))]


def _first_comment(text):
    """The first block of // lines, without the line of the licence."""
    words = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        if "SPDX-License-Identifier" not in line:
            words.append(line[2:].strip())
    return " ".join(words)


def files(study):
    """[(file name, [(label, key, value)] of its origin)]."""
    found = []
    for path in study.paths:
        meta = dict(database.rows(path, "SELECT key, value FROM meta"))
        meta["command_line"] = _command(meta)
        found.append((path.name, [(say(label), key, meta[key]) for key, label in META if meta.get(key)]))
    return found


def _command(meta):
    """The command that made a file; without the program's name where it was another than kumiai, with models of its
    own (then its sources have a digest beside kumiai's): the file does not record that name."""
    line = meta.get("command_line", "")
    return line.removeprefix("kumiai ") if "+" in meta.get("source_digest", "") else line


def origin(study):
    """Where the model's parameters come from, in a sentence; '' where the file does not say."""
    tags = results.parameter_docs(study.paths[0], study.model)["tag"].value_counts()
    total, assumed = int(tags.sum()), int(tags.get("A", 0))
    if not total:
        return ""
    told = [say(words[int(tags[tag]) != 1], n=int(tags[tag])) for tag, words in SOURCES.items() if tag in tags]
    words = ("None of its {total} parameters is an assumption", "Of its {total} parameters {assumed} is an assumption",
             "Of its {total} parameters {assumed} are assumptions")[min(assumed, 2)]
    text = say(words, total=total, assumed=assumed)
    return say("{text}.", text=say("; ").join([text, *told])) \
        + say(" The results file names the source of each (table parameter_doc).")


def failed(study):
    """[(file name, scenario, replicate, seed, note)] of all runs that did not end well."""
    found = []
    for path in study.paths:
        found += [(path.name, *row) for row in database.rows(
            path, "SELECT name, rep, seed, coalesce(note, status) FROM run "
            "JOIN scenario USING (scenario_id) WHERE status <> 'ok' ORDER BY run_id")]
    return found


def _times(study, scenario):
    """The years of the runs of a scenario or, of a model that has only steps, how many they have."""
    if not study.counts_steps:
        return years(scenario)
    found = [count for count, in database.rows(scenario.path, "SELECT DISTINCT steps FROM run WHERE status = 'ok' AND "
                                               f"steps IS NOT NULL AND scenario_id = {int(scenario.scenario_id)}")]
    return _span(found) if found else say("not recorded")


def years(scenario):
    """Fiscal years of the runs in words."""
    try:
        window = results.windows(scenario)
    except results.Absent:
        span = comparable.span(scenario)
        return say("not recorded") if span is None or span.begins is None else _span([int(span.begins), int(span.begins + span.length - 1)])
    # A run ends with its last fiscal year, not with the first day of the next.
    return _span([math.floor(window["start"].min() + 1e-6),
                  math.ceil(window["end"].max() - 1e-6) - 1])


def _span(values):
    """'0 to 19' of numbers."""
    low, high = min(values), max(values)
    return f"{low}" if low == high else say("{low} to {high}", low=low, high=high)


def scenarios(study):
    """One dict per scenario: label, question, what differs, digest, runs, seeds, years."""
    found = []
    for s in study.scenarios:
        file, digest = _file_and_digest(s)
        differs = differences(s, study.first) if s is not study.first else []
        found.append({
            "label": s.label, "question": question(file, s.name), "source": file or "",
            "differs": differs[:MOST_DIFFERENCES], "more": max(0, len(differs) - MOST_DIFFERENCES),
            "digest": digest or "", "ok": s.n, "failed": s.failed, "file": s.path.name,
            "seeds": _span(s.runs["seed"]), "reps": _span(s.runs["rep"]), "years": _times(study, s),
            "points": s.runs["point"].nunique()})
    return found
