#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command rare.py: kumiai/commands/rare.py."""

import sys

from kumiai.commands.rare import main

if __name__ == "__main__":
    sys.exit(main())
