# SPDX-License-Identifier: GPL-3.0-or-later
"""The former name of kumiai.results, for notebooks that import it."""

import sys

from kumiai import results

sys.modules[__name__] = results
