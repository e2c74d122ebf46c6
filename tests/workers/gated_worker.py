"""The real worker with a stub for its sandbox: what a submission says is what its attempt does.

    celery -A tests.workers.gated_worker worker

First word of a program: ``pass`` is right at once; ``gate NAME`` is right as soon as there is a file
``NAME.open``; ``fault`` fails on our side; ``die`` takes the pool process down.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from graders.errors import SandboxError
from graders.job import Job
from graders.report import Check, Report
from graders.verdict import Verdict
from workers import sandbox
from workers.sandbox.stub import StubKind

GATES = Path(os.environ["INTERLEAVE_TEST_GATES"])


def perform(job: Job) -> Report:
    what, _, name = job.files[job.main].strip().partition(" ")
    with (GATES / "journal").open("a") as journal:
        journal.write(f"{what} {name}\n")
    if what == "gate":
        (GATES / f"{name}.pid").write_text(str(os.getpid()))
        while not (GATES / f"{name}.open").exists():
            time.sleep(0.02)
    elif what == "fault":
        raise SandboxError("the sandbox did not start")
    elif what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return Report.of(job.lab.id, [Check("all", "All", Verdict.PASSED, 1, 1)], seed=job.seed)


# Before the application is imported, which takes the function from the package.
sandbox.choose = lambda *_args, **_values: StubKind(perform)

from workers.celery_app import app  # noqa: E402

__all__ = ["app"]
