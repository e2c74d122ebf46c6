"""Who may see what. What somebody may not see does not exist for them: 404, never 403."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn, cast

from flask import Response, flash, g, jsonify, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import Gone, NotFound

from service.context import session
from service.store.models import Course, Enrollment, Item, Role, Submission, User
from service.web.blueprint import bp

_PUBLIC = {"web.login", "web.static", "web.plotly", "web.bootstrap", "web.picture_style"}


@dataclass(frozen=True, slots=True)
class Access:
    """A course, and whether the reader is of its staff."""

    course: Course
    staff: bool


def me() -> User:
    """Return the account that is logged in."""
    return cast(User, current_user._get_current_object())


@bp.before_request
def log_in_first() -> Any:
    """Send strangers to the login page, and back afterwards."""
    if request.endpoint in _PUBLIC or current_user.is_authenticated:
        return None
    if request.endpoint == "web.state":
        return jsonify(error="not logged in"), 401
    if request.method == "GET":
        return redirect(url_for("web.login", next=request.full_path.rstrip("?")))
    flash("You were logged out in the meantime. Log in and try again.", "limit")
    return redirect(url_for("web.login"))


@bp.after_request
def keep_private(response: Response) -> Response:
    """No shared computer and no proxy keeps a page with marks on it."""
    if request.endpoint not in _PUBLIC and current_user.is_authenticated:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def enrollments() -> list[Enrollment]:
    """Return the reader's enrollments with their courses, by title; asked once for each request."""
    if "web_enrollments" not in g:
        g.web_enrollments = (
            session()
            .scalars(
                select(Enrollment)
                .options(joinedload(Enrollment.course))
                .join(Enrollment.course)
                .where(Enrollment.user_id == me().id)
                .order_by(Course.title)
            )
            .all()
        )
    return cast("list[Enrollment]", g.web_enrollments)


def staff_anywhere() -> bool:
    """Whether the reader is of the staff of some course, or an administrator."""
    return me().is_admin or any(enrollment.role is Role.STAFF for enrollment in enrollments())


def reach(slug: str) -> Access:
    """Return the course `slug` as far as the reader may see it; 404 when not at all."""
    for enrollment in enrollments():
        if enrollment.course.slug == slug:
            return Access(enrollment.course, me().is_admin or enrollment.role is Role.STAFF)
    course = session().scalar(select(Course).where(Course.slug == slug)) if me().is_admin else None
    if course is None:
        unknown("course")
    return Access(course, staff=True)


def reach_as_staff(slug: str) -> Course:
    """Return the course if the reader is of its staff; 404 otherwise."""
    access = reach(slug)
    if not access.staff:
        unknown("page")
    return access.course


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
    """Return a submission that is the reader's own, or of a course whose staff the reader is of; else 404."""
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
    course = submission.item.course
    staff = me().is_admin or any(
        enrollment.course_id == course.id and enrollment.role is Role.STAFF for enrollment in enrollments()
    )
    if submission.user_id != me().id and not staff:
        unknown("submission")
    return submission, Access(course, staff)


def unknown(what: str) -> NoReturn:
    """Answer 404, in words that do not tell whether it exists for somebody else."""
    raise NotFound(f"There is no such {what}, or it is not yours to see.")


def admin_only() -> None:
    """Answer 404 to everybody but administrators."""
    if not me().is_admin:
        unknown("page")
