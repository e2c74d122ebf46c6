"""What staff see: a course's results, and one lab or quiz in depth."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from flask import Response, render_template, request
from sqlalchemy import select

from service.context import session
from service.store import statistics
from service.store.models import Course, Item
from service.store.statistics import Bin, StudentRow
from service.web import access
from service.web.assets import PLOTLY_VERSION
from service.web.blueprint import bp
from service.web.shown import iso, number

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    *("login", "name", "email", "section", "submissions", "best_score", "last_score", "max_score"),
    *("last_verdict", "last_submitted", "raw_score", "days_late"),
)


@bp.get("/courses/<course>/staff")
def overview(course: str) -> str:
    """Show a line for each lab and quiz of the course."""
    found = access.reach_as_staff(course)
    return render_template(
        "staff/overview.html", course=found, lines=statistics.overview(session(), found.id)
    )


@bp.get("/courses/<course>/staff/<slug>")
def dashboard(course: str, slug: str) -> str:
    """Show an item's numbers, its checks, the verdicts and every student's row."""
    found, item = _find(course, slug)
    rows = statistics.students(session(), item)
    search = request.args.get("q", "").strip()
    bins = statistics.histogram(rows, item.max_score)
    return render_template(
        "staff/dashboard.html",
        course=found,
        item=item,
        summary=statistics.summary(rows, item.max_score),
        bins=bins,
        chart=_chart(bins),
        rates=statistics.check_rates(session(), rows),
        rows=statistics.matching(rows, search),
        search=search,
        plotly_version=PLOTLY_VERSION,
    )


@bp.get("/courses/<course>/staff/<slug>/scores.csv")
def scores(course: str, slug: str) -> Response:
    """Download every student's row; `?bom=1` marks it as UTF-8 for spreadsheets that would not guess it."""
    _, item = _find(course, slug)
    body = to_csv(statistics.students(session(), item), item.max_score)
    if request.args.get("bom") == "1":
        body = "\ufeff" + body
    response = Response(body, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{course}-{slug}.csv")
    return response


def to_csv(rows: Iterable[StudentRow], max_score: float) -> str:
    """Return the rows as CSV (RFC 4180)."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow(
            [
                *map(guarded, (row.login, row.name, row.email, row.section)),
                row.submissions,
                "" if row.best_score is None else number(row.best_score, 6),
                "" if row.last_score is None else number(row.last_score, 6),
                number(max_score, 6),
                row.last_verdict or row.last_state or "",
                iso(row.last_at) if row.last_at else "",
                number(row.counted.raw, 6) if row.counted else "",
                row.counted.lateness.days if row.counted else "",
            ]
        )
    return file.getvalue()


def guarded(cell: str) -> str:
    """Return `cell` so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _find(course: str, slug: str) -> tuple[Course, Item]:
    """Return an item that is handed in; staff also see one that is closed by now."""
    found = access.reach_as_staff(course)
    item = session().scalar(
        select(Item).where(Item.course_id == found.id, Item.slug == slug, Item.kind != "lesson")
    )
    if item is None:
        access.unknown("lab or quiz")
    return found, item


def _chart(bins: list[Bin]) -> dict[str, Any]:
    """Return the histogram as a figure of plotly; colours come from the stylesheet."""
    return {
        "data": [
            {
                "type": "bar",
                "x": [f"{number(bar.low)} to {number(bar.high)}" for bar in bins],
                "y": [bar.students for bar in bins],
                "hovertemplate": "%{y} students with %{x} points<extra></extra>",
            }
        ],
        "layout": {
            "margin": {"t": 10, "r": 10, "b": 55, "l": 45},
            "height": 280,
            "bargap": 0.08,
            "xaxis": {"title": {"text": "best score"}, "type": "category", "fixedrange": True},
            "yaxis": {
                "title": {"text": "students"},
                "rangemode": "tozero",
                "tickformat": "d",
                "fixedrange": True,
            },
        },
    }
