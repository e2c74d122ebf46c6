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
from service.store import checks, statistics
from service.store import gradebook as store
from service.store.models import Course, Item
from service.store.statistics import Summary


@api.get("/courses/<course>/gradebook", summary="The gradebook (staff)", responses={200: Gradebook})
def gradebook(path: CoursePath) -> Response:
    """Show the score that counts of every student, for each lab and quiz."""
    course = access.reach_as_staff(path.course).course
    items = _open_items(course)
    slugs = {item.id: item.slug for item in items}
    students = [
        GradebookRow(
            login=line.login,
            name=line.name,
            email=line.email,
            section=line.section,
            total=line.total,
            marks={slug: _mark(line.cells.get(item_id)) for item_id, slug in slugs.items()},
        )
        for line in store.all_lines(session(), course.id, items, store.Wish())
    ]
    return answer(Gradebook(course=course.slug, items=ruled_items(items), students=students))


@api.get("/courses/<course>/statistics", summary="Statistics (staff)", responses={200: Statistics})
def course_statistics(path: CoursePath) -> Response:
    """Show the numbers of each lab and quiz, and how each check went."""
    course = access.reach_as_staff(path.course).course
    items = _open_items(course)
    numbers = statistics.numbers(session(), course.id, items)
    rates = checks.check_rates(session(), course.id, items)
    found = [_numbers(item, numbers[item.id].summary, rates.get(item.id, [])) for item in items]
    return answer(Statistics(course=course.slug, items=found))


def _open_items(course: Course) -> list[Item]:
    found = select(Item).where(Item.course_id == course.id, Item.kind != "lesson", Item.retired.is_(False))
    return list(session().scalars(found.order_by(Item.position)))


def _mark(cell: store.Cell | None) -> Mark:
    if cell is None:
        return Mark(best=None, raw=None, days_late=0, last_state=None, submissions=0, late=0)
    return Mark(
        best=cell.score,
        raw=cell.raw,
        days_late=cell.days_late or 0,
        last_state=cell.state,
        submissions=cell.submissions,
        late=cell.late,
    )


def _numbers(item: Item, summary: Summary, rates: list[checks.CheckRate]) -> ItemStatistics:
    return ItemStatistics(
        slug=item.slug,
        title=item.title,
        max_score=item.max_score,
        students=summary.students,
        handed_in=summary.handed_in,
        passed=summary.full,
        submissions=summary.submissions,
        waiting=summary.waiting,
        graded=summary.graded,
        failed=summary.failed,
        late=summary.late,
        mean=summary.mean,
        median=summary.median,
        deviation=summary.deviation,
        verdicts={str(verdict): count for verdict, count in summary.verdicts},
        checks=[
            CheckRateOut(id=rate.check_id, title=rate.title, passed=rate.passed, total=rate.total)
            for rate in rates
        ],
    )
