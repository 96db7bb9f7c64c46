#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command calibrate.py: kumiai/commands/calibrate.py."""

import sys

from kumiai.commands.calibrate import main

if __name__ == "__main__":
    sys.exit(main())
