"""The harness's only way to speak: a private copy of its standard output."""

from __future__ import annotations

import os
import sys
import traceback
from types import TracebackType

from graders.errors import ProtocolError
from graders.job import MAX_JOB_BYTES, Event

FAULT = 3
"""Exit status when the harness itself failed."""


class Voice:
    """Writes events where nobody else can: what prints to descriptor 1 or 2 afterwards is lost."""

    def __init__(self) -> None:
        self._descriptor = os.dup(1)  # Closed in every program that is started.
        silence = os.open(os.devnull, os.O_RDWR)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os.close(silence)

    def say(self, event: Event) -> None:
        """Write one event, whole."""
        rest = memoryview(event.encode())
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def say_fault(
        self, kind: type[BaseException], problem: BaseException, trace: TracebackType | None
    ) -> None:
        """Tell of an exception nobody caught, as `sys.excepthook`; the process ends with status 3."""
        where = "".join(traceback.format_tb(trace)[-3:])
        self.say(Event("fault", message=f"{kind.__name__}: {problem}\n{where}"[:4000]))
        sys.stderr.flush()
        os._exit(FAULT)


def listen() -> bytes:
    """Return the job's line from standard input, which is closed to all afterwards; empty at its end."""
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(0, 65536)
        if not chunk:
            break
        line += chunk
        if len(line) > MAX_JOB_BYTES:
            raise ProtocolError(f"the job is longer than {MAX_JOB_BYTES} bytes")
    silence = os.open(os.devnull, os.O_RDONLY)
    os.dup2(silence, 0)
    os.close(silence)
    return line
