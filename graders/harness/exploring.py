"""Explored runs of one attempt: the explorer gets a target, and its findings become runs and a witness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graders.explorer.judgement import Setting, as_run, undecided
from graders.explorer.lane import Lane, Made, Target
from graders.explorer.names import Names
from graders.explorer.search import Exploration, Search
from graders.harness.draw import Draw, draw
from graders.harness.privileges import Privileges
from graders.harness.workplace import Workplace
from graders.job import Job
from graders.lab import ExploreBudget
from graders.properties import PROPERTIES
from graders.report import Witness
from graders.run import Run
from graders.verdict import Certificate, Verdict, worst


@dataclass(frozen=True, slots=True)
class Explored:
    """What exploring an attempt came to."""

    runs: tuple[Run, ...] = ()
    """The runs that decide: one that fails and one that does not, where there are such."""
    made: int = 0
    certificate: Certificate | None = None
    witness: Witness | None = None
    reasons: tuple[str, ...] = ()


def explored(job: Job, place: Workplace, privileges: Privileges, lane: Lane) -> Explored:
    """Explore the job's program; for a function also with equal amounts, as in every second free run."""
    if job.lab.explore.runs <= 0:
        return Explored()
    numbers = (0, 1) if job.lab.function else (0,)
    share = ExploreBudget(job.lab.explore.runs // len(numbers), job.lab.explore.seconds / len(numbers))
    found = [_explore_one(job, place, privileges, lane, number, share) for number in numbers]
    refuted = next((one for one in found if one.certificate is Certificate.REFUTED), None)
    made = sum(one.made for one in found)
    if refuted is not None:
        return Explored(refuted.runs, made, Certificate.REFUTED, refuted.witness)
    if any(one.certificate is None for one in found):
        return Explored(made=made, reasons=found[0].reasons)
    # The weakest claim is that of all.
    weakest = max((one.certificate for one in found if one.certificate), key=list(Certificate).index)
    runs = tuple(run for one in found for run in one.runs)
    return Explored(
        runs, made, weakest, reasons=tuple(dict.fromkeys(r for one in found for r in one.reasons))
    )


def _explore_one(
    job: Job,
    place: Workplace,
    privileges: Privileges,
    lane: Lane,
    number: int,
    budget: ExploreBudget,
) -> Explored:
    drawn = draw(job.lab.function, job.seed, number) if job.lab.function else None
    target = _target(job, place, privileges, drawn)
    facts = lane.facts(target)
    target = replace(target, unhooked=facts.unhooked)
    view = _View(job, place, drawn, facts.start, facts.unhooked)
    search = Search(lane, target, job.files[job.main], facts, view.judge, budget, job.seed)
    return view.told(search.explore(), search)


def _target(job: Job, place: Workplace, privileges: Privileges, drawn: Draw | None) -> Target:
    spec = job.lab.function
    return Target(
        directory=str(place.directory),
        main=job.main,
        seed=job.seed,
        function=spec.name if spec else "",
        shared=tuple(drawn.start.items()) if drawn else (),
        locks=spec.locks if spec else (),
        calls=drawn.calls if drawn else (),
        uid=privileges.student_uid,
        rlimits=(
            ("CORE", 0),
            ("NOFILE", job.lab.limits.open_files),
            ("FSIZE", job.lab.limits.tmp_bytes),
            ("DATA", job.lab.limits.memory_bytes),
        ),
        environment=tuple(place.environment().items()),
    )


@dataclass(frozen=True, slots=True)
class _View:
    """How the lab's checks look at one controlled run."""

    job: Job
    place: Workplace
    drawn: Draw | None
    start: int | None
    unhooked: tuple[str, ...]

    def run(self, made: Made, names: Names) -> Run:
        setting = Setting(
            str(self.place.directory),
            self.job.files,
            self.start,
            bool(self.unhooked),
            self.drawn.expected if self.drawn else None,
            self.drawn.words if self.drawn else "",
        )
        return as_run(made, names, setting)

    def judge(self, made: Made, names: Names) -> Verdict:
        run = self.run(made, names)
        lab = self.job.lab
        return worst(PROPERTIES[spec.property].judge(lab, spec, [run]).verdict for spec in lab.checks)

    def told(self, exploration: Exploration, search: Search) -> Explored:
        runs = [self.run(m, search.names(m.run)) for m in (exploration.failing, exploration.passing) if m]
        if exploration.failing and undecided(exploration.failing):
            # The explorer lost sight of the program; free runs decide alone.
            return Explored(made=exploration.runs, reasons=("the explorer lost sight of the program",))
        return Explored(
            tuple(runs), exploration.runs, exploration.certificate, exploration.witness, exploration.reasons
        )


def disagreements(explored_runs: Sequence[Run], free: Sequence[Run]) -> bool:
    """Whether a pass of every explored run stands against a free run that ended otherwise."""
    return (
        bool(explored_runs) and {run.ending for run in free} - {run.ending for run in explored_runs} != set()
    )
