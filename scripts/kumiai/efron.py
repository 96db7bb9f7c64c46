# SPDX-License-Identifier: GPL-3.0-or-later
"""Cox's partial likelihood with Efron's ties, delayed entry, and effects that change with age.

As R's coxph has it. statsmodels' PHReg knows no effect that changes with age, and has the residuals
of Breslow's ties whatever the fit: where many ties end at one age its clustered errors are too small.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

# Expanded risk sets (a row and an age at which it is at risk) kept in memory at once. Beyond it,
# which takes ages by the day, an effect keeps its value over some neighbouring ages.
MOST_PIECES = 5_000_000
MOST_STEPS = 30


class Pieces:
    """Rows cut where an effect changes, in their order.

    row: which row a piece is of; level: which row of the basis holds there; last: the last piece
    of each row. begin, finish: the ends in [begin, finish) are those at which it is at risk.
    """

    def __init__(self, row, begin, finish, level, last):
        self.row, self.level, self.last = row, level, last
        # Places of the weights of a row's pieces in matrix(): one more than the row has pieces.
        self._at = np.arange(len(row)) + row
        self._places = np.zeros(len(row) + len(last), dtype=np.int32)
        self._places[self._at], self._places[self._at + 1] = begin, finish
        self._rows = (np.r_[-1, last] + 1 + np.arange(len(last) + 1)).astype(np.int32)
        self._in_cells = None, None

    def matrix(self, weight, times):
        """Weights as changes (rows × times): summed up over times, and over rows, they are those
        of all that are at risk; times what summed up over times, those of its sum over a row."""
        change = np.zeros(len(self._places))
        change[self._at] = weight
        change[self._at + 1] -= weight
        return sparse.csr_matrix((change, self._places, self._rows), (len(self.last), times + 1))

    def in_cells(self, cells):
        """Place and cell of each change in matrix() as one number, place × cells + cell; kept, since
        all sums over these pieces ask for it."""
        if self._in_cells[0] is not cells:
            self._in_cells = cells, np.repeat(cells.cell, np.diff(self._rows)) \
                + self._places.astype(np.int64) * len(cells.patterns)
        return self._in_cells[1]


class RiskSets:
    """Intervals (start, stop] with covariates, at the ages at which some end (event 1).

    times: the ages. Rows that no end meets are left out of met, the numbers of the other rows.
    """

    def __init__(self, design, start, stop, event):
        self.times = np.unique(stop[(event == 1) & (stop > start)])
        entered, stopped = (np.searchsorted(self.times, age, side="right") for age in (start, stop))
        self.met = np.flatnonzero(stopped > entered)
        self.entered, self.stopped = entered[self.met], stopped[self.met]
        met = design[self.met]
        self.with_one = np.c_[np.ones(len(met)), met - met.mean(axis=0)]
        self.x = self.with_one[:, 1:]
        ended = np.flatnonzero(event[self.met] == 1)
        # In the order of age: number of the row, and which of the times.
        self.ends = ended[np.argsort(self.stopped[ended], kind="stable")]
        self.when = self.stopped[self.ends] - 1
        self.with_one_ends = self.with_one[self.ends]
        self.x_ends = self.with_one_ends[:, 1:]
        self.first = np.searchsorted(self.when, np.arange(len(self.times)))
        count = np.bincount(self.when, minlength=len(self.times))
        # Efron: those that end at one age leave the risk set one after the other, by parts; what
        # share of them is left before each.
        self.left = 1 - (np.arange(len(self.ends)) - self.first[self.when]) / count[self.when]
        self.x_ended = self.by_time(self.x_ends)
        self.cells, self.cells_with_one = Cells(self.x), Cells(self.with_one)
        self._at_ends = None, None

    def by_time(self, values):
        """Sums of values, one per end, over each of the times."""
        return np.add.reduceat(values, self.first, axis=0)

    def totals(self, change, pieces):
        """Sums of weight × (1, covariates) over those at risk at each of the times.

        change: of the weight, by the matrix() of these pieces.
        """
        return np.cumsum(self.cells_with_one.by_place(change, pieces), axis=0)[:-1]

    def at_ends(self, over):
        """Of a matrix groups × rows the columns of the ends."""
        if self._at_ends[0] is not over:
            self._at_ends = over, over[:, self.ends]
        return self._at_ends[1]

    def log_age(self):
        """Logarithm of the times as a basis of one column, centred over the ends.

        Equal over neighbouring times where the risk sets would not fit into memory.
        """
        log = np.log(self.times)
        log -= log[self.when].mean()
        pairs = int((self.stopped - self.entered).sum())
        if pairs > MOST_PIECES:
            share = np.cumsum(np.bincount(self.when)) / len(self.ends)
            cell = np.ceil(share * max(1, len(log) * MOST_PIECES // pairs)).astype(int)
            log = (np.bincount(cell, log) / np.maximum(np.bincount(cell), 1))[cell]
        return log[:, None]

    def cut(self, basis=None):
        """Pieces on which the basis (times × functions) is constant; None: whole rows."""
        rows = len(self.met)
        if basis is None:
            row = np.arange(rows)
            return Pieces(row, self.entered, self.stopped, np.zeros(rows, dtype=int), row)
        new = np.r_[True, (basis[1:] != basis[:-1]).any(axis=1)]
        cell, begins = np.cumsum(new) - 1, np.r_[np.flatnonzero(new), len(basis)]
        count = cell[self.stopped - 1] - cell[self.entered] + 1
        row, last = np.repeat(np.arange(rows), count), np.cumsum(count) - 1
        mine = np.arange(len(row)) - (last - count + 1)[row] + cell[self.entered][row]
        return Pieces(row, np.maximum(self.entered[row], begins[mine]),
                      np.minimum(self.stopped[row], begins[mine + 1]), begins[mine], last)


class Cells:
    """Covariates of rows as cells, the combinations in which those of two values come, and numbers.

    There are few cells, so sums over rows of weights times covariates take one pass over the rows,
    and one for each of the numbers, where a product of matrices takes one for each covariate.
    covariates: rows × columns.
    """

    MOST_CODED = 62  # covariates of two values that one whole number holds
    MOST_SUMS = 4_000_000  # places × cells kept in memory; beyond it the rows are multiplied

    def __init__(self, covariates):
        self.covariates = covariates
        two = [((column == column.min()) | (column == column.max())).all() for column in covariates.T]
        self.coded = np.flatnonzero(two)[:self.MOST_CODED]
        self.numbered = np.setdiff1d(np.arange(covariates.shape[1]), self.coded)
        self.by_row = np.ascontiguousarray(covariates[:, self.numbered])
        self.numbers = np.ascontiguousarray(self.by_row.T)
        bits = covariates[:, self.coded] > covariates[:, self.coded].mean(axis=0)
        _, first, self.cell = np.unique(bits @ (1 << np.arange(len(self.coded))), return_index=True,
                                        return_inverse=True)
        self.patterns = covariates[np.ix_(first, self.coded)]

    def by_place(self, weight, pieces):
        """Sums of weight × covariates by place; weight: Pieces.matrix(), rows × places."""
        places, cells = weight.shape[1], len(self.patterns)
        if places * cells > self.MOST_SUMS:
            return weight.T @ self.covariates
        found = np.empty((places, self.covariates.shape[1]))
        sums = np.bincount(pieces.in_cells(self), weight.data, places * cells)
        found[:, self.coded] = sums.reshape(places, cells) @ self.patterns
        found[:, self.numbered] = weight.T @ self.by_row
        return found

    def effect(self, coefficients):
        """x @ coefficients."""
        return (self.patterns @ coefficients[self.coded])[self.cell] \
            + self.by_row @ coefficients[self.numbered]

    def crossed(self, weight):
        """x' diag(weight) x over all rows."""
        found = np.empty((self.covariates.shape[1],) * 2)
        weighted = self.numbers * weight
        of_cells = np.bincount(self.cell, weight, len(self.patterns))
        beside = np.array([np.bincount(self.cell, one, len(self.patterns)) for one in weighted]) \
            .reshape(-1, len(self.patterns)) @ self.patterns
        found[np.ix_(self.coded, self.coded)] = (self.patterns.T * of_cells) @ self.patterns
        found[np.ix_(self.numbered, self.coded)] = beside
        found[np.ix_(self.coded, self.numbered)] = beside.T
        found[np.ix_(self.numbered, self.numbered)] = weighted @ self.numbers.T
        return found

    def crossed_with(self, column, weight):
        """One row of crossed()."""
        coded = np.flatnonzero(self.coded == column)
        values = self.patterns[:, coded[0]][self.cell] if len(coded) else \
            self.numbers[np.flatnonzero(self.numbered == column)[0]]
        weighted = values * weight
        found = np.empty(self.covariates.shape[1])
        found[self.coded] = np.bincount(self.cell, weighted, len(self.patterns)) @ self.patterns
        found[self.numbered] = self.numbers @ weighted
        return found


