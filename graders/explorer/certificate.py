"""When a pass holds for every schedule, and not only for those that were run.

The argument is Lipton's reduction (1975): when each read-modify-write lies in one critical section
of one lock, sections are atomic, so only their order is left to chance; when each section changes
its datum by an amount that does not depend on what it found, the order does not matter either.
Whatever else a process waits for (a start, an end, an event that is set once, a message) becomes
possible and stays so, as in Kahn's networks (1974): who waits for it gets it in every schedule.

The conditions are checked on traces of the program and on its source; whichever fails is named, and
the pass is `explored` instead of `verified`. Each condition is a function below.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from graders.explorer.analysis import lock_cycles, lost_updates
from graders.explorer.facts import Facts
from graders.explorer.messages import process_of, senders
from graders.explorer.order import Access, ordered
from graders.explorer.points import MANAGED, THREADED, Event, Op
from graders.explorer.primitives import LIBRARY, Kind, kind_of
from graders.explorer.taint import ELSEWHERE
from graders.explorer.world import ControlledRun, Lock

_MODELLED = frozenset(
    {Op.START, Op.END, Op.READ, Op.WRITE, Op.ACQUIRE, Op.RELEASE, Op.FORK, Op.JOIN, Op.CHECK_END}
    | {Op.SLEEP, Op.PRINT, Op.SEND, Op.RECEIVE, Op.SIGNAL, Op.YIELD}
)


def doubts(
    runs: Sequence[ControlledRun], facts: Facts, printed: bool = True, all_lines: bool = False
) -> list[str]:
    """Return what keeps a pass from being `verified`, in words; empty when nothing does.

    `printed` says whether the last line printed is what counts, as for a program; `all_lines` whether
    every line is, and their order.
    """
    found: list[str] = []
    touched = [ordered(run.trace, run.locks) for run in runs]
    for run, accesses in zip(runs, touched, strict=True):
        found += [*_memory(run), *_steps(run, facts), *_locks(run), *_waits_inside(run)]
        found += [*senders(run), *_setters(run)]
        found += [*_unguarded(accesses), *_gaps(accesses)]
        found += [*_branches(accesses, facts), *_ended_early(accesses)]
        if all_lines:
            found += _lines(accesses)
        elif printed:
            found += _last_word(accesses)
    found += [*_not_additive(touched, facts), *_words(runs, facts)]
    if any(_shape(run) != _shape(runs[0]) for run in runs[1:]):
        found.append("processes do other things in other schedules")
    return list(dict.fromkeys(found))


UNANNOUNCED = "shared data changed in a way that the grader cannot follow, such as through a pointer"


def _memory(run: ControlledRun) -> Iterable[str]:
    """Nothing changes shared data but what was announced."""
    if run.unannounced or run.lied:
        yield UNANNOUNCED


def _steps(run: ControlledRun, facts: Facts) -> Iterable[str]:
    """Every step is of a kind that the argument covers."""
    pooled = _pooled(run)
    for event in run.trace:
        kind = _kind(run, event)
        if event.op in (Op.TRY, Op.TIMED) and event.line in facts.spins:
            continue
        if pooled and event.op is Op.POLL and event.slot == 0:
            continue
        if kind in LIBRARY or kind is Kind.EVENT or kind is Kind.BARRIER:
            continue
        if event.object >> 28 == MANAGED and event.op is not Op.PRINT:
            yield "what a manager holds is not covered by the proof"
            return
        if kind is Kind.CONDITION and run.locks[event.object].initial != 1:
            yield f"whether to wait for a condition (line {event.line}) depends on what others have done"
            return
        if event.op is Op.FILE:
            if event.slot:
                yield f"what others do with files (line {event.line}) is not covered by the proof"
                return
            continue
        if event.op not in _MODELLED and event.line:
            yield f"what line {event.line} does depends on whether it comes in time"
            return
        if event.op is Op.JOIN and event.value:
            yield f"the join at line {event.line} gives up after a while"
            return


def _kind(run: ControlledRun, event: Event) -> Kind | None:
    lock = run.locks.get(event.object)
    if lock is not None:
        return kind_of(lock)
    return Kind.THREAD if event.object >> 28 == THREADED else None


def _locks(run: ControlledRun) -> Iterable[str]:
    """Locks are released by whoever acquired them, and acquired in one order."""
    own = [lock for lock in run.locks.values() if kind_of(lock) in (Kind.MUTEX, Kind.SEMAPHORE)]
    for lock in own:
        used = [e for e in run.trace if e.object == lock.number and (_got(e) or e.op is Op.RELEASE)]
        if _signal(lock, used):
            continue
        if lock.holders:
            yield "a lock is still held at the end"
        if not _balanced(used):
            line = used[-1].line if used else lock.line
            yield f"the lock or semaphore of line {line} is not released by those who acquired it"
    if lock_cycles(run.trace):
        yield "locks are acquired in different orders"


def _balanced(used: Sequence[Event]) -> bool:
    """Whether each slot acquires and releases in turns."""
    held: Counter[int] = Counter()
    for event in used:
        held[event.slot] += -1 if event.op is Op.RELEASE else 1
        if held[event.slot] not in (0, 1):
            return False
    return True


def _got(event: Event) -> bool:
    """Whether an event is an acquire that succeeded."""
    return event.op is Op.ACQUIRE or (event.op in (Op.TRY, Op.TIMED) and event.value == 1)


def _signal(lock: Lock, used: Sequence[Event]) -> bool:
    """Whether a semaphore only tells one slot that others have come so far."""
    waiting = {event.slot for event in used if event.op is not Op.RELEASE}
    return lock.initial == 0 and len(waiting) == 1


def _waits_inside(run: ControlledRun) -> Iterable[str]:
    """Nobody waits for anything but a lock while others wait for him to release one."""
    held: dict[int, dict[int, int]] = defaultdict(dict)
    for event in run.trace:
        own = held[event.slot]
        kind = _kind(run, event)
        if kind is Kind.MUTEX and _got(event):
            own[event.object] = event.line
        elif kind is Kind.MUTEX and event.op is Op.RELEASE:
            own.pop(event.object, None)
        elif own and event.line and _waits(run, event, kind):
            yield f"line {event.line} waits for something else inside a critical section"
            return


def _waits(run: ControlledRun, event: Event, kind: Kind | None) -> bool:
    # Who comes late to an event or a barrier does not wait there, but might have in another schedule.
    if event.op in (Op.JOIN, Op.RECEIVE, Op.SEND) or kind in (Kind.EVENT, Kind.BARRIER):
        return True
    return event.op is Op.ACQUIRE and kind is Kind.SEMAPHORE and run.locks[event.object].initial != 1


_EVENT_SEMAPHORES = 5
_WOKEN_BY_SET = 3
"""An `Event` is made of so many semaphores; the one of this number is tried by `set` alone."""


def _setters(run: ControlledRun) -> Iterable[str]:
    """An event is set by one process: who waits for it would not know by which of several."""
    semaphores = [lock for lock in run.locks.values() if kind_of(lock) is Kind.EVENT]
    for lock in semaphores[_WOKEN_BY_SET::_EVENT_SEMAPHORES]:
        setters = {process_of(run, e) for e in run.trace if e.object == lock.number and e.op is Op.TRY}
        if len(setters) > 1:
            yield f"the event of line {lock.line} is set by more than one process"
            return


def _unguarded(touched: Sequence[Access]) -> Iterable[str]:
    """Every two accesses that no start or join orders, one a write, share a lock."""
    by_datum: dict[int, list[Access]] = defaultdict(list)
    for access in touched:
        if access.event.op is not Op.PRINT and access.event.op is not Op.SIGNAL:
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
                    yield f"line {second} touches a shared value without the lock of line {first}"
                    return


def _gaps(touched: Sequence[Access]) -> Iterable[str]:
    """No foreign write fits between a read and the write that follows from it."""
    for gap in lost_updates(a for a in touched if a.event.op in (Op.READ, Op.WRITE)):
        first, second = gap.read.event.line, gap.intruder.event.line
        yield f"line {second} may write between the read and the write of line {first}"
        return


def _conflict(one: Access, other: Access) -> bool:
    if one.event.slot == other.event.slot or Op.WRITE not in (one.event.op, other.event.op):
        return False
    if one.before(other) or other.before(one):
        return False
    return not {lock for lock, _ in one.held} & {lock for lock, _ in other.held}


def _branches(touched: Sequence[Access], facts: Facts) -> Iterable[str]:
    """What a branch depends on is the same in every schedule."""
    for line, sources in facts.branches.items():
        if line in facts.spins:
            continue
        reads = [a for a in touched if a.event.op is Op.READ and a.event.line in sources]
        if ELSEWHERE in sources:
            yield f"what the program does at line {line} depends on a message, on time or on chance"
            return
        if any(not _settled(read, touched) for read in reads):
            yield f"what the program does at line {line} depends on a shared value"
            return


def _settled(read: Access, touched: Sequence[Access]) -> bool:
    """Whether every write of the datum comes before the read in every schedule, or after it."""
    return all(
        other.before(read) or read.before(other)
        for other in touched
        if other.event.op is Op.WRITE and other.event.object == read.event.object
    )


def _last_word(touched: Sequence[Access]) -> Iterable[str]:
    """What is printed last is printed last in every schedule."""
    prints = [access for access in touched if access.event.op is Op.PRINT]
    if prints and any(not other.before(prints[-1]) for other in prints[:-1]):
        yield f"another line may be printed after that of line {prints[-1].event.line}"


def _lines(touched: Sequence[Access]) -> Iterable[str]:
    """Lines of several processes come in one order only, and none tells what others are just changing."""
    prints = [access for access in touched if access.event.op is Op.PRINT]
    for position, one in enumerate(prints):
        for other in prints[:position]:
            if other.event.slot != one.event.slot and not other.before(one):
                yield f"the lines printed at {other.event.line} and {one.event.line} may come in either order"
                return
    telling = {access.event.slot for access in prints}
    for access in touched:
        if access.event.op is Op.READ and access.event.slot in telling and not _settled(access, touched):
            yield f"what is printed may depend on what line {access.event.line} reads"
            return


def _ended_early(touched: Sequence[Access]) -> Iterable[str]:
    """Who is ended by a signal has done its work."""
    for position, access in enumerate(touched):
        if access.event.op is not Op.SIGNAL:
            continue
        after = [a for a in touched if not a.before(access) and a.event.slot != access.event.slot]
        if any(a.event.op is Op.WRITE for a in after) or any(
            not a.before(access) for a in touched[:position] if a.event.slot != access.event.slot
        ):
            yield f"line {access.event.line} may end a process before it has done its work"
            return


def _not_additive(traces: Sequence[Sequence[Access]], facts: Facts) -> Iterable[str]:
    """Each critical section adds the same whatever it finds, and each update lies in a single one."""
    added: dict[tuple[int, int, int], set[float]] = defaultdict(set)
    met: dict[tuple[int, int], set[float]] = defaultdict(set)
    for touched in traces:
        read: dict[tuple[int, int], Access] = {}
        for access in touched:
            event = access.event
            key = (event.slot, event.object)
            if event.op is Op.READ:
                read[key] = access
                continue
            if event.op is not Op.WRITE:
                continue
            start = read.pop(key, None)
            if not access.held or _settled(access, touched):
                continue
            if start is None or not start.held & access.held:
                yield f"line {event.line} writes what it has not read in the same critical section"
                return
            added[event.slot, event.object, event.line].add(event.value - start.event.value)
            met[event.object, event.line].add(start.event.value)
    for (_, datum, line), amounts in added.items():
        if line not in facts.additive and (len(amounts) > 1 or len(met[datum, line]) < 2):
            yield f"it is not certain that line {line} adds the same whatever it finds"
            return


def _words(runs: Sequence[ControlledRun], facts: Facts) -> Iterable[str]:
    """The source asks no question whose answer depends on the schedule."""
    if facts.unhooked:
        yield f"what it shares through {' and '.join(facts.unhooked)} is watched, but not proven"
    if facts.questions:
        line, word = min((line, word) for word, line in facts.questions.items())
        yield f"line {line} asks {word}, whose answer depends on the schedule"
    received = any(e.op is Op.RECEIVE and e.line for run in runs for e in run.trace)
    if received and not facts.sums_messages:
        yield "what the program does with a message may depend on which one comes first"
    for run in runs:
        if any(count > 1 for count in _barrier_waits(run).values()):
            yield "a process meets others at a barrier more than once"
            return


def _barrier_waits(run: ControlledRun) -> Counter[int]:
    """Count for each slot how often it waits at a barrier: its steps there come in a row."""
    count: Counter[int] = Counter()
    inside: dict[int, bool] = {}
    for event in run.trace:
        here = _kind(run, event) is Kind.BARRIER
        count[event.slot] += here and not inside.get(event.slot, False)
        inside[event.slot] = here
    return count


def _pooled(run: ControlledRun) -> bool:
    return any(kind_of(lock) is Kind.POOL for lock in run.locks.values())


def _shape(run: ControlledRun) -> list[tuple[tuple[int, int], ...]]:
    """What the slots did, without values: equal in all schedules when control flow is independent.

    Slots are numbered as they come, so they are compared by what they did. Workers of a pool are told
    together, because which of them gets a task is chance.
    """
    pooled = _pooled(run)
    done: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for event in run.trace:
        kind = _kind(run, event)
        # Whether a child has ended already is asked in passing whenever another is started.
        if event.op in (Op.CHECK_END, Op.JOIN, Op.SIGNAL, Op.POLL, Op.YIELD) or kind in LIBRARY:
            continue
        # How an event or a barrier was waited for depends on who came first, as does a try in vain.
        in_vain = event.op in _TRIES and not event.value
        if kind in (Kind.EVENT, Kind.BARRIER) or not event.line or in_vain:
            continue
        op = Op.ACQUIRE if event.op in _TRIES else event.op
        done[1 if pooled and event.slot else event.slot].append((int(op), event.line))
    if pooled and 1 in done:
        done[1].sort()
    return sorted(tuple(steps) for steps in done.values())


_TRIES = (Op.TRY, Op.TIMED)
