"""Accounts and who their owners are for an OpenID provider: linked by a verified e-mail address only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from graders.errors import CallerError
from service.store import accounts, passwords
from service.store.audit import record
from service.store.models import User
from service.store.people_tables import Identity
from service.store.types import storable


class LinkError(CallerError):
    """Somebody is known to the provider, but to no account here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a provider says of somebody."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str


def log_in(session: Session, claims: Claims, *, new_accounts: bool) -> User:
    """Return whose account it is; the first time it is found by the address, and linked.

    With `new_accounts`, somebody whose address is not known gets an account. Raises `LinkError`.
    """
    key = (claims.issuer, storable(claims.subject, 255))
    known = session.get(Identity, key)
    user = known.user if known is not None else None
    if user is None:
        user = _by_address(session, claims) or _made(session, claims, new_accounts)
    # The account is locked now: the same person may have been linked in another tab meanwhile.
    if known is None and session.get(Identity, key) is None:
        session.add(Identity(issuer=key[0], subject=key[1], user_id=user.id))
        record(session, user, "account.link", target=user.login, details={"issuer": claims.issuer})
    if not user.active:
        raise LinkError(f"The account {user.login} is locked. Ask your instructor.")
    return user


def _by_address(session: Session, claims: Claims) -> User | None:
    if not claims.email or not claims.email_verified:
        raise LinkError(
            "Your provider does not vouch for your e-mail address, so nobody can say which account is yours. "
            "Log in with your password, or have your address confirmed there first."
        )
    address = storable(claims.email.strip().lower(), 254)
    found = session.scalars(select(User).where(func.lower(User.email) == address).with_for_update()).all()
    if len(found) > 1:
        raise LinkError(
            f"Several accounts have the address {address}, so nobody can say which is yours. "
            "Ask your instructor."
        )
    if not found:
        return None
    (user,) = found
    linked = select(Identity.subject).where(Identity.user_id == user.id, Identity.issuer == claims.issuer)
    if session.scalar(linked) not in (None, storable(claims.subject, 255)):
        # Addresses are given to new people; what belongs to the one before must not be.
        raise LinkError(
            f"The account with the address {address} belongs to somebody else at your provider. "
            "Ask your instructor."
        )
    if passwords.never_used(user.password_hash):
        # Made by us and never used: nobody but staff can know it, and its owner needs it no more.
        user.password_hash = ""
    return user


def _made(session: Session, claims: Claims, allowed: bool) -> User:
    address = claims.email.strip().lower()
    if not allowed:
        raise LinkError(
            f"There is no account with the address {address[:254]}. "
            "Ask your instructor to put you on the roster."
        )
    # Its password is told to nobody.
    try:
        user, _ = accounts.create_user(session, address, name=storable(claims.name, 200), email=address)
    except accounts.AccountError as problem:
        raise LinkError(f"No account can be made for you: {problem} Ask your instructor.") from None
    user.password_hash = ""
    return user
