# SPDX-License-Identifier: GPL-3.0-or-later
"""Cards of ties for the head of a page: which form, which last, why.

Each card has a number with what makes it uncertain, what was observed, a small picture, and what further
scenarios change in it. A model with ties of its own gets the same cards by its own modes and causes.
"""

import math

import numpy as np
import pandas as pd

from kumiai import drawn, intervals, results, survival

from . import alike_parts, card_changes, clock, drawings, facts, observed, state_parts, tie_parts
from .card import Card, between, estimate, rests_on
from .findings import say_mode
from .language import begun, say
from .part import ONE, decimals_apart, decimals_of, plain, said, said_share, written

FEW, MOST = 0.2, 0.5  # a share below the one is 'few', one above the other 'most'


def _colour(study, mode):
    """Class of a mode's colour."""
    return f"c-{mode}" if mode in results.MODES else f"c-{study.modes.index(mode) % 7}"


def _parameters(study, by_run):
    """How much of the variance between replicates comes from the parameters, where draws are repeated, or how far
    single histories lie apart, where each has a draw of its own; '' without draws."""
    draws = study.draws(study.first)
    by_run = by_run.dropna()
    if draws is None or len(by_run) < 10:
        return ""
    groups = by_run.groupby(draws.reindex(by_run.index))
    sizes = groups.size()
    if (sizes > 1).all():
        within = float((groups.var(ddof=1) * (sizes - 1)).sum() / (sizes - 1).sum())
        total = max(float(by_run.var(ddof=1)), 1e-300)
        return say(" Parameters bear {share} % of the variance between replicates.",
                   share=written(100 * min(1.0, max(0.0, 1 - within / total)), 0))
    low, high = (written(100 * end, 1) for end in np.quantile(by_run, [0.05, 0.95]))
    return say(" Nine replicates of ten lie between {low} and {high} %.", low=low, high=high)


# ---- cards of ties ----


def _new_ties(study, scenario):
    """Ties that formed during the runs of a scenario; not those that a record says began before."""
    ties = study.ties(scenario)
    return ties[~ties["onset_censored"] & (ties["onset"] >= ties["start"])]


def _over_time(study):
    """The modes of the first scenario over time, for the picture: ties alive at the end of each year."""
    if found := _over_fiscal_years(study):
        return found
    for mode, counts in list(study.alive(study.first).items())[:4]:
        counts = drawn.by_unit(study.first, _thinned(counts), "columns")
        band = intervals.band(counts)
        found.append((plain(mode), _colour(study, mode), [clock.after(y) if study.counts_steps else y for y in band.index],
                      *(band[c].tolist() for c in ("mean", "low", "high"))))
    return found


def _over_fiscal_years(study):
    """The same of cooperation from its series, so that card and chart show one number; [] without them."""
    if not study.has_cooperation:
        return []
    try:
        rows, begins = study.series[0], study.begins
    except results.Absent:
        return []
    rows = rows[(rows["scenario"] == study.first.label) & (rows["year"] >= begins)]
    modes = {mode: rows[rows["measure"] == f"ties_{mode}"] for mode in results.MODES}
    return [(plain(mode), _colour(study, mode), *(mine[c].tolist() for c in ("year", "mean", "low", "high")))
            for mode, mine in modes.items() if len(mine)]


def _thinned(table, most=40):
    """Some rows of a long table, as far apart as each other; the first and the last are among them."""
    if len(table) <= most:
        return table
    return table.iloc[np.unique(np.linspace(0, len(table) - 1, most).round().astype(int))]


def count(value):
    """A mean count, whole from ten on; below, a whole number would say 1 of 0.58."""
    return written(value, 0 if value >= 10 or float(value).is_integer() else 1 if value >= 1 else 2)


