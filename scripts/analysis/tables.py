"""Plain-text tables of a comparison, and the tidy frame behind them."""

import math

import pandas as pd

from . import intervals

WIDTH = 110
MISSING = "n/a"


def compare(scenarios, metrics):
    """Tidy frame: one row per metric and scenario that has it, the first the reference.

    Columns mean, low, high (95 %) and diff_kind (reference, paired, unpaired, none), pairs,
    diff, diff_low, diff_high, verdict (+ − · ?), var_ratio.
    """
    rows = []
    for metric in metrics:
        base = scenarios[0].summary.get(metric)
        for s in scenarios:
            values = s.summary.get(metric)
            if values is None:
                continue
            row = {"metric": metric, "scenario": s.label, "file": str(s.path),
                   "diff_kind": "reference" if s is scenarios[0] else "none", "pairs": 0}
            level = intervals.mean_interval(values)
            row |= {"n": level.n, "mean": level.mean, "low": level.low, "high": level.high}
            if s is not scenarios[0] and base is not None:
                d = intervals.difference(base, values)
                row |= {"diff_kind": d.kind, "pairs": d.n if d.kind == "paired" else 0,
                        "diff": d.mean, "diff_low": d.low, "diff_high": d.high,
                        "verdict": d.verdict, "var_ratio": d.ratio}
            rows.append(row)
    names = ["metric", "scenario", "file", "n", "mean", "low", "high", "diff_kind", "pairs",
             "diff", "diff_low", "diff_high", "verdict", "var_ratio"]
    return pd.DataFrame(rows, columns=names)


def _scale(values):
    """Power of ten (a multiple of 3) that brings a block's numbers between 0.001 and 10⁷."""
    top = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    if top == 0 or 1e-3 <= top < 1e7:
        return 0
    return 3 * math.floor(math.log10(top) / 3)


def _decimals(widths, values):
    """Decimals that show two digits of the narrowest interval, seven digits in all."""
    top = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    room = 6 - max(0, math.floor(math.log10(top)) if top else 0)
    narrow = min((w for w in widths if math.isfinite(w) and w > 0), default=top / 100 or 1.0)
    return max(0, min(room, 1 - math.floor(math.log10(narrow))))


def _number(value, decimals, signed=False):
    if not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0" if signed else f"{0:.{decimals}f}"
    text = f"{value:{'+' if signed else ''}.{decimals}f}"
    if float(text) == 0:
        text = f"{value:{'+' if signed else ''}.1e}"  # small is not zero
    return text.replace("-", "−")


def _interval(low, high, decimals):
    """'low … high'; n/a without an interval; ±0 if every replicate agrees."""
    if not math.isfinite(low):
        return MISSING
    if low == high:
        return "±0"
    return f"{_number(low, decimals)} … {_number(high, decimals)}"


def _shorten(text, width):
    """Cut in the middle: names of one study often differ at the ends only."""
    if len(text) <= width:
        return text
    tail = (width - 1) // 2
    return text[:width - 1 - tail] + "…" + text[len(text) - tail:]


def align(rows, left=(0,)):
    """Rows of text as aligned lines of at most WIDTH characters; column 0 gives way.

    left: numbers of the columns that stand to the left.
    """
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    rest = sum(widths[1:]) + 2 * len(widths)
    widths[0] = max(10, min(widths[0], WIDTH - rest))
    lines = []
    for row in rows:
        cells = [_shorten(row[0], widths[0])] + list(row[1:])
        cells = [c.ljust(w) if i in left else c.rjust(w)
                 for i, (c, w) in enumerate(zip(cells, widths))]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines


def _difference_cells(row, decimals):
    """Difference, interval, verdict, pairs and variance ratio of one row as text."""
    if row.diff_kind == "reference":
        return ["reference", "", "", "", ""]
    if row.diff_kind == "none":
        return [MISSING, "", "", "", ""]
    ratio = "∞" if row.var_ratio == math.inf else MISSING if math.isnan(row.var_ratio) \
        else f"{row.var_ratio:.1f}" if row.var_ratio < 1000 else ">999"
    pairs = str(row.pairs) if row.diff_kind == "paired" else "none"
    return [_number(row.diff, decimals, signed=True),
            _interval(row.diff_low, row.diff_high, decimals), row.verdict, pairs, ratio]


def metric_block(metric, frame, numbers):
    """Lines of one metric: frame as from compare(), numbers maps label → scenario number."""
    frame = frame.copy()
    levels, diffs = ["mean", "low", "high"], ["diff", "diff_low", "diff_high"]
    power = _scale(frame["mean"])
    frame[levels + diffs] = frame[levels + diffs].astype(float) / 10.0 ** power
    d_level = _decimals(frame["high"] - frame["mean"], frame[levels].stack())
    d_diff = _decimals(frame["diff_high"] - frame["diff"], frame[diffs].stack())
    unpaired = (frame["diff_kind"] == "unpaired").any()
    head = "difference" if unpaired else "paired diff."
    rows = [["scenario", "n", "mean", "95 % interval", head, "95 % interval", "",
             "pairs", "var.ratio"]]
    for row in frame.itertuples(index=False):
        rows.append([f"{numbers[row.scenario]} {row.scenario}", str(row.n),
                     _number(row.mean, d_level), _interval(row.low, row.high, d_level)]
                    + _difference_cells(row, d_diff))
    if len(numbers) == 1:  # nothing to compare with
        rows = [row[:4] for row in rows]
    lines = [metric + (f"  (in 10^{power})" if power else "")] + align(rows)
    if unpaired:
        lines.append("  pairs 'none': no (seed, rep) in common; the difference is unpaired (Welch).")
    return lines


def header(scenarios):
    """Lines that say what is compared."""
    rows = [["scenario", "ok runs", "left out", "file"]]
    rows += [[f"{i} {s.label}", str(s.n), str(s.failed), _shorten(str(s.path), 48)]
             for i, s in enumerate(scenarios, 1)]
    return align(rows, left=(0, 3))


def footer(frame):
    """Lines that say how to read the blocks."""
    lines = ["+ above and − below the reference (the interval of the difference excludes 0), "
             "· not told apart,",
             "? no interval (one replicate or pair). var.ratio: variance of the difference "
             "without pairing over that with."]
    shown = int(frame["diff_low"].notna().sum())
    if shown > 1:
        lines.append(f"Each interval is 95 % by itself: of {shown} differences, about "
                     f"{shown / 20:.1f} would exclude 0 by chance alone.")
    return lines


def _share(triple):
    value, low, high = triple
    if not math.isfinite(value):
        return MISSING
    text = f"{100 * value:.0f} %"
    return text if not math.isfinite(low) else f"{text} ({100 * low:.0f}–{100 * high:.0f})"


def survival_block(rows):
    """Lines on the survival of ties; rows: (label, mode, Curve, main cause or None)."""
    table = [["scenario", "mode", "ties", "ended", "lasting 5 y", "lasting 10 y", "median",
              "main cause within 10 y"]]
    for label, mode, curve, cause in rows:
        median = curve.median()
        table.append([label, mode, str(curve.n), str(curve.ended), _share(curve.at(5)),
                      _share(curve.at(10)),
                      f"{median:.1f} y" if math.isfinite(median) else MISSING,
                      f"{cause[0]} {100 * cause[1]:.0f} %" if cause else "none"])
    return ["survival of ties  (Kaplan–Meier; in brackets 95 % by resampling replicates; "
            "causes by Aalen–Johansen)"] + align(table, left=(0, 1, 7))
