"""Many submissions through one process; `make bench` makes a thousand."""

from __future__ import annotations

import pytest

from graders.job import Job
from scripts.bench import leaks
from workers.sandbox.base import SandboxKind

TIMES = 60


@pytest.mark.timeout(600)
def test_many_submissions_leave_no_descriptor_no_thread_no_process_and_no_memory(
    kind: SandboxKind, job: Job
) -> None:
    more = leaks.grow(kind, leaks.short(job), TIMES)
    assert (more.descriptors, more.threads, more.children) == (0, 0, 0)
    # A page that is lost with each would be more than the allocator's own ups and downs.
    assert more.memory_bytes < 2 * 1024**2
