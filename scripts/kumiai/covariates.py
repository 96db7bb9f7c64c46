# SPDX-License-Identifier: GPL-3.0-or-later
"""What was known about a tie, and when: the data of curves by funder and of the regression."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumiai import database, drawn, results

from . import counting_process, cox, steps, survival

PAIR = ["run_id", "donor_id", "partner_id"]
# Columns of a tie that its spell keeps.
KEPT = ["tie_id", "donor_id", "partner_id", "onset", "terminus", "sector", "region"]


# What may change while a tie lasts: each state begins when it begins.
EVENTS = ["project_running", "successor_head"]
HEADS = ("leader_turnover", "manager_elected")  # kinds of events by which a donor gets a new head
READINGS = ["trust_tenths", "institutionalised"]
OF_SOME_MODELS = ("sister_tie", *EVENTS, "donor_population_log10")
FIRST_STAGE = "exchange"
STATE_WORDS = {
    "stage: ": "the stage reached", "project_running": "a project that runs",
    "successor_head": "successor_head, the donor's head is another than at the onset",
    "trust_tenths": "trust_tenths, per 0.1 of trust as last read (each April)",
    "institutionalised": "whether the tie was institutionalised when last read, as regional ties are from "
                         "the start"}


def is_state(term):
    """Whether a column of the design may change while a tie lasts."""
    return term in EVENTS + READINGS or term.startswith("stage: ")


@dataclass
class Regression:
    """Rows of a Cox regression: one per tie and state (see counting_process.cut_at_states).

    tie: which tie a row is of. references: {covariate: its reference level}; notes: sentences
    for the user; unit: of ages.
    """

    design: pd.DataFrame
    tie: pd.Series
    start: pd.Series
    stop: pd.Series
    event: pd.Series
    clusters: pd.Series
    references: dict
    notes: list
    unit: str = "years"

    @property
    def ties(self):
        """Number of ties."""
        return self.tie.nunique()

    def uncut(self):
        """One row per tie again, without the states, which are those of a time."""
        first, last = ~self.tie.duplicated(), ~self.tie.duplicated(keep="last")
        known = self.design[[c for c in self.design if not is_state(c)]]
        return Regression(known[first].set_axis(self.tie[first]),
                          self.tie[first].set_axis(self.tie[first]),
                          self.start[first].set_axis(self.tie[first]),
                          self.stop[last].set_axis(self.tie[last]),
                          self.event.groupby(self.tie).sum(),
                          self.clusters[first].set_axis(self.tie[first]),
                          self.references, self.notes)


UNKNOWN = "unknown"


def of_partners(scenario, ties, column):
    """A column of the agents for the second end of every tie, UNKNOWN without one; a model may lack the column."""
    try:
        agents = results.read_agents(scenario)
    except results.Absent:
        agents = pd.DataFrame()
    of_agent = agents[column] if column in agents else pd.Series(dtype=object)
    return ties["partner_id"].map(of_agent).fillna(UNKNOWN)


def same_replicates(one, other):
    """Whether two scenarios have the same (seed, rep, point), so that replicates pair up."""
    keys = [s.runs.sort_values(results.KEY)[results.KEY].to_numpy().tolist() for s in (one, other)]
    return keys[0] == keys[1]


def from_first_project(ties, projects):
    """Spells that begin with a tie's first project, with its funder.

    On the clock since onset the funder is known only after the tie has lived to its first
    project; on this clock every tie starts when its funder is known.
    """
    first = projects.sort_values(["run_id", "start"], kind="stable") \
        .drop_duplicates(["run_id", "tie_id"])[["run_id", "tie_id", "scheme", "start"]]
    first = first.rename(columns={"start": "first", "scheme": "funder"})
    joined = ties.merge(first, on=["run_id", "tie_id"])
    joined = joined.assign(onset=np.maximum(joined["onset"], joined["first"]),
                           onset_censored=False)
    spells, _ = survival.spells(joined, ["funder", "tie_id"])
    return spells


# ---- regression ----


def _runs_within(samples, most):
    """How many replicates of each scenario may enter for `most` ties in all, at least two."""
    each = sum(len(s.spells) / max(1, len(s.runs)) for s in samples)
    longest = max(len(s.runs) for s in samples)
    return longest if each == 0 else int(max(2, min(longest, most // each)))


def _sisters(scenario, runs):
    """Sister ties of the runs: run_id, donor_id, partner_id, known (year of onset)."""
    try:
        frame = results.read_table(results.with_runs(scenario, runs), "tie", [*PAIR, "onset"],
                                   "kind = 'sister'")
    except results.Absent:
        return pd.DataFrame(columns=[*PAIR, "known"])
    return frame.rename(columns={"onset": "known"})


def _projects(scenario, runs):
    """Projects of the runs: run_id, tie_id, start, finish (NaN while running)."""
    columns = ["run_id", "tie_id", "start", "finish"]
    try:
        frame = results.read_projects(results.with_runs(scenario, runs), columns)
    except results.Absent:
        return pd.DataFrame(columns=columns, dtype=float)
    return frame.astype({"start": float, "finish": float})


def new_managers(elections, turnovers):
    """Whether an election of a cooperative's manager brings another person (as the model has it).

    elections: run_id, time, subject_id (the cooperative), object_id (the member whose head
    manages it); turnovers: run_id, time, subject_id (a local government with a new head). Another
    person is the head of another member than before, or of the same one after its turnover.
    """
    keys = ["run_id", "subject_id"]
    ordered = elections.sort_values("time", kind="stable")
    before = ordered.groupby(keys)[["time", "object_id"]].shift()
    turned = turnovers[["run_id", "time", "subject_id"]].sort_values("time", kind="stable") \
        .assign(turned=lambda frame: frame["time"])
    latest = pd.merge_asof(ordered[["run_id", "time", "object_id"]], turned, on="time",
                           left_by=["run_id", "object_id"], right_by=keys)["turned"].to_numpy()
    other = before["object_id"].notna() & (before["object_id"] != ordered["object_id"])
    return (other | (latest > before["time"])).reindex(elections.index)


def _successions(scenario, runs):
    """New heads of donors: run_id, donor_id, time (years); of a cooperative its managers."""
    columns = ["run_id", "time", "kind", "subject_id", "object_id"]
    try:
        events = results.read_table(results.with_runs(scenario, runs), "event", columns,
                                    "kind IN (?, ?)", HEADS)
    except results.Absent:
        return pd.DataFrame(columns=["run_id", "donor_id", "time"], dtype=float)
    turnovers = events[events["kind"] == "leader_turnover"]
    elections = events[events["kind"] == "manager_elected"].astype({"object_id": np.int64})
    heads = pd.concat([turnovers, elections[new_managers(elections, turnovers)]])
    return heads.rename(columns={"subject_id": "donor_id"})[["run_id", "donor_id", "time"]]


def _readings(scenario, runs):
    """Readings of ties in the order of time: run_id, tie_id, time, stage, trust, institutionalised.

    Without a row where the file has no such table or no rows in it.
    """
    columns = ["run_id", "tie_id", "time", *counting_process.READ]
    try:
        frame = results.read_table(results.with_runs(scenario, runs), "tie_state", columns)
    except results.Absent:
        return pd.DataFrame(columns=columns, dtype=float)
    return frame.astype({"stage": object})


def _populations(agents, ids):
    """Populations of agents by id, NaN where the file has none."""
    known = agents.get("population", pd.Series(dtype=float))
    return known.reindex(ids).to_numpy(dtype=float)


def _at_onset(ties, agents, sisters):
    """Covariates known when a tie begins, numeric and text columns apart."""
    earlier = ties[[*PAIR, "terminus"]].rename(columns={"terminus": "known"})
    donors = _populations(agents, ties["donor_id"])
    numeric = pd.DataFrame({
        "sister_tie": cox.had_before(ties, sisters),
        "earlier_tie_of_pair": cox.had_before(ties, earlier),
        "decade_of_onset": (ties["onset"] - 2010) / 10,
        "donor_population_log10": np.log10(np.where(donors > 0, donors, np.nan))})
    size = numeric["donor_population_log10"]
    numeric["donor_population_log10"] = size.fillna(size.median() if size.notna().any() else 0.0)
    return numeric


def _one_scenario(sample, most_runs):
    """Rows of the spells of some runs, with what was known at onset and their states."""
    scenario, runs = sample.scenario, sample.runs[:most_runs]
    spells = sample.spells[sample.spells["run_id"].isin(runs)].reset_index(drop=True)
    spells = pd.concat([spells, _at_onset(spells, results.read_agents(scenario),
                                          _sisters(scenario, runs))], axis=1)
    key = drawn.names_of(scenario) if drawn.shared(scenario) else \
        scenario.runs[["seed", "rep"]].astype(str).agg("/".join, axis=1)
    spells["cluster"] = spells["run_id"].map(key)
    spells["scenario"] = scenario.label
    rows = counting_process.cut_at_states(spells, _projects(scenario, runs),
                                          _successions(scenario, runs), _readings(scenario, runs))
    rows["trust_tenths"] = 10 * rows["trust"]
    rows["trust_at_onset_tenths"] = rows.groupby("tie")["trust_tenths"].transform("first")
    joined = rows.join(spells.drop(columns=["stop", "event", "entry"]), on="tie")
    return joined.astype({"sector": object})


def _unknown(samples):
    """{state that begins with an event: why it is not known of some sample}."""
    of = {"project_running": ("project", ()), "successor_head": ("event", HEADS)}
    reasons = {state: [results.not_kept(sample.scenario, *rows) for sample in samples]
               for state, rows in of.items()}
    return {state: next(filter(None, why)) for state, why in reasons.items() if any(why)}


def _has_readings(scenario):
    """Whether a scenario's ties are read again as they last, as the file says of its model."""
    return bool(database.columns(scenario.path, "tie_state")) or not results.lacks_by_model(scenario, "tie_state")


