# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages do what they say: every command of every page runs, in order, from the top of a copy of the
tree, and every configuration on a page is one that the program accepts."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import SCRIPTS  # noqa: F401  # puts scripts/ on the path

from pages import reference

ROOT = Path(__file__).resolve().parents[2]
KUMIAI = Path(os.environ["KUMIAI"]).resolve()
PAGES = ["README.md", "scenarios/TUTORIAL.md", "scenarios/README.md",
         *(str(path.relative_to(ROOT)) for folder in ("scenarios", "scripts")
           for path in sorted((ROOT / folder).glob("[A-Z]*.md")) if path.name not in ("README.md", "TUTORIAL.md")),
         "scripts/README.md", "configs/README.md", "configs/cooperation/README.md", "sim/README.md", "tests/README.md",
         "scripts/package/README.md", ".github/CONTRIBUTING.md"]
MOST_REPLICATES = 6  # of any command, so that a page takes a minute and not an hour, but of those with these words:
ENOUGH = {
    "rare.py": 25,  # the 21st history has a mandate
    "results/d.db": 80,  # kumiai-discover needs ten draws of either kind, and four fifths are of one
}
# Beginnings of commands that a test cannot run; their options are still compared with --help.
NOT_RUN = {
    "scripts/quickstart": "installs packages and builds",
    "scripts/setup": "installs packages",
    "scripts/lint": "installs packages; scripts/test --all runs it",
    "scripts/test": "installs packages, builds, and runs this test",
    "mpirun": "takes several machines; tests/cli/test_machines.py runs it",
    "scripts/kumiai-calibrate": "takes an hour; tests/scripts/test_calibration.py runs it",
    "scripts/page_numbers.py": "takes a quarter of an hour; tests/scripts/test_page_numbers.py runs a part",
    "scripts/calibrate.py": "takes minutes; scripts/page_numbers.py --run runs it",
    "ctest": "runs tests, this one among them",
    "cmake --": "builds; tests/scripts/test_installed.py builds, installs and calls what is installed",
    "cpack": "makes the Debian package; tests/scripts/test_installed.py makes, unpacks and runs it",
    "kumiai run ~/.local": "takes an installed kumiai; tests/scripts/test_installed.py runs one",
    "docker": "is not in Debian 12's main archive, and takes a network",
    "apptainer": "is not in Debian 12, and takes a network",
}
SWEEP = """scenario = "../baseline.cfg";
sweep = { design = "lhs"; points = 100; reps = 3; factors = (
    { parameter = "leadership.turnover_factor"; min = 0.25; max = 4.0; scale = "log"; },
    { parameter = "funding.jica_budget_factor"; min = 0.25; max = 4.0; scale = "log"; } ); };
"""
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def text(page):
    return (ROOT / page).read_text(encoding="utf-8")


def shell(page):
    """The blocks of commands of a page; scripts, which begin with #!, are files to save."""
    return [block for language, block in BLOCK.findall(text(page))
            if language == "sh" and not block.startswith("#!")]


def shell_of(page):
    """The commands of the text of a page."""
    return [command for language, block in BLOCK.findall(page) if language == "sh" for command in commands(block)]


def commands(block):
    """The commands of a block: lines, with the next ones where a quote or a backslash goes on."""
    found, begun = [], ""
    for line in block.splitlines():
        begun += line
        if begun.count('"') % 2 or begun.endswith("\\"):
            begun += "\n"
        else:
            found.append(begun)
            begun = ""
    assert not begun, f"a quote is not closed: {begun}"
    return [command for command in found if command.strip()]


def runs_here(command):
    return not command.startswith(tuple(NOT_RUN))


def fewer(command):
    """The same command with few replicates."""
    most = next((number for word, number in ENOUGH.items() if word in command), MOST_REPLICATES)
    return re.sub(r"(?<=--reps )\d+", lambda n: str(min(int(n[0]), most)), command)


def saved(page):
    """{path: text} of what a page says to save."""
    return dict(re.findall(r"Save this as `([^`]+)`.*?^```\w*\n(.*?)^```", text(page), re.MULTILINE | re.DOTALL))


def ok(tree, *command):
    result = subprocess.run(command, cwd=tree, check=False, capture_output=True, text=True, timeout=500,
                            stdin=subprocess.DEVNULL)
    assert result.returncode == 0, f"{result.stdout[-500:]}\n{result.stderr[-2000:]}"
    return result


