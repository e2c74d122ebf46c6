"""Keeps the row that says what a student has reached in a lab or quiz."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Insert, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.store.counting import Try, count
from service.store.models import Submission
from service.store.standing import book
from service.store.summary_tables import Standing
from service.store.types import utc_now

_BATCH = 500


def due_of(session: Session, item_id: int) -> datetime | None:
    """Return when an item is due for everybody without an extension."""
    return book(session, [item_id], 0).terms(item_id, 0).rules.due


def refresh(session: Session, item_id: int, user_id: int) -> None:
    """Draw a standing anew from the student's submissions, inside the caller's transaction.

    Its row is locked before the submissions are read: of two that end at the same moment, the second sees
    the first. A transaction that refreshes several does so last, ordered by (item, user), so that no two
    of them can wait for each other.
    """
    now = utc_now()
    session.flush()
    session.execute(_claim(session, item_id, user_id))
    rows = session.execute(
        select(Submission.id, Submission.created_at, Submission.verdict, Submission.score)
        .where(Submission.item_id == item_id, Submission.user_id == user_id)
        .order_by(Submission.created_at, Submission.id)
    )
    tries = [Try(submission_id, at, verdict, score) for submission_id, at, verdict, score in rows]
    counted = count(tries, book(session, [item_id], user_id).terms(item_id, user_id))
    ours = (Standing.item_id == item_id, Standing.user_id == user_id)
    if counted.last is None:
        session.execute(delete(Standing).where(*ours).execution_options(synchronize_session=False))
        return
    mark = counted.mark
    session.execute(
        update(Standing)
        .where(*ours)
        .values(
            submissions=counted.submissions,
            graded=counted.graded,
            late=counted.late,
            counting_id=counted.counting.submission_id if counted.counting else None,
            score=mark.score if mark else None,
            raw=mark.raw if mark else None,
            days_late=mark.lateness.days if mark and mark.lateness.late else None,
            verdict=counted.counting.verdict if counted.counting else None,
            passed_after=counted.passed_after,
            last_id=counted.last.submission_id,
            last_at=counted.last.created_at,
            verdicts={str(verdict): number for verdict, number in sorted(counted.verdicts.items())},
            changed_at=now,
        )
        .execution_options(synchronize_session=False)
    )


def refresh_of(session: Session, ids: Sequence[str]) -> None:
    """Draw the standings anew that these submissions belong to, in the order that `refresh` asks for."""
    pairs: set[tuple[int, int]] = set()
    for begin in range(0, len(ids), _BATCH):
        some = Submission.id.in_(ids[begin : begin + _BATCH])
        rows = session.execute(select(Submission.item_id, Submission.user_id).where(some))
        pairs |= {(item_id, user_id) for item_id, user_id in rows}
    for item_id, user_id in sorted(pairs):
        refresh(session, item_id, user_id)


def rebuild(session: Session, item_id: int | None = None) -> int:
    """Draw all standings anew, or those of one item; returns how many there are."""
    handed_in = select(Submission.item_id, Submission.user_id).distinct()
    orphans = delete(Standing).where(
        ~select(Submission.id)
        .where(Submission.item_id == Standing.item_id, Submission.user_id == Standing.user_id)
        .exists()
    )
    if item_id is not None:
        handed_in = handed_in.where(Submission.item_id == item_id)
        orphans = orphans.where(Standing.item_id == item_id)
    session.execute(orphans.execution_options(synchronize_session=False))
    return _refresh_all(session, handed_in)


def fill(session: Session) -> int:
    """Draw the standings that are missing, as after an update from a version without them."""
    known = select(Standing.item_id).where(
        Standing.item_id == Submission.item_id, Standing.user_id == Submission.user_id
    )
    missing = select(Submission.item_id, Submission.user_id).distinct().where(~known.exists())
    return _refresh_all(session, missing)


def _refresh_all(session: Session, pairs: object) -> int:
    found = sorted(tuple(row) for row in session.execute(pairs))  # type: ignore[call-overload]
    for item_id, user_id in found:
        refresh(session, item_id, user_id)
    return len(found)


def _claim(session: Session, item_id: int, user_id: int) -> Insert:
    """Return the statement that makes the row if need be, and holds it."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    now = utc_now()
    statement = insert(Standing).values(
        item_id=item_id,
        user_id=user_id,
        submissions=0,
        graded=0,
        late=0,
        last_id="",
        last_at=now,
        verdicts={},
        changed_at=now,
    )
    return statement.on_conflict_do_update(
        index_elements=["item_id", "user_id"], set_={"changed_at": statement.excluded.changed_at}
    )
