"""What dashboards show: computed from a fixed, small number of queries, however many students there are.

Everything about scores is over the submission of each student that counts, as `service.rules` decides
it: by default the best one. Only students enrolled in the course count; what staff hand in to try a lab
does not.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row, case, func, or_, select
from sqlalchemy.orm import Session

from graders.verdict import Verdict
from service.rules import Counted
from service.store.models import CheckResult, Enrollment, Item, Role, State, Submission, User
from service.store.standing import Book, book

_Found = Row[str, int, State, Verdict | None, float | None, datetime]
"""Id, user, state, verdict, score and moment of a submission."""


@dataclass(slots=True)
class StudentRow:
    """One student's work on one item."""

    user_id: int
    login: str
    name: str
    email: str
    section: str
    submissions: int = 0
    best_id: str | None = None
    """The submission that counts: by the item's rules the best or the last."""
    best_score: float | None = None
    """What it counts, after what lateness takes off."""
    counted: Counted | None = None
    """The same with the raw score, and how late it is."""
    last_id: str | None = None
    """The newest submission, graded or not."""
    last_state: State | None = None
    last_verdict: Verdict | None = None
    last_score: float | None = None
    last_at: datetime | None = None
    states: Counter[State] = field(default_factory=Counter)
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    def add(self, submission: _Found, item_id: int, read: Book) -> None:
        """Count one more submission; they come oldest first."""
        self.submissions += 1
        self.states[submission.state] += 1
        if submission.state is State.GRADED and submission.verdict is not None:
            self.verdicts[submission.verdict] += 1
        self.last_id, self.last_state, self.last_at = submission.id, submission.state, submission.created_at
        self.last_verdict, self.last_score = submission.verdict, submission.score
        if submission.score is None:
            return
        counted = read.counted(item_id, self.user_id, submission.created_at, submission.score)
        if read.replaces(item_id, counted, self.counted):
            self.best_id, self.best_score, self.counted = submission.id, counted.score, counted


@dataclass(frozen=True, slots=True)
class Summary:
    """An item at a glance."""

    students: int
    """Enrolled."""
    handed_in: int
    """Students with at least one submission."""
    scored: int
    """Students with a score."""
    submissions: int
    waiting: int
    """Submissions queued or running."""
    graded: int
    failed: int
    """Submissions not graded by our fault."""
    passed: int
    """Students whose best score is the full one."""
    mean: float | None
    median: float | None
    deviation: float | None
    """Standard deviation over the students (not a sample's); `None` without scores."""
    verdicts: tuple[tuple[Verdict, int], ...]
    """Of all graded submissions, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a histogram: scores from `low`, up to but without `high` (the last one with it)."""

    low: float
    high: float
    students: int


@dataclass(frozen=True, slots=True)
class CheckRate:
    """How one check went in the submissions that count; `example` is one that does not pass it."""

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


@dataclass(frozen=True, slots=True)
class ItemOverview:
    """An item's line in the list of a course's results."""

    item: Item
    handed_in: int
    passed: int
    mean: float | None
    waiting: int
    failed: int


def students(session: Session, item: Item) -> list[StudentRow]:
    """Return every enrolled student's row, by name. Four queries."""
    rows = {
        user.id: StudentRow(user.id, user.login, user.name, user.email, section)
        for user, section in session.execute(
            select(User, Enrollment.section)
            .join(Enrollment, Enrollment.user_id == User.id)
            .where(Enrollment.course_id == item.course_id, Enrollment.role == Role.STUDENT)
            .order_by(func.lower(User.name), User.login)
        )
    }
    found = session.execute(
        select(
            Submission.id,
            Submission.user_id,
            Submission.state,
            Submission.verdict,
            Submission.score,
            Submission.created_at,
        )
        .where(Submission.item_id == item.id)
        .order_by(Submission.created_at, Submission.id)
    )
    read = book(session, [item.id])
    for submission in found:
        if row := rows.get(submission.user_id):
            row.add(submission, item.id, read)
    return list(rows.values())


def matching(rows: Iterable[StudentRow], search: str) -> list[StudentRow]:
    """Return the rows whose login, name, e-mail or section holds every word of `search`."""
    words = search.casefold().split()
    return [
        row
        for row in rows
        if all(word in f"{row.login} {row.name} {row.email} {row.section}".casefold() for word in words)
    ]


