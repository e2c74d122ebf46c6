"""Marks and work to take away: Canvas, Moodle, and everything as a zip. Each is told to the audit log."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request
from sqlalchemy import select
from werkzeug.utils import secure_filename

from service.context import database, session
from service.exports.archive import Work, answers_text, zipped
from service.exports.canvas import to_canvas
from service.exports.worksheet import Filled, Mark, WorksheetError, fill
from service.store import statistics
from service.store.database import Database
from service.store.models import Course, Item, Submission, User
from service.web import access, after
from service.web.audit import note
from service.web.blueprint import bp

_CHUNK = 100


@bp.get("/courses/<course>/canvas.csv")
def canvas(course: str) -> Response:
    """Download all marks as Canvas imports them."""
    found = access.reach_as_staff(course)
    response = Response("\ufeff" + to_canvas(session(), found), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{course}-canvas.csv")
    note("export.canvas", found, course)
    return response


@bp.post("/courses/<course>/worksheet")
def worksheet(course: str) -> Any:
    """Fill in a grading worksheet of Moodle and give it back, with what could not be filled in."""
    found = access.reach_as_staff(course)
    item = _item(found, request.form.get("item", ""))
    upload = request.files.get("worksheet")
    if upload is None or not upload.filename:
        return after.page(found, {"worksheet": "Choose the worksheet that you downloaded from Moodle."}), 422
    marks = [Mark(row.login, row.email, row.best_score) for row in statistics.students(session(), item)]
    try:
        filled = fill(upload.read(), marks, item.max_score)
    except WorksheetError as problem:
        return after.page(found, {"worksheet": str(problem)}), 422
    note("export.moodle", found, item.slug, {"filled": filled.filled})
    return _filled_page(found, item, filled, secure_filename(upload.filename) or "worksheet.csv")


@bp.get("/courses/<course>/staff/<slug>/submissions.zip")
def all_submissions(course: str, slug: str) -> Response:
    """Download everything that was handed in for a lab or quiz, as it is read from the database."""
    found = access.reach_as_staff(course)
    item = _item(found, slug)
    note("export.submissions", found, item.slug)
    response = Response(zipped(_works(database(), item.id)), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"{course}-{slug}.zip")
    return response


def _works(source: Database, item_id: int) -> Iterator[Work]:
    """Yield every submission, a hundred at a time: a slow reader keeps no transaction open."""
    last = ""
    while True:
        with source.read() as reading:
            rows = reading.execute(
                select(Submission, User.login, User.name)
                .join(User, User.id == Submission.user_id)
                .where(Submission.item_id == item_id, Submission.id > last)
                .order_by(Submission.id)
                .limit(_CHUNK)
            ).all()
        if not rows:
            return
        for submission, login, name in rows:
            files = submission.files or {}
            if submission.answers is not None:
                files = {"answers.json": answers_text(submission.answers)}
            yield Work(
                submission.id,
                login,
                name,
                submission.created_at,
                submission.state,
                submission.verdict or "",
                submission.score,
                submission.max_score,
                files,
            )
        last = rows[-1][0].id


def _item(course: Course, slug: str) -> Item:
    item = session().scalar(
        select(Item).where(Item.course_id == course.id, Item.slug == slug, Item.kind != "lesson")
    )
    if item is None:
        access.unknown("lab or quiz")
    return item


def _filled_page(course: Course, item: Item, filled: Filled, filename: str) -> str:
    return render_template(
        "after/worksheet.html",
        course=course,
        item=item,
        filled=filled,
        filename=filename,
        download="data:text/csv;base64," + b64encode(filled.data).decode(),
    )
