"""API tokens: made once, shown once, kept as a digest, revocable."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from sqlalchemy import select, update

from graders.errors import CallerError
from service.store.database import Database
from service.store.models import ApiToken, User
from service.store.types import storable, utc_now

PREFIX = "ilv_"
MAX_TOKENS = 50
"""Tokens of one account that may be valid at once."""
_SHAPE = re.compile(r"ilv_[A-Za-z0-9_-]{43}")
_SHOWN = 12
_NOTE_EVERY = timedelta(minutes=1)


class TokenError(CallerError):
    """No token can be made; the message says why."""


def issue(database: Database, user_id: int, name: str) -> tuple[ApiToken, str]:
    """Make a token of 256 random bits. Returns its row and the token itself, which is kept nowhere."""
    name = storable(name.strip(), 80)
    if not name:
        raise TokenError("Give the token a name, so that you know later what it is for.")
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(user_id=user_id, name=name, digest=_digest(token), prefix=token[:_SHOWN])
    with database.write() as session:
        valid = session.scalars(
            select(ApiToken.id).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        ).all()
        if len(valid) >= MAX_TOKENS:
            raise TokenError(f"You have {MAX_TOKENS} tokens. Revoke one that you do not need any more.")
        session.add(row)
    return row, token


def revoke(database: Database, user_id: int, token_id: int) -> bool:
    """Make a token of this account useless. False: there is none, or it was revoked before."""
    with database.write() as session:
        row = session.get(ApiToken, token_id)
        if row is None or row.user_id != user_id or row.revoked_at is not None:
            return False
        row.revoked_at = utc_now()
        return True


def of_user(database: Database, user_id: int) -> list[ApiToken]:
    """Return the tokens of an account, newest first."""
    with database.read() as session:
        found = select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc())
        return list(session.scalars(found))


def authenticate(database: Database, token: str) -> User | None:
    """Return whose token this is; `None` when it is unknown or revoked, or its owner is locked."""
    if not _SHAPE.fullmatch(token):
        return None
    now = utc_now()
    with database.read() as session:
        row = session.scalar(select(ApiToken).where(ApiToken.digest == _digest(token)))
        if row is None or row.revoked_at is not None or not row.user.active:
            return None
        user = row.user
    if row.last_used_at is None or row.last_used_at < now - _NOTE_EVERY:
        with database.write() as session:
            session.execute(update(ApiToken).where(ApiToken.id == row.id).values(last_used_at=now))
    return user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
