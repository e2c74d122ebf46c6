"""What one person handed in and reached."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from graders.verdict import Verdict
from service.store.models import State, Submission
from service.store.summary_tables import Standing


@dataclass(slots=True)
class OwnResult:
    """What somebody reached on one item."""

    submissions: int = 0
    best_id: str | None = None
    best_score: float | None = None
    best_verdict: Verdict | None = None
    last_id: str = ""
    last_state: State = State.QUEUED


def own_results(session: Session, user_id: int) -> dict[int, OwnResult]:
    """Return the user's results by item id. One query."""
    found = session.execute(
        select(Standing, Submission.state)
        .join(Submission, Submission.id == Standing.last_id)
        .where(Standing.user_id == user_id)
    )
    return {
        standing.item_id: OwnResult(
            submissions=standing.submissions,
            best_id=standing.counting_id,
            best_score=standing.score,
            best_verdict=standing.verdict,
            last_id=standing.last_id,
            last_state=state,
        )
        for standing, state in found
    }


def history(session: Session, item_id: int, user_id: int, newest: int = 50) -> list[Submission]:
    """Return the user's submissions of an item, the newest first, without what was handed in."""
    return list(
        session.scalars(
            select(Submission)
            .options(defer(Submission.files), defer(Submission.answers))
            .where(Submission.item_id == item_id, Submission.user_id == user_id)
            .order_by(Submission.created_at.desc(), Submission.id.desc())
            .limit(newest)
        )
    )
