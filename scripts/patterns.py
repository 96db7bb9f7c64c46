#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The patterns C1 to C10 of the cooperation model beside what was observed.

For every pattern that can be measured in a results file (written with --detail full): the
observed value and its source, the model's mean over runs, and the range of the runs. C1 and C2
count the projects of JICA's local type and of MoE alone, as the study does. This is the table of
ODD.md, section 1.2. There is one history, so the last rows say in which share of the runs each of its
main features is there, and in which all of them are. Tags of sources: S the study, F a public document, D derived.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import sys
from pathlib import Path

from analysis import interrupts  # noqa: F401  # first: what else is imported takes seconds

import numpy as np
import pandas as pd

import kumiai_results as results
from analysis import cli, formats

NAME = "patterns.py"
FORMATS = ("text", "markdown", "latex", "csv")
YEARS = range(2013, 2018)
STUDY = ["jica_local", "moe_jcm"]  # whose projects the study counts
REGIONS = {"northeast_asia": 11, "south_asia": 3, "southeast_asia": 101, "pacific": 3,
           "latin_america": 2, "middle_east": 1, "africa": 1}
BY_YEAR = {2013: 15, 2014: 23, 2015: 29, 2016: 29, 2017: 26}
AWARDS = {("jica_local", 2015): "≈ 13 (D)", ("jica_local", 2016): "≈ 10 (D)",
          ("moe_jcm", 2015): "16 (F)", ("moe_jcm", 2016): "19 (F)"}
LARGEST = ("Kitakyushu", "Yokohama", "Kawasaki")
CODES = ("401005", "141003", "141305")  # of these cities
CAT23 = "C0001"
STANDING = {("401005", "CN-1814087"): "Kitakyushu–Dalian", ("401005", "ID-1625822"): "Kitakyushu–Surabaya",
            ("401005", "KH-1821306"): "Kitakyushu–Phnom Penh"}
# What a run must show to be like the history: of JFY 2013-17, on the study's scope.
BOUNDS = {"active donors": (30, 45), "projects started, JFY 2013–17": (98, 146),
          "Southeast Asia's share": (0.75, 0.90)}
WORKS = {"contribution": "by far most (S)", "consultation": "some (S)", "operation": "0 (S)",
         "investment": "0 (S)"}
HEAD = ["pattern", "what", "observed", "model", "range of the runs"]


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("file", metavar="R.db", type=Path, help="results file, of --detail full")
    parser.add_argument("--scenario", metavar="NAME", help="default: the first of the file")
    parser.add_argument("--format", choices=FORMATS, default="text",
                        help="form of the table (default: text)")
    return parser.parse_args(argv)


def per_run(frame, runs):
    """Rows of each run, 0 for a run without any."""
    return frame.groupby("run_id").size().reindex(runs, fill_value=0)


def shares(projects, runs):
    """Largest donor's share, that of the three largest, and the Gini coefficient, by run."""
    found = {}
    for run, own in projects.groupby("run_id"):
        count = own["donor_id"].value_counts().to_numpy()
        n, rank = len(count), np.arange(len(count), 0, -1)
        found[run] = (count[0] / count.sum(), count[:3].sum() / count.sum(),
                      (2 * (rank * count).sum() / count.sum() - (n + 1)) / n, n)
    return pd.DataFrame.from_dict(found, orient="index", columns=range(4)).reindex(runs)


# ---- the patterns, each a list of (pattern, what, observed, values by run) ----


def started(projects, runs):
    """C1: projects of the study's schemes started in JFY 2013-17."""
    rows = [("C1", "projects started, JFY 2013–17", "122 (S)", per_run(projects, runs))]
    for year, observed in BY_YEAR.items():
        rows.append(("C1", f"… in {year}", f"{observed} (S)",
                     per_run(projects[projects["year"] == year], runs)))
    for (scheme, year), observed in AWARDS.items():
        own = projects[(projects["scheme"] == scheme) & (projects["year"] == year)]
        rows.append(("C1", f"awards of {scheme}, {year}", observed, per_run(own, runs)))
    asia = per_run(projects[projects["region"] == "southeast_asia"], runs)
    rows.append(("C1", "Southeast Asia's share", ".83 (S)", asia / per_run(projects, runs)))
    for region, observed in REGIONS.items():
        own = projects[projects["region"] == region]
        rows.append(("C1", f"projects in {results.words(region)}", f"{observed} (S)", per_run(own, runs)))
    return rows


