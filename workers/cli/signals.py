"""What ends a command from outside ends it in order: its sandbox goes with it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDINGS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Take SIGTERM and SIGHUP as Ctrl-C, so that what was opened is closed. For the main thread."""
    before = {number: signal.signal(number, _interrupt) for number in _ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del frame
    # Once is enough: a second signal must not cut the closing short.
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
