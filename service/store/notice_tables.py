"""The table of those who want an e-mail when a submission of theirs is graded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models import Base


class MailWish(Base):
    """Somebody's wish; without a row there is none, so nobody gets an e-mail who has not asked for it."""

    __tablename__ = "mail_wishes"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    told_until: Mapped[datetime]
    """What was graded until then is told, or was graded before the wish."""
