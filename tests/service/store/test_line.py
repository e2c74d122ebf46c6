"""The place in the line and the estimate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from service.store import lifecycle
from service.store.line import FIRST_GUESS_SECONDS, estimate_seconds, position
from service.store.models import Attempt, WorkerBeat
from service.store.types import utc_now
from tests.service.store.conftest import World
from tests.service.store.test_lifecycle import claim, graded, hand_in


def place(world: World, submission_id: str) -> int:
    with world.database.read() as session:
        return position(session, world.row(submission_id))


def test_the_line_is_first_come_first_served_and_regrades_stand_behind(world: World) -> None:
    again = graded(world)
    lifecycle.regrade(world.database, again)
    first, second = hand_in(world), hand_in(world)
    assert [place(world, i) for i in (first, second, again)] == [1, 2, 3]
    claim(world, first)
    assert [place(world, i) for i in (first, second, again)] == [0, 1, 2]


def beat(world: World, name: str, seconds_ago: float, slots: int = 1) -> None:
    with world.database.write() as session:
        seen = utc_now() - timedelta(seconds=seconds_ago)
        session.add(WorkerBeat(name=name, host="h", sandbox="docker", slots=slots, seen_at=seen))


def test_without_a_living_worker_there_is_no_estimate(world: World) -> None:
    beat(world, "gone", 3600)
    with world.database.read() as session:
        assert estimate_seconds(session, 1) is None


def test_the_estimate_follows_what_attempts_lasted_and_how_many_run_at_once(world: World) -> None:
    beat(world, "a", 1, slots=2)
    with world.database.read() as session:
        assert estimate_seconds(session, 1) == FIRST_GUESS_SECONDS
    graded(world)
    end = utc_now()
    with world.database.write() as session:
        session.execute(update(Attempt).values(started_at=end - timedelta(seconds=8), ended_at=end))
    with world.database.read() as session:
        assert estimate_seconds(session, 1) == pytest.approx(8)
        assert estimate_seconds(session, 5) == pytest.approx(24)


def test_what_is_at_work_now_is_taken_to_be_half_done(world: World) -> None:
    beat(world, "a", 1, slots=2)
    graded(world)
    end = utc_now()
    with world.database.write() as session:
        session.execute(update(Attempt).values(started_at=end - timedelta(seconds=8), ended_at=end))
    for submission in (hand_in(world), hand_in(world)):
        claim(world, submission)
    with world.database.read() as session:
        assert estimate_seconds(session, 1) == pytest.approx(12)
