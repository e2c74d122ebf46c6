"""How the checks of a lab, or the questions of a quiz, went in the submissions that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session

from graders.verdict import Verdict
from service.store.models import CheckResult, Enrollment, Item, Role, User
from service.store.paging import Page
from service.store.statistics import enrolled
from service.store.summary_tables import Standing

SIZE = 50
"""How many failing submissions stand on a page."""


@dataclass(frozen=True, slots=True)
class CheckRate:
    """How one check went; `example` is a submission that does not pass it."""

    check_id: str
    title: str
    passed: int
    total: int
    mean_points: float
    max_points: float
    example: str | None

    @property
    def rate(self) -> float:
        """Share that passes, 0 to 1."""
        return self.passed / self.total if self.total else 0.0

    @property
    def failing(self) -> int:
        """How many do not pass it."""
        return self.total - self.passed


@dataclass(frozen=True, slots=True)
class Failing:
    """A submission that counts and does not pass the check."""

    submission_id: str
    user_id: int
    login: str
    name: str
    section: str
    verdict: Verdict
    points: float
    max_points: float


def check_rates(session: Session, course_id: int, items: Iterable[Item]) -> dict[int, list[CheckRate]]:
    """Return each item's checks by its id, the worst first. One query for any number of items."""
    passed = case((CheckResult.verdict == Verdict.PASSED, 1), else_=0)
    broken = case((CheckResult.verdict != Verdict.PASSED, CheckResult.submission_id))
    rows = session.execute(
        select(
            Standing.item_id,
            CheckResult.check_id,
            func.max(CheckResult.title),
            func.sum(passed),
            func.count(),
            func.avg(CheckResult.points),
            func.max(CheckResult.max_points),
            func.max(broken),
        )
        .join(CheckResult, CheckResult.submission_id == Standing.counting_id)
        .where(Standing.item_id.in_([item.id for item in items]))
        .where(Standing.user_id.in_(enrolled(course_id)))
        .group_by(Standing.item_id, CheckResult.check_id)
    )
    found: defaultdict[int, list[CheckRate]] = defaultdict(list)
    for item_id, check_id, title, good, total, mean, most, example in rows:
        found[item_id].append(
            CheckRate(check_id, title, int(good), int(total), float(mean), float(most), example)
        )
    return {
        item_id: sorted(rates, key=lambda rate: (rate.rate, rate.check_id))
        for item_id, rates in found.items()
    }


def failing(session: Session, item: Item, check_id: str, wanted: int) -> tuple[list[Failing], Page]:
    """Return one page of the submissions that count and do not pass the check, by the students' names."""
    which = _failing(item, check_id)
    total = session.scalar(select(func.count()).select_from(which.subquery())) or 0
    page = Page.of(wanted, SIZE, total)
    rows = session.execute(
        which.order_by(func.lower(User.name), User.login).limit(page.size).offset(page.begin)
    )
    return _read(rows), page


def all_failing(session: Session, item: Item, check_id: str) -> list[Failing]:
    """Return all of them, for a file."""
    rows = session.execute(_failing(item, check_id).order_by(func.lower(User.name), User.login))
    return _read(rows)


def _read(rows: Iterable[Row[str, int, str, str, str, Verdict, float, float]]) -> list[Failing]:
    return [
        Failing(submission_id, user_id, login, name, section, verdict, points, max_points)
        for submission_id, user_id, login, name, section, verdict, points, max_points in rows
    ]


def _failing(item: Item, check_id: str) -> Select[str, int, str, str, str, Verdict, float, float]:
    return (
        select(
            CheckResult.submission_id,
            User.id,
            User.login,
            User.name,
            Enrollment.section,
            CheckResult.verdict,
            CheckResult.points,
            CheckResult.max_points,
        )
        .join(Standing, Standing.counting_id == CheckResult.submission_id)
        .join(User, User.id == Standing.user_id)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(Standing.item_id == item.id, CheckResult.check_id == check_id)
        .where(CheckResult.verdict != Verdict.PASSED)
        .where(Enrollment.course_id == item.course_id, Enrollment.role == Role.STUDENT)
    )
