"""Notices when nobody asks for sweeps any more: beat has ended or hangs, and the worker does not know."""

from __future__ import annotations

import time
from collections.abc import Callable

from redis import Redis
from redis.exceptions import RedisError

from workers import alive

MISSED = 6
"""Sweeps that may be left out before something is wrong."""


class SweepWatch:
    """Looks at the count of sweeps. By a monotonic clock, so that a machine that slept is not in trouble."""

    def __init__(
        self, redis_url: str, interval_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = Redis.from_url(redis_url, socket_connect_timeout=2, socket_timeout=2)
        self._limit_seconds = MISSED * interval_seconds
        self._clock = clock
        self._count = -1
        self._changed = 0.0

    def trouble(self) -> str | None:
        """Return what is wrong, in words that follow the worker's name, or `None`."""
        now = self._clock()
        first, count = self._count == -1, self._read()
        if first or count != self._count:
            self._count, self._changed = count, now
        silent = now - self._changed
        if silent <= self._limit_seconds:
            return None
        return (
            f"has not been told to sweep for {silent:.0f} s: its beat has ended or hangs, "
            "and what is lost would stay lost. Start again"
        )

    def _read(self) -> int:
        try:
            return alive.sweeps(self._redis)
        except RedisError:
            # Then nobody can ask for a sweep either: the same count as before, until it is too long.
            return max(self._count, 0)
