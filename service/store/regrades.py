"""Regrades with a look at them first: begun, then applied or dropped. No mark changes before that."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.orm import Session

from graders.errors import CallerError
from service.store import audit, standings, summaries
from service.store.adopting import GRADABLE, adopt
from service.store.after_tables import Regrade, Trial
from service.store.models import Course, Item, State, Submission, User
from service.store.types import new_id, utc_now

MAX_SUBMISSIONS = 12_000
"""More in one regrade are told to be divided: SQLite lets nobody else write while they are applied."""


class RegradeError(CallerError):
    """A regrade cannot be begun or closed like this; the message says why."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which submissions: of a lab or quiz, of a student, of both, or a single one."""

    item: Item | None = None
    student: User | None = None
    submission: Submission | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a regrade did, by the numbers of submissions."""

    adopted: int
    stale: int
    """Changed since the regrade began (graded again, or the lab was), so they keep their mark."""


def start(
    session: Session, course: Course, scope: Scope, by: User, reason: str = ""
) -> tuple[Regrade, list[str]]:
    """Begin a regrade. Returns it with the ids of its trials, which are queued; raises `RegradeError`."""
    wanted = _wanted(course, scope)
    found = session.execute(
        select(Submission.id, Submission.graded_attempt, Submission.state)
        .join(Submission.item)
        .where(wanted)
        .order_by(Submission.id)
        .limit(MAX_SUBMISSIONS + 1)
    ).all()
    if len(found) > MAX_SUBMISSIONS:
        raise RegradeError(f"These are more than {MAX_SUBMISSIONS} submissions: regrade one lab at a time.")
    gradable = [row for row in found if row.state in GRADABLE]
    if not gradable:
        raise RegradeError("There is no graded submission among these, so there is nothing to grade again.")
    regrade = Regrade(
        course_id=course.id,
        item_id=scope.item.id if scope.item else None,
        student_id=scope.student.id if scope.student else None,
        submission_id=scope.submission.id if scope.submission else None,
        reason=reason.strip()[:500],
        started_by_id=by.id,
        left_out=sum(row.state in (State.QUEUED, State.RUNNING) for row in found),
    )
    session.add(regrade)
    session.flush()
    trials = [
        {
            "id": new_id(),
            "regrade_id": regrade.id,
            "submission_id": row.id,
            "base_attempt": row.graded_attempt,
        }
        for row in gradable
    ]
    session.execute(insert(Trial), trials)
    details = {"regrade": regrade.id, "submissions": len(trials), "reason": regrade.reason}
    audit.record(session, by, "regrade.start", course, target_of(scope), details)
    return regrade, [str(trial["id"]) for trial in trials]


def apply(session: Session, regrade_id: int, course: Course, by: User) -> Applied:
    """Let the trials count, all in the caller's transaction. Raises `RegradeError`.

    What was graded otherwise since the regrade began is left as it is, and counted as stale.
    """
    regrade = _close(session, regrade_id, course, by, applied=True)
    waiting = select(Trial.id).where(
        Trial.regrade_id == regrade_id, Trial.state.in_([State.QUEUED, State.RUNNING])
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise RegradeError("It is not done yet: wait until every submission is graded, or drop it.")
    graded, adopted = adopt(session, regrade_id)
    summaries.keep_patterns(session, adopted)
    standings.refresh_of(session, adopted)
    done = Applied(len(adopted), graded - len(adopted))
    details = {"regrade": regrade.id, "adopted": done.adopted, "stale": done.stale}
    audit.record(session, by, "regrade.apply", course, f"regrade {regrade.id}", details)
    return done


def drop(session: Session, regrade_id: int, course: Course, by: User) -> None:
    """Forget about it; every mark stays. Raises `RegradeError` when it is closed already."""
    _close(session, regrade_id, course, by, applied=False)
    session.execute(
        update(Trial)
        .where(Trial.regrade_id == regrade_id, Trial.state.in_([State.QUEUED, State.RUNNING]))
        .values(state=State.CANCELLED, lease_until=None, ended_at=utc_now())
        .execution_options(synchronize_session=False)
    )
    audit.record(session, by, "regrade.drop", course, f"regrade {regrade_id}", {"regrade": regrade_id})


def target_of(scope: Scope) -> str:
    """Return what is regraded, for the audit log."""
    if scope.submission:
        return scope.submission.id
    parts = [scope.item.slug if scope.item else "", scope.student.login if scope.student else ""]
    return " ".join(part for part in parts if part)


def _wanted(course: Course, scope: Scope) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [Item.course_id == course.id]
    if scope.item:
        parts.append(Submission.item_id == scope.item.id)
    if scope.student:
        parts.append(Submission.user_id == scope.student.id)
    if scope.submission:
        parts.append(Submission.id == scope.submission.id)
    if len(parts) == 1:
        raise RegradeError("Say what to grade again: a lab or quiz, a student, or both.")
    return and_(*parts)


def _close(session: Session, regrade_id: int, course: Course, by: User, *, applied: bool) -> Regrade:
    closed = session.execute(
        update(Regrade)
        .where(Regrade.id == regrade_id, Regrade.course_id == course.id, Regrade.closed_at.is_(None))
        .values(closed_at=utc_now(), closed_by_id=by.id, applied=applied)
        .returning(Regrade.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if closed is None:
        raise RegradeError("Somebody has applied or dropped this regrade already; nothing was done twice.")
    return session.get_one(Regrade, regrade_id)
