"""Loading a course into the database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from graders.course import Lesson, load_item
from service.store.courses import Changes, install_course
from service.store.database import Database
from service.store.lifecycle import submit
from service.store.models import Item, Submission, User
from tests.service.client import COURSE, LAB, QUIZ


def install(database: Database, course: object = COURSE) -> Changes:
    with database.write() as session:
        return install_course(session, course)  # type: ignore[arg-type]


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
    with pytest.raises(ValueError, match="was a lab and is a lesson"):
        install(database, replace(COURSE, items=(lesson,)))
    assert not items(database)["counter"].retired
