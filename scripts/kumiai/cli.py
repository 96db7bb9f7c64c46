# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands share: one-sentence errors, exit codes, options of every analysis."""

import argparse
import errno
import os
import sys
from pathlib import Path

from kumiai import interrupts, picture_files
from kumiai.errors import ResultsError

# Errors of the system that blame the request: a name or place that cannot be. The others blame the machine.
REQUEST = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.ELOOP}


class _Help(argparse.HelpFormatter):
    """Help that begins as the program's does, with one line of usage; help2man makes it the synopsis."""

    FORMS = {None: "{0}", "?": "[{0}]", "*": "[{0} ...]", "+": "{0} [{0} ...]"}

    def add_usage(self, usage, actions, groups, prefix=None):
        words = [f"{action.option_strings[0]} {action.metavar}" if action.option_strings else
                 self.FORMS[action.nargs].format(action.metavar or action.dest)
                 for action in sorted(actions, key=lambda action: bool(action.option_strings))
                 if action.required or not action.option_strings]
        super().add_usage(usage or " ".join(["%(prog)s", *words, "[options]"]), actions, groups, "Usage: ")


class Parser(argparse.ArgumentParser):
    """argparse with one-sentence errors; description and epilogue from a script's docstring."""

    def __init__(self, name, doc):
        super().__init__(prog=called(name), description=doc.split("\n\n")[1],
                         epilog=doc.strip().split("\n\n")[-1], formatter_class=_Help)

    def error(self, message):
        warn(self.prog, f"{message}; see --help.")
        sys.exit(2)


def called(script):
    """The name of a command as the user has called it: kumiai-x where it is installed, else its script."""
    name = Path(sys.argv[0]).name
    return name if name.startswith("kumiai-") else script


def warn(name, message):
    """A remark or warning for the user; stdout is kept for data."""
    print(f"{called(name)}: {message}", file=sys.stderr)


def name(text):
    """A name, for argparse."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the name is empty")
    return text


def names(text):
    """'a,b' as a list of names, for argparse."""
    found = [part.strip() for part in text.split(",") if part.strip()]
    if not found:
        raise argparse.ArgumentTypeError(f"'{text}' names nothing")
    return found


def positive(text):
    """A number above 0, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is no number above 0")
    return value


def share(text):
    """A share above 0, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no share above 0 and at most 1")
    return value


def whole_number(least, most=None):
    """A reader of whole numbers from `least` on, up to `most` where that is given, for argparse."""
    def read(text):
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"'{text}' is no whole number of {least} or more")
        if most is not None and int(text) > most:
            raise argparse.ArgumentTypeError(f"'{text}' is no whole number of {least} to {most}")
        return int(text)
    return read


def file(text):
    """A file to write, for argparse: - is the standard output, and what ends with / no file."""
    if not text or text.endswith(os.sep):
        raise argparse.ArgumentTypeError(f"'{text}' is {'a folder' if text else 'empty'}, not a file")
    return Path("/dev/stdout" if text == "-" else text)


def source(text):
    """A file to read, for argparse; a variable of the shell may have been empty."""
    if not text:
        raise argparse.ArgumentTypeError("'' is empty, not a file")
    return Path(text)


def folder(text):
    """A folder to write to, for argparse; a variable of the shell may have been empty."""
    if not text:
        raise argparse.ArgumentTypeError("'' is empty, not a folder")
    return Path(text)


def add_common(parser, folder_of="that of the first file", pictures=True):
    """Options of every analysis: files, folder, model, and with pictures, to do without."""
    parser.add_argument("files", nargs="+", metavar="R.db", type=source,
                        help="results files; the first scenario of the first is the reference")
    parser.add_argument("--out-dir", type=folder, metavar="DIR",
                        help=f"folder of what is written (default: {folder_of})")
    parser.add_argument("--model", metavar="NAME",
                        help="the model meant, where the files hold scenarios of several")
    if pictures:
        add_pictures(parser)
    add_verify(parser)
    add_force(parser)


def add_all(parser):
    """The option of a command whose output would fill several screens."""
    parser.add_argument("--all", action="store_true",
                        help="print every table in full (default: what fits a screen; files have all of it either way)")


def picture_formats(text):
    """Formats of pictures, for argparse."""
    found = names(text)
    for form in found:
        if form not in picture_files.FORMATS:
            raise argparse.ArgumentTypeError(f"'{form}' is none of {', '.join(picture_files.FORMATS)}")
    return list(dict.fromkeys(found))


def add_pictures(parser):
    """The options of every command that draws."""
    parser.add_argument("--no-pictures", action="store_true", help="tables only")
    parser.add_argument("--picture-formats", type=picture_formats, metavar="LIST", default=["png"],
                        help=f"of pictures: some of {', '.join(picture_files.FORMATS)}, with commas (default: png)")


def add_verify(parser):
    """The option of every command that reads results files."""
    parser.add_argument("--verify", action="store_true",
                        help="compare all rows of files above 64 MB, too, with their digests first (slow: some "
                             "20 MB a second)")


def add_force(parser, of_results="a results file is never replaced"):
    """The option of every command that writes; of_results: what becomes of results files, for its help."""
    parser.add_argument("--force", action="store_true",
                        help="replace files that are not earlier outputs of this command, or were changed "
                             f"since; {of_results}")


def print_rows(rows, left=(0,), most=None):
    """Rows of text, the first their head, as an aligned table; of more than `most` the first, and how many are left."""
    from kumiai import tables  # not all commands have tables; it takes a second to import

    print("\n".join(tables.align(rows if most is None else rows[:most + 1], left)))
    if most is not None and len(rows) - 1 > most:
        print(f"  … and {len(rows) - 1 - most} more (--all prints them)")


def no_sweep(scenarios):
    """Raise ResultsError where runs are points of a design, no replicates of one another."""
    for s in scenarios:
        if s.is_sweep:
            raise ResultsError(
                f"{s.path} is a sweep: the runs of {s.label} are at {s.runs['point'].nunique()} points of a "
                "design, and are no replicates of one another. scripts/sensitivity.py analyses it; kumiai run --set … "
                "makes replicates of one point.")


def _check_working_folder():
    """Without one no relative name has a meaning."""
    try:
        os.getcwd()
    except OSError as error:
        raise ResultsError("The working folder has been removed; change into one that is there.") from error


def run(name, action, options, left="nothing was written"):
    """Exit code of a command: action(options) with every known failure told in one sentence.

    left: what is left where it is interrupted, for that sentence.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    picture_files.draw_as(getattr(options, "picture_formats", ["png"]))
    try:
        with interrupts.handled():
            _check_working_folder()
            action(options)
            sys.stdout.flush()
    except ResultsError as error:
        warn(name, error)
        return error.code
    except BrokenPipeError:
        # The reader (head, less) has seen enough; Python must not complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        warn(name, f"interrupted; {left}.")
        return interrupts.EXIT
    except OSError as error:
        warn(name, f"{error.filename or 'output'}: {error.strerror}.")
        return 2 if error.errno in REQUEST else 1
    return 0
