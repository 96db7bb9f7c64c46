# SPDX-License-Identifier: GPL-3.0-or-later
"""Regional ties against city-to-city ties that are alike in what both sides faced at the onset.

A stratum is a set of values of the columns ALIKE. City-to-city ties of a stratum weigh together
as much as its regional ties, so that both groups have the same mix of countries, sectors and
years. Histories, not ties, are independent: weights and means are made anew without each
replicate in turn.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumiai import drawn, results

from . import covariates, survival

ALIKE = ("country", "sector", "onset_year")
REGIONAL, CITY = "regional", "city_to_city"
FEWEST_TIES = 5  # distinct ties of each mode that a comparison rests on


def forbids(scenario, mode):
    """Whether a rule of the scenario keeps all ties of a mode from forming."""
    kept = vars(scenario).setdefault("_forbids", {})  # a page asks for it a hundred times
    if mode not in kept:
        try:
            kept[mode] = results.settings(scenario).get(f"formation.{mode}") == "false"
        except results.Absent:
            kept[mode] = False
    return kept[mode]


@dataclass
class Matched:
    """Means of one scenario within a horizon.

    ties: regional ties in all; matched: those with a city-to-city tie alike; others: the
    city-to-city ties alike; histories: replicates with a matched regional tie.
    """

    regional: survival.Estimate
    city: survival.Estimate
    ties: int
    matched: int
    others: int
    histories: int


@dataclass
class Compared:
    """A scenario, like against like.

    found: Matched, None where no regional tie has a like that was followed to the horizon; abroad:
    cooperatives with a tie, by run; unknown: ties left out, since their age is not known; distinct: how
    many ties the mode with fewest of them has among those alike, a tie of the record once for all runs.
    """

    found: Matched | None
    abroad: pd.Series
    unknown: int
    distinct: int


def of_scenario(scenario, ties, horizon, form=None):
    """Compared of the histories of a scenario in which a cooperative works abroad.

    ties: of results.read_ties, with all columns but kind and stage at least. form: of the regional ties that
    are compared; default: all.
    """
    ties = ties.assign(country=covariates.of_partners(scenario, ties, "area"),
                       onset_year=np.floor(ties["onset"]))
    spells, left_out = survival.spells(ties, [*ALIKE, "donor_id", "partner_id", "form"])
    kind = results.read_agents(scenario)["kind"]
    bodies = ties[ties["donor_id"].map(kind) == "cooperative"]
    abroad = bodies.groupby("run_id")["donor_id"].nunique() \
        .reindex(list(scenario.runs.index), fill_value=0)
    runs = list(abroad.index[abroad > 0])
    if form is not None:
        spells = spells[(spells["mode"] != REGIONAL) | (spells["form"] == form)]
    spells = spells[spells["run_id"].isin(runs)]
    found = means(spells, drawn.units(scenario).reindex(runs), horizon) if runs else None
    return Compared(found, abroad, left_out["age unknown"], distinct_ties(alike(spells)))


def distinct_ties(pairs):
    """Ties of the mode with fewest of them: all that formed in a run, and those of the record once, since
    every run begins with the same ones. pairs: spells alike, with donor_id and partner_id."""
    record = pairs["entry"] > 0
    once = pairs[record].drop_duplicates(["mode", "donor_id", "partner_id", *ALIKE])
    counts = pd.concat([pairs[~record], once])["mode"].value_counts()
    return int(min(counts.get(mode, 0) for mode in (REGIONAL, CITY)))


def rows(found):
    """Table of a Matched: both means and their difference with intervals, and what they stand on."""
    counts = {"regional_ties": found.ties, "matched": found.matched, "city_ties": found.others,
              "histories": found.histories}
    parts = (("regional", found.regional), ("city_to_city, alike", found.city),
             ("difference", found.regional.minus(found.city)))
    return [{"what": what, "years": years, "low": low, "high": high, **counts}
            for what, estimate in parts for years, low, high in [estimate.interval()]]


def alike(spells):
    """Spells of strata that have both modes, with the number of the stratum."""
    spells = spells.assign(stratum=spells.groupby(list(ALIKE), observed=True).ngroup())
    both = spells.groupby("stratum")["mode"].nunique()
    return spells[spells["stratum"].isin(both.index[both == 2])]


def _ties(frame, runs, strata):
    """Ties by run and stratum."""
    at = runs.get_indexer(frame["run_id"]) * strata + frame["stratum"].to_numpy()
    return np.bincount(at, minlength=len(runs) * strata).reshape(len(runs), strata)


def _weighted(city, ages, runs, weight):
    """Ended and at risk by age among city-to-city ties by their weight: of all, then without each run.

    weight: of a stratum in each of these samples. What a run takes away is its own ties by the
    weights without it.
    """
    strata = range(weight.shape[1])
    of_all = survival.at_risk_table(city.assign(run_id=city["stratum"]), ages, strata)
    own = weight[1 + runs.get_indexer(city["run_id"]), city["stratum"]]
    of_runs = survival.at_risk_table(city, ages, runs, own)
    return [weight @ every - np.pad(mine, ((1, 0), (0, 0))) for every, mine in zip(of_all, of_runs)]


def _area(ended, at_risk, ages, horizon):
    """Area under the product-limit curve up to the horizon, by row."""
    # Weights are no less than one over the number of ties: what is smaller is rounding.
    hazard = np.divide(ended, at_risk, out=np.zeros_like(ended), where=at_risk > 1e-9)
    level = np.hstack([np.ones((len(hazard), 1)), np.cumprod(1 - hazard, axis=1)])
    return level @ np.diff(np.r_[0.0, ages, horizon])


def _followed(frame, horizon):
    """Some were watched to the horizon, or all had ended before it."""
    last = frame["stop"].max()
    return last >= horizon or bool(frame.loc[frame["stop"] == last, "event"].all())


def means(spells, runs, horizon):
    """Matched means of spells with the columns ALIKE; None where no regional tie has its like."""
    pairs = alike(spells)
    histories = pairs.loc[pairs["mode"] == REGIONAL, "run_id"].nunique()
    pairs, runs = survival.by_unit(pairs, runs)
    runs = pd.Index(runs)
    total = int((spells["mode"] == REGIONAL).sum())
    ages = np.unique(pairs.loc[(pairs["event"] == 1) & (pairs["stop"] < horizon), "stop"])
    groups = {mode: pairs[pairs["mode"] == mode] for mode in (REGIONAL, CITY)}
    if pairs.empty or not all(_followed(g, horizon) for g in groups.values()):
        return None
    regional = _area(*map(survival.leaving_out, survival.at_risk_table(groups[REGIONAL], ages, runs)),
                     ages, horizon)
    wanted, there = (survival.leaving_out(_ties(groups[mode], runs, pairs["stratum"].max() + 1))
                     for mode in (REGIONAL, CITY))
    weight = np.divide(wanted, there, out=np.zeros(wanted.shape), where=there > 0)
    city = _area(*_weighted(groups[CITY], ages, runs, weight), ages, horizon)
    units = groups[REGIONAL]["run_id"].nunique()
    return Matched(survival.Estimate(regional, units, horizon),
                   survival.Estimate(city, units, horizon), total,
                   len(groups[REGIONAL]), len(groups[CITY]), histories)
