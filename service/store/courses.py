"""Brings a course, as it was read from its folder, into the database."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from graders import course as content
from graders.errors import CallerError
from service.store import standings
from service.store.content_tables import CourseLoad, Way
from service.store.course_plan import Plan, compare
from service.store.models import Course, Item
from service.store.ruling import install_rules
from service.store.types import storable, utc_now


class CourseChangedError(CallerError):
    """Somebody else has loaded the course since it was looked at; nothing was done."""


class ItemKindError(CallerError):
    """An item would become another kind of item under the same slug; nothing was done."""


def install_course(
    session: Session,
    loaded: content.Course,
    *,
    base: str | None = None,
    way: Way = Way.COMMAND,
    source: str = "",
    user_id: int | None = None,
) -> Plan:
    """Make the database's course what `loaded` is, and return what that changed.

    Items that vanished are retired, never deleted: a retired item that comes back is the same item
    again, with all that was handed in for it. With `base`, the digest of the course as somebody looked
    at it, raises `CourseChangedError` when it is another by now. Raises `ItemKindError`.
    """
    course = session.scalar(select(Course).where(Course.slug == loaded.slug).with_for_update())
    if base is not None and base != (course.digest if course else ""):
        raise CourseChangedError(_in_the_meantime(session, loaded.slug, course))
    plan = compare(session, course, loaded)
    if plan.conflicts:
        raise ItemKindError("\n".join(plan.conflicts))
    course = course or _new(session, loaded)
    if not plan and course.digest == loaded.digest:
        return plan
    course.title, course.text, course.term = loaded.title, loaded.text, loaded.term
    course.digest, course.loaded_at = loaded.digest, utc_now()
    _install_items(session, course, loaded)
    session.add(
        CourseLoad(
            course_id=course.id,
            user_id=user_id,
            way=way,
            source=storable(source, 300),
            summary=plan.summary,
            digest=loaded.digest,
        )
    )
    session.flush()
    return plan


def last_load(session: Session, course: Course) -> CourseLoad | None:
    """Return the newest change of a course's content; `None` when it is older than this record."""
    return session.scalar(
        select(CourseLoad).where(CourseLoad.course_id == course.id).order_by(CourseLoad.id.desc()).limit(1)
    )


def kept_by_people(session: Session, slug: str) -> bool:
    """Whether the course's content was last changed by a person, so that a start must leave it alone."""
    course = session.scalar(select(Course).where(Course.slug == slug))
    last = last_load(session, course) if course else None
    return last is not None and last.way != Way.START


def with_term(session: Session, loaded: content.Course) -> content.Course:
    """Return a course that says no term of its own with the one it has in the database."""
    if loaded.term:
        return loaded
    known = session.scalar(select(Course.term).where(Course.slug == loaded.slug))
    return replace(loaded, term=known or "")


def _new(session: Session, loaded: content.Course) -> Course:
    course = Course(slug=loaded.slug, title=loaded.title, digest="")
    session.add(course)
    try:
        session.flush()
    except IntegrityError:
        raise CourseChangedError(_in_the_meantime(None, loaded.slug, None)) from None
    return course


def _install_items(session: Session, course: Course, loaded: content.Course) -> None:
    known = {item.slug: item for item in session.scalars(select(Item).where(Item.course_id == course.id))}
    standings.hold_rules(session, [item.id for item in known.values()])
    for position, item in enumerate(loaded.items):
        row = known.pop(item.slug, None)
        if row is None:
            row = Item(course_id=course.id, slug=item.slug, kind=item.kind)
            session.add(row)
        row.title, row.position, row.max_score = item.title, position, item.max_score
        row.content, row.digest, row.retired = content.dump_item(item), content.digest(item), False
    for vanished in known.values():
        vanished.retired = True
    session.flush()
    install_rules(session, course.id, loaded)


def _in_the_meantime(session: Session | None, slug: str, course: Course | None) -> str:
    last = last_load(session, course) if session and course else None
    who = f" by {last.user.login}" if last and last.user else ""
    when = f", at {last.at:%H:%M} UTC on {last.at:%d %B %Y}" if last else ""
    return (
        f"The course {slug} was changed in the meantime{who}{when}. Nothing was done: look at what "
        "would change now, and decide again."
    )
