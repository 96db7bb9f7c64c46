# SPDX-License-Identifier: GPL-3.0-or-later
"""One page that shows what results files say.

The questions, what was run, findings in plain words with their uncertainty, pictures, an
interactive map, tables, and with each the data as CSV and the query that recomputes it. The page
opens offline in any browser. Parts for which the runs hold no data are left out with the reason.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import sys
from pathlib import Path

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

from kumiai import cli, output, results

NAME = "report.py"


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("files", nargs="+", metavar="R.db", type=Path,
                        help="results files; the first scenario of the first is the reference")
    parser.add_argument("-o", "--out", type=cli.file, metavar="FILE.html",
                        help="the page (default: R_report.html beside the first file, R.db; -: standard output)")
    parser.add_argument("--title", metavar="TEXT", help="title of the page")
    parser.add_argument("--model", metavar="NAME",
                        help="the model meant, where the files hold scenarios of several")
    parser.add_argument("--rep", type=int, metavar="N",
                        help="the replicate that the map shows (default: the first)")
    cli.add_verify(parser)
    cli.add_force(parser)
    return parser.parse_args(argv)


def report(options):
    """Write the page; raises ResultsError or OSError."""
    try:
        from kumiai.report import page, study as studies
    except ModuleNotFoundError as error:
        raise results.ResultsError(f"Python lacks {error.name}; install Debian's package "
                                   f"python3-{error.name} (scripts/setup does).", code=1) from error
    with output.Outputs(NAME, options.files, force=options.force, elsewhere="-o names another file") as outputs:
        out = options.out or options.files[0].parent / f"{outputs.prefix}.html"
        outputs.expect_file(out, named=bool(options.out))
        study = studies.Study(options.files, options.model, options.verify)
        text = render(page, study, options)
        outputs.new_file(out, named=bool(options.out)).write_text(text, encoding="utf-8")


def render(page, study, options):
    """The page, after the study's notes."""
    for note in study.notes:
        cli.warn(NAME, note)
    return page.render(study, options.title, options.rep)


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, report, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
