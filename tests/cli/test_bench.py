# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai bench`: what it prints and what it refuses. Speed itself is no test: machines differ."""

import re

from conftest import kumiai

LINE = re.compile(r"^(?P<what>\S.*?) +(?P<value>\d+\.\d{3})  (?P<unit>\S.*)$")


def test_every_line_has_a_figure_and_a_unit(scenario, tmp_path):
    base = scenario("small", run={"steps": 20}, contagion={"agents": 1000})
    done = kumiai("bench", "--quick", "--baseline", base, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = [LINE.match(line) for line in done.stdout.splitlines()]
    assert all(found), done.stdout
    units = [line["unit"] for line in found]
    assert units.count("replicates/s") == 2
    assert sum("agents" in line["what"] and line["unit"].startswith("ns") for line in found) >= 3
    assert all(float(line["value"]) > 0 for line in found)
    assert not list(tmp_path.glob("*.db"))


def test_a_baseline_that_was_asked_for_must_be_there(tmp_path):
    done = kumiai("bench", "--quick", "--baseline", tmp_path / "absent.cfg")
    assert done.returncode == 2
    assert "absent.cfg" in done.stderr
    assert done.stdout == ""


def test_usage():
    assert kumiai("bench", "--help").stdout.startswith("Usage: kumiai bench")
    for wrong in (["--fast"], ["scenario.cfg"], ["--baseline"]):
        done = kumiai("bench", *wrong)
        assert done.returncode == 2
        assert wrong[0] in done.stderr
