"""Real processes race for the same rows, on both databases."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from datetime import timedelta
from typing import Any

from service.store import lifecycle
from service.store.database import Database
from service.store.models import Outcome, State, Submission
from service.store.types import utc_now
from tests.service.store.conftest import World
from tests.service.store.samples import report

CONTEXT = multiprocessing.get_context("spawn")
SUBMISSIONS = 20


def race(target: Any, *arguments: Any, processes: int = 3) -> list[Any]:
    """Run `target(start, results, number, *arguments)` in several processes that begin together."""
    start = CONTEXT.Barrier(processes)
    results = CONTEXT.Queue()
    children = [
        CONTEXT.Process(target=target, args=(start, results, number, *arguments))
        for number in range(processes)
    ]
    for child in children:
        child.start()
    answers = [results.get(timeout=240) for _ in children]
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    return answers


def hand_in_all(world: World) -> list[str]:
    return [
        lifecycle.submit(world.database, item_id=world.item_id, user_id=world.user_id, files={"a.py": ""})[
            0
        ].id
        for _ in range(SUBMISSIONS)
    ]


def claim_all(start: Any, results: Any, number: int, url: str, ids: list[str]) -> None:
    database = Database(url)
    start.wait(200)
    results.put([i for i in ids if lifecycle.claim(database, i, f"w{number}", 60)])
    database.dispose()


def test_of_many_workers_exactly_one_claims_each_submission(world: World, database_url: str) -> None:
    ids = hand_in_all(world)
    claimed = Counter(i for answer in race(claim_all, database_url, ids) for i in answer)
    assert claimed == dict.fromkeys(ids, 1)
    for submission_id in ids:
        assert len(world.row(submission_id).attempt_rows) == 1


def work_and_sweep(start: Any, results: Any, number: int, url: str, ids: list[str]) -> None:
    """Claims with leases that are over at once, sweeps as if hours had passed, finishes late."""
    database = Database(url)
    start.wait(200)
    finished = 0
    for submission_id in ids:
        taken = lifecycle.claim(database, submission_id, f"w{number}", 60)
        lifecycle.sweep(database, utc_now() + timedelta(hours=1), max_attempts=1000)
        if taken is not None and lifecycle.finish(database, taken, report()):
            finished += 1
    results.put(finished)
    database.dispose()


def test_late_workers_and_impatient_sweepers_never_make_two_reports(world: World, database_url: str) -> None:
    ids = hand_in_all(world)
    finished = sum(race(work_and_sweep, database_url, ids))
    rows = [world.row(submission_id) for submission_id in ids]
    graded = [row for row in rows if row.state is State.GRADED]
    assert len(graded) == finished
    for row in rows:
        reports = [a for a in row.attempt_rows if a.report is not None]
        assert len(reports) == (1 if row.state is State.GRADED else 0)
        assert all(a.outcome in {Outcome.GRADED, Outcome.LOST} for a in row.attempt_rows)


def hand_in_same(start: Any, results: Any, number: int, url: str, item_id: int, user_id: int) -> None:
    database = Database(url)
    start.wait(200)
    submission, new = lifecycle.submit(
        database, item_id=item_id, user_id=user_id, files={"a.py": ""}, idempotency_key="same"
    )
    results.put((submission.id, new))
    database.dispose()


def test_one_key_sent_several_times_at_once_makes_one_submission(world: World, database_url: str) -> None:
    answers = race(hand_in_same, database_url, world.item_id, world.user_id)
    assert len({submission_id for submission_id, _ in answers}) == 1
    assert sum(new for _, new in answers) == 1
    with world.database.read() as session:
        assert session.query(Submission).count() == 1
