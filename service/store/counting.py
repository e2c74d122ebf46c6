"""The one place that decides which submission counts, with which score, and which came late.

Pure: what is known goes in, what stands comes out. Whoever adds a rule adds it here, and calls
`service.store.standings.refresh` or `rebuild` in the transaction that changes what the rule depends on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graders.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Rule:
    """What decides for one student in one lab or quiz."""

    due: datetime | None = None
    """Handed in after this moment is late; `None`: nothing ever is."""


@dataclass(frozen=True, slots=True)
class Try:
    """A submission, as far as counting needs it. Without a verdict it has not been graded yet."""

    submission_id: str
    created_at: datetime
    verdict: Verdict | None = None
    score: float | None = None


@dataclass(slots=True)
class Counted:
    """What somebody's submissions for one lab or quiz come to; see `Standing` for the fields."""

    submissions: int = 0
    graded: int = 0
    late: int = 0
    counting: Try | None = None
    score: float | None = None
    passed_after: int | None = None
    last: Try | None = None
    verdicts: Counter[Verdict] = field(default_factory=Counter)


def count(tries: Sequence[Try], rule: Rule) -> Counted:
    """Return what counts of `tries`, which come oldest first.

    The best score counts, and of equal ones the first. What is not graded, by our fault or because it was
    withdrawn, is no attempt at passing.
    """
    counted = Counted(submissions=len(tries), last=tries[-1] if tries else None)
    for one in tries:
        counted.late += is_late(one, rule)
        if one.verdict is None or one.score is None:
            continue
        counted.graded += 1
        counted.verdicts[one.verdict] += 1
        if one.verdict is Verdict.PASSED and counted.passed_after is None:
            counted.passed_after = counted.graded
        if counted.score is None or one.score > counted.score:
            counted.counting, counted.score = one, one.score
    return counted


def is_late(one: Try, rule: Rule) -> bool:
    """Whether it came after the due date; the moment itself is still in time."""
    return rule.due is not None and one.created_at > rule.due
