"""Whatever is killed while a submission is on its way: it is graded once, with one report."""

from __future__ import annotations

import os
import signal
import sqlite3

import pytest
from sqlalchemy import func, select

from service.store.models import Attempt, Outcome, State
from tests.workers.deployment import Deployment, eventually

pytestmark = pytest.mark.faults


def reports(deployment: Deployment, submission: str) -> int:
    with deployment.database.read() as session:
        count = select(func.count()).where(Attempt.submission_id == submission, Attempt.report.is_not(None))
        return session.scalars(count).one()


def outcomes(deployment: Deployment, submission: str) -> list[Outcome | None]:
    return [attempt.outcome for attempt in deployment.attempts(submission)]


def test_the_process_that_grades_is_killed(deployment: Deployment) -> None:
    deployment.start_worker()
    submission = deployment.submit("gate child")
    pid = deployment.wait_gate("child")
    deployment.open_gate("child")
    os.kill(pid, signal.SIGKILL)
    deployment.wait_state(submission, State.GRADED)
    assert reports(deployment, submission) == 1
    assert outcomes(deployment, submission)[-1] is Outcome.GRADED


def test_a_process_killed_in_mid_run_is_told_as_lost_and_the_next_one_grades(deployment: Deployment) -> None:
    deployment.start_worker()
    submission = deployment.submit("gate lost")
    os.kill(deployment.wait_gate("lost"), signal.SIGKILL)
    eventually(lambda: len(deployment.attempts(submission)) == 2)
    deployment.open_gate("lost")
    deployment.wait_state(submission, State.GRADED)
    assert outcomes(deployment, submission) == [Outcome.LOST, Outcome.GRADED]
    assert reports(deployment, submission) == 1


def test_a_submission_that_kills_its_worker_each_time_is_given_up_and_others_are_graded(
    deployment: Deployment,
) -> None:
    deployment.start_worker()
    deadly = deployment.submit("die")
    deployment.wait_state(deadly, State.FAILED)
    assert outcomes(deployment, deadly) == [Outcome.LOST] * 3
    assert deployment.journal().count("die ") == 3
    deployment.wait_state(deployment.submit("pass"), State.GRADED)


def test_the_whole_worker_is_killed(deployment: Deployment) -> None:
    worker = deployment.start_worker()
    submission = deployment.submit("gate parent")
    deployment.wait_gate("parent")
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    deployment.open_gate("parent")
    deployment.start_worker(name="successor")
    row = deployment.wait_state(submission, State.GRADED)
    assert reports(deployment, submission) == 1
    # The process that graded outlived its parent by a moment: long enough to hand back.
    assert outcomes(deployment, submission) == [Outcome.HANDED_BACK, Outcome.GRADED]
    assert row.faults == 0


def test_the_whole_process_group_is_killed_as_by_a_power_cut(deployment: Deployment) -> None:
    worker = deployment.start_worker()
    submission = deployment.submit("gate power")
    deployment.wait_gate("power")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    deployment.open_gate("power")
    deployment.start_worker(name="successor")
    deployment.wait_state(submission, State.GRADED)
    assert outcomes(deployment, submission) == [Outcome.LOST, Outcome.GRADED]
    assert reports(deployment, submission) == 1


def test_redis_is_flushed_while_submissions_wait(deployment: Deployment) -> None:
    submissions = [deployment.submit(f"pass {n}") for n in range(5)]
    deployment.flush_redis()
    deployment.start_worker()
    for submission in submissions:
        deployment.wait_state(submission, State.GRADED)
    assert sorted(deployment.journal()) == [f"pass {n}" for n in range(5)]


def test_redis_is_killed_while_one_runs_and_others_wait(deployment: Deployment) -> None:
    deployment.start_worker("-c", "1")
    running = deployment.submit("gate redis")
    deployment.wait_gate("redis")
    waiting = [deployment.submit(f"pass {n}") for n in range(3)]
    deployment.kill_redis()
    handed_in_meanwhile = deployment.submit("pass meanwhile")
    deployment.open_gate("redis")
    # The report goes to the database, which is all it needs.
    deployment.wait_state(running, State.GRADED)
    deployment.start_redis()
    for submission in [*waiting, handed_in_meanwhile]:
        deployment.wait_state(submission, State.GRADED)
        assert reports(deployment, submission) == 1
    assert deployment.journal().count("gate redis") == 1


def test_a_locked_database_delays_and_loses_nothing(deployment: Deployment) -> None:
    deployment.start_worker()
    submission = deployment.submit("gate locked")
    deployment.wait_gate("locked")
    blocker = sqlite3.connect(deployment.folder / "interleave.db", isolation_level=None)
    try:
        blocker.execute("BEGIN EXCLUSIVE")
        deployment.open_gate("locked")
        waiting = deployment.queue.enqueue(submission)
        assert waiting
        # Longer than a lease: the worker waits for the lock, and its claim has not been taken from it.
        eventually(lambda: deployment.redis_answers(), 1)
        blocker.execute("COMMIT")
    finally:
        blocker.close()
    deployment.wait_state(submission, State.GRADED)
    assert reports(deployment, submission) == 1
