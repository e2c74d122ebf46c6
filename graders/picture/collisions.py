"""Which reads and writes of a race collide: a value that was out of date when it was used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graders.report import Step


@dataclass(frozen=True, slots=True)
class Collision:
    """A read whose value others changed before it was used. All are positions among the steps.

    `write` is the same process's write that was computed from it, and `others` are the foreign writes
    that it wrote over: they are lost. Without a `write` the value was not written back: `others` are the
    writes after which it is out of date. The main program should have waited for them.
    """

    read: int
    write: int | None
    others: tuple[int, ...]


def collisions(steps: Sequence[Step]) -> tuple[Collision, ...]:
    """Return the lost updates among the steps; where there is none, reads of what others change later.

    Of those, the main program's come alone if there are any: what it prints is the result.
    """
    if lost := _lost_updates(steps):
        return tuple(lost)
    early = _early_reads(steps)
    return tuple([c for c in early if steps[c.read].process == 0] or early)


def _lost_updates(steps: Sequence[Step]) -> list[Collision]:
    found = []
    read: dict[tuple[int, str], int] = {}
    for position, step in enumerate(steps):
        key = step.process, step.object
        if step.operation == "read":
            read[key] = position
        elif step.operation == "write" and key in read:
            begin = read.pop(key)
            if others := _foreign_writes(steps, begin, position):
                found.append(Collision(begin, position, others))
    return found


def _early_reads(steps: Sequence[Step]) -> list[Collision]:
    last: dict[tuple[int, str], int] = {}
    for position, step in enumerate(steps):
        if step.operation == "read":
            last[step.process, step.object] = position
        elif step.operation == "write":
            last.pop((step.process, step.object), None)
    return [
        Collision(position, None, others)
        for position in sorted(last.values())
        if (others := _foreign_writes(steps, position, len(steps)))
    ]


def _foreign_writes(steps: Sequence[Step], begin: int, end: int) -> tuple[int, ...]:
    """Return the writes of the object read at `begin` by others, between there and `end`."""
    own = steps[begin]
    return tuple(
        position
        for position in range(begin + 1, end)
        if steps[position].operation == "write"
        and steps[position].object == own.object
        and steps[position].process != own.process
    )
