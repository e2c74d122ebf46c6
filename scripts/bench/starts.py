"""How long it takes from a program that is there to a harness that runs it."""

from __future__ import annotations

import statistics
import time

from graders.job import Event, Job
from workers.sandbox.base import SandboxKind
from workers.sandbox.pool import Pool


def cold_seconds(kind: SandboxKind, job: Job, times: int) -> float:
    """Return the median with a sandbox that is started for it."""
    return statistics.median(_seconds(kind, job) for _ in range(times))


def warm_seconds(kind: SandboxKind, job: Job, times: int) -> float:
    """Return the median with a sandbox that was started ahead and stands."""
    with Pool(kind) as pool:
        pool.warm_up()
        found = []
        for _ in range(times):
            pool.settle()
            found.append(_seconds(pool, job))
        return statistics.median(found)


def _seconds(kind: SandboxKind, job: Job) -> float:
    heard: list[float] = []

    def listen(event: Event) -> None:
        if event.event == "started":
            heard.append(time.monotonic())

    begin = time.monotonic()
    with kind.open(job.lab.limits) as sandbox:
        report = sandbox.grade(job, listen)
    if not report.passed:
        raise RuntimeError(f"the right counter got {report}")
    return heard[0] - begin
