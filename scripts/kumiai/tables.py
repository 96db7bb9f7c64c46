# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain-text tables of a comparison, and the tidy frame behind them."""

import math
import re
import textwrap

import pandas as pd

from kumiai.results import is_share

from . import comparable, drawn, intervals
from .effect_tests import SURE
from .survival import FEWEST_REPLICATES

WIDTH = 110
MISSING = "n/a"
# Plurals that measure an amount and count nothing.
MEASURED = ("years", "months", "days", "hours", "seconds", "persons")


COLUMNS = ["part", "metric", "unit", "scenario", "file", "n", "mean", "low", "high", "diff_kind",
           "pairs", "diff", "diff_low", "diff_high", "verdict", "d", "d_pairs", "p", "p_holm",
           "var_ratio", "pairs_higher", "pairs_lower", "p_sign_holm"]


def is_counted(unit):
    """Whether a unit counts things ('ties', 'ties ended', and of a flow 'ties/year'), so that zeros alone say how few
    there are."""
    found = re.fullmatch("([a-z]+s)( [a-z]+)?(/step|/year)?", unit)
    return found is not None and found[1] not in MEASURED


def _difference_fields(base, values, share):
    """Fields of the difference of two samples of one metric; share: both lie between 0 and 1."""
    d = intervals.difference(base, values)
    d = d.within(1) if share else d
    return {"diff_kind": d.kind, "pairs": d.n if d.kind == "paired" else 0, "diff": d.mean,
            "diff_low": d.low, "diff_high": d.high, "d": d.d,
            "d_pairs": d.d_pairs, "p": d.p, "var_ratio": d.ratio, "pairs_higher": d.higher, "pairs_lower": d.lower,
            "p_sign_holm": d.p_sign if d.kind == "paired" else float("nan")}


def _verdict(row):
    """'+' or '−' where the corrected p tells a difference, '·' where not, '?' without a test."""
    if row.diff_kind not in ("paired", "unpaired"):
        return float("nan")
    if not math.isfinite(row.p_holm):
        return "?"
    return "·" if row.p_holm >= SURE else "+" if row.diff > 0 else "−"


def compare(scenarios, metrics, part="summary", frames=None, units=None, by=comparable.apart):
    """Tidy frame: one row per metric and scenario that has it, the first the reference.

    frames: one per scenario, rows by (seed, rep, point), columns metrics (default: summary).
    Columns mean, low, high (95 %) and diff_kind (reference, paired, unpaired, none), pairs,
    diff, diff_low, diff_high, verdict (+ − · ?), d and d_pairs (see intervals.Difference), p,
    p_holm (the family is all differences of this call), var_ratio; pairs_higher and pairs_lower: how many pairs are above
    and below the reference, p_sign_holm: p of the sign test on them. Runs that share a draw of the parameters count as one. A scenario that runs over another time than the first, as `by` (of comparable.py)
    finds, has no differences.
    """
    frames = drawn.independent(scenarios, [s.summary for s in scenarios] if frames is None else frames)
    rows, apart = [], [s is not scenarios[0] and by(s, scenarios[0]) is not None for s in scenarios]
    for metric in metrics:
        base, unit = frames[0].get(metric), (units or {}).get(metric, "")
        share = is_share(unit) and intervals.are_shares(
            *(frame.get(metric, ()) for frame in frames))
        for s, frame, other_time in zip(scenarios, frames, apart):
            values = frame.get(metric)
            if values is None:
                continue
            row = {"part": part, "metric": metric, "unit": unit,
                   "scenario": s.label, "file": str(s.path), "pairs": 0, "pairs_higher": 0, "pairs_lower": 0,
                   "diff_kind": "reference" if s is scenarios[0] else "none"}
            level = intervals.mean_interval(values, share, is_counted(unit))
            row |= {"n": level.n, "mean": level.mean, "low": level.low, "high": level.high}
            if s is not scenarios[0] and base is not None and not other_time:
                row |= _difference_fields(base, values, share)
            rows.append(row)
    found = pd.DataFrame(rows, columns=COLUMNS)
    found["p_holm"] = intervals.holm(found["p"].astype(float))
    found["p_sign_holm"] = intervals.holm(found["p_sign_holm"].astype(float))
    found["verdict"] = [_verdict(row) for row in found.itertuples(index=False)]
    return found


