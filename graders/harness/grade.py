"""Grades one job: runs, then checks, then the report. Other sources of runs join in `grade`."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from graders.errors import SandboxError
from graders.explorer.lanes import Lanes
from graders.explorer.nursery import Nursery
from graders.explorer.schedule import Schedule
from graders.harness import footprints
from graders.harness.deadlock import DeadlockWatch
from graders.harness.exploring import Explored, Explorer, leaves_its_processes
from graders.harness.footprints import Difference
from graders.harness.freerun import Attempt, FreeRun, free_run, serial_run
from graders.harness.inspection import Inspection
from graders.harness.privileges import Privileges, apply_rlimits, interpreter
from graders.harness.testing import grade_by_tests
from graders.harness.workplace import Workplace, prepared, sweep_temporary_files
from graders.job import Job
from graders.lab import CheckSpec, Style
from graders.limits import Limits
from graders.properties import PROPERTIES, Finding
from graders.properties.words import explain
from graders.report import CONVICTIONS, Check, Report, Runs, Usage, Witness
from graders.run import Ending, Run
from graders.verdict import Certificate, Verdict

_MOST_OUTPUT = 64 * 1024
"""Characters of output in a report; with JSON's escapes an event stays below its bound."""
_FACES = (
    "the program behaves differently when it is watched: it went through {}, in every single run. So what it "
    "does under control proves nothing of what it does elsewhere."
)
_LOOKS = (
    "{}. A program that looks at how it is run may do one thing while it is graded and another elsewhere, so "
    "these runs prove nothing. The task does not need it: take it out, and hand the program in again."
)
_UNREAD = (
    "the grader could not read the source in the time that it has for that, so it cannot tell whether the "
    "program does the same elsewhere. Make it shorter and simpler."
)
_LOST = (
    "the grader could not look into every order of steps: {}. So it cannot tell whether another order breaks "
    "the program."
)
_LIMITS = {Ending.TIMEOUT, Ending.MEMORY_LIMIT, Ending.PROCESS_LIMIT, Ending.OUTPUT_LIMIT}


def grade(
    job: Job, privileges: Privileges, nursery: Nursery, on_check: Callable[[Check], None] = lambda _: None
) -> Report:
    """Make the runs, decide the checks, and return the report; `on_check` sees each as it is decided.

    The explored runs come first. A conviction has a witness that can be replayed, and needs no more;
    after a pass free runs confirm on all CPUs that the hooks have changed nothing.
    """
    if job.lab.style is Style.PYTEST:
        nursery.close()
        return grade_by_tests(job, privileges, on_check)
    begin = time.monotonic()
    apply_rlimits(job.lab.limits, privileges)
    with prepared(job.files) as place:
        found, inspection = _explored(job, place, privileges, nursery)
        _sweep(privileges, place)
        wanted = _free_runs_wanted(job, found)
        attempt = _attempt(job, place, privileges, inspection) if wanted else None
        free = list(_free_runs(attempt, begin, wanted, bool(found.runs))) if attempt else []
        faces = _two_faces(attempt, found, free, begin) if attempt else Difference()
    runs = [*found.runs, *(made.run for made in free)]
    checks, findings = [], []
    for spec in job.lab.checks:
        finding = _undecided(PROPERTIES[spec.property].judge(job.lab, spec, runs), found, inspection, faces)
        findings.append(finding)
        checks.append(_check(spec, finding))
        on_check(checks[-1])
    worst = min(findings, key=lambda finding: finding.verdict.rank, default=None)
    return Report.of(
        job.lab.id,
        checks,
        certificate=_certificate(found, worst),
        runs=Runs(free=len(free), explored=found.made),
        seed=job.seed,
        seconds=round(time.monotonic() - begin, 4),
        witness=found.witness or _witness(worst, faces),
        covers=found.covers if worst is None or worst.verdict is Verdict.PASSED else "",
        output=_output(worst, found.runs or runs),
        usage=_usage(runs, found.runs),
        flags=_flags(free, found, worst),
    )


def _free_runs_wanted(job: Job, found: Explored) -> int:
    """Return how many free runs are left to make: none after a conviction, one to confirm a proof."""
    if found.witness or job.schedule:
        return 0
    return min(job.lab.free_runs, 1) if found.certificate is Certificate.VERIFIED else job.lab.free_runs


def _explored(
    job: Job, place: Workplace, privileges: Privileges, nursery: Nursery
) -> tuple[Explored, Inspection]:
    """Make the explored runs, or the one that is to be replayed."""
    # What lies outside the processes can be in the way of another run of the same program beside this one.
    alone = any(leaves_its_processes(text) for text in job.files.values())
    with Lanes(nursery, job.files[job.main], 1 if alone else math.ceil(job.lab.limits.cpus)) as lanes:
        explorer = Explorer(job, place, privileges, lanes)
        wanted = job.lab.explore.runs > 0 or job.schedule
        if wanted and _python(privileges) != os.path.realpath(sys.executable):
            found = Explored(lost="the students' uid cannot read the Python that the grader runs on")
        elif job.schedule:
            found = explorer.replay(Schedule.parse(job.schedule))
        else:
            found = explorer.explore()
    # Its processes are none of the program's, whose every process is watched from now on.
    nursery.close()
    return found, Inspection.of(explorer.facts, watched=job.lab.explore.runs > 0)


def _two_faces(attempt: Attempt, found: Explored, free: list[FreeRun], begin: float) -> Difference:
    """Return at which lines the program differs between runs under control and free ones, each time.

    What is seen for the first time may be chance: further free runs are added to `free` until it is not.
    """
    source, limits = attempt.job.files[attempt.job.main], attempt.job.lab.limits
    while True:
        noted = [made.footprint for made in free if made.footprint is not None]
        differ = footprints.difference(found.footprints, noted, source)
        wall = min(limits.run_seconds, limits.wall_seconds - (time.monotonic() - begin))
        if not differ or any(made.run.ending is not Ending.FINISHED for made in free):
            return Difference()
        if len(noted) >= footprints.enough(source):
            return differ
        if wall <= 0:
            return Difference()
        free.append(free_run(attempt, len(noted), wall))
        _sweep(attempt.privileges, attempt.place)


