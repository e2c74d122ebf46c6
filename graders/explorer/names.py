"""What the student calls things: processes by number, values and locks by their variable.

The names come from the source: the variable that a value was assigned to at the line where it was
made (`facts`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graders.explorer.points import Event, Op
from graders.explorer.primitives import owner_of
from graders.explorer.world import ControlledRun, Lock

_KINDS = {
    "Lock": "lock",
    "RLock": "lock",
    "Semaphore": "semaphore",
    "BoundedSemaphore": "semaphore",
    "Condition": "condition",
    "Event": "event",
    "Barrier": "barrier",
    "Queue": "queue",
    "JoinableQueue": "queue",
    "SimpleQueue": "queue",
    "Pool": "pool",
    "ProcessPoolExecutor": "executor",
    "other": "lock",
}


_OBJECTS = {Op.PRINT: "a line", Op.SEND: "a message", Op.RECEIVE: "a message"}


@dataclass
class Names:
    """The names in one run."""

    run: ControlledRun
    by_line: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Names that assignments at a line give, by who is called there; of several, in order, with commas."""
    given: Mapping[int, str] = field(default_factory=dict)
    """Function style: names of the data that the harness made, by order of making."""
    given_locks: Sequence[str] = ()
    """The same of the locks."""
    unhooked: Mapping[int, str] = field(default_factory=dict)
    """Names of what is known by its name only, by the number opcode mode gives it."""
    fields: Sequence[str] = ()
    """Names of the fields of the program's structure."""

    def process(self, slot: int) -> int:
        """Return the number of the slot's process: 0 is the main program, then in order of creation."""
        own = self.run.slots[slot]
        while own.thread:
            own = self.run.slots[own.parent]
        return sum(not other.thread for other in list(self.run.slots.values())[: own.number])

    def word(self, slot: int) -> str:
        """Return the process in words."""
        number = self.process(slot)
        return f"process {number}" if number else "the main program"

    def datum(self, number: int) -> str:
        """Return the variable of a shared value, with the element's index for an array."""
        datum = self.run.datum_at(number)
        if datum is None:
            return self.unhooked.get(number, "the shared value")
        order = sorted(self.run.data).index(datum.number)
        earlier = (d for d in self.run.data.values() if d.number < datum.number and not d.field)
        rank = sum(d.line == datum.line for d in earlier)
        name = self.given.get(order) or self._assigned(datum.line, rank, lock=False) or "the shared value"
        if datum.field:
            return f"{name}.{self._field(datum.field)}"
        layout = datum.layout
        if layout is not None and datum.size > layout.size:
            return f"{name}[{(number - datum.number) // layout.size}]"
        return name

    def _field(self, number: int) -> str:
        return self.fields[number - 1] if number <= len(self.fields) else f"field {number}"

    def object(self, event: Event) -> str:
        """Return what an operation that is no read or write was about."""
        lock = self.run.locks.get(event.object)
        if lock is not None:
            return self.lock(lock)
        if event.op in (Op.FORK, Op.JOIN) and event.object in self.run.slots:
            return self.word(event.object)
        return _OBJECTS.get(event.op, "")

    def lock(self, lock: Lock) -> str:
        """Return the variable of a lock with its kind, such as ``lock a``."""
        kind = _KINDS[owner_of(lock)]
        order = list(self.run.locks).index(lock.number)
        given = self.given_locks[order] if order < len(self.given_locks) else ""
        rank = sum(d.line == lock.line for d in list(self.run.locks.values())[:order])
        name = given or self._assigned(lock.line, rank, lock=True)
        return f"the {kind} {name}" if name and name != kind else f"the {kind}"

    def _assigned(self, line: int, rank: int, lock: bool) -> str:
        """Return the name that was of the lock or the datum that was made at a line as that of the rank."""
        named = self.by_line.get(line, {})
        fitting = [
            name for callee, names in named.items() if (callee in _KINDS) is lock for name in names.split(",")
        ]
        return fitting[min(rank, len(fitting) - 1)] if fitting else ""
