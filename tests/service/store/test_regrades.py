"""Regrades with a preview, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from graders.report import Report, SandboxInfo
from graders.verdict import Verdict
from service.store import adopting, lifecycle, marking, regrades, trials
from service.store.after_tables import Regrade, Trial
from service.store.audit import AuditEntry
from service.store.models import Attempt, CheckResult, Course, Item, Outcome, QueueName, State, User
from service.store.regrade_preview import Preview, newest, preview
from service.store.regrades import Applied, RegradeError, Scope
from service.store.trials import TrialClaim
from service.store.types import utc_now
from tests.service.store.conftest import World
from tests.service.store.samples import report
from tests.service.store.test_lifecycle import claim as claim_submission
from tests.service.store.test_lifecycle import graded, hand_in


def begin(world: World, **scope: object) -> tuple[int, list[str]]:
    with world.database.write() as session:
        item = session.get_one(Item, world.item_id)
        wanted = Scope(**scope) if scope else Scope(item=item)  # type: ignore[arg-type]
        regrade, ids = regrades.start(
            session, item.course, wanted, session.get_one(User, world.user_id), "why"
        )
        return regrade.id, ids


def take(world: World, trial_id: str, worker: str = "w1", lease: float = 60) -> TrialClaim:
    taken = trials.claim(world.database, trial_id, worker, lease)
    assert taken is not None
    return taken


def grade_all(world: World, ids: list[str], found: Report) -> None:
    for trial_id in ids:
        assert trials.finish(world.database, take(world, trial_id), found)


def look(world: World, regrade_id: int) -> Preview:
    with world.database.read() as session:
        return preview(session, session.get_one(Regrade, regrade_id))


def close(world: World, regrade_id: int, *, keep: bool = True) -> Applied | None:
    with world.database.write() as session:
        course = session.scalars(select(Course)).one()
        user = session.get_one(User, world.user_id)
        if keep:
            return regrades.apply(session, regrade_id, course, user)
        regrades.drop(session, regrade_id, course, user)
        return None


def trial(world: World, trial_id: str) -> Trial:
    with world.database.read() as session:
        return session.get_one(Trial, trial_id)


def test_nothing_of_a_submission_changes_while_it_is_graded_again(world: World) -> None:
    one = graded(world)
    before = world.row(one)
    _, ids = begin(world)
    taken = take(world, ids[0])
    during = world.row(one)
    trials.finish(world.database, taken, report(Verdict.RACE, 0.0))
    after = world.row(one)
    for row in (during, after):
        for name in ("state", "queue", "attempts", "verdict", "score", "graded_attempt", "lease_until"):
            assert getattr(row, name) == getattr(before, name)
    assert len(after.attempt_rows) == 1
    assert [check.points for check in after.checks] == [4.0, 2.0]


def test_the_preview_says_who_goes_down_and_which_check_made_it(world: World) -> None:
    old = report(graders="aaaa", sandbox=SandboxInfo("docker", "runc", "sha256:" + "1" * 64))
    graded(world, old)
    regrade_id, ids = begin(world)
    new = report(
        Verdict.RACE, 0.0, graders="bbbb", sandbox=SandboxInfo("docker", "runc", "sha256:" + "2" * 64)
    )
    grade_all(world, ids, new)
    view = look(world, regrade_id)
    (mark,) = view.marks
    assert (mark.user.login, mark.before, mark.after, mark.by) == ("ada", 6.0, 2.0, -4.0)
    assert (view.up, view.down, view.same, view.ready) == (0, 1, 0, True)
    (told,) = view.differences
    assert [(change.title, change.before and change.before["points"]) for change in told.checks] == [
        ("Ends at exactly 100", 4.0)
    ]
    assert told.reasons == ["the graders", "the sandbox's image"]
    assert (told.before.graders, told.after.image) == ("aaaa", "2" * 12)


def test_what_comes_out_the_same_is_only_counted(world: World) -> None:
    graded(world)
    regrade_id, ids = begin(world)
    grade_all(world, ids, report(graders="other"))
    view = look(world, regrade_id)
    assert (view.same, view.marks, view.differences) == (1, [], [])


def test_a_worse_second_submission_leaves_the_best_mark(world: World) -> None:
    graded(world)
    worse = graded(world, report(Verdict.RACE, 0.0))
    with world.database.read() as session:
        row = session.get_one(regrades.Submission, worse)
    regrade_id, ids = begin(world, submission=row)
    grade_all(world, ids, report(Verdict.CRASH, 0.0))
    view = look(world, regrade_id)
    assert view.marks == []
    assert view.different == 1


def test_applying_makes_the_trial_the_newest_attempt_and_the_one_that_counts(world: World) -> None:
    one = graded(world)
    regrade_id, ids = begin(world)
    grade_all(world, ids, report(Verdict.RACE, 0.0))
    assert close(world, regrade_id) == Applied(adopted=1, stale=0)
    row = world.row(one)
    assert (row.state, row.verdict, row.score, row.attempts, row.graded_attempt) == (
        State.GRADED,
        Verdict.RACE,
        2.0,
        2,
        2,
    )
    assert [(attempt.number, attempt.outcome) for attempt in row.attempt_rows] == [
        (1, Outcome.GRADED),
        (2, Outcome.GRADED),
    ]
    assert [(check.verdict, check.points) for check in row.checks] == [
        (Verdict.RACE, 0.0),
        (Verdict.PASSED, 2.0),
    ]
    assert trial(world, ids[0]).adopted_attempt == 2
    assert look(world, regrade_id).adopted == 1


def test_after_dropping_every_mark_is_what_it_was_and_late_workers_keep_nothing(world: World) -> None:
    one, two = graded(world), graded(world)
    regrade_id, ids = begin(world)
    taken = take(world, ids[0])
    close(world, regrade_id, keep=False)
    assert not trials.renew(world.database, taken, 60)
    assert not trials.finish(world.database, taken, report(Verdict.RACE, 0.0))
    assert trials.claim(world.database, ids[1], "w1", 60) is None
    assert [world.row(i).score for i in (one, two)] == [6.0, 6.0]


def test_the_second_of_two_who_close_it_is_told(world: World) -> None:
    graded(world)
    regrade_id, ids = begin(world)
    grade_all(world, ids, report(Verdict.RACE, 0.0))
    close(world, regrade_id)
    for keep in (True, False):
        with pytest.raises(RegradeError, match="already"):
            close(world, regrade_id, keep=keep)


def test_it_cannot_be_applied_before_every_submission_is_graded(world: World) -> None:
    graded(world)
    graded(world)
    regrade_id, ids = begin(world)
    grade_all(world, ids[:1], report(Verdict.RACE, 0.0))
    assert not look(world, regrade_id).ready
    with pytest.raises(RegradeError, match="not done"):
        close(world, regrade_id)
    # What failed was rolled back with it: the regrade is open still.
    grade_all(world, ids[1:], report(Verdict.RACE, 0.0))
    assert close(world, regrade_id) == Applied(2, 0)


def test_what_was_graded_otherwise_in_the_meantime_keeps_its_newer_mark(world: World) -> None:
    one = graded(world)
    regrade_id, ids = begin(world)
    grade_all(world, ids, report(Verdict.CRASH, 0.0))
    assert lifecycle.regrade(world.database, one)
    lifecycle.finish(world.database, claim_submission(world, one), report(Verdict.RACE, 1.0))
    assert look(world, regrade_id).stale == 1
    assert close(world, regrade_id) == Applied(adopted=0, stale=1)
    assert (world.row(one).verdict, world.row(one).score) == (Verdict.RACE, 3.0)


def test_a_lab_that_changed_after_the_trial_makes_it_stale(world: World) -> None:
    one = graded(world)
    regrade_id, ids = begin(world)
    grade_all(world, ids, report(Verdict.RACE, 0.0))
    with world.database.write() as session:
        session.get_one(Item, world.item_id).digest = "2"
    assert close(world, regrade_id) == Applied(0, 1)
    assert world.row(one).score == 6.0


def test_a_submission_that_we_failed_to_grade_gets_its_first_mark(world: World) -> None:
    one = hand_in(world)
    for _ in range(3):
        lifecycle.fault(world.database, claim_submission(world, one), "broken")
    regrade_id, ids = begin(world)
    grade_all(world, ids, report())
    (mark,) = look(world, regrade_id).marks
    assert (mark.before, mark.after) == (None, 6.0)
    close(world, regrade_id)
    row = world.row(one)
    assert (row.state, row.score, row.fault) == (State.GRADED, 6.0, None)


def test_what_waits_just_now_is_left_out_and_counted(world: World) -> None:
    graded(world)
    hand_in(world)
    regrade_id, ids = begin(world)
    assert len(ids) == 1
    assert look(world, regrade_id).regrade.left_out == 1


def test_without_a_graded_submission_there_is_nothing_to_begin(world: World) -> None:
    hand_in(world)
    with pytest.raises(RegradeError, match="nothing to grade again"):
        begin(world)


def test_a_whole_course_is_not_regraded_by_mistake(world: World) -> None:
    graded(world)
    with pytest.raises(RegradeError, match="Say what"):
        begin(world, item=None)


def test_an_override_stays_what_counts(world: World) -> None:
    one = graded(world)
    with world.database.write() as session:
        row = session.get_one(regrades.Submission, one)
        seen = marking.of_submission(session, one).seen
        marking.override(session, row, session.get_one(User, world.user_id), 5.0, "Talked about it.", seen)
    regrade_id, ids = begin(world)
    grade_all(world, ids, report(Verdict.RACE, 0.0))
    view = look(world, regrade_id)
    assert view.marks == []
    assert view.differences[0].overridden
    close(world, regrade_id)
    assert (world.row(one).score, world.row(one).verdict) == (5.0, Verdict.RACE)


def test_everything_is_in_the_audit_log(world: World) -> None:
    graded(world)
    first, ids = begin(world)
    grade_all(world, ids, report())
    close(world, first)
    second, _ = begin(world)
    close(world, second, keep=False)
    with world.database.read() as session:
        told = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [entry.action for entry in told] == [
            "regrade.start",
            "regrade.apply",
            "regrade.start",
            "regrade.drop",
        ]
        assert told[0].target == "counter"
        assert told[0].details["reason"] == "why"
        assert [one.id for one in newest(session, session.scalars(select(Course)).one())] == [second, first]


# The worker's side


def test_a_trial_is_claimed_once_and_a_late_worker_is_fenced_off(world: World) -> None:
    graded(world)
    _, ids = begin(world)
    first = take(world, ids[0], lease=1)
    assert trials.claim(world.database, ids[0], "w2", 60) is None
    assert trials.sweep(world.database, utc_now() + timedelta(seconds=2)) == ids
    second = take(world, ids[0], "w2")
    assert not trials.finish(world.database, first, report())
    assert trials.finish(world.database, second, report())
    assert trial(world, ids[0]).state is State.GRADED


def test_three_faults_end_a_trial_and_the_rest_can_be_applied(world: World) -> None:
    one, _ = graded(world), graded(world)
    regrade_id, ids = begin(world)
    grade_all(world, ids[1:], report(Verdict.RACE, 0.0))
    again = [trials.fault(world.database, take(world, ids[0]), "no sandbox") for _ in range(3)]
    assert again == [QueueName.REGRADE, QueueName.REGRADE, None]
    view = look(world, regrade_id)
    assert (view.states[State.FAILED], view.ready) == (1, True)
    assert close(world, regrade_id) == Applied(1, 0)
    assert world.row(one).score == 6.0


def test_a_worker_that_stops_gives_the_trial_back_without_a_fault(world: World) -> None:
    graded(world)
    _, ids = begin(world)
    assert trials.give_back(world.database, take(world, ids[0])) is QueueName.REGRADE
    assert (trial(world, ids[0]).state, trial(world, ids[0]).faults) == (State.QUEUED, 0)


def test_the_sweep_offers_each_waiting_trial_once_a_minute_and_no_more_than_it_may(world: World) -> None:
    for _ in range(3):
        graded(world)
    _, ids = begin(world)
    now = utc_now()
    assert len(trials.sweep(world.database, now, limit=2)) == 2
    assert len(trials.sweep(world.database, now, limit=2)) == 1
    assert trials.sweep(world.database, now) == []
    assert sorted(trials.sweep(world.database, now + timedelta(seconds=61))) == sorted(ids)
    trials.mark_not_enqueued(world.database, ids[0])
    assert trials.sweep(world.database, now) == ids[:1]


def test_more_submissions_than_fit_into_one_statement_are_all_adopted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adopting, "_CHUNK", 2)
    ones = [graded(world) for _ in range(5)]
    regrade_id, ids = begin(world)
    grade_all(world, ids, report(Verdict.RACE, 0.0))
    assert close(world, regrade_id) == Applied(5, 0)
    assert {world.row(one).score for one in ones} == {2.0}
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 10
        assert session.scalar(select(func.count()).select_from(CheckResult)) == 10
