"""What one person handed in and reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from graders.verdict import Verdict
from service import rules
from service.store.counting import Try, count
from service.store.models import State, Submission
from service.store.seen import Outcome, veiled_outcomes
from service.store.standing import Book, book
from service.store.summary_tables import Standing
from service.store.types import utc_now


@dataclass(slots=True)
class OwnResult:
    """What somebody reached on one item, as far as they may see it yet."""

    submissions: int
    last_id: str
    last_state: State
    best_id: str | None = None
    """The submission that counts."""
    best_score: float | None = None
    """What it counts, after what lateness takes off."""
    best_raw: float | None = None
    best_verdict: Verdict | None = None
    best_hidden: int = 0
    """How many of its checks are hidden yet."""


def own_results(session: Session, user_id: int, now: datetime | None = None) -> dict[int, OwnResult]:
    """Return the user's results by item id. Three queries, and two more while checks are hidden.

    What a standing holds rests on all checks. Where some are hidden from the user yet, it is counted from
    what they may see.
    """
    now = now or utc_now()
    found = session.execute(
        select(Standing, Submission.state)
        .join(Submission, Submission.id == Standing.last_id)
        .where(Standing.user_id == user_id)
    )
    results: dict[int, OwnResult] = {}
    standings: dict[int, Standing] = {}
    for standing, state in found:
        results[standing.item_id] = OwnResult(standing.submissions, standing.last_id, state)
        standings[standing.item_id] = standing
    read = book(session, standings, user_id)
    veiled = {one for one in standings if rules.is_hidden_until(read.terms(one, user_id), now)}
    for item_id in standings.keys() - veiled:
        _tell(results[item_id], standings[item_id])
    if veiled:
        _tell_veiled(session, read, {one: results[one] for one in veiled}, user_id, now)
    return results


def _tell(result: OwnResult, standing: Standing) -> None:
    result.best_id, result.best_verdict = standing.counting_id, standing.verdict
    result.best_score, result.best_raw = standing.score, standing.raw


def _tell_veiled(
    session: Session, read: Book, results: dict[int, OwnResult], user_id: int, now: datetime
) -> None:
    """Fill in the results of items with hidden checks, as if these had not been made."""
    found = _handed_in(session, user_id, results)
    veiled = veiled_outcomes(session, read, found, now)
    by_item: defaultdict[int, list[Try]] = defaultdict(list)
    for one in found:
        outcome = veiled.get(one.id, Outcome(one.verdict, one.score, one.max_score))
        by_item[one.item_id].append(Try(one.id, one.created_at, outcome.verdict, outcome.score))
        if outcome.hidden and outcome.score is None:
            results[one.item_id].best_hidden = outcome.hidden
    for item_id, tries in by_item.items():
        result, counted = results[item_id], count(tries, read.terms(item_id, user_id))
        if counted.counting is None or counted.mark is None:
            continue
        result.best_id, result.best_verdict = counted.counting.submission_id, counted.counting.verdict
        result.best_score, result.best_raw = counted.mark.score, counted.mark.raw
        seen = veiled.get(counted.counting.submission_id)
        result.best_hidden = seen.hidden if seen else 0


def _handed_in(session: Session, user_id: int, item_ids: Collection[int]) -> list[Submission]:
    return list(
        session.scalars(
            select(Submission)
            .options(defer(Submission.files), defer(Submission.answers))
            .where(Submission.user_id == user_id, Submission.item_id.in_(item_ids))
            .order_by(Submission.created_at, Submission.id)
        )
    )


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
