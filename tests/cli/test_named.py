# SPDX-License-Identifier: GPL-3.0-or-later
"""Interventions on named agents: what `check` says of them, what `describe` tells, and that runs that
are stopped, forked or shared among threads end in the same contents."""

import json
import re
import signal
import subprocess
import time

import pytest

from conftest import KUMIAI, content, kumiai, query
from patience import PATIENCE

SHORT = "run = { start_year = 2000; years = 6; reps = 3; };\n"
LIST = """interventions = (
    { at = "2001-04"; agent = "C0001"; set = "mandate"; value = true; },
    { at = 2002.5; agent = [ "C0001", "Kitakyushu" ]; set = "policy"; value = 10.0; },
    { at = "2003-01"; agent = "Clean Authority of Tokyo"; with = "ID-1625822"; set = "tie"; value = "found"; },
    { at = 2004.0; agent = "C0001"; with = "ID-1625822"; set = "tie"; value = "end"; },
    { at = 2004.0; type = "designated_city"; set = "head"; value = 0.9; }
);
"""


@pytest.fixture
def named(request, tmp_path):
    """A scenario of the real population with a list of interventions."""
    base = request.config.rootpath / "configs" / "cooperation" / "base.cfg"

    def write(text, name="named"):
        path = tmp_path / f"{name}.cfg"
        path.write_text(f'base = "{base}";\n{SHORT}{text}', encoding="utf-8")
        return path
    return write


def ok(*arguments):
    """Runs a command that must succeed."""
    result = kumiai(*arguments)
    assert result.returncode == 0, result.stderr
    return result


def same_results(first, second, but=("meta", "scenario")):
    """All that runs leave."""
    a, b = content(first), content(second)
    for table in a:
        if table not in but:
            assert a[table] == b[table], table


# ---- check and describe ----

def test_the_page_of_scenarios_shows_lists_that_are_right(request, tmp_path):
    """Every list of interventions on a page of scenarios, as a reader would copy it into a scenario of the baseline."""
    root = request.config.rootpath
    page = "".join((root / "scenarios" / f"{name}.md").read_text(encoding="utf-8") for name in ("POLICIES", "NAMED_AGENTS"))
    blocks = re.findall(r"```\n(interventions = .*?)```", page, re.S)
    assert any("agent = " in block for block in blocks)
    for number, block in enumerate(blocks):
        path = tmp_path / f"{number}.cfg"
        path.write_text(f'base = "{root}/configs/cooperation/base.cfg";\n{block}', encoding="utf-8")
        ok("check", path)


@pytest.mark.parametrize("entry, about", [
    ('agent = "C001"; set = "mandate"; value = true;', 'there is no agent "C001"; did you mean "C'),
    ('agent = "Kitakyushuu"; set = "support"; value = 0.5;', 'did you mean "Kitakyushu"?'),
    ('agent = "401005"; set = "mandate"; value = true;', "is a municipality, not a cooperative"),
    ('agent = "C0001"; set = "mandate"; value = 1;', "must be true or false"),
    ('agent = "C0001"; set = "support"; value = 2.0;', "between 0 and 1"),
    ('agent = "C0001"; set = "mandat"; value = true;', "did you mean mandate?"),
    ('type = "designatedcity"; set = "support"; value = 0.5;', 'did you mean "designated_city"?'),
    ('agent = "C0001"; set = "manager"; value = "401005";', "not one of its members")])
def test_check_names_what_is_wrong_with_its_line(named, entry, about):
    path = named(f"interventions = (\n{{ at = 2001.0; {entry} }} );\n")
    result = kumiai("check", path)
    assert result.returncode == 2
    assert "named.cfg:4: " in result.stderr and about in result.stderr, result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_set_and_sweeps_address_parameters_only(named, tmp_path):
    path = named("")
    for name in ("mandate", "C0001.mandate"):
        result = kumiai("check", path, "--set", f"{name}=true")
        assert result.returncode == 2 and "is set on agents, by interventions" in result.stderr
    sweep = tmp_path / "sweep.cfg"
    sweep.write_text(f'scenario = "{path}";\nsweep = {{ design = "factorial"; factors = (\n'
                     '{ parameter = "support"; levels = [ 0.1, 0.5 ]; } ); };\n', encoding="utf-8")
    result = kumiai("check", sweep)
    assert result.returncode == 2
    assert "support is set on agents, by interventions" in result.stderr, result.stderr


def test_describe_tells_what_can_be_set_and_by_which_classes():
    told = json.loads(ok("describe", "cooperation", "--format", "json").stdout)
    settable = {row["name"]: row for row in told["agent_parameters"]}
    assert settable["mandate"]["kinds"] == ["cooperative"]
    assert settable["mandate"]["type"] == "boolean"
    assert settable["manager"]["type"] == "agent"
    assert settable["tie"]["choices"] == ["found", "end"]
    assert "partner_city" in settable["tie"]["with"]
    assert (settable["support"]["min"], settable["support"]["max"]) == (0, 1)
    assert all(row["description"] and row["source"] for row in settable.values())
    classes = [row["name"] for row in told["agent_classes"]]
    assert classes == ["kind", "type", "prefecture", "country", "region"]
    for text in (ok("describe", "cooperation").stdout,
                 ok("describe", "cooperation", "--format", "markdown").stdout):
        part = text[text.index("Set on agents"):]
        assert all(name in part for name in [*settable, *classes])
    nothing = json.loads(ok("describe", "none", "--format", "json").stdout)
    assert nothing["agent_parameters"] == [] and nothing["agent_classes"] == []
    assert "Set on agents" not in ok("describe", "none").stdout


