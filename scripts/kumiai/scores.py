# SPDX-License-Identifier: GPL-3.0-or-later
"""The cooperation model against the observed record of JFY 2013-17: who worked with whom.

The record (configs/cooperation/record) is a part of the truth, and three cities were searched by
name, so that more of theirs is in it. Each run is therefore seen as the record sees the world: of
the pairs with projects that the study counts, as many as the record has are drawn, those of
searched donors and of the others apart, without replacement and by the run's own number, each with
all its projects (who finds a relation finds its renewals; an assumption). What is compared:

- pairs: the mean log probability of a recorded project's partner, given its donor, under the
  ensemble; against the same with partners drawn apart from donors, and against all alike;
- vectors of counts, as RSiena's goodness of fit (Lospinoso & Snijders 2019): partners a donor,
  donors a partner, projects a pair, geodesics, partners that two donors share, years between the
  first and the last project of a pair; and how many of the ties that were recorded before JFY 2013
  live at the end of each year, of which the record hardly knows an end. The distance is Mahalanobis',
  p the share of runs that lie at least as far from the others as the record does.
"""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from kumiai import results
from kumiai.database import ResultsError
from kumiai.targets import ROOT

RECORD = ROOT / "configs" / "cooperation" / "record"
YEARS = (2013, 2017)
STUDY = ("jica_local", "moe_jcm")
SMOOTHING = 1.0  # projects, spread as partners are drawn whatever the donor: no probability is 0
FEWEST = 10  # runs for a distance
KINDS = ("cooperation", "mou")  # rows of ties.csv that are ties of cooperation


# ---- the record ----


def _read(folder, name):
    path = Path(folder) / name
    try:
        return pd.read_csv(path, dtype={"donor": str, "partner": str, "body": str})
    except OSError as error:
        raise ResultsError(f"{path}: {error.strerror}.") from error


def recorded_projects(folder=RECORD):
    """Projects of Table 8-1 whose donor and partner the record has: donor, partner, year."""
    rows = _read(folder, "projects.csv")
    rows = rows[(rows["table_8_1"] == 1) & rows["start"].between(*YEARS) & rows["donor"].notna()
                & rows["partner"].notna() & rows["part_of"].isna()]
    return rows.assign(year=rows["start"].astype(int))[["donor", "partner", "year"]].reset_index(drop=True)


def searched(folder=RECORD):
    """Codes of the donors that were searched by name."""
    rows = _read(folder, "histories.csv")
    return set(rows.loc[rows["what"] == "searched", "body"])


def recorded_ties(folder=RECORD):
    """Pairs tied before JFY 2013, with the last year that is known (infinite where no end is)."""
    rows = _read(folder, "ties.csv")
    rows = rows[rows["kind"].isin(KINDS) & (rows["from"] < YEARS[0]) & rows["partner"].notna()]
    rows = rows.assign(until=rows["until"].fillna(np.inf))
    last = rows.groupby(["donor", "partner"])["until"].max()
    return last[last >= YEARS[0]]


# ---- the runs ----


def run_projects(scenario):
    """The same columns of every run, and run_id."""
    code = results.read_agents(scenario)["code"]
    rows = results.read_projects(scenario, ["donor_id", "partner_id", "scheme", "start"])
    rows["year"] = np.floor(rows["start"]).astype(int)
    rows = rows[rows["year"].between(*YEARS) & rows["scheme"].isin(STUDY)]
    return pd.DataFrame({"run_id": rows["run_id"], "donor": rows["donor_id"].map(code),
                         "partner": rows["partner_id"].map(code), "year": rows["year"]})


def as_seen(projects, like, by_name):
    """Of each run's projects those that a record with as many pairs would have; {run_id: frame}."""
    def split(rows):
        pairs = rows[["donor", "partner"]].drop_duplicates()
        named = pairs["donor"].isin(by_name)
        return pairs[named], pairs[~named]
    wanted = [len(part) for part in split(like)]
    found = {}
    for run, own in projects.groupby("run_id"):
        draw = np.random.default_rng(int(run))
        kept = [part.iloc[np.sort(draw.permutation(len(part))[:most])] for part, most in zip(split(own), wanted)]
        found[run] = own.merge(pd.concat(kept), on=["donor", "partner"])
    return found


# ---- pairs ----


def pair_scores(projects, recorded):
    """Mean log probability of the recorded partners given their donors: model, margins, uniform."""
    partners = sorted(set(projects["partner"]) | set(recorded["partner"]))
    margin = projects["partner"].value_counts().reindex(partners, fill_value=0) + SMOOTHING / len(partners)
    margin = margin / margin.sum()
    pairs = projects.groupby(["donor", "partner"]).size()
    donors = projects.groupby("donor").size()
    model = [(pairs.get((row.donor, row.partner), 0) + SMOOTHING * margin[row.partner])
             / (donors.get(row.donor, 0) + SMOOTHING) for row in recorded.itertuples()]
    return {"model": float(np.log(model).mean()),
            "partners drawn apart from donors": float(np.log(margin[recorded["partner"]]).mean()),
            "all partners alike": float(-np.log(len(partners)))}


