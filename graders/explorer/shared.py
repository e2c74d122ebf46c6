"""Which of the shared data is the one that counts: the integer whose value is printed at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from graders.explorer.points import MANAGED, Event, Op
from graders.explorer.world import ControlledRun


@dataclass(frozen=True, slots=True)
class Tally:
    """The shared integer of a run: one object, or the elements of an array that are added up."""

    objects: frozenset[int]
    start: int | None
    """What it held when the first worker was started; `None` when that is not known."""


def tally(run: ControlledRun) -> Tally | None:
    """Return what the last line printed tells of, else what workers write most; `None` without any.

    Whoever prints the value reads it before: the last objects read before the last line are looked at.
    """
    found = _read_for_print(run) or _most_written(run)
    if not found:
        return None
    starts = [value_before(run, number) for number in found]
    whole = [int(s) for s in starts if s is not None and s == int(s)]
    return Tally(frozenset(found), sum(whole) if len(whole) == len(starts) else None)


def value_before(run: ControlledRun, number: int) -> int | float | None:
    """Return what an object held when the first worker was started; `None` when that is not known."""
    known = run.initial.get(number)
    if known is not None:
        return known
    # What a manager holds is not in our memory, but the main program may have said what it put there.
    put = [e for e in run.trace[: run.forked_at] if e.op is Op.WRITE and e.object == number]
    return put[-1].value if put else None


def _read_for_print(run: ControlledRun) -> list[int]:
    prints = [event for event in run.trace if event.op is Op.PRINT]
    if not prints:
        return []
    own = [e for e in run.trace[: prints[-1].step] if e.slot == prints[-1].slot]
    reads = [e for e in own if e.op is Op.READ and _counts(run, e)]
    if not reads:
        return []
    last = reads[-1]
    datum = run.datum_at(last.object)
    if datum is None:
        return [last.object]
    # An array that is read element by element is added up.
    in_a_row = {e.object for e in _run_of_reads(own, last) if run.datum_at(e.object) == datum}
    return sorted(in_a_row)


def _run_of_reads(own: list[Event], last: Event) -> list[Event]:
    found: list[Event] = []
    for event in reversed(own[: own.index(last) + 1]):
        if event.op is not Op.READ:
            break
        found.append(event)
    return found


def _counts(run: ControlledRun, event: Event) -> bool:
    return event.object >> 28 == MANAGED or isinstance(run.initial.get(event.object), int)


def _most_written(run: ControlledRun) -> list[int]:
    written = Counter(event.object for event in run.trace if event.op is Op.WRITE and event.slot)
    known = {n: count for n, count in written.items() if run.datum_at(n) is not None or n >> 28 == MANAGED}
    if known:
        return [max(known, key=lambda number: (known[number], -number))]
    return [min(run.initial)] if run.initial else []