def _unread_note(rows, unread):
    """A sentence on ties without readings in a model that has them."""
    where = ", ".join(map(str, rows["scenario"][unread].unique()))
    return ("regression: without trust and stage, which the file lacks (table tie_state) for "
            f"{rows['tie_key'][unread].nunique()} of {rows['tie_key'].nunique()} ties; of {where}.")


def _covariates(rows, unknown, has_readings):
    """Names of the numeric and of the text covariates that these rows allow, and notes.

    What no tie has (a model without sister ties, projects, heads or populations) is no covariate.
    """
    states = [state for state in EVENTS if state not in unknown]
    numeric, of_onset = ["sister_tie", "earlier_tie_of_pair", *states], ["decade_of_onset", "donor_population_log10"]
    text = ["mode", "sector", "region", "scenario"]
    unread = rows["trust"].isna() | rows["stage"].isna() | rows["institutionalised"].isna()
    if not unread.any():
        numeric += ["trust_at_onset_tenths", *READINGS]
        text.insert(1, "stage")
    notes = [f"regression: without {state}; {reason}." for state, reason in unknown.items()]
    if unread.any() and has_readings:
        notes.append(_unread_note(rows, unread))
    numeric = [name for name in [*numeric, *of_onset] if name not in OF_SOME_MODELS or rows[name].any()]
    text = [name for name in text if name == "scenario" or rows[name].fillna(UNKNOWN).nunique() > 1]
    return numeric, text, notes


