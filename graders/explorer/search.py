"""The plan: look, predict, steer, and only then try at random.

1. Two runs without preemption, one the other way round. If one of two fails, that is a witness.
2. A pass that can be proven (`certificate`) stops there: nothing is spent on what is certain.
3. What the runs foretell (`analysis`) is tried by directed runs; only a run that really fails convicts.
4. A few random schedules, one preemption at each kind of point, then more random ones, until these
   show nothing new any more or the budget is spent.

Which runs are made depends on the seed and on what earlier runs did, never on time.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from graders.explorer import certificate, plan
from graders.explorer.claims import covers
from graders.explorer.controller import Strategy
from graders.explorer.coverage import Coverage
from graders.explorer.effort import PATIENCE, PROGRAM, Effort, Expense
from graders.explorer.facts import Facts
from graders.explorer.lane import Made, Target
from graders.explorer.lanes import Lanes, Order
from graders.explorer.minimise import simplest
from graders.explorer.names import Names
from graders.explorer.points import Op
from graders.explorer.schedule import Schedule
from graders.explorer.steering import directed
from graders.explorer.strategies import LastFirst, ParentFirst
from graders.explorer.witness import Failure, witness
from graders.explorer.world import ControlledRun, Outcome, State
from graders.lab import ExploreBudget
from graders.report import Witness
from graders.verdict import Certificate, Verdict

ALWAYS_WRONG = 16
"""Runs after which a program that has failed in each counts as wrong in every schedule."""

FIRST_DICE = 8
"""Random runs before the systematic part: they find at once what is wrong nearly everywhere."""

FIRST_FORETOLD = 6
"""Runs into what is foretold before the plain strategies: what needs many at one place shows in lockstep."""

PREEMPTIONS = 2
"""The bound of the exhaustive search: most bugs need no more (Musuvathi and Qadeer 2007)."""


AT_ONCE = frozenset(
    {Verdict.CHEAT, Verdict.DEADLOCK, Verdict.LIVELOCK, Verdict.CRASH, Verdict.PROCESS_LIMIT}
    | {Verdict.OUTPUT_LIMIT, Verdict.MEMORY_LIMIT, Verdict.TIMEOUT}
)
"""Verdicts of one run that no other run can make better."""

ASIDE = frozenset({Verdict.REQUIREMENT, Verdict.SEQUENTIAL, Verdict.INCONCLUSIVE})
"""Verdicts that say nothing of the order of steps: the search goes on as after a pass."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the lab's checks make of one run, if it were the only one."""

    verdict: Verdict
    message: str = ""
    line: int | None = None
    """Where it crashed."""
    wanted: frozenset[int] = frozenset()
    """Shared values that ended wrong."""

    @property
    def passes(self) -> bool:
        """Whether the order of steps has done no harm."""
        return self.verdict is Verdict.PASSED or self.verdict in ASIDE


Judge = Callable[[Made, Names], Judgement]


@dataclass(frozen=True, slots=True)
class Conviction:
    """Some schedule breaks the program. There is none without a witness."""

    witness: Witness
    failing: Made
    passing: Made | None
    runs: int


@dataclass(frozen=True, slots=True)
class Pass:
    """No schedule was found that breaks it; `covers` says what that is worth."""

    certificate: Certificate
    passing: Made
    runs: int
    covers: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The explorer lost sight of the program: it ran into a limit or out of the hooks' reach."""

    runs: int
    why: str


Exploration = Conviction | Pass | Lost


def explore(
    lanes: Lanes,
    target: Target,
    source: str,
    facts: Callable[[], Facts],
    judge: Judge,
    budget: ExploreBudget,
    draw: int = 0,
    effort: Effort = PROGRAM,
    clock: float = math.inf,
) -> Exploration:
    """Decide over the interleavings of one program.

    Args:
        lanes: where runs are made, side by side.
        target: what is run; its seed is the search's too.
        source: hash of the files, for the schedule.
        facts: what the source says of itself; it may be read meanwhile.
        judge: the lab's checks, applied to one run.
        budget: what may be spent.
        draw: number of the draw of the parameters, for the schedule.
        effort: how much is tried where nothing is foretold.
        clock: seconds after which the search breaks off, whatever the budget says.
    """
    expense = Expense(budget, min(clock, PATIENCE * budget.seconds))
    return _Search(lanes, target, source, facts, judge, draw, effort, expense).result()


