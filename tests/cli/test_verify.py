# SPDX-License-Identifier: GPL-3.0-or-later
"""Results that verify themselves: `kumiai verify`, and what merge, export, resume and the Python reader
make of files that are damaged or cannot be read. Nothing ends in exit 0 with less, or with other numbers."""

import os
import random
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from conftest import EXPORT, KUMIAI, content, kumiai, kumiai_export, query, seal, write_scenario
from patience import PATIENCE

from kumiai import results as kr

RUN = {"steps": 12, "seed": 3, "steps_per_year": 1}
SMALL = {"agents": 60, "mean_degree": 4.0, "beta": 0.2, "gamma": 0.1, "rewire": 0.05, "initial_share": 0.1}
TINY = {"start_year": 2000, "years": 2, "seed": 5}
PAGE = 8192  # of detail full


def ok(*arguments, status=0):
    """Runs a command that must end so; what it printed."""
    result = kumiai(*arguments)
    assert result.returncode == status, result.stdout + result.stderr
    return result.stdout


def verified(path, *options):
    """All of the file is as it was written."""
    told = ok("verify", path, *options)
    assert "all as written" in told
    return told


def lines(path, status=1):
    """What verify tells of a damaged file but its last line."""
    return ok("verify", path, status=status).splitlines()[:-1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """quick.cfg, a run of it with all its rows (four replicates), and two shards of a sweep."""
    folder = tmp_path_factory.mktemp("verify")
    quick = write_scenario(folder / "quick.cfg", run=RUN, contagion=SMALL)
    ok("run", quick, "--reps", 4, "--out", folder / "r.db", "--detail", "full")
    (folder / "s.cfg").write_text('scenario = "quick.cfg";\nsweep = { design = "lhs"; points = 4; reps = 2; factors = ('
                                  ' { parameter = "contagion.beta"; min = 0.0; max = 0.3; },'
                                  ' { parameter = "contagion.agents"; min = 20; max = 60; } ); };\n')
    for i in (1, 2):
        ok("sweep", folder / "s.cfg", "--out", folder / f"s{i}.db", "--shard", f"{i}/2", "--detail", "full")
    return folder


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    """Results of the large model, which have rows in every table."""
    path = tmp_path_factory.mktemp("towns") / "t.db"
    root = Path(__file__).resolve().parents[2]
    ok("run", root / "scenarios/jica_half.cfg", root / "scenarios/contagion.cfg", "--set", "run.years=1", "--reps", 2,
       "--out", path, "--detail", "full")
    return path


# ---- sound files ----

@pytest.mark.parametrize("detail", ["summary", "series", "full"])
def test_runs_of_every_detail(folder, tmp_path, detail):
    out = tmp_path / "r.db"
    ok("run", folder / "quick.cfg", "--reps", 5, "--out", out, "--detail", detail)
    assert "5 runs" in verified(out, "--rerun", 3)
    ok("run", folder / "quick.cfg", "--reps", 7, "--out", out, "--detail", detail, "--resume")  # grows in rounds
    whole = tmp_path / "whole.db"
    ok("run", folder / "quick.cfg", "--reps", 7, "--out", whole, "--detail", detail)
    assert content(out)["run"] == content(whole)["run"] and "7 runs" in verified(out, "--rerun", 100)


def test_models_of_one_file(towns):
    assert "4 runs" in verified(towns, "--rerun", 2)


def test_sweeps_shards_and_what_they_make(folder, tmp_path):
    out = tmp_path / "all.db"
    verified(folder / "s1.db", "--rerun", 2)
    ok("merge", out, folder / "s2.db", folder / "s1.db")
    assert "8 runs" in verified(out, "--rerun", 8)


def test_a_file_that_was_packed(folder, towns, tmp_path):
    """VACUUM writes views behind tables and numbers rows anew; nothing else is moved."""
    for path in (folder / "r.db", towns):
        packed = Path(shutil.copy(path, tmp_path / path.name))
        with closing(sqlite3.connect(packed)) as db:
            db.execute("VACUUM")
        verified(packed)
        assert content(packed) == content(path)
    ok("run", folder / "quick.cfg", "--reps", 6, "--out", tmp_path / "r.db", "--detail", "full", "--resume")
    verified(tmp_path / "r.db")


def test_forks(folder, tmp_path):
    policy = tmp_path / "p.cfg"
    policy.write_text("contagion = { beta = 0.3; };\n")
    ok("fork", folder / "quick.cfg", policy, "--at", 2005, "--set", "run.start_year=2000", "--reps", 2,
       "--out", tmp_path / "f.db")
    verified(tmp_path / "f.db", "--rerun", 4)


def test_failed_runs_that_are_made_again(folder, tmp_path):
    out, whole = tmp_path / "r.db", tmp_path / "w.db"
    ok("sweep", folder / "s.cfg", "--out", out, "--timeout", "0.0000001", status=3)
    verified(out)
    ok("sweep", folder / "s.cfg", "--out", out, "--resume", "--retry-failed")
    ok("sweep", folder / "s.cfg", "--out", whole)
    assert content(out)["run"] == content(whole)["run"]
    verified(out, "--rerun", 3)


# ---- damage ----

@pytest.fixture
def edited(folder, tmp_path):
    """edited(SQL, ...): a copy of the results with something changed, sealed or not."""
    def edit(*statements, sealed=False):
        path = tmp_path / "edited.db"
        shutil.copy(folder / "r.db", path)
        with closing(sqlite3.connect(path)) as db:
            for sql in statements:
                db.execute(sql)
            if sealed:
                seal(db)
            db.commit()
        return path
    return edit


@pytest.mark.parametrize("sql, about", [
    ("UPDATE series SET infected = infected + 1 WHERE run_id = 2 AND step = 3", ["run 2:"]),
    ("UPDATE summary SET infected_final = -1 WHERE run_id IN (1, 4)", ["run 1:", "run 4:"]),
    ("UPDATE run SET seed = 4 WHERE run_id = 3", ["run 3:"]),
    ("UPDATE run SET rows_digest = NULL WHERE run_id = 3", ["run 3:", "table run:"]),
    ("DELETE FROM series WHERE run_id = 4 AND step = 11", ["run 4:"]),
    ("DELETE FROM run WHERE run_id = 4", ["table summary has 1 rows", "table series has 13 rows", "table run:"]),
    ("UPDATE parameter_doc SET doc = 'x' WHERE parameter = 'contagion.beta'", ["table parameter_doc:"]),
    ("UPDATE scenario SET config = config || ' '", ["table scenario:"]),
    ("UPDATE meta SET value = 'x' WHERE key = 'rng_version'", ["table meta:"]),
    ("DELETE FROM meta WHERE key = 'digest:agent'", ["table agent: its digest is missing"]),
    ("CREATE TABLE more (x)", ["definitions", "table more: its digest is missing"]),
])
def test_a_line_for_each_run_and_table(edited, sql, about):
    path = edited(sql)
    told = lines(path)
    assert len(told) == len(about)
    for line, word in zip(told, about, strict=True):
        assert line.startswith(f"{path}: ") and word in line


def test_rows_out_of_the_order_of_the_runs(edited):
    path = edited("CREATE TEMP TABLE kept AS SELECT * FROM series WHERE run_id = 1",
                  "DELETE FROM series WHERE run_id = 1", "INSERT INTO series SELECT * FROM kept")
    assert "not in the order of the runs" in lines(path)[0]


def test_files_without_digests_say_so(edited):
    path = edited("ALTER TABLE run DROP COLUMN rows_digest", "DELETE FROM meta WHERE key LIKE 'digest:%'")
    assert "wrote no digests" in ok("verify", path, status=1)
    assert kumiai_export(path, "--to", path.parent / "x", "--format", "csv").returncode == 0
    assert kr.load(path)[0][0].n == 4


def test_a_run_that_does_not_come_out_again(edited):
    """Numbers that were changed together with their digests: only a run that is made again tells."""
    path = edited("UPDATE series SET infected = infected + 1 WHERE run_id = 2", sealed=True)
    verified(path)
    assert "run 2 made again has other rows" in ok("verify", path, "--rerun", 4, status=1)
    path = edited("UPDATE run SET state_digest = 'x' WHERE run_id = 3", sealed=True)
    assert "run 3 made again ends in another state" in ok("verify", path, "--rerun", 4, status=1)


def test_another_program_makes_nothing_again(edited):
    path = edited("UPDATE meta SET value = 'x' WHERE key = 'source_digest'", sealed=True)
    verified(path)
    done = kumiai("verify", path, "--rerun", 1)
    assert (done.returncode, done.stdout) == (2, "") and "was computed with" in done.stderr


def test_what_is_no_results_file(folder, tmp_path):
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE x (y)")
    for arguments, word in (([], "needs a results file"), ([""], "needs a results file"),
                            ([tmp_path / "none.db"], "no results file"),
                            ([other], "not a results file"), ([folder / "quick.cfg"], "not a results file"),
                            ([folder / "r.db", other], "one results file"),
                            ([folder / "r.db", "--rerun", "0"], "--rerun")):
        done = kumiai("verify", *arguments)
        assert (done.returncode, done.stdout) == (2, "") and word in done.stderr, arguments
        assert len(done.stderr.splitlines()) == 1


def exported(path, to):
    """Exit code of an export as CSV, and the files that it left but the manifest."""
    shutil.rmtree(to, ignore_errors=True)
    code = kumiai_export(path, "--to", to, "--format", "csv").returncode
    return code, {f.name: f.read_bytes() for f in to.iterdir() if f.name != "manifest.json"} if to.exists() else {}


def flip(data, rng):
    at = rng.randrange(100, len(data))
    data[at] ^= 1 << rng.randrange(8)


def clear(data, rng):
    page = PAGE * rng.randrange(1, len(data) // PAGE)
    data[page:page + PAGE] = bytes(PAGE)


def swap(data, rng):
    a, b = (PAGE * page for page in rng.sample(range(1, len(data) // PAGE), 2))
    data[a:a + PAGE], data[b:b + PAGE] = data[b:b + PAGE], data[a:a + PAGE]


def cut(data, rng):
    del data[PAGE * rng.randrange(1, len(data) // PAGE):]


@pytest.mark.parametrize("damage, cases", [(flip, 30), (clear, 16), (swap, 8), (cut, 8)])
def test_damage_is_refused_or_does_not_matter(folder, tmp_path, damage, cases):
    rng, path = random.Random(7), tmp_path / "r.db"
    whole, tables = (folder / "r.db").read_bytes(), exported(folder / "r.db", tmp_path / "x")[1]
    before = content(folder / "r.db")
    for case in range(cases):
        data = bytearray(whole)
        damage(data, rng)
        path.write_bytes(data)
        sound = kumiai("verify", path).returncode
        code, files = exported(path, tmp_path / "x")
        assert code in (1, 2) and not files or code == 0 and files == tables, case
        done = kumiai("run", folder / "quick.cfg", "--reps", 4, "--out", path, "--detail", "full", "--resume")
        assert done.returncode in (0, 1, 2), case
        if done.returncode == 0 or sound == 0:
            assert content(path) == before, case


@pytest.fixture(name="failing", scope="module")
def fixture_failing(tmp_path_factory):
    """failing(N, *ARGUMENTS): the program where the N-th read of a results file fails."""
    if "-fsanitize" in kumiai("--version").stdout:
        pytest.skip("the sanitizer's library must be the first")
    library = tmp_path_factory.mktemp("preload") / "reads.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library,
                    Path(__file__).with_name("preload_reads.c"), "-ldl"], check=True)

    def call(n, *arguments):
        environment = {**os.environ, "LD_PRELOAD": str(library), "READ_FAILS": str(n), "OMP_NUM_THREADS": "1"}
        command, *words = arguments
        program = [EXPORT] if command == "export" else [KUMIAI, command]
        return subprocess.run([*program, *map(str, words)], check=False, capture_output=True, text=True,
                              timeout=PATIENCE, env=environment)
    return call


def tree(folder):
    """Files of an export and their sizes."""
    return {f.name: f.stat().st_size for f in folder.iterdir() if f.name != "manifest.json"} if folder.is_dir() else {}


@pytest.mark.parametrize("command", ["merge", "export", "gexf", "verify", "resume"])
def test_every_read_that_fails_is_told(folder, towns, tmp_path, failing, command):
    """The N-th read, N = 1, 2, 4, 7, ... until no read is the N-th."""
    out, copy = tmp_path / "out.db", tmp_path / "copy.db"
    shutil.copy(folder / "r.db", copy)
    arguments = {"merge": ["merge", out, folder / "s1.db", folder / "s2.db", "--force"],
                 "export": ["export", folder / "r.db", "--to", out, "--format", "csv", "--force"],
                 "gexf": ["export", towns, "--to", out, "--format", "gexf", "--force", "--run", 1],
                 "verify": ["verify", folder / "r.db"],
                 "resume": ["run", folder / "quick.cfg", "--reps", 4, "--out", copy, "--detail", "full",
                            "--resume", "--quiet"]}[command]
    right = failing(0, *arguments)
    assert right.returncode == 0, right.stderr
    n, step, passed, files = 1, 1, 0, tree(out)
    while passed < 4:  # also behind a read whose failure SQLite makes good by itself
        done = failing(n, *arguments)
        passed = passed + 1 if done.returncode == 0 else 0
        assert done.returncode == 0 or done.returncode in (1, 2) and (done.stderr or done.stdout), (n, done)
        if arguments[0] != "export":  # Python does not say which error of the disk SQLite has met
            assert "malformed" not in done.stderr + done.stdout, n
        if done.returncode == 0 and command == "merge":
            assert len(query(out, "SELECT * FROM run")) == 8
            verified(out)
        elif done.returncode == 0:
            assert tree(out) == files and content(copy) == content(folder / "r.db")
        n, step = n + step, min(step + 1, 11)
    assert n > 20


def test_what_is_damaged_is_said_in_one_line(folder, tmp_path):
    path = Path(shutil.copy(folder / "r.db", tmp_path / "r.db"))
    [(page,)] = query(path, "SELECT rootpage FROM sqlite_master WHERE name = 'series'")
    with path.open("r+b") as file:
        file.seek(PAGE * (page - 1))
        file.write(bytes(PAGE))
    done = kumiai("run", folder / "quick.cfg", "--reps", 4, "--out", path, "--detail", "full", "--resume")
    assert done.returncode == 1 and "*" not in done.stderr and len(done.stderr.splitlines()) == 1
    assert f"{path} is damaged: " in done.stderr and done.stderr.endswith("`kumiai verify` lists all that is\n")
    with pytest.raises(kr.ResultsError, match="is damaged .*; `kumiai verify` lists all that is"):
        kr.load(path)


# ---- the Python reader ----

def test_the_reader_compares_small_tables_always(edited):
    for sql, word in (("UPDATE scenario SET name = 'x'", "scenario"), ("DELETE FROM run WHERE run_id = 4", "run"),
                      ("UPDATE meta SET value = 'x' WHERE key = 'detail'", "meta")):
        with pytest.raises(kr.ResultsError, match=f"table {word}") as failure:
            kr.load(edited(sql))
        assert failure.value.code == 1


@pytest.mark.parametrize("verify", [False, True])
def test_the_reader_compares_all_rows(edited, folder, towns, verify):
    path = edited("UPDATE series SET infected = infected + 1 WHERE run_id = 2 AND step = 3")
    with pytest.raises(kr.ResultsError, match="rows of run 2"):
        kr.load(path, verify=verify)
    assert kr.load(folder / "r.db", verify=verify)[0][0].n == 4
    assert len(kr.load(towns, verify=verify, model="contagion")[0]) == 1
