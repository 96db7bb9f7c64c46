# SPDX-License-Identifier: GPL-3.0-or-later
"""`cmake --install` and the Debian package: what they bring works from where it lies."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
BUILD = Path(os.environ["KUMIAI"]).resolve().parent
PACKAGE = ROOT / "scripts/package"
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith(("KUMIAI", "PYTHONPATH"))}
CLEAN |= {"PYTHONDONTWRITEBYTECODE": "1"}
COMMANDS = sorted(path.name for path in (ROOT / "scripts").glob("kumiai-*"))


def call(*words, **options):
    """A command to its end, in an environment that does not know the sources."""
    done = subprocess.run(list(map(str, words)), check=False, capture_output=True, text=True, timeout=400,
                          stdin=subprocess.DEVNULL, **{"env": CLEAN} | options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(path, sql):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


@pytest.fixture(name="prefix", scope="module")
def _prefix(tmp_path_factory):
    """A prefix with everything in it, moved from where it was installed."""
    folder = tmp_path_factory.mktemp("install")
    call("cmake", "--install", BUILD, "--prefix", folder / "first")
    (folder / "first").rename(folder / "prefix")
    return folder / "prefix"


@pytest.fixture(name="deb", scope="module")
def _deb(tmp_path_factory):
    """The Debian package."""
    if not shutil.which("dpkg-deb"):
        pytest.skip("dpkg-deb is not installed")
    folder = tmp_path_factory.mktemp("deb")
    call("cpack", "--config", BUILD / "CPackConfig.cmake", "-G", "DEB", "-B", folder)
    [found] = folder.glob("kumiai_*.deb")
    return found


def run_and_compare(root, folder):
    """A run of the installed baseline and a table of it; the results file."""
    out = folder / "r.db"
    call(root / "bin/kumiai", "run", root / "share/kumiai/scenarios/baseline.cfg", "--set", "run.years=2", "--reps",
         "2", "--detail", "full", "--out", out, "--quiet", cwd=folder)
    table = call(root / "bin/kumiai-compare", out, "--no-pictures", cwd=folder)
    assert "ties_regional" in table
    return out


def test_a_command_calls_itself_as_the_user_does_and_its_files_as_the_script_does(prefix, tmp_path):
    out = run_and_compare(prefix, tmp_path)
    call(prefix / "bin/kumiai-survival", out, "--parts", "curves", "--by", "mode", cwd=tmp_path)
    assert (tmp_path / "r_survival_curves.csv").exists()
    assert call(prefix / "bin/kumiai-report", "--help").startswith("Usage: kumiai-report ")
    refused = subprocess.run([prefix / "bin/kumiai-score", "no.db"], check=False, capture_output=True, text=True)
    assert refused.stderr.startswith("kumiai-score: ")
    script = call(sys.executable, ROOT / "scripts/report.py", "--help")
    assert script.startswith("Usage: report.py ")


def test_an_installed_scenario_gives_the_same_results(prefix, tmp_path):
    out = run_and_compare(prefix, tmp_path)
    call(os.environ["KUMIAI"], "run", ROOT / "scenarios/baseline.cfg", "--set", "run.years=2", "--reps", "2",
         "--detail", "full", "--out", tmp_path / "sources.db", "--quiet")
    digests = "SELECT state_digest, rows_digest FROM run ORDER BY run_id"
    assert rows(out, digests) == rows(tmp_path / "sources.db", digests)


def test_the_page_on_models_and_the_gallery_are_installed(prefix):
    models = prefix / "share/kumiai/models"
    assert (models / "README.md").exists()
    assert {path.parent.name for path in models.glob("*/README.md")} == {"boltzmann", "saom", "schelling", "sir", "team", "voter"}


def test_the_links_of_installed_pages_lead_somewhere(prefix):
    """Those to headers lead to where these are now; what is not installed is named without a link."""
    share = prefix / "share/kumiai"
    pages = sorted(share.rglob("*.md"))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "\1" not in text and "\2" not in text
        for target in re.findall(r"\]\(([^)\s:]+)\)", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)):
            assert (page.parent / target.partition("#")[0]).exists(), (page, target)
    models = (share / "models/README.md").read_text(encoding="utf-8")
    assert len(pages) > 20 and "](../../../include/kumiai/sim/network/arcs.h)" in models
    assert "](../scripts/RESULTS.md)" in models and "](cooperation/ODD.md#1-purpose-and-patterns)" in models
    source = (ROOT / "scenarios/README.md").read_text(encoding="utf-8")  # of scripts/README.md, which stays behind
    words = re.search(r"\[([^]]+)\]\(\.\./scripts/README\.md[^)]*\)", source)[1]
    installed = (share / "scenarios/README.md").read_text(encoding="utf-8")
    assert words in installed and f"[{words}](../scripts/README.md" not in installed


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="these sources are no repository")
def test_the_list_of_data_is_that_of_the_repository():
    """What is tracked of the folders that are installed as they are; a reader's own files there are not."""
    listed = [line for line in (PACKAGE / "data.txt").read_text().splitlines() if not line.startswith("#")]
    models = {f"models/{path.split('/')[1]}" for path in listed if path.startswith("models/")}
    tracked = call("git", "ls-files", "scenarios", "configs", *models, cwd=ROOT).splitlines()
    assert sorted(listed) == sorted(tracked), "make scripts/package/data.txt the list of these files"


