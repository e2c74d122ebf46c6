"""What a student's source says about itself, read by a child under the students' uid."""

from __future__ import annotations

import json
from dataclasses import dataclass

from graders.harness.execution import Command, execute
from graders.harness.privileges import Privileges
from graders.harness.workplace import Workplace
from graders.job import Job

_SECONDS = 5.0
_ALARMS = {"alarm", "setitimer", "timerfd_create"}
_PRINTERS = {"print_exc", "print_exception", "exception", "format_exc"}


@dataclass(frozen=True, slots=True)
class Inspection:
    """Result of reading the source; the defaults stand for a file that cannot be read."""

    start: int | None = 0
    """Value the first shared integer begins with; `None` when it is not written as a number."""
    sets_alarms: bool = False
    """A wait that looks endless may be ended by a timer of its own."""
    forks_by_hand: bool = False
    """A raw fork, and no traceback is printed on purpose: each one printed is an uncaught exception."""


def inspect(job: Job, place: Workplace, privileges: Privileges, python: str) -> Inspection:
    """Read the main file in a limited process; a file that breaks the reader is left to its run."""
    script = str(place.ours / "interleave_inspect.py")
    command = Command(python, (script, str(place.directory / job.main)))
    execution = execute(command, place, job.lab.limits, privileges, job.main, _SECONDS)
    if execution.status != 0 or execution.reached:
        return Inspection()
    found = json.loads(execution.output)
    names = set(found["names"])
    return Inspection(
        start=found["start"],
        sets_alarms=bool(names & _ALARMS),
        forks_by_hand="fork" in names and not names & _PRINTERS,
    )
