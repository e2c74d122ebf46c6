"""What one trace foretells about the others.

A run without preemption already shows every access, every lock and every edge of the order that
holds in all runs (start, join). From these, three functions draw conclusions:

* `lost_updates`: a read and the same slot's next write of a datum, and a write of another slot that
  neither that order nor a common lock keeps out from between them. Such triples are the
  unserialisable patterns of AVIO (Lu et al. 2006) and CTrigger (Park et al. 2009); the order is
  kept in vector clocks as in FastTrack (Flanagan and Freund 2009), the locks are compared as
  critical-section *instances*, because "lock around the read, lock around the write" shares a lock
  and still loses updates.
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
from typing import Any

from graders.explorer.points import BY_NAME, THREADED, Event, Op
from graders.explorer.primitives import Kind, kind_of
from graders.explorer.world import Lock

Clock = dict[int, int]
Held = frozenset[tuple[int, int]]
"""Critical sections an operation lies in: lock and serial number of its acquire."""


@dataclass(frozen=True, slots=True)
class Access:
    """A read or a write with what orders and guards it."""

    event: Event
    clock: int
    """The slot's own clock component when it happened."""
    knows: Mapping[int, int]
    """The slot's vector clock."""
    held: Held

    def before(self, other: Access) -> bool:
        """Whether this access comes before `other` in every schedule."""
        return self.event.slot == other.event.slot or other.knows.get(self.event.slot, 0) >= self.clock


@dataclass(frozen=True, slots=True)
class Gap:
    """A read and the next write of one slot, and a foreign write that can come between them."""

    read: Access
    write: Access
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


def accesses(trace: Sequence[Event], locks: Mapping[int, Lock]) -> list[Access]:
    """Return the reads and writes of a trace with their vector clocks and critical sections."""
    return [access for access in ordered(trace, locks) if access.event.op in (Op.READ, Op.WRITE)]


def contested(trace: Sequence[Event], locks: Mapping[int, Lock]) -> set[int]:
    """Return the pipes into which several send without an order that holds in every schedule."""
    order = _Order(locks, threads=False)
    for event in trace:
        order.see(event)
    return order.contested


def ordered(trace: Sequence[Event], locks: Mapping[int, Lock]) -> list[Access]:
    """Return reads, writes, prints and signals of a trace with vector clocks and critical sections."""
    threads = any(event.object >> 24 == BY_NAME for event in trace)
    order = _Order(locks, threads)
    return [access for event in trace if (access := order.see(event)) is not None]


class _Order:
    """Vector clocks and critical sections while a trace goes by.

    Only what holds in every schedule orders two events: start, join, and what a message or a
    semaphore that is no mutex carries. A mutex excludes, but which side comes first is chance.
    """

    def __init__(self, locks: Mapping[int, Lock], threads: bool) -> None:
        self.locks = locks
        # Without threads of the program's own the locks of threads are a pool's or a queue's, and hand on
        # what one of its threads has got.
        self.threads = threads
        self.clocks: dict[int, Clock] = defaultdict(dict)
        self.ends: dict[int, Clock] = {}
        self.carried: dict[int, Clock] = defaultdict(dict)
        self.held: dict[int, dict[int, int]] = defaultdict(dict)
        self.serial = 0
        self.under_way: dict[int, list[Any]] = defaultdict(list)
        """Messages that were sent and not received yet: bytes that are left, and what their sender knew."""
        self.last_sent: dict[int, tuple[int, int]] = {}
        self.contested: set[int] = set()
        """Where two have sent, and nothing says who was first."""
        self.looked_at: dict[int, int] = {}
        """Event that a slot has found set and not put back yet."""

    def see(self, event: Event) -> Access | None:
        clock = self.clocks[event.slot]
        clock[event.slot] = clock.get(event.slot, 0) + 1
        if event.op in (Op.READ, Op.WRITE, Op.PRINT, Op.SIGNAL):
            sections = frozenset(self.held[event.slot].items())
            return Access(event, clock[event.slot], dict(clock), sections)
        if event.op is Op.FORK:
            self.clocks[event.object] = dict(clock)
        elif event.op is Op.END:
            self.ends[event.slot] = dict(clock)
        elif event.op in (Op.JOIN, Op.CHECK_END):
            _merge(clock, self.ends.get(event.object, {}))
        elif event.op is Op.SEND:
            self._send(event, clock)
        elif event.op is Op.RECEIVE:
            self._receive(event, clock)
        elif _acquires(event) or event.op is Op.RELEASE:
            self._lock(event, clock)
        return None

    def _send(self, event: Event, clock: Clock) -> None:
        slot, time = self.last_sent.get(event.object, (event.slot, 0))
        if clock.get(slot, 0) < time:
            self.contested.add(event.object)
        self.last_sent[event.object] = event.slot, clock[event.slot]
        self.under_way[event.object].append([int(event.value), dict(clock)])

    def _receive(self, event: Event, clock: Clock) -> None:
        """Learn what the oldest message knew; what was sent after it has not been heard yet."""
        messages, left = self.under_way[event.object], int(event.value)
        while messages and left > 0:
            part = min(left, messages[0][0])
            _merge(clock, messages[0][1])
            messages[0][0] -= part
            left -= part
            if messages[0][0]:
                break
            messages.pop(0)

    def _lock(self, event: Event, clock: Clock) -> None:
        lock = self.locks.get(event.object)
        threaded = event.object >> 28 == THREADED and not self.threads
        mutex = not threaded and (lock is None or lock.initial == 1)
        # What starts with some to spare lets through whoever comes, without a word from anybody.
        hands_on = threaded or (lock is not None and lock.initial == 0)
        if event.op is Op.RELEASE:
            # Who waits for an event puts back what it has found, which is no word of its own.
            if hands_on and self.looked_at.pop(event.slot, None) != event.object:
                _merge(self.carried[event.object], clock)
            _drop(self.held, event)
        elif mutex:
            self.serial += 1
            self.held[event.slot][event.object] = self.serial
        elif hands_on:
            _merge(clock, self.carried[event.object])
            if lock is not None and kind_of(lock) is Kind.EVENT:
                self.looked_at[event.slot] = event.object


def _acquires(event: Event) -> bool:
    return event.op is Op.ACQUIRE or (event.op in (Op.TRY, Op.TIMED) and event.value == 1)


def _drop(held: dict[int, dict[int, int]], event: Event) -> None:
    if held[event.slot].pop(event.object, None) is None:
        # Released by another slot than the one that acquired it: legal for a Lock.
        for sections in held.values():
            sections.pop(event.object, None)


def _merge(into: Clock, other: Clock) -> None:
    for slot, value in other.items():
        into[slot] = max(into.get(slot, 0), value)


def lost_updates(found: Iterable[Access]) -> list[Gap]:
    """Return the gaps into which a foreign write fits: the most telling one for each set of lines."""
    by_datum: dict[int, list[Access]] = defaultdict(list)
    for access in found:
        by_datum[access.event.object].append(access)
    best: dict[tuple[int, ...], Gap] = {}
    for touched in by_datum.values():
        for gap in _gaps(touched):
            events = (gap.read.event, gap.write.event, gap.intruder.event)
            key = (events[0].object, *(event.line for event in events))
            if key not in best or _preference(gap) > _preference(best[key]):
                best[key] = gap
    return list(best.values())


def _gaps(touched: Sequence[Access]) -> Iterable[Gap]:
    writes = [access for access in touched if access.event.op is Op.WRITE]
    for read, write in _pairs(touched):
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
        if _acquires(event):
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