def power_of_ten(values):
    """Power of ten (a multiple of 3) that brings a block's numbers between 0.001 and 10⁷."""
    top = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    if top == 0 or 1e-3 <= top < 1e7:
        return 0
    return 3 * math.floor(math.log10(top) / 3)


def decimals_for(widths, values):
    """Decimals that show two digits of the narrowest interval, seven digits in all."""
    top = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    room = 6 - max(0, math.floor(math.log10(top)) if top else 0)
    narrow = min((w for w in widths if math.isfinite(w) and w > 0), default=top / 100 or 1.0)
    return max(0, min(room, 1 - math.floor(math.log10(narrow))))


def cell(value, decimals, signed=False):
    if not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0" if signed else f"{0:.{decimals}f}"
    text = f"{value:{'+' if signed else ''}.{decimals}f}"
    if float(text) == 0:
        text = f"{value:{'+' if signed else ''}.1e}"  # small is not zero
    return text.replace("-", "−")


def interval(low, high, decimals):
    """'low … high'; n/a without an interval."""
    if not math.isfinite(low) or low == high:
        return MISSING
    return f"{cell(low, decimals)} … {cell(high, decimals)}"


def _shorten(text, width):
    """Cut in the middle: names of one study often differ at the ends only."""
    if len(text) <= width:
        return text
    tail = (width - 1) // 2
    return text[:width - 1 - tail] + "…" + text[len(text) - tail:]


def wrapped(text):
    """A paragraph below a table."""
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def align(rows, left=(0,), whole=False):
    """Rows of text as aligned lines of at most WIDTH characters; column 0 gives way.

    left: numbers of the columns that stand to the left. whole: column 0 has names that must not be cut, such as
    parameters; lines are longer then where they must be.
    """
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    rest = sum(widths[1:]) + 2 * len(widths)
    widths[0] = widths[0] if whole else max(10, min(widths[0], WIDTH - rest))
    lines = []
    for row in rows:
        cells = [_shorten(row[0], widths[0])] + list(row[1:])
        cells = [c.ljust(w) if i in left else c.rjust(w)
                 for i, (c, w) in enumerate(zip(cells, widths))]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines


def p_text(p):
    """A p-value with three decimals; a small one is not zero, and it stops at what data can say."""
    return "" if not math.isfinite(p) else "<.001" if p < 0.001 else f"{p:.3f}".lstrip("0") \
        if p < 1 else "1"


def _effect_text(d):
    return MISSING if not math.isfinite(d) else f"{d:+.2f}".replace("-", "−") if abs(d) < 100 \
        else f"{d:+.0f}".replace("-", "−")


def _difference_cells(row, decimals):
    """Difference, interval, verdict, d, Holm's p and pairs of one row as text."""
    if row.diff_kind == "reference":
        return ["reference", "", "", "", "", ""]
    if row.diff_kind == "none":
        return [MISSING, "", "", "", "", ""]
    pairs = str(row.pairs) if row.diff_kind == "paired" else "none"
    return [cell(row.diff, decimals, signed=True),
            interval(row.diff_low, row.diff_high, decimals), row.verdict, _effect_text(row.d),
            p_text(row.p_holm), pairs]


def block_cells(frame):
    """Cells (lists of text) of one metric's rows and the power of ten they are divided by."""
    frame = frame.copy()
    levels, diffs = ["mean", "low", "high"], ["diff", "diff_low", "diff_high"]
    power = power_of_ten(frame["mean"])
    frame[levels + diffs] = frame[levels + diffs].astype(float) / 10.0 ** power
    d_level = decimals_for(frame["high"] - frame["mean"], frame[levels].stack())
    d_diff = decimals_for(frame["diff_high"] - frame["diff"], frame[diffs].stack())
    rows = [[str(row.n), cell(row.mean, d_level), interval(row.low, row.high, d_level)]
            + _difference_cells(row, d_diff) for row in frame.itertuples(index=False)]
    return rows, power


