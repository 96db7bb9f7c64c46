#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command discover.py: kumiai/commands/discover.py."""

import sys

from kumiai.commands.discover import main

if __name__ == "__main__":
    sys.exit(main())
