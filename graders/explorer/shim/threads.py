"""Threads beside processes: each is a slot of its own, also a Queue's feeder thread.

The locks of `threading` are replaced by gated ones. While a process has a single thread nobody can
notice that it took one, so no point is passed then, unless it would block.
"""

from __future__ import annotations

import _thread
import os
import queue
import threading
from typing import Any

from graders.explorer.points import Kind, Op
from graders.explorer.shim.channel import BOARD, Channel

_allocate = _thread.allocate_lock
_real_start = threading.Thread.start
_real_join = threading.Thread.join
_real_shutdown = threading._shutdown  # type: ignore[attr-defined]
_get_ident = _thread.get_ident
_counts: dict[int, int] = {}

_ACQUIRE, _TRY, _TIMED, _RELEASE = int(Op.ACQUIRE), int(Op.TRY), int(Op.TIMED), int(Op.RELEASE)


class GatedLock:
    """`threading.Lock`, gated."""

    def __init__(self) -> None:
        self._real = _allocate()
        channel = BOARD.here()
        slot = channel.slot if channel else 0
        count = _counts[slot] = _counts.get(slot, 0) + 1
        self._ident = 0x20000000 | (slot << 16) | count

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Acquire the lock when the controller says so."""
        channel = BOARD.here()
        if channel is None:
            return self._real.acquire(blocking, timeout)
        if len(BOARD.channels) == 1 and self._real.acquire(False):
            return True
        line = BOARD.line()
        if not blocking:
            channel.point(_TRY, self._ident, line)
            got = self._real.acquire(False)
            channel.record(_TRY, self._ident, line, int(got))
            return got
        timed = timeout is not None and timeout >= 0
        op, micros = (_TIMED, max(1, int(timeout * 1e6))) if timed else (_ACQUIRE, 0)
        time_is_up = channel.point(op, self._ident, line, micros)
        while not (got := self._real.acquire(False)) and not (timed and time_is_up):
            time_is_up = channel.ask(op, self._ident, line, micros, kind=Kind.BLOCKED)
        channel.record(op, self._ident, line, int(got))
        return got

    def release(self) -> None:
        """Release the lock when the controller says so."""
        channel = BOARD.here()
        if channel is None or len(BOARD.channels) == 1:
            self._real.release()
            return
        line = BOARD.line()
        channel.point(_RELEASE, self._ident, line)
        self._real.release()
        channel.record(_RELEASE, self._ident, line, 1)

    def locked(self) -> bool:
        """Whether somebody holds the lock."""
        return self._real.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._real = _allocate()


def start(self: threading.Thread) -> None:
    """Take the place of `Thread.start`: the new thread is a new slot."""
    channel = BOARD.here()
    if channel is None:
        _real_start(self)
        return
    line = BOARD.line()
    channel.point(int(Op.FORK), 0, line)
    number, fd = channel.request(Kind.SLOT, 1)
    channel.record(int(Op.FORK), number, line, 1)
    own = Channel(fd, number)
    thread: Any = self
    thread._slot = number
    bootstrap = thread._bootstrap

    def controlled() -> None:
        BOARD.channels[_get_ident()] = own
        own.ask(int(Op.START), number, line)
        own.record(int(Op.START), number, line, 0)
        try:
            bootstrap()
        finally:
            BOARD.channels.pop(_get_ident(), None)
            own.tell(Kind.END, 0)
            own.close()

    thread._bootstrap = controlled
    _real_start(self)


def join(self: threading.Thread, timeout: float | None = None) -> None:
    """Take the place of `Thread.join`: wait under control, then join for real."""
    channel = BOARD.here()
    slot = getattr(self, "_slot", None)
    if channel is not None and slot is not None and self is not threading.current_thread():
        line = BOARD.line()
        micros = 0 if timeout is None else max(1, int(timeout * 1e6))
        gave_up = channel.ask(int(Op.JOIN), slot, line, micros, kind=Kind.THREAD)
        channel.record(int(Op.JOIN), slot, line, gave_up)
        if gave_up:
            return
        timeout = None
    _real_join(self, timeout)


def shutdown() -> None:
    """Take the place of `threading._shutdown`: wait for the other threads under control first."""
    if BOARD.here() is not None:
        for thread in threading.enumerate():
            if not thread.daemon and thread is not threading.current_thread():
                join(thread)
    _real_shutdown()


def keep_internals_plain() -> None:
    """Give `threading` back plain locks for its own books: nobody waits for a turn with one in hand.

    It makes them anew after every fork, from the names that are hooked by then.
    """
    module: Any = threading
    module._active_limbo_lock = _thread.RLock()
    if hasattr(module, "_shutdown_locks_lock"):
        module._shutdown_locks_lock = _allocate()


def install() -> None:
    """Put the hooks in place."""
    module: Any = threading
    os.register_at_fork(after_in_child=keep_internals_plain)
    module._allocate_lock = GatedLock
    module.Lock = GatedLock
    module.RLock = module._PyRLock
    module._CRLock = None
    module.Thread.start = start
    module.Thread.join = join
    module._shutdown = shutdown
    queues: Any = queue
    queues.SimpleQueue = queues._PySimpleQueue
