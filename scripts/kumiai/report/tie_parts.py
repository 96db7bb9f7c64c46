# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of the report that need detail full: lasting, causes, refusals, projects, members, money."""

import math

import numpy as np
import pandas as pd

from kumiai import intervals, leading, results, survival

from . import queries
from .part import Part, plain
from .parts import stack

HORIZON = 10
RISK_AGES = (0, 5, 10, 15, 20, 25, 30, 35, 40)
INCIDENCE_AGES = np.arange(0, 20.01, 0.5)
MOST_MEMBERS = 30


def _rows_by_mode(study, read):
    """Frames read(scenario, runs, spells) of every scenario and mode under each other."""
    def frames(scenario):
        parts = [read(study.runs(scenario), group).assign(mode=mode)
                 for mode, group in study.by_mode(scenario).items()]
        if not parts:
            raise results.Absent(f"{scenario.label}: no tie was followed")
        return pd.concat(parts, ignore_index=True)
    found, reasons = study.each(frames)
    frame = stack(found)
    return frame[["scenario", "mode", *[c for c in frame if c not in ("scenario", "mode")]]], reasons


# ---- lasting ----


def curves(study):
    """Survival by mode."""
    def read(runs, group):
        return survival.curve_frame(group, runs, survival.kaplan_meier(group, runs))
    frame, reasons = _rows_by_mode(study, read)
    chart = {"kind": "lines", "facet": "scenario", "series": "mode", "x": "age", "y": "share",
             "pick": True, "step": True, "share": True, "xname": "age of the tie in years"}
    return Part(frame, queries.SURVIVAL, chart,
                "Kaplan–Meier: share of ties still there at each age. Ties older than their run "
                "enter at their age; ties alive at the end are censored, and so are those that go on as "
                "another tie, when they do. " + queries.LEFT_OUT,
                "", reasons)


def risk(study):
    """Ties under observation at some ages: the risk table below the curves."""
    def read(_, group):
        last = group["stop"].max()
        ages = [a for a in RISK_AGES if a <= last]
        return pd.DataFrame({"years": ages, "at_risk": survival.at_risk(group, ages).astype(int)})
    frame, reasons = _rows_by_mode(study, read)
    return Part(frame, queries.RISK,
                {"kind": "wide", "row": "mode", "across": "years", "value": "at_risk", "pick": True},
                "All replicates together. Where few ties are left, a curve says little.", "", reasons)


def _lasting_row(runs, group):
    """Shares that last, median, mean within the horizon, of one scenario and mode."""
    curve = survival.kaplan_meier(group, runs)
    mean = survival.restricted_mean(group, runs, HORIZON).interval()
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
                "Mean years: the area under the curve up to ten years. "
                + queries.LEFT_OUT, "", reasons)


def forms(study):
    """Ties of each form, per replicate."""
    def read(scenario):
        ties = study.ties(scenario)
        ended = ties["ended"].astype(int)
        groups = ended.groupby([ties["mode"].astype(object), ties["form"].astype(object)])
        found = groups.agg(["size", "sum"]) / scenario.n
        return found.set_axis(["ties", "ended"], axis=1).reset_index()
    found, reasons = study.each(read)
    return Part(stack(found), queries.FORMS, {"kind": "table"},
                "Spells per replicate. single: one local government; consortium: cities that kept "
                "together after a joint bid; prefecture_led: a prefecture with municipalities of its "
                "own; cooperative and union: corporations of municipalities.", "", reasons)


def followed(group):
    """Whether spells were followed to the horizon, or until none was left."""
    return np.isfinite(survival.restricted_mean(group, [], HORIZON).value)


def mode_gap(study, scenario):
    """(regional − city to city) mean years within the horizon: (value, low, high) or None."""
    groups = study.by_mode(scenario)
    if len(groups) < 2:
        return None
    means = {m: survival.restricted_mean(g, study.runs(scenario), HORIZON)
             for m, g in groups.items()}
    gap = means["regional"].minus(means["city_to_city"]).interval()
    return gap if np.isfinite(gap[0]) else None


