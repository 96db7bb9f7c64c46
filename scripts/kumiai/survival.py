# SPDX-License-Identifier: GPL-3.0-or-later
"""Survival of ties: Kaplan–Meier with delayed entry, competing causes, their uncertainty.

The clock is the age of a tie in years. Ties of one replicate share leaders, budgets and
shocks, so they are no independent sample: every interval here leaves out one replicate after the
other (the jackknife). That of a share is Korn and Graubard's (1998, Survey Methodology 24:193):
where few replicates or few ends are, a bootstrap's is too narrow, and of no width without an end.
Replicates that share a draw of the parameters are left out together (by_unit).

Ties that enter late tell nothing of the ages before. Where few others do, as where all ties are older
than their run, no interval holds: what needs those ages is left out (thin_from).
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, logit
from statsmodels.duration.survfunc import SurvfuncRight

from .intervals import LEVEL, mean_interval

FEWEST_REPLICATES = 5
NO_INTERVAL = f"no interval: fewer than {FEWEST_REPLICATES} replicates (or draws, where they share any) with such ties, or no end"
LEFT_OUT = f"95 % over replicates, leaving out one at a time; {FEWEST_REPLICATES} with ties needed"
FEWEST_AT_RISK = 20  # below it intervals of a curve that goes on with many more are too narrow
UNSEEN = 0.01
THIN = f"fewer than {FEWEST_AT_RISK} were under observation at that age, though more were later"
NOT_RECORDED = "not recorded"


@dataclass
class Curve:
    """Survival by age: prob[i] holds from age[i] (years) to the next age.

    age starts with 0, prob with 1; low and high are the 95 % band, NaN for fewer than
    FEWEST_REPLICATES with a tie and where none ended; follow_up is the greatest age observed:
    nothing is known beyond it. thin: whether it ends there because too few were under observation (thin_from).
    """

    age: np.ndarray
    prob: np.ndarray
    low: np.ndarray
    high: np.ndarray
    follow_up: float
    n: int
    ended: int
    thin: bool = False

    def at(self, age):
        """(survival, low, high) at an age in years; NaN beyond the follow-up."""
        if age > self.follow_up:
            return (float("nan"),) * 3
        i = np.searchsorted(self.age, age, side="right") - 1
        return float(self.prob[i]), float(self.low[i]), float(self.high[i])

    def median(self):
        """Youngest age at which half of the ties have ended, NaN if never seen."""
        below = np.flatnonzero(self.prob <= 0.5)
        return float(self.age[below[0]]) if len(below) else float("nan")


def spells(ties, keep=()):
    """Ties (see results.read_ties) as spells of age; returns (spells, counts left out).

    Spells: run_id, mode, entry and stop (ages in years, entry < stop), event, cause, and the
    columns to keep. A tie that goes on as another one has the event 0, since it has not ended, and
    the cause: it is censored where lasting is asked for, and a competing way out of the mode where
    causes are.
    A tie older than its run enters the risk set at the age it had when the run began, since
    had it ended earlier it would not be there. If its onset is unknown, so is its age: such a
    tie is left out ('age unknown') instead of being taken for new. A tie seen in the step of its
    birth alone gets half a step: its age lies between none and one step.
    """
    onset = ties["onset"]
    unknown = onset.isna() | (ties["onset_censored"] & (onset >= ties["start"]))
    stop = ties["seen"] - onset
    stop = stop.mask(stop == 0, ties["step"] / 2)
    out = pd.DataFrame({
        "run_id": ties["run_id"], "mode": ties["mode"].astype(object),
        # Rounded, so that months (1/12 year) give equal ages for equal durations.
        "entry": (ties["start"] - onset).clip(lower=0).round(6), "stop": stop.round(6),
        "event": ties["ended"].astype(int),
        "cause": ties["cause"].astype(object).fillna(NOT_RECORDED)
        .where(ties["ended"] | ties["converted"], None)})
    out[list(keep)] = ties[list(keep)]
    outside = ~unknown & (out["stop"] <= out["entry"])
    left_out = {"age unknown": int(unknown.sum()), "never at risk": int(outside.sum())}
    return out[~unknown & ~outside].reset_index(drop=True), left_out


def at_risk_table(frame, ages, runs, weight=None):
    """Events and ties at risk per replicate: two arrays, len(runs) × len(ages); ages ascend.

    weight: of each tie, 1 by default.
    """
    runs, ages = pd.Index(runs), np.asarray(ages, dtype=float)
    row = runs.get_indexer(frame["run_id"])
    stop, entry, event = (frame[c].to_numpy()[row >= 0] for c in ("stop", "entry", "event"))
    weight = None if weight is None else np.asarray(weight)[row >= 0]
    shape = len(runs), len(ages) + 1

    def counts(place, which=slice(None)):
        flat = row[row >= 0][which] * shape[1] + place[which]
        each = None if weight is None else weight[which]
        return np.bincount(flat, each, shape[0] * shape[1]).reshape(shape)[:, :-1].astype(float)

    # At risk at an age: entered below it and not stopped below it.
    stopped = np.searchsorted(ages, stop, "right")
    at_risk = np.cumsum(counts(np.searchsorted(ages, entry, "right")) - counts(stopped), axis=1)
    there = np.searchsorted(ages, stop, "left")
    return counts(there, (event == 1) & (there < stopped)), at_risk


def _survival(ended, at_risk):
    """Product-limit survival after each age; columns are ages, rows are samples."""
    # A sample without anyone at risk at an age says nothing there: the curve stays level.
    hazard = np.divide(ended, at_risk, out=np.zeros(np.shape(ended)), where=at_risk > 0)
    return np.cumprod(1 - hazard, axis=-1)


def _before(survival):
    """Survival just before each age."""
    return np.concatenate([np.ones((*survival.shape[:-1], 1)), survival[..., :-1]], axis=-1)


# ---- intervals over replicates ----


def by_unit(frame, runs):
    """(Spells, units) with what is independent in place of runs.

    runs: run ids, or a Series by run id of the unit that each is of, as drawn.units gives it.
    """
    if not isinstance(runs, pd.Series):
        return frame, list(runs)
    return frame.assign(run_id=frame["run_id"].map(runs)), list(dict.fromkeys(runs))


def leaving_out(counts):
    """Totals of counts by replicate: of all in the first row, then without each in turn."""
    total = counts.sum(axis=0)
    return np.vstack([total, total - counts])


def _standard_error(estimates, replicates):
    """The jackknife's, of estimates from all (first) and without each; those alike do not count."""
    off = estimates[1:] - estimates[0]
    return np.sqrt((replicates - 1) / replicates * (off ** 2).sum(axis=0))


