# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: coverage.py BUILD [LEAST]: lines and branches reached, by folder, from gcov's own counts.

The build is one of the preset coverage in which the tests have run. Every way out
of a condition is a branch. With LEAST, exit 1 when fewer per cent of all
branches were taken. Last come the files with the most branches never taken."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path


def reports(build):
    """gcov's account of every object of the engine and the models."""
    for notes in sorted(build.rglob("*.gcda")):
        folder = notes.parent.as_posix()
        if "/sim.dir/" in folder or "/models.dir/" in folder or "/kumiai.dir/" in folder:
            text = subprocess.run(["gcov", "--json-format", "--branch-probabilities", "--stdout", str(notes)],
                                  capture_output=True, text=True, check=True).stdout
            yield from (json.loads(line) for line in text.splitlines() if line.startswith("{"))


def measure(build, root):
    """Per file: {line: reached}, {(line, branch): reached}."""
    lines, branches = defaultdict(dict), defaultdict(dict)
    for report in reports(build):
        for file in report["files"]:
            path = (Path(report["current_working_directory"]) / file["file"]).resolve()
            if not path.is_relative_to(root) or path.relative_to(root).parts[0] not in ("sim", "models"):
                continue
            name = str(path.relative_to(root))
            for line in file["lines"]:
                number = line["line_number"]
                lines[name][number] = lines[name].get(number, 0) or line["count"] > 0
                for k, branch in enumerate(b for b in line["branches"] if not b["throw"]):
                    branches[name][number, k] = branches[name].get((number, k), 0) or branch["count"] > 0
    return lines, branches


def per_cent(counts):
    """Share of true values."""
    return 100 * sum(counts) / len(counts) if counts else 100.0


def main(build, least=0.0):
    root = Path(__file__).resolve().parents[1]
    lines, branches = measure(Path(build), root)
    folders = defaultdict(lambda: ([], []))
    for name, found in lines.items():
        for key in (str(Path(name).parent), "all"):
            folders[key][0].extend(found.values())
            folders[key][1].extend(branches[name].values())
    print(f"{'folder':<24}{'lines':>8}{'%':>7}{'branches':>10}{'%':>7}")
    for key in sorted(folders, key=lambda k: (k == "all", k)):
        line, branch = folders[key]
        print(f"{key:<24}{len(line):>8}{per_cent(line):>7.1f}{len(branch):>10}{per_cent(branch):>7.1f}")
    print("\nMost branches never taken:")
    missed = sorted(((sum(not b for b in found.values()), name) for name, found in branches.items()), reverse=True)
    for count, name in missed[:15]:
        print(f"{count:>6} of {len(branches[name]):<6}{name}")
    whole = per_cent(folders["all"][1])
    return int(whole < float(least))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
