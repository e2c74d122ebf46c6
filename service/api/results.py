"""What staff see of a whole course."""

from __future__ import annotations

from flask import Response
from sqlalchemy import select

from service.api import access
from service.api.answers import answer
from service.api.blueprint import api
from service.api.courses import ruled_items
from service.api.shapes import (
    CheckRateOut,
    CoursePath,
    Gradebook,
    GradebookRow,
    ItemStatistics,
    Mark,
    Statistics,
)
from service.context import session
from service.store import statistics
from service.store.models import Course, Item


@api.get("/courses/<course>/gradebook", summary="The gradebook (staff)", responses={200: Gradebook})
def gradebook(path: CoursePath) -> Response:
    """Show every student's best score for each lab and quiz."""
    course = access.reach_as_staff(path.course).course
    rows: dict[int, GradebookRow] = {}
    items = _graded_items(course)
    for item in items:
        for student in statistics.students(session(), item):
            row = rows.setdefault(
                student.user_id,
                GradebookRow(
                    login=student.login,
                    name=student.name,
                    email=student.email,
                    section=student.section,
                    marks={},
                ),
            )
            row.marks[item.slug] = Mark(
                best=student.best_score,
                raw=student.counted.raw if student.counted else None,
                days_late=student.counted.lateness.days if student.counted else 0,
                last_state=student.last_state,
                submissions=student.submissions,
            )
    return answer(Gradebook(course=course.slug, items=ruled_items(items), students=list(rows.values())))


@api.get("/courses/<course>/statistics", summary="Statistics (staff)", responses={200: Statistics})
def course_statistics(path: CoursePath) -> Response:
    """Show the numbers of each lab and quiz, and how each check went."""
    course = access.reach_as_staff(path.course).course
    return answer(Statistics(course=course.slug, items=[_numbers(item) for item in _graded_items(course)]))


def _graded_items(course: Course) -> list[Item]:
    found = select(Item).where(Item.course_id == course.id, Item.kind != "lesson", Item.retired.is_(False))
    return list(session().scalars(found.order_by(Item.position)))


def _numbers(item: Item) -> ItemStatistics:
    rows = statistics.students(session(), item)
    summary = statistics.summary(rows, item.max_score)
    return ItemStatistics(
        slug=item.slug,
        title=item.title,
        max_score=item.max_score,
        students=summary.students,
        handed_in=summary.handed_in,
        passed=summary.passed,
        submissions=summary.submissions,
        waiting=summary.waiting,
        failed=summary.failed,
        mean=summary.mean,
        median=summary.median,
        deviation=summary.deviation,
        verdicts={str(verdict): count for verdict, count in summary.verdicts},
        checks=[
            CheckRateOut(id=rate.check_id, title=rate.title, passed=rate.passed, total=rate.total)
            for rate in statistics.check_rates(session(), rows)
        ],
    )
