"""Seeing a course as one of its students does: begun on the student's page, ended with one click anywhere."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for

from service import acting
from service.context import database
from service.store.audit import record
from service.web import access
from service.web.blueprint import ROW, bp


@bp.post(f"/courses/<course>/people/<{ROW}:user_id>/act")
def act_as(course: str, user_id: int) -> Any:
    """Begin to see the course as this student."""
    found = access.reach_as_staff(course)
    now = acting.begin(user_id, found.id)
    if now is None:
        acting.end()
        flash("Only a student of this course, who is nobody's staff, can be looked at like this.", "limit")
        return redirect(url_for("web.roster", course=course), 303)
    with database().write() as writing:
        record(writing, now.staff, "acting.begin", found, now.student.login, on_behalf_of=now.student)
    return redirect(url_for("web.course_page", course=course), 303)


@bp.post("/acting/stop")
def stop_acting() -> Any:
    """Be oneself again."""
    was = acting.end()
    if was is None:
        return redirect(url_for("web.home"), 303)
    with database().write() as writing:
        record(writing, was.staff, "acting.end", was.course, was.student.login, on_behalf_of=was.student)
    flash(f"You are yourself again: {was.staff.login}.", "good")
    return redirect(url_for("web.member", course=was.course.slug, user_id=was.student.id), 303)
