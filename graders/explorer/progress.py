"""Livelock: everybody who can run does run, in turns, and nothing comes of it.

Fairness is the strategies' business (CHESS, Musuvathi et al. 2008): who repeats itself yields. Here
is only counted. Progress is what cannot go on for ever in a program that ends: a process begun or
ended, a message, a line printed, a shared value that was not seen before since the last progress.
Locks taken and given back, polls, sleeps and values written to and fro are none.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from graders.explorer.points import Event, Op
from graders.explorer.world import ControlledRun, Slot

_PROGRESS = frozenset({Op.FORK, Op.START, Op.END, Op.SEND, Op.RECEIVE, Op.PRINT, Op.SIGNAL, Op.CALL, Op.JOIN})
ALL_IDLE = 30_000
"""Operations without progress, of all slots together, after which a run counts as a livelock."""
EACH_IDLE = 3_000
"""What each slot that can still run must have done of these: nobody has been passed over."""
_WEIGHT = {Op.SLEEP: 6}
"""A loop that sleeps between two looks says the same with fewer operations."""


@dataclass
class Progress:
    """Counts operations since the last progress."""

    run: ControlledRun
    idle: int = 0
    seen: dict[int, set[int | float]] = field(default_factory=dict)
    """Values written since the last progress, by object."""

    def note(self, slot: Slot, event: Event) -> None:
        """Take one operation into account."""
        if event.op in _PROGRESS or (event.op is Op.WRITE and self._is_new(event)):
            if self.idle:
                self.idle = 0
                for other in self.run.slots.values():
                    other.idle = 0
            return
        weight = _WEIGHT.get(event.op, 1)
        self.idle += weight
        slot.idle += weight

    def ceased(self, enabled: list[Slot]) -> bool:
        """Whether the slots that can run have all gone round in circles for long."""
        return self.idle >= ALL_IDLE and all(slot.idle >= EACH_IDLE for slot in enabled)

    def _is_new(self, event: Event) -> bool:
        seen = self.seen.setdefault(event.object, set())
        if event.value in seen:
            return False
        seen.add(event.value)
        return True
