"""Loading a course: staff send one, look at what it changes, and confirm it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from graders import course as content
from graders.content import read_course
from graders.content.packed import read_archive
from graders.content.reading import Folder, Source
from graders.errors import CallerError, ContentError
from service.context import database, session, settings
from service.store import course_plan, courses, drafts
from service.store.content_tables import CourseDraft, CourseLoad, Way
from service.store.models import Course
from service.web import access
from service.web.blueprint import bp

SHOWN = 20
"""How many earlier loads the page tells of."""
MOST_PROBLEMS = 50


@bp.get("/content")
def new_course() -> str:
    """Show the form for a course that is not there yet."""
    access.admin_only()
    return _page(None)


@bp.post("/content")
def send_new_course() -> Any:
    """Take a new course in, and lead to what it would change."""
    access.admin_only()
    return _send(None)


@bp.get("/courses/<course>/content")
def course_content(course: str) -> str:
    """Show how a course came in, with the form for a newer version."""
    return _page(access.reach_as_staff(course))


@bp.post("/courses/<course>/content")
def send_course(course: str) -> Any:
    """Take a newer version in, and lead to what it would change."""
    return _send(access.reach_as_staff(course))


@bp.get("/content/drafts/<draft_id>")
def draft(draft_id: str) -> str:
    """Show what confirming would change. Nothing is changed yet."""
    kept, loaded = _find(draft_id)
    return _preview(kept, loaded)


@bp.post("/content/drafts/<draft_id>")
def confirm_draft(draft_id: str) -> Any:
    """Load the course, unless it is no longer what the reader was shown."""
    kept, loaded = _find(draft_id)
    try:
        with database().write() as writing:
            plan = courses.install_course(
                writing,
                loaded,
                base=request.form.get("base", ""),
                way=Way.PAGE,
                source=kept.source,
                user_id=access.me().id,
            )
            writing.delete(writing.get_one(CourseDraft, kept.id))
    except courses.CourseChangedError as problem:
        return _preview(kept, loaded, str(problem)), 409
    except CallerError as problem:
        return _preview(kept, loaded, str(problem)), 422
    flash(f"{loaded.title} is loaded: {plan.summary}.", "good")
    return redirect(url_for("web.course_content", course=loaded.slug), 303)


@bp.post("/content/drafts/<draft_id>/discard")
def discard_draft(draft_id: str) -> Any:
    """Forget what was sent."""
    kept, _ = _find(draft_id)
    with database().write() as writing:
        writing.delete(writing.get_one(CourseDraft, kept.id))
    flash("Nothing was changed.", "good")
    known = session().scalar(select(Course.id).where(Course.slug == kept.slug))
    there = url_for("web.course_content", course=kept.slug) if known else url_for("web.new_course")
    return redirect(there, 303)


def _send(course: Course | None) -> Any:
    try:
        source, told = _source()
        slug = course.slug if course else request.form.get("slug", "").strip()
        loaded = read_course(source, slug, request.form.get("term", "").strip())
    except ContentError as problem:
        return _page(course, str(problem).splitlines()), 422
    except CallerError as problem:
        return _page(course, [str(problem)]), 422
    if course is None and session().scalar(select(Course.id).where(Course.slug == loaded.slug)):
        # It may well be meant: what would change is shown in any case, and as a change of that course.
        flash(f"There is a course {loaded.slug} already. This is what would change there.", "note")
    with database().write() as writing:
        kept = drafts.keep(writing, access.me().id, loaded, told)
    return redirect(url_for("web.draft", draft_id=kept.id), 303)


def _source() -> tuple[Source, str]:
    """Return the course that was sent or chosen, and what it is called."""
    upload = request.files.get("archive")
    if upload and upload.filename:
        return read_archive(upload.filename, upload.read()), upload.filename
    chosen = request.form.get("folder", "")
    if not chosen:
        raise CallerError("Nothing was sent. Choose a zip archive of the course\u2019s folder.")
    if chosen not in _folders():
        raise CallerError("That folder is not among those that may be loaded. Choose one of the list.")
    return Folder(settings().courses_dir / chosen, called=""), chosen


def _folders() -> list[str]:
    """Return the names of the course folders that the settings allow."""
    root: Path = settings().courses_dir
    return sorted(path.parent.name for path in root.glob("*/course.toml"))


def _find(draft_id: str) -> tuple[CourseDraft, content.Course]:
    """Return the reader's own draft; 404 when it is nobody's, another's, or no longer theirs to load."""
    kept = drafts.find(session(), access.me().id, draft_id)
    loaded = drafts.course_of(kept) if kept else None
    if kept is None or loaded is None:
        access.unknown("course that waits to be confirmed")
    if session().scalar(select(Course.id).where(Course.slug == kept.slug)):
        access.reach_as_staff(kept.slug)
    else:
        access.admin_only()
    return kept, loaded


def _preview(kept: CourseDraft, loaded: content.Course, problem: str = "") -> str:
    # A session of its own: after a conflict this request's session would still show the older course.
    with database().read() as fresh:
        plan = course_plan.plan(fresh, loaded)
    return render_template("staff/content_draft.html", draft=kept, plan=plan, problem=problem)


def _page(course: Course | None, problems: list[str] | None = None) -> str:
    loads: list[CourseLoad] = []
    if course is not None:
        newest = select(CourseLoad).where(CourseLoad.course_id == course.id).order_by(CourseLoad.id.desc())
        loads = list(session().scalars(newest.limit(SHOWN)))
    return render_template(
        "staff/content.html",
        course=course,
        loads=loads,
        folders=_folders(),
        problems=(problems or [])[:MOST_PROBLEMS],
        left_out=max(len(problems or []) - MOST_PROBLEMS, 0),
        most=settings().max_upload_bytes,
    )
