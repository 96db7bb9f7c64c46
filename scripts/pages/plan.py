# SPDX-License-Identifier: GPL-3.0-or-later
"""Which page of the site is made of which parts. A page of one part has that part's heading."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """name: path without .md; parts: as in sources.py; title: where there are several parts."""

    name: str
    parts: tuple
    title: str = ""


SCENARIOS, RESULTS, MODELS = "scenarios/README.md", "scripts/README.md", "models/README.md"
POPULATION, RECORD, ODD = "configs/cooperation/population/README.md", "configs/cooperation/record/README.md", \
    "models/cooperation/ODD.md"

# Chapters in order: (folder, title, pages).
CHAPTERS = (
    ("tutorial", "Tutorial", (
        Page("tutorial/question-to-report", ("scenarios/TUTORIAL.md",)),)),
    ("how-to", "How to", (
        Page("how-to/install", ("scripts/package/README.md",)),
        Page("how-to/own-scenario", (f"{SCENARIOS}#your-own-scenario",)),
        Page("how-to/own-country", ("configs/README.md#a-country-of-your-own",)),
        Page("how-to/dated-policy", (f"{SCENARIOS}#policies-that-start-at-a-date",)),
        Page("how-to/named-agents", (f"{SCENARIOS}#policies-on-named-agents",)),
        Page("how-to/fork", (f"{SCENARIOS}#policies-that-branch-from-one-past",)),
        Page("how-to/sweep", (f"{SCENARIOS}#sweeps-many-parameters-at-once",)),
        Page("how-to/replicates", (f"{SCENARIOS}#how-many-replicates",)),
        Page("how-to/draws", (f"{SCENARIOS}#draws-uncertain-parameters",)),
        Page("how-to/rare-events", (f"{SCENARIOS}#rare-events-one-past-many-futures",)),
        Page("how-to/calibrate", (f"{RESULTS}#calibration", f"{SCENARIOS}#targets-simulated-against-observed",
                                  "configs/cooperation/README.md#targetscfg-what-was-observed",
                                  "configs/cooperation/README.md#posteriorcsv-what-these-targets-leave-open",
                                  "configs/cooperation/README.md#self-test-of-the-calibration"), "Calibrate"),
        Page("how-to/discover", (f"{RESULTS}#scenario-discovery",)),
        Page("how-to/cluster", (f"{SCENARIOS}#many-machines", f"{SCENARIOS}#scale"), "Clusters and large sweeps"),
        Page("how-to/analyse", (f"{RESULTS}#analyse",)),
        Page("how-to/report", (f"{RESULTS}#one-page-to-hand-on",)),
        Page("how-to/archive", (f"{RESULTS}#for-an-archive",)),
        Page("how-to/other-programs", (f"{RESULTS}#other-programs",)),
        Page("how-to/notebook", (f"{RESULTS}#python-and-notebooks", "scripts/kumiai/README.md"), "Python and notebooks"),
        Page("how-to/own-model", (f"{MODELS}#write-a-model",)),)),
    ("scenarios", "Scenarios", (
        Page("scenarios/all", (f"{SCENARIOS}#the-scenarios-that-are-here",)),)),
    ("reference", "Reference", (
        Page("reference/commands", (f"{SCENARIOS}#commands",)),
        Page("reference/results-file", (f"{RESULTS}#the-results-file",)),
        Page("reference/population", (POPULATION,)),
        Page("reference/record", (RECORD,)),
        Page("reference/bodies", ("configs/cooperation/README.md#", "configs/cooperation/README.md#associationscsv-associations"
                                  "-of-partner-cities", "configs/cooperation/README.md#networkscsv-networks-of-many-cities"),
             "Associations and networks"),
        Page("reference/changes", ("CHANGELOG.md",)),)),
    ("explanation", "Explanation", (
        Page("explanation/trust", (f"{MODELS}#how-far-to-trust-the-numbers-of-cooperation",)),
        Page("explanation/statistics", (f"{RESULTS}#how-the-intervals-are-made", f"{RESULTS}#survival-of-ties",
                                        f"{RESULTS}#sensitivity"), "Statistics"),)),
    ("developers", "For developers", (
        Page("developers/engine", ("sim/README.md",)),
        Page("developers/models", (f"{MODELS}#",)),
        Page("developers/cooperation", ("models/cooperation/README.md",)),
        Page("developers/configs", ("configs/README.md#", "configs/README.md#what-is-here"), "Configurations"),
        Page("developers/scenarios", (f"{SCENARIOS}#",)),
        Page("developers/scripts", (f"{RESULTS}#", f"{RESULTS}#what-is-in-this-directory"), "Results and scripts"),
        Page("developers/tests", ("tests/README.md",)),
        Page("developers/data", ("scripts/kumiai/data/README.md",)),)),
)

# Appendices A and B of ODD.md are tables of `describe`, which the reference has with plausible ranges.
ODD_IN_REFERENCE = {"appendix-a-parameters": "reference/parameters/index", "appendix-b-metrics-and-reducers":
                    "reference/metrics"}
# Where a link to a file as a whole leads.
HOMES = {"README.md": "index", SCENARIOS: "developers/scenarios", RESULTS: "developers/scripts", MODELS: "developers/models",
         ODD: "explanation/odd/index", POPULATION: "reference/population", RECORD: "reference/record",
         "CHANGELOG.md": "reference/changes", "sim/README.md": "developers/engine", "tests/README.md": "developers/tests",
         "configs/README.md": "developers/configs", "configs/cooperation/README.md": "reference/bodies",
         "scenarios/TUTORIAL.md": "tutorial/question-to-report", "scripts/kumiai/README.md": "how-to/notebook",
         "scripts/package/README.md": "how-to/install",
         "scripts/kumiai/data/README.md": "developers/data", "models/cooperation/README.md": "developers/cooperation"}
