"""Tables that hold nothing new: rows drawn from submissions and reports, so that dashboards need not.

They are written in the transaction that changes what they are drawn from (`service.store.summaries`), and
can be made again from it at any time.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from graders.verdict import Verdict
from service.store.models import Base, JsonObject
from service.store.types import Words, utc_now


class Standing(Base):
    """What one student has reached in one lab or quiz; there from the first submission on."""

    __tablename__ = "standings"
    __table_args__ = (Index(None, "user_id"),)

    item_id: Mapped[int] = mapped_column(
        ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    submissions: Mapped[int]
    graded: Mapped[int]
    """Submissions with a result; one that is graded again keeps its old one meanwhile."""
    late: Mapped[int]
    """Submissions that came after the student's due date."""
    counting_id: Mapped[str | None] = mapped_column(Words(26))
    """The submission that counts, as `service.rules` decides; empty while none is graded."""
    score: Mapped[float | None]
    """The score that counts, after what lateness takes off."""
    raw: Mapped[float | None]
    """The same submission's as it was graded."""
    days_late: Mapped[int | None]
    """How late the one that counts came; empty: in time, 0: within the grace."""
    verdict: Mapped[Verdict | None]
    """Of the submission that counts."""
    passed_after: Mapped[int | None]
    """How many graded submissions it took, the first that passed included; empty: none has passed."""
    last_id: Mapped[str] = mapped_column(Words(26))
    """The newest submission, graded or not."""
    last_at: Mapped[datetime]
    verdicts: Mapped[JsonObject]
    """How many graded submissions got which verdict."""
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)


class GuiltyPattern(Base):
    """What is wrong with a graded submission that did not pass, in a form that can be compared."""

    __tablename__ = "guilty_patterns"
    # One index answers the whole question: how many submissions of how many students share a key.
    __table_args__ = (Index(None, "item_id", "key", "user_id", "submission_id"),)

    submission_id: Mapped[str] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(Words(32))
    """Equal for submissions with the same verdict and the same guilty pattern."""
    verdict: Mapped[Verdict]
    told: Mapped[str] = mapped_column(Words(400))
    """In words: guilty lines with the student's own names replaced, or a message without numbers."""
    kinds: Mapped[str] = mapped_column(Words(120))
    """Kinds of the objects that take part, such as ``lock, shared value``."""
