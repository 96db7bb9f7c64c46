# SPDX-License-Identifier: GPL-3.0-or-later
"""What pandas and R make of the CSV files of kumiai-export: with the manifest's calls each cell is
what the results file has, and without them no code becomes a number, a date or a missing value."""

import sqlite3
import subprocess
from contextlib import closing

import numpy
import pandas
import pytest
from conftest import columns, query, seal
from exports import export, make_results, refused

ODD = ["NA", "NaN", "Nan", "null", "None", "01", "0012", "1E5", "1d5", "TRUE", "T", "f", "0x1A", "inf", "-Infinity",
       "MAR1", "1-2", "2020-06", "12:30", "1,000", "=1+1", "+x", "@x", "#N/A", "1.#IND", "3i", "5L", "50%", "n/a",
       "<NA>", "_x", "_01", " 7 ", "Sept 12", "1 May 2020", "6月1日", "..", "1/2", "-1.5e-3"]
PLAIN = ["C0001", "AE-12042053", "E5", "trueish", "NAM", "北九州", "may", "maya1", "v1.2", "a_1",
         "naïve", "x=1", "1st", "2020_policy", "12 trees"]


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """Results whose agents have codes that readers misread, and seeds that are missing nowhere."""
    folder = tmp_path_factory.mktemp("odd")
    path = make_results(folder)
    with closing(sqlite3.connect(path)) as db:
        for number, code in enumerate(ODD + PLAIN):
            db.execute("UPDATE agent SET code = ?, area = ? WHERE agent_id = ?", (code, code, number))
        db.execute("DELETE FROM agent WHERE agent_id >= ?", (len(ODD + PLAIN),))
        db.execute("UPDATE scenario SET name = '2020' WHERE scenario_id = 1")
        db.execute("UPDATE run SET seed = 9007199254740991 WHERE run_id = 2")
        seal(db)
        db.commit()
    return path


@pytest.fixture(scope="module", params=[(), ("--bom",)], ids=["", "bom"])
def read(request, odd, tmp_path_factory):
    """(folder, manifest), also with byte order marks."""
    return export(odd, tmp_path_factory.mktemp("csv") / "csv", *request.param)


def by_pandas(folder, file):
    """The call of the manifest, as it stands there."""
    call = file["read"]["pandas"].replace('read_csv("', f'read_csv("{folder}/', 1)
    return eval(call, {"pandas": pandas})  # pylint: disable=eval-used


def plain(value):
    """A cell as SQLite has it."""
    if value is None or value is pandas.NA or (isinstance(value, float) and value != value):
        return None
    return value.removeprefix("_") if isinstance(value, str) else value


TABLES = {"runs.csv": None, "agents.csv": "agent", "ties.csv": "tie", "summary.csv": "summary",
          "series.csv": "series", "events.csv": "event", "projects.csv": "project"}


@pytest.mark.parametrize("name", TABLES)
def test_the_call_for_pandas_gives_the_cells_of_the_file(odd, read, name):
    folder, manifest = read
    file = next(f for f in manifest["files"] if f["file"] == name)
    found = by_pandas(folder, file)
    wanted = query(odd, file["query"])
    assert len(found) == len(wanted) == file["rows"]
    assert {c["name"]: c["pandas"] for c in file["columns"]} == \
        {n: "str" if t == object else str(t) for n, t in found.dtypes.items()}
    for column, stored in zip(found, zip(*wanted)):
        stored = [v or None if isinstance(v, str) else v for v in stored]
        assert [plain(v) for v in found[column].astype(object)] == stored, column
    missing = {c["name"]: c["missing"] for c in file["columns"]}
    assert missing == {n: sum(v is None for v in cells) for n, cells in zip(found, zip(*wanted))}


def test_without_a_call_no_code_is_a_number_or_missing(odd, read):
    """Also where all codes of a file are odd: R and pandas decide by the column."""
    folder, manifest = read
    agents = pandas.read_csv(folder / "agents.csv", low_memory=True)
    for column in ("code", "area"):
        assert agents[column].map(type).eq(str).all()
        assert agents[column].str.removeprefix("_").tolist()[:len(ODD + PLAIN)] == ODD + PLAIN
        assert agents[column].tolist()[len(ODD):len(ODD + PLAIN)] == PLAIN
    assert pandas.read_csv(folder / "runs.csv")["scenario"].tolist() == ["_2020"] * 2 + ["jica_half"] * 2 + \
        ["flu"] * 2
    prefixed = {c["name"]: c.get("prefixed", 0) for f in manifest["files"] if f["file"] == "agents.csv"
                for c in f["columns"]}
    assert prefixed["code"] == prefixed["area"] == 2 * len(ODD) and "has a _ before it" in manifest["texts"]
    for code in ODD:
        one = folder.parent / "one.csv"
        one.write_text(f'code\n"_{code}"\n', encoding="utf-8")
        assert pandas.read_csv(one)["code"].tolist() == ["_" + code]


