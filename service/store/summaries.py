"""Keeps what dashboards are drawn from, in the transactions that change it, and makes it again.

A regrade goes the same way as the first grading, so nothing here outlives the report it was drawn from.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from graders.report import Report
from graders.verdict import Verdict
from graders.wire import WireError
from service.store import standings
from service.store.models import Attempt, Submission
from service.store.patterns import pattern_of
from service.store.summary_tables import GuiltyPattern

_BATCH = 500


def handed_in(session: Session, item_id: int, user_id: int) -> None:
    """A submission was kept."""
    standings.refresh(session, item_id, user_id)


def graded(session: Session, submission_id: str, report: Report) -> None:
    """A report was stored."""
    row = session.execute(
        select(Submission.item_id, Submission.user_id, Submission.files, Submission.main).where(
            Submission.id == submission_id
        )
    ).one()
    keep_pattern(
        session, submission_id, row.item_id, row.user_id, report, (row.files or {}).get(row.main, "")
    )
    standings.refresh(session, row.item_id, row.user_id)


def keep_pattern(
    session: Session, submission_id: str, item_id: int, user_id: int, report: Report, source: str
) -> None:
    """Replace the submission's guilty pattern by that of its newest report."""
    session.execute(delete(GuiltyPattern).where(GuiltyPattern.submission_id == submission_id))
    if pattern := pattern_of(report, source):
        session.add(
            GuiltyPattern(
                submission_id=submission_id,
                item_id=item_id,
                user_id=user_id,
                key=pattern.key,
                verdict=pattern.verdict,
                told=pattern.told,
                kinds=pattern.kinds,
            )
        )


def fill(session: Session) -> None:
    """Make what is missing: everything, on the first start of a version that has these tables."""
    standings.fill(session)
    known = select(GuiltyPattern.submission_id).where(GuiltyPattern.submission_id == Submission.id)
    missing = select(Submission.id).where(
        Submission.graded_attempt.is_not(None), Submission.verdict != Verdict.PASSED, ~known.exists()
    )
    _keep_patterns(session, list(session.scalars(missing.order_by(Submission.id))))


def rebuild(session: Session) -> None:
    """Make everything again from submissions and reports."""
    standings.rebuild(session)
    session.execute(delete(GuiltyPattern))
    every = select(Submission.id).where(
        Submission.graded_attempt.is_not(None), Submission.verdict != Verdict.PASSED
    )
    _keep_patterns(session, list(session.scalars(every.order_by(Submission.id))))


def _keep_patterns(session: Session, ids: list[str]) -> None:
    for begin in range(0, len(ids), _BATCH):
        rows = session.execute(
            select(Submission, Attempt.report)
            .join(
                Attempt,
                (Attempt.submission_id == Submission.id) & (Attempt.number == Submission.graded_attempt),
            )
            .where(Submission.id.in_(ids[begin : begin + _BATCH]))
        )
        for one, report in rows.all():
            try:
                read = Report.from_json(report)
            except (WireError, ValueError):
                # Stored by a version that told less: its page says so too, and it has no pattern.
                continue
            source = (one.files or {}).get(one.main or "", "")
            keep_pattern(session, one.id, one.item_id, one.user_id, read, source)
        session.flush()
        session.expunge_all()
