"""Members of a course, changed one by one."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from service.permissions import may_reset
from service.store import accounts, identities, members, migrate
from service.store.audit import AuditEntry
from service.store.database import Database
from service.store.identities import Claims
from service.store.members import ChangedMeanwhileError, MemberError
from service.store.models import Course, Enrollment, Role, User
from service.store.people_tables import Identity
from tests.service.store.conftest import World


@pytest.fixture
def staffed(world: World) -> dict[str, User]:
    """`ann` is an instructor of the course, `ada` a student in section A, `bob` has an account."""
    with world.database.write() as session:
        course = session.scalars(select(Course)).one()
        made = {name: accounts.create_user(session, name)[0] for name in ("ann", "bob")}
        made["ada"] = session.get_one(User, world.user_id)
        accounts.enrol(session, made["ann"], course, Role.INSTRUCTOR)
        accounts.enrol(session, made["ada"], course, Role.STUDENT, "A")
    return made


def course_id(world: World) -> int:
    with world.database.read() as session:
        return session.scalars(select(Course.id)).one()


def change(world: World, actor: User, target: User, role: Role, section: str, seen: str) -> None:
    with world.database.write() as session:
        members.change(session, actor, course_id(world), target.id, role, section, seen)


def roles(world: World) -> dict[str, tuple[Role, str]]:
    with world.database.read() as session:
        rows = session.scalars(select(Enrollment))
        return {row.user.login: (row.role, row.section) for row in rows}


def log(world: World) -> list[tuple[str, str, object]]:
    with world.database.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.action, row.target, row.details) for row in rows]


def test_a_change_is_made_and_remembered(world: World, staffed: dict[str, User]) -> None:
    change(world, staffed["ann"], staffed["ada"], Role.GRADER, "  B\n1 ", "student/A")
    assert roles(world)["ada"] == (Role.GRADER, "B 1")
    assert log(world) == [("member.change", "ada", {"role": ["student", "grader"], "section": ["A", "B 1"]})]


def test_the_second_of_two_who_change_somebody_is_told_and_changes_nothing(
    world: World, staffed: dict[str, User]
) -> None:
    change(world, staffed["ann"], staffed["ada"], Role.STUDENT, "B", "student/A")
    with pytest.raises(ChangedMeanwhileError, match="Somebody else changed ada in the meantime: now student"):
        change(world, staffed["ann"], staffed["ada"], Role.STUDENT, "C", "student/A")
    assert roles(world)["ada"] == (Role.STUDENT, "B")


def test_of_many_who_change_somebody_at_once_one_wins(world: World, staffed: dict[str, User]) -> None:
    told: list[str] = []

    def run(section: str) -> None:
        try:
            change(world, staffed["ann"], staffed["ada"], Role.STUDENT, section, "student/A")
        except ChangedMeanwhileError:
            told.append(section)

    threads = [threading.Thread(target=run, args=(section,)) for section in "BCDE"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 3
    assert {roles(world)["ada"][1]} == set("BCDE") - set(told)


def test_nobody_changes_their_own_role_or_takes_themselves_out(
    world: World, staffed: dict[str, User]
) -> None:
    ann = staffed["ann"]
    with pytest.raises(MemberError, match="cannot change your own role"):
        change(world, ann, ann, Role.GRADER, "", "instructor/")
    change(world, ann, ann, Role.INSTRUCTOR, "Monday", "instructor/")
    with (
        pytest.raises(MemberError, match="cannot take yourself out"),
        world.database.write() as session,
    ):
        members.drop(session, ann, course_id(world), ann.id, "instructor/Monday")
    assert roles(world)["ann"] == (Role.INSTRUCTOR, "Monday")


def test_who_is_taken_out_can_be_put_in_again_and_the_second_who_tries_is_told(
    world: World, staffed: dict[str, User]
) -> None:
    ann, ada = staffed["ann"], staffed["ada"]
    with world.database.write() as session:
        members.drop(session, ann, course_id(world), ada.id, "student/A")
    with (
        pytest.raises(ChangedMeanwhileError, match="took this person out"),
        world.database.write() as session,
    ):
        members.drop(session, ann, course_id(world), ada.id, "student/A")
    with world.database.write() as session:
        members.add(session, ann, course_id(world), " ADA ", Role.ASSISTANT, "")
    assert roles(world)["ada"] == (Role.ASSISTANT, "")
    assert [action for action, _, _ in log(world)] == ["member.drop", "member.add"]


@pytest.mark.parametrize(
    ("login", "message"),
    [
        ("nobody", "There is no account 'nobody'"),
        ("ada", "ada is in the course already, as student"),
        ("", "no"),
    ],
)
def test_who_cannot_be_added_is_told_why(
    world: World, staffed: dict[str, User], login: str, message: str
) -> None:
    with pytest.raises(MemberError, match=message), world.database.write() as session:
        members.add(session, staffed["ann"], course_id(world), login, Role.GRADER, "")


def test_a_course_allows_nothing_until_somebody_says_so(world: World, staffed: dict[str, User]) -> None:
    with world.database.write() as session:
        course = members.lock(session, course_id(world))
        assert members.rules_of(session, course.id).acting_may_write is False
        members.set_rules(session, staffed["ann"], course, acting_may_write=True)
    with world.database.read() as session:
        assert members.rules_of(session, course.id).acting_may_write is True


S, G, A, I = Role.STUDENT, Role.GRADER, Role.ASSISTANT, Role.INSTRUCTOR  # noqa: E741


@pytest.mark.parametrize(
    ("actor", "target", "may"),
    [
        ({1: I}, {1: S}, True),
        ({1: I}, {1: S, 2: S}, True),
        ({1: I}, {1: A}, True),
        ({1: I}, {1: I}, False),
        ({1: I}, {1: S, 2: G}, False),
        ({1: I, 2: A}, {1: S, 2: G}, True),
        ({1: I, 2: G}, {1: S, 2: G}, False),
        ({1: S}, {1: G}, False),
    ],
)
def test_a_reset_link_never_opens_the_account_of_somebody_who_may_as_much_anywhere(
    actor: dict[int, Role], target: dict[int, Role], may: bool
) -> None:
    assert may_reset(False, actor, False, target) is may
    assert may_reset(False, actor, True, target) is False
    assert may_reset(True, {}, False, target) is True
    assert may_reset(True, {}, True, target) is False


def test_who_was_of_the_staff_is_an_instructor_after_the_migration(database: Database) -> None:
    migrate.downgrade(database, "0001")
    with database.engine_for_writing().begin() as connection:
        connection.execute(
            text(
                "INSERT INTO courses (id, slug, title, text, digest, loaded_at) "
                "VALUES (1, 'c', 'C', '', '', '2026-01-01 00:00:00+00:00')"
            )
        )
        for number, role in ((1, "student"), (2, "staff")):
            connection.execute(
                text(
                    "INSERT INTO users (id, login, email, name, password_hash, is_admin, active, created_at) "
                    "VALUES (:id, :login, '', '', '', false, true, '2026-01-01 00:00:00+00:00')"
                ),
                {"id": number, "login": role},
            )
            connection.execute(
                text(
                    "INSERT INTO enrollments (user_id, course_id, role, section) VALUES (:id, 1, :role, 'A')"
                ),
                {"id": number, "role": role},
            )
    migrate.upgrade(database)
    with database.read() as session:
        found = {row.user.login: (row.role, row.section) for row in session.scalars(select(Enrollment))}
    assert found == {"student": (Role.STUDENT, "A"), "staff": (Role.INSTRUCTOR, "A")}
    with pytest.raises(IntegrityError), database.engine_for_writing().begin() as connection:
        connection.execute(text("UPDATE enrollments SET role = 'staff'"))
    with database.write() as session:
        session.get_one(Enrollment, (1, 1)).role = Role.GRADER
    migrate.downgrade(database, "0001")
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT role FROM enrollments"))
        assert [role for (role,) in rows] == ["staff", "staff"]


def test_somebody_who_comes_in_two_tabs_at_once_is_linked_once(
    world: World, staffed: dict[str, User]
) -> None:
    with world.database.write() as session:
        session.get_one(User, staffed["bob"].id).email = "bob@example.org"
    claims = Claims("https://login.example.org", "s-1", "Bob@example.org", True, "Bob")
    came: list[str] = []

    def run() -> None:
        with world.database.write() as session:
            came.append(identities.log_in(session, claims, new_accounts=False).login)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came == ["bob"] * 4
    with world.database.read() as session:
        assert len(session.scalars(select(Identity)).all()) == 1
