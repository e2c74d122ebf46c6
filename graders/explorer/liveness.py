"""What /proc tells of a process that does not come back: does it compute, wait, or is it gone?"""

from __future__ import annotations

import ctypes
import errno
import os
import select
import signal
from time import monotonic

_TICKS = os.sysconf("SC_CLK_TCK")
_LOOK_MILLISECONDS = 2


def survives(pid: int, number: int) -> bool:
    """Whether process `pid` catches, ignores or blocks signal `number`."""
    if number in (signal.SIGKILL, signal.SIGSTOP):
        return number == signal.SIGSTOP
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            masks = [line.split()[1] for line in file if line.startswith(("SigBlk", "SigIgn", "SigCgt"))]
    except OSError:
        return False
    harmless = (signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH)
    return number in harmless or any(int(mask, 16) >> (number - 1) & 1 for mask in masks)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that process `pid` has used, seconds; 0 when it is gone."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def sleeps(pid: int) -> bool:
    """Return whether process `pid` waits in the kernel, or is gone."""
    fields = _stat(pid)
    return not fields or fields[0] in ("S", "T", "t", "Z", "X")


def _stat(pid: int) -> list[str]:
    """Return the fields of ``/proc/PID/stat`` from the state on; empty when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except (OSError, ValueError):
        return []


def wait_until_gone(pid: int, seconds: float) -> None:
    """Wait until process `pid` has exited, at most so long."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    except OSError as problem:
        if problem.errno != errno.ENOSYS:
            raise
        _look_until_gone(pid, seconds)
        return
    waiter = select.poll()
    waiter.register(handle, select.POLLIN)
    waiter.poll(int(seconds * 1000))
    os.close(handle)


def _look_until_gone(pid: int, seconds: float) -> None:
    """As `wait_until_gone`, on a kernel that has no handles of processes (gVisor)."""
    deadline = monotonic() + seconds
    pause = select.poll()
    while (fields := _stat(pid)) and fields[0] not in ("Z", "X") and monotonic() < deadline:
        pause.poll(_LOOK_MILLISECONDS)


def current_cpu() -> int:
    """Return the CPU this process runs on at the moment."""
    return int(ctypes.CDLL(None).sched_getcpu())
