"""The submission's processes as /proc shows them, and how to end every one."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Process:
    """One line of /proc/PID/stat."""

    pid: int
    state: str
    """``S`` sleeping, ``R`` running, ``Z`` ended and not yet waited for, and so on."""
    cpu: float
    """Seconds, its own and those of the children it has waited for."""
    threads: int
    resident: int
    """Bytes, shared pages included."""
    child_faults: int = 0
    """Page faults of the children it has waited for: none without a child."""

    @property
    def alive(self) -> bool:
        """Whether it still runs; a zombie with threads left does."""
        return self.state not in "ZX" or self.threads > 1


def read(pid: int) -> Process | None:
    """Return the process, or `None` when there is none of that number any more."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            text = file.read()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name in parentheses is the student's to choose and may hold anything.
    fields = text[text.rindex(")") + 2 :].split()
    return Process(
        pid=pid,
        state=fields[0],
        cpu=sum(map(int, fields[11:15])) / _TICKS,
        threads=int(fields[17]),
        resident=int(fields[21]) * _PAGE,
        child_faults=int(fields[8]),
    )


def numbers(private: bool) -> list[int]:
    """Return the numbers of all processes below the harness, zombies included.

    In a PID namespace of our own that is every process there is; otherwise the tree is walked, and
    orphans are in it because the harness is their subreaper.
    """
    return sorted(_all() if private else _descendants(os.getpid()))


def of_submission(private: bool) -> list[Process]:
    """Return all processes below the harness, zombies included, in order of their numbers."""
    return [process for pid in numbers(private) if (process := read(pid))]


def threads(pid: int) -> list[int]:
    """Return the numbers of a process's threads, none when it has ended."""
    try:
        return sorted(map(int, os.listdir(f"/proc/{pid}/task")))
    except (FileNotFoundError, ProcessLookupError):
        return []


def proportional_memory(pid: int) -> int | None:
    """Return bytes of memory with shared pages counted in part, `None` where the kernel won't say."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        pass
    return None


def reap(look: Callable[[int], None] = lambda _: None) -> Iterator[tuple[int, int, float]]:
    """Wait for children that have ended; yields number, wait status and CPU seconds of each.

    `look` is called with the number of each while it is still a zombie, which can be looked at.
    """
    while pid := _ended():
        look(pid)
        _, status, usage = os.wait4(pid, 0)
        yield pid, status, usage.ru_utime + usage.ru_stime


def kill_all(private: bool) -> Iterator[tuple[int, int, float]]:
    """Kill and reap every process below the harness; yields as `reap` does. No one is left after it.

    Only as PID 1 of its own namespace may the harness signal "everybody": that spares itself, and
    the kernel does it in one step that no fork escapes. Elsewhere the tree is walked until empty.
    """
    if not private:
        _stop_descendants()
    while True:
        targets = [-1] if private else _descendants(os.getpid())
        for pid in targets:
            _signal(pid, signal.SIGKILL)
        # A child that was sent SIGKILL ends, so this waits only for the kernel.
        ended = _wait(0 if targets else os.WNOHANG)
        if ended is None:
            return
        yield from ended
        yield from reap()


def _ended() -> int:
    """Return the number of a child that has ended, which stays a zombie; 0 when there is none."""
    try:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return 0
    return found.si_pid if found else 0


def _stop_descendants() -> None:
    """Stop every descendant, so that none forks faster than it is killed.

    What is stopped keeps its place in the kernel's count of processes, so each round leaves a bomb
    less room, until a round finds nobody new.
    """
    stopped: set[int] = set()
    for _ in range(_MOST_ROUNDS):
        found = set(_descendants(os.getpid())) - stopped
        if not found:
            return
        for pid in found:
            _signal(pid, signal.SIGSTOP)
        stopped |= found


def latest() -> int:
    """Return the number that the kernel gave to the latest task; they are consecutive in a namespace."""
    return _latest_told() or _latest_tried()


def given_since(number: int) -> int:
    """Return how many numbers the kernel has given since `latest` returned `number`."""
    if told := _latest_told():
        return told - number
    return _latest_tried() - 1 - number


def _latest_told() -> int:
    # The last field of proc_loadavg(5) is of our own namespace; gVisor leaves it at zero.
    with open("/proc/loadavg", encoding="ascii") as file:
        return int(file.read().split()[4])


def _latest_tried() -> int:
    """Fork to find out, which takes a number itself."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def _wait(flags: int) -> list[tuple[int, int, float]] | None:
    """Wait for one child; an empty list when none has ended yet, `None` when there is none at all."""
    try:
        pid, status, usage = os.wait4(-1, flags)
    except ChildProcessError:
        return None
    return [(pid, status, usage.ru_utime + usage.ru_stime)] if pid else []


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _all() -> list[int]:
    own = os.getpid()
    return [int(name) for name in os.listdir("/proc") if name.isdecimal() and int(name) != own]


def _descendants(root: int) -> list[int]:
    found, unvisited = [], [root]
    while unvisited:
        children = _children(unvisited.pop())
        found += children
        unvisited += children
    return found


def _children(pid: int) -> list[int]:
    children: list[int] = []
    for tid in threads(pid):
        try:
            with open(f"/proc/{pid}/task/{tid}/children", encoding="utf-8") as file:
                children += map(int, file.read().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return children
