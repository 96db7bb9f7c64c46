# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of sensitivity: cells as text from the rows of sensitivity."""

import textwrap
from dataclasses import dataclass

import numpy as np

from . import effect_tests, formats, sensitivity, tables

MOST_PAIRS = 8
TESTED = "p (Holm): for the hypothesis of no effect, corrected for all factors and outputs."
NO_SPREAD = "An interval of n/a: one replicate, too few units, or no spread to make one of."


REASONS = ("n/a", "An interval of n/a")  # how a note begins that says why something is missing


def _indented(notes):
    """Sentences as lines of text below a table."""
    return [line for note in notes for line in textwrap.wrap(note, tables.WIDTH, initial_indent="  ",
                                                             subsequent_indent="  ")]


@dataclass
class Table:
    """One table to print: title with unit, head, rows of text, sentences on how to read it."""

    title: str
    head: list
    rows: list
    notes: tuple = ()

    def lines(self, form):
        """The table as lines of 'text', 'markdown' or 'latex'."""
        if form == "text":
            return [self.title, *tables.align([self.head, *self.rows], whole=True),
                    *_indented(self.notes), ""]
        if form == "latex":
            return [*formats.latex(self.head, self.rows,
                                   " ".join((f"{self.title}.", *self.notes))), ""]
        return [f"### {self.title}", "", *formats.markdown(self.head, self.rows), "",
                *(f"{note}  " for note in self.notes), ""]

    def first(self, most):
        """Its title and first rows as lines of text, with the reason for what is n/a in them."""
        shown, left = self.rows[:most], len(self.rows) - most
        more = [f"  … and {left} more"] if left > 0 else []
        lacking = any(tables.MISSING in row for row in shown)
        return [self.title, *tables.align([self.head, *shown], whole=True), *more,
                *_indented(note for note in self.notes if lacking and note.startswith(REASONS))]


def _heading(analysis, output, power=0):
    scale = f"10^{power}" if power else ""
    unit = " ".join(x for x in (scale, output.unit) if x)
    return f"{analysis} of {output.label}" + (f"  ({unit})" if unit else "")


def _columns(rows, measures):
    """[(factor, {measure: row})] in the order of the factors."""
    found = {}
    for row in rows[rows["measure"].isin(measures)].itertuples(index=False):
        found.setdefault(row.factor, {})[row.measure] = row
    return list(found.items())


def _pair(row, decimals, signed=False):
    return [tables.cell(row.value, decimals, signed), tables.interval(row.low, row.high, decimals)]


def _p(row):
    return tables.p_text(row.p_holm) or tables.MISSING


def _lacks_interval(rows, measures):
    """Whether a value of these measures has no interval."""
    mine = rows[rows["measure"].isin(measures)]
    return bool((mine["value"].notna() & mine["low"].isna()).any())


def _largest_first(columns, measure):
    return sorted(columns, key=lambda c: -np.nan_to_num(abs(c[1][measure].value)))


def _scaled(rows):
    """Rows in a power of ten that suits them: (rows, power, decimals)."""
    power = tables.power_of_ten(rows["value"])
    cells = ["value", "low", "high"]
    rows = rows.assign(**(rows[cells] / 10.0 ** power))
    return rows, power, tables.decimals_for(rows["high"] - rows["low"], rows["value"])


def morris(output, rows):
    """μ*, μ, σ of each factor."""
    rows, power, decimals = _scaled(rows)
    noise = rows.loc[rows["measure"] == "noise", "value"].mean()
    body = []
    for factor, cell in _largest_first(_columns(rows, ("mu", "mu_star", "sigma")), "mu_star"):
        body.append([factor, *_pair(cell["mu_star"], decimals), _p(cell["mu_star"]),
                     *_pair(cell["mu"], decimals, True), *_pair(cell["sigma"], decimals)])
    chance = () if not np.isfinite(noise) else (
        f"Chance alone would give a factor without effect μ* = {tables.cell(noise, decimals)}.",)
    if _lacks_interval(rows, ("mu", "mu_star", "sigma")):
        chance += (f"n/a: too few trajectories for an interval ({sensitivity.FEWEST}; of σ "
                   f"{sensitivity.FEWEST_FOR_SPREAD}), no two replicates with a value, or all give the same: no "
                   "spread to make one of.",)
    return Table(_heading("Morris effects", output, power),
                 ["factor", "μ*", "95 % interval", "p (Holm)", "μ", "95 % interval", "σ",
                  "95 % interval"], body,
                 ("Per whole range of the factor, by the change that was made. σ > μ*: it depends on the "
                  f"others, or is far from linear. {TESTED}", *chance))


def _pairs_note(rows):
    """Sentence on the second order: the largest that are significant."""
    second = rows[rows["measure"] == "second"]
    if second.empty:
        return ()
    sure = effect_tests.told(second)
    sure = sure.reindex(sure["value"].abs().sort_values(ascending=False).index)
    said = "; ".join(f"{r.factor} with {r.other} {tables.cell(r.value, 2)} "
                     f"({tables.interval(r.low, r.high, 2)})"
                     for r in sure.head(MOST_PAIRS).itertuples())
    return (f"Second order, significant (Holm, all pairs): {said or 'none'}"
            f" (of {len(second)} pair{'' if len(second) == 1 else 's'}; all are in the CSV).",)


