"""The states of a submission: each function is one transaction, safe when several workers race.

    queued -> running -> graded
    running -> queued                     lease expired, fault, or handed back
    running -> failed                     after `max_attempts` infrastructure faults
    queued, running -> cancelled
    graded, failed, cancelled -> queued   regrade

A mark is never lost: where an earlier attempt was graded, a regrade that is cancelled or fails ends in
`graded` again, with the mark it had.

Every change of state is one conditional UPDATE, so that of two who try only one succeeds, on SQLite as
on PostgreSQL. The row of the submission is always touched first: no two transactions can wait for each
other. The attempt's number fences off a worker that was thought dead and comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from graders.report import Report
from service.store import standings, summaries
from service.store.database import Database
from service.store.intake import KeyReusedError, submit
from service.store.marking import settle
from service.store.models import Attempt, Item, Outcome, QueueName, State, Submission
from service.store.transitions import end_attempt, final_or, keep_checks, move, try_again
from service.store.types import storable, utc_now

__all__ = [
    "Claim",
    "Due",
    "KeyReusedError",
    "cancel",
    "claim",
    "fault",
    "finish",
    "give_back",
    "mark_not_enqueued",
    "regrade",
    "renew",
    "submit",
    "sweep",
]

LOST = "The worker that graded this fell silent."
_FINAL = [state for state in State if state.final]


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to grade one submission once, for as long as its lease holds."""

    submission_id: str
    number: int
    """The attempt's number."""
    worker: str
    kind: str
    """``lab`` or ``quiz``: for `graders.course.load_item`."""
    content: dict[str, Any]
    """The item as `graders.course.dump_item` wrote it, key included."""
    seed: int
    files: dict[str, str]
    main: str
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Due:
    """A submission that must be put on Redis again, and on which queue."""

    submission_id: str
    queue: QueueName


