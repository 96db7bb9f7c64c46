# SPDX-License-Identifier: GPL-3.0-or-later
"""How long ties last where most of them are older than their run: what few ties seen young can tell, and what not."""

import re
import sqlite3

import numpy as np
import pandas as pd

from conftest import called, written
from results_files import build

import kumiai
from kumiai import leading, survival


def frame_of(rows):
    """Spells of (run, entry, stop, event, cause)."""
    return pd.DataFrame(rows, columns=["run_id", "entry", "stop", "event", "cause"]).assign(mode="city_to_city")


def late_entries(rng, few, late=200, reps=24):
    """Ties of exponential lives of 6 years, few seen from their onset, most from the age of 1 on; in quarters."""
    entry = np.repeat([0.0, 1.0], [few, late])
    stop = np.ceil((entry + rng.exponential(6, few + late)) * 4) / 4
    runs = rng.integers(reps, size=few + late)
    return frame_of([(r, e, t, 1, "x") for r, e, t in zip(runs, entry, stop)])


def test_intervals_hold_where_most_ties_enter_late_and_are_left_out_where_few_are_seen_young():
    # Truth: e^-5/6 = .4346 at 5 years, and 10 years' mean in quarters. 100 studies of each; standard error .022.
    # Without leaving out, 5 ties seen young gave means whose interval held in 59 of 100.
    rng, quarter = np.random.default_rng(14), np.exp(-1 / 24)
    mean = (1 - quarter ** 40) / (1 - quarter) / 4
    held = {5: [], 40: []}
    for few, found in held.items():
        for _ in range(100):
            frame = late_entries(rng, few)
            share, years = (survival.kaplan_meier(frame, range(24)).at(5),
                            survival.restricted_mean(frame, range(24), 10).interval())
            if few == 40:
                found.append((share[1] <= np.exp(-5 / 6) <= share[2], years[1] <= mean <= years[2]))
            else:
                found.append((np.isnan(share).all(), np.isnan(years).all()))
    assert np.mean(held[5], axis=0).tolist() == [1, 1]
    assert (np.mean(held[40], axis=0) > 0.95 - 4 * 0.022).all()


def test_where_a_curve_ends_for_want_of_ties():
    """One tie is seen from its onset, the others from 1 year on; 19 and 20 of 41; and where a gap lies later."""
    young = [(0, 0, 30, 1, "x")]
    old = [(r % 8, 1, 2 + r, 1, "x") for r in range(40)]
    frame = frame_of(young + old)
    assert survival.thin_from(frame) == 0 and survival.incidence_bands(frame, range(8)).empty
    curve = survival.kaplan_meier(frame, range(8))
    assert curve.thin and curve.age.tolist() == [0] and np.isnan(curve.at(2)).all() and np.isnan(curve.median())
    assert survival.main_cause(frame, 5) is None and leading.of_incidence(frame, range(8), 5) is None
    for few, known in ((19, 0), (20, np.inf)):
        assert survival.thin_from(frame_of([(r % 8, 0, 30, 1, "x") for r in range(few)] + old)) == known
    # 30 to the age of 3, where 25 end; 20 more enter at 4: the 5 left are too few from 3 on.
    gap = frame_of([(r % 8, 0, 3 if r < 25 else 9, 1, "x") for r in range(30)]
                   + [(r % 8, 4, 8, 1, "x") for r in range(20)])
    assert survival.thin_from(gap) == 3
    curve = survival.kaplan_meier(gap, range(8))
    assert curve.follow_up == 3 and np.isfinite(curve.at(3)[1]) and np.isnan(curve.at(4)[0])
    # Nobody has ended before 6, but one tie alone was there between 0 and 5.
    alone = frame_of([(0, 0, 9, 1, "x")] + [(r % 8, 5, 6 + r % 5, 1, "x") for r in range(200)])
    assert np.isnan(survival.kaplan_meier(alone, range(8)).at(5.5)[0])
    # Of ties that enter at any age a few are always the first, for a moment.
    entry = np.sort(np.random.default_rng(1).uniform(0, 10, 20000))
    assert survival.thin_from(frame_of([(i % 8, e, e + 4, 1, "x") for i, e in enumerate(entry)])) == np.inf
    assert survival.thin_from(frame_of([(i % 8, e, e + 4, 1, "x") for i, e in enumerate(entry[20:] + 0.5)])) == 0
    # The last few of many are no gap.
    assert survival.thin_from(frame_of([(r % 8, 0, 1 + r, 1, "x") for r in range(40)])) == np.inf


def test_what_is_not_known_is_said(tmp_path):
    """No tie of a mode begins in the runs: its row has no value, and the commands and the report say why."""
    path = build(tmp_path / "a.db", ("baseline",), reps=6)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE tie SET onset = 1998, onset_censored = 0 WHERE mode = 'regional'")
        db.execute("DELETE FROM tie WHERE mode = 'regional' AND terminus <= 2000")
    result = called("survival.py", path, "--no-pictures", "--out-dir", tmp_path)
    words = "baseline: how long regional ties last is not known beyond an age of 0 years; fewer than 20 were"
    assert result.returncode == 0 and words in " ".join(result.stderr.split()), result.stderr
    mean = pd.read_csv(written(tmp_path, "survival_mean.csv")).set_index(["mode", "what"])["years"]
    assert np.isnan(mean["regional", "mean"]) and mean["city_to_city", "mean"] > 0
    compared = called("compare.py", path, "--no-pictures", "--out-dir", tmp_path)
    assert words in " ".join(compared.stderr.split())
    assert compared.stdout.split("  regional")[1].split("\n")[0].count("n/a") == 4
    page = kumiai.open(path).report(tmp_path / "page.html").read_text(encoding="utf-8")
    remark = "baseline: how long regional ties last, and by what they end, is not told: fewer than 20 were under observation"
    assert page.count(f'<p class="note">{remark} from their onset.') == 1  # once, whatever parts it is about
    assert not re.search(r"<h3[^>]*>\s*(<span[^>]*>)?\[", page)  # no list of remarks as a title
