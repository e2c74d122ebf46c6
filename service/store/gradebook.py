"""The gradebook: a row for each student, a column for each lab and quiz, and what one student has done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from graders.verdict import Verdict
from service.store.models import Attempt, Enrollment, Item, JsonObject, Role, State, Submission, User
from service.store.paging import Page
from service.store.statistics import enrolled
from service.store.summary_tables import GuiltyPattern, Standing

SIZE = 50
"""How many students stand on a page."""
ATTEMPTS = 25
"""How many submissions stand on a page of a student."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What of the gradebook is wanted, and in which order."""

    search: str = ""
    section: str | None = None
    """`None`: every section."""
    sort: str = "name"
    """``name``, ``login``, ``section``, ``total``, or the slug of an item."""
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A student's standing in one item."""

    submission_id: str
    """The one that counts; where none does, the newest."""
    score: float | None
    verdict: Verdict | None
    state: State
    """Of the newest submission."""
    submissions: int
    late: int
    raw: float | None
    days_late: int | None


@dataclass(slots=True)
class Line:
    """A student; `cells` by item id hold what they have handed in for."""

    user_id: int
    login: str
    name: str
    email: str
    section: str
    total: float
    """Sum of the scores that count."""
    cells: dict[int, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """A submission on a student's page; the pattern and the explanation are there when it did not pass."""

    submission_id: str
    item_id: int
    created_at: datetime
    state: State
    verdict: Verdict | None
    score: float | None
    max_score: float | None
    told: str | None
    explanation: str = ""


def lines(session: Session, course_id: int, items: Sequence[Item], wish: Wish) -> tuple[list[Line], Page]:
    """Return one page of the gradebook. Three queries: one narrow row a student, and the page's cells."""
    found = _students(session, course_id, items, wish)
    page = Page.of(wish.page, SIZE, len(found))
    shown = found[page.begin : page.end]
    _fill_in(session, items, shown)
    return shown, page


def all_lines(session: Session, course_id: int, items: Sequence[Item], wish: Wish) -> list[Line]:
    """Return the whole gradebook, for a file or a program."""
    found = _students(session, course_id, items, wish)
    _fill_in(session, items, found)
    return found


def sections(session: Session, course_id: int) -> list[str]:
    """Return the names of the course's sections; an empty one for students without."""
    found = select(Enrollment.section).where(Enrollment.user_id.in_(enrolled(course_id)))
    return sorted(session.scalars(found.where(Enrollment.course_id == course_id).distinct()))


def _students(session: Session, course_id: int, items: Sequence[Item], wish: Wish) -> list[Line]:
    """Return the students that are wanted, in order and without cells.

    Sorted and searched here and not by the database: what is upper and lower case, and what comes after
    what, depends on its build and its locale, and a course's roster is short.
    """
    totals = (
        select(Standing.user_id, func.sum(Standing.score).label("total"))
        .where(Standing.item_id.in_([item.id for item in items]))
        .group_by(Standing.user_id)
        .subquery()
    )
    chosen = (
        select(User.id, User.login, User.name, User.email, Enrollment.section, totals.c.total)
        .join(Enrollment, Enrollment.user_id == User.id)
        .outerjoin(totals, totals.c.user_id == User.id)
        .where(Enrollment.course_id == course_id, Enrollment.role == Role.STUDENT)
    )
    if wish.section is not None:
        chosen = chosen.where(Enrollment.section == wish.section)
    found = [
        Line(user_id, login, name, email, section, float(total or 0))
        for user_id, login, name, email, section, total in session.execute(chosen)
    ]
    words = wish.search.casefold().split()
    found = [line for line in found if all(word in _searchable(line) for word in words)]
    found.sort(key=lambda line: ((line.name or line.login).casefold(), line.login))
    return _in_order(session, found, items, wish)


def _searchable(line: Line) -> str:
    return f"{line.login} {line.name} {line.email} {line.section}".casefold()


def _in_order(session: Session, found: list[Line], items: Sequence[Item], wish: Wish) -> list[Line]:
    """Sort by what is wished; those of equal rank stay in the order of their names."""
    by_item = next((item for item in items if item.slug == wish.sort), None)
    if by_item is not None:
        rows = session.execute(
            select(Standing.user_id, Standing.score).where(
                Standing.item_id == by_item.id, Standing.score.is_not(None)
            )
        )
        scores = {user_id: score or 0.0 for user_id, score in rows}
        # Without a score somebody is below zero, whichever way round.
        return sorted(found, key=lambda line: scores.get(line.user_id, -1.0), reverse=wish.descending)
    match wish.sort:
        case "total":
            return sorted(found, key=lambda line: line.total, reverse=wish.descending)
        case "section":
            return sorted(found, key=lambda line: line.section.casefold(), reverse=wish.descending)
        case "login":
            return sorted(found, key=lambda line: line.login, reverse=wish.descending)
    return found[::-1] if wish.descending else found


def _fill_in(session: Session, items: Sequence[Item], shown: Iterable[Line]) -> None:
    by_user = {line.user_id: line for line in shown}
    if not by_user:
        return
    some = Standing.user_id.in_(by_user) if len(by_user) <= SIZE else Standing.user_id.is_not(None)
    rows = session.execute(
        select(
            Standing.user_id,
            Standing.item_id,
            func.coalesce(Standing.counting_id, Standing.last_id),
            Standing.score,
            Standing.verdict,
            Submission.state,
            Standing.submissions,
            Standing.late,
            Standing.raw,
            Standing.days_late,
        )
        .join(Submission, Submission.id == Standing.last_id)
        .where(Standing.item_id.in_([item.id for item in items]))
        .where(some)
    )
    for user_id, item_id, submission_id, score, verdict, state, submissions, late, raw, days in rows:
        if line := by_user.get(user_id):
            line.cells[item_id] = Cell(submission_id, score, verdict, state, submissions, late, raw, days)


def means(session: Session, course_id: int, items: Sequence[Item]) -> dict[int, float]:
    """Return the mean of the scores that count of each item, by its id."""
    rows = session.execute(
        select(Standing.item_id, func.avg(Standing.score))
        .where(Standing.item_id.in_([item.id for item in items]))
        .where(Standing.user_id.in_(enrolled(course_id)), Standing.score.is_not(None))
        .group_by(Standing.item_id)
    )
    return {item_id: float(mean) for item_id, mean in rows}


def standings_of(session: Session, user_id: int, items: Sequence[Item]) -> dict[int, Standing]:
    """Return one student's standings by item id."""
    rows = session.scalars(
        select(Standing).where(Standing.user_id == user_id, Standing.item_id.in_([item.id for item in items]))
    )
    return {row.item_id: row for row in rows}


def tried(session: Session, user_id: int, items: Sequence[Item], wanted: int) -> tuple[list[Tried], Page]:
    """Return one page of a student's submissions for these items, the newest first."""
    ours = (Submission.user_id == user_id, Submission.item_id.in_([item.id for item in items]))
    total = session.scalar(select(func.count()).select_from(Submission).where(*ours)) or 0
    page = Page.of(wanted, ATTEMPTS, total)
    rows = session.execute(
        select(
            Submission.id,
            Submission.item_id,
            Submission.created_at,
            Submission.state,
            Submission.verdict,
            Submission.score,
            Submission.max_score,
            GuiltyPattern.told,
            Attempt.report,
        )
        .outerjoin(GuiltyPattern, GuiltyPattern.submission_id == Submission.id)
        .outerjoin(
            Attempt, (Attempt.submission_id == Submission.id) & (Attempt.number == Submission.graded_attempt)
        )
        .where(*ours)
        .order_by(Submission.created_at.desc(), Submission.id.desc())
        .limit(page.size)
        .offset(page.begin)
    )
    return [Tried(*row[:8], _explanation(row[8])) for row in rows], page


def all_tried(session: Session, user_id: int, items: Sequence[Item]) -> list[Tried]:
    """Return all of them without what their witnesses say, for a file."""
    rows = session.execute(
        select(
            Submission.id,
            Submission.item_id,
            Submission.created_at,
            Submission.state,
            Submission.verdict,
            Submission.score,
            Submission.max_score,
            GuiltyPattern.told,
        )
        .outerjoin(GuiltyPattern, GuiltyPattern.submission_id == Submission.id)
        .where(Submission.user_id == user_id, Submission.item_id.in_([item.id for item in items]))
        .order_by(Submission.created_at, Submission.id)
    )
    return [Tried(*row) for row in rows]


def _explanation(report: JsonObject | None) -> str:
    """Return what a report's witness says. Not taken out by the database, which may refuse a NUL in it."""
    return str(((report or {}).get("witness") or {}).get("explanation") or "")
