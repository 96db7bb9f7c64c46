# SPDX-License-Identifier: GPL-3.0-or-later
"""What machines of many users do to a program: file systems without locks, quotas, signals of batch
systems, launchers of another MPI, processors of another kind."""

import errno
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from conftest import KUMIAI, content, kumiai, query, sound, write_scenario
from patience import PATIENCE

ROOT = Path(__file__).parents[2]
VERSION = kumiai("--version").stdout
RUN = {"steps": 20, "reps": 4, "seed": 11, "steps_per_year": 1}
SMALL = {"agents": 100, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.05}
unsanitized = pytest.mark.skipif("-fsanitize" in VERSION, reason="its library must be the first")


@pytest.fixture(name="quick")
def fixture_quick(scenario):
    """A scenario of some milliseconds."""
    return scenario("quick", run=RUN, contagion=SMALL)


@pytest.fixture(name="slow")
def fixture_slow(scenario):
    """A scenario of minutes, whose first runs are in the file after a moment."""
    return scenario("slow", run={**RUN, "steps": 300, "reps": 100000}, contagion=SMALL)


@pytest.fixture(name="sweep")
def fixture_sweep(quick, tmp_path):
    path = tmp_path / "s.cfg"
    path.write_text(f"""scenario = "{quick.name}"; sweep = {{ design = "lhs"; points = 3; reps = 2;
        factors = ( {{ parameter = "contagion.beta"; min = 0.0; max = 0.3; }} ); }};\n""")
    return path


def start(*arguments, **options):
    return subprocess.Popen([KUMIAI, *map(str, arguments)], stdin=subprocess.DEVNULL, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def wait_for(what, process):
    end = time.monotonic() + PATIENCE
    while not what() and process.poll() is None:
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def runs_in(out):
    try:
        return len(query(out, "SELECT 1 FROM run"))
    except Exception:  # pylint: disable=broad-except # not there yet, or a journal is
        return 0


# ---- file systems ----

@pytest.fixture(name="file_system", scope="module")
def fixture_file_system(tmp_path_factory):
    """file_system(HOW): the environment of a program on such a file system."""
    library = tmp_path_factory.mktemp("preload") / "locks.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library,
                    Path(__file__).with_name("preload_locks.c"), "-ldl"], check=True)
    return lambda how: {**os.environ, "LD_PRELOAD": str(library), "LOCKS_FAIL": str(how)}


def commands(quick, sweep, folder):
    """Every command that opens a results file, with what it may write."""
    policy = folder / "policy.cfg"
    policy.write_text("contagion = { beta = 0.3; };\n")
    old = folder / "old.db"
    assert kumiai("run", quick, "--out", old, "--detail", "full").returncode == 0
    part = folder / "part.db"
    assert kumiai("sweep", sweep, "--out", part).returncode == 0
    new = ["--out", folder / "new.db"]
    until = [quick, write_scenario(folder / "wild.cfg", run=RUN, contagion={**SMALL, "beta": 0.2})]
    return [["run", quick, *new], ["run", quick, "--out", old, "--force"],
            ["run", quick, "--out", old, "--resume"],
            ["run", *until, *new, "--until", "infected_final:50%"],
            ["run", *until, "--out", old, "--resume", "--until", "infected_final:50%"],
            ["sweep", sweep, *new], ["sweep", sweep, "--out", part, "--resume"],
            ["fork", quick, policy, "--at", 2010, *new],
            ["merge", folder / "new.db", part], ["merge", "--force", old, part],
            ["verify", old], ["verify", old, "--rerun", 1]]


@unsanitized
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EACCES,
                                    errno.EINVAL, errno.EIO])
