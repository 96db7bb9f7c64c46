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


def test_ratios_to_another_program(scenario, tmp_path):
    base = scenario("small", run={"steps": 20}, contagion={"agents": 1000})
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\nprintf '%s\\n' 'nonsense' 'small, 0 agents      1000000.000  ms per replicate'"
                     " 'ensemble of 2000 agents, 1 thread      1000000000.000  replicates/s'\n")
    other.chmod(0o755)
    done = kumiai("bench", "--quick", "--baseline", base, "--against", other)
    assert done.returncode == 0, done.stderr
    head, *lines, note = done.stdout.splitlines()
    assert head.split()[-3:] == ["program", "other", "ratio"] and "slower" in note
    ratio = {line[:34].strip(): float(line[34:].split()[2]) for line in lines}
    assert set(ratio) == {"small, 0 agents", "ensemble of 2000 agents, 1 thread"}
    assert ratio["small, 0 agents"] < 1 < ratio["ensemble of 2000 agents, 1 thread"]


def test_another_program_that_fails(tmp_path):
    assert kumiai("bench", "--against", tmp_path / "absent").returncode == 2
    failing = tmp_path / "failing"
    failing.write_text("#!/bin/sh\nexit 1\n")
    failing.chmod(0o755)
    done = kumiai("bench", "--quick", "--baseline", "/dev/null", "--against", failing)
    assert done.returncode == 1 and done.stdout == ""


def test_profile_tells_every_phase(scenario):
    base = scenario("small", run={"steps": 20}, contagion={"agents": 1000})
    done = kumiai("bench", "--quick", "--profile", "--baseline", base)
    assert done.returncode == 0, done.stderr
    found = [LINE.match(line) for line in done.stdout.splitlines()]
    assert all(found), done.stdout
    names = [line["what"] for line in found]
    assert names[-5:] == ["set-up", "observing", "recording", "rest of the steps", "all of it"]
    assert {"phase infect", "phase rewire"} <= set(names)
    parts = [float(line["value"]) for line in found]
    assert abs(sum(parts[:-1]) - parts[-1]) < 1e-3 * len(parts)
    assert kumiai("bench", "--profile", "--against", base).returncode == 2


def test_usage():
    assert kumiai("bench", "--help").stdout.startswith("Usage: kumiai bench")
    for wrong in (["--fast"], ["scenario.cfg"], ["--baseline"], ["--against"]):
        done = kumiai("bench", *wrong)
        assert done.returncode == 2
        assert wrong[0] in done.stderr
