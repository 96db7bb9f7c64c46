# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that nothing waits for, as pictures, done beside the rest in processes of its own.

A process begins as a copy of the command, so it has all that was read, and ends with its task. Only a
command does so: in a notebook or a test a task is done where it is asked for.
"""

import io
import os
import pickle
import signal
import sys
from contextlib import contextmanager

from . import interrupts
from .database import ResultsError


class Tasks:
    """Tasks that run, as many as there are processors."""

    def __init__(self):
        # {process: where it tells its error}; what tasks have said, since several may say the same.
        self._running, self._said = {}, set()
        self._most = len(os.sched_getaffinity(0))

    def do(self, function, *arguments):
        """function(*arguments), whose errors come with a later call, or finish()."""
        if not interrupts.is_command() or self._most < 2:
            function(*arguments)
            return
        if len(self._running) >= self._most:
            self._wait()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        told, telling = os.pipe()
        process = os.fork()
        if not process:
            _work(function, arguments, telling)
        os.close(telling)
        self._running[process] = told

    def _wait(self):
        """Until the first of the tasks has ended; raises its error."""
        process = next(iter(self._running))
        with open(self._running[process], "rb", closefd=False) as told:
            report = told.read()
        os.waitpid(process, 0)
        os.close(self._running.pop(process))
        if not report:
            raise ResultsError("A process that did a part of the work was ended from outside.", code=1)
        error, words = pickle.loads(report)
        for line in words.splitlines(keepends=True):
            if line not in self._said:
                sys.stderr.write(line)
        self._said.update(words.splitlines(keepends=True))
        if error is not None:
            raise error

    def finish(self):
        """Until all have ended."""
        while self._running:
            self._wait()

    def stop(self):
        """Ends those that run."""
        while self._running:
            process, told = self._running.popitem()
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(told)


def _work(function, arguments, telling):
    """A task in its process, which ends here: what the command would do at its end is not for it."""
    for number in interrupts.ENDING:
        signal.signal(number, signal.SIG_DFL)
    failed, sys.stderr = None, io.StringIO()
    try:
        function(*arguments)
    except Exception as error:  # pylint: disable=broad-except  # the command raises it
        failed = error
    with open(telling, "wb") as report:
        report.write(pickle.dumps((failed, sys.stderr.getvalue())))
    os._exit(0)


@contextmanager
def tasks():
    """Tasks that have all ended when this ends, or are ended where something fails."""
    found = Tasks()
    try:
        yield found
        found.finish()
    finally:
        found.stop()