def heading(metric, frame, power=0):
    """A metric with its unit and the power of ten its numbers are divided by."""
    unit = frame["unit"].iloc[0]
    scale = f"10^{power}" if power else ""
    inside = " ".join(x for x in (scale, unit) if x)
    return f"{metric}  ({inside})" if inside else metric


def metric_block(metric, frame, numbers):
    """Lines of one metric: frame as from compare(), numbers maps label → scenario number."""
    cells, power = block_cells(frame)
    unpaired = (frame["diff_kind"] == "unpaired").any()
    head = "difference" if unpaired else "paired diff."
    rows = [["scenario", "n", "mean", "95 % interval", head, "95 % interval", "", "d", "p (Holm)",
             "pairs"]]
    rows += [[f"{numbers[label]} {label}"] + c for label, c in zip(frame["scenario"], cells)]
    if len(numbers) == 1:  # nothing to compare with
        rows = [row[:4] for row in rows]
    lines = [heading(metric, frame, power)] + align(rows)
    lines += sign_lines(frame, numbers)
    if unpaired:
        lines.append("  pairs 'none': no (seed, rep) in common; the difference is unpaired (Welch).")
    return lines


def sign_lines(frame, numbers):
    """A line for each scenario whose median the sign test tells apart while the interval of its mean includes 0."""
    return [f"  {numbers[row.scenario]} {row.scenario}: {'above' if row.pairs_higher > row.pairs_lower else 'below'} the "
            f"reference in {int(max(row.pairs_higher, row.pairs_lower))} of {row.pairs} pairs: by the sign test, p (Holm) "
            f"{p_text(row.p_sign_holm)}, the median differs; a few large differences make the mean uncertain"
            for row in frame.itertuples(index=False) if row.p_sign_holm < SURE and row.diff_low <= 0 <= row.diff_high]


def header(scenarios):
    """Lines that say what is compared."""
    rows = [["scenario", "ok runs", "left out", "file"]]
    rows += [[f"{i} {s.label}", str(s.n), str(s.failed), _shorten(str(s.path), 48)]
             for i, s in enumerate(scenarios, 1)]
    lines = align(rows, left=(0, 3))
    return lines + [wrapped(note)] if (note := drawn.note(scenarios)) else lines


def family(frame):
    """Number of tests that Holm's correction counts in a frame of compare()."""
    return int(frame["p"].notna().sum())


def footer(frame):
    """Lines that say how to read the blocks."""
    tests = family(frame)
    corrected = f"corrected for all {tests} differences of this table, so that with probability 95 % none of " \
        "its + and − is wrong" if tests > 1 else "of the one difference of this table"
    text = ("+ above and − below the reference: p (Holm) is below .05. · not told apart. ? no test: one "
            f"replicate or pair, or all are alike, so no spread is known. p (Holm) is {corrected}. Each interval is "
            "of 95 % by itself, so it may leave out 0 where p (Holm) tells nothing apart. d: Cohen's d, the "
            "difference in standard deviations between replicates. A count that none of "
            f"{intervals.FEWEST_ZEROS} or more replicates has seen has an upper limit: that of a count which one "
            "replicate has seen twice.")
    return textwrap.wrap(text, WIDTH)


def _signed(value, decimals):
    return f"{value:+,.{decimals}f}".replace("-", "−") if value else "0"


def _counts_cell(row, decimals):
    """'+12.3 (+9.1 … +15.2)*' of a difference, n/a without one, or the mean of the reference."""
    if row.diff_kind == "none":
        return MISSING
    if row.diff_kind == "reference":
        return f"{row.mean:,.{decimals}f}"
    limits = f" ({_signed(row.diff_low, decimals)} … {_signed(row.diff_high, decimals)})" \
        if math.isfinite(row.diff_low) else ""
    return f"{_signed(row.diff, decimals)}{limits}{'*' if row.p_holm < SURE else ''}"