def forms(study):
    """Which ties form: the share of the lesser mode (of cooperation: the regional one) among the new ties."""
    new = _new_ties(study, study.first)
    if new.empty:
        return None
    if len(study.modes) < 2:
        return _formed_at_all(study)
    picture = drawings.lines(_as_known(study, _over_time(study)), say("Ties over time by mode"), count)
    mode = results.MODES[1] if study.has_cooperation else new["mode"].value_counts().index[-1]
    by_run = _share_of_new(study, study.first, mode)
    found = intervals.mean_interval(study.independent(by_run), share=True)
    span = study.known((found.mean, found.low, found.high))
    return Card(say("Which form?"), estimate(span, "\u00a0%", scale=100),
                say("of new ties are {mode}", mode=say_mode(mode)),
                rests_on(study, span, found.n, unit="\u00a0%", scale=100) + say(".") + _parameters(study, by_run),
                observed.forms(study), picture, "ties", forms_answer(study, span) if study.has_cooperation else "",
                changes=card_changes.by_run(study, lambda s: _share_unless_ruled(study, s, mode), share=True),
                fact=forms_fact(span, mode))


def forms_fact(span, mode):
    """What share of the new ties are of a mode, as a clause."""
    return say("{share} of new ties are {mode}", share=estimate(span, "\u00a0%", scale=100), mode=say_mode(mode))


def _as_known(study, series):
    """Lines of a picture, without bands where the replicates are few."""
    if not study.is_few():
        return series
    return [(name, colour, x, mean, [math.nan] * len(mean), [math.nan] * len(mean)) for name, colour, x, mean, *_ in series]


def _share_of_new(study, scenario, mode):
    """Share of a mode among the new ties of each run of a scenario."""
    new = _new_ties(study, scenario)
    return (new["mode"] == mode).groupby(new["run_id"]).mean().reindex(scenario.runs.index)


def _share_unless_ruled(study, scenario, mode):
    """The same, None where a rule of the scenario sets it."""
    return None if ruled(scenario) else _share_of_new(study, scenario, mode)


def ruled(scenario):
    """Whether a rule of a scenario keeps ties of a mode from forming."""
    return any(facts.forbids(scenario, mode) for mode in results.MODES)


def forms_answer(study, span):
    """How many ties form regionally, as far as the interval of their share tells; '' where a rule decides it."""
    if ruled(study.first):
        return ""
    mean, low, high = span
    if mean == 0:
        return say("No tie formed regionally in these runs")
    if high < FEW:
        return say("Few ties form regionally")
    if low > MOST:
        return say("Most ties form regionally")
    if low > FEW:
        return say("Many ties form regionally")
    return say("these runs do not tell how many ties form regionally")


def _formed_at_all(study):
    """The card of a model whose ties are all of one mode; its picture is of those alive, which its head says."""
    head = say("Ties alive at the end of each step") if study.counts_steps else say("Ties alive at the end of each year")
    picture = drawings.lines(_as_known(study, _over_time(study)), head, count, head)
    by_run = _number_of_new(study, study.first)
    found = intervals.mean_interval(study.independent(by_run))
    span = study.known((found.mean, found.low, found.high))
    return Card(say("How many form?"), estimate(span), say("new ties per replicate"), rests_on(study, span, found.n) + say("."), "",
                picture, "ties", changes=card_changes.by_run(study, lambda s: _number_of_new(study, s)))


def _number_of_new(study, scenario):
    """How many ties formed in each run of a scenario."""
    return _new_ties(study, scenario).groupby("run_id").size().reindex(scenario.runs.index, fill_value=0)


def lasts(study):
    """Which ties last: the difference of the modes in mean years, like against like where that is known."""
    if study.has_cooperation:
        try:
            found = alike_parts.of_scenario(study, study.first)
        except results.Absent:
            return _lasts_by_mode(study)
        spans = (found.city.interval(), found.regional.interval())
        return _lasts(study, spans, found.regional.minus(found.city).interval(), found.histories, alike=True)
    return _lasts_by_mode(study)


