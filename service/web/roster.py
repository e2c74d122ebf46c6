"""Who is in a course: the roster, and its import from CSV with a look at it first."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import render_template, request
from sqlalchemy import func, select

from service.context import database, session
from service.store import members
from service.store import roster as store
from service.store.models import Course, Enrollment, User
from service.web import access
from service.web.blueprint import bp


@bp.get("/courses/<course>/roster")
def roster(course: str) -> str:
    """List the members of a course, with the form to import more; ``?section=`` shows one section."""
    return _page(access.reach_as_staff(course))


@bp.post("/courses/<course>/roster")
def preview_roster(course: str) -> Any:
    """Show what an import would do; nothing is changed yet."""
    found = access.reach_as_staff(course)
    pasted = request.form.get("csv", "")
    upload = request.files.get("file")
    data = upload.read() if upload and upload.filename else pasted.encode()
    drop_missing = _drop_missing()
    try:
        read = store.preview(session(), found, data, drop_missing=drop_missing, actor=access.me())
    except store.RosterError as problem:
        return _page(found, problem=str(problem), csv=pasted), 422
    return _preview(found, read, store.decode(data))


@bp.post("/courses/<course>/roster/import")
def import_roster(course: str) -> Any:
    """Import what was looked at, and show the new accounts' passwords this once."""
    found = access.reach_as_staff(course)
    text = request.form.get("csv", "")
    try:
        with database().write() as writing:
            read, passwords = store.import_roster(
                writing,
                found,
                text.encode(),
                actor=access.me(),
                drop_missing=_drop_missing(),
                seen=request.form.get("seen", ""),
            )
    except store.RosterError as problem:
        return _page(found, problem=str(problem), csv=text), 422
    except store.RosterChangedError as problem:
        page, status = _preview(found, problem.roster, text, changed=str(problem))
        return page, status if problem.roster.problems else problem.status
    if read.problems:
        return _preview(found, read, text)
    return render_template(
        "staff/roster_done.html",
        course=found,
        roster=read,
        passwords=passwords,
        download="data:text/csv;charset=utf-8," + quote("\ufeff" + passwords),
    )


def _drop_missing() -> bool:
    return request.form.get("drop") == "1"


def _preview(course: Course, read: store.Roster, text: str, changed: str = "") -> tuple[str, int]:
    page = render_template(
        "staff/roster_preview.html",
        course=course,
        roster=read,
        csv=text,
        drop_missing=_drop_missing(),
        changed=changed,
    )
    return page, 422 if read.problems else 200


def _page(course: Course, problem: str = "", csv: str = "") -> str:
    found = (
        select(User, Enrollment)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(Enrollment.course_id == course.id)
        .order_by(Enrollment.role, func.lower(User.name), User.login)
    )
    section = request.args.get("section", "")
    if section:
        found = found.where(Enrollment.section == section)
    return render_template(
        "staff/roster.html",
        course=course,
        members=session().execute(found).all(),
        sections=members.sections(session(), course.id),
        section=section,
        problem=problem,
        csv=csv,
    )
