"""Who stands where: the rules of items, what was granted, and which attempts are used.

It reads what `service.rules` decides upon, and holds the door of the intake.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from graders import clock
from graders.errors import CallerError
from graders.rules import Rules
from service import rules as decide
from service.rules import Admission, Extension, Refusal, Terms
from service.store.models import Attempt, Item, Outcome, State, Submission, User
from service.store.rules_tables import CourseZone, ItemExtension, ItemRules

_UTC = ZoneInfo("UTC")


@dataclass
class RefusedError(CallerError):
    """The rules stand against handing in; nothing was stored. `again`: when it will be possible."""

    refusal: Refusal
    message: str
    again: datetime | None = None
    seconds: int | None = None
    """From the moment it was handed in until `again`, at least 1."""

    @property
    def status(self) -> int:
        """The HTTP status that tells it best."""
        return 429 if self.refusal is Refusal.COOLDOWN else 403

    def __str__(self) -> str:
        return self.message


@dataclass(slots=True)
class Book:
    """Rules, time zones and extensions of some items, read at once."""

    rules: dict[int, Rules] = field(default_factory=dict)
    zones: dict[int, ZoneInfo] = field(default_factory=dict)
    extensions: dict[tuple[int, int], Extension] = field(default_factory=dict)
    _terms: dict[tuple[int, int], Terms] = field(default_factory=dict)

    def terms(self, item_id: int, user_id: int) -> Terms:
        """Return what holds for a student."""
        key = item_id, user_id
        if key not in self._terms:
            rules, where = self.rules.get(item_id, Rules()), self.zones.get(item_id, _UTC)
            self._terms[key] = decide.terms(rules, self.extensions.get(key), where)
        return self._terms[key]


def book(session: Session, item_ids: Iterable[int], user_id: int | None = None) -> Book:
    """Read what holds for items: for one student, or for all. Two queries."""
    read = Book()
    wanted = list(item_ids)
    found = session.execute(
        select(Item.id, ItemRules.folder, ItemRules.edited, CourseZone.name)
        .join(ItemRules, ItemRules.item_id == Item.id, isouter=True)
        .join(CourseZone, CourseZone.course_id == Item.course_id, isouter=True)
        .where(Item.id.in_(wanted))
    )
    for item_id, folder, edited, name in found:
        read.rules[item_id] = effective(folder, edited)
        read.zones[item_id] = clock.zone(name) if name else _UTC
    # Columns, not objects: a session would give back an object as it was when it was first read.
    granted = select(
        ItemExtension.item_id,
        ItemExtension.user_id,
        ItemExtension.due,
        ItemExtension.closes,
        ItemExtension.attempts,
        ItemExtension.reason,
    ).where(ItemExtension.item_id.in_(wanted))
    if user_id is not None:
        granted = granted.where(ItemExtension.user_id == user_id)
    for item_id, of_user, due, closes, attempts, reason in session.execute(granted):
        read.extensions[item_id, of_user] = Extension(due, closes, attempts, reason)
    return read


def effective(folder: dict[str, Any] | None, edited: dict[str, Any] | None) -> Rules:
    """Return the rules that hold: what staff edited, else what the folder says."""
    return Rules.from_json(edited if edited is not None else folder or {})


def used_attempts(session: Session, item_id: int, user_id: int) -> list[datetime]:
    """Return the moments of the submissions that took an attempt.

    Those that failed by our fault took none, nor did those that were withdrawn before they ran.
    """
    began = exists().where(Attempt.submission_id == Submission.id, Attempt.outcome == Outcome.CANCELLED)
    took = or_(
        Submission.state.in_((State.QUEUED, State.RUNNING, State.GRADED)),
        and_(Submission.state == State.CANCELLED, began),
    )
    return list(
        session.scalars(
            select(Submission.created_at)
            .where(Submission.item_id == item_id, Submission.user_id == user_id, took)
            .order_by(Submission.created_at)
        )
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a student stands with a lab or quiz."""

    terms: Terms
    admission: Admission

    @property
    def rules(self) -> Rules:
        """The student's own."""
        return self.terms.rules


def standing(session: Session, item_id: int, user_id: int, now: datetime) -> Standing:
    """Return where a student stands at `now`. Three queries."""
    terms = book(session, [item_id], user_id).terms(item_id, user_id)
    used = used_attempts(session, item_id, user_id)
    return Standing(terms, decide.admission(terms, used, now))


def admit(session: Session, submission: Submission) -> None:
    """Let a submission pass, or raise `RefusedError`; called in the transaction that would store it.

    The student's row is locked, so that of two submissions at once the second sees the first.
    """
    item_id, user_id, now = submission.item_id, submission.user_id, submission.created_at
    # FOR NO KEY UPDATE: it holds up no row that only refers to the student.
    session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    found = standing(session, item_id, user_id, now)
    if found.admission.refusal is not None:
        again = found.admission.again
        seconds = max(1, math.ceil((again - now).total_seconds())) if again else None
        raise RefusedError(found.admission.refusal, sentence(found, now), again, seconds)


def sentence(found: Standing, now: datetime) -> str:
    """Say why nothing is taken, with dates in the course's time zone."""
    rules, again = found.rules, found.admission.again
    match found.admission.refusal:
        case Refusal.NOT_OPEN:
            return f"It is not open yet: it opens on {_told(found, rules.opens)}. Nothing was stored."
        case Refusal.CLOSED:
            return (
                f"It closed on {_told(found, rules.closes)}, so nothing was stored. "
                "If something kept you from it, ask your instructor for an extension."
            )
        case Refusal.NO_ATTEMPTS:
            attempts = "attempt is" if rules.attempts == 1 else "attempts are"
            return (
                f"Your {rules.attempts} {attempts} used, so nothing was stored. "
                "What failed by our fault was not counted."
            )
        case Refusal.COOLDOWN if again:
            minutes = math.ceil((again - now).total_seconds() / 60)
            return (
                f"Between two submissions there must be {rules.cooldown_minutes:g} minutes: try again in "
                f"{minutes} {'minute' if minutes == 1 else 'minutes'}. Nothing was stored."
            )
    return ""


def _told(found: Standing, moment: datetime | None) -> str:
    if moment is None:
        return "a day that is not set"
    local = moment.astimezone(found.terms.where)
    return f"{local.day} {local:%b %Y, %H:%M} ({found.terms.where.key})"
