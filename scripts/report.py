#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command report.py: kumiai/commands/report.py."""

import sys

from kumiai.commands.report import main

if __name__ == "__main__":
    sys.exit(main())
