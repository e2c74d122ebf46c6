"""Sandboxes started ahead: the harness is loaded and waits for its job when a submission comes.

A sandbox still serves one submission. Being a kind of sandbox itself, a pool stands wherever one may stand.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from types import TracebackType

from graders.errors import InfrastructureError
from graders.limits import Limits
from workers.sandbox.base import Sandbox, SandboxKind

log = logging.getLogger(__name__)

REMEMBERED = 8
"""So many of the last submissions say which limits the next one will most likely have."""
_THREADS = 2
"""One may destroy what is used up while the other starts the next."""


@dataclass(frozen=True)
class _Place:
    """A sandbox that stands, and what destroys it."""

    sandbox: Sandbox
    context: AbstractContextManager[Sandbox]


@dataclass(frozen=True)
class _Ahead:
    """A sandbox that is being started, or stands."""

    place: Future[_Place]
    limits: Limits
    since: float


class Pool:
    """Keeps up to `most` sandboxes of one kind ahead; for one process, whose main thread opens them.

    They are started beside the grading: when one is taken the next is begun. Each time one is wanted that is
    not ready there will be one more ahead, up to `most`; those that nobody wants for `idle_seconds` are given
    back, and then there is none ahead until somebody comes. Started with the limits that were asked for most
    of late, and taken only for the same: so limits always hold from the first moment on. One that is made of
    an image that has changed since is not used any more.

    Nothing is started before `warm_up` or `open`; `close`, or leaving the context, ends all.
    """

    def __init__(self, kind: SandboxKind, most: int = 1, idle_seconds: float = 600.0) -> None:
        self._kind = kind
        self._most = most
        self._idle_seconds = idle_seconds
        self._target = 0
        self._asked: deque[Limits] = deque(maxlen=REMEMBERED)
        self._ahead: list[_Ahead] = []
        self._threads: ThreadPoolExecutor | None = None
        self._timer: threading.Timer | None = None
        # The timer's thread gives back while the main thread takes.
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        """The name of its kind."""
        return self._kind.name

    @property
    def kind(self) -> SandboxKind:
        """What its sandboxes are."""
        return self._kind

    def problem(self) -> str | None:
        """Why its kind cannot work here."""
        return self._kind.problem()

    def made_of(self) -> str:
        """Return what its kind makes sandboxes of now."""
        return self._kind.made_of()

    def reap(self, alive: Collection[str] | None, older_than: float) -> list[str]:
        """Remove what dead workers left."""
        return self._kind.reap(alive, older_than + self._idle_seconds)

    def warm_up(self, limits: Limits | None = None) -> None:
        """Start one ahead, before the first submission comes."""
        with self._lock:
            self._asked.append(_shape(limits or Limits()))
            self._target = max(self._target, min(1, self._most))
            self._refill()

    def settle(self) -> None:
        """Wait until what is being started ahead stands, or has failed."""
        with self._lock:
            coming = [one.place for one in self._ahead]
        wait(coming)

    @contextmanager
    def open(self, limits: Limits) -> Iterator[Sandbox]:
        """Give a sandbox with exactly these limits: one started ahead, else a new one.

        It is destroyed after the context, beside whatever comes next.
        """
        place = self._take(_shape(limits))
        try:
            yield place.sandbox
        finally:
            self._retire(place)

    def close(self) -> None:
        """Destroy all that stands, and wait until nothing of it is left."""
        with self._lock:
            self._target = self._most = 0
            self._give_back(self._ahead)
            if self._timer:
                self._timer.cancel()
            threads, self._threads = self._threads, None
        if threads:
            threads.shutdown()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self, limits: Limits) -> _Place:
        with self._lock:
            self._asked.append(limits)
            ahead = next((one for one in self._ahead if one.limits == limits), None)
            if ahead is None or not ahead.place.done():
                self._target = min(self._target + 1, self._most)
            if ahead:
                self._ahead.remove(ahead)
        place = (ahead and self._usable(ahead)) or self._begin(limits).place.result()
        with self._lock:
            self._refill()
        return place

    def _usable(self, ahead: _Ahead) -> _Place | None:
        """Return the sandbox, which may still be on its way; `None` when it failed or is out of date."""
        try:
            place = ahead.place.result()
        except InfrastructureError as problem:
            log.warning("a sandbox could not be started ahead: %s", problem)
            return None
        if place.sandbox.info.image == self._kind.made_of():
            return place
        log.info("what was started ahead is given back: the image has changed")
        self._retire(place)
        with self._lock:
            self._give_back(self._ahead)
        return None

    def _begin(self, limits: Limits) -> _Ahead:
        return _Ahead(self._executor().submit(self._start, limits), limits, time.monotonic())

    def _start(self, limits: Limits) -> _Place:
        context = self._kind.open(limits)
        return _Place(context.__enter__(), context)

    def _retire(self, place: _Place) -> None:
        self._executor().submit(_destroy, place)

    def _executor(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_THREADS, "sandboxes")
            return self._threads

    def _refill(self) -> None:
        """Give back what the next submission will most likely not want, and start what is missing."""
        wanted = Counter(self._asked).most_common(1)[0][0]
        self._give_back([one for one in self._ahead if one.limits != wanted])
        while len(self._ahead) < self._target:
            self._ahead.append(self._begin(wanted))
        self._look_later()

    def _give_back(self, what: Collection[_Ahead]) -> None:
        for one in list(what):
            self._ahead.remove(one)
            self._executor().submit(_destroy_when_there, one.place)

    def _look_later(self) -> None:
        if self._ahead and self._timer is None:
            oldest = min(one.since for one in self._ahead)
            self._timer = threading.Timer(oldest + self._idle_seconds - time.monotonic(), self._look)
            self._timer.daemon = True
            self._timer.start()

    def _look(self) -> None:
        """Give back what nobody has wanted for too long; runs in the timer's thread."""
        with self._lock:
            self._timer = None
            begun_before = time.monotonic() - self._idle_seconds
            self._give_back([one for one in self._ahead if one.since <= begun_before])
            self._target = min(self._target, len(self._ahead))
            self._look_later()


def _shape(limits: Limits) -> Limits:
    """Return the limits without those that the harness keeps: what a sandbox is started with."""
    default = Limits()
    return replace(
        limits,
        wall_seconds=default.wall_seconds,
        run_seconds=default.run_seconds,
        cpu_seconds=default.cpu_seconds,
        output_bytes=default.output_bytes,
    )


def _destroy_when_there(coming: Future[_Place]) -> None:
    try:
        place = coming.result()
    except InfrastructureError:
        return  # It never stood, and has been cleared away.
    _destroy(place)


def _destroy(place: _Place) -> None:
    try:
        place.context.__exit__(None, None, None)
    except InfrastructureError as problem:
        # A report that is there must not be lost for this; the reaper comes back to it.
        log.warning("a sandbox could not be destroyed: %s", problem)
