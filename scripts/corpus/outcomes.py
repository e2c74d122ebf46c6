"""What came of grading the corpus: one outcome for each program and seed, one row for each program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from graders.report import Report
from graders.verdict import Certificate, Verdict
from scripts.corpus.manifest import Program
from scripts.corpus.naive import Naive

FAULT = "fault"
"""Stands where a verdict would, when there is none for a fault of ours."""
_CRASHED_AT = re.compile(r"crashed at line (\d+)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One grading."""

    program: Program
    seed: int
    report: Report | None
    fault: str = ""
    """Why there is no report."""

    @property
    def verdict(self) -> str:
        """The verdict, or ``fault``."""
        return self.report.verdict if self.report else FAULT

    @property
    def exact(self) -> bool:
        """Whether it is the very verdict that the manifest demands."""
        return self.verdict == self.program.verdict

    @property
    def convicted(self) -> bool:
        """Whether anything wrong was found."""
        return self.verdict not in (FAULT, Verdict.PASSED, Verdict.INCONCLUSIVE)

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines that the report names as guilty; a crash names its line in a check's message."""
        if self.report is None:
            return ()
        if self.report.witness and self.report.witness.lines:
            return self.report.witness.lines
        found = (_CRASHED_AT.search(check.message) for check in self.report.checks)
        return next(((int(match[1]),) for match in found if match), ())

    @property
    def lines_right(self) -> bool | None:
        """Whether those are the manifest's; `None` where it names none, or the verdict is another."""
        if not self.program.lines or not self.exact:
            return None
        return self.program.names(self.lines)

    @property
    def certificate(self) -> Certificate | None:
        """What the report claims to have proven."""
        return self.report.certificate if self.report else None

    @property
    def steps(self) -> int:
        """Steps that the witness shows; 0 without one."""
        return len(self.report.witness.steps) if self.report and self.report.witness else 0

    @property
    def processes(self) -> int:
        """Processes that take part in those steps."""
        witness = self.report.witness if self.report else None
        return len({step.process for step in witness.steps}) if witness else 0

    @property
    def replayable(self) -> bool:
        """Whether there is a witness that can be replayed."""
        return bool(self.report and self.report.witness and self.report.witness.schedule)


@dataclass(frozen=True, slots=True)
class Row:
    """All gradings of one program, and the naive judge's word on it."""

    program: Program
    outcomes: Sequence[Outcome]
    naive: Naive | None = None

    @property
    def shown(self) -> Outcome:
        """The outcome that tells most: the first that is not as it must be."""
        odd = [o for o in self.outcomes if not o.exact] or [
            o for o in self.outcomes if o.lines_right is False
        ]
        return odd[0] if odd else self.outcomes[0]

    @property
    def exact(self) -> bool:
        """Whether every seed gave the very verdict."""
        return all(outcome.exact for outcome in self.outcomes)

    @property
    def milliseconds(self) -> float | None:
        """Median time to the verdict, in the harness."""
        times = [outcome.report.seconds for outcome in self.outcomes if outcome.report]
        return median(times) * 1000 if times else None
