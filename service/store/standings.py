"""Keeps the row that says what a student has reached in a lab or quiz.

What it says is decided by `service.rules`, from the submissions and from what the book holds for the
student (`service.store.standing`). Whoever changes any of these calls `refresh` or `rebuild` in the same
transaction, after the change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Insert, Select, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.store.after_tables import Override
from service.store.counting import Counted, Try, count
from service.store.models import Item, Submission
from service.store.standing import book
from service.store.summary_tables import Standing
from service.store.types import utc_now

_BATCH = 500


def hold_rules(session: Session, item_ids: Collection[int]) -> None:
    """Let nobody draw standings of these items until the caller's transaction ends; for who changes rules.

    Called before the change. Without it somebody whose first submission is being stored just now might be
    drawn by the old rules, and be missed by `rebuild`, which cannot see them yet.
    """
    wanted = select(Item.id).where(Item.id.in_(item_ids)).order_by(Item.id)
    session.execute(wanted.with_for_update(key_share=True))


def due_of(session: Session, item_id: int) -> datetime | None:
    """Return when an item is due for everybody without an extension."""
    return book(session, [item_id], 0).terms(item_id, 0).rules.due


def refresh(session: Session, item_id: int, user_id: int) -> None:
    """Draw a standing anew, inside the caller's transaction; there is none for who has handed in nothing."""
    refresh_all(session, [(item_id, user_id)])


def refresh_all(session: Session, pairs: Iterable[tuple[int, int]]) -> int:
    """Draw the standings of these (item, user) anew; returns how many there are.

    A standing's row is locked before the submissions are read: of two that end at the same moment, the
    second sees the first. A transaction calls this last and once, and it goes in the order of items and
    users, so that no two transactions can wait for each other.
    """
    session.flush()
    wanted = sorted(set(pairs))
    _share_rules(session, {item_id for item_id, _ in wanted})
    drawn = 0
    for begin in range(0, len(wanted), _BATCH):
        for item_id, group in groupby(wanted[begin : begin + _BATCH], key=lambda pair: pair[0]):
            drawn += _draw(session, item_id, [user_id for _, user_id in group])
    return drawn


def refresh_of(session: Session, ids: Sequence[str]) -> None:
    """Draw the standings anew that these submissions belong to."""
    pairs: set[tuple[int, int]] = set()
    for begin in range(0, len(ids), _BATCH):
        some = Submission.id.in_(ids[begin : begin + _BATCH])
        pairs.update(_pairs(session, select(Submission.item_id, Submission.user_id).where(some)))
    refresh_all(session, pairs)


def rebuild(session: Session, item_ids: Collection[int] | None = None) -> int:
    """Draw all standings anew, or those of some items; returns how many there are."""
    handed_in = select(Submission.item_id, Submission.user_id).distinct()
    orphans = delete(Standing).where(
        ~select(Submission.id)
        .where(Submission.item_id == Standing.item_id, Submission.user_id == Standing.user_id)
        .exists()
    )
    if item_ids is not None:
        handed_in = handed_in.where(Submission.item_id.in_(item_ids))
        orphans = orphans.where(Standing.item_id.in_(item_ids))
    session.execute(orphans.execution_options(synchronize_session=False))
    return refresh_all(session, _pairs(session, handed_in))


def fill(session: Session) -> int:
    """Draw the standings that are missing, as after an update from a version without them."""
    known = select(Standing.item_id).where(
        Standing.item_id == Submission.item_id, Standing.user_id == Submission.user_id
    )
    missing = select(Submission.item_id, Submission.user_id).distinct().where(~known.exists())
    return refresh_all(session, _pairs(session, missing))


def _pairs(session: Session, found: Select[int, int]) -> list[tuple[int, int]]:
    return [(item_id, user_id) for item_id, user_id in session.execute(found)]


def _share_rules(session: Session, item_ids: Collection[int]) -> None:
    wanted = select(Item.id).where(Item.id.in_(item_ids)).order_by(Item.id)
    session.execute(wanted.with_for_update(read=True))


def _draw(session: Session, item_id: int, user_ids: list[int]) -> int:
    """Draw the standings of some students in one item: five queries, however many they are."""
    found = select(Submission.user_id).where(Submission.item_id == item_id, Submission.user_id.in_(user_ids))
    drawn = sorted(session.scalars(found.distinct()))
    if not drawn:
        return 0
    now = utc_now()
    rows = [{"item_id": item_id, "user_id": user_id, "changed_at": now, **_EMPTY} for user_id in drawn]
    session.connection().execute(_claim(session), [{**row, "last_at": now} for row in rows])
    read = book(session, [item_id], drawn[0] if len(drawn) == 1 else None)
    values = [
        {"of_item": item_id, "of_user": user_id, **_values(count(tries, read.terms(item_id, user_id)))}
        for user_id, tries in _tries(session, item_id, drawn)
    ]
    held = (Standing.item_id == bindparam("of_item"), Standing.user_id == bindparam("of_user"))
    session.connection().execute(update(Standing).where(*held), values)
    return len(drawn)


def _tries(session: Session, item_id: int, user_ids: list[int]) -> Iterator[tuple[int, Iterator[Try]]]:
    """Yield each student with their submissions, the oldest first."""
    found = session.execute(
        select(
            Submission.user_id,
            Submission.id,
            Submission.created_at,
            Submission.verdict,
            Submission.score,
            Override.submission_id.is_not(None),
        )
        .outerjoin(Override, Override.submission_id == Submission.id)
        .where(Submission.item_id == item_id, Submission.user_id.in_(user_ids))
        .order_by(Submission.user_id, Submission.created_at, Submission.id)
    )
    for user_id, rows in groupby(found, key=lambda row: int(row.user_id)):
        yield user_id, (Try(*row[1:]) for row in rows)


def _values(counted: Counted) -> dict[str, Any]:
    counting, mark, last = counted.counting, counted.mark, counted.last
    assert last is not None, "who is drawn has handed in something"
    return {
        "submissions": counted.submissions,
        "graded": counted.graded,
        "late": counted.late,
        "counting_id": counting.submission_id if counting else None,
        "score": mark.score if mark else None,
        "raw": mark.raw if mark else None,
        "days_late": mark.lateness.days if mark and mark.lateness.late else None,
        "verdict": counting.verdict if counting else None,
        "passed_after": counted.passed_after,
        "last_id": last.submission_id,
        "last_at": last.created_at,
        "verdicts": {str(verdict): number for verdict, number in sorted(counted.verdicts.items())},
    }


_EMPTY: dict[str, Any] = {"submissions": 0, "graded": 0, "late": 0, "last_id": "", "verdicts": {}}


def _claim(session: Session) -> Insert:
    """Return the statement that makes the rows if need be, and holds them."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Standing)
    return statement.on_conflict_do_update(
        index_elements=["item_id", "user_id"], set_={"changed_at": statement.excluded.changed_at}
    )
