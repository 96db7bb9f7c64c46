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

import kumiai_results as results

from . import covariates, survival

ALIKE = ("country", "sector", "onset_year")
REGIONAL, CITY = "regional", "city_to_city"


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
    cooperatives with a tie, by run; unknown: ties left out, since their age is not known.
    """

    found: Matched | None
    abroad: pd.Series
    unknown: int


def of_scenario(scenario, ties, horizon):
    """Compared of the histories of a scenario in which a cooperative works abroad.

    ties: of kumiai_results.read_ties, with all columns but kind and stage at least.
    """
    ties = ties.assign(country=covariates.of_partners(scenario, ties, "area"),
                       onset_year=np.floor(ties["onset"]))
    spells, left_out = survival.spells(ties, [*ALIKE, "donor_id"])
    kind = results.read_agents(scenario)["kind"]
    bodies = ties[ties["donor_id"].map(kind) == "cooperative"]
    abroad = bodies.groupby("run_id")["donor_id"].nunique() \
        .reindex(list(scenario.runs.index), fill_value=0)
    runs = list(abroad.index[abroad > 0])
    found = means(spells[spells["run_id"].isin(runs)], runs, horizon) if runs else None
    return Compared(found, abroad, left_out["age unknown"])


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


def _cells(frame, runs, ages):
    """Ended and at risk by run, stratum and age; ties by run and stratum."""
    strata = frame["stratum"].unique()
    cell = pd.MultiIndex.from_product([runs, strata])
    keys = pd.MultiIndex.from_frame(frame[["run_id", "stratum"]])
    numbered = frame.assign(run_id=cell.get_indexer(keys))
    shape = len(runs), len(strata)
    ended, at_risk = (a.reshape(*shape, -1)
                      for a in survival.at_risk_table(numbered, ages, range(len(cell))))
    ties = np.bincount(numbered["run_id"], minlength=len(cell)).reshape(shape)
    return strata, ended, at_risk, ties


def _without_each(array):
    """Totals over runs (axis 0): of all in the first row, then without each in turn."""
    total = array.sum(axis=0, keepdims=True)
    return np.concatenate([total, total - array])


def _area(ended, at_risk, ages, horizon):
    """Area under the product-limit curve up to the horizon, by row."""
    hazard = np.divide(ended, at_risk, out=np.zeros_like(ended), where=at_risk > 1e-12)
    level = np.hstack([np.ones((len(hazard), 1)), np.cumprod(1 - hazard, axis=1)])
    return level @ np.diff(np.r_[0.0, ages, horizon])


def _followed(frame, horizon):
    """Some were watched to the horizon, or all had ended before it."""
    last = frame["stop"].max()
    return last >= horizon or bool(frame.loc[frame["stop"] == last, "event"].all())


def means(spells, runs, horizon):
    """Matched means of spells with the columns ALIKE; None where no regional tie has its like."""
    runs, pairs = list(runs), alike(spells)
    total = int((spells["mode"] == REGIONAL).sum())
    ages = np.unique(pairs.loc[(pairs["event"] == 1) & (pairs["stop"] < horizon), "stop"])
    groups = {mode: pairs[pairs["mode"] == mode] for mode in (REGIONAL, CITY)}
    if pairs.empty or not all(_followed(g, horizon) for g in groups.values()):
        return None
    strata, ended, at_risk, wanted = _cells(groups[REGIONAL], runs, ages)
    regional = _area(_without_each(ended).sum(axis=1), _without_each(at_risk).sum(axis=1),
                     ages, horizon)
    order, ended, at_risk, there = _cells(groups[CITY], runs, ages)
    place = pd.Index(order).get_indexer(strata)
    wanted, there = _without_each(wanted), _without_each(there)[:, place]
    weight = np.divide(wanted, there, out=np.zeros(wanted.shape), where=there > 0)
    sums = (np.einsum("rs,rsa->ra", weight, _without_each(a)[:, place]) for a in (ended, at_risk))
    city = _area(*sums, ages, horizon)
    histories = groups[REGIONAL]["run_id"].nunique()
    return Matched(survival.Estimate(regional, histories, horizon),
                   survival.Estimate(city, histories, horizon), total,
                   len(groups[REGIONAL]), len(groups[CITY]), histories)
