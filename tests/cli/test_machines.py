# SPDX-License-Identifier: GPL-3.0-or-later
"""`mpirun kumiai ...`: the same results as one process, whatever happens to some or all of the
processes. On one machine, and on two hosts that are network namespaces."""

import os
import random
import shutil
import signal
import subprocess
import time

import pytest

from conftest import KUMIAI, content, kumiai, query, sound, write_scenario

VERSION = kumiai("--version").stdout
MPIRUN = shutil.which("mpirun")
pytestmark = [
    pytest.mark.skipif("Open MPI" not in VERSION, reason="this build has no MPI"),
    pytest.mark.skipif(not MPIRUN, reason="there is no mpirun (Debian: openmpi-bin)"),
    pytest.mark.skipif("-fsanitize" in VERSION, reason="Open MPI itself leaks and is not checked"),
]
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
               "OMPI_MCA_btl": "self,vader,tcp", "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
               "OMPI_MCA_btl_tcp_if_include": "lo", "KUMIAI_LOST_AFTER": "2"}
KILLS = int(os.environ.get("KUMIAI_KILLS", "8"))
RUNS = 1000


@pytest.fixture(scope="module", name="sweep")
def fixture_sweep(tmp_path_factory):
    """A sweep of a second or two with several commits (one in 50,000 rows), and its content."""
    folder = tmp_path_factory.mktemp("sweep")
    write_scenario(folder / "base.cfg", run={"steps": 300, "seed": 11, "steps_per_year": 1},
                   contagion={"agents": 500, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1,
                              "rewire": 0.05, "initial_share": 0.05})
    path = folder / "s.cfg"
    path.write_text(f"""scenario = "base.cfg";
        sweep = {{ design = "lhs"; points = {RUNS // 2}; reps = 2; factors = (
            {{ parameter = "contagion.beta"; min = 0.0; max = 0.3; }},
            {{ parameter = "contagion.agents"; min = 300; max = 600; }}); }};\n""")
    whole = folder / "whole.db"
    assert kumiai("sweep", path, "--out", whole, "--detail", "series").returncode == 0
    return ["sweep", str(path), "--detail", "series", "--threads", "1", "--quiet"], content(whole)


def mpi(ranks, *command, options=()):
    """The words of a command on so many ranks."""
    return [MPIRUN, "-n", str(ranks), *options, KUMIAI, *map(str, command)]


def start(words, **options):
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            stdin=subprocess.DEVNULL, env=ENVIRONMENT, **options)


def run(words, **options):
    """A command to its end; its status and what it said."""
    process = start(words, **options)
    out, err = process.communicate(timeout=90)
    return process.returncode, out, err


def ranks_of(process):
    """Process ids of kumiai below an mpirun, by rank."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
            if parent != process.pid:
                continue
            with open(f"/proc/{pid}/environ", encoding="utf-8") as file:
                words = dict(word.split("=", 1) for word in file.read().split("\0") if "=" in word)
        except OSError:
            continue
        if "OMPI_COMM_WORLD_RANK" in words:
            found[int(words["OMPI_COMM_WORLD_RANK"])] = int(pid)
    return found


def wait_for(what, patience=60):
    end = time.monotonic() + patience
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def committed(out):
    """Runs that are in the file."""
    try:
        return len(query(out, "SELECT 1 FROM run")) if out.exists() else 0
    except Exception:  # pylint: disable=broad-except # a journal that must be played back first
        return 0


# ---- nothing depends on the number of processes ----

def test_any_number_of_ranks(sweep, tmp_path):
    command, whole = sweep
    for ranks in (1, 2, 3, 4):
        out = tmp_path / f"{ranks}.db"
        status, told, err = run(mpi(ranks, *command, "--out", out))
        assert status == 0, err
        assert told.count("1000 ok") == 1
        assert content(out) == whole


def test_ranks_with_threads(sweep, tmp_path):
    command, whole = sweep
    assert run(mpi(2, *command, "--threads", 3, "--out", tmp_path / "r.db"))[0] == 0
    assert content(tmp_path / "r.db") == whole


def test_run_with_all_its_tables(tmp_path, request):
    """Ties, projects and all else that the cooperation model writes goes through messages."""
    command = ["run", request.config.rootpath / "scenarios" / "baseline.cfg", "--reps", 4, "--set",
               "run.years=6", "--detail", "full", "--threads", 1]
    assert kumiai(*command, "--out", tmp_path / "one.db").returncode == 0
    status, _, err = run(mpi(3, *command, "--out", tmp_path / "r.db"))
    assert status == 0, err
    assert content(tmp_path / "r.db") == content(tmp_path / "one.db")


def test_mistakes_are_told_once(sweep, tmp_path):
    command, _ = sweep
    status, _, err = run(mpi(3, *command, "--out", tmp_path / "no" / "r.db"))
    assert status == 2 and err.count("there is no folder") == 1
    assert run(mpi(3, "--version"))[1] == VERSION


def test_a_rank_with_other_files_takes_no_part(sweep, tmp_path):
    command, whole = sweep
    out = ["--out", tmp_path / "r.db"]
    other = [*command, *out, "--set", "contagion.rewire=0.5"]
    status, _, err = run(mpi(1, *command, *out) + [":", *mpi(1, *other)[1:]])
    assert status == 0 and "rank 1 on" in err and "has other configuration files" in err
    assert content(tmp_path / "r.db") == whole


# ---- lost processes ----

def stopped(words, out, how, moment):
    """Starts a command and calls `how` with it when so many runs are in the file."""
    process = start(words, start_new_session=True)
    wait_for(lambda: process.poll() is not None or committed(out) >= moment)
    children = ranks_of(process)
    if process.poll() is None:
        how(process, children)
    _, err = process.communicate(timeout=90)
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children.values()))
    return process.returncode, err


def test_others_do_the_runs_of_a_lost_rank(sweep, tmp_path):
    command, whole = sweep
    out = tmp_path / "r.db"
    status, err = stopped(mpi(4, *command, "--out", out, options=["--enable-recovery"]), out,
                          lambda _, ranks: os.kill(ranks[2], signal.SIGKILL), 1)
    assert status == 0 and "rank 2 on" in err and "is lost" in err, err
    assert content(out) == whole


def test_killed_at_any_moment(sweep, tmp_path):
    """A rank, rank 0 or the whole mpirun, each on what the last one left; then the rest."""
    command, whole = sweep
    out, chance, left = tmp_path / "r.db", random.Random(7), []

    def kill(process, ranks):
        victim = chance.choice([process.pid, *ranks.values()])
        os.kill(victim, signal.SIGKILL)

    for count in range(KILLS):
        words = mpi(chance.choice([2, 3]), *command, "--out", out, "--resume")
        stopped(words, out, kill, RUNS * count // KILLS)
        assert not out.exists() or sound(out)
        left.append(committed(out))
    assert left == sorted(left)
    status, _, err = run(mpi(2, *command, "--out", out, "--resume"))
    assert status == 0, err
    assert content(out) == whole


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_to_mpirun(sweep, tmp_path, number):
    command, whole = sweep
    out = tmp_path / "r.db"
    status, _ = stopped(mpi(2, *command, "--out", out), out,
                        lambda process, _: process.send_signal(number), 1)
    assert status != 0 and sound(out) and 0 < committed(out) < RUNS
    assert kumiai(*command, "--out", out, "--resume").returncode == 0
    assert content(out) == whole
