"""The numbers of labs and quizzes: a fixed, small number of queries, however many students there are.

Scores are those that count (`service.store.counting`), read from the standings. Only students enrolled in
the course count; what staff hand in to try a lab does not.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from graders.verdict import Verdict
from service.rules import Counted, Lateness
from service.store.models import Enrollment, Item, Role, State, Submission, User
from service.store.summary_tables import Standing

MOST_TRIES = 10
"""From here on the chart of attempts until a pass counts together."""


@dataclass(frozen=True, slots=True)
class StudentRow:
    """One student's work on one item."""

    user_id: int
    login: str
    name: str
    email: str
    section: str
    submissions: int = 0
    late: int = 0
    best_id: str | None = None
    """The submission that counts."""
    best_score: float | None = None
    """What it counts, after what lateness takes off."""
    raw_score: float | None = None
    days_late: int | None = None
    passed_after: int | None = None
    last_id: str | None = None
    """The newest submission, graded or not."""
    last_at: datetime | None = None
    last_state: State | None = None
    last_verdict: Verdict | None = None
    last_score: float | None = None

    @property
    def counted(self) -> Counted | None:
        """The score that counts with the raw one, and how late it is."""
        if self.best_score is None or self.raw_score is None:
            return None
        share = 1 - self.best_score / self.raw_score if self.raw_score else 0.0
        late = Lateness(self.days_late is not None, self.days_late or 0, share)
        return Counted(self.best_score, self.raw_score, late)


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a histogram: scores from `low`, up to but without `high` (the last one with it)."""

    low: float
    high: float
    students: int


@dataclass(slots=True)
class Numbers:
    """An item's numbers while they are gathered; `summary` tells them."""

    item: Item
    students: int
    """Enrolled."""
    handed_in: int = 0
    submissions: int = 0
    graded: int = 0
    late: int = 0
    scores: list[float] = field(default_factory=list)
    passed_after: list[int] = field(default_factory=list)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    states: Counter[State] = field(default_factory=Counter)
    """Of the submissions that are queued, running or failed."""

    @property
    def summary(self) -> Summary:
        """Return the item at a glance."""
        scores = self.scores
        return Summary(
            students=self.students,
            handed_in=self.handed_in,
            scored=len(scores),
            submissions=self.submissions,
            waiting=self.states[State.QUEUED] + self.states[State.RUNNING],
            graded=self.graded,
            failed=self.states[State.FAILED],
            late=self.late,
            full=sum(score >= self.item.max_score for score in scores),
            passed=len(self.passed_after),
            mean=statistics.fmean(scores) if scores else None,
            median=statistics.median(scores) if scores else None,
            deviation=statistics.pstdev(scores) if scores else None,
            verdicts=tuple(sorted(self.verdicts.items(), key=lambda pair: (-pair[1], pair[0]))),
        )


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
    """Submissions with a result, those that are being graded again included."""
    failed: int
    """Submissions not graded by our fault."""
    late: int
    """Submissions after the due date."""
    full: int
    """Students whose score is the full one."""
    passed: int
    """Students with a submission that passed."""
    mean: float | None
    median: float | None
    deviation: float | None
    """Standard deviation over the students (not a sample's); `None` without scores."""
    verdicts: tuple[tuple[Verdict, int], ...]
    """Of all graded submissions, the most frequent first."""


def graded_items(session: Session, course_id: int) -> list[Item]:
    """Return a course's labs and quizzes in order: those that are open, and those closed with submissions."""
    found = select(Item).where(Item.course_id == course_id, Item.kind != "lesson")
    kept = or_(Item.retired.is_(False), Item.id.in_(select(Standing.item_id).distinct()))
    return list(session.scalars(found.where(kept).order_by(Item.position, Item.id)))


def enrolled(course_id: int) -> Select[int]:
    """Return the query for the ids of a course's students."""
    return select(Enrollment.user_id).where(
        Enrollment.course_id == course_id, Enrollment.role == Role.STUDENT
    )


