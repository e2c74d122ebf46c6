"""Workers with real containers that are killed: the submission is graded once, and nothing stays.

Each test is run with Docker, and with containers that the worker starts itself.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from graders.content import load_course
from graders.lab import Lab
from service.settings import Settings
from service.store.models import Outcome, State
from tests.workers.deployment import REPOSITORY, Deployment, eventually
from tests.workers.sandbox.conftest import remains
from workers.sandbox import engine, reaper
from workers.sandbox.choice import oci_kind
from workers.sandbox.oci import cgroups
from workers.sandbox.oci.store import Store
from workers.sandbox.ownership import deployment_id

pytestmark = [pytest.mark.faults]

RIGHT = """\
import time
from multiprocessing import Lock, Process, RawValue

def count(r, lock):
    for _ in range(10):
        with lock:
            r.value += 1

if __name__ == "__main__":
    time.sleep({seconds})
    r, lock = RawValue("i", 0), Lock()
    workers = [Process(target=count, args=(r, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(r.value)
"""
SLOW, QUICK = RIGHT.format(seconds=2), RIGHT.format(seconds=0)
STAGES = ("starting", "warm", "grading", "removing")


@dataclass
class Place:
    """Where a deployment's sandboxes are, and how to look at them from outside."""

    name: str
    deployment: Deployment
    there: Callable[[], list[str]]
    """Names of all that there is of sandboxes of this deployment, in whatever state."""
    kill: Callable[[], int]
    """Kill those that run by force; returns how many there were."""


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    labs = [item for item in load_course(REPOSITORY / "courses/shared-data").items if isinstance(item, Lab)]
    counter = next(lab for lab in labs if lab.slug == "counter")
    deployment = Deployment(tmp_path, counter, app="workers.celery_app")
    try:
        deployment.start_redis()
        yield deployment
    finally:
        deployment.close()


@pytest.fixture(
    params=[
        pytest.param("docker", marks=pytest.mark.docker),
        pytest.param("oci", marks=pytest.mark.oci),
    ]
)
def place(request: pytest.FixtureRequest, deployment: Deployment) -> Iterator[Place]:
    request.getfixturevalue("sandbox_image")
    deployment.settings["sandbox"] = request.param
    if request.param == "docker":
        made = Place(
            "docker", deployment, lambda: containers(deployment), lambda: kill_containers(deployment)
        )
    else:
        store: Store = request.getfixturevalue("unpacked")
        deployment.settings["oci_dir"] = store.folder
        made = Place(
            "oci", deployment, lambda: remains(store, *pids_seen(store)), lambda: kill_bundles(store)
        )
    yield made
    for process in deployment.processes:
        process.kill()
    reap(made)
    assert made.there() == []


def ours(deployment: Deployment) -> dict[str, str]:
    return {
        "label": f"{engine.DEPLOYMENT_LABEL}={deployment_id(Settings(database_url=deployment.database_url))}"
    }


def containers(deployment: Deployment) -> list[str]:
    with engine.daemon() as client:
        return [found["Id"] for found in client.api.containers(all=True, filters=ours(deployment))]


def kill_containers(deployment: Deployment) -> int:
    with engine.daemon() as client:
        found = client.containers.list(filters=ours(deployment))
        for container in found:
            container.remove(force=True)
        return len(found)


def pids_seen(store: Store) -> list[int]:
    """Whose groups may be left: those of every process that ever made one with this store."""
    SEEN.update(int(bundle.name.split("-")[1]) for bundle in store.runs.iterdir())
    return sorted(SEEN)


SEEN: set[int] = set()


def kill_bundles(store: Store) -> int:
    return sum(cgroups.kill(bundle.name) for bundle in store.runs.iterdir())


def reap(place: Place) -> None:
    """What a successor's sweep does, once the dead are known to be dead."""
    if place.name == "docker":
        settings = Settings(database_url=place.deployment.database_url)
        reaper.reap(deployment_id(settings), [], older_than=3600, grace=-1)
    else:
        oci_kind(Settings(oci_dir=place.deployment.settings["oci_dir"])).reap(None, older_than=3600)


def at_work(place: Place, submission: str) -> bool:
    """Whether the submission is being graded and its sandbox stands."""
    return place.deployment.row(submission).state is State.RUNNING and bool(place.there())


@pytest.mark.parametrize("stage", STAGES)
def test_a_process_that_is_killed_at_any_stage_leaves_nothing_once_the_next_one_is_there(
    place: Place, stage: str
) -> None:
    deployment = place.deployment
    hold, halted = deployment.gates / "hold", deployment.gates / "halted"
    deployment.settings["test_stage"] = stage
    deployment.app = "tests.workers.staged_worker"
    if stage != "grading":
        hold.touch()
    worker = deployment.start_worker("-c", "1")
    submission = deployment.submit(SLOW if stage == "grading" else QUICK)
    if stage == "grading":
        eventually(lambda: at_work(place, submission))
        victim = int(str(deployment.row(submission).worker).rpartition("/")[2])
    else:
        victim = int(eventually(lambda: halted.exists() and halted.read_text()))
    left = place.there()
    assert left
    hold.unlink(missing_ok=True)
    os.kill(victim, signal.SIGKILL)
    row = deployment.wait_state(submission, State.GRADED)
    assert row.verdict == "passed"
    # The process that took the place of the dead one has cleared away after it.
    eventually(lambda: not set(left) & set(place.there()))
    worker.terminate()
    worker.wait()
    eventually(lambda: not place.there())


@pytest.mark.parametrize("blow", ["SIGTERM", "SIGKILL"])
def test_a_worker_that_goes_takes_its_sandboxes_with_it(place: Place, blow: str) -> None:
    deployment = place.deployment
    deployment.settings["shutdown_seconds"] = 0
    worker = deployment.start_worker()
    submission = deployment.submit(SLOW)
    eventually(lambda: at_work(place, submission))
    os.kill(worker.pid, signal.Signals[blow])
    worker.wait()
    eventually(lambda: not place.there())
    successor = deployment.start_worker(name="successor")
    row = deployment.wait_state(submission, State.GRADED)
    assert (row.verdict, row.faults) == ("passed", 0)
    outcomes = [attempt.outcome for attempt in deployment.attempts(submission)]
    assert outcomes == [Outcome.HANDED_BACK, Outcome.GRADED]
    successor.terminate()
    successor.wait()
    eventually(lambda: not place.there())


def test_what_a_power_cut_leaves_is_reaped(place: Place) -> None:
    deployment = place.deployment
    worker = deployment.start_worker()
    submission = deployment.submit(SLOW)
    eventually(lambda: at_work(place, submission))
    left = place.there()
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    successor = deployment.start_worker(name="successor")
    deployment.wait_state(submission, State.GRADED)
    successor.terminate()
    successor.wait()
    reap(place)
    assert left
    assert place.there() == []


def test_a_sandbox_that_is_killed_by_force_is_our_fault_and_tried_again(place: Place) -> None:
    deployment = place.deployment
    deployment.settings["warm_sandboxes"] = 0
    deployment.start_worker()
    submission = deployment.submit(SLOW)
    eventually(lambda: at_work(place, submission))
    eventually(place.kill)
    row = deployment.wait_state(submission, State.GRADED)
    assert row.verdict == "passed"
    outcomes = [attempt.outcome for attempt in deployment.attempts(submission)]
    assert outcomes == [Outcome.FAULT, Outcome.GRADED]