def concentrated(projects, runs, agents):
    """C2: who starts them, of the same schemes."""
    share = shares(projects, runs)
    observed = ("≈ .20 (D)", "> .40 (D)", "≈ .5 (D)", "36–41 (D)")
    what = ("largest donor's share", "share of the three largest", "Gini among active donors",
            "active donors")
    rows = [("C2", name, seen, share[k]) for k, (name, seen) in enumerate(zip(what, observed))]
    for city in LARGEST:
        people = agents.loc[agents["name"] == city, "population"]
        if people.empty:
            continue  # another population than that of the repository
        own = projects[projects["donor_id"] == people.idxmax()]  # towns share names
        rows.append(("C2", f"share of {city}", "among the three largest (S)",
                     per_run(own, runs) / per_run(projects, runs)))
    return rows


def abroad(scenario, runs):
    """C3, C4: cooperatives with a live tie at the end of JFY 2017; works they began, by type."""
    works = [f"works_{kind}" for kind in WORKS]
    series = results.read_series(scenario, ["cooperatives_active_abroad", *works])
    last = series[series["time"] < 2018].groupby("run_id")["cooperatives_active_abroad"].last()
    begun = series.groupby("run_id")[works].sum().reindex(runs)
    return [("C3", "cooperatives active abroad, 2017", "1 (S)", last.reindex(runs)),
            *(("C4", f"works of type {kind}, all years", observed, begun[f"works_{kind}"])
              for kind, observed in WORKS.items())]


def fewer(scenario, runs):
    """C5: growth of the number of cooperatives, % a year after the merger wave: the population has the
    municipalities of today, so the wave lies behind it."""
    series = results.read_series(scenario, ["cooperatives"])
    series = series[(series["time"] >= 2007) & (series["time"] <= 2018)]
    ends = series.groupby("run_id").agg(["first", "last"])
    years = ends["time"]["last"] - ends["time"]["first"]
    growth = np.log(ends["cooperatives"]["last"] / ends["cooperatives"]["first"]) / years
    return [("C5", "cooperatives, % a year, 2007–18", "−0.1 (F)",
             (100 * np.expm1(growth)).reindex(runs))]


def renewed(scenario, runs):
    """C6: new heads per election; staff of JFY 2017 over that of 2005."""
    series = results.read_series(scenario, ["elections", "leader_turnovers", "staff_total"])
    total = series.groupby("run_id")[["elections", "leader_turnovers"]].sum()
    staff = [series[series["time"].astype(int) == year].groupby("run_id")["staff_total"].last()
             for year in (2005, 2017)]
    return [("C6", "new heads per election", ".29–.37 (D)",
             (total["leader_turnovers"] / total["elections"]).reindex(runs)),
            ("C6", "local staff, 2017 over 2005", ".902 (F)", (staff[1] / staff[0]).reindex(runs))]


def together(projects, runs):
    """C7: projects that members of a cooperative joined."""
    joint = projects[projects["members"] > 0].assign(years=lambda p: p["finish"] - p["start"])
    means = joint.groupby("run_id")[["members", "years"]].mean().reindex(runs)
    return [("C7", "joint projects, all years", "one at least (S)", per_run(joint, runs)),
            ("C7", "members in one", "6 of 23 (S)", means["members"]),
            ("C7", "years of one", "3 (S)", means["years"])]


def leads(projects, runs, code_of):
    """Runs in which Kitakyushu has most projects (a tie counts), and the three cities are the first."""
    first, three = {}, {}
    for run, own in projects.groupby("run_id"):
        count = own["donor_id"].map(code_of).value_counts()
        first[run] = count.get(CODES[0], 0) == count.max()
        three[run] = set(count.index[:3]) == set(CODES)
    return [pd.Series(found, dtype=float).reindex(runs, fill_value=0) for found in (first, three)]


def lasting(ties, runs, code_of):
    """C9, C10: live ties at the end of JFY 2017, of CAT23, and of pairs known for decades."""
    live = ties[(ties["onset"] < YEARS[-1] + 1)
                & (ties["terminus_censored"] | (ties["terminus"] >= YEARS[-1] + 1))]
    donors = live["donor_id"].map(code_of)
    cat23 = set(live.loc[donors == CAT23, "run_id"])
    others = set(live.loc[donors.str.startswith("C") & (donors != CAT23), "run_id"])  # codes of cooperatives
    rows = [("C9", "runs with CAT23 abroad, 2017", "1 (S)", flags(runs, cat23)),
            ("C9", "… and no other cooperative", "1 (S)", flags(runs, cat23 - others))]
    pairs = pd.Series(list(zip(donors, live["partner_id"].map(code_of))), index=live.index)
    for pair, name in STANDING.items():
        old = live[(pairs == pair) & (live["onset"] < YEARS[0])]
        rows.append(("C10", f"runs in which {name} stands, 2017", "1 (F)", flags(runs, set(old["run_id"]))))
    return rows


