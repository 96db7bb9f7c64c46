#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the numbers of the pages from results.

No result on a page is typed by hand. scripts/pages/numbers.json has the results with their commands, replicates and the
digest of the program that made them; this command fills the marked places of the pages from it, and draws the picture of
README. After a change of the model, `--run` makes the results again (about a quarter of an hour on two cores), posterior
included, and then does the same. How a page marks a place: scripts/pages/marks.py.

Exit: 0 done; 1 failed, or with --check a page is out of date; 2 wrong use; 130 interrupted.
"""

import json
import re
import sys
from pathlib import Path

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

from kumiai.results import ResultsError
from kumiai import cli, output, program
from pages import marks, picture, studies

NAME = "page_numbers.py"
ROOT = studies.ROOT
DATA = ROOT / "scripts/pages/numbers.json"
PICTURE = ROOT / "scripts/pages/answer.svg"
SKIP = {"build", "node_modules", "results", ".git", ".cache"}


def pages():
    """All pages that have a marked place."""
    found = [p for p in sorted(ROOT.rglob("*.md")) if not SKIP & set(p.relative_to(ROOT).parts)]
    return [p for p in found if marks.PLACE.search(p.read_text(encoding="utf-8"))]


def chosen(text):
    """The studies of a list of names, or all."""
    names = list(studies.STUDIES) if text == "all" else text.split(",")
    for name in names:
        if name not in studies.STUDIES:
            raise cli.argparse.ArgumentTypeError(f"there is no study '{name}'; there are {', '.join(studies.STUDIES)}")
    return names


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("--run", nargs="?", const="all", default=[], type=chosen, metavar="STUDY,…",
                        help="make the results of these studies again first (default: all): " + ", ".join(studies.STUDIES))
    parser.add_argument("--check", action="store_true", help="write nothing; 1 when a page is out of date")
    parser.add_argument("--kumiai", metavar="PROGRAM", type=Path, default=program.default(), help="the program to run")
    return parser.parse_args(argv)


def renew(names, kumiai):
    """Makes studies again, and keeps each in the data file once it is done."""
    data = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {}
    for name in studies.STUDIES:
        if name in names:
            cli.warn(NAME, f"{name}: {studies.STUDIES[name].about}")
            data[name] = studies.run(name, Path(kumiai).resolve(), ROOT / studies.FOLDER)
            ordered = {key: data[key] for key in studies.STUDIES if key in data}
            output.replace(DATA, as_text(ordered))


def as_text(data):
    """The data file as text: a line for each number and for each innermost list."""
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    return re.sub(r'\[\s+([-\d.,\s]+?)\s+\]', lambda found: f"[{' '.join(found[1].split())}]", text)


def made():
    """{file: what it should hold} of all pages and the picture."""
    data = json.loads(DATA.read_text(encoding="utf-8"))
    numbers = studies.numbers(data)
    found = {}
    for page in pages():
        try:
            found[page] = marks.filled(page.read_text(encoding="utf-8"), numbers)
        except marks.MarkError as error:
            raise ResultsError(f"{page.relative_to(ROOT)}: {error}", 1) from error
    return {**found, PICTURE: picture.drawn(numbers)}


def write(options):
    """The whole; raises ResultsError."""
    try:
        renew(options.run, options.kumiai)
    except studies.StudyError as error:
        raise ResultsError(str(error), 1) from error
    for path, text in made().items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if options.check:
            raise ResultsError(f"{path.relative_to(ROOT)} is out of date; run scripts/page_numbers.py.", 1)
        output.replace(path, text)
        cli.warn(NAME, f"wrote {path.relative_to(ROOT)}")


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, write, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
