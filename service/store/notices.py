"""Who wants to be told by e-mail that a submission is graded, and what there is to tell.

The wish itself remembers until when its owner was told. A mailer that is killed between sending and noting it
sends one e-mail twice, and never loses one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.store.models import Course, Item, QueueName, State, Submission, User
from service.store.notice_tables import MailWish
from service.store.types import utc_now

FORGOTTEN = timedelta(days=1)
"""What was graded longer ago is no news: after an outage nobody is flooded."""


@dataclass(frozen=True, slots=True)
class Notice:
    """That a submission is graded. It says nothing of the result: e-mails are read by others too."""

    user_id: int
    submission_id: str
    address: str
    name: str
    item: str
    course: str
    graded_at: datetime


def wants_mail(session: Session, user_id: int) -> bool:
    """Whether somebody wants e-mails."""
    return session.get(MailWish, user_id) is not None


def wish_mail(session: Session, user_id: int, wanted: bool) -> None:
    """Note that somebody wants e-mails from now on, or none any more."""
    found = session.get(MailWish, user_id)
    if wanted and found is None:
        session.add(MailWish(user_id=user_id, told_until=utc_now()))
    elif found is not None and not wanted:
        session.delete(found)


def due(session: Session, now: datetime, most: int = 100) -> list[Notice]:
    """Return what is to be told, the oldest first; regrades are not told, nor those with locked accounts."""
    found = session.execute(
        select(Submission.id, Submission.graded_at, User, Item.title, Course.title)
        .join(User, User.id == Submission.user_id)
        .join(MailWish, MailWish.user_id == User.id)
        .join(Item, Item.id == Submission.item_id)
        .join(Course, Course.id == Item.course_id)
        .where(
            Submission.graded_at > MailWish.told_until,
            Submission.graded_at > now - FORGOTTEN,
            Submission.state == State.GRADED,
            Submission.queue == QueueName.INTERACTIVE,
            User.active.is_(True),
            User.email != "",
        )
        .order_by(Submission.graded_at, Submission.id)
        .limit(most)
    ).all()
    return [
        Notice(user.id, submission_id, user.email, user.name or user.login, item, course, graded_at)
        for submission_id, graded_at, user, item, course in found
        if graded_at is not None
    ]


def told(session: Session, notice: Notice) -> None:
    """Note that somebody was told, or cannot be; what was graded earlier counts as told too."""
    session.execute(
        update(MailWish)
        .where(MailWish.user_id == notice.user_id, MailWish.told_until < notice.graded_at)
        .values(told_until=notice.graded_at)
    )