def numbers(
    session: Session, course_id: int, items: Sequence[Item], *, verdicts: bool = True
) -> dict[int, Numbers]:
    """Return each item's numbers, by its id. Three queries for any number of items and students.

    One more for `verdicts`, which brings a row for each student and item. All else is counted by the
    database: students with the same score and the same number of tries are one row.
    """
    students = session.scalar(select(func.count()).select_from(enrolled(course_id).subquery())) or 0
    found = {item.id: Numbers(item, students) for item in items}
    ours = (Standing.item_id.in_(found), Standing.user_id.in_(enrolled(course_id)))
    alike = (Standing.item_id, Standing.score, Standing.passed_after)
    sums = (func.sum(Standing.submissions), func.sum(Standing.graded), func.sum(Standing.late))
    rows = session.execute(select(*alike, func.count(), *sums).where(*ours).group_by(*alike))
    for item_id, score, passed_after, count, submissions, graded, late in rows:
        one = found[item_id]
        one.handed_in += count
        one.submissions += int(submissions)
        one.graded += int(graded)
        one.late += int(late)
        one.scores += [] if score is None else [score] * count
        one.passed_after += [] if passed_after is None else [passed_after] * count
    if verdicts:
        for item_id, counts in session.execute(select(Standing.item_id, Standing.verdicts).where(*ours)):
            for verdict, count in counts.items():
                found[item_id].verdicts[Verdict(verdict)] += count
    _count_states(session, course_id, found)
    return found


def _count_states(session: Session, course_id: int, found: dict[int, Numbers]) -> None:
    """Count what stands in the line or failed: few rows, found by the index of states."""
    rows = session.execute(
        select(Submission.item_id, Submission.state, func.count())
        .where(Submission.state.in_((State.QUEUED, State.RUNNING, State.FAILED)))
        .where(Submission.item_id.in_(found), Submission.user_id.in_(enrolled(course_id)))
        .group_by(Submission.item_id, Submission.state)
    )
    for item_id, state, count in rows:
        found[item_id].states[state] = count


def students(session: Session, item: Item) -> list[StudentRow]:
    """Return every enrolled student's row, by name. One query."""
    rows = session.execute(
        select(
            User.id,
            User.login,
            User.name,
            User.email,
            Enrollment.section,
            func.coalesce(Standing.submissions, 0),
            func.coalesce(Standing.late, 0),
            Standing.counting_id,
            Standing.score,
            Standing.raw,
            Standing.days_late,
            Standing.passed_after,
            Standing.last_id,
            Standing.last_at,
            Submission.state,
            Submission.verdict,
            Submission.score,
        )
        .join(Enrollment, Enrollment.user_id == User.id)
        .outerjoin(Standing, (Standing.user_id == User.id) & (Standing.item_id == item.id))
        .outerjoin(Submission, Submission.id == Standing.last_id)
        .where(Enrollment.course_id == item.course_id, Enrollment.role == Role.STUDENT)
        .order_by(func.lower(User.name), User.login)
    )
    return [StudentRow(*row) for row in rows]


def matching(rows: Iterable[StudentRow], search: str) -> list[StudentRow]:
    """Return the rows whose login, name, e-mail or section holds every word of `search`."""
    words = search.casefold().split()
    return [
        row
        for row in rows
        if all(word in f"{row.login} {row.name} {row.email} {row.section}".casefold() for word in words)
    ]


def histogram(scores: Iterable[float], max_score: float, bins: int = 10) -> list[Bin]:
    """Return how scores spread over `bins` equal parts from 0 to `max_score`."""
    if max_score <= 0:
        return []
    counts = Counter(max(min(int(bins * score / max_score), bins - 1), 0) for score in scores)
    width = max_score / bins
    return [Bin(index * width, (index + 1) * width, counts[index]) for index in range(bins)]


def tries(passed_after: Iterable[int]) -> list[tuple[int, int]]:
    """Return (graded submissions until the first pass, students), up to `MOST_TRIES` and more together."""
    counts: defaultdict[int, int] = defaultdict(int)
    for number in passed_after:
        counts[min(number, MOST_TRIES)] += 1
    return [(number, counts[number]) for number in range(1, max(counts, default=0) + 1)]