def _share_limits(estimates, frame, at_risk):
    """95 % limits of shares ended by ages that ascend; estimates as of _standard_error by age.

    Clopper and Pearson's limits of so many independent ties as would vary like the replicates do,
    made fewer for the degrees of freedom; of no more than there are. Where none or all have ended
    nothing varies: they are of the fewest at risk so far.
    """
    share, replicates = estimates[0], frame["run_id"].nunique()
    if replicates < FEWEST_REPLICATES:
        return np.full(share.shape, np.nan), np.full(share.shape, np.nan)
    error = _standard_error(estimates, replicates)
    none, all_ = share < 1e-12, share > 1 - 1e-12
    ties = np.where(none | all_, np.minimum.accumulate(at_risk), np.inf)
    np.divide(share * (1 - share), error ** 2, out=ties, where=~none & ~all_ & (error > 1e-12))
    tail = 0.5 - LEVEL / 2
    ties = np.minimum(ties, len(frame)) * (stats.norm.ppf(tail)
                                           / stats.t.ppf(tail, replicates - 1)) ** 2
    ended, left = np.where(none, 0, ties * share), np.where(all_, 0, ties * (1 - share))
    low = np.where(none, 0, stats.beta.ppf(tail, np.where(none, 1, ended), left + 1))
    high = np.where(all_, 1, stats.beta.isf(tail, ended + 1, np.where(all_, 1, left)))
    # What was ended stays so: where the last tie at risk ends, what was known before holds.
    return np.maximum.accumulate(low), high


