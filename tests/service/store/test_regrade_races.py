"""Real processes decide about regrades at the same time, on both databases."""

from __future__ import annotations

from typing import Any

from service.store import lifecycle, marking, regrades
from service.store.database import Database
from service.store.marking import ChangedMeanwhileError
from service.store.models import Course, State, Submission, User
from service.store.regrades import RegradeError
from tests.service.store.conftest import World
from tests.service.store.samples import report
from tests.service.store.test_lifecycle import graded
from tests.service.store.test_races import race
from tests.service.store.test_regrades import begin, grade_all

SUBMISSIONS = 12


def decide(start: Any, results: Any, number: int, url: str, regrade_id: int) -> None:
    """Each tries to apply it, and two of three to drop it at once."""
    database = Database(url)
    start.wait(200)
    try:
        with database.write() as session:
            course, user = session.query(Course).one(), session.query(User).first()
            assert user is not None
            if number:
                regrades.drop(session, regrade_id, course, user)
            else:
                regrades.apply(session, regrade_id, course, user)
        results.put(number)
    except RegradeError:
        results.put(None)
    database.dispose()


def test_of_three_who_decide_at_once_one_does(world: World, database_url: str) -> None:
    ones = [graded(world) for _ in range(3)]
    regrade_id, ids = begin(world)
    grade_all(world, ids, report(points=0.0))
    (winner,) = [answer for answer in race(decide, database_url, regrade_id) if answer is not None]
    wanted = 2.0 if winner == 0 else 6.0
    assert {world.row(one).score for one in ones} == {wanted}


def meddle(start: Any, results: Any, number: int, url: str, regrade_id: int, ids: list[str]) -> None:
    """One applies; one grades again directly, in the other direction; one gives marks by hand."""
    database = Database(url)
    start.wait(200)
    done = 0
    if number == 0:
        with database.write() as session:
            user = session.query(User).first()
            assert user is not None
            done = regrades.apply(session, regrade_id, session.query(Course).one(), user).adopted
    for submission_id in reversed(ids):
        if number == 1 and lifecycle.regrade(database, submission_id):
            claim = lifecycle.claim(database, submission_id, "w", 60)
            assert claim is not None
            done += lifecycle.finish(database, claim, report(points=1.0))
        if number == 2:
            done += _mark(database, submission_id)
    results.put((number, done))
    database.dispose()


def _mark(database: Database, submission_id: str) -> bool:
    try:
        with database.write() as session:
            row, user = session.get_one(Submission, submission_id), session.query(User).first()
            assert user is not None
            seen = marking.of_submission(session, submission_id).seen
            marking.override(session, row, user, 5.5, "by hand", seen)
    except ChangedMeanwhileError:
        return False
    return True


def test_whatever_happens_meanwhile_a_mark_by_hand_counts_and_the_newest_attempt_stands(
    world: World, database_url: str
) -> None:
    ones = [graded(world) for _ in range(SUBMISSIONS)]
    regrade_id, ids = begin(world)
    grade_all(world, ids, report(points=0.0))
    done = dict(race(meddle, database_url, regrade_id, ones))
    assert done[1] == done[2] == SUBMISSIONS
    for one in ones:
        row = world.row(one)
        assert (row.state, row.score) == (State.GRADED, 5.5)
        newest = row.attempt_rows[-1]
        assert row.graded_attempt == newest.number == row.attempts
        assert newest.report is not None
        assert sum(check.points for check in row.checks) == newest.report["score"]
        assert [attempt.number for attempt in row.attempt_rows] == list(range(1, row.attempts + 1))