# ---- vectors of counts ----


def _counts(values, most, first=1):
    """How many are first, first + 1, …, most or more."""
    clipped = np.clip(np.asarray(values, dtype=int), first, most)
    return np.bincount(clipped - first, minlength=most - first + 1).astype(float)


def _graph(projects):
    import networkx as nx  # a page of a report needs none

    graph = nx.Graph()
    graph.add_edges_from((("donor", d), ("partner", p)) for d, p in zip(projects["donor"], projects["partner"]))
    return graph


def geodesics(projects, most=4):
    """Pairs of donors and partners that are 1, …, most or more steps apart, then those not connected."""
    import networkx as nx

    graph = _graph(projects)
    found = [steps for node, reached in nx.all_pairs_shortest_path_length(graph)
             for other, steps in reached.items() if node < other]
    n = graph.number_of_nodes()
    return np.append(_counts(found, most), n * (n - 1) / 2 - len(found))


def shared_partners(projects, most=3):
    """Pairs of donors that share 1, …, most or more partners."""
    partners = projects.groupby("donor")["partner"].agg(set)
    shared = [len(a & b) for a, b in combinations(partners, 2)]
    return _counts([n for n in shared if n], most)


def spans(projects, most=3):
    """Pairs by the years between their first and their last project: 0, …, most or more."""
    year = projects.groupby(["donor", "partner"])["year"]
    return _counts(year.max() - year.min(), most, first=0)


STATISTICS = {
    "partners a donor": lambda p: _counts(p.groupby("donor")["partner"].nunique(), 5),
    "donors a partner": lambda p: _counts(p.groupby("partner")["donor"].nunique(), 3),
    "projects a pair": lambda p: _counts(p.groupby(["donor", "partner"]).size(), 4),
    "geodesics": geodesics,
    "shared partners": shared_partners,
    "years between a pair's projects": spans,
}


def mahalanobis(runs, observed):
    """(distance of the record, Monte Carlo p, never below 1/(runs + 1)): runs × counts, and those of the record.

    Counts that never vary are left out of the distance, unless the record differs in one: no
    distance would be too far. The covariance is inverted as far as it has rank.
    """
    runs, observed = np.asarray(runs, dtype=float), np.asarray(observed, dtype=float)
    if len(runs) < FEWEST:
        return np.nan, np.nan
    varies = runs.std(axis=0) > 0
    if (observed[~varies] != runs[0, ~varies]).any():
        return np.inf, 1 / (1 + len(runs))
    if not varies.any():
        return 0.0, 1.0
    centre, inverse = runs[:, varies].mean(axis=0), np.linalg.pinv(np.atleast_2d(np.cov(runs[:, varies].T)))

    def squares(rows):
        away = rows - centre
        return np.einsum("ij,jk,ik->i", away, inverse, away)
    far, of_runs = squares(observed[None, varies])[0], squares(runs[:, varies])
    return float(np.sqrt(max(far, 0))), float((1 + (of_runs >= far * (1 - 1e-12)).sum()) / (1 + len(runs)))


# ---- survival ----


def alive(scenario, ties):
    """(runs × years, record): how many of the recorded pairs are tied at the end of each year."""
    code = results.read_agents(scenario)["code"]
    spells = results.read_ties(scenario, columns=list(dict.fromkeys(
        [*results.TIE_COLUMNS, "donor_id", "partner_id"])))
    pair = pd.MultiIndex.from_arrays([spells["donor_id"].map(code), spells["partner_id"].map(code)])
    spells = spells[pair.isin(ties.index) & (spells["onset"] < YEARS[0]).to_numpy()]
    known = set(zip(spells["donor_id"].map(code), spells["partner_id"].map(code)))
    of_record = ties[[pair in known for pair in ties.index]]
    ends = range(YEARS[0] + 1, YEARS[1] + 2)
    rows = []
    for run in scenario.runs.index:
        own = spells[spells["run_id"] == run]
        rows.append([own.loc[own["terminus_censored"] | (own["terminus"] >= end), ["donor_id", "partner_id"]]
                     .drop_duplicates().shape[0] for end in ends])
    return np.array(rows, dtype=float), np.array([(of_record >= end - 1).sum() for end in ends], dtype=float)


# ---- all ----


def score(scenario, folder=RECORD):
    """(log scores of pairs, table of goodness of fit with columns what, record, model, distance, p)."""
    recorded, projects = recorded_projects(folder), run_projects(scenario)
    if projects.empty:
        raise ResultsError(f"{scenario.label}: no run has a project of JFY {YEARS[0]} to {YEARS[1]}.")
    seen = as_seen(projects, recorded, searched(folder))
    vectors = {what: ([count(own) for own in seen.values()], count(recorded))
               for what, count in STATISTICS.items()}
    vectors["recorded ties alive, by year"] = alive(scenario, recorded_ties(folder))
    rows = []
    for what, (runs, record) in vectors.items():
        distance, p = mahalanobis(runs, record)
        rows.append({"what": what, "record": record, "model": np.mean(runs, axis=0), "distance": distance, "p": p})
    return pair_scores(projects, recorded), pd.DataFrame(rows), len(recorded)
