"""The tables of dates and rules: what holds for a lab or quiz, and who was granted more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.models import Base, Course, Item, JsonObject, User
from service.store.types import Words, utc_now


class CourseZone(Base):
    """The time zone in which a course's staff write dates; a course without one has UTC."""

    __tablename__ = "course_zones"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(Words(64))
    """IANA name."""

    course: Mapped[Course] = relationship()


class ItemRules(Base):
    """The rules of a lab or quiz, as `graders.rules.Rules.to_json` writes them."""

    __tablename__ = "item_rules"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    folder: Mapped[JsonObject]
    """What the course folder says."""
    edited: Mapped[JsonObject | None]
    """What staff decided instead; it holds until they take it back, whatever is loaded."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change, so that the second of two editors is told of the first."""
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """Empty: the course was loaded."""

    item: Mapped[Item] = relationship()
    editor: Mapped[User | None] = relationship()


class ItemExtension(Base):
    """What one student was granted for one lab or quiz. It stays when the student leaves the course."""

    __tablename__ = "item_extensions"
    __table_args__ = (UniqueConstraint("item_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    due: Mapped[datetime | None]
    closes: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Words(500))
    version: Mapped[int] = mapped_column(default=1)
    granted_at: Mapped[datetime] = mapped_column(default=utc_now)
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    granter: Mapped[User | None] = relationship(foreign_keys=[granted_by])
