# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands write: never over anything but their own earlier outputs, whole or not at all.

    with output.Outputs("compare.py", options) as outputs:
        outputs.expect("ties.png", "causes.png")    # refuses before the work, not after it
        frame.to_csv(outputs.new("ties.csv"))       # STEM_compare_ties.csv, under another name

The files are written in a folder of their own beside their places and get their names together at
the end, synced; after an error or a signal none is there. Which files of a folder are outputs, by which
command and of which results files, stands in the folder's RECORD with the digest of their content: one
that somebody has edited since is no output any more. Results files are never replaced, by no option.
"""

import hashlib
import json
import os
import shlex
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from kumiai import interrupts, streams
from kumiai.cli import warn
from kumiai.picture_files import forms_of
from kumiai.rooms import Rooms, locked
from kumiai.results import ResultsError

RECORD = ".kumiai_outputs.json"
SQLITE = b"SQLite format 3\0"
JOURNALS = ("-journal", "-wal", "-shm")
MOST_NAMED = 3


def digest(path):
    """SHA-256 of a file's content."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stem(path):
    """What the names of a results file's outputs begin with: r of r.db, r.sqlite of r.sqlite."""
    return path.name.removesuffix(".db")


def stems(paths):
    """The same of several files: a_b of a.db and b.db, a_and_4_more of five."""
    first, *others = [stem(path) for path in paths]
    return "_".join([first, *others]) if len(paths) <= MOST_NAMED else f"{first}_and_{len(others)}_more"


# ---- the disk ----


def _sync(path):
    """Flush a file or a folder; file systems that cannot flush folders keep names in other ways."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        if not os.path.isdir(path):
            raise
    finally:
        os.close(descriptor)


def replace(path, text):
    """Write a text file anew: the old content or the new is there whenever somebody looks."""
    path = Path(path).resolve()
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        if path.exists():
            shutil.copymode(path, partial)
        _sync(partial)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    _sync(path.parent)


def _name(partial, path, fresh):
    """Give a finished file its name; one that is fresh must not replace what has come meanwhile."""
    if fresh:
        try:
            os.link(partial, path)
            return
        except FileExistsError as error:
            raise ResultsError(f"{path} has come into being meanwhile; it is left as it is.") from error
        except OSError:
            pass  # a file system without hard links
    os.replace(partial, path)


# ---- the record of a folder ----


def _read(folder):
    """{file: {command, of, digests}} of a folder; what is no record counts as none."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    files = found.get("files") if isinstance(found, dict) else None
    return {name: entry for name, entry in files.items() if isinstance(entry, dict)} \
        if isinstance(files, dict) else {}


# ---- one call of a command ----


def _is_results(path, inputs):
    """Whether a path is a results file, or the journal of one, or what was given to be read."""
    if path.name.endswith(JOURNALS) or any(i.exists() and i.samefile(path) for i in inputs):
        return True
    with open(path, "rb") as file:
        return file.read(len(SQLITE)) == SQLITE


def _target(path):
    """Where a path leads, by links; refuses what is no file and has no place for one."""
    path = Path(path)
    if streams.is_stream(path):
        if reason := streams.unusable(path):
            raise ResultsError(f"{path} {reason}.")
        return path
    if path.is_symlink() and not path.exists():
        raise ResultsError(f"{path} is a link that leads nowhere.")
    if path.is_dir():
        raise ResultsError(f"{path} is a folder, not a file.")
    if path.exists() and not path.is_file():
        raise ResultsError(f"{path} is a disk or a socket, not a file.")
    if path.name.endswith(JOURNALS):
        raise ResultsError(f"{path} has the name of a part of a results file; choose another.")
    if path.name == RECORD:
        raise ResultsError(f"{path} has the name of the record of outputs; choose another.")
    return path.resolve() if path.is_symlink() else path


