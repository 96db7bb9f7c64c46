# SPDX-License-Identifier: GPL-3.0-or-later
"""Work done beside the rest in processes of its own: what nothing waits for, as pictures, and shares of a long list.

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


def _processors():
    """How many processes may run at a time: one, the caller's own, where it is not a command."""
    return len(os.sched_getaffinity(0)) if interrupts.is_command() else 1


class Answer:
    """What a task returned, once all have ended."""

    value = None


class Tasks:
    """Tasks that run, as many as there are processors."""

    def __init__(self):
        # {process: (where it tells its answer or error, Answer)}; what tasks have said, since several may say the same.
        self._running, self._said = {}, set()
        self._most = _processors()

    def do(self, function, *arguments):
        """The Answer of function(*arguments), whose errors come with a later call, or finish()."""
        answer = Answer()
        if self._most < 2:
            answer.value = function(*arguments)
            return answer
        if len(self._running) >= self._most:
            self._wait()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        told, telling = os.pipe()
        process = os.fork()
        if not process:
            _work(function, arguments, telling)
        os.close(telling)
        self._running[process] = told, answer
        return answer

    def _wait(self):
        """Until the first of the tasks has ended; raises its error."""
        process = next(iter(self._running))
        told, answer = self._running[process]
        with open(told, "rb", closefd=False) as report_of:
            report = report_of.read()
        os.waitpid(process, 0)
        del self._running[process]
        os.close(told)
        if not report:
            raise ResultsError("A process that did a part of the work was ended from outside.", code=1)
        error, words, answer.value = pickle.loads(report)
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
            process, (told, _) = self._running.popitem()
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(told)


def _work(function, arguments, telling):
    """A task in its process, which ends here: what the command would do at its end is not for it."""
    for number in interrupts.ENDING:
        signal.signal(number, signal.SIG_DFL)
    failed, answer, sys.stderr = None, None, io.StringIO()
    try:
        answer = function(*arguments)
    except Exception as error:  # pylint: disable=broad-except  # the command raises it
        failed = error
    with open(telling, "wb") as report:
        report.write(pickle.dumps((failed, sys.stderr.getvalue(), answer)))
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


def each(function, items):
    """[function(item) for item in items]: every processor takes a share, of every n-th item. Answers are pickled."""
    items, shares = list(items), _processors()

    def share(first):
        return [function(item) for item in items[first::shares]]

    with tasks() as others:
        answers = [others.do(share, first) for first in range(1, shares)]
        mine = share(0)
    found = [None] * len(items)
    for first, answered in enumerate([mine, *(answer.value for answer in answers)]):
        found[first::shares] = answered
    return found
