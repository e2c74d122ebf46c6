"""The one interface every kind of sandbox has, and the conversation all of them hold."""

from __future__ import annotations

from collections.abc import Callable, Collection
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
        """``docker``, ``oci``, ``local`` or ``stub``."""

    def problem(self) -> str | None:
        """Why this kind cannot work on this machine, in one sentence that says what to do; else `None`."""

    def open(self, limits: Limits) -> AbstractContextManager[Sandbox]:
        """Start a sandbox, ready for its job; leaving the context destroys it on every path."""

    def made_of(self) -> str:
        """Return the image that a sandbox opened now has in its `info`. Raises `SandboxError`.

        One that was started ahead serves only while this is still the same.
        """

    def reap(self, alive: Collection[str] | None, older_than: float) -> list[str]:
        """Remove what dead workers left, and what is older than so many seconds; returns its names.

        `alive` are the workers of this deployment that give signs of life; `None`: not known, so only
        what this worker's own processes left is touched. Raises `SandboxError`.
        """
