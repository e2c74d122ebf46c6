"""Brings a course, as it was read from its folder, into the database."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from graders import course as content
from service.store import standings
from service.store.models import Course, Item
from service.store.ruling import install_rules
from service.store.types import utc_now


@dataclass
class Changes:
    """What `install_course` did, by the items' slugs."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.retired)

    def __contains__(self, slug: str) -> bool:
        return slug in (*self.added, *self.changed, *self.retired)


def install_course(session: Session, loaded: content.Course) -> Changes:
    """Make the database's course what `loaded` is. Items that vanished are retired, never deleted.

    A retired item that comes back is the same item again, with all that was handed in for it. An item
    that became another kind of item under the same slug raises `ValueError`.
    """
    changes = Changes()
    course = session.scalar(select(Course).where(Course.slug == loaded.slug))
    if course is None:
        course = Course(slug=loaded.slug, title="", digest="")
        session.add(course)
    elif course.digest == loaded.digest:
        return changes
    course.title, course.text, course.digest = loaded.title, loaded.text, loaded.digest
    course.loaded_at = utc_now()
    session.flush()
    known = {item.slug: item for item in session.scalars(select(Item).where(Item.course_id == course.id))}
    standings.hold_rules(session, [item.id for item in known.values()])
    for position, item in enumerate(loaded.items):
        _install_item(session, course.id, known.pop(item.slug, None), position, item, changes)
    for vanished in known.values():
        if not vanished.retired:
            vanished.retired = True
            changes.retired.append(vanished.slug)
    session.flush()
    changes.changed += [slug for slug in install_rules(session, course.id, loaded) if slug not in changes]
    return changes


def _install_item(
    session: Session, course_id: int, row: Item | None, position: int, item: content.Item, changes: Changes
) -> None:
    digest = content.digest(item)
    if row is None:
        row = Item(course_id=course_id, slug=item.slug, kind=item.kind, digest="")
        session.add(row)
        changes.added.append(item.slug)
    elif row.kind != item.kind:
        raise ValueError(f"{item.id} was a {row.kind} and is a {item.kind} now: give it another name")
    elif row.digest != digest or row.retired:
        changes.changed.append(item.slug)
    row.title, row.position, row.max_score = item.title, position, item.max_score
    row.content, row.digest, row.retired = content.dump_item(item), digest, False
