"""Rate limits, kept in Redis so that all web processes count together.

Flask-Limiter's engine (`limits`) is used without its decorators: the same limits hold for pages and for
the API, and count by account. Its ``memory://`` storage counts in each process for itself, so that four
processes would allow four times as much: it only serves where there is no Redis, or while it is down.
"""

from __future__ import annotations

import time

import structlog
from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, RateLimiter
from redis.exceptions import RedisError
from werkzeug.exceptions import TooManyRequests

_LOG = structlog.get_logger(__name__)


class Limits:
    """Counts what each account and each address does."""

    def __init__(self, redis_url: str) -> None:
        self._alone: RateLimiter = FixedWindowRateLimiter(MemoryStorage())
        self._shared = _on_redis(redis_url) if redis_url else None

    def hit(self, what: str, limit: str, who: str) -> None:
        """Count once; raises `TooManyRequests` with ``Retry-After`` when `limit` is reached."""
        for item in parse_many(limit):
            if not self._hit(item, what, who):
                wait = self._seconds_left(item, what, who)
                raise TooManyRequests(
                    f"Too many {what}: allowed are {item}. Try again in {wait} seconds.", retry_after=wait
                )

    def _hit(self, item: RateLimitItem, what: str, who: str) -> bool:
        if self._shared is not None:
            try:
                return self._shared.hit(item, what, who)
            except (RedisError, StorageError) as problem:
                _LOG.warning("limits.redis_unreachable", problem=str(problem))
        return self._alone.hit(item, what, who)

    def _seconds_left(self, item: RateLimitItem, what: str, who: str) -> int:
        if self._shared is not None:
            try:
                return _until(self._shared, item, what, who)
            except (RedisError, StorageError):
                return item.get_expiry()
        return _until(self._alone, item, what, who)


def _until(limiter: RateLimiter, item: RateLimitItem, what: str, who: str) -> int:
    return max(1, round(limiter.get_window_stats(item, what, who).reset_time - time.time()))


def _on_redis(redis_url: str) -> RateLimiter:
    address = redis_url
    if redis_url.startswith("unix://"):
        address = "redis+unix://" + redis_url.removeprefix("unix://")
    return FixedWindowRateLimiter(storage_from_string(address, wrap_exceptions=True))
