"""The statements that changes of state are made of; each runs inside its caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, delete, literal, select, update
from sqlalchemy.orm import Session

from graders.report import Report
from service.store.models import Attempt, CheckResult, Outcome, QueueName, State, Submission
from service.store.types import storable


def move(session: Session, where: ColumnElement[bool], **values: Any) -> bool:
    """Change the submissions that fit, in one statement. False: none did."""
    moved = session.execute(
        update(Submission)
        .where(where)
        .values(**values)
        .returning(Submission.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(moved)


def final_or(state: State) -> ColumnElement[State]:
    """`graded` where an earlier attempt was graded: its mark stands."""
    kind = Submission.state.type
    return case(
        (Submission.graded_attempt.is_not(None), literal(State.GRADED, kind)), else_=literal(state, kind)
    )


def try_again(
    session: Session,
    where: ColumnElement[bool],
    submission_id: str,
    outcome: Outcome,
    message: str,
    now: datetime,
    max_attempts: int,
    enqueued_at: datetime | None,
) -> QueueName | None:
    """Count an infrastructure fault; back to the queue, or given up after `max_attempts` of them."""
    message = storable(message, 4000)
    again = Submission.faults + 1 < max_attempts
    kind = Submission.state.type
    row = session.execute(
        update(Submission)
        .where(where)
        .values(
            state=case((again, literal(State.QUEUED, kind)), else_=final_or(State.FAILED)),
            faults=Submission.faults + 1,
            fault=message,
            lease_until=None,
            enqueued_at=enqueued_at,
        )
        .returning(Submission.state, Submission.queue, Submission.attempts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    end_attempt(session, submission_id, row.attempts, outcome, now, fault=message)
    return row.queue if row.state is State.QUEUED else None


def end_attempt(
    session: Session, submission_id: str, number: int, outcome: Outcome, now: datetime, **values: Any
) -> None:
    """Close an attempt that is still open."""
    session.execute(
        update(Attempt)
        .where(Attempt.submission_id == submission_id, Attempt.number == number, Attempt.ended_at.is_(None))
        .values(outcome=outcome, ended_at=now, **values)
        .execution_options(synchronize_session=False)
    )


def keep_checks(session: Session, submission_id: str, report: Report) -> None:
    """Replace the rows that statistics are made from."""
    item_id = session.scalars(select(Submission.item_id).where(Submission.id == submission_id)).one()
    session.execute(delete(CheckResult).where(CheckResult.submission_id == submission_id))
    session.add_all(
        CheckResult(
            submission_id=submission_id,
            position=position,
            item_id=item_id,
            check_id=storable(check.id, 80),
            title=storable(check.title, 300),
            verdict=check.verdict,
            points=check.points,
            max_points=check.max_points,
        )
        for position, check in enumerate(report.checks)
    )
