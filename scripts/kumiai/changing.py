# SPDX-License-Identifier: GPL-3.0-or-later
"""Hazard ratios that change with age: are they constant, and what are they at which age?

The test is the score test of covariate × log age with the information of each age at which ties
end, as in R's cox.zph since survival 3.0. (Scaled Schoenfeld residuals with the mean information
are wrong where a covariate comes with age, as a successor or an institution does.) The ratios come
from regressions with the interaction: with log age, and with bands of age.
"""

import numpy as np
import pandas as pd
from scipy import sparse, stats

from . import aside, efron
from .intervals import holm

BANDS = (0.0, 1.0, 2.0, 5.0, 10.0, np.inf)  # years; a band holds its upper end
READ_AT = (1, 10)  # years at which the line in log age is read
GLOBAL = "GLOBAL"


def band_words():
    """'0–1', …, '10+': the bands of age in years."""
    return [f"{low:g}–{high:g}" if np.isfinite(high) else f"{low:g}+"
            for low, high in zip(BANDS, BANDS[1:])]


class Clusters:
    """Replicates as independent units: sums over each, errors, tests. labels: one per row."""

    def __init__(self, labels, fewest):
        self.codes, found = pd.factorize(labels)
        self.count = len(found)
        self.enough = self.count >= fewest
        self._over = None, None

    def over(self, rows):
        """Matrix that sums over the clusters of these rows; see efron.Sums.residuals."""
        if self._over[0] is not rows:  # the same ones are asked for again and again
            self._over = rows, sparse.csr_matrix(
                (np.ones(len(rows)), (self.codes[rows], np.arange(len(rows)))), (self.count, len(rows)))
        return self._over[1]

    def errors(self, influence):
        """Standard errors from sums of influence, with the factor G/(G−1); NaN for too few clusters
        and where they are all alike, which tells no spread."""
        if not self.enough:
            return np.full(influence.shape[1], np.nan)
        found = np.sqrt((influence ** 2).sum(axis=0) * self.count / (self.count - 1))
        return np.where(found > 1e-9, found, np.nan)

    def p_of_none(self, sums):
        """p-value of sums being 0 in the mean (Hotelling's T²); NaN for too few clusters."""
        terms = sums.shape[1]
        if not self.enough or self.count <= terms:
            return np.nan
        spread = np.cov(sums, rowvar=False).reshape(terms, terms)
        if not efron.determined(spread):
            return np.nan
        mean = sums.mean(axis=0)
        squared = self.count * mean @ np.linalg.solve(spread, mean)
        return float(stats.f.sf(squared * (self.count - terms) / (terms * (self.count - 1)), terms,
                                self.count - terms))


def ratios(coefficients, errors, freedom):
    """Columns coefficient, se, hazard_ratio and its 95 % limits (Student's t)."""
    half = stats.t.ppf(0.975, freedom) * errors
    return {"coefficient": coefficients, "se": errors, "hazard_ratio": np.exp(coefficients),
            "low": np.exp(coefficients - half), "high": np.exp(coefficients + half)}


# ---- the test ----


class ScoreTest:
    """Score test of every covariate × log age at an efron.Optimum without such terms."""

    def __init__(self, optimum, clusters):
        sums, sets = optimum.sums, optimum.sums.sets
        log = np.log(sets.times)
        log -= log[sets.when].mean()
        self.clusters, self.pull = clusters, sums.pull(log)
        mixed = sums.information(log)
        self.removed = np.linalg.solve(optimum.information, mixed)
        self.information = sums.information(log ** 2) - mixed @ self.removed
        over = clusters.over(sets.met)
        self.by_cluster = sums.residuals(log, over) \
            - sums.residuals(np.ones(len(log)), over) @ self.removed

    def of(self, columns):
        """chisq, df and p of some columns together, as cox.zph, and p_clustered."""
        information, pull = self.information[np.ix_(columns, columns)], self.pull[columns]
        if not efron.determined(information):
            return {"chisq": np.nan, "df": len(columns), "p": np.nan, "p_clustered": np.nan}
        chisq = float(pull @ np.linalg.solve(information, pull))
        return {"chisq": chisq, "df": len(columns), "p": float(stats.chi2.sf(chisq, len(columns))),
                "p_clustered": self.clusters.p_of_none(self.by_cluster[:, columns])}


def _covariates(names):
    """{covariate: numbers of its columns}; those of a category begin with its name."""
    found = {}
    for number, name in enumerate(names):
        found.setdefault(name.split(": ")[0], []).append(number)
    return found


def tests(names, score):
    """The test of each covariate as a whole, and of all together; see ScoreTest.of."""
    groups = {**_covariates(names), GLOBAL: list(range(len(names)))}
    return pd.DataFrame([score.of(columns) for columns in groups.values()],
                        index=pd.Index(groups, name="covariate"))


# ---- the ratios ----


def _sides(values):
    """Rows on the one and on the other side of a 0/1 covariate; of others all rows."""
    return [values == 0, values == 1] if set(np.unique(values)) <= {0.0, 1.0} \
        else [np.ones(len(values), dtype=bool)]


