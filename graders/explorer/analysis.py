"""What one trace foretells about the others.

A run without preemption already shows every access, every lock and every edge of the `order` that
holds in all runs. From these, four functions draw conclusions:

* `lost_updates`: a read and the same slot's next write of a datum, and a write of another slot that
  neither that order nor a common lock keeps out from between them. Such triples are the
  unserialisable patterns of AVIO (Lu et al. 2006) and CTrigger (Park et al. 2009).
* `stale_reads`: the same with what a slot does next to something else, a print above all: what it
  does rests on a value that has been written over (several variables at once, as in MUVI, Lu et al. 2007).
* `flips`: two accesses of one datum, one of them a write, that nothing orders: the other may come
  first as well (an order violation, such as a parent that reads before it has joined).
* `lock_cycles`: Goodlock's lock-order graph with gate locks (Havelund 2000).

Nothing here convicts. A prediction is a plan for a directed run (RaceFuzzer, Sen 2008), and only
what that run does counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graders.explorer.order import Access, acquires
from graders.explorer.points import Event, Op

Whole = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Gap:
    """A read and what the same slot does next on its strength, and a foreign write that fits between."""

    read: Access
    write: Access
    """The next write of the same datum; of a stale read, a write of another one or a print."""
    intruder: Access

    @property
    def lines(self) -> tuple[int, ...]:
        """Lines that must lie in one critical section."""
        return tuple(sorted({self.read.event.line, self.write.event.line}))


@dataclass(frozen=True, slots=True)
class Flip:
    """Two accesses that conflict and came in this order, and might as well come in the other."""

    first: Access
    second: Access


def lost_updates(found: Iterable[Access], whole: Whole = int) -> list[Gap]:
    """Return the gaps into which a foreign write fits: the most telling one for each set of lines.

    Args:
        found: reads and writes in their order.
        whole: number of what an object is an element of, so that the elements of an array count as one.
    """
    touched = list(found)
    return _gaps(_updates(touched), touched, whole)


def stale_reads(found: Sequence[Access], whole: Whole = int) -> list[Gap]:
    """Return the gaps between a read and what its slot does next to something else.

    Args:
        found: reads, writes and prints in their order.
        whole: as for `lost_updates`.
    """
    return _gaps(_effects(found), found, whole)


def _gaps(pairs: Iterable[tuple[Access, Access]], found: Iterable[Access], whole: Whole) -> list[Gap]:
    intruders = _writes(found)
    best: dict[tuple[int, ...], Gap] = {}
    for read, write in _some_of_each(pairs):
        for intruder in intruders[read.event.object]:
            if not _fits(read, write, intruder):
                continue
            gap, lines = Gap(read, write, intruder), (read.event.line, write.event.line, intruder.event.line)
            key = (whole(read.event.object), int(write.event.op), *lines)
            if key not in best or _preference(gap) > _preference(best[key]):
                best[key] = gap
    return list(best.values())


def _some_of_each(pairs: Iterable[tuple[Access, Access]]) -> Iterable[tuple[Access, Access]]:
    """Yield the first and the last of the pairs of one slot that differ in nothing but the round.

    A loop that waits makes thousands of them, and a trace may be long.
    """
    kept: dict[tuple[object, ...], list[tuple[Access, Access]]] = {}
    for pair in pairs:
        places = ((a.event.op, a.event.line, _locks(a)) for a in pair)
        some = kept.setdefault((pair[0].event.slot, pair[0].event.object, *places), [])
        some[1:] = [pair]
    return (pair for some in kept.values() for pair in some)


def _writes(found: Iterable[Access]) -> dict[int, list[Access]]:
    """Return for each object the first and the last write of each slot at each line."""
    kept: dict[int, dict[tuple[object, ...], list[Access]]] = defaultdict(dict)
    for access in found:
        event = access.event
        if event.op is Op.WRITE:
            kept[event.object].setdefault((event.slot, event.line, _locks(access)), [])[1:] = [access]
    some = {number: [a for few in places.values() for a in few] for number, places in kept.items()}
    return defaultdict(list, some)


def _locks(access: Access) -> frozenset[int]:
    return frozenset(lock for lock, _ in access.held)


def _preference(gap: Gap) -> tuple[int, int, int]:
    read, intruder = gap.read, gap.intruder
    # Late workers, so that the witness has values from the middle of the run; their first
    # increment, so that one preemption is enough; an intruder that has not run yet.
    return (
        int(intruder.event.slot > read.event.slot),
        min(read.event.slot, intruder.event.slot),
        -read.event.index,
    )


def _updates(found: Iterable[Access]) -> Iterable[tuple[Access, Access]]:
    """Yield each read with the same slot's next write of the datum."""
    last: dict[tuple[int, int], Access] = {}
    for access in found:
        key = access.event.slot, access.event.object
        if access.event.op is Op.READ:
            last[key] = access
        elif access.event.op is Op.WRITE and key in last:
            yield last.pop(key), access


