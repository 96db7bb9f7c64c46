# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/patterns.py and configs/cooperation/targets.cfg against the reducers of the same runs, queries by
hand, and the same queries in a database that holds the rows of one run."""

import csv
import io
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

KUMIAI = os.environ.get("KUMIAI", "kumiai")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from kumiai import targets  # noqa: E402
TARGETS = ROOT / "configs" / "cooperation" / "targets.cfg"
SUMMARY = {"cooperatives active abroad, 2017": "cooperatives_abroad_2017",
           "new heads per election": "turnover_rate"}
SEEN = "FROM project WHERE start >= 2013 AND start < 2018 AND scheme IN ('jica_local', 'moe_jcm')"
BY_DONOR = f"(SELECT count(*) AS n {SEEN} GROUP BY donor_id ORDER BY n DESC)"
BY_HAND = {  # of the schemes that the study counts
    "projects started, JFY 2013–17": f"SELECT count(*) {SEEN}",
    "Southeast Asia's share": f"""SELECT avg(agent.region = 'southeast_asia') FROM project
        JOIN agent ON agent_id = partner_id {SEEN.removeprefix("FROM project")}""",
    "largest donor's share": f"SELECT 1.0 * max(n) / sum(n) FROM {BY_DONOR}",
    "share of the three largest": f"""SELECT 1.0 * (SELECT sum(n) FROM (SELECT n FROM {BY_DONOR} LIMIT 3))
        / sum(n) FROM {BY_DONOR}""",
    "active donors": f"SELECT count(*) FROM {BY_DONOR}",
    "… in 2015": "SELECT count(*) FROM project WHERE start >= 2015 AND start < 2016"
                 " AND scheme IN ('jica_local', 'moe_jcm')",
    "awards of moe_jcm, 2016": "SELECT count(*) FROM project WHERE start >= 2016 AND start < 2017"
                               " AND scheme = 'moe_jcm'",
    "share of Kitakyushu": "SELECT 1.0 * sum(donor_id = (SELECT agent_id FROM agent WHERE name ="
                          f" 'Kitakyushu')) / count(*) {SEEN}"}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """One replicate of 19 years with all its rows and the targets, and one without either."""
    folder = tmp_path_factory.mktemp("patterns")
    for detail, more in (("full", ["--targets", TARGETS]), ("series", [])):
        subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "from_2000.cfg", "--out",
                        folder / f"{detail}.db", "--detail", detail, "--reps", "1", "--set",
                        "run.years=19", *more], check=True, capture_output=True, timeout=100)
    return folder


def called(*arguments):
    """Exit code, output and complaints of the script, in this process."""
    from kumiai.commands import patterns
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        code = patterns.main([str(argument) for argument in arguments])
    return code, *(stream.buffer.getvalue().decode() for stream in streams)


@pytest.fixture(scope="module")
def table(results):
    code, output, complaints = called(results / "full.db", "--format", "csv")
    assert (code, complaints) == (0, "")
    return {row["what"]: row for row in csv.DictReader(io.StringIO(output))}


def test_values_are_those_of_the_reducers(results, table):
    with closing(sqlite3.connect(results / "full.db")) as db:
        for what, reducer in SUMMARY.items():
            [(value,)] = db.execute(f"SELECT {reducer} FROM summary")
            assert float(table[what]["mean"]) == pytest.approx(value), what


def test_values_are_those_of_queries(results, table):
    with closing(sqlite3.connect(results / "full.db")) as db:
        for what, query in BY_HAND.items():
            [(value,)] = db.execute(query)
            assert float(table[what]["mean"]) == pytest.approx(value), what
        [(first, last)] = db.execute("SELECT max(cooperatives) FILTER (WHERE time = 2007.0),"
                                     " max(cooperatives) FILTER (WHERE time = 2018.0) FROM series")
    growth = float(table["cooperatives, % a year, 2007–18"]["mean"])
    assert first * (1 + growth / 100) ** 11 == pytest.approx(last)


def of_one_run(path, run):
    """The tables of a results file with the rows of one run, and the views of its targets."""
    db = sqlite3.connect(":memory:")
    db.execute(f"ATTACH '{path}' AS file")
    views = db.execute("SELECT name, sql FROM file.target_view").fetchall()
    for (name,) in db.execute("SELECT name FROM file.sqlite_master WHERE type = 'table'").fetchall():
        by_run = "run_id" in [row[1] for row in db.execute(f"PRAGMA file.table_info({name})")]
        db.execute(f"CREATE TABLE main.{name} AS SELECT * FROM file.{name}"
                   f"{f' WHERE run_id = {run}' if by_run else ''}")
    db.execute("DETACH file")
    for name, sql in views:
        db.execute(f"CREATE TEMP VIEW {name} AS {sql}")
    return db


def test_each_output_is_what_its_query_gives_on_the_rows_of_the_run(known):
    path, _ = known
    for run in (1, 7):
        with closing(of_one_run(path, run)) as db:
            rows = db.execute("SELECT name, sql, metric, t.target_id, v.value FROM target AS t"
                              " JOIN target_value AS v USING (target_id) ORDER BY 4").fetchall()
            assert len(rows) > 40 and sum(value is not None for *_, value in rows) > 40
            columns = ", ".join(f"(SELECT value FROM target_value WHERE target_id = {number}) AS {name}"
                                for name, _, _, number, _ in rows)
            db.execute(f"CREATE TEMP VIEW output AS SELECT {columns}")
            for name, sql, metric, _, value in rows:
                [(expected,)] = db.execute(sql or f"SELECT {metric} FROM summary")
                assert value == pytest.approx(expected, rel=1e-12) if expected is not None else value is None, name


def test_nothing_after_jfy_2017_is_fitted():
    text = TARGETS.read_text(encoding="utf-8")
    assert "fit_until = 2017;" in text
    fit = targets.read_targets(TARGETS)
    assert len(fit) >= 20 and fit["to_year"].max() == 2017 and set(fit["use"]) == {"fit"}
    test = targets.read_targets(TARGETS, use="test")
    assert len(test) >= 10 and not set(fit.index) & set(test.index)
    assert {f"C{k}" for k in (1, 2, 3, 4, 9, 10)} <= set(fit["pattern"])


def test_ranks_and_implausibilities(known):
    path, _ = known
    rows = list(csv.DictReader(io.StringIO(called(path, "--format", "csv")[1])))
    with closing(sqlite3.connect(path)) as db:
        for row in rows:
            values = [v for (v,) in db.execute("SELECT v.value FROM target_value AS v JOIN target USING (target_id)"
                                               " WHERE name = ? AND v.value IS NOT NULL", (row["name"],))]
            if not row["value"] or not values:
                assert not row["rank"]
                continue
            seen = float(row["value"])
            below = sum((v < seen) + (v == seen) / 2 for v in values) / len(values)
            assert float(row["rank"]) == pytest.approx(below), row["name"]
    by = {row["name"]: row for row in rows}
    assert float(by["projects"]["implausibility"]) < 3 and by["share_yokohama"]["implausibility"] == ""


def test_every_pattern_has_a_row(table):
    assert {row["pattern"] for row in table.values()} >= {f"C{k}" for k in range(1, 8)}


@pytest.mark.parametrize("form, words", [("text", "from_2000: 1 runs"), ("markdown", "| C5 |"),
                                         ("latex", r"\midrule")])
def test_forms(results, form, words):
    assert words in called(results / "full.db", "--format", form)[1]


def test_what_cannot_be_told_is_refused_in_a_sentence(results):
    for arguments, words in [([results / "series.db"], "run it with --targets"),
                             ([results / "none.db"], "no such file"),
                             ([results / "full.db", "--scenario", "from_200"], "did you mean from_2000")]:
        code, _, complaints = called(*arguments)
        assert code == 2 and words in complaints and complaints.count("\n") == 1


# ---- one history ----

@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Twelve replicates of the hindcast with all their rows, and the table of them."""
    out = tmp_path_factory.mktemp("hindcast") / "r.db"
    subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "hindcast.cfg", "--out", out, "--detail",
                    "full", "--reps", "12", "--threads", "2", "--targets", TARGETS], check=True, capture_output=True, timeout=100)
    code, output, complaints = called(out, "--format", "csv")
    assert (code, complaints) == (0, "")
    return out, {row["what"]: float(row["mean"] or "nan") for row in csv.DictReader(io.StringIO(output))}


