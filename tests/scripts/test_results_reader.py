# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/kumiai/results.py: what it reads, what it refuses, and that memory stays bounded."""

import sqlite3
import tracemalloc

import numpy as np
import pytest

from conftest import called, refused
from results_files import build

from kumiai import results as kr

SCRIPTS_OF_RESULTS = ("compare.py", "survival.py", "network.py")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return build(tmp_path_factory.mktemp("results") / "a.db", reps=4)


@pytest.fixture
def baseline(path):
    return kr.load(path)[0][0]


def test_scenarios_know_their_model_and_runs(path):
    scenarios, notes = kr.load([path])
    assert [(s.label, s.model, s.n, s.failed) for s in scenarios] == [
        ("baseline", "cooperation", 4, 0), ("jica_half", "cooperation", 4, 0)]
    assert notes == [] and list(scenarios[1].runs.index) == [5, 6, 7, 8]


def test_units_come_from_the_file(path):
    scenarios, _ = kr.load(path)
    assert kr.units(scenarios, "series") == {"ties_regional": "ties"}
    assert kr.column_docs(path).loc[("summary", "projects_active"), "doc"] == "Running"


def test_identifiers_are_no_quantities(tmp_path):
    path = build(tmp_path / "a.db", reps=2)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE column_doc SET unit = 'agent_id' WHERE table_name = 'summary'")
    scenarios, _ = kr.load(path)
    assert kr.choose_metrics(scenarios) == ["ties_city_to_city"]
    assert kr.choose_metrics(scenarios, ["projects_active"]) == ["projects_active"]


def test_a_file_without_units_is_read_all_the_same(tmp_path):
    old = build(tmp_path / "a.db", reps=2)
    with sqlite3.connect(old) as db:
        db.execute("DROP TABLE column_doc")
    assert kr.units(kr.load(old)[0], "summary") == {} and kr.column_docs(old).empty


@pytest.mark.parametrize("rows", [1, 7, 30, 45, 10_000])
def test_chunks_are_whole_runs_and_add_up(baseline, monkeypatch, rows):
    whole = kr.read_table(baseline, "tie", ["run_id", "tie_id", "mode"])
    monkeypatch.setattr(kr, "CHUNK_ROWS", rows)
    chunks = list(kr.iter_table(baseline, "tie", ["run_id", "tie_id", "mode"]))
    runs = [set(c["run_id"]) for c in chunks]
    assert sum(len(r) for r in runs) == len(set().union(*runs)) == 4
    assert all(len(c) % 30 == 0 for c in chunks) and (len(chunks) == 4) == (rows < 60)
    joined = kr.read_table(baseline, "tie", ["run_id", "tie_id", "mode"])
    assert joined.astype({"mode": str}).equals(whole.astype({"mode": str}))


def test_memory_does_not_grow_with_the_file(baseline, tmp_path, monkeypatch):
    big = build(tmp_path / "big.db", ("baseline",), reps=1)
    with sqlite3.connect(big) as db:
        db.executemany("INSERT INTO run VALUES (?,1,NULL,?,42,'ok',NULL,160,0,0,'')",
                       [(i, i) for i in range(2, 102)])
        db.executemany("INSERT INTO refusal VALUES (?,2000,'regional','veto',1)",
                       [(i,) for i in range(2, 102) for _ in range(300)])
    scenario = kr.load(big)[0][0]
    monkeypatch.setattr(kr, "CHUNK_ROWS", 1000)

    def peak(work):
        tracemalloc.start()
        rows = work()
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return rows, size
    streamed, small = peak(lambda: sum(len(c) for c in kr.iter_table(scenario, "refusal")))
    whole, large = peak(lambda: len(kr.read_table(scenario, "refusal")))
    # Both see all 30,004 rows; the twin, which keeps them, takes several times as much.
    assert streamed == whole == 30_004 and small < large / 3


def test_a_scenario_of_some_runs_reads_those_alone(baseline):
    part = kr.with_runs(baseline, [2, 3])
    assert part.n == len(part.summary) == 2
    assert set(kr.read_ties(part)["run_id"]) == {2, 3} == set(kr.windows(part).index)


