# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a test waits for what is there within seconds on an idle machine.

A test waits for a condition, not for a clock: this only ends one that would wait for ever, and ctest's limit ends it first.
"""

PATIENCE = 300  # seconds
