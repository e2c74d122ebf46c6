"""What a regrade would change: whose mark goes up, whose goes down, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, defer, joinedload

from graders.verdict import Verdict
from service.rules import Terms
from service.store import marking
from service.store.adopting import fresh
from service.store.after_tables import Override, Regrade, Trial
from service.store.counting import Try, count
from service.store.models import Attempt, Course, Item, JsonObject, State, Submission, User
from service.store.report_changes import CheckChange, MadeBy, check_changes, made_by
from service.store.standing import book

SHOWN = 200
"""How many submissions that come out differently are told with their reasons."""


class Graded(NamedTuple):
    """What grading a submission again gave, with what people have given."""

    verdict: Verdict
    score: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One submission that comes out differently."""

    submission: Submission
    trial: Trial
    score: float
    """The mark that would count, with what people have given."""
    most: float
    overridden: bool
    fresh: bool
    checks: list[CheckChange]
    before: MadeBy
    after: MadeBy

    @property
    def reasons(self) -> list[str]:
        """What was made by another version than the last time, as far as that is known."""
        names = (("graders", "the graders"), ("image", "the sandbox's image"), ("content", "the lab or quiz"))
        pairs = [(words, getattr(self.before, key), getattr(self.after, key)) for key, words in names]
        return [words for words, before, after in pairs if before and before != after]

    @property
    def known(self) -> bool:
        """Whether the report that counts says what made it; those from before it was kept do not."""
        return bool(self.before.graders and self.before.content)


@dataclass(frozen=True, slots=True)
class MarkChange:
    """A student whose best mark for a lab or quiz would be another."""

    user: User
    item: Item
    before: float | None
    after: float

    @property
    def by(self) -> float:
        """How far it goes up, or below 0: down."""
        return self.after - (self.before or 0.0)


@dataclass
class Preview:
    """A regrade as it stands."""

    regrade: Regrade
    states: Counter[State] = field(default_factory=Counter)
    same: int = 0
    """Graded with the same outcome as what counts."""
    stale: int = 0
    marks: list[MarkChange] = field(default_factory=list)
    """The greatest loss first."""
    differences: list[Difference] = field(default_factory=list)
    different: int = 0
    adopted: int = 0
    """Once applied: submissions whose newest attempt it became."""

    @property
    def total(self) -> int:
        """Submissions in it."""
        return self.states.total()

    @property
    def done(self) -> int:
        """Of those, how many will not change any more."""
        return self.total - self.states[State.QUEUED] - self.states[State.RUNNING]

    @property
    def ready(self) -> bool:
        """Whether it can be applied."""
        return self.regrade.closed_at is None and self.done == self.total and bool(self.states[State.GRADED])

    @property
    def up(self) -> int:
        """Students whose mark goes up."""
        return sum(change.by > 0 for change in self.marks)

    @property
    def down(self) -> int:
        """Students whose mark goes down."""
        return sum(change.by < 0 for change in self.marks)


def find(session: Session, course: Course, regrade_id: int) -> Regrade | None:
    """Return a regrade of the course."""
    found: Regrade | None = session.scalar(
        _with_names().where(Regrade.id == regrade_id, Regrade.course_id == course.id)
    )
    return found


def newest(session: Session, course: Course, limit: int = 50) -> list[Regrade]:
    """Return the course's regrades, the newest first."""
    found = _with_names().where(Regrade.course_id == course.id).order_by(Regrade.id.desc()).limit(limit)
    return list(session.scalars(found))


def preview(session: Session, regrade: Regrade) -> Preview:
    """Return what applying the regrade would change. While it is open: as of now."""
    view = Preview(regrade)
    counted = session.execute(
        select(Trial.state, func.count()).where(Trial.regrade_id == regrade.id).group_by(Trial.state)
    )
    view.states.update({row[0]: row[1] for row in counted})
    rows = session.execute(
        select(
            Trial.id.label("trial_id"),
            Trial.submission_id,
            Trial.verdict,
            Trial.score,
            Trial.max_score,
            Submission.user_id,
            Submission.item_id,
            # Once it is closed: whether it was fresh then.
            (fresh() if regrade.closed_at is None else Trial.adopted_attempt.is_not(None)).label("fresh"),
        )
        .join(Submission, Submission.id == Trial.submission_id)
        .join(Item, Item.id == Submission.item_id)
        .where(Trial.regrade_id == regrade.id, Trial.state == State.GRADED, Trial.differs)
        .order_by(Trial.submission_id)
    ).all()
    view.adopted = (
        session.scalar(
            select(func.count()).where(Trial.regrade_id == regrade.id, Trial.adopted_attempt.is_not(None))
        )
        or 0
    )
    view.different, view.same = len(rows), view.states[State.GRADED] - len(rows)
    view.stale = sum(not row.fresh for row in rows)
    _tell(session, view, rows)
    return view