def verdict(gap):
    """What a difference of the modes, regional − city to city with its interval, allows to say: the end of
    a sentence."""
    value, low, high = gap
    if not math.isfinite(low):
        return "; so few replicates do not tell whether that is chance."
    if low <= 0 <= high:
        return "; the interval includes 0, so these runs do not tell which lasts longer."
    return f"; the interval excludes 0: {'regional' if value > 0 else 'city-to-city'} ties outlast the others in " \
           "this model."


def _at_grid(bands, last):
    """Incidence at the ages of the grid: the last value at or below each."""
    parts = []
    for cause, rows in bands.groupby("cause", sort=False):
        place = np.searchsorted(rows["age"].to_numpy(), INCIDENCE_AGES, side="right") - 1
        kept = rows.iloc[np.maximum(place, 0)].assign(age=INCIDENCE_AGES, cause=cause)
        kept.loc[place < 0, ["share", "low", "high"]] = 0.0, np.nan, np.nan
        parts.append(kept[INCIDENCE_AGES <= last])
    return pd.concat(parts, ignore_index=True)


def incidence(study):
    """Cumulative incidence of competing causes."""
    def read(runs, group):
        bands = survival.incidence_bands(group, runs)
        return _at_grid(bands, group["stop"].max()) if len(bands) else bands
    frame, reasons = _rows_by_mode(study, read)
    if frame.empty:
        raise results.Absent("no tie has ended")
    chart = {"kind": "lines", "facet": "mode", "series": "cause", "x": "age", "y": "share",
             "pick": "only", "step": True, "share": True, "most": 5,
             "xname": "age of the tie in years"}
    goes_on = frame.loc[frame["conversion"] == 1, "cause"].unique()
    note = "".join(f"By {plain(cause)} a tie has left its mode and not ended: it goes on as another. "
                   for cause in goes_on)
    return Part(frame, queries.INCIDENCE, chart,
                "Share of ties that have left by each cause up to an age (Aalen–Johansen), at half years "
                f"up to 20; the picture shows the five commonest causes of each mode. {note}"
                + queries.LEFT_OUT, "", reasons)


# ---- counts by run ----


def _counted(study, read, names):
    """Means and intervals of counts by run; read gives a frame with columns (…names)."""
    def frame(scenario):
        counts = read(scenario)
        rows = [(*key, *_interval(values)) for key, values in counts.items()]
        return pd.DataFrame(rows, columns=[*names, "n", "mean", "low", "high"])
    found, reasons = study.each(frame)
    out = stack(found)
    if out.empty:
        raise results.Absent("there is nothing to count")
    return out, reasons


def _interval(values):
    found = intervals.mean_interval(values)
    return found.n, found.mean, found.low, found.high


def causes(study):
    """Ties ended per replicate by cause."""
    frame, reasons = _counted(study, lambda s: survival.ended_by_cause(
        study.ties(s), s.runs.index), ["mode", "cause"])
    chart = {"kind": "bars", "facet": "mode", "category": "cause", "series": "scenario",
             "x": "mean", "pick": True, "xname": "ties ended per replicate"}
    return Part(frame, queries.CAUSES, chart,
                "Counts of all ties that ended in a run, whatever their age, without those that went on "
                "as another; the shares above follow ties from their onset. " + queries.INTERVAL, "", reasons)


def refusals(study):
    """Opportunities that became no tie, by reason."""
    frame, reasons = _counted(study, study.refusals, ["mode", "reason"])
    shares = stack([(s, _refusal_shares(study.refusals(s))) for s in study.scenarios
                    if s.label in set(frame["scenario"])])
    frame = frame.merge(shares, on=["scenario", "mode", "reason"])
    chart = {"kind": "bars", "facet": "mode", "category": "reason", "series": "scenario",
             "x": "mean", "pick": True, "dots": True, "shares": ["share"],
             "xname": "refused per replicate (logarithmic)"}
    return Part(frame, queries.REFUSALS, chart,
                "Each opportunity counts once, by the first reason met; one that never occurs has "
                "no dot. The table has also the share of its mode's refusals in a run. "
                + queries.INTERVAL, "", reasons)


