"""Can two workers ever be at work at the same time?

A worker is at work from its first access of something shared to its last, without those times in
which it waits for a process of its own; a worker of a pool from a task to its answer. Two are never at
work together when in every schedule one has stopped before the other begins: because it was joined
before, or because its answer was waited for. What the program's own locks and messages order does not
count: to wait for each other's turn is part of the work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from graders.explorer.points import THREADED, Event, Op
from graders.explorer.primitives import Kind, kind_of
from graders.explorer.world import ControlledRun

Clock = dict[int, int]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Work of one process without a pause."""

    process: int
    end: int
    """The process's own clock at the last access."""
    knows: Mapping[int, int]
    """Its vector clock at the first access."""
    told: Mapping[int, int]
    """What came with the task, for a worker of a pool."""


def together(run: ControlledRun) -> bool | None:
    """Return whether two workers can be at work at the same time; `None` with fewer than two stretches."""
    stretches = _Watch(run).stretches()
    if len(stretches) < 2:
        return None
    return any(
        not _before(one, other) and not _before(other, one)
        for position, one in enumerate(stretches)
        for other in stretches[:position]
    )


def _before(one: _Stretch, other: _Stretch) -> bool:
    # A worker of a pool does one task after the other; whether it must is what the task knew of.
    known = other.told if one.process == other.process else other.knows
    return known.get(one.process, 0) >= one.end


class _Watch:
    """Goes through a trace with vector clocks of starts, joins and what libraries pass on."""

    def __init__(self, run: ControlledRun) -> None:
        self.run = run
        self.pooled = any(kind_of(lock) is Kind.POOL for lock in run.locks.values())
        self.workers = {s.number for s in run.slots.values() if not s.thread and s.number}
        self.clocks: dict[int, Clock] = defaultdict(dict)
        self.ends: dict[int, Clock] = {}
        self.carried: dict[int, Clock] = defaultdict(dict)
        self.told: dict[int, Clock] = {}
        self.open: dict[int, _Stretch] = {}
        self.found: list[_Stretch] = []

    def stretches(self) -> list[_Stretch]:
        """Return all stretches of all workers."""
        for event in self.run.trace:
            slot, clock = event.slot, self.clocks[event.slot]
            clock[slot] = clock.get(slot, 0) + 1
            task = self.pooled and not event.line and event.op in (Op.RECEIVE, Op.SEND)
            if event.op in (Op.END, Op.JOIN) or task:
                self._close(slot)
            if task and event.op is Op.RECEIVE:
                self.told[slot] = dict(self.carried[event.object])
            self._order(event, clock)
            if slot in self.workers and event.op in (Op.READ, Op.WRITE):
                self._work(slot, clock)
            if event.op is Op.END:
                self.ends[slot] = dict(clock)
        for slot in list(self.open):
            self._close(slot)
        return self.found

    def _work(self, slot: int, clock: Clock) -> None:
        begun = self.open.get(slot)
        knows = begun.knows if begun else dict(clock)
        self.open[slot] = _Stretch(slot, clock[slot], knows, self.told.get(slot, {}))

    def _close(self, slot: int) -> None:
        stretch = self.open.pop(slot, None)
        if stretch is not None:
            self.found.append(stretch)

    def _order(self, event: Event, clock: Clock) -> None:
        """Merge what an event learns."""
        if event.op is Op.FORK:
            self.clocks[event.object] = dict(clock)
        elif event.op in (Op.JOIN, Op.CHECK_END):
            _merge(clock, self.ends.get(event.object, {}))
        elif self._of_a_library(event):
            if event.op in (Op.SEND, Op.RELEASE):
                _merge(self.carried[event.object], clock)
            elif event.op in (Op.RECEIVE, Op.ACQUIRE, Op.TRY, Op.TIMED):
                _merge(clock, self.carried[event.object])

    def _of_a_library(self, event: Event) -> bool:
        """Whether a message or a lock is one of a pool or a queue, not of the program itself."""
        parent = self.run.process_of(self.run.slots[event.slot]).number == 0
        return not event.line or event.object >> 28 == THREADED or (self.pooled and parent)


def _merge(into: Clock, other: Clock) -> None:
    for slot, value in other.items():
        into[slot] = max(into.get(slot, 0), value)
