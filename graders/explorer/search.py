"""The plan: look once, predict, steer, and only then try at random.

1. One run without preemption. If it already fails, that is a witness or a wrong program.
2. What it foretells (`analysis`) is tried by directed runs; only a run that really fails convicts.
3. A pass that can be proven (`certificate`) stops there: nothing is spent on what is certain.
4. A portfolio of other schedules until the budget is spent.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from graders.explorer import certificate, waiting, witness
from graders.explorer.analysis import Gap, Nesting, accesses, lock_cycles, lost_updates
from graders.explorer.consistency import unannounced
from graders.explorer.controller import ControlledRun, Strategy
from graders.explorer.facts import Facts
from graders.explorer.lane import Lane, Made, Target
from graders.explorer.names import Names
from graders.explorer.points import Event, Op
from graders.explorer.strategies import (
    ChildFirst,
    ParentFirst,
    PartialOrderSampling,
    Pct,
    RandomWalk,
    Replay,
    Steer,
)
from graders.explorer.world import Outcome
from graders.lab import ExploreBudget
from graders.properties.words import explain
from graders.report import Witness
from graders.verdict import Certificate, Verdict

WAITING = frozenset({Op.JOIN, Op.ACQUIRE, Op.SLEEP, Op.RECEIVE, Op.TIMED, Op.POLL})
"""Operations before which a slot may have had to wait, so that switching away is no preemption."""

ALWAYS_WRONG = 12
"""Runs after which a program that has failed in each counts as wrong in every schedule."""

TO_THE_END = 2**30
"""A goal that is reached when the slot has ended."""

Judge = Callable[[Made, Names], Verdict]
"""The verdict that a run would get if it were the only one."""


@dataclass
class Exploration:
    """What came of it."""

    certificate: Certificate
    runs: int
    witness: Witness | None = None
    failing: Made | None = None
    passing: Made | None = None
    reasons: tuple[str, ...] = ()
    """Why a pass is not `verified`, or what the budget cut off."""
    strategies: tuple[str, ...] = ()


@dataclass
class Search:
    """The state of one exploration."""

    lane: Lane
    target: Target
    source: str
    facts: Facts
    judge: Judge
    budget: ExploreBudget
    seed: int
    made: int = 0
    passing: list[Made] = field(default_factory=list)
    failing: Made | None = None
    worst: Verdict = Verdict.PASSED
    used: dict[str, int] = field(default_factory=dict)

    def explore(self) -> Exploration:
        """Return a conviction with its witness, or what a pass proves."""
        self.begin = time.monotonic()
        for strategy in self._plan():
            made = self._make(strategy)
            verdict = self._verdict(made)
            if verdict is Verdict.PASSED:
                self.passing.append(made)
            elif self.failing is None or verdict.rank < self.worst.rank:
                self.failing, self.worst = made, verdict
            if self._decided():
                break
            if self.failing is None and len(self.passing) == 2 and not self._doubts():
                return self._passed(Certificate.VERIFIED, ())
        if self.failing is None:
            hidden = not self.target.unhooked and any(unannounced(made.run) for made in self.passing)
            kind = Certificate.INCONCLUSIVE if hidden else Certificate.EXPLORED
            return self._passed(kind, tuple(self._doubts()))
        return self._refuted(self.failing)

    def _decided(self) -> bool:
        """Whether no further run could tell the student more."""
        if self.failing is None:
            return False
        if self.failing.run.outcome is not Outcome.FINISHED or self.passing:
            return True
        return self.made >= ALWAYS_WRONG

    # -- which runs -----------------------------------------------------------------------

    def _plan(self) -> Iterator[Strategy]:
        yield ParentFirst()
        base = self.passing[0] if self.passing else self.failing
        assert base is not None
        yield from self._directed(base)
        yield ChildFirst()
        length = len(base.run.trace)
        number = 0
        while self.made < self.budget.runs and time.monotonic() - self.begin < self.budget.seconds:
            dice = self.seed * 1_000_003 + number
            yield (
                Pct(dice, 2, length),
                PartialOrderSampling(dice),
                Pct(dice, 3, length),
                RandomWalk(dice),
            )[number % 4]
            number += 1

    def _directed(self, base: Made) -> Iterator[Strategy]:
        for one, other in lock_cycles(base.run.trace):
            yield _towards_deadlock(one, other)
        for gap in lost_updates(accesses(base.run.trace, base.run.locks)):
            yield _towards_loss(base.run, gap)

    def _make(self, strategy: Strategy) -> Made:
        self.made += 1
        name = getattr(strategy, "name", "?")
        self.used[name] = self.used.get(name, 0) + 1
        return self.lane.make(self.target, strategy)

    def _verdict(self, made: Made) -> Verdict:
        return self.judge(made, self.names(made.run))

    def names(self, run: ControlledRun) -> Names:
        """Return what the student calls things in `run`."""
        return Names(run, self.facts.variables, dict(enumerate(name for name, _ in self.target.shared)))

    # -- what they mean -------------------------------------------------------------------

    def _doubts(self) -> list[str]:
        return certificate.doubts([made.run for made in self.passing[:2]], self.facts)

    def _passed(self, kind: Certificate, reasons: tuple[str, ...]) -> Exploration:
        return Exploration(
            kind, self.made, passing=self.passing[0], reasons=reasons, strategies=tuple(self.used)
        )

    def _refuted(self, failing: Made) -> Exploration:
        failing = self._simplest(failing)
        names = self.names(failing.run)
        text = witness.schedule(self._hash(), failing.run.segments)
        if failing.run.outcome is Outcome.DEADLOCK:
            told: Witness | None = _deadlock(failing.run, names, text)
        else:
            found = witness.collisions(failing.run.trace)
            told = witness.race(names, found[0], text) if found and self.passing else None
        return Exploration(
            Certificate.REFUTED,
            self.made,
            told,
            failing,
            self.passing[0] if self.passing else None,
            strategies=tuple(self.used),
        )

    def _hash(self) -> str:
        return hashlib.sha256(self.source.encode()).hexdigest()[:12]

    def _simplest(self, failing: Made) -> Made:
        """Look for the same failure with a single preemption."""
        if failing.run.outcome is Outcome.DEADLOCK or preemptions(failing.run) <= 1 or not self.passing:
            return failing
        wanted = self._verdict(failing)
        for found in witness.collisions(failing.run.trace)[:5]:
            foreign = next(event for event in found.between if event.op is Op.WRITE)
            made = self._make(Steer([(found.read.slot, found.read.index + 1), (foreign.slot, TO_THE_END)]))
            if self._verdict(made) is wanted and preemptions(made.run) < preemptions(failing.run):
                return made
        return self._drop_switches(failing, wanted)

    def _drop_switches(self, failing: Made, wanted: Verdict) -> Made:
        """Drop turns one after the other while the run still fails alike (delta debugging, Zeller 1999)."""
        best = failing
        position = len(best.run.segments) - 1
        tries = 0
        while position > 0 and tries < 40:
            segments = best.run.segments[:position] + best.run.segments[position + 1 :]
            made = self._make(Replay(segments))
            tries += 1
            if self._verdict(made) is wanted and len(made.run.segments) < len(best.run.segments):
                best = made
                position = min(position, len(best.run.segments))
            position -= 1
        return best


def preemptions(run: ControlledRun) -> int:
    """Return how often a slot that could have gone on was interrupted."""
    steps = [event for event in run.trace if event.op is not Op.END]
    count, position = 0, 0
    for slot, length in run.segments[:-1]:
        position += length
        following = next((event for event in steps[position:] if event.slot == slot), None)
        count += following is not None and following.op not in WAITING
    return count


def _towards_deadlock(one: Nesting, other: Nesting) -> Steer:
    """Bring both slots to where each holds its outer lock."""
    return Steer([(one.slot, one.index), (other.slot, other.index)], name="steer-deadlock")


def _towards_loss(base: ControlledRun, gap: Gap) -> Steer:
    """Hold the reader in its gap, let the intruder finish, then let the reader write."""
    reader, intruder = gap.read.event, gap.intruder.event
    hold = _hold_index(base, gap)
    goals = [(reader.slot, hold), (intruder.slot, TO_THE_END)]
    step = next(e.step for e in base.trace if e.slot == reader.slot and e.index == hold - 1)
    runs_before = any(e.slot == intruder.slot and e.op is Op.WRITE for e in base.trace[: step + 1])
    if runs_before:
        return Steer(goals, name="steer-loss")
    return Steer(goals, prefix=Replay(_segments(base.trace[: step + 1])), name="steer-loss")


def _hold_index(base: ControlledRun, gap: Gap) -> int:
    """Return how many operations the reader does before it is held: just past the last release of a
    lock that the intruder needs, or past the read itself."""
    needed = {lock for lock, _ in gap.intruder.held}
    hold = gap.read.event.index + 1
    if not needed & {lock for lock, _ in gap.read.held}:
        return hold
    between = range(gap.read.event.index + 1, gap.write.event.index)
    released = [
        event.index
        for event in base.trace
        if event.slot == gap.read.event.slot
        and event.index in between
        and event.op is Op.RELEASE
        and event.object in needed
    ]
    return released[-1] + 1 if released else hold


def _segments(trace: list[Event]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for event in trace:
        if event.op is Op.END:
            continue
        if found and found[-1][0] == event.slot:
            found[-1] = (event.slot, found[-1][1] + 1)
        else:
            found.append((event.slot, 1))
    return found


def _deadlock(run: ControlledRun, names: Names, text: str) -> Witness:
    waiting_now = waiting.waits(run, names)
    lines = sorted({wait.line for wait in waiting_now if wait.line})
    return Witness(Verdict.DEADLOCK, text, explain(waiting_now), tuple(lines), waits=waiting_now)