def test_ties_carry_the_window_of_their_run(baseline):
    ties = kr.read_ties(baseline)
    assert set(ties["start"]) == {2000.0} and set(ties["end"]) == {2040.0}
    assert ties["cause"].dtype == "category" and ties["onset_censored"].dtype == bool
    assert ties.loc[ties["terminus_censored"], "cause"].isna().all()


def test_refusals_are_sums_over_the_years(baseline):
    found = kr.read_refusals(baseline)
    assert len(found) == 8 and found["count"].between(100, 120).all()


def test_what_a_file_lacks_is_told(baseline, tmp_path):
    with pytest.raises(kr.Absent, match="no table event"):
        kr.read_table(baseline, "event")
    with pytest.raises(kr.Absent, match="has no wage"):
        kr.read_table(baseline, "tie", ["wage"])
    with pytest.raises(kr.Absent, match="sister"):
        kr.read_ties(baseline, "sister")
    light = kr.load(build(tmp_path / "s.db", reps=2, detail="series"))[0][0]
    with pytest.raises(kr.Absent, match="detail"):
        kr.read_ties(light)


def test_rows_out_of_order_are_refused(tmp_path):
    path = build(tmp_path / "a.db", ("baseline",), reps=3)
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO refusal VALUES (1, 2002, 'regional', 'veto', 6)")
    with pytest.raises(kr.ResultsError, match="not in run order"):
        kr.read_refusals(kr.load(path)[0][0])


@pytest.mark.parametrize("table, column, read", [
    ("refusal", "count", kr.read_refusals), ("tie", "onset", kr.read_ties),
    ("series", "time", lambda s: kr.read_series(s, [])), ("agent", "lat", kr.read_agents)])
def test_a_text_in_a_column_of_numbers_is_told(tmp_path, table, column, read):
    path = build(tmp_path / "a.db", ("baseline",), reps=2)
    with sqlite3.connect(path) as db:
        db.execute(f"UPDATE {table} SET {column} = 'many' WHERE rowid = 3")
    with pytest.raises(kr.ResultsError, match="many"):
        read(kr.load(path)[0][0])


@pytest.mark.parametrize("run", [1, 2, 3])
def test_one_run_is_refused_too_where_a_row_stands_out_of_order(tmp_path, run):
    path = build(tmp_path / "a.db", ("baseline",), reps=3)
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO refusal VALUES (1, 2002, 'regional', 'veto', 6)")
    with pytest.raises(kr.ResultsError, match="not in run order"):
        kr.read_refusals(kr.with_runs(kr.load(path)[0][0], [run]))


def by_replicate(scenario, frame):
    """The frame with (seed, rep, point) in the place of the run_id, in that order."""
    keys = scenario.runs.loc[frame["run_id"], kr.KEY].reset_index(drop=True)
    return keys.join(frame.drop(columns="run_id").astype(object)).sort_values(
        kr.KEY, kind="stable", ignore_index=True)


READERS = (kr.read_ties, kr.read_projects, kr.read_refusals,
           lambda s: kr.read_series(s, ["ties_city_to_city", "ties_regional"]),
           lambda s: kr.windows(s).reset_index())


@pytest.mark.parametrize("failed", [(), {("a", 0), ("b", 2), ("c", 4)}])
def test_the_order_of_the_runs_does_not_matter(tmp_path, failed):
    names = ("a", "b", "c")
    plain = kr.load(build(tmp_path / "p.db", names, reps=5, failed=failed))[0]
    mixed = kr.load(build(tmp_path / "m.db", names, reps=5, failed=failed, interleaved=True))[0]
    assert 2 in mixed[1].runs.index and 2 not in plain[1].runs.index
    for read in READERS:
        for one, other in zip(plain, mixed, strict=True):
            whole = by_replicate(one, read(one))
            assert len(whole) and whole.equals(by_replicate(other, read(other)))
            some = other.runs.index[1:3]
            assert set(read(kr.with_runs(other, some))["run_id"]) == set(some)


def test_a_series_by_its_name_alone(tmp_path):
    scenario = kr.load(build(tmp_path / "a.db", ("baseline",), reps=2))[0][0]
    frame = kr.read_series(scenario, "ties_regional")
    assert list(frame) == ["run_id", "time", "ties_regional"]
    assert frame.equals(kr.read_series(scenario, ["ties_regional"]))
    with pytest.raises(kr.Absent, match="the series has no ties$"):
        kr.read_series(scenario, "ties")


