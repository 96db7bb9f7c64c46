# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders for files that have no name yet, on the file system of their place.

Each is locked by the command that made it, so that one that a killed command has left is known, and
cleared away by the next."""

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from kumiai import interrupts

PREFIX = ".kumiai-unfinished-"


@contextmanager
def locked(folder):
    """One command at a time in a folder. Without locks they take their chance."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            pass
        yield
    finally:
        os.close(descriptor)


def _clear(path):
    """Remove a room that nobody has any more; where there are no locks it stays."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    except OSError:
        pass
    finally:
        os.close(descriptor)


class Rooms:
    """The rooms of one call of a command, by the folder that each is in."""

    def __init__(self):
        self._rooms, self._made = {}, []  # folder: (room, descriptor of its lock); folders that were not there

    def __iter__(self):
        return iter(self._rooms)

    def of(self, folder):
        """The room of a folder, made when it is first asked for; so is the folder."""
        interrupts.check()
        if folder not in self._rooms:
            self._make_folder(folder)
            with locked(folder):
                for left in folder.glob(f"{PREFIX}*"):
                    _clear(left)
                with interrupts.deferred():
                    self._rooms[folder] = self._room(folder)
        return self._rooms[folder][0]

    def _make_folder(self, folder):
        above = folder
        while not above.exists():
            self._made.append(above)
            above = above.parent
        folder.mkdir(parents=True, exist_ok=True)

    @staticmethod
    def _room(folder):
        room = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        descriptor = os.open(room, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pass
        return room, descriptor

    def close(self, keep_folders):
        """Remove the rooms, and unless they are kept the folders that were made for them."""
        with interrupts.deferred():
            for room, descriptor in self._rooms.values():
                shutil.rmtree(room, ignore_errors=True)
                os.close(descriptor)
            self._rooms.clear()
            for folder in [] if keep_folders else self._made:
                try:
                    folder.rmdir()
                except OSError:
                    pass
