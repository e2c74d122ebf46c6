"""Who may see what through the API. What somebody may not see does not exist for them: 404.

The right that an address needs stands in `service.permissions`; the functions here look it up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import Forbidden, NotFound

from service.api.blueprint import me
from service.context import session
from service.permissions import STRICTEST, Place, Right, held, need_of, right_in_course
from service.store.models import Course, Enrollment, Item, Role, Submission

_SLUG = re.compile(r"[a-z0-9-]{1,80}")
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


@dataclass(frozen=True, slots=True)
class Access:
    """A course, and what the one who asks is in it; `None` for administrators who are not enrolled."""

    course: Course
    role: Role | None

    @property
    def rights(self) -> frozenset[Right]:
        """What the one who asks may do in it."""
        return held(self.role, me().is_admin)

    @property
    def staff(self) -> bool:
        """Whether everybody's work may be seen."""
        return Right.GRADE in self.rights


def courses() -> list[Access]:
    """Return the courses that are open to the one who asks, by title."""
    mine = Enrollment.user_id == me().id
    found = select(Course, Enrollment.role).join(
        Enrollment, (Enrollment.course_id == Course.id) & mine, isouter=me().is_admin
    )
    return [Access(course, role) for course, role in session().execute(found.order_by(Course.title))]


def reach(slug: str) -> Access:
    """Return the course if the one who asks may do there what this address needs."""
    return _reach(slug, right_in_course(request.endpoint, Right.SEE))


def reach_as_staff(slug: str) -> Access:
    """Return the course likewise; an address that is unknown to the table needs the most."""
    return _reach(slug, right_in_course(request.endpoint, STRICTEST))


def _reach(slug: str, right: Right) -> Access:
    # A slug that none can be never reaches the database, which does not take every character.
    if _SLUG.fullmatch(slug):
        for access in courses():
            if access.course.slug == slug:
                if right in access.rights:
                    return access
                raise NotFound(f"This is only there for those who may {right} in the course.")
    raise _unknown("course", slug)


def find_item(course: Course, slug: str) -> Item:
    """Return a lab or quiz that can be handed in for."""
    item = None
    if _SLUG.fullmatch(slug):
        item = session().scalar(
            select(Item).where(
                Item.course_id == course.id, Item.slug == slug, Item.kind != "lesson", Item.retired.is_(False)
            )
        )
    if item is None:
        raise _unknown("lab or quiz", slug)
    return item


def find_submission(reading: Session, submission_id: str) -> tuple[Submission, bool]:
    """Return a submission if the one who asks may do with it what this address needs.

    Also returns whether they see everybody's work in its course.
    """
    found = None
    if _ID.fullmatch(submission_id):
        found = reading.scalar(
            select(Submission)
            .options(joinedload(Submission.item).joinedload(Item.course), joinedload(Submission.user))
            .where(Submission.id == submission_id)
        )
    if found is not None:
        role = reading.scalar(
            select(Enrollment.role).where(
                Enrollment.user_id == me().id, Enrollment.course_id == found.item.course_id
            )
        )
        rights, right = held(role, me().is_admin), right_in_course(request.endpoint)
        staff = Right.GRADE in rights
        if right in rights or _is_own(found):
            return found, staff
        if staff or found.user_id == me().id:
            raise Forbidden(f"You may see it, but not do this: it needs the right to {right}.")
    raise _unknown("submission", submission_id)


def _is_own(submission: Submission) -> bool:
    need = need_of(request.endpoint)
    return submission.user_id == me().id and (need is None or need.place is Place.WORK)


def _unknown(what: str, name: str) -> NotFound:
    return NotFound(f"There is no {what} {name[:80]!r}, or it is not yours to see.")
