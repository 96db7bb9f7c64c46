# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of ties: who has ended, who goes on as another tie, and how long each was at risk."""

import sqlite3

import pandas as pd
import pytest

import conftest  # noqa: F401  (puts scripts/ on the path)
from results_files import build

from kumiai import ends, leading, results, survival


def frame_of(rows):
    """Spells of (run, entry, stop, event, cause)."""
    frame = pd.DataFrame(rows, columns=["run_id", "entry", "stop", "event", "cause"])
    return frame.assign(mode="city_to_city")


def tie_frame(rows):
    """Ties (mode, onset, terminus, onset_censored, terminus_censored, cause) of run 1."""
    names = ["mode", "onset", "terminus", "onset_censored", "terminus_censored", "cause"]
    frame = pd.DataFrame(rows, columns=names)
    frame = frame.astype({"onset": float, "terminus": float, "onset_censored": bool,
                          "terminus_censored": bool})
    window = {"start": 2000.0, "last": 2009.75, "end": 2010.0, "step": 0.25}
    return ends.with_ends(frame.assign(run_id=1, **window), {"regional_form"})


def test_spells_honour_censoring():
    got, left_out = survival.spells(tie_frame([
        ("regional", 2001, 2003, 0, 0, "merger"),        # plain
        ("regional", 1990, 2004, 1, 0, "dormancy"),      # older than the run: enters at 10
        ("regional", 2002, None, 0, 1, None),            # alive: last at risk in the last step
        ("regional", 2005, 2005, 0, 0, "grant_end"),     # no length: half a step
        ("regional", None, 2003, 1, 0, "grant_end"),     # age unknown
        ("regional", 2000, 2003, 1, 0, "grant_end"),     # onset cut at the start: age unknown
        ("regional", 1995, 2000, 1, 0, "grant_end"),     # ended as the run began: never at risk
        ("regional", 2006, 2007, 0, 0, None),            # cause forgotten
        ("city_to_city", 2001, 2004, 0, 0, "regional_form"),  # goes on: left, not ended
        ("regional", 2009.75, None, 0, 1, None)]))       # born in the last step: half a step
    assert list(zip(got["entry"], got["stop"], got["event"])) == [
        (0, 2, 1), (10, 14, 1), (0, 7.75, 0), (0, 0.125, 1), (0, 1, 1), (0, 3, 0), (0, 0.125, 0)]
    assert left_out == {"age unknown": 2, "never at risk": 1}
    assert list(got["cause"].fillna("-")) == ["merger", "dormancy", "-", "grant_end",
                                              survival.NOT_RECORDED, "regional_form", "-"]


def test_what_goes_on_as_another_tie_has_left_but_not_ended():
    # Of four ties one goes on at 1, one ends at 1, one at 2, one lives to 3.
    frame = frame_of([(1, 0, 1, 0, "form"), (1, 0, 1, 1, "a"), (1, 0, 2, 1, "b"), (1, 0, 3, 0, None)])
    assert list(survival.kaplan_meier(frame, [1]).prob) == pytest.approx([1, 3 / 4, 3 / 8])
    found = survival.cumulative_incidence(frame)
    assert list(found["form"]) == pytest.approx([1 / 4, 1 / 4])
    assert list(found["b"]) == pytest.approx([0, 1 / 4])
    assert list(found.sum(axis=1)) == pytest.approx([1 / 2, 3 / 4])  # those that have left
    bands = survival.incidence_bands(frame, [1])
    assert dict(zip(bands["cause"], bands["conversion"])) == {"a": 0, "b": 0, "form": 1}
    assert survival.causes_of_end(frame) == ["a", "b"]
    assert survival.main_cause(frame[frame["cause"] != "b"], 2) == ("a", pytest.approx(1 / 3))
    only = frame.assign(event=0)
    assert survival.main_cause(only, 3) is None and leading.of_incidence(only, [1], 3) is None
    ties = tie_frame([("city_to_city", 2001, 2004, 0, 0, "regional_form"),
                      ("city_to_city", 2001, 2003, 0, 0, "merger")])
    assert list(survival.ended_by_cause(ties, [1]).columns) == [("city_to_city", "merger")]


def test_cause_counts_include_replicates_without_an_end():
    ties = tie_frame([("regional", 2001, 2003, 0, 0, "merger")] * 4)
    counts = survival.ended_by_cause(ties, [1, 2])
    assert counts[("regional", "merger")].to_dict() == {1: 4, 2: 0}
    found = survival.count_intervals(counts).iloc[0]
    assert (found["name"], found["n"], found["mean"]) == ("merger", 2, 2.0)


def test_which_causes_are_conversions_the_file_says(tmp_path):
    """Of the scenario's model; none where the file is of before it told."""
    path = build(tmp_path / "r.db", scenarios=("baseline",), reps=1)
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO cause_doc VALUES ('other', 'dormancy', 1)")
        db.execute("UPDATE tie SET cause = 'regional_form' WHERE cause = 'partner_exit'")
    assert ends.conversions(path, "cooperation") == {"regional_form"}
    ties = results.read_ties(results.load(path)[0][0])
    assert (ties["converted"] == (ties["cause"] == "regional_form")).all() and ties["converted"].any()
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE cause_doc")
    assert ends.conversions(path, "cooperation") == frozenset()
    assert not results.read_ties(results.load(path)[0][0])["converted"].any()
