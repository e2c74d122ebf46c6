"""What crosses the border of a sandbox: one job in over stdin, events out over stdout.

The job is one line of JSON. Events are one line of JSON each, in this order::

    {"event": "ready"}                      loaded, waiting for a job (a warm sandbox stops here)
    {"event": "started"}                    the job is read; the clock of the limits runs from here
    {"event": "check", "check": {...}}      a check is decided, perhaps not for the last time
    {"event": "report", "report": {...}}    the last line
    {"event": "fault", "message": "..."}    instead of a report: the harness itself failed

Reference solutions never cross this border.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from graders import wire
from graders.errors import ProtocolError
from graders.lab import Lab
from graders.report import Check, Report

MAX_JOB_BYTES = 4 * 1024**2
COLLECT_SECONDS = 60.0
"""Style pytest: to load the tests, before the clock of the limits runs; a busy machine takes a while."""
MAX_EVENT_BYTES = 1024**2
"""Longest event line a reader accepts; a report holds cut output, so it stays far below."""


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt to make: the lab without its solutions, the files by name, and the seed."""

    lab: Lab
    files: dict[str, str]
    main: str
    """The file that is run or imported; a key of `files`."""
    seed: int
    schedule: str = ""
    """Replays this run instead of exploring, see `graders.explorer.schedule`."""
    kit: str = ""
    """Style pytest: pytest itself, as a zip archive in Base64. The sandbox has nothing but Python."""

    def encode(self) -> bytes:
        """Return the job as one line of UTF-8 JSON, newline included."""
        return json.dumps(wire.dump(self), ensure_ascii=True).encode() + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> Job:
        """Read a job; raises `ProtocolError`."""
        try:
            return wire.load(cls, json.loads(line))
        except (ValueError, RecursionError) as problem:
            raise ProtocolError(f"not a job: {problem}") from None


@dataclass(frozen=True, slots=True)
class Event:
    """One line the harness says."""

    event: str
    check: Check | None = None
    report: Report | None = None
    message: str = ""

    def encode(self) -> bytes:
        """Return the event as one line of JSON, newline included."""
        data: dict[str, Any] = {"event": self.event}
        if self.check:
            data["check"] = wire.dump(self.check)
        if self.report:
            data["report"] = self.report.to_json()
        if self.message:
            data["message"] = self.message
        return json.dumps(data).encode() + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> Event:
        """Read an event; raises `ProtocolError`."""
        try:
            data = json.loads(line)
            if isinstance(data, dict) and data.get("report") is not None:
                report = Report.from_json(data.pop("report"))
                return wire.load(cls, {**data, "report": None}).with_report(report)
            return wire.load(cls, data)
        except (ValueError, RecursionError) as problem:
            raise ProtocolError(f"not an event: {problem}") from None

    def with_report(self, report: Report) -> Event:
        """Return the event with its report."""
        return Event(self.event, self.check, report, self.message)
