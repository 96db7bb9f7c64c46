# SPDX-License-Identifier: GPL-3.0-or-later
"""Completion of the commands in bash and zsh, from what their parsers know: what `cmake --install` writes.

    python3 -m kumiai.completion bash kumiai-compare=compare kumiai-report=report

Each NAME=MODULE is a command and its module in kumiai/commands.
"""

import argparse
import importlib
import re
import shlex
import sys
from unittest import mock

BASH = """# bash completion for the commands of the package kumiai, printed by python3 -m kumiai.completion
_kumiai_command() {
    local word=${COMP_WORDS[COMP_CWORD]} options='' words=''
    case $1:${COMP_WORDS[COMP_CWORD - 1]} in
%(values)s
    esac
    case ${1##*/} in
%(options)s
    esac
    COMPREPLY=()
    if [ "$words" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    fi
}
complete -o default -F _kumiai_command %(names)s
"""
ZSH = """#compdef %(names)s
# zsh completion for the commands of the package kumiai, printed by python3 -m kumiai.completion
case $service in
%(cases)s
esac
"""


class _Found(Exception):
    """A parser that a command was about to use."""


def _parser(module):
    """The parser of a command."""
    def found(parser, *_):
        raise _Found(parser)

    with mock.patch.object(argparse.ArgumentParser, "parse_args", found):
        try:
            importlib.import_module(f"kumiai.commands.{module}").parse([])
        except _Found as parser:
            return parser.args[0]
    raise AssertionError(f"{module} parses nothing")


def _options(parser):
    """[(--option, values or None, takes a value, help)] of a parser."""
    return [(name, action.choices, action.nargs != 0, action.help or "") for action in parser._actions
            for name in action.option_strings if name.startswith("--")]


def bash(parsers):
    """The script for bash; parsers: {name: parser}."""
    values, options = [], []
    for name, parser in parsers.items():
        found = _options(parser)
        options.append(f"        {name}) options='{' '.join(option for option, *_ in found)}' ;;")
        values += [f"        *{name}:{option}) words='{' '.join(map(str, choices))}' ;;"
                   for option, choices, *_ in found if choices]
    return BASH % {"values": "\n".join(values), "options": "\n".join(options), "names": " ".join(parsers)}


def _argument(option, choices, takes, text):
    """An option as _arguments of zsh takes it: --name[help]:what:values."""
    words = re.sub(r"([\[\]:\\])", r"\\\1", " ".join(text.replace("%%", "%").split()))
    after = f":value:({' '.join(map(str, choices))})" if choices else ":value:_files" if takes else ""
    return shlex.quote(f"*{option}[{words}]{after}")


def zsh(parsers):
    """The script for zsh."""
    cases = [f"{name})\n    _arguments -S '*:file:_files' \\\n        "
             + " \\\n        ".join(_argument(*option) for option in _options(parser)) + "\n    ;;"
             for name, parser in parsers.items()]
    return ZSH % {"cases": "\n".join(cases), "names": " ".join(parsers)}


def main(shell, *commands):
    """Prints the script of a shell."""
    parsers = {name: _parser(module) for name, module in (command.split("=") for command in commands)}
    print({"bash": bash, "zsh": zsh}[shell](parsers), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
