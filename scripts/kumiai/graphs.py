# SPDX-License-Identifier: GPL-3.0-or-later
"""igraph without its drawing, which imports all of matplotlib, for longer than networks take to measure.

It does without where matplotlib is not installed, and so it seems to be while igraph is imported.
"""

import sys

_loaded = "matplotlib" in sys.modules
if not _loaded:
    sys.modules["matplotlib"] = None
try:
    import igraph  # noqa: F401  # for those who import it from here
finally:
    if not _loaded:
        del sys.modules["matplotlib"]
