"""Hints for a deadlock or a livelock: where to release, which lock to take first, what must come before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graders.hints.base import Hint, Kind, at, called, hint, listed
from graders.hints.reading import Source
from graders.picture.words import capital, clean
from graders.report import Step, Wait, Witness
from graders.words import process, processes


def deadlock(witness: Witness, source: Source) -> tuple[Hint, ...]:
    """Return the hints for a deadlock: of those who wait alike, one speaks for all."""
    found = [_itself(wait, witness.steps, source) for wait in witness.waits if wait.held_by == wait.process]
    if found:
        return tuple(found)
    circle = _circle(witness.waits)
    if len(circle) > 1:
        return (_order(circle, witness.steps),)
    return tuple(dict.fromkeys(_single_waits(witness, source)))


def livelock(witness: Witness, source: Source) -> tuple[Hint, ...]:
    """Return the hint for processes that ask for ever."""
    lines = witness.lines
    trying = [step.line for step in witness.steps if step.operation == "fail to acquire" and step.line]
    held = {section.lock for line in trying for section in source.held(line) if section.sure}
    if trying and held:
        names = listed(sorted(map(called, held)))
        told = (
            f"The loop{at(*trying)} tries to get a lock again and again while it holds {names}, which the "
            f"others wait for. Give {names} back before the next try, or take the locks in one order "
            "everywhere."
        )
        return (hint(Kind.RELEASE, told, *trying),)
    told = (
        f"The loop{at(*lines)} asks again and again for what nobody left can bring about. Wait with a Lock, "
        "an Event or a Condition instead, and look which process should end the waiting: it must not "
        "itself wait here."
    )
    return (hint(Kind.NO_SPINNING, told, *lines),)


def _thing(wait: Wait) -> str:
    """Return what is waited for, without who has it."""
    return clean(wait.waits_for.partition(", which ")[0])


def _taken(steps: Sequence[Step], holder: int | None, lock: str) -> int | None:
    """Return the line at which the holder took the lock, when the witness shows it."""
    lines = [
        step.line
        for step in steps
        if step.process == holder and step.operation == "acquire" and clean(step.object) == lock
    ]
    return lines[-1] if lines else None


def _itself(wait: Wait, steps: Sequence[Step], source: Source) -> Hint:
    lock, who = _thing(wait), capital(process(wait.process))
    taken = _taken(steps, wait.process, lock) or wait.line
    place = source.at(taken)
    if taken != wait.line:
        told = (
            f"{who} has held {lock} since line {taken} and acquires it once more at line {wait.line}: it "
            f"waits for itself. Do not acquire at line {wait.line} what is held already, release it before, "
            "or use an RLock, which its holder may acquire again."
        )
        return hint(Kind.ACQUIRE_ONCE, told, taken, wait.line)
    if place is not None and not place.looped and source.says(place.function, "("):
        told = (
            f"{who} comes to line {taken} again while it still holds {lock}: {called(place.function)} is "
            "called from within its own critical section. Call it when the lock is given back, or use an "
            "RLock."
        )
        return hint(Kind.ACQUIRE_ONCE, told, taken)
    bare = " A release without brackets does nothing." if source.uncalled("release") else ""
    told = (
        f"{who} comes back to line {taken} with {lock} still in its hands. Release it before the loop comes "
        "round again, on every way: also where an exception or continue leaves early. A with statement at "
        f"line {taken} does that by itself.{bare}"
    )
    return hint(Kind.RELEASE, told, taken)


def _circle(waits: Sequence[Wait]) -> list[Wait]:
    """Return waits, each for a lock that the next one's process holds; empty when they form no circle."""
    by_process = {wait.process: wait for wait in waits if wait.held_by is not None}
    for start in by_process.values():
        path, wait = [], start
        while wait not in path:
            path.append(wait)
            if wait.held_by not in by_process:
                break
            wait = by_process[wait.held_by]
        else:
            return path[path.index(wait) :]
    return []


