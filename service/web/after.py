"""After grading: the page from which staff regrade, compare, export and look back."""

from __future__ import annotations

from flask import render_template
from sqlalchemy import func, or_, select

from service.context import session
from service.store import regrade_preview
from service.store.models import Course, Item, Submission
from service.web import access
from service.web.blueprint import bp


@bp.get("/courses/<course>/after")
def after(course: str) -> str:
    """Show what can be done with a course's submissions, and its newest regrades."""
    return page(access.reach_as_staff(course))


def page(course: Course, problems: dict[str, str] | None = None) -> str:
    """Return the page; `problems` are told beside their fields."""
    counts = dict(
        session()
        .execute(
            select(Submission.item_id, func.count())
            .join(Submission.item)
            .where(Item.course_id == course.id)
            .group_by(Submission.item_id)
        )
        .all()
    )
    items = session().scalars(
        select(Item)
        .where(Item.course_id == course.id, Item.kind != "lesson")
        .where(or_(Item.retired.is_(False), Item.id.in_(counts)))
        .order_by(Item.position, Item.id)
    )
    return render_template(
        "after/after.html",
        course=course,
        items=list(items),
        counts=counts,
        regrades=regrade_preview.newest(session(), course, 20),
        problems=problems or {},
    )
