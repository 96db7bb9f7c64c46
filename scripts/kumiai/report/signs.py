# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences whose mean is uncertain while nearly all pairs have one sign.

One large difference among many small ones makes the interval of a mean wide, as it must: a rare large loss counts. The
sign test, which is exact, tells of the median then, and the page says so in these words.
"""

from .language import listed, say
from .part import has_intervals

SURE = 0.05  # corrected p below which the sign test tells the median apart from none


def told(rows):
    """Those of the comparison whose median is told apart while the interval of the mean includes 0."""
    return [row for row in rows if row.p_sign_holm < SURE and row.diff_low <= 0 <= row.diff_high]


def words(rows, name):
    """What the sign test tells of the rows, a sentence, '' without any; name(row): a measure as it stands in a sentence."""
    found = told(rows) if has_intervals() else []
    if not found:
        return ""
    return say("By the sign test, which tells of the median: {found}. The mean is uncertain because a few differences are far "
               "larger than the rest.", found=listed(_one(row, name(row)) for row in found))


def _one(row, name):
    """'regional ties higher in 19 of 20 pairs (p = 0.004)'."""
    up, p = row.pairs_higher > row.pairs_lower, row.p_sign_holm
    return say("{name} higher in {n} of {all} pairs ({p})" if up else "{name} lower in {n} of {all} pairs ({p})", name=name,
               n=max(row.pairs_higher, row.pairs_lower), all=row.pairs, p="p < 0.001" if p < 0.001 else f"p = {p:.2g}")