@dataclass
class _Search:
    """The state of one exploration."""

    lanes: Lanes
    target: Target
    source: str
    facts: Callable[[], Facts]
    judge: Judge
    draw: int
    effort: Effort
    expense: Expense
    passing: list[Made] = field(default_factory=list)
    failing: Made | None = None
    judged: Judgement = Judgement(Verdict.PASSED)
    used: Counter[str] = field(default_factory=Counter)
    coverage: Coverage = field(default_factory=Coverage)
    lost: str = ""
    bound: int = 0
    """All schedules with at most so many preemptions have been tried."""

    @property
    def made(self) -> int:
        """How many runs were made."""
        return self.expense.runs

    def result(self) -> Exploration:
        """Make the runs, and say what they amount to."""
        proven = self._plain()
        if proven:
            return self._passed(Certificate.VERIFIED)
        if self._goes_on():
            self._try(self._directed(), self.expense.budget.runs)
        if self.effort.bounded and self._goes_on():
            self._bounded()
        if not self.effort.bounded and self._goes_on():
            self._throw_dice()
        if self.lost:
            return Lost(self.made, self.lost)
        if self.failing is not None:
            return self._convict(self.failing)
        hidden = any(made.run.unannounced for made in self.passing)
        return self._passed(Certificate.INCONCLUSIVE if hidden else Certificate.EXPLORED)

    # -- which runs -----------------------------------------------------------------------

    def _plain(self) -> bool:
        """Make the runs without preemption; returns whether they prove that all others pass too."""
        self._try([ParentFirst(), LastFirst()], 2)
        return not self._decided() and len(self.passing) == 2 and not self._doubts()

    def _directed(self) -> Iterator[Strategy]:
        bases = [made.run for made in self.passing] or ([self.failing.run] if self.failing else [])
        foretold = plan.alternately([directed(base) for base in bases])
        if self.passing:
            yield from itertools.islice(foretold, FIRST_FORETOLD)
        else:
            yield from plan.one_by_one(bases[0]) if bases else ()
        yield from plan.others()
        yield from foretold
        for number in range(FIRST_DICE):
            yield plan.dice(self.target.seed, number, self._length())
        for base in bases:
            yield from plan.systematic(base, self.effort.systematic // len(bases))

    def _length(self) -> int:
        return max((len(made.run.trace) for made in self.passing), default=200)

    def _bounded(self) -> None:
        """Try all schedules with one preemption, then all with two (CHESS)."""
        level = [(made.run, 0) for made in self.passing[:1]]
        for bound in range(1, PREEMPTIONS + 1):
            following: list[tuple[ControlledRun, int]] = []
            orders = [
                (strategy, step) for run, step in level for strategy, step in plan.interruptions(run, step)
            ]
            for (_, step), made in zip(orders, self._made(s for s, _ in orders), strict=False):
                self._take(made)
                if self._decided() or self.expense.spent():
                    return
                following.append((made.run, step + 1))
            level = following
            self.bound = bound

    def _throw_dice(self) -> None:
        """Try at random until that shows nothing new."""
        quiet, length = 0, self._length()
        orders = (
            plan.dice(self.target.seed, FIRST_DICE + n, length) for n in range(self.expense.budget.runs)
        )
        for made in self._made(orders):
            quiet = 0 if self.coverage.add(made.run) else quiet + 1
            self._take(made)
            if (
                self._decided()
                or self.expense.spent()
                or (quiet >= self.effort.nothing_new and self.failing is None)
            ):
                return

    def _try(self, strategies: Iterable[Strategy], most: int) -> None:
        for count, made in enumerate(self._made(strategies), 1):
            self.coverage.add(made.run)
            self._take(made)
            if self._decided() or count >= most or self.expense.spent():
                return

    def _made(self, strategies: Iterable[Strategy]) -> Iterator[Made]:
        names: list[str] = []

        def orders() -> Iterator[Order]:
            for strategy in strategies:
                names.append(strategy.name)
                yield Order(strategy)

        for number, made in enumerate(self.lanes.run(self.target, orders())):
            self.expense.add(made.run)
            self.used[names[number]] += 1
            yield made

    def _goes_on(self) -> bool:
        return not self._decided() and not self.expense.spent()

    def _take(self, made: Made) -> None:
        """Judge one run."""
        if reason := out_of_sight(made):
            # A run without preemption shows what the program is like; another one may just be unlucky.
            self.lost = reason if self.made <= 2 or not self.passing else ""
            return
        judged = self.judge(made, self.names(made.run))
        # Who writes a value that is right in some orders only has not cheated, but raced.
        races = judged.verdict is Verdict.CHEAT and self.judged.verdict is Verdict.WRONG_VALUE
        if judged.passes or races:
            self.passing.append(made)
            del self.passing[2:]
        elif self.failing is None or judged.verdict.rank < self.judged.verdict.rank:
            self.failing, self.judged = made, judged

    def _decided(self) -> bool:
        """Whether no further run could tell the student more."""
        if self.lost:
            return True
        if self.failing is None:
            return False
        return bool(self.passing) or self.judged.verdict in AT_ONCE or self.made >= ALWAYS_WRONG

    def names(self, run: ControlledRun) -> Names:
        """Return what the student calls things in `run`."""
        given = dict(enumerate(name for name, _ in self.target.shared))
        return self.facts().names(run, given, self.target.locks)

    # -- what they mean -------------------------------------------------------------------

    def _doubts(self) -> list[str]:
        runs = [made.run for made in self.passing]
        printed, all_lines = not self.target.function, self.effort.all_lines
        return certificate.doubts(runs, self.facts(), printed, all_lines)

    def _passed(self, kind: Certificate) -> Pass:
        doubts = [] if kind is Certificate.VERIFIED else self._doubts()
        claim = covers(kind, self.made, self.used, doubts, self.expense.cut, self.bound)
        return Pass(kind, self.passing[0], self.made, claim)

    def _convict(self, failing: Made) -> Conviction:
        """Make the failing run simple and tell it."""
        passing = self.passing[0] if self.passing else None
        # A livelock is told by its last rounds, and each of its runs is as long as ten thousand steps.
        if passing is not None and self.judged.verdict not in (Verdict.CHEAT, Verdict.LIVELOCK):
            failing = simplest(failing, self._made, self._fails_alike)
        schedule = Schedule(self.source, tuple(failing.run.segments), self.draw)
        told = convict(failing, passing, self.judge, lambda made: self.names(made.run), str(schedule))
        return Conviction(told, failing, passing, self.made)

    def _fails_alike(self, made: Made) -> bool:
        if out_of_sight(made):
            return False
        return self.judge(made, self.names(made.run)).verdict is self.judged.verdict


def convict(
    failing: Made, passing: Made | None, judge: Judge, names: Callable[[Made], Names], schedule: str
) -> Witness:
    """Return the witness of a failing run; what is wrong beside a run that is right is a race."""
    judged = judge(failing, names(failing))
    race = judged.verdict is Verdict.WRONG_VALUE and passing is not None
    return witness(
        Failure(
            failing.run,
            names(failing),
            Verdict.RACE if race else judged.verdict,
            schedule,
            passing.run if passing is not None else None,
            judged.wanted,
            judged.line,
            judged.message,
        )
    )


def out_of_sight(made: Made) -> str:
    """Return why a run tells nothing, if it broke off where free runs can tell more; else nothing."""
    run = made.run
    if run.outcome is Outcome.STUCK:
        return f"a process did not come back within {run.turn_seconds:g} s to touch anything that is shared"
    if run.outcome is Outcome.STEPS:
        return f"a run came to no end within {run.max_steps} steps"
    if run.refused:
        return f"it started more than {run.max_slots} processes and threads"
    if made.cut:
        return "it printed more than the limit"
    signalled = {event.object for event in run.trace if event.op is Op.SIGNAL}
    silent = (s for s in run.slots.values() if s.state is State.ENDED and s.status is None and not s.thread)
    if any(slot.pid & 0xFFFFFFFF not in signalled for slot in silent):
        return "one of its processes was ended without a word, as by the system"
    return "it ran out of memory" if "\nMemoryError" in made.errors else ""
