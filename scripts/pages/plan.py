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
        Page("how-to/dated-policy", ("scenarios/POLICIES.md",)),
        Page("how-to/named-agents", ("scenarios/NAMED_AGENTS.md",)),
        Page("how-to/fork", ("scenarios/FORK.md",)),
        Page("how-to/sweep", ("scenarios/SWEEPS.md",)),
        Page("how-to/what-matters", ("scripts/SENSITIVITY.md",)),
        Page("how-to/replicates", ("scenarios/REPLICATES.md",)),
        Page("how-to/draws", ("scenarios/DRAWS.md",)),
        Page("how-to/rare-events", ("scenarios/RARE_EVENTS.md",)),
        Page("how-to/calibrate", ("scripts/CALIBRATION.md", "scenarios/TARGETS.md",
                                  "configs/cooperation/README.md#targetscfg-what-was-observed",
                                  "configs/cooperation/README.md#posteriorcsv-what-these-targets-leave-open",
                                  "configs/cooperation/README.md#self-test-of-the-calibration"), "Calibrate"),
        Page("how-to/discover", ("scripts/DISCOVERY.md",)),
        Page("how-to/cluster", ("scenarios/MACHINES.md",)),
        Page("how-to/analyse", ("scripts/ANALYSES.md",)),
        Page("how-to/report", ("scripts/REPORT.md",)),
        Page("how-to/archive", ("scripts/ARCHIVE.md",)),
        Page("how-to/other-programs", ("scripts/EXPORT.md",)),
        Page("how-to/notebook", ("scripts/kumiai/README.md",)),
        Page("how-to/own-model", (f"{MODELS}#write-a-model",)),)),
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

# Appendices A and B of ODD.md are tables of `describe`, which the reference has with plausible ranges.
ODD_IN_REFERENCE = {"appendix-a-parameters": "reference/parameters/index", "appendix-b-metrics-and-reducers":
                    "reference/metrics"}
# Where a link to a file as a whole leads: to the page that begins with it, but for files whose sections are on several.
HOMES = {page.parts[0]: page.name for _, _, pages in CHAPTERS for page in pages if "#" not in page.parts[0]} | {
    "README.md": "index", SCENARIOS: "developers/scenarios", RESULTS: "developers/scripts", MODELS: "developers/models",
    ODD: "explanation/odd/index", "configs/README.md": "developers/configs",
    "configs/cooperation/README.md": "reference/bodies", "scenarios/TARGETS.md": "how-to/calibrate"}
