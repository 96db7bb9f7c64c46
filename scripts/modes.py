#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command modes.py: kumiai/commands/modes.py."""

import sys

from kumiai.commands.modes import main

if __name__ == "__main__":
    sys.exit(main())
