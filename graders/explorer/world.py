"""A controlled run as data: slots, locks, the trace, and how it ended.

Everything here can be pickled: a lane makes the run in one process and the search reads it in another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from graders.explorer.memory import Datum
from graders.explorer.points import ANY_CHILD, Event, Op

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
    reaped: bool = False
    """Whether somebody has waited for its end, so that it is no child any more."""
    idle: int = 0
    """What it has done since anybody last made progress, see `graders.explorer.progress`."""


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
    LIVELOCK = "livelock"
    """Everybody who can run has gone on for long, in turns, and nothing came of it."""
    STUCK = "stuck"
    """A slot did not come back in time: it never reaches a schedule point."""
    TAMPERED = "tampered"
    """A slot said what no hook says: the program has written into the grader's channel."""
    STEPS = "steps"
    """The bound on operations was reached."""


@dataclass
class ControlledRun:
    """What is known of one run, while it goes on and after it."""

    max_steps: int = 100_000
    max_slots: int = 64
    """Processes and threads alive at once; four times as many in all."""
    turn_seconds: float = 2.0
    sleepers_wake: bool = False
    """Whether a sleep may be over although others can still run: they may be that slow."""
    slots: dict[int, Slot] = field(default_factory=lambda: {0: Slot(0, -1)})
    locks: dict[int, Lock] = field(default_factory=dict)
    data: dict[int, Datum] = field(default_factory=dict)
    trace: list[Event] = field(default_factory=list)
    initial: dict[int, int | float] = field(default_factory=dict)
    """What each datum held when the first process or thread was about to be started."""
    final: dict[int, int | float] = field(default_factory=dict)
    """What each datum holds at the end."""
    forked_at: int = 0
    """How long the trace was when the first process or thread was about to be started."""
    now: int = 0
    """Virtual microseconds."""
    changes: int = 0
    """How often something happened that may let a blocked slot go on."""
    refused: int = 0
    """How often a new process or thread was refused."""
    unannounced: bool = False
    """Shared data changed in a way that no hook announced: a pointer, a view of the buffer."""
    lied: bool = False
    """A slot claimed a read or a write that the memory does not bear out."""
    last: Slot | None = None
    outcome: Outcome | None = None
    segments: list[tuple[int, int]] = field(default_factory=list)
    """What was scheduled: slot and number of operations, in order, neighbours of one slot joined."""

    def ended(self, slot: Slot, target: int) -> bool:
        """Whether child `target` (a process id, or `ANY_CHILD`) of `slot` has ended."""
        if slot.pending.thread:
            return self.slots[target].state is State.ENDED
        children = [s for s in self.slots.values() if s.parent == slot.number and not s.thread]
        if target == ANY_CHILD:
            there = [child for child in children if not child.reaped]
            return any(child.state is State.ENDED for child in there) or not there
        found = self.by_pid(target)
        return found is None or found.state is State.ENDED

    def by_pid(self, pid: int) -> Slot | None:
        """Return the slot that lives in process `pid`, its first thread."""
        return next((slot for slot in self.slots.values() if slot.pid == pid), None)

    def process_of(self, slot: Slot) -> Slot:
        """Return the first thread of the slot's process."""
        while slot.thread:
            slot = self.slots[slot.parent]
        return slot

    def datum_at(self, number: int) -> Datum | None:
        """Return the datum that holds the object `number`, which may be an element of it."""
        found = self.data.get(number)
        if found is None:
            holding = [d for d in self.data.values() if d.number <= number < d.number + d.size]
            found = min(holding, key=lambda d: d.size, default=None)
        return found

    def locks_at_end(self) -> list[Lock]:
        """Return the locks that are still held, by whomever."""
        return [lock for lock in self.locks.values() if lock.holders]