def curve_frame(frame, runs, curve):
    """Table behind a curve: age, ties at risk there, ended there, share, low, high."""
    frame, runs = by_unit(frame, runs)
    ended, at_risk = (a.sum(axis=0) for a in at_risk_table(frame, curve.age, runs))
    at_risk[curve.age == 0] = (frame["entry"] == 0).sum()
    return pd.DataFrame({"age": curve.age, "at_risk": at_risk.astype(int),
                         "ended": ended.astype(int), "share": curve.prob, "low": curve.low,
                         "high": curve.high})


def at_risk(frame, ages):
    """Number of ties under observation at the given ages (those that end there included)."""
    stops, entries = np.sort(frame["stop"]), np.sort(frame["entry"])
    ages = np.asarray(ages, dtype=float)
    there = np.searchsorted(entries, ages, "left") - np.searchsorted(stops, ages, "left")
    return np.where(ages == 0, np.searchsorted(entries, 0, "right"), there)


def thin_from(frame):
    """Age up to which a curve of spells is known; inf where it is known to its end.

    From there on fewer than FEWEST_AT_RISK ties are under observation, but more than twice as many
    at a later age: they came late, and the much that they tell would hide how little is known before.
    A time so short that less than UNSEEN of the ties would end within it at their mean rate does no harm.
    """
    ages = np.unique(np.r_[0.0, frame["entry"], frame["stop"]])
    there = at_risk(frame, ages[1:])  # from each age to the next
    later = np.maximum.accumulate(there[::-1])[::-1]
    thin = (there < FEWEST_AT_RISK) & (2 * there < later)
    rate = frame["event"].sum() / (frame["stop"] - frame["entry"]).sum()
    missed = np.flatnonzero(np.cumsum(np.diff(ages) * thin) * rate > UNSEEN)
    return float(ages[missed[0]]) if len(missed) else float("inf")


def thin_words(label, mode, age):
    """Why the curve of a mode of a scenario ends at an age (thin_from), in a sentence."""
    return f"{label}: how long {mode} ties last is not known beyond an age of {age:g} years; {THIN}."


# ---- restricted mean duration ----


@dataclass
class Estimate:
    """Mean years under observation up to a horizon, or a difference (horizon None).

    estimates: of all replicates, then without each in turn. replicates: those with a tie, 0 if
    none of the ties ended, since then nothing tells how sure the mean is.
    """

    estimates: np.ndarray
    replicates: int
    horizon: float | None = None

    @property
    def value(self):
        """That of all replicates."""
        return float(self.estimates[0])

    def interval(self):
        """(value, low, high), NaN limits for fewer than FEWEST_REPLICATES.

        Student's t over the jackknife; a mean's on the logistic scale between 0 and the horizon,
        which suits skewed lives better and stays there.
        """
        value, years = self.value, self.horizon
        if self.replicates < FEWEST_REPLICATES or not np.isfinite(value):
            return value, np.nan, np.nan
        half = stats.t.ppf(0.5 + LEVEL / 2, self.replicates - 1) \
            * float(_standard_error(self.estimates, self.replicates))
        if years is None:
            return value, value - half, value + half
        if not half > 1e-9:
            return value, np.nan, np.nan  # replicates all alike tell no spread
        half *= years / value / (years - value)
        return value, *(float(years * expit(logit(value / years) + d)) for d in (-half, half))

    def p_value(self):
        """Of a difference: p of the hypothesis that there is none, by the same t; NaN where it has no interval."""
        value, low, high = self.interval()
        if not high > low:
            return np.nan
        freedom = self.replicates - 1
        error = (high - low) / 2 / stats.t.ppf(0.5 + LEVEL / 2, freedom)
        return float(2 * stats.t.sf(abs(value) / error, freedom))

    def minus(self, other, paired=True):
        """The difference of two means, by replicate where they are paired; else no interval."""
        both = paired and len(self.estimates) == len(other.estimates)
        return Estimate(self.estimates - other.estimates if both
                    else np.array([self.value - other.value]),
                    min(self.replicates, other.replicates) if both else 0)


