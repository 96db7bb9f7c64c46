# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands write: never over anything but their own earlier outputs, whole or not at all.

    with output.Outputs("compare.py", options) as outputs:
        outputs.expect("ties.png", "causes.png")    # refuses before the work, not after it
        frame.to_csv(outputs.new("ties.csv"))       # STEM_compare_ties.csv, under another name

The files are written in a folder of their own beside their places and get their names together at
the end, synced; after an error none is there. Which files of a folder are outputs, by which command
and of which results file, stands in the folder's RECORD with the digest of their content: one that
somebody has edited since is no output any more. Results files are never replaced, by no option.
"""

import fcntl
import hashlib
import json
import os
import shutil
import stat
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from analysis.cli import warn
from kumiai_results import ResultsError

RECORD = ".kumiai_outputs.json"
SQLITE = b"SQLite format 3\0"
JOURNALS = ("-journal", "-wal", "-shm")


def digest(path):
    """SHA-256 of a file's content."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stem(path):
    """What the names of a results file's outputs begin with: r of r.db, r.sqlite of r.sqlite."""
    return path.name.removesuffix(".db")


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


@contextmanager
def _locked(folder):
    """Two commands at once must not forget each other's files. Without locks they take their chance."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            pass
        yield
    finally:
        os.close(descriptor)


# ---- one call of a command ----


def _is_results(path, inputs):
    """Whether a path is a results file, or the journal of one, or what was given to be read."""
    if path.name.endswith(JOURNALS) or any(i.exists() and i.samefile(path) for i in inputs):
        return True
    with open(path, "rb") as file:
        return file.read(len(SQLITE)) == SQLITE


def _target(path):
    """Where a path leads, by links; refuses folders and links that lead nowhere."""
    path = Path(path)
    if path.is_symlink() and not path.exists():
        raise ResultsError(f"{path} is a link that leads nowhere.")
    if path.is_dir():
        raise ResultsError(f"{path} is a folder, not a file.")
    if path.name.endswith(JOURNALS):
        raise ResultsError(f"{path} has the name of a part of a results file; choose another.")
    return path.resolve() if path.is_symlink() and not _is_stream(path) else path


def _is_stream(path):
    """Whether a path is no file but a device or a pipe, which is written to as it is."""
    return path.is_relative_to("/dev") or (path.exists() and not stat.S_ISREG(path.stat().st_mode))


def _check_folder(folder):
    """Raises ResultsError where no file can be made; the folder itself may not be there yet."""
    while not folder.exists() and not folder.is_symlink() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise ResultsError(f"{folder} is not a folder.", code=1)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ResultsError(f"The folder {folder} is not writable.", code=1)


class Outputs:
    """The files of one call of a command; leaving its context without an error puts them in place."""

    def __init__(self, command, inputs, folder=None, force=False):
        """inputs: the results files read; the first gives the folder and the names."""
        self.command, self.inputs, self.force = command, list(inputs), force
        self.folder = Path(folder or self.inputs[0].parent)
        self.prefix = f"{stem(self.inputs[0])}_{command.removesuffix('.py')}"
        self._staged, self._named = {}, set()  # where a file goes: where it is written
        self._rooms, self._made = {}, []  # by folder; folders that were not there

    # -- what is allowed --

    def _entry(self, path):
        """The record of a file that is as this command has left it, else None."""
        entry = _read(path.parent).get(path.name)
        mine = entry and entry.get("command") == self.command
        return entry if mine and digest(path) in entry.get("digests", ()) else None

    def _source(self, folder):
        """The results file as the record of a folder names it: both may move together."""
        return os.path.relpath(self.inputs[0].resolve(), folder)

    def _check(self, path, named):
        """Raise ResultsError unless a file may be written; named: by the user himself.

        Names that come from the results file's stem belong to that file alone.
        """
        path = _target(path)
        if _is_stream(path):
            return path
        _check_folder(path.parent)
        if not path.exists():
            return path
        if _is_results(path, self.inputs):
            raise ResultsError(f"{path} is a results file, which {self.command} never replaces; "
                               "choose another name.")
        if self.force:
            return path
        entry = self._entry(path)
        if not entry:
            raise ResultsError(f"{path} is there already and is not an earlier output of {self.command}, "
                               "or was changed since; --force replaces it.")
        if not named and entry.get("of") != self._source(path.parent):
            raise ResultsError(f"{path} was made of another results file, {entry.get('of')}; --out-dir "
                               "names another folder, --force replaces it.")
        return path

    def expect(self, *names):
        """Refuse before the work what could not be written after it."""
        for name in names:
            self._check(self.folder / f"{self.prefix}_{name}", False)

    def expect_file(self, path, named=True):
        """The same of a path; named: by the user himself."""
        self._check(path, named)

    # -- writing --

    def _room(self, folder):
        """A folder for files that have no name yet, on the file system of their place."""
        if folder not in self._rooms:
            above = folder
            while not above.exists():
                self._made.append(above)
                above = above.parent
            folder.mkdir(parents=True, exist_ok=True)
            self._rooms[folder] = Path(tempfile.mkdtemp(prefix=".kumiai-", dir=folder))
        return self._rooms[folder]

    def _stage(self, path, named):
        path = self._check(path, named)
        if named:
            self._named.add(path)
        folder = Path(tempfile.gettempdir()) if _is_stream(path) else path.parent
        self._staged[path] = self._room(folder) / path.name
        return self._staged[path]

    def new(self, name):
        """Where to write the output STEM_COMMAND_name for the time being."""
        return self._stage(self.folder / f"{self.prefix}_{name}", False)

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

    def _place(self, folder):
        """Put the files of one folder in place."""
        paths = [p for p in self._staged if p.parent == folder and not _is_stream(p)]
        with _locked(folder):
            for path in paths:
                self._check(path, path in self._named)  # again: the work may have taken long
                _sync(self._staged[path])
            self._note(folder, paths)
            for path in paths:
                _name(self._staged[path], path, not path.exists())
        _sync(folder)

    def commit(self):
        """Put all files in place and tell the user which there are."""
        sys.stdout.flush()  # before what may go to the same place by another name
        for path, partial in self._staged.items():
            if _is_stream(path):
                path.write_bytes(partial.read_bytes())
        for folder in self._rooms:
            if any(p.parent == folder and not _is_stream(p) for p in self._staged):
                self._place(folder)
        for path in self._staged:
            warn(self.command, f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)"
                 if path.suffix == ".html" else f"wrote {path}")

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
            for room in self._rooms.values():
                shutil.rmtree(room, ignore_errors=True)
            if kind is not None:
                self._remove_folders()
        if isinstance(error, OSError):
            self._name_it(error)

    def _remove_folders(self):
        for folder in self._made:
            try:
                folder.rmdir()
            except OSError:
                pass

    def _name_it(self, error):
        """An error of a file that has no name yet is told of the one that it was to become."""
        for path, partial in reversed(self._staged.items()):
            if error.filename is None or error.filename == os.fspath(partial):
                error.filename = os.fspath(path)
