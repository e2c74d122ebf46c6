"""Runs that are worth making where nothing is foretold.

After what `steering` foretells comes a systematic part: one preemption at each kind of point, which
is the preemption bound of CHESS (Musuvathi and Qadeer 2007) with processes that run the same lines
counted as one. Only then come the dice.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graders.explorer.controller import Strategy
from graders.explorer.order import acquires
from graders.explorer.points import Event, Op
from graders.explorer.roles import roles_of
from graders.explorer.steering import TO_THE_END, steer_to
from graders.explorer.strategies import ChildFirst, Lockstep, PartialOrderSampling, Pct, RandomWalk
from graders.explorer.world import ControlledRun

WAITING = frozenset({Op.JOIN, Op.ACQUIRE, Op.SLEEP, Op.RECEIVE, Op.TIMED, Op.POLL})
"""Operations before which a slot may have had to wait, so that switching away is no preemption."""

_QUIET = frozenset({Op.END, Op.START, Op.CHECK_END, Op.YIELD})
"""Operations before which nothing is gained by an interruption."""


def alternately(plans: Sequence[Iterator[Strategy]]) -> Iterator[Strategy]:
    """Yield from each of the plans in turn, until all have come to their end."""
    rounds = itertools.zip_longest(*plans)
    return (strategy for some in rounds for strategy in some if strategy is not None)


def dice(seed: int, number: int, length: int) -> Strategy:
    """Return the random strategy of that number, from 0, for runs of `length` operations."""
    thrown = seed * 1_000_003 + number
    kinds: tuple[Strategy, ...] = (
        PartialOrderSampling(thrown),
        Pct(thrown, 2, length),
        RandomWalk(thrown),
        Pct(thrown, 3, length),
    )
    return kinds[number % len(kinds)]


def others() -> Iterator[Strategy]:
    """Yield the plain strategies besides the one without preemption."""
    yield ChildFirst()
    yield Lockstep()


def one_by_one(base: ControlledRun) -> Iterator[Strategy]:
    """Yield runs in which each process comes to its end before the next goes on, though it sleeps.

    A program that is wrong whenever two are at work is right in these, if in any.
    """
    workers = [number for number in base.slots if number]
    for order in (workers, workers[::-1]):
        yield steer_to(base, [(number, TO_THE_END) for number in order], name="one-by-one")


def preemptions(run: ControlledRun) -> int:
    """Return how often a slot that could have gone on was interrupted."""
    steps = [event for event in run.trace if event.op is not Op.END]
    following = _following(steps)
    count, position = 0, 0
    for _, length in run.segments[:-1]:
        position += length
        after = following[position - 1] if position <= len(following) else None
        count += after is not None and after.op not in WAITING
    return count


def _following(steps: Sequence[Event]) -> list[Event | None]:
    """Return for each step the same slot's next one."""
    found: list[Event | None] = [None] * len(steps)
    later: dict[int, Event] = {}
    for position in range(len(steps) - 1, -1, -1):
        found[position] = later.get(steps[position].slot)
        later[steps[position].slot] = steps[position]
    return found


# -- what is tried all the same -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of a run at which a slot can be interrupted: before the event at `step`."""

    step: int
    slot: int
    index: int
    locked: bool
    """Whether it holds a lock there: others come less far then, so such points come later."""


def systematic(base: ControlledRun, most: int) -> Iterator[Strategy]:
    """Yield runs with one preemption, at each kind of point of `base`; at most so many."""
    roles = roles_of(base)
    count = 0
    for spot in _spots(base, roles):
        for rival in _rivals(base, spot, roles):
            if count >= most:
                return
            count += 1
            goals = [(spot.slot, spot.index), *((number, TO_THE_END) for number in rival)]
            yield steer_to(base, goals, spot.step, name="one-preemption")


def _spots(base: ControlledRun, roles: dict[int, int]) -> list[Spot]:
    """Return one point for each role and pair of neighbouring lines, early and late in the slot's work.

    Of the slots alike the one before the last is taken, so that another is still to come; the shared
    values then have what they have in the middle of the work.
    """
    before: dict[int, Event] = {}
    held: dict[int, set[int]] = defaultdict(set)
    found: dict[tuple[int, ...], dict[int, list[Spot]]] = defaultdict(lambda: defaultdict(list))
    for event in base.trace[base.forked_at :]:
        last, locked = before.get(event.slot), bool(held[event.slot])
        before[event.slot] = event
        if acquires(event):
            held[event.slot].add(event.object)
        elif event.op is Op.RELEASE:
            held[event.slot].discard(event.object)
        if last is None or event.op in _QUIET:
            continue
        key = (roles[event.slot], int(last.op), last.line, int(event.op), event.line)
        found[key][event.slot].append(Spot(event.step, event.slot, event.index, locked))
    chosen: list[Spot] = []
    for by_slot in found.values():
        spots = list(by_slot.values())
        of_slot = spots[-2] if len(spots) > 1 else spots[0]
        chosen += of_slot[:1] if len(of_slot) == 1 else (of_slot[0], of_slot[-1])
    return sorted(chosen, key=lambda spot: (spot.locked, spot.step))


def _rivals(base: ControlledRun, spot: Spot, roles: dict[int, int]) -> list[list[int]]:
    """Return whom to let run meanwhile: one of each role that still has work, then all of them."""
    unfinished = {
        event.slot for event in base.trace[spot.step :] if event.op is not Op.END and event.slot != spot.slot
    }
    born = {event.object for event in base.trace[: spot.step] if event.op is Op.FORK} | {0}
    there = sorted(unfinished & born)
    one_of_each = {roles[number]: [number] for number in reversed(there) if number}
    found = list(one_of_each.values())
    return found if len(there) <= 1 or len(found) == len(there) else [*found, there]


def interruptions(run: ControlledRun, since: int) -> Iterator[tuple[Strategy, int]]:
    """Yield `run` with one more preemption, wherever one can be after step `since`, and its step."""
    begun: set[int] = set()
    for event in run.trace:
        position, before = event.step, begun.copy()
        begun.add(event.slot)
        if event.slot not in before or event.op in _QUIET or position < max(since, run.forked_at):
            continue
        unfinished = {e.slot for e in run.trace[position:] if e.op is not Op.END}
        born = {e.object for e in run.trace[:position] if e.op is Op.FORK} | {0}
        for rival in sorted((unfinished & born) - {event.slot}):
            goals = [(event.slot, event.index), (rival, TO_THE_END)]
            yield steer_to(run, goals, position, name="bounded"), position
