# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a replicate, and what may be said of it: points of a sweep and runs made twice are none,
limits stay where values can be, both sides of an interval are told, a verdict is that of its p.

Run: KUMIAI=build/test/kumiai /usr/bin/python3 -m pytest tests/scripts/test_right_samples.py
"""

import os
import subprocess

import numpy as np
import pandas as pd
import pytest

from conftest import SCRIPTS, called
from results_files import build, share_draws
from test_sensitivity import NAMES, call, make

from kumiai import intervals, results, tables


BETA, GAMMA = NAMES[:2]


def repeated(folder, name, rows, seeds, reps=2):
    """A sweep over the rows of a table of two factors."""
    (folder / f"{name}.csv").write_text(f"{BETA},{GAMMA}\n" + "\n".join(rows) + "\n")
    return make(folder, name, design='"table"', table=f'"{name}.csv"', reps=reps, seeds=f'"{seeds}"')


# ---- points of a sweep ----


@pytest.mark.parametrize("rows", [3, 8])
def test_a_page_of_a_sweep_has_no_mean_over_its_points(tmp_path, rows):
    """Also where its factors cannot be analysed: here they follow from each other, or are too few."""
    path = repeated(tmp_path, "s", [f"0.0{i + 1},0.{i + 1}" for i in range(rows)], "common")
    done = called("report.py", path, "-o", tmp_path / "x.html")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "x.html").read_text()
    assert "Over the whole run" not in page and "no replicates of one another" in page


@pytest.mark.parametrize("seeds, n", [("common", 2), ("independent", 60)])
def test_the_same_runs_count_once(tmp_path, seeds, n):
    """30 equal rows: with common seeds two runs, made again and again."""
    path = repeated(tmp_path, "s", ["0.1,0.2"] * 30, seeds)
    [scenario], notes = results.load(path)
    assert scenario.n == n and len(scenario.summary) == n
    assert any("58 of 60 runs" in note and "count once" in note for note in notes) == (n == 2)
    done = called("compare.py", path, "--no-pictures", "--csv", tmp_path / "t.csv")
    assert done.returncode == 0 and set(pd.read_csv(tmp_path / "t.csv")["n"]) == {n}


def test_equal_rows_among_others_are_left_to_the_sweep(tmp_path):
    path = repeated(tmp_path, "s", ["0.1,0.2", "0.1,0.2", "0.3,0.4"], "common")
    [scenario], notes = results.load(path)
    assert scenario.n == 6 and not any("count once" in note for note in notes)
    assert "count once" in call(path, "--no-pictures").stderr


def test_the_same_scenario_in_two_files_is_told(tmp_path):
    small = build(tmp_path / "a.db", scenarios=("baseline",), reps=3, detail="summary")
    large = build(tmp_path / "b.db", scenarios=("baseline", "jica_half"), reps=6, detail="summary")
    done = called("compare.py", small, large, "--no-pictures")
    assert done.returncode == 0
    assert "baseline (b) is baseline (a) once more: 3 of its 6 runs are the same runs" in done.stderr \
        .replace(".db", "")
    assert "jica_half is" not in done.stderr
    other = build(tmp_path / "c.db", scenarios=("baseline",), reps=3, seed=43, detail="summary")
    assert "once more" not in called("compare.py", small, other, "--no-pictures").stderr


@pytest.mark.parametrize("rows, weight, told", [(5, 1.0, True), (19, 1.0, True), (20, 1.0, False), (5, None, False)])
def test_a_weighted_file_of_few_rows_is_told(tmp_path, rows, weight, told):
    """Rows that a resample takes again are draws of their own, and count; without weights they count once."""
    file = share_draws(build(tmp_path / "d.db", reps=24, detail="summary"), rows, weight)
    done = called("compare.py", file, "--no-pictures")
    assert done.returncode == 0, done.stderr
    assert (f"few rows with a weight, {rows}." in " ".join(done.stderr.split())) == told
    assert ("24 runs of baseline are" in " ".join(done.stderr.split())) == (weight is None)


# ---- limits ----


class Stub:
    """A scenario as tables.compare needs it."""

    path = None  # of a file without draws

    def __init__(self, label):
        self.label, self.runs = label, pd.DataFrame({"point": [""]})


@pytest.fixture(autouse=True)
def _file_without_draws(tmp_path, monkeypatch):
    monkeypatch.setattr(Stub, "path", build(tmp_path / "without_draws.db", reps=2))


def compared(unit, *samples):
    """The table of one metric m, a scenario for each sample."""
    index = pd.MultiIndex.from_arrays([[1] * len(samples[0]), range(len(samples[0])), [""] * len(samples[0])],
                                      names=results.KEY)
    frames = [pd.DataFrame({"m": np.asarray(x, dtype=float)}, index=index) for x in samples]
    stubs = [Stub(f"s{i}") for i in range(len(samples))]
    return tables.compare(stubs, ["m"], frames=frames, units={"m": unit}), stubs


@pytest.mark.parametrize("unit, reach", [("share", 1), ("0..1", 1), ("index", 99)])
def test_limits_of_what_lies_between_0_and_1(unit, reach):
    frame, _ = compared(unit, [1, 0.9, 1, 0.1], [0, 0.8, 0, 0.2])
    level, other = frame.iloc[0], frame.iloc[1]
    assert other["diff_low"] >= -reach and (other["diff_low"] < -1) == (unit == "index")
    assert (level["high"] <= 1) == (unit != "index")


def test_a_ratio_is_no_share():
    """Know-how kept against the start may be more than there was."""
    asked = subprocess.run([os.environ["KUMIAI"], "describe", "cooperation", "--format", "json"], check=True,
                           capture_output=True, text=True).stdout
    assert asked.count('"ratio"') >= 4
    assert not results.is_share("ratio") and results.is_share("share") and results.is_share("0..1")


@pytest.mark.parametrize("n, told", [(2, "0 (all alike)"), (4, "0 (all alike)"), (6, None)])
def test_few_zeros_have_no_limit(tmp_path, n, told):
    """Agents infected where nobody is at first; the program and the script say the same."""
    (tmp_path / "z.cfg").write_text(f'model = "contagion";\nrun = {{ steps = 2; seed = 1; reps = {n}; }};\n'
                                    "contagion = { agents = 20; initial_share = 0.0; };\n")
    done = subprocess.run([os.environ["KUMIAI"], "run", tmp_path / "z.cfg", "--out", tmp_path / "z.db", "--quiet"],
                          check=True, capture_output=True, text=True)
    found = intervals.mean_interval([0] * n)
    assert found.known == (told is None)
    assert (told or f"0.0 (0.0 to {found.high:.1f})") in done.stdout
    level = tables.compare(results.load(tmp_path / "z.db")[0], ["infected_final"], units={
        "infected_final": "agents"}).iloc[0]
    assert [level["low"], level["high"]] == pytest.approx([found.low, found.high], nan_ok=True)


# ---- what is told of a difference ----


def test_a_verdict_is_that_of_the_corrected_p():
    """Many differences of which one leaves out 0 by itself: + or − only where p (Holm) says so."""
    rng = np.random.default_rng(2)
    samples = [np.round(4 * rng.normal(size=8)) for _ in range(39)]
    samples += [samples[0] + [0.2, 2.5, 1.1, 1.7, -0.4, 2.1, 0.9, 1.4]]  # p = .009
    samples += [samples[0] + 20 + rng.normal(size=8), samples[0] + 1]
    frame, stubs = compared("", *samples)
    rows = frame.iloc[1:]
    own = (rows["diff_low"] > 0) | (rows["diff_high"] < 0)
    assert (own & (rows["p_holm"] >= 0.05)).any()
    told = rows["verdict"].isin(["+", "−"])
    assert (told == (rows["p_holm"] < 0.05)).all()
    assert rows["verdict"].iloc[-2] == "+" and rows["verdict"].iloc[-1] == "?"
    assert "for all 40 differences" in " ".join(tables.footer(frame)) and len(stubs) == 42


def test_pairs_that_differ_alike_but_for_rounding_have_no_verdict():
    for apart in (0.1, 1 / 3, 1e6 + 0.1):
        base = np.arange(1, 9) / 7
        frame, _ = compared("", base, base + apart)
        row = frame.iloc[1]
        assert row["verdict"] == "?" and row[["diff_low", "p", "p_holm"]].isna().all()


def test_one_difference_is_not_many():
    frame, _ = compared("", [1, 2, 3, 4], [2, 2, 5, 4])
    assert "all 1" not in " ".join(tables.footer(frame))


def test_both_sides_of_an_interval_of_counts_are_told():
    """A difference whose interval is longer on one side."""
    frame, stubs = compared("ties", [0] * 12, [0] * 9 + [1, 2, 9])
    [line] = [x for x in tables.counts_block("causes", frame, {s.label: 1 for s in stubs}) if " m " in x]
    row = frame.iloc[1]
    low, high = (f"{row[end]:+.2f}".replace("-", "−") for end in ("diff_low", "diff_high"))
    assert f"+1.00 ({low} … {high})" in line and "±" not in line
    assert row["diff_high"] - row["diff"] > 1.5 * (row["diff"] - row["diff_low"])
