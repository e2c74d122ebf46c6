"""What one person handed in and reached."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from graders.verdict import Verdict
from service.store.models import State, Submission


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
    results: dict[int, OwnResult] = {}
    found = session.execute(
        select(Submission.id, Submission.item_id, Submission.state, Submission.verdict, Submission.score)
        .where(Submission.user_id == user_id)
        .order_by(Submission.created_at, Submission.id)
    )
    for submission_id, item_id, state, verdict, score in found:
        result = results.setdefault(item_id, OwnResult())
        result.submissions += 1
        result.last_id, result.last_state = submission_id, state
        if score is not None and (result.best_score is None or score > result.best_score):
            result.best_id, result.best_score, result.best_verdict = submission_id, score, verdict
    return results


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