def _check_folder(folder, cure):
    """Raises ResultsError where no file can be made; the folder itself may not be there yet."""
    record = folder / RECORD
    while not folder.exists() and not folder.is_symlink() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise ResultsError(f"{folder} is not a folder; {cure}.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ResultsError(f"The folder {folder} is not writable; {cure}.")
    if os.path.lexists(record) and not record.is_file():
        raise ResultsError(f"{record} is no file, so outputs cannot be recorded there; move it away, or {cure}.")


def _check_named(path):
    """Raises ResultsError where the folder of a file that the user named is missing: it may be a slip. A folder that
    is itself named (--out-dir) is made."""
    folder = path.parent
    if not folder.exists() and not folder.is_symlink():
        above = next(path for path in folder.parents if path.exists())
        if not above.is_dir():
            raise ResultsError(f"{above} is not a folder; choose another place.")
        raise ResultsError(f"{path}: there is no folder {folder}; `mkdir -p {shlex.quote(str(folder))}` makes it.")


class Outputs:
    """The files of one call of a command; leaving its context without an error puts them in place."""

    def __init__(self, command, inputs, folder=None, force=False, elsewhere="--out-dir names another folder"):
        """inputs: the results files read, which give the names, and the first the folder; elsewhere: the
        option of the command that does so too."""
        self.command, self.inputs, self.force, self.elsewhere = command, list(inputs), force, elsewhere
        self.folder = Path(folder or self.inputs[0].parent)
        self.prefix = f"{stems(self.inputs)}_{command.removesuffix('.py')}"
        self._promised = {}  # path: whether the user himself named it
        self._staged = {}  # where a file goes: where it is written
        self._rooms = Rooms()

    # -- what is allowed --

    def _entry(self, path):
        """The record of a file that is as this command has left it, else None."""
        entry = _read(path.parent).get(path.name)
        mine = entry and entry.get("command") == self.command
        return entry if mine and digest(path) in entry.get("digests", ()) else None

    def _source(self, folder):
        """The results files as the record of a folder names them: they may move together."""
        return ", ".join(os.path.relpath(path.resolve(), folder) for path in self.inputs)

    def _promise(self, path, named):
        """Refuse a name that the user gives to one output where it is that of another."""
        place = path.parent.resolve() / path.name
        if self._promised.setdefault(place, named) != named:
            raise ResultsError(f"{path} would be two outputs of {self.command} at once; choose another name "
                               "for the one.")

    def _check(self, path, named):
        """Raise ResultsError unless a file may be written; named: by the user himself.

        Names that come from the results file's stem belong to that file alone.
        """
        path = _target(path)
        self._promise(path, named)
        if named and not streams.is_stream(path):
            _check_named(path)
        if not streams.is_stream(path):
            _check_folder(path.parent, "choose another place" if named else self.elsewhere)
        elif not path.is_file():
            return path
        if not path.exists():
            return path
        if _is_results(path, self.inputs):
            raise ResultsError(f"{path} is a results file, which {self.command} never replaces; "
                               "choose another name.")
        if self.force or streams.is_stream(path):
            return path
        entry = self._entry(path)
        if not entry:
            raise ResultsError(f"{path} is there already and is not an earlier output of {self.command}, "
                               "or was changed since; --force replaces it.")
        if not named and entry.get("of") != self._source(path.parent):
            raise ResultsError(f"{path} was made of another results file, {entry.get('of')}; "
                               f"{self.elsewhere}, --force replaces it.")
        return path

    def expect(self, *names):
        """Refuse before the work what could not be written after it."""
        for name in names:
            for path in forms_of(self.folder / f"{self.prefix}_{name}"):
                self._check(path, False)

    def expect_file(self, path, named=True):
        """The same of a path; named: by the user himself."""
        self._check(path, named)

    # -- writing --

    def _stage(self, path, named):
        path = self._check(path, named)
        folder = Path(tempfile.gettempdir()) if streams.is_stream(path) else path.parent
        self._staged[path] = self._rooms.of(folder) / path.name
        return self._staged[path]

    def new(self, name):
        """Where to write the output STEM_COMMAND_name for the time being; of a picture the name from which
        style.finish() makes those of its formats."""
        path = self.folder / f"{self.prefix}_{name}"
        staged = [self._stage(form, False) for form in forms_of(path)]
        return staged[0].with_suffix(path.suffix)

    def new_file(self, path, named=True):
        """The same of a path; named: by the user himself."""
        return self._stage(path, named)

    # -- the end --

    def _note(self, folder, paths):
        """Put files into the folder's record, before they get their names: with the digest of what
        stands there now as well, so that both are known should the command die in between."""
        files = _read(folder)
        files = {name: entry for name, entry in files.items() if (folder / name).exists()}
        for path in paths:
            known = {digest(self._staged[path])}
            if path.exists() and self._entry(path):
                known.add(digest(path))
            files[path.name] = {"command": self.command, "of": self._source(folder),
                                "digests": sorted(known)}
        text = {"what": "files that kumiai's scripts wrote here and may replace", "files": files}
        replace(folder / RECORD, json.dumps(text, indent=1, ensure_ascii=False, sort_keys=True) + "\n")

    def _place(self, folder, paths):
        """Put the files of one folder in place."""
        for path in paths:
            self._check(path, self._promised[path.parent.resolve() / path.name])  # the work may have taken long
            _sync(self._staged[path])
        self._note(folder, paths)
        for path in paths:
            _name(self._staged[path], path, not path.exists())
        _sync(folder)

    def _left(self):
        """Names of the command's earlier outputs of these results that this call has not made."""
        made = {path.name for path in self._staged if path.parent == self.folder}
        return [name for name in sorted(_read(self.folder))
                if name.startswith(f"{self.prefix}_") and name not in made
                and (self.folder / name).is_file() and (entry := self._entry(self.folder / name))
                and entry.get("of") == self._source(self.folder)]

    def _tell(self):
        """What there is now."""
        for path in self._staged:
            warn(self.command, f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)"
                 if path.suffix == ".html" else f"wrote {path}")
        if left := self._left():
            more = f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
            warn(self.command, f"left from an earlier call, and not made anew: {', '.join(left[:MOST_NAMED])}{more}.")

    def commit(self):
        """Put all files in place and tell the user which there are; signals come before or after."""
        interrupts.check()
        sys.stdout.flush()  # before what may go to the same place by another name
        for path in filter(streams.is_stream, self._staged):
            streams.write(path, self._staged[path].read_bytes())
        by_folder = {}
        for path in self._staged:
            if not streams.is_stream(path):
                by_folder.setdefault(path.parent, []).append(path)
        with ExitStack() as stack:
            for folder in sorted(by_folder):
                stack.enter_context(locked(folder))
            stack.enter_context(interrupts.deferred())
            for folder, paths in by_folder.items():
                self._place(folder, paths)
            self._tell()
            self._rooms.close(keep_folders=True)
            interrupts.forget()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                self.commit()
        except OSError as failure:
            self._name_it(failure)
            raise
        finally:
            self._rooms.close(keep_folders=kind is None)
        if isinstance(error, OSError):
            self._name_it(error)

    def _name_it(self, error):
        """An error of a file that has no name yet is told of the one that it was to become."""
        for path, partial in reversed(self._staged.items()):
            if error.filename is None or error.filename == os.fspath(partial):
                error.filename = os.fspath(path)