def _effects(found: Iterable[Access]) -> Iterable[tuple[Access, Access]]:
    """Yield each read with the same slot's next write of something else, and what it knows with each print.

    What a slot knows of a datum is what it has read there or written itself, whichever came last.
    """
    read: dict[int, dict[int, Access]] = defaultdict(dict)
    known: dict[int, dict[int, Access]] = defaultdict(dict)
    for access in found:
        slot, number = access.event.slot, access.event.object
        if access.event.op is Op.PRINT:
            yield from ((what, access) for what in known[slot].values())
            continue
        if access.event.op is Op.WRITE:
            yield from ((what, access) for other, what in read[slot].items() if other != number)
            read[slot].clear()
        elif access.event.op is Op.READ:
            read[slot][number] = access
        if access.event.op in (Op.READ, Op.WRITE):
            known[slot][number] = access


def _fits(read: Access, write: Access, intruder: Access) -> bool:
    if intruder.event.slot == read.event.slot or intruder.before(read) or write.before(intruder):
        return False
    whole = read.held & write.held
    return not {lock for lock, _ in whole} & _locks(intruder)


def flips(found: Iterable[Access], whole: Whole = int) -> list[Flip]:
    """Return conflicting accesses that nothing orders: the closest pair for each two lines.

    Args:
        found: reads and writes in their order.
        whole: as for `lost_updates`.
    """
    last: dict[int, dict[int, tuple[Access | None, Access | None]]] = defaultdict(dict)
    best: dict[tuple[int, int, int, bool], Flip] = {}
    for second in found:
        event, writes = second.event, second.event.op is Op.WRITE
        others = last[event.object]
        for slot, (touched, written) in others.items():
            first = touched if writes else written
            if slot != event.slot and first is not None and not first.before(second):
                main = 0 in (slot, event.slot)
                best[whole(event.object), first.event.line, event.line, main] = Flip(first, second)
        _, written = others.get(event.slot, (None, None))
        others[event.slot] = second, second if writes else written
    return list(best.values())


@dataclass(frozen=True, slots=True)
class Nesting:
    """An acquire made while another lock was held."""

    slot: int
    outer: int
    inner: int
    index: int
    """Index in its slot of the inner acquire."""
    gates: frozenset[int]
    """Locks held besides the outer one."""
    lines: tuple[int, int]


def nestings(trace: Sequence[Event]) -> list[Nesting]:
    """Return every acquire that was made inside another lock's critical section."""
    held: dict[int, dict[int, int]] = defaultdict(dict)
    found = []
    for event in trace:
        own = held[event.slot]
        if acquires(event):
            for outer, line in own.items():
                gates = frozenset(own) - {outer}
                found.append(Nesting(event.slot, outer, event.object, event.index, gates, (line, event.line)))
            own[event.object] = event.line
        elif event.op is Op.RELEASE:
            own.pop(event.object, None)
    return found


def lock_cycles(trace: Sequence[Event], most: int = 5) -> list[tuple[Nesting, ...]]:
    """Return circles of at most `most` slots, each of which nests the next one's lock in its own.

    No two slots of a circle hold a gate lock in common, which would keep one of them out. Of circles of
    the same locks one is returned.
    """
    inside: dict[int, dict[int, list[Nesting]]] = defaultdict(dict)
    for nesting in {(n.slot, n.outer, n.inner): n for n in nestings(trace)}.values():
        inside[nesting.outer].setdefault(nesting.inner, []).append(nesting)
    found = []
    for first in sorted(inside):
        for ring in _rings((first,), inside, most):
            following = (*ring[1:], ring[0])
            choices = [inside[outer][inner] for outer, inner in zip(ring, following, strict=True)]
            if circle := _of_different_slots(choices, ()):
                found.append(circle)
    return sorted(found, key=len)


def _rings(
    path: tuple[int, ...], inside: Mapping[int, Mapping[int, object]], most: int
) -> Iterable[tuple[int, ...]]:
    """Yield the rings of locks, each once: from its lowest number on."""
    nested = inside.get(path[-1], {})
    if len(path) > 1 and path[0] in nested:
        yield path
    if len(path) < most:
        for lock in nested:
            if lock > path[0] and lock not in path:
                yield from _rings((*path, lock), inside, most)


def _of_different_slots(
    choices: Sequence[Sequence[Nesting]], chosen: tuple[Nesting, ...]
) -> tuple[Nesting, ...] | None:
    """Return one nesting of each, by slots that do not keep each other out; `None` when there are none."""
    if len(chosen) == len(choices):
        return chosen
    for nesting in choices[len(chosen)]:
        if all(nesting.slot != other.slot and not nesting.gates & other.gates for other in chosen):
            circle = _of_different_slots(choices, (*chosen, nesting))
            if circle is not None:
                return circle
    return None
