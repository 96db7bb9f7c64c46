# SPDX-License-Identifier: GPL-3.0-or-later
"""The first screen of a sweep: which factors move the outputs, how far, and how sure that is.

A factor is told to move an output where its p-value, corrected by Holm for all factors and outputs, is below 0.05: the
same rule as in the part on factors, whose table all numbers are from.
"""

import math

from kumiai import effect_tests, results

from . import drawings, measure_cards
from .card import Card, between, estimate
from .factor_parts import MOST_NAMED, largest_sure, output_name
from .findings import KEY_MEASURES
from .language import begun, listed, say, spoken, translated
from .part import decimals_of, plain, written

MOST_OUTPUTS = 3  # that have a card, and a clause of the sentence
MOST_DRAWN = 4  # factors in the picture of a card
LONGEST = 30  # letters of a name in such a picture
ENOUGH = 20  # trajectories of Morris' design: with fewer than half of them hardly any effect is told from chance
# How many outputs there are that no factor is shown to move.
NONE_OF = {2: "no factor is shown to move either of the two outputs", 3: "no factor is shown to move any of the three outputs"}
# What a factor does to an output, by the kind of analysis.
DOES = {"morris": "changes it by {value} on average as it goes through its whole range",
        "sobol": "bears {value} of its variance, alone and together with others (1 is all of it)",
        "regression": "has a partial rank correlation of {value} with it",
        "ends": "changes it by {value} where it is {end}"}


def _tables(part):
    """[(output, its rows, those of the factors that move it)] of the first outputs."""
    frames = [frame for _, frame in part.frame.groupby("output", sort=False)][:MOST_OUTPUTS]
    return [(frame["output"].iloc[0], frame, largest_sure(frame)) for frame in frames]


def output_words(study, output):
    """An output as it stands in a sentence: its words, what it means, or a difference of two by their names."""
    if "-" in output:
        return output_name(output)
    if output in dict(KEY_MEASURES):
        return say(dict(KEY_MEASURES)[output])
    if study.has_cooperation:
        return plain(output)
    words = measure_cards.meant(study, output, first=False).partition(";")[0]
    return say("“{words}”", words=words) if "," in words else words


def answer(study, part):
    """Which factors move which outputs, in a sentence; outputs of which the same is told stand together."""
    groups = {}
    for output, _, sure in _tables(part):
        groups.setdefault(tuple(_factor(row) for row in sure.itertuples()), []).append(output_words(study, output))
    if not part.frame["p_holm"].notna().any():
        return say("Whether a factor moves an output is not tested: there is no spread to test it by.")
    if list(groups) == [()]:
        return _none(groups[()], part)
    clauses = [_clause(factors, outputs) for factors, outputs in groups.items()]
    text = say("; ").join(clauses)
    text = say("{text} (p below 0.05, corrected by Holm for {tests} tests).", text=text, tests=part.chart["tests"])
    return text if clauses[0].startswith(tuple(_names(part))) else begun(text)


def _none(outputs, part):
    """That no factor is shown to move any output, and where so few trajectories could not show it, how many would."""
    text = say(NONE_OF[len(outputs)]) if len(outputs) in NONE_OF else \
        say("no factor is shown to move {outputs}", outputs=listed(outputs))
    least = f"{part.frame['p_holm'].min():.2g}"
    n = part.chart.get("trajectories")
    if n and n <= ENOUGH / 2:
        text = say("{text}: {n} trajectories are too few (no corrected p is below {p}). Use {enough}.", text=text, n=n, p=least,
                   enough=ENOUGH)
    else:
        text = say("{text} (no p below {p}, corrected by Holm for {tests} tests).", text=text, p=least,
                   tests=part.chart["tests"])
    return begun(text)


def _either(outputs):
    """'a, b or c'."""
    return say("{most} or {last}", most=say(", ").join(outputs[:-1]), last=outputs[-1]) if len(outputs) > 1 else outputs[0]


def _clause(factors, outputs):
    """'a and b move x', or that none does."""
    named = {"outputs": listed(outputs), "factors": listed(factors[:MOST_NAMED]), "n": len(factors) - MOST_NAMED}
    if not factors:
        return say("no factor is shown to move {outputs}", outputs=_either(outputs))
    if len(factors) > MOST_NAMED:
        return say("{factors} and {n} more move {outputs}", **named)
    return say("{factors} moves {outputs}" if len(factors) == 1 else "{factors} move {outputs}", **named)


