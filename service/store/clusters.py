"""Students who made the same mistake, together: submissions grouped by their guilty pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from graders.verdict import Verdict
from service.store.models import Attempt, Item, Submission, User
from service.store.paging import Page
from service.store.patterns import guilty_lines
from service.store.statistics import enrolled
from service.store.summary_tables import GuiltyPattern, Standing

SIZE = 12
"""How many clusters stand on a page, each with its example."""
MEMBERS = 50


@dataclass(frozen=True, slots=True)
class Cluster:
    """Submissions with the same verdict and the same guilty pattern."""

    key: str
    verdict: Verdict
    told: str
    kinds: str
    submissions: int
    students: int
    stuck: int
    """Students whose newest submission is one of these."""
    example: str
    """The newest of these submissions."""
    lines: tuple[tuple[int, str], ...] = ()
    """Guilty lines of the example, with their numbers."""
    explanation: str = ""
    """What the example's witness says."""


@dataclass(frozen=True, slots=True)
class Member:
    """A submission of a cluster."""

    submission_id: str
    user_id: int
    login: str
    name: str
    created_at: datetime
    score: float | None
    newest: bool
    """Whether it is its student's newest."""


def clusters(session: Session, item: Item, wanted: int) -> tuple[list[Cluster], Page]:
    """Return one page of the clusters, those with the most students first. Three queries."""
    ours = (GuiltyPattern.item_id == item.id, GuiltyPattern.user_id.in_(enrolled(item.course_id)))
    total = session.scalar(select(func.count(GuiltyPattern.key.distinct())).where(*ours)) or 0
    page = Page.of(wanted, SIZE, total)
    groups = session.execute(_grouped(item).limit(page.size).offset(page.begin)).all()
    return _with_examples(session, groups), page


def all_clusters(session: Session, item: Item) -> list[Cluster]:
    """Return all clusters without what their examples say, for a file."""
    groups = session.execute(_grouped(item)).all()
    found: list[Cluster] = []
    for begin in range(0, len(groups), 500):
        some = groups[begin : begin + 500]
        rows = session.scalars(
            select(GuiltyPattern).where(GuiltyPattern.submission_id.in_([group.example for group in some]))
        )
        told = {row.submission_id: row for row in rows}
        found += [_cluster(group, told[group.example]) for group in some]
    return found


def members(session: Session, item: Item, key: str, wanted: int) -> tuple[list[Member], Page]:
    """Return one page of a cluster's submissions, the newest first; nothing for an unknown key."""
    ours = (
        GuiltyPattern.item_id == item.id,
        GuiltyPattern.key == key,
        GuiltyPattern.user_id.in_(enrolled(item.course_id)),
    )
    total = session.scalar(select(func.count()).select_from(GuiltyPattern).where(*ours)) or 0
    page = Page.of(wanted, MEMBERS, total)
    rows = session.execute(
        select(
            Submission.id,
            User.id,
            User.login,
            User.name,
            Submission.created_at,
            Submission.score,
            Standing.last_id == Submission.id,
        )
        .select_from(GuiltyPattern)
        .join(Submission, Submission.id == GuiltyPattern.submission_id)
        .join(User, User.id == GuiltyPattern.user_id)
        .join(Standing, (Standing.item_id == item.id) & (Standing.user_id == User.id))
        .where(*ours)
        .order_by(Submission.created_at.desc(), Submission.id.desc())
        .limit(page.size)
        .offset(page.begin)
    )
    return [Member(*row) for row in rows], page


def find(session: Session, item: Item, key: str) -> Cluster | None:
    """Return one cluster with its example."""
    groups = session.execute(_grouped(item, key)).all()
    return next(iter(_with_examples(session, groups)), None)


def _grouped(item: Item, key: str | None = None):  # type: ignore[no-untyped-def]
    students = func.count(GuiltyPattern.user_id.distinct())
    statement = (
        select(
            GuiltyPattern.key,
            func.count().label("submissions"),
            students.label("students"),
            func.count(Standing.user_id).label("stuck"),
            func.max(GuiltyPattern.submission_id).label("example"),
        )
        .outerjoin(
            Standing,
            (Standing.item_id == GuiltyPattern.item_id)
            & (Standing.user_id == GuiltyPattern.user_id)
            & (Standing.last_id == GuiltyPattern.submission_id),
        )
        .where(GuiltyPattern.item_id == item.id, GuiltyPattern.user_id.in_(enrolled(item.course_id)))
        .group_by(GuiltyPattern.key)
        .order_by(students.desc(), func.count().desc(), GuiltyPattern.key)
    )
    return statement if key is None else statement.where(GuiltyPattern.key == key)


def _with_examples(session: Session, groups: Sequence[Row[tuple[str, int, int, int, str]]]) -> list[Cluster]:
    """Read the example of each group: its pattern, its file and its report."""
    rows = session.execute(
        select(GuiltyPattern, Submission.files, Submission.main, Attempt.report)
        .join(Submission, Submission.id == GuiltyPattern.submission_id)
        .join(
            Attempt, (Attempt.submission_id == Submission.id) & (Attempt.number == Submission.graded_attempt)
        )
        .where(GuiltyPattern.submission_id.in_([group.example for group in groups]))
    )
    read = {pattern.submission_id: (pattern, files, main, report) for pattern, files, main, report in rows}
    found = []
    for group in groups:
        pattern, files, main, report = read[group.example]
        witness = (report or {}).get("witness") or {}
        numbers = sorted(set(witness.get("lines") or ()))
        found.append(
            _cluster(
                group,
                pattern,
                lines=tuple(_numbered((files or {}).get(main or "", ""), numbers)),
                explanation=str(witness.get("explanation") or ""),
            )
        )
    return found


def _numbered(source: str, numbers: list[int]) -> list[tuple[int, str]]:
    return [(number, line) for number in numbers for line in guilty_lines(source, [number])][:6]


def _cluster(
    group: Row[tuple[str, int, int, int, str]], pattern: GuiltyPattern, **example: object
) -> Cluster:
    return Cluster(
        key=group.key,
        verdict=pattern.verdict,
        told=pattern.told,
        kinds=pattern.kinds,
        submissions=group.submissions,
        students=group.students,
        stuck=group.stuck,
        example=group.example,
        **example,  # type: ignore[arg-type]
    )
