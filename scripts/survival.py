#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command survival.py: kumiai/commands/survival.py."""

import sys

from kumiai.commands.survival import main

if __name__ == "__main__":
    sys.exit(main())
