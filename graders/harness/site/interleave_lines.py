"""Notes which lines of a program's main file are ever executed, and at which it takes a semaphore.

It does so in free runs and under control alike, so that the two can be compared: a program that behaves
well only when watched leaves other traces when it thinks that it is not. The notes lie in memory that the
harness made and reads; who writes something else there can only make a difference of his own.

Python 3.12 tells of each line once and then runs on as quickly as before. Earlier ones cannot, and there
nothing is noted.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

HALF = 1 << 14
"""Bytes for lines, of which further ones share the last; then as many for those that take a semaphore."""
_TOOL = 4
_DEPTH = 5


def note(descriptor: int, path: str) -> None:
    """Note from now on, in this process and its children, what the file at `path` does."""
    memory = mmap.mmap(descriptor, 2 * HALF)
    os.close(descriptor)
    if hasattr(sys, "monitoring"):
        _Notes(memory, path).begin()


class _Notes:
    """What is asked of the interpreter, and what it answers."""

    def __init__(self, memory: mmap.mmap, path: str) -> None:
        self.memory = memory
        self.names = {path, os.path.basename(path)}
        self.monitoring: Any = vars(sys)["monitoring"]

    def begin(self) -> None:
        """Be called at the start of each piece of code, and in those of the file at lines and calls too."""
        events = self.monitoring.events
        self.monitoring.use_tool_id(_TOOL, "lines")
        for event, answer in (
            (events.PY_START, self.at_start),
            (events.LINE, self.at_line),
            (events.CALL, self.at_call),
        ):
            self.monitoring.register_callback(_TOOL, event, answer)
        self.monitoring.set_events(_TOOL, events.PY_START)

    def at_start(self, code: CodeType, _: int) -> Any:
        """Follow the file's own code; ``with lock:`` is seen in the lock, since it is no call."""
        if code.co_name == "__enter__" and code.co_qualname == "SemLock.__enter__":
            self._took(sys._getframe(1).f_back)
            return None
        if code.co_name == "<module>" and code.co_filename in self.names:
            for part in _parts(code):
                events = self.monitoring.events
                self.monitoring.set_local_events(_TOOL, part, events.LINE | events.CALL)
        return self.monitoring.DISABLE

    def at_line(self, _: CodeType, line: int) -> Any:
        """Note a line, once."""
        self.memory[min(line, HALF - 1)] = 1
        return self.monitoring.DISABLE

    def at_call(self, _: CodeType, __: int, called: Any, ___: Any) -> Any:
        """Note a call of a semaphore's `acquire`."""
        if getattr(called, "__name__", "") != "acquire":
            return self.monitoring.DISABLE
        if type(getattr(called, "__self__", None)).__name__ == "SemLock":
            self._took(sys._getframe(1))
        return None

    def _took(self, frame: FrameType | None) -> None:
        """Note that a semaphore was taken, at the file's innermost line."""
        for _ in range(_DEPTH):
            if frame is None:
                return
            if frame.f_code.co_filename in self.names:
                self.memory[HALF + min(frame.f_lineno, HALF - 1)] = 1
                return
            frame = frame.f_back


def _parts(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _parts(constant)
