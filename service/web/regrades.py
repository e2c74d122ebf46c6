"""Regrades with a look at them first: begun here, shown while they run, then applied or dropped."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from service import regrading
from service.context import database, session
from service.store import accounts, regrade_preview, regrades
from service.store.models import Course, Item, Submission, User
from service.store.regrades import RegradeError, Scope
from service.web import access, after
from service.web.blueprint import ROW, bp


@bp.post("/courses/<course>/regrades")
def begin_regrade(course: str) -> Any:
    """Grade a lab, a student's work, or both again; nothing counts until it is applied."""
    found = access.reach_as_staff(course)
    try:
        scope = _scope(found)
        begun = regrading.begin(found, scope, access.me(), request.form.get("reason", ""))
    except RegradeError as problem:
        return after.page(found, {"regrade": str(problem)}), 422
    return redirect(url_for("web.regrade_page", course=course, regrade_id=begun.id), 303)


@bp.get(f"/courses/<course>/regrades/<{ROW}:regrade_id>")
def regrade_page(course: str, regrade_id: int) -> str:
    """Show a regrade as it stands: how far it is, whose mark would change, and why."""
    found = access.reach_as_staff(course)
    regrade = regrade_preview.find(session(), found, regrade_id)
    if regrade is None:
        access.unknown("regrade")
    one = regrade.submission_id and session().get(Submission, regrade.submission_id)
    return render_template(
        "after/regrade.html",
        course=found,
        regrade=regrade,
        submission=one,
        view=regrade_preview.preview(session(), regrade),
        shown=regrade_preview.SHOWN,
    )


@bp.post(f"/courses/<course>/regrades/<{ROW}:regrade_id>/apply")
def apply_regrade(course: str, regrade_id: int) -> Any:
    """Let what was graded again count."""
    found = access.reach_as_staff(course)
    try:
        with database().write() as writing:
            done = regrades.apply(writing, regrade_id, found, access.me())
    except RegradeError as problem:
        return _back(found, regrade_id, str(problem), "limit")
    words = f"The new grading counts now for {done.adopted} submission{'' if done.adopted == 1 else 's'}."
    if done.stale:
        words += f" {done.stale} changed in the meantime and kept their mark: regrade them once more."
    return _back(found, regrade_id, words, "good")


@bp.post(f"/courses/<course>/regrades/<{ROW}:regrade_id>/drop")
def drop_regrade(course: str, regrade_id: int) -> Any:
    """Forget what was graded again; every mark stays."""
    found = access.reach_as_staff(course)
    try:
        with database().write() as writing:
            regrades.drop(writing, regrade_id, found, access.me())
    except RegradeError as problem:
        return _back(found, regrade_id, str(problem), "limit")
    return _back(found, regrade_id, "The regrade is dropped: every mark is what it was.", "good")


def _scope(course: Course) -> Scope:
    """Read the form. Raises `RegradeError`."""
    slug, login = request.form.get("item", "").strip(), request.form.get("student", "").strip()
    item = student = None
    if slug:
        item = session().scalar(
            select(Item).where(Item.course_id == course.id, Item.slug == slug, Item.kind != "lesson")
        )
        if item is None:
            raise RegradeError("This course has no such lab or quiz: choose one from the list.")
    if login:
        student = _student(course, login)
    return Scope(item, student)


def _student(course: Course, login: str) -> User:
    """Return somebody who has handed in something here, also one who left the course since."""
    student = accounts.find_user(session(), login)
    handed_in = select(Submission.id).join(Submission.item).where(Item.course_id == course.id).limit(1)
    if student is None or session().scalar(handed_in.where(Submission.user_id == student.id)) is None:
        raise RegradeError(f"Nobody with the login {login[:120]!r} has handed in anything in this course.")
    return student


def _back(course: Course, regrade_id: int, words: str, tone: str) -> Any:
    flash(words, tone)
    return redirect(url_for("web.regrade_page", course=course.slug, regrade_id=regrade_id), 303)
