"""Marks that people give: overrides, rubrics, and comments on lines. Each is kept beside the graders' mark.

A submission's `score` is the mark that counts: an override where there is one, else the graders' points
and those of the rubric's ticked lines. The graders' own stay in the report, whatever people do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session, joinedload

from graders.errors import CallerError
from graders.lab import RubricItem
from service.store import audit, standings
from service.store.after_tables import LineComment, Override, RubricTick
from service.store.models import Attempt, Item, Submission, User
from service.store.types import storable, utc_now

MAX_WORDS = 4000
"""Characters of a reason or a comment."""


class MarkingError(CallerError):
    """What was asked for cannot be done; the message says why."""


class ChangedMeanwhileError(MarkingError):
    """Somebody else changed the same mark after the page was opened."""


@dataclass(frozen=True, slots=True)
class Marking:
    """What people have given one submission."""

    override: Override | None = None
    ticks: frozenset[str] = frozenset()
    comments: list[LineComment] = field(default_factory=list)
    """By file and line."""

    @property
    def seen(self) -> str:
        """What a form carries, so that of two people who change the same mark the second is told."""
        held = f"{self.override.points}@{self.override.at.isoformat()}" if self.override else ""
        return f"{held};{' '.join(sorted(self.ticks))}"


def of_submission(session: Session, submission_id: str) -> Marking:
    """Return what people have given the submission."""
    comments = session.scalars(
        select(LineComment)
        .options(joinedload(LineComment.author))
        .where(LineComment.submission_id == submission_id)
        .order_by(LineComment.file, LineComment.line, LineComment.id)
    )
    override = session.scalar(
        select(Override).options(joinedload(Override.by)).where(Override.submission_id == submission_id)
    )
    ticks = session.scalars(select(RubricTick.rubric_id).where(RubricTick.submission_id == submission_id))
    return Marking(override, frozenset(ticks), list(comments))


def given_to(
    session: Session, submissions: Select[Any] | Collection[str]
) -> dict[str, tuple[frozenset[str], float | None]]:
    """Return the rubric's ticks and the override's points of each submission that has either. Two queries."""
    ticks: dict[str, set[str]] = {}
    for submission_id, line in session.execute(
        select(RubricTick.submission_id, RubricTick.rubric_id).where(
            RubricTick.submission_id.in_(submissions)
        )
    ):
        ticks.setdefault(submission_id, set()).add(line)
    found = select(Override.submission_id, Override.points).where(Override.submission_id.in_(submissions))
    points = {row.submission_id: row.points for row in session.execute(found)}
    return {one: (frozenset(ticks.get(one, ())), points.get(one)) for one in ticks.keys() | points.keys()}


def rubric_of(item: Item) -> tuple[RubricItem, ...]:
    """Return the rubric of a lab; none for a quiz or a lab without one."""
    lines = item.content.get("rubric") or []
    return tuple(RubricItem(str(one["id"]), str(one["title"]), float(one["points"])) for one in lines)


def total(
    graders: float, rubric: Iterable[RubricItem], ticks: Collection[str], override: float | None
) -> float:
    """Return the mark that counts; a rubric takes nobody below 0."""
    if override is not None:
        return override
    return round(max(0.0, graders + sum(line.points for line in rubric if line.id in ticks)), 6)


def most(graders: float, rubric: Iterable[RubricItem]) -> float:
    """Return the most that can be reached: the graders' points and the rubric's."""
    return round(graders + sum(line.points for line in rubric if line.points > 0), 6)


def settle(session: Session, submission_id: str) -> None:
    """Bring `score` and `max_score` in line with the report that counts and with what people gave.

    The standing that the submission belongs to is drawn anew.
    """
    submission = session.get_one(Submission, submission_id, populate_existing=True)
    if submission.graded_attempt is None:
        return
    attempt = session.get_one(Attempt, (submission_id, submission.graded_attempt))
    report = attempt.report or {}
    rubric = rubric_of(submission.item)
    given = of_submission(session, submission_id)
    points = given.override.points if given.override else None
    session.execute(
        update(Submission)
        .where(Submission.id == submission_id)
        .values(
            score=total(float(report.get("score", 0)), rubric, given.ticks, points),
            max_score=most(float(report.get("max_score", 0)), rubric),
        )
        .execution_options(synchronize_session=False)
    )
    standings.refresh(session, submission.item_id, submission.user_id)


def override(
    session: Session, submission: Submission, by: User, points: float, reason: str, seen: str
) -> None:
    """Give a mark in place of the graders'. Raises `MarkingError`."""
    given = _unchanged(session, submission, seen)
    reason = _words(reason, "A reason")
    highest = submission.max_score or 0.0
    if not 0 <= points <= highest:
        raise MarkingError(f"The mark must be from 0 to {highest:g}.")
    before = given.override.points if given.override else submission.score
    session.merge(
        Override(submission_id=submission.id, points=points, reason=reason, by_id=by.id, at=utc_now())
    )
    session.flush()
    settle(session, submission.id)
    details = {"before": before, "after": points, "reason": reason}
    audit.record(session, by, "mark.override", submission.item.course, submission.id, details)


