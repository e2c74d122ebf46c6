"""Reset links: staff hand one over, and only whoever follows it knows the new password."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.store import passwords
from service.store.audit import record
from service.store.database import Database
from service.store.models import Course, User
from service.store.people_tables import PasswordReset
from service.store.types import utc_now

HOURS = 72
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def issue(session: Session, actor: User, target: User, course: Course | None = None) -> str:
    """Make the link's token for `target`; one that was made before works no more."""
    token = secrets.token_urlsafe(32)
    row = session.get(PasswordReset, target.id) or PasswordReset(user_id=target.id)
    row.digest, row.created_at = _digest(token), utc_now()
    row.expires_at = row.created_at + timedelta(hours=HOURS)
    session.add(row)
    record(session, actor, "password.link", course, target.login)
    return token


def owner(session: Session, token: str) -> User | None:
    """Return for whom the link is; `None` when it is unknown, used, replaced or too old."""
    row = _find(session, token)
    return row.user if row is not None else None


def use(database: Database, token: str, password: str) -> User | None:
    """Give the link's owner the password and use the link up; every session of theirs ends.

    `None` when the link is of no use (any more). Raises `passwords.WeakPasswordError`.
    """
    with database.read() as session:
        if owner(session, token) is None:
            return None
    # It takes its time, which no transaction should.
    hashed = passwords.hash_password(password)
    with database.write() as session:
        row = _find(session, token, lock=True)
        if row is None:
            return None
        user = row.user
        user.password_hash = hashed
        session.delete(row)
        record(session, user, "password.reset", target=user.login)
    return user


def _find(session: Session, token: str, *, lock: bool = False) -> PasswordReset | None:
    if not _SHAPE.fullmatch(token):
        return None
    wanted = (
        select(PasswordReset)
        .options(joinedload(PasswordReset.user, innerjoin=True))
        .where(PasswordReset.digest == _digest(token), PasswordReset.expires_at > utc_now())
    )
    row = session.scalar(wanted.with_for_update(of=PasswordReset) if lock else wanted)
    return row if row is not None and row.user.active else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
