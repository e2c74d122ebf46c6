"""The verdicts, worst first, and what a pass may claim.

The strings are a stable interface: they stand in reports, in the database and in the names of the
folders under a lab's ``submissions/``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """Outcome of a check or a report.

    The order of the members is the order of preference when several apply: the earlier one tells
    the student more about what went wrong.
    """

    CHEAT = "cheat"
    DEADLOCK = "deadlock"
    RACE = "race"
    LIVELOCK = "livelock"
    CRASH = "crash"
    MEMORY_LIMIT = "memory-limit"
    PROCESS_LIMIT = "process-limit"
    OUTPUT_LIMIT = "output-limit"
    TIMEOUT = "timeout"
    WRONG_VALUE = "wrong-value"
    REQUIREMENT = "requirement"
    SEQUENTIAL = "sequential"
    INCONCLUSIVE = "inconclusive"
    PASSED = "passed"

    @property
    def rank(self) -> int:
        """Position in the order of preference; 0 is told first."""
        return _RANK[self]


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


class Certificate(StrEnum):
    """What the explored runs amount to."""

    REFUTED = "refuted"
    VERIFIED = "verified"
    EXPLORED = "explored"
    INCONCLUSIVE = "inconclusive"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that tells the student most; `passed` when there is none."""
    return min(verdicts, key=lambda verdict: verdict.rank, default=Verdict.PASSED)
