#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command network.py: kumiai/commands/network.py."""

import sys

from kumiai.commands.network import main

if __name__ == "__main__":
    sys.exit(main())