def _counts_note(frame, tests):
    """How to read counts_block."""
    if not frame["diff_low"].notna().any():
        return "  first column: mean; others: difference to it (no interval: one replicate or pair, or all alike)"
    return ("  first column: mean; others: difference to it (95 % interval); "
            f"* p (Holm, {tests} test{'' if tests == 1 else 's'}) < .05") + _few_note(frame)


def _few_note(frame):
    """What intervals of few replicates are worth, as a further line; '' of enough."""
    n = int(frame.groupby("scenario")["n"].max().min())
    return "" if n >= FEWEST_REPLICATES or not frame["low"].notna().any() else \
        f"\n  {n} replicates are few: intervals are wide and rough, and the report gives none; run at least 10"


def counts_block(title, frame, numbers, per_line=3, tests=None):
    """Lines of a part with many rows: the reference's mean, the others' differences to it.

    tests: how many Holm's correction counted, where the frame is a part of what was corrected.
    """
    labels = list(dict.fromkeys(frame["scenario"]))
    first, others = labels[0], labels[1:]
    lines = [title]
    for start in range(0, max(1, len(others)), per_line):
        shown = [first] + others[start:start + per_line]
        rows = [["per replicate"] + [f"{numbers[x]} {_shorten(x, 17)}" for x in shown]]
        for metric, block in frame.groupby("metric", sort=False):
            top = block["mean"].max()
            decimals = 0 if top >= 1000 else 1 if top >= 10 else 2 if top >= 1 else 3
            cells = {row.scenario: _counts_cell(row, decimals)
                     for row in block.itertuples(index=False)}
            rows.append([metric] + [cells.get(x, MISSING) for x in shown])
        lines += align(rows)
    if others:
        lines.append(_counts_note(frame, family(frame) if tests is None else tests))
    return lines


def levels_block(title, frame):
    """Lines of one scenario: a row for every metric with its mean and interval."""
    rows = [[title, "mean", "95 % interval", "unit"]]
    for metric, block in frame.groupby("metric", sort=False):
        [[_, mean, limits, *_]], power = block_cells(block)
        unit = block["unit"].iloc[0]
        rows.append([metric, mean, limits, f"10^{power} {unit}" if power else unit])
    return align(rows, left=(0, 3)) + [line for line in _few_note(frame).split("\n") if line]


def _share(triple):
    value, low, high = triple
    if not math.isfinite(value):
        return MISSING
    text = f"{100 * value:.0f} %"
    return text if not math.isfinite(low) else f"{text} ({100 * low:.0f}–{100 * high:.0f})"


def _cause(cause, sure):
    """'dormancy 31 %' of (cause, share), with a question mark where it is not sure."""
    return f"{cause[0]} {100 * cause[1]:.0f} %{'' if sure else ' ?'}" if cause else "none"


def survival_block(rows, unit="years"):
    """Lines on the survival of ties.

    rows: (label, mode, Curve, main cause or None, whether it is told from the others); unit: of ages, 'years' or 'steps'.
    """
    short = "y" if unit == "years" else unit
    table = [["scenario", "mode", "ties", "ended", f"lasting 5 {short}", f"lasting 10 {short}", "median",
              f"main cause within 10 {short}"]]
    for label, mode, curve, cause, sure in rows:
        median = curve.median()
        table.append([label, mode, str(curve.n), str(curve.ended), _share(curve.at(5)),
                      _share(curve.at(10)),
                      f"{median:.1f} {short}" if math.isfinite(median) else MISSING,
                      MISSING if curve.thin and cause is None else _cause(cause, sure)])
    lines = ["survival of ties  (Kaplan–Meier; causes by Aalen–Johansen; in brackets 95 % over "
             f"replicates, of {FEWEST_REPLICATES} at least)"] + align(table, left=(0, 1, 7))
    if not all(sure for *_, sure in rows):
        lines.append("  ?: not told apart from another cause, or fewer than "
                     f"{FEWEST_REPLICATES} replicates")
    return lines
