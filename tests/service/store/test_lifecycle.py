"""The states of a submission, one behaviour at a time, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graders.report import Report
from graders.verdict import Verdict
from service.store import lifecycle
from service.store.intake import KeyReusedError
from service.store.lifecycle import Claim, Due
from service.store.models import Outcome, QueueName, State
from service.store.types import utc_now
from tests.service.store.conftest import World
from tests.service.store.samples import report


def hand_in(world: World, text: str = "print(100)", key: str | None = None) -> str:
    submission, _ = lifecycle.submit(
        world.database,
        item_id=world.item_id,
        user_id=world.user_id,
        files={"counter.py": text},
        main="counter.py",
        idempotency_key=key,
    )
    return submission.id


def claim(world: World, submission_id: str, worker: str = "w1", lease: float = 60) -> Claim:
    taken = lifecycle.claim(world.database, submission_id, worker, lease)
    assert taken is not None
    return taken


def graded(world: World, found: Report | None = None) -> str:
    submission_id = hand_in(world)
    assert lifecycle.finish(world.database, claim(world, submission_id), found or report())
    return submission_id


def test_what_is_handed_in_is_queued_with_everything_a_worker_needs(world: World) -> None:
    submission_id = hand_in(world)
    row = world.row(submission_id)
    assert (row.state, row.attempts, row.queue) == (State.QUEUED, 0, QueueName.INTERACTIVE)
    assert row.created_at.tzinfo is not None
    taken = claim(world, submission_id)
    assert taken.files == {"counter.py": "print(100)"}
    assert (taken.main, taken.kind, taken.content, taken.seed) == ("counter.py", "lab", {"a": 1}, row.seed)


def test_a_claim_makes_it_running_and_opens_an_attempt_with_a_lease(world: World) -> None:
    submission_id = hand_in(world)
    before = utc_now()
    claim(world, submission_id, lease=30)
    row = world.row(submission_id)
    assert (row.state, row.attempts, row.worker) == (State.RUNNING, 1, "w1")
    assert row.lease_until is not None
    assert timedelta(seconds=29) < row.lease_until - before < timedelta(seconds=40)
    assert [(a.number, a.outcome) for a in row.attempt_rows] == [(1, None)]


def test_only_a_queued_submission_can_be_claimed(world: World) -> None:
    submission_id = hand_in(world)
    claim(world, submission_id)
    assert lifecycle.claim(world.database, submission_id, "w2", 60) is None
    assert lifecycle.claim(world.database, "0" * 26, "w2", 60) is None


def test_a_finished_attempt_leaves_verdict_score_checks_and_its_report(world: World) -> None:
    found = report(Verdict.RACE, 0.0, output="a\x00b\ud800", seed=7)
    row = world.row(graded(world, found))
    assert (row.state, row.verdict, row.score, row.max_score) == (State.GRADED, Verdict.RACE, 2.0, 6.0)
    assert (row.graded_attempt, row.lease_until) == (1, None)
    assert [(c.check_id, c.verdict, c.points, c.item_id) for c in row.checks] == [
        ("value", Verdict.RACE, 0.0, world.item_id),
        ("workers", Verdict.PASSED, 2.0, world.item_id),
    ]
    (attempt,) = row.attempt_rows
    assert attempt.outcome is Outcome.GRADED
    assert Report.from_json(attempt.report) == found
    assert list(attempt.report or {})[:3] == ["version", "lab", "verdict"]


def test_a_report_is_kept_once(world: World) -> None:
    submission_id = hand_in(world)
    taken = claim(world, submission_id)
    assert lifecycle.finish(world.database, taken, report())
    assert not lifecycle.finish(world.database, taken, report(Verdict.RACE, 0.0))
    assert world.row(submission_id).verdict is Verdict.PASSED


def test_a_report_that_is_no_json_is_refused_by_both_databases(world: World) -> None:
    taken = claim(world, hand_in(world))
    with pytest.raises(Exception, match="not JSON compliant"):
        lifecycle.finish(world.database, taken, report(seconds=float("nan")))
    assert world.row(taken.submission_id).state is State.RUNNING


def test_a_fault_puts_it_back_and_the_third_gives_it_up_without_a_mark(world: World) -> None:
    submission_id = hand_in(world)
    for _ in range(2):
        taken = claim(world, submission_id)
        assert lifecycle.fault(world.database, taken, "no\x00 Docker") is QueueName.INTERACTIVE
        assert world.row(submission_id).state is State.QUEUED
    assert lifecycle.fault(world.database, claim(world, submission_id), "no Docker") is None
    row = world.row(submission_id)
    assert (row.state, row.verdict, row.score) == (State.FAILED, None, None)
    assert row.fault == "no Docker"
    assert [a.outcome for a in row.attempt_rows] == [Outcome.FAULT] * 3
    assert row.attempt_rows[0].fault == "no\ufffd Docker"


def test_a_fault_of_a_lost_claim_changes_nothing(world: World) -> None:
    taken = claim(world, hand_in(world))
    assert lifecycle.cancel(world.database, taken.submission_id)
    assert lifecycle.fault(world.database, taken, "too late") is None
    assert world.row(taken.submission_id).state is State.CANCELLED


def test_an_attempt_handed_back_does_not_count(world: World) -> None:
    submission_id = hand_in(world)
    for _ in range(5):
        taken = claim(world, submission_id)
        assert lifecycle.give_back(world.database, taken) is QueueName.INTERACTIVE
    row = world.row(submission_id)
    assert (row.state, row.faults) == (State.QUEUED, 0)
    assert {a.outcome for a in row.attempt_rows} == {Outcome.HANDED_BACK}
    assert lifecycle.give_back(world.database, taken) is None


def test_renewing_moves_the_lease_until_the_claim_is_lost(world: World) -> None:
    taken = claim(world, hand_in(world), lease=5)
    assert lifecycle.renew(world.database, taken, 600)
    assert lifecycle.sweep(world.database, utc_now() + timedelta(seconds=60)) == []
    assert lifecycle.cancel(world.database, taken.submission_id)
    assert not lifecycle.renew(world.database, taken, 600)


def test_an_expired_lease_goes_back_to_the_queue_and_the_late_worker_is_fenced_off(world: World) -> None:
    submission_id = hand_in(world)
    first = claim(world, submission_id, lease=5)
    due = lifecycle.sweep(world.database, utc_now() + timedelta(seconds=6))
    assert due == [Due(submission_id, QueueName.INTERACTIVE)]
    second = claim(world, submission_id, "w2")
    assert not lifecycle.renew(world.database, first, 60)
    assert not lifecycle.finish(world.database, first, report(Verdict.CRASH, 0.0))
    assert lifecycle.finish(world.database, second, report())
    row = world.row(submission_id)
    assert row.verdict is Verdict.PASSED
    assert [a.outcome for a in row.attempt_rows] == [Outcome.LOST, Outcome.GRADED]
    assert [a.report is not None for a in row.attempt_rows] == [False, True]


def test_the_same_worker_coming_back_is_fenced_off_too(world: World) -> None:
    submission_id = hand_in(world)
    first = claim(world, submission_id, "w1", lease=5)
    lifecycle.sweep(world.database, utc_now() + timedelta(seconds=6))
    claim(world, submission_id, "w1")
    assert not lifecycle.finish(world.database, first, report())


def test_three_lost_workers_give_it_up(world: World) -> None:
    submission_id = hand_in(world)
    for _ in range(3):
        claim(world, submission_id, lease=5)
        lifecycle.sweep(world.database, utc_now() + timedelta(seconds=6))
    assert world.row(submission_id).state is State.FAILED


def test_the_sweeper_offers_again_what_redis_has_forgotten_but_not_all_the_time(world: World) -> None:
    submission_id = hand_in(world)
    now = utc_now()
    assert lifecycle.sweep(world.database, now, requeue_seconds=60) == []
    later = now + timedelta(seconds=61)
    assert lifecycle.sweep(world.database, later, requeue_seconds=60) == [
        Due(submission_id, QueueName.INTERACTIVE)
    ]
    assert lifecycle.sweep(world.database, later, requeue_seconds=60) == []


def test_what_redis_did_not_take_is_offered_at_once(world: World) -> None:
    submission_id = hand_in(world)
    lifecycle.mark_not_enqueued(world.database, submission_id)
    assert [due.submission_id for due in lifecycle.sweep(world.database, utc_now())] == [submission_id]


def test_the_sweeper_offers_those_first_who_wait_longest_and_regrades_last(world: World) -> None:
    again = graded(world)
    lifecycle.regrade(world.database, again)
    ids = [hand_in(world) for _ in range(4)]
    due = lifecycle.sweep(world.database, utc_now() + timedelta(seconds=99), limit=3)
    assert [d.submission_id for d in due] == ids[:3]
    due = lifecycle.sweep(world.database, utc_now() + timedelta(seconds=99), limit=3)
    assert [(d.submission_id, d.queue) for d in due] == [
        (ids[3], QueueName.INTERACTIVE),
        (again, QueueName.REGRADE),
    ]


@pytest.mark.parametrize("running", [False, True])
def test_a_queued_or_running_submission_can_be_cancelled_once(world: World, running: bool) -> None:
    submission_id = hand_in(world)
    taken = claim(world, submission_id) if running else None
    assert lifecycle.cancel(world.database, submission_id)
    assert not lifecycle.cancel(world.database, submission_id)
    row = world.row(submission_id)
    assert row.state is State.CANCELLED
    assert [a.outcome for a in row.attempt_rows] == ([Outcome.CANCELLED] if running else [])
    if taken:
        assert not lifecycle.finish(world.database, taken, report())
    assert lifecycle.claim(world.database, submission_id, "w2", 60) is None


def test_a_graded_submission_cannot_be_cancelled(world: World) -> None:
    assert not lifecycle.cancel(world.database, graded(world))


def test_a_regrade_keeps_the_mark_until_the_new_report_replaces_it(world: World) -> None:
    submission_id = graded(world, report(Verdict.RACE, 0.0))
    assert lifecycle.regrade(world.database, submission_id)
    row = world.row(submission_id)
    assert (row.state, row.queue, row.score) == (State.QUEUED, QueueName.REGRADE, 2.0)
    assert lifecycle.finish(world.database, claim(world, submission_id), report())
    row = world.row(submission_id)
    assert (row.score, row.graded_attempt, row.verdict) == (6.0, 2, Verdict.PASSED)
    assert len(row.checks) == 2
    assert [a.report is not None for a in row.attempt_rows] == [True, True]


def test_a_regrade_that_fails_leaves_the_mark(world: World) -> None:
    submission_id = graded(world)
    lifecycle.regrade(world.database, submission_id)
    for _ in range(3):
        lifecycle.fault(world.database, claim(world, submission_id), "no Docker")
    row = world.row(submission_id)
    assert (row.state, row.score, row.fault) == (State.GRADED, 6.0, "no Docker")


def test_a_regrade_that_is_cancelled_leaves_the_mark(world: World) -> None:
    submission_id = graded(world)
    lifecycle.regrade(world.database, submission_id)
    assert lifecycle.cancel(world.database, submission_id)
    row = world.row(submission_id)
    assert (row.state, row.score) == (State.GRADED, 6.0)


def test_only_a_final_submission_can_be_regraded(world: World) -> None:
    submission_id = hand_in(world)
    assert not lifecycle.regrade(world.database, submission_id)
    claim(world, submission_id)
    assert not lifecycle.regrade(world.database, submission_id)


def test_a_failed_one_may_be_regraded_with_all_its_tries(world: World) -> None:
    submission_id = hand_in(world)
    for _ in range(3):
        lifecycle.fault(world.database, claim(world, submission_id), "no Docker")
    assert lifecycle.regrade(world.database, submission_id)
    assert lifecycle.fault(world.database, claim(world, submission_id), "still") is QueueName.REGRADE


def test_the_same_key_with_the_same_body_gives_the_first_submission(world: World) -> None:
    first = hand_in(world, key="k")
    assert hand_in(world, key="k") == first
    assert hand_in(world, key="other") != first
    assert hand_in(world) != hand_in(world)


def test_the_same_key_with_another_body_is_refused_and_names_the_first(world: World) -> None:
    first = hand_in(world, key="k")
    with pytest.raises(KeyReusedError, match=first):
        hand_in(world, "print(99)", key="k")