def sobol(output, rows, noise):
    """First and total order of each factor; noise: share of chance in the variance."""
    body = [[factor, *_pair(cell["first"], 2), *_pair(cell["total"], 2), _p(cell["total"])]
            for factor, cell in _largest_first(_columns(rows, ("first", "total")), "total")]
    first = rows.loc[rows["measure"] == "first", "value"].sum()
    notes = [f"First orders add up to {tables.cell(first, 2)}; without interaction it would be 1.",
             "Estimates from few blocks, and limits of their intervals, can come out below 0 or above 1."]
    if np.isfinite(noise):
        notes.append(f"Between replicates: {100 * noise:.0f} % of the variance of the points' means.")
        notes.append(TESTED)
    else:
        notes.append("p (Holm): for the hypothesis of no first-order effect, since a total effect cannot be told "
                     "from chance without replicates; corrected for all factors and outputs.")
    if _lacks_interval(rows, ("first", "total")):
        notes.append("An interval of n/a: all blocks agree, and have no spread to make one of.")
    return Table(_heading("Sobol indices", output),
                 ["factor", "first", "95 % interval", "total", "95 % interval", "p (Holm)"], body,
                 (*notes, *_pairs_note(rows)))


def regression(output, rows, points, tied=()):
    """SRC and PRCC of each factor; tied: groups of factors that cannot be told apart."""
    body = [[factor, *_pair(cell["prcc"], 2, True), _p(cell["prcc"]), *_pair(cell["src"], 2, True)]
            for factor, cell in _largest_first(_columns(rows, ("src", "prcc")), "prcc")]
    fit = {m: rows.loc[rows["measure"] == m, "value"].iloc[0] for m in ("r2", "r2_ranks")}
    return Table(_heading("Regression", output),
                 ["factor", "PRCC", "95 % interval", "p (Holm)", "SRC", "95 % interval"], body,
                 (f"{points} points. PRCC: partial correlation of ranks; SRC: standardised coefficient. "
                  f"R² {fit['r2']:.2f}, of ranks {fit['r2_ranks']:.2f}: where it is low the output "
                  "bends, the factors act together or chance rules, and these say little. p (Holm): for "
                  "a PRCC of 0, corrected for all factors and outputs.", *(
                     f"n/a: cannot be told apart: {', '.join(group)}." for group in tied)))


def ends(output, rows, sweep, reference):
    """Tables of the output at the ends of each factor against the reference, and at each level."""
    shown, power, decimals = _scaled(rows)
    columns = _columns(shown, ("at_low", "at_high"))
    body = []
    for factor, cell in sorted(columns, key=lambda c: -np.nan_to_num(
            abs(c[1]["at_high"].value - c[1]["at_low"].value))):
        body.append([factor] + [x for end in ("at_low", "at_high") for x in
                                (sweep.value_text(factor, cell[end].level),
                                 *_pair(cell[end], decimals, True), _p(cell[end]))])
    table = Table(_heading(f"One factor at a time, against {reference},", output, power),
                  ["factor", "lowest", "output", "95 % interval", "p (Holm)", "highest", "output",
                   "95 % interval", "p (Holm)"], body, (TESTED, NO_SPREAD))
    return [*([table] if body else []), *levels(output, rows, sweep, reference)]


def levels(output, rows, sweep, reference):
    """A table for each factor whose levels are names in no order: the output at each of them."""
    shown, power, decimals = _scaled(rows)
    found = []
    for factor, own in shown[shown["measure"] == "at_level"].groupby("factor", sort=False):
        [against] = set(sweep.levels(factor)) - set(own["level"])
        own = own.sort_values("value", key=lambda v: -v.abs(), kind="stable")
        body = [[sweep.value_text(factor, row.level), *_pair(row, decimals, True), _p(row)]
                for row in own.itertuples()]
        where = "" if reference.startswith("the mean") else f" ({reference})"
        found.append(Table(_heading(f"Levels of {factor}, against {sweep.value_text(factor, against)}{where},",
                                    output, power),
                           ["level", "output", "95 % interval", "p (Holm)"], body, (TESTED, NO_SPREAD)))
    return found


def plane(output, phase, texts):
    """The cells of a phase diagram; texts: of the cells of x and of y."""
    decimals = tables.decimals_for(phase.high.ravel() - phase.low.ravel(), phase.value.ravel())
    body = []
    for j in reversed(range(len(texts[1]))):
        row = [texts[1][j]]
        for i in range(len(texts[0])):
            cell = tables.cell(phase.value[j, i], decimals, bool(output.subtrahend))
            row.append(f"({cell})" if phase.open[j, i] and output.subtrahend else cell)
        body.append(row)
    notes = (f"Rows: {phase.y.factor}; columns: {phase.x.factor}.",) + (
        ("In brackets: the sign is open (p > .05, corrected by Holm for all cells, or no test).",)
        if output.subtrahend else ())
    return Table(_heading("Phase diagram", output), [""] + texts[0], body, notes)
