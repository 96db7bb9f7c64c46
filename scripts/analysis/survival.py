"""Survival of ties: Kaplan–Meier with delayed entry, competing causes, their uncertainty.

The clock is the age of a tie in years. Ties of one replicate share leaders, budgets and
shocks, so they are no independent sample: every band here resamples whole replicates.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import SurvfuncRight

from .intervals import mean_interval

RESAMPLES = 1000
BOOTSTRAP_SEED = 20190401
NOT_RECORDED = "not recorded"


@dataclass
class Curve:
    """Survival by age: prob[i] holds from age[i] (years) to the next age.

    age starts with 0, prob with 1; low and high are the bootstrap band, NaN for a single
    replicate; follow_up is the greatest age observed: nothing is known beyond it.
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


def spells(ties):
    """Ties (see results.read_ties) as spells of age; returns (spells, counts left out).

    Spells: run_id, mode, entry and stop (ages in years, entry < stop), event, cause.
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
        "run_id": ties["run_id"], "mode": ties["mode"],
        # Rounded, so that months (1/12 year) give equal ages for equal durations.
        "entry": (ties["start"] - onset).clip(lower=0).round(6), "stop": stop.round(6),
        "event": event.astype(int),
        "cause": ties["cause"].fillna(NOT_RECORDED).where(event)})
    outside = ~unknown & (out["stop"] <= out["entry"])
    left_out = {"age unknown": int(unknown.sum()), "never at risk": int(outside.sum())}
    return out[~unknown & ~outside].reset_index(drop=True), left_out


def at_risk_table(frame, ages, runs):
    """Events and ties at risk per replicate: two arrays, len(runs) × len(ages)."""
    ended, at_risk = (np.zeros((len(runs), len(ages))) for _ in range(2))
    groups = dict(tuple(frame.groupby("run_id")))
    for i, run in enumerate(runs):
        if run not in groups:
            continue
        g = groups[run]
        stops, entries = np.sort(g["stop"]), np.sort(g["entry"])
        gone = np.sort(g.loc[g["event"] == 1, "stop"])
        at_risk[i] = np.searchsorted(entries, ages, "left") - np.searchsorted(stops, ages, "left")
        ended[i] = np.searchsorted(gone, ages, "right") - np.searchsorted(gone, ages, "left")
    return ended, at_risk


def _bootstrap_band(frame, ages, runs):
    """Percentile 95 % band over resampled replicates, at the given ages (fixed seed)."""
    if len(runs) < 2:
        return np.full(len(ages), np.nan), np.full(len(ages), np.nan)
    ended, at_risk = at_risk_table(frame, ages, runs)
    share = np.full(len(runs), 1 / len(runs))
    weights = np.random.default_rng(BOOTSTRAP_SEED).multinomial(len(runs), share, RESAMPLES)
    d, n = weights @ ended, weights @ at_risk
    # A resample without anyone at risk at an age says nothing there: the curve stays level.
    prob = np.cumprod(1 - np.divide(d, n, out=np.zeros_like(d), where=n > 0), axis=1)
    return tuple(np.percentile(prob, [2.5, 97.5], axis=0))


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
    edge = [np.nan if len(runs) < 2 else 1.0]
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


def main_cause(frame, age):
    """(cause, share of ties it ended up to that age in years), or None if none ended."""
    incidence = cumulative_incidence(frame)
    incidence = incidence[incidence.index <= age]
    if incidence.empty:
        return None
    last = incidence.iloc[-1]
    return str(last.idxmax()), float(last.max())


def cause_counts(ties, runs):
    """Ties ended per replicate by mode and cause, with t-intervals over replicates.

    All ties that ended count, those of unknown age too. Returns a frame: mode, cause, n,
    mean, low, high; a replicate without such an end counts as 0.
    """
    gone = ties[~ties["terminus_censored"] & ties["terminus"].notna()]
    gone = gone.assign(cause=gone["cause"].fillna(NOT_RECORDED))
    rows = []
    for (mode, cause), group in gone.groupby(["mode", "cause"]):
        counts = group.groupby("run_id").size().reindex(list(runs), fill_value=0)
        found = mean_interval(counts)
        rows.append((mode, cause, found.n, found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=["mode", "cause", "n", "mean", "low", "high"])