def test_a_file_system_without_locks_is_named(file_system, quick, sweep, tmp_path, number):
    asked = commands(quick, sweep, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for command in asked:
        begun = time.monotonic()
        result = kumiai(*command, env=file_system(number))
        assert result.returncode == 2 and result.stdout == "", command
        assert result.stderr.count("\n") == 1 and str(tmp_path) in result.stderr
        for words in ("does not support locks", os.strerror(number), "local disk", "/tmp/"):
            assert words in result.stderr, command
        assert time.monotonic() - begun < 25, "nobody else is waited for"
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before, command


@unsanitized
@pytest.mark.parametrize("number", [errno.ENOSYS])
def test_scripts_name_it_too(file_system, quick, tmp_path, number):
    assert kumiai("run", quick, "--out", tmp_path / "r.db").returncode == 0
    result = subprocess.run(["/usr/bin/python3", ROOT / "scripts" / "compare.py", tmp_path / "r.db"],
                            env=file_system(number), check=False, capture_output=True, text=True)
    assert result.returncode == 2 and result.stdout == ""
    for words in (str(tmp_path), "does not support locks", os.strerror(number), "local disk"):
        assert words in result.stderr


@unsanitized
def test_locks_of_nfs_do_not_meet_each_other(file_system, quick, sweep, tmp_path):
    for command in commands(quick, sweep, tmp_path)[:2]:
        result = kumiai(*command, env=file_system("nfs"))
        assert result.returncode == 0, result.stderr
    assert content(tmp_path / "new.db") == content(tmp_path / "old.db")
    assert not list(tmp_path.glob("*.lock"))


@unsanitized
def test_a_second_writer_on_nfs_is_refused(file_system, slow, tmp_path):
    out = tmp_path / "r.db"
    process = start("run", slow, "--out", out, "--quiet", env=file_system("nfs"))
    wait_for(lambda: runs_in(out), process)
    result = kumiai("run", slow, "--out", out, "--resume", env=file_system("nfs"))
    process.terminate()
    process.communicate(timeout=PATIENCE)
    assert result.returncode == 2 and f"another run is writing the results file {out}" in result.stderr


def test_a_locked_file_has_a_sentence_of_its_own(quick, tmp_path):
    """Of a program that keeps it locked, and of one that reads it."""
    out = tmp_path / "r.db"
    assert kumiai("run", quick, "--out", out).returncode == 0
    holder = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('BEGIN EXCLUSIVE'); " \
             "print(flush=True); input()"
    with subprocess.Popen(["/usr/bin/python3", "-c", holder, out], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        result = kumiai("run", quick, "--out", out, "--resume")
        other.communicate(b"\n")
    assert result.returncode == 2 and "another program keeps it locked" in result.stderr
    assert "does not support locks" not in result.stderr


def test_two_that_begin_one_file(quick, tmp_path):
    """One does, and the other leaves it alone."""
    assert kumiai("run", quick, "--out", tmp_path / "whole.db", "--reps", 200).returncode == 0
    whole = content(tmp_path / "whole.db")
    chance = random.Random(3)
    for number in range(8):
        out, both = tmp_path / f"{number}.db", []
        for _ in range(2):
            both.append(start("run", quick, "--out", out, "--reps", 200, "--quiet"))
            time.sleep(0.02 * chance.random())
        told = [process.communicate(timeout=PATIENCE)[1] for process in both]
        assert sorted(process.returncode for process in both) == [0, 2], told
        assert content(out) == whole
    assert not list(tmp_path.glob("*.lock"))


def test_what_lies_beside_a_file(quick, tmp_path):
    """A lock file that a killed process left is nobody's; one with contents is the user's."""
    for text in ("", "mine\n"):
        lock = tmp_path / "r.db.lock"
        lock.write_text(text)
        assert kumiai("run", quick, "--out", tmp_path / "r.db", "--force").returncode == 0
        assert lock.exists() == bool(text)
    (tmp_path / "x.db.lock").mkdir()
    result = kumiai("run", quick, "--out", tmp_path / "x.db")
    assert result.returncode == 2 and "x.db.lock: Is a directory" in result.stderr


# ---- signals ----

@pytest.mark.parametrize("number, times", [(signal.SIGHUP, 2), (signal.SIGUSR1, 1),
                                           (signal.SIGXCPU, 3), (signal.SIGTERM, 1)])
def test_signals_of_batch_systems_end_it_well(slow, tmp_path, number, times):
    out = tmp_path / "r.db"
    process = start("run", slow, "--out", out, "--quiet")
    wait_for(lambda: runs_in(out), process)
    for _ in range(times):  # the kernel repeats SIGXCPU, a terminal SIGHUP
        process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "--resume continues" in err
    done = runs_in(out)
    assert done > 0 and sound(out) and not (tmp_path / "r.db.lock").exists()
    process = start("run", slow, "--out", out, "--quiet", "--resume")
    wait_for(lambda: runs_in(out) > done, process)
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and sound(out)
    assert query(out, "SELECT count(*) FROM run") == query(out, "SELECT max(rep) + 1 FROM run")


def test_a_limit_of_processor_time(slow, tmp_path):
    out = tmp_path / "r.db"
    result = kumiai("run", slow, "--out", out, "--quiet", "--threads", 1,
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 20)))
    assert result.returncode == 130 and "--resume continues" in result.stderr
    assert runs_in(out) > 0


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1])
def test_what_is_ignored_stays_ignored(slow, tmp_path, number):
    """As nohup has it."""
    out = tmp_path / "r.db"
    process = start("run", slow, "--out", out, "--quiet", "--reps", 300,
                    preexec_fn=lambda: signal.signal(number, signal.SIG_IGN))
    wait_for(out.exists, process)
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and runs_in(out) == 300


