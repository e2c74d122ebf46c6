"""Who runs next. All of them are fair: nobody who can run is passed over for ever.

What is recorded is followed to the letter, and a goal is gone for until patience is at its end; in
all else who repeats itself lets others go first.

Sources: preemption bounding and fairness after CHESS (Musuvathi et al. 2008); PCT after Burckhardt
et al. 2010; partial-order sampling after Yuan, Yang and Gu 2018; steering after RaceFuzzer (Sen
2008) and CTrigger (Park et al. 2009).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from graders.explorer.world import ControlledRun, Slot, State

PATIENCE = 200
"""Operations in a row after which a slot that others wait beside yields its turn."""

REDRAW = 100
"""Choices after which all priorities are drawn anew, so that a spin loop cannot starve whom it waits for."""

_UNFAIR = 40
"""By how many operations without progress a slot may be ahead of another that can run."""

Segment = tuple[int, int]
"""A slot, and how many of its operations have been done when its turn ends (not how many more)."""


def fair(enabled: Sequence[Slot]) -> Sequence[Slot]:
    """Return the slots that do not repeat themselves while another waits for its turn (CHESS's fairness)."""
    least = min(slot.idle for slot in enabled)
    return [slot for slot in enabled if slot.idle <= least + _UNFAIR]


def continue_or_first(run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
    """Let the last slot go on while it can, then the lowest number: no preemption."""
    enabled = fair(enabled)
    if run.last is not None and run.last in enabled and run.last.turn_operations < PATIENCE:
        return run.last, PATIENCE
    others = [slot for slot in enabled if slot is not run.last] or list(enabled)
    later = [slot for slot in others if run.last is not None and slot.number > run.last.number]
    if run.last is not None and run.last.turn_operations >= PATIENCE and later:
        return later[0], PATIENCE
    return others[0], PATIENCE


class ParentFirst:
    """No preemption: a process runs until it waits or ends; then the oldest that can."""

    name = "parent-first"
    sleepers_wake = False

    def choose(self, run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
        """Go on with the last."""
        return continue_or_first(run, enabled)


class ChildFirst:
    """A new process runs at once, its parent later."""

    name = "child-first"
    sleepers_wake = True

    def choose(self, _run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
        """Prefer the youngest slot; step by step, so that a fork is noticed."""
        enabled = fair(enabled)
        youngest = max(enabled, key=lambda slot: slot.number)
        if youngest.turn_operations >= PATIENCE and len(enabled) > 1:
            youngest = min(enabled, key=lambda slot: slot.number)
        return youngest, 1


class LastFirst:
    """No preemption, the other way round: the parent waits for nobody less than it must."""

    name = "last-first"
    sleepers_wake = True

    def choose(self, run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
        """Go on with the last; when it cannot, take the youngest that can."""
        enabled = fair(enabled)
        last = run.last
        if last is not None and last in enabled and last.turn_operations < PATIENCE:
            return last, PATIENCE
        others = [slot for slot in enabled if slot is not last] or list(enabled)
        if last is not None and last.turn_operations >= PATIENCE:
            # It repeats itself perhaps, waiting for somebody: everybody gets a turn.
            earlier = [slot for slot in others if slot.number < last.number]
            return (earlier or others)[-1], PATIENCE
        return others[-1], PATIENCE


class Lockstep:
    """Once the parent has started them, everybody in turn, one operation each.

    Who gives way to each other politely does so for ever, and what all do first is done by all first.
    Sleeps take their time here, so that those who rest for different times get out of step.
    """

    name = "lockstep"
    sleepers_wake = False

    def choose(self, run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
        """Take the next in the circle."""
        enabled = fair(enabled)
        last = run.last
        if enabled[0].number == 0 and (last is None or last.number or last.turn_operations < PATIENCE):
            return enabled[0], PATIENCE
        number = -1 if last is None else last.number
        return next((slot for slot in enabled if slot.number > number), enabled[0]), 1


@dataclass
class Replay:
    """Follow a recorded schedule to the letter; afterwards nobody is preempted."""

    segments: Sequence[Segment]
    """Slot and number of operations of each turn."""
    sleepers_wake: bool = True
    name: str = "replay"
    at: int = 0
    until: int | None = None
    diverged: bool = False

    def finished(self, run: ControlledRun) -> bool:
        """Whether every recorded turn has been taken."""
        if self.at == len(self.segments) - 1 and self.until is not None:
            slot = run.slots.get(self.segments[self.at][0])
            return slot is None or slot.done >= self.until or slot.state is State.ENDED
        return self.at >= len(self.segments)

    def choose(self, run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
        """Return the next recorded turn's slot while it can run."""
        while self.at < len(self.segments):
            number, count = self.segments[self.at]
            slot = run.slots.get(number)
            if slot is not None and self.until is None:
                self.until = slot.done + count
            if slot is not None and self.until is not None and slot.done < self.until and slot in enabled:
                return slot, self.until - slot.done
            if slot is None or (
                slot.state is not State.ENDED and self.until is not None and slot.done < self.until
            ):
                self.diverged = True
            self.at += 1
            self.until = None
        return continue_or_first(run, enabled)


@dataclass
class Steer:
    """Reach goals one after the other: slot s has done n operations, whatever else that takes.

    A slot that a later goal needs unspent is held back while another can help. After the last goal
    nobody is preempted any more.
    """

    goals: Sequence[Segment]
    prefix: Replay | None = None
    """Followed to its end before the first goal."""
    patience: int = 2**30
    """Operations after which a goal is given up: its slot turns in a circle, waiting for who is held back."""
    sleepers_wake: bool = True
    name: str = "steer"
    at: int = 0
    begun: int | None = None
    """How much the slot of the goal had done when its turn came."""
    missed: bool = False

    def choose(self, run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
        """Run the goal's slot, or who may enable it."""
        if self.prefix is not None and not self.prefix.finished(run):
            return self.prefix.choose(run, enabled)
        while self.at < len(self.goals):
            number, target = self.goals[self.at]
            slot = run.slots.get(number)
            if slot is not None and (slot.done >= target or slot.state is State.ENDED):
                self._next()
                continue
            if slot is not None and slot in enabled:
                self.begun = slot.done if self.begun is None else self.begun
                left = self.begun + self.patience - slot.done
                if left > 0:
                    return slot, min(target - slot.done, left)
                self.missed = True
                self._next()
                continue
            held = {goal for goal, _ in self.goals[self.at :]} | {goal for goal, _ in self.goals[: self.at]}
            helpers = [other for other in enabled if other.number not in held]
            if helpers:
                return continue_or_first(run, helpers)
            if slot is None:
                return continue_or_first(run, enabled)
            # The goal's slot waits for one that is held back: this plan cannot be carried out.
            self.missed = True
            self._next()
        return continue_or_first(run, enabled)

    def _next(self) -> None:
        self.at += 1
        self.begun = None


@dataclass
class RandomWalk:
    """Choose uniformly among those who can run, at every operation."""

    seed: int
    sleepers_wake: bool = True
    name: str = "random"
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 - must repeat; it keeps no secret

    def choose(self, _run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
        """Throw dice."""
        return self.rng.choice(fair(enabled)), 1


@dataclass
class Pct:
    """Random priorities, lowered at `depth` - 1 random points (Burckhardt et al. 2010).

    A slot that has had many turns in a row without anybody else is lowered too, so that a correct
    spin loop is not taken for a hang.
    """

    seed: int
    depth: int
    steps: int
    """Length of a run so far, from which the change points are drawn."""
    sleepers_wake: bool = True
    name: str = "pct"
    priorities: dict[int, float] = field(default_factory=dict)
    rng: random.Random = field(init=False)
    changes: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 - must repeat; it keeps no secret
        self.changes = sorted(self.rng.randrange(1, max(2, self.steps)) for _ in range(self.depth - 1))
        self.name = f"pct-{self.depth}"

    def choose(self, run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
        """Run the highest priority up to the next change point."""
        enabled = fair(enabled)
        for slot in enabled:
            self.priorities.setdefault(slot.number, self.rng.random() + 1)
        best = max(enabled, key=lambda slot: self.priorities[slot.number])
        done = len(run.trace)
        if (self.changes and done >= self.changes[0]) or best.turn_operations >= PATIENCE:
            if self.changes and done >= self.changes[0]:
                self.changes.pop(0)
            self.priorities[best.number] = -self.rng.random() - done
            best = max(enabled, key=lambda slot: self.priorities[slot.number])
        budget = self.changes[0] - done if self.changes else PATIENCE
        # New slots may have the highest priority, so a fork ends the turn of its own accord.
        return best, max(1, min(budget, PATIENCE))


@dataclass
class PartialOrderSampling:
    """A fresh random priority for every operation, redrawn for those that race with it (POS)."""

    seed: int
    sleepers_wake: bool = True
    name: str = "pos"
    rng: random.Random = field(init=False)
    priorities: dict[tuple[int, int], float] = field(default_factory=dict)
    chosen: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 - must repeat; it keeps no secret

    def choose(self, _run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
        """Run the operation with the highest priority."""
        enabled = fair(enabled)
        self.chosen += 1
        if self.chosen % REDRAW == 0:
            self.priorities.clear()
        for slot in enabled:
            self.priorities.setdefault((slot.number, slot.done), self.rng.random())
        best = max(enabled, key=lambda slot: self.priorities[slot.number, slot.done])
        for slot in enabled:
            if slot is not best and slot.pending.object == best.pending.object:
                self.priorities[slot.number, slot.done] = self.rng.random()
        return best, 1