class Sums:
    """Efron's sums over the risk sets at some effects: likelihood, pulls, information, residuals.

    risk: logarithm of the relative risk of each piece. Wherever a weight is asked for it is one
    number for each of the times, constant on pieces: with that of a function of age these are the
    sums of covariates times the function.

    Those that end at one age leave one after the other, by parts: before a share q of them is left
    the risk set weighs, and has the covariates, outlived + q gone, both sums over rows. All that is
    asked for are sums over q of powers of it, so ends need no covariates of their own.
    """

    def __init__(self, sets, pieces, risk):
        self.sets = sets
        self._known = {}  # what takes longest, by what was asked for: much is asked for again
        weight = np.exp(risk - risk.max())
        self.change = pieces.matrix(weight, len(sets.times))
        self.end_weight = weight[pieces.last[sets.ends]]
        gone = sets.by_time(self.end_weight[:, None] * sets.with_one_ends)
        total = sets.totals(self.change, pieces)
        # Those who end are at risk: no less is left, whatever rounding makes of the sums.
        outlived = np.maximum(total[:, 0] - gone[:, 0], 0)
        left = outlived[sets.when] + sets.left * gone[sets.when, 0]
        self.outlived, self.gone = total[:, 1:] - gone[:, 1:], gone[:, 1:]
        with np.errstate(all="ignore"):  # steps that went too far, and are halved
            self.share = 1 / left
            self.log_likelihood = float(risk[pieces.last[sets.ends]].sum()
                                        - risk.max() * len(sets.ends) - np.log(left).sum())

    def _shares(self, power, of_left):
        """Σ share^power × q^of_left over the ends of each of the times."""
        key = power, of_left
        if key not in self._known:
            self._known[key] = self.sets.by_time(self.share ** power * self.sets.left ** of_left)
        return self._known[key]

    def _means(self, power, of_left, columns=slice(None)):
        """Σ share^(power − 1) × q^of_left × mean covariates at risk, over the ends of each time."""
        return self._shares(power, of_left)[:, None] * self.outlived[:, columns] \
            + self._shares(power, of_left + 1)[:, None] * self.gone[:, columns]

    def pull(self, weight):
        """Score: what each covariate times the weight pulls."""
        return weight @ (self.sets.x_ended - self._means(1, 0))

    def _once(self, work, weight, *others):
        """work(weight, *others), kept for when it is asked for again."""
        key = (work.__name__, weight.tobytes(), *others)
        if key not in self._known:
            self._known[key] = work(weight, *others)
        return self._known[key]

    def _lived(self, weight):
        """Of each row its hazard times the weight, over the time it was at risk (Efron)."""
        return self._once(self._live, weight)

    def _live(self, weight):
        sets = self.sets
        lived = -(self.change @ np.r_[0, np.cumsum(self._shares(1, 0) * weight)])
        own = (self._shares(1, 0) - self._shares(1, 1)) * weight
        lived[sets.ends] -= self.end_weight * own[sets.when]
        return lived

    def information(self, weight):
        """Σ weight × (covariance of the covariates over those at risk)."""
        return self._once(self._inform, weight)

    def _inform(self, weight):
        outlived, gone = self.outlived, self.gone
        even, once, twice = (self._shares(2, q) * weight for q in range(3))
        mixed = (outlived.T * once) @ gone
        means = (outlived.T * even) @ outlived + mixed + mixed.T + (gone.T * twice) @ gone
        return self.sets.cells.crossed(self._lived(weight)) - means

    def information_of(self, column, weight):
        """One row of the information, in much less time unless the whole is known."""
        known = self._known.get((self._inform.__name__, weight.tobytes()))
        return known[column] if known is not None else self._once(self._inform_of, weight, column)

    def _inform_of(self, weight, column):
        outlived, gone = self.outlived, self.gone
        even, once, twice = (self._shares(2, q) * weight for q in range(3))
        lives, goes = outlived[:, column], gone[:, column]
        means = (lives * even + goes * once) @ outlived + (lives * once + goes * twice) @ gone
        return self.sets.cells.crossed_with(column, self._lived(weight)) - means

    def _at_risk(self, over):
        """Changes of weights (see Pieces.matrix) summed over groups of rows."""
        if self._known.get("over") is not over:
            self._known["over"], self._known["at_risk"] = over, over @ self.change
        return self._known["at_risk"]

    def residuals(self, weight, over, columns=slice(None)):
        """Score residuals summed over groups of rows, which sum to the pull.

        over: sparse matrix of zeros and ones, groups × rows (in csr format).
        """
        sets = self.sets
        hazard = self._means(2, 0, columns) * weight[:, None]
        found = -(self._at_risk(over) @ np.pad(np.cumsum(hazard, axis=0), ((1, 0), (0, 0))))
        lived = self._lived(weight)[over.indices]
        found -= sparse.csr_matrix((lived, over.indices, over.indptr), over.shape) @ sets.x[:, columns]
        own = (self._means(2, 0, columns) - self._means(2, 1, columns)) * weight[:, None]
        middle = self._means(1, 0, columns) / np.bincount(sets.when)[:, None]
        return found + sets.at_ends(over) @ (
            weight[sets.when, None] * (sets.x_ends[:, columns] - middle[sets.when])
            - self.end_weight[:, None] * own[sets.when])