def test_rows_of_failed_runs_are_never_read(tmp_path):
    path = build(tmp_path / "a.db", ("a", "b"), reps=4, interleaved=True)
    with sqlite3.connect(path) as db:  # the first run, one amid the others, and the last
        db.execute("UPDATE run SET status = 'failed' WHERE run_id IN (1, 5, 8)")
    scenarios, _ = kr.load(path)
    assert [(list(s.runs.index), s.failed) for s in scenarios] == [([3, 7], 2), ([2, 4, 6], 1)]
    for read in READERS:
        for s in scenarios:
            assert set(read(s)["run_id"]) == set(s.runs.index)


def test_a_selection_costs_its_own_rows(tmp_path, monkeypatch):
    path = build(tmp_path / "a.db", ("baseline",), reps=40)
    scenario, connect, steps = kr.load(path)[0][0], kr.database.connect, []

    def counting(file):
        db = connect(file)
        db.set_progress_handler(lambda: steps.append(1), 50)
        return db
    monkeypatch.setattr(kr.database, "connect", counting)

    def cost(runs):
        steps.clear()
        rows = len(kr.read_table(kr.with_runs(scenario, runs), "tie"))
        return rows, len(steps)
    (one, little), (whole, much) = cost([20]), cost(scenario.runs.index)
    assert (one, whole) == (30, 1200) and little < much / 5


def test_no_runs_have_no_rows(baseline):
    assert list(kr.iter_table(kr.with_runs(baseline, []), "tie")) == []


def test_missing_numbers_stay_missing(tmp_path):
    path = build(tmp_path / "a.db", reps=2)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE tie SET terminus = NULL, onset = NULL WHERE tie_id = 6")
    ties = kr.read_ties(kr.load(path)[0][0])
    assert np.isnan(ties.loc[ties["tie_id"] == 6, ["onset", "terminus"]].to_numpy()).all()


def test_a_log_of_another_database_is_not_read(tmp_path):
    """Links lead to where it lies."""
    path, link = build(tmp_path / "a.db", reps=2), tmp_path / "link.db"
    link.symlink_to(path.name)
    (tmp_path / "a.db-wal").write_bytes(b"of another database" * 100)
    for name in (path, link):
        with pytest.raises(kr.ResultsError, match="a.db-wal, which is not kumiai's"):
            kr.load(name)


@pytest.mark.parametrize("script", SCRIPTS_OF_RESULTS)
def test_every_script_refuses_in_one_sentence(tmp_path, script):
    mixed = build(tmp_path / "m.db", reps=2, models=("cooperation", "contagion"))
    failed = build(tmp_path / "f.db", ("a",), reps=2, failed={("a", 0), ("a", 1)})
    (tmp_path / "text.db").write_text("words " * 50)
    assert refused(called(script, mixed), 2, "several models (cooperation, contagion)", "--model")
    assert refused(called(script, mixed, "--model", "none"), 2, "No scenario is of the model 'none'")
    assert refused(called(script, failed), 2, "no ok run among its 2 runs")
    assert refused(called(script, tmp_path / "text.db"), 2, "not a kumiai results file")
    assert refused(called(script, tmp_path / "no.db"), 2, "no such file")
    assert refused(called(script, build(tmp_path / "v.db", version="9")), 2, "schema_version 9")
    assert refused(called(script, mixed, "--nonsense"), 2, "--help")
    assert called(script, "--help").returncode == 0
    assert list(tmp_path.glob("*.png")) == list(tmp_path.glob("*.csv")) == []


@pytest.mark.parametrize("script", SCRIPTS_OF_RESULTS)
def test_every_script_takes_one_model_of_several(tmp_path, script):
    mixed = build(tmp_path / "m.db", reps=2, models=("cooperation", "contagion"))
    result = called(script, mixed, "--model", "cooperation", "--no-pictures", "--out-dir", tmp_path)
    assert result.returncode == 0, result.stderr
    assert "jica_half" not in result.stdout
