# SPDX-License-Identifier: GPL-3.0-or-later
"""Survival of ties: Kaplan–Meier with delayed entry, competing causes, their uncertainty.

The clock is the age of a tie in years. Ties of one replicate share leaders, budgets and
shocks, so they are no independent sample: every band here resamples whole replicates. Bands are
expanded percentiles (Hesterberg 2015, The American Statistician 69:371), since plain ones are
too narrow for few replicates.
"""

import math

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from .intervals import LEVEL, mean_interval

RESAMPLES = 1000
BEYOND = 10  # so many resamples at least lie beyond each limit, lest a limit be one draw's chance
FEWEST_REPLICATES = 5
NO_INTERVAL = f"no interval: fewer than {FEWEST_REPLICATES} replicates"
RESAMPLED = f"95 % by resampling whole replicates ({FEWEST_REPLICATES} at least)"
BOOTSTRAP_SEED = 20190401
NOT_RECORDED = "not recorded"


@dataclass
class Curve:
    """Survival by age: prob[i] holds from age[i] (years) to the next age.

    age starts with 0, prob with 1; low and high are the bootstrap band, NaN for fewer than
    FEWEST_REPLICATES; follow_up is the greatest age observed: nothing is known beyond it.
    """

    age: np.ndarray
    prob: np.ndarray
    low: np.ndarray
    high: np.ndarray
    follow_up: float
    n: int
    ended: int

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
    """Ties (see kumiai_results.read_ties) as spells of age; returns (spells, counts left out).

    Spells: run_id, mode, entry and stop (ages in years, entry < stop), event, cause, and the
    columns to keep.
    A tie older than its run enters the risk set at the age it had when the run began, since
    had it ended earlier it would not be there. If its onset is unknown, so is its age: such a
    tie is left out ('age unknown') instead of being taken for new. A tie born and ended in one
    step gets half a step: it ended, and its age lies between none and one step.
    """
    onset = ties["onset"]
    unknown = onset.isna() | (ties["onset_censored"] & (onset >= ties["start"]))
    event = ~ties["terminus_censored"] & ties["terminus"].notna()
    stop = ties["terminus"].fillna(ties["end"]) - onset
    stop = stop.mask((stop == 0) & event, ties["step"] / 2)
    out = pd.DataFrame({
        "run_id": ties["run_id"], "mode": ties["mode"].astype(object),
        # Rounded, so that months (1/12 year) give equal ages for equal durations.
        "entry": (ties["start"] - onset).clip(lower=0).round(6), "stop": stop.round(6),
        "event": event.astype(int),
        "cause": ties["cause"].astype(object).fillna(NOT_RECORDED).where(event, None)})
    out[list(keep)] = ties[list(keep)]
    outside = ~unknown & (out["stop"] <= out["entry"])
    left_out = {"age unknown": int(unknown.sum()), "never at risk": int(outside.sum())}
    return out[~unknown & ~outside].reset_index(drop=True), left_out


def at_risk_table(frame, ages, runs):
    """Events and ties at risk per replicate: two arrays, len(runs) × len(ages); ages ascend."""
    runs, ages = pd.Index(runs), np.asarray(ages, dtype=float)
    row = runs.get_indexer(frame["run_id"])
    stop, entry, event = (frame[c].to_numpy()[row >= 0] for c in ("stop", "entry", "event"))
    shape = len(runs), len(ages) + 1

    def counts(place, which=slice(None)):
        flat = row[row >= 0][which] * shape[1] + place[which]
        return np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)[:, :-1].astype(float)

    # At risk at an age: entered below it and not stopped below it.
    stopped = np.searchsorted(ages, stop, "right")
    at_risk = np.cumsum(counts(np.searchsorted(ages, entry, "right")) - counts(stopped), axis=1)
    there = np.searchsorted(ages, stop, "left")
    return counts(there, (event == 1) & (there < stopped)), at_risk


@lru_cache
def levels(n):
    """Levels of the percentiles that bound 95 % over n replicates, NaN for too few.

    A bootstrap's distribution is too narrow by √((n − 1)/n) and has the tails of the normal, not
    of Student's t: the levels go as far out as makes up for both.
    """
    if n < FEWEST_REPLICATES:
        return math.nan, math.nan
    reach = math.sqrt(n / (n - 1)) * stats.t.ppf(0.5 + LEVEL / 2, n - 1)
    return float(stats.norm.cdf(-reach)), float(stats.norm.cdf(reach))


