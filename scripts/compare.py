#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command compare.py: kumiai/commands/compare.py."""

import sys

from kumiai.commands.compare import main

if __name__ == "__main__":
    sys.exit(main())
