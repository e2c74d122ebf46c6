"""Who may see what through the API. What somebody may not see does not exist for them: 404."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import NotFound

from service.api.blueprint import me
from service.context import session
from service.store.models import Course, Enrollment, Item, Role, Submission

_SLUG = re.compile(r"[a-z0-9-]{1,80}")
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


@dataclass(frozen=True, slots=True)
class Access:
    """A course, and what the one who asks is in it; `None` for administrators who are not enrolled."""

    course: Course
    role: Role | None

    @property
    def staff(self) -> bool:
        """Whether everybody's work may be seen."""
        return me().is_admin or self.role is Role.STAFF


def courses() -> list[Access]:
    """Return the courses that are open to the one who asks, by title."""
    mine = Enrollment.user_id == me().id
    found = select(Course, Enrollment.role).join(
        Enrollment, (Enrollment.course_id == Course.id) & mine, isouter=me().is_admin
    )
    return [Access(course, role) for course, role in session().execute(found.order_by(Course.title))]


def reach(slug: str) -> Access:
    """Return the course as far as the one who asks may see it."""
    # A slug that none can be never reaches the database, which does not take every character.
    if _SLUG.fullmatch(slug):
        for access in courses():
            if access.course.slug == slug:
                return access
    raise _unknown("course", slug)


def reach_as_staff(slug: str) -> Access:
    """Return the course to its staff."""
    access = reach(slug)
    if not access.staff:
        raise NotFound("This is only there for the course's staff.")
    return access


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
    """Return a submission, and whether the one who asks is of its course's staff."""
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
        staff = me().is_admin or role is Role.STAFF
        if staff or found.user_id == me().id:
            return found, staff
    raise _unknown("submission", submission_id)


def _unknown(what: str, name: str) -> NotFound:
    return NotFound(f"There is no {what} {name[:80]!r}, or it is not yours to see.")
