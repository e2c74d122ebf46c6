"""The numbers of a dashboard are the numbers one would count by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from graders.verdict import Verdict
from service.store import checks, gradebook, results, statistics, watch
from service.store.database import Database
from service.store.models import Item, State, WorkerBeat
from service.store.types import utc_now
from tests.service.web.school import School, enroll, furnish, report


@pytest.fixture
def school(database: Database) -> School:
    return furnish(database)


def numbers_of(school: School, slug: str = "counter") -> statistics.Numbers:
    with school.database.read() as session:
        item = session.get_one(Item, school.item[slug])
        return statistics.numbers(session, item.course_id, [item])[item.id]


def rows_of(school: School, slug: str = "counter") -> list[statistics.StudentRow]:
    with school.database.read() as session:
        return statistics.students(session, session.get_one(Item, school.item[slug]))


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


def test_the_best_submission_counts_and_the_last_one_is_told(school):
    best = school.grade(school.hand_in("ada", minutes_ago=2), report(Verdict.PASSED))
    last = school.grade(school.hand_in("ada", minutes_ago=1), report(Verdict.RACE))
    row = next(row for row in rows_of(school) if row.login == "ada")
    assert (row.best_id, row.best_score) == (best, 10)
    assert (row.last_id, row.last_score, row.last_verdict) == (last, 2, Verdict.RACE)
    assert row.submissions == 2


def test_of_equal_submissions_the_first_counts(school):
    first = school.grade(school.hand_in("ada", minutes_ago=2), report(Verdict.PASSED))
    school.grade(school.hand_in("ada", minutes_ago=1), report(Verdict.PASSED))
    assert next(row for row in rows_of(school) if row.login == "ada").best_id == first


def test_only_enrolled_students_count(school):
    school.grade(school.hand_in("grace"), report(Verdict.PASSED))
    school.grade(school.hand_in("stranger"), report(Verdict.PASSED))
    rows = rows_of(school)
    assert [row.login for row in rows] == ["ada", "eve"]
    numbers = numbers_of(school)
    assert (numbers.submissions, numbers.handed_in, numbers.students) == (0, 0, 2)


def test_a_summary_counts_states_scores_and_verdicts(school):
    school.grade(school.hand_in("ada", minutes_ago=9), report(Verdict.PASSED))
    school.grade(school.hand_in("eve", minutes_ago=8), report(Verdict.RACE))
    school.fail(school.hand_in("eve", minutes_ago=7))
    school.hand_in("eve", minutes_ago=6)
    summary = numbers_of(school).summary
    assert (summary.students, summary.handed_in, summary.scored, summary.full) == (2, 2, 2, 1)
    assert (summary.submissions, summary.graded, summary.failed, summary.waiting) == (4, 2, 1, 1)
    assert (summary.mean, summary.median, summary.deviation) == (6, 6, 4)
    assert dict(summary.verdicts) == {Verdict.PASSED: 1, Verdict.RACE: 1}


def test_without_scores_there_is_no_mean(school):
    summary = numbers_of(school).summary
    assert (summary.mean, summary.median, summary.deviation) == (None, None, None)


def test_the_histogram_puts_a_full_score_into_the_last_bin_and_zero_into_the_first(school):
    school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    school.grade(school.hand_in("eve"), report(Verdict.RACE))
    bins = statistics.histogram(numbers_of(school).scores, 10)
    assert [bar.students for bar in bins] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 1]
    assert (bins[0].low, bins[-1].high) == (0, 10)


def test_an_item_without_points_has_no_histogram(school):
    assert statistics.histogram([3.0], 0) == []


def test_checks_come_worst_first_with_an_example(school):
    school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    racy = school.grade(school.hand_in("eve"), report(Verdict.RACE))
    with school.database.read() as session:
        item = session.get_one(Item, school.item["counter"])
        rates = checks.check_rates(session, item.course_id, [item])[item.id]
    assert [rate.check_id for rate in rates] == ["every-order", "value", "workers"]
    assert (rates[0].rate, rates[0].example, rates[0].mean_points) == (0.5, racy, 2)
    assert (rates[-1].rate, rates[-1].example) == (1, None)


def test_search_finds_every_word_in_name_login_or_section(school):
    rows = rows_of(school)
    assert [row.login for row in statistics.matching(rows, "LOVE ada")] == ["ada"]
    assert statistics.matching(rows, "ada eve") == []
    assert len(statistics.matching(rows, "")) == 2


def test_own_results_tell_best_and_last_by_item(school):
    best = school.grade(school.hand_in("ada", minutes_ago=2), report(Verdict.PASSED))
    last = school.hand_in("ada", minutes_ago=1)
    school.hand_in("eve")
    with school.database.read() as session:
        found = results.own_results(session, school.user["ada"])
    result = found[school.item["counter"]]
    assert set(found) == {school.item["counter"]}
    assert (result.best_id, result.best_verdict, result.last_id) == (best, Verdict.PASSED, last)
    assert (result.last_state, result.submissions) == (State.QUEUED, 2)


def test_the_history_is_the_newest_first_and_only_ones_own(school):
    old, new = school.hand_in("ada", minutes_ago=2), school.hand_in("ada", minutes_ago=1)
    school.hand_in("eve")
    with school.database.read() as session:
        history = results.history(session, school.item["counter"], school.user["ada"])
    assert [one.id for one in history] == [new, old]


def test_the_queue_is_told_by_depth_age_and_signs_of_life(school):
    now = utc_now()
    school.grade(school.hand_in("ada", minutes_ago=10), report(Verdict.PASSED))
    school.run(school.hand_in("ada", minutes_ago=5))
    school.hand_in("ada", minutes_ago=3)
    school.hand_in("eve", minutes_ago=2)
    school.fail(school.hand_in("eve", minutes_ago=1))
    with school.database.write() as session:
        session.add(WorkerBeat(name="a", host="h", sandbox="docker", seen_at=now))
        session.add(WorkerBeat(name="b", host="h", sandbox="docker", seen_at=now - timedelta(hours=1)))
    with school.database.read() as session:
        view = watch.queue_view(session, now)
    assert (view.queued, view.regrades, view.running, view.failed_today) == (2, 0, 1, 1)
    assert view.oldest is not None
    assert (now - view.oldest).total_seconds() == pytest.approx(180, abs=20)
    assert view.wait is not None
    assert view.wait[0] == pytest.approx(600, abs=20)
    assert [(worker.name, alive) for worker, alive in view.workers] == [("a", True), ("b", False)]


def test_an_idle_service_has_no_times(school):
    with school.database.read() as session:
        view = watch.queue_view(session, utc_now())
    assert (view.oldest, view.wait, view.run, view.workers) == (None, None, None, ())


def test_the_number_of_queries_does_not_grow_with_the_students(school):
    logins = enroll(school, 12)
    for login in logins:
        school.grade(school.hand_in(login), report(Verdict.RACE))
    with counted(school.database) as statements, school.database.read() as session:
        course_id = session.get_one(Item, school.item["counter"]).course_id
        items = statistics.graded_items(session, course_id)
        statistics.numbers(session, course_id, items)
        checks.check_rates(session, course_id, items)
        gradebook.all_lines(session, course_id, items, gradebook.Wish())
        results.own_results(session, school.user["ada"])
    selects = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(selects) == 12