def _tell(session: Session, view: Preview, rows: Sequence[Any]) -> None:
    given = marking.given_to(session, select(Trial.submission_id).where(Trial.regrade_id == view.regrade.id))
    rubrics = {
        item.id: marking.rubric_of(item)
        for item in _by_id(session, Item, {row.item_id for row in rows}).values()
    }
    score = {}
    for row in rows:
        ticks, points = given.get(row.submission_id, (frozenset(), None))
        score[row.submission_id] = marking.total(row.score, rubrics[row.item_id], ticks, points)
    if view.regrade.closed_at is None:
        counting = [row for row in rows if row.fresh]
        view.marks = _marks(
            session,
            {(row.user_id, row.item_id) for row in counting},
            {row.submission_id: Graded(row.verdict, score[row.submission_id]) for row in counting},
        )
    shown = rows[:SHOWN]
    full = _loaded(session, [row.trial_id for row in shown])
    for row in shown:
        trial, submission, before, after = full[row.trial_id]
        view.differences.append(
            Difference(
                submission=submission,
                trial=trial,
                score=score[row.submission_id],
                most=marking.most(row.max_score, rubrics[row.item_id]),
                overridden=given.get(row.submission_id, (frozenset(), None))[1] is not None,
                fresh=row.fresh,
                checks=check_changes(before, after),
                before=made_by(before),
                after=made_by(after),
            )
        )


def _loaded(
    session: Session, trial_ids: list[str]
) -> dict[str, tuple[Trial, Submission, JsonObject, JsonObject]]:
    """Return trials with their submissions and both reports. One query."""
    found = session.execute(
        select(Trial, Submission, Attempt.report)
        .join(Submission, Submission.id == Trial.submission_id)
        .outerjoin(
            Attempt,
            and_(Attempt.submission_id == Trial.submission_id, Attempt.number == Trial.base_attempt),
        )
        .options(
            defer(Submission.files),
            defer(Submission.answers),
            joinedload(Submission.user),
            joinedload(Submission.item),
        )
        .where(Trial.id.in_(trial_ids))
    )
    return {
        trial.id: (trial, submission, before or {}, trial.report or {}) for trial, submission, before in found
    }


def _marks(session: Session, concerned: set[tuple[int, int]], after: dict[str, Graded]) -> list[MarkChange]:
    """Return the students whose mark changes. Five queries, however many they are."""
    if not concerned:
        return []
    tries: dict[tuple[int, int], list[Try]] = {key: [] for key in concerned}
    found = session.execute(
        select(
            Submission.user_id,
            Submission.item_id,
            Submission.id,
            Submission.created_at,
            Submission.verdict,
            Submission.score,
            Override.submission_id.is_not(None),
        )
        .outerjoin(Override, Override.submission_id == Submission.id)
        .where(Submission.item_id.in_({item for _, item in concerned}))
        .order_by(Submission.created_at, Submission.id)
    )
    for user_id, item_id, submission_id, created_at, verdict, score, by_hand in found:
        if (user_id, item_id) in tries:
            tries[user_id, item_id].append(Try(submission_id, created_at, verdict, score, by_hand))
    read = book(session, {item for _, item in concerned})
    people = _by_id(session, User, {user for user, _ in concerned})
    items = _by_id(session, Item, {item for _, item in concerned})
    changes = []
    for (user, item), those in tries.items():
        terms = read.terms(item, user)
        before = _score(those, terms)
        will = _score([_regraded(one, after) for one in those], terms)
        if will is not None and will != before:
            changes.append(MarkChange(people[user], items[item], before, will))
    return sorted(changes, key=lambda change: (change.by, change.user.login, change.item.position))


def _score(tries: list[Try], terms: Terms) -> float | None:
    mark = count(tries, terms).mark
    return mark.score if mark else None


def _regraded(one: Try, after: dict[str, Graded]) -> Try:
    graded = after.get(one.submission_id)
    return replace(one, verdict=graded.verdict, score=graded.score) if graded else one


def _by_id(session: Session, kind: Any, ids: set[int]) -> dict[int, Any]:
    return {row.id: row for row in session.scalars(select(kind).where(kind.id.in_(ids)))}


def _with_names() -> Any:
    return select(Regrade).options(
        joinedload(Regrade.item),
        joinedload(Regrade.student),
        joinedload(Regrade.started_by),
        joinedload(Regrade.closed_by),
    )