@dataclass
class Optimum:
    """Coefficients at the maximum, the information there or a step before, and the sums."""

    coefficients: np.ndarray
    information: np.ndarray
    sums: Sums


def _climb(sums_at, score, informed, start, precision, information=None):
    """Newton's steps, halved where the likelihood falls; None where it has no clear maximum.

    start: (coefficients, Sums). sums_at(coefficients), score(sums), informed(sums): the
    information, which takes longest; that of the point before serves where no more than the
    precision is left to gain. information: that at the start, if it is known. The last step is
    taken, so what is left is the precision's square.
    """
    b, sums = start
    for _ in range(MOST_STEPS):
        pull = score(sums)
        if information is None or pull @ np.linalg.solve(information, pull) >= precision:
            information = informed(sums)
            if not determined(information):
                return None
        step = np.linalg.solve(information, pull)
        if pull @ step < precision:
            return Optimum(b + step, information, sums)
        for halved in 0.5 ** np.arange(MOST_STEPS):
            further = sums_at(b + halved * step)
            if further.log_likelihood >= sums.log_likelihood - 1e-12 * abs(sums.log_likelihood):
                break
        else:
            return None
        b, sums = b + halved * step, further
    return None


def determined(information):
    """Whether no covariate is a combination of the others, whatever their units."""
    scale = np.diag(information)
    if not (np.isfinite(information).all() and (scale > 0).all()):
        return False
    curvature = np.linalg.eigvalsh(information / np.sqrt(np.outer(scale, scale)))
    return bool(curvature[0] > 1e-9)


