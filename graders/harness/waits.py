"""Puts a scan and the stacks into words: which process waits for what, and at which line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePath

from graders.harness.deadlock import Scan
from graders.harness.syscalls import Blocked
from graders.harness.tracing import Frame, Stack
from graders.report import Wait

# (end of the file's path, function, what a process in it waits for); the first row that fits, from
# the outermost frame inwards, because the outer one is what the student called.
_LIBRARY = (
    ("multiprocessing/queues.py", "get", "an item from a queue"),
    ("multiprocessing/queues.py", "put", "room in a queue"),
    ("multiprocessing/queues.py", "join", "every item of a queue to be done"),
    ("multiprocessing/queues.py", "_finalize_join", "its own items in a queue to be taken by somebody"),
    ("multiprocessing/pool.py", "", "a result of a pool"),
    ("concurrent/futures/process.py", "", "a process pool"),
    ("concurrent/futures/_base.py", "", "the result of a future"),
    ("multiprocessing/synchronize.py", "notify", "a condition"),
    ("multiprocessing/managers.py", "", "an answer of the manager"),
    ("multiprocessing/connection.py", "recv", "a message from a pipe"),
    ("multiprocessing/connection.py", "recv_bytes", "a message from a pipe"),
    ("multiprocessing/connection.py", "send", "room in a pipe"),
    ("multiprocessing/connection.py", "", "a connection"),
)
_HELPERS = ("multiprocessing/resource_tracker.py", "multiprocessing/forkserver.py")
_BY_CALL = {
    "futex": "a lock",
    "wait4": "a child to end",
    "waitid": "a child to end",
    "flock": "a file lock",
    "fcntl": "a file lock",
    "write": "room in a pipe",
    "writev": "room in a pipe",
    "read": "a pipe",
    "readv": "a pipe",
    "pause": "a signal",
    "rt_sigsuspend": "a signal",
    "rt_sigtimedwait": "a signal",
    "accept": "a connection",
    "accept4": "a connection",
    "recvfrom": "a message from a socket",
    "recvmsg": "a message from a socket",
}


def describe(
    scan: Scan, stacks: Mapping[int, Sequence[Stack]], numbers: Mapping[int, int], directory: str, main: str
) -> tuple[Wait, ...]:
    """Return one `Wait` per process, in order of creation.

    `numbers` gives each process's place in that order, 0 for the first. Lines are those of `main`;
    where a process stands in no line of it, the line is `None`.
    """
    waits = []
    for pid, sleepers in scan.items():
        # The main thread is the last one faulthandler prints, and the first one the kernel lists.
        told = [_own_part(stack) for stack in reversed(stacks.get(pid, ()))]
        stack = _telling([stack for stack in told if stack], directory, main)
        what = _what(sleepers[0].blocked if sleepers else None, stack, numbers)
        waits.append(Wait(numbers[pid], what, line=line_in(stack, directory, main)))
    return tuple(sorted(waits, key=lambda wait: wait.process))


def is_helper(stacks: Sequence[Stack]) -> bool:
    """Whether these are the stacks of a process that `multiprocessing` started for itself."""
    return any(
        stack[-1].function == "<module>"
        and any(frame.function == "main" and frame.file.endswith(_HELPERS) for frame in stack[:3])
        for stack in stacks
        if stack
    )


def line_in(stack: Stack, directory: str, main: str) -> int | None:
    """Return the innermost line of the student's main file."""
    names: Collection[str] = (main, str(PurePath(directory) / main))
    return next((frame.line for frame in stack if frame.file in names), None)


def _own_part(stack: Stack) -> Stack:
    """Leave out what a forked process only remembers: where its parent stood when it was started."""
    for depth, frame in enumerate(stack):
        if frame.function == "_bootstrap" and frame.file.endswith("multiprocessing/process.py"):
            return stack[:depth]
    return stack


def _telling(stacks: Sequence[Stack], directory: str, main: str) -> Stack:
    """Return the main thread's stack, or one that has a line of the student's if that has none."""
    if stacks and line_in(stacks[0], directory, main) is not None:
        return stacks[0]
    return next((s for s in stacks if line_in(s, directory, main) is not None), stacks[0] if stacks else ())


def _what(blocked: Blocked | None, stack: Stack, numbers: Mapping[int, int]) -> str:
    if blocked and blocked.child is not None and blocked.child in numbers:
        return f"process {numbers[blocked.child]} to end"
    if stack and stack[0].file.endswith("interleave_call.py"):
        return "the other processes to begin"
    for frame in reversed(stack):
        if what := _library(frame, stack):
            return what
    return _BY_CALL.get(blocked.call, "something") if blocked else "something"


def _library(frame: Frame, stack: Stack) -> str | None:
    if frame.file.endswith("multiprocessing/synchronize.py") and frame.function == "wait":
        # Event.wait and Condition.wait share a name; an Event waits inside of a Condition.
        return "an event" if sum(f.function == "wait" for f in stack) > 1 else "a condition"
    if frame.file.endswith("threading.py"):
        if any("Barrier" in f.function or f.function == "_wait" for f in stack):
            return "a barrier"
        return "a thread to end" if frame.function in ("join", "_shutdown") else None
    return next(
        (what for end, name, what in _LIBRARY if frame.file.endswith(end) and name in ("", frame.function)),
        None,
    )
