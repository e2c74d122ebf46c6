"""A sandbox that runs nothing: it answers with what it was given. For tests of all that uses sandboxes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from graders.job import Event, Job
from graders.limits import Limits
from graders.report import Report, SandboxInfo


@dataclass
class StubSandbox:
    """Answers any job with `outcome`: a report is returned, a function is asked, an exception is raised."""

    outcome: Report | BaseException | Callable[[Job], Report]
    events: Sequence[Event] = ()
    """Said before the outcome."""
    info: SandboxInfo = SandboxInfo(kind="stub")
    jobs: list[Job] = field(default_factory=list)
    """The jobs it was given."""

    def grade(self, job: Job, on_event: Callable[[Event], None] = lambda _: None) -> Report:
        """Say the events, then return the report or raise."""
        self.jobs.append(job)
        for event in self.events:
            on_event(event)
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome if isinstance(self.outcome, Report) else self.outcome(job)


@dataclass
class StubKind:
    """Opens stub sandboxes that all have the same outcome, and counts them."""

    outcome: Report | BaseException | Callable[[Job], Report]
    events: Sequence[Event] = ()
    trouble: str | None = None
    """What `problem` answers."""
    name: str = "stub"
    material: str = ""
    """What `made_of` answers, and stands in `info`."""
    opened: int = 0
    closed: int = 0
    jobs: list[Job] = field(default_factory=list)
    """The jobs that all its sandboxes were given, in order."""

    def problem(self) -> str | None:
        """Return `trouble`."""
        return self.trouble

    @contextmanager
    def open(self, limits: Limits) -> Iterator[StubSandbox]:
        """Open a stub; `limits` bound nothing here."""
        del limits
        self.opened += 1
        try:
            info = SandboxInfo(kind="stub", image=self.material)
            yield StubSandbox(self.outcome, self.events, info, self.jobs)
        finally:
            self.closed += 1

    def made_of(self) -> str:
        """Return `material`."""
        return self.material

    def reap(self, alive: Collection[str] | None, older_than: float) -> list[str]:
        """Remove nothing: a stub leaves nothing."""
        del alive, older_than
        return []
