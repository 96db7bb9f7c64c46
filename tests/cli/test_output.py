# SPDX-License-Identifier: GPL-3.0-or-later
"""output.tables and output.events: what is kept of a run at detail full, and who is told."""

import os
import sys
from pathlib import Path

import pytest

from conftest import kumiai, kumiai_export, query, sound

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
BASELINE = ROOT / "scenarios" / "baseline.cfg"
SHORT = ("--set", "run.years=3")
TABLES = ("tie", "tie_state", "project", "refusal", "ledger", "event", "start", "tie_member")

sys.path.insert(0, str(ROOT / "scripts"))
from kumiai import results as kr  # noqa: E402


def ok(*arguments):
    """Runs a command that must succeed; what it printed."""
    result = kumiai(*arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused(*arguments, about, command=kumiai):
    """Runs a command that must be refused with all the words."""
    result = command(*arguments)
    assert result.returncode == 2, result.stderr
    for word in about:
        assert word in result.stderr
    return result.stderr


def scenario(folder, output, name="a.cfg"):
    """The baseline with a group output."""
    (folder / name).write_text(f'base = "{BASELINE}";\nrun = {{ years = 3; }};\noutput = {{ {output} }};\n')
    return folder / name


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run of which everything is kept."""
    out = tmp_path_factory.mktemp("whole") / "r.db"
    ok("run", BASELINE, *SHORT, "--reps", 2, "--detail", "full", "--out", out)
    assert not query(out, "SELECT 1 FROM meta WHERE key LIKE 'output.%'")
    return out


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    """The same, of which some is kept."""
    folder = tmp_path_factory.mktemp("part")
    some = scenario(folder, 'detail = "full"; tables = [ "tie", "event", "ledger" ]; '
                            'events = [ "election", "award" ];')
    ok("run", some, "--reps", 2, "--out", folder / "r.db")
    return folder / "r.db"


def test_what_is_kept_is_as_before(whole, part):
    for table in TABLES:
        kept = {"tie": "1", "ledger": "1", "event": "kind IN ('election', 'award')"}.get(table, "0")
        rows = query(whole, f"SELECT * FROM {table} WHERE {kept}")
        assert query(part, f"SELECT * FROM {table}") == rows
        assert bool(rows) == (kept != "0")
    for column in ("state_digest", "note"):
        assert query(part, f"SELECT {column} FROM run") == query(whole, f"SELECT {column} FROM run")
    for table in ("summary", "series"):
        assert query(part, f"SELECT * FROM {table}") == query(whole, f"SELECT * FROM {table}")
    assert sound(part)


def test_the_file_tells_and_a_run_is_made_again(part):
    meta = dict(query(part, "SELECT key, value FROM meta"))
    assert meta["output.tables"] == "tie,ledger,event"  # in the model's order
    assert meta["output.events"] == "election,award"
    assert "all as written" in ok("verify", part)
    assert "the same" in ok("verify", part, "--rerun", 2)


@pytest.mark.parametrize("tables, kept", [("tie", {"tie"}), ("", set()), ("all", set(TABLES)),
                                          ("event, tie", {"tie", "event"}),
                                          (",".join(TABLES), set(TABLES))])
def test_on_the_command_line(tables, kept, tmp_path):
    out = tmp_path / "r.db"
    ok("run", BASELINE, *SHORT, "--detail", "full", "--set", f"output.tables={tables}", "--out", out)
    assert {t for t in TABLES if query(out, f"SELECT 1 FROM {t} LIMIT 1")} == kept
    told = query(out, "SELECT value FROM meta WHERE key = 'output.tables'")
    assert bool(told) == (tables != "all")
    stored = query(out, "SELECT config FROM scenario")[0][0]
    assert ("tables = [" in stored) == bool(told)
    (tmp_path / "again.cfg").write_text(stored)
    again = ok("run", tmp_path / "again.cfg", "--detail", "full", "--out", tmp_path / "2.db")
    assert again and query(tmp_path / "2.db", "SELECT rows_digest FROM run") == query(
        out, "SELECT rows_digest FROM run")


@pytest.mark.parametrize("output, words", [
    ('detail = "full"; tables = [ "tie", "tiestate" ];', [":3: output.tables", '"tiestate"', 'mean "tie_state"?']),
    ('events = [ "electon" ];', [":3: output.events", 'mean "election"?']),
    ('tables = [ "zzzzzz" ];', ["has no table", "some of: tie, project, refusal, ledger, event, tie_state"]),
    ('tables = [ "tie" ]; events = [ "merger" ];', ["output.tables leaves out"]),
    ('tables = 3;', ["must be a list of words", "is an integer"]),
    ('tables = [ 1, 2 ];', ["must be a list of words", "is an array"]),
    ('table = [ "tie" ];', ["output.tables?"])])
def test_names_that_do_not_fit(output, words, tmp_path):
    refused("check", scenario(tmp_path, output), about=words)


def test_a_model_without_tables(tmp_path):
    refused("check", ROOT / "scenarios" / "contagion.cfg", "--set", "output.tables=tie",
            about=['model contagion has no table "tie"; allowed are all\n'])


def test_one_file_keeps_one_selection(tmp_path):
    a, b = scenario(tmp_path, 'tables = [ "tie" ];'), scenario(tmp_path, 'tables = [ "event" ];', "b.cfg")
    out = tmp_path / "r.db"
    refused("run", a, b, "--detail", "full", "--out", out, about=["output.tables is 'tie'", "'event' in 'b'"])
    assert not out.exists()
    ok("run", a, b, "--out", out)  # of which no table is kept


def test_a_selection_without_detail_full_is_told(tmp_path):
    """It may be meant for another command, so it is no error."""
    file = scenario(tmp_path, 'tables = [ "tie", "event" ];\n  events = [ "merger" ];')
    says = [f"{file}:{line}: warning: output.{name} has no effect at detail %s: "
            "rows of tables are kept at detail full and choices only"
            for line, name in ((3, "tables"), (4, "events"))]
    sweep = tmp_path / "w.cfg"
    sweep.write_text('scenario = "a.cfg"; sweep = { design = "random"; points = 1; factors = ('
                     ' { parameter = "formation.rate"; min = 0.1; max = 0.2; } ); };')
    for detail, words in (("series", ["check", file]), ("summary", ["check", sweep]),
                          ("series", ["run", file, file.with_name("b.cfg"), "--out", tmp_path / "r.db", "--quiet"]),
                          ("summary", ["run", file, "--detail", "summary", "--out", tmp_path / "s.db", "--quiet"]),
                          ("summary", ["sweep", sweep, "--out", tmp_path / "w.db", "--quiet"])):
        file.with_name("b.cfg").write_text(f'base = "{file.name}"; run = {{ seed = 2; }};')
        result = kumiai(*words)
        assert result.returncode == 0 and result.stderr.splitlines() == [line % detail for line in says], words
    for words in (["--detail", "full"], ["--set", "output.detail=full"]):
        assert not kumiai("run", file, *words, "--out", tmp_path / "f.db", "--quiet", "--force").stderr
    told = kumiai("check", BASELINE, "--set", "output.tables=tie")
    assert told.returncode == 0 and told.stderr.startswith("--set: warning: output.tables has no effect")


def test_resume_refuses_another_selection(part):
    other = scenario(part.parent, 'detail = "full"; tables = [ "tie" ];', "other.cfg")
    again = part.parent / "a.cfg"
    other.rename(again.with_name("keep.cfg"))
    refused("run", again, "--set", "output.tables=tie,event", "--reps", 2, "--out", part, "--resume",
            about=["cannot resume", "output.tables 'tie,ledger,event'", "'tie,event'"])
    ok("run", again, "--reps", 2, "--out", part, "--resume")


def test_checkpoints_and_forks_keep_it(whole, tmp_path):
    some = scenario(tmp_path, 'detail = "full"; tables = [ "event" ]; events = [ "election" ];')
    (tmp_path / "policy.cfg").write_text(f'base = "{some}";\nformation = {{ rate = 0.0; }};\n')
    ok("fork", some, tmp_path / "policy.cfg", "--at", 2015, "--reps", 1, "--out", tmp_path / "f.db")
    elections = query(tmp_path / "f.db", "SELECT count(DISTINCT kind), min(kind), min(time) < 2015 FROM event "
                                         "GROUP BY run_id")
    assert elections == [(1, "election", 1)] * 2
    (tmp_path / "policy.cfg").write_text(f'base = "{some}";\noutput = {{ tables = [ "tie", "event" ]; }};\n')
    refused("fork", some, tmp_path / "policy.cfg", "--at", 2015, "--out", tmp_path / "g.db",
            about=["must keep the same rows"])


def test_merge_refuses_another_selection(tmp_path):
    (tmp_path / "s.cfg").write_text(
        f'scenario = "{BASELINE}";\nsweep = {{ design = "lhs"; points = 2; design_seed = 1; reps = 1; '
        'factors = ( { parameter = "formation.rate"; min = 0.1; max = 0.2; } ); };\n')
    for shard, tables in ((1, "tie"), (2, "event")):
        ok("sweep", tmp_path / "s.cfg", *SHORT, "--detail", "full", "--shard", f"{shard}/2", "--out",
           tmp_path / f"{shard}.db", "--set", f"output.tables={tables}")
    refused("merge", tmp_path / "m.db", tmp_path / "1.db", tmp_path / "2.db",
            about=["output.tables 'tie'", "'event'"])


def test_export_says_what_the_file_lacks(part, tmp_path):
    result = kumiai_export(part, "--format", "csv", "--to", tmp_path / "csv")
    assert result.returncode == 0
    assert ("keeps no rows of project, refusal, tie_state, start, tie_member, choice, acceptance, tie_risk, "
            "donor_state, partner_state: it was run with "
            "output.tables = tie,ledger,event; it keeps no other events than output.events = election,award") in result.stderr
    result = kumiai_export(part, "--format", "spells", "--to", tmp_path / "spells")
    assert result.returncode == 0 and "keeps no table project: it was run with output.tables" in result.stderr
    refused(part, "--format", "spells", "--leave", "merger", "--to", tmp_path / "no",
            about=["keeps no events merger", "output.events = election,award"], command=kumiai_export)
    out = tmp_path / "r.db"
    ok("run", BASELINE, *SHORT, "--detail", "full", "--set", "output.tables=event", "--out", out)
    refused(out, "--format", "gexf", "--to", tmp_path / "no", about=["keeps no table tie"], command=kumiai_export)


def test_scripts_say_what_the_file_lacks(whole, part):
    """The sentence of the package, which every script passes on."""
    ((kept,), _), ((some,), _) = kr.load(whole), kr.load(part)
    assert kr.not_kept(kept, "tie_state") == ""
    assert "keeps no table tie_state: it was run with output.tables = tie, ledger, event" in kr.not_kept(
        some, "tie_state")
    assert "keeps no events merger: it was run with output.events" in kr.not_kept(
        some, "event", ("election", "merger"))
    with pytest.raises(kr.Absent, match="keeps no table project"):
        kr.read_projects(some)
