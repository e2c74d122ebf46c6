"""The door of the intake: which attempts are used, who is let in, and what then counts."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from graders.rules import Counts, Feedback, Rules
from graders.verdict import Verdict
from service.rules import Extension, Refusal
from service.store import lifecycle, results, ruling, standings, statistics
from service.store.database import Database
from service.store.intake import submit
from service.store.models import Enrollment, Item, Submission, User
from service.store.seen import Seen, seen
from service.store.standing import RefusedError, admit, used_attempts
from service.store.types import utc_now
from tests.service.store.samples import report as plain
from tests.service.web.school import School, furnish, report

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Ruled:
    """A school with rules for its lab."""

    school: School

    def rule(self, rules: Rules, slug: str = "counter") -> None:
        item_id = self.school.item[slug]
        with self.school.database.read() as session:
            editor = session.get_one(User, self.school.user["grace"])
            row = session.get(ruling.ItemRules, item_id)
        ruling.save_rules(
            self.school.database, item_id, rules, version=row.version if row else 0, editor=editor
        )

    def grant(self, login: str, extension: Extension) -> None:
        with self.school.database.read() as session:
            item = session.get_one(Item, self.school.item["counter"])
            granter = session.get_one(User, self.school.user["grace"])
        ruling.grant(self.school.database, item, login, extension, version=0, granter=granter)

    def hand_in(self, login: str = "ada", key: str | None = None, source: str = "x = 1\n") -> str:
        submission, _ = submit(
            self.school.database,
            item_id=self.school.item["counter"],
            user_id=self.school.user[login],
            files={"counter.py": source},
            main="counter.py",
            idempotency_key=key,
            admit=admit,
        )
        return submission.id

    def refused(self, login: str = "ada") -> RefusedError:
        before = self.kept()
        with pytest.raises(RefusedError) as found:
            self.hand_in(login)
        assert self.kept() == before
        return found.value

    def kept(self) -> int:
        with self.school.database.read() as session:
            return session.scalar(select(func.count()).select_from(Submission)) or 0

    def used(self, login: str = "ada") -> int:
        with self.school.database.read() as session:
            return len(used_attempts(session, self.school.item["counter"], self.school.user[login]))

    def seen(self, *ids: str, staff: bool = False, now: datetime | None = None) -> list[Seen]:
        with self.school.database.read() as session:
            rows = [session.get_one(Submission, one) for one in ids]
            return seen(session, rows, staff=staff, now=now or utc_now())

    def row(self, login: str = "ada") -> statistics.StudentRow:
        with self.school.database.read() as session:
            rows = statistics.students(session, session.get_one(Item, self.school.item["counter"]))
        return next(row for row in rows if row.login == login)

    def own(self, login: str = "ada", now: datetime | None = None) -> results.OwnResult:
        with self.school.database.read() as session:
            found = results.own_results(session, self.school.user[login], now)
        return found[self.school.item["counter"]]


@pytest.fixture
def ruled(database: Database) -> Ruled:
    return Ruled(furnish(database))


def test_before_the_opening_and_after_the_closing_nothing_is_stored(ruled: Ruled) -> None:
    ruled.rule(Rules(opens=utc_now() + HOUR))
    early = ruled.refused()
    assert (early.refusal, early.status) == (Refusal.NOT_OPEN, 403)
    assert early.seconds is not None
    assert 3590 <= early.seconds <= 3600
    assert "it opens on" in early.message
    ruled.rule(Rules(closes=utc_now() - MINUTE))
    late = ruled.refused()
    assert (late.refusal, late.status, late.seconds) == (Refusal.CLOSED, 403, None)
    assert "nothing was stored" in late.message


def test_attempts_are_used_by_what_is_graded_waits_or_runs(ruled: Ruled) -> None:
    ruled.rule(Rules(attempts=3))
    ruled.school.grade(ruled.hand_in(), report(Verdict.RACE))
    ruled.school.run(ruled.hand_in())
    ruled.hand_in()
    assert ruled.used() == 3
    refused = ruled.refused()
    assert (refused.refusal, refused.status) == (Refusal.NO_ATTEMPTS, 403)
    assert "Your 3 attempts are used" in refused.message
    # Everybody has attempts of their own.
    ruled.hand_in("eve")


def test_our_faults_use_no_attempt_and_keep_nobody_waiting(ruled: Ruled) -> None:
    ruled.rule(Rules(attempts=1, cooldown_minutes=60))
    for _ in range(3):
        ruled.school.fail(ruled.hand_in())
        assert ruled.used() == 0
    ruled.hand_in()
    assert ruled.refused().refusal is Refusal.NO_ATTEMPTS


def test_withdrawn_before_it_ran_uses_no_attempt_and_afterwards_one(ruled: Ruled) -> None:
    ruled.rule(Rules(attempts=1))
    database = ruled.school.database
    assert lifecycle.cancel(database, ruled.hand_in())
    assert ruled.used() == 0
    # A worker began, was lost by our fault, and the submission waits again: it never really ran.
    lost = ruled.hand_in()
    claim = lifecycle.claim(database, lost, "worker-1", 60)
    assert claim is not None
    lifecycle.fault(database, claim, "the sandbox could not be started")
    assert lifecycle.cancel(database, lost)
    assert ruled.used() == 0
    assert lifecycle.cancel(database, ruled.school.run(ruled.hand_in()))
    assert ruled.used() == 1
    assert ruled.refused().refusal is Refusal.NO_ATTEMPTS


def test_a_failed_submission_that_is_graded_after_all_uses_its_attempt(ruled: Ruled) -> None:
    ruled.rule(Rules(attempts=1))
    failed = ruled.school.fail(ruled.hand_in())
    assert lifecycle.regrade(ruled.school.database, failed)
    assert ruled.used() == 1
    # And a regrade uses no second one.
    ruled.school.grade(failed, report(Verdict.PASSED))
    assert lifecycle.regrade(ruled.school.database, failed)
    assert ruled.used() == 1


def test_the_pause_is_told_in_seconds(ruled: Ruled) -> None:
    ruled.rule(Rules(cooldown_minutes=10))
    ruled.hand_in()
    refused = ruled.refused()
    assert (refused.refusal, refused.status) == (Refusal.COOLDOWN, 429)
    assert refused.seconds is not None
    assert 590 <= refused.seconds <= 600
    assert "try again in 10 minutes" in refused.message


def test_a_request_sent_twice_gets_its_submission_also_when_no_attempt_is_left(ruled: Ruled) -> None:
    ruled.rule(Rules(attempts=1))
    first = ruled.hand_in(key="a")
    assert ruled.hand_in(key="a") == first
    assert ruled.refused().refusal is Refusal.NO_ATTEMPTS


def test_of_many_at_once_only_as_many_get_in_as_there_are_attempts(ruled: Ruled) -> None:
    ruled.rule(Rules(attempts=2))
    start = threading.Barrier(6)
    outcomes: list[str] = []

    def run(number: int) -> None:
        start.wait(60)
        try:
            outcomes.append(ruled.hand_in(source=f"x = {number}\n"))
        except RefusedError as refused:
            outcomes.append(refused.refusal)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Refusal.NO_ATTEMPTS) == 4
    assert ruled.kept() == ruled.used() == 2


def test_an_extension_opens_the_door_for_one_student_alone(ruled: Ruled) -> None:
    ruled.rule(Rules(due=utc_now() - DAY, closes=utc_now() - HOUR, attempts=1))
    assert ruled.refused("eve").refusal is Refusal.CLOSED
    ruled.grant("ada", Extension(due=utc_now() + DAY, attempts=1, reason="ill"))
    ruled.hand_in()
    one = ruled.hand_in()
    assert not ruled.seen(one)[0].lateness.late
    assert ruled.refused().refusal is Refusal.NO_ATTEMPTS
    assert ruled.refused("eve").refusal is Refusal.CLOSED


def test_who_leaves_the_course_and_comes_back_keeps_extension_and_attempts(ruled: Ruled) -> None:
    ruled.rule(Rules(attempts=1, due=utc_now() - DAY))
    ruled.grant("ada", Extension(attempts=1, due=utc_now() + DAY, reason="ill"))
    ruled.school.grade(ruled.hand_in(), report(Verdict.PASSED))
    with ruled.school.database.write() as session:
        gone = session.scalars(select(Enrollment).where(Enrollment.user_id == ruled.school.user["ada"])).one()
        course_id, role = gone.course_id, gone.role
        session.delete(gone)
    with ruled.school.database.write() as session:
        session.add(Enrollment(user_id=ruled.school.user["ada"], course_id=course_id, role=role, section="B"))
    assert ruled.row().best_score == 10
    ruled.hand_in()
    assert ruled.refused().refusal is Refusal.NO_ATTEMPTS


def late_by(ruled: Ruled, one: str, age: timedelta) -> str:
    """Let a submission have been handed in so long ago."""
    with ruled.school.database.write() as session:
        session.execute(update(Submission).where(Submission.id == one).values(created_at=utc_now() - age))
        standings.refresh_of(session, [one])
    return one


def test_a_late_submission_counts_less_and_its_raw_score_stands_beside_it(ruled: Ruled) -> None:
    ruled.rule(Rules(due=utc_now() - 2.5 * DAY, late_percent_per_day=10))
    ruled.school.grade(ruled.hand_in(), report(Verdict.PASSED))
    row = ruled.row()
    assert row.counted is not None
    assert (row.best_score, row.counted.raw, row.counted.lateness.days) == (7, 10, 3)
    assert (ruled.own().best_score, ruled.own().best_raw) == (7, 10)
    with ruled.school.database.read() as session:
        item = session.get_one(Item, ruled.school.item["counter"])
        summary = statistics.numbers(session, item.course_id, [item])[item.id].summary
    assert (summary.mean, summary.full, summary.handed_in, summary.late) == (7, 0, 1, 1)


def test_an_earlier_one_counts_when_a_better_one_came_too_late(ruled: Ruled) -> None:
    ruled.rule(Rules(due=utc_now() - 4.5 * DAY, late_percent_per_day=20))
    first = late_by(ruled, ruled.school.grade(ruled.hand_in(), report(Verdict.RACE)), 5 * DAY)
    ruled.school.grade(ruled.hand_in(), report(Verdict.PASSED))
    assert (ruled.row().best_id, ruled.row().best_score) == (first, 2)
    assert ruled.own().best_id == first


def test_the_last_graded_one_counts_where_the_rules_say_so(ruled: Ruled) -> None:
    ruled.rule(Rules(counts=Counts.LAST))
    late_by(ruled, ruled.school.grade(ruled.hand_in(), report(Verdict.PASSED)), HOUR)
    last = late_by(ruled, ruled.school.grade(ruled.hand_in(), report(Verdict.RACE)), MINUTE)
    ruled.hand_in()
    assert (ruled.row().best_id, ruled.row().best_score) == (last, 2)
    assert (ruled.own().best_id, ruled.own().best_score) == (last, 2)


def test_an_extension_granted_afterwards_takes_the_deduction_back(ruled: Ruled) -> None:
    ruled.rule(Rules(due=utc_now() - HOUR, late_percent_per_day=10))
    ruled.school.grade(ruled.hand_in(), report(Verdict.PASSED))
    assert ruled.row().best_score == 9
    ruled.grant("ada", Extension(due=utc_now() + DAY, reason="ill"))
    assert ruled.row().best_score == 10


def test_hidden_checks_are_neither_in_verdict_nor_score_until_the_due_date(ruled: Ruled) -> None:
    due = utc_now() + HOUR
    ruled.rule(Rules(due=due, hidden_checks=("value", "every-order")))
    one = ruled.school.grade(ruled.hand_in(), report(Verdict.RACE))
    (now,) = ruled.seen(one)
    assert (now.verdict, now.score, now.max_score) == (Verdict.PASSED, 2, 2)
    assert (now.hidden, now.hidden_until) == (2, due)
    (then,) = ruled.seen(one, now=due + MINUTE)
    assert (then.verdict, then.score, then.hidden) == (Verdict.RACE, 2, 0)
    (staff,) = ruled.seen(one, staff=True)
    assert (staff.verdict, staff.max_score, staff.hidden) == (Verdict.RACE, 10, 0)
    own = ruled.own()
    assert (own.best_verdict, own.best_score, own.best_hidden) == (Verdict.PASSED, 2, 2)
    assert ruled.own(now=due + MINUTE).best_verdict is Verdict.RACE


def test_the_submission_that_counts_does_not_tell_how_hidden_checks_went(ruled: Ruled) -> None:
    ruled.rule(Rules(due=utc_now() + HOUR, hidden_checks=("value",)))
    first = late_by(ruled, ruled.school.grade(ruled.hand_in(), plain(points=0.0)), HOUR)
    best = late_by(ruled, ruled.school.grade(ruled.hand_in(), plain(points=4.0)), MINUTE)
    assert ruled.own().best_id == first
    assert ruled.row().best_id == best


def test_where_feedback_comes_after_the_due_date_nothing_of_it_is_seen(ruled: Ruled) -> None:
    ruled.rule(Rules(due=utc_now() + HOUR, feedback=Feedback.AFTER_DUE))
    one = ruled.school.grade(ruled.hand_in(), report(Verdict.RACE))
    (now,) = ruled.seen(one)
    assert (now.verdict, now.score, now.max_score, now.counted) == (None, None, None, None)
    assert ruled.own().best_id is None
