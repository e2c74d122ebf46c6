"""Tables about people: what a course allows, invitations, reset links, and identities from elsewhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.models import Base, Course, Role, User
from service.store.types import Words, utc_now


class PeopleRules(Base):
    """What a course's staff may do with its people. Without a row everything is as the defaults say."""

    __tablename__ = "people_rules"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    acting_may_write: Mapped[bool] = mapped_column(default=False)
    """Whether an instructor who acts as a student may also hand in and withdraw."""


class Invitation(Base):
    """A link that puts whoever follows it into a course. Of the link only the SHA-256 is kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(Words(64), unique=True)
    role: Mapped[Role]
    section: Mapped[str] = mapped_column(Words(80), default="")
    note: Mapped[str] = mapped_column(Words(80), default="")
    """For whom it is, so that its maker knows it again."""
    max_uses: Mapped[int | None]
    """How many people may follow it; empty: as many as want to."""
    uses: Mapped[int] = mapped_column(default=0)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()
    made_by: Mapped[User | None] = relationship()


class PasswordReset(Base):
    """A link with which somebody gives themselves a new password, once. One for each account at most."""

    __tablename__ = "password_resets"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(Words(64), unique=True)
    """SHA-256 of the link's token, which has 256 random bits."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class Identity(Base):
    """Somebody as an OpenID provider knows them, and the account here that is theirs."""

    __tablename__ = "identities"

    issuer: Mapped[str] = mapped_column(Words(200), primary_key=True)
    subject: Mapped[str] = mapped_column(Words(255), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    linked_at: Mapped[datetime] = mapped_column(default=utc_now)

    user: Mapped[User] = relationship()