def _means(study, scenario):
    """{mode: mean years of all its ties} of a scenario, of the modes that were followed so long."""
    groups, runs = study.by_mode(scenario), study.runs(scenario)
    # Of a mode that a rule forbids there are the few ties of the record alone.
    means = {m: survival.restricted_mean(g, runs, study.horizon) for m, g in groups.items()
             if not facts.forbids(scenario, m)}
    return {m: mean for m, mean in means.items() if math.isfinite(mean.value)}


def _changes_of_means(study):
    """What further scenarios change in the mean years of all ties of each mode."""
    return card_changes.of_means(study, lambda s: {say("all {mode} ties", mode=say_mode(m)): mean
                                                   for m, mean in list(_means(study, s).items())[:2]})


def _lasts_by_mode(study):
    """The same of all ties, or how long the one mode lasts."""
    means = _means(study, study.first)
    if not means:
        return None
    if len(means) == 1:
        [(mode, mean)] = means.items()
        span = study.known(mean.interval())
        picture = drawings.dots([(plain(mode), _colour(study, mode), *span)], say("Mean duration of a tie"), _years(study), True)
        question = say("Which last?" if len(study.modes) > 1 else "How long do they last?")
        return Card(question, _in_years(span, study=study),
                    say("of its first {n} {time} a tie lasts on average", n=_horizon(study), time=_time(study)),
                    rests_on(study, span, mean.replicates) + say("."), observed.lasting(study), picture, "survival",
                    changes=_changes_of_means(study))
    first, second = list(means)[:2]
    gap = means[second].minus(means[first]).interval()
    return _lasts(study, (means[first].interval(), means[second].interval()), gap, means[second].replicates,
                  modes=(first, second))


def _horizon(study):
    return say("ten") if study.horizon == 10 else f"{study.horizon:g}"


def _in_years(span, difference=False, study=None):
    """'1.04 years', or '1 year', or steps where the study's model has only those."""
    number = estimate(span, difference=difference)
    if study is not None and study.counts_steps:
        return number + (say(" step") if number == ONE else say(" steps"))
    return number + (say(" year") if number == ONE else say(" years"))


def _time(study):
    """The unit of a duration: 'years'."""
    return clock.unit(study).strip()


def _years(study):
    """Writes a duration."""
    return lambda *span: _in_years(span, study=study)


def _lasts(study, spans, gap, histories, modes=results.MODES, alike=False):
    card = lasts_by_spans(study, spans, gap, histories, "alike" if alike else "survival", modes)
    card.changes = _changes_of_means(study)
    return card


def lasts_by_spans(study, spans, gap, histories, part, modes=results.MODES):
    """The card of which of two modes last, without its changes: spans: mean years of each; gap: the second less the
    first."""
    alike, spans, gap = part == "alike", [study.known(span) for span in spans], study.known(gap)
    rows = [(plain(mode), _colour(study, mode), *span) for mode, span in zip(modes, spans)]
    label = say("Mean duration of a tie within its first {n} {time}, by mode", n=_horizon(study), time=_time(study))
    picture = drawings.dots(rows, label, _years(study))
    signed = tuple(gap if gap[0] >= 0 else (-gap[0], -gap[2], -gap[1]))
    number, named = _in_years(signed, difference=True, study=study), _longer(spans, gap, modes)
    words = (ALIKE if alike else ALL)[is_told(gap)]
    what = begun(say(words, number=number, n=_horizon(study), time=_time(study), **named))
    basis = rests_on(study, signed, histories, difference=True)
    basis = basis + say(".") if study.is_few() else basis + say(". ") + verdict(gap, modes)
    large = number if is_told(gap) else say("too few to tell") if study.is_few() else say("no clear difference")
    return Card(say("Which last?"), large, what, basis, observed.lasting(study) if part != "measures" else "", picture, part,
                lasts_answer(gap, modes), is_told(gap),
                fact=say("{mode} ties last {number} longer", mode=named["second"], number=number))


