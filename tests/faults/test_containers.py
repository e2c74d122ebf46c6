"""Workers with real containers that are killed: the submission is graded once, and no container stays."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.content import load_course
from graders.lab import Lab
from service.settings import Settings
from service.store.models import Outcome, State
from tests.workers.deployment import REPOSITORY, Deployment, eventually
from workers.sandbox import engine, reaper
from workers.sandbox.ownership import deployment_id

pytestmark = [pytest.mark.faults, pytest.mark.docker]

SLOW = """\
import time
from multiprocessing import Lock, Process, RawValue

def count(r, lock):
    for _ in range(10):
        with lock:
            r.value += 1

if __name__ == "__main__":
    time.sleep(2)
    r, lock = RawValue("i", 0), Lock()
    workers = [Process(target=count, args=(r, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(r.value)
"""


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    labs = [item for item in load_course(REPOSITORY / "courses/shared-data").items if isinstance(item, Lab)]
    counter = next(lab for lab in labs if lab.slug == "counter")
    deployment = Deployment(tmp_path, counter, app="workers.celery_app", sandbox="docker")
    try:
        deployment.start_redis()
        yield deployment
    finally:
        deployment.close()


def owners() -> list[str]:
    """Whose sandboxes there are on this daemon, those of other deployments included."""
    with engine.daemon() as client:
        found = client.containers.list(all=True, filters={"label": engine.OWNER_LABEL}, ignore_removed=True)
        return [container.labels[engine.OWNER_LABEL] for container in found]


def remove_running(owner: str) -> int:
    """Remove the containers of `owner` that have started; returns how many there were."""
    with engine.daemon() as client:
        found = client.containers.list(filters={"label": f"{engine.OWNER_LABEL}={owner}"})
        for container in found:
            container.remove(force=True)
        return len(found)


def in_container(deployment: Deployment, submission: str) -> bool:
    return deployment.row(submission).state is State.RUNNING and "worker@test" in owners()


@pytest.mark.parametrize("blow", ["SIGTERM", "SIGKILL"])
def test_a_worker_that_goes_takes_its_container_with_it(deployment: Deployment, blow: str) -> None:
    deployment.settings["shutdown_seconds"] = 0
    worker = deployment.start_worker()
    submission = deployment.submit(SLOW)
    eventually(lambda: in_container(deployment, submission))
    os.kill(worker.pid, signal.Signals[blow])
    worker.wait()
    eventually(lambda: "worker@test" not in owners())
    deployment.start_worker(name="successor")
    row = deployment.wait_state(submission, State.GRADED)
    assert (row.verdict, row.faults) == ("passed", 0)
    outcomes = [attempt.outcome for attempt in deployment.attempts(submission)]
    assert outcomes == [Outcome.HANDED_BACK, Outcome.GRADED]
    assert "successor@test" not in owners()


def test_what_a_power_cut_leaves_is_reaped(deployment: Deployment) -> None:
    worker = deployment.start_worker()
    submission = deployment.submit(SLOW)
    eventually(lambda: in_container(deployment, submission))
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert "worker@test" in owners()
    deployment.start_worker(name="successor")
    deployment.wait_state(submission, State.GRADED)
    ours = deployment_id(Settings(database_url=deployment.database_url))
    others = {owner for owner in owners() if owner != "worker@test"}
    assert reaper.reap(ours, others, older_than=3600, grace=-1)
    assert "worker@test" not in owners()


def test_a_container_that_is_removed_by_force_is_our_fault_and_tried_again(deployment: Deployment) -> None:
    deployment.start_worker()
    submission = deployment.submit(SLOW)
    eventually(lambda: in_container(deployment, submission))
    eventually(lambda: remove_running("worker@test"))
    row = deployment.wait_state(submission, State.GRADED)
    assert row.verdict == "passed"
    outcomes = [attempt.outcome for attempt in deployment.attempts(submission)]
    assert outcomes == [Outcome.FAULT, Outcome.GRADED]
