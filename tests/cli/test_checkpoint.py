# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai run --checkpoint-every`: a run that was stopped, in any way and at any moment, ends in the
same contents as one that was not."""

import random
import resource
import shutil
import signal
import subprocess
import time

import pytest

from conftest import KUMIAI, content, kumiai, query, strike
from patience import PATIENCE

SMALL = {"agents": 4000, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.05}
# The newest checkpoint of a run can only be one of these: at four steps a year every second one.
EVERY = ["--checkpoint-every", "0.5"]


def ok(*arguments):
    """Runs a command that must succeed."""
    result = kumiai(*arguments)
    assert result.returncode == 0, result.stderr
    return result


@pytest.fixture
def walks(scenario):
    """A policy and its baseline, some steps long, in few replicates."""
    run = {"start_year": 2000, "steps_per_year": 4, "steps": 160, "reps": 3, "seed": 11}
    scenario("calm", run=run, contagion=SMALL)
    dated = scenario("dated", run=run, contagion=SMALL)
    with dated.open("a", encoding="utf-8") as file:
        file.write('interventions = ( { at = 2010.0; set = "contagion.beta"; value = 0.3; },\n'
                   '  { at = 2030.5; set = "contagion.gamma"; value = 0.2; } );\n')
    return [dated.with_name("calm.cfg"), dated]


def folder_of(out):
    """Where the checkpoints of a results file lie."""
    return out.with_name(out.name + ".checkpoints")


def checkpoints(out):
    """Names of the checkpoints beside a results file."""
    return sorted(path.name for path in folder_of(out).glob("*.checkpoint"))


def stop_at(command, out, wanted=1, how=signal.SIGKILL, patience=PATIENCE):
    """Starts the command and stops it when so many checkpoints are there; its exit status."""
    process = subprocess.Popen([KUMIAI, *map(str, command)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + patience
    while process.poll() is None and len(checkpoints(out)) < wanted and time.monotonic() < end:
        time.sleep(0.001)
    process.send_signal(how)
    process.communicate(timeout=PATIENCE)
    return process.returncode


# ---- what nothing depends on ----

@pytest.mark.parametrize("threads", [1, 2, 3])
def test_checkpoints_change_no_result_and_are_gone_at_the_end(walks, tmp_path, threads):
    plain, out = tmp_path / "plain.db", tmp_path / "r.db"
    ok("run", *walks, "--out", plain, "--threads", 1, "--detail", "full")
    ok("run", *walks, "--out", out, "--threads", threads, "--detail", "full",
       "--checkpoint-every", 25)
    assert content(out) == content(plain)
    assert not folder_of(out).exists()


def test_kill_and_resume_a_dozen_times(walks, tmp_path):
    """Twelve kills at moments that are not chosen, the threads changing; some hit the writing of a
    checkpoint, some the time between two."""
    plain, out = tmp_path / "plain.db", tmp_path / "r.db"
    command = ["run", *walks, "--detail", "full"]
    ok(*command, "--out", plain)
    chance = random.Random(5)
    command += ["--out", out, *EVERY, "--resume"]
    begun = time.monotonic()
    ok("check", *walks)
    start_up = time.monotonic() - begun
    kills, resumed = 0, 0
    while kills < 12:
        process = subprocess.Popen([KUMIAI, *map(str, command), "--threads", str(1 + kills % 3)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        strike(process, start_up * chance.uniform(0, 2), (lambda: checkpoints(out)) if kills % 3 else None)
        assert process.returncode in (0, -signal.SIGKILL)
        kills += 1
        resumed += bool(checkpoints(out))
    ok(*command)
    assert resumed > 0
    assert content(out) == content(plain)
    assert not folder_of(out).exists()


@pytest.mark.parametrize("model", ["cooperation", "none"])
def test_kill_and_resume_of_the_other_models(model, scenario, tmp_path, request):
    file, short = scenario("walk", model="none", run={"steps": 200, "seed": 3},
                           none={"agents": 50000}), ["--reps", 2]
    if model == "cooperation":
        file = request.config.rootpath / "scenarios" / "jica_half_from_2020.cfg"
        short += ["--set", "run.years=30"]
    plain, out = tmp_path / "plain.db", tmp_path / "r.db"
    ok("run", file, *short, "--detail", "choices", "--out", plain)
    command = ["run", file, *short, "--detail", "choices", "--out", out, "--checkpoint-every", 1]
    assert stop_at([*command, "--threads", 1], out) == -signal.SIGKILL
    assert checkpoints(out)
    ok(*command, "--resume", "--threads", 2)
    assert content(out) == content(plain)


def test_resume_begins_where_the_checkpoint_is(walks, tmp_path):
    """Not from the start: a checkpoint of another run under this run's name is noticed at once."""
    out = tmp_path / "r.db"
    command = ["run", *walks, "--out", out, *EVERY, "--threads", 1]
    assert stop_at(command, out) == -signal.SIGKILL
    (name,) = checkpoints(out)
    number = int(name.removeprefix("run-").removesuffix(".checkpoint"))
    shutil.move(folder_of(out) / name, folder_of(out) / f"run-{number + 1}.checkpoint")
    result = kumiai(*command, "--resume")
    assert result.returncode == 2
    assert f"run-{number + 1}.checkpoint is of replicate" in result.stderr \
        or "is of configuration" in result.stderr
    assert "without this file the run begins at its start" in result.stderr
    out.unlink()
    assert kumiai(*command, "--resume").returncode == 2
    assert not out.exists(), "nothing was run or written"


