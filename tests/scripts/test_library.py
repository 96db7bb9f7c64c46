# SPDX-License-Identifier: GPL-3.0-or-later
"""Models outside of this tree: scripts/new_model --out-of-tree makes one, the installed library
builds it, by CMake, by pkg-config and from C++, and its program has all commands."""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
BUILD = Path(os.environ["KUMIAI"]).resolve().parent
SMALL = ("--set", "drift.agents=3000", "--set", "run.steps=20")


def call(*words, code=0, **options):
    """A command to its end; what it printed. `code` is the exit status that it must have."""
    done = subprocess.run(list(map(str, words)), check=False, capture_output=True, text=True, timeout=300,
                          stdin=subprocess.DEVNULL, **options)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def flags(prefix, *what):
    """What pkg-config says of the library."""
    path = {"PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}
    return call("pkg-config", *what, "kumiai", env=os.environ | path).split()


def rows(path, sql):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


@pytest.fixture(name="prefix", scope="module")
def _prefix(tmp_path_factory):
    """The library alone, moved from where it was installed."""
    folder = tmp_path_factory.mktemp("library")
    call("cmake", "--install", BUILD, "--prefix", folder / "first", "--component", "library")
    (folder / "first").rename(folder / "prefix")
    return folder / "prefix"


@pytest.fixture(name="model", scope="module")
def _model(prefix, tmp_path_factory):
    """A model that was just begun, by the installed command."""
    folder = tmp_path_factory.mktemp("outside")
    call(prefix / "bin/kumiai-new-model", folder.name, "drift", cwd=folder.parent)
    return folder / "drift"


def test_the_installed_command_makes_what_the_script_makes(prefix, model, tmp_path):
    call(ROOT / "scripts/new_model", "--out-of-tree", tmp_path.name, "drift", cwd=tmp_path.parent)
    names = sorted(path.name for path in model.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "drift").iterdir()) and "drift.c" in names
    for name in {*names} - {"drift"}:  # the program, which a test may have built
        assert (model / name).read_text() == (tmp_path / "drift" / name).read_text()
    (tmp_path / "here").mkdir()
    call(prefix / "bin/kumiai-new-model", "walk", cwd=tmp_path / "here")
    assert (tmp_path / "here/walk/walk.c").is_file()
    for words, about in ((("Walk",), "is no name for a model"), ((), "give one name"), (("--out", "x"), "unknown option --out"),
                         (("walk",), "is there already")):
        said = call(prefix / "bin/kumiai-new-model", *words, cwd=tmp_path / "here", code=2)
        assert said.startswith("kumiai-new-model: ") and about in said


def test_the_library_has_no_code_that_every_link_compiles_again(tmp_path):
    """Which takes half a minute: installed is what the linker need not look into, whatever the build made."""
    (tmp_path / "f.c").write_text("int f(void);\nint f(void) { return 1; }\n")
    call("gcc", "-O2", "-flto", "-ffat-lto-objects", "-c", "f.c", cwd=tmp_path)
    shutil.copy(BUILD / "libkumiai.a", tmp_path)
    call("ar", "r", "libkumiai.a", "f.o", cwd=tmp_path)
    assert ".gnu.lto_" in call("readelf", "--wide", "--section-headers", tmp_path / "f.o")
    script = (BUILD / "scripts/package/library/cmake_install.cmake").read_text()
    assert str(BUILD / "libkumiai.a") in script
    (tmp_path / "install.cmake").write_text(script.replace(str(BUILD / "libkumiai.a"), str(tmp_path / "libkumiai.a")))
    call("cmake", f"-DCMAKE_INSTALL_PREFIX={tmp_path}/prefix", "-DCMAKE_INSTALL_COMPONENT=library", "-P", tmp_path / "install.cmake")
    sections = call("readelf", "--wide", "--section-headers", tmp_path / "prefix/lib/libkumiai.a")
    assert "f.o" in sections and ".gnu.lto_" not in sections


