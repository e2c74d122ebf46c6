"""Starts parts in order, watches them, and ends all of them whatever happens."""

from __future__ import annotations

import select
import signal
import time
from contextlib import suppress
from types import FrameType, TracebackType

from graders.errors import InfrastructureError
from workers.embedded.part import Part, RunningPart
from workers.embedded.progress import Progress
from workers.ending import adopt_orphans, end_orphans

READY_SECONDS = 60.0
_ASK_AGAIN_SECONDS = 0.1
_LOOK_SECONDS = 5.0


class StopRequested(BaseException):
    """Somebody asked for the end: Ctrl-C, or SIGTERM. Not an `Exception`, so nothing swallows it."""


class PartDiedError(InfrastructureError):
    """A part ended by itself, did not get ready, or is in trouble; the message ends with its last words."""

    def __init__(self, name: str, what: str, tail: str) -> None:
        shown = f"\nThe end of its log:\n{tail}" if tail else "\nIts log is empty."
        super().__init__(f"{name} {what}.{shown}")
        self.name = name


class Supervisor:
    """A context: inside it parts are started; leaving it ends every process that came of them.

    Nothing is restarted: a part that dies ends the whole, and says why.
    """

    def __init__(self, progress: Progress, grace_seconds: float = 15.0) -> None:
        self._progress = progress
        self._grace_seconds = grace_seconds
        self._running: list[RunningPart] = []
        self._handlers: dict[int, signal.Handlers] = {}

    def __enter__(self) -> Supervisor:
        adopt_orphans()
        for number in (signal.SIGINT, signal.SIGTERM):
            self._handlers[number] = signal.signal(number, _request_stop)  # type: ignore[assignment]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in self._handlers:
            signal.signal(number, signal.SIG_IGN)
        dead = self._first_dead()
        self._stop_all()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        if dead and isinstance(error, Exception) and not isinstance(error, PartDiedError):
            raise dead from error

    def start(self, *parts: Part) -> None:
        """Start parts side by side and wait until each says that it is ready; raises `PartDiedError`."""
        self._progress.step(f"starting {' and '.join(part.name for part in parts)}")
        started = [RunningPart(part) for part in parts]
        self._running += started
        deadline = time.monotonic() + READY_SECONDS
        for running in started:
            while (missing := running.part.ready()) is not None:
                self._wait_for_death(_ASK_AGAIN_SECONDS)
                if time.monotonic() > deadline:
                    what = f"is not ready after {READY_SECONDS:.0f} s: {missing}"
                    raise PartDiedError(running.part.name, what, running.tail())

    def watch(self) -> None:
        """Block until a part dies or is in trouble (`PartDiedError`), or the end is asked for."""
        while True:
            self._wait_for_death(_LOOK_SECONDS)
            for running in self._running:
                if trouble := running.part.trouble():
                    raise PartDiedError(running.part.name, trouble, running.tail())

    def _wait_for_death(self, seconds: float) -> None:
        select.select([running.pidfd for running in self._running], [], [], seconds)
        if dead := self._first_dead():
            raise dead

    def _first_dead(self) -> PartDiedError | None:
        for running in self._running:
            if (status := running.status) is not None:
                return PartDiedError(
                    running.part.name, f"ended by itself ({_in_words(status)})", running.tail()
                )
        return None

    def _stop_all(self) -> None:
        """End the parts in reverse order, each with its grace; then whatever is left of them."""
        for running in reversed(self._running):
            self._progress.step(f"stopping {running.part.name}")
            running.terminate()
            running.wait(self._grace_seconds)
            running.signal_group(signal.SIGKILL)
            running.wait(self._grace_seconds)
            running.close()
        self._running.clear()
        end_orphans()


def _request_stop(number: int, _frame: FrameType | None) -> None:
    raise StopRequested(signal.Signals(number).name)


def _in_words(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    with suppress(ValueError):
        return f"killed by {signal.Signals(-status).name}"
    return f"killed by signal {-status}"
