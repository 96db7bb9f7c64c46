# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai merge`: shards make the whole, and what does not fit together is refused."""

import fcntl
import shutil
import sqlite3
from contextlib import closing

import pytest

from conftest import content, kumiai, query, seal, write_scenario

RUN = {"steps": 10, "seed": 3, "steps_per_year": 1}
SMALL = {"agents": 100, "mean_degree": 4.0, "beta": 0.2, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.1}
FACTORS = """factors = ( { parameter = "contagion.beta"; min = 0.0; max = 0.3; },
                         { parameter = "contagion.gamma"; min = 0.1; max = 0.5; } );"""


def ok(*arguments):
    """Runs a command that must succeed."""
    result = kumiai(*arguments)
    assert result.returncode == 0, result.stderr
    return result


def refused(*arguments, about):
    """Runs a command that must be refused in one sentence with all the words."""
    result = kumiai(*arguments)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    for word in [about] if isinstance(about, str) else about:
        assert word in result.stderr
    return result.stderr


@pytest.fixture
def sweep(tmp_path):
    """A sweep of 5 blocks of 4 points, three replicates."""
    write_scenario(tmp_path / "base.cfg", run=RUN, contagion=SMALL)
    path = tmp_path / "s.cfg"
    path.write_text(f'scenario = "base.cfg";\nsweep = {{ design = "saltelli"; samples = 5; reps = 3; {FACTORS} }};\n')
    return path


def shards(sweep, folder, n, *options):
    """The shards of a sweep into n files."""
    files = [folder / f"part{i}.db" for i in range(1, n + 1)]
    for i, file in enumerate(files, 1):
        ok("sweep", sweep, "--out", file, "--shard", f"{i}/{n}", *options)
    return files


@pytest.mark.parametrize("n, detail", [(1, "summary"), (2, "series"), (3, "full"), (12, "series")])
def test_shards_make_the_whole(sweep, tmp_path, n, detail):
    whole, out = tmp_path / "whole.db", tmp_path / "out.db"
    ok("sweep", sweep, "--out", whole, "--detail", detail)
    parts = shards(sweep, tmp_path, n, "--detail", detail)
    before = [part.read_bytes() for part in parts]
    told = ok("merge", out, *reversed(parts)).stdout
    assert f"{n} shards, 60 runs: 60 ok, 0 failed" in told
    assert content(out) == content(whole)
    assert [part.read_bytes() for part in parts] == before
    names = "SELECT name, sql FROM sqlite_master"
    assert query(out, names) == query(whole, names)


def test_a_shard_has_its_runs_only_and_all_points(sweep, tmp_path):
    parts = shards(sweep, tmp_path, 7)
    for i, part in enumerate(parts):
        assert query(part, "SELECT run_id FROM run") == [(r + 1,) for r in range(i, 60, 7)]
        assert query(part, "SELECT count(*) FROM point") == [(20,)]


def test_more_shards_than_runs(sweep, tmp_path):
    parts = shards(sweep, tmp_path, 3, "--reps", 1, "--set", "contagion.rewire=0.1")
    ok("merge", tmp_path / "out.db", *parts)
    many = tmp_path / "many"
    many.mkdir()
    ok("merge", many / "out.db", *shards(sweep, many, 25, "--reps", 1, "--set", "contagion.rewire=0.1"))
    assert content(many / "out.db") == content(tmp_path / "out.db")


def test_merged_and_gone_on_with(sweep, tmp_path):
    """More replicates after merging are those of a longer sweep."""
    out, whole = tmp_path / "out.db", tmp_path / "whole.db"
    ok("merge", out, *shards(sweep, tmp_path, 2))
    ok("sweep", sweep, "--out", out, "--resume", "--reps", 4)
    ok("sweep", sweep, "--out", whole, "--reps", 4)
    assert content(out) == content(whole)


def test_failed_runs_come_along(sweep, tmp_path):
    parts = shards(sweep, tmp_path, 2)
    with closing(sqlite3.connect(parts[1])) as db:
        db.execute("UPDATE run SET status = 'failed' WHERE run_id = 4")
        seal(db)
        db.commit()
    assert "59 ok, 1 failed" in ok("merge", tmp_path / "out.db", *parts).stdout
    assert query(tmp_path / "out.db", "SELECT block, failed, complete FROM block") == [
        (b, int(b == 1), int(b != 1)) for b in range(1, 6)]


