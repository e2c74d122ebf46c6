"""Courses that were sent and wait for somebody to confirm what would change."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from graders.course import Course, dump_course, restore_course
from graders.wire import WireError
from service.store.content_tables import CourseDraft
from service.store.types import storable, utc_now

KEPT = timedelta(days=1)
"""How long a draft waits to be confirmed."""


def keep(session: Session, user_id: int, loaded: Course, source: str) -> CourseDraft:
    """Keep a course until it is confirmed.

    Drafts of the same person for the same course, and drafts that are too old, make room.
    """
    mine = (CourseDraft.user_id == user_id) & (CourseDraft.slug == loaded.slug)
    session.execute(delete(CourseDraft).where(mine | (CourseDraft.made_at < utc_now() - KEPT)))
    draft = CourseDraft(
        user_id=user_id,
        slug=loaded.slug,
        source=storable(source, 300),
        content=dump_course(loaded),
    )
    session.add(draft)
    session.flush()
    return draft


def find(session: Session, user_id: int, draft_id: str) -> CourseDraft | None:
    """Return somebody's own draft, unless it is too old."""
    draft = session.get(CourseDraft, storable(draft_id, 26))
    fresh = draft is not None and draft.made_at >= utc_now() - KEPT
    return draft if draft is not None and fresh and draft.user_id == user_id else None


def course_of(draft: CourseDraft) -> Course | None:
    """Return the course of a draft; `None` when an older version of the service has kept it."""
    try:
        return restore_course(draft.content)
    except (WireError, KeyError):
        return None
