"""My results: what the reader has handed in, in all courses."""

from __future__ import annotations

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from service.context import session
from service.store import results as store
from service.store.models import Item, Submission
from service.web import access, ruled
from service.web.blueprint import bp

NEWEST = 50
"""How many submissions the list shows."""


@bp.get("/results")
def results() -> str:
    """Show the best result of every lab and quiz, and the newest submissions."""
    own = store.own_results(session(), access.me().id)
    courses = [enrollment.course for enrollment in access.enrollments()]
    items = session().scalars(
        select(Item)
        .where(Item.course_id.in_([course.id for course in courses]), Item.kind != "lesson")
        .order_by(Item.position, Item.id)
    )
    by_course: dict[int, list[Item]] = {course.id: [] for course in courses}
    for item in items:
        if not item.retired or item.id in own:
            by_course[item.course_id].append(item)
    newest = session().scalars(
        select(Submission)
        .options(joinedload(Submission.item).joinedload(Item.course))
        .where(Submission.user_id == access.me().id, *access.only_shown_courses())
        .order_by(Submission.created_at.desc(), Submission.id.desc())
        .limit(NEWEST)
    )
    return render_template(
        "results/results.html",
        courses=courses,
        items=by_course,
        results=own,
        newest=ruled.shown(list(newest)),
    )
