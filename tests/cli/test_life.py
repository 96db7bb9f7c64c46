# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a results file in ordinary life: notebooks that keep it open, runs that fail and are
made again, commands that are killed while they write."""

import random
import signal
import sqlite3
import subprocess
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from conftest import EXPORT, KUMIAI, content, failing, kumiai, kumiai_export, query, sound, write_scenario
from patience import PATIENCE

ROOT = Path(__file__).parents[2]
RUN = {"steps": 300, "reps": 100000, "seed": 11, "steps_per_year": 1}
SMALL = {"agents": 100, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.05}


def ok(*arguments, status=0):
    result = kumiai(*arguments)
    assert result.returncode == status, result.stderr
    return result


# ---- readers ----

class Reader:
    """A notebook that has fetched one row of many."""

    def __init__(self, out):
        self.db = sqlite3.connect(f"file:{out}?mode=ro", uri=True, timeout=60)
        self.cursor = self.db.execute("SELECT * FROM series")
        self.cursor.fetchone()

    def close(self):
        self.cursor.close()  # or SQLite keeps the file open for it
        self.db.close()


class Writer:
    """A command under way, and what it has said so far."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [KUMIAI, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        self.said = []
        self.listener = threading.Thread(target=lambda: self.said.extend(self.process.stderr))
        self.listener.start()

    def wait_for(self, what, patience=PATIENCE):
        end = time.monotonic() + patience
        while not what():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)

    def tells(self):
        return any("another program is reading" in line for line in list(self.said))

    def end(self, number=None):
        """Its exit status; after a signal if one is given."""
        begun = time.monotonic()
        if number:
            self.process.send_signal(number)
        status = self.process.wait(timeout=PATIENCE)
        self.listener.join()
        self.process.stderr.close()
        return status, time.monotonic() - begun


def runs_in(out):
    try:
        return query(out, "SELECT count(*) FROM run")[0][0]
    except sqlite3.Error:  # not there yet
        return 0


def writer(command, out):
    found = Writer(*command, "--out", out, "--threads", 1, "--quiet", "--detail", "series")
    found.wait_for(lambda: runs_in(out))
    return found


@pytest.fixture(name="commands")
def fixture_commands(scenario, tmp_path):
    """Commands of minutes."""
    slow = scenario("slow", run=RUN, contagion=SMALL)
    sweep = tmp_path / "s.cfg"
    sweep.write_text("""scenario = "slow.cfg"; sweep = { design = "lhs"; points = 100; reps = 1000;
        factors = ( { parameter = "contagion.beta"; min = 0.0; max = 0.3; } ); };\n""", encoding="utf-8")
    return {"run": ["run", slow], "sweep": ["sweep", sweep]}


@pytest.mark.parametrize("name", ["run", "sweep"])
def test_a_writer_waits_for_a_reader_and_says_so(commands, tmp_path, name):
    out = tmp_path / "r.db"
    process = writer(commands[name], out)
    reader = Reader(out)
    process.wait_for(process.tells)
    seen = len(reader.db.execute("SELECT 1 FROM run").fetchall())
    reader.close()
    process.wait_for(lambda: runs_in(out) > seen)
    status, _ = process.end(signal.SIGTERM)
    assert status == 130 and sound(out)
    assert sum("another program is reading" in line for line in process.said) == 1
    assert not any("locked" in line for line in process.said)
    ok("verify", out)


def test_a_writer_that_waits_can_be_ended(commands, tmp_path):
    """What is said of the runs in the file is right, and the rest goes on."""
    out = tmp_path / "r.db"
    process = writer(commands["run"], out)
    with closing(Reader(out)):
        process.wait_for(process.tells)
        status, seconds = process.end(signal.SIGINT)
    assert status == 130 and seconds < 10, process.said
    done = runs_in(out)
    assert f"interrupted after {done} of 100000 runs" in process.said[-1]
    assert sound(out) and not list(tmp_path.glob("*.lock"))
    ok("verify", out)
    again = Writer(*commands["run"], "--out", out, "--threads", 1, "--quiet", "--resume",
                   "--detail", "series")
    again.wait_for(lambda: runs_in(out) > done)
    assert again.end(signal.SIGTERM)[0] == 130 and sound(out)


# ---- failed runs ----

@pytest.fixture(name="two")
def fixture_two(scenario):
    """Two scenarios of some milliseconds."""
    quick = {**RUN, "steps": 12, "reps": 5}
    return ["run", *(scenario(name, run=quick, contagion={**SMALL, "beta": beta})
                     for name, beta in (("a", 0.1), ("b", 0.3))), "--quiet"]


@pytest.mark.parametrize("detail", ["summary", "series", "full"])
def test_failed_runs_are_made_again_in_their_place(two, tmp_path, detail):
    whole, out = tmp_path / "w.db", tmp_path / "r.db"
    ok(*two, "--detail", detail, "--out", whole)
    ok(*two, "--detail", detail, "--out", out)
    failing(out, (2, 3, 10))
    assert "--retry-failed" in ok(*two, "--detail", detail, "--out", out, "--resume", status=3).stderr
    ok(*two, "--detail", detail, "--out", out, "--retry-failed", "--threads", 2)
    assert content(out) == content(whole) and sound(out)
    ok("verify", out)


