# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai completion`: what the shells offer is what the commands take."""

import json
import re
import shutil
import subprocess

import pytest

from conftest import kumiai
from patience import PATIENCE

COMMANDS = ["run", "check", "describe", "bench", "sweep", "targets", "merge", "fork", "verify",
            "completion"]
NO_ZSH = pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")


def script(shell):
    """The script for that shell."""
    done = kumiai("completion", shell)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout


def offered(folder, *words):
    """What bash offers for the last of the words, in that folder."""
    (folder / "script").write_text(script("bash"), encoding="utf-8")
    code = ('set -u; source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kumiai; '
            'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", code, "bash", folder / "script", "kumiai", *words], check=True, cwd=folder,
                          capture_output=True, text=True, timeout=PATIENCE)
    assert done.stderr == ""
    return set(done.stdout.split("\n")) - {""}


@pytest.fixture(name="folder")
def _folder(tmp_path):
    for name in ("a.cfg", "b c.cfg", "r.db", "p.csv"):
        (tmp_path / name).touch()
    (tmp_path / "sub").mkdir()
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_bash_offers_the_options_that_the_help_names(folder, command):
    named = set(re.findall(r"^ +(--[a-z-]+)", kumiai(command, "--help").stdout, re.MULTILINE))
    assert "--help" in named
    assert offered(folder, command, "--") == named


def test_bash_completes_the_variable_of_the_pages(folder):
    (folder / "script").write_text(script("bash"), encoding="utf-8")
    done = subprocess.run(["bash", "-c", "source ./script; complete -p '$kumiai'"], check=True, cwd=folder,
                          capture_output=True, text=True, timeout=PATIENCE)
    assert "-F _kumiai" in done.stdout


def test_bash_offers_all_commands(folder):
    assert offered(folder, "") == {*COMMANDS, "--help", "--version"}
    assert offered(folder, "ve") == {"verify"}
    listed = re.findall(r"^  ([a-z]+) ", kumiai("--help").stdout, re.MULTILINE)
    assert listed == COMMANDS


def test_bash_offers_every_parameter_and_every_metric(folder):
    described = [json.loads(kumiai("describe", model["name"], "--format", "json").stdout)
                 for model in json.loads(kumiai("describe", "--format", "json").stdout)["models"]]
    of_models = {f"{row['name']}=" for model in described for row in model["parameters"]}
    assert offered(folder, "run", "--set", "") >= of_models and len(of_models) > 200
    metrics = {f"{row['name']}:" for model in described for row in model["summary"]}
    assert offered(folder, "run", "--until", "") == metrics


@pytest.mark.parametrize("words, expected", [
    (("run", "--detail", "s"), {"summary", "series"}),
    (("run", "--detail", "=", "fu"), {"full"}),
    (("run", "--detail", "="), {"summary", "series", "full", "choices"}),
    (("run", "--out", ""), {"r.db", "sub"}),
    (("run", "a.cfg", ""), {"a.cfg", "b c.cfg", "sub"}),
    (("run", "--draws", ""), {"p.csv", "sub"}),
    (("run", "--reps", ""), set()),
    (("verify", ""), {"r.db", "sub"}),
    (("describe", "c"), {"cooperation", "contagion"}),
    (("completion", ""), {"bash", "zsh"}),
    (("run", "--set", "funding.jica_bud"), {"funding.jica_budget=", "funding.jica_budget_factor="}),
    (("sweep", "--set", "=", "run.y"), {"run.years="}),
    (("check", "--set", "run.y"), {"run.years="}),
    (("run", "--set", "run.years", "=", ""), set()),
    (("run", "--set", "run.years", "="), set()),
    (("run", "--set", "run.years", "=", "4", "a"), {"a.cfg"}),
    (("run", "--until", "survival_5y_r"), {"survival_5y_regional:"}),
    (("nonsense", ""), set())])
def test_bash_offers_values_and_files(folder, words, expected):
    assert offered(folder, *words) == expected


def test_the_script_for_bash_is_sound(folder):
    (folder / "script").write_text(script("bash"), encoding="utf-8")
    for check in (["bash", "-n"], ["shellcheck", "-s", "bash", "-e", "SC2207"]):
        if shutil.which(check[0]):
            done = subprocess.run([*check, folder / "script"], check=False, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr


@NO_ZSH
def test_zsh_completes(folder):
    """In a shell at a terminal of its own, as completion needs one."""
    (folder / "_kumiai").write_text(script("zsh"), encoding="utf-8")
    assert subprocess.run(["zsh", "-n", folder / "_kumiai"], check=False).returncode == 0
    session = """
        zmodload zsh/zpty
        zpty shell "zsh -f -i"
        zpty -w shell "PS1=; cd $1; fpath=($1 \\$fpath); autoload -Uz compinit; compinit -u -D; echo rea''dy"
        zpty -r shell seen '*ready*'
        zpty -w -n shell "echo kumiai; kumiai $2"$'\\t'
        zpty -r -m shell seen "*$3*" && print -r -- $seen
        zpty -d shell
    """
    for typed, wanted in (("veri", "verify"), ("run --det", "--detail"), ("run --detail=fu", "full"),
                          ("verify r", "r.db"), ("describe coo", "cooperation"),
                          ("run --set run.yea", "run.years="), ("run --until survival_5y_r", "survival_5y_regional:")):
        done = subprocess.run(["timeout", str(PATIENCE), "zsh", "-f", "-c", session, "zsh", folder, typed, wanted], check=False,
                              capture_output=True, text=True)
        assert wanted in done.stdout, (typed, done.stdout, done.stderr)


@pytest.mark.parametrize("arguments, words", [
    ((), "for which shell? It may be bash or zsh"), (("bsh",), "did you mean bash?"),
    (("fish",), "it may be bash or zsh"), (("bash", "zsh"), "one shell at a time"),
    (("--hlp",), "did you mean --help?")])
def test_usage(arguments, words):
    done = kumiai("completion", *arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("kumiai completion: ") and words in done.stderr


