"""A worker that is told to stop finishes or hands back; one that is killed leaves nothing running."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from service.store.models import Outcome, State
from tests.workers.deployment import Deployment, eventually


def test_a_worker_told_to_stop_finishes_what_it_does_and_takes_nothing_new(deployment: Deployment) -> None:
    worker = deployment.start_worker()
    submission = deployment.submit("gate soon")
    deployment.wait_gate("soon")
    assert deployment.beats() == ["worker@test"]
    worker.send_signal(signal.SIGTERM)
    eventually(lambda: "Warm shutdown" in deployment.log())
    waiting = deployment.submit("pass")
    deployment.open_gate("soon")
    assert worker.wait(60) == 0
    assert deployment.row(submission).state is State.GRADED
    assert deployment.row(waiting).state is State.QUEUED
    assert deployment.beats() == []


def test_a_worker_told_to_stop_hands_back_what_takes_too_long(deployment: Deployment) -> None:
    deployment.settings["shutdown_seconds"] = 1
    worker = deployment.start_worker()
    submission = deployment.submit("gate later")
    deployment.wait_gate("later")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    row = deployment.row(submission)
    assert (row.state, row.faults) == (State.QUEUED, 0)
    assert deployment.attempts(submission)[0].outcome is Outcome.HANDED_BACK
    deployment.open_gate("later")
    deployment.start_worker(name="next")
    deployment.wait_state(submission, State.GRADED)


@pytest.mark.faults
def test_no_process_of_a_worker_outlives_it(deployment: Deployment) -> None:
    worker = deployment.start_worker("-c", "2")
    children = eventually(lambda: len(found := children_of(worker.pid)) >= 3 and found)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
