"""The audit log: who of the staff did what to whom, kept in the transaction that did it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from service.store.models import Base, Course, JsonObject, User
from service.store.types import Words, storable, utc_now

TARGET_LENGTH = 200


class AuditEntry(Base):
    """One thing that somebody did. Never changed, never deleted."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "course_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """Who did it; empty for the command line of the host, which knows no account."""
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """As whom, when somebody of the staff looked through a student's eyes."""
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    action: Mapped[str] = mapped_column(Words(60))
    """What was done, as ``area.verb``: ``roster.import``, ``submission.regrade``."""
    target: Mapped[str] = mapped_column(Words(TARGET_LENGTH), default="")
    """What it was done to: a login, the id of a submission, the slug of a lab."""
    details: Mapped[JsonObject]
    """Anything else worth knowing in a year; never a password or a token."""

    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
    on_behalf_of: Mapped[User | None] = relationship(foreign_keys=[on_behalf_of_id])
    course: Mapped[Course | None] = relationship()


def record(
    session: Session,
    actor: User | None,
    action: str,
    course: Course | None = None,
    target: str = "",
    details: dict[str, Any] | None = None,
    *,
    on_behalf_of: User | None = None,
) -> None:
    """Write an entry in the caller's transaction: what is rolled back was never done.

    The objects may come from another session; only their ids are used.
    """
    session.add(
        AuditEntry(
            actor_id=actor.id if actor else None,
            on_behalf_of_id=on_behalf_of.id if on_behalf_of else None,
            course_id=course.id if course else None,
            action=action,
            target=storable(target, TARGET_LENGTH),
            details=details or {},
        )
    )
