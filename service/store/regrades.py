"""Regrades with a look at them first: begun, then applied or dropped. No mark changes before that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from graders.errors import CallerError
from graders.verdict import Verdict
from service.store import audit, marking
from service.store.after_tables import Regrade, Trial
from service.store.models import (
    Attempt,
    CheckResult,
    Course,
    Item,
    Outcome,
    State,
    Submission,
    User,
)
from service.store.types import new_id, storable, utc_now

MAX_SUBMISSIONS = 12_000
"""More in one regrade are told to be divided: SQLite lets nobody else write while they are applied."""
_CHUNK = 500
"""Reports that are in memory at once."""
_GRADABLE = (State.GRADED, State.FAILED)


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
    gradable = [row for row in found if row.state in _GRADABLE]
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
    graded, adopted = _adopt(session, regrade_id)
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


def fresh() -> ColumnElement[bool]:
    """Return whether a trial still says what grading its submission now would say; needs all three tables."""
    return and_(
        Submission.state.in_(_GRADABLE),
        Submission.graded_attempt.is_not_distinct_from(Trial.base_attempt),
        Trial.item_digest == Item.digest,
    )


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


def _adopt(session: Session, regrade_id: int) -> tuple[int, list[str]]:
    """Make each fresh trial the newest attempt of its submission, and the one that counts.

    Returns how many were graded, and the ids of the submissions that changed. What can be said in one
    statement for all of them is: SQLite lets nobody else write meanwhile.
    """
    of = and_(Trial.regrade_id == regrade_id, Trial.state == State.GRADED)
    rows = session.execute(
        select(
            Trial.id.label("trial_id"),
            Trial.submission_id,
            Trial.verdict,
            Trial.score,
            Trial.max_score,
            Trial.ended_at,
            Submission.attempts,
            Submission.item_id,
            fresh().label("fresh"),
        )
        .join(Submission, Submission.id == Trial.submission_id)
        .join(Item, Item.id == Submission.item_id)
        .where(of)
        .order_by(Trial.submission_id)
        .with_for_update(of=Submission)
    ).all()
    taken = [row for row in rows if row.fresh]
    if taken:
        _mark_adopted(session, taken)
        counts = and_(Trial.regrade_id == regrade_id, Trial.adopted_attempt.is_not(None))
        _keep_attempts(session, counts)
        _keep_checks(session, counts, {row.submission_id: row.item_id for row in taken})
        _keep_marks(session, regrade_id, taken)
    return len(rows), [row.submission_id for row in taken]


def _mark_adopted(session: Session, taken: Sequence[Any]) -> None:
    session.connection().execute(
        update(Trial).where(Trial.id == bindparam("of")).values(adopted_attempt=bindparam("number")),
        [{"of": row.trial_id, "number": row.attempts + 1} for row in taken],
    )


def _keep_attempts(session: Session, counts: ColumnElement[bool]) -> None:
    copied = select(
        Trial.submission_id,
        Trial.adopted_attempt,
        func.coalesce(Trial.worker, ""),
        Trial.started_at,
        Trial.ended_at,
        literal(Outcome.GRADED, Attempt.outcome.type),
        Trial.report,
    ).where(counts)
    columns = ["submission_id", "number", "worker", "started_at", "ended_at", "outcome", "report"]
    session.execute(insert(Attempt).from_select(columns, copied))


def _keep_checks(session: Session, counts: ColumnElement[bool], items: dict[str, int]) -> None:
    changed = select(Trial.submission_id).where(counts)
    session.execute(delete(CheckResult).where(CheckResult.submission_id.in_(changed)))
    reports = session.execute(
        select(Trial.submission_id, Trial.report).where(counts).execution_options(yield_per=_CHUNK)
    )
    for part in reports.partitions():
        checks = [
            {
                "submission_id": submission_id,
                "position": position,
                "item_id": items[submission_id],
                "check_id": storable(check["id"], 80),
                "title": storable(check["title"], 300),
                "verdict": Verdict(check["verdict"]),
                "points": check["points"],
                "max_points": check["max_points"],
            }
            for submission_id, report in part
            for position, check in enumerate((report or {})["checks"])
        ]
        if checks:
            session.execute(insert(CheckResult), checks)


def _keep_marks(session: Session, regrade_id: int, taken: Sequence[Any]) -> None:
    given = marking.given_to(session, select(Trial.submission_id).where(Trial.regrade_id == regrade_id))
    found = session.scalars(select(Item).where(Item.id.in_({row.item_id for row in taken})))
    rubrics = {item.id: marking.rubric_of(item) for item in found}
    marks = []
    for row in taken:
        ticks, points = given.get(row.submission_id, (frozenset(), None))
        marks.append(
            {
                "of": row.submission_id,
                "number": row.attempts + 1,
                "verdict": row.verdict,
                "score": marking.total(row.score, rubrics[row.item_id], ticks, points),
                "max_score": marking.most(row.max_score, rubrics[row.item_id]),
                "graded_at": row.ended_at,
            }
        )
    session.connection().execute(
        update(Submission)
        .where(Submission.id == bindparam("of"))
        .values(
            state=State.GRADED,
            attempts=bindparam("number"),
            graded_attempt=bindparam("number"),
            verdict=bindparam("verdict"),
            score=bindparam("score"),
            max_score=bindparam("max_score"),
            graded_at=bindparam("graded_at"),
            fault=None,
            faults=0,
        ),
        marks,
    )
