# SPDX-License-Identifier: GPL-3.0-or-later
"""The page: sections in order, template filled, everything inlined."""

import json
from dataclasses import replace
from pathlib import Path

import jinja2

from kumiai import results

from . import alike_parts, facts, findings, network_parts, parts, places, queries, state_parts, tie_parts
from .part import Missing, Part, for_page, plain

HERE = Path(__file__).resolve().parent
LIBRARY = HERE.parents[1] / "data" / "echarts.min.js"
SCRIPTS = ("base.js", "charts.js", "map.js", "page.js")
TITLES = {"cooperation": "City to city, or regionally? Which ties form, and which last"}

# Sections in order: (id, title, builders of their parts by key and title).
SECTIONS = (
    ("time", "Ties over time", (("ties", "Active ties by mode", parts.ties),)),
    ("lasting", "How long ties last", (
        ("survival", "Survival by mode", tie_parts.curves),
        ("at_risk", "Ties under observation at each age", tie_parts.risk),
        ("lasting", "All scenarios", tie_parts.lasting),
        ("alike", "Which mode lasts, like against like", alike_parts.alike),
        ("forms", "Ties by form", tie_parts.forms),
        ("rates", "What goes with lasting: stage, trust, institutions", state_parts.rates))),
    ("ends", "Why ties end", (
        ("incidence", "Competing causes by age", tie_parts.incidence),
        ("causes", "Causes of end", tie_parts.causes))),
    ("policies", "What each policy changes", (
        ("differences", "Paired differences, measure by measure", parts.differences),)),
    ("projects", "Projects: where, by whom, paid by whom", (
        ("projects", "Projects by region and scheme", tie_parts.projects),
        ("concentration", "Concentration of projects", parts.concentration),
        ("donors", "Who starts most projects", tie_parts.donors),
        ("partners", "Where most projects go", tie_parts.partners))),
    ("knowhow", "Know-how", (("knowhow", "Know-how kept and passed on", parts.knowhow),)),
    ("network", "The network", (
        ("degrees", "Who has how many partners", network_parts.degrees),
        ("shape", "How it holds together", network_parts.shape))),
    ("places", "The map", (("map", "Where the ties are", None),)),
    ("refused", "Opportunities that become no tie", (
        ("refusals", "Refusals by reason", tie_parts.refusals),)),
    ("money", "Money", (("flows", "Where the money goes", tie_parts.flows),)),
    ("all", "All measures", (
        ("series", "Any measure over time", parts.measures),
        ("measures", "All measures over the whole run", parts.levels))),
)


def _factors(study):
    """The part of a sweep alone; what it stands on takes a second to import."""
    from . import factor_parts

    return factor_parts.factors(study)


FACTORS = ("factors", "Which factors matter", (
    ("factors", "How strongly each factor moves an output", _factors),))


def _map_part(study, rep):
    """(the part of the map, its data by scenario)."""
    data, reasons = places.maps(study, rep)
    first = next(iter(data.values()))
    note = "One replicate of each scenario, since a mean over replicates has no ties: replicate " \
           f"{first['rep']} (seed {first['seed']}) unless the first that ended well is another. " \
           "Ties are those alive at the end of the fiscal year; a funder's ties are those with a " \
           "project of its running then. Coast lines: Natural Earth (public domain)."
    return Part(study.comparison.iloc[:0], queries.MAP,
                {"kind": "map", "pick": "only"}, note, "", reasons), data


def build(study, rep=None):
    """([(id, title, [Part or Missing])], map data by scenario)."""
    sections, maps = [], {}
    for key, title, builders in ((FACTORS,) if study.is_sweep else SECTIONS):
        made = []
        for part_key, part_title, make in builders:
            try:
                if make is None:
                    part, maps = _map_part(study, rep)
                else:
                    part = make(study)
                made.append(replace(part, key=part_key, title=part_title))
            except results.Absent as reason:
                made.append(Missing(part_key, part_title, f"{reason}."))
        sections.append((key, title, made))
    return sections, maps


def _left_out(missing):
    """[(titles of parts, why they are missing)], parts of one reason together."""
    reasons = {}
    for part in missing:
        reasons.setdefault(part.reason, []).append(part.title)
    return [(titles, reason) for reason, titles in reasons.items()]


def _data(study, made, maps):
    """What the scripts of the page read."""
    docs = {table: {name: doc for name, (_, doc) in study.docs[table].items()}
            for table in ("summary", "series")}
    flows = [n for n, (unit, _) in study.docs["series"].items() if unit.endswith("/step")]
    return {"scenarios": [s.label for s in study.scenarios], "docs": docs, "maps": maps,
            "flows": flows, "flow_query": queries.FLOW,
            "land": places.land() if maps else None,
            "parts": {part.key: for_page(part) for part in made.values()}}


def _script_text(data):
    """JSON that may stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def render(study, title=None, rep=None):
    """The whole page as text."""
    sections, maps = build(study, rep)
    made = {p.key: p for _, _, ps in sections for p in ps if isinstance(p, Part)}
    missing = [p for _, _, ps in sections for p in ps if isinstance(p, Missing)]
    findings.of_parts(study, made)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("template.html").render(
        title=title or TITLES.get(study.model, f"What the runs of {study.model or 'the model'} say"),
        scenarios=facts.scenarios(study), files=facts.files(study), failed=facts.failed(study),
        notes=study.notes, findings=findings.all_findings(study, made),
        reading=findings.reading(study), origin=facts.origin(study),
        runs_query=queries.RUNS, methods=queries.METHODS,
        words=plain,
        sections=[(k, t, [p for p in ps if isinstance(p, Part)]) for k, t, ps in sections
                  if any(isinstance(p, Part) for p in ps)],
        missing=_left_out(missing), style=(HERE / "style.css").read_text(encoding="utf-8"),
        library=LIBRARY.read_text(encoding="utf-8"),
        scripts=[(HERE / name).read_text(encoding="utf-8") for name in SCRIPTS],
        data=_script_text(_data(study, made, maps)))
