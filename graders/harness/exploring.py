"""Explored runs of one attempt: the explorer gets a target, and its findings become runs and a witness."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graders.errors import CallerError
from graders.explorer import effort
from graders.explorer.controller import Strategy
from graders.explorer.effort import Effort
from graders.explorer.facts import Facts, may_be_unhooked, may_reach_the_reader
from graders.explorer.judgement import Setting, as_run, counter
from graders.explorer.lane import Made, Target
from graders.explorer.lanes import Lanes, Order
from graders.explorer.names import Names
from graders.explorer.points import Op
from graders.explorer.reading import Reading
from graders.explorer.schedule import Schedule, source_hash
from graders.explorer.search import (
    Conviction,
    Exploration,
    Judgement,
    Lost,
    Pass,
    convict,
    explore,
    out_of_sight,
)
from graders.explorer.shared import tally
from graders.explorer.shares import strange_share
from graders.explorer.strategies import ChildFirst, LastFirst, Lockstep, ParentFirst, Replay
from graders.explorer.witness import Failure, witness
from graders.harness import footprints
from graders.harness.draw import Draw, draw
from graders.harness.footprints import Footprint
from graders.harness.privileges import Privileges
from graders.harness.workplace import Workplace
from graders.job import Job
from graders.lab import CheckSpec, ExploreBudget, Style
from graders.properties import PROPERTIES, Finding, looks_at_all_lines
from graders.properties.base import last_number
from graders.report import Witness
from graders.run import Run
from graders.verdict import Certificate, Verdict

DRAWS = (0, 1)
"""Function style: different amounts and balances, then equal ones, as in every second free run."""
FEW = 1 << 16
"""Added to the number of a draw with few processes, in a schedule."""
_SHARE = 2 / 3
"""Of the wall time; the rest is for free runs."""
_SHIFT = (1_000, 9_000)
"""How far away the shared integer begins when it is tried whether the printed value follows."""


@dataclass(frozen=True, slots=True)
class Explored:
    """What exploring an attempt came to."""

    runs: tuple[Run, ...] = ()
    """The runs that decide: one that fails and one that does not, where there are such."""
    made: int = 0
    certificate: Certificate | None = None
    witness: Witness | None = None
    covers: str = ""
    lost: str = ""
    """Why nothing can be said, when the explorer lost sight of the program."""
    footprints: tuple[Footprint, ...] = ()
    """Where a program that passes has been, if it may go elsewhere in free runs."""


class Explorer:
    """Explores one job's program."""

    def __init__(self, job: Job, place: Workplace, privileges: Privileges, lanes: Lanes) -> None:
        self.job = job
        self.place = place
        self.privileges = privileges
        self.lanes = lanes
        self.hash = source_hash(job.files)
        # What is known by its name only has to be known before the first run; all else is read beside it.
        self._unhooked: tuple[str, ...] = ()
        self._reading = Reading(self._target(None))
        if may_be_unhooked(job.files[job.main]):
            self._unhooked = self.facts.unhooked
        elif any(map(may_reach_the_reader, job.files.values())):
            self._reading.facts()

    @property
    def facts(self) -> Facts:
        """What the source says of itself."""
        return self._reading.facts()

    def explore(self) -> Explored:
        """Return what the explored runs amount to; nothing when the lab wants none."""
        budget = self.job.lab.explore
        if budget.runs <= 0:
            return Explored()
        draws = list(self._draws())
        share = ExploreBudget(max(1, budget.runs // len(draws)), budget.seconds / len(draws))
        found: list[Explored] = []
        for number, drawn in draws:
            found.append(self._one(number, drawn, share))
            if found[-1].certificate in (None, Certificate.REFUTED):
                break
        made = sum(one.made for one in found)
        if found[-1].certificate in (None, Certificate.REFUTED):
            return replace(found[-1], made=made)
        # The weakest claim is that of all.
        weakest = max(found, key=lambda one: list(Certificate).index(one.certificate or Certificate.EXPLORED))
        runs = tuple(run for one in found for run in one.runs)
        noted = tuple(footprint for one in found for footprint in one.footprints)
        return replace(weakest, runs=runs, made=made, footprints=noted)

    def replay(self, schedule: Schedule) -> Explored:
        """Make the run of a schedule again; raises `CallerError` when it is one of another program.

        A race is one only beside a run that is right, so a plain run is made too.
        """
        if schedule.source != self.hash:
            raise CallerError("the schedule belongs to another program than this one: the files differ")
        drawn = self._drawn(schedule.draw)
        view, target = self._view(drawn), self._target(drawn)
        plain_ones: list[Strategy] = [ParentFirst(), LastFirst(), ChildFirst(), Lockstep()]
        orders = [Order(Replay(schedule.turns), schedule.shift), *(Order(plain) for plain in plain_ones)]
        again, *plain = self.lanes.run(target, orders)
        run = view.run(again, view.names(again))
        if schedule.shift:
            (number,) = schedule.shift
            if deaf(again, plain[0], number):
                run = replace(view.run(plain[0], view.names(plain[0])), deaf=True)
            return Explored((run,), 1)
        if view.verdict([run])[1].verdict is Verdict.PASSED:
            return Explored((run,), 1)
        right = self._right(view, drawn, schedule.draw, plain)
        told = convict(again, right, view.judge, view.names, str(schedule))
        runs = (run,) if right is None else (run, view.run(right, view.names(right)))
        return Explored(runs, 1, Certificate.REFUTED, told)

    def _right(self, view: View, drawn: Draw | None, number: int, plain: list[Made]) -> Made | None:
        """Return a run that is right: a plain one, else the one that the search has found."""
        for made in plain:
            if view.judge(made, view.names(made)).passes:
                return made
        found = self._search(view, drawn, number, self.job.lab.explore)
        return found.passing if isinstance(found, Conviction) else None

    # -- one draw ---------------------------------------------------------------------------

    def _draws(self) -> Iterator[tuple[int, Draw | None]]:
        spec = self.job.lab.function
        for number in DRAWS if spec else DRAWS[:1]:
            yield number, self._drawn(number)
        if spec:
            yield FEW, self._drawn(FEW)

    def _drawn(self, number: int) -> Draw | None:
        spec = self.job.lab.function
        return draw(spec, self.job.seed, number % FEW, few=number >= FEW) if spec else None

    def _one(self, number: int, drawn: Draw | None, budget: ExploreBudget) -> Explored:
        view = self._view(drawn)
        match self._search(view, drawn, number, budget):
            case Lost(runs, why):
                return Explored(made=runs, lost=why)
            case Conviction(told, failing, passing, runs):
                decided = tuple(view.run(m, view.names(m)) for m in (failing, passing) if m)
                return Explored(decided, runs, Certificate.REFUTED, told)
            case Pass(certificate, passing, runs, covers):
                plain = Explored((view.run(passing, view.names(passing)),), runs, certificate, covers=covers)
                target = self._target(drawn)
                listened = self._listened(view, target, passing, plain)
                return self._followed(target, listened) if self.facts.chooses else listened

    def _search(self, view: View, drawn: Draw | None, number: int, budget: ExploreBudget) -> Exploration:
        return explore(
            self.lanes,
            self._target(drawn),
            self.hash,
            self._reading.facts,
            view.judge,
            budget,
            draw=number,
            effort=self._effort(number),
            clock=_SHARE * self.job.lab.limits.wall_seconds / len(list(self._draws())),
        )

    def _effort(self, number: int) -> Effort:
        chosen = effort.FEW if number >= FEW else effort.FUNCTION
        if self.job.lab.function is None:
            chosen = effort.PROGRAM
        return replace(chosen, all_lines=looks_at_all_lines(self.job.lab))

    def _view(self, drawn: Draw | None) -> View:
        return View(self.job, self.place, drawn, self._reading)

    def _target(self, drawn: Draw | None) -> Target:
        lab, spec = self.job.lab, self.job.lab.function
        return Target(
            directory=str(self.place.directory),
            main=self.job.main,
            seed=self.job.seed,
            function=spec.name if spec else "",
            shared=tuple(drawn.start.items()) if drawn else (),
            locks=spec.locks if spec else (),
            calls=drawn.calls if drawn else (),
            unhooked=self._unhooked,
            uid=self.privileges.student_uid,
            rlimits=(
                ("CORE", 0),
                ("NOFILE", lab.limits.open_files),
                ("FSIZE", lab.limits.tmp_bytes),
                ("DATA", lab.limits.memory_bytes),
            ),
            environment=tuple(self.place.environment().items()),
            processes=lab.limits.processes,
            output_bytes=lab.limits.output_bytes,
            sweeps=self.privileges.private_pids and any(map(leaves_its_processes, self.job.files.values())),
        )

    # -- does what is printed follow what is shared? ------------------------------------------

    def _listened(self, view: View, target: Target, passing: Made, plain: Explored) -> Explored:
        """Let the shared integer begin elsewhere for once: a value that was hard-coded does not follow."""
        adds = _adds(self.job)
        number = counter(passing.run, adds) if adds is not None else None
        if number is None or passing.run.data[number].code not in "hilq":
            return plain
        amount = random.Random(self.job.seed).randint(*_SHIFT)  # noqa: S311 - it must repeat
        probe = next(self.lanes.run(target, [Order(ParentFirst(), {number: amount})]))
        made = plain.made + 1
        if out_of_sight(probe) or not deaf(probe, passing, number):
            return replace(plain, made=made)
        run = replace(plain.runs[0], deaf=True)
        schedule = Schedule(self.hash, tuple(probe.run.segments), 0, {number: amount})
        message = view.verdict([run])[1].message
        failure = Failure(
            probe.run, view.names(probe), Verdict.CHEAT, str(schedule), passing.run, message=message
        )
        return Explored((run,), made, Certificate.REFUTED, witness(failure))

    # -- does it go the same ways in free runs? ------------------------------------------------

    def _followed(self, target: Target, plain: Explored) -> Explored:
        """Note where a program goes, the parent early, late, all side by side, with other dice."""
        if plain.certificate is Certificate.REFUTED:
            return plain
        noted, wanted = [], footprints.enough(self.job.files[self.job.main])
        for number in range(wanted):
            strategy = (ParentFirst, LastFirst, Lockstep)[number % 3]()
            other = replace(target, seed=target.seed + number)
            made = next(self.lanes.run(other, [Order(strategy, notes=True)]))
            if made.footprint is not None and not out_of_sight(made):
                noted.append(made.footprint)
        return replace(plain, made=plain.made + wanted, footprints=tuple(noted))


_OUTSIDE = {"socket", "bind", "Listener", "Client", "mkfifo", "O_EXCL", "O_CREAT", "tempfile", "mkstemp"} | {
    "write_text", "write_bytes", "mkdir", "touch", "flock", "lockf", "shm_open", "open", "unlink"
}  # fmt: skip


def leaves_its_processes(source: str) -> bool:
    """Whether a program may use what outlives it, or what there is only once: files, ports, named memory."""
    words = set(re.findall(r"\w+", source))
    named = (
        "SharedMemory" in words and "create" in words and re.search(r"name\s*=\s*[\"']", source) is not None
    )
    return bool(words & _OUTSIDE) or named


def _adds(job: Job) -> int | None:
    """Return by how much the shared integer must grow, as a program-style lab's checks say."""
    if job.lab.style is not Style.PROGRAM:
        return None
    for check in job.lab.checks:
        for word in ("adds", "last_word_adds"):
            if word in check.with_ and check.property != "lost-update":
                return int(check.with_[word])
    return None


def deaf(probe: Made, passing: Made, number: int) -> bool:
    """Whether the same was printed although the shared integer `number` began elsewhere.

    A program that sets it again itself, as for another round, tells nothing: only when the main program
    never touches it, or has the last word, must what is printed follow.
    """
    if probe.run.outcome is not passing.run.outcome:
        return False
    printed = [last_number(made.output) for made in (probe, passing)]
    writes = [e for e in probe.run.trace[probe.run.forked_at :] if e.op is Op.WRITE and e.object == number]
    again = any(e.slot == 0 for e in writes) and writes[-1].slot != 0
    return printed[0] is not None and printed[0] == printed[1] and not again


@dataclass(frozen=True, slots=True)
class View:
    """How the lab's checks look at one controlled run."""

    job: Job
    place: Workplace
    drawn: Draw | None
    reading: Reading

    def names(self, made: Made) -> Names:
        """Return what the student calls things in a run."""
        spec = self.job.lab.function
        given = dict(enumerate(self.drawn.start)) if self.drawn else {}
        return self.reading.facts().names(made.run, given, spec.locks if spec else ())

    def run(self, made: Made, names: Names) -> Run:
        """Return a controlled run as the properties see it."""
        setting = Setting(
            str(self.place.directory),
            self.job.files,
            self.reading.facts().start,
            bool(self.reading.facts().unhooked),
            self.drawn.expected if self.drawn else None,
            self.drawn.words if self.drawn else "",
        )
        run = as_run(made, names, setting)
        if self.drawn and run.values == run.expected:
            return replace(run, strange_share=strange_share(made.run, self.drawn.effects))
        return run

    def verdict(self, runs: list[Run]) -> tuple[CheckSpec, Finding]:
        """Return the worst check of the lab over these runs, with what it found."""
        lab = self.job.lab
        found = [(spec, PROPERTIES[spec.property].judge(lab, spec, runs)) for spec in lab.checks]
        return min(found, key=lambda pair: pair[1].verdict.rank)

    def judge(self, made: Made, names: Names) -> Judgement:
        """Judge one run as if it were the only one."""
        run = self.run(made, names)
        _, finding = self.verdict([run])
        line = run.crash.line if run.crash else None
        return Judgement(finding.verdict, finding.message, line, self._wrong(made, run))

    def _wrong(self, made: Made, run: Run) -> frozenset[int]:
        """Return the shared values that the verdict is about."""
        if run.expected and run.values:
            numbers = zip(run.expected, sorted(made.run.data), strict=False)
            return frozenset(n for name, n in numbers if run.values[name] != run.expected[name])
        counted = tally(made.run)
        return counted.objects if counted else frozenset()
