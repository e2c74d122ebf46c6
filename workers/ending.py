"""How processes are made to end with those that started them, by prctl(2)."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_LIBC = ctypes.CDLL(None, use_errno=True)


def end_with_parent(parent: int, number: int = signal.SIGTERM) -> None:
    """Have the kernel send `number` to this process when its parent ends, however it ends.

    `parent` is the parent's id as it knew itself: if it is gone already, the signal comes now.
    """
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def adopt_orphans() -> None:
    """Make this process the parent of every descendant whose own parent ends (see prctl(2))."""
    _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_orphans() -> int:
    """Kill and reap every child this process still has; returns how many had to be killed."""
    killed = 0
    while True:
        for pid in _children():
            os.kill(pid, signal.SIGKILL)
            killed += 1
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return killed


def _children() -> list[int]:
    listed = Path("/proc/self/task").glob("*/children")
    return [int(pid) for children in listed for pid in children.read_text().split()]
