"""Clusters, the timeline, failing submissions and the gradebook, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from graders.verdict import Verdict
from service.store import checks, clusters, gradebook, standings, timeline
from service.store.database import Database
from service.store.gradebook import Wish
from service.store.models import Enrollment, Item, Submission, User
from service.store.paging import Page
from service.store.statistics import graded_items
from tests.service.web.school import RACY, School, enroll, furnish, report

NOON = datetime(2026, 3, 10, 12, 30, tzinfo=UTC)
RENAMED = RACY.replace("r.value", "box.value").replace("(r", "(box")


@pytest.fixture
def school(database: Database) -> School:
    return furnish(database)


def at(school: School, submission_id: str, moment: datetime) -> str:
    """Put a submission at a moment."""
    with school.database.write() as session:
        row = session.get_one(Submission, submission_id)
        session.execute(
            update(Submission)
            .where(Submission.id == submission_id)
            .values(created_at=moment, queued_at=moment)
            .execution_options(synchronize_session=False)
        )
        standings.refresh(session, row.item_id, row.user_id)
    return submission_id


def item(school: School, slug: str = "counter") -> Item:
    with school.database.read() as session:
        return session.get_one(Item, school.item[slug])


def test_students_with_the_same_mistake_are_told_together(school):
    school.grade(school.hand_in("ada", minutes_ago=9), report(Verdict.RACE))
    school.grade(school.hand_in("ada", minutes_ago=8), report(Verdict.RACE))
    school.grade(school.hand_in("ada", minutes_ago=7), report(Verdict.PASSED))
    example = school.grade(school.hand_in("eve", source=RENAMED, minutes_ago=6), report(Verdict.RACE))
    school.grade(school.hand_in("eve", "bank", minutes_ago=5), report(Verdict.RACE))
    school.grade(school.hand_in("ada", minutes_ago=4), report(Verdict.CRASH))
    school.grade(school.hand_in("grace", minutes_ago=3), report(Verdict.RACE))
    with school.database.read() as session:
        found, page = clusters.clusters(session, item(school), 1)
        members, _ = clusters.members(session, item(school), found[0].key, 1)
        every = clusters.all_clusters(session, item(school))
    assert page.total == 2
    assert [(one.verdict, one.students, one.stuck, one.submissions) for one in found] == [
        (Verdict.RACE, 2, 1, 3),
        (Verdict.CRASH, 1, 1, 1),
    ]
    assert found[0].lines == ((9, "        box.value = box.value + 1"),)
    assert found[0].example == example
    assert found[0].explanation.startswith("Process 6 reads 55.")
    assert [(one.login, one.newest) for one in members] == [("eve", True), ("ada", False), ("ada", False)]
    assert [one.key for one in every] == [one.key for one in found]


def test_an_unknown_mistake_has_no_members(school):
    with school.database.read() as session:
        assert clusters.find(session, item(school), "nothing\x00") is None
        assert clusters.members(session, item(school), "nothing", 3)[0] == []


def test_submissions_are_counted_by_day_and_by_hour_in_utc(school):
    for login, hours in (("ada", 0), ("eve", 0), ("ada", -1), ("ada", -30), ("grace", 0)):
        at(school, school.grade(school.hand_in(login), report(Verdict.RACE)), NOON + timedelta(hours=hours))
    at(school, school.hand_in("eve"), NOON)
    with school.database.read() as session:
        days = timeline.mix(session, item(school), NOON)
        hours = timeline.hours(session, item(school), NOON)
        newest = timeline.newest(session, item(school))
    assert newest == NOON
    assert [(day.day, dict(day.counts)) for day in days] == [
        ("2026-03-09", {"race": 1}),
        ("2026-03-10", {"race": 3, "queued": 1}),
    ]
    assert [(hour.begin, hour.submissions) for hour in hours] == [
        (datetime(2026, 3, 9, 6, tzinfo=UTC), 1),
        (datetime(2026, 3, 10, 11, tzinfo=UTC), 1),
        (datetime(2026, 3, 10, 12, tzinfo=UTC), 3),
    ]


def test_what_lies_before_or_after_the_stretch_asked_for_is_not_in_it(school):
    for days in (-200, -20, 0, 1):
        at(school, school.hand_in("ada"), NOON + timedelta(days=days))
    with school.database.read() as session:
        mix = timeline.mix(session, item(school), NOON)
        hours = timeline.hours(session, item(school), NOON)
    assert [day.day for day in mix] == ["2026-02-18", "2026-03-10"]
    assert [hour.begin.day for hour in hours] == [10]


def test_failing_submissions_of_a_check_are_those_that_count(school):
    school.grade(school.hand_in("ada", minutes_ago=3), report(Verdict.RACE))
    school.grade(school.hand_in("ada", minutes_ago=2), report(Verdict.PASSED))
    racy = school.grade(school.hand_in("eve", minutes_ago=1), report(Verdict.RACE))
    with school.database.read() as session:
        rows, page = checks.failing(session, item(school), "value", 1)
        assert checks.all_failing(session, item(school), "value") == rows
        assert checks.failing(session, item(school), "workers", 1)[0] == []
    assert page.total == 1
    assert [(row.submission_id, row.login, row.points) for row in rows] == [(racy, "eve", 0)]


def look(school: School, **wishes: object) -> list[str]:
    with school.database.read() as session:
        items = graded_items(session, item(school).course_id)
        lines, _ = gradebook.lines(session, item(school).course_id, items, Wish(**wishes))  # type: ignore[arg-type]
        return [line.login for line in lines]


def test_the_gradebook_sorts_by_name_section_total_and_item(school):
    school.grade(school.hand_in("ada"), report(Verdict.RACE))
    school.grade(school.hand_in("eve"), report(Verdict.PASSED))
    with school.database.write() as session:
        session.add(user := User(login="zoe", name="ärger"))
        session.flush()
        session.add(Enrollment(user_id=user.id, course_id=item(school).course_id, section="0"))
    assert look(school) == ["ada", "eve", "zoe"]
    assert look(school, descending=True) == ["zoe", "eve", "ada"]
    assert look(school, sort="total", descending=True) == ["eve", "ada", "zoe"]
    assert look(school, sort="counter") == ["zoe", "ada", "eve"]
    assert look(school, sort="section") == ["zoe", "ada", "eve"]
    assert look(school, search="ÄRGER") == ["zoe"]
    assert look(school, section="0") == ["zoe"]
    assert look(school, section="no such\x00section") == []


def test_the_gradebook_is_turned_page_by_page(school):
    enroll(school, 120)
    seen = [login for page in (1, 2, 3) for login in look(school, page=page)]
    assert len(seen) == len(set(seen)) == 122
    assert look(school, page=99) == look(school, page=3)
    assert look(school, page=-5) == look(school, page=1)


def test_a_page_of_the_gradebook_has_the_cells_that_the_whole_has(school):
    for login in enroll(school, 80):
        school.grade(school.hand_in(login), report(Verdict.RACE))
    school.hand_in("ada")
    with school.database.read() as session:
        items = graded_items(session, item(school).course_id)
        whole = gradebook.all_lines(session, item(school).course_id, items, Wish())
        first, page = gradebook.lines(session, item(school).course_id, items, Wish())
    assert page.total == len(whole) == 82
    assert first == whole[:50]
    assert whole[0].cells[school.item["counter"]].score is None or whole[0].login != "ada"
    assert sum(line.total for line in whole) == 80 * 2


def test_a_students_attempts_come_with_what_their_witnesses_say(school):
    school.grade(school.hand_in("ada", minutes_ago=3), report(Verdict.RACE, output="nul \x00 printed"))
    school.grade(school.hand_in("ada", minutes_ago=2), report(Verdict.CRASH))
    school.hand_in("ada", "bank", minutes_ago=1)
    with school.database.read() as session:
        items = graded_items(session, item(school).course_id)
        tried, page = gradebook.tried(session, school.user["ada"], items, 1)
        every = gradebook.all_tried(session, school.user["ada"], items)
    assert page.total == 3
    assert [one.verdict for one in tried] == [None, Verdict.CRASH, Verdict.RACE]
    assert tried[1].told == "NameError: name '…' is not defined"
    assert tried[2].explanation.startswith("Process 6 reads 55.")
    assert [one.submission_id for one in every] == [one.submission_id for one in reversed(tried)]


def test_a_page_is_always_one_that_exists():
    assert Page.of(1, 50, 0) == Page(1, 50, 0)
    assert (Page.of(9, 50, 101).number, Page.of(9, 50, 101).begin, Page.of(9, 50, 101).end) == (3, 100, 101)
    assert Page.of(-(10**30), 50, 100).number == 1