@lru_cache(maxsize=1)
def resamples(n):
    """How often each of n replicates is drawn: one row a resample, the same at every call.

    Two scenarios whose replicates stand in one order are so resampled together, which keeps
    the pairs of common random numbers.
    """
    size = max(RESAMPLES, math.ceil(BEYOND / levels(n)[0]))
    return np.random.default_rng(BOOTSTRAP_SEED).multinomial(n, np.full(n, 1 / n), size)


def _survival(ended, at_risk):
    """Product-limit survival after each age; columns are ages, rows are samples."""
    # A sample without anyone at risk at an age says nothing there: the curve stays level.
    hazard = np.divide(ended, at_risk, out=np.zeros(np.shape(ended)), where=at_risk > 0)
    return np.cumprod(1 - hazard, axis=-1)


def _resampled(frame, ages, runs):
    """Events and ties at risk in every resample of whole replicates: resamples × ages."""
    ended, at_risk = at_risk_table(frame, ages, runs)
    weights = resamples(len(runs))
    return weights @ ended, weights @ at_risk


def _limits(samples, n):
    """Ends of the 95 % interval over the first axis, of resamples of n replicates."""
    return tuple(np.quantile(samples, levels(n), axis=0))


def _bootstrap_band(frame, ages, runs):
    """95 % band of survival over resampled replicates, at the given ages."""
    if len(runs) < FEWEST_REPLICATES:
        return np.full(len(ages), np.nan), np.full(len(ages), np.nan)
    return _limits(_survival(*_resampled(frame, ages, runs)), len(runs))


def curve_frame(frame, runs, curve):
    """Table behind a curve: age, ties at risk there, ended there, share, low, high."""
    ended, at_risk = (a.sum(axis=0) for a in at_risk_table(frame, curve.age, list(runs)))
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


# ---- restricted mean duration ----


@dataclass
class Mean:
    """Mean years under observation up to a horizon; samples: the same of every resample of n."""

    value: float
    samples: np.ndarray
    n: int

    def interval(self):
        """(value, low, high), NaN limits for fewer than FEWEST_REPLICATES."""
        low, high = _limits(self.samples, self.n) if len(self.samples) else (np.nan, np.nan)
        return self.value, float(low), float(high)

    def minus(self, other):
        """The difference of two means, resample by resample (paired where replicates match)."""
        both = self.n == other.n and len(self.samples) == len(other.samples)
        return Mean(self.value - other.value,
                    self.samples - other.samples if both else np.empty(0), self.n)


def _area(prob, ages, horizon):
    """Area under a survival curve (rows are samples) that falls at ages, up to the horizon."""
    edges = np.r_[0.0, ages, horizon]
    level = np.concatenate([np.ones((*np.shape(prob)[:-1], 1)), prob], axis=-1)
    return (level * np.diff(edges)).sum(axis=-1)


def restricted_mean(frame, runs, horizon):
    """Restricted mean duration: mean years that a tie lasts within its first `horizon` years.

    The area under the Kaplan–Meier curve up to the horizon, with resamples of whole replicates.
    NaN if no tie was followed that far while some were left.
    """
    runs = list(runs)
    last = frame["stop"].max() if len(frame) else 0.0
    if last < horizon and not (len(frame) and frame.loc[frame["stop"] == last, "event"].all()):
        return Mean(np.nan, np.empty(0), len(runs))
    ages = np.unique(frame.loc[(frame["event"] == 1) & (frame["stop"] < horizon), "stop"])
    ended, at_risk_there = (a.sum(axis=0) for a in at_risk_table(frame, ages, runs))
    value = float(_area(_survival(ended, at_risk_there), ages, horizon))
    samples = np.empty(0) if len(runs) < FEWEST_REPLICATES else \
        _area(_survival(*_resampled(frame, ages, runs)), ages, horizon)
    return Mean(value, samples, len(runs))


# ---- curves ----