def _names(part):
    """The names of the parameters, which are written as they are, also where they begin a sentence."""
    return part.frame["factor"].str.split(",").str[0]


def _factor(row):
    """The parameter of a row, without the end of its range."""
    return row.factor.split(",")[0]


def cards(study, part):
    """A card for each of the first outputs: the factor that moves it most of those that are told to."""
    docs = results.parameter_docs(study.paths[0], study.model)["doc"]
    return [_card(study, part.chart, output, frame, sure, docs) for output, frame, sure in _tables(part)]


def _card(study, chart, output, frame, sure, docs):
    told, row = len(sure) > 0, _largest(frame if sure.empty else sure)
    span, unit = (row["value"], row["low"], row["high"]), _unit(chart, row)
    words = DOES[chart["design"]]
    name, _, end = row["factor"].partition(", ")
    does = say(words, value=_sized(span, unit), end=end)
    if told:
        what = say("{does}.", does=does) + _doc(docs, name)
    elif frame["p_holm"].notna().any():
        what = say("No factor has an effect that can be told from chance. The largest, {name}, {does}.", name=name, does=does)
    else:
        what = say("There is no spread to test by. The largest, {name}, {does}.", name=name, does=does)
    return Card(say("What moves {output}?", output=output_words(study, output)), name if told else say("no clear effect"), what,
                _basis(span, unit, row), "", _picture(study, output, frame, unit), "factors", told=False)


def _largest(rows):
    """The row whose value is the largest in size."""
    return rows.loc[rows["value"].abs().idxmax()]


def _sized(span, unit=""):
    """An effect as exact as its interval allows; without one with two figures: 'about 58,000'."""
    if decimals_of(*span) is not None or not span[0]:
        return estimate(span, unit)
    return say("about {value}", value=_two_figures(span[0]) + unit)


def _two_figures(value):
    return written(value, 1 - math.floor(math.log10(abs(value)))) if value else "0"


def _unit(chart, row):
    """' agents': the unit of a number that has that of its output."""
    if not chart["unit"] or not row["unit"]:
        return ""
    if row["unit"] == "ties":
        return say(" ties")
    return say(" years") if row["unit"] == "years" else f"\u00a0{plain(row['unit'])}"


def _doc(docs, name):
    """What a parameter is, in the language spoken; where the file says it in English alone, where to read it."""
    doc = docs.get(name, "").rstrip(".")
    known = translated(doc).rstrip(".。")
    if not doc:
        return ""
    if spoken().code != "en" and known == doc:
        return say(" The results file says in English what it is (table parameter_doc).")
    return say(" Meaning: {doc}.", doc=known)


def _basis(span, unit, row):
    p = say("corrected p below 0.001") if row["p_holm"] < 0.001 else say("corrected p = {p}", p=f"{row['p_holm']:.2g}")
    p = p.replace(" = ", "\u00a0=\u00a0") if row["p_holm"] == row["p_holm"] else say("not tested")
    if decimals_of(*span) is None:
        return say("No interval; {p}.", p=p)
    return say("95 % interval {interval} (not corrected); {p}.", interval=between(span, unit), p=p)


def _picture(study, output, frame, unit):
    """The factors of an output that matter most, one beneath the other."""
    kept = frame.drop_duplicates("factor").head(MOST_DRAWN)
    rows = [(_label(row), "c-neutral", row.value, row.low, row.high) for row in kept.itertuples()]
    return drawings.dots(rows, say("What moves {output}?", output=output_words(study, output)),
                         lambda *span: _two_figures(span[0]) if decimals_of(*span) is None else estimate(span), True)


def _label(row):
    """The name of a factor that has room in the picture, without its group where it is too long, and its verdict."""
    name = row.factor if len(row.factor) <= LONGEST else row.factor.split(".", 1)[-1][:LONGEST]
    name = name.replace(", ", say(", "))
    return name if row.p_holm < effect_tests.SURE else say("{name}, no clear effect", name=name)
