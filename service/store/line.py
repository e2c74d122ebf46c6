"""Where a queued submission stands in the line, and how long that may take."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from service.store.models import Attempt, Outcome, QueueName, State, Submission, WorkerBeat
from service.store.types import utc_now

ALIVE_SECONDS = 60.0
"""A worker that was not seen for longer counts as gone."""
FIRST_GUESS_SECONDS = 5.0
"""What an attempt is taken to last as long as none was graded."""
_SAMPLE = 30


def position(session: Session, submission: Submission) -> int:
    """Return the place in the line, 1 is next; 0 when it is not queued."""
    if submission.state is not State.QUEUED:
        return 0
    earlier = or_(
        Submission.queued_at < submission.queued_at,
        and_(Submission.queued_at == submission.queued_at, Submission.id < submission.id),
    )
    ahead = and_(Submission.queue == submission.queue, earlier)
    if submission.queue is QueueName.REGRADE:
        ahead = or_(ahead, Submission.queue == QueueName.INTERACTIVE)
    count = session.scalar(
        select(func.count()).select_from(Submission).where(Submission.state == State.QUEUED, ahead)
    )
    return (count or 0) + 1


def estimate_seconds(session: Session, place: int, now: datetime | None = None) -> float | None:
    """Return about how long it takes until the submission at `place` is graded; `None`: no worker is alive.

    From what the newest attempts took, how many run at once, and how many are before it or at work now.
    """
    now = now or utc_now()
    slots = session.scalar(
        select(func.sum(WorkerBeat.slots)).where(WorkerBeat.seen_at > now - timedelta(seconds=ALIVE_SECONDS))
    )
    if not slots:
        return None
    running = session.scalar(
        select(func.count()).select_from(Submission).where(Submission.state == State.RUNNING)
    )
    # What runs already is half done on average.
    ahead = place - 1 + (running or 0) / 2
    return round((1 + ahead / slots) * _typical_seconds(session), 1)


def _typical_seconds(session: Session) -> float:
    rows = session.execute(
        select(Attempt.started_at, Attempt.ended_at)
        .where(Attempt.outcome == Outcome.GRADED, Attempt.ended_at.is_not(None))
        .order_by(Attempt.ended_at.desc())
        .limit(_SAMPLE)
    ).all()
    lasted = [(row.ended_at - row.started_at).total_seconds() for row in rows]
    return sum(lasted) / len(lasted) if lasted else FIRST_GUESS_SECONDS
