# SPDX-License-Identifier: GPL-3.0-or-later
"""The generated part of the README: what is matched, what is estimated."""

from collections import Counter
from pathlib import Path

START, END = "<!-- generated: start -->", "<!-- generated: end -->"


def matched_table(local):
    lines = [
        "| kind | type | rows | placed | counted by SimpleMaps | counted by GeoNames "
        "| `estimated` = 1 | people |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    kinds = dict.fromkeys((row["kind"], row["type"]) for row in local)
    for kind, type_ in sorted(kinds):
        rows = [row for row in local if row["type"] == type_]
        sources = Counter(row["source"] for row in rows)
        lines.append(
            f"| {kind} | {type_} | {len(rows):,} "
            f"| {sum(row['located'] for row in rows):,} "
            f"| {sources['simplemaps']:,} | {sources['geonames']:,} "
            f"| {sum(row['estimated'] for row in rows):,} "
            f"| {sum(row['population'] for row in rows):,} |"
        )
    return lines


def files_table(files):
    lines = ["| file | rows | `estimated` = 1 |", "|---|---:|---:|"]
    for name, (columns, rows) in files.items():
        flags = Counter(row["estimated"] for row in rows) if "estimated" in columns else None
        flagged = "-" if flags is None else format(flags[1], ",")
        lines.append(f"| {name} | {len(rows):,} | {flagged} |")
    return lines


def updated_readme(path, local, files):
    """{path: text} of a README whose generated part is made anew; {} where there is no such part."""
    path = Path(path)
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if text.count(START) != 1 or text.count(END) != 1:
        return {}
    urban = [row for row in local if row["name_local"][-1] in "市区" and row["kind"] != "prefecture"]
    placed = sum(row["located"] for row in urban)
    both = sum(not row["estimated"] for row in urban)
    sentence = (
        f"Of the {len(urban)} cities and special wards {placed} "
        f"({100 * placed / len(urban):.1f} %) have their place from a source, "
        f"{both} ({100 * both / len(urban):.1f} %) their place and their population."
    )
    head, rest = text.split(START)
    _, tail = rest.split(END)
    body = "\n".join(["", *files_table(files), "", *matched_table(local), "", sentence, ""])
    return {path: head + START + body + END + tail}