# ---- what is refused ----

def test_gaps_and_overlaps_are_named(sweep, tmp_path):
    parts, out = shards(sweep, tmp_path, 4), tmp_path / "out.db"
    refused("merge", out, parts[0], parts[2], about="2 of 4 shards are missing: 2/4, 4/4")
    refused("merge", out, *parts[:3], about="1 of 4 shards is missing: 4/4")
    copy = tmp_path / "copy.db"
    shutil.copy(parts[1], copy)
    refused("merge", out, *parts, copy, about=["overlap: both are shard 2/4", "part2.db", "copy.db"])
    refused("merge", out, *parts, parts[0], about="named twice")
    other = tmp_path / "third.db"
    ok("sweep", sweep, "--out", other, "--shard", "1/3")
    refused("merge", out, other, *parts[1:], about=["shard 1/3", "shard 2/4"])
    assert not out.exists()


def test_unfinished_shards_are_named(sweep, tmp_path):
    parts, out = shards(sweep, tmp_path, 2), tmp_path / "out.db"
    with closing(sqlite3.connect(parts[1])) as db:
        db.execute("DELETE FROM run WHERE run_id > 50")
        db.commit()
    refused("merge", out, *parts, about=["shard 2/2", "part2.db", "has 25 of its 30 runs", "--resume"])
    assert not out.exists()


@pytest.mark.parametrize("sql, about", [
    ("UPDATE meta SET value = 'x' WHERE key = 'source_digest'", ["sources", "'x'"]),
    ("UPDATE meta SET value = '9' WHERE key = 'schema_version'", "schema version"),
    ("UPDATE meta SET value = 'x' WHERE key = 'design'", "another design"),
    ("UPDATE meta SET value = 'x' WHERE key = 'design_digest'", "points"),
    ("UPDATE meta SET value = '9' WHERE key = 'reps'", "number of replicates"),
    ("UPDATE scenario SET config_digest = 'x'", "settings or data"),
    ("ALTER TABLE summary ADD COLUMN more REAL", "columns"),
    ("DELETE FROM meta WHERE key = 'shard'", "holds no sweep"),
])
def test_what_does_not_fit_together(sweep, tmp_path, sql, about):
    parts, out = shards(sweep, tmp_path, 2), tmp_path / "out.db"
    with closing(sqlite3.connect(parts[1])) as db:
        db.execute(sql)
        db.commit()
    refused("merge", out, *parts, about=about)
    assert not out.exists() and len(list(tmp_path.iterdir())) == 4


def test_files_that_are_wrong(sweep, tmp_path):
    parts, out = shards(sweep, tmp_path, 2), tmp_path / "out.db"
    (tmp_path / "text.db").write_text("no database")
    refused("merge", out, parts[0], tmp_path / "text.db", about="text.db is not a results file")
    refused("merge", out, parts[0], tmp_path / "none.db", about="none.db")
    refused("merge", parts[0], *parts, about="named twice")
    for name, about in ((tmp_path / "text.db", "not a results file"), ("/dev/null", "not a file"),
                        (tmp_path / "x.db-wal", "a part of a results file")):
        refused("merge", "--force", name, *parts, about=about)
    assert (tmp_path / "text.db").read_text() == "no database"
    refused("merge", out, about="at least one shard")
    refused("merge", tmp_path / "no" / "out.db", *parts, about="No such file")
    ok("merge", out, *parts)
    refused("merge", out, *parts, about=["exists already", "--force"])
    ok("merge", "--force", out, *parts)
    with (tmp_path / "out.db.lock").open("w") as writer:  # as a run holds its file
        fcntl.lockf(writer, fcntl.LOCK_EX, 1)
        before = out.read_bytes()
        told = refused("merge", "--force", out, *parts, about="another run is writing")
        assert "--force" not in told, "it is no way out"
        assert out.read_bytes() == before
    ok("run", tmp_path / "base.cfg", "--out", tmp_path / "run.db")
    refused("merge", tmp_path / "2.db", tmp_path / "run.db", about="holds no sweep")
