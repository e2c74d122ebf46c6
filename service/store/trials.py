"""A worker's side of a trial: an attempt that does not count yet. The same steps as `lifecycle`'s.

    queued -> running -> graded
    running -> queued            lease expired, fault, or handed back
    running -> failed            after `max_attempts` infrastructure faults
    queued, running -> cancelled when its regrade is closed

The submission is only read. Every change is one conditional UPDATE; `tries` fences off who comes too late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_, select, update
from sqlalchemy.orm import Session

from graders.report import Report
from service.store.after_tables import Trial
from service.store.database import Database
from service.store.lifecycle import LOST, Claim
from service.store.models import Attempt, Item, JsonObject, QueueName, State, Submission
from service.store.types import storable, utc_now


@dataclass(frozen=True, slots=True)
class TrialClaim(Claim):
    """The right to grade a submission once, without counting."""

    trial_id: str


def claim(database: Database, trial_id: str, worker: str, lease_seconds: float) -> TrialClaim | None:
    """Begin a trial: `queued` becomes `running`. `None` when it is not queued (any more)."""
    now = utc_now()
    worker = storable(worker, 120)
    with database.write() as session:
        number = session.execute(
            update(Trial)
            .where(Trial.id == trial_id, Trial.state == State.QUEUED)
            .values(
                state=State.RUNNING,
                tries=Trial.tries + 1,
                worker=worker,
                started_at=now,
                lease_until=now + timedelta(seconds=lease_seconds),
            )
            .returning(Trial.tries)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if number is None:
            return None
        trial = session.get_one(Trial, trial_id)
        row = session.get_one(Submission, trial.submission_id)
        item = session.get_one(Item, row.item_id)
        trial.item_digest = item.digest
        return TrialClaim(
            submission_id=row.id,
            number=number,
            worker=worker,
            kind=item.kind,
            content=item.content,
            seed=row.seed,
            files=row.files or {},
            main=row.main or "",
            answers=row.answers or {},
            trial_id=trial_id,
        )


def renew(database: Database, claim: TrialClaim, lease_seconds: float) -> bool:
    """Extend the lease. False: the claim was lost or the regrade closed; stop working."""
    with database.write() as session:
        return _move(session, _held(claim), lease_until=utc_now() + timedelta(seconds=lease_seconds))


def finish(database: Database, claim: TrialClaim, report: Report) -> bool:
    """Keep the report beside what counts. False, and nothing kept, when the claim was lost."""
    found = report.to_json()
    with database.write() as session:
        trial = session.get_one(Trial, claim.trial_id)
        base = _base_report(session, trial)
        return _move(
            session,
            _held(claim),
            state=State.GRADED,
            report=found,
            verdict=report.verdict,
            score=report.score,
            max_score=report.max_score,
            differs=base is None or outcome_of(base) != outcome_of(found),
            ended_at=utc_now(),
            lease_until=None,
            fault=None,
        )


def fault(database: Database, claim: TrialClaim, message: str, *, max_attempts: int = 3) -> QueueName | None:
    """We could not grade. Returns the queue to put it on again; `None`: nothing more to do."""
    with database.write() as session:
        again = _try_again(session, _held(claim), message, max_attempts, utc_now())
        return QueueName.REGRADE if again else None


def give_back(database: Database, claim: TrialClaim) -> QueueName | None:
    """Hand the trial back unharmed (the worker stops). Returns the queue to put it on again."""
    with database.write() as session:
        ours = _move(session, _held(claim), state=State.QUEUED, lease_until=None, enqueued_at=utc_now())
        return QueueName.REGRADE if ours else None


def sweep(
    database: Database, now: datetime, *, requeue_seconds: float = 60, max_attempts: int = 3, limit: int = 200
) -> list[str]:
    """Take back trials whose lease ran out and return the ids of those to put on Redis (again)."""
    with database.write() as session:
        expired = and_(Trial.state == State.RUNNING, Trial.lease_until < now)
        lost = select(Trial.id).where(expired).order_by(Trial.id).limit(limit)
        for trial_id in session.scalars(lost.with_for_update(skip_locked=True)).all():
            _try_again(session, and_(Trial.id == trial_id, expired), LOST, max_attempts, None)
        forgotten = or_(
            Trial.enqueued_at.is_(None), Trial.enqueued_at <= now - timedelta(seconds=requeue_seconds)
        )
        due = session.scalars(
            select(Trial.id)
            .where(Trial.state == State.QUEUED, forgotten)
            .order_by(Trial.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        _move(session, Trial.id.in_(due), enqueued_at=now)
        return list(due)


def mark_enqueued(database: Database, trial_ids: list[str]) -> None:
    """Redis has taken them: the sweep leaves them alone for a while."""
    with database.write() as session:
        _move(session, and_(Trial.id.in_(trial_ids), Trial.state == State.QUEUED), enqueued_at=utc_now())


def mark_not_enqueued(database: Database, trial_id: str) -> None:
    """Redis did not take it: the next sweep tries again at once."""
    with database.write() as session:
        _move(session, and_(Trial.id == trial_id, Trial.state == State.QUEUED), enqueued_at=None)


def outcome_of(report: JsonObject) -> list[Any]:
    """Return what decides a mark: a report's verdict and score, and each check's verdict and points."""
    checks = [
        (check.get("id"), check.get("verdict"), check.get("points")) for check in report.get("checks", [])
    ]
    return [report.get("verdict"), report.get("score"), report.get("max_score"), checks]


def _base_report(session: Session, trial: Trial) -> JsonObject | None:
    if trial.base_attempt is None:
        return None
    return session.get_one(Attempt, (trial.submission_id, trial.base_attempt)).report


def _try_again(
    session: Session,
    where: ColumnElement[bool],
    message: str,
    max_attempts: int,
    enqueued_at: datetime | None,
) -> bool:
    kind = Trial.state.type
    again = Trial.faults + 1 < max_attempts
    state = session.execute(
        update(Trial)
        .where(where)
        .values(
            state=case((again, literal(State.QUEUED, kind)), else_=literal(State.FAILED, kind)),
            faults=Trial.faults + 1,
            fault=storable(message, 4000),
            lease_until=None,
            enqueued_at=enqueued_at,
        )
        .returning(Trial.state)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    return state is State.QUEUED


def _move(session: Session, where: ColumnElement[bool], **values: Any) -> bool:
    moved = session.execute(
        update(Trial)
        .where(where)
        .values(**values)
        .returning(Trial.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(moved)


def _held(claim: TrialClaim) -> ColumnElement[bool]:
    return and_(Trial.id == claim.trial_id, Trial.state == State.RUNNING, Trial.tries == claim.number)
