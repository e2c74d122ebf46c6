"""Into what a run without preemption foretells.

Each of these runs holds one process at a point where something can come between and lets another go
on (RaceFuzzer, Sen 2008; CTrigger, Park et al. 2009).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence

from graders.explorer.analysis import Flip, Gap, Nesting, flips, lock_cycles, lost_updates, stale_reads
from graders.explorer.controller import Strategy
from graders.explorer.order import Access, ordered
from graders.explorer.points import Event, Op
from graders.explorer.roles import roles_of
from graders.explorer.strategies import PATIENCE, Replay, Segment, Steer
from graders.explorer.world import ControlledRun

TO_THE_END = 2**30
"""A goal that is reached when the slot has ended."""

_FIRST_GAPS = 2
_MOST_GAPS = 12
_MOST_STALE = 8
_MOST_FLIPS = 12
_MOST_CHAINS = 12


def directed(base: ControlledRun) -> Iterator[Strategy]:
    """Yield the runs into what `base` foretells, each of them once."""
    seen: set[tuple[Segment, ...]] = set()
    for steer in _foretold(base):
        if tuple(steer.goals) not in seen:
            seen.add(tuple(steer.goals))
            yield steer


def _foretold(base: ControlledRun) -> Iterator[Steer]:
    for circle in lock_cycles(base.trace):
        yield from _towards_deadlock(base, circle)
    yield from _towards_orphans(base)
    seen = ordered(base.trace, base.locks)
    found = [access for access in seen if access.event.op in (Op.READ, Op.WRITE)]
    whole = _wholes(base)
    gaps, stale = lost_updates(found, whole), stale_reads(seen, whole)
    for gap in gaps[:_FIRST_GAPS]:
        yield _towards_loss(base, gap)
    yield from _chains(base, [*gaps, *stale], gaps)
    for gap in [*stale[:_MOST_STALE], *gaps[_FIRST_GAPS:_MOST_GAPS]]:
        yield _towards_loss(base, gap)
    yield from _towards_last_words(base)
    for flip in flips(found, whole)[:_MOST_FLIPS]:
        yield _towards_flip(base, flip)


def _wholes(base: ControlledRun) -> Callable[[int], int]:
    """Return a function that gives for an object the number of the array or structure that it is part of."""

    @functools.cache
    def whole(number: int) -> int:
        datum = base.datum_at(number)
        return datum.number if datum is not None else number

    return whole


def _towards_deadlock(base: ControlledRun, circle: Sequence[Nesting]) -> Iterator[Steer]:
    """Bring each slot of the circle to where it holds its outer lock and is about to ask for the inner."""
    goals = [(nesting.slot, nesting.index) for nesting in circle]
    yield steer_to(base, goals, name="steer-deadlock")
    yield steer_to(base, goals[::-1], name="steer-deadlock")


def _towards_orphans(base: ControlledRun) -> Iterator[Steer]:
    """Let a process take a lock, and then let it be ended by whoever ends it."""
    by_pid = {slot.pid & 0xFFFFFFFF: slot.number for slot in base.slots.values() if slot.pid}
    ends = {by_pid.get(event.object): event for event in base.trace if event.op is Op.SIGNAL}
    roles = roles_of(base)
    # Of those that do the same work, as a pool's, one tells as much as all.
    alike = {(roles[victim], end.line): victim for victim, end in ends.items() if victim is not None}
    for victim in alike.values():
        end = ends[victim]
        taken = {e.line: e.index for e in base.trace if e.slot == victim and e.op is Op.ACQUIRE and e.line}
        # One that has not run yet may take a lock with its first steps.
        for index in list(taken.values())[:_MOST_FLIPS] or (1, 2, 3):
            yield steer_to(base, [(victim, index + 1), (end.slot, end.index + 1)], name="steer-orphan")


def _towards_loss(base: ControlledRun, gap: Gap) -> Steer:
    """Hold the reader in its gap, let the intruder finish, then let the reader write."""
    reader, intruder = gap.read.event, gap.intruder.event
    hold = _hold_index(base, gap)
    goals = [(reader.slot, hold), (intruder.slot, TO_THE_END)]
    step = next(e.step for e in base.trace if e.slot == reader.slot and e.index == hold - 1)
    runs_before = any(e.slot == intruder.slot and e.op is Op.WRITE for e in base.trace[: step + 1])
    if runs_before:
        return steer_to(base, goals, name="steer-loss")
    return steer_to(base, goals, step + 1, name="steer-loss")


def _hold_index(base: ControlledRun, gap: Gap) -> int:
    """Return how many operations the reader does before it is held: just past the last release of a
    lock that the intruder needs, or past the read itself."""
    needed = {lock for lock, _ in gap.intruder.held}
    hold = gap.read.event.index + 1
    if not needed & {lock for lock, _ in gap.read.held}:
        return hold
    between = range(gap.read.event.index + 1, gap.write.event.index)
    released = [
        event.index
        for event in base.trace
        if event.slot == gap.read.event.slot
        and event.index in between
        and event.op is Op.RELEASE
        and event.object in needed
    ]
    return released[-1] + 1 if released else hold


def _towards_flip(base: ControlledRun, flip: Flip) -> Steer:
    """Hold the first of the two before its access, and let the other have its own."""
    first, second = flip.first, flip.second
    hold = _before_section(base, first)
    goals = [(first.event.slot, hold), (second.event.slot, second.event.index + 1)]
    step = next((e.step for e in base.trace if e.slot == first.event.slot and e.index == hold), 0)
    return steer_to(base, goals, step, name="steer-order")


def _before_section(base: ControlledRun, access: Access) -> int:
    """Return the index in its slot of the access, or of the acquire before it that others would wait for."""
    own = [e for e in base.trace if e.slot == access.event.slot and e.index < access.event.index]
    held = {lock for lock, _ in access.held}
    acquired = [e.index for e in own if e.op in (Op.ACQUIRE, Op.TRY, Op.TIMED) and e.object in held]
    return acquired[-len(held)] if held and len(acquired) >= len(held) else access.event.index


def _towards_last_words(base: ControlledRun) -> Iterator[Steer]:
    """Let somebody else have the last word of what is printed: hold each other slot before its last line."""
    prints = [event for event in base.trace if event.op is Op.PRINT]
    if not prints:
        return
    last = prints[-1]
    # Who is waited for has had its say. What else seems to order lines may be chance.
    over = {e.object for e in base.trace[: last.step] if e.op is Op.JOIN} | {last.slot}
    ends = {event.slot: event for event in prints if event.slot not in over}
    by_line = {end.line: end for end in ends.values()}
    for end in list(by_line.values())[:_MOST_STALE]:
        yield steer_to(base, [(end.slot, end.index), (last.slot, last.index + 1)], name="steer-order")


def _chains(base: ControlledRun, outers: Sequence[Gap], gaps: Sequence[Gap]) -> Iterator[Steer]:
    """Go through one gap to get into another: a home-made lock that lets two in, then a lost update."""
    seen: set[tuple[int, ...]] = set()
    for outer in outers:
        for inner in gaps:
            p, q = outer.write.event, outer.intruder.event
            inside = _same_place(base, inner.read.event, q.slot)
            if inside is None or inner.read.event.object in (outer.read.event.object, p.object):
                continue
            key = (p.slot, p.index, q.slot, inside.index)
            if key in seen or len(seen) >= _MOST_CHAINS:
                continue
            seen.add(key)
            goals = [(p.slot, p.index), (q.slot, inside.index + 1), (p.slot, TO_THE_END)]
            yield steer_to(base, goals, name="steer-chain")


def _same_place(base: ControlledRun, event: Event, slot: int) -> Event | None:
    """Return the first operation of `slot` that is of the kind and line of `event`."""
    alike = (e for e in base.trace if e.slot == slot and (e.op, e.line) == (event.op, event.line))
    return next(alike, None)


def steer_to(base: ControlledRun, goals: Sequence[Segment], prefix: int = 0, *, name: str) -> Steer:
    """Return the strategy that follows `base` for `prefix` operations and then goes for the goals."""
    first = Replay(segments(base.trace[:prefix])) if prefix else None
    longest = max((slot.done for slot in base.slots.values()), default=0)
    return Steer(goals, first, patience=2 * longest + PATIENCE, name=name)


def segments(trace: Iterable[Event]) -> list[tuple[int, int]]:
    """Return a trace as turns: slot and number of operations."""
    found: list[tuple[int, int]] = []
    for event in trace:
        if event.op is Op.END:
            continue
        if found and found[-1][0] == event.slot:
            found[-1] = (event.slot, found[-1][1] + 1)
        else:
            found.append((event.slot, 1))
    return found
