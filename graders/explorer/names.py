"""What the student calls things: processes by number, values and locks by their variable.

The names come from the source: the variable that a value was assigned to at the line where it was
made (`facts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graders.explorer.controller import ControlledRun
from graders.explorer.shim.locks import OWNERS
from graders.explorer.world import Lock

_KINDS = {
    "Lock": "lock",
    "RLock": "lock",
    "Semaphore": "semaphore",
    "BoundedSemaphore": "semaphore",
    "Condition": "condition",
    "Event": "event",
    "Barrier": "barrier",
    "Queue": "queue",
    "other": "lock",
}


@dataclass
class Names:
    """The names in one run."""

    run: ControlledRun
    by_line: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Names that assignments at a line give, by who is called there."""
    given: Mapping[int, str] = field(default_factory=dict)
    """Function style: names of the data that the harness made, by order of making."""

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
        made = [d for d in self.run.data.values() if d.number <= number < d.number + max(d.size, 1)]
        if not made:
            return "the shared value"
        datum = max(made, key=lambda d: d.number)
        order = sorted(self.run.data).index(datum.number)
        name = self.given.get(order) or self._assigned(datum.line, lock=False) or "the shared value"
        return (
            name
            if number == datum.number and datum.code != "*"
            else f"{name} at offset {number - datum.number}"
        )

    def lock(self, lock: Lock) -> str:
        """Return the variable of a lock with its kind, such as ``lock a``."""
        owner = OWNERS[lock.owner_kind] if lock.owner_kind < len(OWNERS) else "other"
        kind = _KINDS[owner]
        name = self._assigned(lock.line, lock=True)
        return f"the {kind} {name}" if name and name != kind else f"the {kind}"

    def _assigned(self, line: int, lock: bool) -> str:
        """Return the name at a line that was given to a lock, or to something else."""
        named = self.by_line.get(line, {})
        fitting = [name for callee, name in named.items() if (callee in _KINDS) is lock]
        return fitting[0] if fitting else ""
