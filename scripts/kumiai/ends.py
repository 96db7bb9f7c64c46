# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of ties: the one rule of which has ended, and how long it was followed."""

from . import database


def conversions(path, model):
    """Causes by which a tie goes on as another one, as a file says of a model.

    None for files of before they told it.
    """
    if not database.columns(path, "cause_doc"):
        return frozenset()
    return frozenset(database.query(path, "SELECT cause FROM cause_doc WHERE model = ? AND conversion",
                                    (model,))["cause"])


def with_ends(ties, converting):
    """Ties with what became of each.

    converted: it went on as another tie, by a cause that is one of converting, so what it stands for
    has not ended: it only left its mode. ended: it ended otherwise. seen: the year up to which it was
    at risk of an end; that of the living is the last step, in which they could have ended (a step
    later, as their run stopped, they could not).
    """
    gone = ~ties["terminus_censored"] & ties["terminus"].notna()
    converted = gone & ties["cause"].isin(converting)
    return ties.assign(ended=gone & ~converted, converted=converted,
                       seen=ties["terminus"].where(gone, ties["last"]))
