"""The witness: what happened, in which order, at which lines, told as the lesson tells it.

"Process 6 reads 55, process 10 reads 55, process 10 writes 56, process 6 writes 56." Every failing
run has one: the pattern that explains it best, else the last operations around its last preemption.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graders.explorer import waiting
from graders.explorer.collisions import (
    Collision,
    Order,
    collisions,
    guarded_lines,
    guilty_lines,
    order,
    printed,
)
from graders.explorer.names import Names
from graders.explorer.points import BY_NAME, Event, Op
from graders.explorer.progress import ALL_IDLE
from graders.explorer.world import ControlledRun, Outcome, State
from graders.properties.words import explain
from graders.report import Step, Witness
from graders.verdict import Verdict

_MOST_STEPS = 8
_MOST_DEADLOCK_STEPS = 24
_SHOWN = {
    Op.READ: "read",
    Op.WRITE: "write",
    Op.ACQUIRE: "acquire",
    Op.TRY: "acquire",
    Op.TIMED: "acquire",
    Op.RELEASE: "release",
    Op.FORK: "start",
    Op.JOIN: "join",
    Op.SEND: "send",
    Op.RECEIVE: "receive",
    Op.PRINT: "print",
    Op.SIGNAL: "signal",
    Op.END: "end",
    Op.CALL: "call",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that fails, and what it takes to tell of it."""

    run: ControlledRun
    names: Names
    verdict: Verdict
    schedule: str
    passing: ControlledRun | None = None
    """A run of the same program that does not fail, the most like it; `None` where there is none."""
    wanted: frozenset[int] = field(default_factory=frozenset)
    """Shared values that ended wrong, as far as that is known."""
    line: int | None = None
    """Where it crashed."""
    message: str = ""
    """What the check says of the run, for verdicts that are none of the interleaving."""


def witness(failure: Failure) -> Witness:
    """Return the witness of a failing run."""
    if failure.run.outcome is Outcome.DEADLOCK:
        return _deadlock(failure)
    if failure.run.outcome is Outcome.LIVELOCK:
        return _livelock(failure)
    if failure.passing is None or failure.verdict is Verdict.CHEAT:
        return _always(failure)
    found = collisions(failure.run.trace, failure.wanted)
    harmless = {(c.read.line, c.write.line) for c in collisions(failure.passing.trace, failure.wanted)}
    telling = [c for c in found if not failure.wanted or c.read.object in failure.wanted] or found
    # What collides in a run that passes too does not explain why this one fails.
    guilty = [c for c in telling if (c.read.line, c.write.line) not in harmless] or telling
    ordered = order(failure.run, failure.passing)
    if guilty and not (guilty[0].stale_check and ordered is not None and 0 in _slots(ordered)):
        return _race(failure, guilty[0])
    ordered = ordered or printed(failure.run, failure.passing)
    return _order(failure, ordered) if ordered is not None else _around(failure)


def _slots(found: Order) -> set[int]:
    return {event.slot for event in _both(found)}


def _both(found: Order) -> list[Event]:
    return [event for event in (found.first, found.second) if event is not None]


def _witness(
    failure: Failure, text: str, lines: Iterable[int], events: Iterable[Event], **rest: object
) -> Witness:
    if failure.verdict is Verdict.CRASH and failure.line:
        lines = [failure.line]
    told = tuple(sorted({line for line in lines if line}))
    steps = tuple(step(failure.names, event) for event in events)
    return Witness(failure.verdict, failure.schedule, text, told, steps, **rest)  # type: ignore[arg-type]


def step(names: Names, event: Event) -> Step:
    """Return one operation as it stands in the report."""
    operation = _SHOWN.get(event.op, event.op.name.lower())
    if event.op in (Op.READ, Op.WRITE):
        value = event.value if _is_known(event) else None
        return Step(
            names.process(event.slot), operation, names.datum(event.object), value, event.line or None
        )
    if event.op in (Op.TRY, Op.TIMED) and not event.value:
        operation = "fail to acquire"
    return Step(names.process(event.slot), operation, names.object(event), None, event.line or None)


def _is_known(event: Event) -> bool:
    """Whether the value of an access is known: what has a name only is watched before it is touched."""
    return event.object >> 24 != BY_NAME


def _of(event: Event) -> str:
    return f" {event.value}" if _is_known(event) else ""


