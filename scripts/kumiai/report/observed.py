# SPDX-License-Identifier: GPL-3.0-or-later
"""What was observed, for the cards at the head of a page: the record and the targets of cooperation.

The record is a part of the truth, not a sample of it (configs/cooperation/record/README.md): what
stands beside a number of the model says so. Without the files of the source tree there is nothing, nor
beside the numbers of another country, of which the record says nothing.
"""

import math
from functools import lru_cache

import numpy as np
import pandas as pd

from kumiai import intervals, results, scores, targets

from .card import estimate
from .language import say
from .part import said_share, written

TARGETS = scores.ROOT / "configs" / "cooperation" / "targets.cfg"
LAST = scores.YEARS[1]  # of the record
REGIONAL_BODY = "C"  # codes of cooperatives begin with it


@lru_cache(maxsize=1)
def _pairs():
    """Recorded pairs of cooperation that began by LAST: frame with index (donor, partner), first and last year
    (infinite where no end is known); None without the record."""
    path = scores.RECORD / "ties.csv"
    if not path.is_file():
        return None
    rows = pd.read_csv(path, dtype={"donor": str, "partner": str})
    rows = rows[rows["kind"].isin(scores.KINDS) & (rows["from"] <= LAST) & rows["partner"].notna()]
    rows = rows.assign(until=rows["until"].fillna(np.inf))
    return rows.groupby(["donor", "partner"]).agg(first=("from", "min"), last=("until", "max"))


def _share(study, span):
    """A simulated share with its interval; alone where the replicates are few, as the card says."""
    return estimate((span.mean, math.nan, math.nan), "\u00a0%", scale=100) if study.is_few() else \
        said_share(span.mean, span.low, span.high)


def _covers(study, year):
    """Whether the runs of the first scenario cover the end of a fiscal year."""
    window = results.windows(study.first)
    return window["start"].max() <= year and window["end"].min() >= year + 1


def _alive(ties, year):
    """Ties that stand at the end of a fiscal year."""
    return ties[(ties["onset"] < year + 1) & (ties["terminus_censored"] | (ties["terminus"] >= year + 1))]


def forms(study):
    """Share of regional ties at the end of JFY 2017, on record and in the runs; '' where unknown."""
    pairs = _pairs()
    if pairs is None or not study.is_japan or not _covers(study, LAST):
        return ""
    standing = pairs[pairs["last"] >= LAST]
    regional = sum(donor.startswith(REGIONAL_BODY) for donor, _ in standing.index)
    ties = _alive(study.ties(study.first), LAST)
    by_run = (ties["mode"] == "regional").groupby(ties["run_id"]).mean().reindex(study.first.runs.index)
    span = intervals.mean_interval(study.independent(by_run), share=True)
    return say("On record at the end of JFY {year}: {regional} of {all} pairs are regional ({share} %). "
               "Simulated: {simulated} of ties.", year=LAST, regional=regional, all=len(standing),
               share=written(100 * regional / len(standing), 0), simulated=_share(study, span))


def lasting(study):
    """How many recorded pairs of before JFY 2013 still stand in 2017, on record and in the runs."""
    if _pairs() is None or not study.is_japan or not _covers(study, LAST):
        return ""
    if results.windows(study.first)["start"].max() > scores.YEARS[0]:
        return ""
    simulated, recorded = _kept(study)
    if not recorded[0]:
        return ""
    span = intervals.mean_interval(study.independent(simulated), share=True)
    text = say("On record: {kept} of {all} pairs that stood before JFY {first} still stand in {last}. "
               "Simulated: {simulated} of them.", kept=recorded[1], all=recorded[0], first=scores.YEARS[0], last=LAST,
               simulated=_share(study, span))
    return text + _without_record(study, recorded[0]) + _judged(study, span, recorded)


def _judged(study, span, recorded):
    """What lies between the simulated share (an Interval) and the recorded one (all, standing), '' where they agree."""
    if study.is_few() or not span.known or span.high >= recorded[1] / recorded[0]:
        return ""
    return say(" The record hardly notes any end, and the model ends old ties too often (ODD 1.2, C8).")


def _kept(study):
    """(share of the recorded pairs of before the years that stand after them, by run; (all, standing) on record)."""
    ties, code = study.ties(study.first), study.agents(study.first)["code"]
    pairs = _standing_before()
    early = ties[ties["onset"] < scores.YEARS[0]]
    pair = pd.MultiIndex.from_arrays([early["donor_id"].map(code), early["partner_id"].map(code)])
    early = early.assign(pair=pair)[pair.isin(pairs.index)]
    before = pairs[pairs.index.isin(list(set(early["pair"])))]
    standing = _alive(early, LAST).drop_duplicates(["run_id", "pair"]).groupby("run_id").size()
    at_start = early.drop_duplicates(["run_id", "pair"]).groupby("run_id").size()
    share = (standing / at_start).reindex(study.first.runs.index)
    return share, (len(before), int((before["last"] >= LAST).sum()))


def _without_record(study, formed):
    """That runs which begin before the years know the recorded pairs that formed in them alone; '' of runs that begin with
    the record. formed: how many pairs those are."""
    begins, known = study.begins, _standing_before()
    if begins >= scores.YEARS[0] or formed >= len(known):
        return ""
    return say(" On record are {all} such pairs; these {formed} formed in a run as well. The runs begin in {year}, without the "
               "record.", all=len(known), formed=formed, year=begins)


def _standing_before():
    """The recorded pairs that stood before the years of the targets."""
    pairs = _pairs()
    return pairs[(pairs["first"] < scores.YEARS[0]) & (pairs["last"] >= scores.YEARS[0])]


def ends(study):
    """New heads per election, observed and in the runs: the one thing about causes that was observed."""
    try:
        series = results.read_series(study.first, ["leader_turnovers", "elections"])
        known = _new_heads(study)
    except (results.Absent, results.ResultsError, KeyError):
        return ""
    sums = series.groupby("run_id")[["leader_turnovers", "elections"]].sum()
    by_run = sums["leader_turnovers"] / sums["elections"].replace(0, np.nan)
    span = intervals.mean_interval(study.independent(by_run), share=True)
    if not math.isfinite(span.mean) or not known:
        return ""
    return say("No record says why ties ended. Observed: a new head in {observed} % of elections. "
               "Simulated: {simulated}.", observed=known.replace("–", say("–")), simulated=_share(study, span))


@lru_cache(maxsize=4)
def _observed_new_heads(path):
    words = targets.read_targets(path, "all").loc["new_heads", "observed"] or ""
    return "–".join(f"{100 * float(x):.0f}" for x in words.split("–"))


def _new_heads(study):
    """Observed share of elections with a new head in per cent ('29–37'), of the results file or, for Japan, the tree."""
    try:
        return _observed_new_heads(study.first.path)
    except results.ResultsError:
        return _observed_new_heads(TARGETS) if study.is_japan and TARGETS.is_file() else ""
