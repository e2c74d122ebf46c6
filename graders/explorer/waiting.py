"""A deadlock under control: nobody is enabled and somebody has not finished.

There is no timeout in this and no false alarm. What is left to do is to say who waits for whom, and
who holds what; CPython's `Lock` has no owner, so the controller's table is asked.
"""

from __future__ import annotations

from graders.explorer.controller import ControlledRun
from graders.explorer.names import Names
from graders.explorer.points import ANY_CHILD, Op
from graders.explorer.world import Lock, Slot, State
from graders.report import Wait


def waits(run: ControlledRun, names: Names) -> tuple[Wait, ...]:
    """Return who waits for what at which line, oldest process first; one wait a process."""
    found: dict[int, Wait] = {}
    for slot in run.slots.values():
        if slot.state is State.ENDED:
            continue
        process = names.process(slot.number)
        wait = _wait(run, slot, process, names)
        # A further thread of a process counts only when it has a line of the student's.
        if process not in found or (found[process].line is None and wait.line is not None):
            found[process] = wait
    return tuple(found[process] for process in sorted(found))


def _wait(run: ControlledRun, slot: Slot, process: int, names: Names) -> Wait:
    pending = slot.pending
    line = pending.line or None
    if pending.op is Op.JOIN:
        return Wait(process, _child(run, slot, names), line=line)
    lock = run.locks.get(pending.object)
    if lock is not None:
        holder = _holder(lock)
        return Wait(
            process, _lock(run, slot, lock, names), None if holder is None else names.process(holder), line
        )
    if pending.op is Op.RECEIVE:
        return Wait(process, "a message that nobody will send", line=line)
    if pending.op is Op.SEND:
        return Wait(process, "room in a pipe that nobody empties", line=line)
    return Wait(process, "what can never come", line=line)


def _child(run: ControlledRun, slot: Slot, names: Names) -> str:
    target = slot.pending.object
    if slot.pending.thread:
        return "one of its threads to end"
    if target == ANY_CHILD:
        return "a child to end"
    child = run.by_pid(target)
    return f"process {names.process(child.number)} to end" if child else "a child to end"


def _holder(lock: Lock) -> int | None:
    return lock.holders[-1][0] if lock.holders else None


def _lock(run: ControlledRun, slot: Slot, lock: Lock, names: Names) -> str:
    name = names.lock(lock)
    if not lock.holders:
        return f"{name}, which nobody is left to {'set' if 'event' in name else 'release'}"
    number, line = lock.holders[-1]
    holder = run.slots[number]
    if number == slot.number:
        return f"{name}, which it has itself acquired at line {line} and not released"
    who = names.word(number)
    if holder.state is State.ENDED:
        return f"{name}, which {who} acquired at line {line} and never released; it has ended"
    return f"{name}, which {who} has held since line {line}"