# ---- launchers ----

@pytest.mark.parametrize("variables", [
    {"PMI_SIZE": "2", "PMI_RANK": "0"}, {"PMI_SIZE": "2", "PMI_RANK": "1"},
    {"MV2_COMM_WORLD_SIZE": "4"}, {"PMIX_RANK": "0", "SLURM_STEP_NUM_TASKS": "2", "SLURM_NTASKS": "8"},
    {"OMPI_COMM_WORLD_SIZE": "2"}], ids=lambda v: "+".join(v))
def test_one_of_many_that_it_cannot_join(quick, sweep, tmp_path, variables):
    """Each would write the same file."""
    new, before = tmp_path / "new.db", sorted(tmp_path.iterdir())
    asked = [["run", quick, "--out", new], ["sweep", sweep, "--out", new], ["merge", new, quick],
             ["fork", quick, quick, "--at", 2010, "--out", new]]
    several = "OMPI_COMM_WORLD_SIZE" in variables  # of all, MPI takes seconds to begin
    for command in asked if several else asked[:1]:
        result = kumiai(*command, env={**os.environ, **variables})
        assert result.returncode == 2 and result.stdout == "", result.stderr
        assert result.stderr.count("kumiai: ") == 1
        size = 4 if "MV2_COMM_WORLD_SIZE" in variables else 2
        assert re.search(rf"as one of {size} processes \(\w+_(SIZE|TASKS)\)", result.stderr)
        assert ("built without MPI" if "not in this build" in VERSION else "another MPI") in result.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_it_says_its_version_all_the_same():
    assert kumiai("--version", env={**os.environ, "PMI_SIZE": "2"}).stdout == VERSION


@pytest.mark.parametrize("variables", [{"PMI_SIZE": "1", "PMI_RANK": "0"}, {"SLURM_NTASKS": "8"},
                                       {"PMI_SIZE": "many"}], ids=lambda v: "+".join(v))
def test_one_that_is_alone(quick, tmp_path, variables):
    result = kumiai("run", quick, "--out", tmp_path / "r.db", env={**os.environ, **variables})
    assert result.returncode == 0, result.stderr


# ---- processors ----

def most_threads(scenario, out, *options, variables=(), **more):
    """Threads of a run, which is ended."""
    out.unlink(missing_ok=True)
    process = start("run", scenario, "--out", out, *options, **more,
                    env={**os.environ, **dict(variables)})
    seen = []

    def look():
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        seen.append(int(re.search(r"Threads:\s+(\d+)", status)[1]))
        return out.exists() and runs_in(out) > 0

    wait_for(look, process)
    process.terminate()
    _, err = process.communicate(timeout=PATIENCE)
    return max(seen), err


