"""What the sandbox tests share."""

from __future__ import annotations

import pytest

from graders.job import Job
from tests.workers.sandbox.jobs import job_of


@pytest.fixture
def job() -> Job:
    return job_of("print(100)\n")
