# SPDX-License-Identifier: GPL-3.0-or-later
"""Which columns of a design say the same, so that no regression can tell their effects apart.

A column is tied to the others where they explain more than TOO_CLOSE of its variance, on its own
scale or in ranks (ranks see that one factor is any rising or falling function of another). Which
tied columns belong together is read from the projection on the directions in which the columns
hardly vary: unlike single eigenvectors it does not mix groups that have nothing to do with each other.
"""

import numpy as np
from scipy import stats

TOO_CLOSE = 0.99  # R² on the other columns: a variance inflation of 100, errors ten times as wide
SHARED = 0.01  # elements of the projection that link two columns


def correlations(columns):
    """Correlation matrix of columns that vary (n × k)."""
    return np.atleast_2d(np.corrcoef(columns, rowvar=False))


def groups_of(matrix):
    """Lists of the columns of a correlation matrix that cannot be told apart, by their places."""
    values, vectors = np.linalg.eigh(matrix)
    flat = np.maximum(values, 1e-14)
    tied = (vectors ** 2 / flat).sum(axis=1) > 1 / (1 - TOO_CLOSE)
    near = vectors[:, values < 1 - TOO_CLOSE]
    linked = (np.abs(near @ near.T) > SHARED) & tied[:, None] & tied
    found = []
    for start in np.flatnonzero(tied):
        if not any(start in group for group in found):
            group, grown = set(), {int(start)}
            while grown != group:
                group, grown = grown, grown | set(np.flatnonzero(linked[list(grown)].any(axis=0)).tolist())
            found.append(sorted(group))
    return found


def _merged(groups):
    """Groups that share a member as one."""
    found = []
    for group in map(set, groups):
        for other in [o for o in found if o & group]:
            found.remove(other)
            group |= other
        found.append(group)
    return sorted(sorted(group) for group in found)


def groups(columns):
    """Groups of columns (n × k, all of which vary) that cannot be told apart, plain or in ranks."""
    ranks = np.apply_along_axis(stats.rankdata, 0, columns)
    return _merged(groups_of(correlations(columns)) + groups_of(correlations(ranks)))


def kept(columns, found):
    """Places of the columns that a regression can use: all outside the groups found, and of each
    group as many as can be told apart, which hold its part while the others' effects are measured."""
    inside = [place for group in found for place in group]
    chosen = [place for place in range(columns.shape[1]) if place not in inside]
    for place in inside:
        if not groups(columns[:, [*chosen, place]]):
            chosen.append(place)
    return sorted(chosen)
