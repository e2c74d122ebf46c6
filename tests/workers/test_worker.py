"""What a real Celery worker does with submissions; only its sandbox is a stub."""

from __future__ import annotations

import os
import signal

from service.store import lifecycle
from service.store.models import Outcome, QueueName, State
from tests.workers.deployment import Deployment, eventually


def test_a_submission_is_graded_and_its_report_says_where(deployment: Deployment) -> None:
    deployment.start_worker()
    row = deployment.wait_state(deployment.submit("pass"), State.GRADED)
    (attempt,) = deployment.attempts(row.id)
    assert (row.verdict, row.score, row.attempts) == ("passed", 1, 1)
    assert attempt.outcome is Outcome.GRADED
    assert attempt.report["sandbox"]["kind"] == "stub"
    assert attempt.worker.startswith("worker@test/")


def test_a_message_that_comes_twice_is_graded_once(deployment: Deployment) -> None:
    submission = deployment.submit("pass")
    deployment.queue.enqueue(submission)
    last = deployment.submit("pass last")
    deployment.start_worker()
    deployment.wait_state(last, State.GRADED)
    assert deployment.row(submission).state is State.GRADED
    assert deployment.journal() == ["pass ", "pass last"]


def test_a_student_who_waits_goes_before_every_regrade(deployment: Deployment) -> None:
    deployment.start_worker("-c", "1")
    first = deployment.submit("gate first")
    deployment.wait_gate("first")
    regrades = [deployment.submit(f"pass regrade-{n}", QueueName.REGRADE) for n in range(3)]
    students = [deployment.submit(f"pass student-{n}") for n in range(3)]
    deployment.open_gate("first")
    for submission in [first, *regrades, *students]:
        deployment.wait_state(submission, State.GRADED)
    order = [line.split()[1].split("-")[0] for line in deployment.journal()[1:]]
    # One message may be in the worker's hands already; all others keep their class.
    assert order.index("student") <= 1
    assert order[1:].index("regrade") >= 2


def test_a_fault_of_ours_is_tried_three_times_then_told_and_never_a_mark(deployment: Deployment) -> None:
    deployment.start_worker()
    row = deployment.wait_state(deployment.submit("fault"), State.FAILED)
    assert [attempt.outcome for attempt in deployment.attempts(row.id)] == [Outcome.FAULT] * 3
    assert row.score is None
    assert row.verdict is None
    assert "the sandbox did not start" in (row.fault or "")


def test_a_cancelled_submission_stops_being_graded_at_once(deployment: Deployment) -> None:
    deployment.start_worker("-c", "1")
    submission = deployment.submit("gate never")
    deployment.wait_gate("never")
    assert lifecycle.cancel(deployment.database, submission)
    # The only slot is free again, though the gate never opened.
    deployment.wait_state(deployment.submit("pass"), State.GRADED)
    assert deployment.row(submission).state is State.CANCELLED


def test_a_lease_is_renewed_for_as_long_as_the_attempt_runs(deployment: Deployment) -> None:
    deployment.start_worker()
    submission = deployment.submit("gate long")
    deployment.wait_gate("long")
    first = deployment.row(submission).lease_until
    eventually(lambda: deployment.row(submission).lease_until > first)
    deployment.open_gate("long")
    assert deployment.wait_state(submission, State.GRADED).attempts == 1


def test_a_worker_told_to_stop_finishes_what_it_does(deployment: Deployment) -> None:
    worker = deployment.start_worker()
    submission = deployment.submit("gate soon")
    deployment.wait_gate("soon")
    worker.send_signal(signal.SIGTERM)
    waiting = deployment.submit("pass")
    deployment.open_gate("soon")
    assert worker.wait(15) == 0
    assert deployment.row(submission).state is State.GRADED
    assert deployment.row(waiting).state is State.QUEUED


def test_a_worker_told_to_stop_hands_back_what_takes_too_long(deployment: Deployment) -> None:
    deployment.settings["shutdown_seconds"] = 1
    worker = deployment.start_worker()
    submission = deployment.submit("gate later")
    deployment.wait_gate("later")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    row = deployment.row(submission)
    assert (row.state, row.faults) == (State.QUEUED, 0)
    assert deployment.attempts(submission)[0].outcome is Outcome.HANDED_BACK
    deployment.open_gate("later")
    deployment.start_worker(name="next")
    deployment.wait_state(submission, State.GRADED)


def test_a_worker_that_stops_takes_its_sign_of_life_with_it(deployment: Deployment) -> None:
    worker = deployment.start_worker()
    assert deployment.beats() == ["worker@test"]
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert deployment.beats() == []


def test_no_process_of_a_worker_outlives_it(deployment: Deployment) -> None:
    worker = deployment.start_worker("-c", "2")
    children = [int(pid) for pid in children_of(worker.pid)]
    assert len(children) >= 3
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    eventually(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children))


def children_of(pid: int) -> list[str]:
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return children.read().split()