R = """
read <- function(call, name) { setwd(dirname(name)); eval(parse(text = call)) }
arguments <- commandArgs(trailingOnly = TRUE)
setwd(arguments[1])
for (line in readLines(arguments[2], encoding = "UTF-8")) {
  cells <- eval(parse(text = line, encoding = "UTF-8"))
  cat(nrow(cells), sum(is.na(cells)), vapply(cells, function(x) class(x)[1], ""), sep = "\\t")
  cat("\\n")
}
agents <- read.csv("agents.csv")
cat(class(agents$code), sum(is.na(agents$code)), class(agents$area), sum(is.na(agents$area)), sep = "\\t")
cat("\\n", sprintf("%.0f", max(read.csv("runs.csv")$seed)), "\\n", sep = "")
"""


def test_the_calls_for_r_and_r_without_them(read, tmp_path):
    folder, manifest = read
    files = manifest["files"]
    (tmp_path / "calls.txt").write_text("\n".join(f["read"]["R"] for f in files) + "\n", encoding="utf-8")
    (tmp_path / "read.R").write_text(R, encoding="utf-8")
    done = subprocess.run(["Rscript", "--vanilla", tmp_path / "read.R", folder, tmp_path / "calls.txt"],
                          check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = [line.split("\t") for line in done.stdout.splitlines()]
    for file, (rows, missing, *classes) in zip(files, told):
        assert int(rows) == file["rows"] and classes == [c["R"] for c in file["columns"]], file["file"]
        if file["file"] not in ("agents.csv",):  # where texts without a character are missing, too
            assert int(missing) == sum(c["missing"] for c in file["columns"]), file["file"]
    assert told[-2] == ["character", "0", "character", "0"] and told[-1] == [str(2**53 - 1)]


def test_types_of_what_may_be_missing(odd, read):
    """A point is missing without a sweep: an integer still. Of a sector all the same."""
    kinds = {(f["file"], c["name"]): c for f in read[1]["files"] for c in f["columns"]}
    assert kinds["runs.csv", "point_id"]["pandas"] == "Int64" and kinds["runs.csv", "seed"]["R"] == "numeric"
    assert kinds["runs.csv", "run_id"]["pandas"] == "int64" and kinds["runs.csv", "run_id"]["R"] == "integer"
    assert kinds["agents.csv", "code"]["type"] == "text" and kinds["ties.csv", "onset"]["type"] == "real"
    assert columns(odd, "tie") == [n for f, n in kinds if f == "ties.csv"]


def test_seeds_of_old_files_are_told_as_text(odd, tmp_path):
    """From versions before seeds were below 2^53: no double holds them."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(odd)) as source, closing(sqlite3.connect(path)) as db:
        source.backup(db)
        db.execute("UPDATE run SET seed = 9223372036854775807 WHERE run_id = 2")
        seal(db)
        db.commit()
    folder, manifest = export(path, tmp_path / "x")
    file = next(f for f in manifest["files"] if f["file"] == "runs.csv")
    assert by_pandas(folder, file)["seed"][1] == "9223372036854775807"
    assert manifest["runs"][1]["seed"] == "9223372036854775807" and manifest["runs"][0]["seed"] == 1


def test_truth_values_of_changes(odd, tmp_path):
    folder, manifest = export(odd, tmp_path / "g", "--format", "goldfish", "--run", 1)
    file = next(f for f in manifest["files"] if f["file"].endswith("_nodes.csv"))
    found = by_pandas(folder, file)
    assert found["present"].dtype == bool and file["file"] == "2020_run1_nodes.csv"
    assert numpy.all(found["present"])


@pytest.mark.parametrize("form", ["csv", "spells", "gexf", "rsiena", "goldfish"])
def test_byte_order_marks_are_at_the_head_of_csv_files_alone(odd, tmp_path, form):
    folder, _ = export(odd, tmp_path / "b", "--format", form, "--bom")
    for path in folder.iterdir():
        marked = path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert marked == (path.suffix == ".csv") and path.read_bytes().count(b"\xef\xbb\xbf") == marked
    assert refused(odd, tmp_path / "x", 2, "--format", "graphml", "--bom", words=["--bom is of CSV"])
