# SPDX-License-Identifier: GPL-3.0-or-later
"""Data of the interactive map: land, and one replicate's ties, projects and heads per scenario."""

from functools import lru_cache

import numpy as np

from kumiai import coast, results

from .part import columns

SOUTHMOST = -56.0  # no tie reaches the Antarctic
OPENS = 2017  # fiscal year that a map shows first, the last of the record
ROOM = 2.0  # degrees around the agents of a country of one's own
SHAPE = 88 / 63  # degrees of longitude over those of latitude, of the part of Asia that Japan's map shows
JAPAN = (127.0, 147.0, 29.0, 46.5)
HEADS = ("leader_turnover", "manager_elected")
AGENT_COLUMNS = ["name", "name_local", "kind", "region", "population", "estimated", "lat", "lon"]


def _rounded(ring, fine):
    """A ring on a coarse grid without repeated points; Japan finer than the rest."""
    step = 0.02 if fine else 0.1
    grid = np.round(ring / step) * step
    moved = np.r_[True, np.any(np.diff(grid, axis=0) != 0, axis=1)]
    return np.round(grid[moved], 2)


def _unbroken(ring):
    """A ring that crosses the 180th meridian goes on beyond it instead of back round the globe."""
    east = np.unwrap(ring[:, 0], period=360)
    return np.c_[east - 360 * np.round(east.mean() / 360), ring[:, 1]]


@lru_cache(maxsize=1)
def land():
    """Coast lines as GeoJSON with one feature, coarse enough for a page."""
    polygons, rings = [], coast.rings()
    near = [JAPAN[0] <= r[:, 0].mean() <= JAPAN[1] and JAPAN[2] <= r[:, 1].mean() <= JAPAN[3]
            for r in rings]
    for ring, fine in zip(rings, near):
        small = _rounded(_unbroken(ring), fine)
        if len(small) >= 4 and small[:, 1].max() > SOUTHMOST:
            small[-1] = small[0]
            polygons.append([small.tolist()])
    return {"type": "FeatureCollection", "features": [{
        "type": "Feature", "properties": {"name": "land"},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons}}]}


def replicate(scenario, rep=None):
    """The ok run that the map shows: (run_id, its row)."""
    runs = scenario.runs if rep is None else scenario.runs[scenario.runs["rep"] == rep]
    if runs.empty:
        known = scenario.runs["rep"]
        raise results.ResultsError(f"{scenario.label} has no ok run of replicate {rep} "
                                   f"(there are {known.min()} to {known.max()}).")
    run_id = runs["rep"].idxmin()
    return run_id, runs.loc[run_id]


def _events(run, members):
    """New heads of the members: agent_id and time, in order; empty where none is recorded."""
    marks = ",".join("?" * len(HEADS))
    try:
        frame = results.read_table(run, "event", ["time", "kind", "subject_id"],
                                   f"kind IN ({marks})", HEADS)
    except results.Absent:
        return {"agent": [], "time": []}
    frame = frame[frame["subject_id"].isin(members)].sort_values("time")
    return columns(frame.rename(columns={"subject_id": "agent"})[["agent", "time"]].astype(
        {"agent": int}))


def _projects(run):
    """Projects of the run on the map."""
    names = ["tie_id", "scheme", "start", "finish", "granted_yen", "own_yen"]
    try:
        frame = results.read_projects(run, names)
    except results.Absent:
        return {name: [] for name in names}
    return columns(frame[names].astype({"finish": float}))


def scenario_map(study, scenario, rep=None):
    """What the map shows of a scenario, one replicate of it; raises Absent without ties that have a place."""
    run_id, run = replicate(scenario, rep)
    one = results.with_runs(scenario, [run_id])
    ties = results.read_ties(one, study.main_kind)
    members = set(ties["donor_id"]) | set(ties["partner_id"])
    agents = study.agents(scenario)
    agents = agents.loc[agents.index.isin(members), AGENT_COLUMNS].dropna(subset=["lat", "lon"])
    ties = ties[ties["donor_id"].isin(agents.index) & ties["partner_id"].isin(agents.index)]
    if ties.empty:
        raise results.Absent(f"{scenario.label}: no tie has the latitude and longitude of both "
                             "sides")
    shown = ties[["tie_id", "donor_id", "partner_id", "mode", "sector", "onset", "terminus",
                  "cause"]].copy()
    shown["terminus"] = shown["terminus"].mask(ties["terminus_censored"])
    shown["cause"] = shown["cause"].astype(object).fillna("")
    first, last = int(np.floor(ties["start"].min() + 1e-6)), int(np.ceil(ties["end"].max() - 1e-6)) - 1
    return {"rep": int(run["rep"]), "seed": int(run["seed"]), "name": scenario.name,
            "first": first, "last": last, "opens": _opening(shown, first, last),
            "agents": columns(agents.reset_index()), "ties": columns(shown),
            "projects": _projects(one), "heads": _events(one, members)}


def _opening(ties, first, last):
    """The fiscal year in which the map opens: OPENS or, without a tie then, the one with most."""
    def alive(year):
        return int(((ties["onset"] < year + 1) & (ties["terminus"].isna() | (ties["terminus"] >= year + 1))).sum())
    opens = min(max(OPENS, first), last)
    return opens if alive(opens) else max(range(first, last + 1), key=alive)


def extent(data):
    """[[west, north], [east, south]] that holds the agents of all maps with room around, of the shape of the usual
    one; data: {label: data of its map}."""
    lons = [lon for one in data.values() for lon in one["agents"]["lon"]]
    lats = [lat for one in data.values() for lat in one["agents"]["lat"]]
    middle = (max(lons) + min(lons)) / 2, (max(lats) + min(lats)) / 2
    spans = (max(values) - min(values) for values in (lons, lats))
    wide, high = (1.1 * span + 2 * ROOM for span in spans)
    wide, high = max(wide, high * SHAPE), max(high, wide / SHAPE)
    return [[round(middle[0] - wide / 2, 2), round(middle[1] + high / 2, 2)],
            [round(middle[0] + wide / 2, 2), round(middle[1] - high / 2, 2)]]


def maps(study, rep=None):
    """{label: data of its map}, reasons of those without; raises Absent if none has any."""
    found, reasons = study.each(lambda s: scenario_map(study, s, rep))
    return {s.label: data for s, data in found}, reasons
