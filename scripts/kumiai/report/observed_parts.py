# SPDX-License-Identifier: GPL-3.0-or-later
"""Part of the report on what was observed and what the runs gave: the targets that the file holds."""

import numpy as np
import pandas as pd

from kumiai import results, targets

from . import queries
from .language import say, translated
from .part import Part, on_intervals, plain, written

MISSED = 3.0  # standard deviations from which on a target is missed (Pukelsheim 1994)
USES = {"fit": "fitted", "test": "kept aside"}


def _rows(scenario):
    """One row per target of a scenario: observed, simulated, and how far apart in standard deviations."""
    known, values = (read(scenario, "all") for read in (targets.read_targets, targets.read_target_values))
    rows = []
    for name, target in known[known["value"].notna()].iterrows():
        runs = values[name].dropna()
        if runs.empty:
            continue
        spread = np.sqrt((runs.var(ddof=1) if len(runs) > 1 else 0.0) + target["sd"] ** 2 + target["discrepancy"] ** 2)
        low, high = np.quantile(runs, [0.05, 0.95])
        apart = [(x - target["value"]) / spread if spread > 0 else 0.0 if x == target["value"] else np.nan
                 for x in (runs.mean(), low, high)]
        rows.append({"target": _label(target, known, name), "use": say(USES.get(target["use"], target["use"])),
                     "observed": target["value"], "simulated": runs.mean(), "runs_low": low, "runs_high": high,
                     "rank": targets.rank(target["value"], runs), "distance": apart[0], "low": apart[1],
                     "high": apart[2], "source": translated(target["source"] or "")})
    if not rows:
        raise results.Absent(say("no target has a value in the runs"))
    return pd.DataFrame(rows)


def _label(target, known, name):
    """The label of a target; one that goes on from the label above it ('… in 2013') has that one's words as well."""
    label = target["label"] or plain(name)
    if not label.startswith("…"):
        return translated(label)
    above = next(text for text in reversed(list(known["label"])[:list(known.index).index(name)])
                 if not text.startswith("…"))
    return translated(f"{above.split(',')[0]} {label.lstrip('… ')}")


def _finding(frame):
    """How many targets are met, of those that were fitted and of those kept aside."""
    met = frame["distance"].abs() <= MISSED
    counts = {use: (int(met[frame["use"] == say(word)].sum()), int((frame["use"] == say(word)).sum()))
              for use, word in USES.items()}
    return say("The runs meet {fit} of {fits} targets that were fitted and {test} of {tests} that were kept aside "
               "(mean within {limit} standard deviations).", fit=counts["fit"][0], fits=counts["fit"][1],
               test=counts["test"][0], tests=counts["test"][1], limit=written(MISSED, 0))


def patterns(study):
    """The targets of the first scenario against the runs."""
    try:
        frame = _rows(study.first)
    except results.ResultsError as error:
        raise results.Absent(translated(str(error)).rstrip(".。")) from error
    if study.is_few():
        frame = frame.assign(low=np.nan, high=np.nan, runs_low=np.nan, runs_high=np.nan)
    return Part(frame, queries.TARGETS,
                {"kind": "forest", "category": "target", "x": "distance", "unit": "",
                 "numbers": ["simulated", "observed"],
                 "xname": say("simulated − observed, in standard deviations"), "limit": MISSED},
                on_intervals("The bar holds nine runs of ten. ") +
                say("A dot: mean of the runs less what was observed, in standard deviations of one run, of the "
                    "observation and of the discrepancy of the model together; the number beside it is the mean of the "
                    "runs and, after the slash, what was observed. Beyond 3 (dashed) a target is missed. Fitted: used in "
                    "calibration; kept aside: a test. Rank: share of the runs below what was observed."),
                _finding(frame))
