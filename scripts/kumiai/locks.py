# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks of results files: whether there are any where a file lies, and whether a run has one."""

import errno
import os
from contextlib import contextmanager

try:
    import fcntl
except ImportError:  # not a POSIX system
    fcntl = None

BEHIND_ALL_DATA = 2**62


def missing(path):
    """Why the file cannot be locked there, and the way out; '' where it can.

    For a file that could not be read: closing it here drops the locks of this process.
    """
    if fcntl is None:
        return ""
    try:
        with open(path, "rb") as file:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, BEHIND_ALL_DATA)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.ENOENT) or error.filename:  # not by lockf
            return ""
        return (f"the file system of folder {path.resolve().parent} does not support locks, or they are "
                f"switched off: {os.strerror(error.errno)}; copy the file to a local disk and read it "
                "there, or mount the folder with locks")
    return ""


def _take(file, kind):
    """Whether a lock of the lock file's first byte was to be had; without locks it always is."""
    try:
        fcntl.lockf(file, kind | fcntl.LOCK_NB, 1, 0)
    except OSError as error:
        return error.errno != errno.EAGAIN
    return True


def is_being_written(path):
    """Whether a run has the lock beside the file."""
    try:
        with open(f"{os.path.realpath(path)}.lock", "rb") as file:
            return fcntl is not None and not _take(file, fcntl.LOCK_SH)
    except OSError:  # none, or not ours to read
        return False


def _remove(file, name):
    """Remove a lock file that nobody else has; what has contents is the user's, by chance of that name."""
    status = os.fstat(file.fileno())
    try:
        if status.st_size == 0 and os.path.samestat(status, os.stat(name)) and (
                fcntl is None or _take(file, fcntl.LOCK_EX)):
            os.unlink(name)
    except OSError:
        pass


@contextmanager
def reading(path):
    """Keep runs from writing the file, as kumiai's own commands do; gives False where one is at it."""
    name = f"{os.path.realpath(path)}.lock"
    try:
        file = open(name, "a+b")
    except OSError:  # who cannot write there holds nothing
        yield not is_being_written(path)
        return
    with file:
        try:
            yield fcntl is None or _take(file, fcntl.LOCK_SH)
        finally:
            _remove(file, name)
