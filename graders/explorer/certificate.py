"""When a pass holds for every schedule, and not only for those that were run.

The argument is Lipton's reduction (1975): when each read-modify-write lies in one critical section
of one lock, sections are atomic, so only their order is left to chance; when each section changes
its datum by an amount that does not depend on what it found, the order does not matter either.
The conditions are checked on traces of the program and on its source; whichever fails is named, and
the pass is `explored` instead of `verified`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from graders.explorer.analysis import Access, accesses, lock_cycles
from graders.explorer.consistency import unannounced
from graders.explorer.controller import ControlledRun
from graders.explorer.facts import Facts
from graders.explorer.points import Event, Op

_MODELLED = {
    Op.START, Op.END, Op.READ, Op.WRITE, Op.ACQUIRE, Op.RELEASE, Op.FORK, Op.JOIN, Op.CHECK_END, Op.SLEEP,
}  # fmt: skip


def doubts(runs: Sequence[ControlledRun], facts: Facts) -> list[str]:
    """Return what keeps a pass from being `verified`, in words; empty when nothing does."""
    found = list(dict.fromkeys(doubt for run in runs for doubt in _doubts_of(run)))
    found += _not_additive([accesses(run.trace, run.locks) for run in runs])
    if facts.branch:
        found.append(f"what the program does at line {facts.branch} depends on a shared value")
    if len({_shape(run.trace) for run in runs}) > 1:
        found.append("processes do other things in other schedules")
    return found


UNANNOUNCED = "shared data changed in a way that the grader cannot follow, such as through a pointer"


def _doubts_of(run: ControlledRun) -> list[str]:
    found = [UNANNOUNCED] if unannounced(run) else []
    for event in run.trace:
        if event.op not in _MODELLED:
            found.append(f"a step of kind {event.op.name.lower()} is not covered by the proof")
            break
    if any(lock.holders for lock in run.locks.values()):
        found.append("a lock is still held at the end")
    if any(lock.initial != 1 for lock in run.locks.values()):
        found.append("a semaphore that starts at another value than 1 is used")
    if lock_cycles(run.trace):
        found.append("locks are acquired in different orders")
    return found + _unguarded(accesses(run.trace, run.locks))


def _unguarded(touched: Sequence[Access]) -> list[str]:
    """Every two accesses that no start or join orders, one a write, share a lock."""
    by_datum: dict[int, list[Access]] = defaultdict(list)
    for access in touched:
        by_datum[access.event.object].append(access)
    for group in by_datum.values():
        locks_of: dict[frozenset[int], Access] = {}
        for access in group:
            locks_of.setdefault(
                frozenset({lock for lock, _ in access.held}) | {-access.event.slot - 1}, access
            )
        for mine in locks_of.values():
            for other in group:
                if _conflict(mine, other):
                    first, second = mine.event.line, other.event.line
                    return [f"line {second} touches a shared value without the lock of line {first}"]
    return []


def _conflict(one: Access, other: Access) -> bool:
    if one.event.slot == other.event.slot or Op.WRITE not in (one.event.op, other.event.op):
        return False
    if one.before(other) or other.before(one):
        return False
    return not {lock for lock, _ in one.held} & {lock for lock, _ in other.held}


def _not_additive(traces: Sequence[Sequence[Access]]) -> list[str]:
    """Each critical section adds the same whatever it finds, and each update lies in a single one."""
    added: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    met: dict[tuple[int, int], set[int]] = defaultdict(set)
    for touched in traces:
        read: dict[tuple[int, int], Access] = {}
        for access in touched:
            event = access.event
            key = (event.slot, event.object)
            if event.op is Op.READ:
                read[key] = access
                continue
            start = read.pop(key, None)
            if not access.held:
                continue
            if start is None or not start.held & access.held:
                return [f"line {event.line} writes what it has not read in the same critical section"]
            added[event.slot, event.object, event.line].add(event.value - start.event.value)
            met[event.object, event.line].add(start.event.value)
    for (_, datum, line), amounts in added.items():
        if len(amounts) > 1 or len(met[datum, line]) < 2:
            return [f"it is not certain that line {line} adds the same whatever it finds"]
    return []


def _shape(trace: Sequence[Event]) -> tuple[tuple[int, tuple[tuple[int, int], ...]], ...]:
    """What each slot did, without values: equal in all schedules when control flow is independent."""
    done: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for event in trace:
        # Whether a child has ended already is asked in passing whenever another is started.
        if event.op not in (Op.CHECK_END, Op.JOIN):
            done[event.slot].append((int(event.op), event.line))
    return tuple(sorted((slot, tuple(steps)) for slot, steps in done.items()))
