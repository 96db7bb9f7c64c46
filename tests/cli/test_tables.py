# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of designs as Excel, R and pandas write them; grids; arrays of mixed numbers."""

from pathlib import Path

import pytest

from conftest import kumiai

ROOT = Path(__file__).resolve().parents[2]

BASE = 'model = "contagion"; run = { steps = 4; };'


def points(tmp_path, sweep, table=None):
    """What --design-csv writes of a sweep, without the numbers of the points, or the messages."""
    (tmp_path / "base.cfg").write_text(BASE, encoding="utf-8")
    if table is not None:
        (tmp_path / "t.csv").write_bytes(table)
        sweep = 'design = "table"; table = "t.csv";'
    (tmp_path / "s.cfg").write_text(f'scenario = "base.cfg";\nsweep = {{ {sweep} }};',
                                    encoding="utf-8")
    result = kumiai("sweep", tmp_path / "s.cfg", "--design-csv", "-", "--quiet")
    assert result.returncode in (0, 2), result.stderr
    if result.returncode:
        return result.stderr
    return [line.split(",", 1)[1] for line in result.stdout.splitlines()]


@pytest.mark.parametrize("table", [
    b"contagion.agents,contagion.beta\n100,0.5\n200,1\n",
    b'"","contagion.agents","contagion.beta"\n"1",1e+02,0.5\n"2",2e+02,1\n',
    b"Unnamed: 0,contagion.agents,contagion.beta\n0,100.0,5E-01\n1,200.0,1.0\n",
    b"\xef\xbb\xbfid,contagion.agents,contagion.beta\r\n7,100,0.5\r\n9,200,1\r\n",
    b"contagion.agents,contagion.beta,,\n100,0.5,,\n,,,\n200,1,,\n,,,\n\n"])
def test_tables_of_other_programs_say_the_same(tmp_path, table):
    assert points(tmp_path, "", table) == ["contagion.agents,contagion.beta", "100,0.5", "200,1.0"]


@pytest.mark.parametrize("table, word", [
    (b"contagion.agents;contagion.beta\n100;0,5\n", "separated by semicolons"),
    (b"contagion.agents\tcontagion.beta\n100\t0.5\n", "separated by tabs"),
    (b'"";"contagion.agents"\n"1";100\n', "separated by semicolons"),
    (b'"contagion.agents" "contagion.beta"\n"1" 100 0.5\n', "separated by spaces"),
    (b"# of 2026\ncontagion.beta\n0.5\n", "a CSV file has no comments"),
    (b"sep=,\ncontagion.beta\n0.5\n", "the line sep="),
    (b"contagion.agents,contagion.beta\n100,0,5\n", "a decimal needs a point"),
    (b'contagion.agents\n"1,000"\n', "thousands without a separator"),
    (b'contagion.beta\n"0,5"\n', "decimals with a point"),
    (b"contagion.beta\n5%\n", "write a share as a decimal"),
    (b"contagion.beta\nNA\n", "a value is missing"),
    (b"id,contagion.beta\na,0.5\n", "row.names"),
    (b"contagion.agents\n100.5\n", '"100.5" is not an integer\n'),
    (b"\xff\xfec\x00", "UTF-16")])
def test_what_cannot_be_read_is_one_sentence_with_the_cure(tmp_path, table, word):
    said = points(tmp_path, "", table)
    assert word in said and said.count("\n") == 1 and "t.csv:" in said


def test_every_column_that_is_left_out_is_told(tmp_path):
    table = b"X,Unnamed: 0,No.,contagion.beta\n1,0,1,0.5\n"
    assert points(tmp_path, "", table) == ["contagion.beta", "0.5"]
    said = kumiai("sweep", tmp_path / "s.cfg", "--design-csv", "-").stderr
    assert said.count("\n") == 1
    for name in ('column 1, "X"', 'column 2, "Unnamed: 0"', 'column 3, "No."'):
        assert name in said


def test_months_are_levels_of_dates(tmp_path):
    base = ROOT / "configs/cooperation/base.cfg"
    (tmp_path / "c.cfg").write_text(f'base = "{base}"; run = {{ years = 12; }};\n', encoding="utf-8")
    (tmp_path / "t.csv").write_text("hub.until\n2008-07\n2010\n", encoding="utf-8")
    for design in ('design = "table"; table = "t.csv";',
                   'design = "zip"; factors = ({ parameter = "hub.until"; levels = ("2008-07", 2010); });'):
        (tmp_path / "s.cfg").write_text(f'scenario = "c.cfg"; sweep = {{ {design} reps = 1; }};\n',
                                        encoding="utf-8")
        result = kumiai("sweep", tmp_path / "s.cfg", "--design-csv", "-")
        assert result.stdout.splitlines() == ["point_id,hub.until", "1,2008.25", "2,2010.0"], result.stderr


def grid(tmp_path, settings, design="factorial"):
    return points(tmp_path, f'design = "{design}"; factors = ( {{ parameter = "contagion.beta"; '
                            f"{settings} }} );")


def test_grids_are_exact_decimals(tmp_path):
    assert grid(tmp_path, "min = 0; max = 1; step = 0.1;")[1:] == [
        f"{i / 10}" for i in range(11)]
    assert grid(tmp_path, "min = 0.1; max = 0.7; step = 0.2;", "zip")[1:] == [
        "0.1", "0.3", "0.5", "0.7"]
    assert grid(tmp_path, "step = 0.25;")[1:] == ["0.0", "0.25", "0.5", "0.75", "1.0"]
    assert grid(tmp_path, "levels = ( 0, 0.5, 1 );")[1:] == ["0.0", "0.5", "1.0"]


@pytest.mark.parametrize("settings, word", [
    ("min = 0.0; max = 1.0; step = 0.3;", "end it at 0.9\n"),
    ("min = 0.1; max = 0.2; step = 0.3;", "end it at 0.4\n"),
    ("min = 0.0; max = 0.7; step = 0.2;", "end it at 0.6 or at 0.8\n"),
    ("step = 2;", "a smaller step does"), ("levels = [ 100, 200.0 ];", "[ 100, 200 ]"),
    ("min = 0.0; max = 1.0; step = -0.1;", "above 0"), ("step = 0;", "above 0"),
    ("step = 1e-9;", "more than 1000000 levels"), ("min = 0.5;", "needs step"),
    ("min = 1.0; max = 0.0; step = 0.1;", "min must be below max"),
    ("levels = [ 0.5 ]; step = 0.1;", "has levels already"),
    ("levels = [ 0, 0.5, 1 ];", "write [ 0.0, 0.5, 1.0 ]")])
def test_grids_that_cannot_be(tmp_path, settings, word):
    said = grid(tmp_path, settings)
    assert word in said and "s.cfg:2:" in said


def test_a_step_belongs_to_designs_by_levels(tmp_path):
    said = points(tmp_path, 'design = "lhs"; points = 3; factors = ( '
                            '{ parameter = "contagion.beta"; step = 0.1; } );')
    assert "takes min, max and scale, or a distribution of a factor, not step" in said