def _seen(sets, sides):
    """First and last age at which a tie ended while ties on both sides were at risk."""
    seen = np.ones(len(sets.times), dtype=bool)
    for side in sides:
        at_risk = np.bincount(sets.entered[side], minlength=len(seen) + 1) \
            - np.bincount(sets.stopped[side], minlength=len(seen) + 1)
        seen &= np.cumsum(at_risk)[:-1] > 0
    return sets.times[seen][[0, -1]] if seen.any() else (np.nan, np.nan)


def _line(optimum, pieces, basis, column, sides):
    """Log hazard ratio of a column as a line in log age: slope, and ratios at READ_AT.

    A ratio is NaN at ages at which no tie ended, or ties on one side only were at risk.
    """
    sets = optimum.sums.sets
    centre = np.log(sets.times)[sets.when].mean()
    found = efron.Interaction(column, basis).maximum(optimum, pieces)
    slope = np.nan if found is None else found.coefficients[-1]
    level = np.nan if found is None else found.coefficients[column]
    first, last = _seen(sets, sides)
    return {"slope": slope, **{
        f"ratio_at_{age}": np.exp(level + slope * (np.log(age) - centre))
        if first <= age <= last else np.nan for age in READ_AT}}


def _joined(ends, fewest):
    """Bands as (first, last), joined until each has that many ends on every side."""
    found, first = [], 0
    for last in range(ends.shape[1]):
        if ends[:, first:last + 1].sum(axis=1).min() >= fewest:
            found.append((first, last))
            first = last + 1
    if first < ends.shape[1]:  # what is left joins the last
        found[-1:] = [(found[-1][0] if found else 0, ends.shape[1] - 1)]
    return found


def _in_bands(optimum, pieces, interaction, clusters):
    """Coefficients of a column in its bands and their clustered errors; NaN if not determined.

    interaction: with the second band and those after it.
    """
    bands, even = interaction.basis.shape[1] + 1, np.ones(len(interaction.basis))
    terms, column = len(optimum.coefficients), interaction.column
    found = interaction.maximum(optimum, pieces)
    if found is None:
        return np.full((2, bands), np.nan)
    contrast = np.eye(bands, terms + bands - 1, terms - 1)
    contrast[:, terms - 1], contrast[:, column] = 0, 1
    over = clusters.over(found.sums.sets.met)
    residuals = np.hstack([found.sums.residuals(even, over)] + [
        found.sums.residuals(h, over, [column]) for h in interaction.basis.T])
    information = interaction.information(found.sums, found.sums.information(even))
    influence = residuals @ np.linalg.solve(information, contrast.T)
    return contrast @ found.coefficients, clusters.errors(influence)


def _ages(optimum, pieces, band, column, sides, clusters, fewest):
    """Hazard ratios of a column in bands of age, joined where one has too few ends on a side.

    Long frame: column, age_from, age_to (years, that included), ends, and the columns of ratios.
    """
    sets = optimum.sums.sets
    ends = np.array([np.bincount(band[sets.when][side[sets.ends]], minlength=len(BANDS) - 1)
                     for side in sides])
    bands = _joined(ends, fewest)
    later = np.array([(first <= band) & (band <= last) for first, last in bands[1:]], dtype=float)
    read = _in_bands(optimum, pieces, efron.Interaction(column, later.reshape(-1, len(band)).T),
                     clusters)
    return pd.DataFrame({
        "column": column, "age_from": [BANDS[first] for first, _ in bands],
        "age_to": [BANDS[last + 1] for _, last in bands],
        "ends": [int(ends[:, first:last + 1].sum()) for first, last in bands],
        **ratios(*read, clusters.count - 1)})


def by_column(optimum, sides, clusters, fewest):
    """(lines, one row per column; ratios by bands of age, a long frame); see _line and _ages.

    Each column takes regressions of its own, so that every processor does a share of them.
    """
    sets = optimum.sums.sets
    basis, band = sets.log_age(), np.searchsorted(BANDS[1:-1], sets.times, side="left")
    in_lines, in_bands = sets.cut(basis), sets.cut(band[:, None])
    found = aside.each(lambda column: (
        _line(optimum, in_lines, basis, column, sides[column]),
        _ages(optimum, in_bands, band, column, sides[column], clusters, fewest)), range(len(sides)))
    return pd.DataFrame([line for line, _ in found]), pd.concat([ages for _, ages in found], ignore_index=True)


def describe(design, optimum, clusters, fewest):
    """(check by column, tests by covariate, ratios by bands of age); see cox.Fit.

    design: frame of the covariates; fewest: ends that a band needs on each side.
    """
    score = ScoreTest(optimum, clusters)
    sides = [_sides(design[name].to_numpy()[optimum.sums.sets.met]) for name in design]
    check = pd.DataFrame([score.of([column]) for column in range(design.shape[1])])
    check["p_holm"] = holm(check["p_clustered"])
    lines, ages = by_column(optimum, sides, clusters, fewest)
    check = check.join(lines).set_index(pd.Index(design.columns, name="term"))
    ages.insert(0, "term", design.columns[ages.pop("column")])
    return check, tests(design.columns, score), ages