def restricted_mean(frame, runs, horizon):
    """Restricted mean duration: mean years that a tie lasts within its first `horizon` years.

    The area under the Kaplan–Meier curve up to the horizon. NaN if no tie was followed that far
    while some were left, or if the curve is not known so far (thin_from).
    """
    frame, runs = by_unit(frame, runs)
    last = frame["stop"].max() if len(frame) else 0.0
    unseen = last < horizon and not (len(frame) and frame.loc[frame["stop"] == last, "event"].all())
    if unseen or thin_from(frame) < horizon:
        return Estimate(np.full(len(runs) + 1, np.nan), 0, horizon)
    ages = np.unique(frame.loc[(frame["event"] == 1) & (frame["stop"] < horizon), "stop"])
    prob = _survival(*map(leaving_out, at_risk_table(frame, ages, runs)))
    level = np.hstack([np.ones((len(prob), 1)), prob])
    return Estimate(level @ np.diff(np.r_[0.0, ages, horizon]),
                frame["run_id"].nunique() if len(ages) else 0, horizon)


# ---- curves ----


def _survival_band(frame, ages, runs):
    """Limits of survival before the first of the ages and after each; NaN if none ended."""
    if not len(ages):
        return np.full((2, 1), np.nan)
    ended, at_risk_there = map(leaving_out, at_risk_table(frame, ages, runs))
    gone = np.pad(1 - _survival(ended, at_risk_there), ((0, 0), (1, 0)))
    # Before the first end the fewest were at risk at some age up to it.
    entries = frame["entry"][frame["entry"] <= ages[0]]
    fewest = at_risk(frame, np.unique(np.r_[entries, ages[0]]))
    at_start = fewest[fewest > 0].min()
    low, high = _share_limits(gone, frame, np.r_[at_start, at_risk_there[0]])
    return np.minimum.accumulate(1 - high), 1 - low


def kaplan_meier(frame, runs):
    """Kaplan–Meier curve of spells pooled over replicates, as far as it is known (thin_from).

    runs: all run ids of the scenario, or as in by_unit.
    """
    curve, end = product_limit(frame, runs), thin_from(frame)
    if end > curve.follow_up:
        return curve
    known = curve.age <= end
    return replace(curve, age=curve.age[known], prob=curve.prob[known], low=curve.low[known],
                   high=curve.high[known], follow_up=end, thin=True)


def product_limit(frame, runs):
    """The same to the greatest age observed, however few were under observation before."""
    frame, runs = by_unit(frame, runs)
    fit = SurvfuncRight(frame["stop"].to_numpy(), frame["event"].to_numpy(),
                        entry=frame["entry"].to_numpy())
    ages = np.asarray(fit.surv_times, dtype=float)
    prob = np.asarray(fit.surv_prob, dtype=float)
    # statsmodels lets the product recover to 1e-16 after it has reached 0; dead is dead.
    prob = np.where(np.minimum.accumulate(prob) < 1e-12, 0.0, prob) if len(prob) else prob
    low, high = _survival_band(frame, ages, runs)
    return Curve(np.r_[0.0, ages], np.r_[1.0, prob], low, high, float(frame["stop"].max()),
                 len(frame), int(frame["event"].sum()))


