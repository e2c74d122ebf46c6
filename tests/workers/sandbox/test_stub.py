"""The stub: it answers as told, and counts."""

from __future__ import annotations

import pytest

from graders.errors import SandboxError
from graders.job import Event, Job
from graders.limits import Limits
from graders.report import Check, Report
from graders.verdict import Verdict
from workers.sandbox.stub import StubKind

REPORT = Report.of("shared-data/counter", [Check("value", "Value", Verdict.PASSED, 1, 1)])


def test_a_report_is_given_back_after_the_events(job: Job) -> None:
    seen: list[Event] = []
    kind = StubKind(REPORT, events=[Event("started")])
    with kind.open(Limits()) as sandbox:
        assert sandbox.grade(job, seen.append) is REPORT
    assert seen == [Event("started")]
    assert (kind.opened, kind.closed, kind.jobs) == (1, 1, [job])


def test_an_exception_is_raised_and_the_sandbox_closed(job: Job) -> None:
    kind = StubKind(SandboxError("it died"))
    with pytest.raises(SandboxError, match="it died"), kind.open(Limits()) as sandbox:
        sandbox.grade(job)
    assert kind.closed == 1


def test_a_function_is_asked_for_each_job(job: Job) -> None:
    kind = StubKind(lambda asked: Report.of(asked.lab.id, []))
    with kind.open(Limits()) as sandbox:
        assert sandbox.grade(job).lab == job.lab.id


def test_its_trouble_is_its_problem() -> None:
    assert StubKind(REPORT).problem() is None
    assert StubKind(REPORT, trouble="no").problem() == "no"
