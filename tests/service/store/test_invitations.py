"""Invitation links and reset links, as the database knows them."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from service.store import accounts, invitations, resets
from service.store.invitations import InvitationError
from service.store.models import Course, Enrollment, Role, User
from service.store.passwords import WeakPasswordError
from service.store.people_tables import Invitation, PasswordReset
from service.store.types import utc_now
from tests.service.store.conftest import World

LINK = "a-link-that-was-made"
NEW = "a wholly new password"


def invite(
    world: World, role: Role = Role.STUDENT, section: str = "", max_uses: int | None = 1
) -> Invitation:
    with world.database.write() as session:
        return invitations.keep(
            session,
            session.get_one(User, world.user_id),
            session.scalars(select(Course)).one(),
            LINK,
            role=role,
            section=section,
            max_uses=max_uses,
            expires_at=invitations.expiry(3),
            note="Monday",
        )


def person(world: World, login: str, role: Role | None = None, section: str = "") -> User:
    with world.database.write() as session:
        user, _ = accounts.create_user(session, login)
        if role is not None:
            accounts.enrol(session, user, session.scalars(select(Course)).one(), role, section)
        return user


def accept(world: World, user: User) -> None:
    with world.database.write() as session:
        invitations.accept(session, user, LINK)


def member(world: World, user: User) -> tuple[Role, str] | None:
    with world.database.read() as session:
        row = session.scalar(select(Enrollment).where(Enrollment.user_id == user.id))
        return (row.role, row.section) if row else None


def uses(world: World) -> int:
    with world.database.read() as session:
        return session.scalars(select(Invitation.uses)).one()


def test_a_link_puts_whoever_follows_it_into_the_course(world: World) -> None:
    invite(world, Role.GRADER, "B")
    bob = person(world, "bob")
    accept(world, bob)
    assert member(world, bob) == (Role.GRADER, "B")
    assert uses(world) == 1


def test_the_link_itself_is_nowhere_in_the_database(world: World) -> None:
    invite(world)
    with world.database.engine.connect() as connection:
        for row in connection.execute(text("SELECT * FROM invitations")):
            assert LINK not in repr(row)


def test_a_link_for_one_serves_one_also_when_many_follow_it_at_once(world: World) -> None:
    invite(world)
    people = [person(world, f"student{number}") for number in range(5)]
    refused: list[str] = []

    def run(user: User) -> None:
        try:
            accept(world, user)
        except InvitationError as problem:
            refused.append(str(problem))

    threads = [threading.Thread(target=run, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 4
    assert all("used up" in problem for problem in refused)
    assert sum(member(world, user) is not None for user in people) == uses(world) == 1


def test_a_link_for_any_number_serves_them(world: World) -> None:
    invite(world, max_uses=None)
    for number in range(3):
        accept(world, person(world, f"student{number}"))
    assert uses(world) == 3


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"revoked_at": utc_now()}, "revoked"),
        ({"expires_at": utc_now() - timedelta(seconds=1)}, "expired"),
        ({"uses": 1}, "used up"),
    ],
)
def test_a_link_that_works_no_more_says_why(world: World, values: dict[str, object], state: str) -> None:
    invite(world)
    with world.database.write() as session:
        session.execute(update(Invitation).values(**values))
    bob = person(world, "bob")
    with pytest.raises(InvitationError, match=f"This link is {state}"):
        accept(world, bob)
    assert member(world, bob) is None


def test_an_unknown_link_is_told(world: World) -> None:
    with pytest.raises(InvitationError, match="not known here"):
        accept(world, person(world, "bob"))


@pytest.mark.parametrize(
    ("before", "link", "message"),
    [
        ((Role.GRADER, ""), (Role.STUDENT, ""), "already, as grader"),
        ((Role.INSTRUCTOR, ""), (Role.ASSISTANT, ""), "already, as instructor"),
        ((Role.STUDENT, "A"), (Role.STUDENT, "A"), "already, as student"),
        ((Role.STUDENT, "A"), (Role.STUDENT, ""), "already, as student"),
        ((Role.STUDENT, "A"), (Role.STUDENT, "B"), "You are in section A, and this link is for section B"),
    ],
)
def test_a_link_takes_nothing_from_a_member_and_is_not_used_up(
    world: World, before: tuple[Role, str], link: tuple[Role, str], message: str
) -> None:
    invite(world, *link)
    bob = person(world, "bob", *before)
    with pytest.raises(InvitationError, match=message):
        accept(world, bob)
    assert member(world, bob) == before
    assert uses(world) == 0


@pytest.mark.parametrize(
    ("before", "link", "after"),
    [
        ((Role.STUDENT, ""), (Role.STUDENT, "B"), (Role.STUDENT, "B")),
        ((Role.STUDENT, "A"), (Role.GRADER, ""), (Role.GRADER, "A")),
    ],
)
def test_a_link_may_add_to_what_a_member_is(
    world: World, before: tuple[Role, str], link: tuple[Role, str], after: tuple[Role, str]
) -> None:
    invite(world, *link)
    bob = person(world, "bob", *before)
    accept(world, bob)
    assert member(world, bob) == after


@pytest.mark.parametrize(
    ("role", "days", "max_uses"),
    [
        (Role.STUDENT, 0, 1),
        (Role.STUDENT, 181, 1),
        (Role.STUDENT, 1, 0),
        (Role.STUDENT, 1, 1001),
        (Role.GRADER, 1, 2),
        (Role.GRADER, 1, None),
        (Role.INSTRUCTOR, 15, 1),
    ],
)
def test_a_link_that_would_do_too_much_is_not_made(role: Role, days: int, max_uses: int | None) -> None:
    with pytest.raises(InvitationError):
        invitations.check(role, days, max_uses)


def test_a_link_is_revoked_by_its_own_course_alone_and_once(world: World) -> None:
    row = invite(world)
    with world.database.write() as session:
        actor = session.get_one(User, world.user_id)
        own = session.scalars(select(Course)).one()
        other = Course(slug="other", title="Other", digest="0" * 64)
        session.add(other)
        session.flush()
        assert not invitations.revoke(session, actor, other, row.id)
        assert invitations.revoke(session, actor, own, row.id)
        assert not invitations.revoke(session, actor, own, row.id)


def reset(world: World, target: User) -> str:
    with world.database.write() as session:
        return resets.issue(session, session.get_one(User, world.user_id), target)


def test_a_reset_link_works_once_and_its_token_is_stored_nowhere(world: World) -> None:
    bob = person(world, "bob")
    token = reset(world, bob)
    with world.database.engine.connect() as connection:
        assert token not in repr(connection.execute(text("SELECT * FROM password_resets")).all())
        assert token not in repr(connection.execute(text("SELECT * FROM audit_entries")).all())
    used = resets.use(world.database, token, NEW)
    assert used is not None
    assert used.login == "bob"
    assert resets.use(world.database, token, "another new password") is None
    assert accounts.authenticate(world.database, "bob", NEW) is not None


def test_of_many_who_follow_a_reset_link_at_once_one_chooses_the_password(world: World) -> None:
    token = reset(world, person(world, "bob"))
    won: list[str] = []

    def run(password: str) -> None:
        if resets.use(world.database, token, password) is not None:
            won.append(password)

    threads = [threading.Thread(target=run, args=(f"{NEW} {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (password,) = won
    assert accounts.authenticate(world.database, "bob", password) is not None


def test_a_newer_reset_link_replaces_the_older_one(world: World) -> None:
    bob = person(world, "bob")
    old, new = reset(world, bob), reset(world, bob)
    assert resets.use(world.database, old, NEW) is None
    assert resets.use(world.database, new, NEW) is not None


def test_a_reset_link_ends_with_its_hours_with_a_lock_and_with_a_password_chosen_meanwhile(
    world: World,
) -> None:
    with world.database.write() as session:
        bob, password = accounts.create_user(session, "bob")
    token = reset(world, bob)
    with world.database.write() as session:
        session.execute(update(PasswordReset).values(expires_at=utc_now()))
    assert resets.use(world.database, token, NEW) is None
    token = reset(world, bob)
    with world.database.write() as session:
        accounts.set_active(session, bob.id, active=False)
    assert resets.use(world.database, token, NEW) is None
    with world.database.write() as session:
        accounts.set_active(session, bob.id, active=True)
    assert accounts.change_password(world.database, bob.id, password, "chosen by themselves") is not None
    assert resets.use(world.database, token, NEW) is None


def test_a_weak_password_does_not_use_the_link_up(world: World) -> None:
    token = reset(world, person(world, "bob"))
    with pytest.raises(WeakPasswordError):
        resets.use(world.database, token, "short")
    assert resets.use(world.database, token, NEW) is not None


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\x00" * 43, "A" * 5000])
def test_what_is_no_reset_link_opens_nothing(world: World, token: str) -> None:
    reset(world, person(world, "bob"))
    assert resets.use(world.database, token, NEW) is None
