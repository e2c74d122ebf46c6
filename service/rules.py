"""What the rules of a lab or quiz mean for one student at one moment. Pure: no database, no clock.

Given the rules, an extension, what was handed in and the moment, it is decided here whether one may hand
in (and if not, why and until when), what a submission counts, and what a student may see yet.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar
from zoneinfo import ZoneInfo

from graders.quiz import Question, Quiz
from graders.rules import Counts, Feedback, Rules

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Extension:
    """What one student was granted beyond the rules. It never takes anything away."""

    due: datetime | None = None
    closes: datetime | None = None
    attempts: int = 0
    """So many more than the rules allow."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules as they hold for one student."""

    rules: Rules
    """With the student's own due date, closing and number of attempts."""
    where: ZoneInfo
    """The course's time zone: there a day late begins and ends."""
    extended: bool = False


class Refusal(StrEnum):
    """Why one may not hand in."""

    NOT_OPEN = "not-open"
    CLOSED = "closed"
    NO_ATTEMPTS = "no-attempts-left"
    COOLDOWN = "cooling-down"


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late a submission is, and what that costs."""

    late: bool = False
    """Handed in after the due date, in the grace too."""
    days: int = 0
    """Days begun since the grace ended, on the course's own calendar."""
    share: float = 0.0
    """The part of the score that is taken off, 0 to 1."""


IN_TIME = Lateness()


@dataclass(frozen=True, slots=True)
class Admission:
    """May one hand in now?"""

    refusal: Refusal | None
    attempts_left: int | None
    """`None`: as many as one likes."""
    again: datetime | None
    """When it will be possible, where that is known."""
    lateness: Lateness
    """Of what is handed in now."""

    @property
    def allowed(self) -> bool:
        """Whether nothing stands against it."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Counted:
    """What a graded submission counts."""

    score: float
    """After what lateness takes off."""
    raw: float
    """As it was graded."""
    lateness: Lateness = IN_TIME


def terms(rules: Rules, extension: Extension | None, where: ZoneInfo) -> Terms:
    """Return the rules as they hold for a student with this extension.

    The later moment holds, so that an extension is never worth less than the rules. A due date that was
    put off past the closing takes the closing along.
    """
    if extension is None:
        return Terms(rules, where)
    due, closes = rules.due, rules.closes
    if due and extension.due:
        due = max(due, extension.due)
    if closes:
        closes = max(moment for moment in (closes, extension.closes, due) if moment)
    attempts = rules.attempts + extension.attempts if rules.attempts else 0
    own = dataclasses.replace(rules, due=due, closes=closes, attempts=attempts)
    return Terms(own, where, extended=own != rules)


def admission(terms: Terms, used: Sequence[datetime], now: datetime) -> Admission:
    """Decide whether one may hand in at `now`; `used` are the moments of submissions that took an attempt."""
    rules = terms.rules
    left = max(0, rules.attempts - len(used)) if rules.attempts else None
    # Of two at once the one who waited for the other has the earlier moment: without a pause that is none.
    pause = timedelta(minutes=rules.cooldown_minutes)
    ready = max(used) + pause if used and pause else now
    refusal, again = None, None
    if rules.opens and now < rules.opens:
        refusal, again = Refusal.NOT_OPEN, rules.opens
    elif rules.closes and now > rules.closes:
        refusal = Refusal.CLOSED
    elif left == 0:
        refusal = Refusal.NO_ATTEMPTS
    elif now < ready:
        refusal, again = Refusal.COOLDOWN, ready
    return Admission(refusal, left, again, lateness(terms, now))


def lateness(terms: Terms, at: datetime) -> Lateness:
    """Return how late a submission of the moment `at` is."""
    rules = terms.rules
    if rules.due is None or at <= rules.due:
        return IN_TIME
    days = _days_after_grace(terms, rules.due, at)
    return Lateness(True, days, min(1.0, days * rules.late_percent_per_day / 100))


def _days_after_grace(terms: Terms, due: datetime, at: datetime) -> int:
    """Return how many days were begun since the grace ended.

    A day ends when the clocks of the course show the hour of the due date again: after 23 or 25 hours
    where daylight saving begins or ends.
    """
    local = due.astimezone(terms.where)

    def end_of(day: int) -> datetime:
        # Arithmetic on a local time moves the hands of the clock.
        return (local + timedelta(days=terms.rules.grace_days + day)).astimezone(UTC)

    days = max(0, math.floor((at - end_of(0)).total_seconds() / 86400) - 1)
    while at > end_of(days):
        days += 1
    return days


def counted(terms: Terms, at: datetime, raw: float, *, by_hand: bool = False) -> Counted:
    """Return what a submission of the moment `at` with the score `raw` counts.

    Nothing is taken off a mark that was given by hand: who gave it knew when the submission came.
    """
    late = lateness(terms, at)
    if by_hand:
        late = replace(late, share=0.0)
    return Counted(round(raw * (1 - late.share), 6), raw, late)


def replaces(counts: Counts, new: Counted, before: Counted | None) -> bool:
    """Whether the newer graded submission `new` counts instead of `before`, which counted so far."""
    return before is None or counts is Counts.LAST or new.score > before.score


def is_hidden_until(terms: Terms, now: datetime) -> datetime | None:
    """Return until when something is kept from the student; `None`: nothing is."""
    rules = terms.rules
    hides = bool(rules.hidden_checks) or rules.feedback is Feedback.AFTER_DUE
    return rules.due if hides and rules.due and now <= rules.due else None


def hidden(terms: Terms, checks: Iterable[str], now: datetime) -> frozenset[str]:
    """Return which of these checks a student may see nothing of yet."""
    if is_hidden_until(terms, now) is None:
        return frozenset()
    if terms.rules.feedback is Feedback.AFTER_DUE:
        return frozenset(checks)
    return frozenset(checks) & frozenset(terms.rules.hidden_checks)


def shuffled(options: Collection[T], names: Collection[str], seed: str) -> tuple[T, ...]:
    """Return the options in an order that `seed` decides, always the same; `names` are their ids.

    Each option draws its own place, so adding one does not mix up the others.
    """
    drawn = [sha256(f"{seed}/{name}".encode()).digest() for name in names]
    return tuple(option for _, option in sorted(zip(drawn, options, strict=True), key=lambda pair: pair[0]))


def shuffled_quiz(quiz: Quiz, user_id: int) -> Quiz:
    """Return the quiz with each question's options in this student's own order.

    Options keep their ids, and answers are given by id: so the key, and answers of before, still hold.
    """

    def order(question: Question) -> Question:
        names = [option.id for option in question.options]
        seed = f"{quiz.id}/{user_id}/{question.id}"
        return dataclasses.replace(question, options=shuffled(question.options, names, seed))

    return dataclasses.replace(quiz, questions=tuple(map(order, quiz.questions)))
