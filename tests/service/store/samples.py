"""Reports to store."""

from __future__ import annotations

from graders.report import CONVICTIONS, Check, Report, Witness
from graders.verdict import Verdict


def report(verdict: Verdict = Verdict.PASSED, points: float = 4.0, **rest: object) -> Report:
    """A report with two checks."""
    checks = [
        Check("value", "Ends at exactly 100", verdict, points, 4.0, "seen"),
        Check("workers", "Ten processes", Verdict.PASSED, 2.0, 2.0),
    ]
    witness = Witness(verdict, "", "") if verdict in CONVICTIONS else None
    return Report.of("shared-data/counter", checks, **{"witness": witness, **rest})