def _refusal_shares(counts):
    """Mean share of each reason in the refusals of its mode in a run, with interval."""
    rows = []
    for mode in counts.columns.get_level_values("mode").unique():
        for reason, values in leading.shares_by_run(counts[mode]).items():
            found = intervals.mean_interval(values, share=True)
            rows.append((mode, reason, found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=["mode", "reason", "share", "share_low", "share_high"])


def leading_causes(study):
    """(years, {mode: Lead}) of the causes of end of the first scenario within so many years: the
    horizon, or as long as ties of every mode that ended were followed."""
    groups = {m: g for m, g in study.by_mode(study.first).items() if g["event"].any()}
    years = min([HORIZON, *(int(group["stop"].max()) for group in groups.values())])
    found = {mode: leading.of_incidence(group, study.runs(study.first), years)
             for mode, group in groups.items()}
    return years, {mode: lead for mode, lead in found.items() if lead}


def leading_reasons(study):
    """{mode: Lead} of the reasons of refusals, of the first scenario."""
    counts = study.refusals(study.first)
    found = {mode: leading.of_runs(counts[mode]) for mode in results.MODES if mode in counts}
    return {mode: lead for mode, lead in found.items() if lead}


def _per_run(frame, keys, scenario, value=None):
    """Table run × keys of counts (or sums of a column), runs without any as 0."""
    grouped = frame.groupby(["run_id", *keys], observed=True)
    counts = grouped.size() if value is None else grouped[value].sum()
    return counts.unstack(keys, fill_value=0).reindex(scenario.runs.index, fill_value=0)


def projects(study):
    """Projects by region of the partner and by who pays."""
    def read(scenario):
        frame = study.projects(scenario)[["run_id", "region", "scheme"]]
        return _per_run(frame.astype({"region": object, "scheme": object}), ["region", "scheme"],
                        scenario)
    frame, reasons = _counted(study, read, ["region", "scheme"])
    chart = {"kind": "bars", "category": "region", "series": "scheme", "x": "mean",
             "pick": "only", "stack": True, "xname": "projects per replicate"}
    return Part(frame, queries.PROJECTS, chart,
                "All projects of a run by region of the partner and by who pays. " + queries.INTERVAL,
                "", reasons)


def flows(study):
    """Money between accounts over the whole run."""
    def read(scenario):
        parts = [chunk.astype({"from_account": object, "to_account": object})
                 for chunk in results.iter_table(
                     scenario, "ledger", ["run_id", "from_account", "to_account", "yen"])]
        if not parts:
            raise results.none_recorded(scenario, "ledger", results.ROWS["ledger"])
        return _per_run(pd.concat(parts), ["from_account", "to_account"], scenario, "yen") / 1e6
    frame, reasons = _counted(study, read, ["from_account", "to_account"])
    chart = {"kind": "flows", "from": "from_account", "to": "to_account", "x": "mean",
             "pick": "only", "xname": "million yen per replicate, whole run"}
    return Part(frame, queries.FLOWS, chart,
                "Million yen over the whole run, mean of the replicates; width shows the amount. "
                "Flows below a ten-thousandth of the largest stand in the table alone. Money that "
                "goes back is shown as returned. " + queries.INTERVAL, "", reasons)


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
    spans = [intervals.mean_interval(values) for _, values in per_run.items()]
    out.insert(1, "low", [i.low for i in spans])
    out.insert(2, "high", [i.high for i in spans])
    names = results.read_agents(scenario)[["name", "name_local", "kind", "code"]]
    # Numbers first: on a phone they are what is seen beside the name.
    found = names.join(out, how="right").reset_index(drop=True)
    return found[["name", *out.columns, "name_local", "kind", "code"]]


def _member_part(study, side, note):
    found, reasons = study.each(lambda s: _members(study, s, side))
    return Part(stack(found), queries.MEMBERS.replace("{side}", side),
                {"kind": "table", "pick": "only", "shares": ["share_of_runs"]},
                note + queries.INTERVAL, "", reasons)


def donors(study):
    """Who starts projects."""
    return _member_part(study, "donor",
                        "The 30 with most projects per replicate. Cooperatives other than the Clean "
                        "Authority of Tokyo are generated: read them as a class, not by name. ")


def partners(study):
    """Where projects go."""
    return _member_part(study, "partner", "The 30 partner cities with most projects per replicate. ")

