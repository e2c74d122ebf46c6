"""Accounts, passwords and tokens."""

from __future__ import annotations

import statistics
import time

import pytest
from sqlalchemy import select

from service.store import accounts, passwords, tokens
from service.store.accounts import AccountError
from service.store.database import Database
from service.store.models import ApiToken, Course, Enrollment, Role, User
from service.store.passwords import WeakPasswordError
from tests.service.store.conftest import World

PASSWORD = "correct horse battery"


def make(database: Database, login: str = "bob", password: str | None = PASSWORD) -> tuple[User, str]:
    with database.write() as session:
        return accounts.create_user(session, login, password)


def test_who_knows_the_password_gets_in_with_the_login_in_any_spelling(database: Database) -> None:
    user, _ = make(database, "Bob@Example.ORG")
    assert user.login == "bob@example.org"
    for login in ("bob@example.org", " BOB@example.org "):
        found = accounts.authenticate(database, login, PASSWORD)
        assert found is not None
        assert found.id == user.id


@pytest.mark.parametrize(
    ("login", "password"),
    [("bob", "wrong"), ("bob", ""), ("nobody", PASSWORD), ("", ""), ("bo\x00b", PASSWORD)],
)
def test_everybody_else_does_not(database: Database, login: str, password: str) -> None:
    make(database)
    assert accounts.authenticate(database, login, password) is None


def test_a_locked_account_does_not_get_in(database: Database) -> None:
    user, _ = make(database)
    with database.write() as session:
        accounts.set_active(session, user.id, active=False)
    assert accounts.authenticate(database, "bob", PASSWORD) is None


def test_an_unknown_login_takes_as_long_as_a_wrong_password(database: Database) -> None:
    make(database)

    def seconds(login: str) -> float:
        times = []
        for _ in range(3):
            began = time.process_time()
            accounts.authenticate(database, login, "wrong password")
            times.append(time.process_time() - began)
        return statistics.median(times)

    assert seconds("nobody") > 0.5 * seconds("bob")


def test_no_two_accounts_have_one_login(database: Database) -> None:
    make(database)
    with pytest.raises(AccountError, match="taken"):
        make(database, "BOB")


@pytest.mark.parametrize("login", ["", " ", "a b", "a,b", "a;b", "a\x00", "x" * 121, "a\u202eb"])
def test_what_is_no_login_is_refused(database: Database, login: str) -> None:
    with pytest.raises(AccountError, match="1 to 120"):
        make(database, login)


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_weak_passwords_are_refused(database: Database, password: str) -> None:
    with pytest.raises(WeakPasswordError, match="10 to 200"):
        make(database, "bob", password)


def test_a_generated_password_works_and_is_hashed_anew_at_the_first_login(database: Database) -> None:
    user, password = make(database, "bob", None)
    assert len(password) >= 16
    assert accounts.authenticate(database, "bob", password) is not None
    with database.read() as session:
        stored = session.get_one(User, user.id).password_hash
    assert stored != user.password_hash
    assert not passwords.outdated(stored)
    assert accounts.authenticate(database, "bob", password) is not None


def test_a_new_password_ends_every_session(database: Database) -> None:
    user, _ = make(database)
    before = user.get_id()
    with database.write() as session:
        accounts.set_password(session, user.id, "another good password")
        assert session.get_one(User, user.id).get_id() != before
    assert accounts.authenticate(database, "bob", PASSWORD) is None


def test_enrolling_again_changes_role_and_section(world: World) -> None:
    for role, section in ((Role.STUDENT, "A"), (Role.INSTRUCTOR, "B")):
        with world.database.write() as session:
            user = session.get_one(User, world.user_id)
            accounts.enrol(session, user, session.scalars(select(Course)).one(), role, section)
    with world.database.read() as session:
        (row,) = session.scalars(select(Enrollment))
        assert (row.role, row.section) == (Role.INSTRUCTOR, "B")


def test_a_token_opens_its_account_and_is_stored_as_a_digest(world: World) -> None:
    row, token = tokens.issue(world.database, world.user_id, "laptop")
    assert token.startswith("ilv_")
    assert len(token) == 47
    found = tokens.authenticate(world.database, token)
    assert found is not None
    assert found.id == world.user_id
    with world.database.read() as session:
        stored = session.get_one(ApiToken, row.id)
        assert stored.last_used_at is not None
        assert token not in str(vars(stored))
        assert stored.prefix == token[:12]


def test_a_revoked_token_opens_nothing(world: World) -> None:
    row, token = tokens.issue(world.database, world.user_id, "laptop")
    assert tokens.revoke(world.database, world.user_id, row.id)
    assert not tokens.revoke(world.database, world.user_id, row.id)
    assert tokens.authenticate(world.database, token) is None


def test_nobody_can_revoke_anothers_token(world: World) -> None:
    row, token = tokens.issue(world.database, world.user_id, "laptop")
    other, _ = make(world.database)
    assert not tokens.revoke(world.database, other.id, row.id)
    assert tokens.authenticate(world.database, token) is not None


@pytest.mark.parametrize("token", ["", "ilv_", "ilv_" + "A" * 43, "x" * 1000, "ilv_\x00" + "A" * 42])
def test_an_unknown_token_opens_nothing(world: World, token: str) -> None:
    assert tokens.authenticate(world.database, token) is None


def test_a_token_needs_a_name(world: World) -> None:
    with pytest.raises(tokens.TokenError, match="name"):
        tokens.issue(world.database, world.user_id, "  ")


def test_there_is_an_end_to_tokens(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MAX_TOKENS", 2)
    for _ in range(2):
        row, _ = tokens.issue(world.database, world.user_id, "laptop")
    with pytest.raises(tokens.TokenError, match="Revoke"):
        tokens.issue(world.database, world.user_id, "laptop")
    tokens.revoke(world.database, world.user_id, row.id)
    tokens.issue(world.database, world.user_id, "laptop")
    assert len(tokens.of_user(world.database, world.user_id)) == 3


def test_a_password_that_was_changed_in_between_is_not_changed_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        user, password = accounts.create_user(session, "ada", "the first password")
    hashing = passwords.hash_password

    def overtaken(new: str) -> str:
        with database.write() as session:
            session.get_one(User, user.id).password_hash = hashing("an administrator's")
        return hashing(new)

    monkeypatch.setattr(passwords, "hash_password", overtaken)
    assert accounts.change_password(database, user.id, password, "the second password") is None
    assert accounts.authenticate(database, "ada", "an administrator's")
