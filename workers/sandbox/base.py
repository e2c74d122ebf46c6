"""The one interface every kind of sandbox has, and the conversation all of them hold."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from graders.job import Event, Job
from graders.limits import Limits
from graders.report import Report, SandboxInfo


class Sandbox(Protocol):
    """A place that serves exactly one job and is destroyed."""

    @property
    def info(self) -> SandboxInfo:
        """What stands in the report about this place."""

    def grade(self, job: Job, on_event: Callable[[Event], None] = lambda _: None) -> Report:
        """Run the job; `on_event` sees each event as it comes. Raises `InfrastructureError`."""


class SandboxKind(Protocol):
    """A way to make sandboxes. Its constructor is cheap and touches nothing."""

    @property
    def name(self) -> str:
        """``docker``, ``local`` or ``stub``."""

    def problem(self) -> str | None:
        """Why this kind cannot work on this machine, in one sentence that says what to do; else `None`."""

    def open(self, limits: Limits) -> AbstractContextManager[Sandbox]:
        """Start a sandbox, ready for its job; leaving the context destroys it on every path."""
