"""The marks of a course as Canvas's gradebook imports them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.exports.cells import table
from service.store import statistics
from service.store.models import Course, Item
from service.store.statistics import StudentRow

HEADER = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
"""Canvas wants these first, in this order. Of its three ids for a student ours is the login."""


def to_canvas(session: Session, course: Course) -> str:
    """Return the CSV: a row for each student, a column for each lab and quiz, a row of possible points.

    Who has no mark gets an empty cell, which Canvas leaves as it is.
    """
    items = list(
        session.scalars(
            select(Item)
            .where(Item.course_id == course.id, Item.kind != "lesson", Item.retired.is_(False))
            .order_by(Item.position, Item.id)
        )
    )
    people: dict[int, StudentRow] = {}
    marks: dict[int, dict[int, float | None]] = {}
    for item in items:
        for row in statistics.students(session, item):
            people.setdefault(row.user_id, row)
            marks.setdefault(row.user_id, {})[item.id] = row.best_score
    rows: list[list[object]] = [[*HEADER, *(item.title for item in items)]]
    rows.append(["    Points Possible", "", "", "", "", *(_points(item.max_score) for item in items)])
    for user_id, person in people.items():
        found = marks[user_id]
        scores = [_points(found.get(item.id)) for item in items]
        rows.append([_name(person.name) or person.login, "", "", person.login, person.section, *scores])
    return table(rows)


def _name(name: str) -> str:
    """Return ``Last, First``, as Canvas writes people."""
    first, _, last = name.strip().rpartition(" ")
    return f"{last}, {first}" if first else last


def _points(value: float | None) -> object:
    return "" if value is None else float(f"{value:.6g}")
