"""The audit log, for a course's staff: who did what, with filters and as CSV."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from service.context import database, session
from service.exports.cells import table
from service.store import audit as store
from service.store.audit import AuditEntry
from service.store.models import Course, User
from service.store.types import storable
from service.web import access
from service.web.blueprint import bp
from service.web.shown import iso

PAGE = 100
MOST_ROWS = 50_000
"""Rows of the CSV."""
_ABOUT_SUBMISSIONS = (
    *("submission.cancel", "submission.regrade", "mark.override", "mark.override-remove", "mark.rubric"),
    *("comment.add", "comment.remove"),
)
"""Actions whose target is the id of a submission."""
_COLUMNS = ("at", "who", "as", "course", "action", "target", "details")


@bp.get("/courses/<course>/audit")
def audit_log(course: str) -> str:
    """Show what was done in a course, the newest first."""
    return _page(access.reach_as_staff(course))


@bp.get("/courses/<course>/audit.csv")
def audit_csv(course: str) -> Response:
    """Download what the filters leave."""
    return _csv(access.reach_as_staff(course))


@bp.get("/audit")
def whole_audit_log() -> str:
    """Show what was done in all courses and to accounts; only administrators."""
    access.admin_only()
    return _page(None)


@bp.get("/audit.csv")
def whole_audit_csv() -> Response:
    """Download what the filters leave of it."""
    access.admin_only()
    return _csv(None)


def _page(course: Course | None) -> str:
    before = request.args.get("before", "")
    rows = _entries(course).limit(PAGE + 1)
    if before.isascii() and before.isdigit() and len(before) < 10:
        rows = rows.where(AuditEntry.id < int(before))
    entries = list(session().scalars(rows))
    asked: dict[str, Any] = {
        name: request.args.get(name, "") for name in ("who", "action", "target", "from", "to")
    }
    of: dict[str, Any] = {"course": course.slug} if course else {}
    own, table_of = (
        ("web.audit_log", "web.audit_csv") if course else ("web.whole_audit_log", "web.whole_audit_csv")
    )
    older = entries[PAGE - 1].id if len(entries) > PAGE else None
    return render_template(
        "after/audit.html",
        course=course,
        entries=entries[:PAGE],
        older=url_for(own, **of, **asked, before=older) if older else "",
        csv=url_for(table_of, **of, **asked),
        actions=_actions(course),
        asked=asked,
        problem=_dates()[2],
        about_submissions=_ABOUT_SUBMISSIONS,
        detail=_spoken,
    )


def _csv(course: Course | None) -> Response:
    rows: list[list[object]] = [list(_COLUMNS)]
    for entry in session().scalars(_entries(course).limit(MOST_ROWS)):
        who, seen_as = _login(entry.actor), _login(entry.on_behalf_of)
        where = entry.course.slug if entry.course else ""
        details = json.dumps(entry.details, ensure_ascii=False) if entry.details else ""
        rows.append([iso(entry.at), who, seen_as, where, entry.action, entry.target, details])
    response = Response("\ufeff" + table(rows), mimetype="text/csv")
    name = f"{course.slug}-audit.csv" if course else "audit.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def note(action: str, course: Course | None, target: str = "", details: dict[str, Any] | None = None) -> None:
    """Write down what the reader has just done, where that was no transaction of its own."""
    with database().write() as writing:
        store.record(writing, access.me(), action, course, target, details)


def _entries(course: Course | None) -> Select[Any]:
    actor = aliased(User)
    begin, end, _ = _dates()
    wanted: list[ColumnElement[bool]] = [AuditEntry.course_id == course.id] if course else []
    if who := _asked("who").lower():
        names = (actor.login, actor.name)
        wanted.append(or_(*(func.lower(name).contains(who, autoescape=True) for name in names)))
    if action := _asked("action"):
        wanted.append(AuditEntry.action == action)
    if target := _asked("target").lower():
        wanted.append(func.lower(AuditEntry.target).contains(target, autoescape=True))
    if begin:
        wanted.append(AuditEntry.at >= begin)
    if end:
        wanted.append(AuditEntry.at < end)
    return (
        select(AuditEntry)
        .outerjoin(actor, actor.id == AuditEntry.actor_id)
        .options(
            joinedload(AuditEntry.actor), joinedload(AuditEntry.on_behalf_of), joinedload(AuditEntry.course)
        )
        .where(*wanted)
        .order_by(AuditEntry.id.desc())
    )


def _asked(name: str) -> str:
    return storable(request.args.get(name, "").strip(), 200)


def _dates() -> tuple[datetime | None, datetime | None, str]:
    """Return the days asked for, in UTC, the last one included; and what is wrong with them."""
    found: list[datetime | None] = []
    for name in ("from", "to"):
        text = _asked(name)
        try:
            found.append(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if text else None)
        except ValueError:
            return None, None, "Write a day as 2026-11-24."
    begin, last = found
    end = last + timedelta(days=1) if last and last.year < 9999 else None
    return begin, end, ""


def _actions(course: Course | None) -> list[str]:
    found = select(AuditEntry.action).distinct()
    return sorted(session().scalars(found.where(AuditEntry.course_id == course.id) if course else found))


def _login(user: User | None) -> str:
    return user.login if user else ""


def _spoken(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    if isinstance(value, float):
        return f"{value:g}"
    return "nothing" if value in (None, "") else str(value)
