# SPDX-License-Identifier: GPL-3.0-or-later
"""The studies behind the numbers on the pages: which commands make them, and what is read from their results.

A study's commands are what a reader would type at the top of the tree. They write into results/pages, and so does what
they print (NAME.1.txt, NAME.2.txt, ...). A number is a value with an interval, {"value", "low", "high"}, or a plain
value; a text is a list of lines.
"""

import contextlib
import fcntl
import json
import os
import pty
import re
import shlex
import shutil
import sqlite3
import struct
import subprocess
import termios
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kumiai import intervals

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "results/pages"
POSTERIOR = "configs/cooperation/posterior.csv"
TARGETS = "configs/cooperation/targets.cfg"
DRAWS = 160
SECTION = re.compile(r"^(\S+) +(\d+) %$", re.MULTILINE)


@dataclass(frozen=True)
class Study:
    """commands: in order; read: folder of the results → numbers; replicates: of each scenario, 0 where nothing runs;
    cheap: a test makes it again; watched: what a terminal shows is kept instead of standard output."""

    commands: tuple
    read: Callable
    replicates: int = 0
    cheap: bool = False
    about: str = ""
    watched: bool = False


class StudyError(Exception):
    """A command that failed, or a result that is not what a page needs; one sentence."""


def estimate(row, value="mean"):
    """A row of a table with low and high as a number with its interval."""
    return {"value": float(row[value]), "low": float(row["low"]), "high": float(row["high"])}


# ---- readers ----


def read_program(folder):
    """How much there is of what the pages count."""
    described = json.loads((folder / "program.1.txt").read_text(encoding="utf-8"))
    targets = json.loads((folder / "program.2.txt").read_text(encoding="utf-8"))
    parameters = described["parameters"]
    scenarios = list((ROOT / "scenarios").glob("*.cfg"))
    with open(ROOT / POSTERIOR, encoding="utf-8") as lines:
        draws = sum(1 for _ in lines) - 1
    population = ROOT / "configs/cooperation/population"
    rows = {name: len(pd.read_csv(population / f"{name}.csv"))
            for name in ("local_governments", "cooperatives", "partner_cities", "countries")}
    return {"parameters": len(parameters), "assumed": sum(p["tag"] == "A" for p in parameters),
            "with_prior": sum(p["prior"] is not None for p in parameters), "scenarios": len(scenarios),
            "outputs": len(targets["targets"]), "targets_digest": targets["digest"], "draws": draws, **rows}


def read_quickstart(folder):
    """The tables of three scenarios, as compare.py prints them."""
    tidy = pd.read_csv(folder / "quickstart.csv")
    tidy = tidy[tidy["part"] == "summary"].set_index(["scenario", "metric"])
    found = {scenario: {metric: estimate(row) for metric, row in rows.droplevel(0).iterrows()}
             for scenario, rows in tidy.groupby(level=0)}
    tables = (folder / "quickstart.2.txt").read_text(encoding="utf-8").partition("\n\n")[2]  # after the list of files
    return {**found, "compared": [line.rstrip() for line in tables.splitlines()]}


def read_modes(folder):
    """Life of regional ties against city ties alike, by form; how many there are; curves for the picture."""
    means = pd.read_csv(folder / "modes_modes_means.csv")
    names = {"regional": "regional", "city_to_city, alike": "city", "difference": "difference"}
    found = {}
    for scenario, rows in means.groupby("scenario"):
        form = scenario.partition(", ")[2] or "all"
        found[form] = {names[row["what"]]: estimate(row, "years") for _, row in rows.iterrows()}
        found[form]["ties"] = int(rows["regional_ties"].iloc[0])
    more = re.search(r"^ +baseline +\d+ +(\d+) % +(\d+) % +(\d+) % ", (folder / "modes.2.txt").read_text(encoding="utf-8"),
                     re.MULTILINE)
    tidy = pd.read_csv(folder / "modes.csv").set_index("metric")
    curves = pd.read_csv(folder / "modes_survival_curves.csv").query("by == 'mode' and age <= 10")
    return {**found, "more_than_one_abroad": int(more[3]) / 100,
            "at_a_time": {mode: estimate(tidy.loc[f"ties_{mode}"]) for mode in ("city_to_city", "regional")},
            "curves": {mode: yearly(rows) for mode, rows in curves.groupby("group")}}


