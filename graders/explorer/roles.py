"""Which processes do the same work, so that one of them tells as much as all."""

from __future__ import annotations

from collections import defaultdict

from graders.explorer.points import Op
from graders.explorer.world import ControlledRun


def roles_of(run: ControlledRun) -> dict[int, int]:
    """Return for each slot which kind of work it does: those that touch the same lines are alike."""
    lines: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for event in run.trace:
        if event.op is not Op.END:
            lines[event.slot].add((int(event.op), event.line))
    kinds: dict[frozenset[tuple[int, int]], int] = {}
    return {
        slot: 0 if slot == 0 else 1 + kinds.setdefault(frozenset(lines[slot]), len(kinds))
        for slot in run.slots
    }
