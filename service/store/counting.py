"""What a student's submissions for an item come to: which counts, with which score, and which came late.

Pure: what is known goes in, what stands comes out. `service.rules` decides, and nothing else does. Whoever
changes what it decides upon calls `service.store.standings.refresh` or `rebuild` in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from graders.verdict import Verdict
from service import rules


@dataclass(frozen=True, slots=True)
class Try:
    """A submission, as far as counting needs it. Without a verdict it has not been graded yet."""

    submission_id: str
    created_at: datetime
    verdict: Verdict | None = None
    score: float | None = None
    """As graders and people gave it, before lateness takes something off."""
    by_hand: bool = False
    """Whether the score was given in place of the graders'."""


@dataclass(slots=True)
class Counted:
    """What somebody's submissions for one lab or quiz come to; see `Standing` for the fields."""

    submissions: int = 0
    graded: int = 0
    late: int = 0
    counting: Try | None = None
    mark: rules.Counted | None = None
    """What the one that counts is worth, and what lateness took off."""
    passed_after: int | None = None
    last: Try | None = None
    verdicts: Counter[Verdict] = field(default_factory=Counter)


def count(tries: Iterable[Try], terms: rules.Terms) -> Counted:
    """Return what counts of `tries`, which come oldest first, by the rules as they hold for the student.

    What is not graded, by our fault or because it was withdrawn, is no attempt at passing.
    """
    counted = Counted()
    for one in tries:
        counted.submissions, counted.last = counted.submissions + 1, one
        counted.late += rules.lateness(terms, one.created_at).late
        if one.verdict is None or one.score is None:
            continue
        counted.graded += 1
        counted.verdicts[one.verdict] += 1
        if one.verdict is Verdict.PASSED and counted.passed_after is None:
            counted.passed_after = counted.graded
        mark = rules.counted(terms, one.created_at, one.score, by_hand=one.by_hand)
        if rules.replaces(terms.rules.counts, mark, counted.mark):
            counted.counting, counted.mark = one, mark
    return counted
