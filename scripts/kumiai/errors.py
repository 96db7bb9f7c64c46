# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong, in a sentence. Without a library, so that a command that needs none starts at once."""


class ResultsError(Exception):
    """A problem to be told in one sentence; code 2 blames the request, 1 the machine."""

    def __init__(self, message, code=2):
        super().__init__(message)
        self.code = code
