# SPDX-License-Identifier: GPL-3.0-or-later
"""The first screen of a page: what was asked, one sentence of answer, up to three cards.

Each kind of file has its builder: a sweep, several scenarios (what they change against the first comes before what the
first is), one scenario. Each takes cards of ties where the file has ties, of the summary where it has not, and of
measures for a model of its own.
"""

from dataclasses import dataclass, field

from kumiai import results

from . import cards, changes, facts, few, findings, measure_cards, summary_cards, uncompared
from .language import begun, quoted, say
from .part import plain

MOST_CARDS = 3
# What a model asks whatever its scenario, for pages without an answer.
ASKED = {"cooperation": "Which ties between local governments and cities abroad form, and which last"}
# What makes the cards of a page of cooperation, in order: from ties, else from the summary.
MAKERS = ((lambda study, parts: cards.forms(study), summary_cards.forms),
          (lambda study, parts: cards.lasts(study), summary_cards.lasts),
          (cards.why, summary_cards.why))


@dataclass
class Screen:
    """The first screen. question: what was asked; answer: a sentence; lead: what the first scenario is, of several;
    lines: [(scenario, its clearest changes)]; summary: key measures, where there is no card; told: {label: measures
    whose difference is told here}."""

    question: str = ""
    answer: str = ""
    lead: str = ""
    lines: list = field(default_factory=list)
    cards: list = field(default_factory=list)
    summary: str = ""
    told: dict = field(default_factory=dict)


def of(study, parts):
    """The first screen; parts: {key: Part} as made."""
    if study.is_sweep:
        return _of_sweep(study, parts)
    if len(study.scenarios) > 1:
        return _of_comparison(study, parts)
    return _of_one(study, parts)


def _of_sweep(study, parts):
    """A sweep; what it stands on takes a second to import."""
    if "factors" not in parts:
        return Screen(question=_asked(study))
    from . import sweep_screen

    return Screen(question=facts.question_of_sweep(study), answer=sweep_screen.answer(study, parts["factors"]), cards=sweep_screen.cards(study, parts["factors"]))


def _of_comparison(study, parts):
    """Several scenarios: what the others change, then what the first is."""
    made, single = made_cards(study, parts), len(study.scenarios) == 2
    lead = (_facts(made) + say(".") if _facts(made) else "") if study.is_few() and study.has_cooperation else answer(study, made)
    if lead and study.has_cooperation:
        lead = say("{name}: {text}", name=plain(study.first.label), text=lead[:1].lower() + lead[1:])
    question = facts.question_of(study.scenarios[1]) if single else ""
    if reason := _too_few(study):
        for card in made:
            card.changes = []
        return Screen(question=question, answer=reason, lead=lead, cards=made)
    return Screen(question=question,
                  answer=changes.answer(study), lead=lead, lines=[] if single else changes.lines(study), cards=made, told=changes.told(study))


def _too_few(study):
    """That the first scenario, or all others, have too few replicates to tell what they change; '' where they are enough."""
    if uncompared.all_of_them(study) or not all(study.is_few(s) for s in study.scenarios[1:]):
        return ""
    names = {"first": quoted(study.first.label), "name": quoted(study.scenarios[1].label)}
    return few.sentence(study, "{few} to tell from chance what {name} changes in {first}" if len(study.scenarios) == 2 else
                        "{few} to tell from chance what these scenarios change in {first}", **names)


def _facts(made):
    """What the runs gave, of the cards that have it, as a clause; '' without any."""
    clauses = [card.fact for card in made if card.fact]
    return say("{one}, and {other}", one=clauses[0], other=clauses[1]) if len(clauses) == 2 else say(", ").join(clauses)


def _of_few(study, made):
    """The sentence of one scenario whose replicates are too few to claim anything."""
    found = _facts(made)
    return few.sentence(study, "{scenario}: {facts}. {few} to tell that from chance", scenario=plain(study.first.label),
                        facts=found) if found else ""


def _of_one(study, parts):
    made = made_cards(study, parts)
    found = answer(study, made) if study.is_few() else begun(answer(study, made))
    asked = facts.question_of(study.first) or ("" if found or not study.has_cooperation else _asked(study))
    return Screen(question=asked, answer=found, cards=made, summary="" if made else findings.general(study) or "")


def _asked(study):
    """What the model asks or, of a model of its own, the first scenario."""
    return say(ASKED[study.model]) if study.model in ASKED else facts.question_of(study.first)


def made_cards(study, parts):
    """The cards of a page of runs. A card that the file cannot give is left out."""
    found = []
    for of_ties, of_summary in MAKERS:
        card = _or_none(of_ties, study, parts)
        if card is None and study.has_cooperation:
            card = _or_none(of_summary, study)
        found.append(card)
    found, drawn = [card for card in found if card], set()
    if study.has_cooperation and found:
        return found
    for metric in dict.fromkeys(study.comparison["metric"]):
        if len(found) >= MOST_CARDS:
            break
        if card := measure_cards.of_measure(study, metric, drawn):
            found.append(card)
    return found


def _or_none(make, *arguments):
    try:
        return make(*arguments)
    except results.Absent:
        return None


def answer(study, found):
    """The sentence on the first scenario, of the clauses of its cards; of a model of its own its first measures."""
    if not study.has_cooperation:
        return measure_cards.answer(study)
    if study.is_few():
        return _of_few(study, found)
    clauses = [card.answer for card in found if card.answer]
    if not clauses:
        return ""
    text = clauses[0]
    for clause in clauses[1:]:
        text = say("{text}; {next}", text=text, next=clause)
    return say("{text}.", text=text)
