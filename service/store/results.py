"""What one person handed in and reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from graders.verdict import Verdict
from service.rules import Counted
from service.store.models import State, Submission
from service.store.seen import Outcome, veiled_outcomes
from service.store.standing import book
from service.store.types import utc_now


@dataclass(slots=True)
class OwnResult:
    """What somebody reached on one item, as far as they may see it yet."""

    submissions: int = 0
    best_id: str | None = None
    """The submission that counts."""
    best_score: float | None = None
    """What it counts, after what lateness takes off."""
    best_raw: float | None = None
    best_verdict: Verdict | None = None
    best_hidden: int = 0
    """How many of its checks are hidden yet."""
    last_id: str = ""
    last_state: State = State.QUEUED
    counted: Counted | None = None


def own_results(session: Session, user_id: int, now: datetime | None = None) -> dict[int, OwnResult]:
    """Return the user's results by item id. Three queries, and one more while checks are hidden."""
    found = session.scalars(
        select(Submission)
        .options(defer(Submission.files), defer(Submission.answers))
        .where(Submission.user_id == user_id)
        .order_by(Submission.created_at, Submission.id)
    ).all()
    read = book(session, {one.item_id for one in found}, user_id)
    veiled = veiled_outcomes(session, read, found, now or utc_now())
    results: dict[int, OwnResult] = {}
    for one in found:
        result = results.setdefault(one.item_id, OwnResult())
        result.submissions += 1
        result.last_id, result.last_state = one.id, one.state
        outcome = veiled.get(one.id, Outcome(one.verdict, one.score, one.max_score))
        if outcome.score is None:
            if outcome.hidden and result.best_id is None:
                result.best_hidden = outcome.hidden
            continue
        counted = read.counted(one.item_id, user_id, one.created_at, outcome.score)
        if read.replaces(one.item_id, counted, result.counted):
            result.best_id, result.best_verdict, result.best_hidden = one.id, outcome.verdict, outcome.hidden
            result.counted, result.best_score, result.best_raw = counted, counted.score, counted.raw
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
