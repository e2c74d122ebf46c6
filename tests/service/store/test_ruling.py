"""Rules change by loading and by editing; nobody overwrites what they have not seen."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from graders.rules import Rules
from service.rules import Extension
from service.store import accounts, ruling
from service.store.course_plan import Fate, Plan
from service.store.courses import install_course
from service.store.database import Database
from service.store.models import Course, Item, Role, User
from service.store.rules_tables import ItemExtension, ItemRules
from service.store.standing import book
from tests.service.client import COURSE

DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)
EARLIER = datetime(2026, 11, 1, 12, tzinfo=UTC)


def load(database: Database, rules: Rules | None = None, zone: str = "UTC", **rest: object) -> Plan:
    ruled = {"counter": rules} if rules else {}
    with database.write() as session:
        return install_course(session, replace(COURSE, rules=ruled, timezone=zone, **rest))


def counter(database: Database) -> Item:
    with database.read() as session:
        return session.scalars(select(Item).where(Item.slug == "counter")).one()


def rules_now(database: Database) -> Rules:
    item = counter(database)
    with database.read() as session:
        return book(session, [item.id]).rules[item.id]


def version(database: Database) -> int:
    with database.read() as session:
        row = session.get(ItemRules, counter(database).id)
        return row.version if row else 0


@pytest.fixture
def editors(database: Database) -> list[User]:
    load(database)
    with database.write() as session:
        people = [accounts.create_user(session, login, name=login.title())[0] for login in ("grace", "alan")]
        student, _ = accounts.create_user(session, "ada", name="Ada")
        accounts.enrol(session, student, session.scalars(select(Course)).one(), Role.STUDENT)
    return people


def save(database: Database, rules: Rules | None, editor: User, at: int) -> None:
    ruling.save_rules(database, counter(database).id, rules, version=at, editor=editor)


def test_loading_keeps_what_the_folder_says_and_tells_for_what_it_changed(database: Database) -> None:
    first = load(database, Rules(attempts=3))
    assert [one.slug for one in first.items if one.fate is Fate.NEW] == ["read", "counter", "locks-quiz"]
    assert rules_now(database) == Rules(attempts=3)
    assert not load(database, Rules(attempts=3))
    assert [one.slug for one in load(database, Rules(attempts=4)).items] == ["counter"]
    assert [one.slug for one in load(database).items] == ["counter"]
    assert rules_now(database) == Rules()


def test_what_staff_edited_holds_whatever_is_loaded_until_they_take_it_back(
    database: Database, editors: list[User]
) -> None:
    load(database, Rules(due=EARLIER))
    save(database, Rules(due=DUE), editors[0], version(database))
    load(database, Rules(due=EARLIER, attempts=2))
    assert rules_now(database) == Rules(due=DUE)
    save(database, None, editors[0], version(database))
    assert rules_now(database) == Rules(due=EARLIER, attempts=2)


def test_another_time_zone_moves_no_date_that_staff_set(database: Database, editors: list[User]) -> None:
    load(database, zone="Europe/Zurich")
    save(database, Rules(due=DUE), editors[0], version(database))
    load(database, zone="America/New_York")
    assert rules_now(database).due == DUE
    item = counter(database)
    with database.read() as session:
        assert book(session, [item.id]).zones[item.id].key == "America/New_York"


def test_an_item_that_was_retired_comes_back_with_its_rules(database: Database, editors: list[User]) -> None:
    save(database, Rules(attempts=7), editors[0], 0)
    load(database, items=COURSE.items[:1])
    load(database)
    assert rules_now(database) == Rules(attempts=7)


@pytest.mark.parametrize("before", [True, False])
def test_of_two_who_edit_at_once_the_second_is_told_and_nothing_is_lost(
    database: Database, editors: list[User], before: bool
) -> None:
    grace, alan = editors
    if before:
        save(database, Rules(attempts=1), grace, 0)
    seen = version(database)
    save(database, Rules(attempts=2), grace, seen)
    with pytest.raises(ruling.EditedMeanwhileError) as told:
        save(database, Rules(attempts=3), alan, seen)
    assert str(told.value) == "Grace changed this while you were at it. Nothing of yours was saved yet."
    assert told.value.at is not None
    assert rules_now(database) == Rules(attempts=2)
    save(database, Rules(attempts=3), alan, version(database))
    assert rules_now(database) == Rules(attempts=3)


def test_who_edits_while_the_course_is_loaded_is_told_too(database: Database, editors: list[User]) -> None:
    load(database, Rules(attempts=1))
    seen = version(database)
    load(database, Rules(attempts=2))
    with pytest.raises(ruling.EditedMeanwhileError, match="Somebody changed this"):
        save(database, Rules(attempts=3), editors[0], seen)


def test_of_many_who_save_the_same_version_exactly_one_does(database: Database, editors: list[User]) -> None:
    start = threading.Barrier(5)
    saved: list[int] = []

    def run(number: int) -> None:
        start.wait(60)
        try:
            save(database, Rules(attempts=number), editors[0], 0)
        except ruling.EditedMeanwhileError:
            return
        saved.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(saved) == 1
    assert rules_now(database) == Rules(attempts=saved[0])


def granted(database: Database) -> ItemExtension | None:
    with database.read() as session:
        return session.scalar(select(ItemExtension))


def grant(database: Database, extension: Extension, granter: User, at: int = 0, login: str = "ada") -> None:
    ruling.grant(database, counter(database), login, extension, version=at, granter=granter)


def test_an_extension_is_granted_changed_and_taken_back(database: Database, editors: list[User]) -> None:
    grant(database, Extension(due=DUE, reason="ill"), editors[0], login=" ADA ")
    first = granted(database)
    assert first is not None
    assert (first.due, first.reason, first.granted_by) == (DUE, "ill", editors[0].id)
    grant(database, Extension(attempts=2, reason="still ill"), editors[1], first.version)
    second = granted(database)
    assert second is not None
    assert (second.due, second.attempts, second.granted_by) == (None, 2, editors[1].id)
    ruling.take_back(database, counter(database).id, "ada", version=second.version)
    assert granted(database) is None


def test_a_second_granter_is_told_of_the_first(database: Database, editors: list[User]) -> None:
    grace, alan = editors
    grant(database, Extension(attempts=1, reason="ill"), grace)
    with pytest.raises(ruling.EditedMeanwhileError, match="Grace changed this"):
        grant(database, Extension(attempts=2, reason="away"), alan)
    row = granted(database)
    assert row is not None
    grant(database, Extension(attempts=3, reason="ill"), grace, row.version)
    with pytest.raises(ruling.EditedMeanwhileError):
        grant(database, Extension(attempts=4, reason="away"), alan, row.version)
    with pytest.raises(ruling.EditedMeanwhileError):
        ruling.take_back(database, counter(database).id, "ada", version=row.version)
    now = granted(database)
    assert now is not None
    assert now.attempts == 3


@pytest.mark.parametrize("login", ["grace", "nobody", "", "a\0b"])
def test_only_students_of_the_course_get_extensions(
    database: Database, editors: list[User], login: str
) -> None:
    with pytest.raises(ruling.NotOnTheRosterError, match="There is no student"):
        grant(database, Extension(attempts=1, reason="x"), editors[0], login=login)
    assert granted(database) is None
