"""What collided: the pattern in a failing trace that explains the failure.

Three patterns, the most telling first:

* a **lost update**: a slot writes over what another has written since it read (AVIO's read-write and
  CTrigger's single-variable patterns);
* a **stale check**: the slot has read again before it writes, but what it decided rests on an older
  read that another slot's write has outdated (check-then-act);
* an **order**: a read that finds another write than it does in a run that passes, or a write over what
  comes after it there, because nothing says which of the two comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graders.explorer.order import Access, accesses
from graders.explorer.points import Event, Op
from graders.explorer.world import ControlledRun

_ACCESSES = (Op.READ, Op.WRITE)

Key = tuple[int, ...]
"""What tells an access from the others of its slot, in any run: slot, operation, object, line, how often."""


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
    """Two accesses of two slots that came in this order, and in the other in a run that passes."""

    first: Event
    second: Event | None
    """`None` when it has never come, because its process was ended before."""


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
    Where the main program takes part its lines are meant: it can wait for its processes.
    """
    parents = [event for event in (found.read, found.write, *found.between) if event.slot == 0]
    if parents:
        return {event.line for event in parents} - {0}
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


def guarded_lines(run: ControlledRun, events: Collection[Event]) -> set[int]:
    """Return the lines of those of `events` that were made in a critical section."""
    steps = {event.step for event in events}
    return {a.event.line for a in accesses(run.trace, run.locks) if a.event.step in steps and a.held}


def order(failing: ControlledRun, passing: ControlledRun) -> Order | None:
    """Return the first access of `failing` that comes too early or too late for another slot's.

    That is a read that finds another value than it does in `passing`, or a write over what comes after
    it there. Both runs have done the same up to there, so the same access of the same slot is looked
    for: as often as it has been made at that line.
    """
    seen = {access.event.step: access for access in accesses(failing.trace, failing.locks)}
    theirs, ours = dict(_counted(passing.trace)), dict(_counted(failing.trace))
    read_since: dict[tuple[int, int], bool] = {}
    found: list[tuple[int, int, Order]] = []
    for key, event in ours.items():
        twin, place = theirs.get(key), (event.slot, event.object)
        blind = event.op is Op.WRITE and not read_since.get(place, False)
        read_since[place] = event.op is Op.READ
        if twin is None or (event.op is Op.READ and twin.value == event.value):
            continue
        if (event.op is Op.READ or blind) and (wrong := _came_wrong(event, twin, ours, theirs)):
            found.append((_rank(wrong, seen), event.step, wrong))
    return min(found, key=lambda item: item[:2])[2] if found else None


def _rank(found: Order, seen: Mapping[int, Access]) -> int:
    """Return how much an order tells: critical sections of one lock may come in any order."""
    events = [event for event in (found.first, found.second) if event is not None]
    held = [{lock for lock, _ in seen[event.step].held} for event in events]
    if len(held) < 2 or not held[0] & held[1]:
        return 0
    return 1 if any(event.slot == 0 for event in events) else 2


def _came_wrong(
    event: Event, twin: Event, here: Mapping[Key, Event], there: Mapping[Key, Event]
) -> Order | None:
    """Return the last foreign write that is on the other side of `event` in the run that passes."""
    missing = [
        (write.step, key)
        for key, write in there.items()
        if _foreign(write, twin) and write.step < twin.step and _step(here, key) > event.step
    ]
    if missing and event.op is Op.READ:
        return Order(event, here.get(max(missing)[1]))
    extra = [
        write
        for key, write in here.items()
        if _foreign(write, event) and write.step < event.step and twin.step < _step(there, key) < _NEVER
    ]
    return Order(extra[-1], event) if extra else None


def _foreign(write: Event, event: Event) -> bool:
    return write.op is Op.WRITE and write.object == event.object and write.slot != event.slot


_NEVER = 2**31


def _step(events: Mapping[Key, Event], key: Key) -> int:
    return events[key].step if key in events else _NEVER


def _counted(trace: Iterable[Event]) -> Iterator[tuple[Key, Event]]:
    """Yield each access with what tells it from the others of its slot: object, line, how often."""
    count: Counter[Key] = Counter()
    for event in trace:
        if event.op in _ACCESSES:
            key = (event.slot, int(event.op), event.object, event.line)
            count[key] += 1
            yield (*key, count[key]), event


def printed(failing: ControlledRun, passing: ControlledRun) -> Order | None:
    """Return two lines printed by different slots that came in another order than in `passing`."""
    here = [e for e in failing.trace if e.op is Op.PRINT]
    place = {(e.slot, e.index): n for n, e in enumerate(e for e in passing.trace if e.op is Op.PRINT)}
    for first, second in pairwise(here):
        if first.slot == second.slot:
            continue
        there = place.get((first.slot, first.index)), place.get((second.slot, second.index))
        if None not in there and (there[0] or 0) > (there[1] or 0):
            return Order(first, second)
    return None