# Which mode's ties last longer, where the runs do not tell it from chance and where they do: like against like, of all.
ALIKE = ("{second} ties lasted {number} longer ({less} → {more}) than {first} ties with the same partner country, sector and "
         "year of onset, which may be chance",
         "Of their first {n} {time} {second} ties last {number} longer than {first} ties with the same partner country, sector "
         "and year of onset")
ALL = ("{second} ties lasted {number} longer ({less} → {more}) than {first} ties, which may be chance",
       "Of their first {n} {time} {second} ties last {number} longer than {first} ties")


def _longer(spans, gap, modes):
    """{second: the mode whose ties last longer, first: the other, less and more: the mean years of both}."""
    (first, less), (second, more) = sorted(zip(modes, spans), key=lambda one: modes.index(one[0]), reverse=gap[0] < 0)
    decimals = decimals_apart(*gap)
    less, more = (written(span[0], 1 if decimals is None else max(1, decimals)) for span in (less, more))
    return {"first": say_mode(first), "second": say_mode(second), "less": less, "more": more}


def is_told(gap):
    """Whether a difference (value, low, high) is told apart from none."""
    return bool(math.isfinite(gap[1]) and not gap[1] <= 0 <= gap[2])


def verdict(gap, modes=results.MODES):
    """What a difference second − first with its interval allows to say."""
    value, low, high = gap
    if not math.isfinite(low):
        return say("So few replicates do not tell whether that is chance.")
    if low <= 0 <= high:
        return say("The interval includes 0: these runs do not tell which lasts longer.")
    return say("The interval excludes 0: {mode} ties outlast the others in this model.",
               mode=say_mode(modes[1] if value > 0 else modes[0]))


def lasts_answer(gap, modes):
    if not is_told(gap):
        return say("these runs do not tell which lasts longer")
    return say("{mode} ties last longer", mode=say_mode(modes[1] if gap[0] > 0 else modes[0]))


def why(study, parts):
    """Why: ends while ties rest on persons against ends once they are institutionalised, else the first cause."""
    spans = state_parts.institutions(parts["rates"].frame, study.first.label) if "rates" in parts else None
    if spans is None:
        return _first_cause(study, parts)
    before, after = map(study.known, spans)
    ratio = before[0] / after[0] if after[0] > 0 else math.nan
    rows = [(say("while it rests on persons"), "c-neutral", *before),
            (say("once an agreement carries it"), "c-neutral", *after)]
    picture = drawings.dots(rows, say("Ends per 100 tie-years, by what carries the tie"),
                            lambda *span: estimate(span), True)
    apart = after[2] < before[1] if math.isfinite(after[2]) and math.isfinite(before[1]) else False
    answer = say("ties last longer once an agreement, a plan or an intermediary carries them") if apart else ""
    ratio = written(ratio, 1) if math.isfinite(ratio) else "—"
    basis = say("95 % intervals {before} and {after}. A ratio of {ratio}; not all else equal: older and closer ties "
                "have more agreements.", before=between(before), after=between(after), ratio=ratio)
    if decimals_of(*before) is None and decimals_of(*after) is None:
        basis = say("A ratio of {ratio}; not all else equal: older and closer ties have more agreements.", ratio=ratio)
    basis += _regional_ends(study, parts["rates"].frame, spans)
    return Card(say("Why?"), say("{before} → {after}", before=estimate(before), after=estimate(after)),
                say("ends per 100 tie-years of city-to-city ties: while they rest on persons, and once an agreement, "
                    "a plan or an intermediary carries them"),
                basis,
                observed.ends(study), picture, "rates", answer,
                changes=card_changes.of_rates(study, lambda s: state_parts.institutions(parts["rates"].frame, s.label),
                                              lambda s: [] if ruled(s) else state_parts.change_of_institutions(study, s)))


