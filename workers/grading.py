"""One attempt, from claim to report. Celery is not mentioned here; `workers.tasks` calls it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Protocol, TypeVar, assert_never

import structlog

from graders import quiz
from graders.course import digest, load_item
from graders.errors import AnswerError, InfrastructureError
from graders.job import Job
from graders.lab import Lab
from graders.quiz import Quiz
from graders.report import Report
from graders.wire import WireError
from service.store import lifecycle, trials
from service.store.announce import announce
from service.store.database import Database
from service.store.lifecycle import Claim
from service.store.models import QueueName, State
from workers.interruption import Interrupted, Interruption, Reason
from workers.lease import LeaseKeeper
from workers.process import Process

_log = structlog.get_logger(__name__)
C = TypeVar("C", bound=Claim, contravariant=True)


class Ledger(Protocol[C]):
    """Where an attempt is written down: `lifecycle` when it counts, `trials` when it does not yet."""

    def renew(self, database: Database, claim: C, lease_seconds: float) -> bool:
        """Extend the lease."""

    def finish(self, database: Database, claim: C, report: Report) -> bool:
        """Keep the report."""

    def fault(self, database: Database, claim: C, message: str, *, max_attempts: int = 3) -> QueueName | None:
        """Count an infrastructure fault."""

    def give_back(self, database: Database, claim: C) -> QueueName | None:
        """Hand the work back unharmed."""


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
    claim = lifecycle.claim(own.database, submission_id, own.name, own.settings.lease_seconds)
    if claim is None:
        return Outcome(Ended.NOTHING_TO_DO)
    outcome = _attempt(own, lifecycle, claim)
    if outcome.ended is Ended.GRADED:
        announce(own.redis, submission_id, State.GRADED)
    elif outcome.ended is Ended.FAULT and outcome.again is None:
        announce(own.redis, submission_id, State.FAILED)
    return outcome


def grade_trial(own: Process, trial_id: str) -> Outcome:
    """Grade a submission without counting: the report stands beside its mark until staff decide."""
    claim = trials.claim(own.database, trial_id, own.name, own.settings.lease_seconds)
    return Outcome(Ended.NOTHING_TO_DO) if claim is None else _attempt(own, trials, claim)


def _attempt(own: Process, ledger: Ledger[C], claim: C) -> Outcome:
    log = _log.bind(submission=claim.submission_id, attempt=claim.number, counts=ledger is lifecycle)
    log.info("attempt begins")
    interruption = Interruption()
    lease = own.settings.lease_seconds
    keeper = LeaseKeeper(
        renew=partial(ledger.renew, own.database, claim, lease),
        lost=partial(interruption.request, Reason.NOT_OURS),
        lease_seconds=lease,
    )
    outcome = Outcome(Ended.GRADED)
    with interruption.listening(), keeper:
        try:
            report = _report(own, claim, interruption)
        except Interrupted as interrupted:
            outcome = _after_interruption(own, ledger, claim, interrupted.reason)
        except InfrastructureError as problem:
            outcome = _after_fault(own, ledger, claim, problem)
        else:
            if not ledger.finish(own.database, claim, report):
                outcome = Outcome(Ended.DROPPED)
    log.info("attempt ends", ended=outcome.ended.value)
    return outcome


def _report(own: Process, claim: Claim, interruption: Interruption) -> Report:
    try:
        item = load_item(claim.kind, claim.content)
        if isinstance(item, Quiz):
            return quiz.grade(item, claim.answers, claim.seed).stamped(content=digest(item))
    except (WireError, AnswerError) as problem:
        # Both were checked when they came in: the course was changed in between, and not by the student.
        raise InfrastructureError(f"the {claim.kind} does not fit what was handed in: {problem}") from problem
    if isinstance(item, Lab):
        job = Job(lab=item, files=claim.files, main=claim.main, seed=claim.seed)
        return _run(own, job, interruption).stamped(content=digest(item))
    raise InfrastructureError(f"a {claim.kind} cannot be graded")


def _run(own: Process, job: Job, interruption: Interruption) -> Report:
    with own.kind.open(job.lab.limits) as sandbox, interruption.allowed():
        return sandbox.grade(job).within(sandbox.info)


def _after_interruption(own: Process, ledger: Ledger[C], claim: C, reason: Reason) -> Outcome:
    match reason:
        case Reason.NOT_OURS:
            return Outcome(Ended.DROPPED)
        case Reason.WORKER_STOPS:
            return Outcome(Ended.HANDED_BACK, ledger.give_back(own.database, claim))
        case _:
            assert_never(reason)


def _after_fault(own: Process, ledger: Ledger[C], claim: C, problem: InfrastructureError) -> Outcome:
    message = f"{type(problem).__name__}: {problem}"
    _log.error("infrastructure fault", submission=claim.submission_id, problem=message)
    again = ledger.fault(own.database, claim, message, max_attempts=own.settings.max_attempts)
    return Outcome(Ended.FAULT, again)