def test_runs_that_are_like_the_history_are_counted(known):
    path, table = known
    with closing(sqlite3.connect(path)) as db:
        live = """FROM tie JOIN agent ON agent_id = donor_id WHERE tie.kind = 'cooperation' AND agent.kind = 'cooperative'
            AND onset < 2018 AND (terminus_censored OR terminus >= 2018)"""
        [(cat23,)] = db.execute(f"SELECT count(DISTINCT run_id) {live} AND code = 'C0001'")
        [(alone,)] = db.execute(f"""SELECT count(*) FROM (SELECT run_id {live} GROUP BY run_id
            HAVING min(code) = 'C0001' AND max(code) = 'C0001')""")
        counts = db.execute(f"""SELECT run_id, code, count(*) AS n FROM project JOIN agent ON agent_id = donor_id
            WHERE {SEEN.partition("WHERE")[2]} GROUP BY 1, 2""").fetchall()
    most = {run: max(n for r, _, n in counts if r == run) for run, _, _ in counts}
    led = sum(n == most[run] for run, code, n in counts if code == "401005")
    assert table["runs with CAT23 abroad, 2017"] == pytest.approx(cat23 / 12)
    assert table["… and no other cooperative"] == pytest.approx(alone / 12)
    assert table["runs that Kitakyushu leads"] == pytest.approx(led / 12)


def test_the_joint_probability_is_below_each_of_its_parts(known):
    table = known[1]
    parts = [value for what, value in table.items() if what.startswith("runs ")]
    assert len(parts) >= 9 and all(0 <= part <= 1 for part in parts)
    assert table["runs that show all of it"] <= min(
        value for what, value in table.items() if what.startswith("runs ") and "stands" not in what)


def test_what_is_known_stands_at_the_start_of_the_hindcast(known):
    with closing(sqlite3.connect(known[0])) as db:
        origins = db.execute("SELECT origin, count(*), count(DISTINCT run_id) FROM start GROUP BY 1").fetchall()
        [(recorded, filled)] = db.execute("SELECT sum(ties_from_record), sum(ties_filled) FROM summary")
        [(stray,)] = db.execute("""SELECT count(*) FROM start JOIN tie USING (run_id, tie_id)
            WHERE tie.kind != 'cooperation' OR onset >= 2013 OR onset_censored != (origin = 'filled')""")
    assert stray == 0
    assert origins == [("filled", filled, 12), ("recorded", recorded, 12)]
