"""The conversation with a harness: one job in, events out, every step with a bound.

It holds over any pair of byte streams. The other side runs beside a hostile program, so nothing is
taken on trust: neither that it speaks, nor that it stops, nor that it reads what it is sent.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from graders.errors import InfrastructureError, ProtocolError, SandboxError
from graders.job import COLLECT_SECONDS, MAX_EVENT_BYTES, Event, Job
from graders.lab import Style
from graders.report import Report
from workers.sandbox.kit import equipped

MAX_TOTAL_BYTES = 4 * 1024**2
"""What a harness may say in one conversation, standard error included."""
TAIL_BYTES = 4096
"""How much of standard error is kept to tell why a harness died."""
MARGIN_SECONDS = 30.0
"""Added to the lab's wall limit, which the harness enforces itself. Past both, it hangs: our fault."""

CHUNK = 64 * 1024
OUT, ERR = 1, 2


class Reader(Protocol):
    """A non-blocking source of bytes."""

    def fileno(self) -> int:
        """Return the descriptor that becomes readable."""

    def read(self) -> list[tuple[int, bytes]] | None:
        """Return what has come, as (`OUT` or `ERR`, bytes); an empty list: nothing yet; `None`: the end."""


class Writer(Protocol):
    """A non-blocking sink of bytes."""

    def fileno(self) -> int:
        """Return the descriptor that becomes writable."""

    def write(self, data: memoryview) -> int:
        """Send some of `data`, return how many bytes; 0: not now. Raises `OSError` when nobody reads."""


class Conversation:
    """One conversation, from `ready` to the report. Not for several threads at once."""

    def __init__(self, readers: Sequence[Reader], writer: Writer, listeners: Sequence[Reader] = ()) -> None:
        """`listeners` are only woken up: what they hear is theirs, and no end of theirs is the end."""
        self._writer = writer
        self._open = list(readers)
        self._listeners = list(listeners)
        self._unsent = memoryview(b"")
        self._line = bytearray()
        self._tail = bytearray()
        self._total = 0
        self._events: list[Event] = []
        self.greeting = ""
        """What came with the `ready` event: nothing from a harness, the findings from a probe."""

    def wait_ready(self, seconds: float) -> None:
        """Wait for the `ready` event; raises `InfrastructureError` when it does not come in time."""
        event = next(self._listen(seconds, "did not get ready"))
        if event.event != "ready":
            raise ProtocolError(f"the harness said {event.event!r} before it was ready")
        self.greeting = event.message

    def hold(self, job: Job, on_event: Callable[[Event], None]) -> Report:
        """Send the job, pass each event to `on_event`, return the report. Raises `InfrastructureError`."""
        self._unsent = memoryview(equipped(job).encode())
        seconds = job.lab.limits.wall_seconds + MARGIN_SECONDS
        if job.lab.style is Style.PYTEST:
            seconds += COLLECT_SECONDS
        for event in self._listen(seconds, "did not report"):
            on_event(event)
            if event.event == "fault":
                raise InfrastructureError(f"the harness failed: {event.message or 'it did not say why'}")
            if event.event == "report":
                if event.report is None:
                    raise ProtocolError("a report event without a report")
                return event.report
        raise AssertionError("_listen ends only by raising")

    @property
    def stderr(self) -> str:
        """The end of what the harness wrote to standard error."""
        return self._tail.decode(errors="replace").strip()

    def _listen(self, seconds: float, failing: str) -> Iterator[Event]:
        """Yield events until the deadline; end of the stream and overrun are `SandboxError`."""
        deadline = time.monotonic() + seconds
        while True:
            while self._events:
                yield self._events.pop(0)
            if not self._open:
                raise SandboxError(self._explain("the harness ended without a report"))
            self._exchange(deadline, f"the harness {failing} within {seconds:g} s")

    def _exchange(self, deadline: float, overrun: str) -> None:
        """Wait until one side can move, then move it: at most one chunk from each stream."""
        with selectors.DefaultSelector() as selector:
            for reader in [*self._open, *self._listeners]:
                selector.register(reader, selectors.EVENT_READ)
            self._register_writer(selector)
            ready = selector.select(max(0.0, deadline - time.monotonic()))
        # Also when something is ready: a harness that never stops talking gets no more time.
        if time.monotonic() >= deadline:
            raise SandboxError(self._explain(overrun))
        for key, mask in ready:
            if mask & selectors.EVENT_WRITE:
                self._send()
            if mask & selectors.EVENT_READ:
                self._receive(self._reader_of(key.fd))

    def _register_writer(self, selector: selectors.BaseSelector) -> None:
        if not self._unsent:
            return
        # Docker's hijacked socket is one descriptor for both directions.
        shared = [reader for reader in self._open if reader.fileno() == self._writer.fileno()]
        if shared:
            selector.modify(shared[0], selectors.EVENT_READ | selectors.EVENT_WRITE)
        else:
            selector.register(self._writer, selectors.EVENT_WRITE)

    def _reader_of(self, descriptor: int) -> Reader:
        both = [*self._open, *self._listeners]
        return next(reader for reader in both if reader.fileno() == descriptor)

    def _send(self) -> None:
        try:
            self._unsent = self._unsent[self._writer.write(self._unsent) :]
        except OSError:
            # The other side is gone; why, its last words will tell.
            self._unsent = memoryview(b"")

    def _receive(self, reader: Reader) -> None:
        pieces = reader.read()
        if pieces is None:
            self._open.remove(reader)
            return
        for stream, data in pieces:
            self._total += len(data)
            if self._total > MAX_TOTAL_BYTES:
                raise ProtocolError(f"the harness said more than {MAX_TOTAL_BYTES} bytes")
            if stream == OUT:
                self._events.extend(self._lines(data))
            else:
                self._tail = (self._tail + data)[-TAIL_BYTES:]

    def _lines(self, data: bytes) -> Iterator[Event]:
        *ends, rest = data.split(b"\n")
        for end in ends:
            self._extend_line(end)
            yield Event.decode(bytes(self._line))
            self._line.clear()
        self._extend_line(rest)

    def _extend_line(self, data: bytes) -> None:
        if len(self._line) + len(data) > MAX_EVENT_BYTES:
            raise ProtocolError(f"the harness said a line of more than {MAX_EVENT_BYTES} bytes")
        self._line += data

    def _explain(self, message: str) -> str:
        return f"{message}; its last words: {self.stderr}" if self._tail else message
