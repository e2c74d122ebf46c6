"""What staff see: a course's results, and one lab or quiz in depth."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, render_template, request

from service.context import session
from service.store import checks, statistics
from service.store.models import Item
from service.store.paging import Page
from service.store.standings import due_of
from service.store.statistics import Numbers, StudentRow
from service.store.timeline import HOURS
from service.web import access, charts, labs
from service.web.assets import PLOTLY_VERSION
from service.web.blueprint import bp
from service.web.shown import iso
from service.web.tables import csv_answer

STUDENTS = 50
"""How many students stand on a page of a lab."""
_LINE = (
    *("slug", "kind", "title", "students", "handed_in", "full_score", "mean", "median", "sd", "max_score"),
    *("submissions", "graded", "waiting", "failed", "late"),
)
_SCORES = (
    *("login", "name", "email", "section", "submissions", "best_score", "last_score", "max_score"),
    *("last_verdict", "last_submitted", "raw_score", "days_late", "late", "passed_after"),
)


@bp.get("/courses/<course>/staff")
def overview(course: str) -> str:
    """Show a line for each lab and quiz of the course, and how they compare."""
    found = access.reach_as_staff(course)
    lines = _lines(found.id)
    return render_template(
        "staff/overview.html",
        course=found,
        lines=lines,
        chart=_compared([line for line in lines if line.scores]),
        plotly_version=PLOTLY_VERSION,
    )


@bp.get("/courses/<course>/staff/overview.csv")
def overview_csv(course: str) -> Response:
    """Download the lines of the overview."""
    lines = _lines(access.reach_as_staff(course).id)
    return csv_answer(f"{course}-overview.csv", _LINE, [_line(line) for line in lines])


@bp.get("/courses/<course>/staff/<slug>")
def dashboard(course: str, slug: str) -> str:
    """Show an item's numbers, its checks, the verdicts over time and a page of its students."""
    found, item = labs.find_graded(course, slug)
    numbers = statistics.numbers(session(), found.id, [item])[item.id]
    search = request.args.get("q", "").strip()
    rows = statistics.matching(statistics.students(session(), item), search)
    page = Page.of(labs.page_wanted(), STUDENTS, len(rows))
    until = labs.until(item)
    return render_template(
        "staff/dashboard.html",
        course=found,
        item=item,
        summary=numbers.summary,
        due=due_of(session(), item.id),
        graphs=labs.graphs(item, numbers, until) if numbers.submissions else {},
        until=until,
        earlier=until - timedelta(hours=HOURS),
        later=until + timedelta(hours=HOURS),
        rates=checks.check_rates(session(), found.id, [item]).get(item.id, []),
        rows=rows[page.begin : page.end],
        page=page,
        search=search,
        plotly_version=PLOTLY_VERSION,
    )


@bp.get("/courses/<course>/staff/<slug>/scores.csv")
def scores(course: str, slug: str) -> Response:
    """Download every student's row; `?bom=1` marks it as UTF-8 for spreadsheets that would not guess it."""
    _, item = labs.find_graded(course, slug)
    rows = [_score(row, item) for row in statistics.students(session(), item)]
    return csv_answer(f"{course}-{slug}.csv", _SCORES, rows)


def _lines(course_id: int) -> list[Numbers]:
    items = statistics.graded_items(session(), course_id)
    return list(statistics.numbers(session(), course_id, items, verdicts=False).values())


def _line(one: Numbers) -> tuple[str | int | float | None, ...]:
    told = one.summary
    return (
        *(one.item.slug, one.item.kind, one.item.title, told.students, told.handed_in, told.full),
        *(told.mean, told.median, told.deviation, one.item.max_score),
        *(told.submissions, told.graded, told.waiting, told.failed, told.late),
    )


def _score(row: StudentRow, item: Item) -> tuple[str | int | float | None, ...]:
    return (
        *(row.login, row.name, row.email, row.section, row.submissions),
        *(row.best_score, row.last_score, item.max_score),
        str(row.last_verdict or row.last_state or ""),
        iso(row.last_at) if row.last_at else "",
        *(row.raw_score, None if row.raw_score is None else row.days_late or 0, row.late, row.passed_after),
    )


def _compared(lines: list[Numbers]) -> charts.Figure | None:
    """Draw the items side by side: the mean, and the share of students with the full score."""
    if not lines:
        return None
    told = [line.summary for line in lines]
    most = [line.item.max_score for line in lines]
    means = [
        one.mean / full if one.mean is not None and full else None
        for one, full in zip(told, most, strict=True)
    ]
    full = [one.full / one.students if one.students else None for one in told]
    titles = [line.item.title for line in lines]
    return charts.shares(titles, [("Mean score", means), ("Students with the full score", full)], "per cent")
