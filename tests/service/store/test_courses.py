"""Loading a course into the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from graders.course import Course, Lesson, load_item
from service.store import models
from service.store.content_tables import Way
from service.store.course_plan import Plan
from service.store.courses import (
    CourseChangedError,
    ItemKindError,
    install_course,
    kept_by_people,
    last_load,
)
from service.store.database import Database
from service.store.lifecycle import submit
from service.store.models import Item, Submission, User
from tests.service.client import COURSE, LAB, QUIZ


def install(database: Database, course: Course = COURSE, **rest: Any) -> Plan:
    with database.write() as session:
        return install_course(session, course, **rest)


def items(database: Database) -> dict[str, Item]:
    with database.read() as session:
        return {item.slug: item for item in session.scalars(select(Item).order_by(Item.position))}


def test_a_course_is_loaded_whole_and_in_order(database: Database) -> None:
    assert install(database).added == ["read", "counter", "locks-quiz"]
    found = items(database)
    assert list(found) == ["read", "counter", "locks-quiz"]
    assert load_item("lab", found["counter"].content) == LAB
    assert load_item("quiz", found["locks-quiz"].content) == QUIZ
    assert found["locks-quiz"].max_score == 2


def test_loading_it_again_changes_nothing(database: Database) -> None:
    install(database)
    assert not install(database)


def test_only_what_changed_is_told(database: Database) -> None:
    install(database)
    changes = install(database, replace(COURSE, items=(replace(LAB, text="New"), QUIZ, *COURSE.items[:1])))
    assert (changes.added, changes.changed, changes.retired) == ([], ["counter"], [])
    assert list(items(database)) == ["counter", "locks-quiz", "read"]


def test_what_vanished_is_retired_with_all_that_was_handed_in_and_may_come_back(database: Database) -> None:
    install(database)
    with database.write() as session:
        user = User(login="ada")
        session.add(user)
    kept, _ = submit(database, item_id=items(database)["counter"].id, user_id=user.id, files={"a.py": ""})
    assert install(database, replace(COURSE, items=COURSE.items[:1])).retired == ["counter", "locks-quiz"]
    before = items(database)["counter"]
    assert before.retired
    assert install(database).changed == ["counter", "locks-quiz"]
    after = items(database)["counter"]
    assert (after.id, after.retired) == (before.id, False)
    with database.read() as session:
        assert session.get_one(Submission, kept.id).item_id == after.id


def test_an_item_cannot_become_another_kind_of_item(database: Database) -> None:
    install(database)
    lesson = Lesson("shared-data", "counter", "Counter", "")
    with pytest.raises(ItemKindError, match="was a lab and is a lesson"):
        install(database, replace(COURSE, items=(lesson,)))
    assert not items(database)["counter"].retired


def digest(database: Database) -> str:
    with database.read() as session:
        return session.scalars(select(models.Course.digest).where(models.Course.slug == "shared-data")).one()


def test_of_two_staff_at_once_the_second_is_told_and_nothing_of_the_first_is_undone(
    database: Database,
) -> None:
    install(database)
    seen = digest(database)
    with database.write() as session:
        eve = User(login="eve")
        session.add(eve)
    first = replace(COURSE, title="First")
    install(database, first, base=seen, user_id=eve.id, way=Way.PAGE)
    with pytest.raises(CourseChangedError, match="shared-data was changed in the meantime by eve, at"):
        install(database, replace(COURSE, title="Second"), base=seen)
    assert digest(database) == first.digest


def test_a_course_that_somebody_else_has_made_meanwhile_is_told_too(database: Database) -> None:
    install(database)
    with pytest.raises(CourseChangedError):
        install(database, replace(COURSE, title="Mine"), base="")


def test_a_course_is_held_once_more_in_another_term(database: Database) -> None:
    install(database)
    again = replace(COURSE, slug="shared-data-2027", term="spring 2027")
    assert install(database, again).is_new
    with database.read() as session:
        held = {row.slug: row.term for row in session.scalars(select(models.Course))}
        assert held == {"shared-data": "", "shared-data-2027": "spring 2027"}
        assert session.query(Item).count() == 2 * len(COURSE.items)


def test_what_was_loaded_is_written_down(database: Database) -> None:
    install(database, source="courses/shared-data")
    install(database, replace(COURSE, items=(replace(LAB, text="New"), *COURSE.items[2:])))
    install(database, replace(COURSE, items=(replace(LAB, text="New"), *COURSE.items[2:])))
    with database.read() as session:
        course = session.scalars(select(models.Course)).one()
        last = last_load(session, course)
        assert last is not None
        assert last.summary == "1 changed, 1 retired"
        assert last.digest == course.digest
        assert session.query(models.Base.metadata.tables["course_loads"]).count() == 2


def test_a_start_leaves_alone_what_somebody_has_loaded_since(database: Database) -> None:
    install(database, way=Way.START)
    with database.read() as session:
        assert not kept_by_people(session, "shared-data")
    install(database, replace(COURSE, title="By hand"), way=Way.PAGE)
    with database.read() as session:
        assert kept_by_people(session, "shared-data")
