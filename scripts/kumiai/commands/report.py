# SPDX-License-Identifier: GPL-3.0-or-later
"""One page that shows what results files say.

The answer, findings in plain words with their uncertainty, pictures, an
interactive map, tables, and with each the data as CSV and the query that recomputes it. The page
opens offline in any browser. Parts for which the runs hold no data are left out with the reason.
With --serve the page is shown to the browser of this machine while the files grow, and made again
as runs land; nothing is written, and Ctrl-C ends it.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import gc
import sys
import time
from contextlib import contextmanager

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds

from kumiai import cli, output, results

NAME = "report.py"
COLLECT = (100_000, 50, 1000)  # thresholds of the collector of cycles


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("files", nargs="+", metavar="R.db", type=cli.source,
                        help="results files; the first scenario of the first is the reference")
    parser.add_argument("-o", "--out", type=cli.file, metavar="FILE.html",
                        help="the page (default: R_report.html beside the first file, R.db; -: standard output)")
    parser.add_argument("--title", metavar="TEXT", help="title of the page")
    parser.add_argument("--model", metavar="NAME",
                        help="the model meant, where the files hold scenarios of several")
    parser.add_argument("--rep", type=int, metavar="N",
                        help="the replicate that the map shows (default: the first)")
    parser.add_argument("--lang", choices=("en", "ja"), default="en",
                        help="language of the page: en (default) or ja (Japanese)")
    parser.add_argument("--serve", action="store_true",
                        help="show the page at an address of this machine alone, refreshed as runs land, until Ctrl-C")
    parser.add_argument("--port", type=cli.whole_number(0, 65535), metavar="N",
                        help="port of --serve (default: one that is free)")
    cli.add_verify(parser)
    cli.add_force(parser)
    options = parser.parse_args(argv)
    if options.serve and options.out:
        parser.error("--serve writes no page, so it takes no --out")
    if options.port is not None and not options.serve:
        parser.error("--port is that of --serve, which is not given")
    return options


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
    return page.render(study, options.title, options.rep, options.lang)


def _refresh(shown, options, before):
    """Make the page again where there are more runs than before; the number of runs there are."""
    from kumiai.report import language, live, page, study as studies
    with language.speaking(options.lang):
        runs = live.runs_of(options.files)
        words = live.words_of(*runs)
    if runs[0] == before:
        shown.tell(words)
        return before
    try:
        study = studies.Study(options.files, options.model, options.verify)
    except results.ResultsError as error:  # no run yet, or none that ended well
        if before is None and runs[0]:
            raise
        shown.show(live.waiting(f"{words}: {error}"), words)
        return runs[0]
    shown.show(page.render(study, options.title, options.rep, options.lang, words), words)
    return runs[0]


def _begin(shown, options):
    """A first page that says that the report is being made, which takes seconds of large files."""
    from kumiai.report import language, live
    with language.speaking(options.lang):
        words = live.making(live.words_of(*live.runs_of(options.files)))
        shown.show(live.waiting(words), words)


def serve(options):
    """Serve the page until a signal ends the command; raises ResultsError or OSError."""
    from kumiai.report import live
    shown, runs = live.Live(options.lang), None
    _begin(shown, options)
    with live.serving(shown, options.port or 0) as address:
        print(address, flush=True)
        runs = _refresh(shown, options, runs)
        pause = live.EVERY
        while True:
            time.sleep(pause)
            begun = time.monotonic()
            try:
                runs = _refresh(shown, options, runs)
            except results.ResultsError as error:  # the file is being written: the next look tells more
                shown.tell(str(error))
            pause = max(live.EVERY, 2 * (time.monotonic() - begun))  # most of the machine is the run's


@contextmanager
def _seldom_collecting():
    """The collector of cycles looks seldom: millions of rows make no cycles, and it would look at all of them."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECT)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def main(argv=None):
    """Exit code of the command."""
    options = parse(argv)
    with _seldom_collecting():
        if options.serve:
            return cli.run(NAME, serve, options, left="the page is no longer served")
        return cli.run(NAME, report, options)


if __name__ == "__main__":
    sys.exit(main())
