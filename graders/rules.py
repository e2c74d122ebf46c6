"""What may be ruled for a lab or quiz, as data: when, how often, and what of it is shown.

The course folder gives defaults and staff may edit them. What follows from them for one student at one
moment is decided in `service.rules`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Counts(StrEnum):
    """Which of somebody's graded submissions counts."""

    BEST = "best"
    """The one with the highest score after lateness; of equal ones the first."""
    LAST = "last"
    """The newest that was graded."""


class Feedback(StrEnum):
    """When a student sees what came of a submission."""

    NOW = "now"
    AFTER_DUE = "after-due"


MOMENTS = ("opens", "due", "closes")
MOST_ATTEMPTS = 1000
MOST_COOLDOWN_MINUTES = 7 * 24 * 60
MOST_GRACE_DAYS = 60.0


_NEED_A_DUE_DATE = {
    "late_percent_per_day": "A deduction for lateness needs a due date.",
    "grace_days": "Grace days need a due date.",
    "hidden_checks": "Hidden checks need a due date, or nobody would ever see them.",
    "feedback": "Feedback after the due date needs a due date.",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one lab or quiz. Without any, everything is open for ever and the best counts.

    Moments are aware. `late_percent_per_day` is taken off for each day begun after the grace has ended;
    `grace_days` after the due date nothing is taken off. `attempts` of 0 is no limit.
    `cooldown_minutes` must pass between two submissions. `hidden_checks` are ids of checks that students
    see nothing of until the due date.
    """

    opens: datetime | None = None
    due: datetime | None = None
    closes: datetime | None = None
    late_percent_per_day: float = 0.0
    grace_days: float = 0.0
    attempts: int = 0
    cooldown_minutes: float = 0.0
    counts: Counts = Counts.BEST
    hidden_checks: tuple[str, ...] = ()
    shuffle: bool = False
    feedback: Feedback = Feedback.NOW

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what contradicts itself: the field, and a sentence that says how."""
        yield from self._reversed()
        if self.due is None:
            for field, sentence in _NEED_A_DUE_DATE.items():
                if getattr(self, field) and getattr(self, field) != Feedback.NOW:
                    yield field, sentence

    def _reversed(self) -> Iterator[tuple[str, str]]:
        if self.opens and self.due and self.opens >= self.due:
            yield "due", "The due date must be later than the opening: as it stands nobody could be in time."
        if self.due and self.closes and self.closes < self.due:
            yield "closes", "The closing must not be before the due date. Make it the same for no late work."
        if self.opens and self.closes and not self.due and self.opens >= self.closes:
            yield "closes", "The closing must be later than the opening: as it stands it would never be open."

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; moments in UTC, as ISO 8601."""
        return {
            field.name: _plain(getattr(self, field.name))
            for field in dataclasses.fields(self)
            if getattr(self, field.name) != field.default
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Rules:
        """Read what `to_json` wrote."""
        read = dict(data)
        for name in MOMENTS:
            if read.get(name):
                read[name] = datetime.fromisoformat(read[name])
        if "counts" in read:
            read["counts"] = Counts(read["counts"])
        if "feedback" in read:
            read["feedback"] = Feedback(read["feedback"])
        return cls(**{**read, "hidden_checks": tuple(read.get("hidden_checks", ()))})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return list(value) if isinstance(value, tuple) else value
