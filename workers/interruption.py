"""Stopping an attempt in its midst: the worker must go, or the attempt is no longer ours.

Grading waits in system calls for a sandbox's output. A signal is what wakes it from there whatever kind of
sandbox it is: the handler raises `Interrupted`, the sandbox's context destroys the sandbox on the way out.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from types import FrameType


class Reason(StrEnum):
    """Why an attempt is interrupted."""

    WORKER_STOPS = "the worker was told to stop"
    NOT_OURS = "the attempt was cancelled or its lease was lost"


class Interrupted(BaseException):
    """Ends an attempt. Not an `Exception`: nothing on the way may take it for a fault of its own."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Interruption:
    """Turns SIGTERM into `Interrupted`, but only where an attempt may be cut off.

    To be used from the main thread, as signal handlers are; `request` may be called from any.
    """

    def __init__(self) -> None:
        self.reason: Reason | None = None
        self._armed = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take SIGTERM as a request; the handler before it is put back at the end."""
        before = signal.signal(signal.SIGTERM, self._on_signal)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Inside, a request raises `Interrupted`; one that came earlier does so at once.

        Keep database work out of here: a commit must not be cut in two.
        """
        self._armed = True
        try:
            self._raise_if_requested()
            yield
        finally:
            self._armed = False

    def request(self, reason: Reason) -> None:
        """Ask for the end of the attempt from another thread."""
        self.reason = self.reason or reason
        os.kill(os.getpid(), signal.SIGTERM)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.reason = self.reason or Reason.WORKER_STOPS
        self._raise_if_requested()

    def _raise_if_requested(self) -> None:
        if self._armed and self.reason:
            # Once is enough: a second signal must not cut the sandbox's destruction short.
            self._armed = False
            raise Interrupted(self.reason)