def incidence_estimates(frame, runs):
    """(ages, {cause: estimates of its incidence by age, from all replicates, then without each}).

    Those that went on as another tie left by a cause of their own, which is no end.
    """
    frame, runs = by_unit(frame, runs)
    left = frame.assign(event=frame["cause"].notna().astype(int))
    ages = np.unique(left.loc[left["event"] == 1, "stop"])
    gone, at_risk_there = map(leaving_out, at_risk_table(left, ages, runs))
    before, found = _before(_survival(gone, at_risk_there)), {}
    for cause in sorted(left.loc[left["event"] == 1, "cause"].unique()):
        mine = leaving_out(at_risk_table(left[left["cause"] == cause], ages, runs)[0])
        step = np.divide(mine, at_risk_there, out=np.zeros(mine.shape), where=at_risk_there > 0)
        found[cause] = np.cumsum(before * step, axis=1)
    return ages, found


def cumulative_incidence(frame):
    """Aalen–Johansen: share of ties that have left by each cause up to an age.

    Causes compete, so one minus a Kaplan–Meier curve of one cause would overstate it; these
    columns (one per cause, index age in years) sum to the share that has left. Where no cause is a
    conversion that is one minus overall survival.
    """
    ages, found = incidence_estimates(frame.assign(run_id=0), [0])
    return pd.DataFrame({cause: estimates[0] for cause, estimates in found.items()},
                        index=pd.Index(ages, name="age"))


def incidence_bands(frame, runs):
    """Aalen–Johansen incidence with 95 % bands over replicates.

    Long frame: cause, conversion (whether those that left so go on as another tie), age, share, low,
    high; NaN bands for fewer than FEWEST_REPLICATES with ties. No ages that are not known (thin_from).
    """
    frame, runs = by_unit(frame, runs)
    ages, found = incidence_estimates(frame, runs)
    ending = causes_of_end(frame)
    there, parts, end = at_risk(frame, ages), [], thin_from(frame)
    for cause, estimates in found.items():
        low, high = _share_limits(estimates, frame, there)
        parts.append(pd.DataFrame({"cause": cause, "conversion": int(cause not in ending), "age": ages,
                                   "share": estimates[0], "low": low, "high": high}))
    columns = ["cause", "conversion", "age", "share", "low", "high"]
    out = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return out[out["age"] <= end].reset_index(drop=True)


def causes_of_end(frame):
    """The causes by which spells ended; one by which they went on as another tie is none."""
    return sorted(frame.loc[frame["event"] == 1, "cause"].unique())


def main_cause(frame, age):
    """(cause, share of ties it ended up to that age in years), or None if none ended or it is not known."""
    if thin_from(frame) < age:
        return None
    incidence = cumulative_incidence(frame)[causes_of_end(frame)]
    incidence = incidence[incidence.index <= age]
    if not incidence.any(axis=None):
        return None
    last = incidence.iloc[-1]
    return str(last.idxmax()), float(last.max())


def ended_by_cause(ties, runs):
    """Ties ended: frame with one row per run id, one column per (mode, cause), counts.

    All ties that ended count, those of unknown age too; a run without such an end has 0. What goes
    on as another tie has not ended.
    """
    gone = ties[ties["ended"]]
    cause = gone["cause"].astype(object).fillna(NOT_RECORDED)
    counts = gone.groupby(["run_id", gone["mode"].astype(object), cause]).size()
    return counts.unstack(["mode", "cause"], fill_value=0).reindex(list(runs), fill_value=0) \
        if len(counts) else pd.DataFrame(index=list(runs))


def count_intervals(counts):
    """Means of the columns (mode, name) of a frame of counts by run, with their intervals.

    Returns a frame: mode, name, n, mean, low, high.
    """
    rows = []
    for (mode, name), values in counts.items():
        found = mean_interval(values)
        rows.append((mode, name, found.n, found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=["mode", "name", "n", "mean", "low", "high"])
