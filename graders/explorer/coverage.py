"""What a set of runs has shown: which access has been followed by which of another process.

Orders of conflicting accesses by their lines are what distinguishes schedules for a student's program
(the idea of interleaving coverage, as in Maple, Yu et al. 2012). When random runs show none that is
new, more of them are a waste.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from graders.explorer.points import Op
from graders.explorer.world import ControlledRun

_WATCHED = frozenset(
    {Op.READ, Op.WRITE, Op.ACQUIRE, Op.TRY, Op.TIMED, Op.RELEASE, Op.SEND, Op.RECEIVE, Op.PRINT, Op.FILE}
)


@dataclass
class Coverage:
    """Pairs of operations of two slots on one object, next to each other in some run."""

    pairs: set[tuple[int, int, int, int, int]] = field(default_factory=set)

    def add(self, run: ControlledRun) -> bool:
        """Add what a run shows; returns whether anything was new."""
        before = len(self.pairs)
        last: dict[int, tuple[int, int, int]] = {}
        for event in run.trace:
            if event.op not in _WATCHED:
                continue
            # All print to the same place, and there is one file system: neither has a number.
            place = -int(event.op) if event.op in (Op.PRINT, Op.FILE) else event.object
            earlier = last.get(place)
            if earlier is not None and earlier[0] != event.slot:
                self.pairs.add((earlier[1], earlier[2], int(event.op), event.line, event.slot == 0))
            last[place] = (event.slot, int(event.op), event.line)
        return len(self.pairs) > before
