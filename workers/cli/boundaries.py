"""Each wall between a program and the rest, tried by a program that is handed in to a real sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import workers.sandbox
from graders.errors import InfrastructureError
from graders.job import Job
from graders.lab import CheckSpec, ExploreBudget, Lab, Style
from graders.limits import Limits
from workers.cli.findings import Finding, Mark
from workers.sandbox.base import Sandbox

_PROGRAM = Path(workers.sandbox.__file__).with_name("inside.py")
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wall:
    """What a program must not do, and what to do where it can."""

    subject: str
    advice: str
    weak: bool = False
    """A course can do without, with less isolation."""


WALLS = {
    "network": Wall("network out of reach", "Docker's network mode none needs network namespaces"),
    "capabilities": Wall("no capabilities", "start as root, or use Docker"),
    "grader_traced": Wall(
        "grader cannot be stopped", "programs need a uid of their own: start as root, or use Docker"
    ),
    "grader_read": Wall(
        "grader cannot be read", "programs need a uid of their own: start as root, or use Docker"
    ),
    "descriptors": Wall("no descriptors inherited", "this is a fault of Interleave's: please report it"),
    "written_outside": Wall("only scratch can be written", "allow mount namespaces, or use Docker"),
    "no_filter": Wall("system calls are filtered", "only the Docker sandbox has a filter", weak=True),
    "system_calls": Wall("dangerous calls refused", "only the Docker sandbox has a filter", weak=True),
    "setuid_programs": Wall(
        "no setuid programs", "they gain nothing here, but rebuild the image: it takes them out", weak=True
    ),
    "kernel_files": Wall("/proc and /sys closed", "only the Docker sandbox masks them all", weak=True),
}


def tried(sandbox: AbstractContextManager[Sandbox], serious: Mark) -> Iterator[Finding]:
    """Hand the program in and say what it reached; `serious` marks what a course must not do without."""
    try:
        with sandbox as opened:
            report = opened.grade(_job())
        found: dict[str, list[str]] = json.loads(report.output.strip().splitlines()[-1])
    except InfrastructureError as problem:
        yield Finding("walls", serious, advice=str(problem))
        return
    except (ValueError, IndexError):
        told = report.checks[0].message if report.checks else ""
        yield Finding("walls", serious, f"could not be tried: {told[:300]}")
        return
    for name, wall in WALLS.items():
        yield _finding(wall, found.get(name, ["nothing is known"]), serious)


def _finding(wall: Wall, reached: list[str], serious: Mark) -> Finding:
    if not reached:
        return Finding(wall.subject, Mark.GOOD)
    more = f" and {len(reached) - _MOST_SHOWN} more" if len(reached) > _MOST_SHOWN else ""
    shown = ", ".join(reached[:_MOST_SHOWN]) + more
    return Finding(wall.subject, Mark.WEAK if wall.weak else serious, shown, wall.advice)


def _job() -> Job:
    lab = Lab(
        course="doctor",
        slug="walls",
        title="Walls",
        style=Style.PROGRAM,
        file="walls.py",
        text="",
        starter="",
        checks=(CheckSpec("ends", "Ends", 1, "finishes"),),
        limits=Limits(),
        free_runs=1,
        explore=ExploreBudget(0, 0.0),
    )
    return Job(lab, {"walls.py": _PROGRAM.read_text()}, "walls.py", seed=1)
