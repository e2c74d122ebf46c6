"""What people have given a submission, ready to be shown beside the graders' report."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from graders.lab import RubricItem
from graders.report import Report
from service.context import session
from service.store import marking
from service.store.after_tables import LineComment
from service.store.marking import Marking
from service.store.models import Submission


@dataclass(frozen=True)
class Marks:
    """The marks of one submission, side by side."""

    given: Marking
    rubric: tuple[RubricItem, ...]
    graders_score: float | None
    graders_most: float | None
    image: str
    """Digest of the sandbox's image, shortened."""

    def at(self, file: str, line: int) -> list[LineComment]:
        """Return the comments on a line."""
        return self._by_place.get((file, line), [])

    @property
    def by_hand(self) -> bool:
        """Whether people have changed the mark."""
        return self.given.override is not None or bool(self.given.ticks)

    @cached_property
    def _by_place(self) -> dict[tuple[str, int], list[LineComment]]:
        places: dict[tuple[str, int], list[LineComment]] = {}
        for comment in self.given.comments:
            places.setdefault((comment.file, comment.line), []).append(comment)
        return places


def marks_of(submission: Submission, report: Report | None) -> Marks:
    """Return what people and graders gave the submission."""
    image = report.sandbox.image if report and report.sandbox else ""
    return Marks(
        marking.of_submission(session(), submission.id),
        marking.rubric_of(submission.item),
        report.score if report else None,
        report.max_score if report else None,
        image.removeprefix("sha256:")[:12],
    )
