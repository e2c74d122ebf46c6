"""The tables. What may change a submission's state is in `service.store.lifecycle`, and only there."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Enum, ForeignKey, Index, MetaData, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, validates

from graders.verdict import Verdict
from service.store.types import LongWords, UtcDateTime, Words, new_id, utc_now

JsonObject = dict[str, Any]


class State(StrEnum):
    """Where a submission stands."""

    QUEUED = "queued"
    RUNNING = "running"
    GRADED = "graded"
    FAILED = "failed"
    """Three infrastructure faults in a row: our fault, never a mark of zero."""
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in {State.GRADED, State.FAILED, State.CANCELLED}


class QueueName(StrEnum):
    """The two classes of work. Regrades wait behind what students just handed in."""

    INTERACTIVE = "interactive"
    REGRADE = "regrade"


class Role(StrEnum):
    """What somebody is in one course. What each may do stands in `service.permissions`."""

    STUDENT = "student"
    GRADER = "grader"
    ASSISTANT = "assistant"
    INSTRUCTOR = "instructor"

    @property
    def staff(self) -> bool:
        """Whether it is about other people's work."""
        return self is not Role.STUDENT


class Outcome(StrEnum):
    """How an attempt ended."""

    GRADED = "graded"
    LOST = "lost"
    """The worker fell silent and its lease ran out."""
    FAULT = "fault"
    """The worker said that it could not grade: an infrastructure fault."""
    CANCELLED = "cancelled"
    HANDED_BACK = "handed-back"
    """The worker was told to stop; does not count against anybody."""


def _enum(kind: type[StrEnum], name: str) -> Enum:
    return Enum(
        kind,
        native_enum=False,
        length=16,
        name=name,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
    )


_VERDICT = Enum(
    # No CHECK constraint: a new verdict must not need a migration.
    Verdict,
    native_enum=False,
    length=24,
    values_callable=lambda members: [member.value for member in members],
)


_EMPTY = text("''")


class Base(DeclarativeBase):
    """Every constraint has a name, so that migrations can change it on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        # Plain JSON, not JSONB: it keeps the order of keys, and takes the NUL a student's program printed.
        JsonObject: JSON(none_as_null=True),
        State: _enum(State, "state"),
        QueueName: _enum(QueueName, "queue"),
        Role: _enum(Role, "role"),
        Outcome: _enum(Outcome, "outcome"),
        Verdict: _VERDICT,
    }


class User(Base):
    """An account. `login` is kept in lower case, so that it is unique in every spelling."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Words(120), unique=True)
    email: Mapped[str] = mapped_column(Words(254), default="")
    name: Mapped[str] = mapped_column(Words(200), default="")
    password_hash: Mapped[str] = mapped_column(Words(200), default="")
    """Argon2, in the PHC format; empty: nobody can log in with a password."""
    is_admin: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    enrollments: Mapped[list[Enrollment]] = relationship(back_populates="user")

    # What Flask-Login asks of a user; the store itself knows nothing of Flask.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.active

    def get_id(self) -> str:
        """Return what a session cookie carries: it ends with the password it was made with."""
        return f"{self.id}.{hashlib.sha256(self.password_hash.encode()).hexdigest()[:16]}"

    @validates("login")
    def _lower(self, _key: str, login: str) -> str:
        return login.strip().lower()


class Course(Base):
    """A course as it was last loaded from its folder."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Words(80), unique=True)
    title: Mapped[str] = mapped_column(Words(200))
    text: Mapped[str] = mapped_column(LongWords, default="")
    term: Mapped[str] = mapped_column(Words(80), default="", server_default=_EMPTY)
    """When it is held, such as ``autumn 2026``; empty where that does not matter."""
    digest: Mapped[str] = mapped_column(Words(64))
    """SHA-256 of everything in it, in hex."""
    loaded_at: Mapped[datetime] = mapped_column(default=utc_now)

    items: Mapped[list[Item]] = relationship(back_populates="course", order_by="Item.position")


class Enrollment(Base):
    """Who is what in which course."""

    __tablename__ = "enrollments"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[int] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Role] = mapped_column(default=Role.STUDENT)
    section: Mapped[str] = mapped_column(Words(80), default="")

    user: Mapped[User] = relationship(back_populates="enrollments")
    course: Mapped[Course] = relationship()


class Item(Base):
    """A lab, quiz or lesson of a course. Never deleted: one that vanished from its folder is retired."""

    __tablename__ = "items"
    __table_args__ = (UniqueConstraint("course_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    slug: Mapped[str] = mapped_column(Words(80))
    kind: Mapped[str] = mapped_column(Words(16))
    """``lab``, ``quiz`` or ``lesson``."""
    title: Mapped[str] = mapped_column(Words(200))
    position: Mapped[int]
    max_score: Mapped[float] = mapped_column(default=0.0)
    content: Mapped[JsonObject]
    """As `graders.course.dump_item` writes it. A quiz's holds the key: not for students."""
    digest: Mapped[str] = mapped_column(Words(64))
    retired: Mapped[bool] = mapped_column(default=False)

    course: Mapped[Course] = relationship(back_populates="items")


