"""What loading a course would change is told before anything does."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from graders.course import Course, Lesson
from graders.quiz import Key
from service.store import course_plan
from service.store.course_plan import Fate, Plan
from service.store.courses import install_course
from service.store.database import Database
from service.store.lifecycle import submit
from service.store.models import Item, State, Submission, User
from tests.service.client import COURSE, LAB, LESSON, QUIZ


def plan(database: Database, course: Course = COURSE) -> Plan:
    with database.read() as session:
        return course_plan.plan(session, course)


def install(database: Database) -> None:
    with database.write() as session:
        install_course(session, COURSE)


def hand_in(database: Database, *logins: str) -> list[str]:
    made = []
    for login in logins:
        with database.write() as session:
            user = session.scalar(select(User).where(User.login == login)) or User(login=login)
            session.add(user)
        with database.read() as session:
            item = session.scalars(select(Item.id).where(Item.slug == "counter")).one()
        row, _ = submit(database, item_id=item, user_id=user.id, files={"a.py": f"# {len(made)}"})
        made.append(row.id)
    return made


def test_a_new_course_is_all_new_and_nothing_is_written(database: Database) -> None:
    planned = plan(database)
    assert planned.is_new
    assert [(item.slug, item.fate) for item in planned.items] == [
        ("read", Fate.NEW),
        ("counter", Fate.NEW),
        ("locks-quiz", Fate.NEW),
    ]
    with database.read() as session:
        assert session.scalar(select(Item)) is None


def test_what_is_loaded_already_changes_nothing(database: Database) -> None:
    install(database)
    planned = plan(database)
    assert not planned
    assert planned.unchanged == 3
    assert planned.summary == "nothing"


def test_each_item_is_told_with_what_changes_and_how_much_work_it_concerns(database: Database) -> None:
    install(database)
    hand_in(database, "ada", "ada", "bob")
    quiz = replace(QUIZ, questions=(replace(QUIZ.questions[0], key=Key(options=("B",))), QUIZ.questions[1]))
    lab = replace(LAB, text="New", checks=(replace(LAB.checks[0], points=5),))
    new = Lesson("shared-data", "more", "More", "Text")
    planned = plan(database, replace(COURSE, title="Renamed", items=(lab, quiz, new)))
    told = {item.slug: item for item in planned.items}
    assert {slug: item.fate for slug, item in told.items()} == {
        "counter": Fate.CHANGED,
        "locks-quiz": Fate.CHANGED,
        "more": Fate.NEW,
        "read": Fate.RETIRED,
    }
    assert [one.aspect for one in told["counter"].differences] == ["text", "points"]
    assert (told["counter"].submissions, told["counter"].students) == (3, 2)
    assert told["counter"].grades
    assert [one.aspect for one in told["locks-quiz"].differences] == ["quiz key"]
    assert not told["locks-quiz"].grades
    assert [one.aspect for one in planned.course] == ["title"]
    assert planned.unchanged == 0


def test_what_was_cancelled_concerns_nobody(database: Database) -> None:
    install(database)
    (kept,) = hand_in(database, "ada")
    with database.write() as session:
        session.get_one(Submission, kept).state = State.CANCELLED
    (item,) = plan(database, replace(COURSE, items=(LESSON, QUIZ))).items
    assert (item.slug, item.fate, item.submissions) == ("counter", Fate.RETIRED, 0)


def test_an_item_that_comes_back_is_told_as_such(database: Database) -> None:
    install(database)
    with database.write() as session:
        install_course(session, replace(COURSE, items=(LESSON, QUIZ)))
    (item,) = plan(database).items
    assert (item.slug, item.fate, item.differences) == ("counter", Fate.RETURNED, ())


def test_another_order_is_a_change_of_the_course(database: Database) -> None:
    install(database)
    planned = plan(database, replace(COURSE, items=(QUIZ, LESSON, LAB)))
    assert [one.aspect for one in planned.course] == ["order"]
    assert planned.items == ()


def test_an_item_of_another_kind_under_the_same_slug_is_a_conflict(database: Database) -> None:
    install(database)
    planned = plan(database, replace(COURSE, items=(Lesson("shared-data", "counter", "Counter", ""),)))
    assert planned.conflicts == ("shared-data/counter was a lab and is a lesson now: give it another name",)


def test_an_item_written_by_an_older_version_is_compared_as_well_as_can_be(database: Database) -> None:
    install(database)
    with database.write() as session:
        row = session.scalars(select(Item).where(Item.slug == "counter")).one()
        row.content = {"of": "another age"}
    (item,) = plan(database).items
    assert [one.aspect for one in item.differences] == ["details"]
