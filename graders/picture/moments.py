"""How things stand at each moment of a witness, from its steps alone: values, holders, lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graders.picture.words import sentence
from graders.report import Step

Value = int | float | str | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A lock in a process's hands from step `begin` until step `end`; `None` when it is not given back."""

    process: int
    lock: str
    begin: int
    end: int | None = None

    def at(self, position: int) -> bool:
        """Whether the lock is held just after the step at this position."""
        return self.begin <= position and (self.end is None or position < self.end)


@dataclass(frozen=True, slots=True)
class Moment:
    """How things stand just after one step."""

    step: Step
    sentence: str
    stands: tuple[tuple[int, int], ...]
    """Process and the line of its last step, in order of processes; only those whose line is known."""
    values: tuple[tuple[str, Value], ...]
    """Shared objects that were read or written so far, and their value."""
    holders: tuple[tuple[str, tuple[int, ...]], ...]
    """Locks that are held, and by which processes."""
    in_hand: tuple[tuple[int, str, Value], ...]
    """Process, object and value of every read whose process has not written that object since."""


def moments(steps: Sequence[Step]) -> tuple[Moment, ...]:
    """Return one moment for each step."""
    held = holds(steps)
    stands: dict[int, int] = {}
    values: dict[str, Value] = {}
    in_hand: dict[tuple[int, str], Value] = {}
    found = []
    for position, step in enumerate(steps):
        if step.line:
            stands[step.process] = step.line
        if step.operation in ("read", "write"):
            values[step.object] = step.value
        if step.operation == "read":
            in_hand[step.process, step.object] = step.value
        elif step.operation == "write":
            in_hand.pop((step.process, step.object), None)
        found.append(
            Moment(
                step,
                sentence(step),
                tuple(sorted(stands.items())),
                tuple(values.items()),
                _holders(held, position),
                tuple((process, name, value) for (process, name), value in sorted(in_hand.items(), key=_who)),
            )
        )
    return tuple(found)


def holds(steps: Sequence[Step]) -> tuple[Hold, ...]:
    """Return who held which lock from when to when, in order of the acquires.

    A release ends the process's own newest hold of that lock; where it has none, somebody else's oldest:
    any process may release a `Lock`. A release of what nobody is seen to hold says nothing. A semaphore
    that others release is a signal, and nobody holds it.
    """
    found: list[Hold] = []
    for position, step in enumerate(steps):
        if step.operation == "acquire":
            found.append(Hold(step.process, step.object, position))
        elif step.operation == "release":
            running = [i for i, hold in enumerate(found) if hold.lock == step.object and hold.end is None]
            own = [i for i in running if found[i].process == step.process]
            if running:
                index = own[-1] if own else running[0]
                hold = found[index]
                if "semaphore" in hold.lock and not own:
                    del found[index]
                else:
                    found[index] = Hold(hold.process, hold.lock, hold.begin, position)
    return tuple(found)


def _holders(held: Sequence[Hold], position: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
    by_lock: dict[str, set[int]] = {}
    for hold in held:
        if hold.at(position):
            by_lock.setdefault(hold.lock, set()).add(hold.process)
    return tuple((lock, tuple(sorted(processes))) for lock, processes in by_lock.items())


def _who(entry: tuple[tuple[int, str], Value]) -> tuple[int, str]:
    return entry[0]
