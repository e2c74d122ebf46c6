"""What many submissions leave behind in the process that grades them: it should be nothing."""

from __future__ import annotations

import gc
import os
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from graders.job import Job
from graders.lab import ExploreBudget
from workers.sandbox.base import SandboxKind
from workers.sandbox.pool import Pool

SETTLING = 10
"""Submissions before the first count: libraries are loaded and buffers made by then."""


@dataclass(frozen=True)
class Holdings:
    """What a process has."""

    descriptors: int
    threads: int
    memory_bytes: int
    children: int

    @classmethod
    def now(cls) -> Holdings:
        """Count this process's."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        children = sum(len(path.read_text().split()) for path in Path("/proc/self/task").glob("*/children"))
        return cls(
            len(os.listdir("/proc/self/fd")),
            threading.active_count(),
            pages * os.sysconf("SC_PAGE_SIZE"),
            children,
        )

    def since(self, before: Holdings) -> Holdings:
        """Return what came on top of `before`."""
        return Holdings(
            self.descriptors - before.descriptors,
            self.threads - before.threads,
            self.memory_bytes - before.memory_bytes,
            self.children - before.children,
        )


def short(job: Job) -> Job:
    """Return the job with one free run and nothing explored: what leaks does so all the same."""
    return replace(job, lab=replace(job.lab, free_runs=1, explore=ExploreBudget(0, 0.0)))


def grow(kind: SandboxKind, job: Job, times: int) -> Holdings:
    """Return what a process has more after so many submissions through a pool, which has been closed.

    The growth of memory is from after the first `SETTLING`, the rest from before the first.
    """
    before = Holdings.now()
    with Pool(kind) as pool:
        _grade(pool, job, SETTLING)
        settled = Holdings.now()
        _grade(pool, job, times)
        memory = Holdings.now().since(settled).memory_bytes
    return replace(Holdings.now().since(before), memory_bytes=memory)


def _grade(pool: Pool, job: Job, times: int) -> None:
    for number in range(times):
        with pool.open(job.lab.limits) as sandbox:
            report = sandbox.grade(replace(job, seed=number))
        if not report.passed:
            raise RuntimeError(f"the right counter got {report}")
