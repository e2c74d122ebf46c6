"""Keeps what dashboards are drawn from, in the transactions that change it, and makes it again.

A regrade goes the same way as the first grading, so nothing here outlives the report it was drawn from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from graders.report import Report
from graders.verdict import Verdict
from graders.wire import WireError
from service.store import standings
from service.store.models import Attempt, Submission
from service.store.patterns import pattern_of
from service.store.summary_tables import GuiltyPattern

_BATCH = 500


def keep_patterns(session: Session, ids: Sequence[str]) -> None:
    """Replace the guilty patterns of these submissions by those of the reports that count now."""
    for begin in range(0, len(ids), _BATCH):
        some = ids[begin : begin + _BATCH]
        session.execute(delete(GuiltyPattern).where(GuiltyPattern.submission_id.in_(some)))
        found = session.execute(
            select(
                Submission.id,
                Submission.item_id,
                Submission.user_id,
                Submission.files,
                Submission.main,
                Attempt.report,
            )
            .join(
                Attempt,
                (Attempt.submission_id == Submission.id) & (Attempt.number == Submission.graded_attempt),
            )
            .where(Submission.id.in_(some))
        )
        if rows := [row for one in found if (row := _row(*one)) is not None]:
            session.execute(insert(GuiltyPattern), rows)


def fill(session: Session) -> None:
    """Make what is missing: everything, on the first start of a version that has these tables."""
    standings.fill(session)
    known = select(GuiltyPattern.submission_id).where(GuiltyPattern.submission_id == Submission.id)
    missing = select(Submission.id).where(
        Submission.graded_attempt.is_not(None), Submission.verdict != Verdict.PASSED, ~known.exists()
    )
    keep_patterns(session, session.scalars(missing.order_by(Submission.id)).all())


def rebuild(session: Session) -> None:
    """Make everything again from submissions and reports."""
    standings.rebuild(session)
    session.execute(delete(GuiltyPattern))
    every = select(Submission.id).where(Submission.graded_attempt.is_not(None))
    keep_patterns(session, session.scalars(every.order_by(Submission.id)).all())


def _row(
    submission_id: str,
    item_id: int,
    user_id: int,
    files: dict[str, str] | None,
    main: str | None,
    report: dict[str, Any] | None,
) -> dict[str, Any] | None:
    try:
        read = Report.from_json(report)
    except (WireError, ValueError):
        # Stored by a version that told less: it has no pattern.
        return None
    pattern = pattern_of(read, (files or {}).get(main or "", ""))
    if pattern is None:
        return None
    return {
        "submission_id": submission_id,
        "item_id": item_id,
        "user_id": user_id,
        "key": pattern.key,
        "verdict": pattern.verdict,
        "told": pattern.told,
        "kinds": pattern.kinds,
    }
