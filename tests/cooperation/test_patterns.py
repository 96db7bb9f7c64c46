# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/patterns.py against the reducers of the same runs and queries by hand."""

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
SUMMARY = {"cooperatives active abroad, 2017": "cooperatives_abroad_2017",
           "new heads per election": "turnover_rate",
           "works of type contribution, all years": "works_contribution"}
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
    """One replicate of 19 years with all its rows, and one without."""
    folder = tmp_path_factory.mktemp("patterns")
    for detail in ("full", "series"):
        subprocess.run([KUMIAI, "run", ROOT / "scenarios" / "baseline.cfg", "--out",
                        folder / f"{detail}.db", "--detail", detail, "--reps", "1", "--set",
                        "run.years=19"], check=True, capture_output=True, timeout=100)
    return folder


def called(*arguments):
    """Exit code, output and complaints of the script, in this process."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import patterns
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


def test_every_pattern_has_a_row(table):
    assert {row["pattern"] for row in table.values()} >= {f"C{k}" for k in range(1, 8)}


@pytest.mark.parametrize("form, words", [("text", "baseline: 1 runs"), ("markdown", "| C5 |"),
                                         ("latex", r"\midrule")])
def test_forms(results, form, words):
    assert words in called(results / "full.db", "--format", form)[1]


def test_what_cannot_be_told_is_refused_in_a_sentence(results):
    for arguments, words in [([results / "series.db"], "--detail full"),
                             ([results / "none.db"], "no such file"),
                             ([results / "full.db", "--scenario", "basline"], "did you mean baseline")]:
        code, _, complaints = called(*arguments)
        assert code == 2 and words in complaints and complaints.count("\n") == 1
