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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graders.explorer.order import Access, acquires
from graders.explorer.points import Event, Op


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


def lost_updates(found: Iterable[Access]) -> list[Gap]:
    """Return the gaps into which a foreign write fits: the most telling one for each set of lines."""
    by_datum = _by_datum(found)
    return _best(gap for touched in by_datum.values() for gap in _gaps(_pairs(touched), touched))


def stale_reads(found: Sequence[Access]) -> list[Gap]:
    """Return the gaps between a read and what its slot does next to something else.

    Args:
        found: reads, writes and prints in their order.
    """
    by_datum = _by_datum(found)
    return _best(gap for pair in _effects(found) for gap in _gaps([pair], by_datum[pair[0].event.object]))


def _by_datum(found: Iterable[Access]) -> dict[int, list[Access]]:
    by_datum: dict[int, list[Access]] = defaultdict(list)
    for access in found:
        if access.event.op in (Op.READ, Op.WRITE):
            by_datum[access.event.object].append(access)
    return by_datum


def _best(gaps: Iterable[Gap]) -> list[Gap]:
    best: dict[tuple[int, ...], Gap] = {}
    for gap in gaps:
        events = (gap.read.event, gap.write.event, gap.intruder.event)
        key = (events[0].object, *(event.line for event in events))
        if key not in best or _preference(gap) > _preference(best[key]):
            best[key] = gap
    return list(best.values())


def _gaps(pairs: Iterable[tuple[Access, Access]], touched: Sequence[Access]) -> Iterable[Gap]:
    writes = [access for access in touched if access.event.op is Op.WRITE]
    for read, write in pairs:
        for intruder in writes:
            if _fits(read, write, intruder):
                yield Gap(read, write, intruder)


def _preference(gap: Gap) -> tuple[int, int, int]:
    read, intruder = gap.read, gap.intruder
    # Late workers, so that the witness has values from the middle of the run; their first
    # increment, so that one preemption is enough; an intruder that has not run yet.
    return (
        int(intruder.event.slot > read.event.slot),
        min(read.event.slot, intruder.event.slot),
        -read.event.index,
    )


def _pairs(touched: Sequence[Access]) -> Iterable[tuple[Access, Access]]:
    """Yield each read with the same slot's next write of the datum."""
    last: dict[int, Access] = {}
    for access in touched:
        if access.event.op is Op.READ:
            last[access.event.slot] = access
        elif access.event.slot in last:
            yield last.pop(access.event.slot), access


def _effects(found: Sequence[Access]) -> Iterable[tuple[Access, Access]]:
    """Yield each read with the same slot's next print or write of something else."""
    last: dict[int, dict[int, Access]] = defaultdict(dict)
    for access in found:
        event = access.event
        if event.op is Op.READ:
            last[event.slot][event.object] = access
        elif event.op in (Op.WRITE, Op.PRINT):
            other = None if event.op is Op.PRINT else event.object
            yield from ((read, access) for number, read in last[event.slot].items() if number != other)
            last[event.slot].clear()


def _fits(read: Access, write: Access, intruder: Access) -> bool:
    if intruder.event.slot == read.event.slot or intruder.before(read) or write.before(intruder):
        return False
    whole = read.held & write.held
    return not {lock for lock, _ in whole} & {lock for lock, _ in intruder.held}


def flips(found: Iterable[Access]) -> list[Flip]:
    """Return conflicting accesses that nothing orders: the closest pair for each two lines."""
    by_datum: dict[int, list[Access]] = defaultdict(list)
    for access in found:
        by_datum[access.event.object].append(access)
    best: dict[tuple[int, int, int, bool], Flip] = {}
    for touched in by_datum.values():
        for second in touched:
            for first in _last_of_others(touched, second):
                if not first.before(second):
                    main = 0 in (first.event.slot, second.event.slot)
                    key = (second.event.object, first.event.line, second.event.line, main)
                    best[key] = Flip(first, second)
    return list(best.values())


def _last_of_others(touched: Sequence[Access], second: Access) -> Iterable[Access]:
    """Yield, for each other slot, its last access before `second` that conflicts with it."""
    seen: set[int] = {second.event.slot}
    earlier = [access for access in touched if access.event.step < second.event.step]
    for access in reversed(earlier[-200:]):
        if access.event.slot not in seen and Op.WRITE in (access.event.op, second.event.op):
            seen.add(access.event.slot)
            yield access


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

    No two slots of a circle hold a gate lock in common, which would keep one of them out.
    """
    unique = list({(n.slot, n.outer, n.inner): n for n in nestings(trace)}.values())
    by_outer: dict[int, list[Nesting]] = defaultdict(list)
    for nesting in unique:
        by_outer[nesting.outer].append(nesting)
    found: dict[frozenset[tuple[int, int]], tuple[Nesting, ...]] = {}
    for start in unique:
        for circle in _circles((start,), by_outer, most):
            edges = frozenset((n.outer, n.inner) for n in circle)
            found.setdefault(edges, circle)
    return sorted(found.values(), key=len)


def _circles(
    path: tuple[Nesting, ...], by_outer: Mapping[int, Sequence[Nesting]], most: int
) -> Iterable[tuple[Nesting, ...]]:
    if path[-1].inner == path[0].outer:
        if len(path) > 1:
            yield path
        return
    if len(path) == most:
        return
    outers = {n.outer for n in path}
    for following in by_outer.get(path[-1].inner, ()):
        apart = all(following.slot != n.slot and not following.gates & n.gates for n in path)
        if apart and (following.outer not in outers):
            yield from _circles((*path, following), by_outer, most)
