"""The report about a program that took the grader down with it: the worker writes it, nobody else is left.

The kernel ends what is biggest when a sandbox's memory is used up. A program can keep what it holds in places
that count for no process (files in memory, pipes), and then the harness is the biggest. What is set
aside for the harness was taken by the program, so this is its limit and no fault of ours.
"""

from __future__ import annotations

from typing import Any

from graders.job import Job
from graders.report import Check, Report
from graders.verdict import Verdict
from graders.version import graders_digest

FLAG = "sandbox-out-of-memory"
"""In the report's flags, for staff: if a right program gets it, the harness itself needs too much."""
KILLED = 137
"""Exit status of what ended by SIGKILL, as a shell and Docker count."""


def took_all_memory(state: dict[str, Any]) -> bool:
    """Whether a container's state, as Docker inspects it, says that the kernel ended its first process."""
    return bool(state.get("OOMKilled")) and state.get("ExitCode") == KILLED


def report(job: Job) -> Report:
    """Return the report: every check ends at the memory limit, without points."""
    size = job.lab.limits.memory_bytes // 1024**2
    message = (
        f"The program was stopped: it needed more than {size} MiB of memory. It went on so fast, or held the"
        " memory so well hidden, that the whole sandbox had to be ended with it."
    )
    checks = [
        Check(spec.id, spec.title, Verdict.MEMORY_LIMIT, 0, spec.points, message) for spec in job.lab.checks
    ]
    return Report.of(job.lab.id, checks, seed=job.seed, flags=(FLAG,), graders=graders_digest())
