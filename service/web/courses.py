"""The way in: courses, what is in one, and the lessons."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from sqlalchemy import select

from graders.course import Lesson, load_item
from service.context import session
from service.store import results
from service.store.models import Course, Item
from service.web import access, ruled
from service.web.blueprint import bp


@bp.get("/")
def home() -> Any:
    """List the reader's courses; the only one is opened at once, but not for those who load others."""
    courses = [enrollment.course for enrollment in access.enrollments()]
    if access.me().is_admin:
        courses = list(session().scalars(select(Course).order_by(Course.title)))
    if len(courses) == 1 and not access.me().is_admin:
        return redirect(url_for("web.course_page", course=courses[0].slug))
    return render_template("courses/home.html", courses=courses)


@bp.get("/courses/<course>")
def course_page(course: str) -> str:
    """Show a course: its lessons, labs and quizzes in order, with the reader's best results."""
    found = access.reach(course)
    items = session().scalars(
        select(Item)
        .where(Item.course_id == found.course.id, Item.retired.is_(False))
        .order_by(Item.position, Item.id)
    )
    return render_template(
        "courses/course.html",
        course=found.course,
        staff=found.staff,
        items=list(items),
        results=results.own_results(session(), access.me().id),
        terms=ruled.terms_of(found.course),
    )


@bp.get("/courses/<course>/lessons/<slug>")
def lesson(course: str, slug: str) -> str:
    """Show the text of a lesson, with the items before and after it."""
    found = access.reach(course)
    item = access.find_item(found.course, slug, "lesson")
    content = load_item(item.kind, item.content)
    assert isinstance(content, Lesson)
    following = session().scalar(
        select(Item)
        .where(Item.course_id == found.course.id, Item.retired.is_(False), Item.position > item.position)
        .order_by(Item.position)
        .limit(1)
    )
    return render_template(
        "courses/lesson.html", course=found.course, item=item, lesson=content, following=following
    )
