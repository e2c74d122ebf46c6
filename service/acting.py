"""Somebody of the staff sees the service as one of their students does, in one course, for a while.

The session stays the staff member's own; the cookie only says as whom they look. Whether they still may is
asked anew at every request: a role that is taken away ends it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, cast

from flask import g
from flask import session as cookie
from flask_login import current_user

from service.context import session
from service.permissions import Right, held
from service.store import members
from service.store.models import Course, Role, User

MINUTES = 60
"""How long it lasts at most: who forgets to end it is themselves again after that."""
_KEY = "acting"


@dataclass(frozen=True, slots=True)
class Acting:
    """Who looks through whose eyes, and whether they may do anything there."""

    staff: User
    student: User
    course: Course
    may_write: bool


def current() -> Acting | None:
    """Return as whom this request is made, `None`: as oneself. Looked up once for each request."""
    if "acting" not in g:
        g.acting = _look_up()
    return cast("Acting | None", g.acting)


def begin(student_id: int, course_id: int) -> Acting | None:
    """Begin, if whoever is logged in may; `None` when not."""
    cookie[_KEY] = {
        "by": int(current_user.id),
        "as": student_id,
        "course": course_id,
        "since": int(time.time()),
    }
    g.pop("acting", None)
    return current()


def end() -> Acting | None:
    """Be oneself again; returns what it was, if it was anything."""
    was = current()
    cookie.pop(_KEY, None)
    g.acting = None
    return was


def can_be_acted(student: User, roles: dict[int, Role], course_id: int) -> bool:
    """Whether this is a student of the course, and nobody's staff: of nobody else a look is taken."""
    return (
        student.active
        and not student.is_admin
        and roles.get(course_id) is Role.STUDENT
        and not any(role.staff for role in roles.values())
    )


def _look_up() -> Acting | None:
    noted: dict[str, Any] | None = cookie.get(_KEY)
    if noted is None or not current_user.is_authenticated:
        return None
    found = _allowed(noted) if time.time() - noted["since"] < MINUTES * 60 else None
    if found is None:
        cookie.pop(_KEY, None)
    return found


def _allowed(noted: dict[str, Any]) -> Acting | None:
    reading = session()
    staff = cast(User, current_user._get_current_object())
    course, student = reading.get(Course, noted["course"]), reading.get(User, noted["as"])
    # Somebody else may have logged in at this browser since.
    if course is None or student is None or noted.get("by") != staff.id or student.id == staff.id:
        return None
    rights = held(members.roles_of(reading, staff.id).get(course.id), staff.is_admin)
    if Right.GRADE not in rights or not can_be_acted(
        student, members.roles_of(reading, student.id), course.id
    ):
        return None
    allowed = members.rules_of(reading, course.id).acting_may_write
    return Acting(staff, student, course, allowed and Right.MANAGE_PEOPLE in rights)
