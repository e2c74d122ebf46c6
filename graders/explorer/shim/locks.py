"""Semaphores: the one C type under Lock, RLock, Semaphore, Condition, Event and Barrier.

`synchronize` reaches it as ``_multiprocessing.SemLock``; replacing that name hooks all of them. An
acquire is announced, chosen only when it can succeed, and then really made without waiting.
"""

from __future__ import annotations

import os
import sys
from multiprocessing import synchronize
from types import SimpleNamespace
from typing import Any

from graders.explorer.points import OWNERS, Kind, Op
from graders.explorer.shim.channel import BOARD

_Real: Any = synchronize._multiprocessing.SemLock  # type: ignore[attr-defined]
RECURSIVE = 0

_ACQUIRE, _TRY, _TIMED, _RELEASE = int(Op.ACQUIRE), int(Op.TRY), int(Op.TIMED), int(Op.RELEASE)


class SemLock:
    """A real semaphore whose operations pass a schedule point first."""

    SEM_VALUE_MAX = _Real.SEM_VALUE_MAX

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self._real = _Real(kind, value, maxvalue, name, unlink)
        self._ident = _ident_of(name)
        channel = BOARD.here()
        if channel is not None:
            packed = (_owner() << 40) | (kind << 36) | min(value, 0xFFFFFFFF)
            channel.record(int(Op.NEW_LOCK), self._ident, BOARD.line(), packed)

    @classmethod
    def _rebuild(cls, handle: int, kind: int, maxvalue: int, name: str | None) -> SemLock:
        self = cls.__new__(cls)
        self._real = _Real._rebuild(handle, kind, maxvalue, name)
        self._ident = _ident_of(name or "")
        return self

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Acquire the semaphore when the controller says so."""
        channel = BOARD.here()
        if channel is None:
            return bool(self._real.acquire(block, timeout))
        if self._real.kind == RECURSIVE and self._real._is_mine():
            # Nobody else can notice a deeper level.
            return bool(self._real.acquire(True))
        line = BOARD.line()
        if not block:
            return self._try(channel, _TRY, line)
        if timeout is not None:
            return self._timed(channel, line, timeout)
        result = channel.point(_ACQUIRE, self._ident, line)
        while not self._real.acquire(False):
            result = channel.ask(_ACQUIRE, self._ident, line, kind=Kind.BLOCKED)
        channel.record(_ACQUIRE, self._ident, line, 1)
        return bool(result) or True

    def _try(self, channel: Any, op: int, line: int) -> bool:
        channel.point(op, self._ident, line)
        got = bool(self._real.acquire(False))
        channel.record(op, self._ident, line, int(got))
        return got

    def _timed(self, channel: Any, line: int, timeout: float) -> bool:
        micros = max(0, int(timeout * 1e6))
        result = channel.point(_TIMED, self._ident, line, micros)
        while not (got := bool(self._real.acquire(False))) and not result:
            # The controller answers 1 when nothing else can happen before the time is up.
            result = channel.ask(_TIMED, self._ident, line, micros, kind=Kind.BLOCKED)
        channel.record(_TIMED, self._ident, line, int(got))
        return got

    def release(self) -> None:
        """Release the semaphore when the controller says so."""
        channel = BOARD.here()
        if channel is None or (self._real.kind == RECURSIVE and self._real._count() != 1):
            self._real.release()
            return
        line = BOARD.line()
        channel.point(_RELEASE, self._ident, line)
        self._real.release()
        channel.record(_RELEASE, self._ident, line, 1)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


_idents: dict[str, int] = {}


def _ident_of(name: str) -> int:
    """Locks are numbered from 2**31 by their name, which every process of a run shares."""
    number = name.rpartition("-il")[2]
    return 0x80000000 | (int(number) if number.isdigit() else hash(name) & 0xFFFFFF)


def _make_name() -> str:
    """Name a new semaphore so that the same program gives it the same number in every run."""
    channel = BOARD.here()
    slot = channel.slot if channel else 0
    count = _idents["count"] = _idents.get("count", 0) + 1
    semprefix = synchronize.process.current_process()._config["semprefix"]  # type: ignore[attr-defined]
    return f"{semprefix}-il{(slot << 16) + count}"


def _owner() -> int:
    """Return the index in `OWNERS` of the outermost primitive that is being made."""
    owner = len(OWNERS) - 1
    frame: Any = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith(_LIBRARIES):
        name = type(frame.f_locals.get("self")).__name__
        if name in OWNERS:
            owner = OWNERS.index(name)
        frame = frame.f_back
    return owner


_HOME = os.path.dirname(synchronize.__file__)
_LIBRARIES = (_HOME, os.path.join(os.path.dirname(_HOME), "concurrent"))


def install() -> None:
    """Put the hooks in place."""
    module: Any = synchronize
    module._multiprocessing = SimpleNamespace(SemLock=SemLock)
    module.SemLock._make_name = staticmethod(_make_name)
