"""Asks a student's process at which line it stands, by the signal that `site/sitecustomize.py` set up."""

from __future__ import annotations

import os
import re
import select
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from graders.harness import processes

SIGNAL = signal.SIGRTMAX - 3
_PATIENCE = 0.25
"""Seconds until a process that does not answer is left alone."""
_MOST_BYTES = 64 * 1024
_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d{1,7}) in (?P<function>.*)$')


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a stack."""

    file: str
    line: int
    function: str


Stack = tuple[Frame, ...]
"""Innermost frame first."""


class Tracer:
    """Reading end of the FIFO on which processes answer."""

    def __init__(self, fifo: Path) -> None:
        # Open for both: it has no end of file when the last process closes it.
        self._pipe = os.open(fifo, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def close(self) -> None:
        """Close the FIFO."""
        os.close(self._pipe)

    def ask(self, pid: int) -> tuple[Stack, ...]:
        """Return the stacks of the process's threads, the main thread's last; empty if it is silent.

        What comes back was written by the student's process: it is for showing only.
        """
        if not _answers(pid):
            return ()
        self._read()
        try:
            os.kill(pid, SIGNAL)
        except ProcessLookupError:
            return ()
        answer, deadline = b"", time.monotonic() + _PATIENCE
        while time.monotonic() < deadline and len(answer) < _MOST_BYTES:
            select.select([self._pipe], [], [], 0.002)
            answer += self._read()
            # Asleep again after it began to answer: it has said everything.
            if answer and (process := processes.read(pid)) and process.state == "S":
                answer += self._read()
                break
        return parse(answer.decode(errors="replace"))

    def _read(self) -> bytes:
        try:
            return os.read(self._pipe, _MOST_BYTES)
        except BlockingIOError:
            return b""


def parse(text: str) -> tuple[Stack, ...]:
    """Return the stacks in what faulthandler wrote."""
    stacks: list[list[Frame]] = []
    for line in text.splitlines():
        if line.endswith("(most recent call first):"):
            stacks.append([])
        elif stacks and (match := _FRAME.match(line)):
            stacks[-1].append(Frame(match["file"], int(match["line"]), match["function"]))
    return tuple(tuple(stack) for stack in stacks)


def _answers(pid: int) -> bool:
    """Whether the process handles the signal: it would end one that does not."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    for line in status.splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) >> (SIGNAL - 1) & 1)
    return False
