# SPDX-License-Identifier: GPL-3.0-or-later
"""The row of the series for the state before the first step: charts begin with it, and nothing that is about steps
has another number because of it.

Run: /usr/bin/python3 -m pytest tests/scripts/test_before_first_step.py
"""

import os
import sqlite3
import subprocess
from contextlib import closing

import pandas as pd
import pytest

import kumiai_results as kr
from conftest import SCRIPTS, called
from results_files import START, build

from kumiai import yearly
from kumiai.commands import compare
from kumiai.report import queries
from kumiai.report.study import Study


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The same runs without the row (schema version 3) and with it, its stocks far from all others."""
    folder = tmp_path_factory.mktemp("start")
    return [build(folder / f"v{version}.db", version=version) for version in ("3", "4")]


def flows(path):
    """The file, its ties_regional a flow: of each step its number."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE series SET ties_regional = step WHERE step >= 0")
        db.execute("UPDATE column_doc SET unit = 'ties/step' WHERE column_name = 'ties_regional'")
        db.commit()
    return path


def ask(path, sql):
    """Rows of a query as a frame."""
    with closing(sqlite3.connect(path)) as db:
        return pd.read_sql_query(sql, db)


def test_the_series_begins_with_it(files):
    old, new = (kr.read_series(kr.load(path)[0][0], ["ties_city_to_city", "ties_regional"]) for path in files)
    first = new.groupby("run_id").first()
    assert (first["time"] == START - 0.25).all() and (first["ties_city_to_city"] >= 1e6).all()
    rest = new[new["time"] >= START].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, old)


def test_runs_last_as_long_as_before(files):
    old, new = (kr.windows(kr.load(path)[0][0]) for path in files)
    pd.testing.assert_frame_equal(new, old)


@pytest.mark.parametrize("script, arguments", [
    ("compare.py", ("--all", "--no-pictures")),
    ("compare.py", ("--at", "2000", "--no-pictures")),
    ("survival.py", ("--no-pictures",)),
])
def test_numbers_of_steps_stay(files, tmp_path, script, arguments):
    path, told, tables = tmp_path / "r.db", [], []
    for file in files:
        path.write_bytes(file.read_bytes())
        options = arguments if script == "survival.py" else (*arguments, "--csv", tmp_path / "out.csv")
        result = called(script, path, *options)
        assert result.returncode == 0, result.stderr
        told.append(result.stdout)
        tables.append({table.name: table.read_bytes() for table in tmp_path.glob("*.csv")})
        for made in tmp_path.iterdir():
            made.unlink()
    assert told[0] == told[1]
    assert tables[0] and tables[0] == tables[1]


def test_the_year_before_the_run_is_no_year_of_it(files):
    with pytest.raises(kr.ResultsError, match="covers 2000 to 2039, not 1999"):
        yearly.check_year(kr.load(files[1])[0][0], 1999)


def test_a_chart_of_a_stock_begins_with_it_and_that_of_a_flow_does_not(tmp_path):
    path = flows(build(tmp_path / "r.db", version="4"))
    frame, _ = Study([path]).series
    first = frame.groupby("measure")["year"].min()
    assert first.to_dict() == {"ties_city_to_city": START - 1, "ties_regional": START}
    for measure, query in (("ties_city_to_city", queries.STOCK), ("ties_regional", queries.FLOW)):
        mine = frame[frame["measure"] == measure].merge(ask(path, query.replace("{metric}", measure)),
                                                        on=["scenario", "year"], how="outer", suffixes=("", "_sql"))
        assert len(mine) == (frame["measure"] == measure).sum()
        assert mine["mean"].tolist() == pytest.approx(mine["mean_sql"].tolist())


def test_a_picture_of_what_is_taken_once_a_year_has_no_gaps(tmp_path):
    path = build(tmp_path / "r.db", version="4")
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE series SET ties_city_to_city = NULL WHERE step > 0 AND step % 4 <> 0")
        db.commit()
    bands = compare._bands(kr.load(path)[0][0], ["ties_city_to_city"], {})["ties_city_to_city"]
    assert bands.index.tolist() == [START - 0.25, *(START + year for year in range(40))]
    assert bands["mean"].notna().all()


def test_keys_of_the_series_are_no_measures(tmp_path):
    """A file of the program, whose column_doc has them, with the model's unit of dates."""
    out = tmp_path / "r.db"
    subprocess.run([os.environ["KUMIAI"], "run", SCRIPTS.parent / "scenarios" / "baseline.cfg", "--reps", "2", "--set",
                    "run.years=2", "--out", out], check=True, capture_output=True)
    docs = kr.column_docs(out)
    assert docs.loc[("series", "time"), "unit"] == "JFY"
    assert not {"run_id", "step", "time"} & Study([out]).docs["series"].keys()
    assert not {"run_id", "step", "time"} & set(kr.series_metrics(kr.load(out)[0][0]))
