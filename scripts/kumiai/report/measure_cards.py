# SPDX-License-Identifier: GPL-3.0-or-later
"""Cards of measures, and the sentence at the head of the page of a model that has no question of its own."""

import math

from kumiai import results

from . import card_changes, clock, drawings, few
from .card import Card, estimate, replicates, rests_on
from .language import say, spoken, translated
from .part import alone, decimals_of, plain, said, said_share, written

MOST_TOLD = 3  # measures of the sentence
AGREE = 1e-6  # of a measure: how far the end of its series may be from it


def of_measure(study, metric, drawn):
    """The card of one summary metric: its mean, and the series that ends at it or the scenarios as picture.

    drawn: names of the series that a card has already; this one's is added.
    """
    row = study.measure(metric)
    if row is None or not math.isfinite(row.mean):
        return None
    span, share = (row.mean, row.low, row.high), row.unit == "share"
    shape = {"unit": "\u00a0%", "scale": 100.0} if share else {}
    return Card(meant(study, metric, first=True), estimate(span, **shape), _kind(study, row), "" if study.is_few() else rests_on(study, span, row.n, **shape) + say("."),
                "", _picture(study, row, shape, drawn), "measures", changes=card_changes.of_measure(study, metric))


def _kind(study, row):
    """What the number of a measure is: 'agents, mean of the replicates'."""
    mean = say("mean of {n} replicates", n=study.first.n) if study.is_few() else say("mean of the replicates")
    mean = mean if study.first.n > 1 else say("of one replicate")
    unit = "" if row.unit == "share" else plain(row.unit)
    return say("{unit}, {mean}", unit=unit, mean=mean) if unit else mean


def meaning(study, metric):
    """What the file says that a metric means, without the full stop."""
    return translated(study.docs["summary"].get(metric, ("", ""))[1]).rstrip(".。")


def _picture(study, row, shape, drawn):
    """The series over time that ends at the card's number, else the scenarios side by side."""
    name = _series_of(study, row)
    if name is not None and name not in drawn:
        drawn.add(name)
        return drawings.lines(_over_time(study, name), plain(name), _form(row, shape))
    rows = [(plain(s.label), f"c-{i % 7}", m.mean, m.low, m.high) for i, s in enumerate(study.scenarios[:4])
            if (m := study.measure(row.metric, s)) is not None and math.isfinite(m.mean)]
    return drawings.dots(rows, plain(row.metric), lambda *span: estimate(span, **shape), True)


def _form(row, shape):
    """Writes values as the card writes its number."""
    scale = shape.get("scale", 1.0)
    decimals = decimals_of(*(scale * x for x in (row.mean, row.low, row.high)))
    return lambda value: (alone(scale * value) if decimals is None else written(scale * value, decimals)) \
        + shape.get("unit", "")


def _series_of(study, row):
    """Name of the series at whose end a summary metric is taken, None where there is none: that of its name whose last
    mean is the metric's, which a peak or a mean over the run is not."""
    try:
        frame = study.series[0]
    except results.Absent:
        return None
    frame = frame[frame["scenario"] == study.first.label]
    for name, rows in frame.groupby("measure", sort=False):
        named = row.metric == name or row.metric.startswith(f"{name}_")
        if named and len(rows) > 1 and math.isclose(rows["mean"].iloc[-1], row.mean, rel_tol=AGREE, abs_tol=1e-12):
            return name
    return None


def _over_time(study, name):
    """A series over time, of the first scenarios."""
    frame = study.series[0]
    mine = frame[frame["measure"] == name]
    place = clock.axis(study)["x"]
    mine = clock.steps(study, mine)
    return [(plain(s.label), f"c-{i % 7}", *(rows[c].tolist() for c in (place, "mean", "low", "high")))
            for i, s in enumerate(study.scenarios[:3]) if len(rows := mine[mine["scenario"] == s.label]) > 1]


def answer(study):
    """What the first scenario's first measures are, in a sentence; '' without any."""
    rows = [row for metric in dict.fromkeys(study.comparison["metric"])
            if (row := study.measure(metric)) is not None and math.isfinite(row.mean)][:MOST_TOLD]
    told = [say("{what}: {value}", what=meant(study, row.metric, first=row is rows[0]), value=_value(study, row)) for row in rows]
    if not told:
        return ""
    n = max(row.n for row in rows)
    text = say("; ").join(told)
    if study.is_few():
        return few.sentence(study, "{facts} ({scenario}). {few} to tell that from chance", facts=text,
                            scenario=plain(study.first.label)) if len(study.scenarios) == 1 else \
            say("{text} ({scenario}).", text=text, scenario=plain(study.first.label))
    if study.draws(study.first) is not None:
        n = study.first.n
    return say("{text} ({scenario}, {replicates}, 95 % intervals).", text=text, scenario=plain(study.first.label),
               replicates=replicates(study.first, n))


def _value(study, row):
    """A mean with its interval; alone where the replicates are few, of which the sentence says so once."""
    if study.is_few():
        return estimate((row.mean, math.nan, math.nan), **({"unit": "\u00a0%", "scale": 100.0} if row.unit == "share" else {}))
    return (said_share if row.unit == "share" else said)(row.mean, row.low, row.high)


def meant(study, metric, first):
    """What a measure means as it stands in a sentence; first: whether it begins the sentence."""
    return _begin(meaning(study, metric) or plain(metric), first)


def _begin(text, first):
    """A meaning as it stands in a sentence: with a small letter where it is not the first, unless an acronym."""
    if spoken().code == "ja":
        return text
    begun = text[:1].upper() + text[1:]
    return begun if first or text[1:2].isupper() or text.startswith("Gini") else text[:1].lower() + text[1:]
