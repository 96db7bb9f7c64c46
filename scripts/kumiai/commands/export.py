# SPDX-License-Identifier: GPL-3.0-or-later
"""A results file as tables and network files for other programs.

Writes what the file holds into a folder, with manifest.json, which tells of every file its rows, the meaning and unit
of its columns and the query that made it. Without --run and --rep the network formats take the first run of each
scenario that is ok, csv and spells all runs. All formats but csv need results of --detail full or choices.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import argparse
import re
import shlex
import sys

from kumiai import cli, interrupts  # noqa: F401  # first: a signal shall just end it
from kumiai.errors import ResultsError
from kumiai.export import FORMATS, Ask, export
from kumiai.words import nearest

NAME = "kumiai-export"
GEXF = ("1.3", "1.2")
MONTH = re.compile(r"([+-]?\d+)-\d{1,2}")

FORMAT_HELP = """csv: tidy tables: runs, series, summary, ties, projects, agents and what else there is, of all runs (the
    default); spells: spells of ties and nodes in networkDynamic's columns, all runs; graphml: a network for each run and
    year; gexf: a dynamic network for each run, with Gephi's tables; rsiena: waves of each kind of tie for each run, with
    covariates; goldfish: dated changes of each kind of tie for each run, with the node sets of both sides (rsiena and
    goldfish with covariates that change, too, where the file has yearly states of agents: --detail choices)"""


def form(text):
    """A format, for argparse."""
    if text not in FORMATS:
        raise argparse.ArgumentTypeError(f"'{text}' is not one of {', '.join(FORMATS)}{nearest(text, FORMATS)}")
    return text


def version(text):
    """A version of GEXF, for argparse."""
    if text not in GEXF:
        raise argparse.ArgumentTypeError(f"'{text}' is not one of {', '.join(sorted(GEXF))}")
    return text


def year(text):
    """A fiscal year, for argparse: a network is that at the end of one, and no month or decimal names it."""
    if match := MONTH.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text} is a month; the networks are those at the end of whole years, such as "
                                         f"--at {match[1]}")
    if not re.fullmatch(r"[+-]?\d{1,6}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no year such as 2020")
    return int(text)


def who(text):
    """The words of --actors, for argparse: all, tied, or kinds of agents."""
    found = [word for word in text.split(",") if word]
    if not found:
        raise argparse.ArgumentTypeError(f"'{text}' names no kind of agent")
    return found


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("results", metavar="R.db", help="the results file")
    parser.add_argument("--to", metavar="DIR", required=True,
                        help="the folder: new, or empty; it is there whole or not at all")
    parser.add_argument("--format", type=form, default="csv", metavar="FORMAT", help=FORMAT_HELP)
    parser.add_argument("--at", type=year, action="append", default=[], metavar="YEAR", dest="years",
                        help="of graphml and rsiena: this fiscal year, as it is at its end; may be given several times "
                             "(all years)")
    parser.add_argument("--run", type=cli.whole_number(1, 2**63 - 1), action="append", default=[], metavar="ID", dest="runs",
                        help="this run; may be given several times")
    parser.add_argument("--rep", type=cli.whole_number(0, 2**32 - 1), metavar="N",
                        help="this replicate of every scenario and point")
    parser.add_argument("--kind", metavar="KIND", help="of the network formats: ties of this kind alone")
    parser.add_argument("--enter", action="append", default=[], metavar="EVENT",
                        help="of all formats but csv: an agent is there from its first event of this kind on (column "
                             "subject_id of table event); may be given several times")
    parser.add_argument("--leave", action="append", default=[], metavar="EVENT", help="and up to its last event of this kind")
    parser.add_argument("--all-agents", action="store_true", help="of graphml and gexf: also agents that never have a tie")
    parser.add_argument("--actors", type=who, action="extend", default=[], metavar="WHO",
                        help="of rsiena and goldfish: all (the default) agents of the kinds that ever have such a tie, also "
                             "those that never have one; tied, those that have one in the run; or KIND,...: agents of "
                             "these kinds, on the sides that have them")
    parser.add_argument("--gexf", type=version, metavar="VERSION",
                        help="of gexf: 1.3 (the default), or 1.2 for programs that do not read that")
    parser.add_argument("--bom", action="store_true",
                        help="begin CSV files with a byte order mark, by which Excel knows UTF-8")
    parser.add_argument("--force", action="store_true", help="replace an earlier export in DIR")
    return parser.parse_args(argv)


def misfits(options):
    """An option that the format does not look at would be taken for one that it heeds."""
    chosen, who_is = options.format, set(options.actors)
    graphs = ("graphml", "gexf")
    rules = [
        (not options.results, "kumiai-export needs a results file"),
        (not options.to, "--to: the name of the folder is empty"),
        (options.years and chosen not in ("graphml", "rsiena"), "--at goes with --format graphml and rsiena"),
        ((options.enter or options.leave) and chosen == "csv", "--enter and --leave do not go with --format csv"),
        (options.kind and chosen in ("csv", "spells"), f"--kind goes with the network formats, not with {chosen}"),
        (options.all_agents and chosen not in graphs, "--all-agents goes with --format graphml and gexf"),
        (who_is and chosen not in ("rsiena", "goldfish"), "--actors goes with --format rsiena and goldfish"
         + ("; --all-agents with this one" if chosen in graphs else "")),
        (len({"all", "tied"} & who_is) + bool(who_is - {"all", "tied"}) > 1,
         "--actors: all, tied and kinds exclude each other"),
        (options.gexf and chosen != "gexf", "--gexf goes with --format gexf"),
        (options.bom and chosen == "graphml", "--bom is of CSV files; --format graphml writes none"),
        (options.runs and options.rep is not None, "--run and --rep exclude each other")]
    return [sentence for broken, sentence in rules if broken]


def once(values):
    """Each word or number once, in the order in which they are given first."""
    return list(dict.fromkeys(values))


def run(options):
    """Write the folder, and say so."""
    if wrong := misfits(options):
        raise ResultsError(f"{'; '.join(wrong)}.")
    told = export(Ask(
        results=options.results, to=options.to, format=options.format, runs=once(options.runs), rep=options.rep,
        years=once(options.years), kind=options.kind, enter=once(options.enter), leave=once(options.leave),
        all_agents=options.all_agents, actors=[word for word in once(options.actors) if word not in ("all", "tied")],
        tied="tied" in options.actors, gexf=options.gexf or GEXF[0], bom=options.bom, replace=options.force,
        command_line=options.command_line))
    if told.note:
        cli.warn(NAME, f"{told.note}.")
    print(f"{told.files} files of {told.runs} runs: {options.to}")


def main(argv=None):
    """Exit code of the command."""
    options = parse(argv)
    options.command_line = shlex.join([NAME, *(sys.argv[1:] if argv is None else map(str, argv))])
    return cli.run(NAME, run, options, left="nothing was exported")


if __name__ == "__main__":
    sys.exit(main())
