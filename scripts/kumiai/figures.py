# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as readers see them, in titles and sentences; apart from style.py, which loads matplotlib."""

import math


def number(value, digits=3):
    """A number for a title: three digits, thousands with a comma."""
    if not math.isfinite(value):
        return "n/a"
    if abs(value) >= 10 ** digits or value == int(value):
        return f"{value:,.0f}".replace("-", "−")
    decimals = max(0, digits - 1 - (math.floor(math.log10(abs(value))) if value else 0))
    return f"{value:.{min(decimals, 3)}f}".replace("-", "−")


def with_interval(value, low, high, show=number):
    """'12.3 (11.0 to 13.6)' or, without an interval, '12.3'."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return show(value)
    return f"{show(value)} ({show(low)}\u00a0to\u00a0{show(high)})"  # no line breaks inside


def percent(share):
    """A share as per cent."""
    return f"{100 * share:.0f}\u00a0%" if math.isfinite(share) else "n/a"