MISTAKES = {  # what an author forgets or computes wrong, in the hook walk_decide or a table: what is told, and where
    "no end of the parameters": ("    SIM_PARAM_END};", "};", "row 2 of its parameters is none; does the table end"),
    "no end of the state": ("    SIM_STATE_END};", "};", "row 2 of its state is none; does the table end"),
    "a column without a row": ('    SIM_STATE_COLUMN(state_t, agent, place, "places", "Where an agent stands on the line."),\n', "",
                               "bytes 8 to 15 of its state, behind agent, have no row in the table"),
    "a chance that is none": ("params->right) ?", "params->right + 2) ?", "sim_rng_chance() got a probability of 2.5"),
    "a wild address": ("    (void)block;", "    block[(volatile char *)16] = 1;", "memory that belongs to nobody was read or written, at 0x10, in phase walk of model drift, step 0; "),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_author_is_told(prefix, model, tmp_path, mistake):
    right, wrong, told = MISTAKES[mistake]
    text = (model / "drift.c").read_text(encoding="utf-8")
    assert text.count(right) == 1
    (tmp_path / "drift.c").write_text(text.replace(right, wrong), encoding="utf-8")
    call("cc", "-O2", "-w", model / "main.c", "drift.c", *flags(prefix, "--cflags", "--libs"), "-o", "drift", cwd=tmp_path)
    done = subprocess.run([tmp_path / "drift", "run", model / "drift.cfg", *SMALL, "--set=drift.right=0.5", "--out", "r.db", "--quiet"],
                          cwd=tmp_path, check=False, capture_output=True, text=True, timeout=100)
    assert done.returncode != 0 and told in done.stderr, done.stderr


# Around the page's example of those who die: some die in a commit before their event comes, and ids lead to rows.
LIVES = """
typedef struct { int64_t births; } params_t;
static const sim_param_t params[] = {
    SIM_PARAM_ROW_INT(params_t, births, "lives.births", 30, 1, 1000, "agents/step", "Births.", A, "-"), SIM_PARAM_END};
enum { LIFE = SIM_RNG_PURPOSE_MODEL };
static int live(sim_world_t *world) {
    state_t *state = world->state;
    int rc = SIM_OK;
    for (uint32_t agent = state->agent.count; agent-- > 0 && !rc;)
        if ((state->life_of[agent] + (uint32_t)world->clock.step) % 7 == 0)
            rc = remove_agent(world, agent);
    for (uint32_t k = 0; k < ((const params_t *)world->params)->births && !rc; k++) {
        sim_rng_draw_t draw = sim_world_draw(world, LIFE, k, 0);
        rc = be_born(world, sim_schedule_time(&world->clock, world->clock.step + 1) + 3 * sim_rng_exponential(&draw));
    }
    return rc;
}
static int verify(const sim_world_t *world) {
    const state_t *state = world->state;
    uint32_t alive = 0;
    for (uint32_t life = 0; life < state->life.count; life++)
        if (state->row_of[life] != NOBODY && (++alive, state->life_of[state->row_of[life]] != life))
            return SIM_ERR_VERIFY;
    return alive == state->agent.count ? SIM_OK : SIM_ERR_VERIFY;
}
static int observe(sim_world_t *world, double *metric) {
    const state_t *state = world->state;
    metric[0] = state->agent.count, metric[1] = state->life.count;
    return SIM_OK;
}
static const sim_metric_t metrics[] = {{"alive", "agents", "A."}, {"ever", "agents", "E."}, {.name = NULL}};
static const sim_reducer_t reducers[] = {{.name = NULL}};
static const char *const purposes[] = {"life", NULL};
static const sim_phase_t phases[] = {{"die", "D.", .event = die, .queue = offsetof(state_t, deaths)},
                                     {"live", "L.", .commit = live}, {.name = NULL}};
extern const sim_model_t sim_model_drift;
const sim_model_t sim_model_drift = {
    .name = "lives", .title = "L", .doc = "L.", .params = params, .params_size = sizeof(params_t), .state = state_table,
    .state_size = sizeof(state_t), .metrics = metrics, .n_metrics = 2, .reducers = reducers, .purposes = purposes,
    .phases = phases, .observe = observe, .verify = verify};
"""


def lives(prefix, model, folder, example):
    """The model, built and run with every check."""
    (folder / "lives.c").write_text(example + LIVES, encoding="utf-8")
    call("cc", "-O2", "-Wall", "-Wextra", "-Werror", model / "main.c", "lives.c", *flags(prefix, "--cflags", "--libs"), "-o", "lives", cwd=folder)
    (folder / "lives.cfg").write_text('model = "lives"; run = { steps = 40; steps_per_year = 4; reps = 1; };\n', encoding="utf-8")
    return subprocess.run([folder / "lives", "run", "lives.cfg", "--paranoid", "--detail", "series", "--out", "r.db", "--quiet"],
                          cwd=folder, check=False, capture_output=True, text=True, timeout=100)


def test_ids_of_those_who_die_lead_to_their_rows(prefix, model, tmp_path):
    page = (ROOT / "models/README.md").read_text(encoding="utf-8")
    [example] = [block for block in re.findall(r"^```c\n(.*?)^```", page, re.DOTALL | re.MULTILINE) if "row_of" in block]
    done = lives(prefix, model, tmp_path, example)
    assert done.returncode == 0, done.stderr
    [(alive, ever)] = rows(tmp_path / "r.db", "SELECT alive, ever FROM series ORDER BY step DESC LIMIT 1")
    assert ever == 40 * 30 and 30 < alive < 500
    line = "    state->row_of[state->life_of[last]] = agent; /* takes its number */\n"
    (tmp_path / "wrong").mkdir()
    done = lives(prefix, model, tmp_path / "wrong", example.replace(line, "    (void)last;\n"))
    assert done.returncode != 0 and "an invariant does not hold" in done.stderr, done.stderr


@pytest.fixture(name="program", scope="module")
def _program(prefix, model):
    """Its program, built as the README of the model says."""
    call("cc", "-O2", "-Wall", "-Wextra", "-Werror", "main.c", "drift.c", *flags(prefix, "--cflags", "--libs"), "-o",
         "drift", cwd=model)
    return model / "drift"


def test_the_model_builds_with_cmake_and_passes_its_test(prefix, model, tmp_path):
    call("cmake", "-S", model, "-B", tmp_path, f"-DCMAKE_PREFIX_PATH={prefix}")
    call("cmake", "--build", tmp_path)
    assert "100% tests passed" in call("ctest", "--test-dir", tmp_path, "--output-on-failure")


def test_the_program_has_its_model_and_no_other(program):
    assert "drift  A walk on the line" in call(program, "describe")
    assert "drift.right" in call(program, "describe", "drift")
    assert "there is no model 'contagion'" in call(program, "describe", "contagion", code=2)
    assert 'no model "contagion"' in call(program, "bench", "--quick", code=2)


def test_every_command_runs(program, model, tmp_path):
    scenario = model / "drift.cfg"
    assert call(program, "check", scenario) == f"{scenario}: ok\n"
    call(program, "run", scenario, *SMALL, "--paranoid", "--detail", "full", "--out", tmp_path / "r.db")
    call(program, "verify", tmp_path / "r.db", "--rerun", "2")
    sweep = tmp_path / "sweep.cfg"
    sweep.write_text(f'scenario = "{scenario}";\nsweep = {{ design = "lhs"; points = 4; reps = 2; '
                     'factors = ( { parameter = "drift.right"; min = 0.4; max = 0.6; } ); };\n', encoding="utf-8")
    call(program, "sweep", sweep, *SMALL, "--out", tmp_path / "whole.db")
    for shard in (1, 2):
        call(program, "sweep", sweep, *SMALL, "--shard", f"{shard}/2", "--out", tmp_path / f"{shard}.db")
    call(program, "merge", tmp_path / "merged.db", tmp_path / "1.db", tmp_path / "2.db")
    digests = "SELECT run_id, state_digest FROM run ORDER BY run_id"
    assert rows(tmp_path / "merged.db", digests) == rows(tmp_path / "whole.db", digests) != []


def test_a_program_gives_the_bits_of_the_built_in_model(program, model, tmp_path):
    """The template is models/none under another name."""
    call(program, "run", model / "drift.cfg", *SMALL, "--out", tmp_path / "own.db")
    call(os.environ["KUMIAI"], "run", ROOT / "scenarios/none.cfg", "--set", "none.agents=3000", "--set", "run.steps=20",
         "--out", tmp_path / "none.db")
    means = "SELECT place_mean_final FROM summary ORDER BY run_id"
    assert rows(tmp_path / "own.db", means) == rows(tmp_path / "none.db", means)


def test_programs_that_differ_do_not_share_a_file(prefix, program, model, tmp_path):
    """One that is copied continues the other's file; one whose model was changed does not."""
    command = ["run", model / "drift.cfg", *SMALL, "--out", tmp_path / "r.db"]
    call(program, *command)
    shutil.copy(program, tmp_path / "copy")
    call(tmp_path / "copy", *command, "--resume")
    text = (model / "drift.c").read_text(encoding="utf-8")
    (tmp_path / "drift.c").write_text(text.replace("? 1 : -1", "? 2 : -1"), encoding="utf-8")
    assert text != (tmp_path / "drift.c").read_text(encoding="utf-8")
    call("cc", "-O2", model / "main.c", "drift.c", *flags(prefix, "--cflags", "--libs"), "-o", "other", cwd=tmp_path)
    assert "it was computed with sources" in call(tmp_path / "other", *command, "--resume", code=2)


def test_a_model_in_a_shared_library_counts(prefix, model, tmp_path):
    """The program is the same; the library that holds the model is not."""
    compile_flags, libraries = flags(prefix, "--cflags"), flags(prefix, "--libs")
    text = (model / "drift.c").read_text(encoding="utf-8")
    (tmp_path / "drift.c").write_text(text, encoding="utf-8")
    library = ["cc", "-O2", "-shared", "-fPIC", "drift.c", *compile_flags, "-o", "libdrift.so"]
    call(*library, cwd=tmp_path)
    call("cc", model / "main.c", *compile_flags, "-rdynamic", "-Wl,--whole-archive", "-L" + str(prefix / "lib"), "-lkumiai",
         "-Wl,--no-whole-archive", "-L.", "-ldrift", f"-Wl,-rpath,{tmp_path}", *libraries, "-o", "main", cwd=tmp_path)
    command = [tmp_path / "main", "run", model / "drift.cfg", *SMALL, "--out", tmp_path / "r.db"]
    call(*command)
    call(*command, "--resume")
    (tmp_path / "drift.c").write_text(text.replace("? 1 : -1", "? 2 : -1"), encoding="utf-8")
    call(*library, cwd=tmp_path)
    assert "it was computed with sources" in call(*command, "--resume", code=2)


@pytest.mark.skipif(not shutil.which("g++"), reason="g++ is not installed")
def test_the_headers_are_cplusplus_too(prefix, model, tmp_path):
    """A program in C++ with a model in C; and all headers compile without a warning."""
    main = (model / "main.c").read_text(encoding="utf-8").replace("extern const", 'extern "C" const')
    (tmp_path / "main.cc").write_text("#include <sim/model.h>\n#include <sim/more.h>\n" + main, encoding="utf-8")
    strict = ["-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    call("g++", *strict, "-c", "main.cc", *flags(prefix, "--cflags"), cwd=tmp_path)
    call("cc", "-c", model / "drift.c", *flags(prefix, "--cflags"), cwd=tmp_path)
    call("g++", "main.o", "drift.o", *flags(prefix, "--libs"), "-o", "drift", cwd=tmp_path)
    call(tmp_path / "drift", "check", model / "drift.cfg")


def test_new_model_refuses(model):
    script = ROOT / "scripts/new_model"
    assert "is there already" in call(script, "--out-of-tree", model.parent, "drift", code=2)
    assert "takes a directory and a name" in call(script, "--out-of-tree", "drift", code=2)
    assert "is no name for a model" in call(script, "--out-of-tree", model.parent, "Drift", code=2)
