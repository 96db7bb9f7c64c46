# SPDX-License-Identifier: GPL-3.0-or-later
"""Outputs that are no files: devices, pipes, and what this process has open already (/dev/stdout).

They are written to as they are, without another name. What is under /dev is no device by that:
/dev/shm has files. The standard output may be a file too, which is then gone on with and not begun anew.
"""

import fcntl
import os
import stat

MOST_LINKS = 40


def descriptor(path):
    """Number of the open file that a path such as /dev/stdout or /proc/self/fd/3 names, else None."""
    own = ("/dev/fd", f"/proc/{os.getpid()}/fd")
    for _ in range(MOST_LINKS):
        folder, name = os.path.split(os.path.abspath(path))
        folder = os.path.realpath(folder)
        if folder in own:
            return int(name) if name.isdecimal() else None
        path = os.path.join(folder, name)
        if not os.path.islink(path):
            return None
        path = os.path.join(folder, os.readlink(path))
    return None


def is_stream(path):
    """Whether a path is written to as it is."""
    if descriptor(path) is not None:
        return True
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def unusable(path):
    """Why a stream cannot be written to, '' if it can; pipes and devices tell when they are opened."""
    number = descriptor(path)
    if number is None:
        return ""
    try:
        access = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE
    except OSError:
        return "is not open"
    return "is open for reading only" if access == os.O_RDONLY else ""


def write(path, data):
    """Write bytes to a stream, after what is there."""
    number = descriptor(path)
    try:
        with open(path if number is None else os.dup(number), "wb") as file:
            file.write(data)
    except OSError as error:
        error.filename = os.fspath(path)
        raise
