"""What loading a course would change, told before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from graders import course as content
from graders.changes import Difference, differences, same
from graders.wire import WireError
from service.store.models import Course, Item, State, Submission
from service.store.rules_tables import ItemRules


class Fate(StrEnum):
    """What becomes of an item."""

    NEW = "new"
    CHANGED = "changed"
    RETIRED = "retired"
    """It is not in the course any more; what was handed in stays."""
    RETURNED = "returned"
    """It was retired, and is back with all that was handed in."""


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """What happens to one item, and to how much work of students it matters."""

    slug: str
    kind: str
    title: str
    fate: Fate
    differences: tuple[Difference, ...] = ()
    submissions: int = 0
    """What has been handed in for it, without what was cancelled."""
    students: int = 0

    @property
    def grades(self) -> bool:
        """Whether what was handed in before might be graded otherwise now."""
        return self.submissions > 0 and any(one.grades for one in self.differences)


@dataclass(frozen=True, slots=True)
class Plan:
    """What loading a course would do. Nothing has been done yet."""

    slug: str
    title: str
    term: str
    base: str
    """Digest of the course it was compared with; empty when there is none of this slug yet."""
    digest: str
    items: tuple[ItemPlan, ...]
    unchanged: int
    course: tuple[Difference, ...] = ()
    """What changes of the course itself."""
    conflicts: tuple[str, ...] = ()
    """Why it cannot be loaded at all."""

    def __bool__(self) -> bool:
        return bool(self.items or self.course or not self.base)

    @property
    def is_new(self) -> bool:
        """Whether there is no course of this slug yet."""
        return not self.base

    @property
    def added(self) -> list[str]:
        """Slugs of the new items."""
        return self._of(Fate.NEW)

    @property
    def changed(self) -> list[str]:
        """Slugs of the items that changed or came back."""
        return self._of(Fate.CHANGED, Fate.RETURNED)

    @property
    def retired(self) -> list[str]:
        """Slugs of the items that are no longer there."""
        return self._of(Fate.RETIRED)

    @property
    def summary(self) -> str:
        """``2 new, 1 changed``; of a course alone ``the course's title``."""
        counts = [(len(self._of(fate)), fate) for fate in Fate]
        told = [f"{count} {fate}" for count, fate in counts if count]
        told += [f"the course's {one.aspect}" for one in self.course]
        return ", ".join(told) or ("a new course without items" if self.is_new else "nothing")

    def _of(self, *fates: Fate) -> list[str]:
        return [item.slug for item in self.items if item.fate in fates]


def plan(session: Session, loaded: content.Course) -> Plan:
    """Compare a course with the one of its slug in the database; changes nothing."""
    course = session.scalar(select(Course).where(Course.slug == loaded.slug))
    return compare(session, course, loaded)


def compare(session: Session, course: Course | None, loaded: content.Course) -> Plan:
    """Compare a course with a row, or with nothing."""
    rows = _rows(session, course)
    counts = _counts(session, course)
    ruled = _ruled(session, course)
    planned, conflicts = [], []
    for item in loaded.items:
        row = rows.get(item.slug)
        if row is not None and row.kind != item.kind:
            conflicts.append(f"{item.id} was a {row.kind} and is a {item.kind} now: give it another name")
        elif found := _item(row, item, counts, ruled.get(item.slug, {}) != _rules_of(loaded, item)):
            planned.append(found)
    here = {item.slug for item in loaded.items}
    gone = [row for row in rows.values() if row.slug not in here and not row.retired]
    planned += [_planned(row, row.title, Fate.RETIRED, (), counts) for row in gone]
    return Plan(
        slug=loaded.slug,
        title=loaded.title,
        term=loaded.term,
        base=course.digest if course else "",
        digest=loaded.digest,
        items=tuple(planned),
        unchanged=len(loaded.items) - sum(item.fate is not Fate.RETIRED for item in planned) - len(conflicts),
        course=tuple(_course(course, loaded, rows)) if course else (),
        conflicts=tuple(conflicts),
    )


def stored(row: Item) -> content.Item | None:
    """Return an item as it was loaded; `None` when an older version wrote it in a form of its own."""
    try:
        return content.load_item(row.kind, row.content)
    except WireError:
        return None


def _rows(session: Session, course: Course | None) -> dict[str, Item]:
    if course is None or course.id is None:
        return {}
    found = session.scalars(select(Item).where(Item.course_id == course.id).order_by(Item.position, Item.id))
    return {row.slug: row for row in found}


def _counts(session: Session, course: Course | None) -> Mapping[int, tuple[int, int]]:
    """Return submissions and students by item, in one query."""
    if course is None or course.id is None:
        return {}
    counted = session.execute(
        select(Submission.item_id, func.count(Submission.id), func.count(func.distinct(Submission.user_id)))
        .join(Item, Item.id == Submission.item_id)
        .where(Item.course_id == course.id, Submission.state != State.CANCELLED)
        .group_by(Submission.item_id)
    )
    return {item: (submissions, students) for item, submissions, students in counted}


def _ruled(session: Session, course: Course | None) -> dict[str, Mapping[str, Any]]:
    """Return what the course's folder said of each item's rules when it was loaded last, by slug."""
    if course is None or course.id is None:
        return {}
    found = session.execute(
        select(Item.slug, ItemRules.folder).join(ItemRules).where(Item.course_id == course.id)
    )
    return {row.slug: row.folder for row in found}


def _rules_of(loaded: content.Course, item: content.Item) -> Mapping[str, Any]:
    return loaded.rules[item.slug].to_json() if item.slug in loaded.rules else {}


def _item(
    row: Item | None, item: content.Item, counts: Mapping[int, tuple[int, int]], ruled: bool
) -> ItemPlan | None:
    """Return what happens to an item; `ruled` says whether its dates or other rules change."""
    if row is None:
        return ItemPlan(item.slug, item.kind, item.title, Fate.NEW)
    before = stored(row)
    alike = before is not None and same(before, item)
    if alike and not row.retired and not ruled:
        return None
    found = differences(before, item) if before is not None else ()
    if not found and not alike:
        found = (Difference("details"),)
    if ruled:
        found = (*found, Difference("dates and rules", grades=True))
    return _planned(row, item.title, Fate.RETURNED if row.retired else Fate.CHANGED, found, counts)


def _planned(
    row: Item,
    title: str,
    fate: Fate,
    found: tuple[Difference, ...],
    counts: Mapping[int, tuple[int, int]],
) -> ItemPlan:
    submissions, students = counts.get(row.id, (0, 0))
    return ItemPlan(row.slug, row.kind, title, fate, found, submissions, students)


def _course(course: Course, loaded: content.Course, rows: Mapping[str, Item]) -> list[Difference]:
    found = []
    if course.title != loaded.title:
        found.append(Difference("title", f"“{course.title}” to “{loaded.title}”"))
    if course.text != loaded.text:
        found.append(Difference("text"))
    if course.term != loaded.term:
        found.append(Difference("term", f"“{course.term}” to “{loaded.term}”"))
    order = [item.slug for item in loaded.items if item.slug in rows and not rows[item.slug].retired]
    before = [slug for slug, row in rows.items() if not row.retired and slug in order]
    if order != before:
        found.append(Difference("order"))
    return found
