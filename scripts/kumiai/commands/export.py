# SPDX-License-Identifier: GPL-3.0-or-later
"""The program's export under the name that stands beside the other commands: kumiai-export is `kumiai export`."""

import os
import sys

from kumiai import cli, program

NAME = "kumiai-export"


def main(argv=None):
    """Become `kumiai export` with the same arguments; returns only where there is no program."""
    path = program.default()
    arguments = sys.argv[1:] if argv is None else argv
    try:
        os.execv(path, [str(path), "export", *map(str, arguments)])
    except OSError as error:
        cli.warn(NAME, f"{path} cannot be run ({error.strerror}); build it with `cmake --build --preset release`, or "
                       "name another program in the variable KUMIAI.")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
