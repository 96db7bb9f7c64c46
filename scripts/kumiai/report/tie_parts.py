# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of the report that need detail full: lasting, causes, refusals, projects, members, money."""

import math

import numpy as np
import pandas as pd

from kumiai import drawn, intervals, leading, results, survival

from . import clock, queries
from .language import listed, say, spoken
from .part import Part, number, plain, said
from .parts import MODE_WORD, stack

RISK_AGES = (0, 5, 10, 15, 20, 25, 30, 35, 40)
DIVISIONS = ("region", "scheme")  # of projects
INCIDENCE_STEPS = 40  # up to twice the horizon
MOST_MEMBERS = 30
MOST_CAUSES = 6


def _rows_by_mode(study, read):
    """Frames read(scenario, runs, spells) of every scenario and mode under each other."""
    def frames(scenario):
        parts = [read(study.runs(scenario), group).assign(mode=mode)
                 for mode, group in study.by_mode(scenario).items()]
        if not parts:
            raise results.Absent(say("{scenario}: no tie was followed", scenario=plain(scenario.label)))
        return pd.concat(parts, ignore_index=True)
    found, reasons = study.each(frames)
    frame = stack(found)
    return frame[["scenario", "mode", *[c for c in frame if c not in ("scenario", "mode")]]], reasons


def _too_few(study):
    """Why curves of some scenarios and modes end early, a sentence each."""
    ends = [(scenario, mode, survival.thin_from(group)) for scenario in study.scenarios
            for mode, group in _or_nothing(study.by_mode, scenario).items()]
    beyond = "{scenario}: how long {mode} ties last, and by what they end, is not told beyond an age of {age} {time}: " \
        "fewer than {n} were under observation at that age, though more were later."
    never = "{scenario}: how long {mode} ties last, and by what they end, is not told: fewer than {n} were under " \
        "observation from their onset."
    return [say(beyond if age > 0 else never, scenario=plain(scenario.label),
                mode=say(MODE_WORD.get(mode, plain(mode))), age=f"{age:g}", n=survival.FEWEST_AT_RISK, time=clock.unit(study).strip())
            for scenario, mode, age in ends if math.isfinite(age)]


# ---- lasting ----


def curves(study):
    """Survival by mode."""
    def read(runs, group):
        return survival.curve_frame(group, runs, survival.kaplan_meier(group, runs))
    frame, reasons = _rows_by_mode(study, read)
    chart = {"kind": "lines", "facet": "scenario", "series": "mode", "x": "age", "y": "share",
             "pick": True, "step": True, "share": True, "xname": say("age of the tie in {time}", time=clock.unit(study).strip())}
    return Part(frame, queries.SURVIVAL, chart,
                say("Kaplan–Meier: share of ties still there at each age. Ties older than their run "
                    "enter at their age; ties alive at the end are censored, and so are those that go on as "
                    "another tie, when they do. {interval}", interval=queries.left_out()),
                "", [*reasons, *_too_few(study)])


def risk(study):
    """Ties under observation at some ages: the risk table below the curves."""
    def read(_, group):
        last = group["stop"].max()
        ages = [a for a in RISK_AGES if a <= last]
        return pd.DataFrame({"years": ages, "at_risk": survival.at_risk(group, ages).astype(int)})
    frame, reasons = _rows_by_mode(study, read)
    return Part(frame, queries.RISK,
                {"kind": "wide", "row": "mode", "across": "years", "value": "at_risk", "pick": True},
                say("All replicates together. Where few ties are left, a curve says little."), "", reasons)


def _lasting_row(runs, group):
    """Shares that last, median, mean within the horizon, of one scenario and mode."""
    curve = survival.kaplan_meier(group, runs)
    mean = survival.restricted_mean(group, runs, 10).interval()
    cells = {}
    for name, triple in (("lasting_5_years", curve.at(5)), ("lasting_10_years", curve.at(10)),
                         ("mean_years_within_10", mean)):
        cells |= dict(zip((name, f"{name}_low", f"{name}_high"), triple))
    return pd.DataFrame([cells | {"median_years": curve.median(), "ties": curve.n,
                                  "ended": curve.ended}])


def lasting(study):
    """Summary of the curves of all scenarios."""
    frame, reasons = _rows_by_mode(study, _lasting_row)
    return Part(frame, queries.LASTING,
                {"kind": "table", "shares": ["lasting_5_years", "lasting_10_years"]},
                say("Mean years: the area under the curve up to ten years. {interval}", interval=queries.left_out()),
                "", reasons)


