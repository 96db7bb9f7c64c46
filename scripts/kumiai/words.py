# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that somebody may have meant."""

import difflib
from collections.abc import Iterable


MOST_LISTED = 12


def _near(name, known):
    return difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)


def nearest(name: str, known: Iterable[str]) -> str:
    """'; did you mean …?' for a name that is none of the known ones; '' where none is near."""
    near = _near(name, known)
    return f"; did you mean '{near[0]}'?" if near else ""


def allowed(known: Iterable[str]) -> str:
    """'a, b, c', of many the first and how many more there are; 'nothing' of none."""
    names = list(dict.fromkeys(known))
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return (", ".join(names[:MOST_LISTED]) or "nothing") + more


def choices(name: str, known: Iterable[str], mark: str = "") -> str:
    """End of a sentence that refuses a name: which may have been meant, and what there is. mark: quotes of the one."""
    names = list(known)
    if near := _near(name, names):
        return f"; did you mean {mark}{near[0]}{mark}? It may be: {allowed(names)}."
    return f"; it may be: {allowed(names)}."
