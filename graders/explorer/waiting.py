"""A deadlock under control: nobody is enabled and somebody has not finished.

There is no timeout in this and no false alarm. What is left to do is to say who waits for whom, and
who holds what; CPython's `Lock` has no owner, so the controller's table is asked. Guilty are the
waits of a circle, and those for what can never come; who only waits for a process that waits is not.
"""

from __future__ import annotations

from graders.explorer.names import Names
from graders.explorer.points import ANY_CHILD, Event, Op
from graders.explorer.world import ControlledRun, Lock, Slot, State
from graders.report import Wait


def waits(run: ControlledRun, names: Names) -> tuple[Wait, ...]:
    """Return who waits for what at which line, oldest process first; one wait a process."""
    found: dict[int, Wait] = {}
    for slot in _stuck(run):
        process = names.process(slot.number)
        wait = _wait(run, slot, process, names)
        # A further thread of a process counts only when it has a line of the student's.
        if process not in found or (found[process].line is None and wait.line is not None):
            found[process] = wait
    return tuple(found[process] for process in sorted(found))


def _stuck(run: ControlledRun) -> list[Slot]:
    return [slot for slot in run.slots.values() if slot.state is not State.ENDED]


def guilty_lines(run: ControlledRun) -> set[int]:
    """Return the lines of the waits that are to blame, and of the acquires of the locks they wait for."""
    graph = {slot.number: _waits_for(run, slot) for slot in _stuck(run)}
    circle = {number for number in graph if _reaches(graph, number, number)}
    lines: set[int] = set()
    for slot in _stuck(run):
        ends = graph[slot.number]
        if slot.number not in circle and ends:
            continue  # It waits for somebody who is still there and stuck for a reason of his own.
        lines.add(slot.pending.line)
        lock = _lock_of(run, slot)
        if lock is not None:
            lines.update(line for holder, line in lock.holders if not circle or holder in circle or not ends)
    return lines - {0} or {slot.pending.line for slot in _stuck(run)} - {0}


def _waits_for(run: ControlledRun, slot: Slot) -> set[int]:
    """Return the slots that are still there and that could end the wait of `slot`; empty when none can.

    A child that was joined can, the holder of a lock, the parent of who wants to send; for a message to
    receive or an event nobody is known.
    """
    pending = slot.pending
    if pending.op is Op.JOIN:
        return _joined(run, slot)
    if pending.op is Op.SEND:
        # Whoever has started a process is who may read what it sends.
        parent = run.slots.get(run.process_of(slot).parent)
        return {
            s.number
            for s in _stuck(run)
            if parent is not None and run.process_of(s) is run.process_of(parent)
        }
    lock = _lock_of(run, slot)
    if lock is None:
        return set()
    return {holder for holder, _ in lock.holders if run.slots[holder].state is not State.ENDED}


def _joined(run: ControlledRun, slot: Slot) -> set[int]:
    """Return every stuck slot of the processes that `slot` waits to end."""
    target = slot.pending.object
    if slot.pending.thread:
        return {target}
    children = [s for s in run.slots.values() if s.parent == slot.number and not s.thread]
    awaited = children if target == ANY_CHILD else [s for s in children if s.pid == target]
    return {s.number for s in _stuck(run) if run.process_of(s) in awaited}


def _reaches(graph: dict[int, set[int]], start: int, goal: int) -> bool:
    seen: set[int] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        number = waiting.pop()
        if number == goal:
            return True
        if number not in seen:
            seen.add(number)
            waiting.extend(graph.get(number, ()))
    return False


def _lock_of(run: ControlledRun, slot: Slot) -> Lock | None:
    return run.locks.get(slot.pending.object) if slot.pending.op in (Op.ACQUIRE, Op.TIMED) else None


def leading_to(run: ControlledRun) -> list[Event]:
    """Return the acquires by which the locks came to be held that somebody waits for."""
    awaited = {lock.number: lock for slot in _stuck(run) if (lock := _lock_of(run, slot)) is not None}
    found = []
    for number, lock in awaited.items():
        for holder, line in lock.holders:
            own = [
                e
                for e in run.trace
                if (e.slot, e.object, e.line) == (holder, number, line)
                and e.op in (Op.ACQUIRE, Op.TRY, Op.TIMED)
            ]
            found += own[-1:]
            ended = run.slots[holder].state is State.ENDED
            found += [e for e in run.trace if e.slot == holder and e.op is Op.END] if ended else []
    return sorted(set(found), key=lambda event: event.step)


def short(wait: Wait) -> str:
    """Return what is waited for without who has it."""
    return wait.waits_for.partition(", which ")[0]


def _wait(run: ControlledRun, slot: Slot, process: int, names: Names) -> Wait:
    pending = slot.pending
    line = pending.line or None
    if pending.op is Op.JOIN:
        return Wait(process, _child(run, slot, names), line=line)
    lock = run.locks.get(pending.object)
    if lock is not None:
        holder = lock.holders[-1][0] if lock.holders else None
        return Wait(
            process, _lock(run, slot, lock, names), None if holder is None else names.process(holder), line
        )
    if pending.op is Op.RECEIVE:
        return Wait(process, "a message that nobody will send", line=line)
    if pending.op is Op.SEND:
        return Wait(process, "room in a pipe that nobody empties", line=line)
    if pending.op is Op.POLL:
        return Wait(process, "an answer that nobody will give", line=line)
    return Wait(process, "what can never come", line=line)


def _child(run: ControlledRun, slot: Slot, names: Names) -> str:
    target = slot.pending.object
    if slot.pending.thread:
        return "one of its threads to end"
    if target == ANY_CHILD:
        return "a child to end"
    child = run.by_pid(target)
    return f"process {names.process(child.number)} to end" if child else "a child to end"


def _lock(run: ControlledRun, slot: Slot, lock: Lock, names: Names) -> str:
    name = names.lock(lock)
    if not lock.holders:
        return f"{name}, which nobody is left to {_freed(name)}"
    number, line = lock.holders[-1]
    holder = run.slots[number]
    if number == slot.number:
        return f"{name}, which it has itself acquired at line {line} and not released"
    who = names.word(number)
    if holder.state is State.ENDED:
        return f"{name}, which {who} acquired at line {line} and never released; it has ended"
    return f"{name}, which {who} has held since line {line}"


def _freed(name: str) -> str:
    """Return how somebody would end the wait for a primitive of that name."""
    for word, verb in (("event", "set"), ("condition", "notify"), ("barrier", "meet")):
        if word in name:
            return verb
    return "release"
