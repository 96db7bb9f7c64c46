# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder that is there whole or not at all, and the list of its files."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from kumiai import interrupts
from kumiai.errors import ResultsError

MANIFEST = "manifest.json"
PROGRAMS = ("kumiai-export", "kumiai export")  # the second: before the command had a program of its own


def _earlier(folder: Path) -> dict | None:
    """The manifest of an earlier export in a folder."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return found if found["program"]["name"] in PROGRAMS else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _check(to: Path, replace: bool) -> None:
    """Refuse a folder whose files are not of an export, or are not to be replaced."""
    if to.is_symlink() and not to.exists():
        raise ResultsError(f"--to: {to} is a link that leads nowhere.")
    if not to.exists():
        return
    if not to.is_dir():
        raise ResultsError(f"--to: {to} is a file, not a folder.")
    if not any(to.iterdir()):
        return
    if _earlier(to) is None:
        raise ResultsError(f"--to: folder {to} holds files that are not of an export; name an empty or a new one.")
    if not replace:
        raise ResultsError(f"folder {to} holds an export already; --force replaces it.")


def _sync(path: Path) -> None:
    """Flush a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        if not path.is_dir():  # file systems that cannot flush folders keep names in other ways
            raise
    finally:
        os.close(descriptor)


class Folder:
    """The files of one export, in a folder beside its place until all are there."""

    made: Path  # since begin()

    def __init__(self, to: str, replace: bool):
        self.to, self.replace = Path(to), replace
        self.files: list[dict] = []  # of the manifest
        self._begun: Path | None = None
        _check(self.to, replace)

    def begin(self) -> None:
        """Make the folder; drop() finds it however this ends."""
        place = self.to.resolve()  # "." has its neighbours elsewhere; a link stays, and leads to the folder
        try:
            with interrupts.deferred():
                self.made = self._begun = Path(tempfile.mkdtemp(prefix=f"{place.name}.partial-", dir=place.parent))
            mask = os.umask(0)
            os.umask(mask)
            self.made.chmod(0o777 & ~mask)
        except OSError as error:
            raise ResultsError(f"--to: folder {self.to} cannot be made: {error.strerror}.") from error
        if self.to.exists() and self.to.stat().st_dev != self.made.stat().st_dev:
            raise ResultsError(f"--to: a file system is mounted at {self.to}; name a new folder in it.")

    def failed(self, name: str, error: OSError) -> ResultsError:
        """That a file, or '' the folder, cannot be written."""
        return ResultsError(f"{self.to}{'/' if name else ''}{name} cannot be written: {error.strerror}.", code=1)

    @contextmanager
    def create(self, name: str, errors: str = "surrogateescape") -> Iterator[TextIO]:
        """A new file; errors: what becomes of texts that are no UTF-8, which are written as they are otherwise."""
        try:
            with open(self.made / name, "x", encoding="utf-8", errors=errors, newline="") as file:
                yield file
        except OSError as error:
            raise self.failed(name, error) from error

    def note(self, entry: dict) -> None:
        """An entry for the manifest."""
        self.files.append(entry)

    def finish(self) -> None:
        """Give the folder its name. Files of an earlier export go, others that lay there stay."""
        try:
            for path in self.made.iterdir():
                _sync(path)
            _sync(self.made)
            with interrupts.deferred():
                self._rename(self.to.resolve())
                interrupts.forget()
        except OSError as error:
            raise self.failed("", error) from error

    def _rename(self, place: Path) -> None:
        try:
            os.rename(self.made, place)  # also onto an empty folder
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not self.replace:
                raise
            self._replace(place)
        _sync(place.parent)

    def _replace(self, place: Path) -> None:
        """Both folders are whole at every moment; should this end between the two renames, the earlier export is beside
        under its other name."""
        old, manifest = place.with_name(f"{place.name}.old-{os.getpid()}"), _earlier(place) or {}
        os.rename(place, old)
        try:
            os.rename(self.made, place)
        except OSError:
            os.rename(old, place)
            raise
        listed = {MANIFEST, *(file.get("file") for file in manifest.get("files", ()) if isinstance(file, dict))}
        for path in old.iterdir():
            if path.name in listed:
                path.unlink()
            elif not (place / path.name).exists():
                os.rename(path, place / path.name)
        try:
            old.rmdir()
        except OSError:
            pass  # what could not be moved stays there

    def drop(self) -> None:
        """Remove what was begun and not finished."""
        with interrupts.deferred():
            if self._begun:
                shutil.rmtree(self._begun, ignore_errors=True)
