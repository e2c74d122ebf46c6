"""What collided: the pattern in a failing trace that explains the failure.

Three patterns, the most telling first:

* a **lost update**: a slot writes over what another has written since it read (AVIO's read-write and
  CTrigger's single-variable patterns);
* a **stale check**: the slot has read again before it writes, but what it decided rests on an older
  read that another slot's write has outdated (check-then-act);
* an **order**: a read that finds another write than it does in a run that passes, because nothing
  says which of the two comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graders.explorer.analysis import accesses
from graders.explorer.points import Event, Op
from graders.explorer.world import ControlledRun

_ACCESSES = (Op.READ, Op.WRITE)


@dataclass(frozen=True, slots=True)
class Collision:
    """A read, the foreign accesses after it, and the write that rests on what was read."""

    read: Event
    write: Event
    between: tuple[Event, ...]
    """Foreign accesses of the datum between the two, in order; at least one is a write."""
    stale_check: bool = False
    """The slot has read once more before it wrote."""

    @property
    def slots(self) -> int:
        """How many slots take part."""
        return len({event.slot for event in self.between}) + 1


@dataclass(frozen=True, slots=True)
class Order:
    """A read and a write of another slot that came in the wrong order, or two prints."""

    first: Event
    second: Event
    too_late: bool
    """Whether it is the write that came too early for the read; else the read came too early."""


def collisions(trace: Sequence[Event], wanted: Collection[int] = ()) -> list[Collision]:
    """Return every collision of a trace, the best to tell first; those of `wanted` data go before others."""
    found = []
    reads: dict[tuple[int, int], list[Event]] = {}
    touched: dict[int, list[Event]] = {}
    for event in trace:
        if event.op not in _ACCESSES:
            continue
        key = (event.slot, event.object)
        touched.setdefault(event.object, []).append(event)
        if event.op is Op.READ:
            reads.setdefault(key, []).append(event)
        else:
            found += _of_write(event, reads.pop(key, []), touched[event.object])

    def simplest(collision: Collision) -> tuple[bool, bool, int, int, int]:
        aside = bool(wanted) and collision.read.object not in wanted
        return (
            aside,
            collision.stale_check,
            collision.slots,
            len(collision.between),
            collision.read.step,
        )

    return sorted(found, key=simplest)


def _of_write(write: Event, reads: Sequence[Event], touched: Sequence[Event]) -> list[Collision]:
    """Return the collision of one write with the reads it may rest on: the last, else the first stale one."""
    for read in (reads[-1:], reads[:1]):
        if not read:
            return []
        between = tuple(
            other for other in touched if read[0].step < other.step < write.step and other.slot != write.slot
        )
        if any(other.op is Op.WRITE for other in between):
            return [Collision(read[0], write, between, read[0] is not reads[-1])]
    return []


def guilty_lines(run: ControlledRun, found: Collision) -> set[int]:
    """Return the lines that must lie in critical sections of one common lock.

    Those of the read and the write; and those of the update that came between, unless that one keeps
    the rules: it lies in one critical section, and the other lies in none that could be of the wrong lock.
    """
    seen = {access.event.step: access for access in accesses(run.trace, run.locks)}
    lines = {found.read.line, found.write.line}
    mine = seen[found.read.step].held & seen[found.write.step].held
    for event in found.between:
        if event.op is not Op.WRITE:
            continue
        reads = [e for e in found.between if e.op is Op.READ and e.slot == event.slot and e.step < event.step]
        held = seen[event.step].held
        theirs = held & seen[reads[-1].step].held if reads else held
        if mine or not theirs:
            lines |= {event.line} | ({reads[-1].line} if reads else set())
    return lines - {0}


def order(failing: ControlledRun, passing: ControlledRun) -> Order | None:
    """Return a read of `failing` that finds another slot's write too early or not yet.

    The same operation of the same slot is looked for in both runs. What the main program finds is told
    before what the first worker does: workers that keep the rules may come in any order.
    """
    first: Order | None = None
    theirs = {(e.slot, e.index): e for e in passing.trace}
    for event in failing.trace:
        twin = theirs.get((event.slot, event.index))
        if event.op is not Op.READ or twin is None or (twin.op, twin.object) != (event.op, event.object):
            continue
        if twin.value == event.value:
            continue
        found = _who_came_wrong(event, failing.trace, twin, passing.trace)
        if found is not None and 0 in (found.first.slot, found.second.slot):
            return found
        first = first or found
    return first


def _who_came_wrong(
    read: Event, trace: Sequence[Event], twin: Event, passing: Sequence[Event]
) -> Order | None:
    here, there = _writer(read, trace), _writer(twin, passing)
    if there is not None and there.slot != read.slot:
        later = _find(trace, there.slot, there.index)
        if later is not None and later.step > read.step and later.op is Op.WRITE:
            return Order(read, later, too_late=False)
        if later is None:
            # It has not come at all: the reader was not waited for.
            same = (e for e in trace if e.slot == there.slot and e.step > read.step and e.op in _ACCESSES)
            found = next(same, None)
            if found is not None:
                return Order(read, found, too_late=False)
    missed = _missed(read, trace, twin, passing)
    if missed is not None:
        return Order(read, missed, too_late=False)
    if here is not None and here.slot != read.slot:
        return Order(here, read, too_late=True)
    return None


def _missed(read: Event, trace: Sequence[Event], twin: Event, passing: Sequence[Event]) -> Event | None:
    """Return the first foreign write after the read that came before it in the run that passes."""
    for event in trace[read.step :]:
        if event.op is Op.WRITE and event.object == read.object and event.slot != read.slot:
            there = _find(passing, event.slot, event.index)
            if there is not None and there.op is Op.WRITE and there.step < twin.step:
                return event
    return None


def _writer(read: Event, trace: Sequence[Event]) -> Event | None:
    """Return the write whose value a read has found."""
    for event in reversed(trace[: read.step]):
        if event.op is Op.WRITE and event.object == read.object:
            return event
    return None


def _find(trace: Iterable[Event], slot: int, index: int) -> Event | None:
    return next((e for e in trace if e.slot == slot and e.index == index), None)


def printed(failing: ControlledRun, passing: ControlledRun) -> Order | None:
    """Return two lines printed by different slots that came in another order than in `passing`."""
    here = [e for e in failing.trace if e.op is Op.PRINT]
    place = {(e.slot, e.index): n for n, e in enumerate(e for e in passing.trace if e.op is Op.PRINT)}
    for first, second in pairwise(here):
        if first.slot == second.slot:
            continue
        there = place.get((first.slot, first.index)), place.get((second.slot, second.index))
        if None not in there and (there[0] or 0) > (there[1] or 0):
            return Order(first, second, too_late=False)
    return None
