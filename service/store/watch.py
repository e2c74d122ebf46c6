"""How the machinery is doing: the queue, the times, and the workers' signs of life."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.line import ALIVE_SECONDS
from service.store.models import Attempt, Item, Outcome, QueueName, State, Submission, WorkerBeat


@dataclass(frozen=True, slots=True)
class Failure:
    """A submission that was given up."""

    submission_id: str
    title: str
    """Of the lab or quiz."""
    queued_at: datetime
    worker: str | None
    fault: str


@dataclass(frozen=True, slots=True)
class QueueView:
    """How the machinery is doing."""

    queued: int
    """Waiting in the interactive queue."""
    regrades: int
    running: int
    failed_today: int
    """Given up within 24 hours."""
    oldest: datetime | None
    """Since when the one at the head of the line waits."""
    wait: tuple[float, float] | None
    """Median and 95th percentile of the seconds from handing in to the first attempt."""
    run: tuple[float, float] | None
    """The same of the seconds an attempt takes."""
    sample: int
    """How many attempts these are computed from."""
    workers: tuple[tuple[WorkerBeat, bool], ...]
    """Each worker's sign of life, and whether it is a fresh one."""
    failures: tuple[Failure, ...]
    """The newest submissions that were given up by our fault."""


def queue_view(
    session: Session, now: datetime, sample: int = 500, courses: Sequence[int] | None = None
) -> QueueView:
    """Return the state of queue and workers, and failures of these courses (`None`: of all). Five queries."""
    depth: Counter[tuple[State, QueueName]] = Counter()
    oldest: list[datetime] = []
    for state, queue, count, since in session.execute(
        select(Submission.state, Submission.queue, func.count(), func.min(Submission.queued_at))
        .where(Submission.state.in_((State.QUEUED, State.RUNNING)))
        .group_by(Submission.state, Submission.queue)
    ):
        depth[state, queue] = count
        if state is State.QUEUED:
            oldest.append(since)
    failed = session.scalar(
        select(func.count())
        .select_from(Submission)
        .where(Submission.state == State.FAILED, Submission.queued_at > now - timedelta(days=1))
    )
    attempts = session.execute(
        select(Attempt.number, Attempt.started_at, Attempt.ended_at, Submission.created_at)
        .join(Submission, Submission.id == Attempt.submission_id)
        .where(Attempt.outcome == Outcome.GRADED)
        .order_by(Attempt.ended_at.desc())
        .limit(sample)
    ).all()
    workers = session.scalars(select(WorkerBeat).order_by(WorkerBeat.name)).all()
    fresh = now - timedelta(seconds=ALIVE_SECONDS)
    return QueueView(
        queued=depth[State.QUEUED, QueueName.INTERACTIVE],
        regrades=depth[State.QUEUED, QueueName.REGRADE],
        running=sum(count for (state, _), count in depth.items() if state is State.RUNNING),
        failed_today=failed or 0,
        oldest=min(oldest, default=None),
        wait=_spread(
            [(row.started_at - row.created_at).total_seconds() for row in attempts if row.number == 1]
        ),
        run=_spread([(row.ended_at - row.started_at).total_seconds() for row in attempts if row.ended_at]),
        sample=len(attempts),
        workers=tuple((worker, worker.seen_at > fresh) for worker in workers),
        failures=_failures(session, courses),
    )


def _failures(session: Session, courses: Sequence[int] | None, newest: int = 10) -> tuple[Failure, ...]:
    statement = (
        select(
            Submission.id,
            Item.title,
            Submission.queued_at,
            Submission.worker,
            func.coalesce(Submission.fault, ""),
        )
        .join(Item, Item.id == Submission.item_id)
        .where(Submission.state == State.FAILED)
        .order_by(Submission.queued_at.desc(), Submission.id.desc())
        .limit(newest)
    )
    if courses is not None:
        statement = statement.where(Item.course_id.in_(courses))
    return tuple(Failure(*row) for row in session.execute(statement))


def _spread(seconds: list[float]) -> tuple[float, float] | None:
    """Return median and 95th percentile (nearest rank)."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return statistics.median(ordered), ordered[min(int(0.95 * len(ordered)), len(ordered) - 1)]