def kaplan_meier(frame, runs):
    """Kaplan–Meier curve of spells pooled over replicates.

    runs: all run ids of the scenario, those without a tie too, since they are resampled.
    """
    fit = SurvfuncRight(frame["stop"].to_numpy(), frame["event"].to_numpy(),
                        entry=frame["entry"].to_numpy())
    ages = np.asarray(fit.surv_times, dtype=float)
    prob = np.asarray(fit.surv_prob, dtype=float)
    # statsmodels lets the product recover to 1e-16 after it has reached 0; dead is dead.
    prob = np.where(np.minimum.accumulate(prob) < 1e-12, 0.0, prob) if len(prob) else prob
    low, high = _bootstrap_band(frame, ages, list(runs))
    edge = [np.nan if len(runs) < FEWEST_REPLICATES else 1.0]
    return Curve(np.r_[0.0, ages], np.r_[1.0, prob], np.r_[edge, low], np.r_[edge, high],
                 float(frame["stop"].max()), len(frame), int(frame["event"].sum()))


def cumulative_incidence(frame):
    """Aalen–Johansen: share of ties ended by each cause up to an age.

    Causes compete, so one minus a Kaplan–Meier curve of one cause would overstate it; these
    columns (one per cause, index age in years) sum to one minus overall survival.
    """
    causes = sorted(frame.loc[frame["event"] == 1, "cause"].unique())
    ages = np.unique(frame.loc[frame["event"] == 1, "stop"])
    pooled = frame.assign(run_id=0)
    ended, at_risk = (a[0] for a in at_risk_table(pooled, ages, [0]))
    before = np.r_[1.0, np.cumprod(1 - ended / at_risk)[:-1]] if len(ages) else ages
    out = {}
    for cause in causes:
        mine, _ = at_risk_table(pooled[pooled["cause"] == cause], ages, [0])
        out[cause] = np.cumsum(before * mine[0] / at_risk)
    return pd.DataFrame(out, index=pd.Index(ages, name="age"))


def incidence_bands(frame, runs):
    """Aalen–Johansen incidence with 95 % bands over resampled replicates.

    Long frame: cause, age, share, low, high; NaN bands for fewer than
    FEWEST_REPLICATES.
    """
    runs, shares = list(runs), cumulative_incidence(frame)
    ages, parts = shares.index.to_numpy(), []
    enough = len(runs) >= FEWEST_REPLICATES
    if enough and len(ages):
        ended, at_risk_there = _resampled(frame, ages, runs)
        before = np.c_[np.ones(len(ended)), _survival(ended, at_risk_there)[:, :-1]]
    for cause in shares:
        low = high = np.full(len(ages), np.nan)
        if enough:
            mine = resamples(len(runs)) @ at_risk_table(frame[frame["cause"] == cause], ages, runs)[0]
            step = np.divide(mine, at_risk_there, out=np.zeros(mine.shape), where=at_risk_there > 0)
            low, high = _limits(np.cumsum(before * step, axis=1), len(runs))
        parts.append(pd.DataFrame({"cause": cause, "age": ages, "share": shares[cause].to_numpy(),
                                   "low": low, "high": high}))
    columns = ["cause", "age", "share", "low", "high"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def main_cause(frame, age):
    """(cause, share of ties it ended up to that age in years), or None if none ended."""
    incidence = cumulative_incidence(frame)
    incidence = incidence[incidence.index <= age]
    if incidence.empty:
        return None
    last = incidence.iloc[-1]
    return str(last.idxmax()), float(last.max())


def ended_by_cause(ties, runs):
    """Ties ended: frame with one row per run id, one column per (mode, cause), counts.

    All ties that ended count, those of unknown age too; a run without such an end has 0.
    """
    gone = ties[~ties["terminus_censored"] & ties["terminus"].notna()]
    cause = gone["cause"].astype(object).fillna(NOT_RECORDED)
    counts = gone.groupby(["run_id", gone["mode"].astype(object), cause]).size()
    return counts.unstack(["mode", "cause"], fill_value=0).reindex(list(runs), fill_value=0) \
        if len(counts) else pd.DataFrame(index=list(runs))


def count_intervals(counts):
    """Means of the columns (mode, name) of a frame of counts by run, with t-intervals.

    Returns a frame: mode, name, n, mean, low, high.
    """
    rows = []
    for (mode, name), values in counts.items():
        found = mean_interval(values)
        rows.append((mode, name, found.n, found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=["mode", "name", "n", "mean", "low", "high"])
