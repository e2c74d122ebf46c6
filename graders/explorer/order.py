"""The order that holds in all runs, and the critical sections, as one trace shows them.

Start, join, and what a message or a semaphore that is no mutex carries, order two events in every
schedule. That order is kept in vector clocks as in FastTrack (Flanagan and Freund 2009); locks are
kept as critical-section *instances*, because "lock around the read, lock around the write" shares a
lock and still loses updates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
        self.tokens: dict[int, list[tuple[int, Clock]]] = defaultdict(list)
        """Of a semaphore that begins with none: who has put one there, and what he knew."""
        self.taken: dict[int, int] = defaultdict(int)
        """How many of these have been taken."""
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
        elif acquires(event) or event.op is Op.RELEASE:
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
        if hands_on and lock is not None and kind_of(lock) is Kind.SEMAPHORE:
            self._token(event, clock)
            _drop(self.held, event)
        elif event.op is Op.RELEASE:
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

    def _token(self, event: Event, clock: Clock) -> None:
        """Learn from a token what is certain: one of several says nothing, all of them say all.

        Of one sender the n-th comes n-th; of several it is chance whose comes first.
        """
        tokens = self.tokens[event.object]
        if event.op is Op.RELEASE:
            tokens.append((event.slot, dict(clock)))
            return
        self.taken[event.object] += 1
        count = self.taken[event.object]
        if len({slot for slot, _ in tokens}) == 1 and count <= len(tokens):
            _merge(clock, tokens[count - 1][1])
        elif count >= len(tokens):
            for _, known in tokens:
                _merge(clock, known)


def acquires(event: Event) -> bool:
    """Whether the event took a lock."""
    return event.op is Op.ACQUIRE or (event.op in (Op.TRY, Op.TIMED) and event.value == 1)


def _drop(held: dict[int, dict[int, int]], event: Event) -> None:
    if held[event.slot].pop(event.object, None) is None:
        # Released by another slot than the one that acquired it: legal for a Lock.
        for sections in held.values():
            sections.pop(event.object, None)


def _merge(into: Clock, other: Clock) -> None:
    for slot, value in other.items():
        into[slot] = max(into.get(slot, 0), value)