def test_a_file_of_ones_own_is_not_installed(prefix):
    share = prefix / "share/kumiai"
    listed = {line for line in (PACKAGE / "data.txt").read_text().splitlines() if not line.startswith("#")}
    found = {str(path.relative_to(share)) for path in share.rglob("*") if path.is_file()}
    assert {path for path in found if not path.startswith("scripts/")} - {".clang-format", "models/none/none.c"} \
        == listed | {"CITATION.cff", "models/cooperation/ODD.md"}  # but for what kumiai-new-model takes
    package = {path.removeprefix("scripts/") for path in found if path.startswith("scripts/kumiai/")}
    sources = {str(path.relative_to(ROOT / "scripts")) for path in (ROOT / "scripts/kumiai").rglob("*") if path.is_file()}
    assert package == {path for path in sources if "__pycache__" not in path}, "a kind of file that CMakeLists.txt does not name"


def test_every_installed_scenario_is_sound(prefix, tmp_path):
    files = sorted((prefix / "share/kumiai/scenarios").glob("*.cfg"))
    assert len(files) == len(list((ROOT / "scenarios").glob("*.cfg"))) >= 25
    assert call(prefix / "bin/kumiai", "check", *files, cwd=tmp_path).count(": ok\n") == len(files)


def test_a_stored_configuration_finds_the_installed_data(prefix, tmp_path):
    """Its own files are elsewhere; the program brings those of the same content."""
    out = run_and_compare(prefix, tmp_path)
    text = rows(out, "SELECT config FROM scenario")[0][0]
    assert "data_root" in text
    again = tmp_path / "again.cfg"
    again.write_text(re.sub(r'data_root = "[^"]*"', 'data_root = "/nowhere"', text), encoding="utf-8")
    assert call(prefix / "bin/kumiai", "check", again, cwd=tmp_path) == f"{again}: ok\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_package_is_there(prefix, command):
    assert "usage" in call(prefix / "bin" / command, "--help", cwd="/").lower()


def test_the_package_is_imported(prefix):
    code = "import kumiai; print(kumiai.__file__)"
    path = prefix / "share/kumiai/scripts"
    assert call("/usr/bin/python3", "-c", code, cwd="/", env=CLEAN | {"PYTHONPATH": str(path)}).startswith(str(path))
    [pth] = (prefix / "lib/python3/dist-packages").glob("*.pth")
    assert (pth.parent / pth.read_text().strip()).resolve() == path.resolve()


# ---- man pages and completion ----


def commands():
    return re.findall(r"^  ([a-z]+) ", call(os.environ["KUMIAI"], "--help"), re.MULTILINE)


@pytest.mark.skipif(not shutil.which("help2man"), reason="help2man is not installed")
def test_man_pages(prefix):
    folder = prefix / "share/man/man1"
    wanted = {"kumiai", "kumiai-new-model", *(f"kumiai-{name}" for name in commands()), *COMMANDS}
    assert {page.stem for page in folder.iterdir()} == wanted
    for page in folder.iterdir():
        text = page.read_text(encoding="utf-8")
        assert f"\n.TH {page.stem.upper()} " in text
        assert re.search(rf"\n\.SH NAME\n{page.stem} \\- \w.*\n", text), page
        assert re.search(r"\n\.SH SYNOPSIS\n\.B \S+\n", text) and "\n.SH DESCRIPTION\n[" not in text, page
        if shutil.which("man"):
            done = subprocess.run(["man", "--warnings", "-l", page], check=False, capture_output=True, text=True,
                                  env=CLEAN | {"LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"})
            assert done.returncode == 0 and done.stdout and not done.stderr, done.stderr


