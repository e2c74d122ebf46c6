"""Every runtime that this machine's Docker has and that we know of: the same verdicts, the same walls.

gVisor (`runsc`) is tried where the daemon knows it; docs/sandbox.md tells how to get it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from graders.limits import Limits
from tests.attacks.conftest import has_gvisor
from tests.attacks.programs import FOLDER, attacks, small
from tests.workers.sandbox.jobs import job_of
from workers.sandbox.docker import DockerKind

SAMPLES = FOLDER.parents[1] / "courses" / "shared-data" / "labs" / "counter" / "submissions"
FEW = (
    "hard-coded/plain.py",
    "proc-files/memory_and_environment.py",
    "ptrace/of_the_harness.py",
    "signals/to_process_one.py",
)
RUNTIMES = ["runc", "runsc"] if has_gvisor() else ["runc"]

pytestmark = [pytest.mark.docker, pytest.mark.parametrize("runtime", RUNTIMES)]


@pytest.fixture
def kind(sandbox_image: str, runtime: str) -> DockerKind:
    return DockerKind(sandbox_image, runtime)


@pytest.mark.parametrize("sample", ["passed/with_lock.py", "race/textbook.py", "deadlock/never_released.py"])
def test_the_verdict_does_not_depend_on_the_runtime(kind: DockerKind, sample: str) -> None:
    # Starting ten processes takes gVisor seconds on a machine that is busy.
    lab = replace(small("counter"), limits=Limits(run_seconds=15.0, wall_seconds=60.0))
    job = replace(job_of((SAMPLES / sample).read_text()), lab=lab)
    with kind.open(lab.limits) as sandbox:
        report = sandbox.grade(job)
    assert report.verdict == sample.partition("/")[0], report.checks
    assert report.sandbox is not None
    assert report.sandbox.runtime == kind.runtime


@pytest.mark.parametrize("path", FEW)
def test_an_attack_fails_under_each_runtime(kind: DockerKind, path: str) -> None:
    attack = next(attack for attack in attacks() if attack.path == path)
    job = attack.job(seed=7)
    with kind.open(job.lab.limits) as sandbox:
        assert sandbox.grade(job).verdict in attack.right(kind.runtime)
