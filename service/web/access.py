"""Who may see what. What somebody may not see does not exist for them: 404, never 403.

The right that an address needs stands in `service.permissions`; the functions here look it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn, cast

from flask import Response, flash, g, jsonify, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import Gone, NotFound

from service import acting
from service.context import database, session
from service.logs import path_for_logs
from service.permissions import STRICTEST, Place, Right, held, need_of, right_in_course
from service.store.audit import record
from service.store.models import Course, Enrollment, Item, Submission, User
from service.web.blueprint import bp

_SAFE = {"GET", "HEAD", "OPTIONS"}
_WAYS_OUT = {"web.stop_acting", "web.logout"}
_THEIRS = {Place.COURSE, Place.WORK, Place.ACCOUNT, Place.PUBLIC}
"""What is shown to staff who act as a student; the account itself is not."""


@dataclass(frozen=True, slots=True)
class Access:
    """A course, and what the reader may do in it."""

    course: Course
    rights: frozenset[Right]

    @property
    def staff(self) -> bool:
        """Whether the reader sees everybody's work."""
        return Right.GRADE in self.rights


def me() -> User:
    """Return the account whose view this is: the one logged in, or the student they act as."""
    now = acting.current()
    return now.student if now else really_me()


def really_me() -> User:
    """Return the account that is logged in, also when it acts as a student."""
    return cast(User, current_user._get_current_object())


def is_public() -> bool:
    """Whether strangers may see what was asked for."""
    need = need_of(request.endpoint)
    return need is not None and need.place is Place.PUBLIC


@bp.before_request
def log_in_first() -> Any:
    """Send strangers to the login page, and back afterwards."""
    if is_public() or current_user.is_authenticated:
        return None
    if request.endpoint == "web.state":
        return jsonify(error="not logged in"), 401
    if request.method == "GET":
        return redirect(url_for("web.login", next=request.full_path.rstrip("?")))
    flash("You were logged out in the meantime. Log in and try again.", "limit")
    return redirect(url_for("web.login"))


@bp.before_request
def look_but_not_touch() -> Any:
    """Hold staff who act as a student to what a student's eyes see, and to what the course allows."""
    now = acting.current() if current_user.is_authenticated else None
    if now is None or request.endpoint in _WAYS_OUT:
        return None
    need = need_of(request.endpoint)
    if need is None or need.place not in _THEIRS:
        raise NotFound(
            f"You act as {now.student.login}, and this is not part of what you may see of them. "
            "Be yourself again first, at the top of the page."
        )
    if request.method in _SAFE:
        return None
    if not now.may_write:
        flash(f"Nothing was changed: you only look at what {now.student.login} sees.", "limit")
        return redirect(url_for("web.course_page", course=now.course.slug), 303)
    with database().write() as writing:
        details = {"address": path_for_logs()}
        record(
            writing,
            now.staff,
            "acting.write",
            now.course,
            now.student.login,
            details,
            on_behalf_of=now.student,
        )
    return None


@bp.after_request
def keep_private(response: Response) -> Response:
    """No shared computer and no proxy keeps a page with marks on it."""
    if not is_public() and current_user.is_authenticated:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def enrollments() -> list[Enrollment]:
    """Return the reader's enrollments with their courses, by title; asked once for each request."""
    if "web_enrollments" not in g:
        now = acting.current()
        wanted = (
            select(Enrollment)
            .options(joinedload(Enrollment.course))
            .join(Enrollment.course)
            .where(Enrollment.user_id == me().id)
            .order_by(Course.title)
        )
        # Who acts as a student in one course learns nothing of the others.
        g.web_enrollments = (
            session().scalars(wanted.where(Enrollment.course_id == now.course.id) if now else wanted).all()
        )
    return cast("list[Enrollment]", g.web_enrollments)


def only_shown_courses() -> list[ColumnElement[bool]]:
    """Return the condition on submissions for staff who act as a student in one course; else none."""
    now = acting.current()
    return [Submission.item.has(Item.course_id == now.course.id)] if now else []


def rights_in(course: Course) -> frozenset[Right]:
    """Return what the reader may do in the course; nothing when it is not theirs to see."""
    roles = (enrollment.role for enrollment in enrollments() if enrollment.course_id == course.id)
    return held(next(roles, None), me().is_admin)


def may(right: str, course: Course) -> bool:
    """Whether the reader may do this in the course; for templates, in the table's words."""
    return Right(right) in rights_in(course)


def staff_anywhere() -> bool:
    """Whether the reader sees everybody's work in some course, or is an administrator."""
    return any(Right.GRADE in held(one.role, me().is_admin) for one in enrollments()) or me().is_admin


def staffed_courses() -> list[int] | None:
    """Return the ids of the courses where the reader sees everybody's work; `None`: all there are."""
    if me().is_admin:
        return None
    return [one.course_id for one in enrollments() if Right.GRADE in held(one.role, is_admin=False)]


def reach(slug: str) -> Access:
    """Return the course `slug` if the reader may do there what this address needs; 404 otherwise."""
    return _reach(slug, right_in_course(request.endpoint, Right.SEE))


def reach_as_staff(slug: str) -> Course:
    """Return the course if the reader may do what this address needs; an unknown address needs the most."""
    return _reach(slug, right_in_course(request.endpoint, STRICTEST)).course


def _reach(slug: str, right: Right) -> Access:
    mine = (enrollment.course for enrollment in enrollments() if enrollment.course.slug == slug)
    course = next(mine, None)
    if course is None and me().is_admin:
        course = session().scalar(select(Course).where(Course.slug == slug))
    if course is None:
        unknown("course")
    rights = rights_in(course)
    if right not in rights:
        unknown("page")
    return Access(course, rights)


def find_item(course: Course, slug: str, kind: str) -> Item:
    """Return a lab, quiz or lesson of the course; 404 when it never was there, 410 when it is closed."""
    item = session().scalar(
        select(Item).where(Item.course_id == course.id, Item.slug == slug, Item.kind == kind)
    )
    if item is None:
        unknown(kind)
    if item.retired:
        raise Gone(
            f"The {kind} “{item.title}” is closed: it is no longer part of the course. "
            "What you handed in is still under My results."
        )
    return item


def find_submission(submission_id: str) -> tuple[Submission, Access]:
    """Return a submission if the reader may do with it what this address needs; else 404.

    Their own is always theirs to see, also after they left the course.
    """
    submission = session().scalar(
        select(Submission)
        .options(
            joinedload(Submission.item).joinedload(Item.course),
            joinedload(Submission.user),
        )
        .where(Submission.id == submission_id)
    )
    if submission is None:
        unknown("submission")
    found = Access(submission.item.course, rights_in(submission.item.course))
    if right_in_course(request.endpoint) not in found.rights and not _is_own(submission):
        unknown("submission")
    return submission, found


def _is_own(submission: Submission) -> bool:
    need, now = need_of(request.endpoint), acting.current()
    return (
        submission.user_id == me().id
        and (need is None or need.place is Place.WORK)
        and (now is None or submission.item.course_id == now.course.id)
    )


def unknown(what: str) -> NoReturn:
    """Answer 404, in words that do not tell whether it exists for somebody else."""
    raise NotFound(f"There is no such {what}, or it is not yours to see.")


def admin_only() -> None:
    """Answer 404 to everybody but administrators."""
    if not me().is_admin:
        unknown("page")
