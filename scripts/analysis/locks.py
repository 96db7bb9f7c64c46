# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks of results files: whether there are any where a file lies, and whether a run has one."""

import errno
import os

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


def is_being_written(path):
    """Whether a run has the lock beside the file, which tells nothing where there are no locks."""
    if fcntl is None:
        return False
    try:
        with open(f"{os.path.realpath(path)}.lock", "rb") as file:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, 0)
    except OSError as error:
        return error.filename is None and error.errno in (errno.EAGAIN, errno.EACCES)
    return False