class Submission(Base):
    """What was handed in, and the outcome of its newest graded attempt."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key"),
        Index(None, "state", "queued_at"),
        Index(None, "item_id", "user_id"),
        Index(None, "user_id", "created_at"),
        # Holds all that the charts over time ask for: the rows, with the files in them, are not read.
        Index(None, "item_id", "created_at", "user_id", "state", "verdict"),
    )

    id: Mapped[str] = mapped_column(Words(26), primary_key=True, default=new_id)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[State] = mapped_column(default=State.QUEUED)
    queue: Mapped[QueueName] = mapped_column(default=QueueName.INTERACTIVE)
    attempts: Mapped[int] = mapped_column(default=0)
    """How many attempts were begun; the newest has this number."""
    faults: Mapped[int] = mapped_column(default=0)
    """Infrastructure faults since it was last queued by a person."""
    seed: Mapped[int]
    files: Mapped[JsonObject | None]
    """Lab: text by file name."""
    main: Mapped[str | None] = mapped_column(Words(255))
    answers: Mapped[JsonObject | None]
    """Quiz: answer by question id."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    queued_at: Mapped[datetime] = mapped_column(default=utc_now)
    enqueued_at: Mapped[datetime | None]
    """When it was last put on Redis; the sweeper looks at it."""
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(Words(120))
    graded_attempt: Mapped[int | None]
    """Number of the attempt that verdict, score and checks come from."""
    verdict: Mapped[Verdict | None]
    score: Mapped[float | None]
    """The mark that counts, see `service.store.marking`; the report has the graders' own."""
    max_score: Mapped[float | None]
    graded_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(LongWords)
    """What went wrong on our side, last."""
    idempotency_key: Mapped[str | None] = mapped_column(Words(255))
    body_digest: Mapped[str] = mapped_column(Words(64))
    """SHA-256 of what was handed in, in hex."""

    item: Mapped[Item] = relationship()
    user: Mapped[User] = relationship()
    attempt_rows: Mapped[list[Attempt]] = relationship(back_populates="submission", order_by="Attempt.number")
    checks: Mapped[list[CheckResult]] = relationship(order_by="CheckResult.position")


class Attempt(Base):
    """One grading of a submission.

    Its number is never used again, so it fences off a worker that comes back too late.
    """

    __tablename__ = "attempts"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    worker: Mapped[str] = mapped_column(Words(120))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[Outcome | None]
    """Empty while it runs."""
    report: Mapped[JsonObject | None]
    """As `graders.report.Report.to_json` writes it."""
    fault: Mapped[str | None] = mapped_column(LongWords)

    submission: Mapped[Submission] = relationship(back_populates="attempt_rows")


class CheckResult(Base):
    """A check of the newest graded attempt, as a row, for statistics."""

    __tablename__ = "check_results"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    check_id: Mapped[str] = mapped_column(Words(80))
    title: Mapped[str] = mapped_column(Words(300))
    verdict: Mapped[Verdict]
    points: Mapped[float]
    max_points: Mapped[float]


class ApiToken(Base):
    """A bearer token. Only its SHA-256 is kept: it has 256 random bits, so a slow hash would add nothing."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Words(80))
    digest: Mapped[str] = mapped_column(Words(64), unique=True)
    prefix: Mapped[str] = mapped_column(Words(16))
    """The first characters, so that its owner knows it again."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class WorkerBeat(Base):
    """A worker's sign of life."""

    __tablename__ = "worker_beats"

    name: Mapped[str] = mapped_column(Words(120), primary_key=True)
    host: Mapped[str] = mapped_column(Words(120))
    sandbox: Mapped[str] = mapped_column(Words(40))
    slots: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """How many attempts it runs at once."""
    seen_at: Mapped[datetime]
