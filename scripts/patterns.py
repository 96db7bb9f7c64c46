#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command patterns.py: kumiai/commands/patterns.py."""

import sys

from kumiai.commands.patterns import main

if __name__ == "__main__":
    sys.exit(main())
