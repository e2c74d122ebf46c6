"""Every error Interleave raises on purpose, and whose fault each one is.

    InterleaveError
    ├── CallerError          the caller's: an HTTP 4xx, exit 2 on the command line
    │   ├── HandInError      files that cannot be handed in (size, name, encoding, archive)
    │   └── AnswerError      quiz answers that cannot be graded (unknown question, wrong type)
    ├── ContentError         the course author's: names file, key and what was expected
    └── InfrastructureError  ours: the attempt is tried again, never a mark of zero
        ├── SandboxError     a sandbox could not be started, or died
        └── ProtocolError    the harness said something that is not its protocol

What a student's program does wrong is no error: it becomes a `Report`.
"""

from __future__ import annotations

from dataclasses import dataclass


class InterleaveError(Exception):
    """Root of the tree above."""


class CallerError(InterleaveError):
    """The request cannot be served as it is; the message says what to do."""


@dataclass(eq=False)
class HandInError(CallerError):
    """Files that cannot be graded at all.

    `kind` is stable and machine-readable (``too-large``, ``not-utf8``, ...); `status` is the HTTP
    status that tells it best (413, 415 or 422); `file` names the culprit where there is one.
    """

    kind: str
    message: str
    status: int = 422
    file: str | None = None

    def __str__(self) -> str:
        return self.message


@dataclass(eq=False)
class AnswerError(CallerError):
    """Quiz answers that cannot be graded at all; `questions` are the ids they were given for."""

    message: str
    questions: tuple[str, ...] = ()
    status: int = 422

    def __str__(self) -> str:
        return self.message


@dataclass(eq=False)
class ContentError(InterleaveError):
    """A course folder that cannot be loaded: which file, which key, what was expected there.

    An author wants to hear of every mistake at once: `others` are the further ones, and the message
    has one line for each.
    """

    file: str
    key: str
    expected: str
    others: tuple[ContentError, ...] = ()

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return "\n".join([f"{where}: expected {self.expected}", *map(str, self.others)])


class InfrastructureError(InterleaveError):
    """Our fault. The submission goes back to the queue; the student loses nothing."""


class SandboxError(InfrastructureError):
    """A sandbox could not be started, or ended without a report."""


class ProtocolError(InfrastructureError):
    """The harness's output is not a sequence of protocol events."""