def yearly(curve):
    """A curve at quarters of years: [age, share, low, high], so that the data file stays small."""
    rows = []
    for age in [k / 4 for k in range(41)]:
        last = curve[curve["age"] <= age].iloc[-1]
        rows.append([age, *(round(float(last[name]), 4) for name in ("share", "low", "high"))])
    return rows


def read_cat23(folder):
    """What the end of CAT23's policy takes, and what a second CAT23 adds, in regional ties at a time from then on."""
    with closing(sqlite3.connect(folder / "cat23.db")) as db:
        rows = db.execute("SELECT scenario.name, rep, avg(ties_regional) FROM series JOIN run USING (run_id) JOIN scenario "
                          f"USING (scenario_id) WHERE status = 'ok' AND time >= {CAT23_FROM} GROUP BY run_id").fetchall()
    means = pd.DataFrame(rows, columns=["scenario", "rep", "ties"]).pivot(index="rep", columns="scenario", values="ties")
    first = means["cat23_policy_renewed"]
    found = {"second": intervals.paired_difference(first, means["second_cat23"]),
             "ended": intervals.paired_difference(first, means["cat23_policy_ended"])}
    return {name: {"value": of.mean, "low": of.low, "high": of.high} for name, of in found.items()}


def read_variance(folder):
    """Share of the variance of a run's values that the parameters make."""
    text = (folder / "variance.1.txt").read_text(encoding="utf-8")
    return {name: int(share) / 100 for name, share in SECTION.findall(text.partition("Share of a run's variance")[2])}


def read_rare(folder):
    """The probability of a mandate for another cooperative than the Clean Authority, and what follows."""
    text = " ".join((folder / "rare.1.txt").read_text(encoding="utf-8").split())
    chance = re.search(r"probability ([\d.]+) \(([\d.]+) to ([\d.]+)\)", text)
    means = pd.read_csv(folder / "rare_rare_means.csv").set_index(["metric", "of"])
    found = {name: estimate(means.loc[f"subject_{name}", "given"]) for name in ("abroad", "ties_formed", "tie_years")}
    return {"mandate": dict(zip(("value", "low", "high"), map(float, chance.groups()))), **found,
            "ties_over_all": estimate(means.loc["subject_ties_formed", "all"]),
            "gain": float(means.loc[("subject_ties_formed", "all"), "gain"])}


def read_until(folder):
    """What `--until` prints."""
    lines = (folder / "until.1.txt").read_text(encoding="utf-8").splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith("ties_city_to_city: paired"))
    last = next(k for k, line in enumerate(lines) if line.startswith("What happens in less"))
    return {"printed": [line.rstrip() for line in lines[first:last + 1]]}


def read_watch(folder):
    """The last picture that `--watch` draws, without colours."""
    shown = re.sub("\x1b\\[[\\d;?]*[A-Za-z]", "", (folder / "watch.1.txt").read_text(encoding="utf-8"))
    last = shown[shown.rindex("ties_regional, mean so far"):]
    return {"printed": [line.rstrip() for line in last.splitlines() if line.strip()]}


def read_hazards(folder):
    """Hazard ratios of the regression with states, whole and by age."""
    def terms(name):
        frame = pd.read_csv(folder / f"hazards_survival_{name}.csv")
        return frame[frame["model"] != "known at onset"].rename(columns={"hazard_ratio": "mean"})
    found = {}
    for _, row in terms("cox").iterrows():
        found[row["term"].replace(": ", "_").replace(" ", "_")] = estimate(row)
    for _, row in terms("cox_ages").iterrows():
        name = row["term"].replace(": ", "_").replace(" ", "_")
        found.setdefault(name, {})[f"from_{row['age_from']:g}"] = estimate(row)
    return found