def test_failed_runs_of_a_file_that_grows(two, tmp_path):
    whole, out = tmp_path / "w.db", tmp_path / "r.db"
    ok(*two, "--reps", 7, "--out", whole)
    ok(*two, "--reps", 3, "--out", out)
    failing(out, (1, 5))
    ok(*two, "--reps", 7, "--out", out, "--retry-failed")
    assert content(out) == content(whole)
    ok("verify", out)


def test_runs_that_took_too_long(two, tmp_path):
    """The file tells the time limit under which its runs were made."""
    whole, out = tmp_path / "w.db", tmp_path / "r.db"
    large = ["--set", "contagion.agents=20000", "--set", "run.reps=1"]
    ok(*two, *large, "--out", whole)
    ok(*two, *large, "--set", "run.timeout=0.0001", "--out", out, status=3)
    assert query(out, "SELECT status FROM run") == [("timeout",)] * 2
    ok(*two, *large, "--out", out, "--retry-failed")
    assert content(out) == content(whole)
    ok("verify", out)


@pytest.mark.parametrize("options, words", [
    (["--force"], "--retry-failed and --force exclude each other"),
    (["--only-rep", 1], "--retry-failed and --only-rep exclude each other"),
    (["--until", "infected_end:1"], "--retry-failed and --until exclude each other")])
def test_retrying_that_cannot_be(two, tmp_path, options, words):
    result = ok(*two, "--out", tmp_path / "r.db", "--retry-failed", *options, status=2)
    assert words in result.stderr and not (tmp_path / "r.db").exists()


def test_retrying_needs_a_file(two, tmp_path):
    result = ok(*two, "--out", tmp_path / "typo.db", "--retry-failed", status=2)
    assert "there is no results file" in result.stderr and "typo.db" in result.stderr
    assert not (tmp_path / "typo.db").exists()


def test_a_log_of_another_database_is_not_written_in(two, tmp_path):
    out = tmp_path / "r.db"
    ok(*two, "--out", out)
    before = out.read_bytes()
    Path(f"{out}-wal").write_bytes(b"of another database" * 100)
    for result in (kumiai("verify", out), kumiai_export(out, "--to", tmp_path / "t"), kumiai(*two, "--out", out, "--resume")):
        assert result.returncode == 2 and "r.db-wal, which is not kumiai's" in result.stderr
    assert out.read_bytes() == before


# ---- half-written files ----

def killed(command, moment):
    """Starts a command and kills it after so many seconds; whether it was still there."""
    with subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(timeout=moment)
            return False
        except subprocess.TimeoutExpired:
            process.kill()
            return True


def files_of(path):
    """A file's content, or that of all files of a folder."""
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    return path.read_bytes()


@pytest.fixture(name="results", scope="module")
def fixture_results(tmp_path_factory):
    """Results and a sweep whose outputs take a moment to write."""
    folder = tmp_path_factory.mktemp("results")
    scenario = write_scenario(folder / "s.cfg", run={**RUN, "reps": 60}, contagion=SMALL)
    ok("run", scenario, "--out", folder / "r.db", "--detail", "full", "--quiet")
    (folder / "sweep.cfg").write_text("""scenario = "s.cfg"; sweep = { design = "lhs"; points = 20000;
        factors = ( { parameter = "contagion.beta"; min = 0.0; max = 0.3; } ); };\n""", encoding="utf-8")
    return folder


@pytest.mark.parametrize("what", ["csv", "design", "report"])
def test_what_has_its_name_is_whole(results, tmp_path, what):
    """Killed at any moment: under the name there is nothing, or everything."""
    def command(out):
        return {"csv": [EXPORT, results / "r.db", "--to", out],
                "design": [KUMIAI, "sweep", results / "sweep.cfg", "--design-csv", out],
                "report": ["/usr/bin/python3", ROOT / "scripts" / "compare.py", results / "r.db",
                           "--csv", out]}[what]

    begun = time.monotonic()
    subprocess.run(list(map(str, command(tmp_path / "whole"))), check=True, capture_output=True)
    seconds = time.monotonic() - begun
    whole, chance, count = files_of(tmp_path / "whole"), random.Random(5), 3 if what == "report" else 15
    struck = tried = 0
    while tried < count or (struck == 0 and tried < 10 * count):
        moment = seconds * (0.1 + 0.8 * chance.random())
        if killed(command(tmp_path / str(tried)), moment):
            struck += 1
        else:  # it takes no longer than that: the first call was a slow one
            seconds = min(seconds, moment)
        tried += 1
    assert struck > 0
    for k in range(tried):
        out = tmp_path / str(k)
        assert not out.exists() or strip(files_of(out)) == strip(whole), k


def strip(found):
    """Without what tells of the call."""
    return {name: text for name, text in found.items() if name != "manifest.json"} \
        if isinstance(found, dict) else found