def _order(circle: Sequence[Wait], steps: Sequence[Step]) -> Hint:
    """Tell the order of locks; `circle` are waits of which each is for what the next one's process holds."""
    parts, places = [], []
    for position, wait in enumerate(circle):
        held = _thing(circle[position - 1])
        taken = _taken(steps, wait.process, held)
        places.append((taken, wait.line))
        since = f", acquired at line {taken}," if taken else ""
        waits = f"waits{at(wait.line)} for {_thing(wait)}"
        parts.append(f"{process(wait.process)} holds {held}{since} and {waits}")
    lines = [line for place in places for line in place]
    if len(set(places)) == 1:
        advice = (
            "The same lines take whatever locks they are handed, so one process takes them the other way "
            "round. Hold one at a time: release the first before the second is acquired. Or sort the two "
            "first by something that is the same for every process, and acquire them in that order."
        )
    else:
        order = f"{_thing(circle[-1])} before {_thing(circle[0])}"
        advice = f"Take the locks in one order everywhere, for example {order}{_instead(circle, places)}."
    return hint(Kind.LOCK_ORDER, f"{capital('; '.join(parts))}. {advice}", *lines)


def _instead(circle: Sequence[Wait], places: Sequence[tuple[int | None, int | None]]) -> str:
    """Say which lines take two locks in the order that was not chosen."""
    return f"; that means to change what stands{at(*places[-1])}" if len(circle) == 2 else ""


def _single_waits(witness: Witness, source: Source) -> Iterator[Hint]:
    """Yield a hint for each thing that is waited for and that can never come."""
    parent = next((wait for wait in witness.waits if wait.process == 0), None)
    things: dict[tuple[str, int | None, int | None], list[int]] = {}
    for wait in witness.waits:
        if not (wait.process == 0 and wait.held_by is None and _thing(wait).endswith(" to end")):
            things.setdefault((clean(wait.waits_for), wait.held_by, wait.line), []).append(wait.process)
    for (waits_for, held_by, line), who in things.items():
        lock = waits_for.partition(", which ")[0]
        taken = _taken(witness.steps, held_by, lock)
        if held_by == 0 and parent is not None:
            yield _parent_holds(lock, taken, parent.line, line)
        elif held_by is not None and "has ended" in waits_for:
            yield _never_released(lock, held_by, taken, source)
        elif held_by is None:
            yield from _never_comes(lock, who, line, parent)


def _parent_holds(lock: str, taken: int | None, joins: int | None, line: int | None) -> Hint:
    since = f", since line {taken}," if taken else ""
    told = (
        f"The main program holds {lock}{since} and waits{at(joins)} for processes that need it{at(line)}. "
        "Release it before waiting for them."
    )
    return hint(Kind.RELEASE, told, taken, joins, line)


def _never_released(lock: str, holder: int, taken: int | None, source: Source) -> Hint:
    where = f"The critical section that begins at line {taken} must end" if taken else "It must end"
    if source.says("os", ".", "_exit") or source.says("_exit", "("):
        way = "Nothing is given back by os._exit(), not even by a with statement: release the lock before it."
    elif source.says(".", "terminate", "(") or source.says(".", "kill", "("):
        way = (
            "A process that is terminated gives nothing back, not even by a with statement: let it come to "
            "its end by itself, and join it."
        )
    else:
        way = "A with statement gives it back by itself, also at a return, an exception or sys.exit()."
    told = (
        f"{capital(process(holder))} acquired {lock}{at(taken)} and ended without giving it back. {where} "
        f"with a release on every way out. {way}"
    )
    return hint(Kind.RELEASE, told, taken)


def _never_comes(thing: str, who: Sequence[int], line: int | None, parent: Wait | None) -> Iterator[Hint]:
    waits = f"{capital(processes(who))} {'waits' if len(who) == 1 else 'wait'}{at(line)} for {thing}"
    joins = parent.line if parent else None
    if "barrier" in thing:
        told = "Nobody else will come: Barrier() must be given the number of processes that wait there."
    elif "event" in thing:
        told = "Nobody is left to set it. Set it before whoever sets it begins to wait for something itself."
    elif "condition" in thing:
        told = (
            "A notify() that comes before the wait is lost. Note in a shared value what has happened, look "
            f"at it under the same lock, and wait{at(line)} only while it has not happened yet."
        )
    elif "semaphore" in thing:
        told = "It is at 0, and nobody is left to release it. As a lock it must begin with 1."
    elif thing.startswith("a message"):
        told = "More is received than is sent: send one for each that is waited for, or one that ends it."
    elif thing.startswith(("room in a pipe", "one of its threads")):
        yield hint(
            Kind.RECEIVE_FIRST,
            "A process cannot end before somebody has read what it sends, and the main program reads nothing "
            f"while it waits{at(joins)} for the process to end. Receive everything first, and join then.",
            joins,
            line,
        )
        return
    else:
        return
    yield hint(Kind.SIGNAL, f"{waits}. {told}", line)