def claim(database: Database, submission_id: str, worker: str, lease_seconds: float) -> Claim | None:
    """Begin an attempt: `queued` becomes `running`. `None` when it is not queued (any more)."""
    now = utc_now()
    worker = storable(worker, 120)
    with database.write() as session:
        taken = session.execute(
            update(Submission)
            .where(Submission.id == submission_id, Submission.state == State.QUEUED)
            .values(
                state=State.RUNNING,
                attempts=Submission.attempts + 1,
                worker=worker,
                lease_until=now + timedelta(seconds=lease_seconds),
            )
            .returning(Submission.attempts)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if taken is None:
            return None
        session.add(Attempt(submission_id=submission_id, number=taken, worker=worker, started_at=now))
        row, item = session.execute(
            select(Submission, Item).join(Submission.item).where(Submission.id == submission_id)
        ).one()
        return Claim(
            submission_id=submission_id,
            number=taken,
            worker=worker,
            kind=item.kind,
            content=item.content,
            seed=row.seed,
            files=row.files or {},
            main=row.main or "",
            answers=row.answers or {},
        )


def renew(database: Database, claim: Claim, lease_seconds: float) -> bool:
    """Extend the lease. False: the claim was lost or the submission cancelled; stop working."""
    with database.write() as session:
        return move(session, _held(claim), lease_until=utc_now() + timedelta(seconds=lease_seconds))


def finish(database: Database, claim: Claim, report: Report) -> bool:
    """Keep the report; `running` becomes `graded`. False, and nothing kept, when the claim was lost."""
    now = utc_now()
    with database.write() as session:
        ours = move(
            session,
            _held(claim),
            state=State.GRADED,
            verdict=report.verdict,
            score=report.score,
            max_score=report.max_score,
            graded_at=now,
            graded_attempt=claim.number,
            lease_until=None,
            faults=0,
            fault=None,
        )
        if not ours:
            return False
        end_attempt(session, claim.submission_id, claim.number, Outcome.GRADED, now, report=report.to_json())
        keep_checks(session, claim.submission_id, report)
        summaries.keep_patterns(session, [claim.submission_id])
        # What people gave stands beside the new report, and may count before it.
        settle(session, claim.submission_id)
        return True


def fault(database: Database, claim: Claim, message: str, *, max_attempts: int = 3) -> QueueName | None:
    """We could not grade. Returns the queue to put it on again; `None`: nothing more to do."""
    now = utc_now()
    with database.write() as session:
        return try_again(
            session, _held(claim), claim.submission_id, Outcome.FAULT, message, now, max_attempts, now
        )


def give_back(database: Database, claim: Claim) -> QueueName | None:
    """Hand the submission back unharmed (the worker stops). Returns the queue to put it on again."""
    now = utc_now()
    with database.write() as session:
        if not move(session, _held(claim), state=State.QUEUED, lease_until=None, enqueued_at=now):
            return None
        end_attempt(session, claim.submission_id, claim.number, Outcome.HANDED_BACK, now)
        return session.scalars(select(Submission.queue).where(Submission.id == claim.submission_id)).one()


def cancel(database: Database, submission_id: str) -> bool:
    """Withdraw a queued or running submission. False when it was neither."""
    waiting = and_(Submission.id == submission_id, Submission.state.in_([State.QUEUED, State.RUNNING]))
    with database.write() as session:
        if not move(session, waiting, state=final_or(State.CANCELLED), lease_until=None):
            return False
        number = session.scalars(select(Submission.attempts).where(Submission.id == submission_id)).one()
        end_attempt(session, submission_id, number, Outcome.CANCELLED, utc_now())
        standings.refresh_of(session, [submission_id])
        return True


def regrade(database: Database, submission_id: str) -> bool:
    """Queue a final submission again; its mark stays until the new attempt is graded. False: not final."""
    now = utc_now()
    final = and_(Submission.id == submission_id, Submission.state.in_(_FINAL))
    with database.write() as session:
        return move(
            session,
            final,
            state=State.QUEUED,
            queue=QueueName.REGRADE,
            queued_at=now,
            enqueued_at=now,
            faults=0,
            fault=None,
        )


def sweep(
    database: Database,
    now: datetime,
    *,
    requeue_seconds: float = 60,
    max_attempts: int = 3,
    limit: int = 200,
) -> list[Due]:
    """Take back attempts whose lease ran out and return the submissions to put on Redis (again).

    At most `limit` of them, those that wait longest first: while the line is long, Redis must not fill
    up with copies.
    """
    with database.write() as session:
        expired = and_(Submission.state == State.RUNNING, Submission.lease_until < now)
        # Locked in the order of their ids, so that two sweepers cannot wait for each other.
        lost = select(Submission.id).where(expired).order_by(Submission.id).limit(limit)
        for submission_id in session.scalars(lost.with_for_update(skip_locked=True)).all():
            still = and_(Submission.id == submission_id, expired)
            try_again(session, still, submission_id, Outcome.LOST, LOST, now, max_attempts, None)
        forgotten = and_(
            Submission.state == State.QUEUED,
            or_(
                Submission.enqueued_at.is_(None),
                Submission.enqueued_at <= now - timedelta(seconds=requeue_seconds),
            ),
        )
        due = session.execute(
            select(Submission.id, Submission.queue)
            .where(forgotten)
            .order_by(Submission.queue, Submission.queued_at, Submission.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        move(session, Submission.id.in_([row.id for row in due]), enqueued_at=now)
        return [Due(row.id, row.queue) for row in due]


def mark_not_enqueued(database: Database, submission_id: str) -> None:
    """Redis did not take it: the next sweep tries again at once."""
    with database.write() as session:
        move(
            session,
            and_(Submission.id == submission_id, Submission.state == State.QUEUED),
            enqueued_at=None,
        )


def _held(claim: Claim) -> ColumnElement[bool]:
    return and_(
        Submission.id == claim.submission_id,
        Submission.state == State.RUNNING,
        Submission.attempts == claim.number,
    )
