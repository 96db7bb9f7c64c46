# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals that end a command leave nothing half-written and no traceback: exit 130, as of kumiai.

Every command imports this before anything else: what it imports then takes seconds, in which a signal
just ends it. It imports little itself.
"""

import os
import signal
import sys
from contextlib import contextmanager

from kumiai import missing

EXIT = 130
ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGXCPU")
          if hasattr(signal, name)]

_deferring, _pending = [], []  # how deep; signals that are still to end the work


def _leave(_number, _frame):
    """Before the work: there is nothing to be cleared away."""
    os.write(2, f"{os.path.basename(sys.argv[0])}: interrupted; nothing was written.\n".encode())
    os._exit(EXIT)


def _raise(number, _frame):
    """During the work: those who have begun something clear it away."""
    _pending.append(number)
    check()


def _install(handler):
    """Sets the handler of all signals but those that are ignored, as nohup has it; {signal: the one before}."""
    before = {}
    for number in ENDING:
        try:
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, handler)
        except ValueError:  # not in the main thread, which signals go to
            return before
    return before


def check():
    """KeyboardInterrupt where a signal has come, also if a library has lost the one that it gave."""
    if _pending and not _deferring:
        raise KeyboardInterrupt


def _unraisable(lost):
    """A KeyboardInterrupt amid a destructor is lost by Python; it is not worth a traceback."""
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)


@contextmanager
def handled():
    """Inside, a signal is a KeyboardInterrupt, at the next check() at the latest."""
    forget()
    before, hook = _install(_raise), sys.unraisablehook
    sys.unraisablehook = _unraisable
    try:
        yield
    except Exception:
        check()  # a library has made another error of it
        raise
    finally:
        forget()
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if handler is _leave else handler)


@contextmanager
def deferred():
    """Inside, no signal comes between; it is a KeyboardInterrupt at the end, unless forgotten."""
    _deferring.append(True)
    try:
        yield
    finally:
        _deferring.pop()
        check()


@contextmanager
def kept():
    """After the inside each signal is handled as before: OpenTURNS takes SIGINT for itself when it is imported."""
    before = {number: signal.getsignal(number) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            try:
                signal.signal(number, handler)
            except (TypeError, ValueError):  # not Python's own; not in the main thread
                pass


def forget():
    """What was to be interrupted is done."""
    _pending.clear()


def is_command():
    """Whether the program that runs is a command, and not a notebook or a test."""
    program = getattr(sys.modules["__main__"], "__file__", None)
    package = os.path.dirname(os.path.abspath(__file__))
    places = (os.path.dirname(package), os.path.join(package, "commands"))
    if program is None:
        return False
    folder, name = os.path.split(os.path.abspath(program))
    return folder in places or name.startswith("kumiai-")  # that of an installed package lies anywhere


if is_command():
    _install(_leave)
    sys.excepthook = missing.told