def read_calibration(folder):
    """How much the targets say of the parameters; puts the draws into their place."""
    found = pd.read_csv(folder / "C_calibrate_parameters.csv")
    printed = (folder / "calibration.1.txt").read_text(encoding="utf-8")
    part = found[found["verdict"] != "not identified"].sort_values("parameter")
    runs = re.search(r"^Runs: (\d+)", printed, re.MULTILINE)
    shutil.copyfile(folder / "C_calibrate_draws.csv", ROOT / POSTERIOR)
    return {"runs": int(runs[1]), "parameters": len(found), "active": int(found["active"].sum()),
            "identified": len(part), "names": ", ".join(f"`{name}`" for name in part["parameter"]),
            "sd_ratio": {"value": float(part["sd_ratio"].mean()), "low": float(part["sd_ratio"].min()),
                         "high": float(part["sd_ratio"].max())}}


def read_patterns(folder):
    """The patterns of the model beside what was observed: means with the range of the runs, by name, and the scores."""
    def rows(number):
        table = pd.read_csv(folder / f"patterns.{number}.txt").set_index("name")
        table = table[table["mean"].notna()]
        return {name: {"value": float(row["mean"]), "low": float(row["min"]), "high": float(row["max"])}
                for name, row in table.iterrows()}
    scores = pd.read_csv(folder / "patterns.5.txt").set_index("what")
    fits = scores.loc["partners a donor":"years between a pair's projects", "p"]
    alive = scores.loc["recorded ties alive, by year", "model"].split()
    return {"hindcast": rows(3), "from_2000": rows(4),
            "scores": {"model": float(scores.loc["model", "score"]),
                       "apart": float(scores.loc["partners drawn apart from donors", "score"]),
                       "p": {"value": float(fits.mean()), "low": float(fits.min()), "high": float(fits.max())},
                       "alive_first": float(alive[0]), "alive_last": float(alive[-1])}}


# ---- the studies ----

THREE = "scenarios/baseline.cfg scenarios/city_to_city_only.cfg scenarios/regional_only.cfg"
CAT23_FROM = 2021  # JFY, when the policies part
CAT23 = "scenarios/cat23_policy_renewed.cfg scenarios/cat23_policy_ended.cfg scenarios/second_cat23.cfg"
STUDIES = {
    "calibration": Study((
        f"scripts/calibrate.py scenarios/hindcast.cfg {TARGETS} --out {FOLDER}/C.db --draws {DRAWS} --force",),
        read_calibration, about="what the targets leave open; renews posterior.csv"),
    "program": Study(("kumiai describe cooperation --format json", f"kumiai targets {TARGETS} --format json"),
                     read_program, cheap=True, about="what the pages count"),
    "quickstart": Study((
        f"kumiai run {THREE} --draws {POSTERIOR} --reps 16 --detail full --out {FOLDER}/quickstart.db --force",
        f"scripts/compare.py {FOLDER}/quickstart.db --metrics ties_city_to_city,ties_regional --no-pictures --force "
        f"--csv {FOLDER}/quickstart.csv"),
        read_quickstart, 16, cheap=True, about="the three scenarios of scripts/quickstart"),
    "patterns": Study((
        f"kumiai run scenarios/hindcast.cfg --reps 400 --targets {TARGETS} --detail full "
        f"--set output.tables=tie,project --out {FOLDER}/patterns.db --force",
        f"kumiai run scenarios/from_2000.cfg --reps 100 --targets {TARGETS} --detail series "
        f"--out {FOLDER}/patterns_2000.db --force",
        f"scripts/patterns.py {FOLDER}/patterns.db --format csv",
        f"scripts/patterns.py {FOLDER}/patterns_2000.db --format csv",
        f"scripts/patterns.py {FOLDER}/patterns.db --scores --format csv"),
        read_patterns, 400, cheap=True, about="patterns of the model beside what was observed (ODD 1.2)"),
    "modes": Study((
        f"kumiai run scenarios/baseline.cfg --draws {POSTERIOR} --reps {DRAWS} --detail full "
        f"--set output.tables=tie,event --out {FOLDER}/modes.db --force",
        f"scripts/modes.py {FOLDER}/modes.db --by-form --force",
        f"scripts/compare.py {FOLDER}/modes.db --metrics ties_city_to_city,ties_regional --no-pictures --force "
        f"--csv {FOLDER}/modes.csv",
        f"scripts/survival.py {FOLDER}/modes.db --by mode --parts curves --no-pictures --force"),
        read_modes, DRAWS, about="which form lasts, like against like"),
    "cat23": Study((
        f"kumiai run {CAT23} --draws {POSTERIOR} --reps {DRAWS} --detail series --out {FOLDER}/cat23.db --force",),
        read_cat23, DRAWS, about="a second CAT23, and the end of the policy of the first"),
    "variance": Study((
        f"kumiai run scenarios/baseline.cfg --draws {POSTERIOR} --draws-reps 4 --reps {4 * DRAWS} --detail summary "
        f"--out {FOLDER}/variance.db --force",),
        read_variance, 4 * DRAWS, about="how much is chance, how much the parameters"),
    "rare": Study((
        f"scripts/rare.py scenarios/baseline.cfg {FOLDER}/rare.db --event mandate --not-agent C0001 --reps 2000 "
        "--branches 10 --force",),
        read_rare, 2000, about="a mandate for another cooperative"),
    "until": Study((
        "kumiai run scenarios/baseline.cfg scenarios/jica_half.cfg scenarios/moe_half.cfg --detail summary "
        f"--until ties_city_to_city:0.5 --out {FOLDER}/until.db --force",),
        read_until, 1000, about="what --until prints"),
    "watch": Study((
        "kumiai run scenarios/baseline.cfg scenarios/jica_half.cfg --reps 30 --watch=ties_regional "
        f"--out {FOLDER}/watch.db --force",),
        read_watch, 30, cheap=True, about="what --watch draws", watched=True),
    "hazards": Study((
        f"kumiai run scenarios/baseline.cfg --draws {POSTERIOR} --reps 40 --detail full --out {FOLDER}/hazards.db --force",
        f"scripts/survival.py {FOLDER}/hazards.db --parts cox --cox-rows 1000000 --no-pictures --force"),
        read_hazards, 40, about="what makes a tie end sooner or later"),
}


