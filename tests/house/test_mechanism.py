# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new mechanism of the cooperation model costs: one with two parameters, a column, a draw, a
metric and a reducer is added to a copy of the tree, built, described, run, and taken out again."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
MODEL = "models/cooperation"
MOST_FILES = 6  # its own two and a test, the two lists of processes and phases, ODD.md
COPIED = ("sim", "models", "configs", "scenarios", "scripts", "CMakeLists.txt", "CMakePresets.json", "README.md",
          "LICENSE")

CODE = """\
/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Newsletters: a donor that cooperates tells its residents of it now and then. */
#include "models/cooperation/cooperation.h"

int coop_newsletter_year(sim_world_t *world) {
    const coop_newsletter_params_t *p = &coop_params(world)->newsletter;
    coop_state_t *s = coop_state(world);
    double chance = p->enabled ? coop_step_probability(world, p->rate) : 0;
    for (uint32_t d = 0; d < s->n_donors; d++) {
        sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_NEWSLETTER, d, 0);
        if (!s->donor.n_ties[d] || !sim_rng_chance(&draw, chance))
            continue;
        s->donor.newsletters[d]++;
        s->flow_metric[COOP_M_NEWSLETTERS]++;
    }
    return 0;
}
"""
DESCRIPTOR = """\
/* SPDX-License-Identifier: GPL-3.0-or-later */
PROCESS(newsletter)
BOOL(newsletter, enabled, 0, "Donors write newsletters", A, "an example")
REAL(newsletter, rate, 2, 0, 12, LOG(1, 4), "1/year", "Newsletters of a donor with ties", A, "an example")
END(newsletter)
PURPOSE({number}, NEWSLETTER)
COLUMN(donor, uint32_t, newsletters, donors, 1, "newsletters", "Ever written.")
METRIC(NEWSLETTERS, "newsletters", "newsletters/step", "Newsletters of donors with ties")
REDUCER(SUM, "newsletters", "newsletters", "newsletters", "All newsletters")
"""
TEST = """\
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sqlite3
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def newsletters(file, *options):
    subprocess.run([os.environ["KUMIAI"], "run", ROOT / "scenarios/baseline.cfg", "--set=run.years=4", "--reps=1",
                    "--detail=summary", f"--out={file}", *options], check=True)
    return sqlite3.connect(file).execute("select newsletters from summary").fetchone()[0]


def test_none_when_it_is_off(tmp_path):
    assert newsletters(tmp_path / "off.db") == 0
    assert newsletters(tmp_path / "on.db", "--set=newsletter.enabled=true") > 0
"""


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def insert(path, before, line):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, line + before, 1), encoding="utf-8")


def add(tree):
    """By hand these are the steps of models/cooperation/README.md."""
    model = tree / MODEL
    number = sum(len(re.findall(r"\bPURPOSE\(\d", path.read_text(encoding="utf-8"))) for path in model.rglob("*.def"))
    (model / "people/newsletter.c").write_text(CODE, encoding="utf-8")
    (model / "people/newsletter.def").write_text(DESCRIPTOR.format(number=number), encoding="utf-8")
    insert(model / "processes.def", f'#include "{MODEL}/world/population.def"\n',
           f'#include "{MODEL}/people/newsletter.def"\n')
    insert(model / "phases.def", 'EACH_STEP("tie_states"',
           'YEARLY("newsletters", coop_newsletter_year, "Donors write newsletters")\n')
    (tree / "tests/cooperation").mkdir(parents=True)
    (tree / "tests/cooperation/test_newsletter.py").write_text(TEST, encoding="utf-8")


def contents(tree):
    return {path.relative_to(tree): path.read_bytes() for path in tree.rglob("*") if path.is_file()}


def outcome(program, tree, file):
    run(program, "run", tree / "scenarios/baseline.cfg", "--set=run.years=4", "--reps=1", f"--out={file}")
    with closing(sqlite3.connect(file)) as results:
        return results.execute("select ties_city_to_city, national_yen from summary").fetchall()


@pytest.fixture(scope="module", name="grown")
def fixture_grown(tmp_path_factory):
    """(tree before, tree with the mechanism, its program)"""
    folder = tmp_path_factory.mktemp("mechanism")
    tree, build = folder / "tree", folder / "build"
    for name in COPIED:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tree / name)
        tree.mkdir(exist_ok=True)
    before = contents(tree)
    add(tree)
    run("cmake", "-S", tree, "-B", build, "-G", "Ninja", "-DKUMIAI_TESTS=OFF", "-DKUMIAI_WERROR=ON", "-DKUMIAI_MPI=OFF",
        "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS_DEBUG=-O0")
    run("cmake", "--build", build, "--target", "kumiai", "-j2")
    return before, tree, build / "kumiai"


def test_few_files_are_touched(grown):
    before, tree, program = grown
    run("/usr/bin/python3", tree / "scripts/odd_tables.py", env={**os.environ, "KUMIAI": str(program)})
    after = contents(tree)
    touched = sorted(str(path) for path in after if after[path] != before.get(path))
    assert before.keys() <= after.keys()
    assert f"{MODEL}/ODD.md" in touched and len(touched) <= MOST_FILES, touched


def test_the_program_knows_it(grown):
    known = json.loads(run(grown[2], "describe", "cooperation", "--format", "json"))
    assert {"newsletter.enabled", "newsletter.rate"} <= {row["name"] for row in known["parameters"]}
    for table in ("metrics", "summary", "phases", "purposes"):
        names = [row if isinstance(row, str) else row["name"] for row in known[table]]
        assert "newsletters" in names or "NEWSLETTER" in names, table


def test_it_works_and_can_be_turned_off(grown, tmp_path):
    _, tree, program = grown
    run("/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", tree / "tests/cooperation",
        env={**os.environ, "KUMIAI": str(program)})
    assert outcome(program, tree, tmp_path / "with.db") == outcome(os.environ["KUMIAI"], tree, tmp_path / "without.db")
