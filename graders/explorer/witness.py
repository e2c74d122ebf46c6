"""The witness of a race: which reads and writes collided, told as the lesson tells it.

"Process 6 reads 55, process 10 reads 55, process 10 writes 56, process 6 writes 56."
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graders.explorer.names import Names
from graders.explorer.points import Event, Op
from graders.report import Step, Witness
from graders.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Collision:
    """A read, the foreign reads and writes after it, and the write that puts the old sum over them."""

    read: Event
    write: Event
    between: tuple[Event, ...]
    """Foreign accesses of the datum between the two, in order."""

    @property
    def slots(self) -> int:
        """How many slots take part."""
        return len({event.slot for event in self.between}) + 1


def collisions(trace: Sequence[Event]) -> list[Collision]:
    """Return every update of the trace that overwrote another slot's write, the simplest first."""
    found = []
    pending: dict[tuple[int, int], int] = {}
    for position, event in enumerate(trace):
        key = (event.slot, event.object)
        if event.op is Op.READ:
            pending[key] = position
        elif event.op is Op.WRITE and key in pending:
            begin = pending.pop(key)
            between = tuple(
                other
                for other in trace[begin + 1 : position]
                if other.object == event.object
                and other.slot != event.slot
                and other.op in (Op.READ, Op.WRITE)
            )
            if any(other.op is Op.WRITE for other in between):
                found.append(Collision(trace[begin], event, between))
    return sorted(found, key=lambda c: (c.slots, len(c.between), c.read.step))


def schedule(source_hash: str, segments: Iterable[tuple[int, int]]) -> str:
    """Return a schedule as text to paste: version, hash of the source, then slot x operations."""
    turns = ".".join(f"{slot}x{count}" for slot, count in segments)
    return f"il1:{source_hash}:{turns}"


def parse_schedule(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return source hash and segments; raises `ValueError` on anything that is no schedule."""
    version, source_hash, turns = text.split(":")
    if version != "il1":
        raise ValueError(f"a schedule of another version: {version!r}")
    pairs = [turn.split("x") for turn in turns.split(".")]
    return source_hash, [(int(slot), int(count)) for slot, count in pairs]


def race(names: Names, collision: Collision, text: str) -> Witness:
    """Return the witness of a lost update, in at most eight steps."""
    shown = _shorten(collision)
    steps = tuple(
        Step(names.process(e.slot), e.op.name.lower(), names.datum(e.object), e.value, e.line or None)
        for e in shown
    )
    lines = sorted({e.line for e in (collision.read, collision.write) if e.line})
    return Witness(Verdict.RACE, text, _tell(names, collision, lines), tuple(lines), steps)


def _shorten(collision: Collision) -> list[Event]:
    """Keep the two reads and two writes that collide: the first foreign update and the last write."""
    writes = [e for e in collision.between if e.op is Op.WRITE]
    last = writes[-1]
    reads = [e for e in collision.between if e.op is Op.READ and e.slot == last.slot and e.step < last.step]
    first_reads = reads[:1] if len(writes) == 1 else [reads[0], reads[-1]] if len(reads) > 1 else reads
    middle = sorted({e.step: e for e in [*first_reads, writes[0], last]}.values(), key=lambda e: e.step)
    return [collision.read, *middle, collision.write]


def _tell(names: Names, collision: Collision, lines: Sequence[int]) -> str:
    read, write = collision.read, collision.write
    what = names.datum(read.object)
    me = names.word(read.slot)
    writes = [e for e in collision.between if e.op is Op.WRITE]
    others = sorted({e.slot for e in writes})
    other = " and ".join(names.word(slot) for slot in others)
    count = len(writes)
    times = "" if count == 1 else f" {count} times"
    where = _lines(lines)
    lost = "That update is lost." if count == 1 else f"Those {count} updates are lost."
    return (
        f"{me[0].upper()}{me[1:]} reads {read.value} from {what} at line {read.line}. Before it writes, "
        f"{other} {'updates' if len(others) == 1 else 'update'} {what}{times}, and {what} is "
        f"{writes[-1].value}. Then {me} writes {write.value} over it at line {write.line}. {lost} "
        f"The reading and the writing at {where} must be in one critical section of one lock."
    )


def _lines(lines: Sequence[int]) -> str:
    if len(lines) == 1:
        return f"line {lines[0]}"
    return f"lines {', '.join(map(str, lines[:-1]))} and {lines[-1]}"
