"""What the controller knows: slots, locks, and how a run can end."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from enum import Enum

from graders.explorer.points import Op

FAR = 2**31 - 1
"""A budget that never runs out within a run."""


TIMEOUTS = (Op.TIMED, Op.JOIN, Op.POLL)
"""Operations that give up after `value` microseconds, when that is not 0."""

CHANGES = (Op.SEND, Op.RECEIVE, Op.RELEASE, Op.CALL, Op.WRITE)
"""Operations after which a slot that would have blocked looks again."""


class State(Enum):
    """Where a slot is."""

    READY = "ready"
    """It waits for its turn, its next operation is known."""
    ENDED = "ended"


@dataclass(slots=True)
class Pending:
    """The operation a slot asks for."""

    op: Op
    object: int
    value: int
    line: int
    thread: bool = False
    """A join of slot `object`, not of process `object`."""
    wants_status: bool = False


@dataclass(slots=True)
class Slot:
    """One thread of control of the submission."""

    number: int
    sock: socket.socket
    parent: int
    pid: int = 0
    state: State = State.READY
    pending: Pending = field(default_factory=lambda: Pending(Op.START, 0, 0, 0))
    born: bool = False
    """Whether its START has been received."""
    done: int = 0
    """Operations it has done."""
    turn_operations: int = 0
    """Operations in a row, since another slot ran."""
    status: int | None = None
    thread: bool = False
    """Whether it is a further thread of its parent's process."""
    blocked_at: int | None = None
    """It tried and would have blocked, when `ControlledRun.changes` stood here."""
    wakes: int | None = None
    """Virtual microseconds at which a sleep or a timeout is over."""


@dataclass(slots=True)
class Lock:
    """A semaphore as the controller knows it. CPython keeps no owner, so the table does."""

    number: int
    recursive: bool
    initial: int
    value: int
    owner_kind: int
    line: int
    holders: list[tuple[int, int]] = field(default_factory=list)
    """Slot and line of each acquire that was not released yet."""

    def acquired(self, slot: int, line: int) -> None:
        """Take down who has it now."""
        self.value -= 1
        self.holders.append((slot, line))

    def released(self, slot: int) -> None:
        """Take down that it is free again; another than the holder may release it."""
        self.value += 1
        own = [holder for holder in self.holders if holder[0] == slot]
        if self.holders:
            self.holders.remove(own[-1] if own else self.holders[0])


class Outcome(Enum):
    """How a controlled run ended."""

    FINISHED = "finished"
    DEADLOCK = "deadlock"
    STUCK = "stuck"
    """A slot did not come back in time: it never reaches a schedule point."""
    TAMPERED = "tampered"
    """A slot said what no hook says: the program has written into the grader's channel."""
    STEPS = "steps"
    """The bound on operations was reached."""