def _of_form(mode, form, by_run, scenario):
    """Ties of a form that there were and that ended, means over runs; by_run: columns size, sum."""
    row = {"mode": mode, "form": form}
    for name, counts in zip(("ties", "ended"), by_run.items()):
        found = intervals.mean_interval(counts[1].reindex(scenario.runs.index, fill_value=0))
        row |= {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}
    return row


def forms(study):
    """Ties of each form, per replicate."""
    def read(scenario):
        ties = study.ties(scenario)
        ended = ties["ended"].astype(int)
        keys = [ties["mode"].astype(object), ties["form"].astype(object), ties["run_id"]]
        counts = ended.groupby(keys).agg(["size", "sum"])
        return pd.DataFrame([_of_form(*names, by_run.droplevel([0, 1]), scenario)
                             for names, by_run in counts.groupby(level=[0, 1])])
    found, reasons = study.each(read)
    return Part(stack(found), queries.FORMS, {"kind": "table", "pick": True},
                say("Ties per replicate, each counted once. Single: one local government. Consortium: cities that kept "
                    "together after a joint bid. Led by a prefecture: with municipalities of its "
                    "own. Cooperative and union: corporations of municipalities. {interval}",
                    interval=queries.interval()), "", reasons)


def _at_grid(bands, last, ages):
    """Incidence at the ages of the grid: the last value at or below each."""
    parts = []
    for cause, rows in bands.groupby("cause", sort=False):
        place = np.searchsorted(rows["age"].to_numpy(), ages, side="right") - 1
        kept = rows.iloc[np.maximum(place, 0)].assign(age=ages, cause=cause)
        kept.loc[place < 0, ["share", "low", "high"]] = 0.0, np.nan, np.nan
        parts.append(kept[ages <= last])
    return pd.concat(parts, ignore_index=True)


def incidence(study):
    """Cumulative incidence of competing causes."""
    ages = np.linspace(0, 2 * study.horizon, INCIDENCE_STEPS + 1)
    def read(runs, group):
        bands = survival.incidence_bands(group, runs)
        last = min(group["stop"].max(), survival.thin_from(group))
        return _at_grid(bands, last, ages) if len(bands) else bands
    frame, reasons = _rows_by_mode(study, read)
    if frame.empty:
        raise results.Absent(say("no tie has ended"))
    chart = {"kind": "lines", "facet": "cause", "series": "mode", "x": "age", "y": "share", "pick": "only",
             "step": True, "share": True, "most": MOST_CAUSES, "alike": True, "xname": say("age of the tie in {time}", time=clock.unit(study).strip())}
    goes_on = frame.loc[frame["conversion"] == 1, "cause"].unique()
    note = "".join(say("By {cause} a tie has left its mode and not ended: it goes on as another. ", cause=plain(cause))
                   for cause in goes_on)
    return Part(frame, queries.INCIDENCE, chart,
                say("Share of ties that have left by each cause up to an age (Aalen–Johansen), at {steps} ages "
                    "up to {last}; a panel for each of the {n} commonest causes, all on one scale. {note}{interval}",
                    n=MOST_CAUSES, note=note, steps=INCIDENCE_STEPS, last=2 * study.horizon,
                    interval=queries.left_out()), "", reasons)


# ---- counts by run ----


def _counted(study, read, names, things=True):
    """Means and intervals of counts, or of amounts (things: False), by run; read gives a frame with columns (…names)."""
    def frame(scenario):
        counts = read(scenario)
        rows = [(*key, *_interval(values, things)) for key, values in drawn.by_unit(scenario, counts).items()]
        return pd.DataFrame(rows, columns=[*names, "n", "mean", "low", "high"])
    found, reasons = study.each(frame)
    out = stack(found)
    if out.empty:
        raise results.Absent(say("there is nothing to count"))
    return out, reasons


def _interval(values, things):
    found = intervals.mean_interval(values, counted=things)
    return found.n, found.mean, found.low, found.high


def causes(study):
    """Ties ended per replicate by cause."""
    frame, reasons = _counted(study, lambda s: survival.ended_by_cause(
        study.ties(s), s.runs.index), ["mode", "cause"])
    chart = {"kind": "bars", "facet": "mode", "category": "cause", "series": "scenario",
             "x": "mean", "pick": True, "xname": say("ties ended per replicate")}
    return Part(frame, queries.CAUSES, chart,
                say("Counts of all ties that ended in a replicate, whatever their age, without those that went on "
                    "as another; the shares above follow ties from their onset. {interval}",
                    interval=queries.interval()), "", reasons)


