"""What pages show of rules: where the reader stands, and submissions as far as they may be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from graders.report import Report
from graders.rules import Rules
from service import rules as decide
from service.context import session
from service.rules import Admission, Refusal, Terms
from service.store import results, standing
from service.store.models import Course, Item, Submission
from service.store.seen import Seen
from service.store.seen import seen as seen_by
from service.store.types import utc_now
from service.web import access


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reader stands with a lab or quiz."""

    terms: Terms
    admission: Admission
    now: datetime
    staff: bool

    @property
    def rules(self) -> Rules:
        """The reader's own, extension included."""
        return self.terms.rules

    @property
    def open(self) -> bool:
        """Whether the task may be read: staff read it before everybody else."""
        return self.staff or self.admission.refusal is not Refusal.NOT_OPEN

    @property
    def form(self) -> bool:
        """Whether there is a form to fill in; who only has to wait a little may fill it in already."""
        return self.staff or self.admission.refusal in {None, Refusal.COOLDOWN}

    @property
    def hidden_until(self) -> datetime | None:
        """Until when something of a result is kept from the reader."""
        return None if self.staff else decide.is_hidden_until(self.terms, self.now)

    @property
    def hidden_checks(self) -> frozenset[str]:
        """Ids of the checks that the reader may see nothing of yet."""
        return frozenset(self.rules.hidden_checks) if self.hidden_until else frozenset()

    @property
    def ruled(self) -> bool:
        """Whether there is anything to tell."""
        return self.rules != replace(Rules(), counts=self.rules.counts, shuffle=self.rules.shuffle)


def place(found: access.Access, item: Item) -> Place:
    """Return where the reader stands with `item` now."""
    now = utc_now()
    stands = standing.standing(session(), item.id, access.me().id, now)
    return Place(stands.terms, stands.admission, now, found.staff)


def terms_of(course: Course) -> dict[int, Rules]:
    """Return the reader's own rules by item id."""
    items = session().scalars(select(Item.id).where(Item.course_id == course.id)).all()
    read = standing.book(session(), items, access.me().id)
    return {item_id: read.terms(item_id, access.me().id).rules for item_id in items}


def shown(submissions: Sequence[Submission], *, staff: bool = False) -> list[Seen]:
    """Return what the reader may see of submissions."""
    return seen_by(session(), submissions, staff=staff, now=utc_now())


def seen(submission: Submission, *, staff: bool) -> Seen:
    """Return what the reader may see of a submission."""
    return shown([submission], staff=staff)[0]


def history(item: Item, user_id: int, *, staff: bool) -> list[Seen]:
    """Return a student's submissions of an item, the newest first."""
    return shown(results.history(session(), item.id, user_id), staff=staff)


def hidden_checks(submission: Submission, report: Report) -> frozenset[str]:
    """Return the checks of a report that its student may not see yet."""
    terms = standing.book(session(), [submission.item_id], submission.user_id).terms(
        submission.item_id, submission.user_id
    )
    return decide.hidden(terms, [check.id for check in report.checks], utc_now())


def is_shuffled(item: Item) -> bool:
    """Whether each student sees the options of this quiz in an order of their own."""
    return standing.book(session(), [item.id], 0).rules[item.id].shuffle


def own_order(found: access.Access, item: Item) -> bool:
    """Whether the reader sees the options in an order of their own, without letters."""
    return not found.staff and is_shuffled(item)
