# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of a comparison as Markdown and LaTeX, and any frame as either."""

from . import tables

HEAD = ["scenario", "n", "mean", "95 % interval", "difference", "95 % interval", "", "d",
        "p (Holm)", "pairs"]
LATEX = {"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#", "$": r"\$", "{": r"\{", "}": r"\}",
         "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}",
         "−": "$-$", "·": r"$\cdot$", "…": r"\ldots{}", "±": r"$\pm$", "<": "$<$", ">": "$>$",
         "∞": r"$\infty$"}


def _markdown_cell(text):
    return str(text).replace("|", "\\|")


def latex_text(text):
    """Text with what LaTeX would read as a command escaped."""
    return "".join(LATEX.get(c, c) for c in str(text))


def text(head, rows):
    """Lines of a plain table, columns padded to their widest cell."""
    width = [max(len(str(line[k])) for line in [head, *rows]) for k in range(len(head))]
    return ["  ".join(str(cell).ljust(n) for cell, n in zip(line, width)).rstrip()
            for line in [head, *rows]]


def markdown(head, rows, left=1):
    """Lines of a Markdown table; the first `left` columns stand to the left."""
    marks = [":--" if i < left else "--:" for i in range(len(head))]
    lines = [head, marks, *rows]
    return ["| " + " | ".join(_markdown_cell(c) for c in line) + " |" for line in lines]


def latex(head, rows, caption, left=1):
    """Lines of a LaTeX table (packages booktabs and longtable)."""
    form = "".join("l" if i < left else "r" for i in range(len(head)))

    def line(cells):
        return " & ".join(latex_text(c) for c in cells) + r" \\"
    return [r"% needs \usepackage{booktabs,longtable}", rf"\begin{{longtable}}{{{form}}}",
            rf"\caption{{{latex_text(caption)}}}\\", r"\toprule", line(head), r"\midrule",
            r"\endhead", *(line(row) for row in rows), r"\bottomrule", r"\end{longtable}"]


def _cells(frame):
    """Head and rows of a frame of tables.compare: the metric, then the cells of the text table."""
    rows = []
    for metric, block in frame.groupby("metric", sort=False):
        cells, power = tables.block_cells(block)
        title = tables.heading(metric, block, power)
        rows += [[title, label] + c for label, c in zip(block["scenario"], cells)]
    return ["metric", *HEAD], rows


def comparison(frame, title, form):
    """Lines of one part of a comparison as 'markdown' or 'latex'."""
    head, rows = _cells(frame)
    note = " ".join(tables.footer(frame)) if frame["diff"].notna().any() else ""
    if form == "latex":
        return latex(head, rows, f"{title}. {note}".strip(), left=2)
    return [f"### {title}", "", *markdown(head, rows, left=2), "", note]
