"""Grades a lab of the style ``pytest``: hidden tests in one process, the student's code in another."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from graders.errors import SandboxError
from graders.harness import hidden, processes
from graders.harness.capabilities import PR_SET_CHILD_SUBREAPER, prctl
from graders.harness.privileges import Privileges, apply_rlimits, interpreter
from graders.harness.student import Clock, Student
from graders.harness.workplace import Workplace, prepared, sweep_temporary_files
from graders.job import COLLECT_SECONDS, Job
from graders.lab import CheckSpec
from graders.report import Check, Report, Usage
from graders.verdict import Verdict, worst

_MARGIN = 5.0
"""Seconds after which tests are ended that do not end by themselves when no time is left."""
_MOST_OUTPUT = 64 * 1024


@dataclass
class Told:
    """What the tests' process has said so far."""

    collected: bool = False
    began: float = 0.0
    """When the tests were collected, and the clock of the limits began."""
    broken: str = ""
    tests: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """What was told of each test function, its cases together."""
    ended: float = 0.0
    memory: int = 0


def grade_by_tests(job: Job, privileges: Privileges, on_check: Callable[[Check], None]) -> Report:
    """Run the tests and return the report. Raises `SandboxError` when the tests themselves are broken."""
    begin = time.monotonic()
    apply_rlimits(job.lab.limits, privileges)
    with prepared(job.files) as place:
        told, cpu = _run(job, place, privileges)
    if privileges.private_pids:
        uid = privileges.student_uid
        sweep_temporary_files(os.geteuid() if uid is None else uid, str(place.directory))
    if told.broken or not told.collected:
        reason = told.broken or "pytest ended before it had collected them"
        raise SandboxError(f"the tests of {job.lab.id} cannot be run: {reason}")
    checks = []
    for spec in job.lab.checks:
        checks.append(_check(spec, told.tests.get(spec.with_["test"], [])))
        on_check(checks[-1])
    used = Usage(round(told.ended - told.began, 4), round(cpu, 4), told.memory, processes=1)
    return Report.of(
        job.lab.id,
        checks,
        seed=job.seed,
        seconds=round(time.monotonic() - begin, 4),
        output=_output(job, told),
        usage=used,
    )


def _run(job: Job, place: Workplace, privileges: Privileges) -> tuple[Told, float]:
    """Start the tests' process and listen until it has ended; nothing is left of it then."""
    python = interpreter(privileges)
    if python is None:
        raise SandboxError("no Python 3 on this machine can be started by the students' uid")
    kit, tests = place.ours / "kit.zip", place.ours / "tests"
    kit.write_bytes(base64.b64decode(job.kit))
    tests.mkdir(mode=0o700)
    for name, source in job.lab.tests.items():
        (tests / name).write_text(source, encoding="utf-8")
    here, there = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(here)
        clock = Clock(job.lab.limits.wall_seconds + COLLECT_SECONDS)
        student = Student(place, job.lab.limits, privileges, python, clock)
        _become_the_tests(job, place, student, there)
    os.close(there)
    told = Told()
    try:
        with open(here, "rb", buffering=0) as said:
            _listen(said.fileno(), told, job.lab.limits.wall_seconds)
    finally:
        told.ended = time.monotonic()
        cpu = sum(used for _, _, used in processes.kill_all(privileges.private_pids))
        shutil.rmtree(tests, ignore_errors=True)
    return told, cpu


def _become_the_tests(job: Job, place: Workplace, student: Student, there: int) -> NoReturn:
    """Be the tests' process, until the end; never returns."""
    say = hidden.main_of(there)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    # What tests print is nobody's: the harness's own output is its protocol.
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)

    def begin_the_clock(thing: Any) -> None:
        if "collected" in thing:
            student.clock.begin(job.lab.limits.wall_seconds)
        say(thing)

    modules = {name.removesuffix(".py"): name for name in job.files}
    modules[job.lab.file.removesuffix(".py")] = job.main
    try:
        hidden.run(place.ours / "kit.zip", place.ours / "tests", student, modules, begin_the_clock)
    except BaseException as problem:  # noqa: BLE001 - a fork must not go on as the harness, whatever happens
        say({"broken": f"{type(problem).__name__}: {problem}"})
        os._exit(1)
    os._exit(0)


def _listen(descriptor: int, told: Told, wall: float) -> None:
    """Take in what the tests' process says until it ends, or its time is over."""
    clock = Clock(COLLECT_SECONDS)
    for line in _lines(descriptor, clock):
        thing = json.loads(line)
        if "collected" in thing:
            told.collected, told.began = True, time.monotonic()
            clock.begin(wall + _MARGIN)
        elif "broken" in thing:
            told.broken = told.broken or thing["broken"]
        else:
            told.memory = max(told.memory, thing["memory"])
            told.tests.setdefault(thing["test"].partition("[")[0], []).append(thing)


def _lines(descriptor: int, clock: Clock) -> Iterator[bytes]:
    held = b""
    while clock.left > 0 and select.select([descriptor], [], [], clock.left)[0]:
        chunk = os.read(descriptor, 65536)
        if not chunk:
            return
        *lines, held = (held + chunk).split(b"\n")
        yield from lines


def _check(spec: CheckSpec, cases: list[dict[str, Any]]) -> Check:
    """Return what came of one test function."""
    if not cases:
        message = "It was not reached: the time was up before."
        return Check(spec.id, spec.title, Verdict.TIMEOUT, 0, spec.points, message)
    verdict = worst(Verdict(case["verdict"]) for case in cases)
    if verdict is Verdict.PASSED:
        return Check(spec.id, spec.title, verdict, spec.points, spec.points)
    told = next(case for case in cases if case["verdict"] == verdict)
    return Check(spec.id, spec.title, verdict, 0, spec.points, _message(spec, verdict, told))


def _message(spec: CheckSpec, verdict: Verdict, told: dict[str, Any]) -> str:
    """Return what the student reads of a test that did not pass: as much as its author shows."""
    if "diff" not in spec.with_["shown"]:
        return _HIDDEN.get(verdict, _HIDDEN[Verdict.WRONG_VALUE])
    words = told["message"]
    return f"Your program was called, and {words}" if verdict is not Verdict.WRONG_VALUE else words


_UNTOLD = "What was tried is not shown: try your functions with values of your own."
_HIDDEN = {
    Verdict.WRONG_VALUE: f"It did not hold. {_UNTOLD}",
    Verdict.CRASH: f"Your program broke off with an error. {_UNTOLD}",
    Verdict.TIMEOUT: "Your program had not answered when its time was up.",
    Verdict.MEMORY_LIMIT: "Your program needed more memory than the lab allows.",
    Verdict.OUTPUT_LIMIT: "Your program printed, or returned, more than the lab allows.",
    Verdict.CHEAT: "Your program spoke to the grader in a way that no function does.",
    Verdict.INCONCLUSIVE: "This test was skipped.",
}


def _output(job: Job, told: Told) -> str:
    """Return what the program has printed in those tests whose output is shown."""
    parts = []
    for spec in job.lab.checks:
        if "output" in spec.with_["shown"]:
            printed = "".join(case["output"] for case in told.tests.get(spec.with_["test"], []))
            parts += [f"# {spec.title}\n{printed.rstrip()}\n"] if printed.strip() else []
    return "\n".join(parts)[:_MOST_OUTPUT]
