"""Passwords: Argon2 with the library's (RFC 9106) parameters, and generated ones."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from graders.errors import CallerError

MIN_LENGTH = 10
MAX_LENGTH = 200
"""A bound, so that nobody makes us hash megabytes."""

_HASHER = PasswordHasher()
# A generated password has 80 random bits, which no slow hash has to protect; a roster of 300 must not
# keep a web process busy for half a minute. It is hashed anew when its owner logs in.
_FAST_HASHER = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex(16))
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class WeakPasswordError(CallerError):
    """The password cannot be accepted; the message says why."""


def hash_password(password: str) -> str:
    """Return the hash of a password that a person chose; raises `WeakPasswordError`."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise WeakPasswordError(f"A password needs {MIN_LENGTH} to {MAX_LENGTH} characters.")
    return _HASHER.hash(password)


def generate() -> tuple[str, str]:
    """Return a new password, easy to type, and its hash."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    password = "-".join(groups)
    return password, _FAST_HASHER.hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether the password is the stored one. An empty `stored` takes as long and never matches."""
    try:
        _HASHER.verify(stored or _NOBODY, password[: MAX_LENGTH + 1])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return bool(stored)


def never_used(stored: str) -> bool:
    """Whether the hash is of a generated password that nobody has logged in with."""
    return bool(stored) and not _FAST_HASHER.check_needs_rehash(stored)


def outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)
