"""Writes down a run by hand, one operation after the other, as the controller would have."""

from __future__ import annotations

from graders.explorer.points import OWNERS, Event, Op
from graders.explorer.world import ControlledRun, Lock, Outcome, Slot, State

LOCK, OTHER, THIRD = 0x1000, 0x1040, 0x1080
"""Numbers of locks."""
X, Y = 0x10, 0x20
"""Numbers of shared integers."""


class Script:
    """A `ControlledRun` in the making. Slot 0 is the main program."""

    def __init__(self) -> None:
        self.run = ControlledRun()

    @property
    def trace(self) -> list[Event]:
        return self.run.trace

    def lock(self, number: int = LOCK, initial: int = 1, owner: str = "Lock", line: int = 1) -> None:
        """Make a semaphore."""
        self.run.locks[number] = Lock(number, False, initial, initial, OWNERS.index(owner), line)

    def fork(self, child: int, line: int = 0, slot: int = 0) -> None:
        """Start a process, which is born at once."""
        if not any(event.op is Op.FORK for event in self.trace):
            self.run.forked_at = len(self.trace)
        self.run.slots[child] = Slot(child, slot, pid=100 + child, born=True)
        self.do(slot, Op.FORK, child, line=line)

    def do(self, slot: int, op: Op, number: int = 0, value: int | float = 0, line: int = 0) -> Event:
        """Let a slot do one operation."""
        own = self.run.slots[slot]
        event = Event(len(self.trace), slot, op, number, value, line, own.done)
        own.done += 1
        self.trace.append(event)
        segments = self.run.segments
        if op is Op.END:
            own.state = State.ENDED
        elif segments and segments[-1][0] == slot:
            segments[-1] = (slot, segments[-1][1] + 1)
        else:
            segments.append((slot, 1))
        lock = self.run.locks.get(number)
        if lock is not None and (op is Op.ACQUIRE or (op in (Op.TRY, Op.TIMED) and value)):
            lock.acquired(slot, line)
        elif lock is not None and op is Op.RELEASE:
            lock.released(slot)
        return event

    def read(self, slot: int, value: int = 0, line: int = 0, number: int = X) -> Event:
        return self.do(slot, Op.READ, number, value, line)

    def write(self, slot: int, value: int = 0, line: int = 0, number: int = X) -> Event:
        return self.do(slot, Op.WRITE, number, value, line)

    def acquire(self, slot: int, number: int = LOCK, line: int = 0) -> Event:
        return self.do(slot, Op.ACQUIRE, number, 0, line)

    def release(self, slot: int, number: int = LOCK, line: int = 0) -> Event:
        return self.do(slot, Op.RELEASE, number, 0, line)

    def end(self, slot: int) -> Event:
        return self.do(slot, Op.END)

    def join(self, child: int, line: int = 0) -> Event:
        return self.do(0, Op.JOIN, child, 0, line)

    def finished(self) -> ControlledRun:
        """Return the run, as one that came to an end."""
        self.run.outcome = Outcome.FINISHED
        return self.run