def flags(runs, found):
    return pd.Series([float(run in found) for run in runs], index=runs)


def history(rows):
    """The joint probability of what is known, from rows that are there already."""
    by = {what: values for _, what, _, values in rows}
    all_of = pd.Series(1.0, index=next(iter(by.values())).index)
    for what, (low, high) in BOUNDS.items():
        inside = by[what].between(low, high).astype(float)
        rows.append(("joint", f"runs with {what} in {low:g} to {high:g}", "1 (S)", inside))
        all_of *= inside
    for what in JOINT:
        all_of *= by[what]
    return [*rows, ("joint", "runs that show all of it", "1", all_of)]


JOINT = ("runs that Kitakyushu leads", "runs that the three cities lead",
         "runs with CAT23 abroad, 2017", "… and no other cooperative")


# ---- the table ----


def check_years(scenario):
    """Refuse runs that do not cover the years of the patterns."""
    window = results.windows(scenario)
    first, last = int(window["start"].max()), int(window["end"].min()) - 1
    if first > YEARS[0] or last < YEARS[-1]:
        raise results.ResultsError(f"{scenario.label} covers JFY {first} to {last}, but the patterns "
                                   f"are of {YEARS[0]} to {YEARS[-1]}.")


def measure(scenario):
    """All rows of the table for one scenario."""
    check_years(scenario)
    runs, agents = scenario.runs.index, results.read_agents(scenario)
    columns = ["donor_id", "scheme", "region", "start", "finish", "members"]
    projects = results.read_projects(scenario, columns)
    projects["year"] = np.floor(projects["start"]).astype(int)
    seen = projects[projects["year"].isin(YEARS) & projects["scheme"].isin(STUDY)]
    rows = (started(seen, runs) + concentrated(seen, runs, agents)
            + abroad(scenario, runs) + fewer(scenario, runs) + renewed(scenario, runs)
            + together(projects, runs))
    code_of = agents["code"]
    if not set(CODES) | {CAT23} <= set(code_of):
        return rows  # another population than that of the repository
    first, three = leads(seen, runs, code_of)
    rows += [("C2", JOINT[0], "1 (S)", first), ("C2", JOINT[1], "1 (S)", three)]
    columns = [*results.TIE_COLUMNS, "donor_id", "partner_id"]
    ties = results.read_ties(scenario, columns=list(dict.fromkeys(columns)))
    return history(rows + lasting(ties, runs, code_of))


def number(value):
    """Three figures, no power of ten; a share without its naught is for prose."""
    return "—" if np.isnan(value) else f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def as_cells(rows):
    """The rows as texts."""
    return [[pattern, what, observed, number(values.mean()),
             f"{number(values.min())} to {number(values.max())}"]
            for pattern, what, observed, values in rows]


def write(rows, form, title):
    """The table on standard output."""
    cells = as_cells(rows)
    if form == "csv":
        pd.DataFrame([(p, w, o, v.mean(), v.min(), v.max(), v.count()) for p, w, o, v in rows],
                     columns=["pattern", "what", "observed", "mean", "min", "max", "runs"]
                     ).to_csv(sys.stdout, index=False)
    elif form == "latex":
        print("\n".join(formats.latex(HEAD, cells, title, left=3)))
    elif form == "markdown":
        print("\n".join(formats.markdown(HEAD, cells, left=3)))
    else:
        print("\n".join([*formats.text(HEAD, cells), "", title]))


def choose(scenarios, name):
    """The scenario of that name, or the first."""
    if name is None:
        return scenarios[0]
    known = {s.name: s for s in scenarios}
    return known[results.pick([name], list(known), "The file has no scenario")[0]]


def patterns(options):
    """The whole table; raises ResultsError or OSError."""
    scenarios, notes = results.load([options.file], "cooperation")
    for note in notes:
        cli.warn(NAME, note)
    scenario = choose(scenarios, options.scenario)
    try:
        rows = measure(scenario)
    except results.Absent as lack:
        raise results.ResultsError(f"{lack}; patterns need a run with --detail full.") from lack
    write(rows, options.format, f"{scenario.label}: {scenario.n} runs")


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, patterns, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
