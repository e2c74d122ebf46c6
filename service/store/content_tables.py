"""Tables about how courses came in: what was loaded when, and what waits to be confirmed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.models import Base, JsonObject, User
from service.store.types import LongWords, Words, new_id, utc_now


class Way(StrEnum):
    """How a course was loaded."""

    START = "start"
    """When the service was started, without anybody looking."""
    COMMAND = "command"
    PAGE = "page"


class CourseLoad(Base):
    """One time that a course's content was changed."""

    __tablename__ = "course_loads"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """Who did it on a page; empty for the command line."""
    way: Mapped[str] = mapped_column(Words(16))
    source: Mapped[str] = mapped_column(Words(300))
    """The folder, archive or repository, as people know it."""
    summary: Mapped[str] = mapped_column(LongWords)
    """What changed, in words."""
    digest: Mapped[str] = mapped_column(Words(64))
    """The course's digest afterwards."""
    at: Mapped[datetime] = mapped_column(default=utc_now)

    user: Mapped[User | None] = relationship()


class CourseDraft(Base):
    """A course that somebody has sent and not confirmed yet."""

    __tablename__ = "course_drafts"

    id: Mapped[str] = mapped_column(Words(26), primary_key=True, default=new_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    slug: Mapped[str] = mapped_column(Words(80))
    source: Mapped[str] = mapped_column(Words(300))
    content: Mapped[JsonObject]
    """As `graders.course.dump_course` writes it."""
    made_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
