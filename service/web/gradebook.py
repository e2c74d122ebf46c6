"""The gradebook, and one student's page: all labs, the trend, and each attempt with what was wrong."""

from __future__ import annotations

from flask import Response, render_template, request
from sqlalchemy import select

from service.context import session
from service.store import gradebook as store
from service.store.gradebook import Wish
from service.store.models import Course, Enrollment, Item, Role, User
from service.store.statistics import graded_items
from service.web import access, charts, labs
from service.web.assets import PLOTLY_VERSION
from service.web.blueprint import ROW, bp
from service.web.shown import iso
from service.web.tables import csv_answer

_ATTEMPT = ("item", "submission", "handed_in", "state", "verdict", "score", "max_score", "pattern")


@bp.get("/courses/<course>/gradebook")
def gradebook(course: str) -> str:
    """Show students by items, searched, sorted and section by section as wished."""
    found = access.reach_as_staff(course)
    items = graded_items(session(), found.id)
    wish = _wish(items)
    lines, page = store.lines(session(), found.id, items, wish)
    return render_template(
        "dashboards/gradebook.html",
        course=found,
        items=items,
        lines=lines,
        page=page,
        wish=wish,
        sections=store.sections(session(), found.id),
        means=store.means(session(), found.id, items),
    )


@bp.get("/courses/<course>/gradebook.csv")
def gradebook_csv(course: str) -> Response:
    """Download the gradebook, with the same search, section and order, all pages together."""
    found = access.reach_as_staff(course)
    items = graded_items(session(), found.id)
    rows = [
        (
            *(line.login, line.name, line.email, line.section),
            *(line.cells[item.id].score if item.id in line.cells else None for item in items),
            line.total,
        )
        for line in store.all_lines(session(), found.id, items, _wish(items))
    ]
    head = ("login", "name", "email", "section", *(item.slug for item in items), "total")
    return csv_answer(f"{course}-gradebook.csv", head, rows)


@bp.get(f"/courses/<course>/students/<{ROW}:user_id>")
def student(course: str, user_id: int) -> str:
    """Show all that one student has done in the course."""
    found, user, section = _student(course, user_id)
    items = graded_items(session(), found.id)
    chosen = [item for item in items if item.slug == request.args.get("item")] or items
    standings = store.standings_of(session(), user.id, items)
    means = store.means(session(), found.id, items)
    tried, page = store.tried(session(), user.id, chosen, labs.page_wanted())
    return render_template(
        "dashboards/student.html",
        course=found,
        student=user,
        section=section,
        items=items,
        by_id={item.id: item for item in items},
        chosen=chosen[0] if chosen != items else None,
        standings=standings,
        means=means,
        chart=_trend(items, {key: one.score for key, one in standings.items()}, means),
        tried=tried,
        page=page,
        plotly_version=PLOTLY_VERSION,
    )


@bp.get(f"/courses/<course>/students/<{ROW}:user_id>/results.csv")
def student_results_csv(course: str, user_id: int) -> Response:
    """Download one student's line for each lab and quiz."""
    found, user, _ = _student(course, user_id)
    items = graded_items(session(), found.id)
    means = store.means(session(), found.id, items)
    standings = store.standings_of(session(), user.id, items)
    rows: list[tuple[str | int | float | None, ...]] = []
    for item in items:
        one = standings.get(item.id)
        rows.append(
            (
                *(item.slug, item.title, one.score if one else None, item.max_score, means.get(item.id)),
                *((one.submissions, one.late, one.passed_after) if one else (0, 0, None)),
            )
        )
    head = ("slug", "title", "score", "max_score", "course_mean", "submissions", "late", "passed_after")
    return csv_answer(f"{course}-{user.login}.csv", head, rows)


@bp.get(f"/courses/<course>/students/<{ROW}:user_id>/attempts.csv")
def student_attempts_csv(course: str, user_id: int) -> Response:
    """Download all submissions of one student, the oldest first."""
    found, user, _ = _student(course, user_id)
    by_id = {item.id: item for item in graded_items(session(), found.id)}
    rows = [
        (
            *(by_id[one.item_id].slug, one.submission_id, iso(one.created_at), str(one.state)),
            *(str(one.verdict or ""), one.score, one.max_score, one.told),
        )
        for one in store.all_tried(session(), user.id, list(by_id.values()))
    ]
    return csv_answer(f"{course}-{user.login}-attempts.csv", _ATTEMPT, rows)


def _wish(items: list[Item]) -> Wish:
    """Read what is wished from the address; what cannot be is left out."""
    asked = request.args
    sort = asked.get("sort", "name")
    known = {"name", "login", "section", "total", *(item.slug for item in items)}
    return Wish(
        search=asked.get("q", "").strip(),
        section=asked["section"] if asked.get("section", "*") != "*" else None,
        sort=sort if sort in known else "name",
        descending=asked.get("down") == "1",
        page=labs.page_wanted(),
    )


def _student(course: str, user_id: int) -> tuple[Course, User, str]:
    """Return a student of the course, and the section they are in."""
    found = access.reach_as_staff(course)
    row = (
        session()
        .execute(
            select(User, Enrollment.section)
            .join(Enrollment, Enrollment.user_id == User.id)
            .where(User.id == user_id, Enrollment.course_id == found.id, Enrollment.role == Role.STUDENT)
        )
        .one_or_none()
    )
    if row is None:
        access.unknown("student")
    return found, row[0], row[1]


def _trend(
    items: list[Item], scores: dict[int, float | None], means: dict[int, float]
) -> charts.Figure | None:
    """Draw the student's share of the points over the items in their order, beside the course's."""
    shown = [item for item in items if item.max_score and (item.id in means or item.id in scores)]
    if not shown:
        return None
    own = [_share(scores.get(item.id), item) for item in shown]
    course = [_share(means.get(item.id), item) for item in shown]
    titles = [item.title for item in shown]
    return charts.shares(titles, [("This student", own), ("Mean of the course", course)])


def _share(score: float | None, item: Item) -> float | None:
    return None if score is None else score / item.max_score