def maximum(sets):
    """Optimum with effects that do not change; None if not determined."""
    pieces, even = sets.cut(), np.ones(len(sets.times))
    none = np.zeros(sets.x.shape[1])
    found = _climb(lambda b: Sums(sets, pieces, sets.cells.effect(b)), lambda sums: sums.pull(even),
                   lambda sums: sums.information(even), (none, Sums(sets, pieces, sets.x @ none)), 1e-14)
    return found and Optimum(found.coefficients, found.sums.information(even), found.sums)


@dataclass
class Interaction:
    """One covariate times functions of age: its column, and times × functions."""

    column: int
    basis: np.ndarray

    def information(self, sums, whole):
        """Information of all covariates, whose block is the whole, and of the interaction."""
        beside = np.array([sums.information_of(self.column, h) for h in self.basis.T]) \
            .reshape(-1, len(whole))
        corner = np.zeros((len(beside), len(beside)))
        for i, j in np.ndindex(corner.shape):
            both = self.basis[:, i] * self.basis[:, j]
            if both.any():  # bands have nothing in common, and a band times itself is the band
                corner[i, j] = sums.information_of(self.column, both)[self.column]
        return np.block([[whole, beside.T], [beside, corner]])

    def score(self, sums):
        """Score of all covariates and of the interaction."""
        return np.r_[sums.pull(np.ones(len(self.basis))),
                     [sums.pull(h)[self.column] for h in self.basis.T]]

    def maximum(self, constant, pieces):
        """Optimum with the interaction, its coefficients last; None if not determined.

        constant: Optimum without; pieces: where the basis is constant.
        """
        sets, terms, even = constant.sums.sets, len(constant.coefficients), np.ones(len(self.basis))
        own = sets.x[pieces.row, self.column]

        for h in self.basis.T:  # these serve the interactions of the other covariates as well
            constant.sums.information(h)
        information = self.information(constant.sums, constant.information)
        if not determined(information):
            return None
        start = np.r_[constant.coefficients, np.zeros(self.basis.shape[1])], constant.sums
        return _climb(
            lambda b: Sums(sets, pieces, sets.cells.effect(b[:terms])[pieces.row]
                           + own * (self.basis @ b[terms:])[pieces.level]),
            self.score, lambda sums: self.information(sums, sums.information(even)), start, 1e-4,
            information)
