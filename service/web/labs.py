"""One lab or quiz in depth: its charts, the tables beside them, and their CSV files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Response, render_template, request
from sqlalchemy import select

from service.context import session
from service.store import checks, statistics, timeline
from service.store.models import Course, Item
from service.store.standings import due_of
from service.store.statistics import Numbers
from service.store.types import utc_now
from service.web import access, charts, words
from service.web.blueprint import bp
from service.web.shown import iso
from service.web.tables import Table, csv_answer


@dataclass(frozen=True, slots=True)
class Graph:
    """A figure and the table that holds the same."""

    figure: charts.Figure
    table: Table


def find_graded(course: str, slug: str) -> tuple[Course, Item]:
    """Return an item that is handed in; staff also see one that is closed by now."""
    found = access.reach_as_staff(course)
    item = session().scalar(
        select(Item).where(Item.course_id == found.id, Item.slug == slug, Item.kind != "lesson")
    )
    if item is None:
        access.unknown("lab or quiz")
    return found, item


def send(tables: Iterable[Table], name: str, filename: str) -> Response:
    """Return the table of this name as a file; 404 when there is none."""
    table = next((one for one in tables if one.name == name), None)
    if table is None:
        access.unknown("table")
    return csv_answer(filename, table.head, table.rows)


def page_wanted() -> int:
    """Return the number of the page that is asked for; 1 when that is no number."""
    return request.args.get("page", 1, type=int)


def until(item: Item) -> datetime:
    """Return where the charts over time end: with the day asked for, else with the newest submission."""
    try:
        day = datetime.strptime(request.args.get("until", ""), "%Y-%m-%d").replace(tzinfo=UTC)
        # The years at either end leave no room for what comes before and after.
        if 1970 <= day.year <= 9000:
            return day + timedelta(hours=23, minutes=59)
    except ValueError:
        pass
    return timeline.newest(session(), item) or utc_now()


def graphs(item: Item, numbers: Numbers, end: datetime) -> dict[str, Graph]:
    """Return the charts of an item by name, each with its table."""
    bins = statistics.histogram(numbers.scores, item.max_score)
    tries = statistics.tries(numbers.passed_after)
    days = timeline.mix(session(), item, end)
    hours = timeline.hours(session(), item, end)
    due = due_of(session(), item.id)
    return {
        "histogram": Graph(
            charts.histogram(bins),
            Table(
                "histogram",
                "Students by the score that counts",
                ("from", "to", "students"),
                [(bar.low, bar.high, bar.students) for bar in bins],
            ),
        ),
        "tries": Graph(
            charts.tries(tries),
            Table(
                "tries",
                "Graded submissions until the first pass",
                ("submissions", "students"),
                [(charts.try_label(count), students) for count, students in tries],
            ),
        ),
        "mix": Graph(charts.mix(days, item.kind), _mix_table(days, item.kind)),
        "hours": Graph(
            charts.hours(hours, end, due),
            Table(
                "hours",
                f"Submissions in each hour with any, {timeline.HOURS // 24} days",
                ("hour", "submissions"),
                [(iso(hour.begin), hour.submissions) for hour in hours],
            ),
        ),
    }


@bp.get("/courses/<course>/staff/<slug>/<table>.csv")
def lab_table(course: str, slug: str, table: str) -> Response:
    """Download the table beside one of the item's charts, its verdicts or its checks."""
    found, item = find_graded(course, slug)
    numbers = statistics.numbers(session(), found.id, [item])[item.id]
    tables = [graph.table for graph in graphs(item, numbers, until(item)).values()]
    tables += [_verdicts(numbers), _checks(found, item)]
    return send(tables, table, f"{course}-{slug}-{table}.csv")


@bp.get("/courses/<course>/staff/<slug>/checks/<check>")
def failing(course: str, slug: str, check: str) -> str:
    """List the submissions that count and do not pass a check."""
    found, item = find_graded(course, slug)
    rate = _rate(found, item, check)
    rows, page = checks.failing(session(), item, check, page_wanted())
    return render_template(
        "dashboards/failing.html", course=found, item=item, rate=rate, rows=rows, page=page
    )


@bp.get("/courses/<course>/staff/<slug>/checks/<check>.csv")
def failing_csv(course: str, slug: str, check: str) -> Response:
    """Download that list."""
    found, item = find_graded(course, slug)
    _rate(found, item, check)
    head = ("login", "name", "section", "verdict", "points", "max_points", "submission")
    rows = [
        (one.login, one.name, one.section, str(one.verdict), one.points, one.max_points, one.submission_id)
        for one in checks.all_failing(session(), item, check)
    ]
    return csv_answer(f"{course}-{slug}-{check}.csv", head, rows)


def _rate(course: Course, item: Item, check: str) -> checks.CheckRate:
    rates = checks.check_rates(session(), course.id, [item]).get(item.id, [])
    rate = next((one for one in rates if one.check_id == check), None)
    if rate is None:
        access.unknown("check")
    return rate


def _mix_table(days: list[timeline.Day], kind: str) -> Table:
    names = sorted({name for day in days for name in day.counts}, key=words.order)
    return Table(
        "mix",
        "Submissions of each day (UTC) by verdict",
        ("day", *(words.for_either(name, kind).title for name in names)),
        [(day.day, *(day.counts[name] for name in names)) for day in days],
    )


def _verdicts(numbers: Numbers) -> Table:
    rows = [(str(verdict), count) for verdict, count in numbers.summary.verdicts]
    return Table("verdicts", "Graded submissions by verdict", ("verdict", "submissions"), rows)


def _checks(course: Course, item: Item) -> Table:
    head = ("check", "title", "passed", "total", "rate", "mean_points", "max_points", "example")
    rates = checks.check_rates(session(), course.id, [item]).get(item.id, [])
    rows = [
        (
            one.check_id,
            one.title,
            one.passed,
            one.total,
            one.rate,
            one.mean_points,
            one.max_points,
            one.example,
        )
        for one in rates
    ]
    return Table("checks", "Checks, the hardest first", head, rows)
