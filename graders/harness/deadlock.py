"""Deadlock in a free run: two identical scans of every thread, all in untimed waits.

A deadlock is stable, and what still can go on is not: a process that was woken is runnable at once,
even before it gets a CPU. So when nobody was scheduled between two scans (the counts of context
switches say so), and every thread sleeps in a wait that no clock ends, only somebody else could wake
them, and there is nobody else.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.harness import processes
from graders.harness.privileges import Privileges
from graders.harness.processes import Process
from graders.harness.syscalls import Blocked, untimed

SECONDS_BETWEEN = 0.05
"""Least time between the two scans."""


@dataclass(frozen=True, slots=True)
class Sleeper:
    """A thread in an untimed wait."""

    tid: int
    switches: tuple[str, ...]
    blocked: Blocked


Scan = dict[int, tuple[Sleeper, ...]]
"""The threads of each living process, by its number."""


class DeadlockWatch:
    """Compares each scan with the one before."""

    def __init__(self, privileges: Privileges) -> None:
        self._privileges = privileges
        self._last: Scan | None = None
        self._at = 0.0

    @staticmethod
    def possible() -> bool:
        """Whether this kernel shows system calls at all (gVisor does not)."""
        return os.path.exists("/proc/self/syscall")

    def look(self, running: Sequence[Process], now: float) -> Scan | None:
        """Return the scan when it proves a deadlock; call it every 50 to 100 ms."""
        if self._last is not None and now - self._at < SECONDS_BETWEEN:
            return None
        alive = [process for process in running if process.alive]
        scan = self._scan(alive) if alive and all(p.state in "SZ" for p in alive) else None
        same = scan is not None and scan == self._last
        self._last, self._at = scan, now
        return scan if same else None

    def _scan(self, alive: Sequence[Process]) -> Scan | None:
        scan: Scan = {}
        with self._privileges.reading_as_student():
            for process in alive:
                sleepers = _sleepers(process.pid)
                if sleepers is None:
                    return None
                scan[process.pid] = sleepers
        return scan


def _sleepers(pid: int) -> tuple[Sleeper, ...] | None:
    """Return the threads of a process if each of them is in an untimed wait, else `None`."""
    found = []
    for tid in processes.threads(pid):
        try:
            status = Path(f"/proc/{pid}/task/{tid}/status").read_text(errors="replace")
            if "\nState:\tZ" in status:
                continue
            call = Path(f"/proc/{pid}/task/{tid}/syscall").read_text()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return None
        blocked = untimed(call)
        if blocked is None or "\nState:\tS" not in status or not _wakes_by_partner(pid, blocked):
            return None
        switches = tuple(line for line in status.splitlines() if "ctxt_switches" in line)
        found.append(Sleeper(tid, switches, blocked))
    return tuple(found) or None


def _wakes_by_partner(pid: int, blocked: Blocked) -> bool:
    """Whether only another process can end this wait: timers can be read and written like pipes."""
    if blocked.descriptor is None:
        return True
    try:
        target = os.readlink(f"/proc/{pid}/fd/{blocked.descriptor}")
    except OSError:
        return False
    return target.startswith(("pipe:", "socket:", "/")) or target == "anon_inode:[eventfd]"
