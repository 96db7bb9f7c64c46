# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule of the house holds in this tree, and every check sees a planted fault."""

import os
import shutil
import subprocess
from pathlib import Path

import checks
import pytest

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
LICENCE = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"

# check: the files of a tree that breaks its rule, and how many findings they make
PLANTED = [
    (checks.top_level, {"src/a.c": ""}, 1),
    (checks.domain_words, {"sim/base/a.c": "/* the mayor's choice */\nint jica_x; int smoke, city_b;\n"}, 2),
    (checks.model_includes, {"models/a/a.c": '#include "sim/model.h"\n#include "models/a/a.h"\n'
                                             '#include "sim/rng/rng.h"\n#include "models/b/b.h"\n'}, 2),
    (checks.arrows, {"sim/record/a.c": '#include "sim/schedule/a.h"\n#include "models/a/a.h"\n'}, 1),
    (checks.arrows, {"sim/schedule/a.c": '#include "sim/record/record.h"\n#include "sim/store/store.h"\n'}, 2),
    (checks.arrows, {"sim/param/a.c": '#include "sim/model.h"\n#include "sim/run.h"\n'}, 1),
    (checks.arrows, {"sim/model.h": '#include "sim/rng/rng.h"\n', "sim/cli/a.c": '#include "sim/more.h"\n'}, 2),
    (checks.arrows, {"sim/rng/a.c": '#include "sim/schedule/world.h"\n'}, 1),
    (checks.arrows, {"sim/record/a.c": '#include "sim/store/store.h"\n', "sim/plan/a.c": '#include "sim/team/a.h"\n'}, 2),
    (checks.arrows, {"sim/rng/a.c": '#include "sim/param/a.h"\n',
                     "sim/param/b.c": '#include "sim/rng/a.h"\n'}, 2),
    (checks.arrows, {"sim/rng/a.c": '#include "sim/param/a.h"\n', "sim/param/a.c": '#include "sim/network/a.h"\n',
                     "sim/network/a.c": '#include "sim/rng/a.h"\n', "sim/state/a.c": '#include "sim/rng/a.h"\n'}, 3),
    (checks.file_length, {"scripts/a": "x\n" * 601, "scripts/b": "x\n" * 600}, 1),
    (checks.function_length, {"scripts/a.py": "def f():\n" + "    f()\n" * 60,
                              "scripts/b.py": "def f():\n" + "    f()\n" * 59}, 1),
    (checks.white_space, {"sim/a.c": "int a; \n\tint b;\nint c;\n"}, 2),
    (checks.licence_line, {"sim/a.c": "int a;\n", "sim/b.c": LICENCE}, 1),
    (checks.headers_alone, {"sim/a.h": "size_t a;\n", "sim/b.h": "#include <stddef.h>\nsize_t b(void);\n"}, 1),
    (checks.scenarios, {"scenarios/a.cfg": 'model = "no such model";\n'}, 1),
]
CHECKS = [*dict.fromkeys(check for check, _, _ in PLANTED), checks.mutable_state, checks.prints_or_exits,
          checks.symbol_names]


def plant(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_rule_holds(check):
    assert check(ROOT) == [], check.__doc__


@pytest.mark.parametrize("check, files, count", PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_check_sees_planted_fault(check, files, count, tmp_path):
    plant(tmp_path, files)
    assert len(check(tmp_path)) == count


@pytest.mark.skipif(not shutil.which("ctags"), reason="universal-ctags is not installed")
def test_long_functions_in_c_are_seen(tmp_path):
    plant(tmp_path, {"sim/a.c": "int f(int a) {\n" + "    a++;\n" * 58 + "    return a;\n}\n"
                                "int g(int a) {\n" + "    a++;\n" * 57 + "    return a;\n}\n"})
    assert checks.function_length(tmp_path) == ["sim/a.c:1: f has 61 lines"]


def test_state_and_printing_are_seen(tmp_path):
    plant(tmp_path, {"a.c": "#include <stdio.h>\n#include <stdlib.h>\nconst int fixed[] = {1};\nint counter;\n"
                            "const char *const names[] = {\"a\"};\nstatic int last = 3;\n"
                            "void f(void) { static _Thread_local int n; printf(\"%d%s\", n++ + last++, names[0]); }\n"
                            "void g(void) { exit(fixed[0]); }\n"})
    subprocess.run("gcc -fPIE -c a.c && ar rc libsim.a a.o", shell=True, check=True, cwd=tmp_path)
    assert len(checks.mutable_state(tmp_path)) == 3  # counter, last, n
    assert len(checks.prints_or_exits(tmp_path)) == 2


def test_a_symbol_of_another_room_is_seen(tmp_path):
    plant(tmp_path, {"sim/rng/a.c": "int sim_rng_a(void) { return 1; }\nint sim_param_b(void) { return sim_rng_a(); }\n"})
    folder = tmp_path / "CMakeFiles/sim.dir/sim/rng"
    folder.mkdir(parents=True)
    subprocess.run(["gcc", "-c", "sim/rng/a.c", "-o", folder / "a.c.o"], check=True, cwd=tmp_path)
    assert checks.symbol_names(tmp_path) == ["sim/rng/a.c: sim_param_b"]


def test_engine_and_models_were_looked_at():
    assert {room for room, _ in checks._objects(ROOT)} == set(checks.LEVEL) - {"models"}
    assert [library.name for library in checks._libraries(ROOT)] == ["libsim.a", "libmodels.a"]
    assert any(symbol.startswith("sim_") for _, _, symbol in checks._symbols(checks._libraries(ROOT)[0]))