PROCESSORS = len(os.sched_getaffinity(0))


@unsanitized
@pytest.mark.parametrize("variables, threads", [
    ({"OMP_NUM_THREADS": "1"}, 1), ({"OMP_NUM_THREADS": "1,4"}, 1), ({"SLURM_CPUS_PER_TASK": "1"}, 1),
    ({"OMP_NUM_THREADS": str(PROCESSORS + 3)}, PROCESSORS), ({"SLURM_CPUS_PER_TASK": "0"}, PROCESSORS)])
def test_threads_that_were_asked_for_elsewhere(slow, tmp_path, variables, threads):
    assert most_threads(slow, tmp_path / "r.db", variables=variables)[0] == threads
    assert most_threads(slow, tmp_path / "r.db", "--threads", 3, variables=variables)[0] == 3


@pytest.fixture(name="quota")
def fixture_quota():
    """A control group of one and a half processors."""
    second = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    group = Path("/sys/fs/cgroup") / ("" if second else "cpu") / f"kumiai-test-{os.getpid()}"
    try:
        group.mkdir()
        if second:
            (group / "cpu.max").write_text("150000 100000")
        else:
            (group / "cpu.cfs_quota_us").write_text("150000")
    except OSError as why:
        if group.exists():
            group.rmdir()
        pytest.skip(f"control groups are not permitted here: {why}")
    yield group
    end = time.monotonic() + 5
    while (group / "cgroup.procs").read_text() and time.monotonic() < end:
        time.sleep(0.01)
    group.rmdir()


@unsanitized
def test_a_quota_bounds_the_threads(quota, slow, tmp_path):
    def enter():
        (quota / "cgroup.procs").write_text(str(os.getpid()))
    threads, err = most_threads(slow, tmp_path / "r.db", preexec_fn=enter)
    assert threads == min(2, PROCESSORS) and "note" not in err
    threads, err = most_threads(slow, tmp_path / "r.db", "--threads", 3, preexec_fn=enter)
    assert threads == 3 and "note: 3 threads share 2 processors: the control group" in err
    assert "note" not in most_threads(slow, tmp_path / "r.db", "--threads", 3, "--quiet",
                                      preexec_fn=enter)[1]


def test_a_limit_of_openmp_is_told(quick, tmp_path):
    result = kumiai("run", quick, "--out", tmp_path / "r.db", "--threads", 2,
                    env={**os.environ, "OMP_THREAD_LIMIT": "1"})
    assert result.returncode == 0 and "note: OMP_THREAD_LIMIT allows 1 of the 2 threads" in result.stderr


QEMU = shutil.which("qemu-x86_64") or shutil.which("qemu-x86_64-static")


@unsanitized
@pytest.mark.skipif(not QEMU, reason="there is no qemu-x86_64 (Debian: qemu-user)")
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="a program for x86-64 alone")
@pytest.mark.parametrize("processor", ["Nehalem", "qemu64"])
def test_a_processor_of_another_kind(processor):
    result = subprocess.run([QEMU, "-cpu", processor, KUMIAI, "--version"], check=False, timeout=PATIENCE,
                            capture_output=True, text=True)
    here = set(re.search(r"^flags\s*:(.*)", Path("/proc/cpuinfo").read_text(), re.M)[1].split())
    if "-march=native" in VERSION and "avx2" in here:
        assert result.returncode == 1 and result.stdout == ""
        assert re.search(r"kumiai: this program was built for a processor with \w+.*, which this one "
                         r"lacks; build it without -DKUMIAI_NATIVE=ON\n", result.stderr)
    else:
        name = re.compile("^processor: .*$", re.M)
        assert result.returncode == 0 and name.sub("", result.stdout) == name.sub("", VERSION)
