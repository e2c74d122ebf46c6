"""One attempt, from claim to report. Celery is not mentioned here; `workers.tasks` calls it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import assert_never

import structlog

from graders import quiz
from graders.course import load_item
from graders.errors import AnswerError, InfrastructureError
from graders.job import Job
from graders.lab import Lab
from graders.quiz import Quiz
from graders.report import Report
from graders.wire import WireError
from service.store import lifecycle
from service.store.announce import announce
from service.store.lifecycle import Claim
from service.store.models import QueueName, State
from workers.interruption import Interrupted, Interruption, Reason
from workers.lease import LeaseKeeper
from workers.process import Process

_log = structlog.get_logger(__name__)


class Ended(StrEnum):
    """What became of a task."""

    NOTHING_TO_DO = "nothing to do"
    """Somebody else has it, or it is final: a message that came twice."""
    GRADED = "graded"
    DROPPED = "dropped"
    """The claim was lost on the way; whoever has it now will report."""
    FAULT = "fault"
    HANDED_BACK = "handed back"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task, and on which queue the submission must be put again, if on any."""

    ended: Ended
    again: QueueName | None = None


def grade(own: Process, submission_id: str) -> Outcome:
    """Claim the submission, grade it, keep the report. Database errors go up: the lease brings it back."""
    lease = own.settings.lease_seconds
    claim = lifecycle.claim(own.database, submission_id, own.name, lease)
    if claim is None:
        return Outcome(Ended.NOTHING_TO_DO)
    log = _log.bind(submission=submission_id, attempt=claim.number)
    log.info("attempt begins")
    outcome = _attempt(own, claim)
    log.info("attempt ends", ended=outcome.ended.value)
    return outcome


def _attempt(own: Process, claim: Claim) -> Outcome:
    interruption = Interruption()
    lease = own.settings.lease_seconds
    keeper = LeaseKeeper(
        renew=partial(lifecycle.renew, own.database, claim, lease),
        lost=partial(interruption.request, Reason.NOT_OURS),
        lease_seconds=lease,
    )
    with interruption.listening(), keeper:
        try:
            report = _report(own, claim, interruption)
        except Interrupted as interrupted:
            return _after_interruption(own, claim, interrupted.reason)
        except InfrastructureError as problem:
            return _after_fault(own, claim, problem)
        if not lifecycle.finish(own.database, claim, report):
            return Outcome(Ended.DROPPED)
    announce(own.redis, claim.submission_id, State.GRADED)
    return Outcome(Ended.GRADED)


def _report(own: Process, claim: Claim, interruption: Interruption) -> Report:
    try:
        item = load_item(claim.kind, claim.content)
        if isinstance(item, Quiz):
            return quiz.grade(item, claim.answers, claim.seed)
    except (WireError, AnswerError) as problem:
        # Both were checked when they came in: the course was changed in between, and not by the student.
        raise InfrastructureError(f"the {claim.kind} does not fit what was handed in: {problem}") from problem
    if isinstance(item, Lab):
        job = Job(lab=item, files=claim.files, main=claim.main, seed=claim.seed)
        return _run(own, job, interruption)
    raise InfrastructureError(f"a {claim.kind} cannot be graded")


def _run(own: Process, job: Job, interruption: Interruption) -> Report:
    with own.kind.open(job.lab.limits) as sandbox, interruption.allowed():
        return sandbox.grade(job).within(sandbox.info)


def _after_interruption(own: Process, claim: Claim, reason: Reason) -> Outcome:
    match reason:
        case Reason.NOT_OURS:
            return Outcome(Ended.DROPPED)
        case Reason.WORKER_STOPS:
            return Outcome(Ended.HANDED_BACK, lifecycle.give_back(own.database, claim))
        case _:
            assert_never(reason)


def _after_fault(own: Process, claim: Claim, problem: InfrastructureError) -> Outcome:
    message = f"{type(problem).__name__}: {problem}"
    _log.error("infrastructure fault", submission=claim.submission_id, problem=message)
    again = lifecycle.fault(own.database, claim, message, max_attempts=own.settings.max_attempts)
    if again is None:
        announce(own.redis, claim.submission_id, State.FAILED)
    return Outcome(Ended.FAULT, again)