def _now(what: str, event: Event) -> str:
    return f", and {what} is {event.value}" if _is_known(event) else ""


# -- races ----------------------------------------------------------------------------------------


def _race(failure: Failure, found: Collision) -> Witness:
    names, lines = failure.names, sorted(guilty_lines(failure.run, found))
    tell = _tell_check if found.stale_check else _tell_loss
    return _witness(failure, tell(names, found, lines), lines, _shorten(found))


def _shorten(found: Collision) -> list[Event]:
    """Keep the reads and writes that collide: the first foreign update, the last one, and the two ends."""
    writes = [e for e in found.between if e.op is Op.WRITE]
    last = writes[-1]
    reads = [e for e in found.between if e.op is Op.READ and e.slot == last.slot and e.step < last.step]
    first_reads = reads[:1] if len(writes) == 1 else [reads[0], reads[-1]] if len(reads) > 1 else reads
    middle = sorted({e.step: e for e in [*first_reads, writes[0], last]}.values(), key=lambda e: e.step)
    return [found.read, *middle, found.write]


def _tell_loss(names: Names, found: Collision, lines: Sequence[int]) -> str:
    what, me, other, writes = _parties(names, found)
    count = len(writes)
    times = "" if count == 1 else f" {count} times"
    lost = "That update is lost." if count == 1 else f"Those {count} updates are lost."
    return (
        f"{me[0].upper()}{me[1:]} reads{_of(found.read)} from {what} at line {found.read.line}. Before it "
        f"writes, {other} {what}{times}{_now(what, writes[-1])}. Then {me} writes{_of(found.write)} over it "
        f"at line {found.write.line}. {lost} "
        f"The reading and the writing at {_lines(lines)} must be in one critical section of one lock."
    )


def _tell_check(names: Names, found: Collision, lines: Sequence[int]) -> str:
    what, me, other, writes = _parties(names, found)
    finds = f" and finds {found.read.value}" if _is_known(found.read) else ""
    return (
        f"{me[0].upper()}{me[1:]} looks at {what} at line {found.read.line}{finds}. "
        f"Before it acts on that, {other} {what}{_now(what, writes[-1])}. Then {me} writes{_of(found.write)} "
        f"at line {found.write.line} all the same: what it had seen was out of date. "
        f"The look and the write at {_lines(lines)} must be in one critical section of one lock."
    )


def _parties(names: Names, found: Collision) -> tuple[str, str, str, list[Event]]:
    writes = [e for e in found.between if e.op is Op.WRITE]
    others = sorted({e.slot for e in writes})
    other = " and ".join(names.word(slot) for slot in others)
    verb = "updates" if len(others) == 1 else "update"
    return names.datum(found.read.object), names.word(found.read.slot), f"{other} {verb}", writes


def _lines(lines: Sequence[int]) -> str:
    if len(lines) == 1:
        return f"line {lines[0]}"
    return f"lines {', '.join(map(str, lines[:-1]))} and {lines[-1]}"


def _order(failure: Failure, found: Order) -> Witness:
    names, events = failure.names, _both(found)
    # Whoever starts and joins the others says who comes first, so its line is the guilty one; among others
    # the one that keeps no rule.
    unguarded = {event.line for event in events} - guarded_lines(failure.run, events)
    guilty = [e.line for e in events if e.slot == 0] or unguarded or [e.line for e in events]
    tell = _tell_print if found.first.op is Op.PRINT else _tell_order
    return _witness(failure, tell(names, found), guilty, events)


def _tell_print(names: Names, found: Order) -> str:
    second = found.second or found.first
    one, other = names.word(found.first.slot), names.word(second.slot)
    return (
        f"{one[0].upper()}{one[1:]} prints at line {found.first.line} before {other} prints at line "
        f"{second.line}; in another run it is the other way round. Nothing in the program says who "
        "comes first: join a process before you print what must come after it."
    )


def _tell_order(names: Names, found: Order) -> str:
    first, second = found.first, found.second
    begin = f"{_did(names, first)}"
    if second is None:
        told = f"{begin}, and ends before all others have written what they would have written into it."
    else:
        other = _did(names, second)
        told = f"{begin}. Only then {other[0].lower()}{other[1:]}."
    parent = 0 in (first.slot, second.slot if second else first.slot)
    if first.op is Op.READ and parent:
        advice = "Join every process before you read what they share."
    elif parent:
        advice = (
            "Write what all begin with before you start the first process, and read it when all are joined."
        )
    else:
        advice = "Make what one needs before you start it, or let it wait for a lock or an event."
    return f"{told} Nothing in the program says which of the two comes first. {advice}"


