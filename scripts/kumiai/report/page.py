# SPDX-License-Identifier: GPL-3.0-or-later
"""The page: answer, map, claims, methods, provenance; template filled, everything inlined."""

import json
import re
from dataclasses import replace
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from kumiai import colours, results

from . import (alike_parts, clock, facts, few, findings, first, map_picture, network_parts, observed_parts, parts, places, queries,
               tie_parts, state_parts)
from .language import name, quoted, say, sentence, speaking, spoken, translated
from .part import Missing, Part, for_page, has_intervals, without_intervals

HERE = Path(__file__).resolve().parent
LIBRARY = HERE.parent / "data" / "echarts.min.js"
STYLES = ("style.css", "head.css", "stack.css", "print.css")
SCRIPTS = ("base.js", "charts.js", "map.js", "stack.js", "page.js")
TITLES = {"cooperation": "City to city, or regionally?"}

# Sections in order: (id, title, builders of their parts by key and title).
SECTIONS = (
    ("places", "The map", (("map", "Where the ties are", None),)),
    ("form", "Which form", (
        ("ties", "Active ties by mode", parts.ties),
        ("forms", "Ties by form", tie_parts.forms))),
    ("lasting", "Which last", (
        ("survival", "Survival by mode", tie_parts.curves),
        ("at_risk", "Ties under observation at each age", tie_parts.risk),
        ("alike", "Which mode lasts, like against like", alike_parts.alike),
        ("lasting", "How long ties last in each scenario", tie_parts.lasting))),
    ("ends", "Why ties end", (
        ("incidence", "Competing causes by age", tie_parts.incidence),
        ("rates", "What goes with lasting: stage and institutions", state_parts.rates),
        ("causes", "Causes of end", tie_parts.causes))),
    ("policies", "What each policy changes", (
        ("differences", "Paired differences, measure by measure", parts.differences),)),
    ("observed", "Observed against simulated", (
        ("patterns", "Targets of calibration and test", observed_parts.patterns),)),
    ("projects", "Projects: where, by whom, paid by whom", (
        ("projects", "Projects by region and by who pays", tie_parts.projects),
        ("concentration", "Concentration of projects", parts.concentration),
        ("donors", "Who starts most projects", tie_parts.donors),
        ("partners", "Where most projects go", tie_parts.partners))),
    ("refused", "Opportunities that become no tie", (
        ("refusals", "Refusals by reason", tie_parts.refusals),)),
    ("network", "The network", (
        ("degrees", "Who has how many partners", network_parts.degrees),
        ("shape", "How it holds together", network_parts.shape))),
    ("knowhow", "Know-how", (("knowhow", "Know-how kept and passed on", parts.knowhow),)),
    ("money", "Money", (("flows", "Where the money goes", tie_parts.flows),)),
    ("all", "All measures", (
        ("series", "Any measure over time", parts.measures),
        ("measures", "All measures over the whole run", parts.levels))),
)


# Parts of what only the model of cooperation has; the report of another does not speak of them.
OWN = ("map", "forms", "at_risk", "lasting", "alike", "rates", "patterns", "projects", "concentration", "donors",
       "partners", "refusals", "degrees", "shape", "knowhow", "flows")


# Titles of sections and parts of a model of its own, and where its ties are of one mode.
PLAIN = {"policies": "What each scenario changes"}
OF_ONE_MODE = {"form": "How many form", "ties": "Active ties", "lasting": "How long they last", "survival": "Survival"}


def _title(study, key, title):
    """The title of a section or part."""
    if study.has_cooperation:
        return title
    return (PLAIN | (OF_ONE_MODE if len(study.modes) == 1 else {})).get(key, title)


def _factors(study):
    """The part of a sweep alone; what it stands on takes a second to import."""
    from . import factor_parts

    return factor_parts.factors(study)


FACTORS = ("factors", "Which factors matter", (
    ("factors", "How strongly each factor moves an output", _factors),))


def _map_part(study, rep):
    """(the part of the map, its data by scenario)."""
    data, reasons = places.maps(study, rep)
    if not study.is_japan:
        data = {label: one | {"extent": places.extent(data)} for label, one in data.items()}
    first = next(iter(data.values()))
    note = say("One replicate of each scenario, since a mean over replicates has no ties: replicate {rep} (seed {seed}) "
               "unless the first that ended well is another. Ties are those alive at the end of the fiscal year; a "
               "funder's ties are those with a project of its running then. Coast lines: Natural Earth (public domain).",
               rep=first["rep"], seed=first["seed"])
    return Part(study.comparison.iloc[:0], queries.MAP,
                {"kind": "map", "pick": "only"}, note, "", reasons), data


def build(study, rep=None):
    """([(id, title, [Part or Missing])], map data by scenario)."""
    sections, maps = [], {}
    for key, title, builders in ((FACTORS,) if study.is_sweep else SECTIONS):
        made, title = [], _title(study, key, title)
        for part_key, part_title, make in builders:
            part_title = _title(study, part_key, part_title)
            if part_key in OWN and not study.has_cooperation:
                continue
            try:
                if make is None:
                    part, maps = _map_part(study, rep)
                else:
                    part = make(study)
                part = part if study.is_sweep else few.part(study, part)
                made.append(replace(part, key=part_key, title=say(part_title)))
            except results.Absent as reason:
                made.append(Missing(part_key, say(part_title), sentence(translated(f"{reason}."))))
        sections.append((key, say(title), made))
    return sections, maps