def test_interrupted_runs_save_what_they_have(walks, tmp_path):
    """Ctrl-C: the state of that moment, not of the last due date."""
    plain, out = tmp_path / "plain.db", tmp_path / "r.db"
    ok("run", *walks, "--out", plain)
    command = ["run", *walks, "--out", out, "--threads", 2, "--force", "--checkpoint-every"]
    for wait in 5 * (0.02, 0.01, 0.04, 0.005, 0.08, 0.0):  # too early no run has begun, too late none is left
        process = subprocess.Popen([KUMIAI, *map(str, command), "1000"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        while not out.exists() and process.poll() is None:
            time.sleep(0.001)
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        stderr = process.communicate(timeout=PATIENCE)[1]
        if checkpoints(out):
            break
        out.unlink(missing_ok=True)
    assert process.returncode == 130
    assert "--resume continues" in stderr
    assert checkpoints(out)
    ok("run", *walks, "--out", out, "--resume")  # reads checkpoints also when it writes none
    assert content(out) == content(plain)
    assert not folder_of(out).exists()


# ---- what is refused, left alone, cleared away ----

@pytest.fixture
def stopped(walks, tmp_path):
    """A batch that was killed: its command, its results file and its one checkpoint. To resume
    needs no further checkpoints, and each would wait for the disk."""
    out = tmp_path / "r.db"
    command = ["run", *walks, "--out", out, "--threads", 1]
    assert stop_at([*command, *EVERY], out) == -signal.SIGKILL
    return command, out, folder_of(out) / checkpoints(out)[0]


def truncate(data):
    return data[:len(data) // 2]


def flip(data):
    return data[:len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1:]


@pytest.mark.parametrize("damage, about", [
    (truncate, "is truncated"), (flip, "is corrupt"), (lambda data: b"", "is not a checkpoint"),
    (lambda data: b"SQLite format 3" + data, "is not a checkpoint")])
def test_a_damaged_checkpoint_is_refused_before_anything_is_computed(stopped, damage, about):
    command, out, checkpoint = stopped
    sound, before = checkpoint.read_bytes(), out.read_bytes()
    checkpoint.write_bytes(damage(sound))
    result = kumiai(*command, "--resume")
    assert result.returncode == 2
    assert f"checkpoint {checkpoint} {about}" in result.stderr
    assert result.stderr.count("\n") == 1
    assert out.read_bytes() == before
    checkpoint.unlink()
    ok(*command, "--resume")


def test_checkpoints_of_an_earlier_batch_are_not_used(stopped, walks, tmp_path):
    command, out, _ = stopped
    plain = tmp_path / "plain.db"
    ok("run", *walks, "--out", plain, "--seed", 12)
    ok(*command, "--seed", 12, "--force")
    assert content(out) == content(plain)
    assert not folder_of(out).exists()


def test_other_files_in_the_folder_stay(stopped):
    command, out, checkpoint = stopped
    note = checkpoint.with_name("note.txt")
    note.write_text("mine", encoding="utf-8")
    ok(*command, "--resume")
    assert [path.name for path in folder_of(out).iterdir()] == ["note.txt"]


def test_a_folder_that_cannot_be_made_ends_it_with_a_sentence(walks, tmp_path):
    out = tmp_path / "r.db"
    folder_of(out).write_text("in the way", encoding="utf-8")
    result = kumiai("run", *walks, "--out", out, "--checkpoint-every", 1)
    assert result.returncode == 1
    assert f"checkpoint {folder_of(out)}/run-" in result.stderr
    folder_of(out).unlink()
    ok("run", *walks, "--out", out, "--resume")


def test_a_full_disk_ends_it_with_a_sentence_and_resumes(scenario, tmp_path):
    """The disk takes the results, which are small, and not a checkpoint, which is large."""
    walks = [scenario("large", run={"steps": 160, "steps_per_year": 4, "reps": 2},
                      contagion=SMALL | {"agents": 30000})]

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    plain, out = tmp_path / "plain.db", tmp_path / "r.db"
    ok("run", *walks, "--out", plain)
    command = ["run", *walks, "--out", out]
    result = kumiai(*command, *EVERY, preexec_fn=limit)
    assert result.returncode == 1
    assert "checkpoint" in result.stderr and "cannot be written: File too large" in result.stderr
    assert query(out, "SELECT count(*) FROM run WHERE status = 'failed'") == [(0,)]
    ok(*command, "--resume")
    assert content(out) == content(plain)


@pytest.mark.parametrize("value", ["0", "-1", "often", "nan", "", "inf"])
def test_years_that_are_none(walks, tmp_path, value):
    result = kumiai("run", *walks, "--out", tmp_path / "r.db", f"--checkpoint-every={value}")
    assert result.returncode == 2
    assert f"--checkpoint-every: '{value}' is not a number of years" in result.stderr
    assert not (tmp_path / "r.db").exists()
