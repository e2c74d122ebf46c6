"""Invitation links: signed with the service's key, so that a made-up one never reaches the database."""

from __future__ import annotations

import hashlib
import secrets

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from service.context import database, session
from service.store import invitations as store
from service.store.models import Course, Role, User
from service.store.people_tables import Invitation

MAX_LENGTH = 600


def make(
    actor: User, course: Course, *, role: Role, section: str, max_uses: int | None, days: int, note: str = ""
) -> str:
    """Make an invitation and return the token of its link, which is kept nowhere; `InvitationError`."""
    store.check(role, days, max_uses)
    expires = store.expiry(days)
    token = _signer().dumps(
        [secrets.token_urlsafe(16), course.slug, role, section[:80], int(expires.timestamp())]
    )
    assert isinstance(token, str)
    with database().write() as writing:
        store.keep(
            writing,
            actor,
            course,
            token,
            role=role,
            section=section,
            max_uses=max_uses,
            expires_at=expires,
            note=note,
        )
    return token


def find(token: str) -> Invitation | None:
    """Return the invitation of a link, also one that works no more; `None`: never made here."""
    return store.find(session(), token) if is_signed(token) else None


def is_signed(token: str) -> bool:
    """Whether the link was made here, with the key of today."""
    try:
        _signer().loads(token[:MAX_LENGTH])
    except BadSignature:
        return False
    return True


def _signer() -> URLSafeSerializer:
    key = current_app.secret_key
    assert key
    return URLSafeSerializer(
        key, salt="interleave invitation", signer_kwargs={"digest_method": hashlib.sha256}
    )
