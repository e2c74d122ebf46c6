"""A real Celery worker grades without counting."""

from __future__ import annotations

from sqlalchemy import select

from service.store import regrades
from service.store.after_tables import Trial
from service.store.models import Item, State, Submission, User
from service.store.regrades import Scope
from tests.workers.deployment import Deployment, eventually


def begin(deployment: Deployment, submission: Submission | None = None) -> list[str]:
    with deployment.database.write() as session:
        item = session.scalars(select(Item).where(Item.kind == "lab")).first()
        assert item is not None
        by = session.get_one(User, deployment.user_id)
        scope = Scope(submission=submission) if submission else Scope(item=item)
        return regrades.start(session, item.course, scope, by)[1]


def ended(deployment: Deployment, trial_id: str) -> Trial | None:
    with deployment.database.read() as session:
        trial = session.get_one(Trial, trial_id)
        return trial if trial.state.final else None


def test_a_trial_is_graded_and_the_submission_is_left_alone(working: Deployment) -> None:
    before = working.wait_state(working.submit("pass trial"), State.GRADED)
    ids = begin(working)
    assert all(working.queue.enqueue_trial(trial_id) for trial_id in ids)
    for trial_id in ids:
        found = eventually(lambda trial_id=trial_id: ended(working, trial_id))
        assert found.state is State.GRADED
        assert found.report
        assert found.report["sandbox"]["kind"] == "stub"
        assert len(found.report["content"]) == 64
    after = working.row(before.id)
    assert (after.state, after.attempts, after.score) == (State.GRADED, 1, before.score)


def test_a_trial_that_nobody_put_on_redis_is_offered_by_the_sweep(working: Deployment) -> None:
    working.wait_state(working.submit("pass lost"), State.GRADED)
    for trial_id in begin(working):
        found = eventually(lambda trial_id=trial_id: ended(working, trial_id))
        assert found.state is State.GRADED
        assert found.differs is False


def test_what_cannot_be_graded_ends_as_our_fault_after_three_tries(working: Deployment) -> None:
    submission = working.wait_state(working.submit("pass fault"), State.GRADED)
    with working.database.write() as session:
        session.get_one(Submission, submission.id).files = {"counter.py": "fault"}
    (trial_id,) = begin(working, submission)
    found = eventually(lambda: ended(working, trial_id))
    assert (found.state, found.faults) == (State.FAILED, 3)
    assert working.row(submission.id).state is State.GRADED
