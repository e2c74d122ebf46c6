"""What comes after the grading: regrades that are looked at first, and marks that people give."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from graders.verdict import Verdict
from service.store.models import Base, Course, Item, JsonObject, State, Submission, User
from service.store.types import LongWords, Words, new_id, utc_now


class Regrade(Base):
    """Submissions that are graded again to see what would come of it. Open until applied or dropped.

    Which ones is told by `item_id` (a lab or quiz), `student_id` or `submission_id`, whichever are set.
    """

    __tablename__ = "regrades"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    student_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    submission_id: Mapped[str | None] = mapped_column(ForeignKey("submissions.id"))
    reason: Mapped[str] = mapped_column(Words(500), default="")
    started_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    left_out: Mapped[int] = mapped_column(default=0)
    """Submissions that were queued or running just then: they get the newest grading anyway."""
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    applied: Mapped[bool | None]
    """Empty while it is open; false: dropped."""

    course: Mapped[Course] = relationship()
    item: Mapped[Item | None] = relationship()
    student: Mapped[User | None] = relationship(foreign_keys=[student_id])
    started_by: Mapped[User] = relationship(foreign_keys=[started_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])


class Trial(Base):
    """An attempt that does not count yet: one submission of one regrade.

    It has a lease of its own and leaves the submission alone, which stays as it is for everybody.
    """

    __tablename__ = "trials"
    __table_args__ = (
        UniqueConstraint("regrade_id", "submission_id"),
        Index(None, "state", "enqueued_at"),
        Index(None, "submission_id"),
    )

    id: Mapped[str] = mapped_column(Words(26), primary_key=True, default=new_id)
    regrade_id: Mapped[int] = mapped_column(ForeignKey("regrades.id"))
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))
    base_attempt: Mapped[int | None]
    """Number of the attempt that counted when the regrade began; empty where none was graded."""
    state: Mapped[State] = mapped_column(default=State.QUEUED)
    tries: Mapped[int] = mapped_column(default=0)
    """Fences off a worker that was thought dead and comes back."""
    faults: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(Words(120))
    enqueued_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    item_digest: Mapped[str | None] = mapped_column(Words(64))
    """Of the lab or quiz it was graded by."""
    report: Mapped[JsonObject | None]
    verdict: Mapped[Verdict | None]
    score: Mapped[float | None]
    max_score: Mapped[float | None]
    differs: Mapped[bool] = mapped_column(default=False)
    """Whether verdict, points or a check came out differently from what counts."""
    fault: Mapped[str | None] = mapped_column(LongWords)
    adopted_attempt: Mapped[int | None]
    """Number of the attempt that it became when the regrade was applied."""

    regrade: Mapped[Regrade] = relationship()
    submission: Mapped[Submission] = relationship()


class Override(Base):
    """A mark that a person gave in place of the graders' and the rubric's."""

    __tablename__ = "overrides"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    points: Mapped[float]
    reason: Mapped[str] = mapped_column(LongWords)
    """The student reads it."""
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utc_now)

    by: Mapped[User] = relationship()


class RubricTick(Base):
    """A line of the lab's rubric that staff found to hold for a submission."""

    __tablename__ = "rubric_ticks"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    rubric_id: Mapped[str] = mapped_column(Words(80), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utc_now)


class LineComment(Base):
    """What staff say about one line of what was handed in."""

    __tablename__ = "line_comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    file: Mapped[str] = mapped_column(Words(255))
    line: Mapped[int]
    text: Mapped[str] = mapped_column(LongWords)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utc_now)

    author: Mapped[User] = relationship()