def _did(names: Names, event: Event) -> str:
    who, what = names.word(event.slot), names.datum(event.object)
    line = f" at line {event.line}" if event.line else ""
    act = f"reads{_of(event)} from" if event.op is Op.READ else f"writes{_of(event)} into"
    return f"{who[0].upper()}{who[1:]} {act} {what}{line}"


def _around(failure: Failure) -> Witness:
    """Tell the operations around the last interruption, when no pattern fits."""
    run, names = failure.run, failure.names
    position = sum(count for _, count in run.segments[:-1])
    near = [e for e in run.trace[max(0, position - 40) : position + 40] if e.op in _SHOWN and e.line]
    before = [e for e in near if e.step < position][-_MOST_STEPS // 2 :]
    after = [e for e in near if e.step >= position][: _MOST_STEPS // 2]
    events = [*before, *after]
    turns = ", then ".join(names.word(slot) for slot, _ in run.segments[-4:])
    text = (
        f"In this order of steps the program goes wrong, and in another it does not: at the end runs {turns}."
        " The steps below show where one took over from the other."
    )
    return _witness(failure, text, (e.line for e in events), events)


def _always(failure: Failure) -> Witness:
    """Tell the end of a run that fails like all others."""
    kinds = (Op.WRITE, Op.PRINT) if failure.verdict is not Verdict.CRASH else tuple(_SHOWN)
    last = [e for e in failure.run.trace if e.op in kinds and e.line][-4:]
    return _witness(failure, failure.message, (), last)


# -- nobody goes on -------------------------------------------------------------------------------


def _deadlock(failure: Failure) -> Witness:
    run, names = failure.run, failure.names
    waits = waiting.waits(run, names)
    text = explain(waits)
    events = waiting.leading_to(run)[-_MOST_DEADLOCK_STEPS:]
    steps = [step(names, event) for event in events]
    steps += [
        Step(wait.process, "wait", waiting.short(wait), None, wait.line)
        for wait in waits[: _MOST_DEADLOCK_STEPS - len(steps)]
    ]
    lines = tuple(sorted(waiting.guilty_lines(run)))
    return Witness(failure.verdict, failure.schedule, text, lines, tuple(steps), waits)


def _livelock(failure: Failure) -> Witness:
    run, names = failure.run, failure.names
    spinning = [s for s in run.slots.values() if s.state is not State.ENDED and s.idle]
    recent: dict[int, list[Event]] = {slot.number: [] for slot in spinning}
    for event in run.trace[-ALL_IDLE // 2 :]:
        if event.slot in recent:
            recent[event.slot].append(event)
    often = Counter((e.slot, e.line) for events in recent.values() for e in events if e.op is not Op.SLEEP)
    lines = {line for (_, line), count in often.items() if line and count > 1}
    shown = [e for events in recent.values() for e in _one_round(events)]
    who = explain_processes(names, [slot.number for slot in spinning])
    where = _lines(sorted(lines)) if lines else "some line"
    if len(spinning) == 1:
        told = "runs for ever", "It gets its turn again and again, and comes no further", "it waits"
    else:
        told = "run for ever", "Each gets its turn again and again, and none comes any further", "they wait"
    text = f"{who[0].upper()}{who[1:]} {told[0]} at {where}. {told[1]}: what {told[2]} for can never happen."
    return _witness(failure, text, lines, shown[:_MOST_STEPS])


def _one_round(events: Sequence[Event]) -> list[Event]:
    """Return the last operations of a slot up to where they begin to repeat."""
    found: list[Event] = []
    for event in reversed(events):
        if any((e.op, e.object, e.line) == (event.op, event.object, event.line) for e in found):
            break
        found.append(event)
    return found[::-1][:4]


def explain_processes(names: Names, slots: Sequence[int]) -> str:
    """Return ``process 3``, ``the main program and process 1``, ..."""
    words = list(dict.fromkeys(names.word(slot) for slot in slots))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
