"""Column types that behave the same on SQLite and on PostgreSQL, and the ids of submissions."""

from __future__ import annotations

import re
import secrets
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Only aware datetimes go in, and they come out in UTC, also from SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime: nobody can know what it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone; what we wrote was UTC."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from people and programs, of at most so many characters.

    PostgreSQL refuses U+0000, and no database takes half a surrogate pair. Cleaned here, such text can be
    stored and compared wherever it comes from, and breaks nobody's request.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Clean what is stored, and what is compared with it."""
        return None if value is None else storable(value)


class LongWords(Words):
    """The same without a bound."""

    impl = Text
    cache_ok = True


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return a ULID: 26 characters, 48 bits of milliseconds that sort and 80 bits that nobody can guess."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def storable(text: str, length: int | None = None) -> str:
    """Return `text` as every database takes it: no NUL, no lone surrogate, at most `length` long."""
    return _UNSTORABLE.sub("\ufffd", text)[:length]
