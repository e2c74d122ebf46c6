"""What a real Celery worker does with submissions; only its sandbox is a stub."""

from __future__ import annotations

from graders.quiz import Key, Option, Question, QuestionKind, Quiz
from service.store import lifecycle
from service.store.models import Outcome, QueueName, State
from tests.workers.deployment import Deployment, eventually


def test_a_submission_is_graded_and_its_report_says_where(working: Deployment) -> None:
    row = working.wait_state(working.submit("pass"), State.GRADED)
    (attempt,) = working.attempts(row.id)
    assert (row.verdict, row.score, row.attempts) == ("passed", 1, 1)
    assert attempt.outcome is Outcome.GRADED
    assert attempt.report
    assert attempt.report["sandbox"]["kind"] == "stub"
    assert attempt.worker.startswith("worker@test/")


def test_quiz_answers_are_graded_without_a_sandbox(working: Deployment) -> None:
    question = Question(
        id="q1",
        kind=QuestionKind.CHOICE,
        title="Which?",
        text="Which?",
        points=2,
        options=(Option("A", "this"), Option("B", "that")),
        key=Key(options=("B",)),
    )
    item = working.add_quiz(Quiz("shared-data", "locks-quiz", "Locks", "", (question,)))
    row, _ = lifecycle.submit(working.database, item_id=item, user_id=working.user_id, answers={"q1": "B"})
    before = working.journal()
    working.queue.enqueue(row.id)
    row = working.wait_state(row.id, State.GRADED)
    assert (row.verdict, row.score) == ("passed", 2)
    assert working.journal() == before


def test_a_message_that_comes_twice_is_graded_once(working: Deployment) -> None:
    submission = working.submit("pass twice")
    working.queue.enqueue(submission)
    working.wait_state(working.submit("pass afterwards"), State.GRADED)
    assert working.row(submission).state is State.GRADED
    assert working.journal().count("pass twice") == 1


def test_a_student_who_waits_goes_before_every_regrade(working: Deployment) -> None:
    first = working.submit("gate first")
    working.wait_gate("first")
    regrades = [working.submit(f"pass regrade-{n}", QueueName.REGRADE) for n in range(3)]
    students = [working.submit(f"pass student-{n}") for n in range(3)]
    working.open_gate("first")
    for submission in [first, *regrades, *students]:
        working.wait_state(submission, State.GRADED)
    order = [line.split()[1].split("-")[0] for line in working.journal() if "-" in line]
    # One message was in the worker's hands before the others came.
    assert order.index("student") <= 1
    assert sorted(order[1:], reverse=True)[:3] == order[1:4] if order[0] == "regrade" else order[:3]


def test_a_fault_of_ours_is_tried_three_times_then_told_and_never_a_mark(working: Deployment) -> None:
    row = working.wait_state(working.submit("fault"), State.FAILED)
    assert [attempt.outcome for attempt in working.attempts(row.id)] == [Outcome.FAULT] * 3
    assert row.score is None
    assert row.verdict is None
    assert "the sandbox did not start" in (row.fault or "")


def test_a_cancelled_submission_stops_being_graded_and_frees_its_slot(working: Deployment) -> None:
    submission = working.submit("gate never")
    working.wait_gate("never")
    assert lifecycle.cancel(working.database, submission)
    working.wait_state(working.submit("pass"), State.GRADED)
    assert working.row(submission).state is State.CANCELLED


def test_a_lease_is_renewed_for_as_long_as_the_attempt_runs(working: Deployment) -> None:
    submission = working.submit("gate long")
    working.wait_gate("long")
    first = working.row(submission).lease_until
    assert first
    eventually(lambda: (working.row(submission).lease_until or first) > first)
    working.open_gate("long")
    assert working.wait_state(submission, State.GRADED).attempts == 1


def test_who_waits_for_a_submission_hears_of_its_end(working: Deployment) -> None:
    submission = working.submit("gate heard")
    working.wait_gate("heard")
    with working.redis() as client, client.pubsub() as listener:
        listener.subscribe(f"interleave:submission:{submission}")
        assert listener.get_message(timeout=10)
        working.open_gate("heard")
        message = listener.get_message(ignore_subscribe_messages=True, timeout=60)
    assert message
    assert message["data"] == b"graded"
    assert working.row(submission).state is State.GRADED


def test_an_unknown_submission_is_no_reason_to_stop(working: Deployment) -> None:
    working.queue.enqueue("0" * 26)
    working.wait_state(working.submit("pass"), State.GRADED)