@pytest.fixture(scope="module", name="tree")
def fixture_tree(tmp_path_factory):
    """What a reader has after scripts/quickstart, and the files that stand for any on the pages."""
    tree = tmp_path_factory.mktemp("pages") / "kumiai"
    for name in ("scripts", "scenarios", "configs", "models"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    shutil.copy(ROOT / "CITATION.cff", tree)
    (tree / "build" / "release").mkdir(parents=True)
    (tree / "build" / "release" / "kumiai").symlink_to(KUMIAI)
    (tree / "results").mkdir()
    names = [f"scenarios/{name}.cfg" for name in ("baseline", "city_to_city_only", "regional_only")]
    ok(tree, KUMIAI, "run", *names, "--reps", "8", "--detail", "full", "--out", "results/quickstart.db")
    shutil.copy(tree / "results/quickstart.db", tree / "R.db")
    (tree / "scenarios/sweeps/any.cfg").write_text(SWEEP, encoding="utf-8")
    ok(tree, KUMIAI, "sweep", "scenarios/sweeps/any.cfg", "--out", "S.db")
    (tree / "posterior.csv").write_text("weight,contacts.memory,leadership.turnover_factor\n"
                                        "0.2,0.5,0.8\n0.5,0.6,1.0\n0.3,0.7,1.2\n", encoding="utf-8")
    return tree


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_runs(tree, page):
    for path, content in saved(page).items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(content, encoding="utf-8")
    script = [fewer(command) for block in shell(page) for command in commands(block) if runs_here(command)]
    if script:
        trap = "trap 'echo \"failed: $BASH_COMMAND\" >&2' ERR"
        ok(tree, "bash", "-euc", "\n".join([trap, *script]))


@pytest.mark.parametrize("page", ["scripts/kumiai/README.md"])
def test_python_of_a_page_runs(tree, page):
    blocks = [block for language, block in BLOCK.findall(text(page)) if language == "python"]
    assert blocks
    path = "import sys; sys.path.insert(0, 'scripts')\n"
    ok(tree, "/usr/bin/python3", "-c", path + "\n".join(blocks))


def test_what_is_not_run_is_on_a_page():
    everything = [command for page in PAGES for block in shell(page) for command in commands(block)]
    for beginning in NOT_RUN:
        assert any(command.startswith(beginning) for command in everything), beginning
    assert sum(runs_here(command) for command in everything) > 30


def help_of(command, tree):
    """What --help of the program or script that a command calls says; None of other programs."""
    called = re.search(r"(?:\$kumiai|kumiai)\s+([a-z]+)\b|(scripts/[\w./-]+)", command)
    if not called:
        return None
    program = [KUMIAI, called[1]] if called[1] else [tree / called[2]]
    return ok(tree, *program, "--help").stdout


@pytest.mark.parametrize("page", PAGES)
def test_every_option_of_a_page_exists(tree, page):
    for _, block in BLOCK.findall(text(page)):
        for command in commands(block) if block in shell(page) or block.startswith("#!") else []:
            options = re.findall(r"(?<![\w-])--[a-z][a-z-]*", command.split("#")[0].split("--hostfile")[0])
            known = help_of(command, tree) if options else None
            assert known is None or not [option for option in options if option not in known], command


def test_every_configuration_on_a_page_is_right(tree):
    checked, pages = 0, "".join(text(page) for page in PAGES if page.startswith("scenarios/"))
    for number, (_, block) in enumerate(BLOCK.findall(pages)):
        path = tree / "scenarios" / f"on_page_{number}.cfg"
        path.write_text(block, encoding="utf-8")
        if re.search(r"^base = ", block, re.MULTILINE):
            ok(tree, KUMIAI, "check", path)
        elif re.search(r"^model = .*^outputs = ", block, re.MULTILINE | re.DOTALL):
            ok(tree, KUMIAI, "targets", path)
        else:
            continue
        checked += 1
    assert checked == 4  # jica_half, a list of interventions, targets, that of the tutorial


def test_jica_half_is_on_the_page_as_it_is():
    assert f"```\n{text('scenarios/jica_half.cfg')}```" in text("scenarios/README.md")


def test_the_command_of_every_page_of_a_scenario_runs(tree):
    """Each with one replicate, and a sweep without its runs."""
    pages = reference.scenarios()
    assert len(pages) > 30
    for page in pages.values():
        [command] = shell_of(page)
        more = ["--dry-run"] if " sweep " in command else ["--reps", "1", "--detail", "summary", "--force"]
        ok(tree, *command.split(), *more)


def test_what_a_results_file_keeps_is_set_as_the_page_says(tree):
    block = re.search(r"^output = .*$", text("scripts/RESULTS.md"), re.MULTILINE)[0]
    path = tree / "scenarios" / "output.cfg"
    path.write_text(f'base = "../configs/cooperation/base.cfg";\n{block}\n', encoding="utf-8")
    ok(tree, KUMIAI, "check", path)