def _left_out(missing):
    """[(titles of parts, why they are missing)], parts of one reason together."""
    reasons = {}
    for part in missing:
        reasons.setdefault(part.reason, []).append(part.title)
    return [(titles, reason) for reason, titles in reasons.items()]


def _docs(study):
    """Meanings of the columns that the page can name, and their units, in its language."""
    return {table: {column: translated(doc) for column, (_, doc) in study.docs[table].items()}
            for table in ("summary", "series")}


def _data(study, made, maps):
    """What the scripts of the page read."""
    flows = [n for n, (unit, _) in study.docs["series"].items() if unit.endswith("/step")]
    language = spoken()
    return {"scenarios": [s.label for s in study.scenarios], "docs": _docs(study), "maps": maps,
            "flows": flows, "flow_query": clock.query(study, queries.FLOW), "theme": colours.theme(), "modes": list(study.modes),
            "language": language.code, "names": language.names, "texts": language.texts,
            "land": places.land() if maps else None, "japan": study.is_japan,
            "parts": {part.key: for_page(_with_titles(part)) for part in made.values()}}


def _with_titles(part):
    """The part; intervals in the titles of its chart, one for each choice, do not break over lines."""
    titles = part.chart.get("titles")
    return part if not titles else replace(part, chart=part.chart | {"titles": {k: _together(t) for k, t in titles.items()}})


def _script_text(data):
    """JSON that may stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _style():
    return colours.css() + "".join((HERE / name).read_text(encoding="utf-8") for name in STYLES)


def _together(text):
    """A sentence whose intervals do not break over lines, nor a number from its per cent."""
    def joined(found):
        return found[0].replace(" ", "\u00a0").replace("～", "\u2060～\u2060")
    return re.sub(r"[(（](?:[^()（）]{1,30}|[\d+−][^()（）]{1,48})[)）]", joined, re.sub(r"(?<=\d) %", "\u00a0%", text))


def _breaking(text):
    """A name of a parameter that breaks after its points and underscores, where it must."""
    return Markup(re.sub(r"(?<=[a-z])([._])(?=[a-z])", r"\1<wbr>", str(escape(text))))


def _environment():
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters |= {"together": _together, "breaking": _breaking}
    environment.globals |= {"say": say, "words": name, "quoted": quoted, "translated": translated}
    return environment


def render(study, title=None, rep=None, language="en", live=""):
    """The whole page as text; live: how many runs there are so far, of a page that refreshes itself."""
    with speaking(language), without_intervals(study.is_few() and not study.is_sweep):
        return _render(study, title, rep, live)


def _check_rep(study, rep):
    """Refuse a replicate of the map of pages that have none, before the work."""
    if rep is not None and (study.is_sweep or not study.has_cooperation):
        what = "is that of a sweep" if study.is_sweep else f"is of the model {study.model}"
        raise results.ResultsError(f"--rep {rep} would have no effect: it chooses the replicate that the map shows, and "
                                   f"this page {what} and has no map.")


def _check_map(rep, sections):
    """The same of a page whose map cannot be made."""
    for part in (part for _, _, parts_of in sections for part in parts_of):
        if rep is not None and part.key == "map" and isinstance(part, Missing):
            raise results.ResultsError(f"--rep {rep} would have no effect: it chooses the replicate that the map shows, "
                                       f"and there is no map. {part.reason}")


def _render(study, title, rep, live):
    _check_rep(study, rep)
    sections, maps = build(study, rep)
    _check_map(rep, sections)
    made = {p.key: p for _, _, ps in sections for p in ps if isinstance(p, Part)}
    missing = [p for _, _, ps in sections for p in ps if isinstance(p, Missing)]
    findings.of_parts(study, made)
    screen = first.of(study, made)
    scenarios = facts.scenarios(study)
    return _environment().get_template("template.html").render(
        lang=spoken().code, live=live,
        title=title or say(TITLES.get(study.model, "What the runs of {model} say"),
                           model=study.model or say("the model")),
        screen=screen, cards=screen.cards, compared="differences" in made and not all(map(study.is_few, study.scenarios[1:])),
        steps=study.counts_steps, intervals=has_intervals(),
        scenarios=scenarios, files=facts.files(study), failed=facts.failed(study),
        notes=[translated(note) for note in study.notes],
        policies=findings.policies(study, screen.told) if not study.is_sweep else [],
        reading=findings.reading(study), origin=facts.origin(study),
        runs_query=queries.RUNS, methods=[] if study.is_sweep or study.is_few() else queries.methods(made),
        fiscal=study.by_fiscal_year, japan=study.is_japan, sweep=study.is_sweep,
        map_picture=map_picture.draw(next(iter(maps.values()))) if maps else "",
        sections=[(k, t, [p for p in ps if isinstance(p, Part)]) for k, t, ps in sections
                  if any(isinstance(p, Part) for p in ps)],
        missing=_left_out(missing), style=_style(),
        library=LIBRARY.read_text(encoding="utf-8"),
        scripts=[(HERE / script).read_text(encoding="utf-8") for script in SCRIPTS],
        data=_script_text(_data(study, made, maps)))
