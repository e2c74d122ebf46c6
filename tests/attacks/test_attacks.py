"""Every hostile program gets the verdict it deserves, forges nothing and leaves nothing behind."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from graders.job import Event, Job
from graders.report import Report
from graders.verdict import Verdict
from tests.attacks import remains
from tests.attacks.programs import FOLDER, Attack, attacks, right_job
from workers.sandbox import overrun
from workers.sandbox.docker import DockerKind

KNOWN_FLAGS = {"left-processes", "output-cut", "free-runs-disagree", "no-early-deadlock"}


def test_the_manifest_tells_of_every_program_and_of_enough_kinds() -> None:
    listed = [attack.path for attack in attacks()]
    there = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*.py"))
    assert sorted(listed) == there
    assert len(listed) >= 45
    assert len({attack.kind for attack in attacks()}) >= 28


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.path)
def test_what_the_manifest_says_of_a_program_makes_sense(attack: Attack) -> None:
    assert attack.path.startswith(f"{attack.kind}/")
    assert attack.verdicts
    assert Verdict.PASSED not in attack.right("runsc")
    assert len(attack.verdicts) <= 4
    assert 10 < len(attack.tries) < 140


@dataclass
class Graded:
    """What the worker's side saw of one attempt."""

    report: Report
    events: list[Event]
    trace: remains.Trace


def grade(kind: DockerKind, job: Job) -> Graded:
    """Grade as `workers.grading` does; whatever is raised is a fault of ours."""
    events: list[Event] = []
    with kind.open(job.lab.limits) as sandbox:
        trace = remains.Trace.of(sandbox.container)
        report = sandbox.grade(job, events.append).within(sandbox.info)
    return Graded(report, events, trace)


def last_of_its_kind(attack: Attack) -> bool:
    return [other for other in attacks() if other.kind == attack.kind][-1] is attack


@pytest.mark.docker
@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.path)
def test_an_attack_is_no_success(attack: Attack, kind: DockerKind) -> None:
    job = attack.job(random.SystemRandom().randrange(1, 2**31))
    before = remains.census()
    graded = grade(kind, job)
    assert_nothing_is_left(graded, before)
    assert_the_report_is_our_own(graded, job)
    if last_of_its_kind(attack):
        next_one = grade(kind, right_job(job.seed))
        assert next_one.report.verdict is Verdict.PASSED, next_one.report.checks
        assert_nothing_is_left(next_one, before)
    verdict = graded.report.verdict
    if attack.open and verdict is Verdict.PASSED:
        pytest.xfail(attack.open)
    assert verdict in attack.right(kind.runtime), (
        graded.report.checks,
        graded.report.flags,
        graded.report.output[:500],
    )


def assert_nothing_is_left(graded: Graded, before: remains.Census) -> None:
    assert remains.of_container(graded.trace) == []
    assert remains.census().more_than(before) == []


def assert_the_report_is_our_own(graded: Graded, job: Job) -> None:
    report, lab = graded.report, job.lab
    assert Report.from_json(report.to_json()) == report
    assert (report.lab, report.seed) == (lab.id, job.seed)
    asked = [(check.id, check.title, check.points) for check in lab.checks]
    assert [(check.id, check.title, check.max_points) for check in report.checks] == asked
    assert report.score == pytest.approx(sum(check.points for check in report.checks))
    assert report.sandbox is not None
    assert (report.sandbox.kind, report.sandbox.image[:7]) == ("docker", "sha256:")
    assert len(report.output) <= lab.limits.output_bytes
    if overrun.FLAG in report.flags:
        assert report.verdict is Verdict.MEMORY_LIMIT
        return
    assert set(report.flags) <= KNOWN_FLAGS
    names = [event.event for event in graded.events]
    assert names == ["started", *["check"] * len(lab.checks), "report"]
    assert tuple(event.check for event in graded.events[1:-1]) == report.checks