def _undecided(finding: Finding, found: Explored, inspection: Inspection, faces: Difference) -> Finding:
    """Return the finding, or that nothing is certain where runs that have passed may not stand for others."""
    if finding.verdict is not Verdict.PASSED:
        return finding
    if faces:
        return Finding(Verdict.CHEAT, f"{finding.message} But {_FACES.format(faces)}", run=finding.run)
    if inspection.looks:
        reason = _LOOKS.format(inspection.looks)
    elif not inspection.whole:
        reason = _UNREAD
    elif found.lost:
        reason = _LOST.format(found.lost)
    else:
        return finding
    message = f"{finding.message} But {reason}"
    return Finding(Verdict.INCONCLUSIVE, message, run=finding.run)


def _certificate(found: Explored, worst: Finding | None) -> Certificate | None:
    """Return what was proven; a failure that only a free run shows refutes too."""
    if worst is None or worst.verdict is Verdict.PASSED:
        return found.certificate
    if worst.verdict is Verdict.INCONCLUSIVE:
        return Certificate.INCONCLUSIVE
    return Certificate.REFUTED


def _attempt(job: Job, place: Workplace, privileges: Privileges, inspection: Inspection) -> Attempt:
    python = _python(privileges)
    return Attempt(job, place, privileges, python, inspection)


def _python(privileges: Privileges) -> str:
    python = interpreter(privileges)
    if python is None:
        raise SandboxError("no Python 3 on this machine can be started by the students' uid")
    return python


def _free_runs(attempt: Attempt, begin: float, wanted: int, explored: bool) -> Iterator[FreeRun]:
    """Yield the free runs; after one that ended at a limit no other is made, it would end alike.

    `explored` says whether explored runs have decided already.
    """
    limits = attempt.job.lab.limits
    wrong = None
    for number in range(wanted):
        wall = time_for(limits, time.monotonic() - begin, first=not explored and number == 0)
        if wall <= 0:
            return
        made = free_run(attempt, number, wall)
        yield made
        if made.run.ending in _LIMITS:
            return
        if made.run.values != made.run.expected and wrong is None:
            wrong = number
        _sweep(attempt.privileges, attempt.place)
    wall = min(limits.run_seconds, limits.wall_seconds - (time.monotonic() - begin))
    if wrong is not None and wall > 0:
        serial = serial_run(attempt, wrong, wall)
        # A function that needs the others to run beside it cannot be asked this way.
        if serial and serial.run.ending is Ending.FINISHED:
            yield serial


def time_for(limits: Limits, passed: float, first: bool) -> float:
    """Return how many seconds the next run may take when `passed` have gone by; 0: none is to be begun.

    What only confirms other runs is not begun with less than it is due, or it would be taken for a hang.
    """
    wall = min(limits.run_seconds, limits.wall_seconds - passed)
    due = min(limits.run_seconds, limits.wall_seconds / 3)
    return wall if wall > 0 and (first or wall >= due) else 0.0


def _sweep(privileges: Privileges, place: Workplace) -> None:
    if privileges.private_pids:
        uid = privileges.student_uid
        sweep_temporary_files(os.geteuid() if uid is None else uid, str(place.directory))


def _check(spec: CheckSpec, finding: Finding) -> Check:
    points = round(spec.points * finding.share, 6)
    return Check(spec.id, spec.title, finding.verdict, points, spec.points, finding.message)


def _witness(worst: Finding | None, faces: Difference) -> Witness | None:
    """Return what was seen in a free run as a witness: it explains, and cannot be replayed."""
    if worst is None or worst.verdict not in CONVICTIONS:
        return None
    if worst.verdict is not Verdict.DEADLOCK or worst.run is None:
        return Witness(worst.verdict, "", worst.message, tuple(sorted(faces.watched | faces.free)))
    lines = sorted({wait.line for wait in worst.run.waits if wait.line is not None})
    return Witness(worst.verdict, "", explain(worst.run.waits), tuple(lines), waits=worst.run.waits)


def _output(worst: Finding | None, runs: Sequence[Run]) -> str:
    """Return what the run that decided has printed; of a pass that of an explored one, which repeats."""
    failed = worst is not None and worst.verdict is not Verdict.PASSED
    decided = worst.run if worst and worst.run and failed else runs[-1] if runs else None
    return decided.output[:_MOST_OUTPUT] if decided else ""


def _usage(runs: Sequence[Run], explored: Sequence[Run]) -> Usage:
    return Usage(
        wall=round(sum(run.usage.wall for run in runs), 4),
        cpu=round(sum(run.usage.cpu for run in runs), 4),
        memory=max((run.usage.memory for run in runs), default=0),
        # In free runs they are counted now and then; under control every one of them is known.
        processes=max((run.usage.processes for run in explored or runs), default=0),
    )


def _flags(free: Sequence[FreeRun], found: Explored, worst: Finding | None) -> tuple[str, ...]:
    flags = dict.fromkeys(flag for made in free for flag in made.flags)
    endings = {made.run.ending for made in free} | {run.ending for run in found.runs if not found.witness}
    seen_here = worst is not None and worst.verdict is Verdict.RACE and found.witness is None
    if len(endings) > 1 or seen_here:
        flags["free-runs-disagree"] = None
    if not DeadlockWatch.possible():
        flags["no-early-deadlock"] = None
    return tuple(flags)