# ---- running ----


def called(command, program, folder):
    """The words of a command that runs here: with this program, and results in this folder."""
    words = shlex.split(command.replace(f"{FOLDER}/", f"{folder}/"))
    return [str(program) if words[0] == "kumiai" else str(ROOT / words[0]), *words[1:]]


def on_terminal(words):
    """A command to its end on a terminal of 80 columns and 14 lines, as subprocess.run; stdout: what is shown there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 14, 80, 0, 0))
    command = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs,
                               env=os.environ | {"LC_ALL": "C.UTF-8", "TERM": "xterm"})
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # which tells that nobody writes any more
        while part := os.read(ours, 65536):
            shown += part
    os.close(ours)
    text = shown.decode().replace("\r\n", "\n")
    return subprocess.CompletedProcess(words, command.wait(), text, text)


def run(name, program, folder):
    """Makes a study, and returns its entry of the data file; raises StudyError."""
    study = STUDIES[name]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.db").unlink(missing_ok=True)  # rare.py never replaces the histories of an earlier call
    for k, command in enumerate(study.commands, 1):
        words = called(command, program, folder)
        words = ["/usr/bin/python3", *words] if words[0].endswith(".py") else words
        done = on_terminal(words) if study.watched else subprocess.run(
            words, cwd=ROOT, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
            raise StudyError(f"{name}: `{command}` ended with exit code {done.returncode}: {last}")
        (folder / f"{name}.{k}.txt").write_text(done.stdout, encoding="utf-8")
    return {"about": study.about, "commands": list(study.commands), "replicates": study.replicates,
            "source_digest": identity(program), "numbers": study.read(folder)}


def numbers(data):
    """{study: its numbers and its replicates} of the data file, as pages name them."""
    return {name: {**study["numbers"], "replicates": study["replicates"]} for name, study in data.items()}


def identity(program):
    """The digest of the sources that a program was built from."""
    said = subprocess.run([str(program), "--version"], check=True, capture_output=True, text=True).stdout
    return re.search(r"source_digest: (\w+)", said)[1]