def remove_override(session: Session, submission: Submission, by: User, seen: str) -> None:
    """Let the graders' mark and the rubric count again. Raises `MarkingError`."""
    given = _unchanged(session, submission, seen)
    if given.override is None:
        raise MarkingError("There is no mark given by hand here.")
    details = {"points": given.override.points, "reason": given.override.reason}
    session.delete(given.override)
    session.flush()
    settle(session, submission.id)
    audit.record(session, by, "mark.override-remove", submission.item.course, submission.id, details)


def tick(session: Session, submission: Submission, by: User, ticked: Collection[str], seen: str) -> None:
    """Make `ticked` the lines of the rubric that hold. Raises `MarkingError`."""
    given = _unchanged(session, submission, seen)
    known = {line.id for line in rubric_of(submission.item)}
    if unknown := set(ticked) - known:
        raise MarkingError(f"This lab's rubric has no line {min(unknown)[:80]!r}: reload the page.")
    wanted = frozenset(ticked)
    session.execute(
        delete(RubricTick).where(
            RubricTick.submission_id == submission.id, RubricTick.rubric_id.in_(given.ticks - wanted)
        )
    )
    added = sorted(wanted - given.ticks)
    session.add_all(RubricTick(submission_id=submission.id, rubric_id=line, by_id=by.id) for line in added)
    session.flush()
    settle(session, submission.id)
    details = {"ticked": added, "unticked": sorted(given.ticks - wanted)}
    audit.record(session, by, "mark.rubric", submission.item.course, submission.id, details)


def comment(
    session: Session, submission: Submission, by: User, file: str, line: int, text: str
) -> LineComment:
    """Say something about a line of what was handed in. Raises `MarkingError`."""
    files: Mapping[str, str] = submission.files or {}
    if file not in files:
        raise MarkingError("Choose one of the files that were handed in.")
    lines = line_count(files[file])
    if not 1 <= line <= lines:
        raise MarkingError(f"{file} has the lines 1 to {lines}.")
    made = LineComment(
        submission_id=submission.id, file=file, line=line, text=_words(text, "A comment"), author_id=by.id
    )
    session.add(made)
    session.flush()
    details = {"file": file, "line": line, "text": made.text}
    audit.record(session, by, "comment.add", submission.item.course, submission.id, details)
    return made


def line_count(source: str) -> int:
    """Return how many lines Python counts; other characters that break lines for `str` break none there."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    return text.removesuffix("\n").count("\n") + 1


def remove_comment(session: Session, submission: Submission, by: User, comment_id: int) -> bool:
    """Take a comment back; the audit log keeps its words. False: there is none with this number here."""
    found = session.get(LineComment, comment_id)
    if found is None or found.submission_id != submission.id:
        return False
    details = {"file": found.file, "line": found.line, "text": found.text}
    session.delete(found)
    audit.record(session, by, "comment.remove", submission.item.course, submission.id, details)
    return True


def _unchanged(session: Session, submission: Submission, seen: str) -> Marking:
    # The row is locked first, so that the second of two finds what the first has done.
    session.execute(select(Submission.id).where(Submission.id == submission.id).with_for_update())
    if submission.graded_attempt is None:
        raise MarkingError("It has no grading yet, so there is no mark to change.")
    given = of_submission(session, submission.id)
    if given.seen != seen:
        raise ChangedMeanwhileError(
            "Somebody else changed this mark while you had the page open. "
            "Look at what it is now, and decide again."
        )
    return given


def _words(text: str, what: str) -> str:
    text = storable(text.replace("\r\n", "\n").strip())
    if not text:
        raise MarkingError(f"{what} is needed: the student reads it.")
    if len(text) > MAX_WORDS:
        raise MarkingError(f"{what} has at most {MAX_WORDS} characters; this one has {len(text)}.")
    return text
