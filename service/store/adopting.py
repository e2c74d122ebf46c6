"""Makes the trials of a regrade count: they become the newest attempts of their submissions.

What can be said in one statement for all of them is: SQLite lets nobody else write meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from graders.verdict import Verdict
from service.store import marking
from service.store.after_tables import Trial
from service.store.models import Attempt, CheckResult, Item, Outcome, State, Submission
from service.store.types import storable

GRADABLE = (State.GRADED, State.FAILED)
"""States of a submission that can be graded again; a withdrawn one stays withdrawn."""
_CHUNK = 500
"""Reports that are in memory at once."""


def fresh() -> ColumnElement[bool]:
    """Return whether a trial still says what grading its submission now would say; needs all three tables."""
    return and_(
        Submission.state.in_(GRADABLE),
        Submission.graded_attempt.is_not_distinct_from(Trial.base_attempt),
        Trial.item_digest == Item.digest,
    )


def adopt(session: Session, regrade_id: int) -> tuple[int, list[str]]:
    """Make each fresh trial the newest attempt of its submission, and the one that counts.

    Returns how many were graded, and the ids of the submissions that changed.
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
