# SPDX-License-Identifier: GPL-3.0-or-later
"""`mpirun kumiai ...`: the same results as one process, whatever happens to some or all of the
processes. On one machine, and on two hosts that are network namespaces."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from conftest import KUMIAI, content, failing, kumiai, query, sound, write_scenario
from patience import PATIENCE

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
               "KUMIAI_LOST_AFTER": "2"}
KILLS = int(os.environ.get("KUMIAI_KILLS", "24"))
SHORT, LONG = 400, 1000  # runs
SMALL_RUN = {"steps": 40, "reps": 12, "seed": 11, "steps_per_year": 1, "start_year": 2000}
SMALL = {"agents": 300, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.05}


def make_sweep(folder, agents, points):
    """A sweep with several commits (one in 50,000 rows): its command, and its content."""
    write_scenario(folder / "base.cfg", run={"steps": 300, "seed": 11, "steps_per_year": 1},
                   contagion={**SMALL, "agents": agents})
    path = folder / "s.cfg"
    path.write_text(f"""scenario = "base.cfg";
        sweep = {{ design = "lhs"; points = {points}; reps = 2; factors = (
            {{ parameter = "contagion.beta"; min = 0.0; max = 0.3; }},
            {{ parameter = "contagion.agents"; min = {agents - 100}; max = {agents}; }}); }};\n""")
    whole = folder / "whole.db"
    assert kumiai("sweep", path, "--out", whole, "--detail", "series").returncode == 0
    return ["sweep", str(path), "--detail", "series", "--threads", "1", "--quiet"], content(whole)


@pytest.fixture(scope="module", name="sweep")
def fixture_sweep(tmp_path_factory):
    """Half a second of one processor."""
    return make_sweep(tmp_path_factory.mktemp("sweep"), 300, SHORT // 2)


@pytest.fixture(scope="module", name="long_sweep")
def fixture_long_sweep(tmp_path_factory):
    """Long enough to be struck in the middle."""
    return make_sweep(tmp_path_factory.mktemp("long"), 1500, LONG // 2)


def mpi(ranks, *command, options=()):
    """The words of a command on so many ranks."""
    return [MPIRUN, "-n", str(ranks), *options, KUMIAI, *map(str, command)]


def start(words, **options):
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            stdin=subprocess.DEVNULL, env=ENVIRONMENT, **options)


def run(words, **options):
    """A command to its end; its status and what it said."""
    process = start(words, **options)
    out, err = process.communicate(timeout=PATIENCE)
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


def name_of(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def wait_for(what, patience=PATIENCE):
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

def test_targets_are_measured_on_all_ranks(tmp_path):
    scenario = write_scenario(tmp_path / "s.cfg", run=SMALL_RUN, contagion=SMALL)
    (tmp_path / "t.cfg").write_text("""model = "contagion"; outputs = (
        { name = "mean"; sql = "SELECT avg(infected) FROM series"; },
        { name = "twice"; sql = "SELECT 2 * mean FROM output"; } );""", encoding="utf-8")
    command = ["run", str(scenario), "--targets", str(tmp_path / "t.cfg"), "--detail", "summary", "--threads", "1"]
    whole, out = tmp_path / "whole.db", tmp_path / "out.db"
    assert kumiai(*command, "--out", whole).returncode == 0
    done = subprocess.run([MPIRUN, "-n", "3", KUMIAI, *command, "--out", out, "--quiet"], check=False,
                          capture_output=True, text=True, timeout=PATIENCE, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert content(out) == content(whole)
    assert len(query(out, "SELECT 1 FROM target_value WHERE value IS NOT NULL")) == 2 * SMALL_RUN["reps"]


def test_any_number_of_ranks(sweep, tmp_path):
    command, whole = sweep
    for ranks in (1, 2, 3, 4):
        out = tmp_path / f"{ranks}.db"
        status, told, err = run(mpi(ranks, *command, "--out", out))
        assert status == 0, err
        assert told.count(f"{SHORT} ok") == 1
        assert content(out) == whole


def test_ranks_with_threads(sweep, tmp_path):
    command, whole = sweep
    assert run(mpi(2, *command, "--threads", 3, "--out", tmp_path / "r.db"))[0] == 0
    assert content(tmp_path / "r.db") == whole


def test_run_with_all_its_tables(tmp_path):
    """Ties, projects and all else that the cooperation model writes goes through messages."""
    command = ["run", Path(__file__).parents[2] / "scenarios" / "baseline.cfg", "--reps", 4, "--set",
               "run.years=6", "--detail", "full", "--threads", 1]
    assert kumiai(*command, "--out", tmp_path / "one.db").returncode == 0
    status, _, err = run(mpi(3, *command, "--out", tmp_path / "r.db"))
    assert status == 0, err
    assert content(tmp_path / "r.db") == content(tmp_path / "one.db")


def test_fork(tmp_path):
    """The shared past of a replicate is computed by whoever has its first run."""
    base = write_scenario(tmp_path / "base.cfg", run=SMALL_RUN, contagion=SMALL)
    policy = tmp_path / "wild.cfg"
    policy.write_text("contagion = { beta = 0.3; };\n")
    command = ["fork", base, policy, "--at", 2020, "--threads", 1, "--quiet"]
    assert kumiai(*command, "--out", tmp_path / "one.db").returncode == 0
    status, _, err = run(mpi(2, *command, "--out", tmp_path / "r.db"))
    assert status == 0, err
    assert content(tmp_path / "r.db") == content(tmp_path / "one.db")


def test_until(tmp_path):
    """When enough is enough does not depend on who computes what, and when."""
    files = [write_scenario(tmp_path / f"{name}.cfg", run=SMALL_RUN, contagion={**SMALL, "beta": beta})
             for name, beta in (("calm", 0.1), ("wild", 0.12))]
    command = ["run", *files, "--until", "infected_final:8%", "--threads", 1, "--quiet"]
    assert kumiai(*command, "--out", tmp_path / "one.db").returncode == 0
    status, _, err = run(mpi(3, *command, "--out", tmp_path / "r.db"))
    assert status == 0, err
    assert len(query(tmp_path / "r.db", "SELECT 1 FROM run")) > 2 * 40  # it went on after a look
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


def test_a_rank_on_another_kind_of_processor_takes_part(sweep, tmp_path):
    """... for which the C library picks other variants of its functions."""
    command, whole = sweep
    command = [*command, "--out", tmp_path / "r.db"]
    older = "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA"
    other = ["-n", "1", "env", older, KUMIAI, *map(str, command)]
    status, _, err = run(mpi(1, *command) + [":", *other])
    assert status == 0 and err == ""
    assert content(tmp_path / "r.db") == whole


def test_the_results_file_is_a_matter_of_rank_0(sweep, tmp_path):
    """Others may see it begun already, or may have no such folder on their machine."""
    command, whole = sweep
    out = tmp_path / "r.db"
    other = [*command, "--out", tmp_path / "elsewhere" / "r.db"]
    late = [*command, "--out", __file__]
    status, _, err = run(mpi(1, *command, "--out", out) + [":", *mpi(1, *other)[1:]] +
                         [":", *mpi(1, *late)[1:]])
    assert status == 0 and err == ""
    assert content(out) == whole


# ---- lost processes ----

def stopped(words, out, how, moment):
    """Starts a command and calls `how` with it when so many runs are in the file."""
    process = start(words, start_new_session=True)
    wait_for(lambda: process.poll() is not None or committed(out) >= moment)
    children = ranks_of(process)
    if process.poll() is None:
        how(process, children)
    _, err = process.communicate(timeout=PATIENCE)
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children.values()))
    return process.returncode, err


def test_others_do_the_runs_of_a_lost_rank(long_sweep, tmp_path):
    command, whole = long_sweep
    out = tmp_path / "r.db"
    status, err = stopped(mpi(4, *command, "--out", out, options=["--enable-recovery"]), out,
                          lambda _, ranks: os.kill(ranks[2], signal.SIGKILL), 1)
    assert status == 0 and "rank 2 on" in err and "is lost" in err, err
    assert content(out) == whole


def test_without_rank_0_there_is_nobody_who_writes(long_sweep, tmp_path):
    """Also where mpirun goes on without those that it has lost."""
    command, whole = long_sweep
    out = tmp_path / "r.db"
    status, err = stopped(mpi(3, *command, "--out", out, options=["--enable-recovery"]), out,
                          lambda _, ranks: os.kill(ranks[0], signal.SIGKILL), 1)
    assert status != 0 and f"rank 0, which writes {out}, is lost" in err, err
    assert sound(out) and committed(out) < LONG
    status, _, err = run(mpi(2, *command, "--out", out, "--resume"))
    assert status == 0 and content(out) == whole, err


def test_a_reader_keeps_nobody_from_computing(long_sweep, tmp_path):
    """Rank 0 waits to write for longer than a rank may be silent, and is not silent."""
    command, whole = long_sweep
    out = tmp_path / "r.db"

    def read(*_):
        with closing(sqlite3.connect(f"file:{out}?mode=ro", uri=True)) as db:
            cursor = db.execute("SELECT * FROM series")
            cursor.fetchone()
            time.sleep(3 * int(ENVIRONMENT["KUMIAI_LOST_AFTER"]))
            cursor.close()

    status, err = stopped(mpi(3, *command, "--out", out, options=["--enable-recovery"]), out, read, 1)
    assert status == 0 and "is lost" not in err and "another program is reading" in err, err
    assert content(out) == whole


def test_failed_runs_are_made_again_by_all(tmp_path):
    """In their places, also of a file that grows meanwhile."""
    files = [write_scenario(tmp_path / f"{name}.cfg", run=SMALL_RUN, contagion={**SMALL, "beta": beta})
             for name, beta in (("a", 0.1), ("b", 0.3))]
    whole, out = tmp_path / "w.db", tmp_path / "r.db"
    assert kumiai("run", *files, "--out", whole, "--reps", 14).returncode == 0
    assert kumiai("run", *files, "--out", out).returncode == 0
    failing(out, (2, 12, 24))
    status, _, err = run(mpi(3, "run", *files, "--out", out, "--reps", 14, "--retry-failed", "--quiet"))
    assert status == 0 and content(out) == content(whole), err


def test_killed_at_any_moment(long_sweep, tmp_path):
    """A rank, rank 0 or the whole mpirun, each on what the last one left; then the rest."""
    command, whole = long_sweep
    out, chance, left = tmp_path / "r.db", random.Random(7), []
    struck = []

    def kill(process, ranks):
        time.sleep(chance.random() / 10)
        with suppress(ProcessLookupError):  # it was faster
            os.kill(chance.choice([process.pid, *ranks.values()]), signal.SIGKILL)
            struck.append(process.pid)

    for count in range(KILLS):
        words = mpi(chance.choice([2, 3]), *command, "--out", out, "--resume")
        stopped(words, out, kill, LONG * count // (KILLS + 1))
        assert not out.exists() or sound(out)
        left.append(committed(out))
    assert left == sorted(left) and len(struck) > KILLS // 2
    print(len(struck), "kills")
    status, _, err = run(mpi(2, *command, "--out", out, "--resume"))
    assert status == 0, err
    assert content(out) == whole


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_to_mpirun(long_sweep, tmp_path, number):
    command, whole = long_sweep
    for attempt in range(5):  # the sweep may be done before the signal arrives
        out = tmp_path / f"{attempt}.db"
        status, _ = stopped(mpi(2, *command, "--out", out), out,
                            lambda process, _: process.send_signal(number), 1)
        if committed(out) < LONG:
            break
    assert status != 0 and sound(out) and 0 < committed(out) < LONG
    assert kumiai(*command, "--out", out, "--resume").returncode == 0
    assert content(out) == whole


# ---- two hosts ----

class Hosts:
    """Two hosts with a name and a network of their own, joined by a cable; mpirun
    reaches the second through a script in place of ssh."""

    def __init__(self, folder):
        self.names = [f"kumiai{os.getpid()}{which}" for which in "ab"]
        self.folder = folder

    def build(self):
        first, second = self.names
        for words in ([["netns", "add", name] for name in self.names] +
                      [["link", "add", "cable", "netns", first, "type", "veth", "peer", "name",
                        "cable", "netns", second]] +
                      [["-n", name, "addr", "add", f"10.77.0.{i + 1}/24", "dev", "cable"]
                       for i, name in enumerate(self.names)] +
                      [["-n", name, "link", "set", device, "up"]
                       for name in self.names for device in ("lo", "cable")]):
            subprocess.run(["ip", *words], check=True, capture_output=True)
        (self.folder / "hosts").write_text("".join(f"{name} slots=2\n" for name in self.names))
        agent = self.folder / "agent"
        agent.write_text("#!/bin/sh\n# HOST COMMAND...\nhost=$1; shift\nexec ip netns exec $host "
                         "unshare --uts sh -c \"hostname $host; $*\"\n")
        agent.chmod(0o755)
        subprocess.run([agent, second, "true"], check=True, capture_output=True)

    def mpi(self, *command, options=()):
        """The words of a command on two ranks of each host."""
        network = "10.77.0.0/24"
        words = [MPIRUN, "-n", "4", "--hostfile", self.folder / "hosts",
                 "--mca", "plm_rsh_agent", self.folder / "agent",
                 "--mca", "oob_tcp_if_include", network, "--mca", "btl_tcp_if_include", network,
                 *options, KUMIAI, *command]
        return [self.folder / "agent", self.names[0], "exec " + " ".join(map(str, words))]

    def processes(self, host):
        """Process ids of a host, 0 or 1."""
        told = subprocess.run(["ip", "netns", "pids", self.names[host]], check=False,
                              capture_output=True, text=True).stdout
        return [int(pid) for pid in told.split()]

    def ranks(self, *which):
        """Process ids of kumiai on the named hosts, or on both."""
        return [pid for host in which or (0, 1) for pid in self.processes(host)
                if name_of(pid) == "kumiai"]

    def clear(self):
        for host in (0, 1):
            for pid in self.processes(host):
                os.kill(pid, signal.SIGKILL)
            subprocess.run(["ip", "netns", "del", self.names[host]], check=False,
                           capture_output=True)


@pytest.fixture(name="hosts")
def fixture_hosts(tmp_path):
    hosts = Hosts(tmp_path)
    try:
        hosts.build()
    except (OSError, subprocess.CalledProcessError) as why:
        hosts.clear()
        pytest.skip(f"network namespaces are not permitted here: {why}")
    yield hosts
    hosts.clear()


def test_two_hosts(hosts, sweep, tmp_path):
    command, whole = sweep
    status, _, err = run(hosts.mpi(*command, "--out", tmp_path / "r.db"))
    assert status == 0, err
    assert content(tmp_path / "r.db") == whole


def test_a_lost_host(hosts, long_sweep, tmp_path):
    """Where Open MPI ends everything with the lost host, the rest is resumed."""
    command, whole = long_sweep
    out = tmp_path / "r.db"
    process = start(hosts.mpi(*command, "--out", out, options=["--enable-recovery"]))
    wait_for(lambda: process.poll() is not None or committed(out) > 0)
    for pid in hosts.processes(1):
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not hosts.ranks())
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert sound(out) and committed(out) > 0
    assert kumiai(*command, "--out", out, "--resume").returncode == 0
    assert content(out) == whole


def test_a_cut_cable(hosts, long_sweep, tmp_path):
    """The ranks on this side make all runs. mpirun itself waits for the other host for as long as
    its own settings say."""
    command, whole = long_sweep
    out = tmp_path / "r.db"
    process = start(hosts.mpi(*command, "--out", out, options=["--enable-recovery"]))
    wait_for(lambda: process.poll() is not None or committed(out) > 0)
    subprocess.run(["ip", "-n", hosts.names[0], "link", "set", "cable", "down"], check=True)
    assert process.poll() is None, "the sweep was over too soon"
    wait_for(lambda: not hosts.ranks(0))
    hosts.clear()
    process.communicate(timeout=PATIENCE)
    assert content(out) == whole
