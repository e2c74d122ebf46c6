"""Whatever workers, students and the sweeper do, and in whatever order, nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete

from graders.verdict import Verdict
from service.store import lifecycle
from service.store.database import Database
from service.store.lifecycle import Claim
from service.store.models import Attempt, CheckResult, Outcome, State, Submission
from service.store.types import utc_now
from tests.service.store.conftest import World, furnish
from tests.service.store.samples import report

LEASE = 5


class Life(RuleBasedStateMachine):
    """Random lives of submissions, against what is promised."""

    world: World
    submissions = Bundle("submissions")
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        with self.world.database.write() as session:
            for table in (CheckResult, Attempt, Submission):
                session.execute(delete(table))
        self.known: set[str] = set()
        self.marks: dict[str, tuple[int, float]] = {}
        self.cancelled_by_hand: set[str] = set()

    @rule(target=submissions)
    def hand_in(self) -> str:
        submission, new = lifecycle.submit(
            self.world.database, item_id=self.world.item_id, user_id=self.world.user_id, files={"a.py": ""}
        )
        assert new
        self.known.add(submission.id)
        return submission.id

    @rule(target=claims, submission=submissions, worker=st.sampled_from(["w1", "w2"]))
    def claim(self, submission: str, worker: str) -> Claim | None:
        before = self.world.row(submission).state
        taken = lifecycle.claim(self.world.database, submission, worker, LEASE)
        assert (taken is not None) == (before is State.QUEUED)
        return taken

    @rule(claim=claims, points=st.sampled_from([0.0, 2.0, 4.0]))
    def finish(self, claim: Claim | None, points: float) -> None:
        if claim is None:
            return
        ours = self.holds(claim)
        found = report(Verdict.PASSED if points == 4 else Verdict.RACE, points)
        assert lifecycle.finish(self.world.database, claim, found) == ours
        if ours:
            self.marks[claim.submission_id] = (claim.number, found.score)

    @rule(claim=claims)
    def fault(self, claim: Claim | None) -> None:
        if claim is not None:
            ours = self.holds(claim)
            faults = self.world.row(claim.submission_id).faults
            queue = lifecycle.fault(self.world.database, claim, "no Docker")
            assert (queue is not None) == (ours and faults < 2)

    @rule(claim=claims)
    def give_back(self, claim: Claim | None) -> None:
        if claim is not None:
            ours = self.holds(claim)
            assert (lifecycle.give_back(self.world.database, claim) is not None) == ours

    @rule(claim=claims)
    def renew(self, claim: Claim | None) -> None:
        if claim is not None:
            assert lifecycle.renew(self.world.database, claim, LEASE) == self.holds(claim)

    @rule(submission=submissions)
    def cancel(self, submission: str) -> None:
        before = self.world.row(submission).state
        assert lifecycle.cancel(self.world.database, submission) == (not before.final)
        self.cancelled_by_hand.add(submission)

    @rule(submission=submissions)
    def regrade(self, submission: str) -> None:
        before = self.world.row(submission).state
        assert lifecycle.regrade(self.world.database, submission) == before.final

    @rule(later=st.sampled_from([0, LEASE + 1, 600]))
    def sweep(self, later: int) -> None:
        due = lifecycle.sweep(self.world.database, utc_now() + timedelta(seconds=later))
        for entry in due:
            assert self.world.row(entry.submission_id).state is State.QUEUED

    @invariant()
    def nothing_is_lost(self) -> None:
        with self.world.database.read() as session:
            rows = list(session.query(Submission))
        assert {row.id for row in rows} == self.known
        for row in rows:
            if row.state is State.CANCELLED:
                assert row.id in self.cancelled_by_hand

    @invariant()
    def one_claim_runs_and_the_newest_graded_attempt_counts(self) -> None:
        for submission_id in self.known:
            row = self.world.row(submission_id)
            open_attempts = [a.number for a in row.attempt_rows if a.outcome is None]
            assert open_attempts == ([row.attempts] if row.state is State.RUNNING else [])
            assert [a.number for a in row.attempt_rows] == list(range(1, row.attempts + 1))
            assert all((a.report is not None) == (a.outcome is Outcome.GRADED) for a in row.attempt_rows)
            graded = [a.number for a in row.attempt_rows if a.outcome is Outcome.GRADED]
            assert row.graded_attempt == (max(graded) if graded else None)
            mark = self.marks.get(submission_id)
            assert (row.graded_attempt, row.score) == (mark or (None, None))
            assert len(row.checks) == (2 if mark else 0)
            if row.state is State.FAILED:
                assert row.score is None

    def holds(self, claim: Claim) -> bool:
        row = self.world.row(claim.submission_id)
        return row.state is State.RUNNING and row.attempts == claim.number

    def teardown(self) -> None:
        """However it stands, workers that live and a sweeper bring everything to an end."""
        for hours in range(2, 6):
            for entry in lifecycle.sweep(self.world.database, utc_now() + timedelta(hours=hours)):
                taken = lifecycle.claim(self.world.database, entry.submission_id, "w3", LEASE)
                assert taken is not None
                assert lifecycle.finish(self.world.database, taken, report())
        assert all(self.world.row(submission).state.final for submission in self.known)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_order_of_events_breaks_a_promise(kind: str, request: pytest.FixtureRequest) -> None:
    database = Database(request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url"))
    machine = type("Life", (Life,), {"world": furnish(database)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    database.dispose()