def _regional_ends(study, frame, of_cities):
    """What goes with the ends of regional ties: their rates, how many rest on an agreement when they form, and why they last
    longer where they end sooner state for state; each where the runs tell it.

    of_cities: both rates of city-to-city ties.
    """
    carried = _carried_from_the_start(study)
    rates = state_parts.institutions(frame, study.first.label, results.MODES[1])
    if rates is None or not all(math.isfinite(low) for _, low, _ in rates):
        return carried
    text = say(" Regional ties: {before} → {after}.", before=said(*rates[0]), after=said(*rates[1])) + carried
    sooner = all(one[2] < other[1] for one, other in zip(of_cities, rates))
    if not carried or not sooner or not _regional_last_longer(study):
        return text
    return text + say(" State for state regional ties end sooner; they last longer because so many of them rest on one from the "
                      "start, which the model assumes.")


def _carried_from_the_start(study):
    """How much oftener than city-to-city ties regional ones rest on an agreement when they form; '' where untold."""
    city, regional = map(study.known, state_parts.from_the_start(study, study.first).values())
    if not city[2] < regional[1]:
        return ""
    return say(" Of regional ties {regional} rest on one of these when they begin, of city-to-city ties {city}.",
               regional=said_share(*regional), city=said_share(*city))


def _regional_last_longer(study):
    """Whether the runs tell, like against like, that regional ties last longer."""
    try:
        found = alike_parts.of_scenario(study, study.first)
    except results.Absent:
        return False
    gap = found.regional.minus(found.city).interval()
    return is_told(gap) and gap[0] > 0


def _leads(study, row):
    """Whether the runs tell that a cause is the commonest of its mode, by the test of the section on causes."""
    lead = tie_parts.leading_causes(study)[1].get(row["mode"])
    return bool(lead and lead.sure and lead.first == row["cause"])


def _first_cause(study, parts):
    """The commonest cause of end of all modes together, from the spells."""
    if "causes" not in parts:
        return None
    frame = parts["causes"].frame
    mine = frame[frame["scenario"] == study.first.label].sort_values("mean", ascending=False)
    mine = mine.drop_duplicates("cause").head(3)
    if mine.empty:
        return None
    first = mine.iloc[0]
    span = study.known(first[["mean", "low", "high"]])
    told = _leads(study, first) and not study.is_few()
    label = say("Ties ended per replicate, by cause")
    rows = [(plain(row.cause), "c-neutral", *study.known((row.mean, row.low, row.high))) for row in mine.itertuples(index=False)]
    number, names = estimate(span), {"cause": plain(first["cause"]), "mode": say_mode(first["mode"])}
    single = number == ONE
    if told and tie_parts.leading_causes(study)[1][first["mode"]].next is None:
        what = say("tie per replicate ends by {cause}, the only cause of {mode} ties" if single else
                   "ties per replicate end by {cause}, the only cause of {mode} ties", **names)
    elif told:
        what = say("tie per replicate ends by {cause}, the commonest cause of {mode} ties" if single else
                   "ties per replicate end by {cause}, the commonest cause of {mode} ties", **names)
    else:
        what = say("More {mode} ties end by {cause} than by any other cause ({number} per replicate), which may be chance",
                   number=count(span[0]), **names)
    return Card(say("Why?" if len(study.modes) > 1 else "Why do they end?"), number if told else say("no clear main cause"), what,
                rests_on(study, span, int(first["n"])) + say("."), observed.ends(study),
                drawings.dots(rows, label, lambda *span: estimate(span), True, label), "causes",
                told=told, changes=card_changes.by_run(study, lambda s: _ended_by(study, s, first)))


def _ended_by(study, scenario, row):
    """How many ties of a mode ended by a cause in each run of a scenario; row: of the causes' table."""
    counts = survival.ended_by_cause(study.ties(scenario), scenario.runs.index)
    return counts.get((row["mode"], row["cause"]), pd.Series(0, index=scenario.runs.index))
