"""Accounts: made, enrolled, and let in with a password."""

from __future__ import annotations

import re

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from graders.errors import CallerError
from service.store import passwords
from service.store.database import Database
from service.store.models import Course, Enrollment, Role, User
from service.store.people_tables import PasswordReset

_LOGIN = re.compile(r"[^\s\x00-\x1f\x7f,;]{1,120}")


class AccountError(CallerError):
    """An account cannot be made or changed as asked; the message says why."""


def check_login(login: str) -> str:
    """Return the login as it is kept, in lower case; raises `AccountError`."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login) or not login.isprintable():
        raise AccountError(
            "A login is 1 to 120 characters without spaces, commas or semicolons, such as ada."
        )
    return login


def create_user(
    session: Session,
    login: str,
    password: str | None = None,
    *,
    name: str = "",
    email: str = "",
    is_admin: bool = False,
) -> tuple[User, str]:
    """Make an account; without a password one is generated. Returns the account and its password.

    Raises `AccountError` when the login is taken, and `passwords.WeakPasswordError`.
    """
    login = check_login(login)
    if find_user(session, login) is not None:
        raise AccountError(f"The login {login} is taken.")
    if password is None:
        password, hashed = passwords.generate()
    else:
        hashed = passwords.hash_password(password)
    user = User(login=login, password_hash=hashed, name=name[:200], email=email[:254], is_admin=is_admin)
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        raise AccountError(f"The login {login} is taken.") from None
    return user, password


def set_password(session: Session, user_id: int, password: str | None = None) -> str:
    """Give an account a password, generated without one; every session of it ends. Returns the password."""
    user = session.get_one(User, user_id)
    if password is None:
        password, user.password_hash = passwords.generate()
    else:
        user.password_hash = passwords.hash_password(password)
    return password


def change_password(database: Database, user_id: int, current: str, new: str) -> User | None:
    """Set a new password if `current` is the one until now; returns the account as it is then, or `None`.

    Raises `passwords.WeakPasswordError`.
    """
    with database.read() as session:
        stored = session.get_one(User, user_id).password_hash
    if not passwords.matches(stored, current):
        return None
    # Both take their time, which no transaction should.
    hashed = passwords.hash_password(new)
    with database.write() as session:
        user = session.get_one(User, user_id)
        if user.password_hash != stored:
            # Somebody has changed it since: what was asked for then holds no more.
            return None
        user.password_hash = hashed
        # Who chose a new one is in need of no link any more, and nobody else of theirs.
        session.execute(delete(PasswordReset).where(PasswordReset.user_id == user_id))
    return user


def set_active(session: Session, user_id: int, active: bool) -> None:
    """Lock or unlock an account: a locked one can do nothing, and keeps everything."""
    session.get_one(User, user_id).active = active


def enrol(session: Session, user: User, course: Course, role: Role = Role.STUDENT, section: str = "") -> None:
    """Enrol somebody in a course, or change role and section of one who is."""
    found = session.get(Enrollment, (user.id, course.id))
    if found is None:
        session.add(Enrollment(user_id=user.id, course_id=course.id, role=role, section=section[:80]))
    else:
        found.role, found.section = role, section[:80]
    session.flush()


def find_user(session: Session, login: str) -> User | None:
    """Return the account with this login, in any spelling."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        return None
    return session.scalar(select(User).where(User.login == login))


def authenticate(database: Database, login: str, password: str) -> User | None:
    """Return the account if the password is right and it is not locked.

    An unknown login takes as long as a wrong password, so that logins cannot be tried out.
    """
    with database.read() as session:
        user = find_user(session, login)
    right = passwords.matches(user.password_hash if user else "", password)
    if user is None or not right or not user.active:
        return None
    if passwords.outdated(user.password_hash) and len(password) >= passwords.MIN_LENGTH:
        user.password_hash = passwords.hash_password(password)
        with database.write() as session:
            session.get_one(User, user.id).password_hash = user.password_hash
    return user