def refusals(study):
    """Opportunities that became no tie, by reason."""
    frame, reasons = _counted(study, study.refusals, ["mode", "reason"])
    shares = stack([(s, _refusal_shares(s, study.refusals(s))) for s in study.scenarios
                    if s.label in set(frame["scenario"])])
    frame = frame.merge(shares, on=["scenario", "mode", "reason"])
    chart = {"kind": "bars", "facet": "mode", "category": "reason", "series": "scenario",
             "x": "share", "low": "share_low", "high": "share_high", "pick": True, "share": True, "shares": ["share"],
             "xname": say("share of the mode's refusals")}
    return Part(frame, queries.REFUSALS, chart,
                say("Each opportunity counts once, by the first reason met. The table has the counts of a replicate as well. "
                    "{interval}", interval=queries.interval()), "", reasons)


def _refusal_shares(scenario, counts):
    """Mean share of each reason in the refusals of its mode in a run, with interval."""
    rows = []
    for mode in counts.columns.get_level_values("mode").unique():
        for reason, values in drawn.by_unit(scenario, leading.shares_by_run(counts[mode])).items():
            found = intervals.mean_interval(values, share=True)
            rows.append((mode, reason, found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=["mode", "reason", "share", "share_low", "share_high"])


def _or_nothing(read, scenario):
    """What read() has of a scenario by mode, {} where nothing of the kind arose in its runs."""
    try:
        return read(scenario)
    except results.Absent:
        return {}


def leading_causes(study):
    """(years, {mode: Lead}) of the causes of end of the first scenario within so many years: the
    horizon, or as long as ties of every mode that ended were followed."""
    if study.leads is not None:
        return study.leads
    groups = {mode: group for mode, group in _or_nothing(study.by_mode, study.first).items() if group["event"].any()}
    years = min([study.horizon, *(int(group["stop"].max()) for group in groups.values())])
    found = {mode: leading.of_incidence(group, study.runs(study.first), years)
             for mode, group in groups.items()}
    study.leads = years, {mode: lead for mode, lead in found.items() if lead}
    return study.leads


def leading_reasons(study):
    """{mode: Lead} of the reasons of refusals, of the first scenario."""
    counts = _or_nothing(study.refusals, study.first)
    shares = {mode: leading.shares_by_run(counts[mode]) for mode in results.MODES if mode in counts}
    found = {mode: leading.of_shares(study.independent(by_run)) for mode, by_run in shares.items()}
    return {mode: lead for mode, lead in found.items() if lead}


def _per_run(frame, keys, scenario, value=None):
    """Table run × keys of counts (or sums of a column), runs without any as 0."""
    grouped = frame.groupby(["run_id", *keys], observed=True)
    counts = grouped.size() if value is None else grouped[value].sum()
    return counts.unstack(keys, fill_value=0).reindex(scenario.runs.index, fill_value=0)


def projects(study):
    """Projects by region of the partner, and by who pays."""
    def read(scenario):
        frame = study.projects(scenario)[["run_id", *DIVISIONS]].astype(dict.fromkeys(DIVISIONS, object))
        counts = {by: _per_run(frame, [by], scenario) for by in DIVISIONS}
        return pd.concat(counts, axis=1)
    frame, reasons = _counted(study, read, ["by", "name"])
    chart = {"kind": "bars", "facet": "by", "category": "name", "series": "scenario", "x": "mean",
             "pick": True, "own": True, "xname": say("projects per replicate")}
    return Part(frame, queries.PROJECTS, chart,
                say("All projects of a replicate and those under way when it begins, by region of the partner and by who pays. "
                    "{interval}",
                    interval=queries.interval()), _most_projects(frame, study.first), reasons)


def _most_projects(frame, scenario):
    """Where most projects go, as a title."""
    mine = frame[(frame["scenario"] == scenario.label) & (frame["by"] == "region")]
    if len(mine) < 2:
        return ""
    ranked = mine.sort_values("mean", ascending=False)
    whole, first = ranked["mean"].sum(), ranked.iloc[0]
    return say("{region} has {number} of about {all} projects per replicate ({scenario}).", region=plain(first["name"]),
               number=said(first["mean"], first["low"], first["high"]), all=f"{whole:,.0f}" if whole >= 10 else f"{whole:.1f}",
               scenario=plain(scenario.label))


def flows(study):
    """Money between accounts over the whole run."""
    def read(scenario):
        parts = [chunk.astype({"from_account": object, "to_account": object})
                 for chunk in results.iter_table(
                     scenario, "ledger", ["run_id", "from_account", "to_account", "yen"])]
        if not parts:
            raise results.none_recorded(scenario, "ledger", results.ROWS["ledger"])
        return _per_run(pd.concat(parts), ["from_account", "to_account"], scenario, "yen") / 1e6
    by_run = {}

    def kept(scenario):
        by_run[scenario.label] = read(scenario)
        return by_run[scenario.label]
    frame, reasons = _counted(study, kept, ["from_account", "to_account"], things=False)
    totals = {s.label: _totals(drawn.by_unit(s, by_run[s.label])) for s in study.scenarios if s.label in by_run}
    chart = {"kind": "flows", "from": "from_account", "to": "to_account", "x": "mean", "totals": totals,
             "pick": "only", "xname": say("million yen per replicate, whole run")}
    return Part(frame, queries.FLOWS, chart,
                say("Million yen over the whole run, mean of the replicates; width shows the amount. "
                    "Flows below a ten-thousandth of the largest stand in the table alone. Money that "
                    "goes back is shown as returned. Beside an account stands the greater of what came in and what went "
                    "out; what came in and did not go out is left there at the end. {interval}",
                    interval=queries.interval()), "", reasons)


def _totals(by_run):
    """{account: {"in" and "out": [mean, low, high]}} of flows, a column (from, to) each, a row for each run or draw."""
    found = {}
    for side, level in (("out", 0), ("in", 1)):
        for account, total in by_run.T.groupby(level=level).sum().T.items():
            _, *span = _interval(total, things=False)
            found.setdefault(account, {})[side] = [number(x) for x in span]
    return found


# ---- members ----


def _members(study, scenario, side):
    """Those with most projects on one side, with their names."""
    column = f"{side}_id"
    frame = study.projects(scenario)
    groups = frame.groupby(column)
    out = pd.DataFrame({
        "projects": groups.size() / scenario.n,
        "share_of_runs": groups["run_id"].nunique() / scenario.n,
        "granted_million_yen": groups["granted_yen"].sum() / 1e6 / scenario.n,
        "own_million_yen": groups["own_yen"].sum() / 1e6 / scenario.n})
    out = out.nlargest(MOST_MEMBERS, "projects")
    per_run = frame.groupby(["run_id", column]).size().unstack(fill_value=0) \
        .reindex(scenario.runs.index, fill_value=0)[out.index]
    spans = [intervals.mean_interval(values) for _, values in drawn.by_unit(scenario, per_run).items()]
    out.insert(1, "low", [i.low for i in spans])
    out.insert(2, "high", [i.high for i in spans])
    names = study.agents(scenario)[["name", "name_local", "kind", "code"]]
    # Numbers first: on a phone they are what is seen beside the name.
    found = names.join(out, how="right").reset_index(drop=True)
    return found[["name", *out.columns, "name_local", "kind", "code"]]


def _named(frame, japan):
    """Members by the names that the page's readers know: in Japanese first where it and the country are."""
    if not japan or spoken().code != "ja":
        return frame
    return frame.assign(name=_names(frame, japan), name_local=frame["name"]) \
        .rename(columns={"name_local": "name_latin"})


def _member_part(study, side, note, template):
    found, reasons = study.each(lambda s: _members(study, s, side))
    finding = _first_members(found[0], template, study.is_japan) if _first_three_told(study, found[0][0], side) else ""
    return Part(_named(stack(found), study.is_japan), queries.MEMBERS.replace("{side}", side),
                {"kind": "table", "pick": "only", "shares": ["share_of_runs"]},
                say("{note}{interval}", note=note, interval=queries.interval()), finding, reasons)


def _first_three_told(study, scenario, side):
    """Whether the runs tell that the three with most projects have more than every other has."""
    if study.is_few():
        return False
    by_run = drawn.by_unit(scenario, _per_run(study.projects(scenario), [f"{side}_id"], scenario))
    return leading.first_are_told(by_run, 3)


def _names(members, japan):
    """Their names, in Japanese where the page and the country are."""
    local = japan and spoken().code == "ja"
    return [row.name_local if local and isinstance(row.name_local, str) and row.name_local else row.name
            for row in members[["name", "name_local"]].itertuples(index=False)]


def _first_members(found, template, japan):
    """The first three by name, as a title; found: (scenario, its members); japan: whether they are of Japan."""
    scenario, members = found
    if len(members) < 3 or members["name"].head(3).isna().any():
        return ""
    return say(template, names=listed(_names(members.head(3), japan)), scenario=plain(scenario.label))


def donors(study):
    """Who starts projects."""
    return _member_part(study, "donor",
                        say("The 30 with most projects per replicate. Cooperatives other than the Clean "
                            "Authority of Tokyo are generated: read them as a class, not by name. ")
                        if study.is_japan else say("The 30 with most projects per replicate. "),
                        "{names} have started more projects than any other donor ({scenario}).")


def partners(study):
    """Where projects go."""
    return _member_part(study, "partner", say("The 30 partner cities with most projects per replicate. "),
                        "{names} have more projects than any other partner city ({scenario}).")