# ---- runs ----

def test_a_run_does_what_they_say(named, tmp_path):
    out = tmp_path / "r.db"
    ok("run", named(LIST), "--out", out, "--detail", "full", "--paranoid")
    sql = """SELECT run_id, time FROM event WHERE kind = 'mandate' AND subject_id =
             (SELECT agent_id FROM agent WHERE code = 'C0001')"""
    found = query(out, sql)
    assert {run for run, _ in found} == {1, 2, 3} and all(t >= 2001 for _, t in found)
    assert sum(t == 2001 for _, t in found) == 3
    ties = query(out, """SELECT onset, terminus, cause FROM tie
                         JOIN agent d ON d.agent_id = donor_id JOIN agent p ON p.agent_id = partner_id
                         WHERE d.code = 'C0001' AND p.code = 'ID-1625822' AND tie.kind = 'cooperation'
                         AND cause = 'intervention'""")
    assert len(ties) == 3 and all(terminus == 2004.0 for _, terminus, _ in ties)
    heads = query(out, """SELECT count(*) FROM event JOIN agent ON agent_id = subject_id
                          WHERE event.kind = 'leader_turnover' AND time = 2004.0 AND value = 0.9""")
    assert heads == [(60,)], "20 designated cities in 3 replicates"


def test_threads_and_identity(named, tmp_path):
    one, two = tmp_path / "one.db", tmp_path / "two.db"
    ok("run", named(LIST), "--out", one, "--detail", "full", "--threads", 1)
    ok("run", named(LIST), "--out", two, "--detail", "full", "--threads", 2)
    same_results(one, two)
    result = kumiai("run", named(LIST.replace("10.0", "9.0")), "--out", one, "--resume")
    assert result.returncode == 2, "another configuration does not continue the file"


def test_a_stopped_run_resumes_to_the_same(named, tmp_path):
    whole, stopped = tmp_path / "whole.db", tmp_path / "stopped.db"
    path = named(LIST)
    ok("run", path, "--out", whole, "--detail", "full")
    command = ["run", path, "--out", stopped, "--detail", "full", "--checkpoint-every", 0.5]
    process = subprocess.Popen([KUMIAI, *map(str, command)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    folder = stopped.with_name("stopped.db.checkpoints")
    end = time.monotonic() + PATIENCE
    while process.poll() is None and not list(folder.glob("*.checkpoint")) and time.monotonic() < end:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=PATIENCE)
    ok(*command, "--resume")
    same_results(whole, stopped)


def test_a_policy_with_agents_equals_a_run_from_the_start(named, tmp_path):
    trunk = named('interventions = ( { at = 2001.0; agent = "C0001"; set = "mandate"; value = true; },\n'
                  '{ at = 2005.0; agent = "C0001"; set = "priority"; value = 0.0; } );\n', "trunk")
    own = '{ at = 2003.0; agent = "C0001"; set = "mandate"; value = false; }'
    policy = tmp_path / "policy.cfg"
    policy.write_text(f"interventions = ( {own} );\n", encoding="utf-8")
    leaf = tmp_path / "leaf.cfg"
    leaf.write_text("support = { mean = 0.1; };\n", encoding="utf-8")
    early = tmp_path / "early.cfg"
    early.write_text(f"interventions = ( {own.replace('2003', '2002')} );\n", encoding="utf-8")
    first = '{ at = 2001.0; agent = "C0001"; set = "mandate"; value = true; }'
    separate = [named(f"interventions = ( {first}, {own} );\n", "policy_dated"),
                named(f"interventions = ( {first}, "
                      '{ at = 2003.0; set = "support.mean"; value = 0.1; },\n'
                      '{ at = 2005.0; agent = "C0001"; set = "priority"; value = 0.0; } );\n',
                      "leaf_dated")]
    forked, runs = tmp_path / "fork.db", tmp_path / "run.db"
    ok("fork", trunk, policy, leaf, "--at", 2003, "--out", forked, "--detail", "full")
    ok("run", trunk, *separate, "--out", runs, "--detail", "full")
    same_results(forked, runs)
    digests = query(forked, "SELECT state_digest FROM run WHERE rep = 0")
    assert len(set(digests)) == 3
    result = kumiai("fork", trunk, early, "--at", 2003, "--out", tmp_path / "e.db")
    assert result.returncode == 2 and "a policy begins when it parts" in result.stderr


def test_the_stored_configuration_loads_to_the_same(named, tmp_path):
    out = tmp_path / "r.db"
    ok("run", named(LIST), "--out", out, "--reps", 1)
    (text, digest), = query(out, "SELECT config, config_digest FROM scenario")
    again = tmp_path / "again.cfg"
    again.write_text(text, encoding="utf-8")
    ok("run", again, "--out", tmp_path / "s.db", "--reps", 1)
    assert query(tmp_path / "s.db", "SELECT config_digest FROM scenario") == [(digest,)]
