#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command sensitivity.py: kumiai/commands/sensitivity.py."""

import sys

from kumiai.commands.sensitivity import main

if __name__ == "__main__":
    sys.exit(main())
