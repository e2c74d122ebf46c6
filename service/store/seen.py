"""Submissions as their students may see them: without hidden checks, with what lateness takes off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from graders.verdict import Verdict, worst
from service import rules as decide
from service.rules import Counted
from service.store.after_tables import Override
from service.store.models import CheckResult, Item, State, Submission
from service.store.standing import Book, book


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a submission, as far as it may be seen; nothing of it before it is graded."""

    verdict: Verdict | None
    score: float | None
    max_score: float | None
    hidden: int = 0
    """How many of its checks are hidden."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A submission for lists and pages. It reads like a `Submission`, and tells no more than it may."""

    id: str
    item: Item
    state: State
    created_at: datetime
    verdict: Verdict | None
    score: float | None
    max_score: float | None
    hidden: int
    hidden_until: datetime | None
    lateness: decide.Lateness
    counted: Counted | None
    """Of the score that may be seen."""


def seen(session: Session, submissions: Sequence[Submission], *, staff: bool, now: datetime) -> list[Seen]:
    """Return what may be seen of submissions, in their order; staff see everything. Four queries."""
    read = book(session, {one.item_id for one in submissions})
    veiled = {} if staff else veiled_outcomes(session, read, submissions, now)
    given = select(Override.submission_id).where(Override.submission_id.in_([one.id for one in submissions]))
    by_hand = set(session.scalars(given))
    shown = []
    for one in submissions:
        terms = read.terms(one.item_id, one.user_id)
        whole = Outcome(one.verdict, one.score, one.max_score)
        outcome = veiled.get(one.id, whole)
        counted = (
            decide.counted(terms, one.created_at, outcome.score, by_hand=one.id in by_hand)
            if outcome.score is not None
            else None
        )
        shown.append(
            Seen(
                id=one.id,
                item=one.item,
                state=one.state,
                created_at=one.created_at,
                verdict=outcome.verdict,
                score=outcome.score,
                max_score=outcome.max_score,
                hidden=outcome.hidden,
                hidden_until=decide.is_hidden_until(terms, now) if outcome.hidden else None,
                lateness=counted.lateness if counted else decide.lateness(terms, one.created_at),
                counted=counted,
            )
        )
    return shown


def veiled_outcomes(
    session: Session, read: Book, submissions: Iterable[Submission], now: datetime
) -> dict[str, Outcome]:
    """Return what may be seen of those graded submissions that have checks hidden at `now`. One query."""
    terms = {
        one.id: found
        for one in submissions
        if one.graded_attempt is not None
        and decide.is_hidden_until(found := read.terms(one.item_id, one.user_id), now)
    }
    checks: dict[str, list[CheckResult]] = defaultdict(list)
    if terms:
        for check in session.scalars(select(CheckResult).where(CheckResult.submission_id.in_(terms))):
            checks[check.submission_id].append(check)
    outcomes = {name: _outcome(found, checks[name], now) for name, found in terms.items()}
    return {name: outcome for name, outcome in outcomes.items() if outcome.hidden}


def _outcome(terms: decide.Terms, checks: list[CheckResult], now: datetime) -> Outcome:
    hidden = decide.hidden(terms, [check.check_id for check in checks], now)
    shown = [check for check in checks if check.check_id not in hidden]
    if not shown:
        return Outcome(None, None, None, len(hidden))
    return Outcome(
        worst(check.verdict for check in shown),
        round(sum(check.points for check in shown), 6),
        round(sum(check.max_points for check in shown), 6),
        len(hidden),
    )
