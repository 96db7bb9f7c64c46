# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether SQLite can lock a file where it lies."""

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