def summary(rows: Sequence[StudentRow], max_score: float) -> Summary:
    """Return the numbers of an item from its students' rows."""
    scores = [row.best_score for row in rows if row.best_score is not None]
    states: Counter[State] = sum((row.states for row in rows), Counter())
    verdicts: Counter[Verdict] = sum((row.verdicts for row in rows), Counter())
    return Summary(
        students=len(rows),
        handed_in=sum(row.submissions > 0 for row in rows),
        scored=len(scores),
        submissions=states.total(),
        waiting=states[State.QUEUED] + states[State.RUNNING],
        graded=states[State.GRADED],
        failed=states[State.FAILED],
        passed=sum(score >= max_score for score in scores),
        mean=statistics.fmean(scores) if scores else None,
        median=statistics.median(scores) if scores else None,
        deviation=statistics.pstdev(scores) if scores else None,
        verdicts=tuple(verdicts.most_common()),
    )


def histogram(rows: Iterable[StudentRow], max_score: float, bins: int = 10) -> list[Bin]:
    """Return how the best scores spread over `bins` equal parts from 0 to `max_score`."""
    if max_score <= 0:
        return []
    counts = Counter(
        min(int(bins * row.best_score / max_score), bins - 1) for row in rows if row.best_score is not None
    )
    width = max_score / bins
    return [Bin(index * width, (index + 1) * width, counts[index]) for index in range(bins)]


def check_rates(session: Session, rows: Iterable[StudentRow]) -> list[CheckRate]:
    """Return each check's pass rate over the submissions that count, the worst first. One query."""
    counting = [row.best_id for row in rows if row.best_id]
    if not counting:
        return []
    passed = case((CheckResult.verdict == Verdict.PASSED, 1), else_=0)
    broken = case((CheckResult.verdict != Verdict.PASSED, CheckResult.submission_id))
    found = session.execute(
        select(
            CheckResult.check_id,
            func.max(CheckResult.title),
            func.sum(passed),
            func.count(),
            func.avg(CheckResult.points),
            func.max(CheckResult.max_points),
            func.max(broken),
        )
        .where(CheckResult.submission_id.in_(counting))
        .group_by(CheckResult.check_id)
    )
    rates = [
        CheckRate(check_id, title, int(good), int(total), float(mean), float(most), example)
        for check_id, title, good, total, mean, most, example in found
    ]
    return sorted(rates, key=lambda rate: (rate.rate, rate.check_id))


def overview(session: Session, course_id: int) -> list[ItemOverview]:
    """Return a line for every lab and quiz of a course.

    Four queries, grouped in the database, and one more for each item whose rules take something off.
    """
    items = session.scalars(
        select(Item)
        .where(Item.course_id == course_id, Item.kind != "lesson")
        .where(or_(Item.retired.is_(False), Item.id.in_(select(Submission.item_id))))
        .order_by(Item.position)
    ).all()
    best: dict[int, list[float | None]] = {item.id: [] for item in items}
    waiting: Counter[int] = Counter()
    failed: Counter[int] = Counter()
    in_state = {
        state: func.sum(case((Submission.state == state, 1), else_=0))
        for state in (State.QUEUED, State.RUNNING, State.FAILED)
    }
    found = session.execute(
        select(
            Submission.item_id,
            func.max(Submission.score),
            in_state[State.QUEUED] + in_state[State.RUNNING],
            in_state[State.FAILED],
        )
        .join(Enrollment, Enrollment.user_id == Submission.user_id)
        .where(Enrollment.course_id == course_id, Enrollment.role == Role.STUDENT)
        .where(Submission.item_id.in_(best))
        .group_by(Submission.item_id, Submission.user_id)
    )
    for item_id, score, still_waiting, gave_up in found:
        best[item_id].append(score)
        waiting[item_id] += int(still_waiting)
        failed[item_id] += int(gave_up)
    read = book(session, best)
    for item in items:
        if read.matters(item.id):
            best[item.id] = [row.best_score for row in students(session, item) if row.submissions]
    return [_item_overview(item, best[item.id], waiting[item.id], failed[item.id]) for item in items]


def _item_overview(item: Item, best: list[float | None], waiting: int, failed: int) -> ItemOverview:
    scores = [score for score in best if score is not None]
    return ItemOverview(
        item=item,
        handed_in=len(best),
        passed=sum(score >= item.max_score for score in scores),
        mean=statistics.fmean(scores) if scores else None,
        waiting=waiting,
        failed=failed,
    )