def _design(rows, unknown, has_readings):
    """Covariates of the rows, the references of those that are categories, and notes."""
    numeric, text, notes = _covariates(rows, unknown, has_readings)
    blocks, references = [rows[numeric]], {}
    wanted = {"mode": min(rows["mode"].astype(str)), "stage": FIRST_STAGE,
              "scenario": rows["scenario"].iloc[0]}
    for name in text:
        frame, reference, rare = cox.dummies(rows[name], name, rows["event"], wanted.get(name))
        if rare:
            notes.append(f"regression: {name} {', '.join(map(str, rare))} has fewer than "
                         f"{cox.FEWEST_ENDS} ends and is counted with {reference}.")
        blocks.insert(-1 if name == "scenario" else len(blocks) - 1, frame)
        references[name] = reference
    return pd.concat(blocks, axis=1), references, notes


def regression_data(samples, most):
    """Rows of the regression over all scenarios, of at most about `most` ties."""
    most_runs = _runs_within(samples, most)
    parts = [_one_scenario(sample, most_runs) for sample in samples]
    rows = pd.concat(parts, keys=range(len(parts)), names=["sample"]).reset_index("sample")
    tie = rows.groupby(["sample", "tie"], sort=False).ngroup().reset_index(drop=True)
    rows = rows.reset_index(drop=True).assign(tie_key=tie)
    has_readings = any(_has_readings(sample.scenario) for sample in samples)
    design, references, notes = _design(rows, _unknown(samples), has_readings)
    unit = steps.unit([s.scenario for s in samples])
    if unit == "steps":
        design = design.rename(columns={"decade_of_onset": "onset_tens_of_steps"})
    if len(samples) == 1:
        references.pop("scenario")
    if any(len(s.runs) > most_runs for s in samples):
        notes.append(f"regression: the first {most_runs} replicates of each scenario only "
                     "(see --cox-rows).")
    return Regression(design, tie, rows["start"], rows["stop"], rows["event"], rows["cluster"],
                      references, notes, unit)
