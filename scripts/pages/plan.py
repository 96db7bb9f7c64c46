# SPDX-License-Identifier: GPL-3.0-or-later
"""Which page of the site is made of which parts. A page of one part has that part's heading."""

from dataclasses import dataclass

from pages.studies import ROOT


@dataclass(frozen=True)
class Page:
    """name: path without .md; parts: as in sources.py; title: where there are several parts; about: what it is for, in
    the list of its chapter."""

    name: str
    parts: tuple
    title: str = ""
    about: str = ""


SCENARIOS, RESULTS, MODELS = "scenarios/README.md", "scripts/README.md", "models/README.md"
POPULATION, RECORD, ODD = "configs/cooperation/population/README.md", "configs/cooperation/record/README.md", \
    "models/cooperation/ODD.md"

# Chapters in order: (folder, title, pages).
CHAPTERS = (
    ("tutorial", "Tutorial", (
        Page("tutorial/question-to-report", ("scenarios/TUTORIAL.md",)),)),
    ("how-to", "How to", (
        Page("how-to/install", ("scripts/package/README.md",),
             about="put the program, its data and all commands into a prefix, a Debian package or a container"),
        Page("how-to/own-scenario", (f"{SCENARIOS}#your-own-scenario",),
             about="write a scenario of a few lines, check it, and run it beside the baseline"),
        Page("how-to/own-country", ("configs/README.md#a-country-of-your-own",),
             about="run the model on local governments and partner cities of your own"),
        Page("how-to/dated-policy", ("scenarios/POLICIES.md",),
             about="change a parameter from a year or month on"),
        Page("how-to/named-agents", ("scenarios/NAMED_AGENTS.md",),
             about="do something to one city or cooperative, or to a class of them, and see what it did"),
        Page("how-to/fork", ("scenarios/FORK.md",),
             about="let several policies begin from one and the same past"),
        Page("how-to/sweep", ("scenarios/SWEEPS.md",),
             about="run a design over many parameters at once"),
        Page("how-to/what-matters", ("scripts/SENSITIVITY.md",),
             about="find out which parameters decide how long ties last"),
        Page("how-to/replicates", ("scenarios/REPLICATES.md",),
             about="run until an interval is narrow enough, and watch the means settle"),
        Page("how-to/draws", ("scenarios/DRAWS.md",),
             about="have in every interval what the data leave open in the parameters"),
        Page("how-to/rare-events", ("scenarios/RARE_EVENTS.md",),
             about="see what comes of an event that few runs have"),
        Page("how-to/calibrate", ("scripts/CALIBRATION.md", "scenarios/TARGETS.md",
                                  "configs/cooperation/README.md#targetscfg-what-was-observed",
                                  "configs/cooperation/README.md#posteriorcsv-what-these-targets-leave-open",
                                  "configs/cooperation/README.md#self-test-of-the-calibration"), "Calibrate",
             about="find the parameters that are compatible with what was observed"),
        Page("how-to/discover", ("scripts/DISCOVERY.md",),
             about="find out where in the parameters something happens, and which policy holds up whatever comes"),
        Page("how-to/cluster", ("scenarios/MACHINES.md",),
             about="share a batch among many machines, and foresee its size and time"),
        Page("how-to/analyse", ("scripts/ANALYSES.md",),
             about="compare scenarios, follow ties through time, draw the network"),
        Page("how-to/report", ("scripts/REPORT.md",),
             about="make one page for any browser of a results file"),
        Page("how-to/archive", ("scripts/ARCHIVE.md",),
             about="hand in runs with all that repeats them, and cite them"),
        Page("how-to/other-programs", ("scripts/EXPORT.md",),
             about="take results to R, Gephi, networkx, a spreadsheet, Excel or a database"),
        Page("how-to/notebook", ("scripts/kumiai/README.md",),
             about="run scenarios and read results in Python"),
        Page("how-to/own-model", (f"{MODELS}#write-a-model",),
             about="write a model of your own in this tree"),
        Page("how-to/outside-model", (f"{MODELS}#a-model-outside-of-this-tree",),
             about="write a model in a program of your own, with the installed library"),)),
    ("scenarios", "Scenarios", (
        Page("scenarios/all", (f"{SCENARIOS}#the-scenarios-that-are-here",)),)),
    ("reference", "Reference", (
        Page("reference/commands", ("scenarios/COMMANDS.md",)),
        Page("reference/results-file", ("scripts/RESULTS.md",)),
        Page("reference/population", (POPULATION,)),
        Page("reference/record", (RECORD,)),
        Page("reference/bodies", ("configs/cooperation/README.md#", "configs/cooperation/README.md#associationscsv-associations"
                                  "-of-partner-cities", "configs/cooperation/README.md#networkscsv-networks-of-many-cities"),
             "Associations and networks"),
        Page("reference/changes", ("CHANGELOG.md",)),)),
    ("explanation", "Explanation", (
        Page("explanation/trust", (f"{MODELS}#how-far-to-trust-the-numbers-of-cooperation",)),
        Page("explanation/statistics", ("scripts/STATISTICS.md",)),)),
    ("gallery", "Models from the literature", tuple(
        Page(f"gallery/{path.parent.name}", (str(path.relative_to(ROOT)),))
        for path in sorted((ROOT / "models").glob("*/README.md")) if path.parent.name != "cooperation")),
    ("developers", "For developers", (
        Page("developers/contributing", (".github/CONTRIBUTING.md",)),
        Page("developers/engine", ("sim/README.md",)),
        Page("developers/models", (f"{MODELS}#",)),
        Page("developers/cooperation", ("models/cooperation/README.md",)),
        Page("developers/configs", ("configs/README.md#", "configs/README.md#what-is-here"), "Configurations"),
        Page("developers/scenarios", (f"{SCENARIOS}#",)),
        Page("developers/scripts", (f"{RESULTS}#", f"{RESULTS}#what-is-in-this-directory"), "Results and scripts"),
        Page("developers/tests", ("tests/README.md",)),
        Page("developers/data", ("scripts/kumiai/data/README.md",)),)),
)

# What the pages are for that are made from runs (executed.py).
ABOUT_MADE = {"how-to/executed-notebook": "a notebook with all that it prints and draws",
              "how-to/r-script": "results in R: ties, survival, a table", "how-to/gallery": "what the pictures show"}
# Appendices A and B of ODD.md are tables of `describe`, which the reference has with plausible ranges.
ODD_IN_REFERENCE = {"appendix-a-parameters": "reference/parameters/index", "appendix-b-metrics-and-reducers":
                    "reference/metrics"}
# Where a link to a file as a whole leads: to the page that begins with it, but for files whose sections are on several.
HOMES = {page.parts[0]: page.name for _, _, pages in CHAPTERS for page in pages if "#" not in page.parts[0]} | {
    "README.md": "index", SCENARIOS: "developers/scenarios", RESULTS: "developers/scripts", MODELS: "developers/models",
    ODD: "explanation/odd/index", "configs/README.md": "developers/configs",
    "configs/cooperation/README.md": "reference/bodies", "scenarios/TARGETS.md": "how-to/calibrate"}
