# SPDX-License-Identifier: GPL-3.0-or-later
"""What models/README.md shows of networks, and of those who die, compiles, and a row of the wrong type does not."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
STRICT = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-Wno-unused-const-variable",
          "-Wno-unused-variable", "-fsyntax-only", f"-I{ROOT}"]


def example(about="sim_network_arcs_t"):
    page = (ROOT / "models/README.md").read_text(encoding="utf-8")
    whole = [block for block in re.findall(r"^```c\n(.*?)^```", page, re.DOTALL | re.MULTILINE) if "SIM_STATE_END" in block and about in block]
    assert len(whole) == 1
    return whole[0]


def compiles(compiler, source, folder):
    path = folder / "example.c"
    path.write_text(source, encoding="utf-8")
    return subprocess.run([compiler, *STRICT, path], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("about", ["sim_network_arcs_t", "sim_state_queue_t"])
@pytest.mark.parametrize("compiler", ["gcc", "clang-14"])
def test_the_example_compiles(compiler, about, tmp_path):
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    done = compiles(compiler, example(about), tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("right, wrong, told", [
    ("sim_network_arcs_t member;", "sim_network_graph_t member;", "state_t.member must be of type sim_network_arcs_t"),
    ("double *hours; ", "float *hours; ", "state_t.hours must be double, "),
    ("sim_state_population_t person, team;", "sim_state_population_t person; double *team;",
     "state_t.team must be of type sim_state_population_t"),
])
def test_wrong_types_do_not(right, wrong, told, tmp_path):
    source = example()
    assert right in source
    # The table alone: else the functions would not compile, whatever the table says.
    source = re.sub(r"\nstatic int join.*", "", source, flags=re.DOTALL)
    assert compiles("gcc", source, tmp_path).returncode == 0
    done = compiles("gcc", source.replace(right, wrong), tmp_path)
    assert done.returncode != 0 and told in done.stderr


def test_the_header_is_cplusplus(tmp_path):
    path = tmp_path / "a.cc"
    path.write_text('#include "sim/more.h"\nuint32_t first(const sim_network_arcs_t *arcs);\n'
                    "uint32_t first(const sim_network_arcs_t *arcs) { return sim_network_arcs_first(arcs, 0); }\n",
                    encoding="utf-8")
    subprocess.run(["g++", "-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", f"-I{ROOT}", path],
                   check=True)
