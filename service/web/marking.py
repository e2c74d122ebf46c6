"""Marks that staff give by hand, the rubric, and comments on lines."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session

from service.context import database
from service.store import marking
from service.store.marking import ChangedMeanwhileError, MarkingError
from service.store.models import Submission
from service.web import access
from service.web.blueprint import ROW, bp
from service.web.submissions import page


@bp.post("/submissions/<submission_id>/mark")
def give_mark(submission_id: str) -> Any:
    """Give a mark in place of the graders', with a reason that the student reads."""

    def give(writing: Session, row: Submission) -> None:
        points = _number(request.form.get("points", ""))
        reason, seen = request.form.get("mark-reason", ""), request.form.get("seen", "")
        marking.override(writing, row, access.me(), points, reason, seen)

    return _change(submission_id, "mark", give, "The mark is given. The student sees it with your reason.")


@bp.post("/submissions/<submission_id>/mark/remove")
def remove_mark(submission_id: str) -> Any:
    """Let the graders' mark count again."""

    def remove(writing: Session, row: Submission) -> None:
        marking.remove_override(writing, row, access.me(), request.form.get("seen", ""))

    return _change(submission_id, "mark", remove, "The mark given by hand is removed.")


@bp.post("/submissions/<submission_id>/rubric")
def tick_rubric(submission_id: str) -> Any:
    """Tick the lines of the rubric that hold."""

    def tick(writing: Session, row: Submission) -> None:
        marking.tick(writing, row, access.me(), request.form.getlist("line"), request.form.get("seen", ""))

    return _change(submission_id, "rubric", tick, "The rubric is kept.")


@bp.post("/submissions/<submission_id>/comments")
def add_comment(submission_id: str) -> Any:
    """Comment on a line of what was handed in."""

    def add(writing: Session, row: Submission) -> None:
        line = request.form.get("at-line", "").strip()
        if not (line.isascii() and line.isdigit() and len(line) < 7):
            raise MarkingError("Give the number of a line, as it stands left of it.")
        file, text = request.form.get("file", ""), request.form.get("comment", "")
        marking.comment(writing, row, access.me(), file, int(line), text)

    return _change(submission_id, "comment", add, "The comment stands below its line.")


@bp.post(f"/submissions/<submission_id>/comments/<{ROW}:comment_id>/remove")
def remove_comment(submission_id: str, comment_id: int) -> Any:
    """Take a comment back."""

    def remove(writing: Session, row: Submission) -> None:
        if not marking.remove_comment(writing, row, access.me(), comment_id):
            access.unknown("comment")

    return _change(submission_id, "comment", remove, "The comment is taken back.")


def _change(submission_id: str, field: str, change: Callable[[Session, Submission], None], said: str) -> Any:
    """Do it and show the submission; what cannot be done is told beside the form, which keeps its words."""
    found, reach = access.find_submission(submission_id)
    if not reach.staff:
        access.unknown("page")
    try:
        with database().write() as writing:
            change(writing, writing.get_one(Submission, found.id))
    except MarkingError as problem:
        status = 409 if isinstance(problem, ChangedMeanwhileError) else 422
        return page(found, reach, {field: str(problem)}), status
    flash(said, "good")
    return redirect(url_for("web.submission", submission_id=found.id), 303)


def _number(text: str) -> float:
    """Read points as people write them, with a point or a comma."""
    try:
        points = float(text.strip().replace(",", "."))
    except ValueError:
        points = math.nan
    if not math.isfinite(points):
        raise MarkingError("Give the mark as a number, such as 7.5.")
    return round(points, 4)