def test_completion(prefix):
    script = prefix / "share/bash-completion/completions/kumiai"
    assert script.read_text() == call(os.environ["KUMIAI"], "completion", "bash")
    code = 'source "$1"; COMP_WORDS=(kumiai run --ou); COMP_CWORD=2; _kumiai; echo "${COMPREPLY[@]}"'
    assert call("bash", "-c", code, "bash", script) == "--out\n"
    assert (prefix / "share/zsh/site-functions/_kumiai").read_text().startswith("#compdef kumiai\n")


def test_completion_of_the_commands_in_python(prefix):
    folder = prefix / "share/bash-completion/completions"
    assert {path.name for path in folder.iterdir()} == {"kumiai", *COMMANDS}
    code = ('source "$1"; COMP_WORDS=("${@:2}"); COMP_CWORD=$(($# - 2)); _kumiai_command "$2"; echo "${COMPREPLY[@]}"; '
            'complete -p "$2"')
    for words, wanted in ((["--at"], "--at"), (["--format", "l"], "latex"), (["--ag"], "--agent"), (["r"], "")):
        done = call("bash", "-c", code, "bash", folder / "kumiai-compare", "kumiai-compare", *words).splitlines()
        assert done == [wanted, "complete -o default -F _kumiai_command kumiai-compare"]
    script = prefix / "share/zsh/site-functions/_kumiai_commands"
    assert script.read_text().splitlines()[0] == f"#compdef {' '.join(COMMANDS)}"
    if shutil.which("zsh"):
        call("zsh", "-n", script)


# ---- packages ----


def test_the_debian_package_works_when_it_is_unpacked(deb, tmp_path):
    call("dpkg", "-x", deb, tmp_path / "root")
    run_and_compare(tmp_path / "root/usr", tmp_path)


def test_the_debian_package_says_what_it_needs(deb):
    needed = call("dpkg-deb", "-f", deb, "Depends")
    linked = set(re.findall(r"\n\s+(lib(?:gsl|sqlite3|config|sleef|igraph))[.\d]*\.so", "\n" + call(
        "ldd", os.environ["KUMIAI"])))
    assert len(linked) == 5 and all(name in needed for name in linked), needed
    recommended = call("dpkg-deb", "-f", deb, "Recommends").replace(",", " ").split()
    listed = call("bash", "-c", 'root=.; . scripts/lib/packages.sh; echo "${packages_run[@]}"', cwd=ROOT).split()
    assert "python3-pandas" in recommended and set(recommended) <= set(listed)
    if shutil.which("lintian"):
        assert "E:" not in subprocess.run(["lintian", deb], check=False, capture_output=True, text=True).stdout


def steps(text):
    """The commands of a container's recipe that are not about its own files."""
    return set(re.findall(r"scripts/package/build_deb \S+|apt-get install [^\n\\]*", text))


def test_the_recipes_of_containers_do_the_same():
    """Neither docker nor apptainer can be run here: their files are read."""
    docker, apptainer = ((PACKAGE / name).read_text() for name in ("Dockerfile", "kumiai.def"))
    words = re.findall(r"^([A-Z]+) ", re.sub(r"\\\n", "", docker), re.MULTILINE)
    assert set(words) == {"FROM", "WORKDIR", "COPY", "RUN", "ENTRYPOINT", "CMD"} and words[0] == "FROM"
    assert set(re.findall(r"^%(\w+)", apptainer, re.MULTILINE)) == {"files", "post", "runscript"}
    assert {step.strip() for step in steps(docker)} == {step.strip() for step in steps(apptainer)} and len(steps(docker)) == 2
    for script in re.findall(r"scripts/\S+", re.sub(r"#.*", "", docker + apptainer)):
        assert os.access(ROOT / script, os.X_OK), script
    for shell in [*re.findall(r"^RUN (.*)$", re.sub(r"\\\n", "", docker), re.MULTILINE),
                  *re.findall(r"^%post\n((?:    .*\n)+)", apptainer, re.MULTILINE)]:
        call("bash", "-n", "-c", shell)
    assert call(PACKAGE / "build_deb", "--help", cwd="/").startswith("Usage: scripts/package/build_deb FOLDER")


def test_the_script_of_the_package_refuses(tmp_path):
    for words, code in (([], 2), ([tmp_path / "nowhere"], 1)):
        assert subprocess.run([PACKAGE / "build_deb", *words], check=False, capture_output=True).returncode == code
